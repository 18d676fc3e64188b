//! The file by which the PC of a new counter comes to its login: made by the managers' program, taken in once.
//!
//! All of it can be read but the password, which is sealed with a code that the manager's screen shows: whoever finds the
//! stick has no login. What can be read is sealed along, so that a byte changed on the way is told as such, and nobody sends
//! a counter to another server.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use specta::Type;
use tokio::task::spawn_blocking;

use crate::base32::{ALPHABET, values_of};
use crate::scram::{random, random_password, verifier};
use crate::{BoxOffice, Error, Result, ServerLogin, with_obstacle};

/// Which counter a file is for, and where its server is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct Enrolment {
    /// The counter's login.
    pub login: String,
    /// Host name or address of the server, as counters reach it.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Database name.
    pub database: String,
    /// The CA's certificate in PEM. None: the server's certificate is one that the system trusts.
    pub ca_certificate: Option<String>,
    /// The server takes the file's password until then.
    pub valid_until: DateTime<Utc>,
}

/// Why a file can't be enrolled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentFault {
    /// It is no such file, or one of a later program.
    Unreadable,
    /// It is not as it was made.
    Changed,
    /// The code is not this file's.
    WrongCode,
    /// A PC has enrolled with it, or the counter was removed.
    Used,
    /// Its days are over.
    Over,
}

/// A new file, and what opens it.
pub struct SealedEnrolment {
    /// What can be read in it.
    pub enrolment: Enrolment,
    /// Its text.
    pub file: String,
    /// For the manager's screen and nothing else, such as `K7Q2M-93FDX`.
    pub code: String,
    pub(crate) verifier: String,
}

/// A file that its code has opened.
pub struct OpenedEnrolment {
    /// What can be read in it.
    pub enrolment: Enrolment,
    password: String,
}

const FORMAT: u8 = 1;
/// How a file of this format begins.
const BEGINNING: &str = "{\n  \"maepyo_counter\": 1,\n";
/// Bytes of a file. A chain of certificates has a few thousand.
const LARGEST: usize = 256 << 10;
/// Digits of a code, of five bits each: with a hash as slow as a customer's, more than anybody can try in the file's days.
const CODE_DIGITS: usize = 10;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    maepyo_counter: u8,
    enrolment: Enrolment,
    salt: String,
    /// Tells a wrong code from a changed file.
    code_check: String,
    password: String,
    /// Tells what a stick or a mail did to it, before the code is typed.
    sum: String,
}

impl File {
    fn text(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self).map_err(|_| Error::Internal)? + "\n")
    }

    fn with_sum(mut self) -> Result<Self> {
        self.sum.clear();
        let sum = Sha256::digest(self.text()?);
        self.sum = STANDARD.encode(sum);
        Ok(self)
    }

    /// It has to be, byte for byte, what would be written.
    fn read(text: &str) -> Result<Self> {
        if text.len() > LARGEST || !text.starts_with(BEGINNING) {
            return Err(cannot(EnrolmentFault::Unreadable));
        }
        let file: Self = serde_json::from_str(text).map_err(|_| cannot(EnrolmentFault::Changed))?;
        let file = file.with_sum()?;
        if file.text()? == text { Ok(file) } else { Err(cannot(EnrolmentFault::Changed)) }
    }
}

fn cannot(why: EnrolmentFault) -> Error {
    Error::CannotEnrol { why }
}

impl Enrolment {
    /// What a file tells without its code.
    ///
    /// # Errors
    /// [`EnrolmentFault::Unreadable`], [`EnrolmentFault::Changed`].
    pub fn read(file: &str) -> Result<Self> {
        Ok(File::read(file)?.enrolment)
    }

