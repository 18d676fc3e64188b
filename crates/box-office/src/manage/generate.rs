//! Makes a seating plan from a few numbers per section.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::layout::Stage;
use crate::manage::plan::{Faults, PLAN_SEATS_MOST, check, seat_label};
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
    let _ = spec;
    Err(Vec::new())
}
