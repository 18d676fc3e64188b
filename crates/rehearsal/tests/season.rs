//! A season of a few halls.

#![expect(clippy::expect_used, reason = "a test that can't go on fails by panicking")]

use std::process::Command;

#[test]
fn a_short_season_is_sold_out_and_judged_clean() {
    let report = tempfile::NamedTempFile::new().expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_rehearsal"))
        .args(["season", "--seats", "3000", "--counters", "4", "--report"])
        .arg(report.path())
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report = std::fs::read_to_string(report.path()).expect("it wrote the report");
    assert!(report.contains("3000 seats in "), "{report}");
    let rules = [
        "one-live-sale",
        "reserved-has-one-sale",
        "counts-add-up",
        "acknowledged-sale-is-whole",
        "acknowledged-is-kept",
    ];
    for rule in rules.into_iter().chain(["journal-equals-writes"]) {
        assert!(report.lines().any(|line| line.contains(rule) && line.contains("ok")), "{rule}: {report}");
    }
}
