//! What this PC was about to do, on disk before it is sent: after a kill -9 the next start settles it.
//!
//! One line of JSON each, appended and fsynced: an intent with its seats, or the id of one that is settled. No name,
//! phone or password is in it.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Error, Result};

/// An operation about to be sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Intent {
    pub operation: Uuid,
    pub concert_id: Uuid,
    pub seats: Vec<Uuid>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Intent(Intent),
    Settled(Uuid),
}

/// The file of intents, or nothing for tools that keep their own history.
#[derive(Clone, Default)]
pub(crate) struct Intents(Option<Arc<Mutex<Kept>>>);

struct Kept {
    file: File,
    open: BTreeMap<Uuid, Intent>,
}

impl Intents {
    /// Opens or makes the file and forgets what is settled. A torn last line is what a crash leaves: it was never sent.
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |_| Error::IntentsNotRecorded;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut open = BTreeMap::new();
        if let Ok(file) = File::open(path) {
            for line in BufReader::new(file).lines().map_while(std::result::Result::ok) {
                match serde_json::from_str(&line) {
                    Ok(Line::Intent(intent)) => drop(open.insert(intent.operation, intent)),
                    Ok(Line::Settled(operation)) => drop(open.remove(&operation)),
                    Err(_) => {}
                }
            }
        }
        let fresh = path.with_extension("new");
        let mut file = File::create(&fresh).map_err(failed)?;
        for intent in open.values() {
            append(&mut file, &Line::Intent(intent.clone())).map_err(failed)?;
        }
        file.sync_all().map_err(failed)?;
        std::fs::rename(&fresh, path).map_err(failed)?;
        let mut file = OpenOptions::new().append(true).open(path).map_err(failed)?;
        file.seek(std::io::SeekFrom::End(0)).map_err(failed)?;
        Ok(Self(Some(Arc::new(Mutex::new(Kept { file, open })))))
    }

    /// Returns once the intent is on disk.
    pub async fn record(&self, intent: Intent) -> Result<()> {
        self.on_disk(move |kept| {
            append(&mut kept.file, &Line::Intent(intent.clone()))?;
            kept.file.sync_data()?;
            kept.open.insert(intent.operation, intent);
            Ok(())
        })
        .await
    }

    /// Forgets an intent whose outcome is known. Not fsynced: settling twice is harmless.
    pub async fn settle(&self, operation: Uuid) {
        let settled = self
            .on_disk(move |kept| {
                kept.open.remove(&operation);
                append(&mut kept.file, &Line::Settled(operation))
            })
            .await;
        if settled.is_err() {
            tracing::warn!("an answered operation could not be struck from the intents; it will be settled again");
        }
    }

    /// Intents whose outcome is not known, oldest first.
    pub fn unsettled(&self) -> Vec<Intent> {
        let Some(kept) = &self.0 else { return Vec::new() };
        kept.lock().unwrap_or_else(PoisonError::into_inner).open.values().cloned().collect()
    }

    async fn on_disk(&self, write: impl FnOnce(&mut Kept) -> std::io::Result<()> + Send + 'static) -> Result<()> {
        let Some(kept) = self.0.clone() else { return Ok(()) };
        tokio::task::spawn_blocking(move || write(&mut kept.lock().unwrap_or_else(PoisonError::into_inner)))
            .await
            .map_err(|_| Error::IntentsNotRecorded)?
            .map_err(|_| Error::IntentsNotRecorded)
    }
}

fn append(file: &mut File, line: &Line) -> std::io::Result<()> {
    let mut text = serde_json::to_string(line)?;
    text.push('\n');
    file.write_all(text.as_bytes())
}
