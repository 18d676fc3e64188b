//! A file for one counter is a login for one counter, once.

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::ground::{Attack, HOLD, NOTHING, World, refusal};

const ENROL: &str = "select counter.enrol(gen_random_uuid(), '{verifier}')";

/// enrols_late has not enrolled yet; the others have.
const ENROLLING: &[Attack] = &[
    ("enrol a second time", "counter_1", ENROL, "enrolments_once", HOLD),
    ("enrol as a manager", "manager_1", ENROL, "enrolments_once", HOLD),
    (
        "make a login as a counter",
        "counter_1",
        "select manager.open_enrolment(gen_random_uuid(), 'new_one', '{verifier}', clock_timestamp() + interval '1 day')",
        "42501",
        HOLD,
    ),
    ("have another's password", "enrols_late", "alter role counter_1 password 'mine'", "42501", ENROL),
    ("have more time", "enrols_late", "alter role enrols_late valid until 'infinity'", "42501", ENROL),
    (
        "enrol as another by a role that is set",
        "enrols_late",
        "set role counter; select counter.enrol(gen_random_uuid(), '{verifier}')",
        "42501",
        ENROL,
    ),
    (
        "a password in clear",
        "enrols_late",
        "select counter.enrol(gen_random_uuid(), 'secret_secret')",
        "logins_verifier_is_scram",
        ENROL,
    ),
    ("no password", "enrols_late", "select counter.enrol(gen_random_uuid(), null)", "logins_verifier_is_scram", ENROL),
    (
        "an empty password",
        "enrols_late",
        "select counter.enrol(gen_random_uuid(), '')",
        "logins_verifier_is_scram",
        ENROL,
    ),
    (
        "SQL behind the verifier",
        "enrols_late",
        "select counter.enrol(gen_random_uuid(), '{verifier}' || E'\n'' superuser')",
        "logins_verifier_is_scram",
        ENROL,
    ),
    (
        "a verifier of 20 MB",
        "enrols_late",
        "select counter.enrol(gen_random_uuid(), '{verifier}' || repeat('x', 20000000))",
        "logins_verifier_is_scram",
        ENROL,
    ),
    ("enrol without a trace", "enrols_late", "select counter.enrol(null, '{verifier}')", "23502", ENROL),
    (
        "enrol under another's operation",
        "enrols_late",
        "select counter.enrol('{their_hold}', '{verifier}')",
        "journal_pkey",
        ENROL,
    ),
    (
        "enrol from an old snapshot",
        "enrols_late",
        "begin isolation level repeatable read; select counter.enrol(gen_random_uuid(), '{verifier}')",
        "verbs_read_committed",
        ENROL,
    ),
    ("read the verifiers", "enrols_late", "select rolpassword from pg_authid", "42501", ENROL),
    (
        "see a password in the list of roles",
        "enrols_late",
        "select rolpassword from pg_roles where rolpassword <> '********'",
        NOTHING,
        ENROL,
    ),
];

#[tokio::test]
async fn a_login_enrols_itself_alone_and_once() {
    let world = World::new().await;
    world.as_owner("create role enrols_late login in role counter password 'secret' valid until '2100-01-01'").await;
    world.withstands(ENROLLING).await;

    // The honest way, once: from then on the password before opens nothing.
    world.does("enrols_late", ENROL).await;
    assert_eq!(refusal(world.told("enrols_late", "select 1").await)[0], "28P01");
    let pencil = world.options("enrols_late").password("pencil");
    let mut enrolled = PgConnection::connect_with(&pencil).await.unwrap();
    let again = sqlx::raw_sql(AssertSqlSafe(world.fill(ENROL))).fetch_all(&mut enrolled).await;
    assert!(refusal(again).contains(&"enrolments_once".to_owned()));
}
