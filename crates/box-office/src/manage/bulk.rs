//! Changing many seats of a concert at once. A seat that is sold or on a live hold is never changed.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::{query, query_scalar};
use uuid::Uuid;

use super::concerts::one_line;
use super::tiers::count_edit;
use super::writing::lock_concert;
use crate::hold::distinct;
use crate::{BoxOffice, Error, Result, SeatChanges, SeatMap, SeatState, TakenSeat};

const REASON_LONGEST: usize = 100;
/// Seats left alone that are named.
const NAMED: usize = 100;

/// What becomes of the seats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "edit", rename_all = "snake_case")]
pub enum SeatEdit {
    /// Another tier, and so another price.
    Tier {
        /// A tier of the concert.
        tier: Uuid,
    },
    /// Kept from sale: counters show "not for sale".
    Withhold {
        /// For managers' eyes: house seat, sight line, guest. 1 to 100 characters.
        reason: String,
    },
    /// For sale again.
    GiveBack,
    /// Taken out of the plan.
    Remove,
}

/// What to do when some of the seats are sold or on hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum IfSold {
    /// Change none.
    Refuse,
    /// Change the others.
    DoRest,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Edited {
    /// Seats changed.
    pub changed: i32,
    /// Seats that are sold or on hold.
    pub left_alone_count: i32,
    /// The first hundred of them.
    pub left_alone: Vec<TakenSeat>,
}

/// The map of a concert of any status, with what only managers see.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SeatsToEdit {
    /// As counters draw it.
    pub map: SeatMap,
    /// Entry i is seat i's.
    pub withheld_for: Vec<Option<String>>,
}

impl BoxOffice {
    /// The map of a concert, published or not.
    ///
    /// # Errors
    /// [`Error::UnknownConcert`], [`Error::Offline`], [`Error::NotACounter`].
    pub async fn seats_to_edit(&self, concert: Uuid) -> Result<SeatsToEdit> {
        let layout_version = query_scalar!(
            r#"select layout_version::text as "version!" from concerts where id = $1 and deleted_at is null"#,
            concert
        )
        .fetch_optional(&self.pool)
        .await?
        .ok_or(Error::UnknownConcert)?;
        let changes = SeatChanges { seen: String::new(), layout_version, reload: false, seats: Vec::new() };
        let map = self.plan_of(concert, changes).await?;
        let reasons: HashMap<Uuid, String> = query!(
            r#"select id, withheld_for as "reason!" from seats
            where concert_id = $1 and withheld_for is not null and deleted_at is null"#,
            concert
        )
        .fetch_all(&self.pool)
        .await?
        .into_iter()
        .map(|row| (row.id, row.reason))
        .collect();
        let withheld_for = map.ids.iter().map(|id| reasons.get(id).cloned()).collect();
        Ok(SeatsToEdit { map, withheld_for })
    }

    /// Changes all of `seats` that can be changed in one transaction, or none.
    ///
    /// # Errors
    /// [`Error::SeatsTaken`] names the first hundred that are sold or on hold, under [`IfSold::Refuse`].
    /// [`Error::NoSeats`], [`Error::SeatRepeated`], [`Error::UnknownSeats`], [`Error::UnknownConcert`],
    /// [`Error::InvalidReason`], [`Error::InvalidSetting`] for a tier of another concert or a removed one;
    /// [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn edit_seats(&self, concert: Uuid, seats: &[Uuid], edit: SeatEdit, if_sold: IfSold) -> Result<Edited> {
        let seats = distinct(seats)?;
        let edit = match edit {
            SeatEdit::Withhold { reason } => SeatEdit::Withhold {
                reason: one_line("reason", &reason, 1, REASON_LONGEST)
                    .map_err(|_| Error::InvalidReason { longest: REASON_LONGEST as i32 })?,
            },
            edit => edit,
        };
        self.manage_for_long("edit_seats", concert, move |transaction| {
            Box::pin(async move {
                // Lock. The concert first, as every manager's edit does: nobody removes the tier meanwhile, and no two
                // edits wait for each other. Then the seats in id order, as holds do.
                lock_concert(transaction, concert).await?;
                let locked = query!(
                    r#"
                    select s.id, s.label, s.status = 'reserved' as "sold!",
                        coalesce((select display_name from counters where login = s.held_by), s.held_by) as counter
                    from seats s
                    where s.id = any($1) and s.concert_id = $2 and s.deleted_at is null
                    order by s.id for update
                    "#,
                    &seats,
                    concert
                )
                .fetch_all(&mut **transaction)
                .await?;
                if locked.len() < seats.len() {
                    let known: Vec<Uuid> = locked.iter().map(|seat| seat.id).collect();
                    let unknown = seats.into_iter().filter(|id| known.binary_search(id).is_err()).take(NAMED);
                    return Err(Error::UnknownSeats { seats: unknown.collect() });
                }
                // Look, by a clock from after the locks.
                let live: Vec<Uuid> = query_scalar!(
                    "select id from seats where id = any($1) and (status = 'reserved'
                        or (status = 'temporarily_held' and hold_expires_at > statement_timestamp())) order by id",
                    &seats
                )
                .fetch_all(&mut **transaction)
                .await?;
                let taken = locked.into_iter().filter(|seat| live.binary_search(&seat.id).is_ok()).take(NAMED);
                let left_alone: Vec<TakenSeat> = taken
                    .map(|seat| TakenSeat {
                        id: seat.id,
                        label: seat.label,
                        state: if seat.sold { SeatState::Reserved } else { SeatState::Held },
                        counter: seat.counter,
                    })
                    .collect();
                if if_sold == IfSold::Refuse && !live.is_empty() {
                    return Err(Error::SeatsTaken { seats: left_alone });
                }
                let free: Vec<Uuid> = seats.into_iter().filter(|id| live.binary_search(id).is_err()).collect();
                // Write.
                apply(transaction, concert, &free, &edit).await?;
                count_edit(transaction, concert).await?;
                Ok(Edited { changed: free.len() as i32, left_alone_count: live.len() as i32, left_alone })
            })
        })
        .await
    }
}

/// A hold that has run out is ended on the way: it stands in nobody's way.
async fn apply(transaction: &mut sqlx::PgConnection, concert: Uuid, seats: &[Uuid], edit: &SeatEdit) -> Result<()> {
    match edit {
        SeatEdit::Tier { tier } => {
            let changed = query!(
                "update seats set seat_tier_id = $2, status = 'available', hold_token = null, held_by = null,
                    hold_expires_at = null
                 where id = any($1) and exists (
                    select from concert_seat_tiers where id = $2 and concert_id = $3 and deleted_at is null)",
                seats,
                tier,
                concert
            )
            .execute(transaction)
            .await?;
            if changed.rows_affected() < seats.len() as u64 {
                return Err(Error::InvalidSetting { field: "tier".into() });
            }
        }
        SeatEdit::Withhold { reason } => {
            query!(
                "update seats set withheld_for = $2, status = 'available', hold_token = null, held_by = null,
                    hold_expires_at = null
                 where id = any($1)",
                seats,
                reason
            )
            .execute(transaction)
            .await?;
        }
        SeatEdit::GiveBack => {
            query!("update seats set withheld_for = null where id = any($1) and withheld_for is not null", seats)
                .execute(transaction)
                .await?;
        }
        SeatEdit::Remove => {
            query!(
                "update seats set deleted_at = clock_timestamp(), withheld_for = null, status = 'available',
                    hold_token = null, held_by = null, hold_expires_at = null
                 where id = any($1)",
                seats
            )
            .execute(transaction)
            .await?;
        }
    }
    Ok(())
}
