//! Packed files: Excel's and OpenDocument's are archives of XML. Whatever one claims of itself, memory stays bounded.

use std::io::{Cursor, Read};

use encoding_rs::UTF_8;
use zip::ZipArchive;

use crate::CELLS_MOST;
use crate::reading::Refusal;

/// A workbook unpacks to this much; 60,000 seats take about 30 MB as OpenDocument.
const UNPACKED_MOST: u64 = 128 * 1024 * 1024;

/// The parts of a packed file, unpacked one by one within a limit for all.
pub(crate) struct Archive<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    pub name: &'a str,
}

impl<'a> Archive<'a> {
    /// Everything is unpacked once to count it: what the archive says of itself is no measure.
    pub fn new(bytes: &'a [u8], name: &'a str) -> Result<Self, Refusal> {
        let broken = || Refusal::Broken { name: name.to_owned() };
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken())?;
        let mut left = UNPACKED_MOST;
        for i in 0..archive.len() {
            let file = archive.by_index(i).map_err(|_| broken())?;
            let read = std::io::copy(&mut file.take(left + 1), &mut std::io::sink()).map_err(|_| broken())?;
            left = left
                .checked_sub(read)
                .ok_or(Refusal::TooLarge { name: name.to_owned(), most: UNPACKED_MOST as u32 })?;
        }
        Ok(Self { archive, name })
    }

    pub fn has(&self, part: &str) -> bool {
        self.archive.index_for_name(part).is_some()
    }

    /// A part as text; None if it isn't there.
    pub fn text(&mut self, part: &str) -> Option<String> {
        let part = part.trim_start_matches('/');
        let index = self.archive.index_for_name(part).or_else(|| {
            (0..self.archive.len()).find(|i| {
                self.archive
                    .name_for_index(*i)
                    .is_some_and(|name| name.is_ok_and(|name| name.eq_ignore_ascii_case(part)))
            })
        })?;
        let mut bytes = Vec::new();
        self.archive.by_index(index).ok()?.take(UNPACKED_MOST).read_to_end(&mut bytes).ok()?;
        let (text, _, _) = UTF_8.decode(&bytes);
        Some(text.into_owned())
    }

    pub fn broken(&self) -> Refusal {
        Refusal::Broken { name: self.name.to_owned() }
    }

    pub fn too_many_cells(&self) -> Refusal {
        Refusal::TooManyCells { name: self.name.to_owned(), most: CELLS_MOST as u32 }
    }
}
