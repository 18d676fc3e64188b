use std::borrow::Cow;

use box_office::setup::{self, Group, SchemaAge, SchemaState};
use box_office::{BoxOffice, Error, ServerLogin};
use private_postgres::ThrowAway;
use sqlx::migrate::Migrator;
use sqlx::{Connection, PgConnection};

use crate::support::{World, sell};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

fn wanted() -> i32 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap() as i32
}

/// The schema as a program of long ago left it: only the migrations up to `last`.
async fn older(world: &World, last: i64) {
    let known: Vec<_> = MIGRATIONS.iter().filter(|migration| migration.version <= last).cloned().collect();
    let older = Migrator { migrations: Cow::Owned(known), ..Migrator::DEFAULT };
    let mut owner = world.owner().await;
    sqlx::raw_sql("alter schema public owner to box_office; set role box_office").execute(&mut owner).await.unwrap();
    older.run(&mut owner).await.unwrap();
}

#[tokio::test]
async fn an_empty_database_is_told_and_brought_to_the_schema_by_its_owner() {
    let world = World::empty().await;
    let (manager, owner) = (world.server_login("manager_1"), world.server_login("venue_owner"));
    let empty = SchemaState { found: 0, wanted: wanted(), age: SchemaAge::Older };
    assert_eq!(setup::schema_state(&manager).await.unwrap(), empty);
    let refused = BoxOffice::connect(&manager, None).await.err();
    assert_eq!(refused, Some(Error::SchemaOlder { found: 0, wanted: wanted() }));
    setup::migrate_as_owner(&owner).await.unwrap();
    let same = SchemaState { found: wanted(), wanted: wanted(), age: SchemaAge::Same };
    assert_eq!(setup::schema_state(&manager).await.unwrap(), same);
    // An owner who is no superuser made it, and all of it works.
    let concert = world.concert(2).await;
    let counter = BoxOffice::connect(&world.server_login("counter_1"), None).await.unwrap();
    sell(&counter, &concert, &concert.seats[..1]).await;
    counter.seat_map(concert.id).await.unwrap();
    let office = BoxOffice::connect(&manager, None).await.unwrap();
    assert_eq!(office.overview().await.unwrap().sold, 1);
    let sold = office.reservations_of(concert.id, "", None).await.unwrap().rows.remove(0).id;
    office.unmask(sold).await.unwrap();
    office.cancel_for_customer(sold, "관객 요청").await.unwrap();
    // Doing it again does nothing.
    setup::migrate_as_owner(&owner).await.unwrap();
}

#[tokio::test]
async fn an_older_database_is_told_to_counters_and_brought_up_to_date_with_what_is_in_it() {
    let world = World::empty().await;
    older(&world, 3).await;
    let concert = world.concert(1).await;
    let (counter, manager) = (world.server_login("counter_1"), world.server_login("manager_1"));
    let is_older = Error::SchemaOlder { found: 3, wanted: wanted() };
    assert_eq!(BoxOffice::connect(&counter, None).await.err(), Some(is_older.clone()));
    assert_eq!(BoxOffice::connect(&manager, None).await.err(), Some(is_older));
    let of_long_ago = SchemaState { found: 3, wanted: wanted(), age: SchemaAge::Older };
    assert_eq!(setup::schema_state(&manager).await.unwrap(), of_long_ago);
    setup::migrate_as_owner(&world.server_login("venue_owner")).await.unwrap();
    let counter = BoxOffice::connect(&counter, None).await.unwrap();
    sell(&counter, &concert, &concert.seats).await;
}

/// Changes the server as a later or an earlier program would: what it says of itself.
async fn says(world: &World, number: i32, oldest: i32) {
    let (_, verb) = setup::verbs().find(|(path, _)| *path == "counter/interface.sql").unwrap();
    let said = verb
        .replace("create function", "create or replace function")
        .replace("number := 1", &format!("number := {number}"))
        .replace("oldest := 1", &format!("oldest := {oldest}"))
        .replace("oldest_version := '0.1.0'", "oldest_version := '0.9.0'");
    let said = format!("{said}; comment on schema verbs is 'of another program'");
    sqlx::raw_sql(sqlx::AssertSqlSafe(said)).execute(&mut world.owner().await).await.unwrap();
}

#[tokio::test]
async fn a_later_server_that_still_serves_this_program_is_sold_on() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    says(&world, 2, 1).await;
    world
        .as_owner(
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
            values (1000, 'of tomorrow', true, '', 0)",
        )
        .await;
    let counter = BoxOffice::connect(&world.server_login("counter_1"), None).await.unwrap();
    sell(&counter, &concert, &concert.seats).await;
    BoxOffice::connect(&world.server_login("manager_1"), None).await.unwrap();
}

