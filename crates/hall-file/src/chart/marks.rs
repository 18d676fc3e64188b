//! Seats that say something else than their number: wheelchair places (`휠`, `W1`), and seats with a bad view (`시방`), whose
//! numbers follow from their neighbours'.

use std::collections::{BTreeMap, HashSet};

use crate::chart::seat::SeatCell;
use crate::sheet::At;

/// What stands behind a number, or in its stead, longest first.
const VIEW: [&str; 6] = ["시야방해", "시야제한", "시방", "시제", "시야", "시"];
const WHEELCHAIR: [&str; 7] = ["휠체어석", "휠체어", "장애인석", "장애인", "휠", "♿", "장"];
/// Letters before the number of a wheelchair place.
const HEADS: [&str; 6] = ["W", "w", "WC", "휠", "휠체어", "장"];

/// A seat's text without what is said of it: `2시방`, `6(시)`, `12*`.
pub(super) fn bare(text: &str) -> &str {
    let text = text.trim_end_matches(['*', '★', '☆', '♿', ' ']);
    let inner = text.strip_suffix([')', ']']).and_then(|text| text.rsplit_once(['(', '[']));
    let says = |tail: &str| VIEW.contains(&tail) || WHEELCHAIR.contains(&tail) || matches!(tail, "W" | "w" | "x" | "X");
    if let Some((head, tail)) = inner
        && says(tail.trim())
    {
        return head.trim_end();
    }
    let words = VIEW.iter().chain(&WHEELCHAIR);
    let stripped = words.filter_map(|word| text.strip_suffix(word)).map(str::trim_end);
    stripped.filter(|head| head.ends_with(|c: char| c.is_ascii_digit())).min_by_key(|head| head.len()).unwrap_or(text)
}

/// Whether letters before a number are those of a wheelchair place.
pub(super) fn is_wheelchair_head(head: &str) -> bool {
    HEADS.contains(&head)
}

/// Whether a text stands for a seat without its number.
pub(super) fn is_mark(text: &str) -> bool {
    VIEW.contains(&text) || WHEELCHAIR.contains(&text) || text == "W"
}

/// Gives the seats at `marks` the numbers that their row has left for them, else names of their own.
pub(super) fn name(seats: &mut BTreeMap<At, SeatCell>, marks: &BTreeMap<At, String>) {
    // Marks beside each other have one gap between them.
    let mut runs: Vec<Vec<At>> = Vec::new();
    for at in marks.keys() {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| last.0 == at.0 && last.1 + 1 == at.1) => run.push(*at),
            _ => runs.push(vec![*at]),
        }
    }
    let mut times = 0;
    for run in runs {
        let numbers = gap(seats, &run, marks);
        for (nth, at) in run.iter().enumerate() {
            let number = numbers.as_ref().and_then(|numbers| numbers.get(nth).copied());
            let Some(mark) = marks.get(at) else { continue };
            let name = number.map_or_else(
                || {
                    times += 1;
                    let word = if WHEELCHAIR.contains(&mark.as_str()) || mark == "W" { short(mark) } else { mark };
                    format!("{word}{times}")
                },
                |number| number.to_string(),
            );
            if let Some(seat) = seats.get_mut(at) {
                (seat.number, seat.name) = (number, Some(name));
            }
        }
    }
}

fn short(mark: &str) -> &str {
    if mark.starts_with('휠') { "휠" } else { mark }
}

/// The numbers that a run of marks stands for: exactly those between its neighbours, or for bad views those that go on.
fn gap(seats: &BTreeMap<At, SeatCell>, run: &[At], marks: &BTreeMap<At, String>) -> Option<Vec<u32>> {
    let (first, last) = (*run.first()?, *run.last()?);
    let number = |at: At| seats.get(&at).and_then(|seat| seat.number);
    let left = |by: u32| first.1.checked_sub(by).and_then(|column| number((first.0, column)));
    let right = |by: u32| number((last.0, last.1 + by));
    let count = run.len() as u32;
    if let (Some(from), Some(to)) = (left(1), right(1)) {
        if from.abs_diff(to) != count + 1 {
            return None;
        }
        return Some((1..=count).map(|step| if from < to { from + step } else { from - step }).collect());
    }
    if !marks.get(&first).is_some_and(|mark| VIEW.contains(&mark.as_str())) {
        return None;
    }
    let taken: HashSet<u32> =
        seats.range((first.0, 0)..=(first.0, u32::MAX)).filter_map(|(_, seat)| seat.number).collect();
    let step = |number: u32, rises: bool, by: u32| if rises { number.checked_add(by) } else { number.checked_sub(by) };
    let numbers: Vec<u32> = match (left(1), left(2), right(1), right(2)) {
        (Some(near), Some(far), ..) => (1..=count).filter_map(|by| step(near, near > far, by)).collect(),
        (.., Some(near), Some(far)) => (1..=count).rev().filter_map(|by| step(near, near > far, by)).collect(),
        _ => return None,
    };
    let fits = numbers.len() == run.len() && numbers.iter().all(|number| *number > 0 && !taken.contains(number));
    fits.then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_seat_is_taken_off_its_number() {
        for text in ["12", "12시방", "12(시)", "12 (휠)", "12*", "12휠", "12시야제한", "12[W]"] {
            assert_eq!(bare(text), "12", "{text}");
        }
        for text in ["시방", "A12", "(12)", "다시"] {
            assert_eq!(bare(text), text);
        }
    }
}
