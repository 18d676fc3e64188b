//! A counter's operation from its intent to its answer, as `operate`, `hold`, `confirm`, `cancel` and `resolve` do it.

use crate::rows::{
    COUNTERS, Client, Id, Kind, Operation, Outcome, ReservationStatus, Set, Status, Step, Told, Transaction, World,
    Wrong,
};
use crate::steps::{Action, BoxOffice, Interleaving};

impl BoxOffice {
    /// What clerks may begin, and that a PC may crash.
    pub fn counters_may(&self, world: &World, actions: &mut Vec<Action>) {
        let has_room = world.operations().count() < self.operations;
        let mut has_new = false;
        for counter in 0..COUNTERS {
            let mut own = world.operations().filter(|(_, operation)| operation.counter == counter).peekable();
            let is_new = own.peek().is_none();
            if is_new && has_new {
                // Counters that have done nothing differ in nothing.
                continue;
            }
            has_new |= is_new;
            let is_busy = own.any(|(_, operation)| matches!(operation.client, Client::Listening | Client::Unsettled));
            if !is_busy && has_room {
                let kinds = holds(world).chain(confirms(world, counter)).chain(cancels(world));
                let kinds = kinds.filter(|kind| self.is_worth_beginning(world, *kind));
                actions.extend(kinds.map(|kind| Action::Begin { counter, kind }));
            }
            if !is_new && !self.in_one_go() {
                actions.push(Action::CrashAndRestart { counter });
            }
        }
    }

    pub fn in_one_go(&self) -> bool {
        self.interleaving == Interleaving::WhatOthersCanTell
    }

    /// To wait for one's first lock is the same as to begin later.
    fn is_worth_beginning(&self, world: &World, kind: Kind) -> bool {
        let first = kind.seats().iter().next().expect("there is one");
        !self.in_one_go() || world.seat(first).locked_by.is_none()
    }

    /// Whether the next step of an operation is all that has to be looked at now.
    ///
    /// Under its locks nobody sees a transaction's steps, nor can change what it sees but for the clock, and to look
    /// after time has passed is to have been granted the lock after it. An answer that arrives late changes nothing for
    /// others either.
    pub fn concerns_nobody_else(&self, world: &World, id: Id) -> bool {
        let operation = world.operation(id);
        let has_no_lock = || next_to_lock(world, id) == operation.kind.seats().iter().next();
        world.is_done_with(id)
            || self.in_one_go()
                && operation.client == Client::Listening
                && match operation.step {
                    Step::Begun => has_no_lock(),
                    Step::Locked | Step::Looked | Step::Written | Step::Committed => true,
                    Step::CommitInFlight | Step::RolledBack => false,
                }
    }

    /// What may happen to an operation at the server and on the wire.
    pub fn operation_may(&self, world: &World, id: Id, actions: &mut Vec<Action>) {
        let Operation { kind, step, client, counter, .. } = *world.operation(id);
        let operation = id;
        if world.is_done_with(id) || world.may_be_forgotten(id) {
            actions.push(Action::Forget { operation });
        }
        match (step, kind) {
            (Step::Begun, _) if self.may_lock(world, id) => actions.push(Action::Lock { operation }),
            _ if next_is_write(step, kind) && may_write(world, id) => {
                actions.push(Action::Write { operation });
            }
            (Step::Locked, Kind::Confirm { .. } | Kind::Cancel { .. }) => actions.push(Action::Look { operation }),
            (Step::Written, _) => actions.push(Action::SendCommit { operation }),
            (Step::CommitInFlight, _) => actions.push(Action::ApplyCommit { operation }),
            _ => {}
        }
        match client {
            Client::Listening if step.before_commit() => {
                actions.push(Action::Fail { operation });
                if self.in_one_go() && next_is_write(step, kind) {
                    actions.push(Action::CrashAndRestart { counter });
                }
            }
            Client::Listening => {
                if step == Step::Committed {
                    actions.push(Action::Answer { operation });
                }
                if !self.in_one_go() || step == Step::CommitInFlight {
                    actions.push(Action::LoseAnswer { operation });
                }
            }
            Client::Settled | Client::Unsettled | Client::Retried => {
                if step.before_commit() || step == Step::CommitInFlight {
                    actions.push(Action::RollBack { operation });
                }
            }
        }
        if client == Client::Unsettled {
            if !self.guards.resolve_before_retry {
                if world.operations().count() < self.operations {
                    actions.push(Action::RetryBlindly { operation });
                }
            } else if self.may_resolve(step) {
                actions.push(Action::Resolve { operation });
                actions.push(Action::LoseResolved { operation });
            }
        }
        if let Kind::Hold { seats } = kind {
            let is_on_a_row = seats.iter().any(|seat| world.seat(seat).status == Status::TemporarilyHeld { hold: id });
            if !world.over.contains(id) && (step.journal_row_pending() || is_on_a_row) {
                actions.push(Action::TimePasses { hold: id });
            }
        }
    }

