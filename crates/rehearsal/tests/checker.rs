//! The checker finds each kind of violation. Every test takes one small campaign in which all is well and breaks it in
//! one way.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails by panicking")]

use rehearsal::check::judge;
use rehearsal::evidence::{Campaign, Database, Detail, Evidence, Reserved, Sale, Seat, Snapshot, Sold, Step, Written};
use rehearsal::history::{Answer, Ask, Event};
use uuid::Uuid;

const SEATS: [Uuid; 2] = [Uuid::from_u128(1), Uuid::from_u128(2)];
const CONCERT: Uuid = Uuid::from_u128(9);
/// The first hold, which is sold, the second, which expires, and the third, which is given up.
const HOLDS: [Uuid; 3] = [Uuid::from_u128(10), Uuid::from_u128(11), Uuid::from_u128(12)];
const SALE: Uuid = Uuid::from_u128(20);
const CANCEL: Uuid = Uuid::from_u128(21);
const SWEEP: Uuid = Uuid::from_u128(22);
const RELEASE: Uuid = Uuid::from_u128(23);
const QUESTIONS: [Uuid; 2] = [Uuid::from_u128(30), Uuid::from_u128(31)];
const PHONE: &str = "01012345678";

fn step(
    seq: i64,
    at: i64,
    xid: i64,
    seat: usize,
    from: (&str, Option<Uuid>, Option<i64>),
    to: (&str, Option<Uuid>, Option<i64>),
) -> Step {
    Step {
        seq,
        at,
        xid,
        who: if xid == 14 { "sweeper_1" } else { "counter_1" }.to_owned(),
        seat: SEATS[seat],
        was: from.0.to_owned(),
        was_token: from.1,
        was_until: from.2,
        became: to.0.to_owned(),
        became_token: to.1,
        became_until: to.2,
    }
}

fn sale(seq: i64, xid: i64, seat: usize, released: bool) -> Sale {
    Sale { seq, at: seq, xid, who: "counter_1".to_owned(), seat: SEATS[seat], reservation: SALE, released }
}

fn written(operation: Uuid, kind: &str, xid: i64, seats: &[Uuid]) -> Written {
    let who = if kind == "sweep" { "sweeper_1" } else { "counter_1" }.to_owned();
    let reservation = (kind == "cancel").then_some(SALE);
    let hold = (kind == "release").then_some(HOLDS[2]);
    let about = (kind == "resolve").then_some(HOLDS[1]);
    Written {
        operation,
        kind: kind.to_owned(),
        done: true,
        who,
        xid,
        detail: Detail { seats: seats.to_vec(), hold, reservation, operation: about },
    }
}

fn held(hold: Uuid, seats: &[Uuid]) -> Answer {
    Answer::Held { hold, seats: seats.to_vec(), total: 100 * seats.len() as i64, expires_in_ms: 1_000 }
}

