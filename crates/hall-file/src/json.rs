//! JSON of a stranger, walked piece by piece: each piece stays text until it is looked at, so that memory goes with what is
//! kept, and a piece that isn't as it should be spoils nothing beside it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::text::plain;

/// A name longer than this is somebody's essay.
const TEXT_MOST: usize = 20_000;

/// The named fields of an object; a field that comes twice counts as it stands last, and one that is null as missing.
/// None if it is no object.
pub(crate) fn fields<'a, const N: usize>(raw: &'a RawValue, names: [&str; N]) -> Option<[Option<&'a RawValue>; N]> {
    struct Fields<'n, const N: usize>([&'n str; N]);
    impl<'de, const N: usize> Visitor<'de> for Fields<'_, N> {
        type Value = [Option<&'de RawValue>; N];

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = [None; N];
            while let Some(key) = map.next_key::<Cow<'_, str>>()? {
                let value = map.next_value::<&RawValue>()?;
                if let Some(at) = self.0.iter().position(|name| *name == key) {
                    found[at] = Some(value).filter(|value| value.get() != "null");
                }
            }
            Ok(found)
        }
    }
    serde_json::Deserializer::from_str(raw.get()).deserialize_map(Fields(names)).ok()
}

/// Goes through a list without keeping it, as long as `item` says so. False if it is no list.
pub(crate) fn each<'a>(raw: &'a RawValue, item: impl FnMut(&'a RawValue) -> bool) -> bool {
    struct Each<F>(F);
    impl<'de, F: FnMut(&'de RawValue) -> bool> Visitor<'de> for Each<F> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
            let mut goes_on = true;
            while let Some(raw) = items.next_element()? {
                goes_on = goes_on && (self.0)(raw);
            }
            Ok(())
        }
    }
    serde_json::Deserializer::from_str(raw.get()).deserialize_seq(Each(item)).is_ok()
}

/// A string's content.
pub(crate) fn string(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok()
}

/// A text, a number as text, or of a text in several languages the Korean or the first; None if it is blank.
///
/// # Errors
/// What is none of these, as it stands.
pub(crate) fn text(raw: Option<&RawValue>) -> Result<Option<String>, String> {
    let Some(raw) = raw else { return Ok(None) };
    let shown = || raw.get().chars().take(120).collect::<String>();
    if raw.get().len() > TEXT_MOST {
        return Err(shown());
    }
    let text = match raw.get().as_bytes() {
        [b'0'..=b'9' | b'-', ..] => match raw.get().parse::<f64>() {
            Ok(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
            _ => raw.get().to_owned(),
        },
        [b'{', ..] => {
            let [korean] = fields(raw, ["ko"]).ok_or_else(shown)?;
            let first = || serde_json::from_str::<FirstText>(raw.get()).ok().map(|FirstText(text)| text);
            korean.and_then(string).or_else(first).ok_or_else(shown)?
        }
        _ => string(raw).ok_or_else(shown)?,
    };
    Ok(Some(plain(&text)).filter(|text| !text.is_empty()))
}

/// The first text in an object of texts.
struct FirstText(String);

impl<'de> serde::Deserialize<'de> for FirstText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct First;
        impl<'de> Visitor<'de> for First {
            type Value = FirstText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FirstText, A::Error> {
                let mut first = None;
                while let Some((_, text)) = map.next_entry::<Cow<'_, str>, String>()? {
                    first = first.or(Some(text));
                }
                first.map(FirstText).ok_or_else(|| serde::de::Error::custom("no text"))
            }
        }
        deserializer.deserialize_map(First)
    }
}

/// A number, or a text that is one.
pub(crate) fn number(raw: Option<&RawValue>) -> Option<f64> {
    let raw = raw?;
    let number = match raw.get().as_bytes() {
        [b'"', ..] => string(raw)?.trim().parse::<f64>(),
        _ => raw.get().parse::<f64>(),
    };
    number.ok().filter(|number| number.is_finite())
}

/// `{"x": 1, "y": 2}` or `[1, 2]`.
pub(crate) fn point(raw: &RawValue) -> Option<(f64, f64)> {
    if let Some([x, y]) = fields(raw, ["x", "y"]) {
        return number(x).zip(number(y));
    }
    let mut numbers = Vec::new();
    each(raw, |item| {
        numbers.extend(number(Some(item)));
        numbers.len() < 3
    });
    match numbers[..] {
        [x, y] => Some((x, y)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> &RawValue {
        serde_json::from_str(text).expect("JSON")
    }

    #[test]
    fn texts_are_read_as_other_programs_write_them() {
        for (json, wanted) in [
            ("\"A\"", Some("A")),
            ("12", Some("12")),
            ("12.0", Some("12")),
            ("1.5", Some("1.5")),
            ("\"  \"", None),
            (r#"{"en": "Stalls", "ko": "1층"}"#, Some("1층")),
            (r#"{"de": "Parkett", "fr": "Parterre"}"#, Some("Parkett")),
        ] {
            assert_eq!(text(Some(raw(json))), Ok(wanted.map(str::to_owned)), "{json}");
        }
        for json in ["true", "[1]", "{}", r#"{"en": 1}"#] {
            assert_eq!(text(Some(raw(json))), Err(json.to_owned()));
        }
    }

    #[test]
    fn points_are_objects_or_pairs() {
        for json in [r#"{"x": 1, "y": "2"}"#, "[1, 2]", r#"{"y": 2.0, "x": 1, "z": {}}"#] {
            assert_eq!(point(raw(json)), Some((1.0, 2.0)), "{json}");
        }
        for json in ["1", "{}", r#"{"x": 1}"#, "[1]", "[1,2,3]", r#"{"x": 1e999, "y": 0}"#] {
            assert_eq!(point(raw(json)), None, "{json}");
        }
    }
}
