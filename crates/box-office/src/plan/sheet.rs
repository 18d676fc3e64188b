//! An empty list of seats for managers to fill in, and the formats of tables.

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A table's file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SheetKind {
    /// Comma-separated, UTF-8 with a byte order mark: Excel opens Korean right.
    Csv,
    /// An Excel workbook.
    Xlsx,
}

const HEADINGS: [&str; 5] = ["구역", "열", "번호", "등급", "가격"];
const EXAMPLES: [(&str, u32, u32, &str, u32); 3] =
    [("1층 B", 1, 1, "R석", 132_000), ("1층 B", 1, 2, "R석", 132_000), ("1층 B", 2, 1, "S석", 99_000)];

/// A list to fill in: the headings and three seats as examples.
#[must_use]
pub fn sheet_template(kind: SheetKind) -> Vec<u8> {
    match kind {
        SheetKind::Csv => {
            let rows = EXAMPLES
                .map(|(section, row, number, tier, price)| format!("{section},{row},{number},{tier},{price}\r\n"));
            format!("\u{feff}{}\r\n{}", HEADINGS.join(","), rows.concat()).into_bytes()
        }
        SheetKind::Xlsx => template_workbook().expect("a sheet of a few fixed cells can be written"),
    }
}

fn template_workbook() -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_freeze_panes(1, 0)?;
    sheet.write_row_with_format(0, 0, HEADINGS, &Format::new().set_bold())?;
    for (at, (section, row, number, tier, price)) in (1..).zip(EXAMPLES) {
        sheet
            .write(at, 0, section)?
            .write(at, 1, row)?
            .write(at, 2, number)?
            .write(at, 3, tier)?
            .write(at, 4, price)?;
    }
    workbook.save_to_buffer()
}
