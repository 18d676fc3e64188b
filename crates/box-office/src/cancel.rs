//! Cancelling a reservation that was looked up.

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use crate::intents::Intent;
use crate::operate::new_operation;
use crate::{BoxOffice, Error, ReservationStatus, Result};

/// A cancelled reservation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Cancelled {
    /// The reservation.
    pub reservation_id: Uuid,
    /// How many seats are for sale again.
    pub seats_freed: i32,
}

impl BoxOffice {
    /// Cancels a reservation and frees its seats, in one transaction. The server itself checks that this login looked
    /// it up within the last ten minutes.
    ///
    /// # Errors
    /// [`Error::AlreadyCancelled`], [`Error::TicketExpired`], [`Error::CancelTooLate`], [`Error::ConcertNotOnSale`]
    /// when only a manager may still cancel it, [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn cancel(&self, reservation: Uuid) -> Result<Cancelled> {
        let operation = new_operation();
        let intent = Intent { operation, concert_id: Uuid::nil(), seats: Vec::new() };
        let cancelled = self
            .operate(intent, move |transaction| Box::pin(cancel_in(transaction, operation, reservation, None)))
            .await;
        match cancelled {
            Err(Error::CancelTooLate { .. }) => {
                Err(Error::CancelTooLate { minutes: self.rules().await?.cancel_cutoff_minutes })
            }
            other => other,
        }
    }
}

/// With a reason it is a manager's doing; the database takes that instead of a look-up.
pub(crate) async fn cancel_in(
    transaction: &mut PgConnection,
    operation: Uuid,
    reservation: Uuid,
    reason: Option<String>,
) -> Result<Cancelled> {
    // Lock.
    let seats: Vec<Uuid> = query_scalar!(
        "select s.id from seats s
        join reservation_seats rs on rs.seat_id = s.id
        where rs.reservation_id = $1 and rs.released_at is null
        order by s.id
        for update of s",
        reservation
    )
    .fetch_all(&mut *transaction)
    .await?;

    // Look, and write into the journal. Whoever cancelled first has committed by now. The journal comes before the rest:
    // the guards look there for a manager's reason.
    let is_live = query!(
        "insert into journal (op_id, kind, detail)
        select $1, 'cancel', jsonb_strip_nulls(jsonb_build_object(
            'concert', concert_id, 'reservation', id, 'seats', to_jsonb($3::uuid[]), 'reason', $4::text))
        from reservations where id = $2 and status = 'confirmed' and cardinality($3::uuid[]) > 0",
        operation,
        reservation,
        &seats,
        reason
    )
    .execute(&mut *transaction)
    .await?
    .rows_affected()
        == 1;
    if !is_live {
        return Err(why_not(transaction, reservation).await?);
    }

    // Write.
    let freed = query_scalar!(
        r#"
        with cancelled_reservation as (
            update reservations set status = 'cancelled', cancelled_at = statement_timestamp() where id = $2
        ),
        released_seats as (
            update reservation_seats set released_at = statement_timestamp()
            where reservation_id = $2 and released_at is null
        ),
        freed_seats as (
            update seats set status = 'available' where id = any($1) and status = 'reserved' returning id
        )
        select count(*)::int as "freed!" from freed_seats
        "#,
        &seats,
        reservation
    )
    .fetch_one(&mut *transaction)
    .await?;
    Ok(Cancelled { reservation_id: reservation, seats_freed: freed })
}

async fn why_not(transaction: &mut PgConnection, reservation: Uuid) -> Result<Error> {
    let status =
        query_scalar!(r#"select status as "status: ReservationStatus" from reservations where id = $1"#, reservation)
            .fetch_optional(transaction)
            .await?;
    Ok(match status {
        None => Error::TicketExpired,
        Some(ReservationStatus::Cancelled) => Error::AlreadyCancelled,
        // None of its seats could be locked.
        Some(ReservationStatus::Confirmed) => Error::ConcertNotOnSale,
    })
}
