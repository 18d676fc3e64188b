//! Reads a seating plan in the JSON format that pretix uses.
//!
//! The file is walked piece by piece, each list item parsed on its own: a fault has the place of its piece, and memory
//! goes with the seats that are kept, not with what a broken file holds.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer as _, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::plan::pretix_stage::StageArea;
use crate::plan::{Faults, PLAN_SEATS_MOST, PLAN_TIERS_MOST, check, check_size, check_tiers, is_label, seat_label};
use crate::text::composed;
use crate::{Plan, PlanFault, PlanFaultCode, PlanTier, PlannedSeat, limits};

/// Beyond this no unit of drawing makes sense, in the file's units.
const ABSURD: f64 = 1e9;

/// Reads a plan. A seat stands at zone + row + seat position, scaled so that neighbours in a row are 1 apart. Labels are
/// made from zone, row and seat; `number_repeats` numbers those that come again (`… (2)`), which real exports hold.
///
/// # Errors
/// Every fault with its place, for example `zones[2].rows[4].seats[1]`.
pub fn read_pretix(bytes: &[u8], number_repeats: bool) -> Result<Plan, Vec<PlanFault>> {
    check_size(bytes)?;
    let mut reading = Reading::default();
    match serde_json::from_slice::<&RawValue>(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)) {
        Ok(raw) => reading.root(raw),
        Err(error) => {
            let place = format!("line {}, column {}", error.line(), error.column());
            reading.faults.add(PlanFaultCode::Unreadable, place, None);
        }
    }
    reading.finish(number_repeats)
}

#[derive(Deserialize)]
struct Root<'a> {
    #[serde(borrow)]
    categories: Option<&'a RawValue>,
    #[serde(borrow)]
    zones: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Category<'a> {
    #[serde(borrow)]
    name: Option<&'a RawValue>,
    #[serde(borrow)]
    color: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Zone<'a> {
    #[serde(borrow)]
    name: Option<&'a RawValue>,
    #[serde(borrow)]
    position: Option<&'a RawValue>,
    #[serde(borrow)]
    rows: Option<&'a RawValue>,
    #[serde(borrow)]
    areas: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    row_number: Option<&'a RawValue>,
    #[serde(borrow)]
    row_label: Option<&'a RawValue>,
    #[serde(borrow)]
    position: Option<&'a RawValue>,
    #[serde(borrow)]
    seats: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Seat<'a> {
    #[serde(borrow)]
    seat_guid: Option<&'a RawValue>,
    #[serde(borrow)]
    seat_number: Option<&'a RawValue>,
    #[serde(borrow)]
    position: Option<&'a RawValue>,
    #[serde(borrow)]
    category: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Position<'a> {
    #[serde(borrow)]
    x: Option<&'a RawValue>,
    #[serde(borrow)]
    y: Option<&'a RawValue>,
}

/// Where in the file.
#[derive(Clone, Copy)]
struct At {
    zone: usize,
    row: Option<usize>,
    seat: Option<usize>,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "zones[{}]", self.zone)?;
        self.row.map_or(Ok(()), |row| write!(f, ".rows[{row}]"))?;
        self.seat.map_or(Ok(()), |seat| write!(f, ".seats[{seat}]"))
    }
}

/// What the seats of a row share, or the rows of a zone.
struct InRow {
    at: At,
    section: Option<String>,
    row: Option<String>,
    position: (f64, f64),
    is_sound: bool,
}

/// A seat whose label waits until all are known.
struct Found {
    at: At,
    number: Option<String>,
    seat: PlannedSeat,
}

#[derive(Default)]
struct Reading {
    faults: Faults,
    tiers: Vec<PlanTier>,
    /// The category of each tier: one that can't be read isn't kept.
    categories: Vec<usize>,
    tier_of: HashMap<String, usize>,
    /// Every category is as it should be.
    knows_tiers: bool,
    guids: HashSet<String>,
    seats: Vec<Found>,
    stage: Option<StageArea>,
}

