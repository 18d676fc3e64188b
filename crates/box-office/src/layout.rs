//! Where seats are drawn: as the plan says, or in rows of blocks when a seat has no place of its own.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::Uuid;

use crate::{ConcertId, SeatChanges, SeatId, SeatMap, SeatState, Tier};

/// The stage, a rectangle around its centre, in hundredths of a plan unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Stage {
    /// Centre, across.
    pub x: i32,
    /// Centre, down.
    pub y: i32,
    /// Size, across.
    pub width: i32,
    /// Size, down.
    pub height: i32,
}

/// A seat as stored.
pub(crate) struct Place {
    pub id: SeatId,
    pub label: String,
    pub tier: Uuid,
    pub section: Option<String>,
    pub row: Option<String>,
    pub row_number: Option<i32>,
    pub number: Option<i32>,
    pub x: Option<f32>,
    pub y: Option<f32>,
    pub angle: f32,
    pub state: SeatState,
}

/// Gaps between blocks, in seats.
const AISLE: i32 = 3;
/// Seats without row or number are wrapped after this many.
const LOOSE_ROW: i32 = 40;

/// Makes the map from seats ordered by section, row and number.
pub(crate) fn place_seats(
    concert_id: ConcertId,
    tiers: Vec<Tier>,
    stage: Option<Stage>,
    seats: Vec<Place>,
    changes: SeatChanges,
) -> SeatMap {
    let tier_index: HashMap<Uuid, i32> = tiers.iter().zip(0..).map(|(tier, i)| (tier.id, i)).collect();
    let mut map = SeatMap {
        concert_id,
        layout_version: changes.layout_version.clone(),
        tiers,
        sections: Vec::new(),
        stage,
        ids: Vec::with_capacity(seats.len()),
        labels: Vec::with_capacity(seats.len()),
        x: Vec::with_capacity(seats.len()),
        y: Vec::with_capacity(seats.len()),
        angle: Vec::with_capacity(seats.len()),
        tier: Vec::with_capacity(seats.len()),
        section: Vec::with_capacity(seats.len()),
        row: Vec::with_capacity(seats.len()),
        number: Vec::with_capacity(seats.len()),
        status: Vec::with_capacity(seats.len()),
        changes,
    };
    let mut blocks = Blocks::default();
    for seat in seats {
        let section = seat.section.unwrap_or_default();
        let new_section = map.sections.last() != Some(&section);
        if new_section {
            map.sections.push(section);
        }
        let row = seat.row.unwrap_or_else(|| seat.row_number.map(|n| n.to_string()).unwrap_or_default());
        let (x, y) = match (seat.x, seat.y) {
            (Some(x), Some(y)) => (hundredths(x), hundredths(y)),
            _ => blocks.next(new_section, &row, seat.number),
        };
        map.ids.push(seat.id);
        map.labels.push(seat.label);
        map.x.push(x);
        map.y.push(y);
        map.angle.push((seat.angle * 10.0) as i32);
        map.tier.push(tier_index.get(&seat.tier).copied().unwrap_or(0));
        map.section.push(map.sections.len() as i32 - 1);
        map.row.push(row);
        map.number.push(seat.number);
        map.status.push(seat.state);
    }
    map
}

/// A float cast saturates, so that an absurd plan is only drawn absurdly.
fn hundredths(units: f32) -> i32 {
    (units * 100.0).round() as i32
}

/// Lays sections side by side, their rows one below the other.
#[derive(Default)]
struct Blocks {
    left: i32,
    right: i32,
    line: i32,
    column: i32,
    row: Option<String>,
}

impl Blocks {
    fn next(&mut self, new_section: bool, row: &str, number: Option<i32>) -> (i32, i32) {
        if new_section && self.row.is_some() {
            self.left = self.right + AISLE;
            self.row = None;
        }
        let wrapped = row.is_empty() && self.column >= LOOSE_ROW;
        match &self.row {
            None => (self.line, self.column) = (0, 0),
            Some(last) if last != row || wrapped => {
                self.line += 1;
                self.column = 0;
            }
            Some(_) => {}
        }
        self.row = Some(row.to_owned());
        // A number leaves the gaps that the hall has, but never walks back onto a seat.
        let column = number.filter(|n| (1..=500).contains(n)).map_or(self.column, |n| (n - 1).max(self.column));
        self.column = column + 1;
        self.right = self.right.max(self.left + column);
        ((self.left + column) * 100, self.line * 100)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Where seats without a place of their own are drawn, in seats; `None` for the section or row is none.
    fn placed(seats: &[(&str, &str, Option<i32>)]) -> Vec<(i32, i32)> {
        let mut blocks = Blocks::default();
        let mut section = None;
        let place = |&(of, row, number): &(_, &str, _)| {
            let new_section = section.replace(of) != Some(of);
            let (x, y) = blocks.next(new_section, row, number);
            (x / 100, y / 100)
        };
        seats.iter().map(place).collect()
    }

    #[test]
    fn a_gap_in_the_numbers_is_a_gap_on_the_map() {
        let row = placed(&[("가", "A", Some(1)), ("가", "A", Some(2)), ("가", "A", Some(5))]);
        assert_eq!(row, [(0, 0), (1, 0), (4, 0)]);
    }

    #[test]
    fn rows_stand_below_each_other_and_sections_side_by_side() {
        let hall = placed(&[("가", "A", Some(1)), ("가", "B", Some(1)), ("나", "A", Some(1)), ("나", "A", Some(2))]);
        assert_eq!(hall, [(0, 0), (0, 1), (AISLE, 0), (AISLE + 1, 0)]);
    }

    #[test]
    fn seats_that_say_nothing_of_their_place_are_never_on_one_spot() {
        let mut seats: Vec<(&str, &str, Option<i32>)> = vec![("", "", None); 100];
        // Numbers that repeat, run backwards or are absurd, as a broken list has them.
        seats.extend([Some(3), Some(3), Some(1), Some(-4), Some(i32::MAX)].map(|number| ("나", "A", number)));
        let spots = placed(&seats);
        assert_eq!(spots.iter().collect::<HashSet<_>>().len(), spots.len());
    }

    #[test]
    fn an_absurd_coordinate_is_drawn_at_the_edge_of_what_can_be_said() {
        assert_eq!(hundredths(f32::INFINITY), i32::MAX);
        assert_eq!(hundredths(f32::NAN), 0);
        assert_eq!(hundredths(1.5), 150);
    }
}
