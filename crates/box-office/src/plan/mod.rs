//! A seating plan before it is written, wherever it came from, and what every plan must keep.

mod generate;
mod sheet;

use std::collections::{HashMap, HashSet};
use std::f64::consts::SQRT_2;

use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::{Builder, Uuid};

use crate::layout::{Place, Stage, place_seats};
use crate::text::is_plain;
use crate::{SeatChanges, SeatMap, SeatState, Tier, limits};

pub use generate::{Numbering, PlanSpec, RowTier, SectionSpec, generate};
pub use sheet::{SheetKind, sheet_template};

/// Seats of one plan.
pub const PLAN_SEATS_MOST: usize = limits::PLAN_SEATS.most as usize;
/// Tiers of one plan.
pub(crate) const PLAN_TIERS_MOST: usize = 1_000;
/// Faults that are told; the others are found after these are mended.
pub const PLAN_FAULTS_MOST: usize = 200;
/// A coordinate's distance from the middle, in plan units.
const FARTHEST: f64 = 100_000.0;
/// Two seats nearer than this can't be told apart on the map, in plan units.
const SAME_SPOT: f64 = 0.1;

/// A seating plan. Positions are in plan units: neighbouring seats are about 1 apart, the stage is towards smaller `y`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Plan {
    /// Where the stage is, in hundredths of a plan unit.
    pub stage: Option<Stage>,
    /// The tiers that its seats name.
    pub tiers: Vec<PlanTier>,
    /// The seats.
    pub seats: Vec<PlannedSeat>,
}

/// A tier that a plan names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PlanTier {
    /// For example `R석`.
    pub label: String,
    /// In won, if the plan says it.
    #[specta(type = Option<i32>)]
    pub price: Option<i64>,
    /// As the plan paints it, for example `#aa4400`.
    pub color: Option<String>,
}

/// A seat of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct PlannedSeat {
    /// Unique in the plan, for example `1층 B구역 1열 8번`.
    pub label: String,
    /// Block.
    pub section: Option<String>,
    /// The row's label.
    pub row: Option<String>,
    /// The row's place among those of its section.
    pub row_number: Option<i32>,
    /// Number in the row.
    pub number: Option<i32>,
    /// Index into the plan's tiers.
    #[specta(type = u32)]
    pub tier: usize,
    /// Across, in plan units.
    pub x: f64,
    /// Down, in plan units.
    pub y: f64,
    /// Degrees, clockwise.
    pub angle: f64,
}

/// What is wrong with a plan, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PlanFault {
    /// What.
    pub code: PlanFaultCode,
    /// Where: `zones[2].rows[4].seats[1]`, `row 17`, `sections[0].curve`; empty for the whole.
    pub place: String,
    /// What stood there, or the other place it clashes with.
    pub value: Option<String>,
}

/// The kinds of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PlanFaultCode {
    /// No seat at all.
    NoSeats,
    /// More than [`PLAN_SEATS_MOST`]; the value is how many, if counted.
    TooManySeats,
    /// A number outside what is allowed.
    OutOfRange,
    /// A seat that says nothing of its tier.
    NoTier,
    /// Empty, too long or with control characters.
    InvalidTier,
    /// More tiers than any hall has prices; the value is how many, if counted.
    TooManyTiers,
    /// Two tiers of one label.
    RepeatedTier,
    /// Not a price in won.
    InvalidPrice,
    /// A section's label is too long or has control characters.
    InvalidSection,
    /// A row's label is too long or has control characters.
    InvalidRow,
    /// A seat's label or number is empty, too long or has control characters.
    InvalidLabel,
    /// Two seats of one label; the value is the label.
    RepeatedLabel,
    /// A coordinate is missing or no number.
    NoPosition,
    /// A coordinate is absurdly far out.
    FarOut,
    /// Two seats on one spot; the value is the other seat's place.
    SameSpot,
}

/// The faults found so far, each once and at most [`PLAN_FAULTS_MOST`] of them.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<PlanFault>);

impl Faults {
    pub fn add(&mut self, code: PlanFaultCode, place: impl Into<String>, value: Option<&str>) {
        // What a broken file holds can be as long as the file.
        let value = value.map(|value| value.chars().take(limits::SEAT_LABEL.most as usize).collect());
        let fault = PlanFault { code, place: place.into(), value };
        if !self.full() && !self.0.contains(&fault) {
            self.0.push(fault);
        }
    }

