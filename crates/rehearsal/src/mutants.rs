//! Seeds known bugs, one at a time, and shows that the checker finds each: a checker that never found anything would prove
//! nothing.

use std::path::Path;

use crate::Error;
use crate::check::{Verdict, judge};
use crate::evidence::Evidence;
use crate::scenario::{SCENARIOS, Scenario, find, play};

/// Runs those named, or all. Whether each was caught, and each scenario is clean without its bug.
///
/// # Errors
/// When a bug can no longer be seeded, or there is no server to be had.
pub async fn run(only: &[String]) -> Result<bool, Error> {
    let chosen: Vec<&Scenario> = match only {
        [] => SCENARIOS.iter().collect(),
        named => named.iter().map(|name| find(name)).collect::<Result<_, _>>()?,
    };
    let (mut caught, mut sound) = (0, true);
    for scenario in &chosen {
        let scratch = tempfile::tempdir()?;
        let (without, with) = (scratch.path().join("without"), scratch.path().join("with"));
        play(scenario, false, &without).await?;
        let clean = broken(&without)?;
        play(scenario, true, &with).await?;
        let found = broken(&with)?;
        let by: Vec<&str> = found.iter().map(|verdict| verdict.rule).collect();
        println!("{} {} ({})", if by.is_empty() { "MISSED" } else { "caught" }, scenario.mutant, scenario.about);
        println!("       by {}", if by.is_empty() { "nothing".to_owned() } else { by.join(", ") });
        if let Some(first) = found.first().and_then(|verdict| verdict.violations.first()) {
            println!("       {first}");
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
