//! Many counters after one concert, on a venue's own server, in a database that is made for it and dropped again: what
//! the server can do before it has to.

mod scratch;

use std::io::{Write, stdout};
use std::sync::Arc;
use std::time::{Duration, Instant};

use box_office::{BoxOffice, ConcertId, ConfirmForm, Error as Refusal, Hold, Resolved, SeatId};
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::bench::percentile;
use scratch::Scratch;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Whose server, and how hard.
#[derive(Debug, Args)]
pub struct Options {
    /// URL of a login that may create databases and roles, such as the server's owner. Of the database named in it only
    /// the connection is used; everything happens in a new one.
    #[arg(long)]
    server: String,
    /// PEM file of the authority that signed the server's certificate, as the counters have it.
    #[arg(long)]
    ca_certificate: Option<String>,
    /// Counters, each with a login of its own.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=500))]
    counters: u16,
    /// How long they rush, unless everything is sold before.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,
    /// Seats of the concert.
    #[arg(long, default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    seats: u32,
}

/// What a counter saw.
#[derive(Default)]
struct Seen {
    /// Milliseconds of each hold, of each sale after its hold, and of each hold that was refused.
    holds: Vec<f64>,
    sales: Vec<f64>,
    refusals: Vec<f64>,
    busy: usize,
    unknown: usize,
    sold_by_the_answer: usize,
}

