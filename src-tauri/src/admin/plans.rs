//! Seats: a plan is made or read, shown, and then written; seats that are there are changed many at a time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use box_office::{
    ConcertId, ConcertToEdit, Edited, Error, IfSold, Plan, PlanFault, PlanSpec, PlanTier, Replace, SeatEdit, SeatId,
    SeatMap, SeatsToEdit, SheetKind, generate, preview, sheet_template,
};
use serde::Serialize;
use specta::Type;
use tauri::{AppHandle, State};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use crate::admin::files;
use crate::admin::imports::Lasting;
use crate::counter::Counter;
use crate::refusal::Answer;

/// The plan that was shown last stays here: 50,000 seats need not come back from the window to be written.
#[derive(Default)]
pub struct Planning {
    shown: Mutex<Option<Shown>>,
    writing: Mutex<Option<Writing>>,
}

struct Shown {
    id: Uuid,
    plan: Plan,
    /// What is kept of its choices once it is written; none while something is still asked.
    lasting: Option<Lasting>,
}

struct Writing {
    progress: SeatsProgress,
    stop: Arc<AtomicBool>,
}

/// A plan as counters will draw it.
#[derive(Serialize, Type)]
pub struct PlanPreview {
    /// To be sent along when it is written.
    pub plan: Uuid,
    /// Ids are made up; every seat is free.
    pub map: SeatMap,
}

/// How far the writing of seats is.
#[derive(Clone, Copy, Serialize, Type)]
pub struct SeatsProgress {
    /// Seats written.
    #[specta(type = u32)]
    pub done: usize,
    /// Seats in all.
    #[specta(type = u32)]
    pub total: usize,
}

/// Makes a plan and shows it, with the prices that the concert's `tiers` have.
#[tauri::command]
#[specta::specta]
pub async fn generate_plan(planning: State<'_, Planning>, spec: PlanSpec, tiers: Vec<PlanTier>) -> Answer<PlanPreview> {
    planning.show(tiers, move || generate(&spec)).await
}

/// Writes an empty list of seats to the folder of downloads; answers its path.
#[tauri::command]
#[specta::specta]
pub async fn save_template(app: AppHandle, kind: SheetKind, name: String) -> Answer<String> {
    files::save(&app, &name, kind, sheet_template(kind)).await
}

/// Writes the plan that was shown.
#[tauri::command]
#[specta::specta]
pub async fn add_seats(
    app: AppHandle,
    counter: State<'_, Counter>,
    planning: State<'_, Planning>,
    concert_id: ConcertId,
    version: i32,
    plan: Uuid,
    replace: Replace,
) -> Answer<ConcertToEdit> {
    let office = counter.office(&app).await?;
    let (seats, lasting, stop) = planning.begin(plan)?;
    lasting.keep(&app);
    let handle = app.clone();
    let progress = move |done, total| tauri::Manager::state::<Planning>(&handle).note(done, total);
    let added = office.add_seats(concert_id, version.into(), seats, replace, progress, stop).await;
    planning.end();
    Ok(added?)
}

/// None while nothing is written.
#[tauri::command]
#[specta::specta]
pub async fn seats_progress(planning: State<'_, Planning>) -> Answer<Option<SeatsProgress>> {
    Ok(lock(&planning.writing).as_ref().map(|writing| writing.progress))
}

