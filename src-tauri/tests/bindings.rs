//! The committed TypeScript is what the commands export.

use specta_typescript::Typescript;

/// What the example `bindings` writes, and where `make bindings` keeps it.
fn agree(commands: &tauri_specta::Builder<tauri::Wry>, file: &str) -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let generated = folder.path().join("bindings.ts");
    commands.export(Typescript::default(), &generated)?;
    let committed = format!("{}/../ui/src/lib/{file}", env!("CARGO_MANIFEST_DIR"));
    assert_eq!(
        std::fs::read_to_string(committed)?,
        std::fs::read_to_string(generated)?,
        "the commands changed: run `make bindings`"
    );
    Ok(())
}

#[test]
fn the_committed_bindings_are_those_of_the_commands() -> Result<(), Box<dyn std::error::Error>> {
    agree(&maepyo_lib::commands(), "bindings.ts")
}

#[test]
fn the_committed_limits_are_those_of_the_engine() -> Result<(), Box<dyn std::error::Error>> {
    let committed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src/lib/limits.ts"))?;
    assert_eq!(committed, box_office::limits::typescript(), "the limits changed: run `make bindings`");
    Ok(())
}

#[cfg(feature = "admin")]
#[test]
fn the_committed_admin_bindings_are_those_of_the_admin_commands() -> Result<(), Box<dyn std::error::Error>> {
    agree(&maepyo_lib::admin::commands(), "bindings.admin.ts")
}
