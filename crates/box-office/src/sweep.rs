//! Broom work: freeing seats whose hold has expired. No sale waits for it, since an expired hold can be taken anyway.

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::query;

use crate::intents::Intent;
use crate::operate::new_operation;
use crate::{BoxOffice, Result};

/// What one pass did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
pub struct Swept {
    /// Seats freed.
    pub freed: i32,
}

/// Seats per transaction: few enough that no sale waits behind them.
const BATCH: i64 = 200;

impl BoxOffice {
    /// One pass over all expired holds, in small batches that pass over locked seats; any number of sweepers may run.
    /// Needs a manager's login.
    ///
    /// # Errors
    /// [`Error::Offline`](crate::Error::Offline), [`Error::Busy`](crate::Error::Busy): batches done so far stay done;
    /// the next pass goes on.
    pub async fn sweep_once(&self) -> Result<Swept> {
        let mut swept = Swept::default();
        loop {
            let freed = self.sweep_batch().await?;
            swept.freed += freed;
            if i64::from(freed) < BATCH {
                return Ok(swept);
            }
        }
    }

    async fn sweep_batch(&self) -> Result<i32> {
        let operation = new_operation();
        let intent = Intent { operation, concert_id: uuid::Uuid::nil(), seats: Vec::new() };
        self.operate(intent, move |transaction| {
            Box::pin(async move {
                // No disk is waited for at COMMIT: what a crash undoes, the next pass does again, and any sale that builds on
                // it waits for this too. The expiry is checked on the locked row: a hold that was taken over in between is live again.
                let freed = query!(
                    r#"
                    with expired_seats as (
                        select id from seats
                        where status = 'temporarily_held' and hold_expires_at <= statement_timestamp()
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
                    )
                    select count(*)::int as "freed!", set_config('synchronous_commit', 'off', true) as "not_waited_for"
                    from freed_seats
                    "#,
                    BATCH,
                    operation
                )
                .fetch_one(&mut **transaction)
                .await?
                .freed;
                query!(
                    "insert into sweepers (login, last_pass_at, freed_last_pass, freed_in_all)
                     values (session_user, clock_timestamp(), $1::int, $1::int)
                     on conflict (login) do update set last_pass_at = excluded.last_pass_at,
                        freed_last_pass = excluded.freed_last_pass,
                        freed_in_all = sweepers.freed_in_all + excluded.freed_last_pass",
                    freed
                )
                .execute(&mut **transaction)
                .await?;
                Ok(freed)
            })
        })
        .await
    }
}
