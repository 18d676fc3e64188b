//! Standing in others' way: by statements nothing is locked, and what a verb locked is freed soon.

use std::time::Duration;

use sqlx::Executor;

use crate::ground::{Attack, HOLD, READ, SWEEP, World, refusal};

const LOCKS: &[Attack] = &[
    (
        "lock a hall's rows",
        "counter_1",
        "select id from seats where concert_id = '{concert}' for update",
        "42501",
        HOLD,
    ),
    (
        "share-lock a hall's rows",
        "counter_1",
        "select id from seats where concert_id = '{concert}' for share",
        "42501",
        HOLD,
    ),
    ("key-lock a concert", "counter_1", "select id from concerts for key share", "42501", HOLD),
    ("lock the counters", "counter_1", "begin; lock table counters in exclusive mode", "42501", HOLD),
    ("lock the rules", "counter_1", "select 1 from settings for share", "42501", HOLD),
    ("lock a phone's line", "counter_1", "select 1 from look_up_queues for update", "42501", HOLD),
    ("lock the migrations", "counter_1", "begin; lock table _sqlx_migrations in share mode", "42501", HOLD),
    ("lock a table as a manager", "manager_1", "begin; lock table seats in share row exclusive mode", "42501", SWEEP),
    ("an advisory lock", "counter_1", "select pg_advisory_lock(1)", "42501", HOLD),
    ("a shared advisory lock", "counter_1", "select pg_advisory_xact_lock_shared(1, 2)", "42501", HOLD),
    (
        "try an advisory lock",
        "counter_1",
        "select pg_try_advisory_lock(n) from generate_series(1, 1000000) n",
        "42501",
        HOLD,
    ),
    ("an advisory lock as a manager", "manager_1", "select pg_advisory_lock(7226300)", "42501", SWEEP),
    (
        "end another's connection",
        "counter_1",
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'maepyo_owner'",
        "42501",
        HOLD,
    ),
    (
        "cancel another's statement",
        "counter_1",
        "select pg_cancel_backend(pid) from pg_stat_activity where usename = 'maepyo_owner'",
        "42501",
        HOLD,
    ),
    (
        "keep a transaction prepared",
        "counter_1",
        "begin; select counter.hold_seats(gen_random_uuid(), '{concert}', array['{free}']::uuid[]); prepare transaction 'x'",
        "55000",
        HOLD,
    ),
    (
        "truncate behind a lock",
        "counter_1",
        "begin; lock table seats in access share mode; truncate seats",
        "42501",
        HOLD,
    ),
    ("reindex", "counter_1", "reindex table seats", "42501", HOLD),
    ("cluster", "counter_1", "cluster seats using seats_pkey", "42501", HOLD),
];

#[tokio::test]
async fn no_statement_locks_what_others_need() {
    let world = World::new().await;
    // Somebody to aim at.
    let _owner = world.owner().await;
    world.withstands(LOCKS).await;
}

/// VACUUM and ANALYZE of a table that isn't one's own only warn. They are to wait for nothing and do nothing.
#[tokio::test]
async fn vacuum_and_analyze_by_a_login_do_nothing() {
    let world = World::new().await;
    for sql in ["vacuum full seats", "vacuum seats", "analyze seats"] {
        world.told("counter_1", sql).await.unwrap();
    }
    let done = "select count(*) from pg_stat_user_tables where relname = 'seats' and (last_vacuum is not null or last_analyze is not null)";
    assert_eq!(world.count(done).await, 0);
    world.could("counter_1", HOLD).await.unwrap();
}

/// It stalls right after a verb. Others are told so within two seconds by a lock that is not granted, and the first who
/// asks after eight ends it; a transaction that is young, or a manager's, is left alone.
#[tokio::test]
async fn a_counter_that_stalls_after_a_verb_is_ended_and_its_seats_are_free() {
    let world = World::new().await;
    let mut stalls = world.raw("counter_1").await;
    stalls.execute("begin").await.unwrap();
    let hold = world.fill(HOLD);
    stalls.execute(sqlx::AssertSqlSafe(hold)).await.unwrap();
    let mut manager = world.raw("manager_1").await;
    manager.execute("begin").await.unwrap();
    manager.execute("select 1 from seats").await.unwrap();
    assert_eq!(refusal(world.told("counter_2", HOLD).await)[0], "55P03");
    // Another hall goes on meanwhile.
    world
        .could(
            "counter_2",
            "select * from counter.hold_seats(gen_random_uuid(), '{other}', array['{other_0}']::uuid[]) where held",
        )
        .await
        .unwrap();
    let mut ended = Vec::new();
    for _ in 0..30 {
        ended = world.told("counter_2", "select * from counter.end_stale()").await.unwrap();
        if !ended.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let ended: Vec<(String, i32)> = ended.iter().map(|row| sqlx::FromRow::from_row(row).unwrap()).collect();
    let [(login, seconds)] = &ended[..] else { panic!("{ended:?}") };
    assert!(login == "counter_1" && *seconds >= 8, "{ended:?}");
    assert!(stalls.execute("commit").await.is_err());
    world.does("counter_2", HOLD).await;
    manager.execute("commit").await.unwrap();
}

/// A read lock on a table is part of any read. It is in nobody's way but that of whoever changes the schema.
#[tokio::test]
async fn the_lock_of_a_read_stops_no_sale() {
    let world = World::new().await;
    let mut reads = world.raw("counter_1").await;
    reads.execute("begin").await.unwrap();
    reads.execute("lock table concerts, settings, counters in access share mode").await.unwrap();
    world.could("counter_2", HOLD).await.unwrap();
    world.could("counter_2", READ).await.unwrap();
}

#[tokio::test]
async fn two_sessions_of_one_login_cannot_free_half_a_sale_each() {
    let world = World::new().await;
    let cancel = "select counter.cancel(gen_random_uuid(), '{my_sale}')";
    let (first, second) = tokio::join!(world.told("counter_1", cancel), world.told("counter_1", cancel));
    let outcomes = [refusal(first), refusal(second)];
    assert_eq!(outcomes.iter().filter(|outcome| outcome[0] == "1 rows").count(), 1, "{outcomes:?}");
    let halves = "select count(*) from reservations r where (r.status = 'confirmed') <> exists (
        select from reservation_seats rs where rs.reservation_id = r.id and rs.released_at is null)";
    assert_eq!(world.count(halves).await, 0);
}
