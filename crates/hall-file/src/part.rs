//! The parts of where a seat is: floor, section, row, number. A part may carry its word (`A구역`, `1열`), or leave it to the
//! heading above it; one cell may hold several parts (`B블록10열`, `1층 가열 3번`, `1階 A1ブロック 3列 5番`).

use crate::text::{identity, plain};

/// What a seat's place is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Floor,
    Section,
    Row,
    Number,
}

/// In which language a plan's labels are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Language {
    Korean,
    Japanese,
    English,
    /// Of no words that are known: labels are the names alone.
    #[default]
    Other,
}

/// Words that follow what they name, longest first.
const WORDS: [(Kind, &[&str]); 4] = [
    (Kind::Floor, &["층", "階"]),
    (Kind::Section, &["ブロック", "エリア", "ゾーン", "구역", "블록", "블럭", "블락", "섹션", "区画", "区"]),
    (Kind::Row, &["열", "행", "줄", "列", "行", "排"]),
    (Kind::Number, &["번", "番", "席", "号", "호"]),
];

/// Words that come before what they name, in small letters.
const LEADING: [(Kind, &[&str]); 4] = [
    (Kind::Floor, &["level", "floor", "étage", "etage"]),
    (Kind::Section, &["section", "block", "zone", "area", "sector", "sec.", "구역", "블록"]),
    (Kind::Row, &["row", "reihe", "rang", "fila", "rij"]),
    (Kind::Number, &["seat", "platz", "place", "no.", "nr.", "no", "siège", "asiento"]),
];

/// A name and the word it came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub stem: String,
    pub word: Option<&'static str>,
}

impl Part {
    /// A text that is all of one part. None if nothing is left of it.
    pub fn read(kind: Kind, text: &str) -> Option<Self> {
        let text = plain(text);
        for word in WORDS.iter().filter(|(of, _)| *of == kind).flat_map(|(_, words)| *words) {
            if let Some(stem) = text.strip_suffix(word).map(str::trim).filter(|stem| !stem.is_empty()) {
                return Some(Self { stem: stem.to_owned(), word: Some(word) });
            }
        }
        // `Level 1` is a floor's name, where `1` alone would be nothing.
        let leading = LEADING.iter().filter(|(of, _)| *of == kind && kind != Kind::Floor);
        for word in leading.flat_map(|(_, words)| *words) {
            if let Some((head, stem)) = text.split_at_checked(word.len())
                && head.to_lowercase() == *word
                && stem.starts_with([' ', '.', ':', '-'])
            {
                let stem = stem.trim_matches([' ', '.', ':', '-']);
                if !stem.is_empty() {
                    return Some(Self { stem: stem.to_owned(), word: None });
                }
            }
        }
        (!text.is_empty()).then_some(Self { stem: text, word: None })
    }

    /// As it is shown in a list: `A구역`, and `A` where no word stood.
    pub fn shown(&self) -> String {
        format!("{}{}", self.stem, self.word.unwrap_or_default())
    }

    /// What tells it from others of its kind; a part without its word has the heading's.
    pub fn identity(&self, default: &str) -> String {
        let word = self.word.unwrap_or(default);
        format!("{}\u{1f}{}", identity(&self.stem), if word == "블럭" || word == "블락" { "블록" } else { word })
    }

    /// The number that it is, if it is one.
    pub fn as_number(&self) -> Option<i32> {
        let digits =
            !self.stem.is_empty() && self.stem.len() <= 9 && self.stem.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| self.stem.parse().ok()).flatten()
    }
}

