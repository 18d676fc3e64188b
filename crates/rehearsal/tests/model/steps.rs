//! Who may do what next: the transactions of the engine, one statement at a time, and what goes wrong.

use stateright::Property;

use crate::operate::{apply_commit, refuse, roll_back, write};
use crate::promises::promises;
use crate::rows::{Client, Id, Kind, Operation, Outcome, Step, World};
use crate::sweep::{sweep_commit, sweep_end, sweep_look};

/// The engine with three counters and two sweepers.
#[derive(Clone, Copy)]
pub struct BoxOffice {
    pub guards: Guards,
    /// Most operations that are under way or remembered at once, by all counters together. Over time there may be any
    /// number of them.
    pub operations: usize,
    pub interleaving: Interleaving,
    /// Without it nothing goes wrong but that time passes, and nobody sweeps: a way to break a promise that needs none
    /// of this is found sooner.
    pub trouble: bool,
}

/// How finely the steps of one are mixed with those of the others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Interleaving {
    /// Every statement, and for a sweep every row, with everything.
    Everything,
    /// What can't be told from outside is done in one go; see [`BoxOffice::concerns_nobody_else`]. Right only with
    /// every guard in place.
    WhatOthersCanTell,
}

/// What the engine does to keep its promises; each can be taken out to see which promise it keeps.
#[derive(Clone, Copy)]
pub struct Guards {
    /// Confirm asks for its own hold's token, and not just for any live hold.
    pub hold_token: bool,
    /// `select … for update` before anything is looked at.
    pub row_lock: bool,
    /// Confirm reads the clock once its rows are locked; without it, `now()`.
    pub clock_after_lock: bool,
    /// Resolve inserts a void row, which waits for a commit in flight; without it, it reads what is there.
    pub void_row: bool,
    /// An unknown operation is resolved, not sent again.
    pub resolve_before_retry: bool,
    /// The sweep checks the expiry on the row that it has locked.
    pub sweep_rechecks: bool,
}

impl Guards {
    pub const ALL: Self = Self {
        hold_token: true,
        row_lock: true,
        clock_after_lock: true,
        void_row: true,
        resolve_before_retry: true,
        sweep_rechecks: true,
    };
}

/// One step of somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// The counter puts its intent on disk and sends BEGIN.
    Begin {
        counter: u8,
        kind: Kind,
    },
    /// The next row in id order is locked.
    Lock {
        operation: Id,
    },
    Look {
        operation: Id,
    },
    /// The rows and the journal row, in one statement.
    Write {
        operation: Id,
    },
    SendCommit {
        operation: Id,
    },
    ApplyCommit {
        operation: Id,
    },
    Answer {
        operation: Id,
    },
    /// The answer to COMMIT is lost: the outcome is unknown to the counter.
    LoseAnswer {
        operation: Id,
    },
    /// A lock timeout, a deadlock, a cut wire: any error before COMMIT.
    Fail {
        operation: Id,
    },
    /// The server gives up a transaction that nobody listens to any more.
    RollBack {
        operation: Id,
    },
    /// `hold_expires_at` is past.
    TimePasses {
        hold: Id,
    },
    /// Power cut and start: the intents are what is left.
    CrashAndRestart {
        counter: u8,
    },
    Resolve {
        operation: Id,
    },
    /// Resolve does its work and its answer is lost.
    LoseResolved {
        operation: Id,
    },
    /// Without a guard: the same again, under a new id.
    RetryBlindly {
        operation: Id,
    },
    /// Nothing can come of it any more: its place is free for another.
    Forget {
        operation: Id,
    },
    SweepLook {
        sweeper: u8,
    },
    /// The next expired seat: passed over if locked, else locked and checked again.
    SweepLock {
        sweeper: u8,
    },
    SweepCommit {
        sweeper: u8,
    },
    SweepRollBack {
        sweeper: u8,
    },
}

impl Action {
    fn is_trouble(self) -> bool {
        matches!(
            self,
            Self::Fail { .. } | Self::LoseAnswer { .. } | Self::CrashAndRestart { .. } | Self::SweepLook { .. }
        )
    }
}

impl stateright::Model for BoxOffice {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World::default()]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        // What concerns nobody else is done at once, instead of being interleaved with everything.
        if let Some((id, _)) = world.operations().find(|(id, _)| self.concerns_nobody_else(world, *id)) {
            return self.operation_may(world, id, actions);
        }
        if self.in_one_go()
            && let Some(sweeper) = world.locking_sweeper()
        {
            return actions.push(Action::SweepLock { sweeper });
        }
        self.counters_may(world, actions);
        for (id, _) in world.operations() {
            self.operation_may(world, id, actions);
        }
        self.sweepers_may(world, actions);
        if !self.trouble {
            actions.retain(|action| !action.is_trouble());
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut world = *world;
        match action {
            Action::Begin { counter, kind } => self.begin(&mut world, counter, kind),
            Action::Lock { operation } => self.lock(&mut world, operation),
            Action::Look { operation } => self.look(&mut world, operation),
            Action::Write { operation } => write(&mut world, operation),
            Action::SendCommit { operation } => world.operation_mut(operation).step = Step::CommitInFlight,
            Action::ApplyCommit { operation } => apply_commit(&mut world, operation),
            Action::Answer { operation } => world.tell(operation, Outcome::Done),
            Action::LoseAnswer { operation } => world.operation_mut(operation).client = Client::Unsettled,
            Action::Fail { operation } => refuse(&mut world, operation),
            Action::RollBack { operation } => roll_back(&mut world, operation),
            Action::TimePasses { hold } => world.over.insert(hold),
            Action::CrashAndRestart { counter } => self.crash_and_restart(&mut world, counter),
            Action::Resolve { operation } => {
                let outcome = self.resolve_operation(&mut world, operation);
                world.tell(operation, outcome);
            }
            Action::LoseResolved { operation } => _ = self.resolve_operation(&mut world, operation),
            Action::RetryBlindly { operation } => {
                let Operation { counter, kind, .. } = *world.operation(operation);
                world.operation_mut(operation).client = Client::Retried;
                self.begin(&mut world, counter, kind);
            }
            Action::Forget { operation } => world.forget(operation),
            Action::SweepLook { sweeper } => sweep_look(&mut world, sweeper),
            Action::SweepLock { sweeper } => self.sweep_lock(&mut world, sweeper),
            Action::SweepCommit { sweeper } => sweep_commit(&mut world, sweeper),
            Action::SweepRollBack { sweeper } => sweep_end(&mut world, sweeper),
        }
        Some(if self.in_one_go() { world.under_other_names() } else { world })
    }

    fn properties(&self) -> Vec<Property<Self>> {
        promises()
    }
}
