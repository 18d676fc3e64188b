//! A venue to attack: concerts of every kind, two counters with a hold and a sale each, a manager, and logins without rights.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use box_office::setup::{self, Group};
use private_postgres::ThrowAway;
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use tokio::sync::OnceCell;

static SERVER: OnceLock<ThrowAway> = OnceLock::new();
static TEMPLATE: OnceCell<()> = OnceCell::const_new();
static WORLDS: AtomicUsize = AtomicUsize::new(0);

pub const HOLD: &str =
    "select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{free}']::uuid[]) where held";
pub const CONFIRM: &str = "select * from counter.confirm(gen_random_uuid(), '{my_hold}', '{concert}', \
    array['{mine}']::uuid[], 50000, '홍길동', '01012345678', '{hash}')";
pub const LOOK: &str = "select * from counter.open_look_up('01099999999', '{hash}') where ticket is not null";
pub const READ: &str = "select id from seats where concert_id = '{concert}'";
pub const RENAME: &str = "select counter.rename('1번 창구')";
pub const SWEEP: &str = "select * from manager.sweep(gen_random_uuid(), null, 0, 1)";
/// As the server keeps a password; of 'pencil'.
const VERIFIER: &str = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
/// What the error says when there is none, but nothing was told or done either.
pub const NOTHING: &str = "no rows";

/// One attack: what it is, whose login tries it, how, what refuses it (an SQLSTATE, a constraint or [`NOTHING`]), and what
/// the same login can do. `{names}` in the SQL are those of [`World::stage`].
pub type Attack = (&'static str, &'static str, &'static str, &'static str, &'static str);

pub struct World {
    database: String,
    names: Vec<(String, String)>,
}

pub fn server() -> &'static ThrowAway {
    SERVER.get_or_init(|| ThrowAway::start().unwrap())
}

async fn make_template() {
    let owner = server().owner_url("postgres");
    setup::create_group_roles(&owner).await.unwrap();
    setup::create_database(&owner, "template_maepyo").await.unwrap();
    setup::migrate(&server().owner_url("template_maepyo")).await.unwrap();
    for login in ["counter_1", "counter_2", "counter_3", "counter_4"] {
        setup::add_login(&owner, Group::Counter, login, "secret").await.unwrap();
    }
    for login in ["manager_1", "manager_2"] {
        setup::add_login(&owner, Group::Manager, login, "secret").await.unwrap();
    }
    let mut connection = PgConnection::connect(&owner).await.unwrap();
    connection.execute("create role nobody_1 login password 'secret'").await.unwrap();
}

