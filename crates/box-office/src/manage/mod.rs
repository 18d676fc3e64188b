//! What managers do, each in a file of its own. All of it needs a manager's login.

mod journal;
mod report;
mod reservations;
mod sweepers;
mod watch;

pub use journal::{JournalFilter, JournalKind, JournalMark, JournalOutcome, JournalPage, JournalRow};
pub use report::{ReportWords, SheetKind};
pub use reservations::{ReservationListed, ReservationPage, Unmasked};
pub use sweepers::Sweeper;
pub use watch::{CounterSales, LiveHold, Occupancy, Overview, SalesChart, SalesOf};
