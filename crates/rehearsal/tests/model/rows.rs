//! What the server has committed, who has locked it, and what each counter has been told.

use std::fmt::{Debug, Formatter};

/// Seats of the one concert, in the order of their ids.
pub const SEATS: u8 = 2;
/// Ticket counters, each on a PC of its own.
pub const COUNTERS: u8 = 3;
/// Managers' PCs that sweep.
pub const SWEEPERS: u8 = 2;
/// Most operations that can be kept in mind at once.
pub const ROOM: usize = 6;

/// An operation's id, which is also its hold's token or its reservation's id: its place in [`World::operations`], which
/// is given to another only when nothing and nobody knows it any more.
pub type Id = u8;

/// A few seats, or a few operations.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Set(u8);

impl Set {
    /// What a clerk may pick: any seat or several.
    pub fn all_of_seats() -> impl Iterator<Item = Self> {
        (1..1 << SEATS).map(Self)
    }

    pub fn insert(&mut self, member: u8) {
        self.0 |= 1 << member;
    }

    pub fn remove(&mut self, member: u8) {
        self.0 &= !(1 << member);
    }

    pub fn contains(self, member: u8) -> bool {
        self.0 & 1 << member != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    pub fn bits(self) -> u64 {
        self.0.into()
    }

    /// The same under other names: member `n` is called `names[n]` there.
    pub fn renamed(self, names: &[u8]) -> Self {
        let mut renamed = Self::default();
        self.iter().for_each(|member| renamed.insert(names[member as usize]));
        renamed
    }

    pub fn iter(self) -> impl Iterator<Item = u8> {
        (0..8).filter(move |member| self.contains(*member))
    }
}

impl Debug for Set {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// A row of `seats`, with its rows of `reservation_seats`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Seat {
    pub status: Status,
    pub locked_by: Option<Transaction>,
    /// Reservations that have this seat and have not released it.
    pub live_sales: Set,
}

/// `seats.status`, with `hold_token` where there is one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Status {
    #[default]
    Available,
    TemporarilyHeld {
        hold: Id,
    },
    Reserved,
}

/// Who may have a lock.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Transaction {
    Operation(Id),
    Sweep(u8),
}

/// `journal.outcome`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Outcome {
    Done,
    Void,
}

/// `reservations.status`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ReservationStatus {
    Confirmed,
    Cancelled,
}

/// What a counter asks for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    Hold { seats: Set },
    Confirm { hold: Id, seats: Set },
    Cancel { reservation: Id, seats: Set },
}

impl Kind {
    pub fn seats(self) -> Set {
        match self {
            Self::Hold { seats } | Self::Confirm { seats, .. } | Self::Cancel { seats, .. } => seats,
        }
    }
}

/// How far the server has come with an operation's transaction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Step {
    /// It takes its locks, one row after the other in id order, and waits for each.
    Begun,
    /// It has them all.
    Locked,
    /// It found that it may write. A hold looks in the statement that writes.
    Looked,
    /// Its rows and its journal row are written and visible to nobody else.
    Written,
    /// The client has sent COMMIT.
    CommitInFlight,
    Committed,
    RolledBack,
}

impl Step {
    /// Whether COMMIT has not been sent yet and still can be.
    pub fn before_commit(self) -> bool {
        matches!(self, Self::Begun | Self::Locked | Self::Looked | Self::Written)
    }

    /// Whether the journal has a row of it that is not committed: whoever inserts the same key waits.
    pub fn journal_row_pending(self) -> bool {
        matches!(self, Self::Written | Self::CommitInFlight)
    }
}

/// The counter's end of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Client {
    /// It waits for the server's answer.
    Listening,
    /// It knows the outcome.
    Settled,
    /// Its intent is on disk and the answer was lost, or the PC was: to be resolved.
    Unsettled,
    /// It sent the same again under a new id instead of resolving. Only without a guard.
    Retried,
}

/// What the clerk has read on the screen about an operation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Told {
    Nothing,
    /// Acknowledged, or resolved to done.
    Done,
    /// Refused, or resolved to void: it did not happen and never will.
    Void,
    /// First one thing and then the other.
    Contradicted,
}

