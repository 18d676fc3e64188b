//! What keeps a counter from its server is said for what it is: on the way, at the door, and of the certificate.

use std::future::Future;
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use box_office::setup::{self, Group};
use box_office::{BoxOffice, Error, Obstacle, ServerLogin, with_obstacle};
use private_postgres::ThrowAway;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::support::World;

async fn why(server: &ServerLogin) -> Result<Obstacle, Error> {
    match BoxOffice::connect(server, None).await {
        Ok(_) => Err(Error::Internal),
        Err(error) => match with_obstacle(server, error).await {
            Error::CannotConnect { why } => Ok(why),
            other => Err(other),
        },
    }
}

#[tokio::test]
async fn what_is_wrong_with_an_address_or_a_login_is_said_for_what_it_is() {
    let right = World::new().await.server_login("counter_1");
    let with = |change: fn(&mut ServerLogin)| {
        let mut server = right.clone();
        change(&mut server);
        server
    };
    assert_eq!(why(&with(|server| server.host = "no-such-server.invalid".into())).await, Ok(Obstacle::HostUnknown));
    assert_eq!(why(&with(|server| server.password = "wrong".into())).await, Ok(Obstacle::WrongLogin));
    assert_eq!(why(&with(|server| server.login = "nobody".into())).await, Ok(Obstacle::WrongLogin));
    assert_eq!(why(&with(|server| server.database = "elsewhere".into())).await, Ok(Obstacle::DatabaseUnknown));
    // A CA's file that is not there, and one that is something else.
    let no_ca = ServerLogin { ca_certificate: Some("/nowhere/ca.crt".into()), ..right.clone() };
    assert_eq!(why(&no_ca).await, Ok(Obstacle::CaUnreadable));
    let not_a_ca =
        ServerLogin { ca_certificate: Some(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").into()), ..right };
    assert_eq!(why(&not_a_ca).await, Ok(Obstacle::CaUnreadable));
}

#[tokio::test]
async fn a_port_on_which_nothing_or_something_else_listens_is_told_apart() {
    let mut server = World::new().await.server_login("counter_1");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    server.port = listener.local_addr().unwrap().port();
    let web = tokio::spawn(async move {
        while let Ok((mut visitor, _)) = listener.accept().await {
            let _told = visitor.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    assert_eq!(why(&server).await, Ok(Obstacle::NoPostgres));
    web.abort();
    let _ended = web.await;
    assert_eq!(why(&server).await, Ok(Obstacle::PortClosed));
}

#[tokio::test]
async fn a_full_server_is_not_taken_for_a_wrong_password() {
    let world = World::new().await;
    let server = ServerLogin { login: "crowded".into(), ..world.server_login("crowded") };
    world.as_owner("create role crowded login in role counter password 'secret' connection limit 0").await;
    assert_eq!(why(&server).await, Ok(Obstacle::ServerFull));
}

/// A server with TLS of its own, and a CA.
struct Venue {
    server: ThrowAway,
    ca: Issuer<'static, KeyPair>,
    ca_file: tempfile::NamedTempFile,
}

impl Venue {
    async fn open() -> Self {
        let server = ThrowAway::start().unwrap();
        let owner = server.owner_url("postgres");
        setup::create_group_roles(&owner).await.unwrap();
        setup::migrate(&owner).await.unwrap();
        setup::add_login(&owner, Group::Counter, "counter_1", "secret").await.unwrap();
        let (ca, pem) = authority();
        let ca_file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(ca_file.path(), pem).unwrap();
        Self { server, ca, ca_file }
    }

    fn login(&self, ca_file: &Path) -> ServerLogin {
        ServerLogin {
            host: "localhost".into(),
            port: self.server.port(),
            database: "postgres".into(),
            login: "counter_1".into(),
            password: "secret".into(),
            ca_certificate: Some(ca_file.to_string_lossy().into_owned()),
        }
    }

    async fn as_owner(&self, sql: String) {
        let mut owner = PgConnection::connect(&self.server.owner_url("postgres")).await.unwrap();
        raw_sql(AssertSqlSafe(sql)).execute(&mut owner).await.unwrap();
    }

    /// Puts a file beside the server's data, as the server's own user.
    async fn put(&self, name: &str, content: &str) {
        let encoded = STANDARD.encode(content);
        let write = format!("copy (select '{encoded}') to program 'base64 -d >{name} && chmod 600 {name}'");
        self.as_owner(write).await;
    }

    /// Serves with this certificate from now on.
    async fn serve_with(&self, change: impl FnOnce(&mut CertificateParams)) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, "localhost");
        change(&mut params);
        let certificate = params.signed_by(&key, &self.ca).unwrap();
        self.put("venue.crt", &certificate.pem()).await;
        self.put("venue.key", &key.serialize_pem()).await;
        for setting in ["ssl_cert_file = 'venue.crt'", "ssl_key_file = 'venue.key'", "ssl = on"] {
            self.as_owner(format!("alter system set {setting}")).await;
        }
        self.as_owner("select pg_reload_conf()".into()).await;
    }
}

fn authority() -> (Issuer<'static, KeyPair>, String) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).unwrap().pem();
    (Issuer::new(params, key), pem)
}

/// A reload takes a moment.
async fn becomes<T: PartialEq + std::fmt::Debug, A: Future<Output = T>>(wanted: T, mut ask: impl FnMut() -> A) {
    let begin = Instant::now();
    loop {
        let is = ask().await;
        if is == wanted {
            return;
        }
        assert!(begin.elapsed() < Duration::from_secs(10), "{is:?} instead of {wanted:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn day(offset: i64) -> time::OffsetDateTime {
    time::OffsetDateTime::now_utc() + time::Duration::days(offset)
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_said_for_what_it_is() {
    let venue = Venue::open().await;
    let server = venue.login(venue.ca_file.path());
    assert_eq!(why(&server).await, Ok(Obstacle::NoTls));

    venue.serve_with(|_| {}).await;
    becomes(true, || async { BoxOffice::connect(&server, None).await.is_ok() }).await;

    let stranger = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(stranger.path(), authority().1).unwrap();
    let foreign = venue.login(stranger.path());
    assert_eq!(why(&foreign).await, Ok(Obstacle::IssuerUnknown));
    assert_eq!(
        BoxOffice::connect(&foreign, None).await.err(),
        Some(Error::CertificateRefused),
        "also without asking why"
    );

    venue.serve_with(|params| (params.not_before, params.not_after) = (day(-30), day(-1))).await;
    becomes(Ok(Obstacle::CertificateExpired), || why(&server)).await;

    venue.serve_with(|params| (params.not_before, params.not_after) = (day(2), day(30))).await;
    becomes(Ok(Obstacle::CertificateNotYetValid), || why(&server)).await;

    venue
        .serve_with(|params| {
            params.subject_alt_names =
                CertificateParams::new(vec!["box.venue.example".to_owned()]).unwrap().subject_alt_names
        })
        .await;
    becomes(Ok(Obstacle::CertificateOfAnother), || why(&server)).await;

    venue.serve_with(|params| params.subject_alt_names.clear()).await;
    becomes(Ok(Obstacle::CertificateWithoutName), || why(&server)).await;

    venue.serve_with(|_| {}).await;
    venue.put("pg_hba.conf", "host all maepyo_owner 127.0.0.1/32 scram-sha-256\n").await;
    venue.as_owner("select pg_reload_conf()".into()).await;
    becomes(Ok(Obstacle::NotAdmitted), || why(&server)).await;
}
