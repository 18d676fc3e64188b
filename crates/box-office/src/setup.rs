//! What the owner of a server does once: group roles, schema, logins. Counters never run any of it.

use std::cmp::Ordering;
use std::path::Path;
use std::time::Duration;

use include_dir::{Dir, DirEntry, include_dir};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use specta::Type;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection, query_as, query_scalar};

use crate::{Error, Result, ServerLogin};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");
/// What verbs share, counters' verbs, managers' verbs, and who may call them.
static VERBS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../migrations/verbs");
const SUPERUSERS_PART: &str = include_str!("../../../migrations/superuser.sql");

/// Which verbs this program calls, and which columns it reads. It grows with the `number` of the verb
/// `counter.interface`, where it is said which of them a server still serves.
const INTERFACE: i32 = 1;

/// The group a login joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
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
    group_roles_by(&mut connection).await?;
    Ok(connection.close().await?)
}

/// The owner of the schema is a role that nobody logs in as: it makes logins, and its verbs are what they may do.
async fn group_roles_by(owner: &mut PgConnection) -> Result<()> {
    // Two set-ups at once would both find no role and both create it.
    sqlx::raw_sql(
        "do $$ begin
                perform pg_advisory_xact_lock(7226300);
                if to_regrole('counter') is null then create role counter nologin; end if;
                if to_regrole('manager') is null then create role manager nologin; end if;
                if to_regrole('box_office') is null then
                    create role box_office nologin createrole;
                end if;
                if not pg_has_role(current_user, 'box_office', 'member') then
                    execute format('grant box_office to %I', current_user);
                end if;
            end $$",
    )
    .execute(&mut *owner)
    .await?;
    Ok(())
}

/// Brings the schema of the database to this program's.
///
/// # Errors
/// [`Error::SchemaNewer`] when the database knows migrations or verbs that this program doesn't; [`Error::Database`].
pub async fn migrate(owner: &str) -> Result<()> {
    let mut connection = PgConnection::connect(owner).await?;
    migrate_by(&mut connection).await?;
    Ok(connection.close().await?)
}

/// All of it is one transaction: the migrations that are missing, and the verbs where they are not this program's.
async fn migrate_by(connection: &mut PgConnection) -> Result<()> {
    if let SchemaState { found, wanted, age: SchemaAge::Newer } = state_seen_by(connection).await? {
        return Err(Error::SchemaNewer { found, wanted });
    }
    let mut owner = connection.begin().await?;
    group_roles_by(&mut owner).await?;
    let is_superuser = query_scalar::<_, bool>("select rolsuper from pg_roles where rolname = current_user")
        .fetch_one(&mut *owner)
        .await?;
    if is_superuser {
        sqlx::raw_sql(SUPERUSERS_PART).execute(&mut *owner).await?;
    }
    sqlx::raw_sql(BECOME_OWNER).execute(&mut *owner).await?;
    // What `run` does, but a future that the shell's commands can send between threads.
    MIGRATIONS.run_direct(None, &mut *owner, false).await.map_err(of_migration)?;
    apply_verbs(&mut owner).await?;
    Ok(owner.commit().await?)
}

/// A database's own owner may give its schema to the role that is to own it.
const BECOME_OWNER: &str = "
    do $$ begin
        execute format('revoke connect, temporary on database %I from public', current_database());
        execute format('grant connect on database %I to counter, manager', current_database());
        execute format('grant connect, create, temporary on database %I to box_office', current_database());
        if (select nspowner <> 'box_office'::regrole from pg_namespace where nspname = 'public') then
            alter schema public owner to box_office;
        end if;
    end $$;
    set local role box_office";

/// Applies the verbs unless those there are this program's already: a new definition costs every counter a new plan.
async fn apply_verbs(owner: &mut PgConnection) -> Result<()> {
    let wanted = verbs_version();
    if applied_verbs(owner).await?.as_ref() == Some(&wanted) {
        return Ok(());
    }
    for (_, sql) in verbs() {
        sqlx::raw_sql(sql).execute(&mut *owner).await?;
    }
    let comment = format!("comment on schema verbs is '{wanted}'");
    sqlx::raw_sql(sqlx::AssertSqlSafe(comment)).execute(&mut *owner).await?;
    Ok(())
}

