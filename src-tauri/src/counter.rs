//! This PC's one connection to a server, whichever it is, and the private server when it is that one.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use box_office::{BoxOffice, Error, Pc, ServerFacts, ServerLogin, ServerNow, with_obstacle};
use private_postgres::Cluster;
use tauri::{AppHandle, Manager};
use tokio::sync::RwLock;

use crate::refusal::{Answer, PcError, Refusal};
use crate::settings::{self, ServerKept};
use crate::{enrolling, secrets, this_pc};

/// The state that every command shares.
#[derive(Default)]
pub struct Counter {
    office: RwLock<Option<BoxOffice>>,
    /// Held while it connects: two attempts at once would stop and start the private server under each other.
    connecting: tokio::sync::Mutex<()>,
    cluster: Mutex<Option<Cluster>>,
    /// As typed in this run; asked again after a restart where the PC has no keyring.
    typed: Mutex<Option<ServerLogin>>,
}

impl Counter {
    /// The connected engine.
    ///
    /// # Errors
    /// [`PcError::NoServer`] when none is set up, [`Error::Offline`] when it was not reached since the start.
    pub async fn office(&self, app: &AppHandle) -> Answer<BoxOffice> {
        let office = self.office.read().await.clone();
        office.ok_or_else(|| match settings::server(app) {
            Some(_) => Error::Offline.into(),
            None => PcError::NoServer.into(),
        })
    }

    /// What the server says now. One that was never reached is tried anew; so is the private one, which nobody else
    /// would start again.
    ///
    /// # Errors
    /// Those of [`reconnect`](Self::reconnect).
    pub async fn server_now(&self, app: &AppHandle) -> Answer<ServerNow> {
        let answer = match self.office(app).await {
            Ok(office) => office.server_now().await.map_err(Refusal::from),
            Err(error) => Err(error),
        };
        match answer {
            Err(Refusal::Engine(Error::Offline)) => self.reconnect(app).await.map(|facts| facts.now),
            answer => answer,
        }
    }

    /// Tells the server how other counters see this one; not connected, the next connect does.
    pub async fn rename(&self, app: &AppHandle, name: &str) {
        if let Ok(office) = self.office(app).await {
            tell_name(&office, name).await;
        }
    }

    /// Connects to the venue's server and remembers it. Without a keyring it is for this run only.
    ///
    /// # Errors
    /// Those of [`BoxOffice::connect`]; [`PcError::SettingsNotSaved`].
    pub async fn connect_server(&self, app: &AppHandle, login: ServerLogin) -> Answer<ServerFacts> {
        let _one_at_a_time = self.connecting.lock().await;
        let kept = ServerKept::remote(&login);
        let facts = self.open(app, &kept, &login).await?;
        let cluster = lock(&self.cluster).take();
        leave(cluster).await;
        keep(app, &kept).await?;
        if secrets::keep(&kept, &login.password).await.is_err() {
            tracing::warn!("no keyring: the server's password is asked again at the next start");
        }
        *lock(&self.typed) = Some(login);
        Ok(facts)
    }

    /// Comes to a login by a file and connects with it; remembers both.
    ///
    /// # Errors
    /// Those of [`enrolling::enrol`] and [`BoxOffice::connect`]; [`PcError::SettingsNotSaved`].
    pub async fn enrol(&self, app: &AppHandle, file: &str, code: &str) -> Answer<ServerFacts> {
        let login = {
            let _one_at_a_time = self.connecting.lock().await;
            enrolling::enrol(app, file, code).await?
        };
        self.connect_server(app, login).await
    }

    /// Starts the private server on this PC and remembers it.
    ///
    /// # Errors
    /// Those of [`this_pc::open`]; [`PcError::SettingsNotSaved`].
    pub async fn try_on_this_pc(&self, app: &AppHandle) -> Answer<ServerFacts> {
        let _one_at_a_time = self.connecting.lock().await;
        let facts = self.open_this_pc(app).await?;
        keep(app, &ServerKept::ThisPc).await?;
        Ok(facts)
    }

