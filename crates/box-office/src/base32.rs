//! What people read to each other: digits in Crockford's base 32.

/// No I, L, O or U, which are misread.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What each digit is worth, as people type them: small letters, O for 0, with or without hyphens. None when something else
/// is among them.
pub(crate) fn values_of(typed: &str) -> Option<Vec<u8>> {
    let digits = typed.chars().filter(|c| !matches!(c, '-' | ' ')).map(|c| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    });
    let value =
        |c: char| ALPHABET.iter().position(|known| char::from(*known) == c).and_then(|at| u8::try_from(at).ok());
    digits.map(value).collect()
}
