//! A seat with its price, as every hold and every sale tells it, and how a seat stands.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{Error, Result, SeatId};

/// A seat of a hold or a reservation. Lists of them are in the order of the map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HeldSeat {
    /// The seat.
    pub id: SeatId,
    /// Its label, unique in the concert.
    pub label: String,
    /// Block.
    pub section: Option<String>,
    /// Row.
    pub row: Option<String>,
    /// Number in the row.
    pub number: Option<i32>,
    /// Label of its tier.
    pub tier: String,
    /// In won; at sale, once sold.
    #[specta(type = i32)]
    pub price: i64,
}

/// A seat out of a row that also has other columns.
macro_rules! held_seat {
    ($row:expr) => {
        crate::HeldSeat {
            id: $row.id.into(),
            label: $row.label,
            section: $row.section,
            row: $row.row,
            number: $row.number,
            tier: $row.tier,
            price: $row.price,
        }
    };
}
pub(crate) use held_seat;

/// How a seat stands for the counter that asks. The server's function `seat_state` says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum SeatState {
    /// Can be held, also when an expired hold was not swept yet.
    Available,
    /// Held by another counter.
    Held,
    /// Held by this counter's login.
    Mine,
    /// Sold.
    Reserved,
    /// Kept from sale by a manager.
    Withheld,
}

/// The ids in order, refused when there are none or one comes twice.
pub(crate) fn distinct(seats: &[SeatId]) -> Result<Vec<SeatId>> {
    let mut ids = seats.to_vec();
    ids.sort_unstable();
    ids.dedup();
    match ids.len() {
        0 => Err(Error::NoSeats),
        n if n < seats.len() => Err(Error::SeatRepeated),
        _ => Ok(ids),
    }
}
