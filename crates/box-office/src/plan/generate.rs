//! Makes a seating plan from a few numbers per section.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::layout::Stage;
use crate::plan::{Faults, PLAN_SEATS_MOST, check, seat_label};
use crate::text::composed;
use crate::{Plan, PlanFault, PlanFaultCode, PlanTier, PlannedSeat};

/// Rows stand a little wider apart than seats.
const ROW_PITCH: f64 = 1.25;
/// What an aisle in a row takes, in seats.
const AISLE: f64 = 1.0;
/// Between sections that are laid out side by side, in seats.
const SECTION_GAP: f64 = 3.0;
/// At the strongest curve a row is a third of a circle.
const WIDEST_ARC: f64 = 120.0;
/// Between the stage and the first row, and the stage's depth.
const STAGE_GAP: f64 = 6.0;
const STAGE_DEPTH: f64 = 3.0;

/// A hall to be generated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct PlanSpec {
    /// In the order in which they are laid out, left to right.
    pub sections: Vec<SectionSpec>,
    /// Whether to draw a stage in front of them.
    pub stage: bool,
}

/// A block of rows. The first row is the one nearest to the stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SectionSpec {
    /// For example `1층 B`; may be empty in a hall of one section.
    pub label: String,
    /// How many, 1 to 500.
    pub rows: i32,
    /// The first row's label: a number or up to two Latin letters, counted on from there.
    pub first_row: String,
    /// In the first row, 1 to 1,000.
    pub seats_per_row: i32,
    /// How many more (or fewer) each next row has: a fan; -20 to 20.
    pub seats_more_per_row: i32,
    /// 0 is straight, 1 a third of a circle.
    pub curve: f64,
    /// Where the numbers begin.
    pub numbering: Numbering,
    /// The lowest number, 0 to 100,000.
    pub first_number: i32,
    /// Numbers of seats that aren't there: their places stay empty.
    pub skipped: Vec<i32>,
    /// After how many seats, counted from the left, a row has an aisle.
    pub aisles_after: Vec<i32>,
    /// The tier's label.
    pub tier: String,
    /// Rows of another tier; the first that fits counts.
    pub row_tiers: Vec<RowTier>,
    /// Across, the middle of the first row in plan units; left out, sections are laid side by side.
    pub x: Option<f64>,
    /// Down, the middle of the first row; left out, 0.
    pub y: Option<f64>,
    /// Degrees, clockwise, around the middle of the first row.
    pub angle: f64,
}

/// Rows of a section that are of another tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RowTier {
    /// The first, counted from 1.
    pub from_row: i32,
    /// The last.
    pub to_row: i32,
    /// The tier's label.
    pub tier: String,
}

/// How the seats of a row are numbered, as seen from behind it with the stage ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Numbering {
    /// From the left: 1 2 3 4 5 6.
    Left,
    /// From the right: 6 5 4 3 2 1.
    Right,
    /// From the middle to both sides: 5 3 1 2 4 6.
    CentreOut,
    /// From both ends: 1 3 5 6 4 2.
    OddEven,
}

