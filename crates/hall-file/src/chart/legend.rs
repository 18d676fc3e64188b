//! What a chart says beside its seats: which colour is which tier, at what price, and how many seats there are.

use std::collections::{BTreeMap, HashSet};

use crate::sheet::{At, Cell, Sheet};
use crate::text::{with_count, with_price, won};
use crate::totals::is_total_word;

/// Cells right of a legend's name that may hold its price and count.
const FIGURES: u32 = 4;
/// Cells between a colour and its name.
const APART: u32 = 2;

/// A tier as the legend has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub name: String,
    pub fill: u32,
    pub price: Option<i64>,
    pub count: Option<u32>,
    pub at: At,
}

#[derive(Debug, Default)]
pub(crate) struct Legend {
    pub entries: Vec<Entry>,
    /// All seats, as the sheet says.
    pub total: Option<(u32, At)>,
    /// Its cells, which are no seats.
    pub cells: HashSet<At>,
}

/// Finds the names of tiers that stand on their colour or right beside it. `is_title` says which texts name blocks.
pub(crate) fn find(sheet: &Sheet, is_title: impl Fn(&str) -> bool) -> Legend {
    let mut legend = Legend::default();
    let mut by_fill: BTreeMap<u32, usize> = BTreeMap::new();
    for (at, cell) in sheet.texts().filter(|(at, _)| sheet.is_shown(*at)) {
        if is_total_word(&cell.text) {
            total(sheet, at, cell, &mut legend);
            continue;
        }
        if !is_name(&cell.text) || is_title(&cell.text) {
            continue;
        }
        let Some((fill, swatch)) = fill_beside(sheet, at, cell) else { continue };
        let (name, price) = with_price(&cell.text);
        let (name, count) = with_count(&name);
        // `R석 44석`: the tier's own 석 isn't a count.
        let name = name.trim_matches([' ', ':', '-', '=', ',', '/', '■', '●', '(', ')']).to_owned();
        if name.is_empty() || by_fill.contains_key(&fill) {
            continue;
        }
        let mut entry = Entry { name, fill, price, count, at };
        legend.cells.extend(swatch.into_iter().chain([at]));
        figures(sheet, &mut entry, &mut legend.cells);
        by_fill.insert(fill, legend.entries.len());
        legend.entries.push(entry);
    }
    legend
}

/// A name has a letter, and isn't a seat: `1`, `A12`.
fn is_name(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters > 0 && text.chars().count() <= 60 && !(text.chars().any(|c| c.is_ascii_digit()) && letters == 1)
}

/// The name's own fill, or that of an empty cell left of it, or right of it.
fn fill_beside(sheet: &Sheet, at: At, cell: &Cell) -> Option<(u32, Option<At>)> {
    let swatch = |column: u32| {
        let cell = sheet.cell((at.0, column)).filter(|cell| cell.text.is_empty() || is_mark(&cell.text))?;
        cell.fill.filter(|fill| !is_blank(*fill)).map(|fill| (fill, Some((at.0, column))))
    };
    let own = cell.fill.filter(|fill| !is_blank(*fill)).map(|fill| (fill, None));
    let left = (1..=APART).filter_map(|apart| at.1.checked_sub(apart)).find_map(|column| {
        // Nothing else may stand between.
        let between = (column + 1..at.1).all(|column| sheet.text((at.0, column)).is_empty());
        swatch(column).filter(|_| between)
    });
    left.or(own).or_else(|| swatch(at.1 + 1))
}

fn is_mark(text: &str) -> bool {
    matches!(text, "■" | "●" | "□" | "○" | "▣" | "◆")
}

/// White is no colour of a tier.
pub(crate) fn is_blank(fill: u32) -> bool {
    fill == 0xff_ffff
}

/// Price and count in the cells that follow.
fn figures(sheet: &Sheet, entry: &mut Entry, cells: &mut HashSet<At>) {
    let (row, column) = entry.at;
    let following: Vec<(u32, &str)> =
        (column + 1..=column + FIGURES).map(|column| (column, sheet.text((row, column)))).collect();
    // More figures than a legend has are a row of seats.
    if (column + 1..column + 8).filter(|column| sheet.text((row, *column)).parse::<u32>().is_ok()).count() > 3 {
        return;
    }
    for (column, text) in following.into_iter().filter(|(_, text)| !text.is_empty()) {
        let marked = text.contains(['원', '₩', '\\', ',', '만']);
        match (with_count(text).1, won(text)) {
            (Some(count), _) => entry.count = entry.count.or(Some(count)),
            (None, Some(price)) if marked || price >= 1_000 => entry.price = entry.price.or(Some(price)),
            (None, Some(count)) => entry.count = entry.count.or(u32::try_from(count).ok()),
            _ => break,
        }
        cells.insert((row, column));
    }
}

fn total(sheet: &Sheet, at: At, cell: &Cell, legend: &mut Legend) {
    legend.cells.insert(at);
    let mut count = with_count(&cell.text).1;
    for column in at.1 + 1..=at.1 + FIGURES {
        let text = sheet.text((at.0, column));
        let figure = text.replace(',', "").parse::<u32>().ok().or(with_count(text).1);
        if figure.is_some() {
            legend.cells.insert((at.0, column));
            count = count.or(figure);
        }
    }
    let digits: String = cell.text.chars().filter(char::is_ascii_digit).collect();
    if let Some(count) = count.or(digits.parse().ok()) {
        legend.total = legend.total.or(Some((count, at)));
    }
}
