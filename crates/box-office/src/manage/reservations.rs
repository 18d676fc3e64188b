//! The reservations of a concert as a manager sees them: masked, unless the journal says who looked and when.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::{query, query_as};
use unicode_normalization::UnicodeNormalization;

use crate::cancel::freed_by;
use crate::confirm::ending_of;
use crate::intents::Intent;
use crate::look_up::lost;
use crate::operate::new_operation;
use crate::text::one_line;
use crate::{
    BoxOffice, Cancelled, ConcertId, Error, OperationId, ReservationId, ReservationStatus, Result, limits,
    phone_number, reservation_number,
};

const PAGE: i32 = 100;

/// A reservation without personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReservationListed {
    /// The reservation.
    pub id: ReservationId,
    /// Short number for people.
    pub number: String,
    /// Confirmed or cancelled.
    pub status: ReservationStatus,
    /// Sold to somebody who was asked for nothing: no name and no phone.
    pub walk_up: bool,
    /// For example `김*수`.
    pub name_masked: String,
    /// For example `010-****-5678`.
    pub phone_masked: String,
    /// Labels, in the order of the map.
    pub seats: Vec<String>,
    /// In won, at the prices at sale.
    #[specta(type = i32)]
    pub total: i64,
    /// When it was confirmed.
    pub created_at: DateTime<Utc>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// Who sold it, by display name.
    pub counter: Option<String>,
}

/// Reservations, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReservationPage {
    /// At most 100.
    pub rows: Vec<ReservationListed>,
    /// There are older ones: ask again with `after` the last row's id.
    pub more: bool,
}

/// A customer, in the clear.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Unmasked {
    /// As stored.
    pub name: String,
    /// As stored.
    pub phone: String,
}

impl BoxOffice {
    /// Reservations of a concert that `search` finds: part of the name, the number, the whole phone or its last four digits,
    /// or a seat's label. An empty search finds all. `after` is the last one of the page before. The server tells what a search found once that it
    /// was searched is committed to the journal.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Offline`], [`Error::NotACounter`].
    pub async fn reservations_of(
        &self,
        concert: ConcertId,
        search: &str,
        after: Option<ReservationId>,
    ) -> Result<ReservationPage> {
        // As names are stored.
        let search: String = search.chars().filter(|c| !c.is_control()).take(80).nfc().collect();
        let operation = match search.trim() {
            "" => None,
            search => {
                let operation = new_operation();
                let verb = query!(
                    r#"select true as "done!" from manager.search_reservations($1, $2, $3, $4, $5, $6, $7)"#,
                    operation.0,
                    concert.0,
                    search,
                    phone_number(search).ok(),
                    ending_of(search),
                    after as Option<ReservationId>,
                    PAGE + 1
                );
                self.call(operation, verb).await.map_err(lost)?;
                Some(operation)
            }
        };
        let verb = query!(
            r#"
            select id as "id!", status as "status!: ReservationStatus", walk_up as "walk_up!", name_masked as "name_masked!",
                phone_masked as "phone_masked!", seats as "seats!", total as "total!", created_at as "created_at!",
                cancelled_at, counter
            from manager.reservations_of($1, $2, $3, $4)
            "#,
            concert.0,
            operation as Option<OperationId>,
            after as Option<ReservationId>,
            PAGE + 1
        );
        let found = self.call(new_operation(), verb).await.map_err(lost)?;
        let more = found.len() > PAGE as usize;
        let rows = found
            .into_iter()
            .take(PAGE as usize)
            .map(|row| ReservationListed {
                id: row.id.into(),
                number: reservation_number(row.id.into()),
                status: row.status,
                walk_up: row.walk_up,
                name_masked: row.name_masked,
                phone_masked: row.phone_masked,
                seats: row.seats,
                total: row.total,
                created_at: row.created_at,
                cancelled_at: row.cancelled_at,
                counter: row.counter,
            })
            .collect();
        Ok(ReservationPage { rows, more })
    }

    /// Name and phone of a reservation. That this login asks is committed to the journal first; the server answers
    /// only after that, so that no client reads and then rolls the trace back.
    ///
    /// # Errors
    /// [`Error::UnknownReservation`], [`Error::Busy`], [`Error::Offline`], [`Error::NotACounter`].
    pub async fn unmask(&self, reservation: ReservationId) -> Result<Unmasked> {
        let operation = new_operation();
        let verb = query!(r#"select true as "done!" from manager.unmask($1, $2)"#, operation.0, reservation.0);
        self.call(operation, verb).await.map_err(lost)?;
        let verb = query_as!(
            Unmasked,
            r#"select customer_name as "name!", phone_number as "phone!" from manager.unmasked($1)"#,
            operation.0
        );
        let told = self.call(new_operation(), verb).await.map_err(lost)?;
        told.into_iter().next().ok_or(Error::UnknownReservation)
    }

    /// Cancels a reservation without the customer's password and past the cut-off. The reason, 1 to 200 characters,
    /// goes into the journal.
    ///
    /// # Errors
    /// [`Error::InvalidReason`], [`Error::UnknownReservation`], [`Error::AlreadyCancelled`], [`Error::Busy`],
    /// [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn cancel_for_customer(&self, reservation: ReservationId, reason: &str) -> Result<Cancelled> {
        let longest = limits::CANCEL_REASON.most as i32;
        let reason = one_line(reason, limits::CANCEL_REASON).ok_or(Error::InvalidReason { longest })?;
        let operation = new_operation();
        let verb = query!(r#"select manager.cancel($1, $2, $3) as "freed!""#, operation.0, reservation.0, reason)
            .map(|row| row.freed);
        let freed = self.operate(Intent { operation, concert_id: None, seats: Vec::new() }, verb).await?;
        freed_by(operation, reservation, &freed)
    }
}
