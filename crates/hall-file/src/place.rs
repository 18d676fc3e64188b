//! Where seats stand: as the file draws them, in units of the seats' own distance, or section beside section where it
//! draws nothing.

use std::collections::{BTreeMap, HashMap};
use std::f64::consts::SQRT_2;

use crate::aside::move_aside;
use crate::doubts::{Ask, Doubts};
use crate::reading::{About, Choice, Hall, Seat};
use crate::rough::{Spot, Unit};

/// Rows stand a little wider apart than seats.
const ROW_PITCH: f64 = 1.25;
/// Between sections, and between floors.
const SECTION_GAP: f64 = 3.0;
const FLOOR_GAP: f64 = 4.0;
/// Sections of a floor go on in a new line beyond this width.
const WIDEST: f64 = 160.0;
/// Seats of a section without rows are wrapped after this many.
const LOOSE_ROW: i32 = 40;
/// Numbers further apart than this don't say where in the row a seat is.
const WIDEST_ROW: i32 = 500;
/// Two seats nearer than this can't be told apart on the map.
const SAME_SPOT: f64 = 0.1;
/// Seats of a row among which each one's nearest is looked for.
const ROW_SEARCHED: usize = 400;
/// From the middle to a seat; beyond it something is wrong.
const FARTHEST: f64 = 50_000.0;

/// Places all seats; `floors` is each seat's floor in order, `drawn` where its file has it.
pub(crate) fn seats(
    hall: &mut Hall,
    floors: &[i32],
    drawn: &[(Spot, Option<(f64, f64)>)],
    unit: Unit,
    sheets: &[Vec<String>],
    doubts: &mut Doubts<'_>,
) {
    let unit = match unit {
        Unit::Square => apart(&hall.seats, drawn),
        Unit::Cells => 1.0,
    };
    let middle = middle(drawn, FARTHEST * unit);
    let mut is_placed: Vec<bool> = Vec::with_capacity(drawn.len());
    for (seat, (spot, drawn)) in hall.seats.iter_mut().zip(drawn) {
        let at = drawn.map(|(x, y)| ((x - middle.0) / unit, (y - middle.1) / unit));
        let at = at.filter(|(x, y)| x.abs() <= FARTHEST && y.abs() <= FARTHEST);
        is_placed.push(at.is_some());
        if let (None, Some((x, y))) = (at, drawn) {
            let ask = Ask::new("position", About::UnreadPosition, format!("{x}, {y}")).choices([Choice::LayOut]);
            doubts.ask(spot.place(sheets), ask);
        }
        (seat.x, seat.y) = at.unwrap_or_default();
    }
    if let Some(stage) = &mut hall.stage {
        (stage.x, stage.y) = ((stage.x - middle.0) / unit, (stage.y - middle.1) / unit);
        (stage.width, stage.height) = (stage.width / unit, stage.height / unit);
    }
    // Two seats on one spot can't be told apart on the map.
    let mut spots: HashMap<(i64, i64), (f64, f64)> = HashMap::new();
    let mut clashing: Vec<usize> = Vec::new();
    for (i, seat) in hall.seats.iter().enumerate().filter(|(i, _)| is_placed[*i]) {
        let cell = SAME_SPOT / SQRT_2;
        let (column, line) = ((seat.x / cell).floor() as i64, (seat.y / cell).floor() as i64);
        let mut around = (-2..=2).flat_map(|across| (-2..=2).map(move |down| (column + across, line + down)));
        let near = |(x, y): &(f64, f64)| (seat.x - x).hypot(seat.y - y) < SAME_SPOT;
        if around.any(|cell| spots.get(&cell).is_some_and(near)) {
            let ask = Ask::new("same spot", About::SameSpot, seat.label.clone()).choices([Choice::LayOut]);
            doubts.ask(drawn[i].0.place(sheets), ask);
            clashing.push(i);
        } else {
            spots.insert((column, line), (seat.x, seat.y));
        }
    }
    move_aside(&mut hall.seats, &clashing, &mut is_placed);
    lay_out(&mut hall.seats, floors, &is_placed);
}

/// The middle of what is drawn, and its upper edge: the stage is towards smaller y, and rows begin at about 0. A seat that
/// is farther than `farthest` from most others doesn't count.
fn middle(drawn: &[(Spot, Option<(f64, f64)>)], farthest: f64) -> (f64, f64) {
    let near = |of: fn(&(f64, f64)) -> f64| {
        let mut values: Vec<f64> = drawn.iter().filter_map(|(_, at)| at.as_ref().map(of)).collect();
        values.sort_unstable_by(f64::total_cmp);
        let most = values.get(values.len() / 2).copied().unwrap_or(0.0);
        let mut near = values.into_iter().filter(|value| (value - most).abs() <= farthest);
        let first = near.next().unwrap_or(0.0);
        (first, near.next_back().unwrap_or(first))
    };
    let (left, right) = near(|at| at.0);
    ((left + right) / 2.0, near(|at| at.1).0)
}

