//! Opens a cluster by hand, to look into it with psql:
//! `cargo run -p private-postgres -- FOLDER`, or without a folder a throw-away one.
//! Prints the owner's URL and the folder, and lives until its input is closed.

use private_postgres::{Cluster, Error, ThrowAway};

fn main() -> Result<(), Error> {
    match std::env::args_os().nth(1) {
        Some(folder) => {
            let cluster = Cluster::open(folder.as_ref())?;
            println!("{} {}", cluster.owner_url("postgres"), folder.display());
            wait()
        }
        None => {
            let server = ThrowAway::start()?;
            println!("{} {}", server.owner_url("postgres"), server.folder().display());
            wait()
        }
    }
}

fn wait() -> Result<(), Error> {
    std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink())?;
    Ok(())
}
