//! Reads a chart (좌석배치도): a picture of a hall in a spreadsheet, a cell a seat. Numbers may rise, fall or wind from row to
//! row; row labels stand left, right or between the blocks; blocks have their names above, often with their count; the
//! tier is the fill colour, which a legend explains.

mod blocks;
mod cells;
mod legend;
mod marks;
mod seat;

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::SEATS_MOST;
use crate::chart::blocks::{Part as BlockPart, blocks};
use crate::chart::cells::{Cells, Title};
use crate::chart::legend::Legend;
use crate::doubts::{Ask, Doubts};
use crate::part::{Kind, Part, parts};
use crate::reading::{About, Block, Choice, FileKind, FileRead, Place, Rectangle, Refusal, Run};
use crate::rough::{Rough, RoughSeat, Scope, Spot, Unit, Written};
use crate::sheet::{At, Merge, Sheet, letters};

/// Between the charts of two sheets, in seats.
const SHEET_GAP: f64 = 4.0;
/// A stage is drawn at least so deep.
const STAGE_DEPTH: f64 = 1.5;
/// Neighbours that a chart has at least, numbered one after another.
const NEIGHBOURS_LEAST: usize = 4;

/// Whether a sheet is a chart: it has numbers beside their followers, or many marks.
pub(crate) fn is_chart(sheet: &Sheet) -> bool {
    let cells = Cells::find(sheet, &Legend::default(), false);
    let next = |n: u32, at: At| {
        let beside = cells.seats.get(&(at.0, at.1 + 1)).and_then(|seat| seat.number);
        beside.is_some_and(|beside| beside.abs_diff(n) <= 2 && beside != n)
    };
    let neighbours = cells.seats.iter().filter(|(at, seat)| seat.number.is_some_and(|n| next(n, **at))).count();
    let marks = cells.seats.values().filter(|seat| seat.number.is_none()).count();
    neighbours >= NEIGHBOURS_LEAST || marks >= 10 || Cells::filled(sheet) >= 20
}

/// A file's charts; `sheets` are those that hold one, with their places in the file.
pub(crate) fn read(
    name: &str,
    file: u32,
    sheets: &[(usize, &Sheet)],
    doubts: &mut Doubts<'_>,
) -> Result<Rough, Refusal> {
    let mut rough = Rough { unit: Unit::Cells, ..Rough::default() };
    let mut top = 0.0;
    for (at, sheet) in sheets {
        let mut chart = Chart { file, at: *at as u32, sheet, rough: &mut rough, doubts };
        top =
            chart.read(top).ok_or_else(|| Refusal::TooManySeats { name: name.to_owned(), most: SEATS_MOST as u32 })?;
    }
    rough.read = Some(FileRead {
        name: name.to_owned(),
        kind: FileKind::Chart,
        lines: 0,
        seats: 0,
        tiers: 0,
        floors: Vec::new(),
        sections: 0,
        headings: Vec::new(),
    });
    Ok(rough)
}

struct Chart<'a, 'b> {
    file: u32,
    at: u32,
    sheet: &'a Sheet,
    rough: &'a mut Rough,
    doubts: &'a mut Doubts<'b>,
}

/// Where cells are drawn: the left and upper edges in seats' widths and heights.
struct Drawn {
    across: Vec<f64>,
    down: Vec<f64>,
    merges: HashMap<At, Merge>,
    unit: (f64, f64),
}

impl Drawn {
    fn edges(&self, at: At) -> (f64, f64, f64, f64) {
        let to = self.merges.get(&at).map_or(at, |merge| merge.to);
        let edge = |edges: &[f64], at: u32| edges.get(at as usize).or(edges.last()).copied().unwrap_or(0.0);
        let (left, right) = (edge(&self.across, at.1), edge(&self.across, to.1 + 1));
        let (upper, lower) = (edge(&self.down, at.0), edge(&self.down, to.0 + 1));
        (left, upper, right, lower)
    }

    fn middle(&self, at: At) -> (f64, f64) {
        let (left, upper, right, lower) = self.edges(at);
        ((left + right) / 2.0 / self.unit.0, (upper + lower) / 2.0 / self.unit.1)
    }

    fn rectangle(&self, at: At) -> Rectangle {
        let (left, upper, right, lower) = self.edges(at);
        let (x, y) = self.middle(at);
        let (width, height) = ((right - left) / self.unit.0, (lower - upper) / self.unit.1);
        Rectangle { x, y, width: width.max(STAGE_DEPTH), height: height.max(STAGE_DEPTH) }
    }

