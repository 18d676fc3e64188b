//! The journal says who did what: no login reads another's, writes one by itself, or does anything without it.

use crate::ground::{Attack, HOLD, NOTHING, SWEEP, World};

const JOURNAL: &[Attack] = &[
    ("read the journal", "counter_1", "select * from journal", "42501", HOLD),
    ("count the journal", "counter_1", "select count(*) from journal", "42501", HOLD),
    (
        "write of a sweep",
        "counter_1",
        "insert into journal (op_id, kind) values (gen_random_uuid(), 'sweep')",
        "42501",
        HOLD,
    ),
    (
        "write of managing",
        "counter_1",
        "insert into journal (op_id, kind, who) values (gen_random_uuid(), 'manage', 'manager_1')",
        "42501",
        HOLD,
    ),
    (
        "write of managing as a manager",
        "manager_1",
        "insert into journal (op_id, kind, who) values (gen_random_uuid(), 'manage', 'manager_2')",
        "42501",
        SWEEP,
    ),
    ("rewrite who it was", "manager_1", "update journal set who = 'manager_2'", "42501", SWEEP),
    ("forget", "manager_1", "delete from journal", "42501", SWEEP),
    ("empty it", "manager_1", "truncate journal", "42501", SWEEP),
    ("lock it", "manager_1", "begin; lock table journal in share mode", "42501", SWEEP),
    ("drop its guard", "manager_1", "drop trigger journal_append_only on journal", "42501", SWEEP),
    (
        "ask what another's operation did",
        "counter_1",
        "select kind from counter.resolve('{their_hold}') where kind is not null or outcome is not null or detail is not null",
        NOTHING,
        HOLD,
    ),
    (
        "ask what another's sale did",
        "counter_1",
        "select kind from counter.resolve('{their_sale}') where kind is not null or detail is not null",
        NOTHING,
        HOLD,
    ),
    ("ask for no operation", "counter_1", "select counter.resolve(null)", "23502", HOLD),
    (
        "ask from an old snapshot",
        "counter_1",
        "begin isolation level repeatable read; select counter.resolve('{my_hold}')",
        "verbs_read_committed",
        HOLD,
    ),
];

#[tokio::test]
async fn nobody_reads_or_writes_the_journal_but_by_verbs() {
    World::new().await.withstands(JOURNAL).await;
}

#[tokio::test]
async fn asking_for_anothers_operation_undoes_nothing_of_it() {
    let world = World::new().await;
    let theirs = "select string_agg(j::text, ';' order by j.op_id) from journal j where who = 'counter_2'";
    let before = world.value(theirs).await;
    world.does("counter_1", "select counter.resolve('{their_hold}')").await;
    world.does("counter_1", "select counter.resolve('{their_sale}')").await;
    assert_eq!(world.value(theirs).await, before);
    let sell =
        "select * from counter.confirm(gen_random_uuid(), '{their_hold}', '{concert}', array['{theirs}']::uuid[],
        50000, '홍길동', '01012345678', '{hash}')";
    world.could("counter_2", sell).await.unwrap();
    // Its own operation it is told of.
    world
        .does("counter_2", "select * from counter.resolve('{their_hold}') where kind = 'hold' and outcome = 'done'")
        .await;
}

#[tokio::test]
async fn an_operation_that_was_settled_as_void_happens_no_more() {
    let world = World::new().await;
    world
        .does(
            "counter_1",
            "select * from counter.resolve('00000000-0000-4000-8000-000000000001') where outcome = 'void'",
        )
        .await;
    let late = "select * from counter.hold_seats('00000000-0000-4000-8000-000000000001', '{concert}', array['{free}']::uuid[])";
    world.withstands(&[("arrive late", "counter_1", late, "journal_pkey", HOLD)]).await;
}

#[tokio::test]
async fn every_write_is_in_the_journal_under_the_login_whatever_the_session_calls_itself() {
    let world = World::new().await;
    let rows = "select count(*) from journal where who = 'counter_1' and client is not null and written_in is not null";
    let all = "select count(*) from journal";
    let (own, before) = (world.count(rows).await, world.count(all).await);
    for verb in [
        "select counter.hold_seats(gen_random_uuid(), '{concert}', array['{free}']::uuid[])",
        "select counter.confirm(gen_random_uuid(), '{my_hold}', '{concert}', array['{mine}']::uuid[], 50000, '홍길동', '01012345678', '{hash}')",
        "select counter.release_hold(gen_random_uuid(), '{my_hold}', array['{mine_2}']::uuid[])",
        "select counter.cancel(gen_random_uuid(), '{my_sale}')",
    ] {
        world
            .does("counter_1", &format!("set application_name = 'manager_1'; set search_path = pg_temp; {verb}"))
            .await;
    }
    assert_eq!((world.count(rows).await - own, world.count(all).await - before), (4, 4));
    let short = "select max(char_length(program))::bigint from journal";
    assert!(world.count(short).await <= 60);
}

/// One transaction: without its row nothing of the verb is left, and without the verb no row.
#[tokio::test]
async fn what_is_rolled_back_is_neither_done_nor_noted() {
    let world = World::new().await;
    let (rows, held) = ("select count(*) from journal", "select count(*) from seats where status = 'temporarily_held'");
    let before = (world.count(rows).await, world.count(held).await);
    world.could("counter_1", HOLD).await.unwrap();
    assert_eq!((world.count(rows).await, world.count(held).await), before);
    world.does("counter_1", HOLD).await;
    assert_eq!((world.count(rows).await, world.count(held).await), (before.0 + 1, before.1 + 1));
}
