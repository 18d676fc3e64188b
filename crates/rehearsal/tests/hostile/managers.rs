//! A manager manages by verbs: no login becomes another's, and nothing is told or done without a trace.

use crate::ground::{Attack, NOTHING, World, refusal};

const ADD: &str = "select manager.add_login(gen_random_uuid(), 'counter', 'new_one', 'secret_secret')";
const ENROL: &str =
    "select manager.open_enrolment(gen_random_uuid(), 'new_one', '{verifier}', clock_timestamp() + interval '1 day')";
const LISTED: &str = "select * from manager.reservations_of('{concert}', null, null, 10)";
const CANCEL: &str = "select manager.cancel(gen_random_uuid(), '{my_sale}', '우천')";
const RULES: &str =
    "select manager.set_rules(gen_random_uuid(), version, 60, 4, 0, true, 'Asia/Seoul', true, false) from settings";

const MANAGING: &[Attack] = &[
    (
        "give another manager a password",
        "manager_1",
        "select manager.add_login(gen_random_uuid(), 'manager', 'manager_2', 'secret_secret')",
        "logins_name_is_free",
        ADD,
    ),
    (
        "give a counter a password",
        "manager_1",
        "select manager.add_login(gen_random_uuid(), 'counter', 'counter_1', 'secret_secret')",
        "logins_name_is_free",
        ADD,
    ),
    (
        "log in as the owner",
        "manager_1",
        "select manager.add_login(gen_random_uuid(), 'manager', 'box_office', 'secret_secret')",
        "logins_name_is_free",
        ADD,
    ),
    (
        "log in as the group",
        "manager_1",
        "select manager.add_login(gen_random_uuid(), 'manager', 'counter', 'secret_secret')",
        "logins_name_is_free",
        ADD,
    ),
    (
        "log in as the server's owner",
        "manager_1",
        "select manager.add_login(gen_random_uuid(), 'manager', 'maepyo_owner', 'secret_secret')",
        "logins_name_is_free",
        ADD,
    ),
    (
        "be in a group of the server",
        "manager_1",
        "select manager.add_login(gen_random_uuid(), 'pg_read_all_data', 'new_one', 'secret_secret')",
        "logins_group_known",
        ADD,
    ),
    (
        "be in the owner's group",
        "manager_1",
        "select manager.add_login(gen_random_uuid(), 'box_office', 'new_one', 'secret_secret')",
        "logins_group_known",
        ADD,
    ),
    (
        "be in no group",
        "manager_1",
        "select manager.add_login(gen_random_uuid(), null, 'new_one', 'secret_secret')",
        "logins_group_known",
        ADD,
    ),
    (
        "SQL for a name",
        "manager_1",
        "select manager.add_login(gen_random_uuid(), 'counter', 'x superuser', 'secret_secret')",
        "logins_name_is_plain",
        ADD,
    ),
    (
        "quotes for a name",
        "manager_1",
        "select manager.add_login(gen_random_uuid(), 'counter', '\"x\" superuser --', 'secret_secret')",
        "logins_name_is_plain",
        ADD,
    ),
    (
        "a second line for a name",
        "manager_1",
        "select manager.add_login(gen_random_uuid(), 'counter', E'x\\n superuser', 'secret_secret')",
        "logins_name_is_plain",
        ADD,
    ),
    (
        "a reserved name",
        "manager_1",
        "select manager.add_login(gen_random_uuid(), 'counter', 'pg_x', 'secret_secret')",
        "logins_name_is_plain",
        ADD,
    ),
    (
        "a name of 20 MB",
        "manager_1",
        "select manager.add_login(gen_random_uuid(), 'counter', repeat('x', 20000000), 'secret_secret')",
        "logins_name_is_plain",
        ADD,
    ),
    (
        "a short password",
        "manager_1",
        "select manager.add_login(gen_random_uuid(), 'counter', 'new_one', 'x')",
        "logins_password_length",
        ADD,
    ),
    (
        "no password",
        "manager_1",
        "select manager.add_login(gen_random_uuid(), 'counter', 'new_one', null)",
        "logins_password_length",
        ADD,
    ),
    (
        "a login under another's operation",
        "manager_1",
        "select manager.add_login('{their_hold}', 'counter', 'new_one', 'secret_secret')",
        "journal_pkey",
        ADD,
    ),
    (
        "a login under no operation",
        "manager_1",
        "select manager.add_login(null, 'counter', 'new_one', 'secret_secret')",
        "23502",
        ADD,
    ),
    (
        "enrol for another counter",
        "manager_1",
        "select manager.open_enrolment(gen_random_uuid(), 'counter_1', '{verifier}', clock_timestamp() + interval '1 day')",
        "logins_name_is_free",
        ENROL,
    ),
    (
        "enrol with SQL for a name",
        "manager_1",
        "select manager.open_enrolment(gen_random_uuid(), 'x superuser', '{verifier}', clock_timestamp() + interval '1 day')",
        "logins_name_is_plain",
        ENROL,
    ),
    (
        "a counter to enrol with a password in clear",
        "manager_1",
        "select manager.open_enrolment(gen_random_uuid(), 'new_one', 'secret_secret', clock_timestamp() + interval '1 day')",
        "logins_verifier_is_scram",
        ENROL,
    ),
    (
        "a counter to enrol with a hash of the old kind",
        "manager_1",
        "select manager.open_enrolment(gen_random_uuid(), 'new_one', 'md5' || md5('secretnew_one'), clock_timestamp() + interval '1 day')",
        "logins_verifier_is_scram",
        ENROL,
    ),
    (
        "a counter to enrol with SQL behind the verifier",
        "manager_1",
        "select manager.open_enrolment(gen_random_uuid(), 'new_one', '{verifier}' || E'\n'' superuser', clock_timestamp() + interval '1 day')",
        "logins_verifier_is_scram",
        ENROL,
    ),
    (
        "a file without end",
        "manager_1",
        "select manager.open_enrolment(gen_random_uuid(), 'new_one', '{verifier}', 'infinity')",
        "enrolments_end",
        ENROL,
    ),
    (
        "a counter to enrol under another's operation",
        "manager_1",
        "select manager.open_enrolment('{their_hold}', 'new_one', '{verifier}', clock_timestamp() + interval '1 day')",
        "journal_pkey",
        ENROL,
    ),
    (
        "remove oneself",
        "manager_1",
        "select manager.remove_login(gen_random_uuid(), 'manager_1')",
        "logins_remove_another",
        ADD,
    ),
    (
        "remove the server's owner",
        "manager_1",
        "select manager.remove_login(gen_random_uuid(), 'maepyo_owner')",
        "logins_known",
        ADD,
    ),
    (
        "remove the owner",
        "manager_1",
        "select manager.remove_login(gen_random_uuid(), 'box_office')",
        "logins_known",
        ADD,
    ),
    (
        "remove who is of no group",
        "manager_1",
        "select manager.remove_login(gen_random_uuid(), 'nobody_1')",
        "logins_known",
        ADD,
    ),
    ("remove nobody", "manager_1", "select manager.remove_login(gen_random_uuid(), null)", "logins_known", ADD),
    (
        "end the sessions of who was not removed",
        "manager_1",
        "select manager.end_removed(gen_random_uuid(), 'counter_2')",
        "logins_removed",
        ADD,
    ),
    (
        "end the server's owner's sessions",
        "manager_1",
        "select manager.end_removed(gen_random_uuid(), 'maepyo_owner')",
        "logins_removed",
        ADD,
    ),
    (
        "read a name whose note is not committed",
        "manager_1",
        "begin; select 1 from manager.unmask('00000000-0000-4000-8000-0000000000aa', '{my_sale}') where false; select * from manager.unmasked('00000000-0000-4000-8000-0000000000aa')",
        NOTHING,
        LISTED,
    ),
    ("read a name without a note", "manager_1", "select * from manager.unmasked(gen_random_uuid())", NOTHING, LISTED),
    (
        "read a name by a note of something else",
        "manager_1",
        "select * from manager.unmasked('{their_hold}')",
        NOTHING,
        LISTED,
    ),
    (
        "unmask nobody",
        "manager_1",
        "select manager.unmask(gen_random_uuid(), gen_random_uuid())",
        "cancels_known_reservation",
        LISTED,
    ),
    (
        "unmask under another's operation",
        "manager_1",
        "select manager.unmask('{their_hold}', '{my_sale}')",
        "journal_pkey",
        LISTED,
    ),
    (
        "find by a search whose note is not there",
        "manager_1",
        "select * from manager.reservations_of('{concert}', gen_random_uuid(), null, 10)",
        NOTHING,
        LISTED,
    ),
    (
        "find less than none",
        "manager_1",
        "select * from manager.reservations_of('{concert}', null, null, -1)",
        "2201W",
        LISTED,
    ),
    (
        "cancel for no reason",
        "manager_1",
        "select manager.cancel(gen_random_uuid(), '{my_sale}', null)",
        "cancels_need_reason",
        CANCEL,
    ),
    (
        "cancel for an empty reason",
        "manager_1",
        "select manager.cancel(gen_random_uuid(), '{my_sale}', '')",
        "cancels_need_reason",
        CANCEL,
    ),
    (
        "cancel for a reason that turns around",
        "manager_1",
        "select manager.cancel(gen_random_uuid(), '{my_sale}', U&'\\202Ex')",
        "cancels_need_reason",
        CANCEL,
    ),
    (
        "cancel for a reason of 20 MB",
        "manager_1",
        "select manager.cancel(gen_random_uuid(), '{my_sale}', repeat('x', 20000000))",
        "cancels_need_reason",
        CANCEL,
    ),
    (
        "cancel twice",
        "manager_1",
        "select manager.cancel(gen_random_uuid(), '{my_sale}', 'x'); select manager.cancel(gen_random_uuid(), '{my_sale}', 'x')",
        "reservations_cancelled_is_final",
        CANCEL,
    ),
    (
        "cancel what there is not",
        "manager_1",
        "select manager.cancel(gen_random_uuid(), gen_random_uuid(), 'x')",
        "cancels_known_reservation",
        CANCEL,
    ),
    (
        "cancel from an old snapshot",
        "manager_1",
        "begin isolation level serializable; select manager.cancel(gen_random_uuid(), '{my_sale}', 'x')",
        "verbs_read_committed",
        CANCEL,
    ),
    (
        "rules that others changed since",
        "manager_1",
        "select 1 where manager.set_rules(gen_random_uuid(), 0, 60, 4, 0, true, 'Asia/Seoul', true, false)",
        NOTHING,
        RULES,
    ),
    (
        "rules without having seen any",
        "manager_1",
        "select 1 where manager.set_rules(gen_random_uuid(), null, 60, 4, 0, true, 'Asia/Seoul', true, false)",
        NOTHING,
        RULES,
    ),
    (
        "rules of a hold without end",
        "manager_1",
        "select manager.set_rules(gen_random_uuid(), version, 2000000000, 4, 0, true, 'Asia/Seoul', true, false) from settings",
        "settings_hold_seconds_range",
        RULES,
    ),
    (
        "rules of a million seats",
        "manager_1",
        "select manager.set_rules(gen_random_uuid(), version, 60, 1000000, 0, true, 'Asia/Seoul', true, false) from settings",
        "settings_seats_per_sale_range",
        RULES,
    ),
    (
        "rules of no seats",
        "manager_1",
        "select manager.set_rules(gen_random_uuid(), version, 60, null, 0, true, 'Asia/Seoul', true, false) from settings",
        "23502",
        RULES,
    ),
    (
        "rules of a zone that is none",
        "manager_1",
        "select manager.set_rules(gen_random_uuid(), version, 60, 4, 0, true, 'Mars/Base', true, false) from settings",
        "settings_time_zone_known",
        RULES,
    ),
    (
        "archive without having seen it",
        "manager_1",
        "select 1 where manager.archive_concert(gen_random_uuid(), '{concert}', null)",
        NOTHING,
        RULES,
    ),
    (
        "archive what is a draft",
        "manager_1",
        "select manager.archive_concert(gen_random_uuid(), id, version) from concerts where id = '{draft}'",
        "concerts_status_order",
        RULES,
    ),
    (
        "delete what has sales",
        "manager_1",
        "select manager.delete_concert(gen_random_uuid(), id, version) from concerts where id = '{concert}'",
        "23514",
        RULES,
    ),
    (
        "delete without having seen it",
        "manager_1",
        "select 1 where manager.delete_concert(gen_random_uuid(), '{draft}', null)",
        NOTHING,
        RULES,
    ),
    (
        "sweep what has not expired",
        "manager_1",
        "select 1 from manager.sweep(gen_random_uuid(), '-infinity', 0, 1) where freed > 0",
        NOTHING,
        RULES,
    ),
    (
        "sweep every thousand years",
        "manager_1",
        "select manager.sweep(gen_random_uuid(), null, 0, 2000000000)",
        "sweepers_every_seconds_range",
        RULES,
    ),
    (
        "sweep from an old snapshot",
        "manager_1",
        "begin isolation level repeatable read; select manager.sweep(gen_random_uuid(), null, 0, 1)",
        "verbs_read_committed",
        RULES,
    ),
    (
        "sell another's hold as a manager",
        "manager_1",
        "select counter.confirm(gen_random_uuid(), '{my_hold}', '{concert}', array['{mine}']::uuid[], 50000, '홍길동', '01012345678', '{hash}')",
        "sales_under_live_hold",
        RULES,
    ),
    (
        "record of no month",
        "manager_1",
        "select manager.note_accesses(gen_random_uuid(), 2026, 13)",
        "accesses_of_a_month",
        RULES,
    ),
    (
        "report of what there is not",
        "manager_1",
        "select manager.note_report(gen_random_uuid(), gen_random_uuid())",
        "edits_known_concert",
        RULES,
    ),
];

#[tokio::test]
async fn a_manager_does_nothing_but_manage() {
    let world = World::new().await;
    world.withstands(MANAGING).await;
    assert_eq!(world.count("select count(*) from pg_roles where rolsuper and rolname <> 'maepyo_owner'").await, 0);
}

#[tokio::test]
async fn a_note_that_was_rolled_back_tells_no_name() {
    let world = World::new().await;
    let note = "select manager.unmask('00000000-0000-4000-8000-0000000000ab', '{my_sale}')";
    let read = "select * from manager.unmasked('00000000-0000-4000-8000-0000000000ab')";
    world.could("manager_1", note).await.unwrap();
    assert_eq!(refusal(world.told("manager_1", read).await), [NOTHING]);
    let savepoint = format!("begin; savepoint a; {note}; release a; {read}");
    assert_eq!(refusal(world.told("manager_1", &savepoint).await), ["1 rows"], "the note's own");
    world.does("manager_1", note).await;
    assert_eq!(refusal(world.told("manager_2", read).await), [NOTHING], "another's");
    world.does("manager_1", read).await;
}
