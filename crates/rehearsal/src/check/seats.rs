//! Rules about seats, from what the recorder wrote of each of them.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::Verdict;
use super::story::Stories;
use crate::evidence::{Evidence, Step};
use crate::history::{Answer, Ask};

/// The steps of each seat in order.
pub struct Lives<'e>(pub BTreeMap<Uuid, Vec<&'e Step>>);

impl<'e> Lives<'e> {
    pub fn read(evidence: &'e Evidence) -> Self {
        let mut lives: BTreeMap<Uuid, Vec<&Step>> =
            evidence.database.seats.iter().map(|seat| (seat.id, Vec::new())).collect();
        for step in &evidence.database.steps {
            lives.entry(step.seat).or_default().push(step);
        }
        for life in lives.values_mut() {
            life.sort_by_key(|step| step.seq);
        }
        Self(lives)
    }

    fn steps(&self) -> impl Iterator<Item = &'e Step> {
        self.0.values().flatten().copied()
    }
}

pub fn no_sale_after_expiry(lives: &Lives) -> Verdict {
    let mut verdict =
        Verdict::of("no-sale-after-expiry", "seats sold", "a seat is sold only under a hold that is not over");
    for step in lives.steps().filter(|step| step.became == "reserved") {
        verdict.expect(step.was == "temporarily_held" && step.was_until.is_some_and(|until| step.at < until), || {
            format!(
                "{} sold seat {} when it was {} until {:?}, at {}",
                step.who, step.seat, step.was, step.was_until, step.at
            )
        });
    }
    verdict
}

pub fn holds_never_overlap(lives: &Lives) -> Verdict {
    let mut verdict = Verdict::of(
        "holds-never-overlap",
        "seats held",
        "a hold takes a seat only when it is free or its hold is over",
    );
    for step in lives.steps().filter(|step| step.became == "temporarily_held" && step.became_token != step.was_token) {
        let free = match step.was.as_str() {
            "available" => true,
            "temporarily_held" => step.was_until.is_some_and(|until| step.at >= until),
            _ => false,
        };
        verdict.expect(free, || {
            format!(
                "{} held seat {} when it was {} until {:?}, at {}",
                step.who, step.seat, step.was, step.was_until, step.at
            )
        });
    }
    verdict
}

/// Microseconds that a login leaves a seat to others. The recorder reads its clock a little after the verb.
const PAUSE: i64 = 900_000;

pub fn held_again_after_a_pause(lives: &Lives) -> Verdict {
    let mut verdict = Verdict::of(
        "held-again-after-a-pause",
        "seats held again",
        "a login takes a seat that it just held only after a second in which others can",
    );
    for life in lives.0.values() {
        let holder = |token| life.iter().find(|step| step.became_token == token).map(|step| step.who.as_str());
        for (before, step) in life.iter().zip(life.iter().skip(1)) {
            if step.became != "temporarily_held" || step.became_token == step.was_token {
                continue;
            }
            // Over and taken again, or given up or swept and taken again.
            let (token, ended) = match (step.was.as_str(), before.was.as_str()) {
                ("temporarily_held", _) => (step.was_token, step.was_until),
                ("available", "temporarily_held") => {
                    let until = before.was_until.unwrap_or(i64::MAX);
                    (before.was_token, Some(before.at.min(until)))
                }
                _ => continue,
            };
            if let (Some(ended), true) = (ended, holder(token) == Some(step.who.as_str())) {
                verdict.expect(step.at >= ended + PAUSE, || {
                    format!("{} held seat {} again {} µs after its hold ended", step.who, step.seat, step.at - ended)
                });
            }
        }
    }
    verdict
}

/// As the venue's settings have it.
const HOLDS_PER_LOGIN: usize = 8;

pub fn no_login_hoards(lives: &Lives) -> Verdict {
    let mut verdict =
        Verdict::of("no-login-hoards", "holds", "a login never has more live holds than the venue's limit");
    let mut steps: Vec<&Step> = lives.steps().collect();
    steps.sort_by_key(|step| step.seq);
    // Of each login its holds: until when, and how many seats are still under it.
    let mut holds: BTreeMap<&str, BTreeMap<Uuid, (i64, usize)>> = BTreeMap::new();
    for step in steps {
        for of_login in holds.values_mut() {
            if let Some((_, seats)) = step.was_token.and_then(|token| of_login.get_mut(&token)) {
                *seats = seats.saturating_sub(1);
            }
        }
        if let (Some(token), Some(until)) = (step.became_token, step.became_until) {
            let of_login = holds.entry(&step.who).or_default();
            of_login.retain(|_, (until, seats)| *until > step.at && *seats > 0);
            let hold = of_login.entry(token).or_insert((until, 0));
            hold.1 += 1;
            verdict.expect(of_login.len() <= HOLDS_PER_LOGIN, || {
                format!("{} had {} live holds at {}", step.who, of_login.len(), step.at)
            });
        }
    }
    verdict
}

