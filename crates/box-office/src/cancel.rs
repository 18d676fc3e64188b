//! Cancelling a reservation that was looked up.

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::query;

use crate::intents::Intent;
use crate::operate::new_operation;
use crate::{BoxOffice, Error, OperationId, ReservationId, Result};

/// A cancelled reservation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Cancelled {
    /// The reservation.
    pub reservation_id: ReservationId,
    /// How many seats are for sale again.
    pub seats_freed: i32,
}

impl BoxOffice {
    /// Cancels a reservation and frees its seats, in one transaction. The server itself checks that this login looked
    /// it up within the last ten minutes.
    ///
    /// # Errors
    /// [`Error::AlreadyCancelled`], [`Error::TicketExpired`], [`Error::CancelTooLate`], [`Error::Busy`],
    /// [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn cancel(&self, reservation: ReservationId) -> Result<Cancelled> {
        let operation = new_operation();
        let verb =
            query!(r#"select counter.cancel($1, $2) as "freed!""#, operation.0, reservation.0).map(|row| row.freed);
        let freed = self.operate(Intent { operation, concert_id: None, seats: Vec::new() }, verb).await?;
        freed_by(operation, reservation, &freed)
    }
}

/// What a verb that cancels told.
pub(crate) fn freed_by(operation: OperationId, reservation: ReservationId, freed: &[i32]) -> Result<Cancelled> {
    // It is committed: an answer that can't be read is as good as lost.
    let seats_freed = *freed.first().ok_or(Error::OutcomeUnknown { operation })?;
    Ok(Cancelled { reservation_id: reservation, seats_freed })
}
