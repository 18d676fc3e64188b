//! Holding seats: all of them for the venue's hold time, or none.

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::postgres::PgRow;
use sqlx::{FromRow as _, query_scalar};
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
        let rows = self.operate_at_once(intent, hold_message(hold, concert, &seats)).await?;
        // It is committed: an answer that can't be read is as good as lost.
        let unknown = Error::OutcomeUnknown { operation: hold };
        let Some((locked, written)) = read_answer(&rows) else { return Err(unknown) };
        if written.held == seats.len() as i64 {
            // Fewer were locked: the concert came on sale between the two statements, or a seat was brought back.
            let told = locked.len() == seats.len();
            return if told { Ok(held(hold, concert, locked, written.expires_in_ms)) } else { Err(unknown) };
        }
        if seats.len() > written.seats_per_sale as usize {
            return Err(Error::TooManySeats { limit: written.seats_per_sale });
        }
        if locked.len() < seats.len() {
            return Err(self.why_not_locked(concert, seats, &locked).await?);
        }
        let taken: Vec<TakenSeat> = locked
            .into_iter()
            .filter(|seat| seat.state != SeatState::Available)
            .map(|seat| TakenSeat { id: seat.id, label: seat.label, state: seat.state, counter: seat.counter })
            .collect();
        // None of them: the server's clock was set back between the two statements.
        Err(if taken.is_empty() { Error::Busy } else { Error::SeatsTaken { seats: taken } })
    }

    /// Gives up a hold of this counter. Seats that are no longer under it are left alone, so doing it twice is harmless.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn release_hold(&self, hold: Uuid, seats: &[Uuid]) -> Result<()> {
        let seats = distinct(seats)?;
        let operation = new_operation();
        let intent = Intent { operation, concert_id: Uuid::nil(), seats: seats.clone() };
        self.operate_at_once(intent, release_message(operation, hold, &seats)).await?;
        Ok(())
    }
}

/// Lock, in id order: two counters after the same seats queue up instead of deadlocking. What a row says is from after
/// the wait for its lock; the clock is from before it, so that a hold which ended meanwhile is still told as one.
const LOCK: &str = "
    select s.id, s.label, s.section_label as section, s.row_label as row, s.seat_number as number,
        t.label as tier, t.price::bigint as price,
        case
            when s.withheld_for is not null then 'withheld'
            when s.status = 'reserved' then 'reserved'
            when s.status = 'available' or s.hold_expires_at <= statement_timestamp() then 'available'
            when s.held_by = session_user then 'mine'
            else 'held'
        end as state,
        case when s.status = 'temporarily_held' then
            coalesce((select display_name from counters where login = s.held_by), s.held_by)
        end as counter
    from seats s
    join concert_seat_tiers t on t.id = s.seat_tier_id
    where s.id = any($1) and s.concert_id = $2 and s.deleted_at is null
    order by s.id
    for update of s";

/// Look and write. This statement sees what the locks waited for, and its clock is later than all of them: now() and
/// statement_timestamp() are from when the message came. All seats or none; and of none there is nothing to lose in a
/// crash, so that nobody waits for the disk to be refused.
const WRITE: &str = "
    with whole as materialized (
        select count(*) = cardinality($1) and cardinality($1) <= (select seats_per_sale from settings) as free
        from seats
        where id = any($1) and concert_id = $2 and deleted_at is null and withheld_for is null
            and (status = 'available' or (status = 'temporarily_held' and hold_expires_at <= clock_timestamp()))
    ),
    held_seats as (
        update seats
        set status = 'temporarily_held', hold_token = $3, held_by = session_user,
            hold_expires_at = (select clock_timestamp() + make_interval(secs => hold_seconds) from settings)
        where id = any($1) and concert_id = $2 and (select free from whole)
        returning hold_expires_at
    ),
    journal_row as (
        insert into journal (op_id, kind, detail)
        select $3, 'hold', jsonb_build_object('concert', $2, 'seats', to_jsonb($1)) from whole where free
    )
    select count(*) as held, (select seats_per_sale from settings) as seats_per_sale,
        coalesce(extract(epoch from min(hold_expires_at) - clock_timestamp()) * 1000, 0)::int as expires_in_ms,
        case
            when count(*) = 0 then set_config('synchronous_commit', 'off', true)
            when count(*) < cardinality($1) then refuse('seats_hold_takes_free', 'all its seats or none')::text
        end
    from held_seats";

