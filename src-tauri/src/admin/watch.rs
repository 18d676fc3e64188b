//! Watching the sale: overview, sales, holds, reservations, journal, report.

use box_office::{
    AccessWords, Cancelled, ConcertId, JournalFilter, JournalPage, LiveHold, Overview, ReportWords, ReservationId,
    ReservationPage, SalesChart, SalesOf, SheetKind, Unmasked,
};
use tauri::{AppHandle, State};

use crate::admin::files;
use crate::counter::Counter;
use crate::refusal::Answer;

#[tauri::command]
#[specta::specta]
pub async fn overview(app: AppHandle, counter: State<'_, Counter>) -> Answer<Overview> {
    Ok(counter.office(&app).await?.overview().await?)
}

#[tauri::command]
#[specta::specta]
pub async fn sales_of(app: AppHandle, counter: State<'_, Counter>, concert_id: ConcertId) -> Answer<SalesOf> {
    Ok(counter.office(&app).await?.sales_of(concert_id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn sales_chart(
    app: AppHandle,
    counter: State<'_, Counter>,
    concert_id: Option<ConcertId>,
) -> Answer<SalesChart> {
    Ok(counter.office(&app).await?.sales_chart(concert_id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn live_holds(
    app: AppHandle,
    counter: State<'_, Counter>,
    concert_id: Option<ConcertId>,
) -> Answer<Vec<LiveHold>> {
    Ok(counter.office(&app).await?.live_holds(concert_id).await?)
}

/// Writes the report to the folder of downloads; answers its path.
#[tauri::command]
#[specta::specta]
pub async fn save_report(
    app: AppHandle,
    counter: State<'_, Counter>,
    concert_id: ConcertId,
    kind: SheetKind,
    words: ReportWords,
    name: String,
) -> Answer<String> {
    let bytes = counter.office(&app).await?.report(concert_id, kind, &words).await?;
    files::save(&app, &name, kind, bytes).await
}

/// Writes a month's record of who touched customers' data to the folder of downloads; answers its path.
#[tauri::command]
#[specta::specta]
pub async fn save_accesses(
    app: AppHandle,
    counter: State<'_, Counter>,
    year: i32,
    month: i32,
    words: AccessWords,
    name: String,
) -> Answer<String> {
    let bytes = counter.office(&app).await?.accesses(year, month, &words).await?;
    files::save(&app, &name, SheetKind::Csv, bytes).await
}

#[tauri::command]
#[specta::specta]
pub async fn reservations_of(
    app: AppHandle,
    counter: State<'_, Counter>,
    concert_id: ConcertId,
    search: String,
    after: Option<ReservationId>,
) -> Answer<ReservationPage> {
    Ok(counter.office(&app).await?.reservations_of(concert_id, &search, after).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn unmask(app: AppHandle, counter: State<'_, Counter>, reservation_id: ReservationId) -> Answer<Unmasked> {
    Ok(counter.office(&app).await?.unmask(reservation_id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn cancel_for_customer(
    app: AppHandle,
    counter: State<'_, Counter>,
    reservation_id: ReservationId,
    reason: String,
) -> Answer<Cancelled> {
    Ok(counter.office(&app).await?.cancel_for_customer(reservation_id, &reason).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn journal(app: AppHandle, counter: State<'_, Counter>, filter: JournalFilter) -> Answer<JournalPage> {
    Ok(counter.office(&app).await?.journal(&filter).await?)
}
