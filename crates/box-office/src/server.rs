//! The connection of one counter to the venue's server.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

use crate::connections::{Connections, is_alive};
use crate::customer::Hashing;
use crate::intents::Intents;
use crate::operate::new_operation;
use crate::reading::Reading;
use crate::text::one_line;
use crate::{Error, Result, ServerDoubt, limits, setup};

/// Where the server is and who connects.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct ServerLogin {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Database name.
    pub database: String,
    /// The login role of this PC.
    pub login: String,
    /// Its password.
    pub password: String,
    /// Path of the CA's PEM file. Without it a server on another PC must have a certificate the system trusts.
    pub ca_certificate: Option<String>,
}

/// What a PC keeps for its work at one server.
#[derive(Debug, Clone)]
pub struct Pc {
    /// Tells it from another PC under the same login.
    pub id: Uuid,
    /// Its record of unanswered operations.
    pub intents: PathBuf,
}

/// At most: for reading. With those for writing they are all that a program opens; see docs/server.md.
pub(crate) const READ_CONNECTIONS: u32 = 4;

/// How the server's journal and its list of connections name this program.
fn program(pc: Option<&Pc>) -> String {
    let name = concat!("maepyo ", env!("CARGO_PKG_VERSION"));
    pc.map_or_else(|| name.to_owned(), |pc| format!("{name} {}", pc.id.simple()))
}

/// What a counter learns when it connects.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct ServerFacts {
    /// For example `15.18`.
    pub server_version: String,
    /// The login role of this PC.
    pub login: String,
    /// How other counters see it.
    pub counter_name: String,
    /// What whoever runs the server should set otherwise.
    pub doubts: Vec<ServerDoubt>,
    /// What may change meanwhile.
    pub now: ServerNow,
}

/// What may change while a counter is connected.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct ServerNow {
    /// The server's clock.
    pub at: DateTime<Utc>,
    /// Another PC works under this login just now.
    pub login_shared: bool,
    /// What the venue set.
    pub rules: Rules,
}

/// What the venue set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Rules {
    /// How long a hold lasts.
    pub hold_seconds: i32,
    /// Seats that one hold takes at most.
    pub seats_per_sale: i32,
    /// Cancelling ends this long before the start.
    pub cancel_cutoff_minutes: i32,
    /// Whether seats are sold once the concert has begun.
    pub sales_after_start: bool,
    /// IANA name, for showing times.
    pub time_zone: String,
    /// Whether a counter sells without asking who buys.
    pub walk_up_sales: bool,
    /// Whether a sale keeps a number that is no Korean mobile's.
    pub other_phones: bool,
}

/// A connection that was ended because its transaction stood still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Stale {
    /// Its login.
    pub login: String,
    /// How long the transaction had stood.
    pub seconds: i32,
}

/// One counter at the venue's server. Cheap to clone.
#[derive(Clone)]
pub struct BoxOffice {
    /// For reading.
    pub(crate) pool: Reading,
    pub(crate) write_connections: Arc<Connections>,
    pub(crate) hashing: Hashing,
    pub(crate) intents: Intents,
    pub(crate) pc: Option<Uuid>,
}

impl ServerLogin {
    /// The options of every connection a counter opens.
    pub(crate) fn options(&self) -> PgConnectOptions {
        // `= any($1)` would be planned anew on every call. Short waits, so that a queue never stands behind one lock.
        self.address().options([
            ("plan_cache_mode", "force_generic_plan"),
            // What counters ask for is in the server's memory. With the defaults, which are for disks that seek, each look
            // at two seats would read through all concerts on sale.
            ("random_page_cost", "0.1"),
            ("seq_page_cost", "0.1"),
            // Whatever the login's own defaults are.
            ("default_transaction_isolation", "read committed"),
            ("default_transaction_read_only", "off"),
            // Compiling a plan takes longer than any query of a counter.
            ("jit", "off"),
            ("lock_timeout", "2s"),
            ("statement_timeout", "6s"),
            ("idle_in_transaction_session_timeout", "10s"),
        ])
    }

    /// Where, as whom and how encrypted.
    pub(crate) fn address(&self) -> PgConnectOptions {
        let on_this_pc = matches!(self.host.as_str(), "127.0.0.1" | "::1" | "localhost");
        let options = PgConnectOptions::new_without_pgpass()
            .host(&self.host)
            .port(self.port)
            .database(&self.database)
            .username(&self.login)
            .password(&self.password)
            .application_name(&program(None));
        match &self.ca_certificate {
            Some(path) => options.ssl_mode(PgSslMode::VerifyFull).ssl_root_cert(path),
            None if on_this_pc => options.ssl_mode(PgSslMode::Disable),
            None => options.ssl_mode(PgSslMode::VerifyFull),
        }
    }
}