/// Makes the plan; knows no server.
///
/// # Errors
/// Every fault with its place, for example `sections[0].curve`.
pub fn generate(spec: &PlanSpec) -> Result<Plan, Vec<PlanFault>> {
    let mut faults = Faults::default();
    for (i, section) in spec.sections.iter().enumerate() {
        check_section(section, &format!("sections[{i}]"), &mut faults);
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let total: i64 = spec.sections.iter().map(seats_asked_for).sum();
    if total > PLAN_SEATS_MOST as i64 {
        faults.add(PlanFaultCode::TooManySeats, "", Some(&total.to_string()));
        return Err(faults.into());
    }
    let mut plan = Plan { stage: None, tiers: Vec::new(), seats: Vec::with_capacity(total as usize) };
    let (mut tier_places, mut section_of_seat) = (Vec::new(), Vec::new());
    for (i, section) in spec.sections.iter().enumerate() {
        let first_seat = plan.seats.len();
        add_section(section, i, &mut plan, &mut tier_places);
        if plan.seats.len() == first_seat {
            faults.add(PlanFaultCode::NoSeats, format!("sections[{i}]"), None);
        }
        section_of_seat.resize(plan.seats.len(), i);
    }
    lay_side_by_side(spec, &section_of_seat, &mut plan.seats);
    if spec.stage {
        plan.stage = stage_before(&plan.seats);
    }
    let seat_place = |seat: usize| format!("sections[{}]", section_of_seat[seat]);
    check(&plan, &mut faults, |tier| tier_places[tier].clone(), seat_place);
    faults.or(plan)
}

fn check_section(section: &SectionSpec, place: &str, faults: &mut Faults) {
    let mut number = |field: &str, value: f64, least: f64, most: f64| {
        // Written so that a NaN is refused too.
        if !(least..=most).contains(&value) {
            faults.add(PlanFaultCode::OutOfRange, format!("{place}.{field}"), Some(&value.to_string()));
        }
    };
    number("rows", section.rows.into(), 1.0, 500.0);
    number("seats_per_row", section.seats_per_row.into(), 1.0, 1_000.0);
    number("seats_more_per_row", section.seats_more_per_row.into(), -20.0, 20.0);
    number("curve", section.curve, 0.0, 1.0);
    number("first_number", section.first_number.into(), 0.0, 100_000.0);
    number("x", section.x.unwrap_or(0.0), -10_000.0, 10_000.0);
    number("y", section.y.unwrap_or(0.0), -10_000.0, 10_000.0);
    number("angle", section.angle, -360.0, 360.0);
    if faults.is_empty() && seats_in_row(section, section.rows - 1) < 1 {
        // A fan that narrows has no seat left before its last row.
        let value = section.seats_more_per_row.to_string();
        faults.add(PlanFaultCode::OutOfRange, format!("{place}.seats_more_per_row"), Some(&value));
    }
    if row_label(&section.first_row, 0).is_none() {
        faults.add(PlanFaultCode::InvalidRow, format!("{place}.first_row"), Some(&section.first_row));
    }
}

fn seats_in_row(section: &SectionSpec, row: i32) -> i32 {
    section.seats_per_row + section.seats_more_per_row * row
}

fn seats_asked_for(section: &SectionSpec) -> i64 {
    (0..section.rows).map(|row| i64::from(seats_in_row(section, row))).sum()
}

/// The label so many rows after the first: 9, 10 or Z, AA.
fn row_label(first: &str, after: u32) -> Option<String> {
    let first = first.trim();
    let is_short = (1..=5).contains(&first.len());
    if is_short && first.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some((first.parse::<u32>().ok()? + after).to_string());
    }
    let small = first.bytes().all(|byte| byte.is_ascii_lowercase());
    if !(1..=2).contains(&first.len()) || !(small || first.bytes().all(|byte| byte.is_ascii_uppercase())) {
        return None;
    }
    let base = if small { b'a' } else { b'A' };
    // Letters count as digits 1 to 26, without a zero.
    let mut count = first.bytes().fold(0, |count, byte| count * 26 + u32::from(byte - base) + 1) + after;
    let mut label = Vec::new();
    while count > 0 {
        count -= 1;
        label.insert(0, char::from(base + (count % 26) as u8));
        count /= 26;
    }
    Some(label.into_iter().collect())
}

/// A seat's place in the numbering of its row, from 0.
fn rank(numbering: Numbering, seat: i32, seats: i32) -> i32 {
    let (middle, left_half) = ((seats - 1) / 2, (seats + 1) / 2);
    match numbering {
        Numbering::Left => seat,
        Numbering::Right => seats - 1 - seat,
        Numbering::CentreOut if seat <= middle => 2 * (middle - seat),
        Numbering::CentreOut => 2 * (seat - middle) - 1,
        Numbering::OddEven if seat < left_half => 2 * seat,
        Numbering::OddEven => 2 * (seats - 1 - seat) + 1,
    }
}

