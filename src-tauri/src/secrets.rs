//! The server's password, in the OS keyring.

use box_office::{Error, Result};
use keyring::Entry;

use crate::settings::ServerKept;

/// Keeps the password of a server's login.
pub async fn keep(server: &ServerKept, password: &str) -> Result<()> {
    let (name, password) = (name(server), password.to_owned());
    blocking(move || Entry::new("maepyo", &name)?.set_password(&password)).await
}

/// The password kept for a server's login.
pub async fn of(server: &ServerKept) -> Result<String> {
    let name = name(server);
    blocking(move || Entry::new("maepyo", &name)?.get_password()).await
}

/// Forgets it. One that was never kept is forgotten already.
pub async fn forget(server: &ServerKept) {
    let name = name(server);
    drop(blocking(move || Entry::new("maepyo", &name)?.delete_credential()).await);
}

fn name(server: &ServerKept) -> String {
    match server {
        ServerKept::ThisPc => "this-pc".into(),
        ServerKept::Remote { host, port, database, login, .. } => format!("{login}@{host}:{port}/{database}"),
    }
}

/// The keyring asks another process, which may ask the user.
async fn blocking<T: Send + 'static>(ask: impl FnOnce() -> keyring::Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(ask).await.ok().and_then(|answer| answer.ok()).ok_or(Error::KeyringUnavailable)
}
