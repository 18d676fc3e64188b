//! The cells of a chart, told apart: seats, row labels, titles, the stage, and what nothing is known of.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::chart::legend::{Legend, is_blank};
use crate::chart::marks;
use crate::chart::seat::SeatCell;
use crate::part::{Kind, Part, parts};
use crate::sheet::{At, Sheet};
use crate::stage::is_stage;
use crate::text::with_count;

/// Row labels are looked for so far from a row's seats first.
const LABEL_NEAR: u32 = 2;
/// An unmerged title may be for so many columns to its right.
const TITLE_REACH: u32 = 40;

/// The name over a block, or of a floor.
#[derive(Debug, Clone)]
pub(crate) struct Title {
    pub at: At,
    pub text: String,
    pub floor: Option<Part>,
    pub section: Option<Part>,
    pub count: Option<u32>,
    /// Columns that it is for.
    pub columns: (u32, u32),
    /// A merged cell says its columns itself.
    pub is_merged: bool,
}

impl Title {
    /// Texts that name a block, whatever colour they have.
    pub fn is_surely(text: &str) -> bool {
        Self::read((0, 0), text).is_some_and(|title| title.section.is_some_and(|section| section.word.is_some()))
    }

    fn read(at: At, text: &str) -> Option<Self> {
        if text.chars().count() > 40 {
            return None;
        }
        let (stem, count) = with_count(text);
        let found = parts(Kind::Section, &stem);
        let (mut floor, mut section) = (None, None);
        for (kind, part) in found {
            match kind {
                Kind::Floor => floor = Some(part),
                // `A열 (29석)` names a block whose numbers run through.
                Kind::Row if count.is_some() => section = section.or(Some(part)),
                Kind::Section if part.word.is_some() || count.is_some() || floor.is_some() => section = Some(part),
                _ => return None,
            }
        }
        // `R석 44석` tells of a tier, `1층 객석` of a floor.
        if let Some(part) = &section
            && part.word.is_none()
        {
            if matches!(part.stem.as_str(), "객석" | "좌석" | "전체" | "석") && floor.is_some() {
                section = None;
            } else if part.stem.ends_with(['석', '席']) {
                return None;
            }
        }
        let is_title = floor.is_some() || section.is_some();
        let columns = (at.1, at.1);
        is_title.then(|| Self { at, text: text.to_owned(), floor, section, count, columns, is_merged: false })
    }
}

#[derive(Debug, Default)]
pub(crate) struct Cells {
    pub seats: BTreeMap<At, SeatCell>,
    /// Labels of rows.
    pub labels: BTreeMap<At, Part>,
    pub titles: Vec<Title>,
    pub stage: Option<At>,
    /// Seats in rows or columns that are hidden.
    pub hidden: Vec<At>,
    pub unread: Vec<At>,
    /// Texts by which the language is told.
    pub words: Vec<String>,
}

impl Cells {
    /// Empty cells with a fill.
    pub fn filled(sheet: &Sheet) -> usize {
        sheet.cells().filter(|(_, cell)| cell.text.is_empty() && cell.fill.is_some_and(|fill| !is_blank(fill))).count()
    }

    pub fn find(sheet: &Sheet, legend: &Legend, takes_hidden: bool) -> Self {
        let mut cells = Self::default();
        let mut texts: Vec<At> = Vec::new();
        for (at, cell) in sheet.cells().filter(|(at, _)| !legend.cells.contains(at)) {
            let fill = cell.fill.filter(|fill| !is_blank(*fill));
            match seat(&cell.text) {
                Some((number, name, row)) if !cell.is_date => {
                    if sheet.is_shown(at) || takes_hidden {
                        cells.seats.insert(at, SeatCell { number, name, row, fill });
                    } else {
                        cells.hidden.push(at);
                    }
                }
                _ if !cell.text.is_empty() && sheet.is_shown(at) => texts.push(at),
                _ => {}
            }
        }
        if cells.seats.len() < 10 && Self::filled(sheet) >= 20 {
            // Seats that are coloured and not numbered.
            let empty = sheet.cells().filter(|(at, cell)| cell.text.is_empty() && !legend.cells.contains(at));
            for (at, cell) in empty.filter(|(at, _)| sheet.is_shown(*at)) {
                if let Some(fill) = cell.fill.filter(|fill| !is_blank(*fill)) {
                    cells.seats.insert(at, SeatCell { number: None, name: None, row: None, fill: Some(fill) });
                }
            }
        }
        cells.name_wheelchairs();
        let mut found: BTreeMap<At, String> = BTreeMap::new();
        let rows: BTreeSet<u32> = cells.seats.keys().map(|(row, _)| *row).collect();
        for at in texts {
            let text = sheet.text(at);
            cells.words.push(text.to_owned());
            if is_stage(text) {
                cells.stage = cells.stage.or(Some(at));
                continue;
            }
            if marks::is_mark(text) && cells.is_among_seats(sheet, at) {
                found.insert(at, text.to_owned());
                continue;
            }
            if rows.contains(&at.0)
                && with_count(text).1.is_none()
                && let Some(label) = row_label(text)
            {
                cells.labels.insert(at, label);
                continue;
            }
            match Title::read(at, text) {
                Some(title) => cells.titles.push(title),
                None => cells.unread.push(at),
            }
        }
        for at in found.keys() {
            let fill = sheet.cell(*at).and_then(|cell| cell.fill).filter(|fill| !is_blank(*fill));
            cells.seats.insert(*at, SeatCell { number: None, name: None, row: None, fill });
        }
        marks::name(&mut cells.seats, &found);
        cells.spread_titles(sheet);
        cells
    }

