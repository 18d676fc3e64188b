//! Broom work: freeing seats whose hold has expired. No sale waits for it, since an expired hold can be taken anyway.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::query;

use crate::operate::new_operation;
use crate::{BoxOffice, Result};

/// What one pass did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
pub struct Swept {
    /// Seats freed.
    pub freed: i32,
}

/// Seats per transaction, as `manager.sweep` has it: few enough that no sale waits behind them.
const BATCH: i32 = 500;

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
            if freed < BATCH {
                return Ok(swept);
            }
        }
    }

    /// `before` is what the batches before this one freed in the same pass, which came as far as `from`.
    async fn sweep_batch(
        &self,
        before: i32,
        from: Option<DateTime<Utc>>,
        every_seconds: u8,
    ) -> Result<(i32, Option<DateTime<Utc>>)> {
        let operation = new_operation();
        let verb = query!(
            r#"select freed as "freed!", until from manager.sweep($1, $2, $3, $4)"#,
            operation.0,
            from,
            before,
            i32::from(every_seconds)
        );
        // Recorded nowhere: whatever became of a lost answer, the next pass goes on, and nobody waits to be told.
        let batch = self.call(operation, verb).await?;
        Ok(batch.first().map_or((0, None), |batch| (batch.freed, batch.until)))
    }
}
