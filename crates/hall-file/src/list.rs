//! Reads a list of seats: a line is one seat, or many in one cell.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::doubts::{Ask, Doubts};
use crate::heading::{Column, Table, samples};
use crate::numbers::{Numbers, numbers};
use crate::part::{Kind, Part, parts};
use crate::reading::{About, Choice, FileKind, FileRead, Heading, Meaning, Place, Refusal};
use crate::rough::{Rough, RoughSeat, Spot};
use crate::sheet::Sheet;
use crate::text::{folded, identity, won};
use crate::totals::{Totals, is_total_word};
use crate::{SEATS_MOST, letters};

/// Performances that a list may be for.
const SHOWS_MOST: usize = 50;

/// All meanings that a column can be given.
const MEANINGS: [Meaning; 11] = [
    Meaning::Floor,
    Meaning::Section,
    Meaning::Row,
    Meaning::Number,
    Meaning::Count,
    Meaning::Tier,
    Meaning::Price,
    Meaning::X,
    Meaning::Y,
    Meaning::Show,
    Meaning::Serial,
];

/// A file's lists, one after another; `file` is its index, `tables` go by sheet.
pub(crate) fn read(
    name: &str,
    file: u32,
    sheets: &[Sheet],
    tables: Vec<(usize, Table)>,
    doubts: &mut Doubts<'_>,
) -> Result<Rough, Refusal> {
    let mut list =
        List { name, file, rough: Rough::default(), doubts, lines: 0, headings: Vec::new(), tables: tables.len() };
    for (at, table) in tables {
        list.table(at as u32, &sheets[at], table)?;
    }
    let List { mut rough, lines, headings, .. } = list;
    rough.words.extend(headings.iter().map(|heading| heading.text.clone()));
    rough.read = Some(FileRead {
        name: name.to_owned(),
        kind: if rough.seats.is_empty() { FileKind::Unclear } else { FileKind::SeatList },
        lines,
        seats: rough.seats.len() as u32,
        tiers: rough.tiers.len() as u32,
        floors: Vec::new(),
        sections: 0,
        headings,
    });
    Ok(rough)
}

struct List<'a, 'b> {
    name: &'a str,
    file: u32,
    rough: Rough,
    doubts: &'a mut Doubts<'b>,
    lines: u32,
    headings: Vec<Heading>,
    /// How many sheets have a list.
    tables: usize,
}

/// What a sheet's name says of its seats.
struct OfSheet {
    floor: Option<Part>,
    section: Option<Part>,
}

/// What the lines above say, for cells left empty.
#[derive(Default)]
struct Above {
    cells: BTreeMap<Meaning, String>,
}

/// One line's cells by meaning.
struct Line<'a> {
    row: u32,
    cells: BTreeMap<Meaning, (u32, &'a str)>,
}

impl<'a> Line<'a> {
    fn text(&self, meaning: Meaning) -> &'a str {
        self.cells.get(&meaning).map_or("", |(_, text)| *text)
    }

    fn has(&self, meaning: Meaning) -> bool {
        !self.text(meaning).is_empty()
    }
}

impl List<'_, '_> {
    fn spot(&self, sheet: u32, line: u32, column: Option<u32>) -> Spot {
        Spot { file: self.file, sheet, row: Some(line), column }
    }

    fn place(&self, sheet: &Sheet, row: Option<u32>, column: Option<u32>) -> Place {
        Place {
            file: self.file,
            sheet: Some(sheet.name.clone()).filter(|name| !name.is_empty()),
            row: row.map(|row| sheet.line(row)),
            column: column.map(letters),
        }
    }