    /// `W1` is a wheelchair place, unless other rows of the hall have such letters too.
    fn name_wheelchairs(&mut self) {
        let heads: BTreeSet<&str> = self.seats.values().filter_map(|seat| seat.row.as_deref()).collect();
        if heads.is_empty() || !heads.into_iter().all(marks::is_wheelchair_head) {
            return;
        }
        for seat in self.seats.values_mut().filter(|seat| seat.row.is_some()) {
            let head = seat.row.take().unwrap_or_default();
            seat.name = seat.name.take().map(|name| format!("{head}{name}"));
            seat.number = None;
        }
    }

    /// Whether a mark stands in a row of seats, beside one or beside another mark, and not as the label of row W.
    fn is_among_seats(&self, sheet: &Sheet, (row, column): At) -> bool {
        let text = sheet.text((row, column));
        let beside = [column.checked_sub(1), column.checked_add(1)];
        let has = |of: &dyn Fn(At) -> bool| beside.into_iter().flatten().any(|column| of((row, column)));
        let is_row = self.seats.range((row, 0)..=(row, u32::MAX)).next().is_some();
        let again = |at: At| marks::is_mark(sheet.text(at));
        is_row && (has(&again) || (text != "W" && has(&|at| self.seats.contains_key(&at))))
    }

    /// The columns that each title is for.
    fn spread_titles(&mut self, sheet: &Sheet) {
        let starts: Vec<At> = self.titles.iter().map(|title| title.at).collect();
        for title in &mut self.titles {
            if let Some(merge) = sheet.merges.iter().find(|merge| merge.from == title.at && merge.to.1 > merge.from.1) {
                title.columns = (merge.from.1, merge.to.1);
                title.is_merged = true;
                continue;
            }
            let next = starts.iter().filter(|at| at.0 == title.at.0 && at.1 > title.at.1).map(|at| at.1).min();
            let reach = title.at.1 + TITLE_REACH;
            title.columns =
                (title.at.1.saturating_sub(1), next.map_or(reach, |next| next.saturating_sub(1).min(reach)));
        }
    }

