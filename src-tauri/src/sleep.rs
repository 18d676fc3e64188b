//! How long this PC slept. The timers of a page and of Rust stand still meanwhile; the kernel's uptime goes on.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Milliseconds of sleep since this was first asked; 0 where the system doesn't tell.
pub fn slept_ms() -> u32 {
    static FIRST: OnceLock<(Duration, Instant)> = OnceLock::new();
    let (Some(up), awake) = (uptime(), Instant::now()) else { return 0 };
    let (first_up, first_awake) = FIRST.get_or_init(|| (up, awake));
    let slept = up.saturating_sub(*first_up).saturating_sub(awake.duration_since(*first_awake));
    u32::try_from(slept.as_millis()).unwrap_or(u32::MAX)
}

/// Since the start of the PC, sleep included.
fn uptime() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/uptime").ok()?;
    Duration::try_from_secs_f64(text.split(' ').next()?.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pc_that_is_awake_has_not_slept() {
        slept_ms();
        assert!(slept_ms() < 100, "{}", slept_ms());
    }
}
