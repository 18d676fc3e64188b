//! Who has no group, and who had one.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::ground::{CONFIRM, HOLD, READ, World, refusal};

#[tokio::test]
async fn a_login_of_no_group_does_not_even_connect() {
    let world = World::new().await;
    assert_eq!(refusal(world.told("nobody_1", "select 1").await)[0], "42501");
    let no_login = world.told("counter", "select 1").await;
    // Without a password there is no telling whether there is such a login.
    assert_eq!(refusal(no_login)[0], "28P01");
    assert_eq!(refusal(world.told("box_office", "select 1").await)[0], "28P01");
    let wrong = world.options("counter_1").password("wrong");
    let refused = PgConnection::connect_with(&wrong).await.map(|_| Vec::new());
    assert_eq!(refusal(refused)[0], "28P01");
    world.could("counter_1", HOLD).await.unwrap();
}

/// Connected by a mistake of whoever grants: it still reads and does nothing.
#[tokio::test]
async fn a_login_of_no_group_that_is_let_in_reads_and_calls_nothing() {
    let world = World::new().await;
    world.as_owner_of_database("grant connect on database {database} to nobody_1").await;
    let attacks = [
        HOLD,
        CONFIRM,
        READ,
        "select * from concerts",
        "select * from settings",
        "select * from counters",
        "select * from _sqlx_migrations",
        "select id from reservations",
        "select * from reservation_seats",
        "select * from journal",
        "select counter.rename('x')",
        "select counter.resolve(gen_random_uuid())",
        "select counter.end_stale()",
        "select counter.open_look_up('01022222222', '{hash}')",
        "select manager.logins()",
        "select public.phone_salt('01022222222')",
        "select public.server_incarnation()",
        "select verbs.begin()",
        "create temp table t (x int)",
        "do 'begin end'",
        "select pg_advisory_lock(1)",
        "select lo_create(0)",
        "set role counter",
        "grant counter to current_user",
    ];
    for attack in attacks {
        let said = refusal(world.told("nobody_1", attack).await);
        assert_eq!(said[0], "42501", "{attack}: {said:?}");
    }
    world.could("counter_1", HOLD).await.unwrap();
    world.as_owner_of_database("revoke connect on database {database} from nobody_1").await;
}

/// It knew what was coming, and stands in the group's role over one connection, in an open transaction over another.
#[tokio::test]
async fn a_removed_counter_does_nothing_more_over_the_connections_that_it_kept() {
    let mut world = World::new().await;
    world.does("manager_1", "select manager.add_login(gen_random_uuid(), 'counter', 'leaves', 'secret_secret')").await;
    let options = world.options("leaves").password("secret_secret");
    let connect = async || PgConnection::connect_with(&options).await.unwrap();
    let (mut plain, mut group, mut open) = (connect().await, connect().await, connect().await);
    plain.execute(AssertSqlSafe(world.fill(HOLD))).await.unwrap();
    let token = world.value("select hold_token::text from seats where id = '{free}'").await;
    world.name("leavers_hold", token);
    group.execute("set role counter").await.unwrap();
    open.execute("begin").await.unwrap();
    let other = "select * from counter.hold_seats(gen_random_uuid(), '{other}', array['{other_3}']::uuid[]) where held";
    open.execute(AssertSqlSafe(world.fill(other))).await.unwrap();

    world.does("manager_1", "select manager.remove_login(gen_random_uuid(), 'leaves')").await;
    let verbs = [
        "select * from counter.hold_seats(gen_random_uuid(), '{other}', array['{other_4}']::uuid[])",
        "select counter.confirm(gen_random_uuid(), '{leavers_hold}', '{concert}', array['{free}']::uuid[], 50000, '홍길동', '01012345678', '{hash}')",
        "select counter.release_hold(gen_random_uuid(), '{leavers_hold}', array['{free}']::uuid[])",
        "select counter.open_look_up('01022222222', '{hash}')",
        "select counter.cancel(gen_random_uuid(), '{my_sale}')",
        "select counter.rename('남은 이름')",
        "select counter.resolve(gen_random_uuid())",
    ];
    for verb in verbs {
        let verb = world.fill(verb);
        for (session, name) in [(&mut plain, "plain"), (&mut group, "group")] {
            let said = refusal(sqlx::raw_sql(AssertSqlSafe(verb.clone())).fetch_all(session).await);
            assert_eq!(said[0], "42501", "{name}: {verb}: {said:?}");
        }
    }
    let said = refusal(sqlx::raw_sql("select id from seats").fetch_all(&mut plain).await);
    assert_eq!(said[0], "42501");
    let again = PgConnection::connect_with(&options).await.map(|_| Vec::new());
    assert_eq!(refusal(again)[0], "28000");

    // The second half ends them all and frees what they held.
    world.does("manager_1", "select manager.end_removed(gen_random_uuid(), 'leaves')").await;
    for session in [&mut plain, &mut group, &mut open] {
        assert!(session.execute("select 1").await.is_err());
    }
    assert_eq!(world.count("select count(*) from seats where held_by = 'leaves'").await, 0);
    world.does("counter_1", HOLD).await;
}
