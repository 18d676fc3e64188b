//! The engine of Maepyo: everything a ticket counter does, as async functions over PostgreSQL.
//!
//! [`BoxOffice`] is one counter's connection to the venue's server. The sale itself is in four files, each of which
//! reads top to bottom: [`hold`], [`confirm`], [`look_up`] and [`cancel`]. Each calls the server's verb of its name
//! (`migrations/verbs/counter`) through [`operate`], which is where a lost answer is told from a refusal.
//! What only managers do is in [`manage`]; [`plan`] makes and reads seating plans.

mod base32;
mod cancel;
mod concert;
mod confirm;
mod connections;
mod customer;
mod doubts;
mod enrolment;
mod error;
mod hold;
mod ids;
mod intents;
mod layout;
pub mod limits;
mod look_up;
mod manage;
mod my_sales;
mod obstacle;
mod operate;
mod plan;
mod reading;
mod resolve;
pub mod sample;
mod scram;
mod seat;
mod seat_map;
mod server;
pub mod setup;
mod sweep;
mod text;
mod tickets;

pub use cancel::Cancelled;
pub use concert::{ConcertDetail, ConcertOnSale, Tier};
pub use confirm::{ConfirmForm, Reservation, ReservationStatus, WalkUpForm, reservation_number};
pub use customer::{customer_name, password, phone_number};
pub use doubts::ServerDoubt;
pub use enrolment::{Enrolment, EnrolmentFault, OpenedEnrolment, SealedEnrolment};
pub use error::{Error, Result, TakenSeat};
pub use hold::Hold;
pub use ids::{ConcertId, HoldId, OperationId, ReservationId, SeatId};
pub use intents::unsettled_in;
pub use layout::Stage;
pub use look_up::{LookUp, Scan};
pub use manage::{
    AccessWords, ConcertForm, ConcertListed, ConcertStatus, ConcertToEdit, CounterSales, Edited, IfSold, JournalFilter,
    JournalKind, JournalMark, JournalOutcome, JournalPage, JournalRow, LiveHold, Login, Missing, Occupancy, OnOffer,
    Overview, Replace, ReportWords, ReservationListed, ReservationPage, RulesToEdit, SalesChart, SalesOf, SeatEdit,
    SeatsToEdit, Sweeper, TierToEdit, Unmasked,
};
pub use my_sales::MySale;
pub use obstacle::{Obstacle, with_obstacle};
pub use plan::{
    Numbering, PLAN_FAULTS_MOST, PLAN_SEATS_MOST, Plan, PlanFault, PlanFaultCode, PlanSpec, PlanTier, PlannedSeat,
    RowTier, SectionSpec, SheetKind, check_plan, generate, preview, sheet_template,
};
pub use resolve::{Resolved, Unfinished};
pub use scram::random_password;
pub use seat::{HeldSeat, SeatState};
pub use seat_map::{SeatChange, SeatChanges, SeatMap, SeatNow};
pub use server::{BoxOffice, Pc, Rules, ServerFacts, ServerLogin, ServerNow, Stale, display_name};
pub use sweep::Swept;
pub use tickets::{IssuedSeat, IssuedTickets, ScannedTicket, TicketState};
