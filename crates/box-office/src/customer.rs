//! What a customer says: a name, a phone number, a password. Checked here again, whatever the window sent.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use crate::text::{one_line, without_marks};
use crate::{Error, Result, limits};

/// A name as it is stored: NFC, trimmed, inner white space single, without the marks that an address book leaves.
///
/// # Errors
/// [`Error::InvalidName`] when blank, over 80 characters, or with characters that hide or turn around what is read.
pub fn customer_name(typed: &str) -> Result<String> {
    one_line(&without_marks(typed), limits::CUSTOMER_NAME).ok_or(Error::InvalidName)
}

/// They turn a name around, but a number that is written in digits and hyphens is the same either way.
const OVERRIDES: [char; 2] = ['\u{202d}', '\u{202e}'];

/// A phone number as it is stored: a Korean one in digits, as it is dialled in Korea; one of abroad with + and its country
/// first. Taken with any hyphen or dash, a Korean one also with the country's code, and with what an address book leaves
/// around it. Whether a sale keeps one that is no mobile number, the venue's rules say.
///
/// # Errors
/// [`Error::InvalidPhone`] for anything else: a digit too few or too many, extensions, letters.
pub fn phone_number(typed: &str) -> Result<String> {
    if typed.len() > 256 {
        return Err(Error::InvalidPhone);
    }
    let folded = without_marks(typed).nfkc().filter(|c| !OVERRIDES.contains(c)).collect::<String>();
    let is_between = |c: char| " -.()".contains(c) || matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}');
    let bare: String = folded.chars().filter(|c| !is_between(*c)).collect();
    let (plus, digits) = match bare.strip_prefix('+') {
        // As in +82 (0)10: not dialled from abroad.
        Some(_) => (true, folded.replace("(0)", "").chars().filter(char::is_ascii_digit).collect()),
        None => (false, bare.clone()),
    };
    if !bare.strip_prefix('+').unwrap_or(&bare).chars().all(|c| c.is_ascii_digit()) {
        return Err(Error::InvalidPhone);
    }
    let number = match digits.strip_prefix("0082").or_else(|| digits.strip_prefix("82")) {
        Some(rest) => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
        None if plus => format!("+{digits}"),
        None => digits,
    };
    if is_korean_mobile(&number) || is_other_phone(&number) { Ok(number) } else { Err(Error::InvalidPhone) }
}

/// Whether a number as it is stored is a Korean mobile one. The server's `is_mobile` has the same rule.
fn is_korean_mobile(number: &str) -> bool {
    match number.get(..3) {
        Some("010") => number.len() == 11,
        Some("011" | "016" | "017" | "018" | "019") => matches!(number.len(), 10 | 11),
        _ => false,
    }
}

/// Whether it is any other number. The server's `is_phone` has the same rule.
fn is_other_phone(number: &str) -> bool {
    if let Some(abroad) = number.strip_prefix('+') {
        return matches!(abroad.len(), 8..=15) && !abroad.starts_with('0') && !abroad.starts_with("82");
    }
    match number.as_bytes() {
        [b'0', b'2', ..] => matches!(number.len(), 9 | 10),
        [b'0', b'3', b'1'..=b'3', ..]
        | [b'0', b'4', b'1'..=b'4', ..]
        | [b'0', b'5', b'1'..=b'5', ..]
        | [b'0', b'6', b'1'..=b'4', ..]
        | [b'0', b'8', b'0', ..] => matches!(number.len(), 10 | 11),
        [b'0', b'7', b'0', ..] => number.len() == 11,
        [b'0', b'3' | b'5', b'0', ..] => matches!(number.len(), 11 | 12),
        [b'1', b'5'..=b'8', ..] => number.len() == 8,
        _ => false,
    }
}

/// A password as it is hashed: NFC, otherwise as typed.
///
/// # Errors
/// [`Error::InvalidPassword`] outside 4 to 64 characters, or with control characters.
pub fn password(typed: &str) -> Result<String> {
    let length = limits::PASSWORD;
    let refused = Error::InvalidPassword { shortest: length.least as i32, longest: length.most as i32 };
    if typed.len() > 4096 || typed.chars().any(char::is_control) {
        return Err(refused);
    }
    let normal: String = typed.nfc().collect();
    length.holds(normal.chars().count()).then_some(normal).ok_or(refused)
}

/// Hashes passwords off the async threads, so many at a time.
#[derive(Clone)]
pub(crate) struct Hashing {
    places: Arc<Semaphore>,
    /// KiB of memory and passes.
    cost: (u32, u32),
}

/// OWASP's minimum, with one lane.
const COST: (u32, u32) = (19_456, 2);

impl Hashing {
    pub fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(2)), cost: COST }
    }

    /// As cheap as argon2id can be: worth nothing against guessing.
    pub fn cheap() -> Self {
        Self { cost: (8, 1), ..Self::new() }
    }

    /// The argon2id PHC string.
    pub async fn phc_string(&self, password: String, salt: Vec<u8>) -> Result<String> {
        let _place = self.places.acquire().await;
        let cost = self.cost;
        tokio::task::spawn_blocking(move || phc_string_at(cost, &password, &salt)).await.map_err(|_| Error::Internal)?
    }
}

pub(crate) fn phc_string(password: &str, salt: &[u8]) -> Result<String> {
    phc_string_at(COST, password, salt)
}

fn phc_string_at((memory, passes): (u32, u32), password: &str, salt: &[u8]) -> Result<String> {
    let failed = || Error::Internal;
    let params = Params::new(memory, passes, 1, None).map_err(|_| failed())?;
    let salt = SaltString::encode_b64(salt).map_err(|_| failed())?;
    let hash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(password.as_bytes(), &salt)
        .map_err(|_| failed())?;
    Ok(hash.to_string())
}
