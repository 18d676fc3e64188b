//! Connections for write operations, kept as the last operation left them.
//!
//! A pool of sqlx asks each connection that is given back whether it still is one, and meanwhile opens another for
//! whoever comes next. Harmless for reads; but a hold would take two round trips instead of one, and a counter would sell
//! on two connections in turns.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, raw_sql};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::{Error, Result, hold};

/// Operations of one counter at a time. A clerk does one; a manager's sweep may run beside it.
const MOST: usize = 2;
/// For a line that others of this counter use, and for connecting.
const PATIENCE: Duration = Duration::from_secs(3);

pub(crate) struct Lines {
    options: PgConnectOptions,
    free: Semaphore,
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    connection: PgConnection,
    prepared: bool,
    since: Instant,
}

/// A connection to work on, and the right to have one.
pub(crate) struct Line<'l> {
    pub connection: PgConnection,
    /// Whether an earlier operation used it: then it may have died since.
    pub used: bool,
    /// Whether it knows the statements of a hold and a release by name.
    prepared: bool,
    lines: &'l Lines,
    _place: SemaphorePermit<'l>,
}

impl Lines {
    pub fn new(options: PgConnectOptions) -> Self {
        Self { options, free: Semaphore::new(MOST), idle: Mutex::default() }
    }

    /// An idle line that is alive, or a new one.
    pub async fn take(&self) -> Result<Line<'_>> {
        let place = timeout(PATIENCE, self.free.acquire()).await.map_err(|_| Error::Busy)?;
        let place = place.map_err(|_| Error::Offline)?;
        while let Some(Idle { mut connection, prepared, since }) = self.pop() {
            if is_alive(&mut connection, since.elapsed()).await {
                return Ok(Line { connection, used: true, prepared, lines: self, _place: place });
            }
        }
        let connecting = PgConnection::connect_with(&self.options);
        let connection = timeout(PATIENCE, connecting).await.map_err(|_| Error::Offline)??;
        Ok(Line { connection, used: false, prepared: false, lines: self, _place: place })
    }

    fn pop(&self) -> Option<Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Closes every idle line.
    pub async fn close(&self) {
        while let Some(Idle { connection, .. }) = self.pop() {
            // Whether the server heard it makes no difference.
            let _closed = timeout(PATIENCE, connection.close()).await;
        }
    }
}

impl Line<'_> {
    /// Keeps it for the next operation. Only one with no transaction open and nothing unread; any other is dropped.
    pub fn keep(self) {
        let idle = Idle { connection: self.connection, prepared: self.prepared, since: Instant::now() };
        self.lines.idle.lock().unwrap_or_else(PoisonError::into_inner).push(idle);
    }

    /// Prepares, the first time, what is then executed by name.
    pub async fn prepare(&mut self) -> sqlx::Result<()> {
        if !self.prepared {
            raw_sql(AssertSqlSafe(hold::prepare())).execute(&mut self.connection).await?;
            self.prepared = true;
        }
        Ok(())
    }
}

/// A connection that was idle is asked first whether it still is one, so that a server's restart costs nobody a refusal.
/// One just used is not: that would be a round trip more for each operation.
pub(crate) async fn is_alive(connection: &mut PgConnection, idle_for: Duration) -> bool {
    const JUST_USED: Duration = Duration::from_millis(100);
    const ANSWERS_WITHIN: Duration = Duration::from_secs(1);
    idle_for < JUST_USED || timeout(ANSWERS_WITHIN, connection.ping()).await.is_ok_and(|pong| pong.is_ok())
}
