//! Settling an operation whose COMMIT answer was lost.

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::{query, query_as};

use crate::seat::held_seat;
use crate::{
    BoxOffice, Cancelled, ConcertId, Error, HeldSeat, Hold, HoldId, OperationId, ReservationId, Result, SeatId,
    reservation_number,
};

/// The one answer to what became of an operation. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Resolved {
    /// It did not happen and never will.
    Void,
    /// The seats were held; the hold may be over by now.
    Held {
        /// The hold.
        hold: Hold,
    },
    /// The hold was given up.
    Released,
    /// The seats were sold.
    Confirmed {
        /// The reservation.
        reservation_id: ReservationId,
        /// Its number for people.
        number: String,
        /// Its seats.
        seats: Vec<HeldSeat>,
        /// In won.
        #[specta(type = i32)]
        total: i64,
    },
    /// The reservation was cancelled.
    Cancelled {
        /// What was freed.
        cancelled: Cancelled,
    },
    /// A manager's change was made.
    Managed,
}

/// An operation that a crash of this PC left open, settled now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Unfinished {
    /// The operation.
    pub operation: OperationId,
    /// Its concert; none of a release or a cancel.
    pub concert_id: Option<ConcertId>,
    /// What became of it.
    pub resolved: Resolved,
}

/// What the journal says of an operation, besides its kind.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Detail {
    concert: Option<ConcertId>,
    seats: Vec<SeatId>,
    reservation: Option<ReservationId>,
}

impl BoxOffice {
    /// What became of an operation: the server puts a void row under its id, which waits for a commit still in flight
    /// and keeps a late one out, and then reads what is there. Asking again gives the same answer.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::Busy`]: ask again.
    pub async fn resolve(&self, operation: OperationId) -> Result<Resolved> {
        let resolved = self.what_became_of(operation).await?;
        self.intents.settle(operation).await;
        Ok(resolved)
    }

    async fn what_became_of(&self, operation: OperationId) -> Result<Resolved> {
        let verb = query!("select kind, outcome, detail from counter.resolve($1)", operation.0);
        let told = self.call(operation, verb).await.map_err(|error| match error {
            // Of the question: it is simply asked again.
            Error::OutcomeUnknown { .. } => Error::Offline,
            error => error,
        })?;
        let row = told.into_iter().next().ok_or(Error::Offline)?;
        let detail: Detail = row.detail.and_then(|detail| serde_json::from_value(detail).ok()).unwrap_or_default();
        // Somebody else's operation gives no row: for this counter it never was.
        let kind = match (row.kind, row.outcome.as_deref()) {
            (Some(kind), Some("done")) => kind,
            _ => return Ok(Resolved::Void),
        };
        Ok(match (kind.as_str(), detail) {
            ("hold", Detail { concert: Some(concert), seats, .. }) => {
                Resolved::Held { hold: self.hold_now(HoldId::made_by(operation), concert, &seats).await? }
            }
            ("confirm", _) => {
                let reservation_id = ReservationId::made_by(operation);
                let seats = self.seats_sold(reservation_id).await?;
                Resolved::Confirmed {
                    reservation_id,
                    number: reservation_number(reservation_id),
                    total: seats.iter().map(|seat| seat.price).sum(),
                    seats,
                }
            }
            ("cancel", Detail { reservation: Some(reservation_id), seats, .. }) => {
                Resolved::Cancelled { cancelled: Cancelled { reservation_id, seats_freed: seats.len() as i32 } }
            }
            ("release", _) => Resolved::Released,
            ("manage", _) => Resolved::Managed,
            _ => return Err(Error::AnswerUnreadable),
        })
    }

