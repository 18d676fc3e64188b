//! Judges a campaign by what it left behind. Each rule has a name, says what it looked at, and may not have looked at
//! nothing: a rule that nothing came by is no proof.

mod aftermath;
mod answers;
mod sales;
mod seats;
mod story;

use std::path::Path;

use crate::Error;
use crate::evidence::Evidence;
use story::Stories;

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Its name.
    pub rule: &'static str,
    /// What it asks.
    pub asks: &'static str,
    /// How many things it looked at.
    pub looked_at: u64,
    /// What these are.
    pub things: &'static str,
    /// Each that broke it.
    pub violations: Vec<String>,
}

impl Verdict {
    fn of(rule: &'static str, things: &'static str, asks: &'static str) -> Self {
        Self { rule, asks, looked_at: 0, things, violations: Vec::new() }
    }

    /// Looks at one more thing, which has to be so.
    fn expect(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        self.looked_at += 1;
        if !holds {
            self.violations.push(otherwise());
        }
    }

    /// Whether it had something to look at and nothing against it.
    pub fn is_clean(&self) -> bool {
        self.looked_at > 0 && self.violations.is_empty()
    }
}

/// Judges.
pub fn judge(evidence: &Evidence) -> Vec<Verdict> {
    let stories = Stories::read(evidence);
    let lives = seats::Lives::read(evidence);
    vec![
        sales::one_live_sale(evidence, &lives),
        sales::reserved_has_one_sale(evidence, &lives),
        sales::acknowledged_sale_is_whole(evidence, &stories),
        sales::cancelled_seats_are_free(evidence, &stories),
        sales::sold_under_the_named_hold(evidence, &stories),
        sales::walk_up_is_nobodys(evidence, &stories),
        seats::no_sale_after_expiry(&lives),
        seats::holds_never_overlap(&lives),
        seats::held_again_after_a_pause(&lives),
        seats::no_login_hoards(&lives),
        seats::sweep_frees_only_expired(evidence, &lives),
        seats::hold_is_all_or_nothing(evidence, &stories),
        seats::nothing_vanishes(evidence, &lives),
        seats::counts_add_up(evidence),
        answers::every_unknown_resolved_once(&stories),
        answers::each_question_is_noted(evidence, &stories),
        answers::refused_wrote_nothing(evidence, &stories),
        answers::acknowledged_is_in_the_journal(evidence, &stories),
        answers::journal_equals_writes(evidence),
        answers::look_up_tells_the_truth(&stories),
        answers::nobody_hangs(&stories),
        aftermath::expired_holds_are_swept(evidence, &lives),
        aftermath::no_backend_is_stuck(evidence),
        aftermath::no_corruption(evidence),
    ]
}

/// Judges what is in a folder and prints it. Whether all is clean.
///
/// # Errors
/// When the evidence can't be read.
pub fn run(folder: &Path) -> Result<bool, Error> {
    let evidence = Evidence::load(folder)?;
    let verdicts = judge(&evidence);
    print!("{}", table(&verdicts));
    Ok(verdicts.iter().all(Verdict::is_clean))
}

/// For people: a line for each rule, and the first violations below it.
pub fn table(verdicts: &[Verdict]) -> String {
    let mut lines = String::new();
    for verdict in verdicts {
        let mark = match (verdict.looked_at, verdict.violations.len()) {
            (0, 0) => "UNSEEN",
            (_, 0) => "ok",
            _ => "BROKEN",
        };
        lines += &format!("{mark:>7}  {:<30} {:>9} {}\n", verdict.rule, verdict.looked_at, verdict.things);
        for violation in verdict.violations.iter().take(5) {
            lines += &format!("         {violation}\n");
        }
        if verdict.violations.len() > 5 {
            lines += &format!("         and {} more\n", verdict.violations.len() - 5);
        }
    }
    lines
}
