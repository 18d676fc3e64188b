//! Rehearsals of a box office, on servers that are thrown away.

mod bench;
mod rush;
mod season;
mod server;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use rehearsal::campaign::{self, Plan};
use rehearsal::{check, counter, ground, mutants};
use tokio::runtime::Builder;

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
    /// Sells as many seats as a whole country does in half a year, hall by hall, and then judges what is in the database.
    Season(season::Options),
    /// Many counters at work while faults strike, and then the judgement. Fails when a rule was broken, or had nothing to
    /// look at.
    Faults {
        /// Everything random is drawn from it.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Of faults; starting, settling and judging come on top.
        #[arg(long, default_value_t = 3.0)]
        minutes: f64,
        /// Processes that sell.
        #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u8).range(1..=64))]
        counters: u8,
        /// Keeps the evidence there, for `check`.
        #[arg(long)]
        keep: Option<PathBuf>,
        /// Writes the report there, in Markdown.
        #[arg(long)]
        report: Option<PathBuf>,
    },
    /// Judges the evidence that a campaign left in a folder.
    Check {
        /// What `faults --keep` wrote.
        folder: PathBuf,
    },
    /// Seeds bugs into the engine, one at a time, and shows that the checker finds each. Builds the engine anew for each.
    Mutants {
        /// Only these, by name; several with commas.
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
    },
    /// One counter of a campaign.
    #[command(hide = true)]
    Counter {
        /// What it is to do.
        post: PathBuf,
        /// Seconds by which its clock was set wrong.
        #[arg(long, default_value_t = 0, allow_hyphen_values = true)]
        clock_off: i64,
    },
}

fn main() -> ExitCode {
    let rehearsal = Arguments::parse().rehearsal;
    let mut runtime = match rehearsal {
        // All clients in one thread, as pgbench's are: at a venue they have a PC each.
        Rehearsal::Bench(_) | Rehearsal::Season(_) => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    match runtime.enable_all().build() {
        Ok(runtime) => runtime.block_on(run(rehearsal)),
        Err(error) => {
            eprintln!("rehearsal: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(rehearsal: Rehearsal) -> ExitCode {
    let result = match rehearsal {
        Rehearsal::Server => server::run().await.map(|()| true),
        Rehearsal::Bench(options) => bench::run(options).await.map(|()| true),
        Rehearsal::Faults { seed, minutes, counters, keep, report } => {
            ground::enter_own_mounts();
            campaign::run(Plan { seed, minutes, counters: counters.into(), keep, report }).await
        }
        Rehearsal::Check { folder } => check::run(&folder),
        Rehearsal::Mutants { only } => mutants::run(&only).await,
        Rehearsal::Counter { post, clock_off } => counter::run(&post, clock_off).await.map(|()| true),
        Rehearsal::Rush(options) => rush::run(options).await.map(|()| true),
        Rehearsal::Season(options) => season::run(options).await,
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("rehearsal: {error}");
            ExitCode::FAILURE
        }
    }
}
