//! What this PC keeps between starts, in tauri-plugin-store. No secret is among it.

use std::sync::Arc;

use box_office::{Error, Result, ServerLogin};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, Wry};
use tauri_plugin_store::{Store, StoreExt};

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
    pub fn checked(mut self) -> Result<Self> {
        let refused = Error::InvalidSetting { field: "counter_name".into() };
        if !self.counter_name.trim().is_empty() {
            self.counter_name = box_office::customer_name(&self.counter_name).map_err(|_| refused.clone())?;
        }
        if self.counter_name.chars().count() > 40 {
            return Err(refused);
        }
        Ok(self)
    }
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

/// What is kept; the defaults where a file is missing or broken.
pub fn load(app: &AppHandle) -> Settings {
    get::<Settings>(app, "settings").and_then(|settings| settings.checked().ok()).unwrap_or_default()
}

/// Keeps it.
///
/// # Errors
/// [`Error::SettingsNotSaved`].
pub fn save(app: &AppHandle, settings: &Settings) -> Result<()> {
    set(app, "settings", settings)
}

/// The server that was set up, if any.
pub fn server(app: &AppHandle) -> Option<ServerKept> {
    get(app, "server")
}

/// Keeps or forgets the server.
///
/// # Errors
/// [`Error::SettingsNotSaved`].
pub fn keep_server(app: &AppHandle, server: Option<&ServerKept>) -> Result<()> {
    set(app, "server", &server)
}

fn store(app: &AppHandle) -> Option<Arc<Store<Wry>>> {
    app.store(FILE).inspect_err(|error| tracing::warn!(%error, "the settings can't be opened")).ok()
}

fn get<T: DeserializeOwned>(app: &AppHandle, key: &str) -> Option<T> {
    serde_json::from_value(store(app)?.get(key)?).ok()
}

fn set<T: Serialize>(app: &AppHandle, key: &str, value: &T) -> Result<()> {
    let store = store(app).ok_or(Error::SettingsNotSaved)?;
    store.set(key, serde_json::to_value(value).map_err(|_| Error::SettingsNotSaved)?);
    store.save().map_err(|_| Error::SettingsNotSaved)
}