    pub fn full(&self) -> bool {
        self.0.len() >= PLAN_FAULTS_MOST
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The plan if it has no fault.
    pub fn or(self, plan: Plan) -> Result<Plan, Vec<PlanFault>> {
        if self.0.is_empty() { Ok(plan) } else { Err(self.0) }
    }
}

impl From<Faults> for Vec<PlanFault> {
    fn from(faults: Faults) -> Self {
        faults.0
    }
}

/// What every plan must keep, whichever way it came in; places are `tiers[1]` and `seats[17]`.
///
/// # Errors
/// What is wrong, at most [`PLAN_FAULTS_MOST`] faults.
pub fn check_plan(plan: &Plan) -> Result<(), Vec<PlanFault>> {
    let mut faults = Faults::default();
    check(plan, &mut faults, |tier| format!("tiers[{tier}]"), |seat| format!("seats[{seat}]"));
    if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
}

/// [`check_plan`] with the places of the file that the plan was read from.
pub(crate) fn check(
    plan: &Plan,
    faults: &mut Faults,
    tier_place: impl Fn(usize) -> String,
    seat_place: impl Fn(usize) -> String,
) {
    if plan.seats.is_empty() && plan.tiers.len() <= PLAN_TIERS_MOST && faults.is_empty() {
        faults.add(PlanFaultCode::NoSeats, "", None);
    }
    if plan.seats.len() > PLAN_SEATS_MOST {
        faults.add(PlanFaultCode::TooManySeats, "", Some(&plan.seats.len().to_string()));
        return;
    }
    if plan.tiers.len() > PLAN_TIERS_MOST {
        faults.add(PlanFaultCode::TooManyTiers, "", Some(&plan.tiers.len().to_string()));
        return;
    }
    check_tiers(&plan.tiers, faults, tier_place);
    let mut labels = HashSet::with_capacity(plan.seats.len());
    let mut spots = Spots::default();
    for (i, seat) in plan.seats.iter().enumerate() {
        if faults.full() {
            return;
        }
        let mut fault = |code, value: Option<&str>| faults.add(code, seat_place(i), value);
        if seat.tier >= plan.tiers.len() {
            fault(PlanFaultCode::NoTier, None);
        }
        if let Some(section) = seat.section.as_deref().filter(|label| !is_label(label, limits::PLACE_LABEL)) {
            fault(PlanFaultCode::InvalidSection, Some(section));
        }
        if let Some(row) = seat.row.as_deref().filter(|label| !is_label(label, limits::PLACE_LABEL)) {
            fault(PlanFaultCode::InvalidRow, Some(row));
        }
        if !is_label(&seat.label, limits::SEAT_LABEL) {
            fault(PlanFaultCode::InvalidLabel, Some(&seat.label));
        } else if !labels.insert(seat.label.as_str()) {
            fault(PlanFaultCode::RepeatedLabel, Some(&seat.label));
        }
        if !(seat.x.is_finite() && seat.y.is_finite() && seat.angle.is_finite()) {
            fault(PlanFaultCode::NoPosition, None);
        } else if seat.x.abs().max(seat.y.abs()) > FARTHEST {
            fault(PlanFaultCode::FarOut, Some(&format!("{}, {}", seat.x, seat.y)));
        } else if let Some(other) = spots.take(i, seat.x, seat.y) {
            fault(PlanFaultCode::SameSpot, Some(&seat_place(other)));
        }
    }
}

/// The tiers' part of [`check_plan`].
pub(crate) fn check_tiers(tiers: &[PlanTier], faults: &mut Faults, place: impl Fn(usize) -> String) {
    let mut labels = HashSet::new();
    for (i, tier) in tiers.iter().enumerate() {
        if !is_label(&tier.label, limits::TIER_LABEL) {
            faults.add(PlanFaultCode::InvalidTier, place(i), Some(&tier.label));
        } else if !labels.insert(tier.label.as_str()) {
            faults.add(PlanFaultCode::RepeatedTier, place(i), Some(&tier.label));
        }
        if let Some(price) = tier.price.filter(|price| !limits::PRICE.holds(*price)) {
            faults.add(PlanFaultCode::InvalidPrice, place(i), Some(&price.to_string()));
        }
    }
}

pub(crate) fn is_label(label: &str, length: limits::Limit) -> bool {
    length.holds(label.chars().count()) && is_plain(label)
}

/// Which spots of the plan are taken, found in a grid. Its cells are so small that one holds a single seat, and a seat
/// too near to another is at most two cells away.
#[derive(Default)]
struct Spots(HashMap<(i64, i64), (usize, f64, f64)>);

impl Spots {
    /// Takes a spot, or says who has it.
    fn take(&mut self, seat: usize, x: f64, y: f64) -> Option<usize> {
        let cell = SAME_SPOT / SQRT_2;
        let (column, line) = ((x / cell).floor() as i64, (y / cell).floor() as i64);
        for around in (-2..=2).flat_map(|across| (-2..=2).map(move |down| (column + across, line + down))) {
            if let Some((other, ox, oy)) = self.0.get(&around)
                && (x - ox).hypot(y - oy) < SAME_SPOT
            {
                return Some(*other);
            }
        }
        self.0.insert((column, line), (seat, x, y));
        None
    }
}

/// A seat's label from where it is: `1층 B구역 1열 8번`. A part that already ends in its word isn't given it twice.
pub(crate) fn seat_label(section: Option<&str>, row: Option<&str>, number: Option<&str>) -> String {
    let with = |part: Option<&str>, word: &str| {
        let part = part.map(str::trim).filter(|part| !part.is_empty())?;
        Some(if part.ends_with(word) { part.to_owned() } else { format!("{part}{word}") })
    };
    [with(section, "구역"), with(row, "열"), with(number, "번")].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// How the plan will look on counters. Seat ids are made up: their last four bytes are the seat's place in the plan.
#[must_use]
pub fn preview(plan: &Plan) -> SeatMap {
    let mut order: Vec<(usize, &PlannedSeat)> = plan.seats.iter().enumerate().collect();
    order.sort_by(|(_, a), (_, b)| {
        (&a.section, a.row_number, &a.row, a.number, &a.label).cmp(&(
            &b.section,
            b.row_number,
            &b.row,
            b.number,
            &b.label,
        ))
    });
    let mut seats_of = vec![0; plan.tiers.len()];
    for seat in &plan.seats {
        if let Some(seats) = seats_of.get_mut(seat.tier) {
            *seats += 1;
        }
    }
    let mut tiers: Vec<Tier> = plan
        .tiers
        .iter()
        .enumerate()
        .map(|(i, tier)| {
            let price = tier.price.unwrap_or(0);
            Tier {
                id: made_up(1, i),
                label: tier.label.clone(),
                price,
                total: seats_of[i],
                remaining: seats_of[i],
                on_hold: 0,
            }
        })
        .collect();
    tiers.sort_by(|a, b| b.price.cmp(&a.price).then_with(|| a.label.cmp(&b.label)));
    let seats = order
        .into_iter()
        .map(|(i, seat)| Place {
            id: made_up(2, i).into(),
            label: seat.label.clone(),
            tier: made_up(1, seat.tier),
            section: seat.section.clone(),
            row: seat.row.clone(),
            row_number: seat.row_number,
            number: seat.number,
            x: Some(seat.x as f32),
            y: Some(seat.y as f32),
            angle: seat.angle as f32,
            state: SeatState::Available,
        })
        .collect();
    let changes = SeatChanges::default();
    place_seats(made_up(0, 0).into(), tiers, plan.stage.clone(), seats, changes)
}

/// A version 8 id, which the RFC keeps for the maker's own meaning.
fn made_up(kind: u8, place: usize) -> Uuid {
    let mut bytes = [0; 16];
    bytes[0] = kind;
    bytes[12..].copy_from_slice(&(place as u32).to_be_bytes());
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn seat(label: &str, x: f64, y: f64) -> PlannedSeat {
        let label = label.to_owned();
        PlannedSeat { label, section: None, row: None, row_number: None, number: None, tier: 0, x, y, angle: 0.0 }
    }

    fn plan(seats: Vec<PlannedSeat>) -> Plan {
        let tier = PlanTier { label: "R석".to_owned(), price: Some(0), color: None };
        Plan { stage: None, tiers: vec![tier], seats }
    }

    fn found(plan: &Plan) -> Vec<(PlanFaultCode, String)> {
        check_plan(plan).unwrap_err().into_iter().map(|fault| (fault.code, fault.place)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Against the plain way, which compares each with each; the spots are so near that many clash.
        #[test]
        fn seats_too_near_to_another_are_found(spots in vec((-0.5..0.5, -0.5..0.5), 1..40)) {
            let mut taken: Vec<(f64, f64)> = Vec::new();
            let mut clashes = Vec::new();
            for (i, (x, y)) in spots.iter().enumerate() {
                if taken.iter().any(|(ox, oy)| (x - ox).hypot(y - oy) < SAME_SPOT) {
                    clashes.push((PlanFaultCode::SameSpot, format!("seats[{i}]")));
                } else {
                    taken.push((*x, *y));
                }
            }
            let seats = spots.iter().enumerate().map(|(i, (x, y))| seat(&i.to_string(), *x, *y)).collect();
            match check_plan(&plan(seats)) {
                Ok(()) => prop_assert_eq!(clashes, Vec::new()),
                Err(faults) => {
                    let faults: Vec<_> = faults.into_iter().map(|fault| (fault.code, fault.place)).collect();
                    prop_assert_eq!(faults, clashes);
                }
            }
        }
    }

    #[test]
    fn a_plan_from_the_screen_is_checked_like_any_other() {
        use PlanFaultCode::*;
        let named = |code, place: &str| vec![(code, place.to_owned())];
        let with = |change: fn(&mut Plan)| {
            let mut plan = plan(vec![seat("1번", 0.0, 0.0), seat("2번", 1.0, 0.0)]);
            change(&mut plan);
            found(&plan)
        };
        assert_eq!(with(|plan| plan.seats.clear()), named(NoSeats, ""));
        assert_eq!(with(|plan| plan.seats = vec![plan.seats[0].clone(); 60_001]), named(TooManySeats, ""));
        assert_eq!(with(|plan| plan.tiers = vec![plan.tiers[0].clone(); 1_001]), named(TooManyTiers, ""));
        assert_eq!(with(|plan| plan.tiers.push(plan.tiers[0].clone())), named(RepeatedTier, "tiers[1]"));
        assert_eq!(with(|plan| plan.tiers[0].label.clear()), named(InvalidTier, "tiers[0]"));
        assert_eq!(with(|plan| plan.tiers[0].price = Some(-1)), named(InvalidPrice, "tiers[0]"));
        assert_eq!(with(|plan| plan.tiers[0].price = Some(limits::PRICE.most + 1)), named(InvalidPrice, "tiers[0]"));
        assert_eq!(with(|plan| plan.seats[1].tier = 1), named(NoTier, "seats[1]"));
        assert_eq!(with(|plan| plan.seats[1].label = "1번".to_owned()), named(RepeatedLabel, "seats[1]"));
        assert_eq!(with(|plan| plan.seats[1].label = "2\u{7}번".to_owned()), named(InvalidLabel, "seats[1]"));
        assert_eq!(with(|plan| plan.seats[1].section = Some("a\nb".to_owned())), named(InvalidSection, "seats[1]"));
        assert_eq!(with(|plan| plan.seats[1].row = Some(String::new())), named(InvalidRow, "seats[1]"));
        assert_eq!(with(|plan| plan.seats[1].angle = f64::NAN), named(NoPosition, "seats[1]"));
        assert_eq!(with(|plan| plan.seats[1].y = -100_001.0), named(FarOut, "seats[1]"));
        assert_eq!(with(|plan| plan.seats[1].x = 0.09), named(SameSpot, "seats[1]"));
        assert_eq!(check_plan(&plan(vec![seat("1번", 0.0, 0.0), seat("2번", 0.11, 0.0)])), Ok(()));
    }

    #[test]
    fn a_part_of_a_label_does_not_get_its_word_twice() {
        assert_eq!(seat_label(Some("A구역"), Some("2열"), Some("3번")), "A구역 2열 3번");
        assert_eq!(seat_label(Some(" "), None, Some("3")), "3번");
    }

    #[test]
    fn the_preview_leads_back_to_the_plan_and_shows_the_dearest_tier_first() {
        let mut plan = plan(vec![seat("2번", 1.0, 0.0), seat("1번", 0.0, 0.5)]);
        plan.tiers.push(PlanTier { label: "VIP석".to_owned(), price: Some(9), color: None });
        plan.seats[0].tier = 1;
        plan.seats[1].angle = -12.5;
        let map = preview(&plan);
        assert_eq!(map.labels, ["1번", "2번"]);
        assert_eq!(map.ids.iter().map(|id| id.0.as_bytes()[15]).collect::<Vec<_>>(), [1, 0]);
        assert_eq!((map.x, map.y, map.angle), (vec![0, 100], vec![50, 0], vec![-125, 0]));
        assert_eq!((map.tiers[0].label.as_str(), map.tiers[0].total, map.tier), ("VIP석", 1, vec![1, 0]));
    }
}