    fn table(&mut self, at: u32, sheet: &Sheet, mut table: Table) -> Result<(), Refusal> {
        self.name_columns(sheet, &mut table);
        let merged = merged_over(sheet, &table);
        let of_sheet = self.of_sheet(sheet, &table);
        let groups: Vec<Vec<Column>> =
            table.groups.iter().filter(|group| group.iter().any(|column| column.meaning.is_some())).cloned().collect();
        for (i, group) in groups.iter().enumerate() {
            let show = self.show(sheet, &table, group);
            self.hidden_rows(sheet, &table);
            let mut above = Above::default();
            let mut totals = Totals::default();
            for row in sheet.rows.range(table.first..).map(|(row, _)| *row) {
                if sheet.hidden_rows.contains(&row) && !self.takes_hidden(sheet) {
                    continue;
                }
                let mut cells = BTreeMap::new();
                for column in group {
                    let Some(meaning) = column.meaning else { continue };
                    let text = sheet.text((row, column.column));
                    let anchor = merged.get(&(row, column.column)).filter(|_| text.is_empty());
                    let text = anchor.map_or(text, |anchor| sheet.text(*anchor));
                    if !text.is_empty() {
                        cells.insert(meaning, (column.column, text));
                    }
                    if anchor.is_some() && !text.is_empty() && carried(meaning) {
                        self.note_carried(sheet, row, column, text);
                    }
                }
                let line = Line { row, cells };
                if line.cells.is_empty() || self.is_heading_again(group, &line) {
                    continue;
                }
                let mut line_group = LineGroup { at, sheet, group, last: i + 1 == groups.len(), show: show.as_deref() };
                self.line(&mut line_group, line, &mut above, &mut totals, &of_sheet)?;
            }
        }
        Ok(())
    }

    /// What the sheet's name says of all its seats: a floor, or of several sheets without sections the section.
    fn of_sheet(&self, sheet: &Sheet, table: &Table) -> OfSheet {
        let name = sheet.name.split(['(', '[']).next().unwrap_or_default().trim();
        let of = |kind| parts(Kind::Section, name).into_iter().find_map(|(of, part)| (of == kind).then_some(part));
        let floor = of(Kind::Floor);
        let has_section = table.columns().any(|column| column.meaning == Some(Meaning::Section));
        let named = of(Kind::Section).filter(|part| part.word.is_some() || (self.tables > 1 && floor.is_none()));
        OfSheet { floor, section: named.filter(|part| !has_section && !is_numbered_sheet(&part.stem)) }
    }

    /// What each column holds, with the manager's word for those that aren't known.
    fn name_columns(&mut self, sheet: &Sheet, table: &mut Table) {
        let mut known: Vec<String> = Vec::new();
        for group in &mut table.groups {
            for column in group.iter_mut() {
                let letters = letters(column.column);
                let key = match folded(&column.text) {
                    text if text.is_empty() => format!("heading:column {letters}"),
                    text => format!("heading:{text}"),
                };
                let place = self.place(sheet, table.heading, Some(column.column));
                let samples = samples(sheet, table.first, column.column);
                let unknown = column.meaning.is_none() && !samples.is_empty();
                let answer = if unknown {
                    let about = About::UnknownHeading { samples: samples.clone() };
                    let choices = std::iter::once(Choice::LeaveOut).chain(MEANINGS.map(Choice::Means));
                    self.doubts.ask(place.clone(), Ask::new(key.clone(), about, column.text.clone()).choices(choices))
                } else {
                    // What is known can be told otherwise, without being asked about.
                    self.doubts.choices().answers.get(&key).cloned()
                };
                match answer {
                    Some(Choice::Means(meaning)) => column.meaning = Some(meaning),
                    Some(Choice::LeaveOut) => column.meaning = None,
                    _ => {}
                }
                if !column.text.is_empty() {
                    known.push(column.text.clone());
                    match column.meaning {
                        Some(Meaning::Section) => self.rough.section_heading = Some(folded(&column.text)),
                        Some(Meaning::Row) => self.rough.row_heading = Some(folded(&column.text)),
                        _ => {}
                    }
                }
                if !(column.text.is_empty() && samples.is_empty()) {
                    let text = column.text.clone();
                    self.headings.push(Heading { key, place, text, meaning: column.meaning, samples });
                }
            }
        }
        if table.heading.is_none() {
            let line = sheet.rows.get(&table.first).into_iter().flatten();
            let line: Vec<&str> = line.map(|(_, cell)| cell.text.as_str()).filter(|text| !text.is_empty()).collect();
            let place = self.place(sheet, Some(table.first), None);
            self.doubts.note(place, "no headings", About::NoHeadings, line.join(", "));
        }
        let has = |meaning| table.columns().any(|column| column.meaning == Some(meaning));
        if !has(Meaning::Number) && !has(Meaning::Count) {
            let about = About::MissingHeading { meaning: Meaning::Number };
            let place = self.place(sheet, table.heading, None);
            self.doubts.ask(place, Ask::new("heading missing:number", about, known.join(", ")));
        }
    }

