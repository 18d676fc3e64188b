//! What holds for the whole venue: the sweep, its rules, its logins, its server.

use box_office::setup::{self, Group, SchemaState};
use box_office::{Login, Rules, RulesToEdit, ServerLogin};
use tauri::{AppHandle, State};

use crate::admin::counters::{self, NewCounter};
use crate::counter::Counter;
use crate::refusal::Answer;
use crate::settings::{self, checked};
use crate::sweep::{Sweep, SweepStatus};

#[tauri::command]
#[specta::specta]
pub async fn sweep_status(sweep: State<'_, Sweep>) -> Answer<SweepStatus> {
    Ok(sweep.status())
}

/// One pass now; what it did, or why it failed, is in the status.
#[tauri::command]
#[specta::specta]
pub async fn sweep_now(app: AppHandle, sweep: State<'_, Sweep>) -> Answer<SweepStatus> {
    sweep.now(&app).await?;
    Ok(sweep.status())
}

/// Seconds between two passes of this PC: 1 to 60.
#[tauri::command]
#[specta::specta]
pub async fn set_sweep_seconds(app: AppHandle, sweep: State<'_, Sweep>, seconds: u8) -> Answer<SweepStatus> {
    settings::keep_sweep_seconds(&app, seconds)?;
    sweep.set_every_seconds(seconds);
    Ok(sweep.status())
}

#[tauri::command]
#[specta::specta]
pub async fn rules_to_edit(app: AppHandle, counter: State<'_, Counter>) -> Answer<RulesToEdit> {
    Ok(counter.office(&app).await?.rules_to_edit().await?)
}

#[tauri::command]
#[specta::specta]
pub async fn set_rules(app: AppHandle, counter: State<'_, Counter>, version: i32, rules: Rules) -> Answer<RulesToEdit> {
    Ok(counter.office(&app).await?.set_rules(version.into(), &rules).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn logins(app: AppHandle, counter: State<'_, Counter>) -> Answer<Vec<Login>> {
    Ok(counter.office(&app).await?.logins().await?)
}

#[tauri::command]
#[specta::specta]
pub async fn add_login(
    app: AppHandle,
    counter: State<'_, Counter>,
    group: Group,
    login: String,
    password: String,
) -> Answer<()> {
    Ok(counter.office(&app).await?.add_login(group, &login, &password).await?)
}

/// Makes the login of a new counter and the file that its PC takes in. `host` and `port` are where counters reach the server.
#[tauri::command]
#[specta::specta]
pub async fn add_counter(
    app: AppHandle,
    counter: State<'_, Counter>,
    login: String,
    host: String,
    port: u16,
) -> Answer<NewCounter> {
    counters::add(&app, &counter.office(&app).await?, login, host, port).await
}

#[tauri::command]
#[specta::specta]
pub async fn rename_login(app: AppHandle, counter: State<'_, Counter>, login: String, name: String) -> Answer<()> {
    Ok(counter.office(&app).await?.rename_login(&login, &name).await?)
}

/// Answers how many of its seats are free again.
#[tauri::command]
#[specta::specta]
pub async fn remove_login(app: AppHandle, counter: State<'_, Counter>, login: String) -> Answer<i32> {
    Ok(counter.office(&app).await?.remove_login(&login).await?)
}

/// How the database's schema compares with this program's.
#[tauri::command]
#[specta::specta]
pub async fn schema_state(server: ServerLogin) -> Answer<SchemaState> {
    Ok(setup::schema_state(&checked(server)?).await?)
}

/// Brings the schema up to date as the owner, whose password is kept nowhere.
#[tauri::command]
#[specta::specta]
pub async fn migrate_as_owner(owner: ServerLogin) -> Answer<()> {
    Ok(setup::migrate_as_owner(&checked(owner)?).await?)
}

/// Makes the login of a PC, or gives it another password, as the owner.
#[tauri::command]
#[specta::specta]
pub async fn add_login_as_owner(owner: ServerLogin, group: Group, login: String, password: String) -> Answer<()> {
    Ok(setup::add_login_as_owner(&checked(owner)?, group, &login, &password).await?)
}
