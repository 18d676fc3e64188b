//! Turning a hold into a reservation.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::postgres::PgRow;
use sqlx::{query_as, query_scalar};
use uuid::Uuid;

use crate::base32::{ALPHABET, values_of};
use crate::intents::Intent;
use crate::operate::{Verb, new_operation};
use crate::seat::{distinct, held_seat};
use crate::{
    BoxOffice, ConcertId, Error, HeldSeat, HoldId, OperationId, ReservationId, Result, SeatId, customer_name, password,
    phone_number,
};

/// What the clerk typed, for a hold.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct ConfirmForm {
    /// The hold's token.
    pub hold: HoldId,
    /// Its concert.
    pub concert_id: ConcertId,
    /// Its seats.
    pub seat_ids: Vec<SeatId>,
    /// What the customer was told, in won.
    #[specta(type = i32)]
    pub total: i64,
    /// As typed.
    pub name: String,
    /// As typed.
    pub phone: String,
    /// As typed.
    pub password: String,
}

/// A hold that is sold to somebody who is asked for nothing.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct WalkUpForm {
    /// The hold's token.
    pub hold: HoldId,
    /// Its concert.
    pub concert_id: ConcertId,
    /// Its seats.
    pub seat_ids: Vec<SeatId>,
    /// What the customer was told, in won.
    #[specta(type = i32)]
    pub total: i64,
}

/// A reservation as the clerk reads it out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Reservation {
    /// The reservation.
    pub id: ReservationId,
    /// Short number for people; see [`reservation_number`].
    pub number: String,
    /// The concert.
    pub concert_id: ConcertId,
    /// The concert's title.
    pub title: String,
    /// The hall.
    pub venue: String,
    /// The start.
    pub starts_at: Option<DateTime<Utc>>,
    /// Confirmed or cancelled.
    pub status: ReservationStatus,
    /// Sold to somebody who was asked for nothing: no name and no phone.
    pub walk_up: bool,
    /// As stored: NFC, trimmed; masked where a ticket was all that was shown.
    pub customer_name: String,
    /// As stored, or masked; see [`phone_number`].
    pub phone: String,
    /// With the prices at sale.
    pub seats: Vec<HeldSeat>,
    /// In won.
    #[specta(type = i32)]
    pub total: i64,
    /// When it was confirmed.
    pub created_at: DateTime<Utc>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,
}

/// The life of a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "reservation_status", rename_all = "snake_case")]
pub enum ReservationStatus {
    /// Its seats are sold.
    Confirmed,
    /// Its seats were freed.
    Cancelled,
}

/// The short number people read to each other, such as `K7Q2-93FD`: the last 40 bits of the id in Crockford's base 32.
/// It opens nothing by itself: a look-up by it needs a manager.
pub fn reservation_number(id: ReservationId) -> String {
    let bits = id.0.as_u128();
    let mut number: String =
        (0..8).rev().map(|place| char::from(ALPHABET[(bits >> (place * 5)) as usize & 31])).collect();
    number.insert(4, '-');
    number
}

/// How the text of an id ends whose reservation has this number, as people type it: small letters, O for 0, with or without
/// the hyphen. None when it is no such number.
pub(crate) fn ending_of(number: &str) -> Option<String> {
    let values = values_of(number).filter(|values| values.len() == 8)?;
    Some(format!("{:010x}", values.into_iter().fold(0, |bits, value| bits << 5 | u64::from(value))))
}

/// A seat that was sold, with what it was sold for.
struct SoldSeat {
    title: String,
    venue: String,
    starts_at: Option<DateTime<Utc>>,
    sold_at: DateTime<Utc>,
    id: Uuid,
    label: String,
    section: Option<String>,
    row: Option<String>,
    number: Option<i32>,
    tier: String,
    price: i64,
}

