//! Rehearsals of a box office, on servers that are thrown away.

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
}

#[tokio::main]
async fn main() -> ExitCode {
    let result = match Arguments::parse().rehearsal {
        Rehearsal::Server => server::run().await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rehearsal: {error}");
            ExitCode::FAILURE
        }
    }
}
