//! Holding seats: all of them for the venue's hold time, or none.

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::{PgConnection, query};
use uuid::Uuid;

use crate::intents::Intent;
use crate::operate::new_operation;
use crate::{BoxOffice, Error, Result, SeatState, TakenSeat};

/// Seats held by this counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Hold {
    /// The token; also the id of the operation that made it.
    pub hold: Uuid,
    /// The concert.
    pub concert_id: Uuid,
    /// In the order of the map.
    pub seats: Vec<HeldSeat>,
    /// In won.
    #[specta(type = i32)]
    pub total: i64,
    /// Milliseconds left when the answer was made, by the server's clock; 0 when over.
    pub expires_in_ms: i32,
}

/// A seat of a hold or a reservation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HeldSeat {
    /// The seat.
    pub id: Uuid,
    /// Its label, unique in the concert.
    pub label: String,
    /// Block.
    pub section: Option<String>,
    /// Row.
    pub row: Option<String>,
    /// Number in the row.
    pub number: Option<i32>,
    /// Label of its tier.
    pub tier: String,
    /// In won; at sale, once sold.
    #[specta(type = i32)]
    pub price: i64,
}

impl BoxOffice {
    /// Holds all of `seats` for this counter, or none of them.
    ///
    /// # Errors
    /// [`Error::SeatsTaken`] names what was lost. [`Error::NoSeats`], [`Error::TooManySeats`], [`Error::SeatRepeated`],
    /// [`Error::UnknownSeats`], [`Error::ConcertNotOnSale`], [`Error::SalesOver`], [`Error::Busy`], [`Error::Offline`],
    /// [`Error::OutcomeUnknown`].
    pub async fn hold_seats(&self, concert: Uuid, seats: &[Uuid]) -> Result<Hold> {
        let seats = distinct(seats)?;
        let hold = new_operation();
        let intent = Intent { operation: hold, concert_id: concert, seats: seats.clone() };
        self.operate(intent, move |transaction| Box::pin(hold_in(transaction, hold, concert, seats))).await
    }

    /// Gives up a hold of this counter. Seats that are no longer under it are left alone, so doing it twice is harmless.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn release_hold(&self, hold: Uuid, seats: &[Uuid]) -> Result<()> {
        let seats = distinct(seats)?;
        let operation = new_operation();
        let intent = Intent { operation, concert_id: Uuid::nil(), seats: seats.clone() };
        self.operate(intent, move |transaction| Box::pin(release_in(transaction, operation, hold, seats))).await
    }
}