/// Two seats are held, sold, looked up and cancelled. One is held again, whose answer is lost, and swept. After a pause it
/// is held once more and given up.
fn all_is_well() -> Evidence {
    let free = ("available", None, None);
    let first = ("temporarily_held", Some(HOLDS[0]), Some(2_000));
    let second = ("temporarily_held", Some(HOLDS[1]), Some(5_000));
    let third = ("temporarily_held", Some(HOLDS[2]), Some(2_000_000));
    let reserved = ("reserved", None, None);
    let asks = [
        Ask::Hold { concert: CONCERT, seats: SEATS.to_vec() },
        Ask::Confirm { hold: HOLDS[0], concert: CONCERT, seats: SEATS.to_vec(), total: 200, phone: PHONE.to_owned() },
        Ask::LookUp { phone: PHONE.to_owned(), right_password: true },
        Ask::Cancel { reservation: SALE },
        Ask::Hold { concert: CONCERT, seats: SEATS[..1].to_vec() },
        Ask::Hold { concert: CONCERT, seats: SEATS[..1].to_vec() },
        Ask::Release { hold: HOLDS[2], seats: SEATS[..1].to_vec() },
    ];
    let answers = [
        Some(held(HOLDS[0], &SEATS)),
        Some(Answer::Confirmed { reservation: SALE, seats: SEATS.to_vec(), total: 200 }),
        Some(Answer::Found { reservations: vec![(SALE, true)] }),
        Some(Answer::Cancelled { reservation: SALE, seats_freed: 2 }),
        None,
        Some(held(HOLDS[2], &SEATS[..1])),
        Some(Answer::Released),
    ];
    let mut history = vec![Event::Started { clock_off: 0 }];
    for (n, (ask, answer)) in (0..).zip(asks.into_iter().zip(answers)) {
        history.push(Event::Sent { n, ask, intents_at: 0 });
        match answer {
            Some(answer) => history.push(Event::Known { n, took_ms: 1, answer }),
            None => {
                let (operation, answer) = (HOLDS[1], held(HOLDS[1], &SEATS[..1]));
                history.push(Event::Unknown { n, took_ms: 1, operation });
                history.push(Event::Resolved { n, operation, took_ms: 1, answer: answer.clone() });
                history.push(Event::Resolved { n, operation, took_ms: 1, answer });
            }
        }
    }
    Evidence {
        campaign: Campaign {
            seats: 2,
            counters: vec!["counter_1".to_owned()],
            sweepers: vec!["sweeper_1".to_owned()],
            sweeps_every: 1_000,
            quiet_from: 4_000,
            ended: 2_000_000,
            backends: 1,
            relations: 1,
            ..Campaign::default()
        },
        histories: [("counter_1".to_owned(), history)].into(),
        snapshots: vec![Snapshot {
            at: 1_500,
            available: 0,
            held: 0,
            reserved: 2,
            total: 2,
            reservations: 1,
            sold: 2,
            journal: 2,
            disagreeing: vec![],
            sold_twice: vec![],
            half: vec![],
        }],
        database: Database {
            seats: SEATS.map(|id| Seat { id, status: "available".to_owned(), token: None, until: None }).into(),
            reservations: vec![Reserved { id: SALE, confirmed: false, walk_up: false }],
            sold: SEATS.map(|seat| Sold { reservation: SALE, seat, price: 100, live: false }).into(),
            journal: vec![
                written(HOLDS[0], "hold", 10, &SEATS),
                written(SALE, "confirm", 11, &SEATS),
                written(CANCEL, "cancel", 12, &SEATS),
                written(HOLDS[1], "hold", 13, &SEATS[..1]),
                written(QUESTIONS[0], "resolve", 17, &[]),
                written(QUESTIONS[1], "resolve", 18, &[]),
                written(SWEEP, "sweep", 14, &SEATS[..1]),
                written(HOLDS[2], "hold", 15, &SEATS[..1]),
                written(RELEASE, "release", 16, &SEATS[..1]),
            ],
            steps: vec![
                step(1, 100, 10, 0, free, first),
                step(2, 100, 10, 1, free, first),
                step(5, 1_000, 11, 0, first, reserved),
                step(6, 1_000, 11, 1, first, reserved),
                step(7, 2_000, 12, 0, reserved, free),
                step(8, 2_000, 12, 1, reserved, free),
                step(11, 3_000, 13, 0, free, second),
                step(12, 6_000, 14, 0, second, free),
                step(13, 1_005_000, 15, 0, free, third),
                step(14, 1_006_000, 16, 0, third, free),
            ],
            sales: vec![sale(3, 11, 0, false), sale(4, 11, 1, false), sale(9, 12, 0, true), sale(10, 12, 1, true)],
        },
    }
}

/// The rules that are broken once the evidence is changed in this way.
fn broken_by(change: impl FnOnce(&mut Evidence)) -> Vec<&'static str> {
    let mut evidence = all_is_well();
    change(&mut evidence);
    judge(&evidence).iter().filter(|verdict| !verdict.violations.is_empty()).map(|verdict| verdict.rule).collect()
}

fn assert_breaks(rule: &str, change: impl FnOnce(&mut Evidence)) {
    let broken = broken_by(change);
    assert!(broken.contains(&rule), "{rule} is not among {broken:?}");
}

fn history(evidence: &mut Evidence) -> &mut Vec<Event> {
    evidence.histories.get_mut("counter_1").unwrap()
}

fn answer_of(evidence: &mut Evidence, request: u64, other: Answer) {
    for event in history(evidence) {
        if let Event::Known { n, answer, .. } = event
            && *n == request
        {
            *answer = other.clone();
        }
    }
}

#[test]
fn a_campaign_in_which_all_is_well_is_clean_and_every_rule_had_something_to_look_at() {
    for verdict in judge(&all_is_well()) {
        assert!(verdict.is_clean(), "{verdict:?}");
    }
}

#[test]
fn a_rule_that_nothing_came_by_is_not_clean() {
    let empty = Evidence::default();
    assert!(judge(&empty).iter().any(|verdict| !verdict.is_clean()));
}

#[test]
fn a_second_sale_of_a_sold_seat_is_found() {
    assert_breaks("one-live-sale", |evidence| {
        let second = Sale { reservation: Uuid::from_u128(99), ..sale(6, 19, 0, false) };
        evidence.database.sales.insert(2, second);
    });
}

