//! A hold is of free seats of a concert on sale, no more of them than the venue allows, and not renewed.

use sqlx::{AssertSqlSafe, Executor};

use crate::ground::{Attack, HOLD, NOTHING, World, refusal};

const HOLDS: &[Attack] = &[
    (
        "hold another's seat",
        "counter_1",
        "select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{theirs}']::uuid[]) where held",
        NOTHING,
        HOLD,
    ),
    (
        "hold a free seat and another's",
        "counter_1",
        "select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{free}', '{theirs}']::uuid[]) where held",
        NOTHING,
        HOLD,
    ),
    (
        "hold a sold seat",
        "counter_1",
        "select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{their_sold}']::uuid[]) where held",
        NOTHING,
        HOLD,
    ),
    (
        "hold a withheld seat",
        "counter_1",
        "select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{withheld}']::uuid[]) where held",
        NOTHING,
        HOLD,
    ),
    (
        "hold a seat twice in one hold",
        "counter_1",
        "select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{free}', '{free}']::uuid[]) where held",
        NOTHING,
        HOLD,
    ),
    (
        "hold nothing in particular",
        "counter_1",
        "select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{free}', null]::uuid[]) where held",
        NOTHING,
        HOLD,
    ),
    (
        "hold a seat of another concert",
        "counter_1",
        "select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{other_0}']::uuid[]) where held",
        NOTHING,
        HOLD,
    ),
    (
        "hold a draft's seat under a concert on sale",
        "counter_1",
        "select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{draft_0}']::uuid[])",
        NOTHING,
        HOLD,
    ),
    (
        "renew a hold",
        "counter_1",
        "select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{mine}', '{mine_2}']::uuid[]) where held",
        NOTHING,
        HOLD,
    ),
    (
        "hold null seats",
        "counter_1",
        "select * from counter.hold_seats(gen_random_uuid(), '{concert}', null)",
        "holds_seats_per_sale",
        HOLD,
    ),
    (
        "hold no seat",
        "counter_1",
        "select * from counter.hold_seats(gen_random_uuid(), '{concert}', '{}')",
        "holds_seats_per_sale",
        HOLD,
    ),
    (
        "hold a hall in one statement",
        "counter_1",
        "select * from counter.hold_seats(gen_random_uuid(), '{concert}', (select array_agg(id) from seats where concert_id = '{concert}'))",
        "holds_seats_per_sale",
        HOLD,
    ),
    (
        "hold a million ids",
        "counter_1",
        "select * from counter.hold_seats(gen_random_uuid(), '{concert}', array_fill('{free}'::uuid, array[1000000]))",
        "holds_seats_per_sale",
        HOLD,
    ),
    (
        "hold an array of arrays",
        "counter_1",
        "select * from counter.hold_seats(gen_random_uuid(), '{concert}', array_fill('{free}'::uuid, array[10, 10]))",
        "holds_seats_per_sale",
        HOLD,
    ),
    (
        "hold a draft's seat",
        "counter_1",
        "select * from counter.hold_seats(gen_random_uuid(), '{draft}', array['{draft_0}']::uuid[])",
        "holds_concert_on_sale",
        HOLD,
    ),
    (
        "hold a seat of an archived concert",
        "counter_1",
        "select * from counter.hold_seats(gen_random_uuid(), '{archived}', array['{archived_0}']::uuid[])",
        "holds_concert_on_sale",
        HOLD,
    ),
    (
        "hold a seat of no concert",
        "counter_1",
        "select * from counter.hold_seats(gen_random_uuid(), null, array['{free}']::uuid[])",
        "holds_concert_on_sale",
        HOLD,
    ),
    (
        "hold after the start",
        "counter_1",
        "select * from counter.hold_seats(gen_random_uuid(), '{begun}', array['{begun_2}']::uuid[])",
        "holds_in_time",
        HOLD,
    ),
    (
        "hold under no operation",
        "counter_1",
        "select * from counter.hold_seats(null, '{concert}', array['{free}']::uuid[])",
        "seats_held_has_token",
        HOLD,
    ),
    (
        "hold under an own operation of before",
        "counter_1",
        "select * from counter.hold_seats('{my_hold}', '{concert}', array['{free}']::uuid[])",
        "journal_pkey",
        HOLD,
    ),
    (
        "hold under another's operation",
        "counter_1",
        "select * from counter.hold_seats('{their_hold}', '{concert}', array['{free}']::uuid[])",
        "journal_pkey",
        HOLD,
    ),
    (
        "hold twice under one operation",
        "counter_1",
        "with o as materialized (select gen_random_uuid() as id) select h.* from o, unnest(array['{free}', '{concert_10}']::uuid[]) as seat, counter.hold_seats(o.id, '{concert}', array[seat]) h",
        "journal_pkey",
        HOLD,
    ),
    (
        "give a seat up and take it again at once",
        "counter_1",
        "select counter.release_hold(gen_random_uuid(), '{my_hold}', array['{mine}', '{mine_2}']::uuid[]); select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{mine}']::uuid[])",
        "holds_after_pause",
        HOLD,
    ),
    (
        "the same with a free seat beside it",
        "counter_1",
        "select counter.release_hold(gen_random_uuid(), '{my_hold}', array['{mine}']::uuid[]); select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{mine}', '{free}']::uuid[])",
        "holds_after_pause",
        HOLD,
    ),
    (
        "the same behind a savepoint",
        "counter_1",
        "begin; savepoint a; select counter.release_hold(gen_random_uuid(), '{my_hold}', array['{mine}']::uuid[]); release a; select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{mine}']::uuid[])",
        "holds_after_pause",
        HOLD,
    ),
    (
        "hold under repeatable read",
        "counter_1",
        "begin isolation level repeatable read; select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{free}']::uuid[])",
        "verbs_read_committed",
        HOLD,
    ),
    (
        "hold under serializable",
        "counter_1",
        "begin isolation level serializable; select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{free}']::uuid[])",
        "verbs_read_committed",
        HOLD,
    ),
    (
        "hold in a transaction that may not write",
        "counter_1",
        "begin read only; select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{free}']::uuid[])",
        "25006",
        HOLD,
    ),
    (
        "give another's hold up",
        "counter_1",
        "select 1 where counter.release_hold(gen_random_uuid(), '{their_hold}', array['{theirs}']::uuid[]) > 0",
        NOTHING,
        HOLD,
    ),
    (
        "give another's seat up with an own token",
        "counter_1",
        "select 1 where counter.release_hold(gen_random_uuid(), '{my_hold}', array['{theirs}']::uuid[]) > 0",
        NOTHING,
        HOLD,
    ),
    (
        "give all seats up",
        "counter_1",
        "select 1 where counter.release_hold(gen_random_uuid(), null, (select array_agg(id) from seats)) > 0",
        NOTHING,
        HOLD,
    ),
    (
        "give up under another's operation",
        "counter_1",
        "select counter.release_hold('{their_hold}', '{my_hold}', array['{mine}']::uuid[])",
        "journal_pkey",
        HOLD,
    ),
    (
        "give up under no operation",
        "counter_1",
        "select counter.release_hold(null, '{my_hold}', array['{mine}']::uuid[])",
        "23502",
        HOLD,
    ),
];

