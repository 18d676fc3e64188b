//! The committed TypeScript is what the commands export.

#[test]
fn the_committed_bindings_are_those_of_the_commands() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let generated = folder.path().join("bindings.ts");
    maepyo_lib::commands().export(specta_typescript::Typescript::default(), &generated)?;
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src/lib/bindings.ts");
    assert_eq!(
        std::fs::read_to_string(committed)?,
        std::fs::read_to_string(generated)?,
        "the commands changed: run `make bindings`"
    );
    Ok(())
}
