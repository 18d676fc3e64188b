//! Seeds known bugs into the engine, one at a time, and shows that the checker finds each: a checker that never found
//! anything would prove nothing.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tokio::task::block_in_place;

use crate::Error;
use crate::check::{Verdict, judge};
use crate::evidence::Evidence;
use crate::scenario::{SCENARIOS, Scenario, play};

/// Runs those named, or all. Whether each was caught, and each scenario is clean without its bug.
///
/// # Errors
/// When the engine can't be built, or there is no server to be had.
pub async fn run(only: &[String]) -> Result<bool, Error> {
    if let Some(unknown) = only.iter().find(|name| !SCENARIOS.iter().any(|scenario| scenario.mutant == name.as_str())) {
        let known: Vec<&str> = SCENARIOS.iter().map(|scenario| scenario.mutant).collect();
        return Err(format!("there is no mutant {unknown}; there are {}", known.join(", ")).into());
    }
    let chosen: Vec<&Scenario> = SCENARIOS
        .iter()
        .filter(|scenario| only.is_empty() || only.iter().any(|name| name == scenario.mutant))
        .collect();
    let target = std::env::current_dir()?.join("target/mutants");
    let (mut caught, mut sound) = (0, true);
    for scenario in &chosen {
        let scratch = tempfile::tempdir()?;
        let (without, with) = (scratch.path().join("without"), scratch.path().join("with"));
        play(scenario.mutant, &without).await?;
        let clean = broken(&without)?;
        let program = block_in_place(|| build(&target, scenario.mutant))?;
        let played = block_in_place(|| Command::new(program).arg("scenario").arg(scenario.mutant).arg(&with).status())?;
        if !played.success() {
            return Err(format!("the scenario of {} could not be played", scenario.mutant).into());
        }
        let found = broken(&with)?;
        let by: Vec<&str> = found.iter().map(|verdict| verdict.rule).collect();
        println!("{} {} ({})", if by.is_empty() { "MISSED" } else { "caught" }, scenario.mutant, scenario.bug);
        println!("       by {}", if by.is_empty() { "nothing".to_owned() } else { by.join(", ") });
        if let Some(first) = found.first().and_then(|verdict| verdict.violations.first()) {
            println!("       {first}");
        }
        if let Some(lifted) = scenario.lifted {
            println!("       with a guard of the database lifted, with and without the bug: {lifted}");
        }
        for verdict in &clean {
            println!("       UNSOUND: without the bug, {} is broken too: {}", verdict.rule, verdict.violations[0]);
        }
        caught += usize::from(!by.is_empty());
        sound &= clean.is_empty();
    }
    println!("{caught}/{} caught", chosen.len());
    Ok(sound && caught == chosen.len())
}

/// Rules that the evidence in a folder breaks. A scenario is too short for every rule to have something to look at.
fn broken(folder: &Path) -> Result<Vec<Verdict>, Error> {
    let mut verdicts = judge(&Evidence::load(folder)?);
    verdicts.retain(|verdict| !verdict.violations.is_empty());
    Ok(verdicts)
}

/// Builds this program with a bug in its engine. The flag goes to the workspace's own crates alone, so that what they
/// depend on is built once for all mutants; RUSTFLAGS would build it anew for each.
fn build(target: &Path, mutant: &str) -> Result<PathBuf, Error> {
    let wrapper = target.join("compilers").join(mutant).join("rustc");
    if let Some(folder) = wrapper.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let script = format!("#!/bin/sh\nexec \"$@\" --cfg mutant_{mutant}\n");
    // Cargo takes another compiler for another build: it may not look newer each time.
    if std::fs::read_to_string(&wrapper).ok().as_deref() != Some(&script) {
        std::fs::write(&wrapper, script)?;
        std::fs::set_permissions(&wrapper, std::fs::Permissions::from_mode(0o755))?;
    }
    let built = Command::new("cargo")
        .args(["build", "--quiet", "--locked", "--package", "rehearsal", "--target-dir"])
        .arg(target)
        .env("RUSTC_WORKSPACE_WRAPPER", &wrapper)
        .env("SQLX_OFFLINE", "true")
        .status()?;
    if !built.success() {
        return Err(format!("the engine with mutant {mutant} could not be built").into());
    }
    Ok(target.join("debug/rehearsal"))
}