#[tokio::test]
async fn a_server_that_no_longer_serves_this_program_says_which_version_it_needs() {
    let world = World::new().await;
    says(&world, 2, 2).await;
    for login in ["counter_1", "manager_1"] {
        let refused = BoxOffice::connect(&world.server_login(login), None).await.err();
        assert_eq!(refused, Some(Error::ProgramTooOld { version: "0.9.0".into() }));
    }
}

/// Brought up to date by an earlier program, its verbs would be that program's.
#[tokio::test]
async fn a_server_with_verbs_of_a_later_program_is_not_prepared_by_this_one() {
    let world = World::empty().await;
    let owner = world.server_login("venue_owner");
    setup::migrate_as_owner(&owner).await.unwrap();
    says(&world, 2, 1).await;
    let newer = SchemaState { found: wanted(), wanted: wanted(), age: SchemaAge::Newer };
    assert_eq!(setup::schema_state(&owner).await.unwrap(), newer);
    let refused = Error::SchemaNewer { found: wanted(), wanted: wanted() };
    assert_eq!(setup::migrate_as_owner(&owner).await, Err(refused));
    // Other verbs that are no later ones are replaced.
    says(&world, 1, 1).await;
    let older = SchemaState { age: SchemaAge::Older, ..newer };
    assert_eq!(setup::schema_state(&owner).await.unwrap(), older);
    setup::migrate_as_owner(&owner).await.unwrap();
    assert_eq!(setup::schema_state(&owner).await.unwrap(), SchemaState { age: SchemaAge::Same, ..newer });
}

#[tokio::test]
async fn a_server_whose_verbs_are_older_than_this_program_is_told_as_older() {
    let world = World::new().await;
    let counter = world.server_login("counter_1");
    let is_older = Some(Error::SchemaOlder { found: wanted(), wanted: wanted() });
    says(&world, 0, 0).await;
    assert_eq!(BoxOffice::connect(&counter, None).await.err(), is_older);
    world.as_owner("drop function counter.interface").await;
    assert_eq!(BoxOffice::connect(&counter, None).await.err(), is_older, "from before it said so");
}

#[tokio::test]
async fn a_program_is_served_by_the_verbs_that_it_brings() {
    let world = World::new().await;
    let oldest = "select oldest_version from counter.interface() where oldest <= number";
    let oldest: String = sqlx::query_scalar(oldest).fetch_one(&mut world.owner().await).await.unwrap();
    let parts = |version: &str| version.split('.').map(|part| part.parse::<u32>().unwrap()).collect::<Vec<_>>();
    assert!(parts(&oldest) <= parts(env!("CARGO_PKG_VERSION")), "{oldest} can be installed");
    BoxOffice::connect(&world.server_login("counter_1"), None).await.unwrap();
}

#[tokio::test]
async fn a_newer_database_is_prepared_by_nobody() {
    let world = World::empty().await;
    let owner = world.server_login("venue_owner");
    setup::migrate_as_owner(&owner).await.unwrap();
    let mut newer = world.owner().await;
    sqlx::raw_sql(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
        values (1000, 'of tomorrow', true, '', 0)",
    )
    .execute(&mut newer)
    .await
    .unwrap();
    let is_newer = Error::SchemaNewer { found: 1000, wanted: wanted() };
    let newer = SchemaState { found: 1000, wanted: wanted(), age: SchemaAge::Newer };
    assert_eq!(setup::schema_state(&owner).await.unwrap(), newer);
    assert_eq!(setup::migrate_as_owner(&owner).await, Err(is_newer));
}

#[tokio::test]
async fn only_the_owner_migrates() {
    let world = World::empty().await;
    older(&world, 3).await;
    for login in ["counter_1", "manager_1"] {
        let login = world.server_login(login);
        assert_eq!(setup::migrate_as_owner(&login).await, Err(Error::OwnerNeeded));
        let mine = setup::add_login_as_owner(&login, Group::Manager, "mine", "secret").await;
        assert_eq!(mine, Err(Error::OwnerNeeded));
        assert_eq!(setup::schema_state(&login).await.unwrap().found, 3);
    }
    let wrong = ServerLogin { password: "wrong".into(), ..world.server_login("venue_owner") };
    assert_eq!(setup::migrate_as_owner(&wrong).await, Err(Error::WrongLogin));
    let nowhere = ServerLogin { port: 1, ..world.server_login("venue_owner") };
    assert_eq!(setup::migrate_as_owner(&nowhere).await, Err(Error::Offline));
}

