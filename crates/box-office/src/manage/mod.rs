//! What managers do, each in a file of its own. All of it needs a manager's login.

mod bulk;
mod concerts;
mod journal;
mod report;
mod reservations;
mod rules;
mod seats;
mod sweepers;
mod tiers;
mod watch;

pub use bulk::{Edited, IfSold, SeatEdit, SeatsToEdit};
pub use concerts::{ConcertForm, ConcertListed, ConcertStatus, ConcertToEdit, Missing, TierToEdit};
pub use journal::{JournalFilter, JournalKind, JournalMark, JournalOutcome, JournalPage, JournalRow};
pub use report::{ReportWords, SheetKind};
pub use reservations::{ReservationListed, ReservationPage, Unmasked};
pub use rules::RulesToEdit;
pub use seats::Replace;
pub use sweepers::Sweeper;
pub use watch::{CounterSales, LiveHold, Occupancy, Overview, SalesChart, SalesOf};
