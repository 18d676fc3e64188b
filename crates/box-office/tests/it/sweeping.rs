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
    let mut counter = world.owner().await;
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

async fn expire(world: &World) {
    world
        .as_owner(
            "update seats set status = 'temporarily_held', hold_token = gen_random_uuid(), held_by = 'counter_1',
            hold_expires_at = clock_timestamp() - interval '1 second'",
        )
        .await;
}

#[tokio::test]
async fn a_pass_that_is_dropped_ends_its_batch_and_begins_no_other() {
    let world = World::new().await;
    world.concert(1000).await;
    let manager = world.manager(1).await;
    manager.sweep_once(5).await.unwrap();
    expire(&world).await;
    // Stops the pass in the middle of its first batch, at its heartbeat.
    let mut owner = world.owner().await;
    let mut blocking = owner.begin().await.unwrap();
    sqlx::query("select login from sweepers for update").fetch_one(&mut *blocking).await.unwrap();
    let waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    tokio::select! {
        _ = manager.sweep_once(5) => panic!("the heartbeat is locked"),
        () = async { while world.count(waits).await == 0 { tokio::task::yield_now().await } } => {}
    }
    blocking.rollback().await.unwrap();
    while world.count("select count(*) from journal where kind = 'sweep'").await == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.manager(2).await.sweep_once(5).await.unwrap().freed, 500);
}

#[tokio::test]
async fn a_sweeper_is_known_by_its_whole_last_pass_and_by_its_own_period() {
    let world = World::new().await;
    world.concert(1200).await;
    expire(&world).await;
    let (one, two) = (world.manager(1).await, world.manager(2).await);
    one.rename_counter("사무실").await.unwrap();
    assert_eq!(two.sweep_once(5).await.unwrap().freed, 1200);
    expire(&world).await;
    one.sweep_once(60).await.unwrap();
    let sweepers = one.sweepers().await.unwrap();
    assert_eq!(sweepers.iter().map(|one| one.login.as_str()).collect::<Vec<_>>(), ["manager_1", "manager_2"]);
    assert_eq!((sweepers[0].freed_last_pass, sweepers[0].freed_in_all), (1200, 1200));
    assert_eq!((sweepers[0].name.as_str(), sweepers[0].this_pc), ("사무실", true));
    assert!(sweepers[0].alive && sweepers[1].alive && !sweepers[1].this_pc);
    two.sweep_once(5).await.unwrap();
    world.as_owner("update sweepers set last_pass_at = last_pass_at - interval '100 seconds'").await;
    let sweepers = two.sweepers().await.unwrap();
    let alive = |login: &str| sweepers.iter().find(|one| one.login == login).unwrap().alive;
    assert!(alive("manager_1") && !alive("manager_2"));
    assert!(sweepers.iter().all(|one| one.seconds_ago >= 100));
    let two = sweepers.iter().find(|one| one.login == "manager_2").unwrap();
    assert_eq!((two.freed_last_pass, two.freed_in_all), (0, 1200));
}

/// Only a hand that repairs could write such a row, and the schema refuses it: the time that is left would have no number.
#[tokio::test]
async fn a_hold_always_ends() {
    let world = World::new().await;
    world.concert(1).await;
    for end in ["infinity", "-infinity"] {
        let never = format!(
            "update seats set status = 'temporarily_held', hold_token = gen_random_uuid(), held_by = 'counter_1', hold_expires_at = '{end}'"
        );
        let refused = sqlx::query(sqlx::AssertSqlSafe(never)).execute(&mut world.owner().await).await.unwrap_err();
        assert_eq!(refused.as_database_error().and_then(|error| error.constraint()), Some("seats_hold_ends"));
    }
    assert_eq!(world.manager(1).await.sweep_once(5).await.unwrap().freed, 0);
}

#[tokio::test]
async fn a_sweepers_period_is_one_to_sixty_seconds() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    for seconds in [0, 61] {
        let refused = manager.sweep_once(seconds).await.unwrap_err();
        assert_eq!(refused, Error::InvalidField { field: "sweep_seconds".into() });
    }
    manager.sweep_once(1).await.unwrap();
    manager.sweep_once(60).await.unwrap();
}
