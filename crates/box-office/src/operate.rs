//! One write operation: a transaction that always runs to its end, on a connection that is never reused in doubt.

use std::pin::Pin;
use std::time::Duration;

use sqlx::{Connection as _, PgConnection, PgTransaction};
use tokio::time::timeout;
use uuid::Uuid;

use crate::error::server_refused;
use crate::intents::Intent;
use crate::{BoxOffice, Error, Result};

/// Longer than the server's own lock and statement timeouts, so that the server is normally the one to give up.
const DEADLINE: Duration = Duration::from_secs(8);

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
        let operation = intent.operation;
        self.intents.record(intent).await?;
        let outcome = self.operate_unrecorded(operation, work).await;
        if !matches!(outcome, Err(Error::OutcomeUnknown { .. })) {
            self.intents.settle(operation).await;
        }
        outcome
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
        let pool = self.pool.0.clone();
        tokio::spawn(async move {
            let mut connection = pool.acquire().await?;
            let (outcome, connection_is) = transact(&mut connection, operation, work).await;
            if let Connection::InDoubt = connection_is {
                connection.close_on_drop();
            }
            outcome
        })
        .await
        .unwrap_or(Err(Error::OutcomeUnknown { operation }))
    }
}

enum Connection {
    Idle,
    InDoubt,
}

async fn transact<T, W>(connection: &mut PgConnection, operation: Uuid, work: W) -> (Result<T>, Connection)
where
    W: for<'t> FnOnce(&'t mut PgTransaction<'_>) -> Work<'t, T>,
{
    let mut transaction = match timeout(DEADLINE, connection.begin()).await {
        Ok(Ok(transaction)) => transaction,
        Ok(Err(error)) => return (Err(error.into()), Connection::InDoubt),
        Err(_) => return (Err(Error::Offline), Connection::InDoubt),
    };
    match timeout(DEADLINE, work(&mut transaction)).await {
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
