//! A manager's write: one verb, recorded on this PC until its outcome is known.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sqlx::postgres::PgRow;

use crate::intents::Intent;
use crate::operate::Verb;
use crate::{BoxOffice, ConcertId, ConcertToEdit, Error, OperationId, Result};

impl BoxOffice {
    /// What the verb told, which is one row.
    pub(super) async fn manage<F, T>(&self, operation: OperationId, verb: Verb<F>) -> Result<T>
    where
        F: FnMut(PgRow) -> sqlx::Result<T> + Send + 'static,
        T: Send + Unpin + 'static,
    {
        let told = self.operate(intent(operation), verb).await?;
        told.into_iter().next().ok_or(Error::OutcomeUnknown { operation })
    }

    /// The same for work on all seats of a concert, until `stop` is set.
    pub(super) async fn manage_for_long<F, T>(
        &self,
        operation: OperationId,
        verb: Verb<F>,
        stop: Arc<AtomicBool>,
    ) -> Result<T>
    where
        F: FnMut(PgRow) -> sqlx::Result<T> + Send + 'static,
        T: Send + Unpin + 'static,
    {
        let told = self.operate_for_long(intent(operation), verb, stop).await?;
        told.into_iter().next().ok_or(Error::OutcomeUnknown { operation })
    }

    /// The concert after an edit; `done` is what its verb told: false when another manager changed it first.
    pub(super) async fn after_edit(&self, concert: ConcertId, done: bool) -> Result<ConcertToEdit> {
        let now = self.concert_to_edit(concert).await?;
        if done { Ok(now) } else { Err(Error::ConcertChanged { now: Box::new(now) }) }
    }
}

fn intent(operation: OperationId) -> Intent {
    Intent { operation, concert_id: None, seats: Vec::new() }
}
