use box_office::Error;
use sqlx::Connection;

use crate::support::World;

#[tokio::test]
async fn a_sweep_frees_expired_holds_and_never_a_live_one() {
    let world = World::new().await;
    let concert = world.concert(4).await;
    world.counter(1).await.hold_seats(concert.id, &concert.seats[..2]).await.unwrap();
    world.expire_holds().await;
    world.counter(2).await.hold_seats(concert.id, &concert.seats[2..]).await.unwrap();
    assert_eq!(world.manager(1).await.sweep_once(5).await.unwrap().freed, 2);
    assert_eq!(world.count("select count(*) from seats where status = 'available'").await, 2);
    assert_eq!(world.count("select count(*) from seats where held_by = 'counter_2'").await, 2);
    assert_eq!(world.count("select count(*) from sweepers where login = 'manager_1' and freed_in_all = 2").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sweepers_at_once_free_each_seat_once() {
    let world = World::new().await;
    world.concert(1000).await;
    world
        .as_owner(
            "update seats set status = 'temporarily_held', hold_token = gen_random_uuid(), held_by = 'counter_1',
            hold_expires_at = clock_timestamp() - interval '1 second'",
        )
        .await;
    let (one, two) = (world.manager(1).await, world.manager(2).await);
    let (first, second) = tokio::join!(one.sweep_once(5), two.sweep_once(5));
    // One may end early, passing over rows that the other has locked: what is left is for the next pass.
    let rest = one.sweep_once(5).await.unwrap().freed;
    assert_eq!(first.unwrap().freed + second.unwrap().freed + rest, 1000);
    assert_eq!(
        world
            .count("select sum(jsonb_array_length(detail -> 'seats'))::bigint from journal where kind = 'sweep'")
            .await,
        1000
    );
    assert_eq!(world.count("select count(*) from seats where status = 'available'").await, 1000);
}

#[tokio::test]
async fn a_sweep_passes_over_a_seat_that_is_being_taken_over() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    world.counter(1).await.hold_seats(concert.id, &concert.seats).await.unwrap();
    world.expire_holds().await;
    let mut counter = world.raw("counter_2").await;
    let mut taking = counter.begin().await.unwrap();
    sqlx::query("select id from seats where id = $1 for update")
        .bind(concert.seats[0])
        .fetch_one(&mut *taking)
        .await
        .unwrap();
    assert_eq!(world.manager(1).await.sweep_once(5).await.unwrap().freed, 1);
    taking.rollback().await.unwrap();
    assert_eq!(world.manager(1).await.sweep_once(5).await.unwrap().freed, 1);
}

#[tokio::test]
async fn a_database_error_ends_a_pass_and_the_next_one_goes_on() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    world.counter(1).await.hold_seats(concert.id, &concert.seats).await.unwrap();
    world.expire_holds().await;
    let manager = world.manager(1).await;
    world
        .as_owner(
            "create function fail() returns trigger language plpgsql as $$ begin raise exception 'disk'; end $$;
            create trigger fail before update on seats for each row execute function fail()",
        )
        .await;
    assert!(matches!(manager.sweep_once(5).await, Err(Error::Database { .. })));
    world.as_owner("drop trigger fail on seats").await;
    assert_eq!(manager.sweep_once(5).await.unwrap().freed, 1);
}
