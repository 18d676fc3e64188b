//! Texts as they are stored. The server's `is_plain` has the same rule.

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::limits::Limit;

/// A line as it is stored: composed, trimmed, inner white space single. None when it is too short or too long, or has
/// characters that are not seen.
pub(crate) fn one_line(typed: &str, length: Limit) -> Option<String> {
    // Far more than any line takes: normalising is not free.
    let longest = usize::try_from(length.most).unwrap_or(usize::MAX);
    if typed.len() > longest.max(16).saturating_mul(16) || typed.chars().any(is_hidden) {
        return None;
    }
    let line = typed.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    length.holds(line.chars().count()).then_some(line)
}

/// Without the marks that address books and messengers leave in what is copied from them: of no width, or for the reading
/// direction. A mark that turns text around is no such mark, and stays to be refused.
pub(crate) fn without_marks(text: &str) -> String {
    let is_mark = |c: char| {
        matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202c}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    text.chars().filter(|c| !is_mark(*c)).collect()
}

/// A text out of a file, composed and trimmed.
pub(crate) fn composed(text: &str) -> String {
    text.trim().nfc().collect()
}

/// Whether a line may be stored as it is.
pub(crate) fn is_plain(line: &str) -> bool {
    is_nfc(line) && line.trim() == line && !line.chars().any(is_hidden)
}

/// Control characters, those that are not seen, and those that turn the reading direction around in a list of names.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}')
}
