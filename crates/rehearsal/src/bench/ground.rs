//! Where it is measured: a durable throw-away server, and databases with halls in which seat number n has the id
//! `md5('seat ' || n)`, so that pgbench, which knows numbers only, can name it too.

use std::ops::RangeInclusive;

use box_office::setup::{self, Group};
use box_office::{BoxOffice, ServerLogin};
use private_postgres::{ThrowAway, random_password};
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};
use uuid::Uuid;

use super::Error;

/// Logins of counters: a client has one of its own, as a PC has.
pub const COUNTERS: usize = 64;
/// Who manages and sweeps.
pub const MANAGER: &str = "manager_1";

/// The id of seat number n as pgbench's scripts know it.
const BY_NUMBER: &str = "md5('seat ' || n)::uuid";
/// As a version 7 has it: first the time, a hundred seats to a millisecond, then the random bits.
const IN_ORDER: &str = "(lpad(to_hex(1700000000000 + n / 100), 12, '0') || '7' || lpad(to_hex(n % 100), 3, '0') || substr(md5('seat ' || n), 17))::uuid";

/// One server for all figures.
pub struct Ground {
    pub server: ThrowAway,
    pub password: String,
}

/// A database with published concerts of one hall each, all of one tier.
pub struct Halls<'g> {
    pub ground: &'g Ground,
    pub database: &'static str,
    pub concerts: usize,
    /// Of each concert.
    pub seats: usize,
    /// The id of seat number n, in SQL.
    pub seat_id: &'static str,
}

impl Ground {
    pub async fn start() -> Result<Self, Error> {
        let server = tokio::task::spawn_blocking(ThrowAway::start_durable).await??;
        let password = random_password();
        let owner = server.owner_url("postgres");
        setup::create_group_roles(&owner).await?;
        for number in 1..=COUNTERS {
            setup::add_login(&owner, Group::Counter, &counter_login(number), &password).await?;
        }
        setup::add_login(&owner, Group::Manager, MANAGER, &password).await?;
        Ok(Self { server, password })
    }

    /// The owner's, for scripts that no login may run.
    pub fn owner_password(&self) -> String {
        self.server.owner_url("postgres").split([':', '@']).nth(2).unwrap_or_default().to_owned()
    }

    /// How a counter or manager logs in to a database here.
    pub fn login(&self, database: &str, login: &str) -> ServerLogin {
        ServerLogin {
            host: "127.0.0.1".into(),
            port: self.server.port(),
            database: database.into(),
            login: login.into(),
            password: self.password.clone(),
            ca_certificate: None,
        }
    }

    /// Makes a database with so many concerts of so many seats.
    pub async fn halls(&self, database: &'static str, concerts: usize, seats: usize) -> Result<Halls<'_>, Error> {
        self.halls_with(database, concerts, seats, BY_NUMBER).await
    }

    /// The same with seats whose ids are in order of time, as the engine makes them.
    pub async fn halls_as_imported(
        &self,
        database: &'static str,
        concerts: usize,
        seats: usize,
    ) -> Result<Halls<'_>, Error> {
        self.halls_with(database, concerts, seats, IN_ORDER).await
    }

    async fn halls_with(
        &self,
        database: &'static str,
        concerts: usize,
        seats: usize,
        seat_id: &'static str,
    ) -> Result<Halls<'_>, Error> {
        setup::create_database(&self.server.owner_url("postgres"), database).await?;
        setup::migrate(&self.server.owner_url(database)).await?;
        let halls = Halls { ground: self, database, concerts, seats, seat_id };
        // Row by row, triggers would take minutes for millions of seats; these rows are right without them.
        halls
            .as_owner(format!(
                "set session_replication_role = replica;
                insert into concerts (id, title, venue, starts_at, status)
                select md5('concert ' || c)::uuid, '공연 ' || c, '대극장', now() + c * interval '1 day', 'published'
                from generate_series(1, {concerts}) as c;
                insert into concert_seat_tiers (id, concert_id, label, price)
                select md5('tier ' || c)::uuid, md5('concert ' || c)::uuid, 'R석', 50000
                from generate_series(1, {concerts}) as c;
                insert into seats (id, concert_id, seat_tier_id, label, section_label, row_label, row_number, seat_number)
                select {seat_id}, md5('concert ' || c)::uuid,
                    md5('tier ' || c)::uuid, s, '가', (s / 50)::text, s / 50, s % 50
                from generate_series(1, {concerts}) as c, generate_series(1, {seats}) as s,
                    lateral (select (c - 1) * {seats} + s as n) as number;
                insert into counters (login, display_name)
                select 'counter_' || n, n || '번 창구' from generate_series(1, {COUNTERS}) as n on conflict do nothing;
                -- The limits are for clerks, and a benchmark's clients are none.
                update settings set hold_seconds = 3600, holds_per_login = 1000000, hold_again_seconds = 0;"
            ))
            .await?;
        halls.settle().await?;
        Ok(halls)
    }
}