/// How far apart neighbours are.
fn apart(seats: &[Seat], drawn: &[(Spot, Option<(f64, f64)>)]) -> f64 {
    let mut rows = BTreeMap::new();
    for (seat, (_, at)) in seats.iter().zip(drawn) {
        let row: &mut Vec<(f64, f64)> = rows.entry((&seat.section, seat.row_number, &seat.row)).or_default();
        row.extend(at);
    }
    apart_in_rows(rows.into_values())
}

/// How far apart neighbours are: half of all seats have the nearest of their row nearer than this. Numbers don't say who
/// is whose neighbour, since odd ones may stand left and even ones right.
pub(crate) fn apart_in_rows(rows: impl Iterator<Item = Vec<(f64, f64)>>) -> f64 {
    let rows: Vec<Vec<(f64, f64)>> = rows.filter(|row| !row.is_empty()).collect();
    let distance = |a: &(f64, f64), b: &(f64, f64)| (a.0 - b.0).hypot(a.1 - b.1);
    let mut distances: Vec<f64> = Vec::new();
    for row in &rows {
        if row.len() > ROW_SEARCHED {
            // No row is so long: seats without rows, as they come.
            distances.extend(row.windows(2).map(|pair| distance(&pair[0], &pair[1])).filter(|apart| *apart > 0.0));
            continue;
        }
        for (i, at) in row.iter().enumerate() {
            let others = row.iter().enumerate().filter(|(other, _)| *other != i);
            let apart = others.map(|(_, other)| distance(at, other)).filter(|apart| *apart > 0.0);
            distances.extend(apart.min_by(f64::total_cmp));
        }
    }
    if distances.is_empty() {
        // Rows of one seat each.
        let places: Vec<(f64, f64)> = rows.into_iter().flatten().collect();
        distances = places.windows(2).map(|pair| distance(&pair[0], &pair[1])).filter(|apart| *apart > 0.0).collect();
    }
    if distances.is_empty() {
        return 1.0;
    }
    let half = distances.len() / 2;
    *distances.select_nth_unstable_by(half, f64::total_cmp).1
}

/// A section's name and its seats.
type Section = (Option<String>, Vec<usize>);

/// Lays out the seats that have no place: floor below floor, section beside section, below those that have one.
fn lay_out(seats: &mut [Seat], floors: &[i32], is_placed: &[bool]) {
    let below = seats.iter().zip(is_placed).filter(|(_, placed)| **placed).map(|(seat, _)| seat.y);
    let mut top = below.max_by(f64::total_cmp).map_or(0.0, |y| y + FLOOR_GAP);
    // Sections as they come, by floor.
    let mut by_floor: BTreeMap<i32, Vec<Section>> = BTreeMap::new();
    let mut at: HashMap<(i32, Option<String>), usize> = HashMap::new();
    for i in (0..seats.len()).filter(|i| !is_placed[*i]) {
        let sections = by_floor.entry(floors[i]).or_default();
        let section = *at.entry((floors[i], seats[i].section.clone())).or_insert(sections.len());
        if section == sections.len() {
            sections.push((seats[i].section.clone(), Vec::new()));
        }
        sections[section].1.push(i);
    }
    for sections in by_floor.into_values() {
        let (mut left, mut deepest) = (0.0, 0.0_f64);
        let mut line: Vec<usize> = Vec::new();
        for (_, section) in sections {
            let (width, depth) = lay_section(seats, &section, left, top);
            if left > 0.0 && left + width > WIDEST {
                centre(seats, &line, left - SECTION_GAP);
                line.clear();
                top += deepest + SECTION_GAP;
                (left, deepest) = (0.0, 0.0);
                lay_section(seats, &section, left, top);
            }
            line.extend(section);
            left += width + SECTION_GAP;
            deepest = deepest.max(depth);
        }
        centre(seats, &line, left - SECTION_GAP);
        top += deepest + FLOOR_GAP;
    }
}

fn centre(seats: &mut [Seat], line: &[usize], width: f64) {
    line.iter().for_each(|seat| seats[*seat].x -= width / 2.0);
}

/// Places a section's seats in rows; returns how wide and deep it is.
fn lay_section(seats: &mut [Seat], section: &[usize], left: f64, top: f64) -> (f64, f64) {
    let numbers = section.iter().filter_map(|seat| seats[*seat].number);
    let (least, most) = (numbers.clone().min().unwrap_or(0), numbers.max().unwrap_or(0));
    // A number leaves the gaps that the hall has.
    let says_where = most.checked_sub(least).is_some_and(|width| width < WIDEST_ROW);
    let mut order = section.to_vec();
    order.sort_by_key(|seat| (seats[*seat].row_number, seats[*seat].number));
    let (mut row, mut line, mut column, mut widest) = (None, 0, 0, 0);
    for i in order {
        let seat = &mut seats[i];
        let wrapped = seat.row_number.is_none() && column >= LOOSE_ROW;
        if row != Some(seat.row_number) || wrapped {
            line += i32::from(row.is_some());
            column = 0;
            row = Some(seat.row_number);
        }
        if let Some(number) = seat.number.filter(|_| says_where && seat.row.is_some()) {
            column = column.max(number - least);
        }
        (seat.x, seat.y) = (left + f64::from(column), top + f64::from(line) * ROW_PITCH);
        widest = widest.max(column);
        column += 1;
    }
    (f64::from(widest), f64::from(line) * ROW_PITCH)
}