pub fn sweep_frees_only_expired(evidence: &Evidence, lives: &Lives) -> Verdict {
    let mut verdict =
        Verdict::of("sweep-frees-only-expired", "seats swept", "a sweep frees no seat whose hold is not over");
    for step in lives.steps().filter(|step| evidence.campaign.sweepers.contains(&step.who)) {
        let over = step.was == "temporarily_held"
            && step.became == "available"
            && step.was_until.is_some_and(|until| step.at >= until);
        verdict.expect(over, || {
            format!(
                "{} made seat {} {} when it was {} until {:?}, at {}",
                step.who, step.seat, step.became, step.was, step.was_until, step.at
            )
        });
    }
    verdict
}

pub fn hold_is_all_or_nothing(evidence: &Evidence, stories: &Stories) -> Verdict {
    let mut verdict = Verdict::of(
        "hold-is-all-or-nothing",
        "holds",
        "a hold has all the seats asked for, in one transaction, or none",
    );
    let mut held: BTreeMap<Uuid, (BTreeSet<i64>, BTreeSet<Uuid>)> = BTreeMap::new();
    for step in &evidence.database.steps {
        if let Some(token) = step.became_token.filter(|token| Some(*token) != step.was_token) {
            let (transactions, seats) = held.entry(token).or_default();
            transactions.insert(step.xid);
            seats.insert(step.seat);
        }
    }
    for story in &stories.0 {
        if let (Ask::Hold { seats, .. }, Some(Answer::Held { hold, .. })) = (story.ask, story.answer()) {
            let asked: BTreeSet<Uuid> = seats.iter().copied().collect();
            let whole =
                held.remove(hold).is_some_and(|(transactions, seats)| transactions.len() == 1 && seats == asked);
            verdict.expect(whole, || format!("hold {hold} of {} has not exactly the seats asked for", story.login));
        }
    }
    for (token, (_, seats)) in held {
        verdict.expect(false, || format!("{} seats were held under {token}, which nobody was given", seats.len()));
    }
    verdict
}

pub fn nothing_vanishes(evidence: &Evidence, lives: &Lives) -> Verdict {
    let mut verdict = Verdict::of(
        "nothing-vanishes",
        "steps and snapshots",
        "each step of a seat begins where the last one ended, the last is how it stands, and no table ever shrinks",
    );
    for seat in &evidence.database.seats {
        let mut now = ("available", None, None);
        for step in lives.0.get(&seat.id).into_iter().flatten() {
            let before = (step.was.as_str(), step.was_token, step.was_until);
            verdict.expect(before == now, || format!("seat {} was {now:?} and then {before:?}", seat.id));
            now = (step.became.as_str(), step.became_token, step.became_until);
        }
        let end = (seat.status.as_str(), seat.token, seat.until);
        verdict.expect(end == now, || format!("seat {} is {end:?}, but was last made {now:?}", seat.id));
    }
    let database = &evidence.database;
    let last = (database.reservations.len() as i64, database.sold.len() as i64, database.journal.len() as i64);
    let counts = evidence.snapshots.iter().map(|s| (s.reservations, s.sold, s.journal)).chain([last]);
    let mut before = (0, 0, 0);
    for now in counts {
        verdict.expect(before.0 <= now.0 && before.1 <= now.1 && before.2 <= now.2, || {
            format!("rows of reservations, reservation_seats and journal went from {before:?} to {now:?}")
        });
        before = now;
    }
    verdict
}

pub fn counts_add_up(evidence: &Evidence) -> Verdict {
    let mut verdict = Verdict::of(
        "counts-add-up",
        "snapshots",
        "available + held + reserved are all the seats there are, at every moment",
    );
    for snapshot in &evidence.snapshots {
        let sum = snapshot.available + snapshot.held + snapshot.reserved;
        verdict.expect(sum == snapshot.total && snapshot.total == evidence.campaign.seats, || format!("{snapshot:?}"));
    }
    verdict
}
