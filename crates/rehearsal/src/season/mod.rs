//! A whole country's season through one server: managers make and publish a hall, counters open its map and sell it out
//! in sales of one to four seats, the hall is archived, and the next one follows. Passwords are hashed once for all, since
//! each counter's PC does that for itself.

mod judge;

use std::io::{Write, stdout};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use box_office::{BoxOffice, ConcertForm, ConcertId, ConfirmForm, Missing, Replace, ReservationId, setup};
use clap::Args;
use fastrand::Rng;
use rehearsal::check::{Verdict, table};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

use crate::bench::{COUNTERS, Ground, HASHED, MANAGER, Used, counter_login, plan, used_by};

type Error = Box<dyn std::error::Error + Send + Sync>;

const DATABASE: &str = "season";
/// Seats of the halls, by turns: a club, a theatre, a concert hall and an arena.
const HALLS: [usize; 4] = [500, 1_500, 3_000, 15_000];
/// Parts of the season of which the last is compared with the first.
const PARTS: usize = 10;
/// What is wanted of the whole season, and of the last part's seats a second beside the first's.
const WITHIN: Duration = Duration::from_secs(60 * 60);
const NOT_SLOWER: f64 = 0.9;

/// How much of a season.
#[derive(Debug, Args)]
pub struct Options {
    /// Seats to sell. All of Korea sold 10.7 million in the first half of 2025 (kopis.or.kr).
    #[arg(long, default_value_t = 10_700_000, value_parser = clap::value_parser!(u64).range(1_000..))]
    seats: u64,
    /// Counters that sell at once.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    counters: u8,
    /// Sizes of sales, names and phones are drawn from it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Also writes the report there, in Markdown.
    #[arg(long)]
    report: Option<PathBuf>,
}

/// A sale that a counter was told of.
struct Told {
    reservation: ReservationId,
    seats: usize,
    total: i64,
}

/// How a part of the season went.
#[derive(Default)]
struct Part {
    seats: usize,
    sales: usize,
    /// Of the counters, from opening the map to the last sale.
    selling: Duration,
    /// Of the manager, who makes, publishes and archives the hall.
    managing: Duration,
    /// Milliseconds of processor time while selling, on both sides of the wire.
    processor_ms: f64,
}

/// Sells the season, then judges it. Whether nothing is wrong.
///
/// # Errors
/// When there is no server to be had, when a sale is refused, and when it is told to stop.
pub async fn run(options: Options) -> Result<bool, Error> {
    let (mut term, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let ground = Ground::start().await?;
    tokio::select! {
        clean = sell_and_judge(&ground, &options) => clean,
        _ = term.recv() => Err("stopped".into()),
        _ = interrupt.recv() => Err("stopped".into()),
    }
}

async fn sell_and_judge(ground: &Ground, options: &Options) -> Result<bool, Error> {
    let owner = ground.server.owner_url(DATABASE);
    setup::create_database(&ground.server.owner_url("postgres"), DATABASE).await?;
    setup::migrate(&owner).await?;
    let begun = Instant::now();
    let (parts, told) = sell(ground, options).await?;
    let took = begun.elapsed();
    let said = report(options, &parts, took);
    write!(stdout(), "\n{said}\n")?;
    let verdicts = judge::judge(&owner, &told).await?;
    let rules = table(&verdicts);
    write!(stdout(), "{rules}")?;
    if let Some(file) = &options.report {
        std::fs::write(file, format!("{said}\n```\n{rules}```\n"))?;
    }
    Ok(verdicts.iter().all(Verdict::is_clean))
}

async fn sell(ground: &Ground, options: &Options) -> Result<(Vec<Part>, Vec<Told>), Error> {
    let manager = BoxOffice::connect(&ground.login(DATABASE, MANAGER), None).await?;
    let mut counters = Vec::new();
    for number in 1..=usize::from(options.counters).min(COUNTERS) {
        counters.push(BoxOffice::connect(&ground.login(DATABASE, &counter_login(number)), None).await?);
    }
    let seats = options.seats as usize;
    let mut random = Rng::with_seed(options.seed);
    let mut told: Vec<Told> = Vec::new();
    let mut parts: Vec<Part> = (0..PARTS).map(|_| Part::default()).collect();
    let mut sold = 0;
    for (number, size) in HALLS.into_iter().cycle().enumerate() {
        let size = size.min(seats - sold);
        if size == 0 {
            break;
        }
        let part = &mut parts[sold * PARTS / seats];
        let begun = Instant::now();
        let concert = open(&manager, number, size).await?;
        part.managing += begun.elapsed();

        let (begun, used) = (Instant::now(), used_by(&ground.server)?);
        let sales = sell_out(&counters, concert, Arc::new(parties(size, &mut random)), &mut random).await?;
        part.selling += begun.elapsed();
        let Used { client, server } = used_by(&ground.server)?.since(used, 1);
        part.processor_ms += client + server;
        part.seats += size;
        part.sales += sales.len();
        told.extend(sales);

        let begun = Instant::now();
        let version = manager.concert_to_edit(concert).await?.version;
        manager.archive_concert(concert, version).await?;
        part.managing += begun.elapsed();
        sold += size;
        if number % 40 == 0 || sold == seats {
            write!(stdout(), "\r{sold} of {seats} seats sold")?;
            stdout().flush()?;
        }
    }
    for office in counters.iter().chain([&manager]) {
        office.close().await;
    }
    // Of a short season whole halls are larger than a tenth.
    parts.retain(|part| part.seats > 0);
    Ok((parts, told))
}

/// A published concert in a new hall.
async fn open(manager: &BoxOffice, number: usize, seats: usize) -> Result<ConcertId, Error> {
    let form = ConcertForm {
        title: format!("공연 {number}"),
        venue: format!("공연장 {}", seats),
        starts_at: None,
        note: String::new(),
    };
    let concert = manager.create_concert(&form).await?;
    let written = manager.add_seats(concert, 1, plan(seats, ""), Replace::Nothing, |_, _| (), Arc::default()).await?;
    manager.publish_concert(concert, written.version, &[Missing::NoDate]).await?;
    Ok(concert)
}

/// A hall's seats in order, in parties of one to four.
fn parties(seats: usize, random: &mut Rng) -> Vec<Range<usize>> {
    let mut parties = Vec::new();
    let mut from = 0;
    while from < seats {
        let to = (from + random.usize(1..=4)).min(seats);
        parties.push(from..to);
        from = to;
    }
    parties
}

/// All counters serve one queue until nothing is left.
async fn sell_out(
    counters: &[BoxOffice],
    concert: ConcertId,
    parties: Arc<Vec<Range<usize>>>,
    random: &mut Rng,
) -> Result<Vec<Told>, Error> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut clerks = JoinSet::new();
    for office in counters {
        clerks.spawn(serve(office.clone(), concert, parties.clone(), next.clone(), random.fork()));
    }
    let mut told = Vec::with_capacity(parties.len());
    while let Some(sales) = clerks.join_next().await {
        told.extend(sales??);
    }
    Ok(told)
}

