//! Declares every command of the shell: one that is not in a capability can be called by no window.

const COMMANDS: &[&str] = &[
    "boot",
    "save_settings",
    "test_server",
    "connect_server",
    "read_enrolment",
    "enrol",
    "try_on_this_pc",
    "reconnect",
    "server_now",
    "concerts_on_sale",
    "concert",
    "seat_map",
    "seat_changes",
    "check_seat",
    "hold_seats",
    "release_hold",
    "confirm",
    "confirm_walk_up",
    "resolve",
    "unfinished",
    "my_holds",
    "my_sales",
    "look_up",
    "look_up_ticket",
    "look_up_vouched",
    "cancel",
    "printers",
    "print_tickets",
    "print_progress",
    "close_asked",
    "close_window",
    "slept",
];

/// What the admin build adds, as a plugin of its own: the counter build has neither these nor their permissions.
const ADMIN_COMMANDS: &[&str] = &[
    "overview",
    "sales_of",
    "sales_chart",
    "live_holds",
    "save_report",
    "save_accesses",
    "reservations_of",
    "unmask",
    "cancel_for_customer",
    "journal",
    "sweep_status",
    "sweep_now",
    "set_sweep_seconds",
    "schema_state",
    "migrate_as_owner",
    "add_login_as_owner",
    "concerts_to_manage",
    "concert_to_edit",
    "create_concert",
    "edit_concert",
    "on_offer",
    "publish_concert",
    "pause_sales",
    "archive_concert",
    "delete_concert",
    "duplicate_concert",
    "save_tier",
    "remove_tier",
    "generate_plan",
    "open_hall_files",
    "read_hall",
    "save_template",
    "add_seats",
    "seats_progress",
    "cancel_seats",
    "seats_to_edit",
    "edit_seats",
    "rules_to_edit",
    "set_rules",
    "logins",
    "add_login",
    "add_counter",
    "rename_login",
    "remove_login",
];

fn main() {
    // Plain cargo embeds the built face: a new one builds this crate again.
    println!("cargo::rerun-if-changed=../ui/dist");
    println!("cargo::rerun-if-changed=capabilities");
    let mut attributes = tauri_build::Attributes::new()
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS))
        .capabilities_path_pattern("./capabilities/counter.json");
    if std::env::var_os("CARGO_FEATURE_ADMIN").is_some() {
        merge_admin_configuration();
        let admin = tauri_build::InlinedPlugin::new()
            .commands(ADMIN_COMMANDS)
            .default_permission(tauri_build::DefaultPermissionRule::AllowAllCommands);
        attributes = attributes.plugin("admin", admin).capabilities_path_pattern("./capabilities/*.json");
    }
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}

/// Does what tauri's command line does with `--config`, so that plain cargo builds the admin program as well.
fn merge_admin_configuration() {
    const FILE: &str = "tauri.admin.conf.json";
    println!("cargo::rerun-if-changed={FILE}");
    if std::env::var_os("TAURI_CONFIG").is_some() {
        return;
    }
    match std::fs::read_to_string(FILE) {
        Ok(config) => {
            // A variable is one line; no string of JSON has a line break in it.
            let config = config.replace('\n', " ");
            println!("cargo::rustc-env=TAURI_CONFIG={config}");
            #[expect(unsafe_code, reason = "a build script has one thread, so nobody reads the environment meanwhile")]
            unsafe {
                std::env::set_var("TAURI_CONFIG", config);
            }
        }
        Err(error) => println!("cargo::error={FILE}: {error}"),
    }
}