    fn may_lock(&self, world: &World, id: Id) -> bool {
        !self.guards.row_lock || next_to_lock(world, id).is_some_and(|seat| world.seat(seat).locked_by.is_none())
    }

    /// The insert of the void row waits for a row with its key that is not committed yet.
    fn may_resolve(&self, step: Step) -> bool {
        !self.guards.void_row || !step.journal_row_pending()
    }

    pub fn begin(&self, world: &mut World, counter: u8, kind: Kind) {
        let now = if self.guards.clock_after_lock { Set::default() } else { world.over };
        let id = world.operations.iter().position(Option::is_none).expect("there is room");
        world.operations[id] = Some(Operation {
            counter,
            kind,
            step: Step::Begun,
            client: Client::Listening,
            told: Told::Nothing,
            wrong: None,
            now,
        });
    }

    pub fn lock(&self, world: &mut World, id: Id) {
        if self.guards.row_lock {
            let seat = next_to_lock(world, id).expect("one is left");
            world.seats[seat as usize].locked_by = Some(Transaction::Operation(id));
        }
        if !self.guards.row_lock || next_to_lock(world, id).is_none() {
            world.operation_mut(id).step = Step::Locked;
        }
    }

    pub fn look(&self, world: &mut World, id: Id) {
        let operation = *world.operation(id);
        let may_write = match operation.kind {
            Kind::Hold { .. } => unreachable!("a hold looks when it writes"),
            Kind::Confirm { hold, .. } => self.hold_is_good(world, &operation, hold),
            Kind::Cancel { reservation, .. } => world.reservation(reservation) == Some(ReservationStatus::Confirmed),
        };
        if !may_write {
            return refuse(world, id);
        }
        let wrong = match operation.kind {
            Kind::Confirm { hold, .. } if !world.is_under(hold) => Some(Wrong::StaleToken),
            Kind::Confirm { hold, .. } if world.over.contains(hold) => Some(Wrong::AfterExpiry),
            _ => None,
        };
        let operation = world.operation_mut(id);
        operation.step = Step::Looked;
        operation.wrong = wrong;
    }

    fn hold_is_good(&self, world: &World, confirm: &Operation, wanted: Id) -> bool {
        let clock = if self.guards.clock_after_lock { world.over } else { confirm.now };
        confirm.kind.seats().iter().all(|seat| match world.seat(seat).status {
            Status::TemporarilyHeld { hold } => (hold == wanted || !self.guards.hold_token) && !clock.contains(hold),
            Status::Available | Status::Reserved => false,
        })
    }

    /// What the PC had sent goes on. That an intent was settled is not fsynced, so any of them may be found open again.
    pub fn crash_and_restart(&self, world: &mut World, counter: u8) {
        for operation in world.operations.iter_mut().flatten().filter(|operation| operation.counter == counter) {
            if !self.in_one_go() || operation.client == Client::Listening {
                operation.client = Client::Unsettled;
            }
        }
    }

    /// The void row, unless there is a row already, and then what is there. Without the guard only the latter.
    pub fn resolve_operation(&self, world: &mut World, id: Id) -> Outcome {
        let row = &mut world.journal[id as usize];
        if self.guards.void_row { *row.get_or_insert(Outcome::Void) } else { row.unwrap_or(Outcome::Void) }
    }
}

/// Holds of what the map shows as free. To ask for other seats, and to see them freed before the lock, comes to the
/// same as to ask later.
fn holds(world: &World) -> impl Iterator<Item = Kind> {
    Set::all_of_seats().filter(|seats| seats.iter().all(|seat| world.is_free(seat))).map(|seats| Kind::Hold { seats })
}