#[test]
fn a_seat_sold_twice_is_found_in_a_snapshot_and_in_the_end() {
    assert_breaks("one-live-sale", |evidence| evidence.snapshots[0].sold_twice.push(SEATS[0]));
    assert_breaks("one-live-sale", |evidence| {
        evidence.database.sold.iter_mut().for_each(|sold| sold.seat = SEATS[0]);
        evidence.database.sold.iter_mut().for_each(|sold| sold.live = true);
    });
}

#[test]
fn a_reserved_seat_without_a_sale_is_found_between_two_transactions_and_in_a_snapshot() {
    assert_breaks("reserved-has-one-sale", |evidence| evidence.database.sales.retain(|sale| sale.seq != 3));
    assert_breaks("reserved-has-one-sale", |evidence| evidence.snapshots[0].disagreeing.push(SEATS[0]));
    assert_breaks("reserved-has-one-sale", |evidence| evidence.snapshots[0].half.push(SALE));
}

#[test]
fn an_acknowledged_sale_that_lost_a_seat_or_changed_its_price_is_found() {
    assert_breaks("acknowledged-sale-is-whole", |evidence| evidence.database.sold.truncate(1));
    assert_breaks("acknowledged-sale-is-whole", |evidence| evidence.database.sold[0].price = 1);
    assert_breaks("acknowledged-sale-is-whole", |evidence| evidence.database.reservations.clear());
}

#[test]
fn a_cancel_that_leaves_a_seat_sold_or_comes_undone_is_found() {
    assert_breaks("cancelled-seats-are-free", |evidence| evidence.database.sold[0].live = true);
    assert_breaks("cancelled-seats-are-free", |evidence| evidence.database.steps.retain(|step| step.seq != 8));
    assert_breaks("cancelled-seats-are-free", |evidence| evidence.database.reservations[0].confirmed = true);
}

#[test]
fn a_customer_who_is_lost_or_a_walk_up_sale_that_became_somebodys_is_found() {
    assert_breaks("walk-up-is-nobodys", |evidence| evidence.database.reservations[0].walk_up = true);
    assert_breaks("walk-up-is-nobodys", |evidence| {
        for event in history(evidence) {
            if let Event::Sent { ask: Ask::Confirm { phone, .. }, .. } = event {
                phone.clear();
            }
        }
    });
    assert_breaks("walk-up-is-nobodys", |evidence| {
        let n = 7;
        history(evidence).push(Event::Sent { n, ask: Ask::Scan { reservation: SALE }, intents_at: 0 });
        let answer = Answer::Found { reservations: vec![(HOLDS[0], true)] };
        history(evidence).push(Event::Known { n, took_ms: 1, answer });
    });
}

#[test]
fn a_sale_under_another_hold_than_the_one_that_was_named_is_found() {
    assert_breaks("sold-under-the-named-hold", |evidence| evidence.database.steps[2].was_token = Some(HOLDS[1]));
}

#[test]
fn a_sale_after_the_hold_was_over_or_of_a_free_seat_is_found() {
    assert_breaks("no-sale-after-expiry", |evidence| evidence.database.steps[2].at = 2_000);
    assert_breaks("no-sale-after-expiry", |evidence| evidence.database.steps[2].was = "available".to_owned());
}

#[test]
fn a_hold_that_takes_a_seat_under_a_running_hold_or_a_sold_one_is_found() {
    assert_breaks("holds-never-overlap", |evidence| {
        let running = &mut evidence.database.steps[6];
        (running.was, running.was_until) = ("temporarily_held".to_owned(), Some(3_001));
    });
    assert_breaks("holds-never-overlap", |evidence| evidence.database.steps[6].was = "reserved".to_owned());
}

#[test]
fn a_seat_held_again_without_a_pause_is_found() {
    // After a hold that was swept, and after one that was given up.
    assert_breaks("held-again-after-a-pause", |evidence| evidence.database.steps[8].at = 800_000);
    assert_breaks("held-again-after-a-pause", |evidence| {
        let again = ("temporarily_held", Some(Uuid::from_u128(13)), Some(3_000_000));
        evidence.database.steps.push(step(15, 1_007_000, 19, 0, ("available", None, None), again));
    });
}

#[test]
fn a_login_with_more_live_holds_than_the_limit_is_found() {
    assert_breaks("no-login-hoards", |evidence| {
        for n in 0..9 {
            let hold = ("temporarily_held", Some(Uuid::from_u128(50 + n)), Some(3_000_000));
            let mut held = step(20, 1_500_000, 20, 0, ("available", None, None), hold);
            held.seat = Uuid::from_u128(70 + n);
            evidence.database.steps.push(held);
        }
    });
}

