//! What a counter waits for: a hold, a confirm, a seat map, home. On a throw-away server with PostgreSQL's own
//! durability, as a counter's login.
#![expect(clippy::unwrap_used, reason = "a benchmark that can't go on stops by panicking")]

use std::sync::LazyLock;

use box_office::setup::{self, Group};
use box_office::{BoxOffice, ConfirmForm, Hold};
use divan::Bencher;
use private_postgres::ThrowAway;
use sqlx::{Connection, PgConnection};
use tokio::runtime::Runtime;
use uuid::Uuid;

struct Stage {
    runtime: Runtime,
    office: BoxOffice,
    concert: Uuid,
    seats: Vec<Uuid>,
    // Lives as long as the benchmark.
    _server: ThrowAway,
}

/// A hundred published concerts of 2,000 seats.
static STAGE: LazyLock<Stage> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let server = ThrowAway::start_durable().unwrap();
    let (office, concert, seats) = runtime.block_on(async {
        let owner = server.owner_url("postgres");
        setup::create_group_roles(&owner).await.unwrap();
        setup::create_database(&owner, "maepyo").await.unwrap();
        let owner = server.owner_url("maepyo");
        setup::migrate(&owner).await.unwrap();
        setup::add_login(&owner, Group::Counter, "counter_1", "secret").await.unwrap();
        let mut connection = PgConnection::connect(&owner).await.unwrap();
        sqlx::raw_sql(
            "insert into concerts (title) select '공연 ' || n from generate_series(1, 100) as n;
            insert into concert_seat_tiers (concert_id, label, price) select id, 'R석', 50000 from concerts;
            insert into seats (concert_id, seat_tier_id, label, section_label, row_label, row_number, seat_number)
            select t.concert_id, t.id, n, '가', (n / 50)::text, n / 50, n % 50
            from concert_seat_tiers t, generate_series(1, 2000) as n;
            update concerts set status = 'published';
            analyze",
        )
        .execute(&mut connection)
        .await
        .unwrap();
        let concert: Uuid =
            sqlx::query_scalar("select id from concerts limit 1").fetch_one(&mut connection).await.unwrap();
        let seats: Vec<Uuid> = sqlx::query_scalar("select id from seats where concert_id = $1")
            .bind(concert)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let options = server.url("counter_1", "secret", "maepyo").parse().unwrap();
        (BoxOffice::connect_with(options, None).await.unwrap(), concert, seats)
    });
    Stage { runtime, office, concert, seats, _server: server }
});

fn main() {
    divan::main();
}

fn hold(seats: &[Uuid]) -> Hold {
    STAGE.runtime.block_on(STAGE.office.hold_seats(STAGE.concert, seats)).unwrap()
}

fn release(hold: &Hold) {
    let seats: Vec<Uuid> = hold.seats.iter().map(|seat| seat.id).collect();
    STAGE.runtime.block_on(STAGE.office.release_hold(hold.hold, &seats)).unwrap();
}

/// Two of 2,000 seats, with its release.
#[divan::bench(sample_count = 200, sample_size = 1)]
fn hold_and_release_two_seats(bencher: Bencher) {
    bencher.bench(|| release(&hold(&STAGE.seats[..2])));
}

/// With the hashing of the password, which is most of it.
#[divan::bench(sample_count = 40, sample_size = 1)]
fn confirm_two_seats(bencher: Bencher) {
    let mut pairs = STAGE.seats[100..].chunks(2);
    bencher
        .with_inputs(|| {
            let hold = hold(pairs.next().unwrap());
            ConfirmForm {
                hold: hold.hold,
                concert_id: hold.concert_id,
                seat_ids: hold.seats.iter().map(|seat| seat.id).collect(),
                total: hold.total,
                name: "홍길동".into(),
                phone: "010-1234-5678".into(),
                password: "1234".into(),
            }
        })
        .bench_local_values(|form| STAGE.runtime.block_on(STAGE.office.confirm(&form)).map(drop).unwrap());
}

/// Geometry and status of 2,000 seats.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn seat_map_of_2000_seats() -> usize {
    STAGE.runtime.block_on(STAGE.office.seat_map(STAGE.concert)).unwrap().ids.len()
}

/// One poll that finds nothing new.
#[divan::bench(sample_count = 200, sample_size = 1)]
fn seat_changes_of_a_quiet_hall(bencher: Bencher) {
    let seen = STAGE.runtime.block_on(STAGE.office.seat_map(STAGE.concert)).unwrap().changes.seen;
    bencher.bench(|| STAGE.runtime.block_on(STAGE.office.seat_changes(STAGE.concert, &seen)).unwrap().seats.len());
}

/// A hundred concerts of 2,000 seats.
#[divan::bench(sample_count = 30, sample_size = 1)]
fn home_of_100_concerts() -> usize {
    STAGE.runtime.block_on(STAGE.office.concerts_on_sale()).unwrap().len()
}
