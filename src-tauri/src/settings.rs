//! What this PC keeps between starts, in tauri-plugin-store. No secret is among it.

use std::sync::Arc;

#[cfg(feature = "admin")]
use box_office::limits;
use box_office::{Error, ServerLogin};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use specta::Type;
use tauri::{AppHandle, Wry};
use tauri_plugin_store::{Store, StoreExt, resolve_store_path};
use ticket::Paper;
use uuid::Uuid;

#[cfg(feature = "admin")]
use crate::refusal::Answer;
use crate::refusal::PcError;

const FILE: &str = "settings.json";

/// The language of the screens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Korean.
    #[default]
    Ko,
    /// English.
    En,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the desktop.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What a clerk chooses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Settings {
    /// The language of the screens.
    pub language: Language,
    /// Light or dark.
    pub theme: Theme,
    /// How other counters see this one; empty: the login's name.
    pub counter_name: String,
    /// The printer of tickets, as the print service knows it; empty: they are saved as files.
    pub printer: String,
    /// What tickets are printed on.
    pub paper: Paper,
}

/// Which server, without its password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ServerKept {
    /// The private one of this PC.
    ThisPc,
    /// The venue's.
    Remote {
        /// Host name or address.
        host: String,
        /// TCP port.
        port: u16,
        /// Database name.
        database: String,
        /// The login role of this PC.
        login: String,
        /// Path of the CA's PEM file.
        ca_certificate: Option<String>,
    },
}

impl Settings {
    /// Refuses what no screen would send.
    pub fn checked(mut self) -> Result<Self, Error> {
        self.counter_name = match self.counter_name.trim() {
            "" => String::new(),
            name => box_office::display_name(name)?,
        };
        let invalid = |field: &str| Err(Error::InvalidField { field: field.into() });
        // CUPS's names have at most 127 bytes.
        if self.printer.len() > 127 || self.printer.contains(|c: char| c.is_control() || c == '/') {
            return invalid("printer");
        }
        if let Paper::Stock(stock) = self.paper
            && stock.check().is_err()
        {
            return invalid("stock");
        }
        Ok(self)
    }
}

/// Refuses a login that no server could even be asked with.
///
/// # Errors
/// [`Error::InvalidField`] names the field.
pub fn checked(server: ServerLogin) -> Result<ServerLogin, Error> {
    let server = ServerLogin {
        host: server.host.trim().to_owned(),
        database: server.database.trim().to_owned(),
        login: server.login.trim().to_owned(),
        ca_certificate: server.ca_certificate.map(|path| path.trim().to_owned()).filter(|path| !path.is_empty()),
        ..server
    };
    let invalid = |field: &str| Err(Error::InvalidField { field: field.into() });
    // DNS names have at most 253 characters; PostgreSQL cuts its names at 63 bytes.
    let is_name = |text: &str, longest: usize| {
        !text.is_empty() && text.len() <= longest && !text.contains(|c: char| c.is_control() || c.is_whitespace())
    };
    if !is_name(&server.host, 253) || server.host.contains('/') {
        return invalid("host");
    }
    if server.port == 0 {
        return invalid("port");
    }
    if !is_name(&server.database, 63) {
        return invalid("database");
    }
    if !is_name(&server.login, 63) {
        return invalid("login");
    }
    if server.password.contains('\0') || server.password.len() > 1000 {
        return invalid("password");
    }
    if server.ca_certificate.as_deref().is_some_and(|path| std::fs::File::open(path).is_err()) {
        return invalid("ca_certificate");
    }
    Ok(server)
}

impl ServerKept {
    /// What is kept of a login.
    pub fn remote(server: &ServerLogin) -> Self {
        Self::Remote {
            host: server.host.clone(),
            port: server.port,
            database: server.database.clone(),
            login: server.login.clone(),
            ca_certificate: server.ca_certificate.clone(),
        }
    }