    /// Which performance is read, where the lines are for several.
    fn show(&mut self, sheet: &Sheet, table: &Table, group: &[Column]) -> Option<String> {
        let columns: Vec<u32> =
            group.iter().filter(|column| column.meaning == Some(Meaning::Show)).map(|column| column.column).collect();
        let mut shows: Vec<String> = Vec::new();
        let mut seen = BTreeSet::new();
        for row in sheet.rows.range(table.first..).map(|(row, _)| *row) {
            let show = show_of(sheet, row, &columns);
            if !show.is_empty() && seen.insert(show.clone()) {
                shows.push(show);
            }
            if shows.len() > SHOWS_MOST {
                break;
            }
        }
        if shows.len() < 2 {
            return None;
        }
        let place = self.place(sheet, table.heading, columns.first().copied());
        let ask = Ask::new("shows", About::SeveralShows, shows.join(", "))
            .choices(shows.iter().cloned().map(Choice::Name).chain([Choice::Take]))
            .open();
        match self.doubts.ask(place, ask) {
            Some(Choice::Take) => None,
            Some(Choice::Name(show)) => Some(show),
            // Until it is said, the first: all of them would be every seat twice.
            _ => shows.into_iter().next(),
        }
    }

    fn takes_hidden(&self, sheet: &Sheet) -> bool {
        self.doubts.choices().answers.get(&hidden_key(sheet)) == Some(&Choice::Take)
    }

    fn hidden_rows(&mut self, sheet: &Sheet, table: &Table) {
        for row in sheet.rows.range(table.first..).map(|(row, _)| *row).filter(|row| sheet.hidden_rows.contains(row)) {
            let ask = Ask::new(hidden_key(sheet), About::HiddenCells, sheet.name.clone());
            self.doubts.ask(self.place(sheet, Some(row), None), ask.choices([Choice::LeaveOut, Choice::Take]));
        }
    }

    /// Excel repeats headings on each printed page when they were typed there.
    fn is_heading_again(&self, group: &[Column], line: &Line<'_>) -> bool {
        let same = line.cells.iter().filter(|(meaning, (_, text))| {
            group.iter().any(|column| column.meaning == Some(**meaning) && folded(&column.text) == folded(text))
        });
        let same = same.count();
        same >= 2 && same * 2 > line.cells.len()
    }

    fn note_carried(&mut self, sheet: &Sheet, row: u32, column: &Column, text: &str) -> bool {
        let meaning = column.meaning.unwrap_or(Meaning::Serial);
        let key = format!("carry:{}", folded(&column.text));
        let ask = Ask::new(key, About::CarriedDown { meaning }, text).choices([Choice::CarryDown, Choice::LeaveOut]);
        self.doubts.ask(self.place(sheet, Some(row), Some(column.column)), ask) == Some(Choice::CarryDown)
    }