impl BoxOffice {
    /// Sells the held seats: reservation, its seats, and seats to `reserved`, in one transaction.
    ///
    /// # Errors
    /// [`Error::HoldExpired`] when the hold is over, whoever has the seats now. [`Error::PriceChanged`] with the new
    /// total. [`Error::InvalidName`], [`Error::InvalidPhone`], [`Error::PhoneNotMobile`], [`Error::InvalidPassword`],
    /// [`Error::NoSeats`], [`Error::SeatRepeated`], [`Error::UnknownSeats`], [`Error::ConcertNotOnSale`],
    /// [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn confirm(&self, form: &ConfirmForm) -> Result<Reservation> {
        distinct(&form.seat_ids)?;
        customer_name(&form.name)?;
        let password_hash = self.password_hash(&phone_number(&form.phone)?, &form.password).await?;
        self.confirm_hashed(form, password_hash).await
    }

    /// [`confirm`](Self::confirm) with the PHC string of the password made before; the form's own is not looked at. For
    /// measuring the sale apart from the hashing, which takes many times as long.
    ///
    /// # Errors
    /// As `confirm`, but [`Error::InvalidPassword`].
    pub async fn confirm_hashed(&self, form: &ConfirmForm, password_hash: String) -> Result<Reservation> {
        let seats = distinct(&form.seat_ids)?;
        let customer_name = customer_name(&form.name)?;
        let phone = phone_number(&form.phone)?;
        let operation = new_operation();
        let verb = query_as!(
            SoldSeat,
            r#"
            select title as "title!", venue as "venue!", starts_at, sold_at as "sold_at!", id as "id!", label as "label!",
                section, "row", number, tier as "tier!", price as "price!"
            from counter.confirm($1, $2, $3, $4, $5, $6, $7, $8)
            "#,
            operation.0,
            form.hold.0,
            form.concert_id.0,
            &seats as &[SeatId],
            form.total,
            customer_name,
            phone,
            password_hash
        );
        let sold = self.sell(operation, form.concert_id, seats, form.total, verb).await?;
        Ok(Reservation { customer_name, phone, walk_up: false, ..sold })
    }

    /// Sells the held seats to somebody who is asked for nothing. Such a sale is found again by its ticket, or by its number
    /// where a manager vouches; see [`look_up`](crate::look_up).
    ///
    /// # Errors
    /// [`Error::NoWalkUpSales`] where the venue allows none; else those of [`confirm`](Self::confirm) that are not about
    /// the customer.
    pub async fn confirm_walk_up(&self, form: &WalkUpForm) -> Result<Reservation> {
        let seats = distinct(&form.seat_ids)?;
        let operation = new_operation();
        let verb = query_as!(
            SoldSeat,
            r#"
            select title as "title!", venue as "venue!", starts_at, sold_at as "sold_at!", id as "id!", label as "label!",
                section, "row", number, tier as "tier!", price as "price!"
            from counter.confirm_walk_up($1, $2, $3, $4, $5)
            "#,
            operation.0,
            form.hold.0,
            form.concert_id.0,
            &seats as &[SeatId],
            form.total
        );
        self.sell(operation, form.concert_id, seats, form.total, verb).await
    }

    /// A sale without its customer.
    async fn sell<F>(
        &self,
        operation: OperationId,
        concert_id: ConcertId,
        seats: Vec<SeatId>,
        total: i64,
        verb: Verb<F>,
    ) -> Result<Reservation>
    where
        F: FnMut(PgRow) -> sqlx::Result<SoldSeat> + Send + 'static,
    {
        let sold = self.operate(Intent { operation, concert_id: Some(concert_id), seats }, verb).await?;
        // It is committed: an answer that can't be read is as good as lost.
        let Some(first) = sold.first() else { return Err(Error::OutcomeUnknown { operation }) };
        let (title, venue, starts_at, created_at) =
            (first.title.clone(), first.venue.clone(), first.starts_at, first.sold_at);
        let seats = sold.into_iter().map(|seat| held_seat!(seat)).collect();
        let id = ReservationId::made_by(operation);
        Ok(Reservation {
            id,
            number: reservation_number(id),
            concert_id,
            title,
            venue,
            starts_at,
            status: ReservationStatus::Confirmed,
            walk_up: true,
            customer_name: String::new(),
            phone: String::new(),
            seats,
            total,
            created_at,
            cancelled_at: None,
        })
    }

    /// The argon2id PHC string of a password, with the salt that the server keeps for this phone.
    ///
    /// # Errors
    /// [`Error::InvalidPassword`], [`Error::Offline`].
    pub async fn password_hash(&self, phone: &str, typed: &str) -> Result<String> {
        let password = password(typed)?;
        let salt = query_scalar!(r#"select phone_salt($1) as "salt!""#, phone).fetch_one(&self.pool).await?;
        self.hashing.phc_string(password, salt).await
    }
}
