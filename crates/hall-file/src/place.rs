//! Where seats stand: as the file draws them, in units of the seats' own distance, or section beside section where it
//! draws nothing.

use std::collections::{BTreeMap, HashMap};
use std::f64::consts::SQRT_2;

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
    let middle = middle(drawn);
    let mut is_placed: Vec<bool> = Vec::with_capacity(drawn.len());
    for (seat, (_, at)) in hall.seats.iter_mut().zip(drawn) {
        let at = at.map(|(x, y)| ((x - middle.0) / unit, (y - middle.1) / unit));
        let at = at.filter(|(x, y)| x.abs() <= FARTHEST && y.abs() <= FARTHEST);
        is_placed.push(at.is_some());
        (seat.x, seat.y) = at.unwrap_or_default();
    }
    if let Some(stage) = &mut hall.stage {
        (stage.x, stage.y) = ((stage.x - middle.0) / unit, (stage.y - middle.1) / unit);
        (stage.width, stage.height) = (stage.width / unit, stage.height / unit);
    }
    // A section in which two seats share a spot is laid out anew.
    let mut spots: HashMap<(i64, i64), (f64, f64)> = HashMap::new();
    let mut clashing: Vec<Option<String>> = Vec::new();
    for (i, seat) in hall.seats.iter().enumerate().filter(|(i, _)| is_placed[*i]) {
        let cell = SAME_SPOT / SQRT_2;
        let (column, line) = ((seat.x / cell).floor() as i64, (seat.y / cell).floor() as i64);
        let mut around = (-2..=2).flat_map(|across| (-2..=2).map(move |down| (column + across, line + down)));
        let near = |(x, y): &(f64, f64)| (seat.x - x).hypot(seat.y - y) < SAME_SPOT;
        if around.any(|cell| spots.get(&cell).is_some_and(near)) {
            let ask = Ask::new("same spot", About::SameSpot, seat.label.clone()).choices([Choice::LayOut]);
            doubts.ask(drawn[i].0.place(sheets), ask);
            if !clashing.contains(&seat.section) {
                clashing.push(seat.section.clone());
            }
        } else {
            spots.insert((column, line), (seat.x, seat.y));
        }
    }
    for (seat, placed) in hall.seats.iter().zip(&mut is_placed) {
        *placed &= !clashing.contains(&seat.section);
    }
    lay_out(&mut hall.seats, floors, &is_placed);
}

/// The middle of what is drawn.
fn middle(drawn: &[(Spot, Option<(f64, f64)>)]) -> (f64, f64) {
    let across: Vec<f64> = drawn.iter().filter_map(|(_, at)| Some(at.as_ref()?.0)).collect();
    let down: Vec<f64> = drawn.iter().filter_map(|(_, at)| Some(at.as_ref()?.1)).collect();
    let middle = |values: &[f64]| {
        let least = values.iter().copied().min_by(f64::total_cmp)?;
        let most = values.iter().copied().max_by(f64::total_cmp)?;
        Some((least + most) / 2.0)
    };
    // The stage is towards smaller y, and rows begin at about 0.
    let top = down.iter().copied().min_by(f64::total_cmp);
    (middle(&across).unwrap_or(0.0), top.unwrap_or(0.0))
}

/// Half of the neighbours in a row are nearer than this; the other distances are aisles and slips.
fn apart(seats: &[Seat], drawn: &[(Spot, Option<(f64, f64)>)]) -> f64 {
    let mut order: Vec<usize> = (0..seats.len()).filter(|i| drawn[*i].1.is_some()).collect();
    order.sort_by(|a, b| {
        let key = |i: usize| (&seats[i].section, seats[i].row_number, &seats[i].row, seats[i].number);
        key(*a).cmp(&key(*b))
    });
    let distance = |pair: &[usize]| {
        let ((_, a), (_, b)) = (drawn[pair[0]], drawn[pair[1]]);
        let ((ax, ay), (bx, by)) = (a?, b?);
        Some((ax - bx).hypot(ay - by)).filter(|apart| *apart > 0.0)
    };
    let row = |i: usize| (&seats[i].section, seats[i].row_number, &seats[i].row);
    let mut distances: Vec<f64> =
        order.windows(2).filter(|pair| row(pair[0]) == row(pair[1])).filter_map(distance).collect();
    if distances.is_empty() {
        // Rows of one seat each.
        distances = order.windows(2).filter_map(distance).collect();
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
