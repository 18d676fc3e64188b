//! A campaign: counters and sweepers at work on a throw-away server while faults strike, and then the judgement.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use box_office::ServerLogin;
use fastrand::Rng;
use sqlx::{PgConnection, query_scalar};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::Error;
use crate::check::{Verdict, judge, table};
use crate::counter::Post;
use crate::evidence::{Campaign, Database, Evidence, Micros, Snapshot};
use crate::faults::{Faults, round, takes_long};
use crate::ground::Ground;
use crate::posts::{Posts, Stopped};
use crate::report;
use crate::venue::{self, DATABASE};

/// What is asked for.
pub struct Plan {
    /// Everything random is drawn from it.
    pub seed: u64,
    /// Of faults.
    pub minutes: f64,
    /// Processes that sell.
    pub counters: usize,
    /// Where the evidence stays; thrown away otherwise.
    pub keep: Option<PathBuf>,
    /// Where the report goes besides the screen.
    pub report: Option<PathBuf>,
}

const SWEEPERS: usize = 3;
const SWEEPS_EVERY: Duration = Duration::from_secs(2);
const HOLD_SECONDS: i32 = 3;
/// Seats of each concert and its share of the rush: everybody meets in the smallest hall.
const HALLS: [(i32, u32); 3] = [(60, 40), (240, 30), (700, 30)];

/// Runs it. Whether no rule was broken and none had nothing to look at.
///
/// # Errors
/// When the server does not come back, or files can't be written.
pub async fn run(plan: Plan) -> Result<bool, Error> {
    let scratch = tempfile::tempdir()?;
    let folder = plan.keep.clone().unwrap_or_else(|| scratch.path().to_owned());
    let histories = folder.join("histories");
    if histories.exists() {
        return Err(format!("{} has the evidence of another campaign in it", folder.display()).into());
    }
    std::fs::create_dir_all(&histories)?;
    let (ground, mut sprung) = Ground::prepare(scratch.path()).await?;
    let ground = Arc::new(ground);
    let (postgres, owner) = ground.owner_urls().await;
    let mut venue = venue::set_up(&postgres, &owner, plan.counters + 1, SWEEPERS, HOLD_SECONDS, &HALLS).await?;
    let rogue = venue.counters.pop().ok_or("no login is left for the rogue")?;
    // It uses up all connections of the server, which no login of a venue may.
    let unlimited = format!("alter role {} connection limit -1", rogue.0);
    sqlx::raw_sql(sqlx::AssertSqlSafe(unlimited)).execute(&mut venue::raw(&owner).await?).await?;

    let mut rng = Rng::with_seed(plan.seed);
    let mut post = |(number, (login, password)): (usize, &(String, String)), sweeps_every| Post {
        folder: histories.clone(),
        server: ServerLogin {
            host: "127.0.0.1".to_owned(),
            port: ground.proxy.port(),
            database: DATABASE.to_owned(),
            login: login.clone(),
            password: password.clone(),
            ca_certificate: None,
        },
        number,
        seed: rng.u64(..),
        sweeps_every,
        concerts: venue.concerts.clone(),
    };
    let every = Some(SWEEPS_EVERY.as_millis() as u64);
    let selling: Vec<Post> = venue.counters.iter().enumerate().map(|login| post(login, None)).collect();
    let sweeping: Vec<Post> = venue.sweepers.iter().enumerate().map(|login| post(login, every)).collect();
    let counters = Arc::new(Posts::start(scratch.path(), selling)?);
    let sweepers = Arc::new(Posts::start(scratch.path(), sweeping)?);

    let counted: Arc<Mutex<BTreeMap<String, u64>>> = Arc::default();
    let mut background = JoinSet::new();
    background.spawn({
        let (counters, counted) = (counters.clone(), counted.clone());
        async move {
            while let Some(sprung) = sprung.recv().await {
                Faults::count(&counted, sprung.fault);
                if sprung.fault.starts_with("counter killed") {
                    counters.kill(&sprung.login).await;
                }
            }
        }
    });
    background.spawn(look_after(counters.clone(), sweepers.clone()));
    background.spawn(show_progress(counters.clone(), counted.clone(), plan.minutes));
    let snapshots: Arc<Mutex<Vec<Snapshot>>> = Arc::default();
    background.spawn(watch(ground.clone(), snapshots.clone()));

    let (concert, _) = venue.concerts[0];
    let seats = {
        let (mut owner, _primary) = ground.owner().await?;
        query_scalar("select id from seats where concert_id = $1 order by id")
            .bind(concert)
            .fetch_all(&mut owner)
            .await?
    };
    let mut faults = Faults {
        ground: ground.clone(),
        counters: counters.clone(),
        rogue,
        concert,
        seats,
        counted: counted.clone(),
        skipped: Mutex::default(),
        stopped: Arc::new(Stopped::default()),
        going_on: JoinSet::new(),
    };
    let began = Instant::now();
    strike(&mut faults, &mut rng, began, Duration::from_secs_f64(plan.minutes * 60.0)).await?;

    // Everything is put right, and the rush goes on for a while without faults.
    while faults.going_on.join_next().await.is_some() {}
    ground.proxy.mend();
    let quiet_from = wait_until_wreckage_is_gone(&ground).await?;
    sleep(Duration::from_secs(HOLD_SECONDS as u64) + 3 * SWEEPS_EVERY).await;
    let mut stuck: Vec<String> = counters.stop(Duration::from_secs(120)).await;
    stuck.iter_mut().for_each(|login| *login = format!("{login} did not finish what it had begun"));
    sleep(Duration::from_secs(HOLD_SECONDS as u64) + 3 * SWEEPS_EVERY).await;
    stuck.extend(sweepers.stop(Duration::from_secs(60)).await);
    background.shutdown().await;

    let (mut owner, _primary) = ground.owner().await?;
    let campaign = Campaign {
        seed: plan.seed,
        minutes: plan.minutes,
        seats: i64::from(HALLS.iter().map(|(seats, _)| seats).sum::<i32>()),
        counters: venue.counters.iter().map(|(login, _)| login.clone()).collect(),
        sweepers: venue.sweepers.iter().map(|(login, _)| login.clone()).collect(),
        sweeps_every: SWEEPS_EVERY.as_micros() as Micros,
        quiet_from,
        ended: clock(&mut owner).await?,
        faults: counted.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        skipped: faults.skipped.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        ..Campaign::default()
    };
    let snapshots = std::mem::take(&mut *snapshots.lock().unwrap_or_else(PoisonError::into_inner));
    let mut evidence =
        Evidence { campaign, snapshots, database: Database::read(&mut owner).await?, ..Evidence::default() };
    stuck.extend(stuck_backends(&mut owner, &mut evidence.campaign).await?);
    evidence.campaign.stuck = stuck;
    drop((owner, _primary));
    look_for_corruption(&ground, &mut evidence.campaign).await?;
    evidence.save(&folder)?;

    let evidence = Evidence::load(&folder)?;
    let verdicts = judge(&evidence);
    eprintln!();
    print!("{}", table(&verdicts));
    let text = report::write(&evidence, &verdicts);
    match &plan.report {
        Some(path) => std::fs::write(path, &text)?,
        None => print!("{text}"),
    }
    Ok(verdicts.iter().all(Verdict::is_clean))
}