impl World {
    pub async fn new() -> Self {
        TEMPLATE.get_or_init(make_template).await;
        let database = format!("hostile_{}", WORLDS.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect(&server().owner_url("postgres")).await.unwrap();
        let clone = format!("create database {database} template template_maepyo strategy file_copy");
        let mut tries = 0;
        // Cloning locks the template for a moment.
        while let Err(error) = connection.execute(AssertSqlSafe(clone.clone())).await {
            tries += 1;
            assert!(tries < 500, "{error}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // A clone has the rights of the template's tables, not those of the database itself.
        let rights = format!(
            "revoke connect, temporary on database {database} from public;
            grant connect on database {database} to counter, manager"
        );
        connection.execute(AssertSqlSafe(rights)).await.unwrap();
        let mut world = Self {
            database,
            names: vec![
                ("{hash}".into(), hash(1)),
                ("{wrong}".into(), hash(2)),
                ("{verifier}".into(), VERIFIER.into()),
            ],
        };
        world.stage().await;
        world
    }

    /// `concert` is on sale and tomorrow, `soon` past the cut-off, `begun` past its start, `draft` and `archived` not on
    /// sale. `mine` and `my_hold` are of counter_1, `theirs` and `their_hold` of counter_2; so are `my_sale`, `my_sold`,
    /// `their_sale`, `their_sold`. Each of the two looked its sale up; counter_1 also `soon_sale`.
    async fn stage(&mut self) {
        let mut owner = self.owner().await;
        for (name, when) in [
            ("concert", "1 day"),
            ("soon", "1 day"),
            ("begun", "1 day"),
            ("archived", "1 day"),
            ("draft", "1 day"),
            ("other", "1 day"),
        ] {
            let seats = "with c as (
                    insert into concerts (title, venue, starts_at) values ($1, '대극장', clock_timestamp() + $2::interval)
                    returning id
                ), t as (
                    insert into concert_seat_tiers (concert_id, label, price) select id, 'R석', 50000 from c
                    returning id, concert_id
                )
                insert into seats (concert_id, seat_tier_id, label, section_label, row_label, row_number, seat_number)
                select concert_id, id, 'A-' || n, '가', 'A', 1, n from t, generate_series(1, 40) n
                returning id::text, concert_id::text, seat_number";
            let mut rows =
                sqlx::query(seats).bind(format!("비밀 {name}")).bind(when).fetch_all(&mut owner).await.unwrap();
            rows.sort_by_key(|row| row.get::<i32, _>(2));
            self.name(name, rows[0].get(1));
            for (number, row) in rows.iter().enumerate() {
                self.name(&format!("{name}_{number}"), row.get(0));
            }
        }
        for (name, seat) in
            [("free", 0), ("mine", 1), ("theirs", 2), ("my_sold", 3), ("their_sold", 4), ("mine_2", 5), ("withheld", 6)]
        {
            let id = self.fill(&format!("{{concert_{seat}}}"));
            self.name(name, id);
        }
        self.as_owner(
            "update concerts set status = 'published' where id <> '{draft}';
            update seats set withheld_for = '장관 손님' where id = '{withheld}';
            update settings set cancel_cutoff_minutes = 60, sales_after_start = false, hold_again_seconds = 30",
        )
        .await;
        self.sale("counter_1", "my", "concert", "{my_sold}", "01011111111").await;
        self.sale("counter_2", "their", "concert", "{their_sold}", "01022222222").await;
        self.sale("counter_1", "soon", "soon", "{soon_0}", "01011111113").await;
        self.sale("counter_1", "begun", "begun", "{begun_0}", "01011111114").await;
        self.hold("counter_1", "begun_hold", "begun", "{begun_1}").await;
        self.hold("counter_1", "archived_hold", "archived", "{archived_1}").await;
        self.hold("counter_1", "my_hold", "concert", "{mine}','{mine_2}").await;
        self.hold("counter_2", "their_hold", "concert", "{theirs}").await;
        self.as_owner(
            "update concerts set starts_at = clock_timestamp() + interval '30 minutes' where id = '{soon}';
            update concerts set starts_at = clock_timestamp() - interval '1 hour' where id = '{begun}';
            update concerts set status = 'archived' where id = '{archived}'",
        )
        .await;
    }

    pub fn name(&mut self, name: &str, value: String) {
        self.names.push((format!("{{{name}}}"), value));
    }

    pub async fn hold(&mut self, login: &str, name: &str, concert: &str, seats: &str) {
        let hold = format!(
            "select hold_token::text from seats where id = (select id from counter.hold_seats(gen_random_uuid(),
                '{{{concert}}}', array['{seats}']::uuid[]) where held limit 1)"
        );
        // A statement sees what was there when it began.
        let mut connection = self.raw(login).await;
        connection.execute(AssertSqlSafe(self.fill(&hold))).await.unwrap();
        let first = seats.split('\'').next().unwrap_or_default();
        let token = self.value(&format!("select hold_token::text from seats where id = '{first}'")).await;
        self.name(name, token);
    }