    fn line(
        &mut self,
        here: &mut LineGroup<'_>,
        line: Line<'_>,
        above: &mut Above,
        totals: &mut Totals,
        of_sheet: &OfSheet,
    ) -> Result<(), Refusal> {
        let (sheet, row) = (here.sheet, line.row);
        let spot = self.spot(here.at, sheet.line(row), None);
        let place = self.place(sheet, Some(row), None);
        // A word for a sum may stand in any column, known or not.
        let cells = sheet.rows.get(&row).map_or(&[][..], Vec::as_slice);
        let mut in_group = cells.iter().filter(|(column, _)| here.holds(*column));
        if let Some((_, word)) = in_group.find(|(_, cell)| is_total_word(&cell.text)) {
            let word = word.text.clone();
            totals.line(
                &mut self.rough,
                sheet,
                row,
                &word,
                here.column(Meaning::Count),
                here.column(Meaning::Number),
                place,
                self.doubts,
            );
            return Ok(());
        }
        let own_tier = line.text(Meaning::Tier).to_owned();
        if !line.has(Meaning::Number)
            && !line.has(Meaning::Row)
            && !line.has(Meaning::Section)
            && !line.has(Meaning::Floor)
        {
            let count = line.cells.get(&Meaning::Count).and_then(|(column, text)| {
                let formula = sheet.cell((row, *column)).and_then(|cell| cell.formula.as_deref());
                totals.figure(sheet, text, formula, *column)
            });
            let formula = here
                .column(Meaning::Count)
                .and_then(|column| sheet.cell((row, column)))
                .and_then(|cell| cell.formula.clone());
            if count.is_some() || formula.is_some() {
                let word = own_tier;
                totals.line(
                    &mut self.rough,
                    sheet,
                    row,
                    &word,
                    here.column(Meaning::Count),
                    here.column(Meaning::Number),
                    place,
                    self.doubts,
                );
                return Ok(());
            }
        }
        if self.is_title(&line, above) {
            return Ok(());
        }
        let text = self.carried_down(here, &line, above);
        if let Some(show) = here.show {
            let of_line = text.get(&Meaning::Show).map_or("", String::as_str);
            if of_line != show {
                return Ok(());
            }
        }
        let mut at: BTreeMap<Kind, Part> = BTreeMap::new();
        for (meaning, kind) in
            [(Meaning::Floor, Kind::Floor), (Meaning::Section, Kind::Section), (Meaning::Row, Kind::Row)]
        {
            let Some(text) = text.get(&meaning) else { continue };
            for (found, part) in parts(kind, text) {
                // A column's own part holds against what another column says by the way.
                if found == kind || !at.contains_key(&found) {
                    at.insert(found, part);
                }
            }
        }
        let mut number_text = line.text(Meaning::Number).to_owned();
        let in_number = parts(Kind::Number, &number_text);
        if in_number.iter().any(|(kind, _)| *kind != Kind::Number) {
            number_text.clear();
            for (kind, part) in in_number {
                match kind {
                    Kind::Number => number_text = part.stem,
                    kind => drop(at.entry(kind).or_insert(part)),
                }
            }
        }
        let count = line.text(Meaning::Count);
        let count = folded(count).trim_end_matches(['석', '席', '매', '개']).replace(',', "").parse::<u32>().ok();
        let Some(found) = self.numbers_of(here, &line, &number_text, count, &place) else { return Ok(()) };
        let rows = rows_of(at.get(&Kind::Row), found.len(), count);
        let seats = found.len() * rows.len().max(1);
        if let Some(written) = count.filter(|written| *written as usize != seats) {
            let key = format!("count:{}:{}", sheet.name, sheet.line(row));
            let about = About::CountDiffers { written, found: seats as u32 };
            let ask = Ask::new(key, about, number_text.clone()).choices([Choice::Numbers, Choice::LeaveOut]);
            if self.doubts.ask(place.clone(), ask) == Some(Choice::LeaveOut) {
                return Ok(());
            }
        }
        if self.rough.seats.len() + seats > SEATS_MOST {
            return Err(Refusal::TooManySeats { name: self.name.to_owned(), most: SEATS_MOST as u32 });
        }
        let tier = text.get(&Meaning::Tier).map(|label| self.rough.tier(label, spot));
        if let Some(price) = self.price(here, &line)
            && let Some(tier) = tier
        {
            *self.rough.tiers[tier].prices.entry(price).or_default() += seats as u32;
        }
        let drawn = self.drawn_at(here, &line);
        self.lines += 1;
        let floor = at.get(&Kind::Floor).or(of_sheet.floor.as_ref()).cloned();
        let section = at.get(&Kind::Section).or(of_sheet.section.as_ref()).cloned();
        for label in rows {
            for number in &found {
                let Some(number) = Part::read(Kind::Number, number) else { continue };
                totals.seat(tier);
                self.rough.seats.push(RoughSeat {
                    floor: floor.clone(),
                    section: section.clone(),
                    row: label.clone(),
                    number,
                    tier,
                    spot,
                    at: drawn,
                    line: 0,
                });
            }
        }
        Ok(())
    }

