//! A sweep's batch, as `sweep_batch` does it: its statement's snapshot, then row by row, then the commit.

use crate::rows::{SWEEPERS, Status, Sweeper, Transaction, World};
use crate::steps::{Action, BoxOffice};

impl BoxOffice {
    pub fn sweepers_may(&self, world: &World, actions: &mut Vec<Action>) {
        let mut has_idle = false;
        for sweeper in 0..SWEEPERS {
            match world.sweepers[sweeper as usize] {
                Sweeper::Idle => {
                    // Those that are idle differ in nothing.
                    let is_first = !has_idle;
                    has_idle = true;
                    let is_locked = |seat: u8| self.in_one_go() && world.seat(seat).locked_by.is_some();
                    if is_first && world.expired_seats().iter().any(|seat| !is_locked(seat)) {
                        actions.push(Action::SweepLook { sweeper });
                    }
                }
                Sweeper::Locking { .. } => {
                    actions.push(Action::SweepLock { sweeper });
                    actions.push(Action::SweepRollBack { sweeper });
                }
                Sweeper::Written => {
                    actions.push(Action::SweepCommit { sweeper });
                    actions.push(Action::SweepRollBack { sweeper });
                }
            }
        }
    }

    pub fn sweep_lock(&self, world: &mut World, sweeper: u8) {
        let Sweeper::Locking { mut expired_seats } = world.sweepers[sweeper as usize] else {
            unreachable!("only while it locks")
        };
        let seat = expired_seats.iter().next().expect("one is left");
        expired_seats.remove(seat);
        let is_still_expired = world.is_expired(seat) || !self.guards.sweep_rechecks;
        let row = &mut world.seats[seat as usize];
        if row.locked_by.is_none() && is_still_expired {
            row.locked_by = Some(Transaction::Sweep(sweeper));
        }
        let has_any = world.seats.iter().any(|row| row.locked_by == Some(Transaction::Sweep(sweeper)));
        world.sweepers[sweeper as usize] = match (expired_seats.is_empty(), has_any) {
            (false, _) => Sweeper::Locking { expired_seats },
            (true, true) => Sweeper::Written,
            (true, false) => Sweeper::Idle,
        };
    }
}

impl World {
    pub fn locking_sweeper(&self) -> Option<u8> {
        (0..SWEEPERS).find(|sweeper| matches!(self.sweepers[*sweeper as usize], Sweeper::Locking { .. }))
    }
}

pub fn sweep_look(world: &mut World, sweeper: u8) {
    world.sweepers[sweeper as usize] = Sweeper::Locking { expired_seats: world.expired_seats() };
}

pub fn sweep_commit(world: &mut World, sweeper: u8) {
    for seat in &mut world.seats {
        if seat.locked_by == Some(Transaction::Sweep(sweeper)) {
            if let Status::TemporarilyHeld { hold } = seat.status {
                world.sweep_freed_a_live_hold |= !world.over.contains(hold);
            }
            seat.status = Status::Available;
        }
    }
    sweep_end(world, sweeper);
}

pub fn sweep_end(world: &mut World, sweeper: u8) {
    for seat in &mut world.seats {
        seat.locked_by.take_if(|by| *by == Transaction::Sweep(sweeper));
    }
    world.sweepers[sweeper as usize] = Sweeper::Idle;
}
