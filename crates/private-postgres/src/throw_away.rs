//! A server that is gone with the process that started it, even one that was killed.

use std::io::Write;
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::programs::{accepted_user, command, find_binaries, run, the_end};
use crate::{Error, OWNER, PORTS_TRIED, free_port, random_password};

/// Makes the cluster, starts it, and waits until its input is closed, by [`Drop`] or by the end of the process; then
/// stops the server and removes the folder. All of it is done here so that there is no moment at which being killed
/// leaves anything. A server that dies is left dead, for tests that kill it, and started again on a line of input.
const WATCH: &str = r#"
trap '' INT TERM HUP
folder=$1 programs=$2 port=$3 settings=$4 owner=$5 primary=$6 server=; shift 6
mkdir -m 700 "$folder" && exec >>"$folder/server.log" 2>&1 || exit
serve() { trap - INT TERM HUP; exec "$@" "$programs/postgres" -D "$folder/data" -p "$port" </dev/null; }
read -r password && printf %s "$password" >"$folder/password"
[ -z "$owner" ] || chown -R "$owner" "$folder"
make() {
    if [ -n "$primary" ]; then
        PGPASSWORD=$password exec "$@" "$programs/pg_basebackup" --host=127.0.0.1 --port="$primary" --username=maepyo_owner \
            --pgdata="$folder/data" --write-recovery-conf --checkpoint=fast --no-sync </dev/null >/dev/null
    fi
    exec "$@" "$programs/initdb" --encoding=UTF8 --locale=C.UTF-8 --auth=scram-sha-256 --username=maepyo_owner \
        --no-sync --no-instructions --pwfile="$folder/password" --pgdata="$folder/data" </dev/null >/dev/null
}
if (make "$@"); then
    printf %s "$settings" >>"$folder/data/postgresql.conf"
    serve "$@" & server=$!
else
    echo 'FATAL: no cluster could be made'
fi
while read -r _; do serve "$@" & server=$!; done
# TERM for one that is not yet PostgreSQL, QUIT for one that is, until its entry is gone or a zombie's.
while [ -n "$server" ] && read -r _ _ state _ <"/proc/$server/stat" && [ "$state" != Z ]; do
    kill -TERM "$server"; kill -QUIT "$server"; sleep 0.02
done
wait
rm -rf "$folder"
"#;

const SETTINGS: &str = "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 300\n";
const FORGETFUL: &str = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nautovacuum = off\n";

/// A running server. Many threads may use it.
#[derive(Debug)]
pub struct ThrowAway {
    folder: PathBuf,
    port: u16,
    password: String,
    watch: Child,
}

impl ThrowAway {
    /// A server that forgets durability for speed: right for tests, which never survive a crash of the machine.
    ///
    /// # Errors
    /// [`Error::NotInstalled`], [`Error::Failed`], [`Error::Io`].
    pub fn start() -> Result<Self, Error> {
        Self::start_with(FORGETFUL, None)
    }

    /// A server with PostgreSQL's own durability.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_durable() -> Result<Self, Error> {
        Self::start_with("", None)
    }

    /// A server that follows this one, with the same logins and settings, and takes over when it is promoted.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_standby(&self) -> Result<Self, Error> {
        Self::start_with("", Some(self))
    }

    fn start_with(settings: &str, primary: Option<&Self>) -> Result<Self, Error> {
        let mut result = Self::try_to_start(settings, primary);
        for _ in 1..PORTS_TRIED {
            if !matches!(result, Err(Error::Failed { .. })) {
                break;
            }
            result = Self::try_to_start(settings, primary);
        }
        result
    }

    fn try_to_start(settings: &str, primary: Option<&Self>) -> Result<Self, Error> {
        let programs = find_binaries()?;
        let folder = std::env::temp_dir().join(format!("maepyo-{}", uuid::Uuid::new_v4().simple()));
        let password = primary.map_or_else(random_password, |primary| primary.password.clone());
        let port = free_port()?;
        // A copy brings its settings with it.
        let settings = if primary.is_some() { String::new() } else { format!("{SETTINGS}{settings}") };
        let mut watch = Command::new("sh")
            .args(["-c", WATCH, "sh"])
            .arg(&folder)
            .arg(programs)
            .args([port.to_string(), settings, accepted_user().owner().to_owned()])
            .arg(primary.map_or_else(String::new, |primary| primary.port.to_string()))
            .args(accepted_user().words())
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A ^C in the terminal is for the tests; the watch still has to clean up after them.
            .process_group(0)
            .spawn()?;
        if let Some(input) = &mut watch.stdin {
            writeln!(input, "{password}")?;
        }
        let server = Self { folder, port, password, watch };
        server.wait_until_it_answers(0)?;
        Ok(server)
    }

    /// `log_read` is how many bytes of the log are from before this start.
    fn wait_until_it_answers(&self, log_read: usize) -> Result<(), Error> {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            // The eighth line of the pid file says "ready" once connections are taken.
            let ready = std::fs::read_to_string(self.folder.join("data/postmaster.pid"))
                .is_ok_and(|pid_file| pid_file.lines().nth(7).is_some_and(|line| line.trim() == "ready"));
            if ready && TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return Ok(());
            }
            let log = self.log();
            if log.get(log_read..).is_some_and(|new| new.contains("FATAL:")) || Instant::now() > deadline {
                return Err(Error::Failed { program: "postgres", output: the_end(&log) });
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("server.log")).unwrap_or_default()
    }

    /// The URL of a database for a login. Both are put in as they are.
    pub fn url(&self, login: &str, password: &str, database: &str) -> String {
        format!("postgres://{login}:{password}@127.0.0.1:{}/{database}", self.port)
    }

    /// The URL of a database for the owner.
    pub fn owner_url(&self, database: &str) -> String {
        self.url(OWNER, &self.password, database)
    }

    /// The port on 127.0.0.1, the same after a [`restart`](Self::restart).
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Everything that the server has on disk.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Stops the server at once and without tidying up, so that the next start has to recover as after a power cut.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Failed`].
    pub fn kill(&self) -> Result<(), Error> {
        let pid_file = std::fs::read_to_string(self.folder.join("data/postmaster.pid"))?;
        let pid = pid_file.lines().next().unwrap_or_default().to_owned();
        run("pg_ctl", command(&find_binaries()?, "pg_ctl").args(["kill", "QUIT", &pid]))?;
        // Until its parent, the watch, has waited for it, it stands there as a zombie, whose files are closed.
        let process = Path::new("/proc").join(pid);
        while std::fs::read_to_string(process.join("stat")).is_ok_and(|stat| !stat.contains(") Z ")) {
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Starts it again on the same port.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Failed`].
    pub fn restart(&mut self) -> Result<(), Error> {
        let pid_file = self.folder.join("data/postmaster.pid");
        if pid_file.exists() {
            std::fs::remove_file(pid_file)?;
        }
        let log_read = self.log().len();
        if let Some(input) = &mut self.watch.stdin {
            input.write_all(b"again\n")?;
        }
        self.wait_until_it_answers(log_read)
    }
}

impl Drop for ThrowAway {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        // Without it there is nobody left who could be told.
        let _removed = self.watch.wait();
    }
}