    /// A line of one text over the lines that it is for: `1층`, `A구역`, `R석`.
    fn is_title(&mut self, line: &Line<'_>, above: &mut Above) -> bool {
        let [(meaning, (_, text))] = line.cells.iter().collect::<Vec<_>>()[..] else { return false };
        if matches!(meaning, Meaning::Number | Meaning::Count | Meaning::Row) && numbers(text) != Numbers::Unread {
            return false;
        }
        let found = parts(Kind::Section, text);
        let named = found.iter().all(|(_, part)| part.word.is_some()) && !found.is_empty();
        if named && found.iter().all(|(kind, _)| matches!(kind, Kind::Floor | Kind::Section)) {
            for (kind, part) in found {
                let meaning = if kind == Kind::Floor { Meaning::Floor } else { Meaning::Section };
                above.cells.insert(meaning, part.shown());
            }
            return true;
        }
        if text.ends_with(['석', '席'])
            && *meaning != Meaning::Tier
            && self.rough.known_tier(text).is_none()
            && text.chars().count() < 12
        {
            above.cells.insert(Meaning::Tier, (*text).to_owned());
            return true;
        }
        false
    }

    /// The line's cells, with those left empty taken from above, and what is said of that.
    fn carried_down(&mut self, here: &LineGroup<'_>, line: &Line<'_>, above: &mut Above) -> BTreeMap<Meaning, String> {
        let mut text: BTreeMap<Meaning, String> = BTreeMap::new();
        let changed = |meaning: Meaning, above: &Above| {
            line.has(meaning)
                && above.cells.get(&meaning).is_some_and(|before| identity(before) != identity(line.text(meaning)))
        };
        // On another floor the block above isn't meant; nor in another block the row.
        let new_floor = changed(Meaning::Floor, above);
        let new_section = new_floor || changed(Meaning::Section, above);
        for meaning in [Meaning::Floor, Meaning::Section, Meaning::Row, Meaning::Tier, Meaning::Show] {
            let own = line.text(meaning);
            let own = if meaning == Meaning::Show {
                show_of(here.sheet, line.row, &here.columns(meaning))
            } else {
                own.to_owned()
            };
            let stops = (meaning == Meaning::Section && new_floor) || (meaning == Meaning::Row && new_section);
            if !own.is_empty() {
                above.cells.insert(meaning, own.clone());
                text.insert(meaning, own);
            } else if stops {
                above.cells.remove(&meaning);
            } else if let Some(before) = above.cells.get(&meaning).cloned() {
                let column = here.group.iter().find(|column| column.meaning == Some(meaning));
                // A performance or a title line is for all that follow it: nothing to ask.
                let carries = match column {
                    Some(column) if meaning != Meaning::Show => {
                        self.note_carried(here.sheet, line.row, column, &before)
                    }
                    _ => true,
                };
                if carries {
                    text.insert(meaning, before);
                }
            }
        }
        text
    }

