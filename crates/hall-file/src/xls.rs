//! The old Excel workbooks (`.xls`). Their reader reserves whatever a broken file claims, which no check from outside can
//! bound (calamine's issues 174, 444 and 684): so a process of its own reads them, with limits that its starter sets, and
//! hands the cells over in a form that is read here.

use std::io::{Cursor, Read, Write};

use calamine::{Data, Reader as _, SheetVisible, Xls};

use crate::sheet::{Cell, MERGES_MOST, Merge, SHEETS_MOST, Sheet};
use crate::text::plain;
use crate::xlsx::as_number;
use crate::{BYTES_MOST, CELLS_MOST};

/// What the process writes begins with this, so that no file of a stranger is taken for it by chance.
const MARK: &[u8] = b"\0hall-file cells 1\0";

/// What the process does: reads a workbook from `from`, writes its cells to `to`. The caller gives the process its limits
/// of memory and time first, and reads no more than [`BYTES_MOST`] bytes of its answer, which [`read`](crate::read) takes
/// as a file.
///
/// # Errors
/// Those of reading and writing; `InvalidData` for a workbook that can't be read. A broken file may also end the process.
pub fn serve(from: impl Read, mut to: impl Write) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    from.take(BYTES_MOST as u64 + 1).read_to_end(&mut bytes)?;
    let broken = || std::io::Error::from(std::io::ErrorKind::InvalidData);
    let sheets = sheets(&bytes).ok_or_else(broken)?;
    to.write_all(MARK)?;
    serde_json::to_writer(&mut to, &sheets)?;
    to.flush()
}

/// The cells that [`serve`] wrote; None if these bytes aren't its.
pub(crate) fn from_process(bytes: &[u8]) -> Option<Vec<Sheet>> {
    serde_json::from_slice(bytes.strip_prefix(MARK)?).ok()
}

fn sheets(bytes: &[u8]) -> Option<Vec<Sheet>> {
    let mut workbook = Xls::new(Cursor::new(bytes)).ok()?;
    let metadata = workbook.sheets_metadata().to_vec();
    let (mut sheets, mut cells) = (Vec::new(), 0);
    for about in metadata.into_iter().take(SHEETS_MOST) {
        let Ok(range) = workbook.worksheet_range(&about.name) else { continue };
        let mut sheet =
            Sheet { name: plain(&about.name), is_hidden: about.visible != SheetVisible::Visible, ..Sheet::default() };
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let (text, is_date) = match value {
                Data::Float(number) => (as_number(*number), false),
                Data::DateTime(date) if date.is_datetime() => {
                    let (year, month, day, ..) = date.to_ymd_hms_milli();
                    (format!("{year}-{month:02}-{day:02}"), true)
                }
                Data::Error(_) => continue,
                value => (plain(&value.to_string()), false),
            };
            cells += 1;
            if cells > CELLS_MOST {
                return None;
            }
            sheet.put((top + row as u32, left + column as u32), Cell { text, is_date, ..Cell::default() });
        }
        for merge in workbook.merge_cells_by_sheet_name(&about.name).unwrap_or_default().into_iter().take(MERGES_MOST) {
            sheet.merges.push(Merge { from: merge.start, to: merge.end });
        }
        if let Ok(formulas) = workbook.worksheet_formula(&about.name) {
            let (top, left) = formulas.start().unwrap_or_default();
            for (row, column, formula) in formulas.used_cells().filter(|(_, _, formula)| !formula.is_empty()) {
                let place = (top + row as u32, left + column as u32);
                let mut cell = sheet.cell(place).cloned().unwrap_or_default();
                cell.formula = Some(formula.clone());
                sheet.put(place, cell);
            }
        }
        sheets.push(sheet);
    }
    Some(sheets)
}