impl Told {
    pub fn then(self, news: Outcome) -> Self {
        match (self, news) {
            (Self::Nothing | Self::Done, Outcome::Done) => Self::Done,
            (Self::Nothing | Self::Void, Outcome::Void) => Self::Void,
            _ => Self::Contradicted,
        }
    }
}

/// What no confirm may do; kept with the operation, to be judged if it commits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Wrong {
    /// A seat was not, or no longer, under the hold.
    StaleToken,
    /// The hold was over when its locked rows were looked at.
    AfterExpiry,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Operation {
    pub counter: u8,
    pub kind: Kind,
    pub step: Step,
    pub client: Client,
    pub told: Told,
    pub wrong: Option<Wrong>,
    /// `now()`: the holds that were over when the transaction began. Kept only where the guard against it is missing.
    pub now: Set,
}

impl Operation {
    pub fn knows_done(&self) -> bool {
        self.told == Told::Done
    }
}

/// A sweep's batch, one statement.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Sweeper {
    #[default]
    Idle,
    /// It goes over these seats, which its snapshot shows as expired, and locks what is not locked.
    Locking { expired_seats: Set },
    /// The seats that it has locked are freed, and visible to nobody else as such.
    Written,
}

/// Everything there is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct World {
    pub seats: [Seat; SEATS as usize],
    pub journal: [Option<Outcome>; ROOM],
    pub reservations: [Option<ReservationStatus>; ROOM],
    /// Holds whose `hold_expires_at` is past by the server's clock, and those that were sold.
    pub over: Set,
    pub operations: [Option<Operation>; ROOM],
    pub sweepers: [Sweeper; SWEEPERS as usize],
    pub sweep_freed_a_live_hold: bool,
}

impl World {
    pub fn operations(&self) -> impl Iterator<Item = (Id, &Operation)> {
        (0..).zip(&self.operations).filter_map(|(id, operation)| Some((id, operation.as_ref()?)))
    }

    pub fn operation(&self, id: Id) -> &Operation {
        self.operations[id as usize].as_ref().expect("it is known")
    }

    pub fn operation_mut(&mut self, id: Id) -> &mut Operation {
        self.operations[id as usize].as_mut().expect("it is known")
    }

    pub fn seat(&self, seat: u8) -> &Seat {
        &self.seats[seat as usize]
    }

    pub fn journal_row(&self, id: Id) -> Option<Outcome> {
        self.journal[id as usize]
    }

    pub fn reservation(&self, id: Id) -> Option<ReservationStatus> {
        self.reservations[id as usize]
    }

    /// Whether all its seats are under this hold, over or not.
    pub fn is_under(&self, hold: Id) -> bool {
        self.operation(hold).kind.seats().iter().all(|seat| self.seat(seat).status == Status::TemporarilyHeld { hold })
    }

    /// Whether a hold may take the seat: it is free, or held by one that is over.
    pub fn is_free(&self, seat: u8) -> bool {
        match self.seat(seat).status {
            Status::Available => true,
            Status::TemporarilyHeld { hold } => self.over.contains(hold),
            Status::Reserved => false,
        }
    }

    /// Whether a sweep may free the seat.
    pub fn is_expired(&self, seat: u8) -> bool {
        matches!(self.seat(seat).status, Status::TemporarilyHeld { hold } if self.over.contains(hold))
    }

    pub fn expired_seats(&self) -> Set {
        let mut expired = Set::default();
        (0..SEATS).filter(|seat| self.is_expired(*seat)).for_each(|seat| expired.insert(seat));
        expired
    }

    /// Shows the clerk what became of an operation, and of those that it was sent for again.
    pub fn tell(&mut self, id: Id, news: Outcome) {
        let Operation { counter, kind, .. } = *self.operation(id);
        for operation in self.operations.iter_mut().flatten() {
            if operation.counter == counter && operation.kind == kind && operation.client == Client::Retried {
                operation.told = operation.told.then(news);
            }
        }
        let operation = self.operation_mut(id);
        operation.told = operation.told.then(news);
        operation.client = Client::Settled;
    }
}
