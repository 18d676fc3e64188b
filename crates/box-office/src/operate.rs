//! One write: a verb of the server, called on a connection that is never reused in doubt.
//!
//! A verb is one statement and so a transaction of its own. Its answer counts only once the server is ready for the next
//! statement: COMMIT comes after the last row, and a row that is told may still be taken back. So all of it is read.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Map;
use sqlx::{Postgres, query, query_scalar, raw_sql};
use tokio::time::timeout;
use uuid::Uuid;

use crate::connections::WriteConnection;
use crate::error::{is_newer_server, server_refused};
use crate::intents::Intent;
use crate::{BoxOffice, Error, OperationId, Result};

/// Longer than the server's own lock and statement timeouts, so that the server is normally the one to give up.
pub(crate) const DEADLINE: Duration = Duration::from_secs(8);
/// For a manager's work on all seats of a concert.
const LONG_DEADLINE: Duration = Duration::from_secs(70);
/// How soon a manager who stops it is heard.
const LOOK_FOR_STOP: Duration = Duration::from_millis(100);
const LONG_TIMEOUT: &str = "set statement_timeout = '60s'";

/// A call of a verb, as the macros make it, with its arguments in it.
pub(crate) type Verb<F> = Map<'static, Postgres, F, PgArguments>;

impl BoxOffice {
    /// Calls a verb whose operation is recorded on this PC before it is sent, and settled once its outcome is known.
    ///
    /// It runs in a task of its own: a caller that goes away must not cancel what was sent.
    ///
    /// # Errors
    /// Once it was sent, whatever is not the server's own refusal is [`Error::OutcomeUnknown`].
    pub(crate) async fn operate<F, T>(&self, intent: Intent, verb: Verb<F>) -> Result<Vec<T>>
    where
        F: FnMut(PgRow) -> sqlx::Result<T> + Send + 'static,
        T: Send + Unpin + 'static,
    {
        let operation = intent.operation;
        self.intents.record(intent).await?;
        let outcome = self.call(operation, verb).await;
        if !matches!(outcome, Err(Error::OutcomeUnknown { .. })) {
            self.intents.settle(operation).await;
        }
        outcome
    }

    /// The same for an operation that nobody will ask after.
    pub(crate) async fn call<F, T>(&self, operation: OperationId, verb: Verb<F>) -> Result<Vec<T>>
    where
        F: FnMut(PgRow) -> sqlx::Result<T> + Send + 'static,
        T: Send + Unpin + 'static,
    {
        let connections = self.write_connections.clone();
        in_a_task(operation, async move {
            let connection = connections.take().await?;
            send(connection, operation, DEADLINE, verb).await
        })
        .await
    }

    /// The same as another login, over a connection of its own that is closed again.
    pub(crate) async fn call_as<F, T>(&self, login: &str, password: &str, verb: Verb<F>) -> Result<Vec<T>>
    where
        F: FnMut(PgRow) -> sqlx::Result<T> + Send + 'static,
        T: Send + Unpin + 'static,
    {
        let operation = new_operation();
        let connections = self.write_connections.as_login(login, password);
        in_a_task(operation, async move {
            let connection = connections.open().await?;
            let told = send(connection, operation, DEADLINE, verb).await;
            connections.close().await;
            told
        })
        .await
    }

    /// The same as [`operate`](Self::operate) for a manager's work on all seats of a concert, which takes longer than a
    /// sale may; on a connection of its own, whose statement is cancelled once `stop` is set.
    ///
    /// # Errors
    /// Those of `operate`, and [`Error::Stopped`].
    pub(crate) async fn operate_for_long<F, T>(
        &self,
        intent: Intent,
        verb: Verb<F>,
        stop: Arc<AtomicBool>,
    ) -> Result<Vec<T>>
    where
        F: FnMut(PgRow) -> sqlx::Result<T> + Send + 'static,
        T: Send + Unpin + 'static,
    {
        let operation = intent.operation;
        let (connections, pool) = (self.write_connections.clone(), self.pool.clone());
        self.intents.record(intent).await?;
        let outcome = in_a_task(operation, async move {
            let mut connection = connections.open().await?;
            raw_sql(LONG_TIMEOUT).execute(&mut connection.connection).await?;
            let backend =
                query_scalar!(r#"select pg_backend_pid() as "pid!""#).fetch_one(&mut connection.connection).await?;
            if stop.load(Ordering::Relaxed) {
                return Err(Error::Stopped);
            }
            let mut outcome = pin!(send(connection, operation, LONG_DEADLINE, verb));
            loop {
                match timeout(LOOK_FOR_STOP, &mut outcome).await {
                    // The server says only that it was cancelled.
                    Ok(Err(Error::Busy)) if stop.load(Ordering::Relaxed) => return Err(Error::Stopped),
                    Ok(outcome) => return outcome,
                    Err(_) if stop.load(Ordering::Relaxed) => {
                        query!("select pg_cancel_backend($1)", backend).fetch_one(&pool).await?;
                    }
                    Err(_) => {}
                }
            }
        })
        .await;
        if !matches!(outcome, Err(Error::OutcomeUnknown { .. })) {
            self.intents.settle(operation).await;
        }
        outcome
    }
}

async fn in_a_task<T: Send + 'static>(
    operation: OperationId,
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    tokio::spawn(work).await.unwrap_or(Err(Error::OutcomeUnknown { operation }))
}

async fn send<F, T>(
    mut connection: WriteConnection<'_>,
    operation: OperationId,
    deadline: Duration,
    verb: Verb<F>,
) -> Result<Vec<T>>
where
    F: FnMut(PgRow) -> sqlx::Result<T> + Send,
    T: Send + Unpin,
{
    match timeout(deadline, verb.fetch_all(&mut connection.connection)).await {
        Ok(Ok(rows)) => {
            connection.keep();
            Ok(rows)
        }
        Ok(Err(error)) if server_refused(&error) => {
            // What it has prepared may not fit the server's verbs any more.
            if !is_newer_server(&error) {
                connection.keep();
            }
            Err(error.into())
        }
        Ok(Err(_)) | Err(_) => Err(Error::OutcomeUnknown { operation }),
    }
}

/// A new operation id: made before anything is sent, ordered by time.
pub(crate) fn new_operation() -> OperationId {
    OperationId(Uuid::now_v7())
}
