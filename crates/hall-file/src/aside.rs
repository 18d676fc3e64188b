//! Seats that lie on others: a few of a section are moved aside to the nearest free spot, so that its drawing stays; a
//! section of many is laid out anew.

use std::collections::HashMap;
use std::f64::consts::TAU;

use crate::reading::Seat;

/// So many of a section are a few, or one of so many.
const FEW: usize = 3;
const FEW_OF: usize = 20;
/// Neighbours are 1 apart; nearer than this, two seats look like one.
const FREE: f64 = 0.8;
/// How far a free spot is looked for, in seats.
const FARTHEST: u32 = 8;

/// Moves seats aside, and marks those of sections that are to be laid out as not placed. `clashing` are the seats that lie
/// on one before them.
pub(crate) fn move_aside(seats: &mut [Seat], clashing: &[usize], is_placed: &mut [bool]) {
    if clashing.is_empty() {
        return;
    }
    // Seats and clashing ones by section.
    let mut sections: HashMap<Option<String>, (usize, usize)> = HashMap::new();
    for seat in seats.iter() {
        sections.entry(seat.section.clone()).or_default().0 += 1;
    }
    for seat in clashing {
        sections.entry(seats[*seat].section.clone()).or_default().1 += 1;
    }
    let is_few = |seat: &Seat| {
        let (all, clash) = sections.get(&seat.section).copied().unwrap_or_default();
        clash <= FEW || clash * FEW_OF <= all
    };
    for (seat, placed) in seats.iter().zip(is_placed.iter_mut()) {
        *placed &= is_few(seat);
    }
    let mut spots: HashMap<(i64, i64), Vec<(f64, f64)>> = HashMap::new();
    let cell = |(x, y): (f64, f64)| (x.floor() as i64, y.floor() as i64);
    let mut waits = vec![false; seats.len()];
    clashing.iter().for_each(|seat| waits[*seat] = true);
    for (_, seat) in seats.iter().enumerate().filter(|(i, _)| is_placed[*i] && !waits[*i]) {
        spots.entry(cell((seat.x, seat.y))).or_default().push((seat.x, seat.y));
    }
    let few: Vec<usize> = clashing.iter().copied().filter(|i| is_few(&seats[*i])).collect();
    for i in few {
        let is_free = |at: (f64, f64)| {
            let (column, line) = cell(at);
            let mut around = (-1..=1).flat_map(|across| (-1..=1).map(move |down| (column + across, line + down)));
            !around.any(|cell| {
                spots.get(&cell).is_some_and(|there| there.iter().any(|(x, y)| (at.0 - x).hypot(at.1 - y) < FREE))
            })
        };
        let from = (seats[i].x, seats[i].y);
        let rings = (1..=FARTHEST).flat_map(|radius| (0..8 * radius).map(move |step| (radius, step)));
        let found = rings
            .map(|(radius, step)| {
                let (sin, cos) = (TAU * f64::from(step) / f64::from(8 * radius)).sin_cos();
                (from.0 + cos * f64::from(radius), from.1 + sin * f64::from(radius))
            })
            .find(|at| is_free(*at));
        match found {
            Some(at) => {
                (seats[i].x, seats[i].y) = at;
                spots.entry(cell(at)).or_default().push(at);
            }
            None => is_placed[i] = false,
        }
    }
}
