//! Tells files apart by what is in them, not by their names, and unpacks the spreadsheets among them. Whatever a file
//! claims of itself, memory stays bounded.

use std::panic::{AssertUnwindSafe, catch_unwind};

use encoding_rs::{EUC_KR, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use serde::de::IgnoredAny;

use crate::archive::Archive;
use crate::reading::{Choice, Refusal};
use crate::sheet::{Cell, Sheet};
use crate::text::plain;
use crate::{BYTES_MOST, CELLS_MOST, File, ods, xls, xlsx};

/// Columns of a text file.
const COLUMNS_MOST: usize = 512;

/// What a file is, opened.
pub(crate) enum Opened {
    Sheets(Vec<Sheet>),
    /// A seating plan's text.
    Json(String),
    /// A drawing's text.
    Svg(String),
}

/// How a text file was decoded.
pub(crate) struct Decoded {
    /// Its encoding, if it had to be guessed.
    pub guessed: Option<&'static Encoding>,
}

/// Opens a file. `encoding` is the manager's word for a text of an old encoding.
pub(crate) fn open(file: &File<'_>, encoding: Option<&Choice>) -> Result<(Opened, Decoded), Refusal> {
    let name = || file.name.to_owned();
    if file.bytes.len() > BYTES_MOST {
        return Err(Refusal::TooLarge { name: name(), most: BYTES_MOST as u32 });
    }
    let known = Decoded { guessed: None };
    let bytes = file.bytes;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::Empty { name: name() });
    }
    if bytes.starts_with(b"PK\x03\x04") {
        let mut archive = Archive::new(bytes, file.name)?;
        let sheets = without_panic(file.name, || {
            if archive.has("content.xml") { ods::sheets(&mut archive) } else { xlsx::sheets(bytes, &mut archive) }
        })?;
        return Ok((Opened::Sheets(sheets), known));
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        // A workbook with a password is of this kind as well, whatever its name says.
        let is_locked = contains(bytes, &utf_16("EncryptedPackage"));
        return Err(if is_locked { Refusal::Locked { name: name() } } else { Refusal::NeedsProcess { name: name() } });
    }
    if let Some(sheets) = xls::from_process(bytes) {
        return Ok((Opened::Sheets(sheets), known));
    }
    if bytes.starts_with(b"%PDF") || bytes.starts_with(b"\x89PNG") || bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return Err(Refusal::UnknownKind { name: name() });
    }
    let (text, decoded) = decode(bytes, encoding).ok_or_else(|| Refusal::UnknownKind { name: name() })?;
    let start = text.trim_start();
    // A table may begin with a bracket as well: `[1층]`.
    let is_list = || start.starts_with('[') && serde_json::from_str::<IgnoredAny>(start).is_ok();
    if start.starts_with('{') || is_list() {
        return Ok((Opened::Json(text), decoded));
    }
    if start.starts_with('<') {
        // A web page may hold a drawing as well.
        if start.contains("<svg") || start.contains(":svg") {
            return Ok((Opened::Svg(text), decoded));
        }
        return Err(Refusal::UnknownKind { name: name() });
    }
    Ok((Opened::Sheets(vec![table(&text, file.name)?]), decoded))
}

