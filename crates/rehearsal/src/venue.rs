//! A small venue on a throw-away server, with a recorder under its tables.

use box_office::setup::{self, Group};
use private_postgres::random_password;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection, query_scalar};
use uuid::Uuid;

use crate::Error;

/// Name of the database.
pub const DATABASE: &str = "maepyo";

/// What is for sale and who may work.
pub struct Venue {
    /// Each concert with its share of the rush.
    pub concerts: Vec<(Uuid, u32)>,
    /// Logins of counters, with passwords.
    pub counters: Vec<(String, String)>,
    /// Logins of managers who sweep, with passwords.
    pub sweepers: Vec<(String, String)>,
}

/// Writes down every step of every seat and every sale, in the transaction that makes it, while that holds the row.
///
/// A verb looks and then writes. A server that stands still between the two, since a backend was stopped that all wait for,
/// makes the seat's step late and the sale no less lawful: its seats are locked from before the look. So a sale is timed by
/// the last clock before its first write, which is of its reservation.
const RECORDER: &str = "
create schema rehearsal;
create sequence rehearsal.order_of_steps;
create table rehearsal.steps (
    seq bigint primary key default nextval('rehearsal.order_of_steps'), at timestamptz not null default clock_timestamp(),
    xid xid8 not null default pg_current_xact_id(), who text not null default session_user, seat uuid not null,
    was seat_status not null, was_token uuid, was_until timestamptz,
    became seat_status not null, became_token uuid, became_until timestamptz
);
create table rehearsal.sales (
    seq bigint primary key default nextval('rehearsal.order_of_steps'), at timestamptz not null default clock_timestamp(),
    xid xid8 not null default pg_current_xact_id(), who text not null default session_user, seat uuid not null,
    reservation uuid not null, released boolean not null
);
create function rehearsal.time_sale() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform set_config('rehearsal.sold_at', clock_timestamp()::text, true);
    return new;
end $$;
create function rehearsal.record_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into rehearsal.steps (at, seat, was, was_token, was_until, became, became_token, became_until)
    values (
        coalesce(
            case new.status when 'reserved' then nullif(current_setting('rehearsal.sold_at', true), '')::timestamptz end,
            clock_timestamp()
        ),
        new.id, old.status, old.hold_token, old.hold_expires_at, new.status, new.hold_token, new.hold_expires_at
    );
    return new;
end $$;
create function rehearsal.record_sale() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into rehearsal.sales (seat, reservation, released)
    values (new.seat_id, new.reservation_id, new.released_at is not null);
    return new;
end $$;
create trigger a_recorder before insert on reservations for each row execute function rehearsal.time_sale();
create trigger a_recorder before update on seats for each row execute function rehearsal.record_step();
create trigger a_recorder before insert or update on reservation_seats for each row execute function rehearsal.record_sale();
";

/// Seats in a row.
const ROW: i32 = 20;

/// Makes the database, the logins and a concert for each of `halls`: seats, and share of the rush.
///
/// # Errors
/// Those of the server.
pub async fn set_up(
    postgres: &str,
    owner: &str,
    counters: usize,
    sweepers: usize,
    hold_seconds: i32,
    halls: &[(i32, u32)],
) -> Result<Venue, Error> {
    setup::create_group_roles(postgres).await?;
    setup::create_database(postgres, DATABASE).await?;
    setup::migrate(owner).await?;
    let mut connection = PgConnection::connect(owner).await?;
    sqlx::raw_sql(RECORDER).execute(&mut connection).await?;
    sqlx::query("update settings set hold_seconds = $1").bind(hold_seconds).execute(&mut connection).await?;
    let mut concerts = Vec::new();
    for (seats, share) in halls {
        concerts.push((add_concert(&mut connection, *seats).await?, *share));
    }
    connection.close().await?;
    let logins = async |group: Group, name: &str, count: usize| -> Result<Vec<(String, String)>, Error> {
        let mut logins = Vec::new();
        for number in 1..=count {
            let (login, password) = (format!("{name}_{number}"), random_password());
            setup::add_login(owner, group, &login, &password).await?;
            logins.push((login, password));
        }
        Ok(logins)
    };
    Ok(Venue {
        concerts,
        counters: logins(Group::Counter, "counter", counters).await?,
        sweepers: logins(Group::Manager, "sweeper", sweepers).await?,
    })
}

async fn add_concert(owner: &mut PgConnection, seats: i32) -> Result<Uuid, Error> {
    let id: Uuid = query_scalar("insert into concerts (title, venue) values ('예행 공연', '대극장') returning id")
        .fetch_one(&mut *owner)
        .await?;
    sqlx::query(
        "with tiers as (
            insert into concert_seat_tiers (concert_id, label, price)
            values ($1, 'R석', 90000), ($1, 'S석', 60000) returning id, label
        )
        insert into seats (concert_id, seat_tier_id, label, section_label, row_label, row_number, seat_number)
        select $1, tiers.id, n / $3 + 1 || '-' || n % $3 + 1, '가', (n / $3 + 1)::text, n / $3 + 1, n % $3 + 1
        from generate_series(0, $2 - 1) as n
        join tiers on tiers.label = case when n < $2 / 3 then 'R석' else 'S석' end",
    )
    .bind(id)
    .bind(seats)
    .bind(ROW)
    .execute(&mut *owner)
    .await?;
    sqlx::query("update concerts set status = 'published' where id = $1").bind(id).execute(&mut *owner).await?;
    Ok(id)
}

/// Applies a verb again with a passage of its definition replaced: a bug, seeded.
///
/// # Errors
/// When the passage is not there, which would leave the verb as it is, and those of the server.
pub async fn seed_bug(owner: &str, verb: &str, passage: &str, replacement: &str) -> Result<(), Error> {
    let (_, definition) = setup::verbs().find(|(path, _)| *path == verb).ok_or(format!("there is no {verb}"))?;
    if !definition.contains(passage) {
        return Err(format!("{verb} has no longer the passage that is to be replaced: {passage}").into());
    }
    let seeded = definition.replace(passage, replacement);
    let functions = seeded[seeded.find("create function").ok_or("it makes no function")?..]
        .replace("create function", "create or replace function")
        .replace("create view", "create or replace view");
    let mut owner = raw(owner).await?;
    sqlx::raw_sql("set search_path = public").execute(&mut owner).await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(functions)).execute(&mut owner).await?;
    Ok(())
}

/// A raw connection: a client that does not use the engine, or the owner who looks behind the scenes.
///
/// # Errors
/// Those of the server.
pub async fn raw(url: &str) -> Result<PgConnection, Error> {
    let options: PgConnectOptions = url.parse()?;
    Ok(PgConnection::connect_with(&options.application_name("rehearsal")).await?)
}
