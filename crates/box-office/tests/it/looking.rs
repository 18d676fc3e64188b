use box_office::{ConcertId, Error, SeatId, SeatState};
use sqlx::{AssertSqlSafe, Connection};
use uuid::Uuid;

use crate::support::{PASSWORD, PHONE, PRICE, World, sell};

#[tokio::test]
async fn concerts_on_sale_tell_what_is_left_and_hide_drafts() {
    let world = World::new().await;
    let concert = world.concert(5).await;
    world.as_owner("insert into concerts (title) values ('초안')").await;
    let office = world.counter(1).await;
    sell(&office, &concert, &concert.seats[..1]).await;
    office.hold_seats(concert.id, &concert.seats[1..3]).await.unwrap();
    world.as_owner("update seats set withheld_for = '하우스석' where label = 'A-5'").await;
    let shown = office.concerts_on_sale().await.unwrap();
    assert_eq!(shown.len(), 1);
    let one = &shown[0];
    assert_eq!((one.total, one.remaining, one.on_hold, one.lowest_price), (5, 3, 2, Some(PRICE)));
    let detail = office.concert(concert.id).await.unwrap();
    assert_eq!((detail.tiers.len(), detail.tiers[0].remaining, detail.tiers[0].on_hold), (1, 3, 2));
}

#[tokio::test]
async fn the_map_shows_every_state_and_then_only_what_changed() {
    let world = World::new().await;
    let concert = world.concert(5).await;
    let (one, two) = (world.counter(1).await, world.counter(2).await);
    sell(&one, &concert, &concert.seats[..1]).await;
    one.hold_seats(concert.id, &concert.seats[1..2]).await.unwrap();
    two.hold_seats(concert.id, &concert.seats[2..3]).await.unwrap();
    world.as_owner("update seats set withheld_for = '시야 방해' where label = 'A-4'").await;
    let map = one.seat_map(concert.id).await.unwrap();
    use SeatState::{Available, Held, Mine, Reserved, Withheld};
    assert_eq!(map.status, [Reserved, Mine, Held, Withheld, Available]);
    assert_eq!(map.x, [0, 100, 200, 300, 400], "seats without a place stand in their row");
    let idle = one.seat_changes(concert.id, &map.changes.seen).await.unwrap();
    two.hold_seats(concert.id, &concert.seats[4..]).await.unwrap();
    let changes = one.seat_changes(concert.id, &idle.seen).await.unwrap();
    let changed = changes.seats.iter().find(|seat| seat.id == concert.seats[4]).unwrap();
    assert_eq!((changed.state, changed.counter.as_deref()), (Held, Some("counter_2")));
    assert!(changed.expires_in_ms.is_some_and(|left| left > 290_000));
    assert!(!changes.reload);
}

/// The reason for the snapshot: what began before a poll and commits after it comes with the next one.
#[tokio::test]
async fn a_change_that_commits_late_is_not_missed_by_the_next_poll() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let office = world.counter(1).await;
    let mut slow = world.owner().await;
    let mut slow = slow.begin().await.unwrap();
    sqlx::query(
        "update seats set status = 'temporarily_held', hold_token = gen_random_uuid(), held_by = 'counter_2',
        hold_expires_at = clock_timestamp() + interval '1 minute' where id = $1",
    )
    .bind(concert.seats[0])
    .execute(&mut *slow)
    .await
    .unwrap();
    world.counter(3).await.hold_seats(concert.id, &concert.seats[1..]).await.unwrap();
    let before = office.seat_map(concert.id).await.unwrap().changes;
    assert!(before.seats.iter().all(|seat| seat.id != concert.seats[0]));
    slow.commit().await.unwrap();
    let after = office.seat_changes(concert.id, &before.seen).await.unwrap();
    assert!(after.seats.iter().any(|seat| seat.id == concert.seats[0] && seat.state == SeatState::Held));
}