    /// Settles everything that an earlier run of this PC sent and heard no answer to.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::Busy`]: ask again. Until then all of it stays unfinished, since what is struck from
    /// the intents and not returned would never be told.
    pub async fn unfinished(&self) -> Result<Vec<Unfinished>> {
        let mut settled = Vec::new();
        for intent in self.intents.unsettled() {
            settled.push(Unfinished {
                operation: intent.operation,
                concert_id: intent.concert_id,
                resolved: self.what_became_of(intent.operation).await?,
            });
        }
        for Unfinished { operation, .. } in &settled {
            self.intents.settle(*operation).await;
        }
        Ok(settled)
    }

    /// The running holds of this PC under this login, the newest last: after a crash the clerk goes on with one or gives it up.
    ///
    /// # Errors
    /// [`Error::Offline`].
    pub async fn my_holds(&self) -> Result<Vec<Hold>> {
        let rows = query!(
            r#"
            select s.hold_token as "hold!", s.concert_id, s.id, s.label, s.section_label as section, s.row_label as row,
                s.seat_number as number, t.label as tier, t.price::bigint as "price!",
                (extract(epoch from s.hold_expires_at - statement_timestamp()) * 1000)::int as "expires_in_ms!"
            from seats s join concert_seat_tiers t on t.id = s.seat_tier_id
            where s.held_by = session_user and s.held_on is not distinct from $1
                and s.hold_expires_at > statement_timestamp()
            order by s.hold_expires_at, s.hold_token, s.section_label, s.row_number, s.row_label, s.seat_number, s.label
            "#,
            self.pc
        )
        .fetch_all(&self.pool)
        .await?;
        let mut holds: Vec<Hold> = Vec::new();
        for row in rows {
            let token = HoldId(row.hold);
            if holds.last().is_none_or(|last| last.token != token) {
                let (concert_id, expires_in_ms) = (row.concert_id.into(), row.expires_in_ms);
                holds.push(Hold { token, concert_id, seats: Vec::new(), total: 0, expires_in_ms });
            }
            let Some(hold) = holds.last_mut() else { continue };
            hold.total += row.price;
            hold.seats.push(held_seat!(row));
        }
        Ok(holds)
    }

    /// A hold as it stands now: over, where its seats are no longer under it.
    async fn hold_now(&self, hold: HoldId, concert_id: ConcertId, seats: &[SeatId]) -> Result<Hold> {
        let rows = query!(
            r#"
            select s.id, s.label, s.section_label as section, s.row_label as row, s.seat_number as number,
                t.label as tier, t.price::bigint as "price!",
                case when s.hold_token = $2 then
                    greatest(0, extract(epoch from s.hold_expires_at - statement_timestamp()) * 1000)::int
                end as expires_in_ms
            from seats s join concert_seat_tiers t on t.id = s.seat_tier_id
            where s.id = any($1)
            order by s.section_label, s.row_number, s.row_label, s.seat_number, s.label
            "#,
            seats as &[SeatId],
            hold.0
        )
        .fetch_all(&self.pool)
        .await?;
        let expires_in_ms = rows.iter().map(|row| row.expires_in_ms.unwrap_or(0)).min().unwrap_or(0);
        let seats: Vec<HeldSeat> = rows.into_iter().map(|row| held_seat!(row)).collect();
        let total = seats.iter().map(|seat| seat.price).sum();
        Ok(Hold { token: hold, concert_id, seats, total, expires_in_ms })
    }

    async fn seats_sold(&self, reservation: ReservationId) -> Result<Vec<HeldSeat>> {
        Ok(query_as!(
            HeldSeat,
            r#"
            select s.id, s.label, s.section_label as section, s.row_label as row, s.seat_number as number,
                t.label as tier, rs.price::bigint as "price!"
            from reservation_seats rs
            join seats s on s.id = rs.seat_id
            join concert_seat_tiers t on t.id = s.seat_tier_id
            where rs.reservation_id = $1
            order by s.section_label, s.row_number, s.row_label, s.seat_number, s.label
            "#,
            reservation.0
        )
        .fetch_all(&self.pool)
        .await?)
    }
}
