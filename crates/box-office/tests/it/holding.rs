use std::sync::Arc;

use box_office::{ConcertId, Error, SeatState};
use sqlx::Connection;
use tokio::sync::Barrier;
use uuid::Uuid;

use crate::support::{PRICE, World};

#[tokio::test]
async fn a_hold_takes_all_its_seats_for_the_time_the_venue_set() {
    let world = World::new().await;
    let concert = world.concert(3).await;
    let hold = world.counter(1).await.hold_seats(concert.id, &concert.seats).await.unwrap();
    assert_eq!(hold.total, 3 * PRICE);
    assert!((295_000..=300_000).contains(&hold.expires_in_ms), "{}", hold.expires_in_ms);
    assert_eq!(
        world.count("select count(*) from seats where held_by = 'counter_1' and hold_token is not null").await,
        3
    );
    assert_eq!(world.count("select count(*) from journal where kind = 'hold' and who = 'counter_1'").await, 1);
}

#[tokio::test]
async fn a_hold_reads_no_seat_that_another_login_holds() {
    let world = World::new().await;
    world.concert(300).await;
    world
        .as_owner(
            "update seats set status = 'temporarily_held', hold_token = gen_random_uuid(), held_by = 'counter_2',
                hold_expires_at = now() + interval '1 hour'",
        )
        .await;
    let concert = world.concert(2).await;
    let mut counter = world.raw("counter_1").await;
    let mut hold = counter.begin().await.unwrap();
    sqlx::query("select counter.hold_seats(gen_random_uuid(), $1, $2)")
        .bind(concert.id)
        .bind(&concert.seats)
        .execute(&mut *hold)
        .await
        .unwrap();
    let read: i64 = sqlx::query_scalar(
        "select coalesce(seq_tup_read, 0) + idx_tup_fetch from pg_stat_xact_all_tables where relname = 'seats'",
    )
    .fetch_one(&mut *hold)
    .await
    .unwrap();
    assert!((2..50).contains(&read), "{read} rows of seats");
}

#[tokio::test]
async fn one_taken_seat_refuses_the_whole_hold_and_says_which_and_whose() {
    let world = World::new().await;
    let concert = world.concert(3).await;
    let first = world.counter(1).await;
    first.rename_counter("3번 창구").await.unwrap();
    first.hold_seats(concert.id, &concert.seats[1..2]).await.unwrap();
    let refused = world.counter(2).await.hold_seats(concert.id, &concert.seats).await.unwrap_err();
    let Error::SeatsTaken { seats } = refused else { panic!("{refused:?}") };
    assert_eq!(seats.len(), 1);
    assert_eq!((seats[0].id, seats[0].state), (concert.seats[1], SeatState::Held));
    assert_eq!(seats[0].counter.as_deref(), Some("3번 창구"));
    assert_eq!(world.count("select count(*) from seats where status = 'temporarily_held'").await, 1);
    assert_eq!(world.count("select count(*) from journal where kind = 'hold'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_tasks_racing_for_the_same_seats_hold_them_once() {
    let world = World::new().await;
    let concert = Arc::new(world.concert(4).await);
    let offices = [world.counter(1).await, world.counter(2).await, world.counter(3).await];
    let start = Arc::new(Barrier::new(50));
    let racers: Vec<_> = (0..50)
        .map(|racer| {
            let (office, concert, start) = (offices[racer % 3].clone(), concert.clone(), start.clone());
            tokio::spawn(async move {
                // Everybody wants the same four, each in another order.
                let mut seats = concert.seats.clone();
                seats.rotate_left(racer % 4);
                start.wait().await;
                office.hold_seats(concert.id, &seats).await
            })
        })
        .collect();
    let mut winners = 0;
    for racer in racers {
        match racer.await.unwrap() {
            Ok(hold) => winners += i32::from(hold.seats.len() == 4),
            Err(Error::SeatsTaken { .. }) => {}
            // Four connections a counter: whoever waits longer for one than its limit is told so, and wrote nothing.
            Err(Error::Offline | Error::Busy) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(winners, 1);
    assert_eq!(world.count("select count(distinct hold_token) from seats").await, 1);
    assert_eq!(world.count("select count(*) from seats where status = 'temporarily_held'").await, 4);
}

/// The control: two clients that look first and write later, without a lock, both "win".
#[tokio::test]
async fn without_the_lock_two_counters_hold_the_same_seat() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let mut winners = 0;
    let (mut one, mut two) = (world.owner().await, world.owner().await);
    let free = "select count(*) from seats where id = $1 and status = 'available'";
    let take = "update seats set status = 'temporarily_held', hold_token = gen_random_uuid(), held_by = session_user,
        hold_expires_at = now() + interval '5 minutes' where id = $1";
    // The barrier: both have looked before either writes.
    let mut transactions = [one.begin().await.unwrap(), two.begin().await.unwrap()];
    let mut looks = Vec::new();
    for transaction in &mut transactions {
        let seen: i64 = sqlx::query_scalar(free).bind(concert.seats[0]).fetch_one(&mut **transaction).await.unwrap();
        looks.push(seen);
    }
    for (mut transaction, seen) in transactions.into_iter().zip(looks) {
        if seen == 1 {
            sqlx::query(take).bind(concert.seats[0]).execute(&mut *transaction).await.unwrap();
            winners += 1;
        }
        transaction.commit().await.unwrap();
    }
    assert_eq!(winners, 2, "the race that the lock prevents is gone: this control shows nothing");
}

#[tokio::test]
async fn an_expired_hold_can_be_taken_though_no_sweep_has_run() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    world.counter(1).await.hold_seats(concert.id, &concert.seats).await.unwrap();
    world.expire_holds().await;
    let second = world.counter(2).await;
    assert_eq!(second.check_seat(concert.seats[0]).await.unwrap().state, SeatState::Available);
    second.hold_seats(concert.id, &concert.seats).await.unwrap();
    assert_eq!(world.count("select count(*) from seats where held_by = 'counter_2'").await, 2);
}

#[tokio::test]
async fn a_hold_of_nothing_too_much_twice_or_elsewhere_is_refused_and_writes_nothing() {
    let world = World::new().await;
    let concert = world.concert(12).await;
    let other = world.concert(1).await;
    let office = world.counter(1).await;
    assert_eq!(office.hold_seats(concert.id, &[]).await.unwrap_err(), Error::NoSeats);
    assert_eq!(office.hold_seats(concert.id, &concert.seats).await.unwrap_err(), Error::TooManySeats { limit: 10 });
    let twice = [concert.seats[0], concert.seats[0]];
    assert_eq!(office.hold_seats(concert.id, &twice).await.unwrap_err(), Error::SeatRepeated);
    let foreign = [concert.seats[0], other.seats[0]];
    assert_eq!(
        office.hold_seats(concert.id, &foreign).await.unwrap_err(),
        Error::UnknownSeats { seats: vec![other.seats[0]] }
    );
    let nobody = ConcertId(Uuid::now_v7());
    assert_eq!(office.hold_seats(nobody, &concert.seats[..1]).await.unwrap_err(), Error::ConcertNotOnSale);
    assert_eq!(world.count("select count(*) from seats where status <> 'available'").await, 0);
    assert_eq!(world.count("select count(*) from journal").await, 0);
}

#[tokio::test]
async fn a_withheld_seat_is_not_held() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    world.as_owner("update seats set withheld_for = '하우스석' where label = 'A-1'").await;
    let refused = world.counter(1).await.hold_seats(concert.id, &concert.seats).await.unwrap_err();
    let Error::SeatsTaken { seats } = refused else { panic!("{refused:?}") };
    assert_eq!(seats[0].state, SeatState::Withheld);
}

#[tokio::test]
async fn a_released_hold_frees_its_seats_and_releasing_twice_is_harmless() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let office = world.counter(1).await;
    let hold = office.hold_seats(concert.id, &concert.seats).await.unwrap();
    office.release_hold(hold.token, &concert.seats).await.unwrap();
    office.release_hold(hold.token, &concert.seats).await.unwrap();
    assert_eq!(world.count("select count(*) from seats where status = 'available'").await, 2);
}

