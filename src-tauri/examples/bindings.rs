//! Writes the TypeScript of the commands to the file it is given.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: bindings FILE")?;
    maepyo_lib::commands().export(specta_typescript::Typescript::default(), path)?;
    Ok(())
}