impl BoxOffice {
    /// Connects as a counter and checks that the server serves this program. With a `pc`, operations are
    /// recorded in its file before they are sent.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::WrongLogin`], [`Error::CertificateRefused`], [`Error::NotACounter`],
    /// [`Error::SchemaOlder`], [`Error::ProgramTooOld`], [`Error::IntentsNotRecorded`], [`Error::IntentsInUse`].
    pub async fn connect(server: &ServerLogin, pc: Option<&Pc>) -> Result<Self> {
        let options = server.options().application_name(&program(pc));
        let office = Self::connect_with(options, pc).await?;
        let mut write = office.write_connections.take().await?;
        setup::check_served(&mut write.connection).await?;
        let may_sell = query_scalar!(
            r#"select pg_has_role(session_user, 'counter', 'member') or pg_has_role(session_user, 'manager', 'member') as "may!""#
        )
        .fetch_one(&mut write.connection)
        .await?;
        write.keep();
        if may_sell { Ok(office) } else { Err(Error::NotACounter) }
    }

    /// The same from connection options of one's own; for tools and tests.
    ///
    /// # Errors
    /// As [`connect`](Self::connect), without the look at schema and role.
    pub async fn connect_with(options: PgConnectOptions, pc: Option<&Pc>) -> Result<Self> {
        let pool = PgPoolOptions::new()
            .max_connections(READ_CONNECTIONS)
            .acquire_timeout(Duration::from_secs(3))
            .test_before_acquire(false)
            .before_acquire(|connection, known| Box::pin(async move { Ok(is_alive(connection, known.idle_for).await) }))
            .connect_lazy_with(options.clone());
        // The pool would only say that it timed out; this one says why. It stays open for the first sale.
        let write_connections = Connections::new(options);
        write_connections.take().await?.keep();
        let intents = pc.map(|pc| Intents::open(&pc.intents)).transpose()?.unwrap_or_default();
        Ok(Self {
            pool: Reading(pool),
            write_connections: Arc::new(write_connections),
            hashing: Hashing::new(),
            intents,
            pc: pc.map(|pc| pc.id),
        })
    }

    /// For rehearsals on throw-away servers only, where hashing would drown what is rehearsed: passwords are hashed so
    /// cheaply that a hash protects nothing. They match no password that was hashed in earnest.
    #[must_use]
    pub fn with_worthless_hashes(mut self) -> Self {
        self.hashing = Hashing::cheap();
        self
    }

    /// Who this is and what the venue set.
    ///
    /// # Errors
    /// [`Error::Offline`].
    pub async fn facts(&self) -> Result<ServerFacts> {
        let facts = query!(
            r#"
            select split_part(current_setting('server_version'), ' ', 1) as "server_version!",
                session_user::text as "login!",
                coalesce((select display_name from counters where login = session_user), session_user::text) as "counter_name!"
            "#
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(ServerFacts {
            server_version: facts.server_version,
            login: facts.login,
            counter_name: facts.counter_name,
            doubts: self.doubts().await?,
            now: self.server_now().await?,
        })
    }

    /// What may change while a counter is connected. Asked every few seconds, it also tells whether the server is there.
    ///
    /// # Errors
    /// [`Error::Offline`].
    pub async fn server_now(&self) -> Result<ServerNow> {
        let now = query!(
            r#"
            select clock_timestamp() as "at!",
                exists (
                    select from pg_stat_activity
                    where usename = session_user and datname = current_database() and application_name like 'maepyo % %'
                        and application_name <> current_setting('application_name')
                ) as "login_shared!",
                hold_seconds, seats_per_sale, cancel_cutoff_minutes, sales_after_start, time_zone, walk_up_sales, other_phones
            from settings
            "#
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(ServerNow {
            at: now.at,
            login_shared: now.login_shared,
            rules: Rules {
                hold_seconds: now.hold_seconds,
                seats_per_sale: now.seats_per_sale,
                cancel_cutoff_minutes: now.cancel_cutoff_minutes,
                sales_after_start: now.sales_after_start,
                time_zone: now.time_zone,
                walk_up_sales: now.walk_up_sales,
                other_phones: now.other_phones,
            },
        })
    }

    /// How other counters see this one.
    ///
    /// # Errors
    /// [`Error::InvalidField`] when blank or over 40 characters, [`Error::CounterNameTaken`].
    pub async fn rename_counter(&self, name: &str) -> Result<()> {
        let name = display_name(name)?;
        let verb = query!(r#"select true as "done!" from counter.rename($1)"#, name);
        self.call(new_operation(), verb).await?;
        Ok(())
    }

    /// Ends counters' connections whose transaction stands for seconds and keeps seats locked. Says whose.
    ///
    /// # Errors
    /// [`Error::Offline`].
    pub async fn end_stale(&self) -> Result<Vec<Stale>> {
        let verb = query_as!(Stale, r#"select login as "login!", seconds as "seconds!" from counter.end_stale()"#);
        self.call(new_operation(), verb).await
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.intents.close();
        self.write_connections.close().await;
        self.pool.0.close().await;
    }
}

/// A counter's name as it is stored.
///
/// # Errors
/// [`Error::InvalidField`] when blank or over 40 characters, or with characters that are not seen.
pub fn display_name(typed: &str) -> Result<String> {
    one_line(typed, limits::DISPLAY_NAME).ok_or_else(|| Error::InvalidField { field: "counter_name".into() })
}
