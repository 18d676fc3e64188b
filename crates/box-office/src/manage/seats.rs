//! Writing a seating plan into a concert: all of it or nothing.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::types::Json;
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use super::plan::{Plan, PlannedSeat, check_plan};
use super::tiers::{add_tier, count_edit};
use super::writing::lock_version;
use crate::{BoxOffice, ConcertToEdit, Error, Result};

/// Seats of one statement.
const BATCH: usize = 1000;
/// Labels that are named in a refusal.
const NAMED: i64 = 20;

/// What becomes of the seats that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Replace {
    /// They go; refused when one is sold or on a live hold.
    All,
    /// They stay, and the plan's are added.
    Nothing,
}

impl BoxOffice {
    /// Adds the seats of a plan in one transaction, and the tiers that the concert lacks, at price 0 where the plan says
    /// none. `progress` is told seats written and seats in all; `stop` set to true rolls everything back.
    ///
    /// # Errors
    /// [`Error::PlanFaults`]; [`Error::ConcertHasSales`] under [`Replace::All`]; [`Error::SeatLabelsTaken`] when seats
    /// of these labels are there already; [`Error::Stopped`]; [`Error::ConcertChanged`], [`Error::UnknownConcert`],
    /// [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn add_seats(
        &self,
        concert: Uuid,
        version: i64,
        plan: Plan,
        replace: Replace,
        progress: impl Fn(usize, usize) + Send + Sync + 'static,
        stop: Arc<AtomicBool>,
    ) -> Result<ConcertToEdit> {
        check_plan(&plan).map_err(|faults| Error::PlanFaults { faults })?;
        self.manage_for_long("add_seats", concert, move |transaction| {
            Box::pin(async move {
                lock_version(transaction, concert, version).await?;
                match replace {
                    Replace::All => remove_all(transaction, concert).await?,
                    Replace::Nothing => refuse_taken_labels(transaction, concert, &plan).await?,
                }
                let tiers = tiers_of(transaction, concert, &plan).await?;
                for (batch, seats) in plan.seats.chunks(BATCH).enumerate() {
                    if stop.load(Ordering::Relaxed) {
                        return Err(Error::Stopped);
                    }
                    write(transaction, concert, &tiers, seats).await?;
                    progress(batch * BATCH + seats.len(), plan.seats.len());
                }
                if let Some(stage) = &plan.stage {
                    query!("update concerts set stage = $2 where id = $1", concert, Json(stage) as _)
                        .execute(&mut **transaction)
                        .await?;
                }
                count_edit(transaction, concert).await
            })
        })
        .await?;
        self.concert_to_edit(concert).await
    }
}

async fn remove_all(transaction: &mut PgConnection, concert: Uuid) -> Result<()> {
    query!("select id from seats where concert_id = $1 and deleted_at is null order by id for update", concert)
        .fetch_all(&mut *transaction)
        .await?;
    let live = query_scalar!(
        r#"select count(*)::int as "live!" from seats where concert_id = $1 and (status = 'reserved'
            or (status = 'temporarily_held' and hold_expires_at > statement_timestamp()))"#,
        concert
    )
    .fetch_one(&mut *transaction)
    .await?;
    if live > 0 {
        return Err(Error::ConcertHasSales { sold: live });
    }
    query!(
        "update seats set deleted_at = clock_timestamp(), withheld_for = null, status = 'available', hold_token = null,
            held_by = null, hold_expires_at = null
         where concert_id = $1 and deleted_at is null",
        concert
    )
    .execute(transaction)
    .await?;
    Ok(())
}

async fn refuse_taken_labels(transaction: &mut PgConnection, concert: Uuid, plan: &Plan) -> Result<()> {
    let labels: Vec<String> = plan.seats.iter().map(|seat| seat.label.clone()).collect();
    let taken = query_scalar!(
        "select label from seats where concert_id = $1 and label = any($2) and deleted_at is null order by label limit $3",
        concert,
        &labels,
        NAMED
    )
    .fetch_all(transaction)
    .await?;
    if taken.is_empty() { Ok(()) } else { Err(Error::SeatLabelsTaken { labels: taken }) }
}

/// The concert's tier for each of the plan's, made where there is none.
async fn tiers_of(transaction: &mut PgConnection, concert: Uuid, plan: &Plan) -> Result<Vec<Uuid>> {
    let known: HashMap<String, Uuid> =
        query!("select id, label from concert_seat_tiers where concert_id = $1 and deleted_at is null", concert)
            .fetch_all(&mut *transaction)
            .await?
            .into_iter()
            .map(|tier| (tier.label, tier.id))
            .collect();
    let mut tiers = Vec::with_capacity(plan.tiers.len());
    for tier in &plan.tiers {
        let id = match known.get(&tier.label) {
            Some(id) => *id,
            None => add_tier(transaction, concert, &tier.label, tier.price.unwrap_or(0))
                .await?
                .ok_or_else(|| Error::LabelTaken { label: tier.label.clone() })?,
        };
        tiers.push(id);
    }
    Ok(tiers)
}

/// Ids for new seats, in order of time: a concert's seats are neighbours in every index, and a hold changes pages that
/// other holds have just changed, however many seats there ever were. With random ids each hold finds pages of its own,
/// and the first change of a page after a checkpoint is logged with the whole page.
pub(crate) fn seat_ids(seats: usize) -> Vec<Uuid> {
    (0..seats).map(|_| Uuid::now_v7()).collect()
}

/// A seat that was removed before comes back under its label, since labels are unique with the removed ones.
async fn write(transaction: &mut PgConnection, concert: Uuid, tiers: &[Uuid], seats: &[PlannedSeat]) -> Result<()> {
    let column = |of: fn(&PlannedSeat) -> Option<String>| seats.iter().map(of).collect::<Vec<_>>();
    let number = |of: fn(&PlannedSeat) -> Option<i32>| seats.iter().map(of).collect::<Vec<_>>();
    let place = |of: fn(&PlannedSeat) -> f64| seats.iter().map(|seat| of(seat) as f32).collect::<Vec<_>>();
    let tier: Vec<Option<Uuid>> = seats.iter().map(|seat| tiers.get(seat.tier).copied()).collect();
    query!(
        "insert into seats
            (concert_id, id, seat_tier_id, label, section_label, row_label, row_number, seat_number, x, y, angle)
         select $1, * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::int[], $8::int[],
            $9::real[], $10::real[], $11::real[])
         on conflict (concert_id, label) do update set seat_tier_id = excluded.seat_tier_id,
            section_label = excluded.section_label, row_label = excluded.row_label, row_number = excluded.row_number,
            seat_number = excluded.seat_number, x = excluded.x, y = excluded.y, angle = excluded.angle,
            withheld_for = null, deleted_at = null",
        concert,
        &seat_ids(seats.len()),
        &tier as _,
        &column(|seat| Some(seat.label.clone())) as _,
        &column(|seat| seat.section.clone()) as _,
        &column(|seat| seat.row.clone()) as _,
        &number(|seat| seat.row_number) as _,
        &number(|seat| seat.number) as _,
        &place(|seat| seat.x),
        &place(|seat| seat.y),
        &place(|seat| seat.angle)
    )
    .execute(transaction)
    .await?;
    Ok(())
}
