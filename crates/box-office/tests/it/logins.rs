//! The logins of the venue's PCs in a manager's hands. Each test's logins have names of their own: roles are the server's.

use box_office::setup::Group;
use box_office::{BoxOffice, Error};
use sqlx::{Connection, PgConnection};

use crate::support::{World, form};

const SECRET: &str = "long enough";

/// A counter made by a manager, connected.
async fn added(world: &World, login: &str) -> BoxOffice {
    world.manager(1).await.add_login(Group::Counter, login, SECRET).await.unwrap();
    BoxOffice::connect_with(world.options(login).password(SECRET), None).await.unwrap()
}

#[tokio::test]
async fn a_counter_that_a_manager_adds_sells_and_manages_nothing() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let counter = added(&world, "added_sells").await;
    let hold = counter.hold_seats(concert.id, &concert.seats).await.unwrap();
    counter.confirm(&form(&hold)).await.unwrap();
    assert_eq!(counter.logins().await.unwrap_err(), Error::NotACounter);
    let listed = world.manager(1).await.logins().await.unwrap();
    let found = listed.iter().find(|login| login.login == "added_sells").unwrap();
    assert_eq!((found.group, found.name.as_deref(), found.this_pc), (Group::Counter, None, false));
    assert!(found.connections > 0);
    // As many connections as one that the set-up made.
    let limits = "select count(distinct rolconnlimit) from pg_roles where rolname in ('added_sells', 'counter_1')";
    assert_eq!(world.count(limits).await, 1);
    assert_eq!(world.count("select count(*) from journal where detail ->> 'login' = 'added_sells'").await, 1);
    assert_eq!(
        world.count(&*format!("select count(*) from journal j where j::text like '%{SECRET}%'").leak()).await,
        0
    );
}

#[tokio::test]
async fn a_manager_that_a_manager_adds_manages() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    manager.add_login(Group::Manager, "added_manages", SECRET).await.unwrap();
    let added = BoxOffice::connect_with(world.options("added_manages").password(SECRET), None).await.unwrap();
    assert!(added.logins().await.unwrap().iter().any(|login| login.this_pc && login.group == Group::Manager));
}

#[tokio::test]
async fn a_login_that_exists_is_never_changed_and_a_name_that_means_something_else_is_refused() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    world.counter(1).await.rename_counter("called_so").await.unwrap();
    let add = async |login: &str| manager.add_login(Group::Counter, login, SECRET).await;
    for taken in ["manager_2", "counter_1", "counter", "manager", "box_office", "venue_owner", "called_so"] {
        assert_eq!(add(taken).await, Err(Error::LoginTaken), "{taken}");
    }
    for name in ["", "A", "1a", "pg_monitor", "public", "none", "a b", "a\"b", "a\0b", "창구", &"a".repeat(41)] {
        assert_eq!(add(name).await, Err(Error::InvalidField { field: "login".into() }), "{name}");
    }
    for password in ["", "short", &"a".repeat(65), "with\ncontrol"] {
        let refused = manager.add_login(Group::Counter, "no_password", password).await;
        assert_eq!(refused, Err(Error::InvalidPassword { shortest: 8, longest: 64 }));
    }
    // The superuser, whatever it is called here.
    let superuser: String = sqlx::query_scalar("select rolname::text from pg_roles where rolsuper and rolcanlogin")
        .fetch_one(&mut world.owner().await)
        .await
        .unwrap();
    assert_eq!(manager.remove_login(&superuser).await, Err(Error::UnknownLogin));
    for other in ["box_office", "counter", "venue_owner", "nobody"] {
        assert_eq!(manager.remove_login(other).await, Err(Error::UnknownLogin), "{other}");
    }
    assert!(manager.remove_login("manager_1").await.is_err(), "oneself");
    PgConnection::connect_with(&world.options("manager_2")).await.unwrap();
}

#[tokio::test]
async fn a_login_is_called_what_a_manager_says_and_no_two_alike() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    added(&world, "renamed").await;
    manager.rename_login("renamed", "  9번   창구 ").await.unwrap();
    let name = manager.logins().await.unwrap().into_iter().find(|login| login.login == "renamed").unwrap().name;
    assert_eq!(name.as_deref(), Some("9번 창구"));
    for other in ["9번 창구", "manager_2"] {
        assert_eq!(manager.rename_login("counter_1", other).await, Err(Error::CounterNameTaken));
    }
    assert_eq!(manager.rename_login("nobody", "x").await, Err(Error::UnknownLogin));
    let refused = manager.rename_login("renamed", "\u{202e}x").await;
    assert_eq!(refused, Err(Error::InvalidField { field: "counter_name".into() }));
}

#[tokio::test]
async fn a_removed_counter_is_out_at_once_and_its_seats_are_free() {
    let world = World::new().await;
    let concert = world.concert(3).await;
    let (manager, removed) = (world.manager(1).await, added(&world, "removed").await);
    removed.rename_counter("옛 창구").await.unwrap();
    let hold = removed.hold_seats(concert.id, &concert.seats[..2]).await.unwrap();
    let mut raw = PgConnection::connect_with(&world.options("removed").password(SECRET)).await.unwrap();
    assert_eq!(manager.remove_login("removed").await, Ok(2));
    assert!(sqlx::raw_sql("select 1").execute(&mut raw).await.is_err(), "its connections are ended");
    assert!(PgConnection::connect_with(&world.options("removed").password(SECRET)).await.is_err(), "no login");
    assert!(removed.confirm(&form(&hold)).await.is_err());
    let other = world.counter(1).await;
    other.hold_seats(concert.id, &concert.seats[..2]).await.unwrap();
    assert!(manager.logins().await.unwrap().iter().all(|login| login.login != "removed"));
    other.rename_counter("옛 창구").await.unwrap();
    assert_eq!(manager.remove_login("removed").await, Err(Error::UnknownLogin));
    // Its name is not given to somebody else: the journal has it.
    assert_eq!(manager.add_login(Group::Counter, "removed", SECRET).await, Err(Error::LoginTaken));
}

/// Between the two steps of a removal: a connection that is still open calls nothing any more.
#[tokio::test]
async fn a_connection_that_outlives_its_rights_calls_no_verb() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    added(&world, "outlives").await;
    let mut raw = PgConnection::connect_with(&world.options("outlives").password(SECRET)).await.unwrap();
    let hold = format!(
        "select held from counter.hold_seats(gen_random_uuid(), '{}', array['{}'::uuid])",
        concert.id, concert.seats[0]
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(hold.clone())).execute(&mut raw).await.unwrap();
    let mut manager = world.raw("manager_1").await;
    sqlx::raw_sql("select manager.remove_login(gen_random_uuid(), 'outlives')").execute(&mut manager).await.unwrap();
    let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(hold)).execute(&mut raw).await.unwrap_err();
    assert_eq!(refused.as_database_error().and_then(|error| error.code()).as_deref(), Some("42501"));
    // Nobody ends the connections of one that was not removed.
    let refused =
        sqlx::raw_sql("select manager.end_removed(gen_random_uuid(), 'counter_1')").execute(&mut manager).await;
    assert!(refused.is_err());
}