#[tokio::test]
async fn releasing_an_expired_hold_leaves_the_next_counters_hold_alone() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let first = world.counter(1).await;
    let hold = first.hold_seats(concert.id, &concert.seats).await.unwrap();
    world.expire_holds().await;
    world.counter(2).await.hold_seats(concert.id, &concert.seats).await.unwrap();
    first.release_hold(hold.token, &concert.seats).await.unwrap();
    assert_eq!(world.count("select count(*) from seats where held_by = 'counter_2'").await, 1);
}

/// Else a login would keep a hall for ever: released and held again in one breath, nobody else ever comes to it.
#[tokio::test]
async fn a_counter_takes_a_seat_that_it_gave_up_again_only_after_a_pause_in_which_another_can() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let (one, two) = (world.counter(1).await, world.counter(2).await);
    let hold = one.hold_seats(concert.id, &concert.seats[..1]).await.unwrap();
    one.release_hold(hold.token, &concert.seats[..1]).await.unwrap();
    // The pause goes on, however slow this machine is.
    world.as_owner("update seats set last_hold_ended_at = clock_timestamp() + interval '1 hour' where last_held_by is not null").await;
    let mut raw = world.raw("counter_1").await;
    let again = "select from counter.hold_seats(gen_random_uuid(), $1, array[$2])";
    let refused = sqlx::query(again).bind(concert.id).bind(concert.seats[0]).execute(&mut raw).await.unwrap_err();
    assert_eq!(refused.as_database_error().and_then(|error| error.constraint()), Some("holds_after_pause"));
    // Another counter does not wait, and the first one's engine waits for it.
    let theirs = two.hold_seats(concert.id, &concert.seats[..1]).await.unwrap();
    two.release_hold(theirs.token, &concert.seats[..1]).await.unwrap();
    two.hold_seats(concert.id, &concert.seats[..1]).await.unwrap();
    assert_eq!(world.count("select count(*) from journal where kind = 'hold'").await, 3);
}

#[tokio::test]
async fn a_login_has_so_many_live_holds_and_no_more_from_however_many_sessions() {
    let world = World::new().await;
    let concert = world.concert(20).await;
    world.as_owner("update settings set holds_per_login = 3").await;
    let sessions = [world.counter(1).await, world.counter(1).await, world.counter(1).await];
    let mut racers = Vec::new();
    for (number, seat) in concert.seats.iter().copied().enumerate() {
        let (office, concert) = (sessions[number % 3].clone(), concert.id);
        racers.push(tokio::spawn(async move { office.hold_seats(concert, &[seat]).await }));
    }
    let mut held = 0;
    for racer in racers {
        match racer.await.unwrap() {
            Ok(_) => held += 1,
            Err(Error::TooManyHolds { limit: 3 } | Error::Busy) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(held, 3);
    assert_eq!(world.count("select count(*) from seats where status = 'temporarily_held'").await, 3);
    // One that is over makes room.
    world.as_owner("update settings set hold_again_seconds = 0").await;
    world.expire_holds().await;
    sessions[0].hold_seats(concert.id, &concert.seats[..1]).await.unwrap();
}
