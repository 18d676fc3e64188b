//! What this PC keeps of the file that it enrols with: the CA's certificate, and a password of its own.

use std::path::Path;

use box_office::{Enrolment, Error, OpenedEnrolment, ServerLogin, random_password};
use private_postgres::write_secret;
use tauri::{AppHandle, Manager};

use crate::refusal::{Answer, PcError};
use crate::secrets;
use crate::settings::{ServerKept, checked};

/// Changes the file's password to one that is in this PC's keyring before the server is asked. A PC that dies in between
/// takes the same file in once more: its keyring has what became the password, or what will.
///
/// # Errors
/// [`Error::CannotEnrol`], those of connecting; [`PcError::NoKeyring`], [`PcError::FileNotSaved`].
pub async fn enrol(app: &AppHandle, file: &str, code: &str) -> Answer<ServerLogin> {
    let opened = Enrolment::open(file, code).await?;
    let folder = app.path().app_data_dir().map_err(|_| PcError::FileNotSaved)?;
    let ca_certificate = kept_certificate(&folder, &opened.enrolment)?;
    let kept = server_of(&opened, ca_certificate.clone())?;
    let before = secrets::of(&kept).await.ok();
    let password = match &before {
        Some(password) => password.clone(),
        None => random_password()?,
    };
    secrets::keep(&kept, &password).await.map_err(|_| PcError::NoKeyring)?;
    let enrolled = opened.enrol(&password, ca_certificate.as_deref()).await;
    if matches!(enrolled, Err(Error::CannotEnrol { .. })) && before.is_none() {
        secrets::forget(&kept).await;
    }
    Ok(enrolled?)
}

fn server_of(opened: &OpenedEnrolment, ca_certificate: Option<String>) -> Answer<ServerKept> {
    let Enrolment { login, host, port, database, .. } = opened.enrolment.clone();
    let server = ServerLogin { host, port, database, login, password: String::new(), ca_certificate };
    Ok(ServerKept::remote(&checked(server)?))
}

/// The certificate in a file of this PC's, where it is read at each connect; answers its path.
fn kept_certificate(folder: &Path, enrolment: &Enrolment) -> Answer<Option<String>> {
    let Some(certificate) = &enrolment.ca_certificate else { return Ok(None) };
    let path = folder.join("ca").join(format!("{}.pem", plain(&format!("{}_{}", enrolment.host, enrolment.port))));
    let written = std::fs::create_dir_all(folder.join("ca")).and_then(|()| write_secret(&path, certificate));
    written.map_err(|_| PcError::FileNotSaved)?;
    Ok(Some(path.to_string_lossy().into_owned()))
}

/// A name that leaves its folder on no system.
pub fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || c == '.' || c == '-' { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enrolment(host: &str) -> Enrolment {
        Enrolment {
            login: "counter_3".into(),
            host: host.into(),
            port: 5432,
            database: "maepyo".into(),
            ca_certificate: Some("the certificate".into()),
            valid_until: Default::default(),
        }
    }

    #[test]
    fn the_certificate_is_kept_in_the_programs_folder_whatever_the_host_is_called() {
        let folder = tempfile::tempdir().unwrap();
        for host in ["box.venue.example", "../../home", "::1"] {
            let path = kept_certificate(folder.path(), &enrolment(host)).unwrap().unwrap();
            assert_eq!(Path::new(&path).parent(), Some(folder.path().join("ca").as_path()));
            assert_eq!(std::fs::read_to_string(path).unwrap(), "the certificate");
        }
        let of_the_system = Enrolment { ca_certificate: None, ..enrolment("box.venue.example") };
        assert_eq!(kept_certificate(folder.path(), &of_the_system), Ok(None));
    }
}
