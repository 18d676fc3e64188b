//! The other side: scripts of SQL as one would type it, run by PostgreSQL's own benchmark.

use std::process::Command;

use private_postgres::{OWNER, find_binaries};

use super::Error;
use super::ground::Halls;

/// How a script is run.
pub struct Script {
    /// What pgbench runs, from beside this file.
    pub sql: &'static str,
    /// Connections, each with its own.
    pub clients: usize,
    /// Times that each client runs it.
    pub times: usize,
    /// Numbers for it, by name.
    pub numbers: Vec<(&'static str, usize)>,
}

/// What came of it.
#[derive(Debug)]
pub struct Ran {
    /// Without the time for connecting.
    pub per_second: f64,
    /// The mean, in milliseconds.
    pub mean_ms: f64,
}

impl Script {
    /// A script. The owner types it: no login may.
    pub fn new(sql: &'static str, clients: usize, times: usize) -> Self {
        Self { sql, clients, times, numbers: vec![("done", 0), ("share", times)] }
    }

    /// With another number of this name.
    pub fn with(mut self, name: &'static str, number: usize) -> Self {
        self.numbers.push((name, number));
        self
    }

    /// Runs it to the end; statements prepared once per connection, which is pgbench's fastest way.
    pub async fn run(self, halls: &Halls<'_>) -> Result<Ran, Error> {
        let mut script = tempfile::NamedTempFile::new()?;
        std::io::Write::write_all(&mut script, self.sql.as_bytes())?;
        let mut command = Command::new(find_binaries()?.join("pgbench"));
        command
            .args(["--no-vacuum", "--protocol=prepared", "--file"])
            .arg(script.path())
            .arg(format!("--client={}", self.clients))
            .arg(format!("--transactions={}", self.times))
            .args(self.numbers.iter().map(|(name, number)| format!("--define={name}={number}")))
            .envs([("PGHOST", "127.0.0.1"), ("PGUSER", OWNER), ("PGDATABASE", halls.database)])
            .env("PGPORT", halls.ground.server.port().to_string())
            .env("PGPASSWORD", halls.ground.owner_password())
            .env("PGOPTIONS", "-c jit=off")
            .env("LC_ALL", "C.UTF-8");
        let output = tokio::task::spawn_blocking(move || command.output()).await??;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let figure = |before: &str, after: &str| -> Option<f64> {
            said.lines().find_map(|line| line.strip_prefix(before)?.split(after).next()?.trim().parse().ok())
        };
        match (figure("tps = ", "("), figure("latency average = ", "ms")) {
            (Some(per_second), Some(mean_ms)) if output.status.success() => Ok(Ran { per_second, mean_ms }),
            // A run that fails ends its client, and the others' figures would be of fewer clients.
            _ => Err(format!("pgbench: {}", String::from_utf8_lossy(&output.stderr)).into()),
        }
    }
}
