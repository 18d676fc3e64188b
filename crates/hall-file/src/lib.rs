//! Reads whatever file a venue has of its hall: seat lists (CSV, TSV, Excel, OpenDocument) and charts (좌석배치도, a picture
//! of the hall in a spreadsheet), seating plans of pretix (JSON), drawings with a shape a seat (SVG); one or
//! several for a concert. Of a drawing's shapes that are no seats only the stage is read.
//!
//! Bytes and choices go in, a [`Reading`] comes out: the hall, what was understood, and every doubt with its place, the
//! choices that settle it, and what is done until one is made. Nothing is read wrongly in silence: what is assumed is a
//! doubt with a default, and what can't be assumed is one without. Reading is pure and gives the same for the same bytes
//! and choices; it knows no database and no window. A file is a stranger: it may hold [`BYTES_MOST`] bytes, [`CELLS_MOST`]
//! cells and [`SEATS_MOST`] seats, and whatever is in it, reading ends with a reading or a [`Refusal`].
//!
//! ```
//! use hall_file::{Choices, File, read};
//!
//! let list = "구역,열,번호,등급,가격\n가,1,1~10,R석,132000\n";
//! let reading = read(&[File { name: "좌석.csv", bytes: list.as_bytes() }], &[], &Choices::default())?;
//! assert!(reading.is_settled());
//! assert_eq!((reading.counts.seats, reading.hall.seats[9].label.as_str()), (10, "가구역 1열 10번"));
//! # Ok::<(), hall_file::Refusal>(())
//! ```

mod archive;
mod aside;
mod chart;
mod colour;
mod doubts;
mod guess;
mod hall;
mod heading;
mod join;
mod json;
mod list;
mod numbers;
mod ods;
mod open;
mod part;
mod place;
mod pretix;
mod reading;
mod rough;
mod sheet;
mod stage;
mod svg;
mod text;
mod totals;
pub mod xls;
mod xlsx;
mod xml;

use std::collections::HashSet;

use crate::doubts::{Ask, Doubts};
use crate::open::{Opened, open};
use crate::rough::Rough;
use crate::sheet::letters;

pub use reading::*;
pub use text::identity;

/// Bytes of a file.
pub const BYTES_MOST: usize = 32 * 1024 * 1024;
/// Cells of a file that have something in them.
pub const CELLS_MOST: usize = 1_500_000;
/// Seats of a hall: the largest have 20,000 to 50,000.
pub const SEATS_MOST: usize = 60_000;
/// Files of one concert.
pub const FILES_MOST: usize = 20;

/// A file as it was dropped.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its name, for what is said of it. What is in it tells its kind.
    pub name: &'a str,
    /// Its bytes, or what [`xls::serve`] wrote of them.
    pub bytes: &'a [u8],
}

/// A tier that the concert has already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownTier {
    /// For example `R석`.
    pub label: String,
    /// In won.
    pub price: i64,
}

