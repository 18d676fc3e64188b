//! The processes of counters and sweepers: started, told, killed, and started again.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::Mutex as AsyncMutex;
use tokio::time::{Instant, sleep};

use crate::Error;
use crate::counter::{Order, Post};

/// What all processes did so far.
#[derive(Default)]
pub struct Tally {
    /// Requests that ended.
    pub operations: AtomicU64,
    /// Answers that were lost.
    pub unknown: AtomicU64,
    /// Those that were asked for with success.
    pub resolved: AtomicU64,
    /// Processes that died and were started again.
    pub restarts: AtomicU64,
}

/// All posts of one kind.
pub struct Posts {
    posts: AsyncMutex<Vec<Worker>>,
    /// For the progress line.
    pub tally: Arc<Tally>,
}

struct Worker {
    login: String,
    file: PathBuf,
    child: Child,
    orders: Option<ChildStdin>,
    /// Seconds, for the next start.
    clock_off: i64,
    stopping: bool,
}

/// Where Debian's package puts it.
pub const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

impl Worker {
    fn spawn(file: &Path, clock_off: i64, tally: &Arc<Tally>) -> Result<(Child, Option<ChildStdin>), Error> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("counter").arg(file).arg(format!("--clock-off={clock_off}"));
        if clock_off != 0 {
            command
                .env("LD_PRELOAD", FAKETIME)
                .env("FAKETIME", format!("{clock_off:+}s"))
                // Only the clock on the wall is wrong; time goes by as ever.
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        if let Some(output) = child.stdout.take() {
            let tally = tally.clone();
            tokio::spawn(async move {
                let mut lines = BufReader::new(output).lines();
                while let Ok(Some(line)) = lines.next_line().await {
                    let mut numbers = line.split(' ').map(|number| number.parse().unwrap_or(0));
                    for count in [&tally.operations, &tally.unknown, &tally.resolved] {
                        count.fetch_add(numbers.next().unwrap_or(0), Ordering::Relaxed);
                    }
                }
            });
        }
        let orders = child.stdin.take();
        Ok((child, orders))
    }

    async fn tell(&mut self, order: &Order) {
        let Ok(mut line) = serde_json::to_vec(order) else { return };
        line.push(b'\n');
        if let Some(orders) = &mut self.orders {
            // One that just died will be started again, and is calm then.
            let _heard = orders.write_all(&line).await;
        }
    }
}

impl Posts {
    /// Starts a process for each.
    ///
    /// # Errors
    /// Those of files and processes.
    pub fn start(folder: &Path, posts: Vec<Post>) -> Result<Self, Error> {
        let tally = Arc::new(Tally::default());
        let mut workers = Vec::new();
        for post in posts {
            let file = folder.join(format!("{}.post", post.server.login));
            private_postgres::write_secret(&file, &serde_json::to_string(&post)?)?;
            let (child, orders) = Worker::spawn(&file, 0, &tally)?;
            workers.push(Worker { login: post.server.login, file, child, orders, clock_off: 0, stopping: false });
        }
        Ok(Self { posts: AsyncMutex::new(workers), tally })
    }

    /// Starts every one again that died. To be called for ever.
    ///
    /// # Errors
    /// Those of processes.
    pub async fn look_after(&self) -> Result<(), Error> {
        for worker in self.posts.lock().await.iter_mut() {
            if !worker.stopping && worker.child.try_wait()?.is_some() {
                self.tally.restarts.fetch_add(1, Ordering::Relaxed);
                (worker.child, worker.orders) = Worker::spawn(&worker.file, worker.clock_off, &self.tally)?;
            }
        }
        Ok(())
    }

    /// Tells all of them.
    pub async fn tell_all(&self, order: &Order) {
        for worker in self.posts.lock().await.iter_mut() {
            worker.tell(order).await;
        }
    }

    /// Tells the one that a number picks.
    pub async fn tell(&self, pick: usize, order: &Order) {
        let mut workers = self.posts.lock().await;
        let count = workers.len();
        if let Some(worker) = workers.get_mut(pick % count.max(1)) {
            worker.tell(order).await;
        }
    }

    /// Kill -9 of the one with this login.
    pub async fn kill(&self, login: &str) {
        for worker in self.posts.lock().await.iter_mut().filter(|worker| worker.login == login) {
            signal(worker.child.id(), Signal::KILL);
        }
    }

    /// Kill -9 of the one that a number picks; its clock is off by so many seconds when it starts again.
    pub async fn kill_and_set_clock(&self, pick: usize, clock_off: i64) {
        let mut workers = self.posts.lock().await;
        let count = workers.len();
        if let Some(worker) = workers.get_mut(pick % count.max(1)) {
            worker.clock_off = clock_off;
            signal(worker.child.id(), Signal::KILL);
        }
    }

    /// Lets them finish. Those that have not when time is up, by login; they are killed.
    pub async fn stop(&self, within: Duration) -> Vec<String> {
        let deadline = Instant::now() + within;
        let mut workers = self.posts.lock().await;
        for worker in workers.iter_mut() {
            worker.stopping = true;
            worker.tell(&Order::Stop).await;
        }
        let mut late = Vec::new();
        for worker in workers.iter_mut() {
            while worker.child.try_wait().is_ok_and(|status| status.is_none()) {
                if Instant::now() > deadline {
                    late.push(worker.login.clone());
                    signal(worker.child.id(), Signal::KILL);
                    break;
                }
                sleep(Duration::from_millis(50)).await;
            }
        }
        late
    }
}

/// Sends a signal to a process that may be gone already.
pub fn signal(pid: Option<u32>, signal: Signal) {
    if let Some(pid) = pid.and_then(|pid| Pid::from_raw(pid as i32)) {
        let _gone = rustix::process::kill_process(pid, signal);
    }
}

/// Processes that stand still, until they are let go.
#[derive(Default)]
pub struct Stopped(Mutex<Vec<u32>>);

impl Stopped {
    /// Stops one.
    pub fn stop(&self, pid: u32) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(pid);
        signal(Some(pid), Signal::STOP);
    }

    /// Lets one go.
    pub fn let_go(&self, pid: u32) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|other| *other != pid);
        signal(Some(pid), Signal::CONT);
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        for pid in self.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            signal(Some(pid), Signal::CONT);
        }
    }
}
