//! One write operation: a transaction that always runs to its end, on a connection that is never reused in doubt.

use std::pin::Pin;
use std::time::Duration;

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgTransaction, raw_sql};
use tokio::time::timeout;
use uuid::Uuid;

use crate::error::server_refused;
use crate::intents::Intent;
use crate::lines::Lines;
use crate::{BoxOffice, Error, Result};

/// Longer than the server's own lock and statement timeouts, so that the server is normally the one to give up.
pub(crate) const DEADLINE: Duration = Duration::from_secs(8);

/// For a report's several statements.
const READ_DEADLINE: Duration = Duration::from_secs(30);

/// The work of one transaction.
pub(crate) type Work<'t, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 't>>;

impl BoxOffice {
    /// Runs `work` in a transaction and commits it.
    ///
    /// It runs in a task of its own: a caller that goes away must not cancel it, since a future dropped while it holds
    /// a transaction can give the pool a connection with that transaction still open (transact-rs/sqlx #4385). Past
    /// the deadline the connection is closed, never reused.
    ///
    /// # Errors
    /// Up to COMMIT any error means that nothing was written. An error of COMMIT itself that is not the server's own
    /// refusal is [`Error::OutcomeUnknown`].
    pub(crate) async fn operate<T, W>(&self, intent: Intent, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut PgTransaction<'_>) -> Work<'t, T> + Send + 'static,
    {
        self.operate_within(DEADLINE, intent, work).await
    }

    /// The same with a deadline of its own, for a manager's work on all seats of a concert.
    pub(crate) async fn operate_within<T, W>(&self, deadline: Duration, intent: Intent, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut PgTransaction<'_>) -> Work<'t, T> + Send + 'static,
    {
        let operation = intent.operation;
        self.recorded(intent, self.run(operation, deadline, work)).await
    }

    /// The same for an operation that nobody will ask after.
    ///
    /// # Errors
    /// As [`operate`](Self::operate).
    pub(crate) async fn operate_unrecorded<T, W>(&self, operation: Uuid, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut PgTransaction<'_>) -> Work<'t, T> + Send + 'static,
    {
        self.run(operation, DEADLINE, work).await
    }

    /// Sends one message whose statements, since they come together, are a transaction of their own. They execute what
    /// every line has prepared. One round trip, and no lock waits for this PC.
    ///
    /// # Errors
    /// Once it was sent, whatever is not the server's own refusal is [`Error::OutcomeUnknown`].
    pub(crate) async fn operate_at_once(&self, intent: Intent, message: String) -> Result<Vec<PgRow>> {
        let operation = intent.operation;
        let lines = self.lines.clone();
        self.recorded(intent, in_a_task(operation, async move { send(&lines, operation, message).await })).await
    }

    /// Records the intent, and settles it once the outcome is known.
    async fn recorded<T>(&self, intent: Intent, operation: impl Future<Output = Result<T>>) -> Result<T> {
        let id = intent.operation;
        self.intents.record(intent).await?;
        let outcome = operation.await;
        if !matches!(outcome, Err(Error::OutcomeUnknown { .. })) {
            self.intents.settle(id).await;
        }
        outcome
    }

    async fn run<T, W>(&self, operation: Uuid, deadline: Duration, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut PgTransaction<'_>) -> Work<'t, T> + Send + 'static,
    {
        let lines = self.lines.clone();
        in_a_task(operation, async move { on_a_line(&lines, operation, deadline, work).await }).await
    }
}

async fn in_a_task<T: Send + 'static>(
    operation: Uuid,
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    tokio::spawn(work).await.unwrap_or(Err(Error::OutcomeUnknown { operation }))
}

impl BoxOffice {
    /// Runs `work`, which only reads, so that all its statements see one and the same moment. In a task of its own, for
    /// the same reason.
    pub(crate) async fn read_at_once<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut PgTransaction<'_>) -> Work<'t, T> + Send + 'static,
    {
        let pool = self.pool.clone();
        tokio::spawn(async move {
            let mut connection = pool.acquire().await?;
            let read = async {
                let mut transaction = connection.begin_with("begin isolation level repeatable read read only").await?;
                let answer = work(&mut transaction).await;
                transaction.rollback().await?;
                answer
            };
            let answer = timeout(READ_DEADLINE, read).await;
            answer.unwrap_or_else(|_| {
                connection.close_on_drop();
                Err(Error::Offline)
            })
        })
        .await
        .unwrap_or(Err(Error::Database { sqlstate: None }))
    }
}

enum Connection {
    Idle,
    InDoubt,
    /// It died since its last use, and has carried nothing of this operation.
    Dead,
}

async fn on_a_line<T, W>(lines: &Lines, operation: Uuid, deadline: Duration, work: W) -> Result<T>
where
    W: for<'t> FnOnce(&'t mut PgTransaction<'_>) -> Work<'t, T>,
{
    let mut work = Some(work);
    loop {
        let mut line = lines.take().await?;
        let (outcome, connection_is) = transact(&mut line.connection, operation, deadline, &mut work).await;
        match connection_is {
            Connection::Idle => line.keep(),
            Connection::InDoubt => {}
            // At the end, when all that were kept are dead too, there comes a new one.
            Connection::Dead if line.used => continue,
            Connection::Dead => {}
        }
        return outcome;
    }
}

async fn send(lines: &Lines, operation: Uuid, message: String) -> Result<Vec<PgRow>> {
    let mut line = loop {
        let mut line = lines.take().await?;
        match timeout(DEADLINE, line.prepare()).await {
            Ok(Ok(())) => break line,
            // It died since its last use: the next, and at the end a new one.
            Ok(Err(_)) if line.used => {}
            Ok(Err(error)) => return Err(error.into()),
            Err(_) => return Err(Error::Offline),
        }
    };
    match timeout(DEADLINE, raw_sql(AssertSqlSafe(message)).fetch_all(&mut line.connection)).await {
        Ok(Ok(rows)) => {
            line.keep();
            Ok(rows)
        }
        Ok(Err(error)) if server_refused(&error) => {
            line.keep();
            Err(error.into())
        }
        Ok(Err(_)) | Err(_) => Err(Error::OutcomeUnknown { operation }),
    }
}

/// `work` is taken once the transaction has begun.
async fn transact<T, W>(
    connection: &mut PgConnection,
    operation: Uuid,
    deadline: Duration,
    work: &mut Option<W>,
) -> (Result<T>, Connection)
where
    W: for<'t> FnOnce(&'t mut PgTransaction<'_>) -> Work<'t, T>,
{
    let mut transaction = match timeout(DEADLINE, connection.begin()).await {
        Ok(Ok(transaction)) => transaction,
        Ok(Err(error)) => match error.into() {
            Error::Offline => return (Err(Error::Offline), Connection::Dead),
            error => return (Err(error), Connection::InDoubt),
        },
        Err(_) => return (Err(Error::Offline), Connection::InDoubt),
    };
    let Some(work) = work.take() else { return (Err(Error::Offline), Connection::InDoubt) };
    match timeout(deadline, work(&mut transaction)).await {
        Ok(Ok(answer)) => match timeout(DEADLINE, transaction.commit()).await {
            Ok(Ok(())) => (Ok(answer), Connection::Idle),
            Ok(Err(error)) if server_refused(&error) => (Err(error.into()), Connection::Idle),
            Ok(Err(_)) | Err(_) => (Err(Error::OutcomeUnknown { operation }), Connection::InDoubt),
        },
        Ok(Err(refused)) => match timeout(DEADLINE, transaction.rollback()).await {
            Ok(Ok(())) => (Err(refused), Connection::Idle),
            Ok(Err(_)) | Err(_) => (Err(refused), Connection::InDoubt),
        },
        Err(_) => (Err(Error::Offline), Connection::InDoubt),
    }
}

/// A new operation id: made before anything is sent, ordered by time.
pub(crate) fn new_operation() -> Uuid {
    Uuid::now_v7()
}
