//! Reads a seating plan in the JSON format that pretix uses: zones with rows of seats, each placed relative to what it is in.
//! The format's own rules are broken by half of the plans that people publish, so that nothing here refuses a plan for a
//! piece of it: what is missing is asked about or made up with a word, what is broken is left out with one.

mod areas;
mod plan;
mod plans;
mod stage;
mod zones;

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::value::RawValue;

use crate::SEATS_MOST;
use crate::doubts::{Ask, Doubts};
use crate::hall::floor_order;
use crate::part::{Kind, Part, parts};
use crate::place::apart_in_rows;
use crate::pretix::areas::{Area, is_standing};
use crate::pretix::plan::{At, Plan, Row, Seat, Zone};
use crate::reading::{About, Choice, FileKind, FileRead, Place, Refusal};
use crate::rough::{Rough, RoughSeat, Spot, tier_identity};
use crate::text::{identity, with_count};

/// Zones without a name that are asked about one by one; more are numbered together.
const NAMES_ASKED: usize = 20;
/// Declared categories that are offered for one that isn't.
const OFFERED: usize = 30;
/// People of a standing area that can have numbers.
const STANDING_MOST: u32 = 20_000;

/// A file's plan, and the names of its zones.
pub(crate) fn read(
    name: &str,
    file: u32,
    text: &str,
    doubts: &mut Doubts<'_>,
) -> Result<(Rough, Vec<String>), Refusal> {
    let broken = || Refusal::Broken { name: name.to_owned() };
    let raw: &RawValue = serde_json::from_str(text).map_err(|_| broken())?;
    let found = plans::found(raw);
    if found.is_empty() {
        return Err(Refusal::UnknownKind { name: name.to_owned() });
    }
    let read_at = |at: usize| -> Option<Plan> { Some(Plan::read(serde_json::from_str(&found.get(at)?.layout).ok()?)) };
    let said = match doubts.choices().answers.get(PLANS) {
        Some(Choice::Name(name)) => found.iter().position(|plan| plan.name == *name),
        _ => None,
    };
    // Unless it is said, the first that has seats.
    let with_seats = || (0..found.len()).find_map(|at| Some((at, read_at(at).filter(|plan| plan.seats > 0)?)));
    let chosen = said.and_then(|at| Some((at, read_at(at)?))).or_else(with_seats);
    let (at, plan) = chosen.or_else(|| Some((0, read_at(0)?))).ok_or_else(broken)?;
    if plan.seats > SEATS_MOST {
        return Err(Refusal::TooManySeats { name: name.to_owned(), most: SEATS_MOST as u32 });
    }
    if found.len() > 1 {
        let mut ask = Ask::new(PLANS, About::SeveralPlans, found[at].name.clone())
            .choices(found.iter().map(|plan| Choice::Name(plan.name.clone())));
        ask.default = Some(Choice::Name(found[at].name.clone()));
        doubts.ask(Place { file, ..Place::default() }, ask);
    }
    let has_way_on = found.len() > 1 || plan.zones.iter().any(has_standing);
    if plan.seats == 0 && !has_way_on {
        let refusal = if plan.broken.is_empty() { Refusal::Empty { name: name.to_owned() } } else { broken() };
        return Err(refusal);
    }
    let names = plan.zones.iter().map(|zone| zone.name.clone().unwrap_or_default()).collect();
    let mut reader = Reader { file, names, rough: Rough::default(), doubts };
    reader.plan(plan);
    let Reader { mut rough, names, .. } = reader;
    rough.read = Some(FileRead {
        name: name.to_owned(),
        kind: FileKind::Pretix,
        lines: 0,
        seats: 0,
        tiers: 0,
        floors: Vec::new(),
        sections: 0,
        headings: Vec::new(),
    });
    if rough.seats.len() > SEATS_MOST {
        return Err(Refusal::TooManySeats { name: name.to_owned(), most: SEATS_MOST as u32 });
    }
    Ok((rough, names))
}

/// The doubt about which plan of a file is meant.
const PLANS: &str = "plans";

fn has_standing(zone: &Zone) -> bool {
    let is_area = |area: &Area| area.is_standing() || area.capacity.is_some();
    zone.areas.iter().any(is_area) || (zone.rows.is_empty() && zone.name.as_deref().is_some_and(is_standing))
}

