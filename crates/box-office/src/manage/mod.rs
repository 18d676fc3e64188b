//! What managers do, each in a file of its own. All of it needs a manager's login.

mod accesses;
mod bulk;
mod concerts;
mod journal;
mod logins;
mod publishing;
mod report;
mod reservations;
mod rules;
mod seats;
mod sheets;
mod sweepers;
mod tiers;
mod to_edit;
mod watch;
mod writing;

pub use accesses::AccessWords;
pub use bulk::{Edited, IfSold, SeatEdit, SeatsToEdit};
pub use concerts::ConcertListed;
pub use journal::{JournalFilter, JournalKind, JournalMark, JournalOutcome, JournalPage, JournalRow};
pub use logins::Login;
pub use publishing::OnOffer;
pub use report::ReportWords;
pub use reservations::{ReservationListed, ReservationPage, Unmasked};
pub use rules::RulesToEdit;
pub use seats::Replace;
pub use sweepers::Sweeper;
pub use to_edit::{ConcertForm, ConcertStatus, ConcertToEdit, Missing, TierToEdit};
pub use watch::{CounterSales, LiveHold, Occupancy, Overview, SalesChart, SalesOf};