    async fn sale(&mut self, login: &str, whose: &str, concert: &str, seat: &str, phone: &str) {
        self.hold(login, &format!("{whose}_used_hold"), concert, seat).await;
        let sell = format!(
            "select counter.confirm(gen_random_uuid(), '{{{whose}_used_hold}}', '{{{concert}}}', array['{seat}']::uuid[],
                50000, '홍길동', '{phone}', '{{hash}}')"
        );
        self.does(login, &sell).await;
        let sold =
            self.value(&format!("select reservation_id::text from reservation_seats where seat_id = '{seat}'")).await;
        self.name(&format!("{whose}_sale"), sold);
        let ticket = self.looks_up(login, phone, "{hash}").await;
        self.name(&format!("{whose}_ticket"), ticket);
    }

    /// Opens a look-up and answers it. Returns the ticket.
    pub async fn looks_up(&self, login: &str, phone: &str, guess: &str) -> String {
        let mut connection = self.raw(login).await;
        let open = self.fill(&format!("select ticket::text from counter.open_look_up('{phone}', '{guess}')"));
        let ticket: String = sqlx::query_scalar(AssertSqlSafe(open)).fetch_one(&mut connection).await.unwrap();
        let answer = format!("select counter.answer_look_up('{ticket}')");
        connection.execute(AssertSqlSafe(answer)).await.unwrap();
        ticket
    }

    pub fn fill(&self, sql: &str) -> String {
        self.names.iter().fold(sql.to_owned(), |sql, (name, value)| sql.replace(name, value))
    }

    pub fn options(&self, login: &str) -> PgConnectOptions {
        server().url(login, "secret", &self.database).parse().unwrap()
    }

    pub async fn raw(&self, login: &str) -> PgConnection {
        PgConnection::connect_with(&self.options(login)).await.unwrap()
    }

    pub async fn owner(&self) -> PgConnection {
        PgConnection::connect(&server().owner_url(&self.database)).await.unwrap()
    }

    pub async fn as_owner(&self, sql: &str) {
        self.owner().await.execute(AssertSqlSafe(self.fill(sql))).await.unwrap();
    }

    /// The same about the database, whose name stands for `{database}`.
    pub async fn as_owner_of_database(&self, sql: &str) {
        self.as_owner(&sql.replace("{database}", &self.database)).await;
    }

    /// What the owner reads: one text.
    pub async fn value(&self, sql: &str) -> String {
        let mut owner = self.owner().await;
        sqlx::query_scalar(AssertSqlSafe(self.fill(sql))).fetch_one(&mut owner).await.unwrap()
    }

    pub async fn count(&self, sql: &str) -> i64 {
        let mut owner = self.owner().await;
        sqlx::query_scalar(AssertSqlSafe(self.fill(sql))).fetch_one(&mut owner).await.unwrap()
    }

    /// What a login is told, over a connection of its own.
    pub async fn told(&self, login: &str, sql: &str) -> Result<Vec<PgRow>, sqlx::Error> {
        let mut connection = PgConnection::connect_with(&self.options(login)).await?;
        let told = tell(&mut connection, &self.fill(sql)).await;
        let _closed = connection.close().await;
        told
    }

    /// The login does it and gets an answer.
    pub async fn does(&self, login: &str, sql: &str) {
        match self.told(login, sql).await {
            Ok(rows) => assert!(!rows.is_empty(), "{login} got no answer to {sql}"),
            Err(error) => panic!("{login} could not {sql}: {error}"),
        }
    }

    /// The login could do it: it is rolled back.
    pub async fn could(&self, login: &str, sql: &str) -> Result<(), String> {
        let mut connection =
            PgConnection::connect_with(&self.options(login)).await.map_err(|error| error.to_string())?;
        try_and_undo(&mut connection, &self.fill(sql)).await
    }

    /// Tries each attack and says which of them got through, or would have been refused to an honest clerk as well.
    pub async fn withstands(&self, attacks: &[Attack]) {
        let mut wrong = Vec::new();
        let mut owner = self.owner().await;
        let mut sessions = BTreeMap::new();
        for (what, login, sql, refused, honest) in attacks {
            let (all, sales) = (state(&mut owner, true).await, state(&mut owner, false).await);
            let session = match sessions.entry(*login) {
                Entry::Occupied(entry) => entry.into_mut(),
                Entry::Vacant(entry) => entry.insert(self.raw(login).await),
            };
            let outcome = refusal(tell(session, &self.fill(sql)).await);
            session.execute("rollback").await.unwrap();
            session.execute("discard all").await.unwrap();
            if !outcome.iter().any(|said| said == refused) {
                wrong.push(format!("{what}: {outcome:?} instead of {refused}"));
            }
            let untouched = match *refused {
                NOTHING => state(&mut owner, false).await == sales,
                _ => state(&mut owner, true).await == all,
            };
            if !untouched {
                wrong.push(format!("{what}: it left a trace"));
            }
            if let Err(error) = try_and_undo(session, &self.fill(honest)).await {
                wrong.push(format!("{what}: nor can {login} do the honest thing: {error}"));
            }
        }
        assert!(wrong.is_empty(), "of {} attacks:\n{}", attacks.len(), wrong.join("\n"));
    }
}

/// All that is sold, held, set or known, with the journal and the look-ups or without.
async fn state(owner: &mut PgConnection, journal_too: bool) -> String {
    let mut tables = vec![
        "concerts",
        "concert_seat_tiers",
        "seats",
        "reservations",
        "reservation_seats",
        "settings",
        "counters",
        "server_secret",
        "tickets",
    ];
    if journal_too {
        tables.extend(["journal", "look_up_tickets", "look_up_queues", "sweepers"]);
    }
    let mut sql = String::from(
        "select concat_ws('|', (select count(*) from pg_class), (select count(*) from pg_proc),
            (select count(*) from pg_largeobject_metadata), (select string_agg(a::text, ';' order by a.oid)
                from pg_authid a where a.rolname in ('counter_1', 'counter_2', 'manager_1', 'box_office', 'counter'))",
    );
    for table in tables {
        write!(sql, ", (select md5(string_agg(t::text, ';' order by t::text)) from {table} t)").unwrap();
    }
    sql.push(')');
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(owner).await.unwrap()
}

async fn try_and_undo(session: &mut PgConnection, sql: &str) -> Result<(), String> {
    session.execute("begin").await.unwrap();
    let told = tell(session, sql).await;
    session.execute("rollback").await.unwrap();
    match told {
        Ok(rows) if rows.is_empty() => Err(NOTHING.to_owned()),
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

async fn tell(connection: &mut PgConnection, sql: &str) -> Result<Vec<PgRow>, sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_all(connection).await
}

/// How something was refused: its SQLSTATE and its constraint.
pub fn refusal(told: Result<Vec<PgRow>, sqlx::Error>) -> Vec<String> {
    match told {
        Ok(rows) if rows.is_empty() => vec![NOTHING.to_owned()],
        Ok(rows) => vec![format!("{} rows", rows.len())],
        Err(sqlx::Error::Database(error)) => {
            [error.code().map(|code| code.into_owned()), error.constraint().map(str::to_owned)]
                .into_iter()
                .flatten()
                .chain([error.message().to_owned()])
                .collect()
        }
        Err(other) => vec![other.to_string()],
    }
}

/// As the engine hashes; these are nobody's passwords.
pub fn hash(number: u32) -> String {
    format!("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA${number:043}")
}
