//! The shell around the engine: one window, its commands, its settings, and a private server for trying it out.

#[cfg(feature = "admin")]
pub mod admin;
mod arguments;
mod closing;
mod commands;
mod counter;
mod fitting;
mod refusal;
mod saving;
mod secrets;
mod settings;
mod sleep;
#[cfg(feature = "admin")]
mod sweep;
mod this_pc;
mod tickets;
#[cfg(target_os = "linux")]
mod typing;
#[cfg(target_os = "linux")]
mod upgrade;

use tauri::{Manager, WebviewWindowBuilder};
use tauri_plugin_log::log::LevelFilter;
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands};

pub use commands::Boot;
pub use settings::{Language, ServerKept, Settings, Theme};

/// The commands of both builds, with the TypeScript they export.
pub fn commands() -> Builder<tauri::Wry> {
    Builder::new()
        .error_handling(ErrorHandlingMode::Result)
        .dangerously_cast_bigints_to_number()
        .disable_serde_phases()
        .commands(collect_commands![
            commands::boot,
            commands::save_settings,
            commands::test_server,
            commands::connect_server,
            commands::try_on_this_pc,
            commands::reconnect,
            commands::server_now,
            commands::concerts_on_sale,
            commands::concert,
            commands::seat_map,
            commands::seat_changes,
            commands::check_seat,
            commands::hold_seats,
            commands::release_hold,
            commands::confirm,
            commands::confirm_walk_up,
            commands::resolve,
            commands::unfinished,
            commands::my_holds,
            commands::my_sales,
            commands::look_up,
            commands::look_up_ticket,
            commands::look_up_vouched,
            commands::cancel,
            commands::printers,
            commands::print_tickets,
            commands::print_progress,
            commands::close_asked,
            commands::close_window,
            commands::slept,
        ])
}

/// Opens the window and runs until it is closed.
pub fn run() {
    arguments::answer();
    prefer_software_drawing();
    #[cfg(target_os = "linux")]
    typing::prepare();
    #[cfg(target_os = "linux")]
    need_a_display();
    // sqlx logs statements, slow ones even as warnings, and a log must never hold SQL, names or phones: it is silent.
    let log = tauri_plugin_log::Builder::new()
        .level(LevelFilter::Info)
        .level_for("sqlx", LevelFilter::Off)
        .level_for("zbus", LevelFilter::Warn)
        .level_for("tracing", LevelFilter::Warn)
        .max_file_size(2_000_000)
        .build();
    let builder = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| {
            if let Some(window) = app.get_webview_window("main") {
                // A window that won't come to the front is no reason to fail.
                drop(window.unminimize().and_then(|()| window.set_focus()));
            }
        }))
        .plugin(log)
        .plugin(tauri_plugin_store::Builder::new().build())
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .manage(counter::Counter::default())
        .manage(closing::Closing::default())
        .manage(fitting::Fitting::default())
        .manage(tickets::Printing::default())
        .on_window_event(|window, event| {
            closing::on_window_event(window, event);
            fitting::on_window_event(window, event);
        })
        .invoke_handler(commands().invoke_handler())
        .setup(|app| {
            settings::set_broken_file_aside(app.handle());
            // Made here and not by the configuration: its first command reads the settings.
            for window in &app.config().app.windows {
                let window = WebviewWindowBuilder::from_config(app.handle(), window)?;
                // Files are dropped on the managers' page itself.
                #[cfg(feature = "admin")]
                let window = window.disable_drag_drop_handler();
                let window = window.build()?;
                #[cfg(target_os = "linux")]
                window.with_webview(|view| typing::take_over(&view.inner()))?;
            }
            Ok(())
        });
    #[cfg(feature = "admin")]
    let builder = builder.plugin(admin::plugin());
    match builder.build(tauri::generate_context!()) {
        Ok(app) => app.run(|app, event| {
            if let tauri::RunEvent::Exit = event {
                tauri::async_runtime::block_on(app.state::<counter::Counter>().close());
            }
        }),
        Err(error) => {
            eprintln!("Maepyo could not open its window: {error}");
            std::process::exit(1);
        }
    }
}

/// Ticket-counter PCs often have no GPU. WebKitGTK composites in software then, which doubles the cost of a frame; told
/// before it starts, it draws straight.
fn prefer_software_drawing() {
    let has_gpu = std::fs::read_dir("/dev/dri")
        .is_ok_and(|nodes| nodes.flatten().any(|node| node.file_name().to_string_lossy().starts_with("renderD")));
    if !has_gpu && std::env::var_os("WEBKIT_DISABLE_COMPOSITING_MODE").is_none() {
        #[expect(unsafe_code, reason = "the program has one thread yet, so nobody reads the environment meanwhile")]
        unsafe {
            std::env::set_var("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
        }
    }
}

/// Without a display the window library panics; this says why there is no window.
#[cfg(target_os = "linux")]
fn need_a_display() {
    if gtk::init().is_err() {
        eprintln!("창을 띄울 화면이 없습니다. 데스크톱에서 실행해 주세요.");
        eprintln!("There is no display to open a window on. Start Maepyo on a desktop.");
        std::process::exit(1);
    }
}
