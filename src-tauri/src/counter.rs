//! This PC's one connection to a server, whichever it is, and the private server when it is that one.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use box_office::{BoxOffice, Error, Result, ServerFacts, ServerLogin};
use private_postgres::Cluster;
use tauri::{AppHandle, Manager};
use tokio::sync::RwLock;

use crate::settings::{self, ServerKept};
use crate::{secrets, this_pc};

/// The state that every command shares.
#[derive(Default)]
pub struct Counter {
    office: RwLock<Option<BoxOffice>>,
    cluster: Mutex<Option<Cluster>>,
    /// Asked again after a restart where the PC has no keyring.
    typed: Mutex<Option<ServerLogin>>,
}

impl Counter {
    /// The connected engine.
    pub async fn office(&self) -> Result<BoxOffice> {
        self.office.read().await.clone().ok_or(Error::Offline)
    }

    /// Tells the server how other counters see this one; not connected, the next connect does.
    pub async fn rename(&self, name: &str) -> Result<()> {
        match self.office().await {
            Ok(office) if !name.is_empty() => office.rename_counter(name).await,
            _ => Ok(()),
        }
    }

    pub async fn connect_server(&self, app: &AppHandle, server: ServerLogin) -> Result<ServerFacts> {
        let facts = self.open(app, &server).await?;
        let kept = ServerKept::remote(&server);
        if secrets::keep(&kept, &server.password).await.is_err() {
            tracing::warn!("no keyring: the server's password is asked again at the next start");
        }
        settings::keep_server(app, Some(&kept))?;
        *lock(&self.typed) = Some(server);
        Ok(facts)
    }

    pub async fn try_on_this_pc(&self, app: &AppHandle) -> Result<ServerFacts> {
        let folder = data_folder(app)?.join("postgres");
        // Closed first, so that a server that died under us is started anew.
        let old = lock(&self.cluster).take();
        let (cluster, server) = this_pc::open(folder, old).await?;
        *lock(&self.cluster) = Some(cluster);
        let facts = self.open(app, &server).await?;
        settings::keep_server(app, Some(&ServerKept::ThisPc))?;
        Ok(facts)
    }

    pub async fn reconnect(&self, app: &AppHandle) -> Result<ServerFacts> {
        if let Ok(office) = self.office().await
            && let Ok(facts) = office.facts().await
        {
            return Ok(facts);
        }
        match settings::server(app).ok_or(Error::NoServer)? {
            ServerKept::ThisPc => self.try_on_this_pc(app).await,
            kept => {
                let typed = lock(&self.typed).clone();
                let server = match typed {
                    Some(server) => server,
                    None => {
                        let password = secrets::of(&kept).await?;
                        kept.with_password(password)
                    }
                };
                self.open(app, &server).await
            }
        }
    }

    pub async fn forget_server(&self, app: &AppHandle) -> Result<()> {
        if let Some(kept) = settings::server(app) {
            secrets::forget(&kept).await;
        }
        settings::keep_server(app, None)?;
        *lock(&self.typed) = None;
        if let Some(office) = self.office.write().await.take() {
            office.close().await;
        }
        drop(lock(&self.cluster).take());
        Ok(())
    }

    /// Stops the private server, unless another program of this PC uses it.
    pub fn close(&self) {
        drop(lock(&self.cluster).take());
    }

    async fn open(&self, app: &AppHandle, server: &ServerLogin) -> Result<ServerFacts> {
        // One at a time: the file of intents has one writer.
        let mut office = self.office.write().await;
        if let Some(old) = office.take() {
            old.close().await;
        }
        let intents =
            data_folder(app)?.join(format!("intents-{}-{}-{}.jsonl", server.host, server.port, server.database));
        let connected = BoxOffice::connect(server, Some(&intents)).await?;
        let name = settings::load(app).counter_name;
        if !name.is_empty() {
            connected.rename_counter(&name).await?;
        }
        let facts = connected.facts().await?;
        *office = Some(connected);
        Ok(facts)
    }
}

fn data_folder(app: &AppHandle) -> Result<PathBuf> {
    app.path().app_local_data_dir().map_err(|_| Error::SettingsNotSaved)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
