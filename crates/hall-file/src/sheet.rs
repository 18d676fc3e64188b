//! A spreadsheet's sheet, whatever file it came from: cells with what they show, their fill, and where they are drawn.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

/// Sheets of a workbook that are looked at.
pub(crate) const SHEETS_MOST: usize = 60;
/// Merged ranges that are looked at.
pub(crate) const MERGES_MOST: usize = 100_000;
/// A column of a spreadsheet that says nothing else, in pixels.
pub(crate) const WIDTH: f64 = 64.0;
/// A row likewise.
pub(crate) const HEIGHT: f64 = 20.0;

/// Row and column, from 0.
pub(crate) type At = (u32, u32);

/// A cell that has something in it or is filled.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cell {
    /// As the spreadsheet shows it, made plain.
    pub text: String,
    /// It is a number or a date to the spreadsheet.
    pub is_date: bool,
    /// Its formula, without the `=`.
    pub formula: Option<String>,
    /// `0xrrggbb`.
    pub fill: Option<u32>,
}

/// A merged range; its upper left cell has the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Merge {
    pub from: At,
    pub to: At,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sheet {
    pub name: String,
    pub is_hidden: bool,
    /// By row, then by column, both in order.
    pub rows: BTreeMap<u32, Vec<(u32, Cell)>>,
    pub merges: Vec<Merge>,
    /// In pixels, where it isn't [`WIDTH`].
    pub widths: HashMap<u32, f64>,
    /// In pixels, where it isn't [`HEIGHT`].
    pub heights: HashMap<u32, f64>,
    pub width: Option<f64>,
    pub height: Option<f64>,
    pub hidden_rows: HashSet<u32>,
    pub hidden_columns: HashSet<u32>,
    /// A text file's rows: their lines.
    pub lines: HashMap<u32, u32>,
}

impl Sheet {
    pub fn put(&mut self, (row, column): At, cell: Cell) {
        let cells = self.rows.entry(row).or_default();
        match cells.binary_search_by_key(&column, |(at, _)| *at) {
            Ok(at) => cells[at].1 = cell,
            Err(at) => cells.insert(at, (column, cell)),
        }
    }

    pub fn cell(&self, (row, column): At) -> Option<&Cell> {
        let cells = self.rows.get(&row)?;
        cells.binary_search_by_key(&column, |(at, _)| *at).ok().map(|at| &cells[at].1)
    }

    pub fn text(&self, at: At) -> &str {
        self.cell(at).map_or("", |cell| cell.text.as_str())
    }

    pub fn cells(&self) -> impl Iterator<Item = (At, &Cell)> {
        self.rows.iter().flat_map(|(row, cells)| cells.iter().map(|(column, cell)| ((*row, *column), cell)))
    }

    /// Cells with a text.
    pub fn texts(&self) -> impl Iterator<Item = (At, &Cell)> {
        self.cells().filter(|(_, cell)| !cell.text.is_empty())
    }

    pub fn width_of(&self, column: u32) -> f64 {
        self.widths.get(&column).copied().or(self.width).unwrap_or(WIDTH)
    }

    pub fn height_of(&self, row: u32) -> f64 {
        self.heights.get(&row).copied().or(self.height).unwrap_or(HEIGHT)
    }

    pub fn is_shown(&self, (row, column): At) -> bool {
        !self.hidden_rows.contains(&row) && !self.hidden_columns.contains(&column)
    }

    /// Where a cell's row stands in its file, from 1.
    pub fn line(&self, row: u32) -> u32 {
        self.lines.get(&row).copied().unwrap_or(row + 1)
    }
}

/// A column's letters: A, Z, AA.
pub(crate) fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    letters.iter().rev().collect()
}

/// `AB12` as row and column, from 0.
pub(crate) fn at(reference: &str) -> Option<At> {
    let reference = reference.trim().trim_start_matches('$');
    let digits = reference.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = reference.split_at(digits);
    let letters = letters.trim_end_matches('$');
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut column = 0;
    for c in letters.bytes() {
        let c = c.to_ascii_uppercase();
        column = column * 26 + u32::from(c.is_ascii_uppercase().then(|| c - b'A' + 1)?);
    }
    let row: u32 = row.parse().ok().filter(|row| (1..=1_048_576).contains(row))?;
    (column <= 16_384).then_some((row - 1, column - 1))
}

/// `A2:A5`.
pub(crate) fn range(reference: &str) -> Option<Merge> {
    let (from, to) = reference.split_once(':')?;
    let (from, to) = (at(from)?, at(to)?);
    (from.0 <= to.0 && from.1 <= to.1).then_some(Merge { from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_rows_and_columns() {
        assert_eq!(at("A1"), Some((0, 0)));
        assert_eq!(at("$AB$12"), Some((11, 27)));
        assert_eq!(
            (letters(27), letters(0), letters(25), letters(701)),
            ("AB".into(), "A".into(), "Z".into(), "ZZ".into())
        );
        assert_eq!(range("A2:B5"), Some(Merge { from: (1, 0), to: (4, 1) }));
        for broken in ["", "A", "1", "A0", "ZZZZ1", "A99999999", "가1"] {
            assert_eq!(at(broken), None, "{broken}");
        }
    }
}
