//! The report of a campaign, for people who have to decide.

use std::collections::BTreeMap;

use crate::check::Verdict;
use crate::evidence::Evidence;
use crate::history::{Ask, Event};

/// Faults by kind: what stands before a colon is one.
pub fn kinds(faults: &BTreeMap<String, u64>) -> BTreeMap<&str, u64> {
    let mut kinds = BTreeMap::new();
    for (name, count) in faults {
        *kinds.entry(name.split(':').next().unwrap_or(name)).or_default() += count;
    }
    kinds
}

/// Numbers of a campaign.
pub struct Figures {
    /// Requests that counters and sweepers made.
    pub operations: u64,
    /// By what was asked for.
    pub by_ask: BTreeMap<&'static str, u64>,
    /// Answers that were lost, without those of sweeps, which nobody asks after.
    pub unknown: u64,
    /// Those that were resolved.
    pub resolved: u64,
    /// Processes that were killed and began again.
    pub restarts: u64,
}

impl Figures {
    /// Counts.
    pub fn of(evidence: &Evidence) -> Self {
        let mut figures = Self { operations: 0, by_ask: BTreeMap::new(), unknown: 0, resolved: 0, restarts: 0 };
        for events in evidence.histories.values() {
            let mut open = std::collections::BTreeSet::new();
            let mut sweeps = std::collections::BTreeSet::new();
            for event in events {
                match event {
                    Event::Sent { n, ask, .. } => {
                        figures.operations += 1;
                        *figures.by_ask.entry(name(ask)).or_default() += 1;
                        if matches!(ask, Ask::Sweep) {
                            sweeps.insert(*n);
                        }
                    }
                    Event::Unknown { n, operation, .. } if !sweeps.contains(n) => {
                        figures.unknown += 1;
                        open.insert(*operation);
                    }
                    Event::Resolved { operation, .. } => figures.resolved += u64::from(open.remove(operation)),
                    _ => {}
                }
            }
            let starts = events.iter().filter(|event| matches!(event, Event::Started { .. })).count() as u64;
            figures.restarts += starts.saturating_sub(1);
        }
        figures
    }
}

fn name(ask: &Ask) -> &'static str {
    match ask {
        Ask::Hold { .. } => "hold",
        Ask::Release { .. } => "release",
        Ask::Confirm { .. } => "confirm",
        Ask::Cancel { .. } => "cancel",
        Ask::LookUp { .. } => "look-up",
        Ask::Scan { .. } => "scan",
        Ask::CheckSeat { .. } => "seat check",
        Ask::Sweep => "sweep",
    }
}

/// The report, in Markdown.
pub fn write(evidence: &Evidence, verdicts: &[Verdict]) -> String {
    let campaign = &evidence.campaign;
    let figures = Figures::of(evidence);
    let faults: u64 = campaign.faults.values().sum();
    let kinds = kinds(&campaign.faults);
    let violations: usize = verdicts.iter().map(|verdict| verdict.violations.len()).sum();
    let unseen = verdicts.iter().filter(|verdict| verdict.looked_at == 0).count();
    let mut text = format!(
        "## Campaign of {} minutes, seed {}\n\n\
        {} counters and {} sweepers, each a process and a login of its own, on {} seats.\n\n\
        | figure | here |\n|---|---:|\n\
        | operations | {} |\n| faults | {faults} |\n| kinds of faults | {} |\n\
        | lost answers | {} |\n| resolved | {} |\n| processes killed and started again | {} |\n\
        | snapshots in the middle of it | {} |\n| **violations** | **{violations}** |\n",
        campaign.minutes,
        campaign.seed,
        campaign.counters.len(),
        campaign.sweepers.len(),
        campaign.seats,
        figures.operations,
        kinds.len(),
        figures.unknown,
        figures.resolved,
        figures.restarts,
        evidence.snapshots.len(),
    );
    if unseen > 0 {
        text += &format!("| rules that had nothing to look at | {unseen} |\n");
    }
    text += "\n| operation | times |\n|---|---:|\n";
    for (ask, count) in &figures.by_ask {
        text += &format!("| {ask} | {count} |\n");
    }
    text += "\n| kind of fault | times |\n|---|---:|\n";
    for (kind, count) in &kinds {
        text += &format!("| {kind} | {count} |\n");
    }
    for (kind, why) in &campaign.skipped {
        text += &format!("| {kind} | **skipped**: {why} |\n");
    }
    text += "\n| rule | looked at | | violations |\n|---|---:|---|---:|\n";
    for verdict in verdicts {
        let Verdict { rule, asks, looked_at, things, violations } = verdict;
        text += &format!("| `{rule}`: {asks} | {looked_at} | {things} | {} |\n", violations.len());
    }
    for verdict in verdicts.iter().filter(|verdict| !verdict.violations.is_empty()) {
        text += &format!("\nBroken: `{}`\n\n", verdict.rule);
        for violation in verdict.violations.iter().take(20) {
            text += &format!("- {violation}\n");
        }
    }
    text
}
