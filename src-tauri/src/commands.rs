//! What the window may ask: each command unpacks, calls, maps.

use box_office::{
    Cancelled, ConcertDetail, ConcertOnSale, ConfirmForm, Error, Hold, LookUp, Reservation, Resolved, SeatChanges,
    SeatMap, SeatNow, ServerFacts, ServerLogin, Unfinished,
};
use serde::Serialize;
use specta::Type;
use tauri::{AppHandle, State};
use uuid::Uuid;

use crate::counter::Counter;
use crate::settings::{self, ServerKept, Settings};

type Answer<T> = Result<T, Error>;

/// What the window needs before its first screen.
#[derive(Serialize, Type)]
pub struct Boot {
    /// `counter` or `admin`.
    pub build: String,
    /// Of this program.
    pub version: String,
    /// As kept on this PC.
    pub settings: Settings,
    /// None: no server is set up, show the first run.
    pub server: Option<ServerKept>,
}

#[tauri::command]
#[specta::specta]
pub async fn boot(app: AppHandle) -> Answer<Boot> {
    Ok(Boot {
        build: "counter".into(),
        version: app.package_info().version.to_string(),
        settings: settings::load(&app),
        server: settings::server(&app),
    })
}

#[tauri::command]
#[specta::specta]
pub async fn save_settings(app: AppHandle, counter: State<'_, Counter>, settings: Settings) -> Answer<()> {
    let settings = settings.checked()?;
    settings::save(&app, &settings)?;
    counter.rename(&settings.counter_name).await
}

/// Connects with these values and disconnects; nothing is kept.
#[tauri::command]
#[specta::specta]
pub async fn test_server(server: ServerLogin) -> Answer<ServerFacts> {
    let office = box_office::BoxOffice::connect(&server, None).await?;
    let facts = office.facts().await;
    office.close().await;
    facts
}

/// Connects, then keeps the address in the settings and the password in the OS keyring.
#[tauri::command]
#[specta::specta]
pub async fn connect_server(app: AppHandle, counter: State<'_, Counter>, server: ServerLogin) -> Answer<ServerFacts> {
    counter.connect_server(&app, server).await
}

/// Starts the private server on this PC, and makes it on first use.
#[tauri::command]
#[specta::specta]
pub async fn try_on_this_pc(app: AppHandle, counter: State<'_, Counter>) -> Answer<ServerFacts> {
    counter.try_on_this_pc(&app).await
}

/// Connects again with what is kept.
#[tauri::command]
#[specta::specta]
pub async fn reconnect(app: AppHandle, counter: State<'_, Counter>) -> Answer<ServerFacts> {
    counter.reconnect(&app).await
}

/// Forgets the server; the next screen is the first run.
#[tauri::command]
#[specta::specta]
pub async fn forget_server(app: AppHandle, counter: State<'_, Counter>) -> Answer<()> {
    counter.forget_server(&app).await
}

/// The cheapest question a server can answer, for the server chip.
#[tauri::command]
#[specta::specta]
pub async fn ping(counter: State<'_, Counter>) -> Answer<()> {
    counter.office().await?.ping().await
}

#[tauri::command]
#[specta::specta]
pub async fn concerts_on_sale(counter: State<'_, Counter>) -> Answer<Vec<ConcertOnSale>> {
    counter.office().await?.concerts_on_sale().await
}

#[tauri::command]
#[specta::specta]
pub async fn concert(counter: State<'_, Counter>, concert_id: Uuid) -> Answer<ConcertDetail> {
    counter.office().await?.concert(concert_id).await
}

#[tauri::command]
#[specta::specta]
pub async fn seat_map(counter: State<'_, Counter>, concert_id: Uuid) -> Answer<SeatMap> {
    counter.office().await?.seat_map(concert_id).await
}

#[tauri::command]
#[specta::specta]
pub async fn seat_changes(counter: State<'_, Counter>, concert_id: Uuid, since: String) -> Answer<SeatChanges> {
    counter.office().await?.seat_changes(concert_id, &since).await
}

#[tauri::command]
#[specta::specta]
pub async fn check_seat(counter: State<'_, Counter>, seat_id: Uuid) -> Answer<SeatNow> {
    counter.office().await?.check_seat(seat_id).await
}

#[tauri::command]
#[specta::specta]
pub async fn hold_seats(counter: State<'_, Counter>, concert_id: Uuid, seat_ids: Vec<Uuid>) -> Answer<Hold> {
    counter.office().await?.hold_seats(concert_id, &seat_ids).await
}

#[tauri::command]
#[specta::specta]
pub async fn release_hold(counter: State<'_, Counter>, hold: Uuid, seat_ids: Vec<Uuid>) -> Answer<()> {
    counter.office().await?.release_hold(hold, &seat_ids).await
}

#[tauri::command]
#[specta::specta]
pub async fn confirm(counter: State<'_, Counter>, form: ConfirmForm) -> Answer<Reservation> {
    counter.office().await?.confirm(&form).await
}

/// Settles an operation whose answer was lost. Ask again while it answers offline or busy.
#[tauri::command]
#[specta::specta]
pub async fn resolve(counter: State<'_, Counter>, operation: Uuid) -> Answer<Resolved> {
    counter.office().await?.resolve(operation).await
}

/// Operations that a crash of this PC left open, each settled now.
#[tauri::command]
#[specta::specta]
pub async fn unfinished(counter: State<'_, Counter>) -> Answer<Vec<Unfinished>> {
    counter.office().await?.unfinished().await
}

#[tauri::command]
#[specta::specta]
pub async fn look_up(counter: State<'_, Counter>, phone: String, password: String) -> Answer<LookUp> {
    counter.office().await?.look_up(&phone, &password).await
}

#[tauri::command]
#[specta::specta]
pub async fn cancel(counter: State<'_, Counter>, reservation_id: Uuid) -> Answer<Cancelled> {
    counter.office().await?.cancel(reservation_id).await
}
