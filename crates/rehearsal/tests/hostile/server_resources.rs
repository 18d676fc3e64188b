//! What belongs to the server and not to the sale: no login makes, reads or fills any of it.

use sqlx::{Connection, Executor, PgConnection};

use crate::ground::{Attack, HOLD, READ, SWEEP, World, refusal, server};

const RESOURCES: &[Attack] = &[
    ("a temporary table", "counter_1", "create temp table t (x int)", "42501", HOLD),
    ("a temporary table as a manager", "manager_1", "create temp table t (x int)", "42501", SWEEP),
    ("a temporary view", "counter_1", "create temp view v as select 1", "42501", HOLD),
    ("a temporary sequence", "counter_1", "create temp sequence s", "42501", HOLD),
    (
        "a temporary function",
        "counter_1",
        "create function pg_temp.f() returns int language sql as 'select 1'",
        "42501",
        HOLD,
    ),
    ("a temporary table from a query", "counter_1", "select * into temp t from seats", "42501", HOLD),
    ("a table", "counter_1", "create table public.t (x int)", "42501", HOLD),
    ("an unlogged table", "counter_1", "create unlogged table t (x int)", "42501", HOLD),
    ("a function", "counter_1", "create function public.f() returns int language sql as 'select 1'", "42501", HOLD),
    (
        "a function among the verbs",
        "counter_1",
        "create function counter.f() returns int language sql as 'select 1'",
        "42501",
        HOLD,
    ),
    (
        "a better verb",
        "counter_1",
        "create or replace function counter.rename(name text) returns void language sql as 'select 1'",
        "42501",
        HOLD,
    ),
    (
        "a function in plpgsql",
        "counter_1",
        "create function public.f() returns int language plpgsql as 'begin return 1; end'",
        "42501",
        HOLD,
    ),
    (
        "an operator",
        "counter_1",
        "create operator public.=== (leftarg = uuid, rightarg = uuid, function = uuid_eq)",
        "42501",
        HOLD,
    ),
    ("a type", "counter_1", "create type public.t as (x int)", "42501", HOLD),
    ("a domain", "counter_1", "create domain public.d as int", "42501", HOLD),
    ("a collation", "counter_1", "create collation public.c (locale = 'C')", "42501", HOLD),
    ("a schema", "counter_1", "create schema s", "42501", HOLD),
    ("an own schema", "counter_1", "create schema authorization current_user", "42501", HOLD),
    ("an extension", "counter_1", "create extension dblink", "42501", HOLD),
    ("a trusted extension", "counter_1", "create extension pgcrypto", "42501", HOLD),
    ("a database", "counter_1", "create database d", "42501", HOLD),
    ("a role", "counter_1", "create role r", "42501", HOLD),
    ("a role as a manager, by hand", "manager_1", "create role r login in role manager", "42501", SWEEP),
    ("a tablespace", "counter_1", "create tablespace t location '/tmp'", "42501", HOLD),
    ("a publication", "counter_1", "create publication p for all tables", "42501", HOLD),
    ("a foreign server", "counter_1", "create foreign data wrapper w", "42501", HOLD),
    (
        "an event trigger",
        "counter_1",
        "create event trigger e on ddl_command_start execute function counter.rename()",
        "42501",
        HOLD,
    ),
    (
        "a trigger",
        "counter_1",
        "create trigger t before update on seats for each row execute function suppress_redundant_updates_trigger()",
        "42501",
        HOLD,
    ),
    ("a rule", "counter_1", "create rule r as on update to seats do instead nothing", "42501", HOLD),
    ("a policy", "counter_1", "create policy p on concerts using (true)", "42501", HOLD),
    ("an index", "counter_1", "create index on seats (label)", "42501", HOLD),
    ("statistics", "counter_1", "create statistics s on id, label from seats", "42501", HOLD),
    ("a comment", "counter_1", "comment on schema verbs is 'x'", "42501", HOLD),
    ("what verbs run as", "counter_1", "alter function counter.rename security invoker", "42501", HOLD),
    ("another owner", "counter_1", "reassign owned by box_office to counter_1", "42501", HOLD),
    ("DO", "counter_1", "do $$ begin loop perform 1; end loop; end $$", "42501", HOLD),
    ("DO as a manager", "manager_1", "do 'begin end'", "42501", SWEEP),
    ("a large object", "counter_1", "select lo_create(0)", "42501", HOLD),
    (
        "a large object from bytes",
        "counter_1",
        "select lo_from_bytea(0, decode(repeat('00', 1000), 'hex'))",
        "42501",
        HOLD,
    ),
    ("a large object as a manager", "manager_1", "select lo_creat(-1)", "42501", SWEEP),
    (
        "a message into the WAL",
        "counter_1",
        "select pg_logical_emit_message(false, 'x', repeat('x', 1000000))",
        "42501",
        HOLD,
    ),
    (
        "a bytea message into the WAL",
        "counter_1",
        "select pg_logical_emit_message(true, 'x', 'x'::bytea)",
        "42501",
        HOLD,
    ),
    ("a transaction id", "counter_1", "select pg_current_xact_id()", "42501", HOLD),
    ("a transaction id the old way", "counter_1", "select txid_current()", "42501", HOLD),
    ("a program", "counter_1", "copy (select 1) to program 'true'", "42501", HOLD),
    ("a program's output", "counter_1", "copy settings from program 'true'", "42501", HOLD),
    ("a file", "counter_1", "copy (select 1) to '/tmp/maepyo-hostile'", "42501", HOLD),
    ("reading a file", "counter_1", "select pg_read_file('PG_VERSION')", "42501", HOLD),
    ("listing files", "counter_1", "select pg_ls_dir('.')", "42501", HOLD),
    ("listing the log", "counter_1", "select * from pg_ls_logdir()", "42501", HOLD),
    ("the server's settings", "counter_1", "alter system set fsync = off", "42501", HOLD),
    ("the database's settings", "counter_1", "select pg_reload_conf()", "42501", HOLD),
    ("a checkpoint", "counter_1", "checkpoint", "42501", HOLD),
    ("a new WAL file", "counter_1", "select pg_switch_wal()", "42501", HOLD),
    ("a backup that is never ended", "counter_1", "select pg_backup_start('x')", "42501", HOLD),
    (
        "a slot that keeps all WAL",
        "counter_1",
        "select pg_create_logical_replication_slot('x', 'pgoutput')",
        "42501",
        HOLD,
    ),
    (
        "a slot that keeps all WAL, physically",
        "counter_1",
        "select pg_create_physical_replication_slot('x', true)",
        "42501",
        HOLD,
    ),
    ("statistics of everybody", "counter_1", "select pg_stat_reset()", "42501", HOLD),
    (
        "default rights for what the owner makes",
        "counter_1",
        "alter default privileges for role box_office grant all on tables to counter_1",
        "42501",
        HOLD,
    ),
    ("a new log file", "counter_1", "select pg_rotate_logfile()", "42501", HOLD),
    (
        "the other session's memory in the log",
        "counter_1",
        "select pg_log_backend_memory_contexts(pg_backend_pid())",
        "42501",
        HOLD,
    ),
    ("drop the database", "counter_1", "drop owned by box_office", "42501", HOLD),
    (
        "disk, by sorting",
        "counter_1",
        "set work_mem = '64kB'; select count(*) from (select repeat(md5(n::text), 500) as t from generate_series(1, 200000) n order by t) s",
        "53400",
        HOLD,
    ),
    (
        "disk, by a cursor that is kept",
        "counter_1",
        "set work_mem = '64kB'; begin; declare c cursor with hold for select repeat(md5(n::text), 500) from generate_series(1, 200000) n; commit",
        "53400",
        HOLD,
    ),
];

