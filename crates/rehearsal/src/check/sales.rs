//! Rules about sales.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::Verdict;
use super::seats::Lives;
use super::story::Stories;
use crate::evidence::{Evidence, Sale, Sold};
use crate::history::{Answer, Ask};

pub fn one_live_sale(evidence: &Evidence, _: &Lives) -> Verdict {
    let mut verdict = Verdict::of(
        "one-live-sale",
        "sales, snapshots, seats",
        "no seat is sold again before its sale was released, at any moment",
    );
    for (seat, sales) in sales_of_seats(evidence) {
        let mut live: Option<Uuid> = None;
        for sale in sales {
            if sale.released {
                verdict.expect(live == Some(sale.reservation), || {
                    format!("seat {seat}: {live:?} is live, {} is released", sale.reservation)
                });
                live = None;
            } else {
                verdict.expect(live.is_none(), || {
                    format!("seat {seat} is sold as {live:?} and sold again as {}", sale.reservation)
                });
                live = Some(sale.reservation);
            }
        }
    }
    for snapshot in &evidence.snapshots {
        verdict.expect(snapshot.sold_twice.is_empty(), || {
            format!("at {}: sold twice {:?}", snapshot.at, snapshot.sold_twice)
        });
    }
    let mut live = BTreeMap::new();
    for sold in evidence.database.sold.iter().filter(|sold| sold.live) {
        let before = live.insert(sold.seat, sold.reservation);
        verdict.expect(before.is_none(), || {
            format!("in the end seat {} belongs to {before:?} and {}", sold.seat, sold.reservation)
        });
    }
    verdict
}

pub fn reserved_has_one_sale(evidence: &Evidence, lives: &Lives) -> Verdict {
    let mut verdict = Verdict::of(
        "reserved-has-one-sale",
        "transactions and snapshots",
        "after every transaction a seat is reserved exactly when it has one live sale, and a reservation confirmed when it has seats",
    );
    let mut sales = sales_of_seats(evidence);
    for (seat, life) in &lives.0 {
        // What each transaction did to this seat, in order.
        let mut acts: Vec<(i64, i64, Option<bool>, i64)> =
            life.iter().map(|step| (step.seq, step.xid, Some(step.became == "reserved"), 0)).collect();
        let of_seat = sales.remove(seat).unwrap_or_default();
        acts.extend(of_seat.iter().map(|sale| (sale.seq, sale.xid, None, if sale.released { -1 } else { 1 })));
        acts.sort_unstable();
        let (mut reserved, mut live) = (false, 0);
        for (place, (_, xid, became, sold)) in acts.iter().enumerate() {
            reserved = became.unwrap_or(reserved);
            live += sold;
            if acts.get(place + 1).is_none_or(|(_, next, ..)| next != xid) {
                verdict.expect(live == i64::from(reserved), || {
                    format!(
                        "after transaction {xid} seat {seat} has {live} live sales and is {}reserved",
                        if reserved { "" } else { "not " }
                    )
                });
            }
        }
    }
    for snapshot in &evidence.snapshots {
        verdict.expect(snapshot.disagreeing.is_empty() && snapshot.half.is_empty(), || {
            format!("at {}: seats {:?}, reservations {:?}", snapshot.at, snapshot.disagreeing, snapshot.half)
        });
    }
    verdict
}

pub fn acknowledged_sale_is_whole(evidence: &Evidence, stories: &Stories) -> Verdict {
    let mut verdict = Verdict::of(
        "acknowledged-sale-is-whole",
        "acknowledged sales",
        "every sale that a clerk was told of is there, with all its seats, at the price the customer was told",
    );
    let sold = sold_by_reservation(evidence);
    let confirmed: BTreeMap<Uuid, bool> =
        evidence.database.reservations.iter().map(|reservation| (reservation.id, reservation.confirmed)).collect();
    for story in &stories.0 {
        let (Ask::Confirm { seats, total, .. }, Some(Answer::Confirmed { reservation, .. })) =
            (story.ask, story.answer())
        else {
            continue;
        };
        let rows = sold.get(reservation).map(Vec::as_slice).unwrap_or_default();
        let asked: BTreeSet<Uuid> = seats.iter().copied().collect();
        let found: BTreeSet<Uuid> = rows.iter().map(|row| row.seat).collect();
        let price: i64 = rows.iter().map(|row| row.price).sum();
        let live = confirmed.get(reservation);
        let whole =
            asked == found && price == *total && live.is_some_and(|live| rows.iter().all(|row| row.live == *live));
        verdict.expect(whole, || {
            format!(
                "sale {reservation} of {} seats for {total} won by {}: found {} seats for {price}, confirmed {live:?}",
                asked.len(),
                story.login,
                found.len()
            )
        });
    }
    verdict
}

