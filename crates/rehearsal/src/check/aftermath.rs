//! Rules about what is left once the faults have stopped.

use super::Verdict;
use super::seats::Lives;
use crate::evidence::Evidence;

pub fn expired_holds_are_swept(evidence: &Evidence, lives: &Lives) -> Verdict {
    let campaign = &evidence.campaign;
    let mut verdict = Verdict::of(
        "expired-holds-are-swept",
        "expired holds",
        "once the faults have stopped, no expired hold outlives two sweep periods",
    );
    let patience = 2 * campaign.sweeps_every;
    for life in lives.0.values() {
        for (place, step) in life.iter().enumerate() {
            let (true, Some(until)) = (step.became == "temporarily_held", step.became_until) else { continue };
            let end = life.get(place + 1).map_or(campaign.ended, |next| next.at);
            // Over since the faults stopped, or over before and still there then.
            if end > until && end > campaign.quiet_from {
                let late = end - until.max(campaign.quiet_from);
                verdict.expect(late <= patience, || {
                    format!(
                        "the hold of seat {} was over at {until} and stood until {end}, {} ms too long",
                        step.seat,
                        (late - patience) / 1000
                    )
                });
            }
        }
    }
    verdict
}

pub fn no_backend_is_stuck(evidence: &Evidence) -> Verdict {
    let mut verdict =
        Verdict::of("no-backend-is-stuck", "backends", "in the end no backend is in the middle of anything");
    verdict.looked_at = evidence.campaign.backends;
    verdict.violations.clone_from(&evidence.campaign.stuck);
    verdict
}

pub fn no_corruption(evidence: &Evidence) -> Verdict {
    let mut verdict =
        Verdict::of("no-corruption", "tables and indexes", "pg_amcheck finds nothing against any table or index");
    verdict.looked_at = evidence.campaign.relations;
    verdict.violations.clone_from(&evidence.campaign.corruption);
    verdict
}