#[tokio::test]
async fn no_login_makes_or_fills_what_is_the_servers() {
    let world = World::new().await;
    world.as_owner_of_database("alter database {database} set temp_file_limit = '16MB'").await;
    world.withstands(RESOURCES).await;
}

#[tokio::test]
async fn the_set_up_limits_the_disk_that_a_statement_may_take() {
    let world = World::new().await;
    let mut template = PgConnection::connect(&server().owner_url("template_maepyo")).await.unwrap();
    let limit: String = sqlx::query_scalar("show temp_file_limit").fetch_one(&mut template).await.unwrap();
    assert_eq!(limit, "1GB");
    world.could("counter_1", READ).await.unwrap();
}

/// The other databases of a server have none of these rights taken away: a login that only sells connects to none.
#[tokio::test]
async fn a_login_connects_to_no_other_database() {
    let world = World::new().await;
    for database in ["postgres", "template1", "template0", "template_of_nothing"] {
        for login in ["counter_1", "manager_1", "nobody_1"] {
            let options = world.options(login).database(database);
            let refused = PgConnection::connect_with(&options).await.map(|_| Vec::new());
            let refused = refusal(refused);
            let expected = if database == "template_of_nothing" { "3D000" } else { "42501" };
            // Template0 takes no connections from anybody.
            assert!([expected, "55000"].contains(&refused[0].as_str()), "{login} {database}: {refused:?}");
        }
    }
    world.could("counter_1", HOLD).await.unwrap();
}

#[tokio::test]
async fn one_login_opens_sixteen_connections_and_leaves_the_others_theirs() {
    let world = World::new().await;
    let mut open = Vec::new();
    let mut refused = Vec::new();
    // Nobody else uses this login.
    world
        .told("manager_1", "select manager.add_login(gen_random_uuid(), 'counter', 'floods', 'secret_secret')")
        .await
        .unwrap();
    let floods = world.options("floods").password("secret_secret");
    for _ in 0..40 {
        match PgConnection::connect_with(&floods).await {
            Ok(connection) => open.push(connection),
            Err(error) => refused.push(refusal(Err(error))[0].clone()),
        }
    }
    assert_eq!((open.len(), refused.len()), (16, 24));
    assert!(refused.iter().all(|code| code == "53300"), "{refused:?}");
    world.does("counter_1", HOLD).await;
    open[0].execute("select 1").await.unwrap();
}

/// A notification is anybody's to send. Nothing of this program listens, so it delays nobody.
#[tokio::test]
async fn notifications_and_sleeps_delay_no_sale() {
    let world = World::new().await;
    let mut sender = world.raw("counter_2").await;
    sender.execute("begin").await.unwrap();
    sender.execute("select pg_notify('x', repeat('x', 7000) || n) from generate_series(1, 1000) n").await.unwrap();
    world.does("counter_1", HOLD).await;
    sender.execute("commit").await.unwrap();
    let sleeps = tokio::spawn(async move { sender.execute("select pg_sleep(5)").await.map(|_| ()) });
    world.does("counter_1", "select counter.rename('1번 창구')").await;
    sleeps.abort();
}