pub fn cancelled_seats_are_free(evidence: &Evidence, stories: &Stories) -> Verdict {
    let mut verdict = Verdict::of(
        "cancelled-seats-are-free",
        "cancelled reservations",
        "a cancel frees every seat of the reservation, in one transaction, for good",
    );
    let mut told: BTreeSet<Uuid> = BTreeSet::new();
    for story in &stories.0 {
        if let Some(Answer::Cancelled { reservation, .. }) = story.answer() {
            told.insert(*reservation);
        }
    }
    let mut freed: BTreeSet<(Uuid, i64)> = BTreeSet::new();
    for step in evidence.database.steps.iter().filter(|step| step.was == "reserved" && step.became == "available") {
        freed.insert((step.seat, step.xid));
    }
    let mut released: BTreeMap<Uuid, Vec<&Sale>> = BTreeMap::new();
    for sale in evidence.database.sales.iter().filter(|sale| sale.released) {
        released.entry(sale.reservation).or_default().push(sale);
    }
    let sold = sold_by_reservation(evidence);
    for reservation in &evidence.database.reservations {
        if reservation.confirmed {
            if told.remove(&reservation.id) {
                verdict.expect(false, || format!("{} was cancelled, and is confirmed", reservation.id));
            }
            continue;
        }
        told.remove(&reservation.id);
        let seats = sold.get(&reservation.id).map(Vec::as_slice).unwrap_or_default();
        let releases = released.get(&reservation.id).map(Vec::as_slice).unwrap_or_default();
        let together = releases.windows(2).all(|pair| pair[0].xid == pair[1].xid);
        let all = releases.len() == seats.len() && seats.iter().all(|seat| !seat.live);
        let free = releases.iter().all(|release| freed.contains(&(release.seat, release.xid)));
        verdict.expect(together && all && free, || {
            format!("{} has {} seats, {} of them released", reservation.id, seats.len(), releases.len())
        });
    }
    for reservation in told {
        verdict.expect(false, || format!("{reservation} was cancelled, and is not there"));
    }
    verdict
}

pub fn sold_under_the_named_hold(evidence: &Evidence, stories: &Stories) -> Verdict {
    let mut verdict = Verdict::of(
        "sold-under-the-named-hold",
        "seats sold",
        "a sale takes only seats that are under the very hold which the clerk named, not under another one",
    );
    let mut tokens: BTreeMap<(Uuid, i64), Option<Uuid>> = BTreeMap::new();
    for step in evidence.database.steps.iter().filter(|step| step.became == "reserved") {
        tokens.insert((step.seat, step.xid), step.was_token);
    }
    let mut named: BTreeMap<Uuid, Uuid> = BTreeMap::new();
    for story in &stories.0 {
        if let (Ask::Confirm { hold, .. }, Some(Answer::Confirmed { reservation, .. })) = (story.ask, story.answer()) {
            named.insert(*reservation, *hold);
        }
    }
    for sale in evidence.database.sales.iter().filter(|sale| !sale.released) {
        let token = tokens.get(&(sale.seat, sale.xid)).copied().flatten();
        let hold = named.get(&sale.reservation).copied();
        verdict.expect(hold.is_some() && token == hold, || {
            format!("{} sold seat {} under {token:?}, naming {hold:?}", sale.who, sale.seat)
        });
    }
    verdict
}

pub fn walk_up_is_nobodys(evidence: &Evidence, stories: &Stories) -> Verdict {
    let mut verdict = Verdict::of(
        "walk-up-is-nobodys",
        "sales and scans",
        "a sale is kept without a customer exactly when nobody was asked for one, and its ticket finds that sale alone",
    );
    let walk_up: BTreeMap<Uuid, bool> =
        evidence.database.reservations.iter().map(|reservation| (reservation.id, reservation.walk_up)).collect();
    for story in &stories.0 {
        match (story.ask, story.answer()) {
            (Ask::Confirm { phone, .. }, Some(Answer::Confirmed { reservation, .. })) => {
                let kept = walk_up.get(reservation).copied();
                verdict.expect(kept == Some(phone.is_empty()), || {
                    format!("{reservation} was sold to {phone:?}, and is kept as a walk-up sale: {kept:?}")
                });
            }
            (Ask::Scan { reservation }, Some(Answer::Found { reservations })) => {
                verdict
                    .expect(reservations.iter().all(|(found, confirmed)| found == reservation && *confirmed), || {
                        format!("a ticket of {reservation} found {reservations:?}")
                    });
            }
            _ => {}
        }
    }
    verdict
}

fn sales_of_seats(evidence: &Evidence) -> BTreeMap<Uuid, Vec<&Sale>> {
    let mut sales: BTreeMap<Uuid, Vec<&Sale>> = BTreeMap::new();
    for sale in &evidence.database.sales {
        sales.entry(sale.seat).or_default().push(sale);
    }
    for of_seat in sales.values_mut() {
        of_seat.sort_by_key(|sale| sale.seq);
    }
    sales
}

fn sold_by_reservation(evidence: &Evidence) -> BTreeMap<Uuid, Vec<&Sold>> {
    let mut sold: BTreeMap<Uuid, Vec<&Sold>> = BTreeMap::new();
    for row in &evidence.database.sold {
        sold.entry(row.reservation).or_default().push(row);
    }
    sold
}
