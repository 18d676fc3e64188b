//! Broom work: freeing seats whose hold has expired. No sale waits for it, since an expired hold can be taken anyway.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::operate::new_operation;
use crate::{BoxOffice, Result};

/// What one pass did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
pub struct Swept {
    /// Seats freed.
    pub freed: i32,
}

/// Seats per transaction: few enough that no sale waits behind them.
const BATCH: i64 = 500;

impl BoxOffice {
    /// One pass over all expired holds, in small batches that pass over locked seats; any number of sweepers may run.
    /// Needs a manager's login. `every_seconds`, 1 to 60, is this PC's period: the others judge by it whether it is
    /// still sweeping.
    ///
    /// Dropping the future stops between batches: the one in flight ends in a task of its own, and no other begins. So
    /// a loop is: wait for the period or the stop, select between this and the stop, note an error, go on.
    ///
    /// # Errors
    /// [`Error::Offline`](crate::Error::Offline), [`Error::Busy`](crate::Error::Busy): batches done so far stay done;
    /// the next pass goes on.
    pub async fn sweep_once(&self, every_seconds: u8) -> Result<Swept> {
        let mut swept = Swept::default();
        let mut from = None;
        loop {
            let (freed, to) = self.sweep_batch(swept.freed, from, every_seconds).await?;
            swept.freed += freed;
            from = to;
            if i64::from(freed) < BATCH {
                return Ok(swept);
            }
        }
    }

    #[cfg(mutant_sweep_unchecked)]
    async fn sweep_batch(
        &self,
        _before: i32,
        _from: Option<DateTime<Utc>>,
        _every_seconds: u8,
    ) -> Result<(i32, Option<DateTime<Utc>>)> {
        let operation = new_operation();
        self.operate_unrecorded(operation, move |transaction| {
            Box::pin(async move {
                let expired: Vec<uuid::Uuid> = sqlx::query_scalar(
                    "select id from seats where status = 'temporarily_held' and hold_expires_at <= statement_timestamp()",
                )
                .fetch_all(&mut **transaction)
                .await?;
                let freed: i32 = sqlx::query_scalar(
                    "with freed_seats as (
                        update seats set status = 'available', hold_token = null, held_by = null, hold_expires_at = null
                        where id = any($1) returning id
                    ), journal_row as (
                        insert into journal (op_id, kind, detail)
                        select $2, 'sweep', jsonb_build_object('seats', jsonb_agg(id)) from freed_seats having count(*) > 0
                    )
                    select count(*)::int from freed_seats",
                )
                .bind(expired)
                .bind(operation)
                .fetch_one(&mut **transaction)
                .await?;
                Ok((freed, None))
            })
        })
        .await
    }

    /// `before` is what the batches before this one freed in the same pass, which came as far as `from`.
    #[cfg(not(mutant_sweep_unchecked))]
    async fn sweep_batch(
        &self,
        before: i32,
        from: Option<DateTime<Utc>>,
        every_seconds: u8,
    ) -> Result<(i32, Option<DateTime<Utc>>)> {
        let operation = new_operation();
        // Recorded nowhere: whatever became of a lost answer, the next pass goes on, and nobody waits to be told.
        self.operate_unrecorded(operation, move |transaction| {
            Box::pin(async move {
                // No disk is waited for at COMMIT: what a crash undoes, the next pass does again, and any sale that
                // builds on it waits for this too. The expiry is checked on the locked row: a hold that was taken over
                // in between is live again. From where the last batch ended: the index still has all that it freed.
                let batch = sqlx::query!(
                    r#"
                    with expired_seats as (
                        select id, hold_expires_at from seats
                        where status = 'temporarily_held' and hold_expires_at <= statement_timestamp()
                            and hold_expires_at >= coalesce($3::timestamptz, '-infinity')
                        order by hold_expires_at
                        limit $1
                        for update skip locked
                    ),
                    freed_seats as (
                        update seats set status = 'available', hold_token = null, held_by = null, hold_expires_at = null
                        from expired_seats
                        where seats.id = expired_seats.id
                        returning seats.id
                    ),
                    journal_row as (
                        insert into journal (op_id, kind, detail)
                        select $2, 'sweep', jsonb_build_object('seats', jsonb_agg(id)) from freed_seats
                        having count(*) > 0
                    ),
                    pass as (
                        insert into sweepers (login, last_pass_at, freed_last_pass, freed_in_all, every_seconds)
                        select session_user, clock_timestamp(), $4::int + count(*), count(*), $5 from freed_seats
                        on conflict (login) do update set last_pass_at = excluded.last_pass_at,
                            freed_last_pass = excluded.freed_last_pass,
                            freed_in_all = sweepers.freed_in_all + excluded.freed_in_all,
                            every_seconds = excluded.every_seconds
                    )
                    select (select count(*) from freed_seats)::int as "freed!",
                        (select max(hold_expires_at) from expired_seats) as "to?",
                        set_config('synchronous_commit', 'off', true) as "not_waited_for"
                    "#,
                    BATCH,
                    operation,
                    from,
                    before,
                    i32::from(every_seconds)
                )
                .fetch_one(&mut **transaction)
                .await?;
                Ok((batch.freed, batch.to))
            })
        })
        .await
    }
}
