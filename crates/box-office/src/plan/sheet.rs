//! Reads a list of seats from a CSV file or a workbook: one row a seat, under a row of headings.

use std::collections::HashMap;

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::plan::generate::{ROW_PITCH, SECTION_GAP};
use crate::plan::sheet_rows::each_row;
use crate::plan::{Faults, PLAN_SEATS_MOST, check, check_size, seat_label};
use crate::{Plan, PlanFault, PlanFaultCode, PlanTier, PlannedSeat};

/// A table's file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SheetKind {
    /// Comma-separated, UTF-8 with a byte order mark: Excel opens Korean right.
    Csv,
    /// An Excel workbook.
    Xlsx,
}

/// Seats of a section without rows are wrapped after this many.
const LOOSE_ROW: i32 = 40;
/// Numbers further apart than this don't say where in the row a seat is.
const WIDEST_ROW: i32 = 500;

/// What a column holds, and the headings it goes by, without spaces and in small letters.
const COLUMNS: [(Column, &[&str]); 7] = [
    (Column::Section, &["구역", "블록", "section", "block", "zone"]),
    (Column::Row, &["열", "행", "row"]),
    (Column::Number, &["번호", "좌석번호", "좌석", "number", "seat", "seatnumber", "no", "no."]),
    (Column::Tier, &["등급", "좌석등급", "tier", "category", "grade"]),
    (Column::Price, &["가격", "금액", "price"]),
    (Column::X, &["x", "가로"]),
    (Column::Y, &["y", "세로"]),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Section,
    Row,
    Number,
    Tier,
    Price,
    X,
    Y,
}

/// Reads a list with the columns section, row, number and tier, of which number and tier must be there; price, x and y
/// may be. Headings can be Korean or English, in any order. Without x and y, sections are laid side by side.
/// `name` is the file's, whose ending tells the format: `.csv`, `.xlsx` or `.ods`.
///
/// # Errors
/// Every fault with its place, for example `row 17`.
pub fn read_sheet(bytes: &[u8], name: &str) -> Result<Plan, Vec<PlanFault>> {
    check_size(bytes)?;
    let mut list = List::default();
    if let Err(code) = each_row(bytes, name, &mut |row, cells| list.row(row, &cells)) {
        list.faults.add(code, "", Some(name));
        return Err(list.faults.into());
    }
    list.finish()
}

#[derive(Default)]
struct List {
    faults: Faults,
    /// What each column holds, once the headings were read.
    columns: Option<Vec<Option<Column>>>,
    tiers: Vec<PlanTier>,
    /// The row that named each tier first.
    tier_rows: Vec<u64>,
    tier_of: HashMap<String, usize>,
    seats: Vec<PlannedSeat>,
    /// The row of each seat.
    rows: Vec<u64>,
}

impl List {
    fn row(&mut self, row: u64, cells: &[String]) -> bool {
        let Some(columns) = &self.columns else {
            return self.headings(cells);
        };
        if self.seats.len() == PLAN_SEATS_MOST {
            self.faults.add(PlanFaultCode::TooManySeats, "", None);
            return false;
        }
        let cell = |wanted: Column| {
            let place = columns.iter().position(|column| *column == Some(wanted))?;
            cells.get(place).map(String::as_str).filter(|cell| !cell.is_empty())
        };
        let place = format!("row {row}");
        let (section, line, number) = (cell(Column::Section), cell(Column::Row), cell(Column::Number));
        let (x, y) = (cell(Column::X), cell(Column::Y));
        let coordinate = |text: Option<&str>| text.and_then(|text| text.parse().ok()).unwrap_or(f64::NAN);
        let seat = PlannedSeat {
            label: seat_label(section, line, number),
            section: section.map(str::to_owned),
            row: line.map(str::to_owned),
            row_number: None,
            number: number.and_then(|number| number.parse().ok()),
            tier: 0,
            x: coordinate(x),
            y: coordinate(y),
            angle: 0.0,
        };
        let price = cell(Column::Price).map(won);
        let (tier, has_number) = (cell(Column::Tier).map(str::to_owned), number.is_some());
        if !has_number {
            self.faults.add(PlanFaultCode::InvalidLabel, place.as_str(), None);
        }
        if price == Some(None) {
            self.faults.add(PlanFaultCode::InvalidPrice, place.as_str(), None);
        }
        match tier {
            None => self.faults.add(PlanFaultCode::NoTier, place, None),
            Some(label) => {
                let tier = self.tier(label, price.flatten(), row);
                if has_number {
                    self.seats.push(PlannedSeat { tier, ..seat });
                    self.rows.push(row);
                }
            }
        }
        !self.faults.full()
    }

