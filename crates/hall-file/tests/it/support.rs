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

/// A workbook of sheets, each a name and its cells; what looks like a number is one.
pub fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).expect("a name");
        fill(sheet, rows);
    }
    book.save_to_buffer().expect("a workbook")
}

/// Writes cells from the upper left on; what looks like a number is one, what begins with `=` a formula.
pub fn fill(sheet: &mut rust_xlsxwriter::Worksheet, rows: &[&[&str]]) {
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            match (cell.parse::<f64>(), cell.starts_with('=')) {
                (Ok(number), _) if !cell.starts_with('0') || *cell == "0" => sheet.write_number(row, column, number),
                (_, true) => sheet.write_formula(row, column, *cell),
                _ if cell.is_empty() => continue,
                _ => sheet.write_string(row, column, *cell),
            }
            .expect("a cell");
        }
    }
}

/// A workbook's file, read without answers.
pub fn sheets(sheets: &[(&str, &[&[&str]])]) -> Reading {
    with("file.xlsx", &workbook(sheets), &Choices::default())
}

/// A packed file of these parts.
pub fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
    use std::io::Write as _;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a part");
        archive.write_all(text.as_bytes()).expect("its text");
    }
    archive.finish().expect("an archive").into_inner()
}

/// An OpenDocument spreadsheet: each sheet a name and its cells, what looks like a number is one.
pub fn open_document(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut body = String::new();
    for (name, rows) in sheets {
        body += &format!("<table:table table:name=\"{name}\">");
        for cells in *rows {
            body += "<table:table-row>";
            for cell in *cells {
                body += &match cell.parse::<f64>() {
                    Ok(number) => format!(
                        "<table:table-cell office:value-type=\"float\" office:value=\"{number}\"><text:p>{cell}</text:p></table:table-cell>"
                    ),
                    Err(_) if cell.is_empty() => "<table:table-cell/>".to_owned(),
                    Err(_) => format!(
                        "<table:table-cell office:value-type=\"string\"><text:p>{cell}</text:p></table:table-cell>"
                    ),
                };
            }
            body += "</table:table-row>";
        }
        body += "</table:table>";
    }
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body>\
         <office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    );
    packed(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)])
}
