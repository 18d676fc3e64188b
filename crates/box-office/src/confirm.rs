//! Turning a hold into a reservation.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use crate::hold::{distinct, in_map_order};
use crate::intents::Intent;
use crate::operate::new_operation;
use crate::{BoxOffice, Error, HeldSeat, Result, customer_name, korean_mobile, password};

/// What the clerk typed, for a hold.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct ConfirmForm {
    /// The hold's token.
    pub hold: Uuid,
    /// Its concert.
    pub concert_id: Uuid,
    /// Its seats.
    pub seat_ids: Vec<Uuid>,
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

/// A reservation as the clerk reads it out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Reservation {
    /// The reservation.
    pub id: Uuid,
    /// Short number for people; see [`reservation_number`].
    pub number: String,
    /// The concert.
    pub concert_id: Uuid,
    /// The concert's title.
    pub title: String,
    /// The hall.
    pub venue: String,
    /// The start.
    pub starts_at: Option<DateTime<Utc>>,
    /// Confirmed or cancelled.
    pub status: ReservationStatus,
    /// As stored: NFC, trimmed.
    pub customer_name: String,
    /// Digits only.
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
/// It identifies nothing by itself; look-ups go by phone and password.
pub fn reservation_number(id: Uuid) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = id.as_u128();
    let mut number: String =
        (0..8).rev().map(|place| char::from(ALPHABET[(bits >> (place * 5)) as usize & 31])).collect();
    number.insert(4, '-');
    number
}

struct Customer {
    name: String,
    phone: String,
    password_hash: String,
}

