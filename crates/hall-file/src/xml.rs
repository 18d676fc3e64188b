//! What every reader of XML asks of its pieces.

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart};

/// An attribute by its name without its namespace.
pub(crate) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    tag.attributes().with_checks(false).flatten().find_map(|attribute| {
        let key = attribute.key.0;
        if key.rsplit(':').next() != Some(name) {
            return None;
        }
        Some(value(&attribute))
    })
}

/// What an attribute says, as it stands there where it can't be read otherwise.
pub(crate) fn value(attribute: &Attribute<'_>) -> String {
    attribute
        .normalized_value(quick_xml::XmlVersion::Implicit1_0)
        .map_or_else(|_| attribute.value.to_string(), |value| value.into_owned())
}

/// The letter that a reference stands for: `&amp;`, `&#44032;`. A blank for one that is unknown.
pub(crate) fn letter(reference: &BytesRef<'_>) -> char {
    match reference.xml10_content().as_ref() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => reference.resolve_char_ref().ok().flatten().unwrap_or(' '),
    }
}