async fn applied_verbs(connection: &mut PgConnection) -> Result<Option<String>> {
    let version = query_scalar("select obj_description(to_regnamespace('verbs'), 'pg_namespace')");
    Ok(version.fetch_one(connection).await?)
}

/// The verbs as this program knows them: path and definition, in the order in which they are applied. Whoever applies
/// them again with a passage replaced sees whether anything notices.
pub fn verbs() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut files: Vec<_> = VERBS.find("**/*.sql").into_iter().flatten().filter_map(DirEntry::as_file).collect();
    files.sort_by_key(|file| (order(file.path()), file.path()));
    files.into_iter().filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)))
}

fn order(path: &Path) -> u8 {
    match path.to_str() {
        Some("shared.sql") => 0,
        Some("grants.sql") => 2,
        _ => 1,
    }
}

fn verbs_version() -> String {
    let mut hasher = Sha256::new();
    for (path, sql) in verbs() {
        hasher.update(path);
        hasher.update(sql);
    }
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Makes a login of a group, or gives an existing one this password.
///
/// # Errors
/// [`Error::Offline`], [`Error::WrongLogin`], [`Error::Database`].
pub async fn add_login(owner: &str, group: Group, login: &str, password: &str) -> Result<()> {
    let mut connection = PgConnection::connect(owner).await?;
    add_login_by(&mut connection, group, login, password).await?;
    Ok(connection.close().await?)
}

/// A program opens six at most; a reconnect may overlap with what the server has not noticed to be gone.
const CONNECTIONS_PER_LOGIN: i32 = 16;

async fn add_login_by(owner: &mut PgConnection, group: Group, login: &str, password: &str) -> Result<()> {
    let group = match group {
        Group::Counter => "counter",
        Group::Manager => "manager",
    };
    // Role statements take no parameters: the server quotes them.
    let statement: String = query_scalar(
        "select format(
            case when to_regrole(quote_ident($1)) is null
            then 'create role %I login in role %I password %L connection limit %s'
            else 'alter role %1$I login password %3$L connection limit %4$s' end, $1, $2, $3, $4::int)",
    )
    .bind(login)
    .bind(group)
    .bind(password)
    .bind(CONNECTIONS_PER_LOGIN)
    .fetch_one(&mut *owner)
    .await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut *owner).await?;
    Ok(())
}

/// How a database's schema compares with this program's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SchemaState {
    /// The last migration applied there; 0 for an empty database.
    pub found: i32,
    /// The last migration this program knows.
    pub wanted: i32,
    /// What that means, and how the verbs compare where the migrations are the same.
    pub age: SchemaAge,
}

/// A database's schema and verbs beside this program's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SchemaAge {
    /// Migrations or verbs of this program are not there.
    Older,
    /// The same.
    Same,
    /// A later program made it.
    Newer,
}

/// How the schema of a server's database compares with this program's, also when it has none.
///
/// # Errors
/// [`Error::Offline`], [`Error::WrongLogin`], [`Error::CertificateRefused`], [`Error::NotACounter`] when this login may
/// not know.
pub async fn schema_state(server: &ServerLogin) -> Result<SchemaState> {
    let mut connection = connect(server.options()).await?;
    let state = state_seen_by(&mut connection).await?;
    connection.close().await?;
    Ok(state)
}

/// Makes the group roles if they are missing and brings the schema to this program's, as the owner; all that is missing
/// of the schema or, on an error, none of the migration that failed and of those after it. The login is not kept.
///
/// # Errors
/// [`Error::OwnerNeeded`], [`Error::SchemaNewer`], [`Error::Busy`] when a table stays in use for ten seconds,
/// [`Error::Offline`], [`Error::WrongLogin`], [`Error::CertificateRefused`], [`Error::Database`].
pub async fn migrate_as_owner(owner: &ServerLogin) -> Result<()> {
    let mut connection = connect(owner.address().options([("lock_timeout", "10s")])).await?;
    group_roles_by(&mut connection).await.map_err(as_owner)?;
    migrate_by(&mut connection).await.map_err(as_owner)?;
    Ok(connection.close().await?)
}

