//! Finding a customer's reservations by phone and password. No hash ever leaves the server.

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::query;
use sqlx::types::Json;

use crate::operate::new_operation;
use crate::{BoxOffice, Error, HeldSeat, Reservation, ReservationStatus, Result, korean_mobile, reservation_number};

/// What a look-up found. For ten minutes this login may cancel it.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct LookUp {
    /// Confirmed ones first.
    pub reservations: Vec<Reservation>,
}

impl BoxOffice {
    /// Reservations of this phone whose password this is. An unknown phone takes the same steps, the same hashing and
    /// gives the same answer as a wrong password.
    ///
    /// The guess is stored and committed first and compared in a second transaction, so that no client can take a
    /// guess back by rolling back; and what was found is read in a third, once the journal says so.
    ///
    /// # Errors
    /// [`Error::NoMatch`], [`Error::TooManyLookUps`], [`Error::InvalidPhone`], [`Error::InvalidPassword`],
    /// [`Error::Offline`].
    pub async fn look_up(&self, phone: &str, password: &str) -> Result<LookUp> {
        let phone = korean_mobile(phone)?;
        let guess = self.password_hash(&phone, password).await?;
        let opened =
            query!(r#"select ticket, wait_seconds as "wait_seconds!" from counter.open_look_up($1, $2)"#, phone, guess);
        let opened = self.call(new_operation(), opened).await.map_err(lost)?;
        let opened = opened.first().ok_or(Error::Offline)?;
        let ticket = opened.ticket.ok_or(Error::TooManyLookUps { seconds: opened.wait_seconds })?;
        let answered = query!(r#"select counter.answer_look_up($1) as "found!""#, ticket).map(|row| row.found);
        if self.call(new_operation(), answered).await.map_err(lost)?.first() == Some(&0) {
            return Err(Error::NoMatch);
        }
        let found = query!(
            r#"
            select reservation_id as "id!", concert_id as "concert_id!", title as "title!", venue as "venue!", starts_at,
                status as "status!: ReservationStatus", customer_name as "customer_name!", phone_number as "phone!",
                created_at as "created_at!", cancelled_at, seats as "seats!: Json<Vec<HeldSeat>>"
            from counter.read_look_up($1)
            "#,
            ticket
        );
        let found = self.call(new_operation(), found).await.map_err(lost)?;
        if found.is_empty() {
            return Err(Error::NoMatch);
        }
        let reservations = found
            .into_iter()
            .map(|row| Reservation {
                id: row.id.into(),
                number: reservation_number(row.id.into()),
                concert_id: row.concert_id.into(),
                title: row.title,
                venue: row.venue,
                starts_at: row.starts_at,
                status: row.status,
                customer_name: row.customer_name,
                phone: row.phone,
                total: row.seats.iter().map(|seat| seat.price).sum(),
                seats: row.seats.0,
                created_at: row.created_at,
                cancelled_at: row.cancelled_at,
            })
            .collect();
        Ok(LookUp { reservations })
    }
}

/// A look-up is simply made again: it changes nothing that anybody asks after.
pub(crate) fn lost(error: Error) -> Error {
    if matches!(error, Error::OutcomeUnknown { .. }) { Error::Offline } else { error }
}
