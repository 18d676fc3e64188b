//! Writes the TypeScript of the commands to the file it is given: the admin build's own ones with the feature `admin`.
//! To a second file it writes the limits of what can be typed.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: bindings FILE")?;
    #[cfg(not(feature = "admin"))]
    let commands = maepyo_lib::commands();
    #[cfg(feature = "admin")]
    let commands = maepyo_lib::admin::commands();
    commands.export(specta_typescript::Typescript::default(), path)?;
    if let Some(path) = std::env::args().nth(2) {
        std::fs::write(path, box_office::limits::typescript())?;
    }
    Ok(())
}
