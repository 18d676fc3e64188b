//! A ticket is of a sale that this login made or looked up, is in the journal before it is told, and only the last one is
//! valid.

use crate::ground::{Attack, HOLD, NOTHING, World};

const PRINT: &str = "select * from counter.issue_tickets(gen_random_uuid(), '{my_sale}')";
const PRINT_ANY: &str = "select * from manager.issue_tickets(gen_random_uuid(), '{their_sale}')";

const TICKETS: &[Attack] = &[
    (
        "print what another sold",
        "counter_1",
        "select * from counter.issue_tickets(gen_random_uuid(), '{their_sale}')",
        "tickets_need_ticket",
        PRINT,
    ),
    (
        "print with a manager's verb",
        "counter_1",
        "select * from manager.issue_tickets(gen_random_uuid(), '{my_sale}')",
        "42501",
        PRINT,
    ),
    (
        "print with what the verbs share",
        "counter_1",
        "select * from verbs.issue_tickets(gen_random_uuid(), '{my_sale}')",
        "42501",
        PRINT,
    ),
    (
        "print nothing",
        "counter_1",
        "select * from counter.issue_tickets(gen_random_uuid(), null)",
        "tickets_need_ticket",
        PRINT,
    ),
    (
        "print what there is not",
        "manager_1",
        "select * from manager.issue_tickets(gen_random_uuid(), gen_random_uuid())",
        "cancels_known_reservation",
        PRINT_ANY,
    ),
    (
        "print what was cancelled",
        "counter_1",
        "begin; select counter.cancel(gen_random_uuid(), '{my_sale}'); select * from counter.issue_tickets(gen_random_uuid(), '{my_sale}')",
        "tickets_of_live_sale",
        PRINT,
    ),
    (
        "print without the journal",
        "counter_1",
        "select * from counter.issue_tickets(null, '{my_sale}')",
        "23502",
        PRINT,
    ),
    (
        "print under another's operation",
        "counter_1",
        "select * from counter.issue_tickets('{their_hold}', '{my_sale}')",
        "journal_pkey",
        PRINT,
    ),
    (
        "print from an old snapshot",
        "counter_1",
        "begin isolation level repeatable read; select * from counter.issue_tickets(gen_random_uuid(), '{my_sale}')",
        "verbs_read_committed",
        PRINT,
    ),
    ("read the hashes of codes", "counter_1", "select code_hash from tickets", "42501", PRINT),
    ("read the hashes of codes as a manager", "manager_1", "select code_hash from tickets", "42501", PRINT_ANY),
    ("count others' tickets", "counter_1", "select count(*) from tickets", "42501", PRINT),
    (
        "issue a ticket with an own code",
        "counter_1",
        "insert into tickets (reservation_id, seat_id, issue, code_hash) values ('{my_sale}', '{my_sold}', 1, sha256('x'))",
        "42501",
        PRINT,
    ),
    ("make an old ticket valid again", "counter_1", "delete from tickets where issue > 1", "42501", PRINT),
    (
        "scan a code that was never issued",
        "counter_1",
        "select * from counter.scan_ticket('\\x00000000000000000000000000000000')",
        NOTHING,
        HOLD,
    ),
    ("scan no code", "counter_1", "select * from counter.scan_ticket(null)", NOTHING, HOLD),
    ("scan a hash", "counter_1", "select * from counter.scan_ticket(sha256('\\x00'::bytea))", NOTHING, HOLD),
];

#[tokio::test]
async fn tickets_are_issued_for_own_and_looked_up_sales_alone_and_nobody_reads_their_codes() {
    World::new().await.withstands(TICKETS).await;
}

#[tokio::test]
async fn what_was_sold_a_day_ago_is_printed_only_after_it_was_looked_up_again() {
    let world = World::new().await;
    world
        .as_owner(
            "update reservations set created_at = created_at - interval '25 hours' where id = '{my_sale}';
            update look_up_tickets set answered_at = answered_at - interval '11 minutes'",
        )
        .await;
    world.withstands(&[("print late", "counter_1", PRINT, "tickets_need_ticket", HOLD)]).await;
    world.looks_up("counter_1", "01011111111", "{hash}").await;
    world.could("counter_1", PRINT).await.unwrap();
    // So may another counter that its customer goes to.
    world.looks_up("counter_2", "01011111111", "{hash}").await;
    world.could("counter_2", PRINT).await.unwrap();
}

/// A client that rolls back has codes, but of no ticket; and its count is not used up.
#[tokio::test]
async fn a_code_that_was_rolled_back_admits_nobody() {
    let world = World::new().await;
    let mut connection = world.raw("counter_1").await;
    let code = || world.fill("select encode(code, 'hex') from counter.issue_tickets(gen_random_uuid(), '{my_sale}')");
    let rolled_back: String = {
        sqlx::raw_sql("begin").execute(&mut connection).await.unwrap();
        let code = sqlx::query_scalar(sqlx::AssertSqlSafe(code())).fetch_one(&mut connection).await.unwrap();
        sqlx::raw_sql("rollback").execute(&mut connection).await.unwrap();
        code
    };
    let kept: String = sqlx::query_scalar(sqlx::AssertSqlSafe(code())).fetch_one(&mut connection).await.unwrap();
    let state = |code: &str| format!("select state from counter.scan_ticket('\\x{code}')");
    assert!(world.told("counter_2", &state(&rolled_back)).await.unwrap().is_empty());
    world.does("counter_2", &format!("{} where state = 'valid'", state(&kept))).await;
    assert_eq!(world.count("select max(issue)::bigint from tickets").await, 1);
    assert_eq!(world.count("select count(*) from journal where kind = 'print'").await, 1);
}
