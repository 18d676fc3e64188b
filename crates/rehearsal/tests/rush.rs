//! A rush on somebody's server: what it prints, and that it leaves the server as it was.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use private_postgres::ThrowAway;
use sqlx::{Connection, PgConnection};

/// A server of a venue: its owner has a login of its own to rush with.
async fn venue(may: &str) -> (ThrowAway, String) {
    let server = ThrowAway::start().expect("a server starts");
    let mut owner = PgConnection::connect(&server.owner_url("postgres")).await.expect("the owner gets in");
    let statements =
        format!("create role counter; create role manager; create role maker login password 'secret' {may}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(&mut owner).await.expect("it may");
    let url = server.url("maker", "secret", "postgres");
    (server, url)
}

/// Everything that a rush could leave behind.
async fn databases_and_roles(server: &ThrowAway) -> Vec<String> {
    let mut owner = PgConnection::connect(&server.owner_url("postgres")).await.expect("the owner gets in");
    sqlx::query_scalar("select datname::text from pg_database union select rolname::text from pg_roles order by 1")
        .fetch_all(&mut owner)
        .await
        .expect("it may ask")
}

fn rush(url: &str, seconds: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rehearsal"));
    command.args(["rush", "--server", url, "--counters", "3", "--seconds", seconds, "--seats"]);
    command
}

#[tokio::test]
async fn a_rush_sells_everything_once_says_how_fast_and_leaves_nothing() {
    let (server, url) = venue("createdb createrole").await;
    let before = databases_and_roles(&server).await;
    let output = rush(&url, "600").arg("40").output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    for word in ["holds           20", "sales           20", "refusals", "p99", "all 20 sales are there"] {
        assert!(said.contains(word), "{word} is not in:\n{said}");
    }
    assert_eq!(databases_and_roles(&server).await, before);
}

#[tokio::test]
async fn a_rush_that_is_interrupted_leaves_nothing() {
    let (server, url) = venue("createdb createrole").await;
    let before = databases_and_roles(&server).await;
    let mut program = rush(&url, "600").arg("100000").stdout(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(program.stdout.take().expect("piped")).read_line(&mut line).expect("it says that it begins");
    assert!(line.contains("in database maepyo_rush_"), "{line}");
    assert!(databases_and_roles(&server).await.len() > before.len(), "it is there while it runs");
    let told = Command::new("sh").args(["-c", &format!("kill -INT {}", program.id())]).status();
    assert!(told.is_ok_and(|status| status.success()));
    assert_eq!(program.wait().expect("it ends").code(), Some(1));
    assert_eq!(databases_and_roles(&server).await, before);
}

#[tokio::test]
async fn a_rush_that_the_server_refuses_half_way_leaves_nothing() {
    // The database can be made, its logins can't.
    let (server, url) = venue("createdb nocreaterole").await;
    let before = databases_and_roles(&server).await;
    let output = rush(&url, "600").arg("40").output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(databases_and_roles(&server).await, before);
}
