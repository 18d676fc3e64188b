//! The server as packaging/server/set-up makes it for a venue: prepared by a login that is no superuser, and sold on
//! through TLS alone.

use std::process::{Command, Output};

use box_office::setup::{Group, add_login_as_owner, migrate_as_owner};
use box_office::{BoxOffice, Enrolment, Error, ServerDoubt, ServerLogin, random_password};
use private_postgres::{OWNER, ThrowAway};
use sqlx::{Connection, PgConnection, query_scalar};

const DATABASE: &str = "maepyo";

fn set_up(server: &ThrowAway, superuser: &str) -> Output {
    Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packaging/server/set-up"))
        .arg("localhost")
        .env("PGHOST", "127.0.0.1")
        .env("PGPORT", server.port().to_string())
        .env("PGUSER", OWNER)
        .env("PGPASSWORD", superuser)
        .output()
        .unwrap()
}

/// What the script said after a word.
fn said(output: &Output, word: &str) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix(word)).map(|rest| rest.trim().to_owned());
    line.unwrap_or_else(|| panic!("no {word} in: {text}{}", String::from_utf8_lossy(&output.stderr)))
}

async fn selling(server: &ServerLogin) -> Result<BoxOffice, Error> {
    BoxOffice::connect(server, None).await
}

#[tokio::test]
async fn a_server_set_up_for_a_venue_is_prepared_without_a_superuser_and_sold_on_through_tls_alone() {
    let mut server = ThrowAway::start_durable().unwrap();
    let url = server.owner_url("postgres");
    let superuser = url.split([':', '@']).nth(2).unwrap().to_owned();
    let first = set_up(&server, &superuser);
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    server.kill().unwrap();
    server.restart().unwrap();

    let login = |login: &str, password: &str| ServerLogin {
        host: "localhost".into(),
        port: server.port(),
        database: DATABASE.into(),
        login: login.into(),
        password: password.into(),
        ca_certificate: Some(said(&first, "CA")),
    };
    let owner = login("maepyo_setup", &said(&first, "password"));
    migrate_as_owner(&owner).await.unwrap();
    add_login_as_owner(&owner, Group::Manager, "manager_1", "manager-password").await.unwrap();
    add_login_as_owner(&owner, Group::Counter, "counter_1", "counter-password").await.unwrap();

    let ca = said(&first, "CA");
    let with_tls = format!(
        "postgres://maepyo_setup:{}@localhost:{}/{DATABASE}?sslmode=verify-full&sslrootcert={ca}",
        owner.password,
        server.port()
    );
    let mut owner_connection = PgConnection::connect(&with_tls).await.unwrap();
    let is_superuser: bool = query_scalar("select bool_or(rolsuper) from pg_roles where rolname in ('maepyo_setup', 'box_office', 'counter_1', 'manager_1')")
        .fetch_one(&mut owner_connection)
        .await
        .unwrap();
    assert!(!is_superuser);
    box_office::sample::seed(&with_tls).await.unwrap();

    // A manager adds another, whose PC has nothing but the file and its code.
    let manager = selling(&login("manager_1", "manager-password")).await.unwrap();
    let authority = std::fs::read_to_string(said(&first, "CA")).unwrap();
    let added = manager.seal_enrolment(&login("counter_2", ""), Some(authority)).await.unwrap();
    manager.open_enrolment(&added).await.unwrap();
    let opened = Enrolment::open(&added.file, &added.code).await.unwrap();
    let kept = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&kept, opened.enrolment.ca_certificate.as_ref().unwrap()).unwrap();
    let enrolled = opened.enrol(&random_password().unwrap(), kept.path().to_str()).await.unwrap();
    selling(&enrolled).await.unwrap().close().await;
    manager.remove_login("counter_2").await.unwrap();
    manager.close().await;

    let counter = login("counter_1", "counter-password");
    let office = selling(&counter).await.unwrap();
    let concert = office.concerts_on_sale().await.unwrap().remove(0);
    let map = office.seat_map(concert.id).await.unwrap();
    let mut held = None;
    for seat in &map.ids {
        if let Ok(hold) = office.hold_seats(concert.id, &[*seat]).await {
            held = Some(hold);
            break;
        }
    }
    assert!(held.is_some(), "a seat is held through TLS");
    assert_eq!(office.facts().await.unwrap().doubts, [], "nothing of such a server is doubted");
    // Sixty logins, of six connections each, and 300 for all.
    let logins: String = (1..=58).map(|n| format!("create role desk_{n} login in role counter;")).collect();
    sqlx::raw_sql(sqlx::AssertSqlSafe(logins)).execute(&mut owner_connection).await.unwrap();
    let doubts = office.facts().await.unwrap().doubts;
    assert!(matches!(doubts[..], [ServerDoubt::FewConnections { allowed: 200..300, wanted: 360 }]), "{doubts:?}");
    office.close().await;

    // The same counter without TLS, with another authority's certificate, or in another database.
    let plain = ServerLogin { host: "127.0.0.1".into(), ca_certificate: None, ..counter.clone() };
    assert!(selling(&plain).await.is_err(), "without TLS");
    let other = ThrowAway::start().unwrap();
    let url = other.owner_url("postgres");
    let made = set_up(&other, url.split([':', '@']).nth(2).unwrap());
    let strange = ServerLogin { ca_certificate: Some(said(&made, "CA")), ..counter.clone() };
    assert!(selling(&strange).await.is_err(), "another authority");
    let elsewhere = ServerLogin { database: "postgres".into(), ..counter.clone() };
    assert!(selling(&elsewhere).await.is_err(), "another database");
    assert!(selling(&counter).await.is_ok(), "and the right way again");
}
