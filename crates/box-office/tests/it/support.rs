//! A world per test: its own database, cloned from a migrated template, and logins of real group members.

use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use box_office::setup::{self, Group};
use box_office::{
    BoxOffice, ConcertId, ConfirmForm, Hold, IssuedTickets, Pc, Reservation, SeatId, ServerLogin, WalkUpForm,
};
use private_postgres::ThrowAway;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};
use tokio::sync::OnceCell;
use uuid::Uuid;

static SERVER: OnceLock<ThrowAway> = OnceLock::new();
static TEMPLATE: OnceCell<()> = OnceCell::const_new();
static WORLDS: AtomicUsize = AtomicUsize::new(0);

pub const NAME: &str = "홍길동";
pub const PHONE: &str = "010-1234-5678";
pub const PASSWORD: &str = "1234";
pub const PRICE: i64 = 50_000;

pub struct World {
    database: String,
}

pub struct Concert {
    pub id: ConcertId,
    pub tier: Uuid,
    pub seats: Vec<SeatId>,
}

fn server() -> &'static ThrowAway {
    SERVER.get_or_init(|| ThrowAway::start().unwrap())
}

async fn make_template() {
    let owner = server().owner_url("postgres");
    setup::create_group_roles(&owner).await.unwrap();
    setup::create_database(&owner, "template_maepyo").await.unwrap();
    setup::migrate(&server().owner_url("template_maepyo")).await.unwrap();
    for login in ["counter_1", "counter_2", "counter_3"] {
        setup::add_login(&owner, Group::Counter, login, "secret").await.unwrap();
    }
    let mut connection = PgConnection::connect(&owner).await.unwrap();
    sqlx::raw_sql("create role venue_owner login createrole password 'secret'").execute(&mut connection).await.unwrap();
    for login in ["manager_1", "manager_2"] {
        setup::add_login(&owner, Group::Manager, login, "secret").await.unwrap();
    }
}