/// A text by its byte order mark, as UTF-8 if it is that, as UTF-16 if every other byte says so, else as the old encoding
/// that its letters look like. None if it is no text.
fn decode(bytes: &[u8], encoding: Option<&Choice>) -> Option<(String, Decoded)> {
    let strict = |encoding: &'static Encoding, bytes| {
        let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
        (!had_errors).then(|| text.into_owned())
    };
    let is_text = |text: &String| {
        let strange =
            text.chars().take(4_000).filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{1a}')).count();
        strange * 50 <= text.chars().take(4_000).count()
    };
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        // A mark is believed; broken letters come out as signs that show them.
        let (text, _) = encoding.decode_without_bom_handling(bytes.get(mark..)?);
        return Some((text.into_owned(), Decoded { guessed: None })).filter(|(text, _)| is_text(text));
    }
    if let Some(text) = strict(UTF_8, bytes).filter(is_text) {
        return Some((text, Decoded { guessed: None }));
    }
    let head = &bytes[..bytes.len().min(4_000)];
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    for (encoding, zeros, others) in [(UTF_16LE, zeros(1), zeros(0)), (UTF_16BE, zeros(0), zeros(1))] {
        if zeros > others
            && zeros * 20 > head.len()
            && let Some(text) = strict(encoding, bytes).filter(is_text)
        {
            return Some((text, Decoded { guessed: None }));
        }
    }
    if let Some(Choice::Name(label)) = encoding
        && let Some(encoding) = Encoding::for_label(label.as_bytes())
    {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        return Some((text.into_owned(), Decoded { guessed: Some(encoding) })).filter(|(text, _)| is_text(text));
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(head, head.len() == bytes.len());
    let guess = detector.guess(Some(b"kr"), chardetng::Utf8Detection::Deny);
    // A few bytes say little; what decodes as Korean in a Korean box office is.
    let order = if bytes.len() < 400 { [EUC_KR, guess] } else { [guess, EUC_KR] };
    let found = order.into_iter().find_map(|encoding| Some((strict(encoding, bytes).filter(is_text)?, encoding)));
    found.map(|(text, encoding)| (text, Decoded { guessed: Some(encoding) }))
}

/// A table of a text file: parted by commas, tabs, semicolons or bars, whichever parts its lines most evenly.
fn table(text: &str, name: &str) -> Result<Sheet, Refusal> {
    let broken = |_| Refusal::Broken { name: name.to_owned() };
    // Excel's own word for it, on a line before all others.
    let (text, said) = match text.split_once('\n') {
        Some((first, rest)) if first.trim_end().len() == 5 && first.to_lowercase().starts_with("sep=") => {
            (rest, first.as_bytes().get(4).copied())
        }
        _ => (text, None),
    };
    let skipped = u32::from(said.is_some());
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(said.unwrap_or_else(|| delimiter(text)))
        .from_reader(text.as_bytes());
    let mut sheet = Sheet::default();
    let mut record = csv::StringRecord::new();
    let (mut row, mut cells) = (0, 0);
    let (mut counted, mut line) = (0, 1);
    while reader.read_record(&mut record).map_err(broken)? {
        // The position is where the last record ended: empty lines may come between.
        let start = record.position().map_or(0, |position| position.byte() as usize);
        let blank =
            text.as_bytes()[start.min(text.len())..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let start = (start + blank).min(text.len());
        line += text.as_bytes()[counted.min(start)..start].iter().filter(|byte| **byte == b'\n').count() as u32;
        counted = start;
        let found: Vec<(u32, Cell)> = record
            .iter()
            .take(COLUMNS_MOST)
            .zip(0..)
            .map(|(text, column)| (column, Cell { text: plain(text), ..Cell::default() }))
            .filter(|(_, cell)| !cell.text.is_empty())
            .collect();
        if !found.is_empty() {
            cells += found.len();
            sheet.lines.insert(row, line + skipped);
            sheet.rows.insert(row, found);
            row += 1;
        }
        if cells > CELLS_MOST {
            return Err(Refusal::TooManyCells { name: name.to_owned(), most: CELLS_MOST as u32 });
        }
    }
    Ok(sheet)
}

/// The one by which the first lines have the most parts in common.
fn delimiter(text: &str) -> u8 {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(20).collect();
    let parts = |delimiter: &u8| {
        let mut counts: Vec<usize> =
            lines.iter().map(|line| line.bytes().filter(|byte| byte == delimiter).count()).collect();
        counts.sort_unstable();
        counts.get(counts.len() / 2).copied().unwrap_or(0)
    };
    // Of equals the last counts, so the comma.
    [b'|', b';', b'\t', b','].into_iter().max_by_key(parts).unwrap_or(b',')
}

/// The workbook formats are old and wide, and their readers index into what a file says of itself.
fn without_panic(name: &str, read: impl FnOnce() -> Result<Vec<Sheet>, Refusal>) -> Result<Vec<Sheet>, Refusal> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(Refusal::Broken { name: name.to_owned() }))
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

pub(crate) fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