    /// The numbers of a line's seats. None if the line has no seats.
    fn numbers_of(
        &mut self,
        here: &LineGroup<'_>,
        line: &Line<'_>,
        text: &str,
        count: Option<u32>,
        place: &Place,
    ) -> Option<Vec<String>> {
        let column = here.column(Meaning::Number);
        let at = Place { column: column.map(letters), ..place.clone() };
        if text.is_empty() {
            if let Some(count) = count.filter(|count| (1..=2_000).contains(count)) {
                let ask = Ask::new("counted", About::OnlyCounted, count.to_string());
                let choice = self.doubts.ask(place.clone(), ask.choices([Choice::CountFromOne, Choice::LeaveOut]));
                return (choice == Some(Choice::CountFromOne)).then(|| (1..=count).map(|n| n.to_string()).collect());
            }
            let rest: Vec<&str> = line.cells.values().map(|(_, text)| *text).collect();
            self.doubts
                .ask(at, Ask::new("empty number", About::EmptyNumber, rest.join(" ")).choices([Choice::LeaveOut]));
            return None;
        }
        let is_date = column.and_then(|column| here.sheet.cell((line.row, column))).is_some_and(|cell| cell.is_date);
        if let Some((from, to)) = as_date(text, is_date) {
            let range = |from: u32, to: u32| {
                if from <= to { (from..=to).collect::<Vec<_>>() } else { (to..=from).rev().collect() }
            };
            let numbers: Vec<String> = range(from, to).into_iter().map(|n| n.to_string()).collect();
            let ask =
                Ask::new(format!("date:{}:{}", here.sheet.name, here.sheet.line(line.row)), About::DateCell, text);
            let ask = ask.choices([Choice::Range, Choice::OneSeat, Choice::LeaveOut]);
            let mut ask = ask;
            // The count beside it says which of the two it was.
            ask.default = match count {
                Some(1) => Some(Choice::OneSeat),
                Some(count) if count as usize == numbers.len() => Some(Choice::Range),
                _ => None,
            };
            return match self.doubts.ask(at, ask) {
                Some(Choice::Range) | None => Some(numbers),
                Some(Choice::OneSeat) => Some(vec![format!("{from}-{to}")]),
                _ => None,
            };
        }
        match numbers(text) {
            Numbers::Seats(numbers) => Some(numbers),
            Numbers::Either { range, one } => {
                if count == Some(1) {
                    return Some(vec![one]);
                }
                if count.is_some_and(|count| count as usize == range.len()) {
                    return Some(range);
                }
                let ask = Ask::new("hyphen", About::HyphenNumber, text).choices([Choice::Range, Choice::OneSeat]);
                Some(if self.doubts.ask(at, ask) == Some(Choice::OneSeat) { vec![one] } else { range })
            }
            Numbers::Unread => {
                let key = format!("unread number:{}", identity(text));
                let ask = Ask::new(key, About::UnreadNumbers, text).choices([Choice::LeaveOut, Choice::OneSeat]);
                let one = self.doubts.ask(at, ask.open()) == Some(Choice::OneSeat);
                one.then(|| vec![text.to_owned()])
            }
        }
    }

    fn price(&mut self, here: &LineGroup<'_>, line: &Line<'_>) -> Option<i64> {
        let (column, text) = line.cells.get(&Meaning::Price)?;
        let price = won(text);
        if price.is_none() {
            let ask = Ask::new(format!("price:{}", folded(text)), About::UnreadPrice, *text);
            self.doubts.ask(self.place(here.sheet, Some(line.row), Some(*column)), ask.choices([Choice::LeaveOut]));
        }
        price
    }

    fn drawn_at(&mut self, here: &LineGroup<'_>, line: &Line<'_>) -> Option<(f64, f64)> {
        let (x, y) = (here.column(Meaning::X)?, here.column(Meaning::Y)?);
        let number = |column| {
            let text = here.sheet.text((line.row, column)).replace(',', "");
            text.parse::<f64>().ok().filter(|number| number.is_finite() && number.abs() < 1e9)
        };
        let at = number(x).zip(number(y));
        if at.is_none() {
            let value = format!("{}, {}", here.sheet.text((line.row, x)), here.sheet.text((line.row, y)));
            let ask = Ask::new("position", About::UnreadPosition, value).choices([Choice::LayOut]);
            self.doubts.ask(self.place(here.sheet, Some(line.row), Some(x)), ask);
        }
        at
    }
}

