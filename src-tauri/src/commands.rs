//! What the window may ask: each command unpacks, calls, maps.

use box_office::{
    BoxOffice, Cancelled, ConcertDetail, ConcertId, ConcertOnSale, ConfirmForm, Enrolment, Hold, HoldId, LookUp,
    MySale, OperationId, Reservation, ReservationId, Resolved, Scan, SeatChanges, SeatId, SeatMap, SeatNow,
    ServerFacts, ServerLogin, ServerNow, Unfinished, WalkUpForm, with_obstacle,
};
use printing::Printer;
use serde::Serialize;
use specta::Type;
use tauri::{AppHandle, State, WebviewWindow};

use crate::closing::{self, Closing};
use crate::counter::Counter;
use crate::refusal::Answer;
use crate::settings::{self, ServerKept, Settings, checked};
use crate::sleep;
use crate::tickets::{self, Print, Printing};

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
        build: if cfg!(feature = "admin") { "admin" } else { "counter" }.into(),
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
    counter.rename(&app, &settings.counter_name).await;
    Ok(())
}

/// Connects with these values and disconnects; nothing is kept.
#[tauri::command]
#[specta::specta]
pub async fn test_server(server: ServerLogin) -> Answer<ServerFacts> {
    let server = checked(server)?;
    let office = match BoxOffice::connect(&server, None).await {
        Ok(office) => office,
        Err(error) => return Err(with_obstacle(&server, error).await.into()),
    };
    let facts = office.facts().await;
    office.close().await;
    Ok(facts?)
}

/// Connects, then keeps the address in the settings and the password in the OS keyring.
#[tauri::command]
#[specta::specta]
pub async fn connect_server(app: AppHandle, counter: State<'_, Counter>, server: ServerLogin) -> Answer<ServerFacts> {
    counter.connect_server(&app, checked(server)?).await
}

/// What a file of a new counter tells without its code.
#[tauri::command]
#[specta::specta]
pub async fn read_enrolment(file: String) -> Answer<Enrolment> {
    Ok(Enrolment::read(&file)?)
}

