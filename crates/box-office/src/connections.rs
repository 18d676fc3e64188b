//! Connections for writing, kept as the last operation left them.
//!
//! A pool of sqlx asks each connection that is given back whether it still is one, and meanwhile opens another for
//! whoever comes next. Harmless for reads; but a hold would take two round trips instead of one, and a counter would sell
//! on two connections in turns.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::{Error, Result};

/// Operations of one counter at a time. A clerk does one; a manager's sweep may run beside it.
pub(crate) const MOST: usize = 2;
/// For a connection that others of this counter use, and for connecting.
const PATIENCE: Duration = Duration::from_secs(3);

pub(crate) struct Connections {
    options: PgConnectOptions,
    free: Semaphore,
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    connection: PgConnection,
    since: Instant,
}

/// A connection to write on, and the right to have one.
pub(crate) struct WriteConnection<'c> {
    pub connection: PgConnection,
    /// Not one for long work, whose timeout is another.
    kept: bool,
    connections: &'c Connections,
    _place: SemaphorePermit<'c>,
}

impl Connections {
    pub fn new(options: PgConnectOptions) -> Self {
        Self { options, free: Semaphore::new(MOST), idle: Mutex::default() }
    }

    /// To the same server, as another login.
    pub fn as_login(&self, login: &str, password: &str) -> Self {
        Self::new(self.options.clone().username(login).password(password))
    }

    /// An idle one that is alive, or a new one.
    pub async fn take(&self) -> Result<WriteConnection<'_>> {
        let place = self.place().await?;
        while let Some(Idle { mut connection, since }) = self.pop() {
            if is_alive(&mut connection, since.elapsed()).await {
                return Ok(WriteConnection { connection, kept: true, connections: self, _place: place });
            }
        }
        let connection = self.connect().await?;
        Ok(WriteConnection { connection, kept: true, connections: self, _place: place })
    }

    /// A new one that is closed after its one operation.
    pub async fn open(&self) -> Result<WriteConnection<'_>> {
        let place = self.place().await?;
        let connection = self.connect().await?;
        Ok(WriteConnection { connection, kept: false, connections: self, _place: place })
    }

    async fn place(&self) -> Result<SemaphorePermit<'_>> {
        let place = timeout(PATIENCE, self.free.acquire()).await.map_err(|_| Error::Busy)?;
        place.map_err(|_| Error::Offline)
    }

    async fn connect(&self) -> Result<PgConnection> {
        let connecting = PgConnection::connect_with(&self.options);
        Ok(timeout(PATIENCE, connecting).await.map_err(|_| Error::Offline)??)
    }

    fn pop(&self) -> Option<Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Closes every idle one.
    pub async fn close(&self) {
        while let Some(Idle { connection, .. }) = self.pop() {
            // Whether the server heard it makes no difference.
            let _closed = timeout(PATIENCE, connection.close()).await;
        }
    }
}

impl WriteConnection<'_> {
    /// Keeps it for the next operation. Only one with no transaction open and nothing unread; any other is dropped.
    pub fn keep(self) {
        if self.kept {
            let idle = Idle { connection: self.connection, since: Instant::now() };
            self.connections.idle.lock().unwrap_or_else(PoisonError::into_inner).push(idle);
        }
    }
}

/// A connection that was idle is asked first whether it still is one, so that a server's restart costs nobody a refusal.
/// One just used is not: that would be a round trip more for each operation.
pub(crate) async fn is_alive(connection: &mut PgConnection, idle_for: Duration) -> bool {
    const JUST_USED: Duration = Duration::from_millis(100);
    const ANSWERS_WITHIN: Duration = Duration::from_secs(1);
    idle_for < JUST_USED || timeout(ANSWERS_WITHIN, connection.ping()).await.is_ok_and(|pong| pong.is_ok())
}