/// Brings faults about, one round after the other, until time is up.
async fn strike(faults: &mut Faults, rng: &mut Rng, began: Instant, length: Duration) -> Result<(), Error> {
    let short = length < Duration::from_secs(60);
    let mut failed_in_a_row = 0;
    loop {
        for kind in round(rng) {
            if short && takes_long(kind) {
                continue;
            }
            sleep(Duration::from_millis(rng.u64(150..750))).await;
            if began.elapsed() > length {
                return Ok(());
            }
            // One may get in another's way, as when the server still recovers. It is not counted then.
            match faults.bring_about(kind, rng).await {
                Ok(()) => failed_in_a_row = 0,
                Err(error) if failed_in_a_row == 10 => return Err(error),
                Err(error) => {
                    eprintln!("a fault could not be brought about: {error}");
                    failed_in_a_row += 1;
                }
            }
        }
    }
}

async fn look_after(counters: Arc<Posts>, sweepers: Arc<Posts>) {
    loop {
        for posts in [&counters, &sweepers] {
            if let Err(error) = posts.look_after().await {
                eprintln!("a process could not be started again: {error}");
            }
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// Takes snapshots as often as the server's state allows.
async fn watch(ground: Arc<Ground>, snapshots: Arc<Mutex<Vec<Snapshot>>>) {
    loop {
        if let Ok((mut owner, _primary)) = ground.owner().await
            && let Ok(snapshot) = Snapshot::take(&mut owner).await
        {
            snapshots.lock().unwrap_or_else(PoisonError::into_inner).push(snapshot);
        }
        sleep(Duration::from_millis(500)).await;
    }
}

async fn show_progress(counters: Arc<Posts>, counted: Arc<Mutex<BTreeMap<String, u64>>>, minutes: f64) {
    let began = Instant::now();
    let terminal = std::io::stderr().is_terminal();
    loop {
        sleep(Duration::from_secs(if terminal { 1 } else { 15 })).await;
        let tally = &counters.tally;
        let count = |number: &std::sync::atomic::AtomicU64| number.load(Ordering::Relaxed);
        let (faults, kinds) = {
            let counted = counted.lock().unwrap_or_else(PoisonError::into_inner);
            (counted.values().sum::<u64>(), report::kinds(&counted).len())
        };
        let seconds = began.elapsed().as_secs();
        let share = (began.elapsed().as_secs_f64() / (minutes * 60.0)).min(1.0);
        let bar: String = (0..20).map(|place| if f64::from(place) < share * 20.0 { '#' } else { '.' }).collect();
        eprint!(
            "{}[{bar}] {:>3}:{:02}  {} operations  {faults} faults of {kinds} kinds  {} lost answers, {} resolved  {} restarts{}",
            if terminal { "\r" } else { "" },
            seconds / 60,
            seconds % 60,
            count(&tally.operations),
            count(&tally.unknown),
            count(&tally.resolved),
            count(&tally.restarts),
            if terminal { "" } else { "\n" },
        );
    }
}

async fn clock(owner: &mut PgConnection) -> Result<Micros, Error> {
    Ok(query_scalar("select (extract(epoch from clock_timestamp()) * 1e6)::bigint").fetch_one(owner).await?)
}

/// Transactions that were open when the faults stopped are rolled back by the server's own time limits. The time when
/// none is left.
async fn wait_until_wreckage_is_gone(ground: &Ground) -> Result<Micros, Error> {
    ground.wait_until_up().await?;
    let (mut owner, _primary) = ground.owner().await?;
    let mended = clock(&mut owner).await?;
    let gone = async {
        loop {
            let left: i64 = query_scalar(
                "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
                and (extract(epoch from xact_start) * 1e6)::bigint < $1",
            )
            .bind(mended)
            .fetch_one(&mut owner)
            .await?;
            if left == 0 {
                return clock(&mut owner).await;
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    // Longer than the engine's limit for a transaction that stands idle.
    timeout(Duration::from_secs(30), gone)
        .await
        .map_err(|_| "transactions from before the end of the faults are open")?
}

/// With every counter gone: who is still in the middle of something.
async fn stuck_backends(owner: &mut PgConnection, campaign: &mut Campaign) -> Result<Vec<String>, Error> {
    let backends = "select (pid <> pg_backend_pid()
                and (state <> 'idle' or exists (select from pg_locks l where l.pid = a.pid and not l.granted))),
            format('backend %s is %s: %s', pid, state, left(query, 60))
        from pg_stat_activity a
        where backend_type = 'client backend' and (pid = pg_backend_pid() or usename like 'counter%' or usename like 'sweeper%')";
    let deadline = Instant::now() + Duration::from_secs(15);
    loop {
        let rows: Vec<(bool, String)> = sqlx::query_as(backends).fetch_all(&mut *owner).await?;
        campaign.backends = rows.len() as u64;
        let stuck: Vec<String> = rows.into_iter().filter_map(|(busy, what)| busy.then_some(what)).collect();
        if stuck.is_empty() || Instant::now() > deadline {
            return Ok(stuck);
        }
        sleep(Duration::from_millis(200)).await;
    }
}

async fn look_for_corruption(ground: &Ground, campaign: &mut Campaign) -> Result<(), Error> {
    let (port, password) = ground.owner_parts().await;
    let program = private_postgres::find_binaries()?.join("pg_amcheck");
    let output = tokio::task::block_in_place(|| amcheck(&program, port, &password))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    campaign.relations =
        text.matches("checking heap table").count() as u64 + text.matches("checking btree index").count() as u64;
    if !output.status.success() {
        campaign.corruption = text.lines().filter(|line| !line.contains("checking ")).map(str::to_owned).collect();
    }
    Ok(())
}

fn amcheck(program: &Path, port: u16, password: &str) -> std::io::Result<std::process::Output> {
    Command::new(program)
        .args(["--host=127.0.0.1", "--username", private_postgres::OWNER, "--port", &port.to_string()])
        .args(["--install-missing", "--heapallindexed", "--parent-check", "--verbose", DATABASE])
        .env("PGPASSWORD", password)
        .env("LC_ALL", "C.UTF-8")
        .output()
}