/// The parts that one text holds, one after another. What comes after the last word belongs to `own`, the kind of
/// the column. None where a kind comes twice or nothing of the sort is in it.
pub(crate) fn parts(own: Kind, text: &str) -> Vec<(Kind, Part)> {
    let text = plain(text);
    if let Some(found) = led_parts(&text) {
        return found;
    }
    let mut found: Vec<(Kind, Part)> = Vec::new();
    let (mut rest, mut at) = (text.as_str(), 0);
    while at < rest.len() {
        let Some(c) = rest[at..].chars().next() else { break };
        let hit = WORDS.iter().find_map(|(kind, words)| {
            let word = words.iter().find(|word| rest[at..].starts_with(**word))?;
            let (stem, after) = (rest[..at].trim(), rest[at + word.len()..].chars().next());
            let ends = after.is_none_or(|c| !c.is_alphabetic() || is_name_start(*kind, c));
            // A floor is a number; 층 within a name is none.
            let is_floor = *kind != Kind::Floor || stem.chars().last().is_some_and(|c| c.is_ascii_digit());
            (!stem.is_empty() && ends && is_floor && !found.iter().any(|(of, _)| of == kind)).then_some((*kind, *word))
        });
        match hit {
            Some((kind, word)) => {
                found.push((kind, Part { stem: rest[..at].trim().to_owned(), word: Some(word) }));
                rest = rest[at + word.len()..].trim_start_matches([' ', ',', '-', '/', '_', '·']);
                at = 0;
            }
            None => at += c.len_utf8(),
        }
    }
    if !rest.trim().is_empty()
        && let Some(part) = Part::read(own, rest)
        && !found.iter().any(|(kind, _)| *kind == own)
    {
        found.push((own, part));
    } else if !rest.trim().is_empty() {
        // A tail of no kind, such as `(휠체어석)`: part of the last name.
        if let Some((_, last)) = found.last_mut() {
            last.stem = format!("{}{} {}", last.stem, last.word.take().unwrap_or_default(), rest.trim());
        }
    }
    found
}

/// `Block A Row 3 Seat 12`, `Parkett Reihe 3 Platz 12`: names after their words, at least two of them, and before the first
/// one the section. None if the text is no such.
fn led_parts(text: &str) -> Option<Vec<(Kind, Part)>> {
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    if words.len() < 4 || words.len() > 24 {
        return None;
    }
    let has_row = words.iter().any(|word| word.eq_ignore_ascii_case("reihe"));
    let kind_of = |word: &str| {
        let word = word.trim_end_matches([':', '.']).to_lowercase();
        // In German a Rang is a balcony and a Reihe the row, in French the Rang is the row.
        let is = |of: &&(Kind, &[&str])| of.1.iter().any(|own| own.trim_end_matches('.') == word);
        LEADING.iter().find(is).map(|(kind, _)| *kind).filter(|_| !(has_row && word == "rang"))
    };
    let leads: Vec<(usize, Kind)> =
        words.iter().enumerate().filter_map(|(i, word)| Some((i, kind_of(word)?))).collect();
    let (first, _) = *leads.first()?;
    let mut found: Vec<(Kind, Part)> = Vec::new();
    if first > 0 {
        found.push((Kind::Section, Part { stem: words[..first].join(" "), word: None }));
    }
    for (nth, (at, kind)) in leads.iter().enumerate() {
        let end = leads.get(nth + 1).map_or(words.len(), |(at, _)| *at);
        let name = words.get(at + 1..end)?.join(" ");
        if name.is_empty() || found.iter().any(|(of, _)| of == kind) {
            return None;
        }
        let stem = if *kind == Kind::Floor { format!("{} {name}", words[*at]) } else { name };
        found.push((*kind, Part { stem, word: None }));
    }
    (leads.len() >= 2).then_some(found)
}

/// After a floor or a section another name may begin at once: `1층가열`, `B블록나열`.
fn is_name_start(kind: Kind, c: char) -> bool {
    match kind {
        Kind::Floor | Kind::Section => !matches!(c, '석' | '의' | '별' | '수'),
        Kind::Row => c.is_ascii_alphabetic(),
        Kind::Number => false,
    }
}

/// A seat's place, and the words of the headings for parts that came without.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whereabouts<'a> {
    pub floor: Option<&'a Part>,
    pub section: Option<&'a Part>,
    pub row: Option<&'a Part>,
    pub number: Option<&'a Part>,
}

/// The words that a plan's headings have for its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Words {
    pub language: Language,
    pub floor: &'static str,
    pub section: &'static str,
    pub row: &'static str,
    pub number: &'static str,
}