    fn headings(&mut self, cells: &[String]) -> bool {
        let columns: Vec<Option<Column>> = cells.iter().map(|cell| column(cell)).collect();
        for (wanted, name) in [(Column::Number, "번호"), (Column::Tier, "등급")] {
            if !columns.contains(&Some(wanted)) {
                self.faults.add(PlanFaultCode::MissingColumn, "", Some(name));
            }
        }
        if columns.contains(&Some(Column::X)) != columns.contains(&Some(Column::Y)) {
            let missing = if columns.contains(&Some(Column::X)) { "y" } else { "x" };
            self.faults.add(PlanFaultCode::MissingColumn, "", Some(missing));
        }
        self.columns = Some(columns);
        self.faults.is_empty()
    }

    /// A tier has one price; a row may leave it out.
    fn tier(&mut self, label: String, price: Option<i64>, row: u64) -> usize {
        let new = self.tiers.len();
        let tier = *self.tier_of.entry(label.clone()).or_insert(new);
        if tier == new {
            self.tiers.push(PlanTier { label, price, color: None });
            self.tier_rows.push(row);
        }
        match (self.tiers[tier].price, price) {
            (Some(known), Some(price)) if known != price => {
                self.faults.add(PlanFaultCode::PriceDiffers, format!("row {row}"), Some(&price.to_string()));
            }
            (None, Some(price)) => self.tiers[tier].price = Some(price),
            _ => {}
        }
        tier
    }

    fn finish(mut self) -> Result<Plan, Vec<PlanFault>> {
        let has_places = self.columns.as_ref().is_some_and(|columns| columns.contains(&Some(Column::X)));
        let mut plan = Plan { stage: None, tiers: self.tiers, seats: self.seats };
        place_seats(&mut plan.seats, has_places);
        let (tier_rows, rows) = (&self.tier_rows, &self.rows);
        let tier_place = |tier: usize| format!("row {}", tier_rows[tier]);
        check(&plan, &mut self.faults, tier_place, |seat| format!("row {}", rows[seat]));
        self.faults.or(plan)
    }
}

fn column(heading: &str) -> Option<Column> {
    // A heading may explain itself: `번호 (number)`.
    let heading = heading.split('(').next().unwrap_or_default();
    let heading: String = heading.to_lowercase().chars().filter(|letter| !matches!(letter, ' ' | '_')).collect();
    COLUMNS.iter().find(|(_, headings)| headings.contains(&heading.as_str())).map(|(column, _)| *column)
}

/// `132,000원`, `₩132000` and `132000` are the same.
fn won(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(|letter| !matches!(letter, ',' | '원' | '₩' | '￦' | ' ')).collect();
    digits.parse().ok()
}

/// Numbers the rows of each section, and lays out sections side by side unless seats have places of their own.
fn place_seats(seats: &mut [PlannedSeat], has_places: bool) {
    let mut sections: Vec<Vec<usize>> = Vec::new();
    let mut section_of: HashMap<Option<String>, usize> = HashMap::new();
    for (i, seat) in seats.iter().enumerate() {
        let section = *section_of.entry(seat.section.clone()).or_insert(sections.len());
        if section == sections.len() {
            sections.push(Vec::new());
        }
        sections[section].push(i);
    }
    let mut left = 0.0;
    for section in &sections {
        number_rows(seats, section);
        if !has_places {
            left += lay_out(seats, section, left) + SECTION_GAP;
        }
    }
    if !has_places {
        let middle = (left - SECTION_GAP) / 2.0;
        seats.iter_mut().for_each(|seat| seat.x -= middle);
    }
}