impl Reading {
    fn root(&mut self, raw: &RawValue) {
        let Ok(root) = object::<Root<'_>>(raw) else {
            return self.faults.add(PlanFaultCode::WrongKind, "", None);
        };
        each(root.categories, |i, raw| self.category(i, raw))
            .unwrap_or_else(|_| self.faults.add(PlanFaultCode::WrongKind, "categories", None));
        if self.tiers.len() > PLAN_TIERS_MOST {
            // Said once, at the end.
            return;
        }
        check_tiers(&self.tiers, &mut self.faults, |tier| format!("categories[{}]", self.categories[tier]));
        self.knows_tiers = self.faults.is_empty();
        each(root.zones, |i, raw| self.zone(At { zone: i, row: None, seat: None }, raw))
            .unwrap_or_else(|_| self.faults.add(PlanFaultCode::WrongKind, "zones", None));
    }

    fn is_over(&self) -> bool {
        self.faults.full() || self.seats.len() > PLAN_SEATS_MOST || self.tiers.len() > PLAN_TIERS_MOST
    }

    fn category(&mut self, i: usize, raw: &RawValue) {
        if self.is_over() {
            return;
        }
        let category = object::<Category<'_>>(raw);
        let named = category.and_then(|category| Ok((text(category.name)?, text(category.color).ok().flatten())));
        let Ok((name, color)) = named else {
            return self.faults.add(PlanFaultCode::WrongKind, format!("categories[{i}]"), None);
        };
        let label = name.unwrap_or_default();
        self.tier_of.entry(label.clone()).or_insert(self.tiers.len());
        self.tiers.push(PlanTier {
            label,
            price: None,
            color: color.filter(|color| is_label(color, limits::PLACE_LABEL)),
        });
        self.categories.push(i);
    }

    fn zone(&mut self, at: At, raw: &RawValue) {
        if self.is_over() {
            return;
        }
        let faults = self.faults.count();
        let Some(zone) = self.parse::<Zone<'_>>(at, "", raw) else { return };
        let section = self.label(at, ".name", PlanFaultCode::InvalidSection, zone.name);
        let position = self.position(at, zone.position).unwrap_or_default();
        let shared = InRow { at, section, row: None, position, is_sound: self.faults.count() == faults };
        each(zone.areas, |_, raw| {
            self.stage = self.stage.take().or_else(|| StageArea::read(raw, shared.section.as_deref(), position));
        })
        .unwrap_or_else(|_| self.faults.add(PlanFaultCode::WrongKind, format!("{at}.areas"), None));
        each(zone.rows, |i, raw| self.row(At { row: Some(i), ..at }, &shared, raw))
            .unwrap_or_else(|_| self.faults.add(PlanFaultCode::WrongKind, format!("{at}.rows"), None));
    }

    fn row(&mut self, at: At, zone: &InRow, raw: &RawValue) {
        if self.is_over() {
            return;
        }
        let faults = self.faults.count();
        let Some(row) = self.parse::<Row<'_>>(at, "", raw) else { return };
        let label = self.label(at, ".row_label", PlanFaultCode::InvalidRow, row.row_label);
        let label = label.or_else(|| self.label(at, ".row_number", PlanFaultCode::InvalidRow, row.row_number));
        let (x, y) = self.position(at, row.position).unwrap_or_default();
        let shared = InRow {
            at,
            section: zone.section.clone(),
            row: label,
            position: (zone.position.0 + x, zone.position.1 + y),
            is_sound: zone.is_sound && self.faults.count() == faults,
        };
        each(row.seats, |i, raw| self.seat(At { seat: Some(i), ..at }, &shared, raw))
            .unwrap_or_else(|_| self.faults.add(PlanFaultCode::WrongKind, format!("{at}.seats"), None));
    }

    fn seat(&mut self, at: At, shared: &InRow, raw: &RawValue) {
        if self.is_over() {
            return;
        }
        let faults = self.faults.count();
        let Some(seat) = self.parse::<Seat<'_>>(at, "", raw) else { return };
        if let Some(guid) = self.text(at, ".seat_guid", seat.seat_guid)
            && let Some(repeated) = self.guids.replace(guid)
        {
            self.faults.add(PlanFaultCode::RepeatedGuid, at.to_string(), Some(&repeated));
        }
        let number = self.label(at, ".seat_number", PlanFaultCode::InvalidLabel, seat.seat_number);
        let tier = match self.text(at, ".category", seat.category) {
            None => {
                self.faults.add(PlanFaultCode::NoTier, at.to_string(), None);
                None
            }
            Some(category) => {
                let tier = self.tier_of.get(&category).copied();
                if tier.is_none() && self.knows_tiers {
                    self.faults.add(PlanFaultCode::UnknownTier, at.to_string(), Some(&category));
                }
                tier
            }
        };
        if seat.position.is_none() {
            self.faults.add(PlanFaultCode::NoPosition, at.to_string(), None);
        }
        let (x, y) = self.position(at, seat.position).unwrap_or_default();
        // A seat that is half known would clash with others for no reason.
        let Some(tier) = tier.filter(|_| shared.is_sound && self.faults.count() == faults) else { return };
        let seat = PlannedSeat {
            label: String::new(),
            section: shared.section.clone(),
            row: shared.row.clone(),
            row_number: shared.at.row.map(|row| row as i32 + 1),
            number: number.as_deref().and_then(|number| number.parse().ok()),
            tier,
            x: shared.position.0 + x,
            y: shared.position.1 + y,
            angle: 0.0,
        };
        self.seats.push(Found { at, number, seat });
    }

    fn parse<'a, T: Deserialize<'a>>(&mut self, at: At, field: &str, raw: &'a RawValue) -> Option<T> {
        object(raw).map_err(|_| self.faults.add(PlanFaultCode::WrongKind, format!("{at}{field}"), None)).ok()
    }

    /// A text that isn't empty.
    fn text(&mut self, at: At, field: &str, raw: Option<&RawValue>) -> Option<String> {
        let text = text(raw).unwrap_or_else(|_| {
            self.faults.add(PlanFaultCode::WrongKind, format!("{at}{field}"), None);
            None
        });
        text.filter(|text| !text.is_empty())
    }

    /// A text that can be a label. It is checked here, before every seat of a zone gets its own copy.
    fn label(&mut self, at: At, field: &str, code: PlanFaultCode, raw: Option<&RawValue>) -> Option<String> {
        let label = self.text(at, field, raw)?;
        if is_label(&label, limits::PLACE_LABEL) {
            return Some(label);
        }
        self.faults.add(code, format!("{at}{field}"), Some(&label));
        None
    }

    fn position(&mut self, at: At, raw: Option<&RawValue>) -> Option<(f64, f64)> {
        let position = self.parse::<Position<'_>>(at, ".position", raw?)?;
        match (number(position.x), number(position.y)) {
            (Some(x), Some(y)) if x.abs().max(y.abs()) <= ABSURD => return Some((x, y)),
            (Some(x), Some(y)) => {
                self.faults.add(PlanFaultCode::FarOut, format!("{at}.position"), Some(&format!("{x}, {y}")));
            }
            _ => self.faults.add(PlanFaultCode::NoPosition, format!("{at}.position"), None),
        }
        None
    }

    fn finish(mut self, number_repeats: bool) -> Result<Plan, Vec<PlanFault>> {
        if self.seats.len() > PLAN_SEATS_MOST {
            self.faults.add(PlanFaultCode::TooManySeats, "", None);
            return Err(self.faults.into());
        }
        let unit = neighbours_apart(&self.seats);
        let several_zones = self.seats.windows(2).any(|pair| pair[0].at.zone != pair[1].at.zone);
        let mut labels = Labels::default();
        let mut places = Vec::with_capacity(self.seats.len());
        let mut plan = Plan { stage: None, tiers: self.tiers, seats: Vec::with_capacity(self.seats.len()) };
        for Found { at, number, mut seat } in self.seats {
            if several_zones && seat.section.is_none() {
                seat.section = Some((at.zone + 1).to_string());
            }
            seat.label = seat_label(seat.section.as_deref(), seat.row.as_deref(), number.as_deref());
            if number_repeats {
                seat.label = labels.numbered(seat.label);
            }
            (seat.x, seat.y) = (seat.x / unit, seat.y / unit);
            places.push(at);
            plan.seats.push(seat);
        }
        plan.stage = self.stage.and_then(|stage| stage.in_units_of(unit));
        let categories = &self.categories;
        check(
            &plan,
            &mut self.faults,
            |tier| categories.get(tier).map_or("categories".to_owned(), |i| format!("categories[{i}]")),
            |seat| places[seat].to_string(),
        );
        self.faults.or(plan)
    }
}

