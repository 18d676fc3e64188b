//! A short campaign, as `make rehearse` runs a long one.

use std::process::Command;

#[test]
fn a_campaign_of_twenty_seconds_with_a_fixed_seed_is_clean_and_judged_the_same_again() {
    let folder = tempfile::tempdir().unwrap();
    let (keep, report) = (folder.path().join("evidence"), folder.path().join("report.md"));
    let rehearsal = || Command::new(env!("CARGO_BIN_EXE_rehearsal"));
    let campaign = rehearsal()
        .args(["faults", "--seed", "20", "--minutes", "0.34", "--counters", "8", "--keep"])
        .arg(&keep)
        .arg("--report")
        .arg(&report)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&campaign.stdout).into_owned();
    assert!(campaign.status.success(), "{said}\n{}", String::from_utf8_lossy(&campaign.stderr));
    assert!(std::fs::read_to_string(&report).unwrap().contains("seed 20"));
    let again = rehearsal().arg("check").arg(&keep).output().unwrap();
    assert!(again.status.success());
    assert!(said.starts_with(&*String::from_utf8_lossy(&again.stdout)), "{said}");
}
