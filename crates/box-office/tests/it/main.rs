//! The engine against a real PostgreSQL: each test on a database of its own, as counter and manager logins.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails by panicking")]

mod cancelling;
mod confirming;
mod doubts;
mod enrolling;
mod guards;
mod holding;
mod hostile_input;
mod journal;
mod limits;
mod logins;
mod looking;
mod lost_answers;
mod managing;
mod my_sales;
mod obstacles;
mod phones;
mod plans;
mod reports;
mod reservations;
mod resolving;
mod rights;
mod schema;
mod support;
mod sweeping;
mod tickets;
mod venue_server;
mod vouching;
mod walk_ups;
mod watching;