    /// Asks the connected server again, or connects with what is kept.
    ///
    /// # Errors
    /// [`PcError::NoServer`]; [`PcError::KeyringUnavailable`] when the password has to be typed again; those of
    /// [`BoxOffice::connect`] and [`this_pc::open`].
    pub async fn reconnect(&self, app: &AppHandle) -> Answer<ServerFacts> {
        let _one_at_a_time = self.connecting.lock().await;
        let kept = settings::server(app).ok_or(PcError::NoServer)?;
        if let Ok(office) = self.office(app).await {
            let facts = office.facts().await;
            // The pool finds a server again by itself. The private one comes back on another port.
            if !matches!((&facts, &kept), (Err(Error::Offline), ServerKept::ThisPc)) {
                return Ok(facts?);
            }
        }
        match kept {
            ServerKept::ThisPc => self.open_this_pc(app).await,
            ServerKept::Remote { .. } => {
                let typed = lock(&self.typed).clone();
                let login = match typed {
                    Some(login) => login,
                    None => kept.clone().with_password(secrets::of(&kept).await?),
                };
                self.open(app, &kept, &login).await
            }
        }
    }

    /// Disconnects; the last program of this PC to do so stops the private server.
    pub async fn close(&self) {
        let _one_at_a_time = self.connecting.lock().await;
        self.disconnect().await;
    }

    async fn disconnect(&self) {
        let office = self.office.write().await.take();
        if let Some(office) = office {
            hang_up(office).await;
        }
        let cluster = lock(&self.cluster).take();
        leave(cluster).await;
    }

    async fn open_this_pc(&self, app: &AppHandle) -> Answer<ServerFacts> {
        let (cluster, login) = this_pc::open(this_pc_folder(app)?).await?;
        // Put in place before the old one is left: the last to leave stops the server.
        let old = lock(&self.cluster).replace(cluster);
        leave(old).await;
        self.open(app, &ServerKept::ThisPc, &login).await
    }

    async fn open(&self, app: &AppHandle, kept: &ServerKept, login: &ServerLogin) -> Answer<ServerFacts> {
        // Whether it can be reached is found out first, so that a mistyped server doesn't cost the one before.
        let trial = match BoxOffice::connect(login, None).await {
            Ok(trial) => trial,
            Err(error) if matches!(kept, ServerKept::ThisPc) => return Err(error.into()),
            Err(error) => return Err(with_obstacle(login, error).await.into()),
        };
        tell_name(&trial, &settings::load(app).counter_name).await;
        trial.close().await;

        // One at a time: the file of intents has one writer.
        let mut office = self.office.write().await;
        if let Some(old) = office.take() {
            hang_up(old).await;
        }
        let pc = Pc { id: settings::pc_id(app)?, intents: intents_file(app, kept)? };
        let connected = BoxOffice::connect(login, Some(&pc)).await?;
        let facts = connected.facts().await?;
        *office = Some(connected);
        tracing::info!(version = %facts.server_version, "connected");
        Ok(facts)
    }
}

/// Keeps the server in the settings. The password of the one before is forgotten.
async fn keep(app: &AppHandle, server: &ServerKept) -> Answer<()> {
    let before = settings::server(app);
    settings::keep_server(app, server)?;
    match before {
        Some(before @ ServerKept::Remote { .. }) if before != *server => secrets::forget(&before).await,
        _ => {}
    }
    Ok(())
}

/// A name that the server won't take stays as it was there; nobody loses a sale over it.
async fn tell_name(office: &BoxOffice, name: &str) {
    if !name.is_empty() && office.rename_counter(name).await.is_err() {
        tracing::warn!("the server did not take the counter's name");
    }
}

/// A server that is away can't be told goodbye.
async fn hang_up(office: BoxOffice) {
    if tokio::time::timeout(Duration::from_secs(2), office.close()).await.is_err() {
        tracing::warn!("the connections to the server did not close in time");
    }
}

/// Leaving may stop the server, which blocks.
async fn leave(cluster: Option<Cluster>) {
    if tokio::task::spawn_blocking(move || drop(cluster)).await.is_err() {
        tracing::warn!("the private server may still run");
    }
}

/// Outside of any one build's folder: all builds on a PC share the private server.
fn this_pc_folder(app: &AppHandle) -> Answer<PathBuf> {
    Ok(app.path().data_dir().map_err(|_| PcError::ThisPcFailed { step: "folder".into() })?.join("maepyo/postgres"))
}

/// Operations belong to the server they were sent to: asking another one about them would settle them wrongly.
fn intents_file(app: &AppHandle, kept: &ServerKept) -> Answer<PathBuf> {
    let name = match kept {
        ServerKept::ThisPc => "this_pc".to_owned(),
        ServerKept::Remote { host, port, database, login, .. } => format!("{host}_{port}_{database}_{login}"),
    };
    let folder = app.path().app_data_dir().map_err(|_| Error::IntentsNotRecorded)?;
    Ok(folder.join("intents").join(format!("{}.jsonl", enrolling::plain(&name))))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
