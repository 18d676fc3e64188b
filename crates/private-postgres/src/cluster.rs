//! A cluster that lasts, shared by the programs of one PC.

use std::fs::{File, OpenOptions};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::programs::{accepted_user, command, find_binaries, find_binaries_for, run, runs_on, the_end};
use crate::system::{keep_for_owner, sync_parent};
use crate::{Error, OWNER, PORTS_TRIED, free_port, random_password, write_secret};

/// Whole rows are safe on disk before COMMIT answers: PostgreSQL's defaults, said again where a sale depends on them.
/// The log is terse since the detail of a refused row holds names and phone numbers.
const SETTINGS: &str = "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=on -c synchronous_commit=on \
    -c full_page_writes=on -c max_connections=60 -c log_error_verbosity=terse -c log_min_error_statement=panic";

/// Recovery after a crash reads all that was written since the last checkpoint.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running server that this program has open. The last program to drop its own stops the server, which blocks for
/// as long as that takes.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    port: u16,
    password: String,
    users: File,
}

impl Cluster {
    /// Opens the cluster in `folder`: makes it when there is none, starts it when it doesn't run, joins it when it
    /// does, be it another program's or left over from one that was killed.
    ///
    /// # Errors
    /// [`Error::NotInstalled`], [`Error::Failed`], [`Error::Io`].
    pub fn open(folder: &Path) -> Result<Self, Error> {
        std::fs::create_dir_all(folder)?;
        keep_for_owner(folder)?;
        let folder = folder.canonicalize()?;
        // Held until the server answers: two programs starting at once would start it twice.
        let opening = lock_file(&folder, "opening.lock")?;
        opening.lock()?;
        let users = lock_file(&folder, "users.lock")?;
        users.lock_shared()?;

        sweep_leftovers(&folder)?;
        let data = folder.join("data");
        // Beside the data: whoever can read this file can read the data itself, so a keyring would protect nothing, and
        // the data could not be opened where none runs.
        let password_file = folder.join("owner.password");
        if !data.join("PG_VERSION").is_file() {
            let password = random_password();
            write_secret(&password_file, &password)?;
            make(&folder, &data, &password)?;
        }
        let password = std::fs::read_to_string(&password_file)?;
        let port = join_or_start(&folder, &data)?;
        Ok(Self { folder, port, password, users })
    }

    /// The URL of a database for a login. Both are put in as they are.
    pub fn url(&self, login: &str, password: &str, database: &str) -> String {
        format!("postgres://{login}:{password}@127.0.0.1:{}/{database}", self.port)
    }

    /// The URL of a database for the owner.
    pub fn owner_url(&self, database: &str) -> String {
        self.url(OWNER, &self.password, database)
    }

    /// The port on 127.0.0.1. It is another one after each start of the server.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let Ok(opening) = lock_file(&self.folder, "opening.lock") else { return };
        if opening.lock().is_err() || self.users.unlock().is_err() || self.users.try_lock().is_err() {
            return;
        }
        let data = self.folder.join("data");
        // A server that will not stop is joined by the next program that opens it.
        let _running_on = find_binaries_for(&data).and_then(|programs| {
            run("pg_ctl", command(&programs, "pg_ctl").args(["stop", "--mode=fast", "--wait", "-D"]).arg(&data))
        });
    }
}

fn lock_file(folder: &Path, name: &str) -> Result<File, Error> {
    Ok(OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(name))?)
}

/// Removes what killed programs left half made. What an initdb of theirs still writes to goes at the next start.
fn sweep_leftovers(folder: &Path) -> Result<(), Error> {
    for entry in std::fs::read_dir(folder)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with("building-") {
            let _removed = std::fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}

/// Half a cluster never stands under its final name.
fn make(folder: &Path, data: &Path, password: &str) -> Result<(), Error> {
    // A name of its own each time: the initdb of a killed program may still be at work under the last one.
    let building = tempfile::Builder::new().prefix("building-").tempdir_in(folder)?;
    let password_file = building.path().join("password");
    write_secret(&password_file, password)?;
    accepted_user().give(folder)?;
    accepted_user().give(building.path())?;
    accepted_user().give(&password_file)?;
    run(
        "initdb",
        command(&find_binaries()?, "initdb")
            .args(["--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "--username", OWNER])
            .arg("--pwfile")
            .arg(&password_file)
            .arg("--pgdata")
            .arg(building.path().join("data")),
    )?;
    std::fs::rename(building.path().join("data"), data)?;
    Ok(sync_parent(data)?)
}

/// The port of the server that runs on this data, once it takes connections. None when there is none: then nothing
/// stands in the way of starting one.
fn join(data: &Path) -> Result<Option<u16>, Error> {
    let pid_file = data.join("postmaster.pid");
    let looking = Instant::now();
    while looking.elapsed() < PATIENCE {
        let Ok(text) = std::fs::read_to_string(&pid_file) else { return Ok(None) };
        let line = |number: usize| text.lines().nth(number).map(str::trim).unwrap_or_default();
        // A server that starts makes the file a moment before it writes it.
        let being_written = text.is_empty() && looking.elapsed() < Duration::from_secs(1);
        if !being_written && !runs_on(line(0), data) {
            // PostgreSQL itself sees that a process is gone, but takes any other that got its number for a server.
            std::fs::remove_file(&pid_file)?;
            return Ok(None);
        }
        if let ("ready", Ok(port)) = (line(7), line(3).parse())
            && TcpStream::connect(("127.0.0.1", port)).is_ok()
        {
            return Ok(Some(port));
        }
        // On its way up or down, with whoever asked for it killed.
        std::thread::sleep(Duration::from_millis(20));
    }
    Err(Error::Failed { program: "postgres", output: "it runs but takes no connections".to_owned() })
}

/// Looks again before each start: what a killed program had asked for may come up between the look and the start, and then
/// it is PostgreSQL that refuses the second server.
fn join_or_start(folder: &Path, data: &Path) -> Result<u16, Error> {
    let mut attempt = 0;
    loop {
        if let Some(port) = join(data)? {
            return Ok(port);
        }
        attempt += 1;
        match start(folder, data) {
            // The port was taken meanwhile, or children of a killed server are not gone yet.
            Err(Error::Failed { .. }) if attempt < PORTS_TRIED => {
                std::thread::sleep(Duration::from_secs(attempt as u64));
            }
            done => return done,
        }
    }
}

fn start(folder: &Path, data: &Path) -> Result<u16, Error> {
    let log = folder.join("server.log");
    let port = free_port()?;
    let started = run(
        "pg_ctl",
        command(&find_binaries_for(data)?, "pg_ctl")
            .args(["start", "--wait", "--timeout", &PATIENCE.as_secs().to_string(), "-D"])
            .arg(data)
            .arg("-l")
            .arg(&log)
            .arg("-o")
            .arg(format!("-p {port} {SETTINGS}"))
            // The server keeps what it is given open for good.
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    );
    match (started, std::fs::read_to_string(&log)) {
        (Ok(()), _) => Ok(port),
        (Err(Error::Failed { .. }), Ok(log)) => Err(Error::Failed { program: "postgres", output: the_end(&log) }),
        (Err(error), _) => Err(error),
    }
}
