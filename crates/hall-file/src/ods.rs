//! OpenDocument spreadsheets. calamine reads their values only; a chart needs fills, merges and widths as well.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::CELLS_MOST;
use crate::archive::Archive;
use crate::reading::Refusal;
use crate::sheet::{Cell, MERGES_MOST, Merge, SHEETS_MOST, Sheet};
use crate::text::plain;
use crate::xlsx::as_number;
use crate::xml::{attribute, letter};

/// Rows and columns of the largest spreadsheets.
const ROWS_MOST: u32 = 1_048_576;
const COLUMNS_MOST: u32 = 16_384;
/// A row that is filled and repeated further than this is a background.
const REPEATS_MOST: u32 = 2_000;

/// What a style says, by its name.
#[derive(Default, Clone)]
struct Style {
    parent: Option<String>,
    fill: Option<Option<u32>>,
    width: Option<f64>,
    height: Option<f64>,
    is_hidden: bool,
}

pub(crate) fn sheets(archive: &mut Archive<'_>) -> Result<Vec<Sheet>, Refusal> {
    if archive.text("META-INF/manifest.xml").is_some_and(|manifest| manifest.contains("encryption-data")) {
        return Err(Refusal::Locked { name: archive.name.to_owned() });
    }
    let mut content = Content::default();
    // The styles that the program came with, then the document's own.
    for part in ["styles.xml", "content.xml"] {
        let Some(xml) = archive.text(part) else { continue };
        content.read(&xml).map_err(|error| match error {
            Fault::Broken => archive.broken(),
            Fault::TooManyCells => archive.too_many_cells(),
        })?;
    }
    Ok(content.sheets)
}

enum Fault {
    Broken,
    TooManyCells,
}

#[derive(Default)]
struct Content {
    styles: HashMap<String, Style>,
    style: Option<String>,
    sheets: Vec<Sheet>,
    cells: usize,
    row: u32,
    column: u32,
    column_defined: u32,
    row_repeats: u32,
    row_cells: Vec<(u32, Cell)>,
    row_merges: Vec<(u32, u32, u32)>,
    cell: Option<OpenCell>,
    in_table: bool,
    text_depth: u32,
}

struct OpenCell {
    cell: Cell,
    repeats: u32,
    value: Option<String>,
    kind: Option<String>,
    text: String,
    span: (u32, u32),
}

