//! What this PC was about to do, on disk before it is sent: after a kill -9 the next start settles it.
//!
//! A line of JSON each, appended and fsynced: an intent with its seats, or the id of one that is settled. No name,
//! phone or password is in it.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::{ConcertId, Error, OperationId, Result, SeatId};

/// An operation about to be sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Intent {
    pub operation: OperationId,
    /// None of a release, a cancel or a manager's doing.
    pub concert_id: Option<ConcertId>,
    pub seats: Vec<SeatId>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Intent(Intent),
    Settled(OperationId),
}

/// The file of intents, or nothing for tools that keep their own history.
#[derive(Clone, Default)]
pub(crate) struct Intents(Option<Arc<Mutex<Kept>>>);

struct Kept {
    file: File,
    open: BTreeMap<OperationId, Intent>,
    /// Of this process, until it is done with the file.
    lock: Option<File>,
}

impl Intents {
    /// Opens or makes the file and forgets what is settled. One process at a time: a second one would settle what the
    /// first has just sent. A torn line is what a crash leaves: it was never sent.
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |error: std::io::Error| {
            tracing::error!(kind = ?error.kind(), "the file of intents can't be opened");
            Error::IntentsNotRecorded
        };
        let folder = path.parent().ok_or(Error::IntentsNotRecorded)?;
        std::fs::create_dir_all(folder).map_err(failed)?;
        // Beside it, since the file itself is replaced. The lock ends with the process, however that ends.
        let lock = File::create(path.with_extension("lock")).map_err(failed)?;
        lock.try_lock().map_err(|_| Error::IntentsInUse)?;
        let open = match File::open(path) {
            Ok(file) => unsettled(BufReader::new(file)).map_err(failed)?,
            Err(error) if error.kind() == ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(failed(error)),
        };
        let fresh = path.with_extension("new");
        let mut file = File::create(&fresh).map_err(failed)?;
        for intent in open.values() {
            append(&mut file, &Line::Intent(intent.clone())).map_err(failed)?;
        }
        file.sync_all().map_err(failed)?;
        std::fs::rename(&fresh, path).map_err(failed)?;
        // The new name is on the disk only with its folder.
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        let file = OpenOptions::new().append(true).open(path).map_err(failed)?;
        Ok(Self(Some(Arc::new(Mutex::new(Kept { file, open, lock: Some(lock) })))))
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
    pub async fn settle(&self, operation: OperationId) {
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

    /// Lets another have the file.
    pub fn close(&self) {
        if let Some(kept) = &self.0 {
            kept.lock().unwrap_or_else(PoisonError::into_inner).lock = None;
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

/// How many operations in a file of intents have no known outcome. None in a file that can't be read.
pub fn unsettled_in(path: &Path) -> usize {
    File::open(path).and_then(|file| unsettled(BufReader::new(file))).map_or(0, |open| open.len())
}

/// Line by line in bytes: what a crash tore may be no text.
fn unsettled(file: impl BufRead) -> std::io::Result<BTreeMap<OperationId, Intent>> {
    let mut open = BTreeMap::new();
    for line in file.split(b'\n') {
        match serde_json::from_slice(&line?) {
            Ok(Line::Intent(intent)) => drop(open.insert(intent.operation, intent)),
            Ok(Line::Settled(operation)) => drop(open.remove(&operation)),
            Err(_) => {}
        }
    }
    Ok(open)
}

/// The line in one write, begun with a line break of its own: what was torn before it swallows nothing.
fn append(file: &mut File, line: &Line) -> std::io::Result<()> {
    file.write_all(format!("\n{}\n", serde_json::to_string(line)?).as_bytes())
}
