//! Trying Maepyo on one PC: a private server in the user's data folder, with the same roles as a real one.

use std::path::{Path, PathBuf};

use box_office::setup::{Group, add_login, create_database, create_group_roles, migrate};
use box_office::{Error, ServerLogin, sample};
use private_postgres::{Cluster, random_password, write_secret};

use crate::refusal::{Answer, PcError};

const DATABASE: &str = "maepyo";
/// Each build has a login of its own, with its password in a file of its own.
const LOGIN: (&str, Group, &str) = if cfg!(feature = "admin") {
    ("manager_this_pc", Group::Manager, "manager.password")
} else {
    ("counter_this_pc", Group::Counter, "counter.password")
};

/// Opens the server, brings it to this program's schema and gives this PC's login. Every step can be done again, so
/// that a kill in the middle is mended by the next start.
///
/// # Errors
/// [`PcError::NoPostgresHere`]; [`PcError::ThisPcFailed`] names the step; [`Error::SchemaNewer`] when a newer program set
/// it up.
pub async fn open(folder: PathBuf) -> Answer<(Cluster, ServerLogin)> {
    let (login, group, password_file) = LOGIN;
    let opened = tokio::task::spawn_blocking(move || {
        let cluster = Cluster::open(&folder)?;
        let password = kept_password(&folder.join(password_file))?;
        Ok((cluster, password))
    });
    let (cluster, password) = opened.await.map_err(|_| failed("start"))?.map_err(of_cluster)?;

    let (server, database) = (cluster.owner_url("postgres"), cluster.owner_url(DATABASE));
    step("roles", create_group_roles(&server).await)?;
    step("database", create_database(&server, DATABASE).await)?;
    step("schema", migrate(&database).await)?;
    step("login", add_login(&database, group, login, &password).await)?;
    step("samples", sample::seed(&database).await)?;

    let login = ServerLogin {
        host: "127.0.0.1".into(),
        port: cluster.port(),
        database: DATABASE.into(),
        login: login.into(),
        password,
        ca_certificate: None,
    };
    Ok((cluster, login))
}

/// Beside the cluster, for its owner's eyes only: whoever can read it can read the data itself.
fn kept_password(path: &Path) -> std::io::Result<String> {
    match std::fs::read_to_string(path) {
        Ok(password) if !password.is_empty() => Ok(password),
        _ => {
            let password = random_password();
            write_secret(path, &password)?;
            Ok(password)
        }
    }
}

fn step<T>(step: &str, done: Result<T, Error>) -> Answer<T> {
    done.map_err(|error| match error {
        Error::SchemaNewer { .. } => error.into(),
        error => {
            tracing::error!(step, %error, "the private server could not be set up");
            failed(step).into()
        }
    })
}

fn of_cluster(error: private_postgres::Error) -> PcError {
    tracing::error!(%error, "the private server did not start");
    match error {
        private_postgres::Error::NotInstalled => PcError::NoPostgresHere,
        private_postgres::Error::Failed { program, .. } => failed(program),
        private_postgres::Error::OtherVersion { .. } => failed("version"),
        private_postgres::Error::Io(_) => failed("files"),
    }
}

fn failed(step: &str) -> PcError {
    PcError::ThisPcFailed { step: step.into() }
}