struct Reader<'a, 'b> {
    file: u32,
    /// Of the zones.
    names: Vec<String>,
    rough: Rough,
    doubts: &'a mut Doubts<'b>,
}

/// A zone's name taken apart.
#[derive(Default, Clone)]
struct ZoneName {
    floor: Option<Part>,
    section: Option<Part>,
}

impl Reader<'_, '_> {
    fn place(&self, at: Option<At>) -> Place {
        let name = at.and_then(|at| self.names.get(at.zone)).filter(|name| !name.is_empty()).cloned();
        Place { file: self.file, sheet: name, row: at.and_then(|at| at.row), column: None }
    }

    fn spot(&self, at: At) -> Spot {
        Spot { file: self.file, sheet: at.zone as u32, row: at.row, column: None }
    }

    fn plan(&mut self, mut plan: Plan) {
        for fault in &plan.broken {
            let ask = Ask::new(format!("broken:{}", fault.piece), About::BrokenPiece, fault.value.clone());
            self.doubts.ask(self.place(fault.at), ask.choices([Choice::LeaveOut]));
        }
        for (at, guid) in &plan.repeated_guids {
            self.doubts.note(self.place(Some(*at)), "guids", About::RepeatedGuid, guid.clone());
        }
        let unit = unit(&plan.zones);
        self.rough.stage = stage::find(&plan.zones, unit);
        self.off_canvas(&mut plan);
        let names = self.zone_names(&plan.zones);
        self.overlapping(&mut plan.zones, &names, unit);
        for category in &plan.categories {
            let whole = Spot { file: self.file, ..Spot::default() };
            let tier = self.rough.tier(&category.name, whole);
            self.rough.tiers[tier].colour = self.rough.tiers[tier].colour.take().or(category.colour.clone());
        }
        let declared: Vec<String> = plan.categories.into_iter().map(|category| category.name).collect();
        let mut tiers: HashMap<String, Option<Option<usize>>> = HashMap::new();
        for (i, zone) in plan.zones.into_iter().enumerate() {
            let at = At { zone: i, row: None };
            self.rough.words.extend(zone.name.clone());
            self.rough.words.extend(zone.areas.iter().take(200).filter_map(|area| area.text.clone()));
            self.standing(at, &zone);
            let rows = self.row_labels(at, &zone);
            for (row, label) in zone.rows.into_iter().zip(rows) {
                let Some(label) = label else { continue };
                self.row(At { row: Some(row.at), ..at }, &names[i], label, row, &declared, &mut tiers);
            }
        }
    }

    /// Seats outside of the canvas are what somebody hid there, or a canvas that nobody kept up.
    fn off_canvas(&mut self, plan: &mut Plan) {
        let Some((width, height)) = plan.size else { return };
        let is_off =
            |seat: &Seat| seat.at.is_some_and(|(x, y)| !(0.0..=width).contains(&x) || !(0.0..=height).contains(&y));
        let mut leaves_out = false;
        for (i, zone) in plan.zones.iter().enumerate() {
            for row in &zone.rows {
                for seat in row.seats.iter().filter(|seat| is_off(seat)) {
                    let ask = Ask::new("off canvas", About::OffCanvas, seat.number.clone().unwrap_or_default());
                    let place = self.place(Some(At { zone: i, row: Some(row.at) }));
                    let chosen = self.doubts.ask(place, ask.choices([Choice::Take, Choice::LeaveOut]));
                    leaves_out = chosen == Some(Choice::LeaveOut);
                }
            }
        }
        if leaves_out {
            for row in plan.zones.iter_mut().flat_map(|zone| &mut zone.rows) {
                row.seats.retain(|seat| !is_off(seat));
            }
        }
    }