impl Words {
    pub fn of(language: Language) -> Self {
        let (floor, section, row, number) = match language {
            Language::Korean => ("층", "구역", "열", "번"),
            Language::Japanese => ("階", "ブロック", "列", "番"),
            Language::English => ("", "", "Row ", "Seat "),
            Language::Other => ("", "", "", ""),
        };
        Self { language, floor, section, row, number }
    }

    /// A word for sections or rows that a heading names is the plan's.
    pub fn named(mut self, kind: Kind, heading: &str) -> Self {
        if let Some(word) = WORDS
            .iter()
            .filter(|(of, _)| *of == kind)
            .flat_map(|(_, words)| *words)
            .find(|word| heading.starts_with(**word))
            .filter(|_| matches!(self.language, Language::Korean | Language::Japanese))
        {
            match kind {
                Kind::Section => self.section = word,
                Kind::Row => self.row = word,
                _ => {}
            }
        }
        self
    }

    /// `1층 A블록 1열 1번`, `1階 A1ブロック 3列 5番`, `Parterre Row A Seat 5`, `Parkett A-5`.
    pub fn label(self, at: Whereabouts<'_>) -> String {
        let after = |part: Option<&Part>, word: &str, short: bool| {
            let part = part?;
            let word = part.word.unwrap_or(if short && is_short(&part.stem) { word } else { "" });
            Some(format!("{}{word}", part.stem))
        };
        let head = [self.floor(at.floor), after(at.section, self.section, true)];
        let tail: Vec<Option<String>> = match self.language {
            Language::Korean | Language::Japanese => {
                vec![after(at.row, self.row, true), after(at.number, self.number, true)]
            }
            Language::English => {
                let before = |part: Option<&Part>, word: &str| {
                    let part = part?;
                    Some(if part.word.is_some() { part.shown() } else { format!("{word}{}", part.stem) })
                };
                vec![before(at.row, self.row), before(at.number, self.number)]
            }
            Language::Other => {
                let names: Vec<String> = [at.row, at.number].into_iter().flatten().map(Part::shown).collect();
                vec![(!names.is_empty()).then(|| names.join("-"))]
            }
        };
        head.into_iter().chain(tail).flatten().collect::<Vec<_>>().join(" ")
    }

    fn floor(self, floor: Option<&Part>) -> Option<String> {
        let floor = floor?;
        let bare = floor.stem.trim_start_matches("지하").trim_start_matches(['B', 'b']);
        let counts = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
        Some(format!("{}{}", floor.stem, floor.word.unwrap_or(if counts { self.floor } else { "" })))
    }

    /// Floor and section as one name, as the map has it.
    pub fn section_name(self, floor: Option<&Part>, section: Option<&Part>) -> Option<String> {
        let names: Vec<String> = [self.floor(floor), section.map(Part::shown)].into_iter().flatten().collect();
        (!names.is_empty()).then(|| names.join(" "))
    }
}