impl Content {
    fn read(&mut self, xml: &str) -> Result<(), Fault> {
        let mut reader = Reader::from_str(xml);
        loop {
            match reader.read_event() {
                Ok(Event::Start(tag)) => self.start(&tag)?,
                Ok(Event::Empty(tag)) => {
                    self.start(&tag)?;
                    let name = tag.name().0.to_owned();
                    self.end(&name)?;
                }
                Ok(Event::End(tag)) => self.end(tag.name().0)?,
                Ok(Event::Text(text)) => self.text(&text.xml10_content()),
                Ok(Event::CData(text)) => self.text(&text.xml10_content()),
                Ok(Event::GeneralRef(reference)) => self.text(letter(&reference).encode_utf8(&mut [0; 4])),
                Ok(Event::Eof) => return Ok(()),
                Err(_) => return Err(Fault::Broken),
                Ok(_) => {}
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.text_depth > 0
            && let Some(cell) = &mut self.cell
            && cell.text.len() < 4_000
        {
            cell.text += text;
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), Fault> {
        let repeated =
            |name| attribute(tag, name).and_then(|value| value.trim().parse::<u32>().ok()).unwrap_or(1).max(1);
        match tag.name().0 {
            "style:style" => {
                self.style = attribute(tag, "name");
                if let Some(name) = &self.style {
                    let parent = attribute(tag, "parent-style-name");
                    self.styles.insert(name.clone(), Style { parent, ..Style::default() });
                }
            }
            "style:table-cell-properties"
            | "style:table-column-properties"
            | "style:table-row-properties"
            | "style:table-properties" => self.style_facts(tag),
            "table:table" if !self.in_table && self.sheets.len() < SHEETS_MOST => {
                let name = attribute(tag, "name").unwrap_or_default();
                let is_hidden = self.style_of(tag).is_hidden;
                self.sheets.push(Sheet { name: plain(&name), is_hidden, ..Sheet::default() });
                (self.in_table, self.row, self.column_defined) = (true, 0, 0);
            }
            "table:table-column" if self.in_table => {
                let style = self.style_of(tag);
                let hidden = attribute(tag, "visibility").is_some_and(|value| value != "visible");
                let repeats =
                    repeated("number-columns-repeated").min(COLUMNS_MOST - self.column_defined.min(COLUMNS_MOST));
                let Some(sheet) = self.sheets.last_mut() else { return Ok(()) };
                for column in self.column_defined..self.column_defined + repeats.min(1_024) {
                    if let Some(width) = style.width {
                        sheet.widths.insert(column, width);
                    }
                    if hidden {
                        sheet.hidden_columns.insert(column);
                    }
                }
                self.column_defined += repeats;
            }
            "table:table-row" if self.in_table => {
                let style = self.style_of(tag);
                let hidden = attribute(tag, "visibility").is_some_and(|value| value != "visible");
                self.row_repeats = repeated("number-rows-repeated").min(ROWS_MOST);
                self.column = 0;
                let Some(sheet) = self.sheets.last_mut() else { return Ok(()) };
                for row in self.row..self.row.saturating_add(self.row_repeats.min(REPEATS_MOST)) {
                    if let Some(height) = style.height {
                        sheet.heights.insert(row, height);
                    }
                    if hidden {
                        sheet.hidden_rows.insert(row);
                    }
                }
            }
            "table:table-cell" | "table:covered-table-cell" if self.in_table => {
                let fill = attribute(tag, "style-name").and_then(|name| self.fill(&name));
                let formula = attribute(tag, "formula");
                let formula = formula.map(|text| {
                    text.trim_start_matches(|c: char| c.is_lowercase() || c == ':')
                        .trim_start_matches('=')
                        .replace(['[', ']', '.'], "")
                });
                self.cell = Some(OpenCell {
                    cell: Cell { fill, formula, ..Cell::default() },
                    repeats: repeated("number-columns-repeated").min(COLUMNS_MOST),
                    value: attribute(tag, "value"),
                    kind: attribute(tag, "value-type"),
                    text: String::new(),
                    span: (repeated("number-rows-spanned"), repeated("number-columns-spanned")),
                });
            }
            "text:p" => {
                self.text_depth += 1;
                self.text("\n");
            }
            "text:s" | "text:tab" | "text:line-break" => self.text(" "),
            // A note's text is none of the cell's.
            "office:annotation" => self.text_depth = 0,
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), Fault> {
        match name {
            "style:style" => self.style = None,
            "table:table" => self.in_table = false,
            "text:p" => self.text_depth = self.text_depth.saturating_sub(1),
            "table:table-cell" | "table:covered-table-cell" => self.end_cell()?,
            "table:table-row" if self.in_table => self.end_row()?,
            _ => {}
        }
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), Fault> {
        let Some(OpenCell { mut cell, repeats, value, kind, text, span }) = self.cell.take() else { return Ok(()) };
        cell.text = plain(&text);
        match kind.as_deref() {
            // As a number, not as the style rounds it; 132,000 and ₩132,000 are the same.
            Some("float" | "currency") => {
                if let Some(number) =
                    value.and_then(|value| value.parse::<f64>().ok()).filter(|number| number.is_finite())
                {
                    cell.text = as_number(number);
                }
            }
            Some("date") => cell.is_date = true,
            _ => {}
        }
        let column = self.column;
        self.column = column.saturating_add(repeats).min(COLUMNS_MOST);
        if span != (1, 1) {
            self.row_merges.push((column, span.0, span.1));
        }
        let has_content = !cell.text.is_empty() || cell.formula.is_some();
        // Fills to the end of the sheet are its background.
        if !(has_content || cell.fill.is_some() && repeats < REPEATS_MOST) {
            return Ok(());
        }
        self.cells += repeats as usize;
        if self.cells > CELLS_MOST {
            return Err(Fault::TooManyCells);
        }
        self.row_cells.extend((column..self.column).map(|at| (at, cell.clone())));
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Fault> {
        let cells = std::mem::take(&mut self.row_cells);
        let merges = std::mem::take(&mut self.row_merges);
        let (row, repeats) = (self.row, self.row_repeats);
        self.row = row.saturating_add(repeats).min(ROWS_MOST);
        let Some(sheet) = self.sheets.last_mut() else { return Ok(()) };
        for (column, down, across) in merges {
            if sheet.merges.len() < MERGES_MOST {
                let to = ((row + down - 1).min(ROWS_MOST), (column + across - 1).min(COLUMNS_MOST));
                sheet.merges.push(Merge { from: (row, column), to });
            }
        }
        let has_text = cells.iter().any(|(_, cell)| !cell.text.is_empty());
        if cells.is_empty() || (!has_text && repeats > REPEATS_MOST) {
            return Ok(());
        }
        self.cells += cells.len().saturating_mul(repeats as usize - 1);
        if self.cells > CELLS_MOST {
            return Err(Fault::TooManyCells);
        }
        for at in row..self.row {
            sheet.rows.insert(at, cells.clone());
        }
        Ok(())
    }

    fn style_of(&self, tag: &BytesStart<'_>) -> Style {
        attribute(tag, "style-name").and_then(|name| self.styles.get(&name)).cloned().unwrap_or_default()
    }

    /// A style's fill, or its parent's.
    fn fill(&self, name: &str) -> Option<u32> {
        let mut name = name.to_owned();
        for _ in 0..8 {
            let style = self.styles.get(&name)?;
            if let Some(fill) = style.fill {
                return fill;
            }
            name = style.parent.clone()?;
        }
        None
    }

    fn style_facts(&mut self, tag: &BytesStart<'_>) {
        let Some(style) = self.style.as_ref().and_then(|name| self.styles.get_mut(name)) else { return };
        if let Some(colour) = attribute(tag, "background-color") {
            style.fill = Some(colour.strip_prefix('#').and_then(|hex| u32::from_str_radix(hex, 16).ok()));
        }
        style.width = attribute(tag, "column-width").and_then(|length| pixels(&length)).or(style.width);
        style.height = attribute(tag, "row-height").and_then(|length| pixels(&length)).or(style.height);
        style.is_hidden |= attribute(tag, "display").is_some_and(|value| value == "false");
    }
}

/// `2.26cm` at 96 pixels an inch.
fn pixels(length: &str) -> Option<f64> {
    let digits = length.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = length.split_at(digits);
    let inch = match unit {
        "in" => 1.0,
        "cm" => 2.54,
        "mm" => 25.4,
        "pt" => 72.0,
        "px" => 96.0,
        _ => return None,
    };
    number
        .parse::<f64>()
        .ok()
        .map(|number| (number / inch * 96.0).clamp(0.0, 4_000.0))
        .filter(|pixels| pixels.is_finite())
}
