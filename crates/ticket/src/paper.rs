//! What is printed on, and where on it there is room.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Points in a millimetre.
pub(crate) const MM: f32 = 72.0 / 25.4;

/// A size of paper.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind", content = "stock")]
pub enum Paper {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// A roll of 80 mm, of which a printer's head reaches 72; each page is as long as what is on it.
    Roll,
    /// The venue's own tickets.
    Stock(Stock),
}

/// A venue's ticket, in tenths of a millimetre. The margins keep what is printed on it already free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Stock {
    /// From its left edge to its right one.
    pub width: u16,
    /// From its upper edge to its lower one.
    pub height: u16,
    /// Kept free at the upper edge.
    pub top: u16,
    /// Kept free at the right edge.
    pub right: u16,
    /// Kept free at the lower edge.
    pub bottom: u16,
    /// Kept free at the left edge.
    pub left: u16,
}

/// What is wrong with a stock's template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadStock {
    /// A side is shorter than 30 mm or longer than 400 mm.
    #[error("a ticket is 30 to 400 mm wide and high")]
    Side,
    /// What the margins leave is narrower than 45 mm or lower than 25 mm.
    #[error("the margins leave less than 45 × 25 mm")]
    Margins,
}

impl Stock {
    /// Its sides, and what the margins leave free.
    ///
    /// # Errors
    /// As [`BadStock`] says; a ticket that is smaller can't be read.
    pub fn check(&self) -> Result<(), BadStock> {
        let side = 300..=4000;
        if !side.contains(&self.width) || !side.contains(&self.height) {
            return Err(BadStock::Side);
        }
        let left = |side: u16, one: u16, other: u16| i32::from(side) - i32::from(one) - i32::from(other);
        if left(self.width, self.left, self.right) < 450 || left(self.height, self.top, self.bottom) < 250 {
            return Err(BadStock::Margins);
        }
        Ok(())
    }
}

/// Where there is room on a page, in points from its upper left corner.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Area {
    pub page_width: f32,
    /// None on a roll, which is cut where the page ends.
    pub page_height: Option<f32>,
    pub left: f32,
    pub top: f32,
    pub width: f32,
    /// None on a roll.
    pub height: Option<f32>,
    /// How high a ticket may become, of `height`.
    pub ticket_height: Option<f32>,
    /// The margin below what is printed on a roll.
    pub bottom: f32,
    /// The largest enlargement of the type.
    pub scale: f32,
}

impl Paper {
    pub(crate) fn area(self) -> Result<Area, BadStock> {
        let area = match self {
            // The upper half: what is below can be torn off.
            Self::A4 => Area {
                page_width: 210.0 * MM,
                page_height: Some(297.0 * MM),
                left: 20.0 * MM,
                top: 20.0 * MM,
                width: 170.0 * MM,
                height: Some(257.0 * MM),
                ticket_height: Some(118.0 * MM),
                bottom: 20.0 * MM,
                scale: 1.5,
            },
            Self::Roll => Area {
                page_width: 80.0 * MM,
                page_height: None,
                left: 4.0 * MM,
                top: 4.0 * MM,
                width: 72.0 * MM,
                height: None,
                ticket_height: None,
                // The cutter is that far above the head.
                bottom: 8.0 * MM,
                scale: 1.0,
            },
            Self::Stock(stock) => {
                stock.check()?;
                let tenths = |length: u16| f32::from(length) / 10.0 * MM;
                let height = tenths(stock.height - stock.top - stock.bottom);
                Area {
                    page_width: tenths(stock.width),
                    page_height: Some(tenths(stock.height)),
                    left: tenths(stock.left),
                    top: tenths(stock.top),
                    width: tenths(stock.width - stock.left - stock.right),
                    height: Some(height),
                    ticket_height: Some(height),
                    bottom: tenths(stock.bottom),
                    scale: 1.4,
                }
            }
        };
        Ok(area)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STOCK: Stock = Stock { width: 1500, height: 600, top: 50, right: 50, bottom: 50, left: 50 };

    #[test]
    fn a_stock_leaves_room_for_a_ticket_or_is_refused() {
        assert_eq!(STOCK.check(), Ok(()));
        assert_eq!(Stock { width: 299, ..STOCK }.check(), Err(BadStock::Side));
        assert_eq!(Stock { height: 4001, ..STOCK }.check(), Err(BadStock::Side));
        assert_eq!(Stock { left: 1001, ..STOCK }.check(), Err(BadStock::Margins));
        assert_eq!(Stock { left: 1000, ..STOCK }.check(), Ok(()));
        assert_eq!(Stock { top: 301, ..STOCK }.check(), Err(BadStock::Margins));
        assert_eq!(Stock { top: u16::MAX, bottom: u16::MAX, ..STOCK }.check(), Err(BadStock::Margins));
    }
}
