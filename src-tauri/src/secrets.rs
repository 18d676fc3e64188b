//! The server's password, in the OS keyring.

use std::time::Duration;

use keyring::Entry;

use crate::refusal::PcError;
use crate::settings::ServerKept;

const SERVICE: &str = "kr.maepyo.counter";
/// A locked keyring asks the user first. Keeping goes on behind a sale, reading is what the start waits for.
const PATIENCE_TO_KEEP: Duration = Duration::from_secs(5);
const PATIENCE_TO_READ: Duration = Duration::from_secs(60);

/// Keeps the password of a server's login.
///
/// # Errors
/// [`PcError::KeyringUnavailable`]; nothing is kept then, unless the user unlocks the keyring later.
pub async fn keep(server: &ServerKept, password: &str) -> Result<(), PcError> {
    let password = password.to_owned();
    ask(server, PATIENCE_TO_KEEP, move |entry| entry.set_password(&password)).await
}

/// The password kept for a server's login.
///
/// # Errors
/// [`PcError::KeyringUnavailable`], also when it keeps none for this one: either way it has to be typed.
pub async fn of(server: &ServerKept) -> Result<String, PcError> {
    ask(server, PATIENCE_TO_READ, Entry::get_password).await
}

/// Forgets it. One that was never kept is forgotten already.
pub async fn forget(server: &ServerKept) {
    if ask(server, PATIENCE_TO_KEEP, Entry::delete_credential).await.is_err() {
        tracing::info!("the keyring had nothing to forget");
    }
}

/// The keyring asks another process, which may ask the user.
async fn ask<T, F>(server: &ServerKept, patience: Duration, question: F) -> Result<T, PcError>
where
    T: Send + 'static,
    F: FnOnce(&Entry) -> keyring::Result<T> + Send + 'static,
{
    // The private server's passwords are beside its data.
    let ServerKept::Remote { host, port, database, login, .. } = server else {
        return Err(PcError::KeyringUnavailable);
    };
    let name = format!("{login}@{host}:{port}/{database}");
    let asked = tokio::task::spawn_blocking(move || question(&Entry::new(SERVICE, &name)?));
    let answer = tokio::time::timeout(patience, asked).await;
    answer.ok().and_then(|asked| asked.ok()).and_then(|answer| answer.ok()).ok_or(PcError::KeyringUnavailable)
}