    /// The login again.
    pub fn with_password(self, password: String) -> ServerLogin {
        match self {
            Self::Remote { host, port, database, login, ca_certificate } => {
                ServerLogin { host, port, database, login, password, ca_certificate }
            }
            Self::ThisPc => ServerLogin {
                host: "127.0.0.1".into(),
                port: 0,
                database: String::new(),
                login: String::new(),
                password,
                ca_certificate: None,
            },
        }
    }
}

/// Sets a broken file aside before anything reads it: the defaults are used then, and what was in it can be looked at.
pub fn set_broken_file_aside(app: &AppHandle) {
    let Ok(path) = resolve_store_path(app, FILE) else { return };
    if std::fs::read(&path).is_ok_and(|bytes| !is_whole(&bytes)) {
        tracing::warn!("the settings file is broken; it is kept as settings.broken.json");
        if std::fs::rename(&path, path.with_extension("broken.json")).is_err() {
            tracing::warn!("the broken settings file could not be kept");
        }
    }
}

fn is_whole(bytes: &[u8]) -> bool {
    matches!(serde_json::from_slice(bytes), Ok(Value::Object(_)))
}

/// What is kept; the defaults where a file is missing or broken.
pub fn load(app: &AppHandle) -> Settings {
    get::<Value>(app, "settings")
        .and_then(of_any_version)
        .and_then(|settings| settings.checked().ok())
        .unwrap_or_default()
}

/// What an older program kept has less in it: the rest is as the defaults are.
fn of_any_version(kept: Value) -> Option<Settings> {
    let mut whole = serde_json::to_value(Settings::default()).ok()?;
    whole.as_object_mut()?.extend(kept.as_object()?.clone());
    serde_json::from_value(whole).ok()
}

/// Keeps it.
///
/// # Errors
/// [`PcError::SettingsNotSaved`].
pub fn save(app: &AppHandle, settings: &Settings) -> Result<(), PcError> {
    set(app, "settings", settings)
}

/// The server that was set up, if any.
pub fn server(app: &AppHandle) -> Option<ServerKept> {
    get(app, "server")
}

/// Keeps the server.
///
/// # Errors
/// [`PcError::SettingsNotSaved`].
pub fn keep_server(app: &AppHandle, server: &ServerKept) -> Result<(), PcError> {
    set(app, "server", server)
}

/// What tells this PC from another under the same login; made at its first start.
///
/// # Errors
/// [`PcError::SettingsNotSaved`].
pub fn pc_id(app: &AppHandle) -> Result<Uuid, PcError> {
    if let Some(id) = get(app, "pc_id") {
        return Ok(id);
    }
    let id = Uuid::now_v7();
    set(app, "pc_id", &id)?;
    Ok(id)
}

/// Seconds between two passes of this PC's sweep.
#[cfg(feature = "admin")]
pub fn sweep_seconds(app: &AppHandle) -> u8 {
    get(app, "sweep_seconds").filter(|seconds| limits::SWEEP_SECONDS.holds(*seconds)).unwrap_or(5)
}

/// Keeps it.
///
/// # Errors
/// [`Error::InvalidField`] outside 1 to 60, [`PcError::SettingsNotSaved`].
#[cfg(feature = "admin")]
pub fn keep_sweep_seconds(app: &AppHandle, seconds: u8) -> Answer<()> {
    if !limits::SWEEP_SECONDS.holds(seconds) {
        return Err(Error::InvalidField { field: "sweep_seconds".into() }.into());
    }
    Ok(set(app, "sweep_seconds", &seconds)?)
}

fn store(app: &AppHandle) -> Option<Arc<Store<Wry>>> {
    app.store(FILE).inspect_err(|error| tracing::warn!(%error, "the settings can't be opened")).ok()
}

pub(crate) fn get<T: DeserializeOwned>(app: &AppHandle, key: &str) -> Option<T> {
    serde_json::from_value(store(app)?.get(key)?).ok()
}

