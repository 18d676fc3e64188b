//! What a plan draws beside its seats: shapes with a name, some of which people stand in.

use serde_json::value::RawValue;

use crate::json::{each, fields, number, point, text};
use crate::stage::is_stage;
use crate::text::{folded, with_count};

/// Areas are small; a huge one isn't worth its memory.
const BYTES_MOST: usize = 65_536;
const POINTS_MOST: usize = 2_000;
/// More people than this stand nowhere.
const CAPACITY_MOST: f64 = 100_000.0;

/// An area, in the plan's coordinates.
#[derive(Debug, Clone)]
pub(super) struct Area {
    pub text: Option<String>,
    pub centre: (f64, f64),
    pub size: Option<(f64, f64)>,
    pub capacity: Option<u32>,
}

impl Area {
    /// None if it is no area.
    pub fn read(raw: &RawValue, corner: (f64, f64)) -> Option<Self> {
        if raw.get().len() > BYTES_MOST {
            return None;
        }
        let names =
            ["position", "text", "rectangle", "circle", "ellipse", "polygon", "width", "height", "capacity", "name"];
        let [position, words, rectangle, circle, ellipse, polygon, width, height, capacity, name] = fields(raw, names)?;
        let (x, y) = position.and_then(point).unwrap_or_default();
        let (x, y) = (x + corner.0, y + corner.1);
        let placed_words = words.and_then(|words| fields(words, ["text", "position"]));
        let (said, said_at) = match placed_words {
            Some([said, at]) => (text(said).ok().flatten(), at.and_then(point).unwrap_or_default()),
            None => (text(words).ok().flatten(), (0.0, 0.0)),
        };
        let own = [width, height];
        let shape =
            if let Some(size) = rectangle.map_or(Some(own), |raw| fields(raw, ["width", "height"])).and_then(size_of) {
                // A rectangle is placed by its corner, a circle by its middle, a polygon by its points.
                Some(((x + size.0 / 2.0, y + size.1 / 2.0), size))
            } else if let Some(radius) = circle.and_then(|raw| number(radius(raw))) {
                Some(((x, y), (radius * 2.0, radius * 2.0)))
            } else if let Some((across, down)) = ellipse.and_then(|raw| point(radius(raw)?)) {
                Some(((x, y), (across * 2.0, down * 2.0)))
            } else {
                polygon.and_then(around).map(|((cx, cy), size)| ((x + cx, y + cy), size))
            };
        let capacity = number(capacity).filter(|n| (1.0..=CAPACITY_MOST).contains(n)).map(|n| n as u32);
        let capacity = capacity.or_else(|| said.as_deref().and_then(people));
        let (centre, size) = match shape {
            Some((centre, size)) => (centre, Some((size.0.abs(), size.1.abs()))),
            None => ((x + said_at.0, y + said_at.1), None),
        };
        Some(Self { text: said.or_else(|| text(name).ok().flatten()), centre, size, capacity })
    }

    /// Whether people stand in it, by what it is called.
    pub fn is_standing(&self) -> bool {
        self.text.as_deref().is_some_and(|text| !is_stage(text) && is_standing(text))
    }
}

fn radius(raw: &RawValue) -> Option<&RawValue> {
    fields(raw, ["radius"]).and_then(|[radius]| radius)
}

fn size_of([width, height]: [Option<&RawValue>; 2]) -> Option<(f64, f64)> {
    number(width).zip(number(height))
}

/// Middle and size of a polygon.
fn around(polygon: &RawValue) -> Option<((f64, f64), (f64, f64))> {
    let [points] = fields(polygon, ["points"])?;
    let (mut least, mut most) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
    let mut count = 0;
    each(points?, |raw| {
        if let Some((x, y)) = point(raw) {
            least = (least.0.min(x), least.1.min(y));
            most = (most.0.max(x), most.1.max(y));
            count += 1;
        }
        count < POINTS_MOST
    });
    let middle = ((least.0 + most.0) / 2.0, (least.1 + most.1) / 2.0);
    (count > 1).then_some((middle, (most.0 - least.0, most.1 - least.1)))
}

/// `Stehplätze (200)`, `스탠딩 300명`.
fn people(text: &str) -> Option<u32> {
    if let (_, Some(count)) = with_count(text) {
        return Some(count);
    }
    const WORDS: [&str; 9] = ["명", "名", "people", "persons", "personen", "pers", "plätze", "pax", "places"];
    let folded = folded(text);
    for word in WORDS {
        for (at, _) in folded.match_indices(word) {
            let digits: String = folded[..at].chars().rev().take_while(char::is_ascii_digit).collect();
            if let Ok(count) = digits.chars().rev().collect::<String>().parse() {
                return Some(count);
            }
        }
    }
    let inner = folded.rsplit_once('(')?.1.strip_suffix(')')?;
    inner.trim_start_matches(|c: char| c.is_alphabetic() || matches!(c, '.' | ':')).replace(',', "").parse().ok()
}

/// What an area is called in which people stand.
pub(super) fn is_standing(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "standing",
        "stehpl",
        "stehbereich",
        "stehparterre",
        "스탠딩",
        "입석",
        "立見",
        "スタンディング",
        "debout",
        "generaladmission",
        "moshpit",
        "frontofstage",
    ];
    const WHOLE: [&str; 4] = ["ga", "pit", "fosse", "자유석"];
    let folded = folded(text);
    let bare = folded.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '(' | ')'));
    WORDS.iter().any(|word| folded.contains(word)) || WHOLE.contains(&bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_counted_as_plans_write_it() {
        for (text, wanted) in [
            ("Stehplätze (200)", Some(200)),
            ("스탠딩 300명", Some(300)),
            ("Standing 250 people", Some(250)),
            ("Standing (cap. 1,200)", Some(1_200)),
            ("Stehbereich", None),
            ("스탠딩 A", None),
        ] {
            assert_eq!((people(text), is_standing(text)), (wanted, true), "{text}");
        }
        for text in ["Bar", "Eingang", "Garderobe", "객석"] {
            assert!(!is_standing(text), "{text}");
        }
    }
}
