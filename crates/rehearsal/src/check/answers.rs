//! Rules about what clerks were told.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::Verdict;
use super::story::{Stories, Story};
use crate::evidence::{Evidence, Written};
use crate::history::{Answer, Ask};

pub fn every_unknown_resolved_once(stories: &Stories) -> Verdict {
    let mut verdict = Verdict::of(
        "every-unknown-resolved-once",
        "lost answers",
        "every lost answer was resolved, to what was asked for or to nothing, and asking again gave the same",
    );
    for story in stories.0.iter().filter(|story| !matches!(story.ask, Ask::Sweep)) {
        let open = story.answers.is_empty();
        if story.lost.is_none() && !open {
            continue;
        }
        let first = story.answer().map(Answer::lasting);
        let same = story.answers.iter().all(|answer| Some(answer.lasting()) == first);
        verdict.expect(!open && same && first.as_ref().is_some_and(|answer| fits(story, answer)), || {
            format!("request {} of {}, {:?}: {:?}", story.n, story.login, story.ask, story.answers)
        });
    }
    verdict
}

pub fn each_question_is_noted(evidence: &Evidence, stories: &Stories) -> Verdict {
    let mut verdict = Verdict::of(
        "each-question-is-noted",
        "questions answered",
        "each answer to what became of an operation was committed with a row of its own",
    );
    let mut noted: BTreeMap<Uuid, usize> = BTreeMap::new();
    for row in evidence.database.journal.iter().filter(|row| row.kind == "resolve") {
        if let Some(operation) = row.detail.operation {
            *noted.entry(operation).or_default() += 1;
        }
    }
    for story in &stories.0 {
        if let Some(operation) = story.lost {
            let rows = noted.get(&operation).copied().unwrap_or(0);
            verdict.expect(rows >= story.answers.len(), || {
                format!("{} asked {} times about {operation}, and {rows} rows say so", story.login, story.answers.len())
            });
        }
    }
    verdict
}

/// Whether an answer is one to this request.
fn fits(story: &Story, answer: &Answer) -> bool {
    match (story.ask, answer) {
        (_, Answer::Void | Answer::Refused { .. }) => true,
        (Ask::Hold { seats, .. }, Answer::Held { seats: held, .. }) => same_seats(seats, held),
        (Ask::Release { .. }, Answer::Released) => true,
        (Ask::Confirm { seats, total, .. }, Answer::Confirmed { seats: sold, total: paid, .. }) => {
            same_seats(seats, sold) && total == paid
        }
        (Ask::Cancel { reservation }, Answer::Cancelled { reservation: cancelled, .. }) => reservation == cancelled,
        _ => false,
    }
}

fn same_seats(a: &[Uuid], b: &[Uuid]) -> bool {
    a.iter().collect::<BTreeSet<_>>() == b.iter().collect::<BTreeSet<_>>()
}

/// What a journal row stands for, whoever was told of it.
fn deed(written: &Written) -> Option<(&str, &str, Uuid)> {
    let of = match written.kind.as_str() {
        "hold" | "confirm" => written.operation,
        "release" => written.detail.hold?,
        "cancel" => written.detail.reservation?,
        _ => return None,
    };
    Some((&written.who, &written.kind, of))
}

/// What a clerk was told was done.
fn told<'s>(story: &'s Story) -> Option<(&'s str, &'static str, Uuid)> {
    match (story.ask, story.answer()?) {
        (_, Answer::Held { hold, .. }) => Some((story.login, "hold", *hold)),
        (Ask::Release { hold, .. }, Answer::Released) => Some((story.login, "release", *hold)),
        (_, Answer::Confirmed { reservation, .. }) => Some((story.login, "confirm", *reservation)),
        (_, Answer::Cancelled { reservation, .. }) => Some((story.login, "cancel", *reservation)),
        _ => None,
    }
}

fn journal_of_counters(evidence: &Evidence) -> BTreeMap<(&str, &str, Uuid), i64> {
    let mut deeds = BTreeMap::new();
    for written in evidence.database.journal.iter().filter(|written| written.done) {
        if let Some(deed) = deed(written) {
            *deeds.entry(deed).or_default() += 1;
        }
    }
    deeds
}

pub fn refused_wrote_nothing(evidence: &Evidence, stories: &Stories) -> Verdict {
    let mut verdict = Verdict::of(
        "refused-wrote-nothing",
        "refusals and written operations",
        "what a clerk was told was refused, or did not happen, is not there: every write is one that a clerk was told of",
    );
    let mut deeds = journal_of_counters(evidence);
    for story in &stories.0 {
        if let Some(told) = told(story) {
            *deeds.entry(told).or_default() -= 1;
        }
        if story.answer().is_some_and(|answer| !answer.is_done()) {
            verdict.looked_at += 1;
        }
    }
    for ((who, kind, of), unclaimed) in deeds {
        verdict.expect(unclaimed <= 0, || format!("{kind} {of} of {who} was done, and its clerk was never told so"));
    }
    verdict
}

