//! How fast the engine is, beside the same SQL typed by hand: on one durable server, in turns, as one counter's login,
//! with all guards and triggers on both sides. The hand's scripts are in `sql/`, one file each.

mod clients;
mod figure;
mod ground;
mod hot_seats;
mod journal;
mod large;
mod look;
mod managing;
mod past_sales;
mod pgbench;
mod processor;
mod sale;
mod sweep;

use std::io::{Write, stderr, stdout};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};

pub use figure::percentile;
use figure::{Figure, table};
pub use ground::{COUNTERS, Ground, MANAGER, counter_login};
pub use managing::plan;
pub use processor::{Used, used_by};
use sale::Deed;
pub use sale::HASHED;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// What to measure.
#[derive(Debug, Args)]
pub struct Options {
    /// Also writes the figures here, for machines.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Only these figures; may be given several times.
    #[arg(long, value_enum)]
    only: Vec<Group>,
    /// Also a hold with ten million seats in the database, a cancel with a million past sales and a month out of ten
    /// million rows of the journal, which takes many minutes and several gigabytes.
    #[arg(long)]
    large: bool,
    /// How often each is measured, in turns with its baseline; the median counts. 5, or 1 of the quick ones.
    #[arg(long)]
    rounds: Option<usize>,
    /// Everything, but so little of it that the figures mean nothing: to see that it runs.
    #[arg(long)]
    quick: bool,
}

/// Figures that are measured together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Group {
    Hold,
    Confirm,
    Cancel,
    HotSeats,
    Sweep,
    Home,
    Stadium,
    Managing,
    Argon2,
    Large,
    PastSales,
    Journal,
}

/// How much of everything.
struct Size {
    /// Of which the median is taken.
    rounds: usize,
    concerts: usize,
    seats: usize,
    stadium: usize,
    /// Holds, confirms or cancels of a round, of all clients together; and of a single client at most.
    deeds: usize,
    deeds_of_one: usize,
    /// Of each client on the hot seats.
    attempts: usize,
    /// Expired holds for the sweep.
    expired: usize,
    /// For how long sales are watched before it.
    watched: Duration,
    /// Of home and of the stadium.
    looks: usize,
    seats_of_large: usize,
    past_sales: usize,
    journal_rows: usize,
}

const FULL: Size = Size {
    rounds: 5,
    concerts: 100,
    seats: 2_000,
    stadium: 50_000,
    deeds: 9_600,
    deeds_of_one: 800,
    attempts: 100,
    expired: 100_000,
    watched: Duration::from_secs(3),
    looks: 10,
    seats_of_large: 10_000_000,
    past_sales: 1_000_000,
    journal_rows: 10_000_000,
};

const QUICK: Size = Size {
    rounds: 1,
    concerts: 3,
    seats: 200,
    stadium: 500,
    deeds: 96,
    deeds_of_one: 10,
    attempts: 3,
    expired: 250,
    watched: Duration::from_millis(200),
    looks: 2,
    seats_of_large: 20_000,
    past_sales: 2_000,
    journal_rows: 2_400,
};

#[derive(Serialize)]
struct Report<'f> {
    figures: &'f [Figure],
}

/// Measures until it is done or told to stop.
///
/// # Errors
/// When there is no server to be had, or something that is measured fails.
pub async fn run(options: Options) -> Result<(), Error> {
    let (mut term, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut figures = Vec::new();
    let ended = tokio::select! {
        ended = measure(&options, &mut figures) => ended,
        _ = term.recv() => Err("stopped".into()),
        _ = interrupt.recv() => Err("stopped".into()),
    };
    // What was measured until then is worth knowing.
    if let Some(file) = &options.json {
        std::fs::write(file, serde_json::to_string_pretty(&Report { figures: &figures })? + "\n")?;
    }
    let missed = figures.iter().filter(|figure| figure.met == Some(false)).count();
    let wanted = figures.iter().filter(|figure| figure.met.is_some()).count();
    write!(stdout(), "{}\n{} of {wanted} targets met\n", table(&figures), wanted - missed)?;
    ended
}

async fn measure(options: &Options, figures: &mut Vec<Figure>) -> Result<(), Error> {
    let mut size = if options.quick { QUICK } else { FULL };
    size.rounds = options.rounds.unwrap_or(size.rounds).max(1);
    let size = &size;
    let wanted = |group: Group| match group {
        Group::Large | Group::PastSales | Group::Journal => options.large || options.only.contains(&group),
        _ => options.only.is_empty() || options.only.contains(&group),
    };
    let ground = Ground::start().await?;
    say("making the halls");
    let halls = ground.halls("halls", size.concerts, size.seats).await?;
    for (group, deed) in [(Group::Hold, Deed::Hold), (Group::Confirm, Deed::Confirm), (Group::Cancel, Deed::Cancel)] {
        if wanted(group) {
            figures.extend(sale::figures(&halls, deed, size).await?);
        }
    }
    if wanted(Group::HotSeats) {
        figures.extend(hot_seats::figures(&halls, size).await?);
    }
    if wanted(Group::Sweep) {
        figures.extend(sweep::figures(&halls, size).await?);
    }
    if wanted(Group::Home) {
        figures.push(look::home(&halls, size).await?);
    }
    if wanted(Group::Stadium) {
        let stadium = ground.halls("stadium", 1, size.stadium).await?;
        figures.push(look::stadium(&stadium, size).await?);
    }
    if wanted(Group::Managing) {
        figures.extend(managing::figures(&halls, size).await?);
    }
    if wanted(Group::Argon2) {
        figures.push(look::argon2(&halls, size).await?);
    }
    if wanted(Group::Large) {
        figures.push(large::figure(&ground, size).await?);
    }
    if wanted(Group::PastSales) {
        figures.push(past_sales::figure(&ground, size).await?);
    }
    if wanted(Group::Journal) {
        figures.push(journal::figure(&ground, size).await?);
    }
    Ok(())
}

/// Tells whoever waits what is being done.
fn say(what: &str) {
    // Nobody may be listening.
    let _told = writeln!(stderr(), "bench: {what}");
}