/// Rolls back what is being written.
#[tauri::command]
#[specta::specta]
pub async fn cancel_seats(planning: State<'_, Planning>) -> Answer<()> {
    if let Some(writing) = &*lock(&planning.writing) {
        writing.stop.store(true, Ordering::Relaxed);
    }
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn seats_to_edit(app: AppHandle, counter: State<'_, Counter>, concert_id: ConcertId) -> Answer<SeatsToEdit> {
    Ok(counter.office(&app).await?.seats_to_edit(concert_id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn edit_seats(
    app: AppHandle,
    counter: State<'_, Counter>,
    concert_id: ConcertId,
    seat_ids: Vec<SeatId>,
    edit: SeatEdit,
    if_sold: IfSold,
) -> Answer<Edited> {
    Ok(counter.office(&app).await?.edit_seats(concert_id, &seat_ids, edit, if_sold).await?)
}

impl Planning {
    async fn show<M>(&self, tiers: Vec<PlanTier>, make: M) -> Answer<PlanPreview>
    where
        M: FnOnce() -> Result<Plan, Vec<PlanFault>> + Send + 'static,
    {
        let made = spawn_blocking(move || {
            let plan = make().map_err(|faults| Error::PlanFaults { faults })?;
            let map = preview(&priced(&plan, &tiers));
            Ok::<_, Error>((plan, map))
        });
        let (plan, map) = made.await.map_err(|_| Error::Internal)??;
        Ok(self.keep(plan, map, Some(Lasting::default())))
    }

    /// Keeps a plan that is shown as this map, to be written if nothing is asked any more.
    pub fn keep(&self, plan: Plan, map: SeatMap, lasting: Option<Lasting>) -> PlanPreview {
        let id = Uuid::new_v4();
        *lock(&self.shown) = Some(Shown { id, plan, lasting });
        PlanPreview { plan: id, map }
    }

    /// The plan to write, if it is the one that was shown, and what stops the writing. One is written at a time.
    fn begin(&self, plan: Uuid) -> Answer<(Plan, Lasting, Arc<AtomicBool>)> {
        let settled = |shown: &Shown| Some((shown.plan.clone(), shown.lasting.clone()?));
        let shown = lock(&self.shown).as_ref().filter(|shown| shown.id == plan).and_then(settled);
        let (plan, lasting) = shown.ok_or_else(|| Error::InvalidField { field: "plan".into() })?;
        let mut writing = lock(&self.writing);
        if writing.is_some() {
            return Err(Error::Busy.into());
        }
        let stop = Arc::new(AtomicBool::new(false));
        *writing =
            Some(Writing { progress: SeatsProgress { done: 0, total: plan.seats.len() }, stop: Arc::clone(&stop) });
        Ok((plan, lasting, stop))
    }

    fn note(&self, done: usize, total: usize) {
        if let Some(writing) = &mut *lock(&self.writing) {
            writing.progress = SeatsProgress { done, total };
        }
    }

    fn end(&self) {
        *lock(&self.writing) = None;
    }
}

/// The plan as it is shown: where it says no price, it has that of the concert's tier of the same name, so that colours
/// and sums are right. The plan itself goes on saying none, which leaves the concert's price alone.
pub fn priced(plan: &Plan, tiers: &[PlanTier]) -> Plan {
    let mut plan = plan.clone();
    for tier in plan.tiers.iter_mut().filter(|tier| tier.price.is_none()) {
        tier.price = tiers.iter().find(|known| known.label == tier.label).and_then(|known| known.price);
    }
    plan
}

pub fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tier(label: &str, price: Option<i64>) -> PlanTier {
        PlanTier { label: label.into(), price, color: None }
    }

    #[test]
    fn a_plan_without_prices_shows_those_of_the_concert_and_keeps_its_own() {
        let tiers = vec![tier("R석", None), tier("S석", Some(1)), tier("A석", None)];
        let plan = Plan { stage: None, tiers, seats: Vec::new() };
        let plan = priced(&plan, &[tier("R석", Some(70_000)), tier("S석", Some(50_000))]);
        assert_eq!(plan.tiers.iter().map(|tier| tier.price).collect::<Vec<_>>(), [Some(70_000), Some(1), None]);
    }

    #[test]
    fn only_the_plan_that_was_shown_is_written_and_one_at_a_time() {
        let planning = Planning::default();
        let plan = || Plan { stage: None, tiers: Vec::new(), seats: Vec::new() };
        let shown = |lasting| planning.keep(plan(), preview(&plan()), lasting).plan;
        let id = shown(None);
        assert!(planning.begin(id).is_err(), "something is asked yet");
        let id = shown(Some(Lasting::default()));
        assert!(planning.begin(Uuid::new_v4()).is_err());
        assert!(planning.begin(id).is_ok());
        assert_eq!(planning.begin(id).err(), Some(Error::Busy.into()));
        planning.end();
        assert!(planning.begin(id).is_ok());
    }
}
