//! Tickets and receipts as PDF: data in, bytes out. Knows no printer, no server and no customer.

mod draw;
mod fonts;
mod layout;
mod paper;
mod words;

use chrono::NaiveDateTime;

pub use paper::{BadStock, Paper, Stock};
pub use words::Language;

/// What was sold in one reservation, as it is printed: one ticket a seat, and one receipt for all. There is no customer
/// in it, since a ticket is lost more easily than a database.
#[derive(Debug, Clone)]
pub struct Sale {
    /// What is played.
    pub title: String,
    /// The hall, if the concert names one.
    pub venue: Option<String>,
    /// When it begins, by the venue's clock; none if that is open.
    pub starts_at: Option<NaiveDateTime>,
    /// The short number people read to each other.
    pub number: String,
    /// When it was sold, by the venue's clock.
    pub sold_at: NaiveDateTime,
    /// The counter that sold it, as people call it.
    pub counter: String,
    /// Sold to somebody who was asked for nothing.
    pub walk_up: bool,
    /// Its seats, in the order they are printed.
    pub seats: Vec<Seat>,
    /// How often it was printed before; from 1 on, it is marked as a reprint with this count.
    pub reprint: u32,
}

/// One seat of a sale.
#[derive(Debug, Clone)]
pub struct Seat {
    /// As the hall calls it.
    pub label: String,
    /// Its tier, such as `R석`.
    pub tier: String,
    /// In won.
    pub price: i64,
    /// What makes this ticket the one that is valid.
    pub code: Code,
}

/// The random part of a ticket's QR. Whoever has it has the ticket, so it is neither shown by `Debug` nor compared.
#[derive(Clone)]
pub struct Code(pub [u8; 16]);

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(…)")
    }
}

/// What a ticket's QR says: the number and the code in hexadecimal, such as `K7Q2-93FD.0F3C…`. Capitals, since a QR packs
/// those densest.
pub fn qr_text(number: &str, code: &Code) -> String {
    let digits: String = code.0.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("{number}.{digits}")
}

/// Why there is no PDF.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The stock's template can't be printed on.
    #[error(transparent)]
    Stock(#[from] BadStock),
    /// The font, the QR or the PDF could not be made; what it says is for the log.
    #[error("no PDF could be made: {0}")]
    Pdf(String),
}

/// Tickets and their receipt, ready to be printed.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// One page for each ticket and then the receipt.
    pub pdf: Vec<u8>,
    /// Of its pages, in millimetres.
    pub width: f32,
    /// Of its longest page, in millimetres; on a roll they differ.
    pub height: f32,
}

/// The tickets of a sale and their receipt.
///
/// # Errors
/// [`Error::Stock`] if the paper's template is out of bounds; [`Error::Pdf`] is not expected for any text.
pub fn document(sale: &Sale, paper: Paper, language: Language) -> Result<Document, Error> {
    let area = paper.area()?;
    let fonts = fonts::Fonts::load().ok_or_else(|| Error::Pdf("the font is broken".into()))?;
    let words = language.words();
    let mut pages = Vec::with_capacity(sale.seats.len() + 1);
    for seat in &sale.seats {
        let qr = qr_text(&sale.number, &seat.code);
        pages.push((layout::ticket(&fonts, sale, seat, &area, words), Some(qr)));
    }
    pages.extend(layout::receipt(&fonts, sale, &area, words).into_iter().map(|page| (page, None)));
    let longest = pages.iter().map(|(page, _)| page.height).fold(0.0, f32::max);
    let pdf = draw::pdf(&fonts, &area, &pages, language)?;
    Ok(Document { pdf, width: area.page_width / paper::MM, height: longest / paper::MM })
}
