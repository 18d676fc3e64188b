//! Files of one hall dropped together: the list knows grades and numbers, the chart knows places. They are joined by floor,
//! block, row and number; what stands only in one of them is told.

use std::collections::{HashMap, HashSet};

use crate::doubts::{Ask, Doubts};
use crate::hall::words;
use crate::part::{Part, Whereabouts, Words};
use crate::place::apart_in_rows;
use crate::reading::{About, Choice, FileKind};
use crate::rough::{Rough, RoughSeat, Unit, tier_identity};
use crate::text::identity;

/// Between the drawings of two files, in seats.
const GAP: f64 = 4.0;
/// By which parts seats are looked for, the surest first: a chart of one floor needn't say it, nor one of numbers that run
/// through its rows.
const LEVELS: [[bool; 4]; 6] = [
    [true, true, true, true],
    [false, true, true, true],
    [true, false, true, true],
    [false, false, true, true],
    [true, true, false, true],
    [false, true, false, true],
];

/// All files as one hall.
pub(crate) fn join(roughs: Vec<Rough>, sheets: &[Vec<String>], doubts: &mut Doubts<'_>) -> Rough {
    let (mut lists, mut drawn) = (Rough::default(), Rough::default());
    let (mut has_list, mut has_drawing) = (false, false);
    for mut rough in roughs {
        let kind = rough.read.take().map(|read| read.kind);
        if matches!(kind, Some(FileKind::SeatList | FileKind::Unclear)) {
            has_list |= !rough.seats.is_empty();
            lists.add(rough);
        } else {
            if has_drawing {
                put_below(&mut drawn, &mut rough);
            }
            has_drawing |= !rough.seats.is_empty();
            drawn.add(rough);
        }
    }
    if has_list && has_drawing {
        matched(&mut lists, &mut drawn, sheets, doubts);
    }
    lists.add(drawn);
    lists
}

/// Draws one file below another, both in units of their seats.
fn put_below(above: &mut Rough, below: &mut Rough) {
    for rough in [&mut *above, &mut *below] {
        if rough.unit == Unit::Cells {
            continue;
        }
        let mut rows: HashMap<(String, String, u32), Vec<(f64, f64)>> = HashMap::new();
        for seat in &rough.seats {
            let name = |part: &Option<Part>| part.as_ref().map(Part::shown).unwrap_or_default();
            rows.entry((name(&seat.section), name(&seat.row), seat.line)).or_default().extend(seat.at);
        }
        let unit = apart_in_rows(rows.into_values());
        rough.seats.iter_mut().for_each(|seat| seat.at = seat.at.map(|(x, y)| (x / unit, y / unit)));
        if let Some(stage) = &mut rough.stage {
            for length in [&mut stage.x, &mut stage.y, &mut stage.width, &mut stage.height] {
                *length /= unit;
            }
        }
        rough.unit = Unit::Cells;
    }
    let places = |rough: &Rough| rough.seats.iter().filter_map(|seat| seat.at).collect::<Vec<_>>();
    let (over, under) = (places(above), places(below));
    let lowest = over.iter().map(|at| at.1).max_by(f64::total_cmp);
    let upper = under.iter().map(|at| at.1).min_by(f64::total_cmp);
    if let (Some(lowest), Some(upper)) = (lowest, upper) {
        let down = lowest + GAP - upper;
        below.seats.iter_mut().for_each(|seat| seat.at = seat.at.map(|(x, y)| (x, y + down)));
        if let Some(stage) = &mut below.stage {
            stage.y += down;
        }
    }
}