/// Reads the files of one hall. `known` are the tiers of the concert, against whose prices the files' are held.
///
/// # Errors
/// What no answer could mend: a file that is too large, broken, locked, or of a kind that isn't read.
pub fn read(files: &[File<'_>], known: &[KnownTier], choices: &Choices) -> Result<Reading, Refusal> {
    let mut doubts = Doubts::new(choices);
    let (mut roughs, mut names, mut reads) = (Vec::new(), Vec::new(), Vec::new());
    for (at, file) in files.iter().take(FILES_MOST).enumerate() {
        let (rough, sheets) = one(file, at as u32, &mut doubts)?;
        names.push(sheets);
        roughs.push(rough);
    }
    reads.extend(roughs.iter().filter_map(|rough| rough.read.clone()));
    let mut whole = join::join(roughs, &names, &mut doubts);
    if whole.seats.len() > SEATS_MOST {
        let name = files.first().map_or("", |file| file.name).to_owned();
        return Err(Refusal::TooManySeats { name, most: SEATS_MOST as u32 });
    }
    let blocks = std::mem::take(&mut whole.blocks);
    let (hall, counts) = hall::make(whole, &names, known, &mut doubts);
    let (doubts, more_doubts) = doubts.into_parts();
    Ok(Reading { files: reads, hall, counts, doubts, more_doubts, blocks })
}

/// One file, and the names of its sheets.
fn one(file: &File<'_>, at: u32, doubts: &mut Doubts<'_>) -> Result<(Rough, Vec<String>), Refusal> {
    let key = "encoding";
    let (opened, decoded) = open(file, doubts.choices().answers.get(key))?;
    let whole = Place { file: at, ..Place::default() };
    if let Some(guessed) = decoded.guessed.filter(|guessed| *guessed != encoding_rs::EUC_KR) {
        let ask = Ask::new(key, About::Encoding, guessed.name());
        let others = ["euc-kr", "shift_jis", "windows-1252", "gbk", "big5"];
        let others = others.iter().filter(|name| !guessed.name().eq_ignore_ascii_case(name));
        let choices = [guessed.name()].into_iter().chain(others.copied()).map(|name| Choice::Name(name.to_owned()));
        doubts.ask(whole.clone(), ask.choices(choices));
    }
    let sheets = match opened {
        Opened::Sheets(sheets) => sheets,
        Opened::Json(text) => {
            let (mut rough, zones) = pretix::read(file.name, at, &text, doubts)?;
            count_read(&mut rough);
            return Ok((rough, zones));
        }
        Opened::Svg(text) => {
            let mut rough = svg::read(file.name, at, &text, doubts)?;
            count_read(&mut rough);
            return Ok((rough, Vec::new()));
        }
    };
    let names: Vec<String> = sheets.iter().map(|sheet| sheet.name.clone()).collect();
    let mut rough = spreadsheet(file.name, at, &sheets, doubts)?;
    count_read(&mut rough);
    Ok((rough, names))
}

/// A spreadsheet's lists, or else its charts.
fn spreadsheet(name: &str, file: u32, sheets: &[sheet::Sheet], doubts: &mut Doubts<'_>) -> Result<Rough, Refusal> {
    let place = |sheet: &sheet::Sheet| Place {
        file,
        sheet: Some(sheet.name.clone()).filter(|name| !name.is_empty()),
        ..Place::default()
    };
    let mut shown = Vec::new();
    for (at, sheet) in sheets.iter().enumerate().filter(|(_, sheet)| sheet.texts().next().is_some()) {
        if sheet.is_hidden {
            let ask = Ask::new(format!("sheet:{}", sheet.name), About::SheetLeftOut, sheet.name.clone());
            if doubts.ask(place(sheet), ask.choices([Choice::LeaveOut, Choice::Take])) != Some(Choice::Take) {
                continue;
            }
        }
        shown.push((at, sheet));
    }
    let mut tables: Vec<(usize, heading::Table)> =
        shown.iter().filter_map(|(at, sheet)| Some((*at, heading::find(sheet)?))).collect();
    if tables.is_empty() {
        let charts: Vec<(usize, &sheet::Sheet)> =
            shown.iter().copied().filter(|(_, sheet)| chart::is_chart(sheet)).collect();
        if !charts.is_empty() {
            return chart::read(name, file, &charts, doubts);
        }
    }
    if tables.is_empty() {
        // The largest sheet, so that it can at least be asked about.
        let largest = shown.iter().rev().max_by_key(|(_, sheet)| sheet.texts().count());
        tables.extend(largest.and_then(|(at, sheet)| Some((*at, guess::table(sheet)?))));
    }
    let listed: HashSet<usize> = tables.iter().map(|(at, _)| *at).collect();
    for (_, sheet) in shown.iter().filter(|(at, _)| !tables.is_empty() && !listed.contains(at)) {
        doubts.note(place(sheet), format!("sheet:{}", sheet.name), About::SheetLeftOut, sheet.name.clone());
    }
    list::read(name, file, sheets, tables, doubts)
}

/// Floors and sections of what was read.
fn count_read(rough: &mut Rough) {
    let words = hall::words(rough);
    let (mut floors, mut sections) = (Vec::new(), HashSet::new());
    for seat in &rough.seats {
        let floor = words.section_name(seat.floor.as_ref(), None);
        if let Some(floor) = floor.filter(|floor| !floors.contains(floor)) {
            floors.push(floor);
        }
        sections.insert(words.section_name(seat.floor.as_ref(), seat.section.as_ref()));
    }
    if let Some(read) = &mut rough.read {
        (read.floors, read.sections) = (floors, sections.len() as u32);
        (read.seats, read.tiers) = (rough.seats.len() as u32, rough.tiers.len() as u32);
    }
}