    /// Takes columns of row labels out of the seats: numbers that count down the rows and not along them.
    pub fn take_labels(&mut self, legend: &Legend) {
        let palette: HashSet<u32> = legend.entries.iter().map(|entry| entry.fill).collect();
        let is_coloured = |seat: &SeatCell| seat.fill.is_some_and(|fill| palette.is_empty() || palette.contains(&fill));
        let coloured = self.seats.values().filter(|seat| is_coloured(seat)).count();
        let by_colour = coloured * 10 > self.seats.len() * 6;
        let mut columns: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
        for ((row, column), seat) in &self.seats {
            if let (Some(number), None) = (seat.number, &seat.row) {
                columns.entry(*column).or_default().push((*row, number));
            }
        }
        let number = |at: At| self.seats.get(&at).and_then(|seat| seat.number);
        let mut taken: Vec<At> = Vec::new();
        for (column, cells) in columns {
            let plain = |row: u32| self.seats.get(&(row, column)).is_some_and(|seat| !is_coloured(seat));
            // Where seats have colours, a label is what has none.
            let cells: Vec<(u32, u32)> = cells.into_iter().filter(|(row, _)| !by_colour || plain(*row)).collect();
            let goes_on = |(row, n): &&(u32, u32)| {
                let left = column.checked_sub(1).and_then(|left| number((*row, left)));
                let right = number((*row, column + 1));
                let follows = |a: u32, b: u32| a + 1 == b || b + 1 == a;
                // Between two neighbours it continues both or none; at an edge, one.
                match (left, right) {
                    (Some(left), Some(right)) => follows(left, *n) && follows(*n, right),
                    (Some(one), None) | (None, Some(one)) => follows(one, *n),
                    (None, None) => false,
                }
            };
            let beside = |(row, _): &&(u32, u32)| {
                let near = |at: u32| self.seats.contains_key(&(*row, at));
                (1..=LABEL_NEAR).any(|apart| column.checked_sub(apart).is_some_and(near) || near(column + apart))
            };
            let along = cells.iter().filter(goes_on).count();
            let near = cells.iter().filter(beside).count();
            let counts = counts_down(&cells) || (by_colour && cells.len() == 1);
            if counts && !cells.is_empty() && along * 2 <= cells.len() && near * 2 >= cells.len() && near > 0 {
                taken.extend(cells.iter().map(|(row, _)| (*row, column)));
            }
        }
        for at in taken {
            if let Some(seat) = self.seats.remove(&at)
                && let Some(stem) = seat.name
            {
                self.labels.insert(at, Part { stem, word: None });
            }
        }
    }

    /// The label of a row of seats: the nearest, left before right.
    pub fn label_of(&self, row: u32, seats: &[At]) -> Option<Part> {
        let (left, right) = (seats.first()?.1, seats.last()?.1);
        let distance = |column: u32| {
            if column < left {
                (left - column) * 2
            } else if column > right {
                (column - right) * 2 + 1
            } else {
                // In an aisle of the block.
                3
            }
        };
        let labels = self.labels.range((row, 0)..=(row, u32::MAX));
        labels.min_by_key(|((_, column), _)| distance(*column)).map(|(_, label)| label.clone())
    }
}

/// Whether numbers count on from cell to cell down a column, perhaps anew for each floor.
fn counts_down(cells: &[(u32, u32)]) -> bool {
    let (mut steps, mut ones, mut breaks) = (0, 0, 0);
    let mut sign = 0;
    for pair in cells.windows(2) {
        let [(row, n), (next_row, next)] = pair else { continue };
        let step = i64::from(*next) - i64::from(*n);
        if next_row - row > 3 || (*next == 1 && step != -1) {
            (breaks, sign) = (breaks + 1, 0);
            continue;
        }
        if step == 0 || step.abs() > 3 || (sign != 0 && step.signum() != sign) {
            return false;
        }
        sign = step.signum();
        steps += 1;
        ones += usize::from(step.abs() == 1);
    }
    steps > 0 && ones * 10 >= steps * 6 && breaks <= steps
}

/// A seat's number, its label and its row; None if the cell is no seat.
fn seat(text: &str) -> Option<(Option<u32>, Option<String>, Option<String>)> {
    if matches!(text, "●" | "○" | "■" | "□" | "◯" | "ㅇ" | "◎" | "▢" | "◻" | "◼") {
        return Some((None, None, None));
    }
    let bare = marks::bare(text);
    let bare = bare.strip_suffix(['번', '番', '席']).unwrap_or(bare);
    if bare.is_empty() || bare.len() > 12 || !bare.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let digits_at = bare.find(|c: char| c.is_ascii_digit())?;
    let (head, rest) = bare.split_at(digits_at);
    let digits = rest.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = digits.parse().ok()?;
    let row = head.trim_end_matches(['-', ' ', '열']);
    let is_short = row.chars().count() <= 2 || marks::is_wheelchair_head(row);
    let fits = is_short && row.chars().all(char::is_alphabetic) && rest.len() - digits.len() <= 1;
    fits.then(|| (Some(number), Some(rest.to_owned()), Some(row.to_owned()).filter(|row| !row.is_empty())))
}

/// A text that labels a row: `1열`, `A열`, `A`, `가`.
fn row_label(text: &str) -> Option<Part> {
    let part = Part::read(Kind::Row, text)?;
    let letters = part.stem.chars().count();
    let short = part.stem.chars().all(char::is_alphanumeric) && letters <= 3;
    let is_label = short && (part.word.is_some() || (letters <= 2 && !part.stem.ends_with(['층', '석'])));
    let leads = text.to_lowercase().starts_with("row") || text.to_lowercase().starts_with("reihe");
    (is_label || leads).then_some(part)
}