    fn new(sheet: &Sheet, seats: impl Iterator<Item = At> + Clone) -> Self {
        let last = sheet.cells().fold((0, 0), |last: At, (at, _)| (last.0.max(at.0), last.1.max(at.1)));
        let edges = |last: u32, size: &dyn Fn(u32) -> f64| {
            let mut edges = vec![0.0];
            let mut edge = 0.0;
            for i in 0..=last {
                edge += size(i);
                edges.push(edge);
            }
            edges
        };
        let width = |column: u32| if sheet.hidden_columns.contains(&column) { 0.0 } else { sheet.width_of(column) };
        let height = |row: u32| if sheet.hidden_rows.contains(&row) { 0.0 } else { sheet.height_of(row) };
        let merges = sheet.merges.iter().map(|merge| (merge.from, *merge)).collect();
        let across = edges(last.1, &width);
        let down = edges(last.0, &height);
        let mut drawn = Self { across, down, merges, unit: (1.0, 1.0) };
        let median = |mut sizes: Vec<f64>| {
            let half = sizes.len() / 2;
            if sizes.is_empty() { 1.0 } else { sizes.select_nth_unstable_by(half, f64::total_cmp).1.max(1.0) }
        };
        let sizes = |of: &dyn Fn((f64, f64, f64, f64)) -> f64| seats.clone().map(|at| of(drawn.edges(at))).collect();
        drawn.unit =
            (median(sizes(&|(left, _, right, _)| right - left)), median(sizes(&|(_, upper, _, lower)| lower - upper)));
        drawn
    }
}

impl Chart<'_, '_> {
    fn place(&self, at: At) -> Place {
        Place {
            file: self.file,
            sheet: Some(self.sheet.name.clone()).filter(|name| !name.is_empty()),
            row: Some(self.sheet.line(at.0)),
            column: Some(letters(at.1)),
        }
    }

    fn spot(&self, at: At) -> Spot {
        Spot { file: self.file, sheet: self.at, row: Some(self.sheet.line(at.0)), column: Some(at.1) }
    }

    fn key(&self, at: At) -> String {
        format!("{}!{}{}", self.sheet.name, letters(at.1), at.0 + 1)
    }

    /// Reads the sheet, drawn from `top` on; returns where the next may begin. None if there are too many seats.
    fn read(&mut self, top: f64) -> Option<f64> {
        let sheet = self.sheet;
        let legend = legend::find(sheet, Title::is_surely);
        let mut cells = Cells::find(sheet, &legend, self.takes_hidden());
        if cells.seats.len() > SEATS_MOST || self.rough.seats.len() + cells.seats.len() > SEATS_MOST {
            return None;
        }
        cells.take_labels(&legend);
        self.ask_hidden(&cells);
        let tiers = self.tiers(&cells, &legend);
        let parts = blocks(&cells);
        let drawn = Drawn::new(sheet, cells.seats.keys().copied());
        let first = self.rough.seats.len();
        let titles_used = self.blocks(&cells, parts, &drawn, &tiers, top);
        self.totals(&legend, first);
        if let Some(stage) = cells.stage {
            let rectangle = drawn.rectangle(stage);
            let stage = Rectangle { y: rectangle.y + top, ..rectangle };
            self.rough.stage = self.rough.stage.or(Some(stage));
        }
        self.unread_texts(&cells, &titles_used);
        self.rough.words.extend(cells.titles.iter().map(|title| title.text.clone()));
        self.rough.words.extend(cells.words.iter().cloned());
        let lowest = self.rough.seats[first..].iter().filter_map(|seat| Some(seat.at?.1)).max_by(f64::total_cmp);
        Some(lowest.map_or(top, |lowest| lowest + SHEET_GAP))
    }

    fn takes_hidden(&self) -> bool {
        self.doubts.choices().answers.get(&format!("hidden:{}", self.sheet.name)) == Some(&Choice::Take)
    }

    fn ask_hidden(&mut self, cells: &Cells) {
        for at in &cells.hidden {
            let ask = Ask::new(format!("hidden:{}", self.sheet.name), About::HiddenCells, self.sheet.name.clone());
            self.doubts.ask(self.place(*at), ask.choices([Choice::LeaveOut, Choice::Take]));
        }
    }