pub fn acknowledged_is_in_the_journal(evidence: &Evidence, stories: &Stories) -> Verdict {
    let mut verdict = Verdict::of(
        "acknowledged-is-kept",
        "acknowledged writes",
        "every hold, release, sale and cancel that a clerk was told of is in the journal, once each time it was told",
    );
    let mut deeds = journal_of_counters(evidence);
    let void: BTreeSet<Uuid> =
        evidence.database.journal.iter().filter(|written| !written.done).map(|written| written.operation).collect();
    for story in &stories.0 {
        if let Some(told) = told(story) {
            let left = deeds.entry(told).or_default();
            *left -= 1;
            verdict.expect(*left >= 0, || format!("{} {} of {} is not in the journal", told.1, told.2, told.0));
        }
        if let (Some(Answer::Void), Some(operation)) = (story.answer(), story.lost) {
            verdict.expect(void.contains(&operation), || {
                format!("{operation} of {} was void, and has no void row", story.login)
            });
        }
    }
    verdict
}

pub fn journal_equals_writes(evidence: &Evidence) -> Verdict {
    let mut verdict = Verdict::of(
        "journal-equals-writes",
        "journal rows and transactions",
        "each transaction that changed seats has one journal row that names them, and each such row has its transaction",
    );
    const LOW: i64 = 0xffff_ffff;
    let mut changed: BTreeMap<i64, BTreeSet<Uuid>> = BTreeMap::new();
    for step in &evidence.database.steps {
        changed.entry(step.xid & LOW).or_default().insert(step.seat);
    }
    // Printing a ticket names seats and changes none.
    for written in evidence.database.journal.iter().filter(|written| written.done && written.kind != "print") {
        let seats = changed.remove(&(written.xid & LOW)).unwrap_or_default();
        let named: BTreeSet<Uuid> = written.detail.seats.iter().copied().collect();
        // Giving up a hold leaves alone what is no longer under it.
        let agrees = if written.kind == "release" { seats.is_subset(&named) } else { seats == named };
        verdict.expect(agrees, || {
            format!(
                "{} {} of {} names {} seats and changed {}",
                written.kind,
                written.operation,
                written.who,
                named.len(),
                seats.len()
            )
        });
    }
    for (xid, seats) in changed {
        verdict.expect(false, || {
            format!("transaction {xid} changed {} seats without a row of its own in the journal", seats.len())
        });
    }
    verdict
}

pub fn look_up_tells_the_truth(stories: &Stories) -> Verdict {
    let mut verdict = Verdict::of(
        "look-up-tells-the-truth",
        "look-ups",
        "a look-up finds what was sold to this phone, as it stands, and with a wrong password nothing",
    );
    // Sold to a phone, before a place in its counter's history; and cancelled, asked for or told.
    let mut sold: BTreeMap<(&str, &str), Uuid> = BTreeMap::new();
    let (mut asked, mut cancelled) = (BTreeSet::new(), BTreeSet::new());
    for story in &stories.0 {
        match (story.ask, story.answer()) {
            (Ask::Confirm { phone, .. }, Some(Answer::Confirmed { reservation, .. })) => {
                sold.insert((story.login, phone), *reservation);
            }
            (Ask::Cancel { reservation }, answer) => {
                asked.insert(*reservation);
                if matches!(answer, Some(Answer::Cancelled { .. })) {
                    cancelled.insert(*reservation);
                }
            }
            (Ask::LookUp { phone, right_password }, Some(answer)) => {
                let truth = sold.get(&(story.login, phone.as_str()));
                let true_answer = match answer {
                    Answer::Found { reservations } => {
                        // Each customer here buys once.
                        *right_password
                            && reservations.iter().all(|(found, confirmed)| {
                                let stands =
                                    if *confirmed { !cancelled.contains(found) } else { asked.contains(found) };
                                truth == Some(found) && stands
                            })
                    }
                    Answer::Refused { code } if code == "no_match" => !right_password || truth.is_none(),
                    _ => continue,
                };
                verdict.expect(true_answer, || {
                    format!(
                        "request {} of {}: {phone}, right password {right_password}: {answer:?}",
                        story.n, story.login
                    )
                });
            }
            _ => {}
        }
    }
    verdict
}

pub fn nobody_hangs(stories: &Stories) -> Verdict {
    let mut verdict =
        Verdict::of("nobody-hangs", "requests", "every request ends within a clerk's patience, whatever the wire does");
    for story in &stories.0 {
        verdict.expect(!story.hung, || format!("request {} of {}, {:?}, never ended", story.n, story.login, story.ask));
    }
    verdict
}
