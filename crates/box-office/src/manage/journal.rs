//! The journal: one row per write, newest first. Only who did what when: no name, phone or reason.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::Uuid;

use crate::{BoxOffice, Error, Result};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum JournalKind {
    /// Seats were held.
    Hold,
    /// A hold was given up.
    Release,
    /// Seats were sold.
    Confirm,
    /// A reservation was cancelled, by a counter or a manager.
    Cancel,
    /// Expired holds were freed.
    Sweep,
    /// A lost answer was asked for.
    Resolve,
    /// A manager's doing; `what` says which.
    Manage,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum JournalOutcome {
    /// It happened.
    Done,
    /// It was settled as never having happened.
    Void,
}

/// Which rows are asked for; `None` asks for all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct JournalFilter {
    /// Of this kind.
    pub kind: Option<JournalKind>,
    /// Of this login.
    pub counter: Option<String>,
    /// Of this concert. Releases and sweeps name no concert.
    pub concert: Option<Uuid>,
    /// Older than this.
    pub before: Option<JournalMark>,
}

/// A row's place in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct JournalMark {
    /// Its time.
    pub at: DateTime<Utc>,
    /// Its operation, for rows of the same moment.
    pub op_id: Uuid,
}

/// One write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct JournalRow {
    /// The operation.
    pub op_id: Uuid,
    /// What was done.
    pub kind: JournalKind,
    /// What became of it.
    pub outcome: JournalOutcome,
    /// The login.
    pub who: String,
    /// How it was called then.
    pub counter: Option<String>,
    /// When, by the server's clock.
    pub at: DateTime<Utc>,
    /// For a manager's doing, which.
    pub what: Option<String>,
    /// The concert's title.
    pub concert: Option<String>,
    /// How many seats it was about.
    pub seats: i32,
}

/// Rows of the journal, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct JournalPage {
    /// At most 100.
    pub rows: Vec<JournalRow>,
    /// There are older ones: ask again with `before` at the last row.
    pub more: bool,
}

impl BoxOffice {
    /// A page of the journal.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::NotACounter`].
    pub async fn journal(&self, _filter: &JournalFilter) -> Result<JournalPage> {
        Err(Error::Database { sqlstate: None })
    }
}