#[test]
fn an_answer_to_a_question_that_left_no_row_is_found() {
    assert_breaks("each-question-is-noted", |evidence| {
        evidence.database.journal.retain(|row| row.operation != QUESTIONS[1])
    });
}

#[test]
fn a_sweep_that_frees_a_running_hold_is_found() {
    assert_breaks("sweep-frees-only-expired", |evidence| evidence.database.steps[7].at = 4_999);
}

#[test]
fn a_hold_with_a_seat_too_few_or_in_two_transactions_or_that_nobody_was_given_is_found() {
    assert_breaks("hold-is-all-or-nothing", |evidence| drop(evidence.database.steps.remove(1)));
    assert_breaks("hold-is-all-or-nothing", |evidence| evidence.database.steps[1].xid = 19);
    assert_breaks("hold-is-all-or-nothing", |evidence| {
        answer_of(evidence, 0, Answer::Refused { code: "seats_taken".to_owned() });
    });
}

#[test]
fn a_step_or_a_row_that_vanishes_is_found() {
    assert_breaks("nothing-vanishes", |evidence| drop(evidence.database.steps.remove(4)));
    assert_breaks("nothing-vanishes", |evidence| evidence.database.seats[0].status = "reserved".to_owned());
    assert_breaks("nothing-vanishes", |evidence| evidence.snapshots[0].journal = 10);
}

#[test]
fn a_snapshot_whose_seats_do_not_add_up_is_found() {
    assert_breaks("counts-add-up", |evidence| evidence.snapshots[0].available = 1);
    assert_breaks("counts-add-up", |evidence| evidence.campaign.seats = 3);
}

#[test]
fn a_lost_answer_that_was_never_resolved_or_resolved_to_two_things_is_found() {
    assert_breaks("every-unknown-resolved-once", |evidence| {
        history(evidence).retain(|event| !matches!(event, Event::Resolved { .. }));
    });
    assert_breaks("every-unknown-resolved-once", |evidence| {
        let last = history(evidence).iter_mut().rev().find(|event| matches!(event, Event::Resolved { .. }));
        if let Some(Event::Resolved { answer, .. }) = last {
            *answer = Answer::Void;
        }
    });
    assert_breaks("every-unknown-resolved-once", |evidence| {
        history(evidence).retain(|event| !matches!(event, Event::Known { n: 3, .. }));
    });
}

#[test]
fn a_refused_sale_that_is_there_is_found() {
    assert_breaks("refused-wrote-nothing", |evidence| {
        answer_of(evidence, 1, Answer::Refused { code: "hold_expired".to_owned() });
    });
}

#[test]
fn an_acknowledged_write_that_is_not_in_the_journal_is_found() {
    assert_breaks("acknowledged-is-kept", |evidence| evidence.database.journal.retain(|row| row.kind != "cancel"));
    assert_breaks("acknowledged-is-kept", |evidence| evidence.database.journal[0].done = false);
}

#[test]
fn a_write_without_a_journal_row_or_with_a_row_that_names_other_seats_is_found() {
    assert_breaks("journal-equals-writes", |evidence| evidence.database.journal.retain(|row| row.kind != "sweep"));
    assert_breaks("journal-equals-writes", |evidence| evidence.database.journal[3].detail.seats = SEATS.to_vec());
}

#[test]
fn a_look_up_that_finds_what_was_not_sold_or_by_a_wrong_password_is_found() {
    assert_breaks("look-up-tells-the-truth", |evidence| {
        answer_of(evidence, 2, Answer::Found { reservations: vec![(CANCEL, true)] });
    });
    assert_breaks("look-up-tells-the-truth", |evidence| {
        answer_of(evidence, 2, Answer::Refused { code: "no_match".to_owned() });
    });
    assert_breaks("look-up-tells-the-truth", |evidence| {
        for event in history(evidence) {
            if let Event::Sent { ask: Ask::LookUp { right_password, .. }, .. } = event {
                *right_password = false;
            }
        }
    });
}

#[test]
fn a_request_that_never_ended_is_found() {
    assert_breaks("nobody-hangs", |evidence| history(evidence).push(Event::Hung { n: 4 }));
}

#[test]
fn an_expired_hold_that_outlives_two_sweep_periods_after_the_faults_is_found() {
    assert_breaks("expired-holds-are-swept", |evidence| evidence.database.steps[7].at = 7_001);
    assert_breaks("expired-holds-are-swept", |evidence| evidence.database.steps.truncate(7));
}

#[test]
fn a_stuck_backend_and_corruption_are_found() {
    assert_breaks("no-backend-is-stuck", |evidence| evidence.campaign.stuck.push("backend 1".to_owned()));
    assert_breaks("no-corruption", |evidence| evidence.campaign.corruption.push("heap".to_owned()));
}
