//! What managers do, each in a file of its own. All of it needs a manager's login.

mod bulk;
mod concerts;
mod generate;
mod journal;
mod plan;
mod pretix;
mod pretix_stage;
mod report;
mod reservations;
mod rules;
mod seats;
mod sheet;
mod sheet_rows;
mod sweepers;
mod tiers;
mod to_edit;
mod watch;
mod writing;

pub use bulk::{Edited, IfSold, SeatEdit, SeatsToEdit};
pub use concerts::ConcertListed;
pub use generate::{Numbering, PlanSpec, RowTier, SectionSpec, generate};
pub use journal::{JournalFilter, JournalKind, JournalMark, JournalOutcome, JournalPage, JournalRow};
pub use plan::{
    PLAN_BYTES_MOST, PLAN_FAULTS_MOST, PLAN_SEATS_MOST, Plan, PlanFault, PlanFaultCode, PlanTier, PlannedSeat,
    check_plan, preview,
};
pub use pretix::read_pretix;
pub use report::{ReportWords, SheetKind};
pub use reservations::{ReservationListed, ReservationPage, Unmasked};
pub use rules::RulesToEdit;
pub use seats::Replace;
pub(crate) use seats::seat_ids;
pub use sheet::{read_sheet, sheet_template};
pub use sweepers::Sweeper;
pub use to_edit::{ConcertForm, ConcertStatus, ConcertToEdit, Missing, TierToEdit};
pub use watch::{CounterSales, LiveHold, Occupancy, Overview, SalesChart, SalesOf};
