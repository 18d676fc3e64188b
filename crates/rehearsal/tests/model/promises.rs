//! What must hold in every state, and what must happen in some, so that the former is not true of an idle box office.

use stateright::Property;

use crate::rows::{
    COUNTERS, Client, Id, Kind, Operation, Outcome, ReservationStatus, Status, Step, Sweeper, Told, Transaction, World,
    Wrong,
};
use crate::steps::BoxOffice;

pub const ONE_LIVE_SALE: &str = "a seat has at most one live sale";
pub const RESERVED_IS_SOLD: &str = "a seat is reserved exactly when it has one live sale";
pub const ACKNOWLEDGED_STAYS: &str = "an acknowledged confirm is in the database, with all its seats, until cancelled";
pub const REFUSED_NEVER_IS: &str = "a refused operation never is in the database";
pub const ONE_ANSWER: &str = "what a counter was told of an operation never changes";
pub const NO_STALE_TOKEN: &str = "a confirm never succeeds with a stale token";
pub const NOT_AFTER_EXPIRY: &str = "a confirm never succeeds after its hold has expired, seen from its locks";
pub const LIVE_HOLD_STAYS: &str = "a live hold has all of its seats";
pub const SWEEP_SPARES_LIVE: &str = "the sweep frees no live hold";

pub fn promises() -> Vec<Property<BoxOffice>> {
    let mut promises = vec![
        Property::always(ONE_LIVE_SALE, |_, world: &World| world.seats.iter().all(|seat| seat.live_sales.len() <= 1)),
        Property::always(RESERVED_IS_SOLD, |_, world: &World| {
            world.seats.iter().all(|seat| (seat.status == Status::Reserved) == (seat.live_sales.len() == 1))
        }),
        Property::always(ACKNOWLEDGED_STAYS, |_, world: &World| {
            confirms(world).filter(|(_, confirm)| confirm.knows_done()).all(|(id, _)| match world.reservation(id) {
                None => false,
                Some(ReservationStatus::Confirmed) => sold_to(world, id),
                Some(ReservationStatus::Cancelled) => true,
            })
        }),
        Property::always(REFUSED_NEVER_IS, |_, world: &World| {
            world
                .operations()
                .filter(|(_, operation)| operation.told == Told::Void)
                .all(|(id, _)| world.journal_row(id) != Some(Outcome::Done) && world.reservation(id).is_none())
        }),
        Property::always(ONE_ANSWER, |_, world: &World| world.operations().all(|(_, o)| o.told != Told::Contradicted)),
        Property::always(NO_STALE_TOKEN, |_, world: &World| !any_sold(world, Wrong::StaleToken)),
        Property::always(NOT_AFTER_EXPIRY, |_, world: &World| !any_sold(world, Wrong::AfterExpiry)),
        Property::always(LIVE_HOLD_STAYS, |_, world: &World| {
            holds(world)
                .filter(|(id, hold)| hold.step == Step::Committed && !world.over.contains(*id))
                .all(|(id, _)| world.is_under(id))
        }),
        Property::always(SWEEP_SPARES_LIVE, |_, world: &World| !world.sweep_freed_a_live_hold),
    ];
    promises.extend(sights());
    promises
}