async fn hold_in(transaction: &mut PgConnection, hold: Uuid, concert: Uuid, seats: Vec<Uuid>) -> Result<Hold> {
    // Lock, in id order: two counters after the same seats queue up instead of deadlocking. What a row says is from
    // after the wait for its lock; the clock is from before it, so that a hold which ended meanwhile still counts.
    let locked = query!(
        r#"
        select s.id, s.label, s.section_label as section, s.row_label as row, s.seat_number as number,
            t.label as tier, t.price::bigint as "price!",
            case
                when s.withheld_for is not null then 'withheld'
                when s.status = 'reserved' then 'reserved'
                when s.status = 'available' or s.hold_expires_at <= statement_timestamp() then 'available'
                when s.held_by = session_user then 'mine'
                else 'held'
            end as "state!: SeatState",
            case when s.status = 'temporarily_held' then
                coalesce((select display_name from counters where login = s.held_by), s.held_by)
            end as counter
        from seats s
        join concert_seat_tiers t on t.id = s.seat_tier_id
        where s.id = any($1) and s.concert_id = $2 and s.deleted_at is null
            and cardinality($1) <= (select seats_per_sale from settings)
        order by s.id
        for update of s
        "#,
        &seats,
        concert
    )
    .fetch_all(&mut *transaction)
    .await?;
    if locked.len() < seats.len() {
        let known: Vec<Uuid> = locked.iter().map(|seat| seat.id).collect();
        return Err(why_not_locked(transaction, concert, seats, &known).await?);
    }

    // Look.
    let taken: Vec<TakenSeat> = locked
        .iter()
        .filter(|seat| seat.state != SeatState::Available)
        .map(|seat| TakenSeat {
            id: seat.id,
            label: seat.label.clone(),
            state: seat.state,
            counter: seat.counter.clone(),
        })
        .collect();
    if !taken.is_empty() && !cfg!(mutant_partial_hold) {
        return Err(Error::SeatsTaken { seats: taken });
    }

    // Write. This statement began after the locks were granted, so that its clock counts the wait; now() would not.
    let written = query!(
        r#"
        with held_seats as (
            update seats
            set status = 'temporarily_held', hold_token = $2, held_by = session_user,
                hold_expires_at = statement_timestamp()
                    + make_interval(secs => (select hold_seconds from settings))
            where id = any($1) and withheld_for is null and (
                status = 'available' or (status = 'temporarily_held' and hold_expires_at <= statement_timestamp()))
            returning hold_expires_at
        ),
        journal_row as (
            insert into journal (op_id, kind, detail)
            values ($2, 'hold', jsonb_build_object('concert', $3::uuid, 'seats', to_jsonb($1::uuid[])))
        )
        select count(*) as "held!",
            coalesce(extract(epoch from min(hold_expires_at) - clock_timestamp()) * 1000, 0)::int as "expires_in_ms!"
        from held_seats
        "#,
        &seats,
        hold,
        concert
    )
    .fetch_one(&mut *transaction)
    .await?;
    if written.held < seats.len() as i64 {
        #[cfg(mutant_partial_hold)]
        sqlx::raw_sql("commit").execute(&mut *transaction).await?;
        // The server's clock was set back between the two statements.
        return Err(Error::Busy);
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
    let total = seats.iter().map(|seat| seat.price).sum();
    Ok(Hold { hold, concert_id: concert, seats, total, expires_in_ms: written.expires_in_ms })
}

/// The refusal, when fewer rows were locked than seats asked for.
async fn why_not_locked(
    transaction: &mut PgConnection,
    concert: Uuid,
    mut seats: Vec<Uuid>,
    known: &[Uuid],
) -> Result<Error> {
    let rules = query!(
        r#"
        select seats_per_sale, exists (
            select from concerts where id = $1 and status = 'published' and deleted_at is null
        ) as "on_sale!"
        from settings
        "#,
        concert
    )
    .fetch_one(transaction)
    .await?;
    if seats.len() > rules.seats_per_sale as usize {
        return Ok(Error::TooManySeats { limit: rules.seats_per_sale });
    }
    if !rules.on_sale {
        return Ok(Error::ConcertNotOnSale);
    }
    seats.retain(|seat| !known.contains(seat));
    Ok(Error::UnknownSeats { seats })
}

async fn release_in(transaction: &mut PgConnection, operation: Uuid, hold: Uuid, seats: Vec<Uuid>) -> Result<()> {
    query!("select id from seats where id = any($1) and hold_token = $2 order by id for update", &seats, hold)
        .fetch_all(&mut *transaction)
        .await?;
    query!(
        "with freed_seats as (
            update seats set status = 'available', hold_token = null, held_by = null, hold_expires_at = null
            where id = any($1) and hold_token = $2 and status = 'temporarily_held'
        )
        insert into journal (op_id, kind, detail)
        values ($3, 'release', jsonb_build_object('hold', $2::uuid, 'seats', to_jsonb($1::uuid[]),
            'concert', (select concert_id from seats where id = ($1::uuid[])[1])))",
        &seats,
        hold,
        operation
    )
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

/// The ids in order, refused when there are none or one comes twice.
pub(crate) fn distinct(seats: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut ids = seats.to_vec();
    ids.sort_unstable();
    ids.dedup();
    match ids.len() {
        0 => Err(Error::NoSeats),
        n if n < seats.len() => Err(Error::SeatRepeated),
        _ => Ok(ids),
    }
}

pub(crate) fn in_map_order(seats: &mut [HeldSeat]) {
    seats.sort_by(|a, b| {
        (&a.section, a.row.as_ref().map(String::len), &a.row, a.number, &a.label).cmp(&(
            &b.section,
            b.row.as_ref().map(String::len),
            &b.row,
            b.number,
            &b.label,
        ))
    });
}
