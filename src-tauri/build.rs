//! Declares every command of the shell: one that is not in a capability can be called by no window.

const COMMANDS: &[&str] = &[
    "boot",
    "save_settings",
    "test_server",
    "connect_server",
    "try_on_this_pc",
    "reconnect",
    "forget_server",
    "ping",
    "concerts_on_sale",
    "concert",
    "seat_map",
    "seat_changes",
    "check_seat",
    "hold_seats",
    "release_hold",
    "confirm",
    "resolve",
    "unfinished",
    "my_holds",
    "look_up",
    "cancel",
];

fn main() {
    // Plain cargo embeds the built face: a new one builds this crate again.
    println!("cargo::rerun-if-changed=../ui/dist");
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        println!("cargo::error={error:#}");
    }
}
