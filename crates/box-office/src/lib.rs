//! The engine of Maepyo: everything a ticket counter does, as async functions over PostgreSQL.
//!
//! [`BoxOffice`] is one counter's connection to the venue's server. The sale itself is in four files, each of which
//! reads top to bottom: [`hold`], [`confirm`], [`look_up`] and [`cancel`]. All of them lock, then look, then write, in
//! statements of their own, and run through [`operate`], which is where a lost COMMIT answer is told from a refusal.
//! What only managers do is in [`manage`].

mod cancel;
mod concert;
mod confirm;
mod customer;
mod error;
mod hold;
mod intents;
mod layout;
mod lines;
mod look_up;
mod manage;
mod operate;
mod reading;
mod resolve;
pub mod sample;
mod seat_map;
mod server;
pub mod setup;
mod sweep;

pub use cancel::Cancelled;
pub use concert::{ConcertDetail, ConcertOnSale, Tier};
pub use confirm::{ConfirmForm, Reservation, ReservationStatus, reservation_number};
pub use customer::{PASSWORD_LONGEST, PASSWORD_SHORTEST, customer_name, korean_mobile, password};
pub use error::{Error, Result, TakenSeat};
pub use hold::{HeldSeat, Hold};
pub use layout::Stage;
pub use look_up::LookUp;
pub use manage::*;
pub use resolve::{Resolved, Unfinished};
pub use seat_map::{SeatChange, SeatChanges, SeatMap, SeatNow, SeatState};
pub use server::{BoxOffice, Rules, ServerFacts, ServerLogin};
pub use sweep::Swept;
