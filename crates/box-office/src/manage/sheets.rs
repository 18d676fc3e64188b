//! What all files for spreadsheets share.

use csv::{Terminator, Writer, WriterBuilder};

/// A file that a spreadsheet opens as UTF-8, with rows of any length.
pub(super) fn csv_file() -> Writer<Vec<u8>> {
    WriterBuilder::new().flexible(true).terminator(Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec())
}

/// A spreadsheet computes what begins like a formula, whoever typed it; an apostrophe in front makes it text again
/// (OWASP, "CSV Injection"). Full-width signs count: a Korean or Japanese Excel takes them for the others.
pub(super) fn harmless(text: &str) -> String {
    match text.trim_start_matches([' ', '\u{a0}', '\u{3000}']).chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => format!("'{text}"),
        _ => text.to_owned(),
    }
}