async fn serve(
    office: BoxOffice,
    concert: ConcertId,
    parties: Arc<Vec<Range<usize>>>,
    next: Arc<AtomicUsize>,
    mut random: Rng,
) -> Result<Vec<Told>, box_office::Error> {
    let seats = office.seat_map(concert).await?.ids;
    let mut told = Vec::new();
    while let Some(party) = parties.get(next.fetch_add(1, Ordering::Relaxed)) {
        let hold = office.hold_seats(concert, &seats[party.clone()]).await?;
        let form = ConfirmForm {
            hold: hold.token,
            concert_id: concert,
            seat_ids: hold.seats.iter().map(|seat| seat.id).collect(),
            total: hold.total,
            name: format!("관객 {}", random.u32(..)),
            phone: format!("010{:08}", random.u32(..100_000_000)),
            password: String::new(),
        };
        let sold = office.confirm_hashed(&form, HASHED.to_owned()).await?;
        told.push(Told { reservation: sold.id, seats: sold.seats.len(), total: sold.total });
    }
    Ok(told)
}

fn report(options: &Options, parts: &[Part], took: Duration) -> String {
    let seats: usize = parts.iter().map(|part| part.seats).sum();
    let sales: usize = parts.iter().map(|part| part.sales).sum();
    let mut text = format!(
        "{seats} seats in {sales} sales by {} counters, in {:.1} minutes (wanted within {}): {}\n\n\
        | tenth | seats | selling, s | managing, s | seats a second | processor time a seat, ms |\n|---:|---:|---:|---:|---:|---:|\n",
        options.counters,
        took.as_secs_f64() / 60.0,
        WITHIN.as_secs() / 60,
        met(took <= WITHIN),
    );
    for (number, part) in (1..).zip(parts) {
        text += &format!(
            "| {number} | {} | {:.0} | {:.0} | {:.0} | {:.3} |\n",
            part.seats,
            part.selling.as_secs_f64(),
            part.managing.as_secs_f64(),
            part.seats_a_second(),
            part.processor_ms / part.seats.max(1) as f64,
        );
    }
    let (first, last) =
        (parts.first().map_or(0.0, Part::seats_a_second), parts.last().map_or(0.0, Part::seats_a_second));
    text += &format!(
        "\nThe last tenth's seats a second ÷ the first's: {:.2} (wanted ≥ {NOT_SLOWER}): {}\n",
        last / first,
        met(last >= NOT_SLOWER * first)
    );
    text
}

impl Part {
    fn seats_a_second(&self) -> f64 {
        self.seats as f64 / self.selling.as_secs_f64()
    }
}

fn met(so: bool) -> &'static str {
    if so { "met" } else { "MISSED" }
}
