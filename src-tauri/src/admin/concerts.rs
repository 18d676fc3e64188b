//! Concerts and their tiers.

use box_office::{ConcertForm, ConcertId, ConcertListed, ConcertToEdit, Missing, OnOffer};
use chrono::{DateTime, Utc};
use tauri::{AppHandle, State};
use uuid::Uuid;

use crate::counter::Counter;
use crate::refusal::Answer;

#[tauri::command]
#[specta::specta]
pub async fn concerts_to_manage(
    app: AppHandle,
    counter: State<'_, Counter>,
    with_deleted: bool,
) -> Answer<Vec<ConcertListed>> {
    Ok(counter.office(&app).await?.concerts_to_manage(with_deleted).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn concert_to_edit(
    app: AppHandle,
    counter: State<'_, Counter>,
    concert_id: ConcertId,
) -> Answer<ConcertToEdit> {
    Ok(counter.office(&app).await?.concert_to_edit(concert_id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn create_concert(app: AppHandle, counter: State<'_, Counter>, form: ConcertForm) -> Answer<ConcertId> {
    Ok(counter.office(&app).await?.create_concert(&form).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn edit_concert(
    app: AppHandle,
    counter: State<'_, Counter>,
    concert_id: ConcertId,
    version: i32,
    form: ConcertForm,
) -> Answer<ConcertToEdit> {
    Ok(counter.office(&app).await?.edit_concert(concert_id, version.into(), &form).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn publish_concert(
    app: AppHandle,
    counter: State<'_, Counter>,
    concert_id: ConcertId,
    version: i32,
    although: Vec<Missing>,
) -> Answer<ConcertToEdit> {
    Ok(counter.office(&app).await?.publish_concert(concert_id, version.into(), &although).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn on_offer(app: AppHandle, counter: State<'_, Counter>, concert_id: ConcertId) -> Answer<Vec<OnOffer>> {
    Ok(counter.office(&app).await?.on_offer(concert_id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn pause_sales(
    app: AppHandle,
    counter: State<'_, Counter>,
    concert_id: ConcertId,
    paused: bool,
) -> Answer<ConcertToEdit> {
    Ok(counter.office(&app).await?.pause_sales(concert_id, paused).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn archive_concert(
    app: AppHandle,
    counter: State<'_, Counter>,
    concert_id: ConcertId,
    version: i32,
) -> Answer<ConcertToEdit> {
    Ok(counter.office(&app).await?.archive_concert(concert_id, version.into()).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn delete_concert(
    app: AppHandle,
    counter: State<'_, Counter>,
    concert_id: ConcertId,
    version: i32,
) -> Answer<()> {
    Ok(counter.office(&app).await?.delete_concert(concert_id, version.into()).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn duplicate_concert(
    app: AppHandle,
    counter: State<'_, Counter>,
    concert_id: ConcertId,
    title: String,
    starts_at: Option<DateTime<Utc>>,
) -> Answer<ConcertId> {
    Ok(counter.office(&app).await?.duplicate_concert(concert_id, &title, starts_at).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn save_tier(
    app: AppHandle,
    counter: State<'_, Counter>,
    concert_id: ConcertId,
    version: i32,
    tier_id: Option<Uuid>,
    label: String,
    price: i32,
) -> Answer<ConcertToEdit> {
    Ok(counter.office(&app).await?.save_tier(concert_id, version.into(), tier_id, &label, price.into()).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn remove_tier(
    app: AppHandle,
    counter: State<'_, Counter>,
    concert_id: ConcertId,
    version: i32,
    tier_id: Uuid,
) -> Answer<ConcertToEdit> {
    Ok(counter.office(&app).await?.remove_tier(concert_id, version.into(), tier_id).await?)
}