impl World {
    pub async fn new() -> Self {
        TEMPLATE.get_or_init(make_template).await;
        let database = format!("world_{}", WORLDS.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect(&server().owner_url("postgres")).await.unwrap();
        let statement = format!("create database {database} template template_maepyo strategy file_copy");
        // Cloning locks the template for a moment; with many tests at once somebody has to wait.
        for _ in 0..200 {
            match sqlx::raw_sql(sqlx::AssertSqlSafe(statement.clone())).execute(&mut connection).await {
                Ok(_) => {
                    // A clone has the template's tables and rights, but not the rights of the database itself.
                    let rights = format!(
                        "revoke connect, temporary on database {database} from public;
                        grant connect on database {database} to counter, manager"
                    );
                    sqlx::raw_sql(sqlx::AssertSqlSafe(rights)).execute(&mut connection).await.unwrap();
                    return Self { database };
                }
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
            }
        }
        panic!("no database could be cloned");
    }

    pub fn options(&self, login: &str) -> PgConnectOptions {
        server().url(login, "secret", &self.database).parse::<PgConnectOptions>().unwrap()
    }

    /// What a PC would keep of this server.
    pub fn server_login(&self, login: &str) -> ServerLogin {
        ServerLogin {
            host: "127.0.0.1".into(),
            port: server().port(),
            database: self.database.clone(),
            login: login.into(),
            password: "secret".into(),
            ca_certificate: None,
        }
    }

    /// An empty database that belongs to the login `venue_owner`, who is no superuser.
    pub async fn empty() -> Self {
        TEMPLATE.get_or_init(make_template).await;
        let database = format!("world_{}", WORLDS.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect(&server().owner_url("postgres")).await.unwrap();
        let statement = format!("create database {database} owner venue_owner");
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
        Self { database }
    }

    async fn office(&self, login: &str) -> BoxOffice {
        BoxOffice::connect_with(self.options(login), None).await.unwrap()
    }

    pub async fn counter(&self, number: usize) -> BoxOffice {
        self.office(&format!("counter_{number}")).await
    }

    pub async fn manager(&self, number: usize) -> BoxOffice {
        self.office(&format!("manager_{number}")).await
    }

    /// A raw connection: a client that does not use the engine.
    pub async fn raw(&self, login: &str) -> PgConnection {
        PgConnection::connect_with(&self.options(login)).await.unwrap()
    }

    pub async fn owner(&self) -> PgConnection {
        PgConnection::connect(&server().owner_url(&self.database)).await.unwrap()
    }

    pub async fn as_owner(&self, sql: &'static str) {
        sqlx::raw_sql(sql).execute(&mut self.owner().await).await.unwrap();
    }

    /// For every session of this world that begins from now on, as a superuser may set it.
    pub async fn set_for_database(&self, setting: &str) {
        let statement = format!("alter database {} set {setting}", self.database);
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut self.owner().await).await.unwrap();
    }

    /// A published concert with seats, … of one tier.
    pub async fn concert(&self, seats: i32) -> Concert {
        let mut owner = self.owner().await;
        let id: ConcertId =
            sqlx::query_scalar("insert into concerts (title, venue) values ('시험 공연', '대극장') returning id")
                .fetch_one(&mut owner)
                .await
                .unwrap();
        let tier: Uuid = sqlx::query_scalar(
            "insert into concert_seat_tiers (concert_id, label, price) values ($1, 'R석', $2::bigint) returning id",
        )
        .bind(id)
        .bind(PRICE)
        .fetch_one(&mut owner)
        .await
        .unwrap();
        let mut seats: Vec<(SeatId, i32)> = sqlx::query_as(
            "insert into seats (concert_id, seat_tier_id, label, section_label, row_label, row_number, seat_number)
            select $1, $2, 'A-' || n, '가', 'A', 1, n from generate_series(1, $3) as n returning id, seat_number",
        )
        .bind(id)
        .bind(tier)
        .bind(seats)
        .fetch_all(&mut owner)
        .await
        .unwrap();
        seats.sort_by_key(|(_, number)| *number);
        sqlx::query("update concerts set status = 'published' where id = $1")
            .bind(id)
            .execute(&mut owner)
            .await
            .unwrap();
        Concert { id, tier, seats: seats.into_iter().map(|(id, _)| id).collect() }
    }

    /// Makes every hold expire, as if its minutes were over.
    pub async fn expire_holds(&self) {
        self.as_owner(
            "update seats set hold_expires_at = clock_timestamp() - interval '1 second' where status = 'temporarily_held'",
        )
        .await;
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&mut self.owner().await).await.unwrap()
    }
}

/// A PC with its record of operations in this file.
pub fn pc(intents: &Path) -> Pc {
    Pc { id: Uuid::from_u128(1), intents: intents.to_owned() }
}

pub fn form(hold: &Hold) -> ConfirmForm {
    ConfirmForm {
        hold: hold.token,
        concert_id: hold.concert_id,
        seat_ids: hold.seats.iter().map(|seat| seat.id).collect(),
        total: hold.total,
        name: NAME.into(),
        phone: PHONE.into(),
        password: PASSWORD.into(),
    }
}

pub async fn sell(office: &BoxOffice, concert: &Concert, seats: &[SeatId]) -> Reservation {
    sell_to(office, concert, seats, NAME, PHONE).await
}

pub async fn sell_to(office: &BoxOffice, concert: &Concert, seats: &[SeatId], name: &str, phone: &str) -> Reservation {
    let hold = office.hold_seats(concert.id, seats).await.unwrap();
    let form = ConfirmForm { name: name.into(), phone: phone.into(), ..form(&hold) };
    office.confirm(&form).await.unwrap()
}

pub async fn sell_to_nobody(office: &BoxOffice, concert: &Concert, seats: &[SeatId]) -> Reservation {
    let hold = office.hold_seats(concert.id, seats).await.unwrap();
    office.confirm_walk_up(&walk_up(&hold)).await.unwrap()
}

pub fn walk_up(hold: &Hold) -> WalkUpForm {
    WalkUpForm {
        hold: hold.token,
        concert_id: hold.concert_id,
        seat_ids: hold.seats.iter().map(|seat| seat.id).collect(),
        total: hold.total,
    }
}

/// What the QR of a seat's ticket says.
pub fn qr(tickets: &IssuedTickets, seat: usize) -> String {
    let digits: String = tickets.seats[seat].code.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("{}.{digits}", tickets.number)
}