/// Names that are no words of their own take the word of their kind: `A`, `101`, `가`, `A1`; `Parterre` and `발코니` don't.
fn is_short(stem: &str) -> bool {
    let letters = stem.chars().count();
    let plain = stem.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let hangul = stem.chars().filter(|c| !c.is_ascii()).count();
    (plain && (letters <= 3 || stem.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')))
        || (hangul == 1 && letters <= 3 && stem.chars().all(char::is_alphanumeric))
}

/// The language of a plan, by the letters of its headings and names.
pub(crate) fn language<'a>(texts: impl Iterator<Item = &'a str>) -> Language {
    let (mut hangul, mut kana, mut kanji, mut english) = (0, 0, 0, 0);
    for text in texts {
        for c in text.chars() {
            match c {
                '\u{ac00}'..='\u{d7a3}' | '\u{3131}'..='\u{318e}' => hangul += 1,
                '\u{3041}'..='\u{30ff}' => kana += 1,
                '\u{4e00}'..='\u{9fff}' => kanji += 1,
                _ => {}
            }
        }
        let text = text.to_lowercase();
        english += usize::from(["row", "seat", "section", "stage", "balcony"].iter().any(|word| text.contains(word)));
    }
    if hangul > 0 && hangul >= kana {
        Language::Korean
    } else if kana + kanji > 0 {
        Language::Japanese
    } else if english > 0 {
        Language::English
    } else {
        Language::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(own: Kind, text: &str) -> Vec<(Kind, String)> {
        parts(own, text).into_iter().map(|(kind, part)| (kind, part.shown())).collect()
    }

    #[test]
    fn several_parts_are_told_apart_in_one_cell() {
        use Kind::{Floor, Number, Row, Section};
        for (own, text, wanted) in [
            (Row, "B블록10열", vec![(Section, "B블록"), (Row, "10열")]),
            (Row, "A구역 10열", vec![(Section, "A구역"), (Row, "10열")]),
            (Number, "1층 가열 3번", vec![(Floor, "1층"), (Row, "가열"), (Number, "3번")]),
            (Number, "아레나 A1블록 1열 1번", vec![(Section, "아레나 A1블록"), (Row, "1열"), (Number, "1번")]),
            (
                Number,
                "アリーナ A1ブロック 1列 1番",
                vec![(Section, "アリーナ A1ブロック"), (Row, "1列"), (Number, "1番")],
            ),
            (Number, "1階A列5番", vec![(Floor, "1階"), (Row, "A列"), (Number, "5番")]),
            (Section, "1층 B", vec![(Floor, "1층"), (Section, "B")]),
            (Row, "가블록나열", vec![(Section, "가블록"), (Row, "나열")]),
            (Number, "Block A Row 3 Seat 12", vec![(Section, "A"), (Row, "3"), (Number, "12")]),
            (Number, "Parkett links, Reihe 3, Platz 12", vec![(Section, "Parkett links"), (Row, "3"), (Number, "12")]),
            (Number, "1. Rang Reihe 3 Platz 12", vec![(Section, "1. Rang"), (Row, "3"), (Number, "12")]),
            (
                Number,
                "Level 2 Section 101 Row B Seat 5",
                vec![(Floor, "Level 2"), (Section, "101"), (Row, "B"), (Number, "5")],
            ),
            (Section, "Upper Circle", vec![(Section, "Upper Circle")]),
            (Row, "10", vec![(Row, "10")]),
            (Section, "Parterre", vec![(Section, "Parterre")]),
            (Section, "층계", vec![(Section, "층계")]),
        ] {
            let wanted: Vec<_> = wanted.into_iter().map(|(kind, text)| (kind, text.to_owned())).collect();
            assert_eq!(read(own, text), wanted, "{text}");
        }
    }

    #[test]
    fn labels_have_each_word_once_and_in_the_plans_language() {
        let label = |words: Words, floor, section, row, number| {
            let part = |kind, text| Part::read(kind, text);
            let (floor, section) = (part(Kind::Floor, floor), part(Kind::Section, section));
            let (row, number) = (part(Kind::Row, row), part(Kind::Number, number));
            let (floor, section) = (floor.as_ref(), section.as_ref());
            words.label(Whereabouts { floor, section, row: row.as_ref(), number: number.as_ref() })
        };
        let korean = Words::of(Language::Korean);
        assert_eq!(label(korean, "1층", "A블록", "1", "1"), "1층 A블록 1열 1번");
        assert_eq!(label(korean, "1", "A구역", "1열", "12번"), "1층 A구역 1열 12번");
        assert_eq!(label(korean, "", "가", "나", "3"), "가구역 나열 3번");
        assert_eq!(label(korean, "", "Parterre", "A", "3"), "Parterre A열 3번");
        assert_eq!(label(korean.named(Kind::Section, "블록"), "", "가", "1", "3"), "가블록 1열 3번");
        assert_eq!(label(Words::of(Language::English), "", "Parterre", "A", "3"), "Parterre Row A Seat 3");
        assert_eq!(label(Words::of(Language::Other), "", "Parkett", "A", "3"), "Parkett A-3");
        assert_eq!(label(Words::of(Language::Japanese), "1階", "A", "3", "5"), "1階 Aブロック 3列 5番");
    }
}