impl Halls<'_> {
    /// Runs statements as the owner of the database.
    pub async fn as_owner(&self, sql: String) -> Result<(), Error> {
        let mut owner = PgConnection::connect(&self.ground.server.owner_url(self.database)).await?;
        raw_sql(AssertSqlSafe(sql)).execute(&mut owner).await?;
        Ok(owner.close().await?)
    }

    /// One number that only the owner can ask for.
    pub async fn ask(&self, sql: &'static str) -> Result<i64, Error> {
        let mut owner = PgConnection::connect(&self.ground.server.owner_url(self.database)).await?;
        let answer = sqlx::query_scalar(sql).fetch_one(&mut owner).await?;
        owner.close().await?;
        Ok(answer)
    }

    /// Tidies up, and starts a checkpoint's worth of full page writes anew: each run begins alike.
    pub async fn settle(&self) -> Result<(), Error> {
        for statement in ["vacuum (analyze) seats, reservations, reservation_seats", "analyze concerts", "checkpoint"] {
            self.as_owner(statement.to_owned()).await?;
        }
        Ok(())
    }

    /// Ends every sale and every hold.
    pub async fn free_all(&self) -> Result<(), Error> {
        self.as_owner(
            "update reservations set status = 'cancelled', cancelled_at = now() where status = 'confirmed';
            update reservation_seats set released_at = now() where released_at is null;
            update seats set status = 'available', hold_token = null, held_by = null, hold_expires_at = null
            where status <> 'available'"
                .to_owned(),
        )
        .await
    }

    /// Ends every hold, and leaves the sales.
    pub async fn end_holds(&self) -> Result<(), Error> {
        self.as_owner(
            "update seats set status = 'available', hold_token = null, held_by = null, hold_expires_at = null
            where status = 'temporarily_held'"
                .to_owned(),
        )
        .await
    }

    /// A counter PC: connected as the app connects, but without its file of intents, whose fsync is the PC's own.
    pub async fn counter(&self) -> Result<BoxOffice, Error> {
        self.counter_number(1).await
    }

    async fn counter_number(&self, number: usize) -> Result<BoxOffice, Error> {
        Ok(BoxOffice::connect(&self.ground.login(self.database, &counter_login(number)), None).await?)
    }

    /// So many counter PCs, the first of which is [`counter`](Self::counter)'s.
    pub async fn counters(&self, many: usize) -> Result<Vec<BoxOffice>, Error> {
        let mut counters = Vec::new();
        for number in 1..=many {
            counters.push(self.counter_number(number).await?);
        }
        Ok(counters)
    }

    /// The manager's PC, which sweeps.
    pub async fn manager(&self) -> Result<BoxOffice, Error> {
        Ok(BoxOffice::connect(&self.ground.login(self.database, MANAGER), None).await?)
    }

    /// Ids of concerts and seats by number, from 1, as the database makes them.
    pub async fn ids<T: From<Uuid>>(&self, of: &str, numbers: RangeInclusive<usize>) -> Result<Vec<T>, Error> {
        let id = if of == "seat" { self.seat_id.to_owned() } else { format!("md5('{of} ' || n)::uuid") };
        self.ids_as(&id, numbers).await
    }

    /// Ids by number n that an expression in SQL makes.
    pub async fn ids_as<T: From<Uuid>>(&self, id: &str, numbers: RangeInclusive<usize>) -> Result<Vec<T>, Error> {
        let mut owner = PgConnection::connect(&self.ground.server.owner_url(self.database)).await?;
        let (first, last) = (numbers.start(), numbers.end());
        let ids: Vec<Uuid> =
            sqlx::query_scalar(AssertSqlSafe(format!("select {id} from generate_series({first}, {last}) as n")))
                .fetch_all(&mut owner)
                .await?;
        owner.close().await?;
        Ok(ids.into_iter().map(T::from).collect())
    }
}

/// How counter number so much, from 1, logs in.
pub fn counter_login(number: usize) -> String {
    format!("counter_{number}")
}