    /// The sections; zones without names are numbered where there are several.
    fn zone_names(&mut self, zones: &[Zone]) -> Vec<ZoneName> {
        let seated = zones.iter().filter(|zone| !zone.rows.is_empty()).count();
        let nameless = zones.iter().filter(|zone| zone.name.is_none() && !zone.rows.is_empty()).count();
        let mut names = Vec::with_capacity(zones.len());
        for (i, zone) in zones.iter().enumerate() {
            let mut name = zone.name.clone();
            if name.is_none() && !zone.rows.is_empty() && seated > 1 {
                let number = (i + 1).to_string();
                let place = self.place(Some(At { zone: i, row: zone.rows.first().map(|row| row.at) }));
                let ask = if nameless <= NAMES_ASKED {
                    let choices = [Choice::Name(number.clone()), Choice::Take];
                    Ask::new(format!("zone:{number}"), About::UnnamedBlock, number.clone()).choices(choices).or_a_name()
                } else {
                    let choices = [Choice::CountFromOne, Choice::Take];
                    Ask::new("zones", About::UnnamedBlock, number.clone()).choices(choices)
                };
                name = match self.doubts.ask(place, ask) {
                    Some(Choice::Name(name)) => Some(name.trim().to_owned()),
                    Some(Choice::Take) => None,
                    _ => Some(number),
                };
            }
            names.push(name.map(|name| taken_apart(&name)).unwrap_or_default());
        }
        names
    }

    fn overlapping(&mut self, zones: &mut [Zone], names: &[ZoneName], unit: f64) {
        let moved = zones::overlapping(zones, unit);
        let mut lays_out = false;
        for zone in &moved {
            let ask = Ask::new("zones overlap", About::ZonesOverlap, self.names[*zone].clone());
            let place = self.place(Some(At { zone: *zone, row: None }));
            let chosen = self.doubts.ask(place, ask.choices([Choice::LayOut, Choice::Take]));
            lays_out = chosen == Some(Choice::LayOut);
        }
        if !lays_out {
            return;
        }
        let floors: Vec<i32> = names.iter().map(|name| floor_order(name.floor.as_ref())).collect();
        zones::lay_out(zones, &moved, &floors, unit);
        // The stage was where the zones were; now it stands before them all.
        let whole = zones.iter().filter_map(zones::extent).reduce(zones::joined);
        if let (Some(stage), Some(((left, upper), (right, _)))) = (&mut self.rough.stage, whole) {
            stage.x = (left + right) / 2.0;
            stage.y = upper - 2.0 * unit - stage.height / 2.0;
        }
    }

    /// An area in which people stand has no seats; its places can be numbered instead.
    fn standing(&mut self, at: At, zone: &Zone) {
        let own = zone.name.as_deref().filter(|name| zone.rows.is_empty() && is_standing(name));
        let areas = zone.areas.iter().filter(|area| area.is_standing() || area.capacity.is_some());
        let mut found: Vec<(String, Option<u32>, (f64, f64))> = areas
            .map(|area| {
                let name = area.text.as_deref().or(zone.name.as_deref()).unwrap_or_default();
                (name.to_owned(), area.capacity, area.centre)
            })
            .collect();
        if let (Some(name), true) = (own, found.is_empty()) {
            found.push((name.to_owned(), with_count(name).1, (0.0, 0.0)));
        }
        for (name, capacity, _) in found {
            let capacity = capacity.map(|people| people.min(STANDING_MOST));
            let ask = Ask::new(format!("standing:{}", identity(&name)), About::StandingArea { capacity }, name.clone());
            let choices = match capacity {
                Some(_) => vec![Choice::LeaveOut, Choice::CountFromOne],
                // How many there are can be said as a text.
                None => vec![Choice::LeaveOut],
            };
            let people = match self.doubts.ask(self.place(Some(at)), ask.choices(choices).or_a_name()) {
                Some(Choice::CountFromOne) => capacity,
                Some(Choice::Name(text)) => with_count(&text).1.or_else(|| text.trim().parse().ok()),
                _ => None,
            };
            let bare = with_count(&name).0;
            let bare = bare.split_once('(').map_or(bare.as_str(), |(bare, _)| bare).trim();
            let section = Part { stem: if bare.is_empty() { name.clone() } else { bare.to_owned() }, word: None };
            let tier = self.rough.known_tier(&section.stem);
            for number in 1..=people.unwrap_or(0).min(STANDING_MOST) {
                if self.rough.seats.len() > SEATS_MOST {
                    return;
                }
                self.rough.seats.push(RoughSeat {
                    floor: None,
                    section: Some(section.clone()),
                    row: None,
                    number: Part { stem: number.to_string(), word: None },
                    tier,
                    spot: self.spot(at),
                    at: None,
                    line: 0,
                });
            }
        }
    }

