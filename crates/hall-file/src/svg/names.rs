//! What shapes are called, taken apart: by the words in it (`1층 A구역 3열 5번`), or by a pattern (`{section}-{row}-{number}`),
//! where one of `-_./:|` and white space stands for any of them.

use crate::part::{Kind, Part, parts};
use crate::text::folded;

/// Patterns that are tried, the richest first.
const PATTERNS: [&str; 8] = [
    WORDS,
    "{floor}-{section}-{row}-{number}",
    "{section}-{row}-{number}",
    "{section}-{row}{number}",
    "{row}-{number}",
    "{row}{number}",
    "{section}-{number}",
    "{number}",
];
/// The pattern of names that say themselves what is what.
const WORDS: &str = "{words}";
/// Separators in a section's name.
const SECTION_WORDS: usize = 8;
/// What may stand before the name of a seat.
const BEFORE: [&str; 9] = ["seat", "seats", "sitz", "platz", "place", "chair", "s", "좌석", "席"];
/// What drawing programs call a shape that nobody named.
const UNNAMED: [&str; 30] = [
    "path",
    "rect",
    "circle",
    "ellipse",
    "use",
    "g",
    "group",
    "polygon",
    "polyline",
    "line",
    "text",
    "tspan",
    "svg",
    "layer",
    "vector",
    "rectangle",
    "oval",
    "shape",
    "object",
    "image",
    "xmlid",
    "figure",
    "frame",
    "mask",
    "union",
    "subtract",
    "레이어",
    "그룹",
    "사각형",
    "원",
];
/// Groups that say nothing of where their seats are.
const NOWHERE: [&str; 20] = [
    "seats",
    "seat",
    "좌석",
    "좌석배치도",
    "좌석도",
    "sitze",
    "plätze",
    "chairs",
    "all",
    "map",
    "seatmap",
    "seatingplan",
    "plan",
    "main",
    "hall",
    "background",
    "bg",
    "artboard",
    "座席",
    "배경",
];

/// Where a seat is, as far as a name says it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Named {
    pub floor: Option<Part>,
    pub section: Option<Part>,
    pub row: Option<Part>,
    pub number: Option<Part>,
}

impl Named {
    fn put(&mut self, kind: Kind, part: Part) {
        let place = match kind {
            Kind::Floor => &mut self.floor,
            Kind::Section => &mut self.section,
            Kind::Row => &mut self.row,
            Kind::Number => &mut self.number,
        };
        *place = place.take().or(Some(part));
    }

    /// What this name leaves open, as the other says it.
    pub fn or(self, other: &Self) -> Self {
        Self {
            floor: self.floor.or_else(|| other.floor.clone()),
            section: self.section.or_else(|| other.section.clone()),
            row: self.row.or_else(|| other.row.clone()),
            number: self.number.or_else(|| other.number.clone()),
        }
    }
}

/// How names are taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pattern {
    pub text: String,
    pieces: Vec<Piece>,
    /// A manager's own is taken by the letter.
    is_own: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Field(Kind),
    Literal(String),
    Words,
}

impl Pattern {
    /// Those that are tried.
    pub fn known() -> impl Iterator<Item = Self> {
        PATTERNS.iter().filter_map(|text| Self::read(text, false))
    }