pub(crate) fn set<T: Serialize>(app: &AppHandle, key: &str, value: &T) -> Result<(), PcError> {
    let store = store(app).ok_or(PcError::SettingsNotSaved)?;
    store.set(key, serde_json::to_value(value).map_err(|_| PcError::SettingsNotSaved)?);
    store.save().map_err(|_| PcError::SettingsNotSaved)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server() -> ServerLogin {
        ServerLogin {
            host: "box.example".into(),
            port: 5432,
            database: "maepyo".into(),
            login: "counter_1".into(),
            password: "secret".into(),
            ca_certificate: None,
        }
    }

    fn refused(change: impl FnOnce(&mut ServerLogin)) -> Option<String> {
        let mut server = server();
        change(&mut server);
        match checked(server) {
            Err(Error::InvalidField { field }) => Some(field),
            _ => None,
        }
    }

    fn name(name: &str) -> Result<String, Error> {
        let settings = Settings { counter_name: name.into(), ..Settings::default() };
        settings.checked().map(|settings| settings.counter_name)
    }

    #[test]
    fn values_that_no_server_can_be_asked_with_name_their_field() {
        assert_eq!(refused(|_| ()), None);
        assert_eq!(refused(|s| s.host = " ".into()).as_deref(), Some("host"));
        assert_eq!(refused(|s| s.host = "/var/run/postgresql".into()).as_deref(), Some("host"));
        assert_eq!(refused(|s| s.host = "a".repeat(300)).as_deref(), Some("host"));
        assert_eq!(refused(|s| s.port = 0).as_deref(), Some("port"));
        assert_eq!(refused(|s| s.database = String::new()).as_deref(), Some("database"));
        assert_eq!(refused(|s| s.login = "a\0b".into()).as_deref(), Some("login"));
        assert_eq!(refused(|s| s.password = "a\0b".into()).as_deref(), Some("password"));
        assert_eq!(refused(|s| s.ca_certificate = Some("/nowhere.pem".into())).as_deref(), Some("ca_certificate"));
        assert_eq!(refused(|s| s.ca_certificate = Some("  ".into())), None);
    }

    #[test]
    fn a_counter_name_is_trimmed_and_bounded() {
        assert_eq!(name("  1번 창구 "), Ok("1번 창구".into()));
        assert_eq!(name("  "), Ok(String::new()));
        assert!(name(&"가".repeat(40)).is_ok());
        assert!(name(&"가".repeat(41)).is_err());
        assert!(name("a\u{7}b").is_err());
    }

    #[test]
    fn settings_of_an_older_program_are_read_and_a_template_without_room_is_refused() {
        let older = serde_json::json!({ "language": "en", "theme": "dark", "counter_name": "1번 창구" });
        let settings = of_any_version(older).unwrap();
        let expected = Settings {
            language: Language::En,
            theme: Theme::Dark,
            counter_name: "1번 창구".into(),
            printer: String::new(),
            paper: Paper::A4,
        };
        assert_eq!(settings, expected);
        assert_eq!(of_any_version(Value::Null), None);
        let stock = ticket::Stock { width: 1500, height: 600, top: 50, right: 50, bottom: 50, left: 50 };
        let with = |stock| Settings { paper: Paper::Stock(stock), ..Settings::default() }.checked();
        assert!(with(stock).is_ok());
        let refused = with(ticket::Stock { left: 1200, ..stock });
        assert_eq!(refused, Err(Error::InvalidField { field: "stock".into() }));
        assert!(Settings { printer: "a/b".into(), ..Settings::default() }.checked().is_err());
    }

    #[test]
    fn what_is_kept_of_a_server_has_no_password() {
        let kept = format!("{:?}", ServerKept::remote(&server()));
        assert!(kept.contains("counter_1") && !kept.contains("secret"));
    }

    #[test]
    fn only_an_object_is_a_whole_settings_file() {
        assert!(is_whole(br#"{"settings":{}}"#));
        assert!(!is_whole(br#"{"settings":"#));
        assert!(!is_whole(b"[]"));
        assert!(!is_whole(b""));
    }
}
