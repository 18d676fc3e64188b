//! Holding seats: all of them for the venue's hold time, or none.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::query;

use crate::intents::Intent;
use crate::operate::new_operation;
use crate::seat::{distinct, held_seat};
use crate::{BoxOffice, ConcertId, Error, HeldSeat, HoldId, Result, SeatId, SeatState, TakenSeat};

/// Seats held by this counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Hold {
    /// What names it; also the id of the operation that made it.
    pub token: HoldId,
    /// The concert.
    pub concert_id: ConcertId,
    /// In the order of the map.
    pub seats: Vec<HeldSeat>,
    /// In won.
    #[specta(type = i32)]
    pub total: i64,
    /// Milliseconds left when the answer was made, by the server's clock; 0 when over.
    pub expires_in_ms: i32,
}

impl BoxOffice {
    /// Holds all of `seats` for this counter, or none of them.
    ///
    /// # Errors
    /// [`Error::SeatsTaken`] names what was lost. [`Error::NoSeats`], [`Error::TooManySeats`], [`Error::TooManyHolds`],
    /// [`Error::SeatRepeated`], [`Error::UnknownSeats`], [`Error::ConcertNotOnSale`], [`Error::SalesOver`],
    /// [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn hold_seats(&self, concert: ConcertId, seats: &[SeatId]) -> Result<Hold> {
        let seats = distinct(seats)?;
        match self.hold_once(concert, &seats).await {
            // This counter gave one of them up a moment ago: once the pause is over it may have it again.
            Err(Error::HeldJustNow { seconds: pause @ 0..=2 }) => {
                tokio::time::sleep(Duration::from_secs(pause as u64)).await;
                self.hold_once(concert, &seats).await
            }
            answer => answer,
        }
    }

    async fn hold_once(&self, concert: ConcertId, seats: &[SeatId]) -> Result<Hold> {
        let operation = new_operation();
        let intent = Intent { operation, concert_id: Some(concert), seats: seats.to_vec() };
        let verb = query!(
            r#"
            select id as "id!", label as "label!", section, "row", number, tier as "tier!", price as "price!",
                state as "state!: SeatState", counter, held as "held!", expires_in_ms
            from counter.hold_seats($1, $2, $3, $4)
            "#,
            operation.0,
            concert.0,
            seats as &[SeatId],
            self.pc
        );
        let told = self.operate(intent, verb).await?;
        if told.len() < seats.len() {
            let known: Vec<SeatId> = told.iter().map(|seat| seat.id.into()).collect();
            return Err(Error::UnknownSeats {
                seats: seats.iter().copied().filter(|id| !known.contains(id)).collect(),
            });
        }
        if told.iter().all(|seat| seat.held) {
            let expires_in_ms = told.iter().filter_map(|seat| seat.expires_in_ms).min().unwrap_or(0);
            let seats: Vec<HeldSeat> = told.into_iter().map(|seat| held_seat!(seat)).collect();
            let total = seats.iter().map(|seat| seat.price).sum();
            let hold = HoldId::made_by(operation);
            return Ok(Hold { token: hold, concert_id: concert, seats, total, expires_in_ms });
        }
        let taken: Vec<TakenSeat> = told
            .into_iter()
            .filter(|seat| seat.state != SeatState::Available)
            .map(|seat| TakenSeat { id: seat.id.into(), label: seat.label, state: seat.state, counter: seat.counter })
            .collect();
        // None of them: what stood in the way was given up while the answer was made.
        Err(if taken.is_empty() { Error::Busy } else { Error::SeatsTaken { seats: taken } })
    }

    /// Gives up a hold of this counter. Seats that are no longer under it are left alone, so doing it twice is harmless.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn release_hold(&self, hold: HoldId, seats: &[SeatId]) -> Result<()> {
        let seats = distinct(seats)?;
        let operation = new_operation();
        let verb =
            query!(r#"select counter.release_hold($1, $2, $3) as "freed!""#, operation.0, hold.0, &seats as &[SeatId]);
        self.operate(Intent { operation, concert_id: None, seats: seats.clone() }, verb).await?;
        Ok(())
    }
}