/// Confirms of holds that this counter knows it made, and doesn't know to be sold.
fn confirms(world: &World, counter: u8) -> impl Iterator<Item = Kind> {
    let own =
        move || world.operations().filter(move |(_, operation)| operation.counter == counter && operation.knows_done());
    own().filter_map(move |(hold, operation)| {
        let Kind::Hold { seats } = operation.kind else { return None };
        let kind = Kind::Confirm { hold, seats };
        (!own().any(|(_, other)| other.kind == kind)).then_some(kind)
    })
}

/// Cancels of what a look-up found, a while ago: the customer may come to any counter, and so may their friend.
fn cancels(world: &World) -> impl Iterator<Item = Kind> {
    world
        .operations()
        .filter(|(reservation, _)| world.reservation(*reservation).is_some())
        .map(|(reservation, confirm)| Kind::Cancel { reservation, seats: confirm.kind.seats() })
}

/// A hold looks in the statement that writes.
fn next_is_write(step: Step, kind: Kind) -> bool {
    step == Step::Looked || step == Step::Locked && matches!(kind, Kind::Hold { .. })
}

/// Rows are locked in the order of their ids.
fn next_to_lock(world: &World, id: Id) -> Option<u8> {
    let own = Some(Transaction::Operation(id));
    world.operation(id).kind.seats().iter().find(|seat| world.seat(*seat).locked_by != own)
}

/// An update takes the locks that its transaction has not taken before; with all of them taken it never waits.
fn may_write(world: &World, id: Id) -> bool {
    let own = Transaction::Operation(id);
    world.operation(id).kind.seats().iter().all(|seat| world.seat(seat).locked_by.is_none_or(|by| by == own))
}

pub fn write(world: &mut World, id: Id) {
    let key_is_taken = world.journal_row(id).is_some();
    let kind = world.operation(id).kind;
    let all_free = world.operation(id).kind.seats().iter().all(|seat| world.is_free(seat));
    if key_is_taken || (matches!(kind, Kind::Hold { .. }) && !all_free) {
        return refuse(world, id);
    }
    for seat in world.operation(id).kind.seats().iter() {
        world.seats[seat as usize].locked_by = Some(Transaction::Operation(id));
    }
    if let Kind::Confirm { hold, .. } = kind
        && !world.is_under(hold)
    {
        world.operation_mut(id).wrong = Some(Wrong::StaleToken);
    }
    world.operation_mut(id).step = Step::Written;
}

/// What was written becomes visible. Nobody else could write these rows since, so it may as well be computed now.
pub fn apply_commit(world: &mut World, id: Id) {
    let seats = world.operation(id).kind.seats();
    let kind = world.operation(id).kind;
    for seat in seats.iter().map(usize::from) {
        let row = &mut world.seats[seat];
        match kind {
            Kind::Hold { .. } => row.status = Status::TemporarilyHeld { hold: id },
            Kind::Confirm { .. } => {
                row.status = Status::Reserved;
                row.live_sales.insert(id);
            }
            Kind::Cancel { reservation, .. } => {
                row.live_sales.remove(reservation);
                if row.status == Status::Reserved {
                    row.status = Status::Available;
                }
            }
        }
    }
    match kind {
        Kind::Hold { .. } => {}
        Kind::Confirm { hold, .. } => {
            world.over.insert(hold);
            world.reservations[id as usize] = Some(ReservationStatus::Confirmed);
        }
        Kind::Cancel { reservation, .. } => {
            world.reservations[reservation as usize] = Some(ReservationStatus::Cancelled);
        }
    }
    world.journal[id as usize] = Some(Outcome::Done);
    end(world, id, Step::Committed);
}

pub fn roll_back(world: &mut World, id: Id) {
    end(world, id, Step::RolledBack);
}

/// Rolls back and says so, if anybody listens.
pub fn refuse(world: &mut World, id: Id) {
    roll_back(world, id);
    if world.operation(id).client == Client::Listening {
        world.tell(id, Outcome::Void);
    }
}

fn end(world: &mut World, id: Id, step: Step) {
    for seat in &mut world.seats {
        seat.locked_by.take_if(|by| *by == Transaction::Operation(id));
    }
    let operation = world.operation_mut(id);
    operation.step = step;
    operation.wrong.take_if(|_| step == Step::RolledBack);
    operation.now = Set::default();
}
