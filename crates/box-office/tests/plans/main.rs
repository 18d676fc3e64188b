//! Seating plans as managers bring them. Nothing here needs a server.

#![expect(clippy::unwrap_used, reason = "a test that unwraps says where it failed")]

mod any;
mod pretix;
