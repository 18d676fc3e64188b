//! The admin build: what managers may ask, as a plugin that the counter build does not have.

mod concerts;
mod counters;
mod files;
mod hall_plan;
mod imports;
pub mod old_workbook;
mod plans;
mod venue;
mod watch;

use tauri::plugin::TauriPlugin;
use tauri::{Manager, RunEvent, Wry};
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands};

use crate::settings;
use crate::sweep::Sweep;

/// Its commands, with the TypeScript they export.
pub fn commands() -> Builder<Wry> {
    Builder::new()
        .plugin_name("admin")
        .error_handling(ErrorHandlingMode::Result)
        .dangerously_cast_bigints_to_number()
        .disable_serde_phases()
        .commands(collect_commands![
            watch::overview,
            watch::sales_of,
            watch::sales_chart,
            watch::live_holds,
            watch::save_report,
            watch::save_accesses,
            watch::reservations_of,
            watch::unmask,
            watch::cancel_for_customer,
            watch::journal,
            venue::sweep_status,
            venue::sweep_now,
            venue::set_sweep_seconds,
            venue::schema_state,
            venue::migrate_as_owner,
            venue::add_login_as_owner,
            venue::rules_to_edit,
            venue::set_rules,
            venue::logins,
            venue::add_login,
            venue::add_counter,
            venue::rename_login,
            venue::remove_login,
            concerts::concerts_to_manage,
            concerts::concert_to_edit,
            concerts::create_concert,
            concerts::edit_concert,
            concerts::on_offer,
            concerts::publish_concert,
            concerts::pause_sales,
            concerts::archive_concert,
            concerts::delete_concert,
            concerts::duplicate_concert,
            concerts::save_tier,
            concerts::remove_tier,
            plans::generate_plan,
            imports::open_hall_files,
            imports::read_hall,
            plans::save_template,
            plans::add_seats,
            plans::seats_progress,
            plans::cancel_seats,
            plans::seats_to_edit,
            plans::edit_seats,
        ])
}

/// The commands and the sweep, from the program's start to its end.
pub fn plugin() -> TauriPlugin<Wry> {
    tauri::plugin::Builder::new("admin")
        .invoke_handler(commands().invoke_handler())
        .setup(|app, _| {
            app.manage(Sweep::start(app, settings::sweep_seconds(app))?);
            app.manage(plans::Planning::default());
            app.manage(imports::Imports::default());
            Ok(())
        })
        .on_event(|app, event| {
            if let RunEvent::Exit = event {
                app.state::<Sweep>().stop();
            }
        })
        .build()
}
