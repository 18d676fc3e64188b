//! Zones that lie on each other, since their file gives them no place: found by their seats, and laid out side by side.

use std::collections::HashMap;

use crate::pretix::plan::Zone;

/// Seats of two zones that are nearer than this many seats lie on each other.
const NEAR: f64 = 0.6;
/// Zones that are kept of a spot: more there are only where all lie on each other anyway.
const ZONES_OF_SPOT: usize = 6;
/// Between zones and between floors, and the widest line of zones, in seats.
const ZONE_GAP: f64 = 3.0;
const FLOOR_GAP: f64 = 4.0;
const WIDEST: f64 = 160.0;

/// The zones that lie on others, in the order of the file. A tenth of the smaller one's seats has to.
pub(super) fn overlapping(zones: &[Zone], unit: f64) -> Vec<usize> {
    let near = NEAR * unit;
    let cell = |(x, y): (f64, f64)| ((x / near).floor() as i64, (y / near).floor() as i64);
    let mut spots = HashMap::new();
    for (i, zone) in zones.iter().enumerate() {
        for at in places(zone) {
            let spot: &mut Vec<(usize, (f64, f64))> = spots.entry(cell(at)).or_default();
            if spot.len() < ZONES_OF_SPOT && !spot.iter().any(|(zone, _)| *zone == i) {
                spot.push((i, at));
            }
        }
    }
    // How many seats of the first zone lie on the second's.
    let mut on: HashMap<(usize, usize), usize> = HashMap::new();
    for (i, zone) in zones.iter().enumerate() {
        for at in places(zone) {
            let (column, line) = cell(at);
            let around = (-1..=1).flat_map(|across| (-1..=1).map(move |down| (column + across, line + down)));
            let mut met: Vec<usize> = Vec::new();
            for (other, (x, y)) in around.filter_map(|cell| spots.get(&cell)).flatten() {
                if *other != i && (at.0 - x).hypot(at.1 - y) < near && !met.contains(other) {
                    met.push(*other);
                }
            }
            met.into_iter().for_each(|other| *on.entry((i, other)).or_default() += 1);
        }
    }
    let seats: Vec<usize> = zones.iter().map(|zone| places(zone).count()).collect();
    let mut lies = vec![false; zones.len()];
    for ((a, b), count) in on {
        if seats[a] <= seats[b] && count * 10 >= seats[a] {
            (lies[a], lies[b]) = (true, true);
        }
    }
    (0..zones.len()).filter(|i| lies[*i]).collect()
}

/// Lays these zones out, each as it is in itself: side by side on a floor, floor behind floor, behind what stays.
/// `floors` is each zone's floor in order.
pub(super) fn lay_out(zones: &mut [Zone], moved: &[usize], floors: &[i32], unit: f64) {
    let staying = (0..zones.len()).filter(|i| !moved.contains(i)).filter_map(|i| extent(&zones[i]));
    let staying = staying.reduce(joined);
    let mut top = staying.map_or(0.0, |(_, (_, lowest))| lowest + FLOOR_GAP * unit);
    let middle = staying.map_or(0.0, |((left, _), (right, _))| (left + right) / 2.0);
    let mut order = moved.to_vec();
    order.sort_by_key(|i| (floors.get(*i).copied().unwrap_or(0), *i));
    let mut line: Vec<(usize, f64)> = Vec::new();
    let (mut across, mut deepest, mut floor) = (0.0, 0.0_f64, None);
    for i in order {
        let Some(((left, upper), (right, lower))) = extent(&zones[i]) else { continue };
        let own_floor = floors.get(i).copied();
        let is_new_floor = floor.is_some() && floor != own_floor;
        if is_new_floor || (across > 0.0 && across + right - left > WIDEST * unit) {
            put(zones, &line, middle, across - ZONE_GAP * unit);
            line.clear();
            top += deepest + if is_new_floor { FLOOR_GAP } else { ZONE_GAP } * unit;
            (across, deepest) = (0.0, 0.0);
        }
        floor = own_floor;
        shift(&mut zones[i], 0.0, top - upper);
        line.push((i, across));
        across += right - left + ZONE_GAP * unit;
        deepest = deepest.max(lower - upper);
    }
    put(zones, &line, middle, across - ZONE_GAP * unit);
}

/// Puts the zones of a line across, around its middle.
fn put(zones: &mut [Zone], line: &[(usize, f64)], middle: f64, width: f64) {
    for (i, across) in line {
        if let Some(((left, _), _)) = extent(&zones[*i]) {
            shift(&mut zones[*i], middle - width / 2.0 + across - left, 0.0);
        }
    }
}

fn shift(zone: &mut Zone, across: f64, down: f64) {
    for seat in zone.rows.iter_mut().flat_map(|row| &mut row.seats) {
        seat.at = seat.at.map(|(x, y)| (x + across, y + down));
    }
}

/// Upper left and lower right of a zone's seats.
type Extent = ((f64, f64), (f64, f64));

pub(super) fn extent(zone: &Zone) -> Option<Extent> {
    places(zone).map(|at| (at, at)).reduce(joined)
}

pub(super) fn joined(a: Extent, b: Extent) -> Extent {
    ((a.0.0.min(b.0.0), a.0.1.min(b.0.1)), (a.1.0.max(b.1.0), a.1.1.max(b.1.1)))
}

fn places(zone: &Zone) -> impl Iterator<Item = (f64, f64)> {
    zone.rows.iter().flat_map(|row| &row.seats).filter_map(|seat| seat.at)
}
