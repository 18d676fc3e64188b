//! What the owner of a server does once: group roles, schema, logins. Counters never run any of it.

use sqlx::migrate::Migrator;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgConnection, query_scalar};

use crate::{Error, Result};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// The group a login joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Sells.
    Counter,
    /// Also sets up concerts, watches sales and sweeps.
    Manager,
}

/// Makes the group roles `counter` and `manager`, which belong to the whole cluster. `owner` is the URL of a login that
/// may create roles; so it is in the other functions.
///
/// # Errors
/// [`Error::Offline`], [`Error::WrongLogin`], [`Error::Database`].
pub async fn create_group_roles(owner: &str) -> Result<()> {
    let mut connection = PgConnection::connect(owner).await?;
    // Two set-ups at once would both find no role and both create it.
    sqlx::raw_sql(
        "do $$ begin
                perform pg_advisory_xact_lock(7226300);
                if to_regrole('counter') is null then create role counter nologin; end if;
                if to_regrole('manager') is null then create role manager nologin; end if;
            end $$",
    )
    .execute(&mut connection)
    .await?;
    Ok(connection.close().await?)
}

/// Brings the schema of the database to this program's.
///
/// # Errors
/// [`Error::SchemaNewer`] when the database knows migrations that this program doesn't; [`Error::Database`].
pub async fn migrate(owner: &str) -> Result<()> {
    let pool = PgPoolOptions::new().max_connections(1).connect(owner).await?;
    let migrated = MIGRATIONS.run(&pool).await.map_err(of_migration);
    pool.close().await;
    migrated
}

/// Makes a login of a group, or gives an existing one this password.
///
/// # Errors
/// [`Error::Offline`], [`Error::WrongLogin`], [`Error::Database`].
pub async fn add_login(owner: &str, group: Group, login: &str, password: &str) -> Result<()> {
    let mut connection = PgConnection::connect(owner).await?;
    let group = match group {
        Group::Counter => "counter",
        Group::Manager => "manager",
    };
    // Role statements take no parameters: the server quotes them.
    let statement: String = query_scalar(
        "select format(
            case when to_regrole(quote_ident($1)) is null then 'create role %I login in role %I password %L'
            else 'alter role %1$I login password %3$L' end, $1, $2, $3)",
    )
    .bind(login)
    .bind(group)
    .bind(password)
    .fetch_one(&mut connection)
    .await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// Whether the schema is the one that this program was built with.
pub(crate) async fn check_schema(connection: &mut PgConnection) -> Result<()> {
    let wanted = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0) as i32;
    let found =
        query_scalar!(r#"select coalesce(max(version), 0)::int as "found!" from _sqlx_migrations where success"#)
            .fetch_one(connection)
            .await
            .map_err(Error::from);
    match found {
        Ok(found) if found < wanted => Err(Error::SchemaOlder { found, wanted }),
        Ok(found) if found > wanted => Err(Error::SchemaNewer { found, wanted }),
        Ok(_) => Ok(()),
        Err(Error::SchemaOlder { .. }) => Err(Error::SchemaOlder { found: 0, wanted }),
        Err(error) => Err(error),
    }
}

fn of_migration(error: sqlx::migrate::MigrateError) -> Error {
    use sqlx::migrate::MigrateError;
    let wanted = MIGRATIONS.iter().count() as i32;
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        MigrateError::VersionMissing(found) => Error::SchemaNewer { found: found as i32, wanted },
        other => {
            tracing::error!(%other, "migration failed");
            Error::Database { sqlstate: None }
        }
    }
}

/// Makes a database unless it is there.
///
/// # Errors
/// [`Error::Offline`], [`Error::WrongLogin`], [`Error::Database`].
pub async fn create_database(owner: &str, name: &str) -> Result<()> {
    let mut connection = PgConnection::connect(owner).await?;
    let statement: Option<String> = query_scalar(
        "select format('create database %I', $1) where not exists (select from pg_database where datname = $1)",
    )
    .bind(name)
    .fetch_optional(&mut connection)
    .await?;
    if let Some(statement) = statement {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await?;
    }
    Ok(connection.close().await?)
}
