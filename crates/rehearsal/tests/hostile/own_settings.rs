//! What a login may change of itself. It weakens no promise.

use sqlx::{AssertSqlSafe, Executor};

use crate::ground::{Attack, CONFIRM, HOLD, World, refusal};

const SETTINGS: &[Attack] = &[
    ("switch triggers off", "counter_1", "set session_replication_role = replica", "42501", HOLD),
    (
        "switch triggers off for good",
        "counter_1",
        "alter role current_user set session_replication_role = replica",
        "42501",
        HOLD,
    ),
    ("see past the row policies", "counter_1", "set row_security = off; select * from concerts", "42501", HOLD),
    ("be another", "counter_1", "set session authorization counter_2", "42501", HOLD),
    ("be another's role", "counter_1", "set role counter_2", "42501", HOLD),
    ("be a manager", "counter_1", "set role manager", "42501", HOLD),
    ("be the owner", "counter_1", "set role box_office", "42501", HOLD),
    ("be another manager", "manager_1", "set role manager_2", "42501", "select * from manager.logins()"),
    ("be the owner, as a manager", "manager_1", "set role box_office", "42501", "select * from manager.logins()"),
    (
        "sell as the group, which nobody can take away",
        "counter_1",
        "set role counter; select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{free}']::uuid[])",
        "42501",
        HOLD,
    ),
    (
        "manage as the group",
        "manager_1",
        "set role manager; select * from manager.logins()",
        "42501",
        "select * from manager.logins()",
    ),
    ("take another's password", "counter_1", "alter role counter_2 password 'x'", "42501", HOLD),
    (
        "take another's password, as a manager",
        "manager_1",
        "alter role manager_2 password 'x'",
        "42501",
        "select * from manager.logins()",
    ),
    ("become a superuser", "counter_1", "alter role current_user superuser", "42501", HOLD),
    ("make roles", "counter_1", "alter role current_user createrole", "42501", HOLD),
    ("have more connections", "counter_1", "alter role current_user connection limit -1", "42501", HOLD),
    ("live for ever", "counter_1", "alter role current_user valid until 'infinity'", "42501", HOLD),
    ("be called otherwise", "counter_1", "alter role counter_1 rename to manager_9", "0A000", HOLD),
    ("set what a group has", "counter_1", "alter role counter set search_path = pg_temp", "42501", HOLD),
    ("set what another has", "counter_1", "alter role counter_2 set statement_timeout = 1", "42501", HOLD),
    ("set what everybody has", "counter_1", "alter role all set statement_timeout = 1", "42501", HOLD),
    ("let another in", "counter_1", "grant counter to nobody_1", "42501", HOLD),
    (
        "let another in, as a manager",
        "manager_1",
        "grant manager to counter_1",
        "42501",
        "select * from manager.logins()",
    ),
    ("pass a right on", "counter_1", "grant execute on function counter.rename to nobody_1; select 1/0", "22012", HOLD),
    ("more than the server's memory of deadlocks", "counter_1", "set deadlock_timeout = '1h'", "42501", HOLD),
    ("write to the log", "counter_1", "set log_statement = 'all'", "42501", HOLD),
    ("log slow ones", "counter_1", "set log_min_duration_statement = 0", "42501", HOLD),
    ("lift the limit of temporary files", "counter_1", "set temp_file_limit = -1", "42501", HOLD),
    ("load a library", "counter_1", "load '/tmp/x.so'", "42501", HOLD),
    ("preload one", "counter_1", "set session_preload_libraries = 'x'", "42501", HOLD),
];

#[tokio::test]
async fn nobody_becomes_another_or_takes_more() {
    World::new().await.withstands(SETTINGS).await;
}

/// A default of one's own is anybody's to set, also for good. A sale under it is whole and durable, or refused.
#[tokio::test]
async fn ones_own_defaults_weaken_no_sale() {
    let world = World::new().await;
    for (setting, refused) in [
        ("synchronous_commit = off", None),
        ("synchronous_commit = local", None),
        ("synchronous_commit = remote_write", None),
        ("default_transaction_isolation = 'repeatable read'", Some("verbs_read_committed")),
        ("default_transaction_isolation = 'serializable'", Some("verbs_read_committed")),
        ("default_transaction_read_only = on", Some("25006")),
        ("search_path = pg_temp, public, pg_catalog", None),
        ("lock_timeout = 0", None),
        ("transform_null_equals = on", None),
        ("standard_conforming_strings = off", None),
        ("array_nulls = off", None),
        ("quote_all_identifiers = on", None),
        ("plpgsql.extra_warnings = 'all'", None),
        ("timezone = 'Pacific/Kiritimati'", None),
        ("datestyle = 'German'", None),
        ("intervalstyle = 'sql_standard'", None),
        ("enable_indexscan = off", None),
        ("plan_cache_mode = force_custom_plan", None),
        ("check_function_bodies = off", None),
        ("backslash_quote = on", None),
        ("constraint_exclusion = on", None),
    ] {
        let set = format!("set {setting}");
        let mut session = world.raw("counter_1").await;
        session.execute(AssertSqlSafe(set)).await.unwrap_or_else(|error| panic!("{setting}: {error}"));
        session.execute("begin").await.unwrap();
        let sell = sqlx::raw_sql(AssertSqlSafe(world.fill(CONFIRM))).fetch_all(&mut session).await;
        match refused {
            Some(by) => {
                let said = refusal(sell);
                assert!(said.iter().any(|said| said == by), "{setting}: {said:?}");
            }
            None => {
                let sell = sell.unwrap_or_else(|error| panic!("{setting}: {error}"));
                assert_eq!(sell.len(), 1, "{setting}");
                let durable: String = sqlx::query_scalar("select current_setting('synchronous_commit')")
                    .fetch_one(&mut session)
                    .await
                    .unwrap();
                assert_eq!(durable, "on", "{setting}");
            }
        }
        // To the end, the promises at COMMIT included; then back by rolling nothing but this test's sale back.
        if refused.is_none() {
            session.execute("set constraints all immediate").await.unwrap_or_else(|error| panic!("{setting}: {error}"));
        }
        session.execute("rollback").await.unwrap();
    }
    world.does("counter_1", CONFIRM).await;
}

/// For good, for sessions to come. Each login may do this to itself only.
#[tokio::test]
async fn a_default_that_is_kept_weakens_no_sale_either() {
    let world = World::new().await;
    world.told("counter_4", "alter role current_user set synchronous_commit = off").await.unwrap();
    world.does("counter_4", "select 1 where current_setting('synchronous_commit') = 'off'").await;
    let hold = format!("begin; {HOLD}; select 1/(current_setting('synchronous_commit') = 'on')::int; commit");
    world.does("counter_4", &hold).await;
    world.told("counter_4", "alter role current_user reset synchronous_commit").await.unwrap();
}