/// Makes a login of a group, or gives an existing one this password, as the owner.
///
/// # Errors
/// As [`migrate_as_owner`].
pub async fn add_login_as_owner(owner: &ServerLogin, group: Group, login: &str, password: &str) -> Result<()> {
    let mut connection = connect(owner.address()).await?;
    add_login_by(&mut connection, group, login, password).await.map_err(as_owner)?;
    Ok(connection.close().await?)
}

/// A server that doesn't answer is offline after five seconds, not after the system's minutes.
async fn connect(options: PgConnectOptions) -> Result<PgConnection> {
    let connected = tokio::time::timeout(Duration::from_secs(5), PgConnection::connect_with(&options)).await;
    Ok(connected.map_err(|_| Error::Offline)??)
}

/// What a counter's login may not do means something else of the one that is to be the owner's.
fn as_owner(error: Error) -> Error {
    match error {
        Error::NotACounter => Error::OwnerNeeded,
        other => other,
    }
}

/// Whether this program can work on a server: a later one is asked whether it still serves this program.
pub(crate) async fn check_served(connection: &mut PgConnection) -> Result<()> {
    let (found, wanted) = (migrated(connection).await?, wanted());
    let interface = if found < wanted { None } else { interface(connection).await? };
    match interface {
        None => Err(Error::SchemaOlder { found, wanted }),
        Some(Interface { number, .. }) if number < INTERFACE => Err(Error::SchemaOlder { found, wanted }),
        Some(Interface { oldest, oldest_version, .. }) if oldest > INTERFACE => {
            Err(Error::ProgramTooOld { version: oldest_version })
        }
        Some(_) => Ok(()),
    }
}

struct Interface {
    number: i32,
    oldest: i32,
    oldest_version: String,
}

/// None: the verbs there are from before there was such a thing.
async fn interface(connection: &mut PgConnection) -> Result<Option<Interface>> {
    let is_there = query_scalar!(r#"select to_regprocedure('counter.interface()') is not null as "is_there!""#);
    if !is_there.fetch_one(&mut *connection).await? {
        return Ok(None);
    }
    let interface = query_as!(
        Interface,
        r#"select number as "number!", oldest as "oldest!", oldest_version as "oldest_version!" from counter.interface()"#
    );
    Ok(Some(interface.fetch_one(connection).await?))
}

async fn state_seen_by(connection: &mut PgConnection) -> Result<SchemaState> {
    let (found, wanted) = (migrated(connection).await?, wanted());
    let age = match found.cmp(&wanted) {
        Ordering::Less => SchemaAge::Older,
        Ordering::Greater => SchemaAge::Newer,
        Ordering::Equal if applied_verbs(connection).await? == Some(verbs_version()) => SchemaAge::Same,
        Ordering::Equal => match interface(connection).await? {
            Some(Interface { number, .. }) if number > INTERFACE => SchemaAge::Newer,
            _ => SchemaAge::Older,
        },
    };
    Ok(SchemaState { found, wanted, age })
}

/// The last migration applied there; 0 for none.
async fn migrated(connection: &mut PgConnection) -> Result<i32> {
    let is_there = query_scalar!(r#"select to_regclass('_sqlx_migrations') is not null as "is_there!""#);
    if !is_there.fetch_one(&mut *connection).await? {
        return Ok(0);
    }
    let found =
        query_scalar!(r#"select coalesce(max(version), 0)::int as "found!" from _sqlx_migrations where success"#);
    Ok(found.fetch_one(connection).await?)
}

fn wanted() -> i32 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0) as i32
}

fn of_migration(error: sqlx::migrate::MigrateError) -> Error {
    use sqlx::migrate::MigrateError;
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        MigrateError::VersionMismatch(_) | MigrateError::Dirty(_) => Error::SchemaForeign,
        MigrateError::VersionMissing(found) => Error::SchemaNewer { found: found as i32, wanted: wanted() },
        other => {
            tracing::error!(%other, "migration failed");
            Error::SchemaForeign
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
