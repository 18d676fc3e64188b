//! Issuing tickets for the printer, and scanning them. What was issued before is void.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::postgres::PgRow;
use sqlx::query;

use crate::look_up::lost;
use crate::operate::{Verb, new_operation};
use crate::{BoxOffice, ConcertId, Error, OperationId, ReservationId, Result, reservation_number};

/// The tickets of a reservation, issued just now. Not for a window: with a code anybody makes a ticket.
#[derive(Debug, Clone)]
pub struct IssuedTickets {
    /// Short number for people.
    pub number: String,
    /// What is played.
    pub title: String,
    /// The hall; empty when the manager set none.
    pub venue: String,
    /// The start by the venue's clock, or `None` when the manager set none.
    pub starts_at: Option<NaiveDateTime>,
    /// When it was sold, by the venue's clock.
    pub sold_at: NaiveDateTime,
    /// Who sold it, by display name.
    pub counter: String,
    /// Sold to somebody who was asked for nothing.
    pub walk_up: bool,
    /// How often it was issued before.
    pub reprint: i32,
    /// In the order of the map.
    pub seats: Vec<IssuedSeat>,
}

/// One seat's ticket.
#[derive(Clone)]
pub struct IssuedSeat {
    /// Its label.
    pub label: String,
    /// Its tier's label.
    pub tier: String,
    /// In won, at sale.
    pub price: i64,
    /// For its QR; the server keeps only the hash.
    pub code: [u8; 16],
}

impl fmt::Debug for IssuedSeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedSeat").field("label", &self.label).finish_non_exhaustive()
    }
}

/// Whether a ticket admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum TicketState {
    /// It does.
    Valid,
    /// It was printed again: only the last one does.
    Reprinted,
    /// The reservation was cancelled.
    Cancelled,
}

/// What a ticket's QR was found to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ScannedTicket {
    /// The reservation.
    pub reservation_id: ReservationId,
    /// Its short number.
    pub number: String,
    /// The concert.
    pub concert_id: ConcertId,
    /// What is played.
    pub title: String,
    /// The start, or `None` when the manager set none.
    pub starts_at: Option<DateTime<Utc>>,
    /// The seat's label.
    pub label: String,
    /// Its tier's label.
    pub tier: String,
    /// Whether it admits.
    pub state: TicketState,
}

struct Row {
    title: String,
    venue: String,
    starts_at: Option<NaiveDateTime>,
    sold_at: NaiveDateTime,
    counter: String,
    walk_up: bool,
    reprint: i32,
    label: String,
    tier: String,
    price: i64,
    code: Vec<u8>,
}

impl BoxOffice {
    /// Issues a ticket for each seat of a reservation that this counter sold within a day or looked up within ten minutes.
    /// That it is printed is in the journal once this answers. When the answer is lost, what was issued is void as soon
    /// as it is issued again: then as a reprint, whether the first came out or not.
    ///
    /// # Errors
    /// [`Error::TicketExpired`], [`Error::AlreadyCancelled`], [`Error::Busy`], [`Error::Offline`].
    pub async fn issue_tickets(&self, reservation: ReservationId) -> Result<IssuedTickets> {
        let operation = new_operation();
        let verb = sqlx::query_as!(
            Row,
            r#"
            select title as "title!", venue as "venue!", starts_at, sold_at as "sold_at!", counter as "counter!",
                walk_up as "walk_up!", reprint as "reprint!", label as "label!", tier as "tier!", price as "price!", code as "code!"
            from counter.issue_tickets($1, $2)
            "#,
            operation.0,
            reservation.0
        );
        self.issue(operation, reservation, verb).await
    }

    /// The same for any reservation, as a manager.
    ///
    /// # Errors
    /// [`Error::UnknownReservation`], [`Error::AlreadyCancelled`], [`Error::NotACounter`], [`Error::Busy`],
    /// [`Error::Offline`].
    pub async fn issue_any_tickets(&self, reservation: ReservationId) -> Result<IssuedTickets> {
        let operation = new_operation();
        let verb = sqlx::query_as!(
            Row,
            r#"
            select title as "title!", venue as "venue!", starts_at, sold_at as "sold_at!", counter as "counter!",
                walk_up as "walk_up!", reprint as "reprint!", label as "label!", tier as "tier!", price as "price!", code as "code!"
            from manager.issue_tickets($1, $2)
            "#,
            operation.0,
            reservation.0
        );
        self.issue(operation, reservation, verb).await
    }

    async fn issue<F>(&self, operation: OperationId, reservation: ReservationId, verb: Verb<F>) -> Result<IssuedTickets>
    where
        F: FnMut(PgRow) -> sqlx::Result<Row> + Send + 'static,
    {
        let rows = self.call(operation, verb).await.map_err(lost)?;
        let first = rows.first().ok_or(Error::UnknownReservation)?;
        let mut tickets = IssuedTickets {
            number: reservation_number(reservation),
            title: first.title.clone(),
            venue: first.venue.clone(),
            starts_at: first.starts_at,
            sold_at: first.sold_at,
            counter: first.counter.clone(),
            walk_up: first.walk_up,
            reprint: first.reprint,
            seats: Vec::with_capacity(rows.len()),
        };
        for row in rows {
            let code = row.code.try_into().map_err(|_| Error::AnswerUnreadable)?;
            tickets.seats.push(IssuedSeat { label: row.label, tier: row.tier, price: row.price, code });
        }
        Ok(tickets)
    }

    /// Whose seat a code is and whether it admits; none if it was never issued.
    ///
    /// # Errors
    /// [`Error::Offline`].
    pub async fn scan_ticket(&self, code: [u8; 16]) -> Result<Option<ScannedTicket>> {
        let verb = query!(
            r#"
            select reservation_id as "reservation_id!", concert_id as "concert_id!", title as "title!", starts_at,
                label as "label!", tier as "tier!", state as "state!: TicketState"
            from counter.scan_ticket($1)
            "#,
            &code[..]
        );
        let found = self.call(new_operation(), verb).await.map_err(lost)?;
        Ok(found.into_iter().next().map(|row| ScannedTicket {
            number: reservation_number(row.reservation_id.into()),
            reservation_id: row.reservation_id.into(),
            concert_id: row.concert_id.into(),
            title: row.title,
            starts_at: row.starts_at,
            label: row.label,
            tier: row.tier,
            state: row.state,
        }))
    }
}