/// In the same order as every lock.
const LOCK_HELD: &str = "select from seats where id = any($1) and hold_token = $2 order by id for update";

const RELEASE: &str = "
    with freed_seats as (
        update seats set status = 'available', hold_token = null, held_by = null, hold_expires_at = null
        where id = any($1) and hold_token = $2 and status = 'temporarily_held'
    )
    insert into journal (op_id, kind, detail)
    values ($3, 'release', jsonb_build_object('hold', $2, 'seats', to_jsonb($1),
        'concert', (select concert_id from seats where id = $1[1])))";

#[derive(sqlx::FromRow)]
struct LockedSeat {
    id: Uuid,
    label: String,
    section: Option<String>,
    row: Option<String>,
    number: Option<i32>,
    tier: String,
    price: i64,
    state: SeatState,
    counter: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Written {
    held: i64,
    seats_per_sale: i32,
    expires_in_ms: i32,
}

/// What a line prepares before its first hold or release.
pub(crate) fn prepare() -> String {
    #[cfg(not(mutant_partial_hold))]
    let write = WRITE;
    #[cfg(mutant_partial_hold)]
    let write = WRITE
        .replace("and (select free from whole)", "and status = 'available' and withheld_for is null")
        .replace("when count(*) < cardinality($1)", "when false");
    format!(
        "prepare lock_seats (uuid[], uuid) as {LOCK};
        prepare hold_seats (uuid[], uuid, uuid) as {write};
        prepare lock_held_seats (uuid[], uuid) as {LOCK_HELD};
        prepare release_seats (uuid[], uuid, uuid) as {RELEASE}"
    )
}

/// Both in one message are one transaction, and no lock ever waits for a message to travel.
fn hold_message(hold: Uuid, concert: Uuid, seats: &[Uuid]) -> String {
    let seats = array(seats);
    format!("execute lock_seats('{seats}', '{concert}'); execute hold_seats('{seats}', '{concert}', '{hold}')")
}

fn release_message(operation: Uuid, hold: Uuid, seats: &[Uuid]) -> String {
    let seats = array(seats);
    format!("execute lock_held_seats('{seats}', '{hold}'); execute release_seats('{seats}', '{hold}', '{operation}')")
}

fn array(seats: &[Uuid]) -> String {
    let seats: Vec<String> = seats.iter().map(Uuid::to_string).collect();
    format!("{{{}}}", seats.join(","))
}

fn read_answer(rows: &[PgRow]) -> Option<(Vec<LockedSeat>, Written)> {
    let (written, locked) = rows.split_last()?;
    let locked: sqlx::Result<Vec<LockedSeat>> = locked.iter().map(LockedSeat::from_row).collect();
    Some((locked.ok()?, Written::from_row(written).ok()?))
}

fn held(hold: Uuid, concert_id: Uuid, locked: Vec<LockedSeat>, expires_in_ms: i32) -> Hold {
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
    Hold { hold, concert_id, seats, total, expires_in_ms }
}

impl BoxOffice {
    /// The refusal, when fewer rows were locked than seats asked for.
    async fn why_not_locked(&self, concert: Uuid, mut seats: Vec<Uuid>, known: &[LockedSeat]) -> Result<Error> {
        let on_sale = query_scalar!(
            r#"select exists (
                select from concerts where id = $1 and status = 'published' and deleted_at is null
            ) as "on_sale!""#,
            concert
        )
        .fetch_one(&self.pool)
        .await?;
        if !on_sale {
            return Ok(Error::ConcertNotOnSale);
        }
        seats.retain(|seat| !known.iter().any(|known| known.id == *seat));
        Ok(Error::UnknownSeats { seats })
    }
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
