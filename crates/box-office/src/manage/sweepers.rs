//! Which PCs sweep, and what is left for them.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{BoxOffice, Error, Result};

/// A PC that sweeps or once did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Sweeper {
    /// Its login.
    pub login: String,
    /// How it is called.
    pub name: String,
    /// Since its last pass, by the server's clock.
    pub seconds_ago: i32,
    /// Seats that its last pass freed.
    pub freed_last_pass: i32,
    /// Seats that all its passes freed.
    #[specta(type = f64)]
    pub freed_in_all: i64,
    /// It is the login that asks.
    pub this_pc: bool,
    /// Its last pass was within three of its own periods.
    pub alive: bool,
}

impl BoxOffice {
    /// Every PC that ever swept, the latest first.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::NotACounter`].
    pub async fn sweepers(&self) -> Result<Vec<Sweeper>> {
        Err(Error::Database { sqlstate: None })
    }

    /// Seats whose hold is over and that no sweep has freed yet.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::NotACounter`].
    pub async fn overdue_holds(&self) -> Result<i32> {
        Err(Error::Database { sqlstate: None })
    }
}
