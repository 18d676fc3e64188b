//! Adding a counter: its login, and the file by which its PC comes to it.

use box_office::{BoxOffice, ServerLogin};
use chrono::{DateTime, Utc};
use serde::Serialize;
use specta::Type;
use tauri::{AppHandle, Manager};

use crate::refusal::{Answer, PcError};
use crate::saving::write_new;
use crate::settings::{self, ServerKept, checked};

/// A counter whose PC is to enrol.
#[derive(Serialize, Type)]
pub struct NewCounter {
    /// Where its file is.
    pub path: String,
    /// What opens the file. It is shown once and kept nowhere.
    pub code: String,
    /// The file is good until then.
    pub valid_until: DateTime<Utc>,
}

/// Makes file and login. The file first: a login without one is of no use, and its name is not given again.
///
/// # Errors
/// [`PcError::NoServer`] on the private server, which no other PC reaches; [`PcError::FileNotSaved`]; those of
/// [`BoxOffice::open_enrolment`].
pub async fn add(app: &AppHandle, office: &BoxOffice, login: String, host: String, port: u16) -> Answer<NewCounter> {
    let Some(ServerKept::Remote { database, ca_certificate, .. }) = settings::server(app) else {
        return Err(PcError::NoServer.into());
    };
    let counter = checked(ServerLogin { host, port, database, login, password: String::new(), ca_certificate })?;
    let sealed = office.seal_enrolment(&counter, certificate_at(counter.ca_certificate.as_deref())?).await?;
    let folder = app.path().download_dir().or_else(|_| app.path().home_dir()).map_err(|_| PcError::FileNotSaved)?;
    let path =
        write_new(&folder, &counter.login, "maepyo", sealed.file.as_bytes()).map_err(|_| PcError::FileNotSaved)?;
    match office.open_enrolment(&sealed).await {
        Ok(()) => Ok(NewCounter { path, code: sealed.code, valid_until: sealed.enrolment.valid_until }),
        Err(error) => {
            if std::fs::remove_file(&path).is_err() {
                tracing::warn!("the file of a counter that was not added is still there");
            }
            Err(error.into())
        }
    }
}

/// Only its certificates: a file that holds the key as well is not given to every counter.
fn certificate_at(path: Option<&str>) -> Answer<Option<String>> {
    let Some(path) = path else { return Ok(None) };
    let refused = || box_office::Error::CannotConnect { why: box_office::Obstacle::CaUnreadable };
    let certificates = certificates_in(&std::fs::read_to_string(path).map_err(|_| refused())?);
    if certificates.is_empty() { Err(refused().into()) } else { Ok(Some(certificates)) }
}

fn certificates_in(pem: &str) -> String {
    let mut inside = false;
    let mut kept = String::new();
    for line in pem.lines().map(str::trim) {
        inside |= line == "-----BEGIN CERTIFICATE-----";
        if inside {
            kept += line;
            kept.push('\n');
        }
        inside &= line != "-----END CERTIFICATE-----";
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_certificates_leave_this_pc() {
        let one = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        let key = "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n";
        assert_eq!(certificates_in(&format!("issuer: x\r\n{one}{key}{}", one.replace('\n', "\r\n"))), one.repeat(2));
        assert_eq!(certificates_in(key), "");
    }
}