    /// The tier of each fill; None for seats that are left out.
    fn tiers(&mut self, cells: &Cells, legend: &Legend) -> HashMap<Option<u32>, Option<Option<usize>>> {
        let mut of_fill = HashMap::new();
        for entry in &legend.entries {
            let spot = self.spot(entry.at);
            let tier = self.rough.tier(&entry.name, spot);
            let seats = cells.seats.values().filter(|seat| seat.fill == Some(entry.fill)).count() as u32;
            if let Some(price) = entry.price {
                *self.rough.tiers[tier].prices.entry(price).or_default() += seats.max(1);
            }
            self.rough.tiers[tier].colour = Some(format!("#{:06x}", entry.fill));
            if let Some(count) = entry.count {
                self.rough.written.push(Written { scope: Scope::Tier(tier), count });
                if count != seats {
                    let about = About::TotalDiffers { written: count, found: seats };
                    let ask = Ask::new(format!("total:{}", self.key(entry.at)), about, entry.name.clone());
                    self.doubts.ask(self.place(entry.at), ask.choices([Choice::Numbers]));
                }
            }
            of_fill.insert(Some(entry.fill), Some(Some(tier)));
        }
        let mut others: BTreeMap<Option<u32>, Vec<At>> = BTreeMap::new();
        for (at, seat) in cells.seats.iter().filter(|(_, seat)| !of_fill.contains_key(&seat.fill)) {
            others.entry(seat.fill).or_default().push(*at);
        }
        // A hall of one colour has one tier, whatever the colour is.
        if legend.entries.is_empty() && others.len() <= 1 {
            of_fill.extend(others.into_keys().map(|fill| (fill, Some(None))));
            return of_fill;
        }
        for (fill, seats) in others {
            let colour = fill.map(|fill| format!("#{fill:06x}")).unwrap_or_default();
            let names = legend.entries.iter().map(|entry| Choice::Name(entry.name.clone()));
            let about = About::UnknownColour { seats: seats.len() as u32 };
            let ask = Ask::new(format!("colour:{colour}"), about, colour.clone());
            let ask = ask.choices(names.chain([Choice::LeaveOut])).or_a_name().open();
            let spot = self.spot(seats[0]);
            let tier = match self.doubts.ask(self.place(seats[0]), ask) {
                Some(Choice::Name(name)) => Some(Some(self.rough.tier(name.trim(), spot))),
                Some(Choice::LeaveOut) => None,
                // Until it is named, it is seen as a tier of its own.
                _ => Some(Some(self.rough.tier(if colour.is_empty() { "?" } else { &colour }, spot))),
            };
            if let Some(Some(tier)) = tier {
                let own = &mut self.rough.tiers[tier];
                own.colour = own.colour.take().or(Some(colour).filter(|colour| !colour.is_empty()));
            }
            of_fill.insert(fill, tier);
        }
        of_fill
    }