/// Adds a section's seats around the middle of its first row.
fn add_section(section: &SectionSpec, index: usize, plan: &mut Plan, tier_places: &mut Vec<String>) {
    let mut tier_of = |label: &str, field: &str| {
        let label = composed(label);
        plan.tiers.iter().position(|tier| tier.label == label).unwrap_or_else(|| {
            plan.tiers.push(PlanTier { label, price: None, color: None });
            tier_places.push(format!("sections[{index}].{field}"));
            plan.tiers.len() - 1
        })
    };
    let skipped: HashSet<i32> = section.skipped.iter().copied().collect();
    let aisles = Aisles::after(&section.aisles_after);
    let arc = Arc::through(section, &aisles);
    let label = Some(composed(&section.label)).filter(|label| !label.is_empty());
    let (sin, cos) = section.angle.to_radians().sin_cos();
    for row in 0..section.rows {
        let seats = seats_in_row(section, row);
        let half = aisles.place(seats - 1) / 2.0;
        let row_text = row_label(&section.first_row, row as u32);
        let row_tier = section.row_tiers.iter().position(|tier| (tier.from_row..=tier.to_row).contains(&(row + 1)));
        let tier = match row_tier {
            Some(i) => tier_of(&section.row_tiers[i].tier, &format!("row_tiers[{i}].tier")),
            None => tier_of(&section.tier, "tier"),
        };
        for seat in 0..seats {
            let number = section.first_number + rank(section.numbering, seat, seats);
            if skipped.contains(&number) {
                continue;
            }
            let (x, y, turn) = arc.place(row, aisles.place(seat) - half);
            plan.seats.push(PlannedSeat {
                label: seat_label(label.as_deref(), row_text.as_deref(), Some(&number.to_string())),
                section: label.clone(),
                row: row_text.clone(),
                row_number: Some(row + 1),
                number: Some(number),
                tier,
                x: section.x.unwrap_or(0.0) + x * cos - y * sin,
                y: section.y.unwrap_or(0.0) + x * sin + y * cos,
                angle: section.angle - turn.to_degrees(),
            });
        }
    }
}

struct Aisles(Vec<i32>);

impl Aisles {
    fn after(seats: &[i32]) -> Self {
        let mut after: Vec<i32> = seats.iter().copied().filter(|seats| *seats > 0).collect();
        after.sort_unstable();
        after.dedup();
        Self(after)
    }

    /// How far from the row's first seat.
    fn place(&self, seat: i32) -> f64 {
        f64::from(seat) + self.0.partition_point(|after| *after <= seat) as f64 * AISLE
    }
}

/// The circle that rows lie on, around a middle in front of the first row.
struct Arc {
    /// Of the first row; `None` when rows are straight.
    radius: Option<f64>,
}

impl Arc {
    /// The smallest circle on which no row takes more than its share, however the section fans out.
    fn through(section: &SectionSpec, aisles: &Aisles) -> Self {
        let widest = section.curve * WIDEST_ARC.to_radians();
        if widest < 0.001 {
            return Self { radius: None };
        }
        let radius = (0..section.rows)
            .map(|row| aisles.place(seats_in_row(section, row) - 1) / widest - f64::from(row) * ROW_PITCH)
            .fold(1.0, f64::max);
        Self { radius: Some(radius) }
    }

    /// Across, down and the angle on the circle, so far along a row from its middle.
    fn place(&self, row: i32, along: f64) -> (f64, f64, f64) {
        let down = f64::from(row) * ROW_PITCH;
        let Some(first) = self.radius else { return (along, down, 0.0) };
        let radius = first + down;
        let turn = along / radius;
        (radius * turn.sin(), radius * turn.cos() - first, turn)
    }
}

/// Moves the sections that have no place of their own next to each other, around the middle of the hall.
fn lay_side_by_side(spec: &PlanSpec, section_of_seat: &[usize], seats: &mut [PlannedSeat]) {
    let mut bounds = vec![(f64::INFINITY, f64::NEG_INFINITY); spec.sections.len()];
    for (seat, section) in seats.iter().zip(section_of_seat) {
        let (left, right) = bounds[*section];
        bounds[*section] = (left.min(seat.x), right.max(seat.x));
    }
    let is_laid = |section: usize| spec.sections[section].x.is_none() && bounds[section].0.is_finite();
    let mut shifts = vec![0.0; spec.sections.len()];
    let mut right_end = -SECTION_GAP;
    for section in (0..spec.sections.len()).filter(|section| is_laid(*section)) {
        let (left, right) = bounds[section];
        shifts[section] = right_end + SECTION_GAP - left;
        right_end = shifts[section] + right;
    }
    for (seat, section) in seats.iter_mut().zip(section_of_seat) {
        if is_laid(*section) {
            seat.x += shifts[*section] - right_end / 2.0;
        }
    }
}