/// The columns that a line is read by.
struct LineGroup<'a> {
    at: u32,
    sheet: &'a Sheet,
    group: &'a [Column],
    last: bool,
    show: Option<&'a str>,
}

impl LineGroup<'_> {
    fn column(&self, meaning: Meaning) -> Option<u32> {
        self.columns(meaning).first().copied()
    }

    fn columns(&self, meaning: Meaning) -> Vec<u32> {
        self.group.iter().filter(|column| column.meaning == Some(meaning)).map(|column| column.column).collect()
    }

    fn holds(&self, column: u32) -> bool {
        let first = self.group.first().is_none_or(|first| first.column <= column);
        first && (self.last || self.group.last().is_none_or(|last| column <= last.column))
    }
}

/// `Sheet1` and what other languages call it.
fn is_numbered_sheet(name: &str) -> bool {
    let folded = folded(name);
    let word = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    matches!(
        word,
        "" | "sheet"
            | "시트"
            | "tabelle"
            | "feuil"
            | "feuille"
            | "シート"
            | "hoja"
            | "좌석"
            | "좌석표"
            | "좌석목록"
            | "座席表"
    )
}

fn hidden_key(sheet: &Sheet) -> String {
    format!("hidden:{}", sheet.name)
}

/// Date and time of a performance may stand in two columns.
fn show_of(sheet: &Sheet, row: u32, columns: &[u32]) -> String {
    let texts: Vec<&str> =
        columns.iter().map(|column| sheet.text((row, *column))).filter(|text| !text.is_empty()).collect();
    texts.join(" ")
}

/// Meanings that are left empty under a value that holds on.
fn carried(meaning: Meaning) -> bool {
    matches!(meaning, Meaning::Floor | Meaning::Section | Meaning::Row | Meaning::Tier)
}

/// The anchors of merged cells that go down over lines.
fn merged_over(sheet: &Sheet, table: &Table) -> HashMap<(u32, u32), (u32, u32)> {
    let mut anchors = HashMap::new();
    for merge in sheet.merges.iter().filter(|merge| merge.to.0 > merge.from.0 && merge.from.0 >= table.first) {
        let known = table.columns().filter(|column| (merge.from.1..=merge.to.1).contains(&column.column));
        for column in known.filter(|column| column.meaning.is_some_and(carried)) {
            for row in sheet.rows.range(merge.from.0 + 1..=merge.to.0).map(|(row, _)| *row) {
                if anchors.len() < 1_000_000 {
                    anchors.insert((row, column.column), merge.from);
                }
            }
        }
    }
    anchors
}

/// `1~3열` with 30 seats for numbers 1 to 10 are three rows; without a count that says so it is a name.
fn rows_of(row: Option<&Part>, numbers: usize, count: Option<u32>) -> Vec<Option<Part>> {
    if let (Some(part), Some(count)) = (row, count)
        && count as usize != numbers
        && let Numbers::Seats(stems) | Numbers::Either { range: stems, .. } = self::numbers(&part.stem)
        && stems.len() > 1
        && stems.len() * numbers == count as usize
    {
        return stems.into_iter().map(|stem| Some(Part { stem, word: part.word })).collect();
    }
    vec![row.cloned()]
}

/// What Excel made a date of: `1월 2일`, `2-Jan`, `2026-01-02`. Only a cell that is a date to the spreadsheet may look
/// like anything else.
fn as_date(text: &str, is_date: bool) -> Option<(u32, u32)> {
    let figures: Vec<u32> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty() && digits.len() <= 4)
        .filter_map(|digits| digits.parse().ok())
        .collect();
    let korean = text.contains('월') && text.ends_with('일');
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let folded = folded(text);
    let month = months.iter().zip(1..).find(|(month, _)| folded.contains(*month)).map(|(_, number)| number);
    match (figures.as_slice(), month) {
        ([day], Some(month)) if is_date || folded.contains('-') => Some((month, *day)),
        ([month, day], None) if is_date || korean => Some((*month, *day)),
        ([_, month, day], None) if is_date => Some((*month, *day)),
        _ => None,
    }
}
