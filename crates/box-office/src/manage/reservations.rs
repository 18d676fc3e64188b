//! The reservations of a concert as a manager sees them: masked, unless the journal says who looked and when.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::{query, query_as};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use crate::cancel::cancel_in;
use crate::intents::Intent;
use crate::operate::new_operation;
use crate::{BoxOffice, Cancelled, Error, ReservationStatus, Result, reservation_number};

const PAGE: i32 = 100;
const REASON_LONGEST: usize = 200;

/// A reservation without personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReservationListed {
    /// The reservation.
    pub id: Uuid,
    /// Short number for people.
    pub number: String,
    /// Confirmed or cancelled.
    pub status: ReservationStatus,
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
    /// Digits only.
    pub phone: String,
}

impl BoxOffice {
    /// Reservations of a concert whose name has `search` in it or whose phone ends in these four digits; an empty
    /// search finds all. `after` is the last one of the page before.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::NotACounter`].
    pub async fn reservations_of(&self, concert: Uuid, search: &str, after: Option<Uuid>) -> Result<ReservationPage> {
        // As names are stored.
        let search: String = search.chars().filter(|c| !c.is_control()).take(80).nfc().collect();
        let found = query!(
            r#"
            select r.id as "id!", r.status as "status!: ReservationStatus", r.name_masked as "name_masked!",
                r.phone_masked as "phone_masked!", r.created_at as "created_at!", r.cancelled_at,
                sold.labels as "seats!", sold.total as "total!", coalesce(n.display_name, r.sold_by) as counter
            from reservations_masked($1, $2, $3, $4) r
            cross join lateral (
                select coalesce(array_agg(s.label order by s.section_label, s.row_number, s.seat_number, s.label), '{}')
                        as labels,
                    coalesce(sum(rs.price), 0)::bigint as total
                from reservation_seats rs join seats s on s.id = rs.seat_id
                where rs.reservation_id = r.id
            ) sold
            left join counters n on n.login = r.sold_by
            order by r.created_at desc, r.id desc
            "#,
            concert,
            search.trim(),
            after,
            PAGE + 1
        )
        .fetch_all(&self.pool)
        .await?;
        let more = found.len() > PAGE as usize;
        let rows = found
            .into_iter()
            .take(PAGE as usize)
            .map(|row| ReservationListed {
                id: row.id,
                number: reservation_number(row.id),
                status: row.status,
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
    pub async fn unmask(&self, reservation: Uuid) -> Result<Unmasked> {
        let operation = new_operation();
        let intent = Intent { operation, concert_id: Uuid::nil(), seats: Vec::new() };
        let noted = self
            .operate(intent, move |transaction| {
                Box::pin(async move {
                    let noted = query!(
                        "insert into journal (op_id, kind, detail)
                        select $1, 'manage', jsonb_build_object('what', 'unmask', 'concert', concert_id, 'reservation', id)
                        from reservations where id = $2",
                        operation,
                        reservation
                    )
                    .execute(&mut **transaction)
                    .await?;
                    Ok(noted.rows_affected())
                })
            })
            .await?;
        if noted == 0 {
            return Err(Error::UnknownReservation);
        }
        Ok(query_as!(
            Unmasked,
            r#"select customer_name as "name!", phone_number as "phone!" from unmasked($1)"#,
            operation
        )
        .fetch_one(&self.pool)
        .await?)
    }

    /// Cancels a reservation without the customer's password and past the cut-off. The reason, 1 to 200 characters,
    /// goes into the journal.
    ///
    /// # Errors
    /// [`Error::InvalidReason`], [`Error::UnknownReservation`], [`Error::AlreadyCancelled`], [`Error::Busy`],
    /// [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn cancel_for_customer(&self, reservation: Uuid, reason: &str) -> Result<Cancelled> {
        let reason = reason.trim().to_owned();
        if reason.contains('\0') || !(1..=REASON_LONGEST).contains(&reason.chars().count()) {
            return Err(Error::InvalidReason { longest: REASON_LONGEST as i32 });
        }
        let operation = new_operation();
        let intent = Intent { operation, concert_id: Uuid::nil(), seats: Vec::new() };
        let cancelled = self
            .operate(intent, move |transaction| Box::pin(cancel_in(transaction, operation, reservation, Some(reason))))
            .await;
        match cancelled {
            // What a counter is told about a reservation that isn't there.
            Err(Error::TicketExpired) => Err(Error::UnknownReservation),
            other => other,
        }
    }
}
