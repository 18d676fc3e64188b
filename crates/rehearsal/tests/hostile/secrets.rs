//! What a login may not read, by whatever way.

use sqlx::{Connection, Executor};

use crate::ground::{Attack, HOLD, NOTHING, READ, World, refusal};

const LOOKUP: &str = "select * from counter.read_look_up('{my_ticket}')";
const LISTED: &str = "select * from manager.reservations_of('{concert}', null, null, 10)";

const SECRETS: &[Attack] = &[
    ("names", "counter_1", "select customer_name from reservations", "42501", LOOKUP),
    ("phones", "counter_1", "select phone_number from reservations", "42501", LOOKUP),
    ("hashes", "counter_1", "select password_hash from reservations", "42501", LOOKUP),
    ("whole rows", "counter_1", "select r from reservations r", "42501", LOOKUP),
    ("a row as json", "counter_1", "select to_jsonb(r) from reservations r", "42501", LOOKUP),
    (
        "a condition on a phone",
        "counter_1",
        "select id from reservations where phone_number like '0102%'",
        "42501",
        LOOKUP,
    ),
    ("an order by a name", "counter_1", "select id from reservations order by customer_name", "42501", LOOKUP),
    ("who sold it", "counter_1", "select sold_by from reservations", "42501", LOOKUP),
    (
        "a plan with a phone",
        "counter_1",
        "explain select 1 from reservations where phone_number = '01022222222'",
        "42501",
        LOOKUP,
    ),
    ("a copy", "counter_1", "copy reservations to stdout", "42501", LOOKUP),
    ("names, as a manager", "manager_1", "select customer_name from reservations", "42501", LISTED),
    ("phones, as a manager", "manager_1", "select phone_number from reservations", "42501", LISTED),
    ("hashes, as a manager", "manager_1", "select password_hash from reservations", "42501", LISTED),
    (
        "a condition on a name, as a manager",
        "manager_1",
        "select id from reservations where customer_name = '홍길동'",
        "42501",
        LISTED,
    ),
    ("tickets", "counter_1", "select * from look_up_tickets", "42501", LOOKUP),
    ("tickets, as a manager", "manager_1", "select guess from look_up_tickets", "42501", LISTED),
    ("phones looked for", "counter_1", "select name from look_up_queues", "42501", LOOKUP),
    ("the salts' key", "counter_1", "select * from server_secret", "42501", LOOKUP),
    ("the salts' key, as a manager", "manager_1", "select outer_key from server_secret", "42501", LISTED),
    ("why a seat is withheld", "counter_1", "select withheld_for from seats", "42501", READ),
    ("whole seats", "counter_1", "select s from seats s", "42501", READ),
    ("all columns of seats", "counter_1", "select * from seats", "42501", READ),
    ("whose the last hold was", "counter_1", "select last_held_by from seats", "42501", READ),
    ("a condition on why", "counter_1", "select id from seats where withheld_for like '장관%'", "42501", READ),
    ("seats as verbs tell them", "counter_1", "select * from verbs.seats_as_told", "42501", READ),
    ("the list of logins", "counter_1", "select * from verbs.logins", "42501", READ),
    ("a draft", "counter_1", "select title from concerts where id = '{draft}'", NOTHING, READ),
    (
        "a draft's tiers",
        "counter_1",
        "select label from concert_seat_tiers where concert_id = '{draft}'",
        NOTHING,
        READ,
    ),
    ("a draft's seats", "counter_1", "select label from seats where concert_id = '{draft}'", NOTHING, READ),
    ("an archived concert", "counter_1", "select title from concerts where id = '{archived}'", NOTHING, READ),
    (
        "a draft through a cast that fails",
        "counter_1",
        "select id from concerts where id = '{draft}' and title::int = 1",
        NOTHING,
        READ,
    ),
    ("sweepers", "counter_1", "select * from sweepers", "42501", READ),
    ("passwords of logins", "counter_1", "select rolpassword from pg_authid", "42501", READ),
    ("passwords the old way", "counter_1", "select passwd from pg_shadow", "42501", READ),
    ("passwords, as a manager", "manager_1", "select rolpassword from pg_authid", "42501", LISTED),
    ("raw statistics", "counter_1", "select * from pg_statistic", "42501", READ),
    (
        "statistics of names",
        "counter_1",
        "select most_common_vals::text from pg_stats where tablename like '%reservations%' and attname in ('customer_name', 'phone_number', 'password_hash', 'expr')",
        NOTHING,
        READ,
    ),
    (
        "statistics of phones, as a manager",
        "manager_1",
        "select histogram_bounds::text from pg_stats where tablename like '%reservations%' and attname in ('customer_name', 'phone_number', 'password_hash', 'expr')",
        NOTHING,
        LISTED,
    ),
    (
        "statistics of reasons",
        "counter_1",
        "select most_common_vals::text from pg_stats where attname in ('withheld_for', 'last_held_by')",
        NOTHING,
        READ,
    ),
    (
        "statistics of drafts",
        "counter_1",
        "select most_common_vals::text from pg_stats where tablename = 'concerts'",
        NOTHING,
        READ,
    ),
    (
        "statistics of guesses",
        "counter_1",
        "select most_common_vals::text from pg_stats where tablename in ('look_up_tickets', 'look_up_queues', 'journal', 'server_secret')",
        NOTHING,
        READ,
    ),
    ("extended statistics", "counter_1", "select * from pg_statistic_ext_data", "42501", READ),
    (
        "what others' sessions run",
        "counter_1",
        "select query from pg_stat_activity where usename <> current_user and query not like '<insuff%' and query <> ''",
        NOTHING,
        READ,
    ),
    (
        "where others connect from",
        "counter_1",
        "select client_addr from pg_stat_activity where usename <> current_user and client_addr is not null",
        NOTHING,
        READ,
    ),
    ("large objects' bytes", "counter_1", "select data from pg_largeobject", "42501", READ),
    ("who may come in", "counter_1", "select * from pg_hba_file_rules", "42501", READ),
    ("the settings' files", "counter_1", "select * from pg_file_settings", "42501", READ),
    (
        "pages of the table",
        "counter_1",
        "select pg_read_binary_file(pg_relation_filepath('reservations'))",
        "42501",
        READ,
    ),
    (
        "a name that was unmasked by another",
        "manager_2",
        "select * from manager.unmasked((select op_id from journal where detail ->> 'what' = 'unmask' limit 1))",
        NOTHING,
        LISTED,
    ),
];