#[tokio::test]
async fn a_migration_that_fails_leaves_the_schema_as_it_was() {
    let world = World::empty().await;
    older(&world, 3).await;
    // Something of the last migration is there already.
    let mut owner = world.owner().await;
    sqlx::raw_sql("create function phone_salt(phone text) returns bytea language sql as 'select null::bytea'")
        .execute(&mut owner)
        .await
        .unwrap();
    let failed = setup::migrate_as_owner(&world.server_login("venue_owner")).await;
    assert_eq!(failed, Err(Error::Database { sqlstate: "42723".into() }));
    let state = setup::schema_state(&world.server_login("venue_owner")).await.unwrap();
    assert_eq!(state.found, 3);
    sqlx::raw_sql("drop function phone_salt").execute(&mut owner).await.unwrap();
    setup::migrate_as_owner(&world.server_login("venue_owner")).await.unwrap();
}

#[tokio::test]
async fn a_new_server_gets_group_roles_schema_and_logins_from_its_owner() {
    let server = ThrowAway::start().unwrap();
    let mut superuser = PgConnection::connect(&server.owner_url("postgres")).await.unwrap();
    sqlx::raw_sql(
        "create role venue_owner login createrole password 'secret'; create role poor_owner login password 'secret'",
    )
    .execute(&mut superuser)
    .await
    .unwrap();
    for statement in ["create database maepyo owner venue_owner", "create database poor owner poor_owner"] {
        sqlx::raw_sql(statement).execute(&mut superuser).await.unwrap();
    }
    let login = |database: &str, login: &str| ServerLogin {
        host: "127.0.0.1".into(),
        port: server.port(),
        database: database.into(),
        login: login.into(),
        password: "secret".into(),
        ca_certificate: None,
    };
    // Who may not make the roles that are missing changes nothing.
    let poor = login("poor", "poor_owner");
    assert_eq!(setup::migrate_as_owner(&poor).await, Err(Error::OwnerNeeded));
    assert_eq!(setup::schema_state(&poor).await.unwrap().found, 0);
    let owner = login("maepyo", "venue_owner");
    setup::migrate_as_owner(&owner).await.unwrap();
    setup::add_login_as_owner(&owner, Group::Manager, "office", "secret").await.unwrap();
    let office = BoxOffice::connect(&login("maepyo", "office"), None).await.unwrap();
    assert_eq!(office.overview().await.unwrap().sold, 0);
    // With the roles there, an owner who may make none is enough once the schema's role is theirs to take on.
    assert_eq!(setup::migrate_as_owner(&poor).await, Err(Error::OwnerNeeded));
    sqlx::raw_sql("grant box_office to poor_owner").execute(&mut superuser).await.unwrap();
    setup::migrate_as_owner(&poor).await.unwrap();
}

/// Each statement that checks a row would parse the function anew, which costs more than to insert the row.
#[tokio::test]
async fn no_row_is_checked_by_a_function_in_sql() {
    let world = World::new().await;
    let slow = "
        select distinct p.oid::regprocedure::text
        from pg_depend d join pg_proc p on p.oid = d.refobjid join pg_language l on l.oid = p.prolang
        where d.refclassid = 'pg_proc'::regclass and d.classid in ('pg_constraint'::regclass, 'pg_trigger'::regclass)
            and l.lanname = 'sql' and p.pronamespace = 'public'::regnamespace";
    let slow = async || -> Vec<String> { sqlx::query_scalar(slow).fetch_all(&mut world.owner().await).await.unwrap() };
    assert_eq!(slow().await, Vec::<String>::new());
    // The control: the same question finds one where there is one.
    world
        .as_owner(
            "create function is_short(line text) returns boolean language sql immutable as 'select length(line) < 9'",
        )
        .await;
    world.as_owner("alter table counters add check (is_short(display_name))").await;
    assert_eq!(slow().await, ["is_short(text)"]);
}

/// Programs of an older version call what stands here. Whoever changes it raises the number first (`counter/interface.sql` and
/// `INTERFACE` in `setup.rs`), decides which programs are still served, and then writes the list again.
#[tokio::test]
async fn the_verbs_of_a_counter_are_those_of_the_interface_that_has_this_number() {
    let world = World::new().await;
    let verbs: Vec<String> = sqlx::query_scalar(
        "select 'interface ' || number from counter.interface()
        union all
        select * from (
            select format('%s(%s) returns %s', proname, pg_get_function_arguments(oid), pg_get_function_result(oid))
            from pg_proc where pronamespace = 'counter'::regnamespace order by 1
        ) verbs",
    )
    .fetch_all(&mut world.owner().await)
    .await
    .unwrap();
    assert_eq!(verbs.join("\n"), include_str!("interface.txt").trim_end());
}