    /// None if it has no place for a number.
    pub fn read(text: &str, is_own: bool) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            if !before.is_empty() {
                pieces.push(Piece::Literal(before.to_owned()));
            }
            let (field, tail) = after.split_once('}')?;
            pieces.push(match folded(field).as_str() {
                "floor" | "층" => Piece::Field(Kind::Floor),
                "section" | "block" | "zone" | "구역" | "블록" => Piece::Field(Kind::Section),
                "row" | "열" => Piece::Field(Kind::Row),
                "number" | "seat" | "번호" | "번" => Piece::Field(Kind::Number),
                "words" => Piece::Words,
                _ => return None,
            });
            rest = tail;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.to_owned()));
        }
        let has_number = pieces.iter().any(|piece| matches!(piece, Piece::Field(Kind::Number) | Piece::Words));
        let sections = pieces.iter().filter(|piece| **piece == Piece::Field(Kind::Section)).count();
        (has_number && pieces.len() <= 16 && sections <= 1).then(|| Self { text: text.to_owned(), pieces, is_own })
    }

    /// A seat's name taken apart; None if it is no such name.
    pub fn apply(&self, name: &str) -> Option<Named> {
        let mut named = Named::default();
        if self.pieces.first() == Some(&Piece::Words) {
            by_words(name).into_iter().for_each(|(kind, part)| named.put(kind, part));
            return named.number.is_some().then_some(named);
        }
        let name = if self.is_own { name } else { without_seat(name) };
        self.rest(&self.pieces, name)
    }

    /// The pieces that are left, against what is left of the name.
    fn rest(&self, pieces: &[Piece], name: &str) -> Option<Named> {
        let Some((piece, later)) = pieces.split_first() else { return name.is_empty().then(Named::default) };
        let kind = match piece {
            Piece::Words => return None,
            Piece::Literal(literal) => return self.rest(later, after_literal(name, literal)?),
            Piece::Field(kind) => *kind,
        };
        let take = |at: usize| {
            let (text, after) = name.split_at(at);
            let part = self.field(kind, text)?;
            let mut named = self.rest(later, after)?;
            named.put(kind, part);
            Some(named)
        };
        match later.first() {
            None => take(name.len()),
            Some(Piece::Literal(literal)) => {
                let ends = name.char_indices().skip(1).map(|(at, _)| at);
                let mut ends = ends.filter(|at| after_literal(&name[*at..], literal).is_some());
                // Only a section may have separators in its name.
                if kind == Kind::Section { ends.take(SECTION_WORDS).find_map(take) } else { take(ends.next()?) }
            }
            // Letters, then the number.
            Some(_) => take(name.find(|c: char| c.is_ascii_digit())?),
        }
    }

    fn field(&self, kind: Kind, text: &str) -> Option<Part> {
        let text = text.trim_matches(is_separator);
        let letters = text.chars().count();
        let is_one = !text.contains(is_separator);
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let fits = match kind {
            Kind::Number => is_one && (1..=4).contains(&digits) && letters <= digits + 2,
            Kind::Row => is_one && (1..=4).contains(&letters),
            Kind::Floor => is_one && (1..=12).contains(&letters),
            Kind::Section => (1..=30).contains(&letters),
        };
        if !(fits || (self.is_own && letters > 0 && letters <= 40)) {
            return None;
        }
        Part::read(kind, text).map(without_zeros)
    }
}

/// `05` in an id is 5.
fn without_zeros(part: Part) -> Part {
    match part.as_number() {
        Some(number) => Part { stem: number.to_string(), ..part },
        None => part,
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, '-' | '_' | '.' | '/' | ':' | '|' | ',') || c.is_whitespace()
}

fn without_seat(name: &str) -> &str {
    let Some((head, tail)) = name.split_once(is_separator) else { return name };
    if BEFORE.contains(&folded(head).as_str()) { tail } else { name }
}

/// A literal's separators stand for any, its letters for themselves, large or small.
fn after_literal<'a>(text: &'a str, literal: &str) -> Option<&'a str> {
    let mut rest = text;
    for c in literal.chars() {
        let found = rest.chars().next()?;
        let same = is_separator(c) && is_separator(found) || c.to_lowercase().eq(found.to_lowercase());
        rest = same.then(|| &rest[found.len_utf8()..])?;
    }
    Some(rest)
}

/// The parts that a name tells by words.
fn by_words(name: &str) -> Vec<(Kind, Part)> {
    let spaced: String = name.chars().map(|c| if is_separator(c) { ' ' } else { c }).collect();
    let found = parts(Kind::Number, &spaced);
    let words = found.iter().filter(|(_, part)| part.word.is_some()).count();
    // Names after their words have none behind them.
    if words > 0 || (found.len() > 1 && found.iter().any(|(kind, _)| *kind == Kind::Number)) {
        found
    } else {
        Vec::new()
    }
    .into_iter()
    .map(|(kind, part)| (kind, without_zeros(part)))
    .collect()
}

