//! Tables whose headings don't say where the seats are, or that have none: what their columns hold by what stands in them.

use std::collections::BTreeMap;

use crate::heading::{Column, ROWS_SEARCHED, Table, groups, meaning, texts};
use crate::numbers::{Numbers, numbers};
use crate::part::{Kind, Part, parts};
use crate::reading::Meaning;
use crate::sheet::Sheet;
use crate::text::won;

/// Cells by which a column is judged.
const JUDGED: usize = 300;
/// What is no price of a ticket.
const PRICE_LEAST: i64 = 1_000;

/// A sheet as a table: by a line that has a few headings, else by its first line of several cells.
pub(crate) fn table(sheet: &Sheet) -> Option<Table> {
    by_headings(sheet).or_else(|| by_content(sheet))
}

/// The line with most headings, if it has two and one of them places a seat or prices it.
fn by_headings(sheet: &Sheet) -> Option<Table> {
    let mut best: Option<(usize, u32, BTreeMap<u32, String>)> = None;
    for row in sheet.rows.keys().copied().take(ROWS_SEARCHED) {
        let texts = texts(sheet, row);
        let sure: Vec<Meaning> = texts.values().filter_map(|text| meaning(text)).map(|(meaning, _)| meaning).collect();
        let is_of_seats = sure.iter().any(|meaning| {
            matches!(meaning, Meaning::Floor | Meaning::Section | Meaning::Row | Meaning::Tier | Meaning::Number)
        });
        if sure.len() >= 2 && is_of_seats && best.as_ref().is_none_or(|(most, ..)| sure.len() > *most) {
            best = Some((sure.len(), row, texts));
        }
    }
    let (_, row, texts) = best?;
    let has_lines = sheet.rows.range(row + 1..).next().is_some();
    has_lines.then(|| Table { heading: Some(row), first: row + 1, groups: groups(sheet, row + 1, texts) })
}

fn by_content(sheet: &Sheet) -> Option<Table> {
    let lines = sheet.rows.iter().filter(|(_, cells)| cells.iter().any(|(_, cell)| !cell.text.is_empty()));
    let wide = |(_, cells): &(&u32, &Vec<(u32, crate::sheet::Cell)>)| cells.len() > 1;
    let first = lines.clone().find(wide).or_else(|| lines.clone().next()).map(|(row, _)| *row)?;
    let mut cells: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for (_, line) in sheet.rows.range(first..).take(JUDGED) {
        for (column, cell) in line.iter().filter(|(_, cell)| !cell.text.is_empty()) {
            cells.entry(*column).or_default().push(&cell.text);
        }
    }
    let mut group: Vec<Column> = Vec::new();
    for (column, cells) in cells {
        let meaning = held(&cells).filter(|meaning| group.iter().all(|column| column.meaning != Some(*meaning)));
        group.push(Column { column, text: String::new(), meaning, is_sure: false });
    }
    Some(Table { heading: None, first, groups: vec![group] })
}

/// What most cells of a column are by their words.
fn held(cells: &[&str]) -> Option<Meaning> {
    let of = |text: &str| {
        let has_word = |kind| Part::read(kind, text).is_some_and(|part| part.word.is_some());
        let found = parts(Kind::Number, text);
        let is_seat = found.len() > 1 && found.iter().any(|(kind, _)| *kind == Kind::Number);
        let is_tier = text.ends_with(['석', '席']) && !text.starts_with(|c: char| c.is_ascii_digit());
        match () {
            () if is_seat => Some(Meaning::Number),
            () if has_word(Kind::Floor) => Some(Meaning::Floor),
            () if has_word(Kind::Section) => Some(Meaning::Section),
            () if has_word(Kind::Row) => Some(Meaning::Row),
            () if is_tier => Some(Meaning::Tier),
            () if has_word(Kind::Number) => Some(Meaning::Number),
            () if won(text).is_some_and(|price| price >= PRICE_LEAST) => Some(Meaning::Price),
            () if matches!(numbers(text), Numbers::Seats(seats) if seats.len() > 1) => Some(Meaning::Number),
            () => None,
        }
    };
    let mut times: BTreeMap<Meaning, usize> = BTreeMap::new();
    for meaning in cells.iter().filter_map(|text| of(text)) {
        *times.entry(meaning).or_default() += 1;
    }
    let (meaning, most) = times.into_iter().max_by_key(|(_, times)| *times)?;
    (most * 10 >= cells.len() * 8).then_some(meaning)
}