#[tokio::test]
async fn a_server_that_went_back_in_time_or_a_broken_marker_loads_the_map_again() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let seen = office.seat_map(concert.id).await.unwrap().changes.seen;
    let (incarnation, _) = seen.split_once('/').unwrap();
    let ahead = format!("{incarnation}/999999999:999999999:");
    assert!(office.seat_changes(concert.id, &ahead).await.unwrap().reload);
    assert!(office.seat_changes(concert.id, "other:1:1/5:5:").await.unwrap().reload);
    for broken in ["", "/", "x/y", "1/5:4:", "1/5:9:7,x", "1/0:0:", "1/99999999999999999999999", "'; drop table seats"]
    {
        assert!(office.seat_changes(concert.id, broken).await.is_ok(), "{broken:?}");
    }
}

#[tokio::test]
async fn unknown_concerts_and_seats_are_said_to_be_so() {
    let world = World::new().await;
    let office = world.counter(1).await;
    let (nobody, no_seat) = (ConcertId(Uuid::now_v7()), SeatId(Uuid::now_v7()));
    assert_eq!(office.concert(nobody).await.unwrap_err(), Error::ConcertNotOnSale);
    assert_eq!(office.seat_map(nobody).await.unwrap_err(), Error::ConcertNotOnSale);
    assert_eq!(office.seat_changes(nobody, "").await.unwrap_err(), Error::ConcertNotOnSale);
    assert_eq!(office.check_seat(no_seat).await.unwrap_err(), Error::UnknownSeats { seats: vec![no_seat] });
}

#[tokio::test]
async fn a_reservation_is_found_by_phone_and_password_however_the_phone_is_typed() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let office = world.counter(1).await;
    let sold = sell(&office, &concert, &concert.seats).await;
    for phone in [PHONE, "01012345678", "+82 10-1234-5678", "０１０－１２３４－５６７８"] {
        let found = world.counter(2).await.look_up(phone, PASSWORD).await.unwrap();
        assert_eq!(found.reservations.len(), 1);
        assert_eq!((found.reservations[0].id, found.reservations[0].total), (sold.id, 2 * PRICE));
        assert_eq!(found.reservations[0].seats, sold.seats);
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_phone_look_the_same() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    sell(&office, &concert, &concert.seats).await;
    let wrong = office.look_up(PHONE, "4321").await.err();
    let unknown = office.look_up("010-9999-9999", PASSWORD).await.err();
    assert_eq!(wrong, Some(Error::NoMatch));
    assert_eq!(wrong, unknown);
    // The same steps were taken for both: a ticket each, answered.
    assert_eq!(
        world.count("select count(*) from look_up_tickets where answered_at is not null and guess is null").await,
        2
    );
}

#[tokio::test]
async fn after_ten_wrong_look_ups_a_phone_has_to_wait_even_with_the_right_password() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    sell(&office, &concert, &concert.seats).await;
    world
        .as_owner("insert into look_up_tickets (phone_number, guess, who) select '01012345678', 'x', 'counter_3' from generate_series(1, 10)")
        .await;
    let limited = office.look_up(PHONE, PASSWORD).await.err();
    assert!(matches!(limited, Some(Error::TooManyLookUps { seconds: 1..=900 })), "{limited:?}");
    assert_eq!(office.look_up("010-9999-9999", PASSWORD).await.err(), Some(Error::NoMatch));
}