    /// Makes the file, with a password and a code of its own.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn seal(self) -> Result<SealedEnrolment> {
        spawn_blocking(move || self.seal_now()).await.map_err(|_| Error::Internal)?
    }

    fn seal_now(self) -> Result<SealedEnrolment> {
        let (password, salt, code) =
            (random_password()?, random::<16>()?, random::<CODE_DIGITS>()?.map(|byte| byte & 31));
        let verifier = verifier(&password)?;
        let (key, check) = key_of(&code, &salt)?;
        let mut sealed = password.into_bytes();
        key.seal_in_place_append_tag(only_nonce(), self.sealed_along()?, &mut sealed).map_err(|_| Error::Internal)?;
        let file = File {
            maepyo_counter: FORMAT,
            enrolment: self.clone(),
            salt: STANDARD.encode(salt),
            code_check: STANDARD.encode(check),
            password: STANDARD.encode(sealed),
            sum: String::new(),
        };
        let mut shown: String = code.iter().map(|digit| char::from(ALPHABET[usize::from(*digit)])).collect();
        shown.insert(CODE_DIGITS / 2, '-');
        Ok(SealedEnrolment { enrolment: self, file: file.with_sum()?.text()?, code: shown, verifier })
    }

    /// Opens a file with its code, as people type it.
    ///
    /// # Errors
    /// [`EnrolmentFault::Unreadable`], [`EnrolmentFault::Changed`], [`EnrolmentFault::WrongCode`].
    pub async fn open(file: &str, code: &str) -> Result<OpenedEnrolment> {
        let file = File::read(file)?;
        let code = values_of(code).and_then(|digits| <[u8; CODE_DIGITS]>::try_from(digits).ok());
        let code = code.ok_or(cannot(EnrolmentFault::WrongCode))?;
        spawn_blocking(move || file.open_with(&code)).await.map_err(|_| Error::Internal)?
    }

    fn sealed_along(&self) -> Result<Aad<Vec<u8>>> {
        Ok(Aad::from(serde_json::to_vec(&(FORMAT, self)).map_err(|_| Error::Internal)?))
    }

    fn server(&self, password: &str, ca_certificate: Option<&str>) -> ServerLogin {
        ServerLogin {
            host: self.host.clone(),
            port: self.port,
            database: self.database.clone(),
            login: self.login.clone(),
            password: password.into(),
            ca_certificate: ca_certificate.map(str::to_owned),
        }
    }
}

impl File {
    fn open_with(self, code: &[u8; CODE_DIGITS]) -> Result<OpenedEnrolment> {
        let bytes = |text: &str| STANDARD.decode(text).map_err(|_| cannot(EnrolmentFault::Changed));
        let (key, check) = key_of(code, &bytes(&self.salt)?)?;
        if bytes(&self.code_check)? != check {
            return Err(cannot(EnrolmentFault::WrongCode));
        }
        let mut sealed = bytes(&self.password)?;
        let password = key
            .open_in_place(only_nonce(), self.enrolment.sealed_along()?, &mut sealed)
            .map_err(|_| cannot(EnrolmentFault::Changed))?;
        let password = String::from_utf8(password.to_vec()).map_err(|_| cannot(EnrolmentFault::Changed))?;
        Ok(OpenedEnrolment { enrolment: self.enrolment, password })
    }
}

/// The key that a code makes, and what tells that it was this code. One hash makes both, and neither tells the other.
fn key_of(code: &[u8; CODE_DIGITS], salt: &[u8]) -> Result<(LessSafeKey, Vec<u8>)> {
    let mut made = [0; 48];
    let params = Params::new(19_456, 2, 1, Some(made.len())).map_err(|_| Error::Internal)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(code, salt, &mut made)
        .map_err(|_| cannot(EnrolmentFault::Changed))?;
    let key = UnboundKey::new(&CHACHA20_POLY1305, &made[..32]).map_err(|_| Error::Internal)?;
    Ok((LessSafeKey::new(key), made[32..].to_vec()))
}

/// Each file has a key of its own, which seals once.
fn only_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

impl OpenedEnrolment {
    /// Changes the file's password to this one, which the PC has kept by now, and answers the login with it. `ca_certificate`
    /// is the path under which the PC keeps the CA's certificate. Whoever lost the answer asks again with the same password:
    /// either it is the login's already, or the file's still is.
    ///
    /// # Errors
    /// [`EnrolmentFault::Used`], [`EnrolmentFault::Over`], those of [`BoxOffice::connect`] and [`with_obstacle`].
    pub async fn enrol(&self, password: &str, ca_certificate: Option<&str>) -> Result<ServerLogin> {
        let of_file = self.enrolment.server(&self.password, ca_certificate);
        let of_pc = self.enrolment.server(password, ca_certificate);
        let error = match change(&of_file, password).await {
            Ok(()) => return Ok(of_pc),
            Err(error) => error,
        };
        if let Ok(office) = BoxOffice::connect(&of_pc, None).await {
            office.close().await;
            return Ok(of_pc);
        }
        match error {
            Error::WrongLogin => Err(cannot(if self.is_over() { EnrolmentFault::Over } else { EnrolmentFault::Used })),
            Error::OutcomeUnknown { .. } => Err(Error::Offline),
            error => Err(with_obstacle(&of_file, error).await),
        }
    }

