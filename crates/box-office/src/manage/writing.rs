//! A manager's write: one transaction with its row in the journal, against what the manager saw.

use std::time::Duration;

use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use super::to_edit::to_edit;
use crate::intents::Intent;
use crate::operate::{DEADLINE, Work, new_operation};
use crate::{BoxOffice, Error, Result};

/// For work on all seats of a concert.
const LONG: Duration = Duration::from_secs(120);

impl BoxOffice {
    /// [`manage`](Self::manage) for work on all seats of a concert, which takes longer than a sale may.
    pub(crate) async fn manage_for_long<T, W>(&self, what: &'static str, concert: Uuid, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut sqlx::PgTransaction<'_>) -> Work<'t, T> + Send + 'static,
    {
        self.manage_within(LONG, what, concert, move |transaction| {
            Box::pin(async move {
                sqlx::raw_sql("set local statement_timeout = '60s'").execute(&mut **transaction).await?;
                work(transaction).await
            })
        })
        .await
    }

    /// A manager's write: the work, and its row in the journal, in one transaction.
    pub(crate) async fn manage<T, W>(&self, what: &'static str, concert: Uuid, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut sqlx::PgTransaction<'_>) -> Work<'t, T> + Send + 'static,
    {
        self.manage_within(DEADLINE, what, concert, work).await
    }

    async fn manage_within<T, W>(&self, deadline: Duration, what: &'static str, concert: Uuid, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut sqlx::PgTransaction<'_>) -> Work<'t, T> + Send + 'static,
    {
        let operation = new_operation();
        let intent = Intent { operation, concert_id: Uuid::nil(), seats: Vec::new() };
        self.operate_within(deadline, intent, move |transaction| {
            Box::pin(async move {
                let done = work(transaction).await?;
                query!(
                    "insert into journal (op_id, kind, detail)
                     values ($1, 'manage', jsonb_build_object('what', $2::text, 'concert', $3::uuid))",
                    operation,
                    what,
                    concert
                )
                .execute(&mut **transaction)
                .await?;
                Ok(done)
            })
        })
        .await
    }
}

/// Locks the concert's row against other managers, and says its version. Sales go on: the foreign key check of a confirm
/// passes this lock, as it would not pass `for update`.
pub(super) async fn lock_concert(transaction: &mut PgConnection, id: Uuid) -> Result<i64> {
    query_scalar!("select version from concerts where id = $1 and deleted_at is null for no key update", id)
        .fetch_optional(transaction)
        .await?
        .ok_or(Error::UnknownConcert)
}

/// The same, for an edit of what a manager saw.
pub(super) async fn lock_version(transaction: &mut PgConnection, id: Uuid, version: i64) -> Result<()> {
    if lock_concert(transaction, id).await? == version {
        return Ok(());
    }
    Err(Error::ConcertChanged { now: Box::new(to_edit(transaction, id).await?) })
}

/// The same against sales too, for what ends them: it waits for confirms in flight, and those after it wait for what is
/// decided here, and then see it.
pub(super) async fn lock_against_sales(transaction: &mut PgConnection, id: Uuid, version: i64) -> Result<()> {
    lock_version(transaction, id, version).await?;
    query!("select id from concerts where id = $1 for update", id).fetch_one(transaction).await?;
    Ok(())
}
