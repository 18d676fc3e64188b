//! The broom: a thread that frees expired holds every few seconds, from the program's start to its end. Before it sweeps
//! it ends counters' transactions that stand still, which keep seats locked.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use box_office::{BoxOffice, Stale, Swept};
use serde::Serialize;
use specta::Type;
use tauri::async_runtime::block_on;
use tauri::{AppHandle, Manager};
use tokio::sync::Notify;

use crate::counter::Counter;
use crate::refusal::{Answer, PcError, Refusal};

/// What the broom of this PC did.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SweepStatus {
    /// Seconds between two passes: 1 to 60.
    pub every_seconds: u8,
    /// Passes since the program started, failed ones too.
    pub passes: u32,
    /// Seats freed since the program started.
    pub freed: i32,
    /// None before the first pass.
    pub last: Option<LastPass>,
    /// Connections of counters that this program ended, the last first, at most [`REMEMBERED`].
    pub ended: Vec<Ended>,
}

/// A counter's connection that was ended because its transaction stood still.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Ended {
    /// The counter's login.
    pub login: String,
    /// How long its transaction had stood.
    pub stood_seconds: i32,
    /// Milliseconds since it was ended, by this PC's monotonic clock.
    pub ms_ago: u32,
}

/// Ended connections that are told of.
const REMEMBERED: usize = 5;

/// One pass.
#[derive(Debug, Clone, Serialize, Type)]
pub struct LastPass {
    /// Milliseconds since it ended, by this PC's monotonic clock.
    pub ms_ago: u32,
    /// Seats that it freed.
    pub freed: i32,
    /// Why it failed. The next one goes on.
    pub error: Option<Refusal>,
}

/// The thread and what it tells.
pub struct Sweep {
    told: Arc<Told>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Told {
    every_seconds: AtomicU8,
    stop: Notify,
    passes: Mutex<Passes>,
}

#[derive(Default)]
struct Passes {
    count: u32,
    freed: i32,
    last: Option<(Instant, Answer<Swept>)>,
    ended: VecDeque<(Instant, Stale)>,
}

impl Sweep {
    /// Starts sweeping.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub fn start(app: &AppHandle, every_seconds: u8) -> std::io::Result<Self> {
        let passes = Mutex::new(Passes::default());
        let told = Arc::new(Told { every_seconds: AtomicU8::new(every_seconds), stop: Notify::new(), passes });
        let (app, told_there) = (app.clone(), Arc::clone(&told));
        let thread =
            std::thread::Builder::new().name("sweep".into()).spawn(move || block_on(sweep(&app, &told_there)))?;
        Ok(Self { told, thread: Mutex::new(Some(thread)) })
    }

    /// Stops it, within a batch.
    pub fn stop(&self) {
        self.told.stop.notify_one();
        let thread = lock(&self.thread).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the sweep had ended before it was stopped");
        }
    }

    /// One pass more, now. The thread may sweep at the same time.
    ///
    /// # Errors
    /// Those of [`BoxOffice::sweep_once`](box_office::BoxOffice::sweep_once).
    pub async fn now(&self, app: &AppHandle) -> Answer<Swept> {
        pass(app, &self.told).await
    }

    /// Counts from the next pass on.
    pub fn set_every_seconds(&self, seconds: u8) {
        self.told.every_seconds.store(seconds, Ordering::Relaxed);
    }

    /// What it did so far.
    pub fn status(&self) -> SweepStatus {
        let passes = lock(&self.told.passes);
        let last = passes.last.as_ref().map(|(at, outcome)| LastPass {
            ms_ago: ms_since(*at),
            freed: outcome.as_ref().map_or(0, |swept| swept.freed),
            error: outcome.as_ref().err().cloned(),
        });
        SweepStatus {
            every_seconds: self.told.every_seconds.load(Ordering::Relaxed),
            passes: passes.count,
            freed: passes.freed,
            last,
            ended: passes.ended.iter().map(|(at, stale)| Ended::told(*at, stale)).collect(),
        }
    }
}

impl Ended {
    fn told(at: Instant, stale: &Stale) -> Self {
        Self { login: stale.login.clone(), stood_seconds: stale.seconds, ms_ago: ms_since(at) }
    }
}

fn ms_since(moment: Instant) -> u32 {
    u32::try_from(moment.elapsed().as_millis()).unwrap_or(u32::MAX)
}

/// No error ends it: the next pass goes on.
async fn sweep(app: &AppHandle, told: &Told) {
    loop {
        let period = Duration::from_secs(u64::from(told.every_seconds.load(Ordering::Relaxed)));
        let next = async {
            tokio::time::sleep(period).await;
            if let Err(error) = pass(app, told).await {
                tracing::warn!(%error, "a sweep failed");
            }
        };
        tokio::select! {
            () = told.stop.notified() => return,
            () = next => {}
        }
    }
}

async fn pass(app: &AppHandle, told: &Told) -> Answer<Swept> {
    let counter = app.state::<Counter>();
    let every_seconds = told.every_seconds.load(Ordering::Relaxed);
    let outcome = match counter.office(app).await {
        Ok(office) => {
            end_stale(&office, told).await;
            office.sweep_once(every_seconds).await.map_err(Refusal::from)
        }
        // Nothing to sweep before a server was set up.
        Err(Refusal::ThisPc(PcError::NoServer)) => return Ok(Swept::default()),
        Err(error) => Err(error),
    };
    let mut passes = lock(&told.passes);
    passes.count += 1;
    passes.freed += outcome.as_ref().map_or(0, |swept| swept.freed);
    passes.last = Some((Instant::now(), outcome.clone()));
    outcome
}

/// A server on which the owner is no superuser may not let it; the sweep goes on without.
async fn end_stale(office: &BoxOffice, told: &Told) {
    match office.end_stale().await {
        Ok(stale) => {
            let mut passes = lock(&told.passes);
            for one in stale {
                tracing::warn!(login = one.login, seconds = one.seconds, "ended a transaction that stood still");
                passes.ended.push_front((Instant::now(), one));
            }
            passes.ended.truncate(REMEMBERED);
        }
        Err(error) => tracing::warn!(%error, "transactions that stand still could not be looked for"),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