    /// Each row's label; None for those that are left out, an empty one for those that have none.
    fn row_labels(&mut self, at: At, zone: &Zone) -> Vec<Option<Option<String>>> {
        let mut labels: Vec<Option<Option<String>>> = zone.rows.iter().map(|row| Some(row.label.clone())).collect();
        let blank: Vec<usize> = (0..zone.rows.len()).filter(|i| zone.rows[*i].label.is_none()).collect();
        if blank.is_empty() || zone.rows.len() == 1 {
            return labels;
        }
        let mut taken: HashSet<String> =
            zone.rows.iter().filter_map(|row| Some(identity(row.label.as_deref()?))).collect();
        // Numbers that run through the rows need none.
        let mut seen = HashSet::new();
        let mut numbers = blank.iter().flat_map(|i| &zone.rows[*i].seats).map(|seat| seat.number.as_deref());
        let runs_through = taken.is_empty() && numbers.all(|number| number.is_some_and(|number| seen.insert(number)));
        let name = self.names[at.zone].clone();
        let mut choices = vec![Choice::CountFromOne, Choice::Take, Choice::LeaveOut];
        if runs_through {
            choices.swap(0, 1);
        }
        let key = format!("rows:{}", if name.is_empty() { (at.zone + 1).to_string() } else { name.clone() });
        for i in blank.iter().copied() {
            let mut ask = Ask::new(key.clone(), About::BlankRow, name.clone()).choices(choices.clone());
            ask.takes_names = blank.len() == 1;
            let row = &zone.rows[i];
            labels[i] = match self.doubts.ask(self.place(Some(At { row: Some(row.at), ..at })), ask) {
                Some(Choice::LeaveOut) => None,
                Some(Choice::Take) => Some(None),
                Some(Choice::Name(name)) => Some(Some(name.trim().to_owned())),
                _ => {
                    let mut number = row.at;
                    while !taken.insert(number.to_string()) {
                        number += 1;
                    }
                    Some(Some(number.to_string()))
                }
            };
        }
        labels
    }

    /// A row's seats.
    fn row(
        &mut self,
        at: At,
        zone: &ZoneName,
        label: Option<String>,
        row: Row,
        declared: &[String],
        tiers: &mut HashMap<String, Option<Option<usize>>>,
    ) {
        let ZoneName { mut floor, mut section } = zone.clone();
        let mut own = None;
        for (kind, part) in label.iter().flat_map(|label| parts(Kind::Row, label)) {
            match kind {
                Kind::Floor => floor = floor.or(Some(part)),
                Kind::Section => section = section.or(Some(part)),
                Kind::Row => own = Some(part),
                Kind::Number => {}
            }
        }
        let own = own.or_else(|| label.as_deref().and_then(|label| Part::read(Kind::Row, label)));
        let mut taken: Option<HashSet<String>> = None;
        let row_of: Vec<Option<String>> = row.seats.iter().map(|seat| seat.number.clone()).collect();
        for (nth, seat) in (1..).zip(row.seats) {
            let Some(tier) = self.tier(at, seat.category.as_deref(), declared, tiers) else { continue };
            let number = match number_of(&seat, own.as_ref()) {
                Some(number) => number,
                None => {
                    let name = self.names[at.zone].clone();
                    let ask = Ask::new(format!("numbers:{name}"), About::UnnumberedSeats, name);
                    let choice =
                        self.doubts.ask(self.place(Some(at)), ask.choices([Choice::CountFromOne, Choice::LeaveOut]));
                    if choice == Some(Choice::LeaveOut) {
                        continue;
                    }
                    let taken =
                        taken.get_or_insert_with(|| row_of.iter().flatten().map(|number| identity(number)).collect());
                    let mut number: u32 = nth;
                    while !taken.insert(number.to_string()) {
                        number += 1;
                    }
                    Part { stem: number.to_string(), word: None }
                }
            };
            if seat.at.is_none() {
                let ask = Ask::new("position", About::UnreadPosition, number.stem.clone()).choices([Choice::LayOut]);
                self.doubts.ask(self.place(Some(at)), ask);
            }
            self.rough.seats.push(RoughSeat {
                floor: floor.clone(),
                section: section.clone(),
                row: own.clone(),
                number,
                tier,
                spot: self.spot(at),
                at: seat.at,
                line: at.row.unwrap_or(0),
            });
        }
    }

