//! Excel workbooks. calamine reads the cells and their fills, themes and tints resolved; what it keeps to itself (widths,
//! heights, what is hidden, which cells are formulas) is read from the sheets beside it.

use std::collections::HashMap;
use std::io::Cursor;

use calamine::{Data, DataRef, FillPattern, Reader as _, SheetVisible, Xlsx, XlsxError};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::CELLS_MOST;
use crate::archive::Archive;
use crate::reading::Refusal;
use crate::sheet::{Cell, MERGES_MOST, SHEETS_MOST, Sheet, at, range};
use crate::text::plain;
use crate::xml::attribute;

/// calamine makes room for as many shared strings as a workbook says it has (its issue 684).
const STRINGS_MOST: u64 = 4_000_000;
/// Pixels of one character of the default font; a column's width counts what it has around them as well.
const CHARACTER: f64 = 7.0;
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// Pixels of a point.
const POINT: f64 = 4.0 / 3.0;

pub(crate) fn sheets(bytes: &[u8], archive: &mut Archive<'_>) -> Result<Vec<Sheet>, Refusal> {
    if claimed_strings(archive) > STRINGS_MOST {
        return Err(archive.too_many_cells());
    }
    let broken = archive.broken();
    let unreadable = |error: XlsxError| match error {
        XlsxError::Password => Refusal::Locked { name: archive.name.to_owned() },
        _ => broken.clone(),
    };
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let metadata = workbook.sheets_metadata().to_vec();
    let parts = sheet_parts(archive);
    let (mut sheets, mut cells) = (Vec::new(), 0);
    for about in metadata.into_iter().take(SHEETS_MOST) {
        let mut sheet =
            Sheet { name: plain(&about.name), is_hidden: about.visible != SheetVisible::Visible, ..Sheet::default() };
        // A chart or a dialogue has no cells.
        let Ok(mut reader) = workbook.worksheet_cells_reader(&about.name) else { continue };
        while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(|_| archive.broken())? {
            let place = cell.get_position();
            let style = reader.styles().get(style);
            let fill = style.and_then(|style| style.fill.as_ref()).filter(|fill| fill.pattern == FillPattern::Solid);
            let fill = fill.and_then(|fill| fill.get_color()).map(|colour| colour.to_argb() & 0xff_ffff);
            let code = style.and_then(|style| style.number_format.as_ref()).map_or("", |format| &format.format_code);
            let (text, is_date) = shown(cell.get_value(), code);
            if text.is_empty() && fill.is_none() {
                continue;
            }
            cells += 1;
            if cells > CELLS_MOST {
                return Err(archive.too_many_cells());
            }
            sheet.put(place, Cell { text, is_date, formula: None, fill });
        }
        if let Some(xml) = parts.get(&about.name).and_then(|part| archive.text(part)) {
            beside(&xml, &mut sheet);
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// What a cell shows. A date goes by its format, since Excel makes one of `1-2` and shows `1월 2일`.
fn shown(value: &DataRef<'_>, code: &str) -> (String, bool) {
    match value {
        DataRef::DateTime(date) if date.is_datetime() => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            (as_date(year, month, day, code), true)
        }
        DataRef::Float(number) => (as_number(*number), false),
        DataRef::Error(_) => (String::new(), false),
        value => (plain(&Data::from(value.clone()).to_string()), false),
    }
}

/// Without the tail that binary fractions have.
pub(crate) fn as_number(number: f64) -> String {
    let rounded = (number * 1e6).round() / 1e6;
    if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() }
}

/// `m"월" d"일"` shows 1월 2일, `d-mmm` 2-Jan; what is no such format shows year, month and day.
fn as_date(year: u16, month: u8, day: u8, code: &str) -> String {
    // Conditions and locales stand in brackets, other signs' formats after a semicolon.
    let code: String = code.split(';').next().unwrap_or_default().to_owned();
    let (mut shown, mut letters) = (String::new(), code.chars().peekable());
    while let Some(c) = letters.next() {
        match c {
            '"' => shown.extend(letters.by_ref().take_while(|c| *c != '"')),
            '[' => drop(letters.by_ref().take_while(|c| *c != ']').count()),
            '\\' => shown.extend(letters.next()),
            '_' | '*' => drop(letters.next()),
            'y' | 'm' | 'd' | 'Y' | 'M' | 'D' => {
                let mut times = 1;
                while letters.next_if(|next| next.eq_ignore_ascii_case(&c)).is_some() {
                    times += 1;
                }
                if times >= 3 && c.eq_ignore_ascii_case(&'m') {
                    let name = MONTHS.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or_default();
                    shown += if times == 3 { name.get(..3).unwrap_or_default() } else { name };
                    continue;
                }
                if times >= 3 && c.eq_ignore_ascii_case(&'d') {
                    // The day of the week says nothing here.
                    continue;
                }
                let number = match c.to_ascii_lowercase() {
                    'y' => u32::from(if times <= 2 { year % 100 } else { year }),
                    'm' => u32::from(month),
                    _ => u32::from(day),
                };
                shown += &if times == 2 { format!("{number:02}") } else { number.to_string() };
            }
            'h' | 's' | 'H' | 'S' | '@' => {}
            _ => shown.push(c),
        }
    }
    let shown = plain(&shown);
    if shown.chars().any(|c| c.is_ascii_digit()) { shown } else { format!("{year}-{month:02}-{day:02}") }
}

/// How many shared strings the workbook says it has.
fn claimed_strings(archive: &mut Archive<'_>) -> u64 {
    let Some(xml) = archive.text("xl/sharedStrings.xml") else { return 0 };
    let mut most = 0;
    for (at, name) in xml.match_indices("uniqueCount") {
        let value: String = xml[at + name.len()..].chars().skip_while(|c| !c.is_ascii_digit()).take(20).collect();
        let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
        most = most.max(digits.parse().unwrap_or(u64::MAX));
    }
    most
}

/// Which part of the archive has which sheet.
fn sheet_parts(archive: &mut Archive<'_>) -> HashMap<String, String> {
    let mut parts = HashMap::new();
    let (Some(workbook), Some(relations)) =
        (archive.text("xl/workbook.xml"), archive.text("xl/_rels/workbook.xml.rels"))
    else {
        return parts;
    };
    let mut targets: HashMap<String, String> = HashMap::new();
    each_tag(&relations, |tag| {
        if local(tag) == "Relationship"
            && let (Some(id), Some(target)) = (attribute(tag, "Id"), attribute(tag, "Target"))
        {
            let target = if target.starts_with('/') { target } else { format!("xl/{target}") };
            targets.insert(id, target);
        }
    });
    each_tag(&workbook, |tag| {
        if local(tag) == "sheet"
            && let (Some(name), Some(id)) = (attribute(tag, "name"), attribute(tag, "id"))
            && let Some(target) = targets.get(&id)
        {
            parts.insert(name, target.clone());
        }
    });
    parts
}

/// Widths, heights, what is hidden, formulas and merges of a sheet.
fn beside(xml: &str, sheet: &mut Sheet) {
    let mut reader = Reader::from_str(xml);
    let (mut cell, mut in_formula) = (None, false);
    let mut formula = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => match local(&tag) {
                "c" => cell = attribute(&tag, "r").as_deref().and_then(at),
                "f" => in_formula = true,
                _ => facts(&tag, sheet),
            },
            Ok(Event::Empty(tag)) => match local(&tag) {
                // A cell that shares its formula with another has none of its own.
                "f" => put_formula(sheet, cell, String::new()),
                _ => facts(&tag, sheet),
            },
            Ok(Event::Text(text)) if in_formula && formula.len() < 1_000 => formula += &text.xml10_content(),
            Ok(Event::End(tag)) if tag.local_name().as_ref() == "f" => {
                in_formula = false;
                put_formula(sheet, cell, std::mem::take(&mut formula));
            }
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

fn put_formula(sheet: &mut Sheet, cell: Option<(u32, u32)>, formula: String) {
    let Some(place) = cell else { return };
    let mut with = sheet.cell(place).cloned().unwrap_or_default();
    with.formula = Some(formula);
    sheet.put(place, with);
}

fn facts(tag: &BytesStart<'_>, sheet: &mut Sheet) {
    let number =
        |name| attribute(tag, name).and_then(|value| value.trim().parse::<f64>().ok()).filter(|n| n.is_finite());
    let is_set = |name| attribute(tag, name).is_some_and(|value| matches!(value.as_str(), "1" | "true"));
    let pixels = |characters: f64| (characters.clamp(0.0, 256.0) * CHARACTER).round();
    match local(tag) {
        "sheetFormatPr" => {
            sheet.width = number("defaultColWidth").map(pixels);
            sheet.height = number("defaultRowHeight").map(|points| points.clamp(0.0, 409.0) * POINT);
        }
        "col" => {
            let (Some(from), Some(to)) = (number("min"), number("max")) else { return };
            let (from, to) = (from.max(1.0) as u32, to.min(16_384.0) as u32);
            // The rest of the sheet in one go is its default.
            if to >= 16_384 && from > 1 && !is_set("hidden") {
                return;
            }
            for column in from..=to {
                if let Some(width) = number("width") {
                    sheet.widths.insert(column - 1, pixels(width));
                }
                if is_set("hidden") {
                    sheet.hidden_columns.insert(column - 1);
                }
            }
        }
        "row" => {
            let Some(row) = number("r").filter(|row| (1.0..=1_048_576.0).contains(row)) else { return };
            let row = row as u32 - 1;
            if let Some(points) = number("ht") {
                sheet.heights.insert(row, points.clamp(0.0, 409.0) * POINT);
            }
            if is_set("hidden") {
                sheet.hidden_rows.insert(row);
            }
        }
        "mergeCell" if sheet.merges.len() < MERGES_MOST => {
            sheet.merges.extend(attribute(tag, "ref").as_deref().and_then(range));
        }
        _ => {}
    }
}

fn each_tag(xml: &str, mut each: impl FnMut(&BytesStart<'_>)) {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => each(&tag),
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// A tag's name without its namespace.
pub(crate) fn local<'a>(tag: &'a BytesStart<'_>) -> &'a str {
    let name = tag.name().0;
    name.rsplit(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_shows_as_the_spreadsheet_shows_it() {
        for (code, shown) in [
            ("m\"월\" d\"일\"", "1월 2일"),
            ("mm\"월\"\\ dd\"일\";@", "01월 02일"),
            ("yyyy-mm-dd", "2026-01-02"),
            ("[$-412]m/d", "1/2"),
            ("d-mmm", "2-Jan"),
            ("mmmm d", "January 2"),
            ("", "2026-01-02"),
        ] {
            assert_eq!(as_date(2026, 1, 2, code), shown, "{code}");
        }
        assert_eq!(
            (as_number(132_000.0), as_number(0.1 + 0.2), as_number(-0.0)),
            ("132000".into(), "0.3".into(), "0".into())
        );
    }
}
