//! How much of the processor something took, on both sides of the wire.

use private_postgres::ThrowAway;

use super::Error;

/// Processor time taken so far, in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Used {
    /// By this process and its children that ended.
    pub client: f64,
    /// By a server, all its processes.
    pub server: f64,
}

impl Used {
    /// Since an earlier reading, in milliseconds for each of so many.
    pub fn since(self, earlier: Self, many: usize) -> Self {
        let each = |now: f64, then: f64| (now - then) * 1e3 / many as f64;
        Self { client: each(self.client, earlier.client), server: each(self.server, earlier.server) }
    }
}

/// What was taken up to now.
pub fn used_by(server: &ThrowAway) -> Result<Used, Error> {
    let pid_file = std::fs::read_to_string(server.folder().join("data/postmaster.pid"))?;
    let postmaster = pid_file.lines().next().unwrap_or_default().to_owned();
    let client = ticks_of("self").ok_or("no /proc/self/stat")?.1;
    loop {
        let before = ticks_of(&postmaster).ok_or("no server runs")?.1;
        let mut running = 0;
        for entry in std::fs::read_dir("/proc")?.flatten() {
            if let Some((parent, used)) = entry.file_name().to_str().and_then(ticks_of)
                && parent == postmaster
            {
                running += used;
            }
        }
        // What ended meanwhile went from those that run to their parent.
        if ticks_of(&postmaster).is_some_and(|(_, after)| after == before) {
            let seconds = |ticks: u64| ticks as f64 / TICKS_PER_SECOND;
            return Ok(Used { client: seconds(client), server: seconds(before + running) });
        }
    }
}

/// What Linux counts in for programs, on every machine.
const TICKS_PER_SECOND: f64 = 100.0;

/// The parent of a process, and the ticks that it and its ended children have taken. Names may hold spaces and brackets.
fn ticks_of(process: &str) -> Option<(String, u64)> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    // Fields 14 to 17 of proc(5), counted from the third.
    let ticks = fields.get(11..15)?.iter().map(|field| field.parse::<u64>().unwrap_or(0)).sum();
    Some(((*fields.get(1)?).to_owned(), ticks))
}