/// By their numbers if all have one, else as they come.
fn number_rows(seats: &mut [PlannedSeat], section: &[usize]) {
    let mut rows: Vec<String> = Vec::new();
    let mut row_of: HashMap<String, i32> = HashMap::new();
    for row in section.iter().filter_map(|seat| seats[*seat].row.as_ref()) {
        if !row_of.contains_key(row) {
            row_of.insert(row.clone(), 0);
            rows.push(row.clone());
        }
    }
    if rows.iter().all(|row| row.parse::<u32>().is_ok()) {
        rows.sort_by_key(|row| row.parse::<u32>().ok());
    }
    row_of.extend(rows.into_iter().zip(1..));
    for seat in section {
        seats[*seat].row_number = seats[*seat].row.as_ref().and_then(|row| row_of.get(row).copied());
    }
}

/// Places a section's seats in rows from `left` on; returns how wide it is.
fn lay_out(seats: &mut [PlannedSeat], section: &[usize], left: f64) -> f64 {
    let numbers = section.iter().filter_map(|seat| seats[*seat].number);
    let (least, most) = (numbers.clone().min().unwrap_or(0), numbers.max().unwrap_or(0));
    // A number leaves the gaps that the hall has.
    let says_where = most.checked_sub(least).is_some_and(|width| width < WIDEST_ROW);
    let mut order = section.to_vec();
    order.sort_by_key(|seat| (seats[*seat].row_number, seats[*seat].number));
    let (mut row, mut line, mut column, mut widest) = (None, 0, 0, 0);
    for i in order {
        let seat = &mut seats[i];
        let wrapped = seat.row.is_none() && column >= LOOSE_ROW;
        if row != Some(seat.row_number) || wrapped {
            line += i32::from(row.is_some());
            column = 0;
            row = Some(seat.row_number);
        }
        if let Some(number) = seat.number.filter(|_| says_where && seat.row.is_some()) {
            column = column.max(number - least);
        }
        (seat.x, seat.y) = (left + f64::from(column), f64::from(line) * ROW_PITCH);
        widest = widest.max(column);
        column += 1;
    }
    f64::from(widest)
}

const HEADINGS: [&str; 5] = ["구역", "열", "번호", "등급", "가격"];
const EXAMPLES: [(&str, u32, u32, &str, u32); 3] =
    [("1층 B", 1, 1, "R석", 132_000), ("1층 B", 1, 2, "R석", 132_000), ("1층 B", 2, 1, "S석", 99_000)];

/// A list to fill in: the headings and three seats as examples.
#[must_use]
pub fn sheet_template(kind: SheetKind) -> Vec<u8> {
    match kind {
        SheetKind::Csv => {
            let rows = EXAMPLES
                .map(|(section, row, number, tier, price)| format!("{section},{row},{number},{tier},{price}\r\n"));
            format!("\u{feff}{}\r\n{}", HEADINGS.join(","), rows.concat()).into_bytes()
        }
        SheetKind::Xlsx => template_workbook().expect("a sheet of a few fixed cells can be written"),
    }
}

fn template_workbook() -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_freeze_panes(1, 0)?;
    sheet.write_row_with_format(0, 0, HEADINGS, &Format::new().set_bold())?;
    for (at, (section, row, number, tier, price)) in (1..).zip(EXAMPLES) {
        sheet
            .write(at, 0, section)?
            .write(at, 1, row)?
            .write(at, 2, number)?
            .write(at, 3, tier)?
            .write(at, 4, price)?;
    }
    workbook.save_to_buffer()
}
