//! The rows of a CSV file or of a workbook's first sheet, as text. Whatever the file claims, memory stays bounded.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Ods, Reader, Xlsx};
use encoding_rs::{EUC_KR, Encoding};
use zip::ZipArchive;

use crate::PlanFaultCode;
use crate::text::composed;

/// Columns further right are no part of a list of seats.
const COLUMNS_MOST: usize = 64;
/// 50,000 seats take about 25 MB as OpenDocument, less in the other formats.
const UNPACKED_MOST: u64 = 128 * 1024 * 1024;
/// What a workbook claims to repeat or to hold.
const CLAIMED_MOST: u64 = 4_000_000;

/// Takes a row's number, from 1, and its cells; says whether to go on.
type EachRow<'a> = &'a mut dyn FnMut(u64, Vec<String>) -> bool;

/// Gives every row that has something in it. The format goes by the end of the file's name.
pub(crate) fn each_row(bytes: &[u8], name: &str, each: EachRow<'_>) -> Result<(), PlanFaultCode> {
    match name.rsplit('.').next().unwrap_or_default().to_lowercase().as_str() {
        "csv" | "tsv" | "txt" => csv_rows(bytes, each),
        "xlsx" | "xlsm" => {
            check_unpacked(bytes, claimed_strings)?;
            without_panic(|| xlsx_rows(bytes, each))
        }
        "ods" => {
            check_unpacked(bytes, claimed_cells)?;
            without_panic(|| range_rows(Ods::new(Cursor::new(bytes)).map_err(unreadable)?, each))
        }
        // Not "xls": its reader reserves whatever a broken file claims, which no check from outside can bound.
        _ => Err(PlanFaultCode::Unreadable),
    }
}

fn unreadable<E>(_: E) -> PlanFaultCode {
    PlanFaultCode::Unreadable
}

/// The workbook formats are old and wide, and their reader indexes into what a file says of itself.
fn without_panic(read: impl FnOnce() -> Result<(), PlanFaultCode>) -> Result<(), PlanFaultCode> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(PlanFaultCode::Unreadable))
}

fn give(each: EachRow<'_>, row: u64, cells: Vec<String>) -> bool {
    cells.iter().all(|cell| cell.is_empty()) || each(row, cells)
}

/// Korean Excel saves CSV as CP949, or as UTF-8 or UTF-16 with a byte order mark.
fn csv_rows(bytes: &[u8], each: EachRow<'_>) -> Result<(), PlanFaultCode> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        None => EUC_KR,
    };
    let (text, _, had_errors) = encoding.decode(bytes);
    if had_errors {
        return Err(PlanFaultCode::Unreadable);
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(unreadable)? {
        let row = record.position().map_or(0, |position| row_at(&text, position));
        let cells = record.iter().take(COLUMNS_MOST).map(composed).collect();
        if !give(each, row, cells) {
            break;
        }
    }
    Ok(())
}

/// A position is where the last row ended: empty lines and half of its line end may come before the next.
fn row_at(text: &str, position: &csv::Position) -> u64 {
    let rest = text.as_bytes().get(position.byte() as usize..).unwrap_or_default();
    let between = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + between.filter(|byte| **byte == b'\n').count() as u64
}

/// The one that parts the first line most often.
fn delimiter(text: &str) -> u8 {
    let head = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: &u8| head.bytes().filter(|byte| byte == delimiter).count();
    // Of equals the last counts, so the comma.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// Reads what is really packed, not what the archive says of it, before the workbook's reader takes it all in.
fn check_unpacked(bytes: &[u8], claims: fn(&[u8]) -> u64) -> Result<(), PlanFaultCode> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut left = UNPACKED_MOST;
    for i in 0..archive.len() {
        let file = archive.by_index(i).map_err(unreadable)?;
        let mut content = Vec::new();
        let read = file.take(left + 1).read_to_end(&mut content).map_err(unreadable)?;
        left = left.checked_sub(read as u64).ok_or(PlanFaultCode::TooLarge)?;
        if claims(&content) > CLAIMED_MOST {
            return Err(PlanFaultCode::TooLarge);
        }
    }
    Ok(())
}

/// How many shared strings an Excel workbook says it has: its reader makes room for as many.
fn claimed_strings(content: &[u8]) -> u64 {
    tags(content).filter_map(|tag| claim(tag, b"uniqueCount")).max().unwrap_or(0)
}

/// How many cells an OpenDocument sheet says to repeat. Empty ones at the end of a row are never made.
fn claimed_cells(content: &[u8]) -> u64 {
    let mut cells: u64 = 0;
    let mut tags = tags(content).peekable();
    while let Some(tag) = tags.next() {
        if !(tag.starts_with(b"table:table-cell") || tag.starts_with(b"table:covered-table-cell")) {
            continue;
        }
        let is_empty = tag.ends_with(b"/>") && find(tag, b"office:").or(find(tag, b"formula")).is_none();
        let ends_row = tags.peek().is_some_and(|next| next.starts_with(b"/table:table-row"));
        if !(is_empty && ends_row) {
            cells = cells.saturating_add(claim(tag, b"number-columns-repeated").unwrap_or(1));
        }
    }
    cells
}

/// Each tag with the text after it.
fn tags(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    content.split(|byte| *byte == b'<').map(<[u8]>::trim_ascii_end)
}

/// The number that a tag has for an attribute; one too long to be read is a claim too.
fn claim(tag: &[u8], attribute: &[u8]) -> Option<u64> {
    let after = &tag[find(tag, attribute)? + attribute.len()..];
    let mut parts = after.splitn(3, |byte| matches!(byte, b'"' | b'\''));
    let value = std::str::from_utf8(parts.nth(1)?).ok()?;
    Some(value.trim().parse().unwrap_or(u64::MAX))
}

fn find(content: &[u8], part: &[u8]) -> Option<usize> {
    content.windows(part.len()).position(|window| window == part)
}

/// Cell by cell: as a table, two cells at the far corners of a sheet would be seventeen billion.
fn xlsx_rows(bytes: &[u8], each: EachRow<'_>) -> Result<(), PlanFaultCode> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let sheet = workbook.sheet_names().first().cloned().ok_or(PlanFaultCode::Unreadable)?;
    let mut reader = workbook.worksheet_cells_reader(&sheet).map_err(unreadable)?;
    let (mut row, mut cells) = (0, Vec::new());
    while let Some(cell) = reader.next_cell().map_err(unreadable)? {
        let (down, across) = cell.get_position();
        if down != row {
            if !give(each, u64::from(row) + 1, std::mem::take(&mut cells)) {
                return Ok(());
            }
            row = down;
        }
        let across = across as usize;
        if across < COLUMNS_MOST {
            cells.resize(cells.len().max(across + 1), String::new());
            cells[across] = composed(&Data::from(cell.get_value().clone()).to_string());
        }
    }
    give(each, u64::from(row) + 1, cells);
    Ok(())
}

fn range_rows<'a, R: Reader<Cursor<&'a [u8]>>>(mut workbook: R, each: EachRow<'_>) -> Result<(), PlanFaultCode> {
    let range = workbook.worksheet_range_at(0).ok_or(PlanFaultCode::Unreadable)?.map_err(unreadable)?;
    let first = range.start().map_or(0, |(row, _)| u64::from(row)) + 1;
    for (row, cells) in (first..).zip(range.rows()) {
        let cells = cells.iter().take(COLUMNS_MOST).map(|cell| composed(&cell.to_string())).collect();
        if !give(each, row, cells) {
            break;
        }
    }
    Ok(())
}
