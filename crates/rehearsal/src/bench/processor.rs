//! How much of the processor something took, on both sides of the wire.

use private_postgres::ThrowAway;

use super::Error;

/// Processor time that this process, its ended children and a whole server have taken so far, in seconds.
pub fn seconds_used(server: &ThrowAway) -> Result<f64, Error> {
    let pid_file = std::fs::read_to_string(server.folder().join("data/postmaster.pid"))?;
    let postmaster = pid_file.lines().next().unwrap_or_default().to_owned();
    let mut ticks = used("self").ok_or("no /proc/self/stat")?.1 + used(&postmaster).ok_or("no server runs")?.1;
    for entry in std::fs::read_dir("/proc")?.flatten() {
        // The server's processes that run; those that ended are counted with their parent.
        if let Some((parent, used)) = entry.file_name().to_str().and_then(used)
            && parent == postmaster
        {
            ticks += used;
        }
    }
    Ok(ticks as f64 / TICKS_PER_SECOND)
}

/// What Linux counts in for programs, on every machine.
const TICKS_PER_SECOND: f64 = 100.0;

/// The parent of a process, and the ticks that it and its ended children have taken. Names may hold spaces and brackets.
fn used(process: &str) -> Option<(String, u64)> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    // Fields 14 to 17 of proc(5), counted from the third.
    let ticks = fields.get(11..15)?.iter().map(|field| field.parse::<u64>().unwrap_or(0)).sum();
    Some(((*fields.get(1)?).to_owned(), ticks))
}
