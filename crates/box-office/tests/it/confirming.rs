use box_office::{Error, ReservationStatus};
use sqlx::Connection;

use crate::support::{PRICE, World, form};

#[tokio::test]
async fn a_confirmed_hold_is_a_reservation_with_its_seats_at_their_price() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let office = world.counter(1).await;
    let hold = office.hold_seats(concert.id, &concert.seats).await.unwrap();
    let sold = office.confirm(&form(&hold)).await.unwrap();
    assert_eq!(
        (sold.status, sold.total, sold.phone.as_str()),
        (ReservationStatus::Confirmed, 2 * PRICE, "01012345678")
    );
    assert_eq!(world.count("select count(*) from seats where status = 'reserved'").await, 2);
    assert_eq!(
        world.count("select count(*) from reservation_seats where price = 50000 and released_at is null").await,
        2
    );
    assert_eq!(world.count("select count(*) from reservations where password_hash like '$argon2id$%'").await, 1);
    assert_eq!(world.count("select count(*) from journal where kind = 'confirm'").await, 1);
    assert_eq!(world.count("select count(*) from journal where detail::text ~ '홍길동|01012345678'").await, 0);
}

#[tokio::test]
async fn an_expired_hold_is_refused_before_anything_is_written() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let hold = office.hold_seats(concert.id, &concert.seats).await.unwrap();
    world.expire_holds().await;
    assert_eq!(office.confirm(&form(&hold)).await.err().unwrap(), Error::HoldExpired);
    assert_eq!(world.count("select count(*) from reservations").await, 0);
    assert_eq!(world.count("select count(*) from seats where status = 'temporarily_held'").await, 1);
}

#[tokio::test]
async fn as_expired_hold_that_b_holds_anew_is_refused_for_a_and_sold_by_b() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let (a, b) = (world.counter(1).await, world.counter(2).await);
    let of_a = a.hold_seats(concert.id, &concert.seats).await.unwrap();
    world.expire_holds().await;
    let of_b = b.hold_seats(concert.id, &concert.seats).await.unwrap();
    assert_eq!(a.confirm(&form(&of_a)).await.err().unwrap(), Error::HoldExpired);
    b.confirm(&form(&of_b)).await.unwrap();
    assert_eq!(world.count("select count(*) from reservation_seats where released_at is null").await, 1);
}

#[tokio::test]
async fn a_counters_own_stale_token_does_not_sell_its_newer_hold() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let old = office.hold_seats(concert.id, &concert.seats).await.unwrap();
    world.expire_holds().await;
    office.hold_seats(concert.id, &concert.seats).await.unwrap();
    assert_eq!(office.confirm(&form(&old)).await.err().unwrap(), Error::HoldExpired);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_expires_while_confirm_waits_on_a_row_lock_is_refused() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    world.as_owner("update settings set hold_seconds = 1").await;
    let office = world.counter(1).await;
    let hold = office.hold_seats(concert.id, &concert.seats).await.unwrap();
    let mut bystander = world.owner().await;
    let mut lock = bystander.begin().await.unwrap();
    sqlx::query("select id from seats where id = $1 for update")
        .bind(concert.seats[0])
        .fetch_one(&mut *lock)
        .await
        .unwrap();
    let confirming = tokio::spawn({
        let office = office.clone();
        async move { office.confirm(&form(&hold)).await }
    });
    // Until it waits for the lock, and then until the hold is over by the server's clock.
    while world
        .count("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")
        .await
        == 0
    {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    while world.count("select count(*) from seats where hold_expires_at > clock_timestamp()").await > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    lock.rollback().await.unwrap();
    assert_eq!(confirming.await.unwrap().err().unwrap(), Error::HoldExpired);
    assert_eq!(world.count("select count(*) from reservations").await, 0);
}

#[tokio::test]
async fn a_price_that_changed_since_the_customer_was_told_is_refused_with_the_new_total() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let office = world.counter(1).await;
    let hold = office.hold_seats(concert.id, &concert.seats).await.unwrap();
    world.as_owner("update concert_seat_tiers set price = 60000").await;
    assert_eq!(office.confirm(&form(&hold)).await.err().unwrap(), Error::PriceChanged { total: 120_000 });
    let mut again = form(&hold);
    again.total = 120_000;
    assert_eq!(office.confirm(&again).await.unwrap().total, 120_000);
}

#[tokio::test]
async fn a_database_error_in_confirm_rolls_back_and_the_seats_stay_held() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let hold = office.hold_seats(concert.id, &concert.seats).await.unwrap();
    world
        .as_owner(
            "create function fail() returns trigger language plpgsql as $$ begin raise exception 'disk'; end $$;
            create trigger fail before insert on reservation_seats for each row execute function fail()",
        )
        .await;
    let refused = office.confirm(&form(&hold)).await.err().unwrap();
    assert!(matches!(refused, Error::Database { .. }), "{refused:?}");
    assert_eq!(world.count("select count(*) from reservations").await, 0);
    assert_eq!(world.count("select count(*) from seats where status = 'temporarily_held'").await, 1);
    world.as_owner("drop trigger fail on reservation_seats").await;
    office.confirm(&form(&hold)).await.unwrap();
}

#[tokio::test]
async fn a_concert_archived_since_the_hold_is_not_sold() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let hold = office.hold_seats(concert.id, &concert.seats).await.unwrap();
    world.as_owner("update concerts set status = 'archived'").await;
    assert_eq!(office.confirm(&form(&hold)).await.err().unwrap(), Error::ConcertNotOnSale);
}

/// Archive and confirm each look at what the other writes: the confirm waits for the manager's lock.
#[tokio::test(flavor = "multi_thread")]
async fn a_confirm_that_meets_an_archive_halfway_waits_for_it_and_is_refused() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let hold = office.hold_seats(concert.id, &concert.seats).await.unwrap();
    let mut manager = world.owner().await;
    let mut archiving = manager.begin().await.unwrap();
    sqlx::query("select id from concerts where id = $1 for update")
        .bind(concert.id)
        .fetch_one(&mut *archiving)
        .await
        .unwrap();
    sqlx::query("update concerts set status = 'archived' where id = $1")
        .bind(concert.id)
        .execute(&mut *archiving)
        .await
        .unwrap();
    let confirming = tokio::spawn({
        let office = office.clone();
        async move { office.confirm(&form(&hold)).await }
    });
    while world
        .count("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")
        .await
        == 0
    {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    archiving.commit().await.unwrap();
    assert_eq!(confirming.await.unwrap().err().unwrap(), Error::ConcertNotOnSale);
    assert_eq!(world.count("select count(*) from reservations").await, 0);
}