    fn is_over(&self) -> bool {
        #[expect(clippy::disallowed_methods, reason = "a server doesn't tell the time to whom it refuses")]
        let now = Utc::now();
        self.enrolment.valid_until < now
    }
}

async fn change(of_file: &ServerLogin, password: &str) -> Result<()> {
    let office = BoxOffice::connect(of_file, None).await?;
    let changed = office.enrol(verifier(password)?).await;
    office.close().await;
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enrolment() -> Enrolment {
        Enrolment {
            login: "counter_3".into(),
            host: "box.venue.example".into(),
            port: 5432,
            database: "maepyo".into(),
            ca_certificate: Some("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n".into()),
            valid_until: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
        }
    }

    async fn fault(file: &str, code: &str) -> Option<EnrolmentFault> {
        match Enrolment::open(file, code).await {
            Err(Error::CannotEnrol { why }) => Some(why),
            _ => None,
        }
    }

    #[tokio::test]
    async fn a_file_opens_with_its_code_however_it_is_typed_and_with_no_other() {
        let sealed = enrolment().seal().await.unwrap();
        assert_eq!(Enrolment::read(&sealed.file).unwrap(), enrolment());
        let typed = format!(" {} ", sealed.code.to_lowercase().replace('-', " "));
        let opened = Enrolment::open(&sealed.file, &typed).await.unwrap();
        assert_eq!((opened.enrolment, opened.password.len()), (enrolment(), 48));
        assert!(!sealed.file.contains(&opened.password) && !sealed.file.contains(&sealed.code));
        let other = enrolment().seal().await.unwrap().code;
        for wrong in [other.as_str(), "", "K7Q2M", "K7Q2M-93FDU", "창구"] {
            assert_eq!(fault(&sealed.file, wrong).await, Some(EnrolmentFault::WrongCode), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_byte_changed_anywhere_is_told_before_the_code_is_typed() {
        let sealed = enrolment().seal().await.unwrap();
        for at in 0..sealed.file.len() {
            let mut bytes = sealed.file.clone().into_bytes();
            bytes[at] ^= 1;
            let told = Enrolment::read(&String::from_utf8(bytes).unwrap()).unwrap_err();
            let why = if at < BEGINNING.len() { EnrolmentFault::Unreadable } else { EnrolmentFault::Changed };
            assert_eq!(told, cannot(why), "byte {at}");
        }
        for shorter in [sealed.file.len() - 1, sealed.file.len() / 2] {
            assert_eq!(Enrolment::read(&sealed.file[..shorter]), Err(cannot(EnrolmentFault::Changed)));
        }
        for other in ["", "{}", "-----BEGIN CERTIFICATE-----", &sealed.file.replace(": 1,", ": 2,")] {
            assert_eq!(Enrolment::read(other), Err(cannot(EnrolmentFault::Unreadable)));
        }
    }

    /// Whoever changes a file on purpose makes its sum anew.
    #[tokio::test]
    async fn a_file_that_leads_to_another_server_does_not_open() {
        let sealed = enrolment().seal().await.unwrap();
        let changes: [fn(&mut Enrolment); 5] = [
            |to| to.host = "elsewhere.example".into(),
            |to| to.port = 5433,
            |to| to.login = "manager_1".into(),
            |to| to.ca_certificate = None,
            |to| to.valid_until += chrono::Duration::days(365),
        ];
        for change in changes {
            let mut file = File::read(&sealed.file).unwrap();
            change(&mut file.enrolment);
            let file = file.with_sum().unwrap().text().unwrap();
            assert!(Enrolment::read(&file).is_ok(), "the sum is right");
            assert_eq!(fault(&file, &sealed.code).await, Some(EnrolmentFault::Changed));
        }
    }
}