    /// Makes blocks of the parts; returns the titles that were used.
    fn blocks(
        &mut self,
        cells: &Cells,
        found: Vec<BlockPart>,
        drawn: &Drawn,
        tiers: &HashMap<Option<u32>, Option<Option<usize>>>,
        top: f64,
    ) -> HashSet<At> {
        let mut used = HashSet::new();
        let biggest = found.iter().map(|part| part.seats.len()).max().unwrap_or(0);
        let several = found.iter().filter(|part| part.seats.len() > 2).count() > 1;
        let mut unnamed = 0;
        for part in found {
            let corner = part.corner();
            let key = self.key(corner);
            if part.title.is_none() && part.seats.len() <= 2 && biggest > 4 {
                let value = part.seats.first().map_or("", |at| self.sheet.text(*at)).to_owned();
                let ask = Ask::new(format!("stray:{key}"), About::StrayNumbers, value);
                if self.doubts.ask(self.place(corner), ask.choices([Choice::LeaveOut, Choice::Take]))
                    != Some(Choice::Take)
                {
                    continue;
                }
            }
            let title = part.title.map(|title| &cells.titles[title]);
            let floor_title = part.floor.map(|title| &cells.titles[title]);
            used.extend(title.into_iter().chain(floor_title).map(|title| title.at));
            let choice = self.doubts.choices().blocks.get(&key).cloned().unwrap_or_default();
            if choice.leave_out {
                continue;
            }
            let name = self.sheet.name.split(['(', '[']).next().unwrap_or_default().trim();
            let of_sheet = parts(Kind::Section, name).into_iter().find(|(kind, _)| *kind == Kind::Floor);
            let of_sheet = of_sheet.map(|(_, part)| part);
            let floor = choice.floor.as_deref().map_or_else(
                || {
                    title
                        .and_then(|title| title.floor.clone())
                        .or(floor_title.and_then(|title| title.floor.clone()))
                        .or(of_sheet)
                },
                |floor| Part::read(Kind::Floor, floor),
            );
            let named = choice
                .name
                .as_deref()
                .map_or_else(|| title.and_then(|title| title.section.clone()), |name| Part::read(Kind::Section, name));
            let section = match named {
                None if several => {
                    unnamed += 1;
                    let default = unnamed.to_string();
                    let ask = Ask::new(format!("block name:{key}"), About::UnnamedBlock, default.clone());
                    let ask = ask.choices([Choice::Name(default)]).or_a_name();
                    match self.doubts.ask(self.place(corner), ask) {
                        Some(Choice::Name(name)) => Part::read(Kind::Section, &name),
                        _ => None,
                    }
                }
                named => named,
            };
            let name = section.as_ref().map(Part::shown);
            let rows = self.rows(cells, &part, &key, name.as_deref(), choice.first_row.as_deref());
            let written = title.and_then(|title| title.count);
            let before = self.rough.seats.len();
            self.seats(cells, &part, (&floor, &section), &rows, drawn, tiers, top, &key);
            let found = (self.rough.seats.len() - before) as u32;
            if let (Some(written), Some(title)) = (written, title) {
                if let Some(section) = &section {
                    let scope = Scope::Section(floor.clone(), section.clone());
                    self.rough.written.push(Written { scope, count: written });
                }
                if written != found {
                    let about = About::TotalDiffers { written, found };
                    let ask = Ask::new(format!("total:{key}"), about, title.text.clone());
                    self.doubts.ask(self.place(title.at), ask.choices([Choice::Numbers]));
                }
            }
            let (row, column) = part.seats.iter().fold((0, 0), |to: At, at| (to.0.max(at.0), to.1.max(at.1)));
            self.rough.blocks.push(Block {
                key,
                place: self.place(corner),
                to: format!("{}{}", letters(column), self.sheet.line(row)),
                name,
                floor: floor.as_ref().map(Part::shown),
                rows: rows.values().filter_map(|label| label.as_ref().map(Part::shown)).collect(),
                numbering: run(cells, &part),
                seats: found,
                written,
            });
        }
        used
    }

    /// The label of each of a block's rows; None where the numbers run through the rows.
    fn rows(
        &mut self,
        cells: &Cells,
        part: &BlockPart,
        key: &str,
        name: Option<&str>,
        first: Option<&str>,
    ) -> BTreeMap<u32, Option<Part>> {
        let rows = part.rows();
        if let Some(first) = first {
            return counted_on(&rows, first);
        }
        let labels: BTreeMap<u32, Option<Part>> =
            rows.iter().map(|(row, seats)| (*row, cells.label_of(*row, seats))).collect();
        let runs_through = part.has_numbers_once(cells);
        if labels.values().all(Option::is_some) || (runs_through && labels.values().all(Option::is_none)) {
            return labels;
        }
        let ask = Ask::new(format!("rows:{key}"), About::UnlabelledRows, name.unwrap_or_default());
        let corner = part.corner();
        self.doubts.ask(self.place(corner), ask.choices([Choice::CountFromOne]));
        if labels.values().all(Option::is_none) {
            return counted_on(&rows, "1");
        }
        // Between labels, the one after that of the row above.
        let mut filled: BTreeMap<u32, Option<Part>> = BTreeMap::new();
        let mut above: Option<Part> = None;
        for (row, label) in labels {
            let label = label.or_else(|| {
                let above = above.as_ref()?;
                Some(Part { stem: (above.as_number()? + 1).to_string(), word: above.word })
            });
            above.clone_from(&label);
            filled.insert(row, label.or_else(|| Some(Part { stem: format!("?{}", row + 1), word: None })));
        }
        filled
    }