/// Without these the promises could be kept by doing nothing.
fn sights() -> [Property<BoxOffice>; 13] {
    [
        Property::sometimes("three counters know of an operation", |_, world: &World| {
            (0..COUNTERS).all(|counter| world.operations().any(|(_, operation)| operation.counter == counter))
        }),
        Property::sometimes("a counter waits for another's lock, holding one itself", |_, world: &World| {
            world.operations().any(|(id, operation)| {
                let seats = || world.operation(id).kind.seats().iter().map(|seat| world.seat(seat).locked_by);
                operation.step == Step::Begun
                    && seats().any(|by| by == Some(Transaction::Operation(id)))
                    && seats().any(|by| by.is_some_and(|by| by != Transaction::Operation(id)))
            })
        }),
        Property::sometimes("both seats are sold to different customers", |_, world: &World| {
            world.seats[0].live_sales.len() == 1
                && world.seats[1].live_sales.len() == 1
                && world.seats[0].live_sales != world.seats[1].live_sales
        }),
        Property::sometimes("an expired hold is taken over without a sweep", |_, world: &World| {
            holds(world).any(|(_, hold)| {
                hold.step == Step::Written && hold.kind.seats().iter().any(|seat| world.is_expired(seat))
            })
        }),
        Property::sometimes("a hold that was taken over is confirmed, and refused", |_, world: &World| {
            confirms(world).any(|(id, confirm)| {
                confirm.told == Told::Void && holder(world, id).is_some_and(|by| by != confirm.counter)
            })
        }),
        Property::sometimes("an answer is lost though the sale was made", |_, world: &World| {
            confirms(world).any(|(_, confirm)| unheard(confirm) && confirm.step == Step::Committed)
        }),
        Property::sometimes("an answer is lost and no sale was made", |_, world: &World| {
            confirms(world).any(|(_, confirm)| unheard(confirm) && confirm.step == Step::RolledBack)
        }),
        Property::sometimes("a resolve waits for a commit in flight", |_, world: &World| {
            world.operations().any(|(_, o)| o.client == Client::Unsettled && o.step == Step::CommitInFlight)
        }),
        Property::sometimes("a write arrives late and finds the void row", |_, world: &World| {
            world.operations().any(|(id, o)| o.step == Step::Looked && world.journal_row(id) == Some(Outcome::Void))
        }),
        Property::sometimes("both sweepers free a seat at once", |_, world: &World| {
            world.sweepers.iter().all(|sweeper| *sweeper == Sweeper::Written)
        }),
        Property::sometimes("a hold loses a seat to another while it waits for its locks", |_, world: &World| {
            holds(world).any(|(id, hold)| hold.told == Told::Void && holder(world, id).is_some())
        }),
        Property::sometimes("a sale is cancelled once more, and refused", |_, world: &World| {
            world.operations().any(|(_, operation)| {
                let Kind::Cancel { reservation, .. } = operation.kind else { return false };
                operation.told == Told::Void && world.reservation(reservation) == Some(ReservationStatus::Cancelled)
            })
        }),
        Property::sometimes("a cancelled seat is held again", |_, world: &World| {
            confirms(world).any(|(id, _)| {
                world.reservation(id) == Some(ReservationStatus::Cancelled) && holder(world, id).is_some()
            })
        }),
    ]
}

fn of_kind(world: &World, is: fn(Kind) -> bool) -> impl Iterator<Item = (Id, &Operation)> {
    world.operations().filter(move |(_, operation)| is(operation.kind))
}

fn holds(world: &World) -> impl Iterator<Item = (Id, &Operation)> {
    of_kind(world, |kind| matches!(kind, Kind::Hold { .. }))
}

fn confirms(world: &World) -> impl Iterator<Item = (Id, &Operation)> {
    of_kind(world, |kind| matches!(kind, Kind::Confirm { .. }))
}

fn unheard(operation: &Operation) -> bool {
    operation.client == Client::Unsettled && operation.told == Told::Nothing
}

/// The counter that has one of an operation's seats under another, live hold.
fn holder(world: &World, id: Id) -> Option<u8> {
    world.operation(id).kind.seats().iter().find_map(|seat| match world.seat(seat).status {
        Status::TemporarilyHeld { hold } if hold != id && !world.over.contains(hold) => {
            Some(world.operation(hold).counter)
        }
        _ => None,
    })
}

fn sold_to(world: &World, reservation: Id) -> bool {
    world.operation(reservation).kind.seats().iter().all(|seat| {
        let seat = world.seat(seat);
        seat.status == Status::Reserved && seat.live_sales.contains(reservation)
    })
}

fn any_sold(world: &World, wrong: Wrong) -> bool {
    confirms(world).any(|(id, confirm)| confirm.wrong == Some(wrong) && world.reservation(id).is_some())
}
