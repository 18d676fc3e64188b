//! Which operations are over and done with, and worlds that differ in names only: what keeps the search finite, and
//! small.

use crate::rows::{COUNTERS, Client, Id, Kind, ROOM, SEATS, Status, Step, Sweeper, Transaction, World};

impl World {
    /// Whether nothing can come of an operation any more, so that its place may be given to another.
    ///
    /// After a crash it might be asked again; that a missing row, a void row and a done row answer the same each time is
    /// seen before it is forgotten. A hold that was lost is not among these, nor a sale that was cancelled: a clerk may yet try to confirm the one
    /// and to cancel the other.
    pub fn is_done_with(&self, id: Id) -> bool {
        let operation = self.operation(id);
        self.is_unreferred(id)
            && match (operation.step, operation.kind) {
                (Step::RolledBack, _) | (Step::Committed, Kind::Cancel { .. }) => true,
                (Step::Committed, Kind::Confirm { .. }) => false,
                (Step::Committed, Kind::Hold { .. }) => self.operations().any(
                    |(_, other)| matches!(other.kind, Kind::Confirm { hold, .. } if hold == id && other.knows_done()),
                ),
                _ => false,
            }
    }

    /// Whether everybody may have lost sight of a hold that was lost, or of a sale that was cancelled.
    pub fn may_be_forgotten(&self, id: Id) -> bool {
        self.is_unreferred(id) && self.operation(id).step == Step::Committed
    }

    /// Settled, on no row, and in no operation that is still to be written.
    fn is_unreferred(&self, id: Id) -> bool {
        let is_on_a_row = self
            .seats
            .iter()
            .any(|seat| seat.status == Status::TemporarilyHeld { hold: id } || seat.live_sales.contains(id));
        let is_wanted = self.operations().any(|(_, other)| {
            let wants = match other.kind {
                Kind::Hold { .. } => false,
                Kind::Confirm { hold: of, .. } | Kind::Cancel { reservation: of, .. } => of == id,
            };
            wants && !other.knows_done()
        });
        self.operation(id).client == Client::Settled && !is_on_a_row && !is_wanted
    }

    pub fn forget(&mut self, id: Id) {
        self.operations[id as usize] = None;
        self.journal[id as usize] = None;
        self.reservations[id as usize] = None;
        self.over.remove(id);
        for (own, operation) in (0..).zip(&mut self.operations) {
            if let Some(operation) = operation
                && let Kind::Confirm { hold: of, .. } | Kind::Cancel { reservation: of, .. } = &mut operation.kind
                && *of == id
            {
                *of = own;
            }
        }
    }

    fn looks_of_sweeper(&self, sweeper: u8) -> (Sweeper, [bool; SEATS as usize]) {
        let locked = self.seats.map(|seat| seat.locked_by == Some(Transaction::Sweep(sweeper)));
        (self.sweepers[sweeper as usize], locked)
    }

    /// What there is to say of an operation without naming it or its counter.
    fn looks(&self, id: Id) -> u64 {
        let operation = self.operation(id);
        let (kind, of) = match operation.kind {
            Kind::Hold { .. } => (0, id),
            Kind::Confirm { hold, .. } => (1, hold),
            Kind::Cancel { reservation, .. } => (2, reservation),
        };
        let mut on_rows = 0;
        for seat in &self.seats {
            on_rows = on_rows << 3
                | u64::from(seat.status == Status::TemporarilyHeld { hold: id }) << 2
                | u64::from(seat.live_sales.contains(id)) << 1
                | u64::from(seat.locked_by == Some(Transaction::Operation(id)));
        }
        [
            on_rows,
            kind,
            u64::from(of == id),
            operation.kind.seats().bits(),
            operation.step as u64,
            operation.client as u64,
            operation.told as u64,
            operation.wrong.map_or(0, |wrong| 1 + wrong as u64),
            self.journal_row(id).map_or(0, |outcome| 1 + outcome as u64),
            self.reservation(id).map_or(0, |status| 1 + status as u64),
            u64::from(self.over.contains(id)),
        ]
        .into_iter()
        .fold(0, |looks, part| looks << 3 | part)
    }
}

impl World {
    /// The same world with counters, operations and sweepers in an order that depends on their looks only.
    pub fn under_other_names(&self) -> Self {
        let looks: [u64; ROOM] =
            std::array::from_fn(|id| self.operations[id].map_or(u64::MAX, |_| self.looks(id as Id)));
        let mut of_counters = [[u64::MAX; ROOM]; COUNTERS as usize];
        for (id, operation) in self.operations() {
            of_counters[operation.counter as usize][id as usize] = looks[id as usize];
        }
        of_counters.iter_mut().for_each(|looks| looks.sort_unstable());
        let mut counters = [0, 1, 2];
        counters.sort_by_key(|counter| of_counters[*counter as usize]);
        let place_of_counter = |counter: u8| counters.iter().position(|c| *c == counter).expect("all are there") as u8;

        let mut ids: [Id; ROOM] = std::array::from_fn(|id| id as Id);
        ids.sort_by_key(|id| {
            let counter = self.operations[*id as usize].map_or(COUNTERS, |o| place_of_counter(o.counter));
            (counter, looks[*id as usize])
        });
        let mut place = [0; ROOM];
        (0..).zip(ids).for_each(|(new, old)| place[old as usize] = new as Id);

        let swap = self.looks_of_sweeper(0) > self.looks_of_sweeper(1);
        let mut world = Self { sweepers: self.sweepers, ..Self::default() };
        world.sweep_freed_a_live_hold = self.sweep_freed_a_live_hold;
        if swap {
            world.sweepers.swap(0, 1);
        }
        for (new, old) in ids.into_iter().map(usize::from).enumerate() {
            world.journal[new] = self.journal[old];
            world.reservations[new] = self.reservations[old];
            world.operations[new] = self.operations[old].map(|mut operation| {
                operation.counter = place_of_counter(operation.counter);
                if let Kind::Confirm { hold: of, .. } | Kind::Cancel { reservation: of, .. } = &mut operation.kind {
                    *of = place[*of as usize];
                }
                operation.now = operation.now.renamed(&place);
                operation
            });
        }
        world.over = self.over.renamed(&place);
        for seat in 0..SEATS as usize {
            let mut row = self.seats[seat];
            row.live_sales = row.live_sales.renamed(&place);
            if let Status::TemporarilyHeld { hold } = &mut row.status {
                *hold = place[*hold as usize];
            }
            match &mut row.locked_by {
                Some(Transaction::Operation(id)) => *id = place[*id as usize],
                Some(Transaction::Sweep(sweeper)) if swap => *sweeper = 1 - *sweeper,
                _ => {}
            }
            world.seats[seat] = row;
        }
        world
    }
}
