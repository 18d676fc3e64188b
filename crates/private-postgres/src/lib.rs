//! A PostgreSQL cluster in a folder, run with the programs that the system's package installed.
//!
//! Two kinds: [`Cluster`] lasts, for trying Maepyo on one PC, and is shared by the programs that open it; a
//! [`ThrowAway`] dies with the process that started it, for tests and rehearsals. Everything here blocks: async callers
//! use a blocking task.
//!
//! The crate `postgresql_embedded` was the first choice. It always starts a server of its own on a folder, so that
//! joining one that a killed program left running, the common case here, is not in it; and it runs the programs itself,
//! so that root, under whom CI works, cannot start them. What remains are four commands.

mod cluster;
mod programs;
mod system;
#[cfg(unix)]
mod throw_away;

use std::net::TcpListener;
use std::path::Path;

pub use cluster::Cluster;
pub use programs::find_binaries;
#[cfg(unix)]
pub use throw_away::ThrowAway;

/// Why there is no server. Each is for support; users are told in the words of the program that asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No PostgreSQL 15 or later is installed.
    #[error("no PostgreSQL 15 or later is installed")]
    NotInstalled,
    /// The data was made with another version of PostgreSQL than those that are installed.
    #[error("the data was made with PostgreSQL {made_with}, which is not installed")]
    OtherVersion {
        /// The major version.
        made_with: String,
    },
    /// A program of PostgreSQL ended with an error.
    #[error("{program} failed: {output}")]
    Failed {
        /// The program.
        program: &'static str,
        /// The end of what it said.
        output: String,
    },
    /// A file or process could not be worked with.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// The superuser that owns a cluster. Nobody works as it.
pub const OWNER: &str = "maepyo_owner";

/// Writes a file that only its owner may read, whole or not at all.
///
/// # Errors
/// That of the file system.
pub fn write_secret(path: &Path, secret: &str) -> std::io::Result<()> {
    use std::io::Write;
    let fresh = path.with_extension("new");
    let mut file = system::create_for_owner(&fresh)?;
    file.write_all(secret.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(fresh, path)?;
    system::sync_parent(path)
}

/// A password that nobody has to type: 244 random bits in a URL's plain letters.
pub fn random_password() -> String {
    format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple())
}

/// A port that was free a moment ago. Another program may be quicker: callers try again with the next one.
fn free_port() -> std::io::Result<u16> {
    TcpListener::bind(("127.0.0.1", 0))?.local_addr().map(|address| address.port())
}

/// How often a server is tried on a new port.
const PORTS_TRIED: usize = 3;