#[tokio::test]
async fn rolling_back_gives_no_free_guess() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    sell(&world.counter(1).await, &concert, &concert.seats).await;
    // The hostile client knows the very string, so that only the rule stands in its way.
    let hash: String =
        sqlx::query_scalar("select password_hash from reservations").fetch_one(&mut world.owner().await).await.unwrap();
    let mut hostile = world.raw("counter_1").await;
    // A ticket of one's own transaction is not answered.
    let mut transaction = hostile.begin().await.unwrap();
    let open = "select ticket from counter.open_look_up('01012345678', $1)";
    let ticket: Uuid = sqlx::query_scalar(open).bind(&hash).fetch_one(&mut *transaction).await.unwrap();
    let early = sqlx::query("select counter.answer_look_up($1)").bind(ticket).execute(&mut *transaction).await;
    assert!(early.is_err(), "a guess was compared before it was counted");
    transaction.rollback().await.unwrap();
    assert_eq!(world.count("select count(*) from look_up_tickets").await, 0);
    // A committed one is counted, whatever is rolled back afterwards, and tells nothing before the journal has it.
    let ticket: Uuid = sqlx::query_scalar(open).bind(&hash).fetch_one(&mut hostile).await.unwrap();
    let mut transaction = hostile.begin().await.unwrap();
    let found: i32 = sqlx::query_scalar("select counter.answer_look_up($1)")
        .bind(ticket)
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
    let read = "select customer_name from counter.read_look_up($1)";
    let told = sqlx::query(read).bind(ticket).fetch_all(&mut *transaction).await.unwrap();
    assert_eq!((found, told.len()), (1, 0));
    transaction.rollback().await.unwrap();
    assert_eq!(world.count("select count(*) from look_up_tickets where reservations = '{}'").await, 1);
    assert!(sqlx::query(read).bind(ticket).fetch_all(&mut hostile).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_look_up_reads_few_of_all_the_look_ups_there_were() {
    let world = World::new().await;
    world
        .as_owner(
            "insert into look_up_tickets (phone_number, guess, who, opened_at)
            select '0101234' || (n % 500 + 1000), 'wrong', 'counter_2', now() - n * interval '1 second'
            from generate_series(1, 2000) as n",
        )
        .await;
    world.as_owner("analyze look_up_tickets").await;
    for open in [
        "counter.open_look_up('01012345678', '$argon2id$v=19$x')",
        "counter.open_scan(decode(repeat('ab', 16), 'hex'))",
    ] {
        let mut counter = world.raw("counter_1").await;
        let mut looking = counter.begin().await.unwrap();
        sqlx::query(AssertSqlSafe(format!("select * from {open}"))).execute(&mut *looking).await.unwrap();
        let read: i64 = sqlx::query_scalar(
            "select coalesce(seq_tup_read, 0) + idx_tup_fetch from pg_stat_xact_all_tables where relname = 'look_up_tickets'",
        )
        .fetch_one(&mut *looking)
        .await
        .unwrap();
        assert!(read < 50, "{open} read {read} look-ups");
    }
}

/// A dump brings its change markers along, and a younger server's numbers begin below them.
#[tokio::test]
async fn seats_that_a_dump_brought_are_no_changes() {
    let world = World::new().await;
    let concert = world.concert(3).await;
    world
        .as_owner("alter table seats disable trigger user; update seats set changed_in = '999999999999'; alter table seats enable trigger user")
        .await;
    let office = world.counter(1).await;
    let seen = office.seat_map(concert.id).await.unwrap().changes.seen;
    assert!(office.seat_changes(concert.id, &seen).await.unwrap().seats.is_empty());
    office.hold_seats(concert.id, &concert.seats[..1]).await.unwrap();
    assert_eq!(office.seat_changes(concert.id, &seen).await.unwrap().seats.len(), 1);
}

#[tokio::test]
async fn a_transaction_that_stays_open_makes_no_delta_grow() {
    let world = World::new().await;
    let concert = world.concert(6).await;
    let mut owner = world.owner().await;
    let mut open = owner.begin().await.unwrap();
    sqlx::query("select pg_current_xact_id()").execute(&mut *open).await.unwrap();
    let (office, other) = (world.counter(1).await, world.counter(2).await);
    let mut seen = office.seat_map(concert.id).await.unwrap().changes.seen;
    for seat in &concert.seats {
        other.hold_seats(concert.id, &[*seat]).await.unwrap();
        let changes = office.seat_changes(concert.id, &seen).await.unwrap();
        assert_eq!(changes.seats.len(), 1, "each change is told once");
        seen = changes.seen;
    }
    open.rollback().await.unwrap();
}
