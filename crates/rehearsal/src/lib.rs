//! Rehearsals of a box office: counters at work under faults on a server of their own, and a checker that judges what
//! is left. See `docs/rehearsal.md`.

pub mod campaign;
pub mod check;
pub mod clerk;
pub mod counter;
pub mod evidence;
pub mod faults;
pub mod ground;
pub mod history;
pub mod mutants;
pub mod posts;
pub mod protocol;
pub mod proxy;
pub mod report;
pub mod scenario;
pub mod venue;

/// What ends a rehearsal: for people, who read it on the screen.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
