//! Finding a customer's reservations by phone and password. No hash ever leaves the server.

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::query;
use sqlx::types::Json;

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
    /// guess back by rolling back.
    ///
    /// # Errors
    /// [`Error::NoMatch`], [`Error::TooManyLookUps`], [`Error::InvalidPhone`], [`Error::InvalidPassword`],
    /// [`Error::Offline`].
    pub async fn look_up(&self, phone: &str, password: &str) -> Result<LookUp> {
        let phone = korean_mobile(phone)?;
        let guess = self.password_hash(&phone, password).await?;
        let opened =
            query!(r#"select ticket, wait_seconds as "wait_seconds!" from open_look_up($1, $2)"#, phone, guess)
                .fetch_one(&self.pool)
                .await?;
        let ticket = opened.ticket.ok_or(Error::TooManyLookUps { seconds: opened.wait_seconds })?;
        let found = query!(
            r#"
            select reservation_id as "id!", concert_id as "concert_id!", title as "title!", venue as "venue!", starts_at,
                status as "status!: ReservationStatus", customer_name as "customer_name!", phone_number as "phone!",
                created_at as "created_at!", cancelled_at, seats as "seats!: Json<Vec<HeldSeat>>"
            from answer_look_up($1)
            "#,
            ticket
        )
        .fetch_all(&self.pool)
        .await?;
        if found.is_empty() {
            return Err(Error::NoMatch);
        }
        let reservations = found
            .into_iter()
            .map(|row| Reservation {
                id: row.id,
                number: reservation_number(row.id),
                concert_id: row.concert_id,
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