/// Whether a drawing program made the name up: `path1234-5`, `Ellipse 12`.
pub(super) fn is_made_up(name: &str) -> bool {
    let folded = folded(name);
    let stem = folded.trim_end_matches(|c: char| c.is_ascii_digit() || is_separator(c));
    stem.is_empty() && folded.len() > 5 || UNNAMED.contains(&stem)
}

/// What the name of a group tells of the seats in it; `takes_row` if seats don't know their row.
pub(super) fn group(name: &str, takes_row: bool, so_far: &mut Named) {
    let folded_name = folded(name);
    let stem = folded_name.trim_end_matches(|c: char| c.is_ascii_digit() || is_separator(c));
    if is_made_up(name) || NOWHERE.contains(&folded_name.as_str()) || NOWHERE.contains(&stem) {
        return;
    }
    let spaced: String = name.chars().map(|c| if is_separator(c) { ' ' } else { c }).collect();
    for (kind, words) in [
        (Kind::Row, &["row", "reihe", "열", "행"][..]),
        (Kind::Section, &["section", "block", "zone", "sector", "bereich", "구역", "블록"][..]),
        (Kind::Floor, &["floor", "level", "층"][..]),
    ] {
        let led = spaced.split_once(' ').filter(|(head, _)| words.contains(&head.to_lowercase().as_str()));
        if let Some((head, tail)) = led.filter(|(_, tail)| !tail.contains(' ')) {
            let stem = if kind == Kind::Floor { format!("{head} {tail}") } else { tail.to_owned() };
            return so_far.put(kind, without_zeros(Part { stem, word: None }));
        }
    }
    let found = parts(Kind::Section, &spaced);
    if found.iter().any(|(_, part)| part.word.is_some()) {
        return found.into_iter().for_each(|(kind, part)| so_far.put(kind, without_zeros(part)));
    }
    let kind = if takes_row && so_far.row.is_none() && spaced.chars().count() <= 4 { Kind::Row } else { Kind::Section };
    so_far.put(kind, without_zeros(Part { stem: spaced.trim().to_owned(), word: None }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pattern: &str, name: &str) -> Option<String> {
        let named = Pattern::read(pattern, false)?.apply(name)?;
        let all = [named.floor, named.section, named.row, named.number];
        Some(all.iter().map(|part| part.as_ref().map(Part::shown).unwrap_or_default()).collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn names_are_taken_apart_by_patterns_and_words() {
        for (pattern, name, wanted) in [
            ("{section}-{row}-{number}", "A-3-12", "|A|3|12"),
            ("{section}-{row}-{number}", "seat_Parkett_03_07", "|Parkett|3|7"),
            ("{floor}-{section}-{row}-{number}", "1F.A.3.12", "1F|A|3|12"),
            ("{row}{number}", "AA12", "||AA|12"),
            ("{section}-{row}{number}", "Parkett links-B4", "|Parkett links|B|4"),
            ("{number}", "seat-12", "|||12"),
            ("{words}", "1층 A구역 3열 5번", "1층|A구역|3열|5번"),
            ("{words}", "section-101-row-B-seat-5", "|101|B|5"),
        ] {
            assert_eq!(shown(pattern, name).as_deref(), Some(wanted), "{name}");
        }
        for (pattern, name) in [
            ("{section}-{row}-{number}", "A-3"),
            ("{row}{number}", "stage1"),
            ("{number}", "A-3"),
            ("{words}", "Bar"),
            ("{row}-{number}", "1-출구"),
        ] {
            assert_eq!(shown(pattern, name), None, "{name}");
        }
        assert_eq!(Pattern::read("{section}", true), None);
        let own = Pattern::read("plan:{floor}_{row}#{number}", true).and_then(|own| own.apply("Plan:2-B#15"));
        assert_eq!(own.and_then(|named| named.number).map(|number| number.stem).as_deref(), Some("15"));
    }

    #[test]
    fn made_up_names_are_known() {
        for name in ["path1234-5", "Ellipse 12", "rect7", "XMLID_12_", "Layer_1", "레이어 1"] {
            assert!(is_made_up(name), "{name}");
        }
        for name in ["A-12", "12", "가구역 1열 3번", "Parkett"] {
            assert!(!is_made_up(name), "{name}");
        }
    }
}