impl BoxOffice {
    /// Sells the held seats: reservation, its seats, and seats to `reserved`, in one transaction.
    ///
    /// # Errors
    /// [`Error::HoldExpired`] when the hold is over, whoever has the seats now. [`Error::PriceChanged`] with the new
    /// total. [`Error::InvalidName`], [`Error::InvalidPhone`], [`Error::InvalidPassword`], [`Error::NoSeats`],
    /// [`Error::SeatRepeated`], [`Error::UnknownSeats`], [`Error::ConcertNotOnSale`], [`Error::Busy`],
    /// [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn confirm(&self, form: &ConfirmForm) -> Result<Reservation> {
        distinct(&form.seat_ids)?;
        customer_name(&form.name)?;
        let password_hash = self.password_hash(&korean_mobile(&form.phone)?, &form.password).await?;
        self.confirm_hashed(form, password_hash).await
    }

    /// [`confirm`](Self::confirm) with the PHC string of the password made before; the form's own is not looked at. For
    /// measuring the sale apart from the hashing, which takes many times as long.
    ///
    /// # Errors
    /// As `confirm`, but [`Error::InvalidPassword`].
    pub async fn confirm_hashed(&self, form: &ConfirmForm, password_hash: String) -> Result<Reservation> {
        let seats = distinct(&form.seat_ids)?;
        let name = customer_name(&form.name)?;
        let phone = korean_mobile(&form.phone)?;
        let customer = Customer { name, phone, password_hash };
        let operation = new_operation();
        let intent = Intent { operation, concert_id: form.concert_id, seats: seats.clone() };
        let (hold, concert, total) = (form.hold, form.concert_id, form.total);
        let sold = self
            .operate(intent, move |transaction| {
                Box::pin(confirm_in(transaction, operation, hold, concert, seats, total, customer))
            })
            .await;
        #[cfg(mutant_blind_retry)]
        if matches!(sold, Err(Error::OutcomeUnknown { .. })) {
            return Box::pin(self.confirm(form)).await;
        }
        sold
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

async fn confirm_in(
    transaction: &mut PgConnection,
    operation: Uuid,
    hold: Uuid,
    concert: Uuid,
    seats: Vec<Uuid>,
    told: i64,
    customer: Customer,
) -> Result<Reservation> {
    // Lock, and read the clock after each lock was granted: now() and the statement's own time are from before the wait.
    // The clock of the last row is therefore later than all locks. PostgreSQL doesn't merge a subquery that locks.
    #[cfg(mutant_no_row_lock)]
    sqlx::raw_sql("savepoint unlocked").execute(&mut *transaction).await?;
    let locked = query!(
        r#"
        select locked.*, clock_timestamp() as "locked_at!"
        from (
            select s.id, s.label, s.section_label as section, s.row_label as row, s.seat_number as number,
                s.hold_token = $3 as "under_hold?", s.hold_expires_at,
                t.label as tier, t.price::bigint as "price!", c.title, c.venue, c.starts_at
            from seats s
            join concert_seat_tiers t on t.id = s.seat_tier_id
            join concerts c on c.id = s.concert_id
            where s.id = any($1) and s.concert_id = $2 and s.deleted_at is null
            order by s.id
            for update of s
        ) as locked
        "#,
        &seats,
        concert,
        hold
    )
    .fetch_all(&mut *transaction)
    .await?;
    #[cfg(mutant_no_row_lock)]
    sqlx::raw_sql("rollback to unlocked").execute(&mut *transaction).await?;
    let (Some(first), Some(last)) = (locked.first(), locked.last()) else { return Err(Error::ConcertNotOnSale) };
    if locked.len() < seats.len() {
        let known: Vec<Uuid> = locked.iter().map(|seat| seat.id).collect();
        return Err(Error::UnknownSeats { seats: seats.into_iter().filter(|id| !known.contains(id)).collect() });
    }

    // Look.
    let clock = if cfg!(mutant_clock_before_lock) {
        sqlx::query_scalar("select now()").fetch_one(&mut *transaction).await?
    } else {
        last.locked_at
    };
    let live = |expiry: Option<DateTime<Utc>>| expiry.is_some_and(|expiry| expiry > clock);
    let own = |under_hold: Option<bool>| under_hold == Some(true) || cfg!(mutant_no_hold_token);
    if !locked.iter().all(|seat| own(seat.under_hold) && live(seat.hold_expires_at)) {
        return Err(Error::HoldExpired);
    }
    let total: i64 = locked.iter().map(|seat| seat.price).sum();
    if total != told {
        return Err(Error::PriceChanged { total });
    }

    // Write. The reservation has the operation's id, so that a lost answer is easy to follow.
    let (title, venue, starts_at) = (first.title.clone(), first.venue.clone(), first.starts_at);
    let charged = query_scalar!(
        r#"
        with new_reservation as (
            insert into reservations (id, concert_id, customer_name, phone_number, password_hash)
            values ($1, $2, $4, $5, $6)
        ),
        sold_seats as (
            update seats
            set status = 'reserved', hold_token = null, held_by = null, hold_expires_at = null
            where id = any($3)
        ),
        journal_row as (
            insert into journal (op_id, kind, detail)
            values ($1, 'confirm', jsonb_build_object('concert', $2::uuid, 'seats', to_jsonb($3::uuid[]), 'total', $7::bigint))
        ),
        new_reservation_seats as (
            insert into reservation_seats (reservation_id, seat_id)
            select $1, seat from unnest($3::uuid[]) as seat
            returning price
        )
        select sum(price)::bigint as "charged!" from new_reservation_seats
        "#,
        operation,
        concert,
        &seats,
        customer.name,
        customer.phone,
        customer.password_hash,
        told
    )
    .fetch_one(&mut *transaction)
    .await?;
    if charged != told {
        return Err(Error::PriceChanged { total: charged });
    }
    let mut seats: Vec<HeldSeat> = locked
        .into_iter()
        .map(|seat| HeldSeat {
            id: seat.id,
            label: seat.label,
            section: seat.section,
            row: seat.row,
            number: seat.number,
            tier: seat.tier,
            price: seat.price,
        })
        .collect();
    in_map_order(&mut seats);
    Ok(Reservation {
        id: operation,
        number: reservation_number(operation),
        concert_id: concert,
        title,
        venue,
        starts_at,
        status: ReservationStatus::Confirmed,
        customer_name: customer.name,
        phone: customer.phone,
        seats,
        total,
        created_at: clock,
        cancelled_at: None,
    })
}