#[tokio::test]
async fn nothing_private_is_read() {
    let world = World::new().await;
    world.as_owner("analyze").await;
    world.does("manager_1", "select manager.unmask(gen_random_uuid(), '{my_sale}')").await;
    let mut talks = world.raw("counter_2").await;
    talks.execute("select '비밀'").await.unwrap();
    world.withstands(SECRETS).await;
    // The control: the statistics are there, and the owner reads them.
    let there = "select count(*) from pg_stats where tablename = 'reservations' and attname = 'phone_number'";
    assert_eq!(world.count(there).await, 1);
    assert!(world.count("select count(*) from pg_stats where attname = 'withheld_for'").await > 0);
    talks.close().await.unwrap();
}

/// An error tells a login what it sent, never what is stored.
#[tokio::test]
async fn no_error_tells_what_is_stored() {
    let world = World::new().await;
    for sql in [
        "select counter.confirm('{their_sale}', '{my_hold}', '{concert}', array['{mine}']::uuid[], 50000, '김철수', '01033333333', '{hash}')",
        "select counter.hold_seats('{their_hold}', '{concert}', array['{free}']::uuid[])",
        "select counter.hold_seats(gen_random_uuid(), '{draft}', array['{draft_0}']::uuid[])",
        "select counter.cancel(gen_random_uuid(), '{their_sale}')",
        "select counter.answer_look_up('{their_ticket}')",
        "select title::int from concerts where id = '{draft}' or title = '비밀 draft'",
        "select customer_name::int from reservations",
        "select (select withheld_for from seats where id = '{withheld}')::int",
    ] {
        let told = world.told("counter_1", sql).await;
        let Err(sqlx::Error::Database(error)) = told else {
            assert!(told.unwrap().is_empty(), "{sql}");
            continue;
        };
        let error = error.downcast_ref::<sqlx::postgres::PgDatabaseError>();
        let said = format!("{} {:?} {:?} {:?}", error.message(), error.detail(), error.hint(), error.r#where());
        for secret in ["홍길동", "01022222222", "비밀 draft", "장관", "counter_2"] {
            assert!(!said.contains(secret), "{sql}: {said}");
        }
    }
    world.could("counter_1", HOLD).await.unwrap();
}

/// A verb that locks or checks what another did says no more than a clerk has to know.
#[tokio::test]
async fn a_login_sees_of_anothers_hold_only_who_and_how_long() {
    let world = World::new().await;
    let told = "select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{theirs}']::uuid[])
        where counter = 'counter_2' and state = 'held' and not held and expires_in_ms > 0";
    world.does("counter_1", told).await;
    let withheld = "select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{withheld}']::uuid[]) as h
        where h.state = 'withheld' and h::text not like '%장관%'";
    world.does("counter_1", withheld).await;
    assert_eq!(refusal(world.told("counter_1", "select withheld_for from seats").await)[0], "42501");
}
