//! Rehearsals of a box office, on servers that are thrown away.

mod bench;
mod rush;
mod server;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Rehearsals of a box office, on servers that are thrown away.")]
struct Arguments {
    #[command(subcommand)]
    rehearsal: Rehearsal,
}

#[derive(Subcommand)]
enum Rehearsal {
    /// Starts a server with the schema, sample concerts, eight counters and a manager; prints one line of JSON with
    /// their URLs; ends, and leaves nothing behind, at SIGTERM, at SIGINT, or when its input is closed.
    Server,
    /// How fast the engine is, beside the same SQL typed by hand: a table, and with --json also a file.
    Bench(bench::Options),
    /// How many holds and sales a second a venue's own server can do, in a database that is made for it and dropped
    /// again.
    Rush(rush::Options),
}

#[tokio::main]
async fn main() -> ExitCode {
    let result = match Arguments::parse().rehearsal {
        Rehearsal::Server => server::run().await,
        Rehearsal::Bench(options) => bench::run(options).await,
        Rehearsal::Rush(options) => rush::run(options).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rehearsal: {error}");
            ExitCode::FAILURE
        }
    }
}