    #[expect(clippy::too_many_arguments, reason = "what a block is made of and where it goes")]
    fn seats(
        &mut self,
        cells: &Cells,
        part: &BlockPart,
        (floor, section): (&Option<Part>, &Option<Part>),
        rows: &BTreeMap<u32, Option<Part>>,
        drawn: &Drawn,
        tiers: &HashMap<Option<u32>, Option<Option<usize>>>,
        top: f64,
        key: &str,
    ) {
        for (row, seats) in part.rows() {
            for (place, at) in (1..).zip(&seats) {
                let Some(seat) = cells.seats.get(at) else { continue };
                let Some(tier) = tiers.get(&seat.fill).copied().unwrap_or(Some(None)) else { continue };
                let number = match &seat.name {
                    Some(name) => name.clone(),
                    None => {
                        let value = section.as_ref().map(Part::shown).unwrap_or_default();
                        let ask = Ask::new(format!("numbers:{key}"), About::UnnumberedSeats, value);
                        self.doubts.ask(self.place(*at), ask.choices([Choice::CountFromOne]));
                        place.to_string()
                    }
                };
                let label = rows.get(&row).cloned().flatten();
                let label = label.or_else(|| seat.row.clone().map(|stem| Part { stem, word: None }));
                let (x, y) = drawn.middle(*at);
                self.rough.seats.push(RoughSeat {
                    floor: floor.clone(),
                    section: section.clone(),
                    row: label,
                    number: Part { stem: number, word: None },
                    tier,
                    spot: self.spot(*at),
                    at: Some((x, y + top)),
                    line: row + 1,
                });
            }
        }
    }

    fn totals(&mut self, legend: &Legend, first: usize) {
        let Some((written, at)) = legend.total else { return };
        let found = (self.rough.seats.len() - first) as u32;
        self.rough.written.push(Written { scope: Scope::All, count: written });
        if written != found {
            let about = About::TotalDiffers { written, found };
            let ask = Ask::new(format!("total:{}", self.key(at)), about, self.sheet.text(at));
            self.doubts.ask(self.place(at), ask.choices([Choice::Numbers]));
        }
    }

    fn unread_texts(&mut self, cells: &Cells, used: &HashSet<At>) {
        let titles = cells.titles.iter().map(|title| title.at).filter(|at| !used.contains(at));
        let unread: Vec<At> = cells.unread.iter().copied().chain(titles).collect();
        for at in unread {
            let key = format!("texts:{}", self.sheet.name);
            self.doubts.note(self.place(at), key, About::UnreadTexts, self.sheet.text(at));
        }
    }
}

/// Labels from the first on: 1, 2, 3 or A, B, C or 가, 나, 다.
fn counted_on(rows: &BTreeMap<u32, Vec<At>>, first: &str) -> BTreeMap<u32, Option<Part>> {
    const SYLLABLES: [char; 14] = ['가', '나', '다', '라', '마', '바', '사', '아', '자', '차', '카', '타', '파', '하'];
    let part = Part::read(Kind::Row, first).unwrap_or(Part { stem: "1".to_owned(), word: None });
    let mut label = part.stem.clone();
    let mut labels = BTreeMap::new();
    for row in rows.keys() {
        labels.insert(*row, Some(Part { stem: label.clone(), word: part.word }));
        let mut letters = label.chars();
        label = match (label.parse::<u32>(), letters.next(), letters.next()) {
            (Ok(number), ..) => number.saturating_add(1).to_string(),
            (_, Some(one @ ('A'..='Y' | 'a'..='y')), None) => char::from(one as u8 + 1).to_string(),
            (_, Some(one), None) => match SYLLABLES.iter().position(|syllable| *syllable == one) {
                Some(at) if at + 1 < SYLLABLES.len() => SYLLABLES[at + 1].to_string(),
                _ => format!("{one}1"),
            },
            _ => format!("{label}1"),
        };
    }
    labels
}

/// How the numbers of a block run.
fn run(cells: &Cells, part: &BlockPart) -> Run {
    let mut signs = Vec::new();
    for seats in part.rows().values() {
        let numbers: Vec<u32> = seats.iter().filter_map(|at| cells.seats.get(at)?.number).collect();
        if numbers.len() < 2 {
            continue;
        }
        let rising = numbers.windows(2).all(|pair| pair[0] < pair[1]);
        let falling = numbers.windows(2).all(|pair| pair[0] > pair[1]);
        match (rising, falling) {
            (true, _) => signs.push(true),
            (_, true) => signs.push(false),
            _ => return Run::Mixed,
        }
    }
    let through = signs.len() > 1 && part.has_numbers_once(cells);
    let alternates = signs.windows(2).all(|pair| pair[0] != pair[1]);
    let same = signs.windows(2).all(|pair| pair[0] == pair[1]);
    match (signs.first(), through, alternates, same) {
        (Some(_), true, true, _) => Run::Snake,
        (Some(_), true, _, true) => Run::Through,
        (Some(true), _, _, true) => Run::Rising,
        (Some(false), _, _, true) => Run::Falling,
        _ => Run::Mixed,
    }
}