#[tokio::test]
async fn no_hold_goes_past_the_rules() {
    World::new().await.withstands(HOLDS).await;
}

const LIVE_HOLDS: &str = "select count(distinct hold_token) from seats
    where held_by = 'counter_3' and status = 'temporarily_held' and hold_expires_at > clock_timestamp()";

#[tokio::test]
async fn parallel_sessions_of_a_login_hold_no_more_than_one_would() {
    let world = World::new().await;
    let mut sessions = Vec::new();
    for seat in 0..14 {
        let mut session = world.raw("counter_3").await;
        let hold = world.fill(&format!(
            "select * from counter.hold_seats(gen_random_uuid(), '{{other}}', array['{{other_{seat}}}']::uuid[])"
        ));
        sessions.push(tokio::spawn(async move { session.execute(AssertSqlSafe(hold)).await.map(|_| ()) }));
    }
    let mut held = 0;
    for session in sessions {
        match session.await.unwrap() {
            Ok(()) => held += 1,
            Err(error) => {
                let rule = error.as_database_error().and_then(|error| error.constraint()).map(str::to_owned);
                assert_eq!(rule.as_deref(), Some("holds_per_login"), "{error}");
            }
        }
    }
    assert_eq!((held, world.count(LIVE_HOLDS).await), (8, 8));
    // The other login is not the one that is full.
    world.could("counter_4", HOLD).await.unwrap();
}

#[tokio::test]
async fn one_transaction_holds_no_more_than_many_would() {
    let world = World::new().await;
    let mut steps = String::from("begin;");
    for seat in 0..9 {
        steps.push_str(&format!(
            "savepoint s{seat}; select counter.hold_seats(gen_random_uuid(), '{{other}}', array['{{other_{seat}}}']::uuid[]);"
        ));
    }
    let refused = refusal(world.told("counter_3", &format!("{steps} commit")).await);
    assert!(refused.contains(&"holds_per_login".to_owned()), "{refused:?}");
    assert_eq!(world.count(LIVE_HOLDS).await, 0);
    world.could("counter_3", HOLD).await.unwrap();
}
