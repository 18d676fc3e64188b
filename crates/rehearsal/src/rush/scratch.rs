//! A database and logins of its own on somebody's server, and their end.

use box_office::setup::{self, Group};
use box_office::{BoxOffice, ConcertId, ServerLogin};
use private_postgres::random_password;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, query_scalar, raw_sql};
use uuid::Uuid;

use super::Error;

/// What a rush makes on a server, and removes again.
pub struct Scratch {
    server: PgConnectOptions,
    server_url: String,
    ca_certificate: Option<String>,
    /// Of the database, and the beginning of each login's.
    pub name: String,
    password: String,
    logins: Vec<String>,
    /// Group roles that the server did not have before.
    new_roles: Vec<String>,
    /// The one concert.
    pub concert: ConcertId,
}

impl Scratch {
    /// Only names it; nothing is on the server yet.
    pub fn on(server_url: &str, ca_certificate: Option<String>) -> Result<Self, Error> {
        Ok(Self {
            server: server_url.parse()?,
            server_url: server_url.to_owned(),
            ca_certificate,
            name: format!("maepyo_rush_{}", &Uuid::new_v4().simple().to_string()[..12]),
            password: random_password(),
            logins: Vec::new(),
            new_roles: Vec::new(),
            concert: ConcertId(Uuid::now_v7()),
        })
    }

    /// Makes the database with a published concert of so many seats, and a login for each counter.
    pub async fn make(&mut self, counters: usize, seats: usize) -> Result<(), Error> {
        let mut owner = PgConnection::connect_with(&self.server).await?;
        self.new_roles = query_scalar(
            "select name from unnest(array['counter', 'manager', 'box_office']) as name where to_regrole(name) is null",
        )
        .fetch_all(&mut owner)
        .await?;
        owner.close().await?;
        setup::create_group_roles(&self.server_url).await?;
        setup::create_database(&self.server_url, &self.name).await?;
        let inside = self.server.clone().database(&self.name);
        setup::migrate(inside.to_url_lossy().as_str()).await?;
        for number in 1..=counters {
            let login = format!("{}_{number}", self.name);
            setup::add_login(&self.server_url, Group::Counter, &login, &self.password).await?;
            self.logins.push(login);
        }
        let mut owner = PgConnection::connect_with(&inside).await?;
        raw_sql(AssertSqlSafe(format!(
            "insert into concerts (id, title) values ('{concert}', 'rush');
            insert into concert_seat_tiers (concert_id, label, price) values ('{concert}', 'R석', 50000);
            insert into seats (concert_id, seat_tier_id, label, section_label, row_label, row_number, seat_number)
            select concert_id, id, n, '가', (n / 50)::text, n / 50, n % 50
            from concert_seat_tiers, generate_series(1, {seats}) as n;
            update concerts set status = 'published';",
            concert = self.concert
        )))
        .execute(&mut owner)
        .await?;
        raw_sql("vacuum (analyze)").execute(&mut owner).await?;
        Ok(owner.close().await?)
    }

    /// A counter PC for each login, connected as the app connects.
    pub async fn counters(&self) -> Result<Vec<BoxOffice>, Error> {
        let mut counters = Vec::new();
        for login in &self.logins {
            let login = ServerLogin {
                host: self.server.get_host().to_owned(),
                port: self.server.get_port(),
                database: self.name.clone(),
                login: login.clone(),
                password: self.password.clone(),
                ca_certificate: self.ca_certificate.clone(),
            };
            counters.push(BoxOffice::connect(&login, None).await?);
        }
        Ok(counters)
    }

    /// Numbers that only the owner can ask for.
    pub async fn ask(&self, sql: &'static str) -> Result<i64, Error> {
        let mut owner = PgConnection::connect_with(&self.server.clone().database(&self.name)).await?;
        let answer = query_scalar(sql).fetch_one(&mut owner).await?;
        owner.close().await?;
        Ok(answer)
    }

    /// Removes all that was made. What was never made is not missed.
    pub async fn remove(&self) -> Result<(), Error> {
        let mut owner = PgConnection::connect_with(&self.server).await?;
        let mut statements = vec![format!("drop database if exists {}", self.name)];
        // One may have been made whose answer was never heard.
        let logins: Vec<String> = query_scalar("select rolname::text from pg_roles where starts_with(rolname, $1)")
            .bind(format!("{}_", self.name))
            .fetch_all(&mut owner)
            .await?;
        statements.extend(logins.iter().chain(&self.new_roles).map(|role| format!("drop role if exists {role}")));
        for statement in statements {
            // The server itself waits five seconds for connections that are about to go.
            let mut tries = 3;
            while let Err(error) = raw_sql(AssertSqlSafe(statement.clone())).execute(&mut owner).await {
                tries -= 1;
                if tries == 0 {
                    return Err(format!("{statement}: {error}; do it by hand").into());
                }
            }
        }
        Ok(owner.close().await?)
    }
}
