//! The journal: one row for each write and each look at a customer's data, newest first. Only who did what when: no name, phone or reason.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::query;

use crate::{BoxOffice, ConcertId, OperationId, Result, reservation_number};

const PAGE: i64 = 100;

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
    /// A reservation was found: by phone and password, by a ticket, or with a manager who vouched.
    LookUp,
    /// Tickets were issued to be printed.
    Print,
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
    /// Of this concert. Sweeps are of no concert.
    pub concert: Option<ConcertId>,
    /// Older than this.
    pub before: Option<JournalMark>,
}

/// A row's place in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct JournalMark {
    /// Its time.
    pub at: DateTime<Utc>,
    /// Its operation, for rows of the same moment.
    pub op_id: OperationId,
}

/// One write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct JournalRow {
    /// The operation.
    pub op_id: OperationId,
    /// What was done.
    pub kind: JournalKind,
    /// What became of it.
    pub outcome: JournalOutcome,
    /// The login.
    pub who: String,
    /// How it was called then.
    pub counter: Option<String>,
    /// The PC's address; none over a socket of the server's own PC.
    pub address: Option<String>,
    /// Whose data it was about: the reservation's number.
    pub reservation: Option<String>,
    /// That reservation is of somebody who was asked for nothing.
    pub walk_up: bool,
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
    /// [`Error::Offline`](crate::Error::Offline), [`Error::NotACounter`](crate::Error::NotACounter).
    pub async fn journal(&self, filter: &JournalFilter) -> Result<JournalPage> {
        let rows = query!(
            r#"
            with page as materialized (
                select op_id, kind, outcome, who, counter, client, reservation_id, at, detail
                from journal
                where ($1::text is null or kind = $1)
                    and ($2::text is null or who = $2)
                    and ($3::uuid is null or detail ->> 'concert' = $3::text)
                    and (at, op_id) < (coalesce($4::timestamptz, 'infinity'),
                        coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
                order by at desc, op_id desc
                limit $6
            )
            select p.op_id, p.kind as "kind: JournalKind", p.outcome as "outcome: JournalOutcome", p.who, p.counter,
                host(p.client) as address, p.reservation_id, p.at, p.detail ->> 'what' as what, c.title as "concert?",
                coalesce(r.walk_up, false) as "walk_up!",
                case jsonb_typeof(p.detail -> 'seats')
                    when 'array' then jsonb_array_length(p.detail -> 'seats')
                    when 'number' then (p.detail -> 'seats')::int
                    else 0
                end as "seats!"
            from page p
            left join concerts c on c.id = (p.detail ->> 'concert')::uuid
            left join reservations r on r.id = p.reservation_id
            order by p.at desc, p.op_id desc
            "#,
            filter.kind as Option<JournalKind>,
            filter.counter,
            filter.concert as Option<ConcertId>,
            filter.before.map(|mark| mark.at),
            filter.before.map(|mark| mark.op_id.0),
            PAGE + 1
        )
        .fetch_all(&self.pool)
        .await?;
        let more = rows.len() as i64 > PAGE;
        let rows = rows.into_iter().take(PAGE as usize).map(|row| JournalRow {
            op_id: row.op_id.into(),
            kind: row.kind,
            outcome: row.outcome,
            who: row.who,
            counter: row.counter,
            address: row.address,
            reservation: row.reservation_id.map(|id| reservation_number(id.into())),
            walk_up: row.walk_up,
            at: row.at,
            what: row.what,
            concert: row.concert,
            seats: row.seats,
        });
        Ok(JournalPage { rows: rows.collect(), more })
    }
}