/// Only an object: serde would also take a list of the fields' values.
fn object<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Result<T, serde_json::Error> {
    match raw.get().as_bytes() {
        [b'{', ..] => serde_json::from_str(raw.get()),
        _ => Err(serde::de::Error::custom("not an object")),
    }
}

/// Goes through a list without keeping it. A missing one is empty.
fn each<'a>(raw: Option<&'a RawValue>, item: impl FnMut(usize, &'a RawValue)) -> Result<(), serde_json::Error> {
    struct Each<F>(F);
    impl<'de, F: FnMut(usize, &'de RawValue)> Visitor<'de> for Each<F> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
            let mut i = 0;
            while let Some(raw) = items.next_element()? {
                (self.0)(i, raw);
                i += 1;
            }
            Ok(())
        }
    }
    raw.map_or(Ok(()), |raw| serde_json::Deserializer::from_str(raw.get()).deserialize_seq(Each(item)))
}

/// A text, or a number as text.
fn text(raw: Option<&RawValue>) -> Result<Option<String>, serde_json::Error> {
    let Some(raw) = raw else { return Ok(None) };
    let text = match raw.get().as_bytes() {
        [b'0'..=b'9' | b'-', ..] => raw.get().to_owned(),
        _ => serde_json::from_str::<String>(raw.get())?,
    };
    Ok(Some(composed(&text)))
}

