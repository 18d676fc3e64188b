//! Reads that end: sqlx waits for ever on a wire that is open and carries nothing.

use std::pin::Pin;
use std::time::Duration;

use futures_core::future::BoxFuture;
use futures_core::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt, stream};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgQueryResult, PgRow, PgStatement, PgTypeInfo};
use sqlx::{Connection as _, Describe, Either, Error, Execute, Executor, PgPool, PgTransaction, Postgres, SqlStr};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use crate::BoxOffice;

/// Longer than the server's own statement timeout, so that the server is normally the one to give up.
const DEADLINE: Duration = Duration::from_secs(8);
/// For a report's several statements.
const REPORT_DEADLINE: Duration = Duration::from_secs(30);

/// The pool for reading. Past the deadline a read is an error like any of a broken wire, and its connection is closed:
/// given back, the pool would wait on it for ever instead.
#[derive(Debug, Clone)]
pub(crate) struct Reading(pub PgPool);

impl Reading {
    /// A connection for reading more than once; the deadline is then the caller's.
    pub async fn acquire(&self) -> Result<PoolConnection<Postgres>, Error> {
        self.0.acquire().await
    }
}

fn in_time<T>(mut connection: PoolConnection<Postgres>, answer: Result<Result<T, Error>, Elapsed>) -> Result<T, Error> {
    answer.unwrap_or_else(|_| {
        connection.close_on_drop();
        Err(Error::PoolTimedOut)
    })
}

impl<'p> Executor<'p> for &'_ Reading {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Either<PgQueryResult, PgRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let pool = self.0.clone();
        let all = async move {
            let mut connection = pool.acquire().await?;
            let rows = timeout(DEADLINE, connection.fetch_many(query).try_collect::<Vec<_>>()).await;
            Ok::<_, Error>(stream::iter(in_time(connection, rows)?.into_iter().map(Ok)))
        };
        stream::once(all).try_flatten().boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let pool = self.0.clone();
        Box::pin(async move {
            let mut connection = pool.acquire().await?;
            let row = timeout(DEADLINE, connection.fetch_optional(query)).await;
            in_time(connection, row)
        })
    }

    fn prepare_with<'e>(self, sql: SqlStr, parameters: &'e [PgTypeInfo]) -> BoxFuture<'e, Result<PgStatement, Error>>
    where
        'p: 'e,
    {
        let pool = self.0.clone();
        Box::pin(async move { pool.acquire().await?.prepare_with(sql, parameters).await })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Postgres>, Error>>
    where
        'p: 'e,
    {
        let pool = self.0.clone();
        Box::pin(async move { pool.acquire().await?.describe(sql).await })
    }
}

/// What reads in one transaction.
pub(crate) type Read<'t, T> = Pin<Box<dyn Future<Output = crate::Result<T>> + Send + 't>>;

impl BoxOffice {
    /// Runs `read` so that all its statements see one and the same moment.
    ///
    /// It runs in a task of its own: a future dropped while it holds a transaction can give the pool a connection with
    /// that transaction still open (transact-rs/sqlx #4385). Past the deadline the connection is closed, never reused.
    pub(crate) async fn read_at_once<T, R>(&self, read: R) -> crate::Result<T>
    where
        T: Send + 'static,
        R: for<'t> FnOnce(&'t mut PgTransaction<'_>) -> Read<'t, T> + Send + 'static,
    {
        let pool = self.pool.clone();
        tokio::spawn(async move {
            let mut connection = pool.acquire().await?;
            let all = async {
                let mut transaction = connection.begin_with("begin isolation level repeatable read read only").await?;
                let answer = read(&mut transaction).await;
                transaction.rollback().await?;
                answer
            };
            let answer = timeout(REPORT_DEADLINE, all).await;
            answer.unwrap_or_else(|_| {
                connection.close_on_drop();
                Err(crate::Error::Offline)
            })
        })
        .await
        .unwrap_or(Err(crate::Error::Internal))
    }
}
