//! Attacks by plain clients: what a login can do with SQL alone, without this program. Each is refused, leaves what it was
//! aimed at as it was, and stands beside the honest thing that the same login can do, so that the refusal proves something.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails by panicking")]

mod cancels;
mod enrolments;
mod ground;
mod holds;
mod journal;
mod locks;
mod look_ups;
mod managers;
mod names;
mod nobody;
mod own_settings;
mod sales;
mod secrets;
mod server_resources;
mod sockets;
mod tickets;
mod walk_ups;
mod writes;