/// A number that isn't too large for one.
fn number(raw: Option<&RawValue>) -> Option<f64> {
    raw?.get().parse().ok().filter(|number: &f64| number.is_finite())
}

/// Half of the neighbours in a row are nearer than this; the other distances are aisles and slips.
fn neighbours_apart(seats: &[Found]) -> f64 {
    let apart = |pair: &[Found]| (pair[0].seat.x - pair[1].seat.x).hypot(pair[0].seat.y - pair[1].seat.y);
    let in_a_row = |pair: &&[Found]| (pair[0].at.zone, pair[0].at.row) == (pair[1].at.zone, pair[1].at.row);
    let mut distances: Vec<f64> = seats.windows(2).filter(in_a_row).map(apart).filter(|apart| *apart > 0.0).collect();
    if distances.is_empty() {
        // Rows of one seat each.
        distances = seats.windows(2).map(apart).filter(|apart| *apart > 0.0).collect();
    }
    if distances.is_empty() {
        return 1.0;
    }
    let middle = distances.len() / 2;
    *distances.select_nth_unstable_by(middle, f64::total_cmp).1
}

/// Labels given out so far, and how often.
#[derive(Default)]
struct Labels(HashMap<String, u32>);

impl Labels {
    fn numbered(&mut self, label: String) -> String {
        let Some(times) = self.0.get_mut(&label) else {
            self.0.insert(label.clone(), 1);
            return label;
        };
        *times += 1;
        let numbered = format!("{label} ({times})");
        // The plan may have called a seat that itself.
        self.numbered(numbered)
    }
}