/// A stage in front of the seats, as wide as half of them.
fn stage_before(seats: &[PlannedSeat]) -> Option<Stage> {
    let least = |of: fn(&PlannedSeat) -> f64| seats.iter().map(of).min_by(f64::total_cmp);
    let most = |of: fn(&PlannedSeat) -> f64| seats.iter().map(of).max_by(f64::total_cmp);
    let (left, right, front) = (least(|seat| seat.x)?, most(|seat| seat.x)?, least(|seat| seat.y)?);
    let hundredths = |units: f64| (units * 100.0).round() as i32;
    Some(Stage {
        x: hundredths((left + right) / 2.0),
        y: hundredths(front - STAGE_GAP),
        width: hundredths(((right - left) / 2.0).clamp(4.0, 40.0)),
        height: hundredths(STAGE_DEPTH),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(label: &str) -> SectionSpec {
        SectionSpec {
            label: label.to_owned(),
            rows: 3,
            first_row: "1".to_owned(),
            seats_per_row: 6,
            seats_more_per_row: 0,
            curve: 0.0,
            numbering: Numbering::Left,
            first_number: 1,
            skipped: Vec::new(),
            aisles_after: Vec::new(),
            tier: "R석".to_owned(),
            row_tiers: Vec::new(),
            x: None,
            y: None,
            angle: 0.0,
        }
    }

    fn made(sections: &[SectionSpec]) -> Plan {
        generate(&PlanSpec { sections: sections.to_vec(), stage: true }).unwrap()
    }

    fn faults(sections: &[SectionSpec]) -> Vec<(PlanFaultCode, String)> {
        let faults = generate(&PlanSpec { sections: sections.to_vec(), stage: true }).unwrap_err();
        faults.into_iter().map(|fault| (fault.code, fault.place)).collect()
    }

    fn numbers_across(numbering: Numbering, seats: i32) -> Vec<Option<i32>> {
        let plan = made(&[SectionSpec { numbering, seats_per_row: seats, rows: 1, ..section("가") }]);
        let mut seats = plan.seats;
        seats.sort_by(|a, b| a.x.total_cmp(&b.x));
        seats.into_iter().map(|seat| seat.number).collect()
    }

    #[test]
    fn seats_are_labelled_by_section_row_and_number() {
        let plan = made(&[section("1층 B")]);
        assert_eq!(plan.seats[7].label, "1층 B구역 2열 2번");
        assert_eq!(plan.seats[7].row_number, Some(2));
    }

    #[test]
    fn numbering_runs_as_its_kind_says() {
        assert_eq!(numbers_across(Numbering::Left, 4), [1, 2, 3, 4].map(Some));
        assert_eq!(numbers_across(Numbering::Right, 4), [4, 3, 2, 1].map(Some));
        assert_eq!(numbers_across(Numbering::CentreOut, 6), [5, 3, 1, 2, 4, 6].map(Some));
        assert_eq!(numbers_across(Numbering::CentreOut, 5), [5, 3, 1, 2, 4].map(Some));
        assert_eq!(numbers_across(Numbering::OddEven, 6), [1, 3, 5, 6, 4, 2].map(Some));
        assert_eq!(numbers_across(Numbering::OddEven, 5), [1, 3, 5, 4, 2].map(Some));
    }

    #[test]
    fn row_letters_go_on_after_z() {
        assert_eq!(row_label("Y", 3).as_deref(), Some("AB"));
        assert_eq!(row_label("zz", 1).as_deref(), Some("aaa"));
        assert_eq!(row_label("9", 1).as_deref(), Some("10"));
        assert_eq!(row_label("1A", 0), None);
        assert_eq!(row_label("가", 0), None);
        assert_eq!(row_label("", 0), None);
    }

    #[test]
    fn a_skipped_number_leaves_its_place_empty() {
        let plan = made(&[SectionSpec { skipped: vec![4], rows: 1, ..section("가") }]);
        let across: Vec<f64> = plan.seats.iter().map(|seat| seat.x).collect();
        assert_eq!(across.len(), 5);
        assert_eq!(across[3] - across[2], 2.0);
    }

    #[test]
    fn an_aisle_parts_the_row() {
        let plan = made(&[SectionSpec { aisles_after: vec![2, 2, 0, -3, 99], rows: 1, ..section("가") }]);
        let gaps: Vec<f64> = plan.seats.windows(2).map(|pair| pair[1].x - pair[0].x).collect();
        assert_eq!(gaps, [1.0, 2.0, 1.0, 1.0, 1.0]);
    }

    #[test]
    fn rows_take_the_tier_set_for_them() {
        let vip = RowTier { from_row: 1, to_row: 2, tier: "VIP석".to_owned() };
        let plan = made(&[SectionSpec { row_tiers: vec![vip], ..section("가") }]);
        let tiers: Vec<&str> = plan.seats.iter().step_by(6).map(|seat| plan.tiers[seat.tier].label.as_str()).collect();
        assert_eq!(tiers, ["VIP석", "VIP석", "R석"]);
    }

    #[test]
    fn sections_without_a_place_stand_side_by_side_around_the_middle() {
        let plan = made(&[section("가"), section("나")]);
        let (first, second) = plan.seats.split_at(18);
        let right = first.iter().map(|seat| seat.x).fold(f64::MIN, f64::max);
        let left = second.iter().map(|seat| seat.x).fold(f64::MAX, f64::min);
        assert_eq!(left - right, SECTION_GAP);
        assert_eq!(left, -right);
        let stage = plan.stage.unwrap();
        assert_eq!((stage.x, stage.y), (0, -600));
    }

    #[test]
    fn a_curved_row_bends_towards_the_stage_and_faces_its_middle() {
        let plan = made(&[SectionSpec { curve: 1.0, rows: 1, seats_per_row: 21, ..section("가") }]);
        assert!(plan.seats[0].y < plan.seats[10].y - 1.0);
        assert!((plan.seats[0].angle - 60.0).abs() < 1e-9);
        assert!(plan.seats[10].angle.abs() < 1e-9);
    }

    #[test]
    fn what_is_out_of_range_is_named_by_its_field() {
        use PlanFaultCode::*;
        let broken = SectionSpec {
            rows: 0,
            seats_per_row: 1_001,
            seats_more_per_row: 21,
            curve: f64::NAN,
            first_number: -1,
            x: Some(f64::INFINITY),
            y: Some(1e9),
            angle: 361.0,
            first_row: "가1".to_owned(),
            ..section("가")
        };
        let places: Vec<String> = faults(&[section("나"), broken]).into_iter().map(|(_, place)| place).collect();
        let fields =
            ["rows", "seats_per_row", "seats_more_per_row", "curve", "first_number", "x", "y", "angle", "first_row"];
        assert_eq!(places, fields.map(|field| format!("sections[1].{field}")));
        let narrowing = SectionSpec { seats_more_per_row: -3, ..section("가") };
        assert_eq!(faults(&[narrowing]), [(OutOfRange, "sections[0].seats_more_per_row".to_owned())]);
    }

    #[test]
    fn what_breaks_a_plan_is_named_by_its_section() {
        use PlanFaultCode::*;
        let named = |code, place: &str| vec![(code, place.to_owned())];
        assert_eq!(faults(&[]), named(NoSeats, ""));
        let all_skipped = SectionSpec { skipped: (1..=6).collect(), ..section("나") };
        assert_eq!(faults(&[section("가"), all_skipped]), named(NoSeats, "sections[1]"));
        let untitled = SectionSpec { tier: " ".to_owned(), ..section("가") };
        assert_eq!(faults(&[untitled]), named(InvalidTier, "sections[0].tier"));
        let here = |label| SectionSpec { x: Some(0.0), ..section(label) };
        assert_eq!(faults(&[here("가"), here("나")]), named(SameSpot, "sections[1]"));
        let twice = faults(&[section("가"), section("가")]);
        assert_eq!((twice.len(), &twice[0]), (18, &(RepeatedLabel, "sections[1]".to_owned())));
        let huge = SectionSpec { rows: 500, seats_per_row: 121, ..section("가") };
        assert_eq!(faults(&[huge]), named(TooManySeats, ""));
        let long = "가".repeat(41);
        assert_eq!(faults(&[section(&long)])[0], (InvalidSection, "sections[0]".to_owned()));
    }
}