/// Rushes until the time is over, everything is sold, or it is told to stop; then removes all that it made.
///
/// # Errors
/// When the server can't be reached or refuses, when a sale is not where it was said to be, or when something could not
/// be removed again.
pub async fn run(options: Options) -> Result<(), Error> {
    let (mut term, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut scratch = Scratch::on(&options.server, options.ca_certificate.clone())?;
    // Not to be stopped in the middle: a database that is still being made can't be dropped.
    let made = scratch.make(usize::from(options.counters), options.seats as usize).await;
    let rushed = match made {
        Ok(()) => tokio::select! {
            rushed = rush(&scratch, &options) => rushed,
            _ = term.recv() => Err("stopped".into()),
            _ = interrupt.recv() => Err("stopped".into()),
        },
        Err(error) => Err(error),
    };
    let removed = scratch.remove().await;
    rushed?;
    removed?;
    Ok(writeln!(stdout(), "database {} and its logins are gone again", scratch.name)?)
}

async fn rush(scratch: &Scratch, options: &Options) -> Result<(), Error> {
    let counters = scratch.counters().await?;
    let version = counters[0].facts().await?.server_version;
    let pairs = pairs(&counters[0], scratch.concert).await?;
    // What each counter's PC would make for each customer; here one PC would only measure itself.
    let hashed = counters[0].password_hash("01012345678", "rush").await?;
    writeln!(
        stdout(),
        "{} counters rush one concert of {} seats on PostgreSQL {version}, in database {}",
        options.counters,
        options.seats,
        scratch.name
    )?;
    let begun = Instant::now();
    let mut clerks = JoinSet::new();
    for office in counters.clone() {
        let over = begun + Duration::from_secs(options.seconds);
        clerks.spawn(sell(office, scratch.concert, pairs.clone(), hashed.clone().into(), over));
    }
    let mut all = Seen::default();
    while let Some(seen) = clerks.join_next().await {
        let seen = seen??;
        all.holds.extend(seen.holds);
        all.sales.extend(seen.sales);
        all.refusals.extend(seen.refusals);
        all.busy += seen.busy;
        all.unknown += seen.unknown;
        all.sold_by_the_answer += seen.sold_by_the_answer;
    }
    let seconds = begun.elapsed().as_secs_f64();
    for counter in &counters {
        counter.close().await;
    }
    report(&all, seconds)?;
    judge(scratch, &all).await
}

/// Seats two by two, best first.
async fn pairs(office: &BoxOffice, concert: ConcertId) -> Result<Vec<[SeatId; 2]>, Error> {
    let seats = office.seat_map(concert).await?.ids;
    Ok(seats.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect())
}

/// One counter: holds two of the best seats that it does not know to be gone, sells them, and goes on.
async fn sell(
    office: BoxOffice,
    concert: ConcertId,
    mut left: Vec<[SeatId; 2]>,
    hashed: Arc<str>,
    over: Instant,
) -> Result<Seen, Refusal> {
    /// Everybody is after the same few rows.
    const BEST: usize = 64;
    let mut seen = Seen::default();
    left.reverse();
    while Instant::now() < over && !left.is_empty() {
        let from_the_end = Uuid::new_v4().as_u128() as usize % left.len().min(BEST);
        let pair = left.remove(left.len() - 1 - from_the_end);
        let begun = Instant::now();
        let hold = match office.hold_seats(concert, &pair).await {
            Ok(hold) => {
                seen.holds.push(milliseconds(begun));
                hold
            }
            Err(Refusal::SeatsTaken { .. }) => {
                seen.refusals.push(milliseconds(begun));
                continue;
            }
            Err(Refusal::Busy) => {
                seen.busy += 1;
                left.push(pair);
                continue;
            }
            Err(Refusal::OutcomeUnknown { operation }) => {
                seen.unknown += 1;
                let Resolved::Held { hold } = office.resolve(operation).await? else { continue };
                hold
            }
            Err(other) => return Err(other),
        };
        confirm(&office, &hold, &hashed, &mut seen).await?;
    }
    Ok(seen)
}

async fn confirm(office: &BoxOffice, hold: &Hold, hashed: &str, seen: &mut Seen) -> Result<(), Refusal> {
    let form = ConfirmForm {
        hold: hold.token,
        concert_id: hold.concert_id,
        seat_ids: hold.seats.iter().map(|seat| seat.id).collect(),
        total: hold.total,
        name: "관객".into(),
        phone: "01012345678".into(),
        password: String::new(),
    };
    let begun = Instant::now();
    match office.confirm_hashed(&form, hashed.to_owned()).await {
        Ok(_) => seen.sales.push(milliseconds(begun)),
        Err(Refusal::OutcomeUnknown { operation }) => {
            seen.unknown += 1;
            let sold = matches!(office.resolve(operation).await?, Resolved::Confirmed { .. });
            seen.sold_by_the_answer += usize::from(sold);
        }
        Err(Refusal::Busy) => seen.busy += 1,
        Err(other) => return Err(other),
    }
    Ok(())
}

fn milliseconds(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1e3
}

fn report(seen: &Seen, seconds: f64) -> Result<(), Error> {
    let mut out = stdout();
    for (what, times) in [("holds", &seen.holds), ("sales", &seen.sales), ("refusals", &seen.refusals)] {
        let (count, per_second) = (times.len(), times.len() as f64 / seconds);
        let (p50, p99) = (percentile(times, 50), percentile(times, 99));
        write!(out, "{what:<9}{count:>9}{per_second:>10.1} per s")?;
        if times.is_empty() {
            writeln!(out)?;
        } else {
            writeln!(out, "   p50 {p50:.1} ms   p99 {p99:.1} ms")?;
        }
    }
    writeln!(out, "busy {}, outcome unknown and then resolved {}, in {seconds:.1} s", seen.busy, seen.unknown)?;
    Ok(writeln!(out, "passwords were hashed once for all: each counter's PC does that for itself")?)
}

/// Every sale that was answered is there, and no seat is in two.
async fn judge(scratch: &Scratch, seen: &Seen) -> Result<(), Error> {
    let answered = (seen.sales.len() + seen.sold_by_the_answer) as i64;
    let sales = scratch.ask("select count(*) from reservations where status = 'confirmed'").await?;
    let sold = scratch.ask("select count(*) from reservation_seats where released_at is null").await?;
    let seats = scratch.ask("select count(*) from seats where status = 'reserved'").await?;
    let deadlocks = scratch.ask("select deadlocks from pg_stat_database where datname = current_database()").await?;
    if (sales, sold, seats) != (answered, 2 * answered, 2 * answered) {
        return Err(format!(
            "{answered} sales of two seats were answered, but the database has {sales} sales, {sold} seats in sales and \
             {seats} seats marked as sold"
        )
        .into());
    }
    Ok(writeln!(stdout(), "all {answered} sales are there, no seat was sold twice, deadlocks: {deadlocks}")?)
}
