//! What the tests share.

use hall_file::{About, Choice, Choices, Doubt, File, KnownTier, Reading, read};

/// The bytes of a file beside the tests.
pub fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"))).expect("the file is there")
}

/// A file of the tests, read without answers.
pub fn reading(name: &str) -> Reading {
    with(name, &file(name), &Choices::default())
}

/// A text as a file, read without answers.
pub fn text(text: &str) -> Reading {
    with("list.csv", text.as_bytes(), &Choices::default())
}

pub fn with(name: &str, bytes: &[u8], choices: &Choices) -> Reading {
    read(&[File { name, bytes }], &[], choices).expect("the file can be read")
}

pub fn against(name: &str, known: &[(&str, i64)], choices: &Choices) -> Reading {
    let known: Vec<KnownTier> =
        known.iter().map(|(label, price)| KnownTier { label: (*label).to_owned(), price: *price }).collect();
    read(&[File { name, bytes: &file(name) }], &known, choices).expect("the file can be read")
}

/// Answers by key.
pub fn answers<const N: usize>(answers: [(&str, Choice); N]) -> Choices {
    let answers = answers.into_iter().map(|(key, choice)| (key.to_owned(), choice)).collect();
    Choices { answers, ..Choices::default() }
}

pub fn labels(reading: &Reading) -> Vec<&str> {
    reading.hall.seats.iter().map(|seat| seat.label.as_str()).collect()
}

/// Seats by section.
pub fn sections(reading: &Reading) -> Vec<(&str, u32)> {
    reading.counts.sections.iter().map(|count| (count.name.as_str(), count.seats)).collect()
}

/// Seats by tier.
pub fn tiers(reading: &Reading) -> Vec<(&str, u32)> {
    reading.counts.tiers.iter().map(|count| (count.name.as_str(), count.seats)).collect()
}

pub fn prices(reading: &Reading) -> Vec<(&str, Option<i64>)> {
    reading.hall.tiers.iter().map(|tier| (tier.label.as_str(), tier.price)).collect()
}

pub fn doubts(reading: &Reading, is: impl Fn(&About) -> bool) -> Vec<&Doubt> {
    reading.doubts.iter().filter(|doubt| is(&doubt.about)).collect()
}

/// What has to be said before the hall can be written.
pub fn open(reading: &Reading) -> Vec<&str> {
    reading.doubts.iter().filter(|doubt| doubt.chosen.is_none()).map(|doubt| doubt.key.as_str()).collect()
}
