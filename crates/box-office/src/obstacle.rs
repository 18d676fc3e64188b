//! What keeps a program from a server, said for what it is: for whoever sets up a counter, or stands before one that
//! doesn't start. Found by trying once more, step by step, after connecting failed.

use std::io::ErrorKind;
use std::time::Duration;

use rustls::CertificateError;
use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::postgres::PgDatabaseError;
use sqlx::{Connection, PgConnection};
use tokio::net::lookup_host;
use tokio::time::timeout;

use crate::error::certificate_error;
use crate::{Error, ServerLogin};

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// No PC of this name.
    HostUnknown,
    /// There is no way to the PC, or it doesn't answer.
    HostSilent,
    /// The PC is there, and nothing listens on this port.
    PortClosed,
    /// Something listens that is no PostgreSQL.
    NoPostgres,
    /// The file of the CA's certificate can't be read, or has none in it.
    CaUnreadable,
    /// The server offers no encryption.
    NoTls,
    /// Neither the given CA nor one that this PC trusts issued the certificate.
    IssuerUnknown,
    /// Its time is over, or this PC's clock is wrong.
    CertificateExpired,
    /// Its time has not begun, or this PC's clock is wrong.
    CertificateNotYetValid,
    /// It is another server's.
    CertificateOfAnother,
    /// It names its server the old way, as CN only, which nobody checks any more.
    CertificateWithoutName,
    /// Anything else about it.
    CertificateInvalid,
    /// Unknown login or wrong password; which of them, the server doesn't say.
    WrongLogin,
    /// The server lets this login in from elsewhere only: no line of its pg_hba.conf fits.
    NotAdmitted,
    /// No database of this name, or none for this login.
    DatabaseUnknown,
    /// All its connections, or all of this login, are in use.
    ServerFull,
    /// It starts, or recovers.
    ServerStarting,
}

const PATIENCE: Duration = Duration::from_secs(4);

/// The error with its reason, where connecting failed on the way to the server and trying again shows why.
pub async fn with_obstacle(server: &ServerLogin, error: Error) -> Error {
    let is_on_the_way =
        matches!(error, Error::Offline | Error::WrongLogin | Error::CertificateRefused | Error::NotACounter);
    match if is_on_the_way { obstacle(server).await } else { None } {
        Some(why) => Error::CannotConnect { why },
        None => error,
    }
}

async fn obstacle(server: &ServerLogin) -> Option<Obstacle> {
    if let Some(path) = &server.ca_certificate {
        let pem = tokio::fs::read_to_string(path).await.unwrap_or_default();
        if !pem.contains("-----BEGIN CERTIFICATE-----") {
            return Some(Obstacle::CaUnreadable);
        }
    }
    let addresses = timeout(PATIENCE, lookup_host((server.host.as_str(), server.port))).await;
    if !matches!(addresses, Ok(Ok(_))) {
        return Some(Obstacle::HostUnknown);
    }
    match timeout(PATIENCE, PgConnection::connect_with(&server.options())).await {
        Ok(Ok(connection)) => {
            // It was only a moment ago that it didn't work.
            let _closed = timeout(PATIENCE, connection.close()).await;
            None
        }
        Ok(Err(error)) => of_sqlx(&error),
        Err(_) => Some(Obstacle::HostSilent),
    }
}

fn of_sqlx(error: &sqlx::Error) -> Option<Obstacle> {
    if let Some(certificate) = certificate_error(error) {
        return Some(of_certificate(certificate));
    }
    match error {
        sqlx::Error::Io(error) => Some(match error.kind() {
            ErrorKind::ConnectionRefused => Obstacle::PortClosed,
            ErrorKind::TimedOut | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => Obstacle::HostSilent,
            // It hung up on a greeting that PostgreSQL would have answered.
            _ => Obstacle::NoPostgres,
        }),
        sqlx::Error::Protocol(_) => Some(Obstacle::NoPostgres),
        sqlx::Error::Tls(_) => Some(Obstacle::NoTls),
        sqlx::Error::Database(refusal) => {
            let routine = refusal.try_downcast_ref::<PgDatabaseError>().and_then(PgDatabaseError::routine);
            of_sqlstate(&refusal.code().unwrap_or_default(), routine)
        }
        _ => None,
    }
}

/// The server's words are in its own language; the place in its source that refused says which refusal it was.
fn of_sqlstate(code: &str, routine: Option<&str>) -> Option<Obstacle> {
    Some(match code {
        // invalid_authorization_specification, by PostgreSQL's ClientAuthentication: no line of pg_hba.conf.
        "28000" if routine == Some("ClientAuthentication") => Obstacle::NotAdmitted,
        "28P01" | "28000" => Obstacle::WrongLogin,
        // invalid_catalog_name; insufficient_privilege on the database itself
        "3D000" | "42501" => Obstacle::DatabaseUnknown,
        // too_many_connections
        "53300" => Obstacle::ServerFull,
        // cannot_connect_now
        "57P03" => Obstacle::ServerStarting,
        _ => return None,
    })
}

fn of_certificate(error: &rustls::Error) -> Obstacle {
    match error {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            // The other is an issuer of the same name with another key, as after a CA was made anew.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Obstacle::IssuerUnknown,
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Obstacle::CertificateExpired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Obstacle::CertificateNotYetValid
            }
            CertificateError::NotValidForName => Obstacle::CertificateOfAnother,
            CertificateError::NotValidForNameContext { presented, .. } if presented.is_empty() => {
                Obstacle::CertificateWithoutName
            }
            CertificateError::NotValidForNameContext { .. } => Obstacle::CertificateOfAnother,
            _ => Obstacle::CertificateInvalid,
        },
        _ => Obstacle::CertificateInvalid,
    }
}
