//! Trying Maepyo on one PC: a private server in the app's data folder, with the same roles as a real one.

use std::path::PathBuf;

use box_office::setup::{self, Group};
use box_office::{Error, Result, ServerLogin, sample};
use private_postgres::{Cluster, random_password, write_secret};

const DATABASE: &str = "maepyo";
const LOGIN: &str = "counter_this_pc";

/// Opens the server, brings it to this program's schema and gives this PC's login. Every step can be done again, so
/// that a kill in the middle is mended by the next start.
pub async fn open(folder: PathBuf, old: Option<Cluster>) -> Result<(Cluster, ServerLogin)> {
    let password_file = folder.join("counter.password");
    let opened = tokio::task::spawn_blocking(move || {
        drop(old);
        Cluster::open(&folder)
    });
    let cluster = opened.await.map_err(|_| failed("start"))?.map_err(|error| match error {
        private_postgres::Error::NotInstalled => Error::NoPostgresHere,
        error => {
            tracing::error!(%error, "the private server did not start");
            failed("start")
        }
    })?;

    let password = match std::fs::read_to_string(&password_file) {
        Ok(password) => password,
        Err(_) => {
            let password = random_password();
            write_secret(&password_file, &password).map_err(|_| failed("password"))?;
            password
        }
    };
    setup::create_group_roles(&cluster.owner_url("postgres")).await?;
    setup::create_database(&cluster.owner_url("postgres"), DATABASE).await?;
    let owner = cluster.owner_url(DATABASE);
    setup::migrate(&owner).await?;
    setup::add_login(&owner, Group::Counter, LOGIN, &password).await?;
    sample::seed(&owner).await?;
    let server = ServerLogin {
        host: "127.0.0.1".into(),
        port: cluster.port(),
        database: DATABASE.into(),
        login: LOGIN.into(),
        password,
        ca_certificate: None,
    };
    Ok((cluster, server))
}

fn failed(step: &str) -> Error {
    Error::ThisPcFailed { step: step.into() }
}
