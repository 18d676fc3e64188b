//! Writing a seating plan into a concert: all of it or nothing.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::query;
use sqlx::types::Json;

use crate::operate::new_operation;
use crate::plan::{Plan, PlannedSeat, check_plan};
use crate::{BoxOffice, ConcertId, ConcertToEdit, Error, Result};

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
    /// none. A price that the plan says holds for a tier that is there as well. `progress` is told seats written and seats in all, before and after; `stop` set to true rolls everything
    /// back.
    ///
    /// # Errors
    /// [`Error::PlanFaults`]; [`Error::ConcertHasSales`] under [`Replace::All`]; [`Error::SeatLabelsTaken`] when seats
    /// of these labels are there already; [`Error::Stopped`]; [`Error::ConcertChanged`], [`Error::UnknownConcert`],
    /// [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn add_seats(
        &self,
        concert: ConcertId,
        version: i64,
        plan: Plan,
        replace: Replace,
        progress: impl Fn(usize, usize) + Send + Sync + 'static,
        stop: Arc<AtomicBool>,
    ) -> Result<ConcertToEdit> {
        check_plan(&plan).map_err(|faults| Error::PlanFaults { faults })?;
        let text = |of: fn(&PlannedSeat) -> &Option<String>| plan.seats.iter().map(|seat| of(seat).clone()).collect();
        let (sections, rows): (Vec<Option<String>>, Vec<Option<String>>) =
            (text(|seat| &seat.section), text(|seat| &seat.row));
        let number = |of: fn(&PlannedSeat) -> Option<i32>| plan.seats.iter().map(of).collect::<Vec<_>>();
        let place = |of: fn(&PlannedSeat) -> f64| plan.seats.iter().map(|seat| of(seat) as f32).collect::<Vec<_>>();
        let operation = new_operation();
        let verb = query!(
            r#"
            select done as "done!", taken as "taken!"
            from manager.add_seats($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            "#,
            operation.0,
            concert.0,
            version,
            replace == Replace::All,
            plan.stage.as_ref().map(Json) as _,
            &plan.tiers.iter().map(|tier| tier.label.clone()).collect::<Vec<_>>(),
            &plan.tiers.iter().map(|tier| tier.price).collect::<Vec<_>>() as _,
            // The server counts from 1.
            &plan.seats.iter().map(|seat| seat.tier as i32 + 1).collect::<Vec<_>>(),
            &plan.seats.iter().map(|seat| seat.label.clone()).collect::<Vec<_>>(),
            &sections as _,
            &rows as _,
            &number(|seat| seat.row_number) as _,
            &number(|seat| seat.number) as _,
            &place(|seat| seat.x),
            &place(|seat| seat.y),
            &place(|seat| seat.angle)
        );
        let total = plan.seats.len();
        progress(0, total);
        let told = self.manage_for_long(operation, verb, stop).await?;
        if !told.taken.is_empty() {
            return Err(Error::SeatLabelsTaken { labels: told.taken });
        }
        progress(total, total);
        self.after_edit(concert, told.done).await
    }
}