    /// The tier of a category; None for seats that are left out.
    #[expect(clippy::option_option, reason = "left out, without a tier, and with one")]
    fn tier(
        &mut self,
        at: At,
        category: Option<&str>,
        declared: &[String],
        tiers: &mut HashMap<String, Option<Option<usize>>>,
    ) -> Option<Option<usize>> {
        let Some(category) = category else { return Some(None) };
        let is_declared = declared.is_empty() || declared.iter().any(|name| name == category);
        if is_declared && let Some(tier) = tiers.get(category) {
            return *tier;
        }
        let key = tier_identity(category);
        let known = self.rough.known_tier(category);
        let is_known =
            declared.is_empty() || known.is_some_and(|_| declared.iter().any(|name| tier_identity(name) == key));
        let spot = self.spot(at);
        let tier = if is_known {
            Some(Some(self.rough.tier(category, spot)))
        } else {
            let others = declared.iter().take(OFFERED).map(|name| Choice::Name(name.clone()));
            let choices = std::iter::once(Choice::Take).chain(others).chain([Choice::LeaveOut]);
            let ask = Ask::new(format!("category:{key}"), About::UndeclaredCategory, category).choices(choices);
            match self.doubts.ask(self.place(Some(at)), ask.or_a_name()) {
                Some(Choice::LeaveOut) => None,
                Some(Choice::Name(name)) => Some(Some(self.rough.tier(name.trim(), spot))),
                _ => Some(Some(self.rough.tier(category, spot))),
            }
        };
        tiers.insert(category.to_owned(), tier);
        tier
    }
}

/// A zone's name may tell its floor as well.
fn taken_apart(name: &str) -> ZoneName {
    let mut zone = ZoneName::default();
    for (kind, part) in parts(Kind::Section, name) {
        match kind {
            Kind::Floor => zone.floor = Some(part),
            Kind::Section => zone.section = Some(part),
            // `A열` as a zone is a section that is called so.
            Kind::Row | Kind::Number => {
                return ZoneName { floor: None, section: Some(Part { stem: name.to_owned(), word: None }) };
            }
        }
    }
    zone
}

/// A seat's number, with the word that the plan has for it; its label where it has no number.
fn number_of(seat: &Seat, row: Option<&Part>) -> Option<Part> {
    let label = seat.label.as_deref().and_then(|label| {
        let found = parts(Kind::Number, label);
        let number = found.into_iter().find_map(|(kind, part)| (kind == Kind::Number).then_some(part))?;
        // The label of a seat may begin with its row: `A-12`.
        let bare = row.and_then(|row| number.stem.strip_prefix(row.stem.as_str()));
        let bare = bare
            .and_then(|bare| bare.strip_prefix(['-', ' ', '/', '.']))
            .map(str::trim)
            .filter(|bare| !bare.is_empty());
        Some(match bare {
            Some(bare) => Part { stem: bare.to_owned(), ..number },
            None => number,
        })
    });
    label.or_else(|| Part::read(Kind::Number, seat.number.as_deref()?))
}

/// How far apart neighbours are, in the plan's unit.
fn unit(zones: &[Zone]) -> f64 {
    let places = |row: &Row| row.seats.iter().filter_map(|seat| seat.at).collect::<Vec<_>>();
    // Halves of a row may be two rows with one label.
    let mut rows: BTreeMap<(usize, String), Vec<(f64, f64)>> = BTreeMap::new();
    for (i, zone) in zones.iter().enumerate() {
        for row in &zone.rows {
            let label = row.label.clone().unwrap_or_else(|| row.at.to_string());
            rows.entry((i, label)).or_default().extend(places(row));
        }
    }
    apart_in_rows(rows.into_values())
}