/// Gives the list's seats the places of the drawing's, and keeps of the drawing what the list hasn't, as far as it is wanted.
fn matched(list: &mut Rough, drawn: &mut Rough, sheets: &[Vec<String>], doubts: &mut Doubts<'_>) {
    // The list says which tier a seat has, so that a colour needs no name.
    doubts.withdraw(|doubt| matches!(doubt.about, About::UnknownColour { .. }) && doubt.chosen.is_none());
    let is_colour = |label: &str| label == "?" || label.starts_with('#');
    let nameless: Vec<bool> = drawn.tiers.iter().map(|tier| is_colour(&tier.label)).collect();
    for seat in &mut drawn.seats {
        seat.tier = seat.tier.filter(|tier| !nameless[*tier]);
    }
    let stems = |seat: &RoughSeat| {
        let stem = |part: &Option<Part>| part.as_ref().map(|part| identity(&part.stem)).unwrap_or_default();
        [stem(&seat.floor), stem(&seat.section), stem(&seat.row), identity(&seat.number.stem)]
    };
    let (of_list, of_drawn): (Vec<[String; 4]>, Vec<[String; 4]>) =
        (list.seats.iter().map(stems).collect(), drawn.seats.iter().map(stems).collect());
    let pairs = best_pairs(&of_list, &of_drawn);
    let words = words(list);
    let label = |seat: &RoughSeat, words: Words| {
        let (floor, section, row) = (seat.floor.as_ref(), seat.section.as_ref(), seat.row.as_ref());
        words.label(Whereabouts { floor, section, row, number: Some(&seat.number) })
    };
    let mut is_met = vec![false; drawn.seats.len()];
    let mut kept = Vec::with_capacity(list.seats.len());
    for (mut seat, pair) in std::mem::take(&mut list.seats).into_iter().zip(pairs) {
        // The chart knows places.
        seat.at = None;
        let Some(pair) = pair else {
            let ask = Ask::new("only in list", About::OnlyInList, label(&seat, words));
            let ask = ask.choices([Choice::LayOut, Choice::LeaveOut]);
            if doubts.ask(seat.spot.place(sheets), ask) != Some(Choice::LeaveOut) {
                kept.push(seat);
            }
            continue;
        };
        is_met[pair] = true;
        let other = &drawn.seats[pair];
        (seat.at, seat.line) = (other.at, other.line);
        seat.floor = seat.floor.or_else(|| other.floor.clone());
        seat.section = seat.section.or_else(|| other.section.clone());
        seat.row = seat.row.or_else(|| other.row.clone());
        seat.tier = tier(&seat, other, list, drawn, sheets, doubts);
        kept.push(seat);
    }
    list.seats = kept;
    // A part of the hall that the list doesn't know at all is another file's, a few seats in a part that it knows aren't sold.
    let section = |seat: &RoughSeat| words.section_name(seat.floor.as_ref(), seat.section.as_ref()).unwrap_or_default();
    let known: HashSet<String> =
        drawn.seats.iter().zip(&is_met).filter(|(_, met)| **met).map(|(seat, _)| section(seat)).collect();
    let mut met = is_met.into_iter();
    drawn.seats.retain(|seat| {
        if met.next().unwrap_or(false) {
            return false;
        }
        let section = section(seat);
        let mut choices = [Choice::LeaveOut, Choice::Take];
        if !known.contains(&section) {
            choices.reverse();
        }
        let ask = Ask::new(format!("only in chart:{section}"), About::OnlyInChart, label(seat, words)).choices(choices);
        doubts.ask(seat.spot.place(sheets), ask) == Some(Choice::Take)
    });
    // Both are drawn in the drawing's unit from now on.
    list.unit = drawn.unit;
}

/// The tier that both name, or the one that holds.
fn tier(
    seat: &RoughSeat,
    other: &RoughSeat,
    list: &mut Rough,
    drawn: &Rough,
    sheets: &[Vec<String>],
    doubts: &mut Doubts<'_>,
) -> Option<usize> {
    let Some(of_chart) = other.tier.and_then(|tier| drawn.tiers.get(tier)) else { return seat.tier };
    let Some(of_list) = seat.tier.and_then(|tier| list.tiers.get(tier)) else {
        return Some(list.take_tier_name(of_chart));
    };
    let (chart_key, list_key) = (tier_identity(&of_chart.label), tier_identity(&of_list.label));
    if chart_key == list_key {
        return seat.tier;
    }
    let value = format!("{}, {}", of_chart.label, of_list.label);
    let choices = [of_list, of_chart].map(|tier| Choice::Name(tier.label.clone()));
    let ask = Ask::new(format!("tier differs:{chart_key}:{list_key}"), About::TierDiffers, value).choices(choices);
    let takes_chart = doubts.ask(seat.spot.place(sheets), ask) == Some(Choice::Name(of_chart.label.clone()));
    if takes_chart { Some(list.take_tier_name(of_chart)) } else { seat.tier }
}

/// For each seat of the list the one of the drawing, by the surest parts that find almost as many as any.
fn best_pairs(list: &[[String; 4]], drawn: &[[String; 4]]) -> Vec<Option<usize>> {
    let mut best: Option<(usize, Vec<Option<usize>>)> = None;
    for level in LEVELS {
        let key = |stems: &[String; 4]| {
            let parts = stems.iter().zip(level).map(|(stem, is_part)| if is_part { stem.as_str() } else { "" });
            parts.collect::<Vec<_>>().join("\u{1f}")
        };
        let mut at: HashMap<String, usize> = HashMap::with_capacity(drawn.len());
        for (i, stems) in drawn.iter().enumerate() {
            at.entry(key(stems)).or_insert(i);
        }
        let mut is_taken = vec![false; drawn.len()];
        let mut found = 0;
        let pairs: Vec<Option<usize>> = list
            .iter()
            .map(|stems| {
                let pair = at.get(&key(stems)).copied().filter(|pair| !is_taken[*pair])?;
                is_taken[pair] = true;
                found += 1;
                Some(pair)
            })
            .collect();
        if found * 20 > best.as_ref().map_or(0, |(most, _)| *most) * 21 {
            best = Some((found, pairs));
        }
    }
    best.map_or_else(|| vec![None; list.len()], |(_, pairs)| pairs)
}