/// Comes to a login by such a file and the code of the manager's screen, and connects.
#[tauri::command]
#[specta::specta]
pub async fn enrol(app: AppHandle, counter: State<'_, Counter>, file: String, code: String) -> Answer<ServerFacts> {
    counter.enrol(&app, &file, &code).await
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

/// For the server chip, the rules and the time.
#[tauri::command]
#[specta::specta]
pub async fn server_now(app: AppHandle, counter: State<'_, Counter>) -> Answer<ServerNow> {
    counter.server_now(&app).await
}

#[tauri::command]
#[specta::specta]
pub async fn concerts_on_sale(app: AppHandle, counter: State<'_, Counter>) -> Answer<Vec<ConcertOnSale>> {
    Ok(counter.office(&app).await?.concerts_on_sale().await?)
}

#[tauri::command]
#[specta::specta]
pub async fn concert(app: AppHandle, counter: State<'_, Counter>, concert_id: ConcertId) -> Answer<ConcertDetail> {
    Ok(counter.office(&app).await?.concert(concert_id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn seat_map(app: AppHandle, counter: State<'_, Counter>, concert_id: ConcertId) -> Answer<SeatMap> {
    Ok(counter.office(&app).await?.seat_map(concert_id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn seat_changes(
    app: AppHandle,
    counter: State<'_, Counter>,
    concert_id: ConcertId,
    since: String,
) -> Answer<SeatChanges> {
    Ok(counter.office(&app).await?.seat_changes(concert_id, &since).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn check_seat(app: AppHandle, counter: State<'_, Counter>, seat_id: SeatId) -> Answer<SeatNow> {
    Ok(counter.office(&app).await?.check_seat(seat_id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn hold_seats(
    app: AppHandle,
    counter: State<'_, Counter>,
    concert_id: ConcertId,
    seat_ids: Vec<SeatId>,
) -> Answer<Hold> {
    Ok(counter.office(&app).await?.hold_seats(concert_id, &seat_ids).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn release_hold(
    app: AppHandle,
    counter: State<'_, Counter>,
    hold: HoldId,
    seat_ids: Vec<SeatId>,
) -> Answer<()> {
    Ok(counter.office(&app).await?.release_hold(hold, &seat_ids).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn confirm(app: AppHandle, counter: State<'_, Counter>, form: ConfirmForm) -> Answer<Reservation> {
    Ok(counter.office(&app).await?.confirm(&form).await?)
}

/// Sells to somebody who is asked for nothing.
#[tauri::command]
#[specta::specta]
pub async fn confirm_walk_up(app: AppHandle, counter: State<'_, Counter>, form: WalkUpForm) -> Answer<Reservation> {
    Ok(counter.office(&app).await?.confirm_walk_up(&form).await?)
}

/// Settles an operation whose answer was lost. Ask again while it answers offline or busy.
#[tauri::command]
#[specta::specta]
pub async fn resolve(app: AppHandle, counter: State<'_, Counter>, operation: OperationId) -> Answer<Resolved> {
    Ok(counter.office(&app).await?.resolve(operation).await?)
}

/// Operations that a crash of this PC left open, each settled now.
#[tauri::command]
#[specta::specta]
pub async fn unfinished(app: AppHandle, counter: State<'_, Counter>) -> Answer<Vec<Unfinished>> {
    Ok(counter.office(&app).await?.unfinished().await?)
}

/// Holds of this counter that still run, such as after a crash.
#[tauri::command]
#[specta::specta]
pub async fn my_holds(app: AppHandle, counter: State<'_, Counter>) -> Answer<Vec<Hold>> {
    Ok(counter.office(&app).await?.my_holds().await?)
}

/// What this counter sold today.
#[tauri::command]
#[specta::specta]
pub async fn my_sales(app: AppHandle, counter: State<'_, Counter>) -> Answer<Vec<MySale>> {
    Ok(counter.office(&app).await?.my_sales().await?)
}

#[tauri::command]
#[specta::specta]
pub async fn look_up(app: AppHandle, counter: State<'_, Counter>, phone: String, password: String) -> Answer<LookUp> {
    Ok(counter.office(&app).await?.look_up(&phone, &password).await?)
}

/// By what a ticket's QR says.
#[tauri::command]
#[specta::specta]
pub async fn look_up_ticket(app: AppHandle, counter: State<'_, Counter>, scanned: String) -> Answer<Scan> {
    Ok(counter.office(&app).await?.look_up_ticket(&scanned).await?)
}

/// By a number or a phone, for which a manager signs. The manager's password is kept nowhere.
#[tauri::command]
#[specta::specta]
pub async fn look_up_vouched(
    app: AppHandle,
    counter: State<'_, Counter>,
    manager: String,
    password: String,
    wanted: String,
) -> Answer<LookUp> {
    Ok(counter.office(&app).await?.look_up_vouched(&manager, &password, &wanted).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn cancel(app: AppHandle, counter: State<'_, Counter>, reservation_id: ReservationId) -> Answer<Cancelled> {
    Ok(counter.office(&app).await?.cancel(reservation_id).await?)
}

/// The printers of this PC, the default one first.
#[tauri::command]
#[specta::specta]
pub async fn printers() -> Answer<Vec<Printer>> {
    tickets::printers().await
}

/// Issues the tickets of a reservation and prints or saves them, as the settings say; again: as a reprint.
#[tauri::command]
#[specta::specta]
pub async fn print_tickets(
    app: AppHandle,
    counter: State<'_, Counter>,
    printing: State<'_, Printing>,
    reservation_id: ReservationId,
) -> Answer<Print> {
    let office = counter.office(&app).await?;
    printing.print(&app, &office, reservation_id).await
}

/// What became of the last print so far.
#[tauri::command]
#[specta::specta]
pub async fn print_progress(app: AppHandle, printing: State<'_, Printing>) -> Answer<Option<Print>> {
    printing.progress(&app).await
}

/// Waits until the window is asked to close once more than the page has `seen`; none: how often it was.
#[tauri::command]
#[specta::specta]
pub async fn close_asked(closing: State<'_, Closing>, seen: Option<u32>) -> Answer<u32> {
    Ok(closing.asked(seen).await)
}

/// Closes the window, which nothing keeps open any more.
#[tauri::command]
#[specta::specta]
pub async fn close_window(window: WebviewWindow) -> Answer<()> {
    closing::close(&window);
    Ok(())
}

/// Milliseconds that this PC slept since the first time this was asked.
#[tauri::command]
#[specta::specta]
pub async fn slept() -> Answer<u32> {
    Ok(sleep::slept_ms())
}
