//! The ids that are easily taken for one another, each a type of its own. In the database they are all `uuid`, in JSON
//! and in TypeScript strings.

use std::fmt;

use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $id:ident)*) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type, sqlx::Type,
        )]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $id(pub Uuid);

        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        /// As a column of a query has it.
        impl From<Uuid> for $id {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// A concert.
    ConcertId
    /// A seat of a concert.
    SeatId
    /// A hold's token: only who has it sells or gives up the seats under it.
    HoldId
    /// An operation: what this PC sent, and what it asks after when the answer was lost.
    OperationId
    /// A reservation.
    ReservationId
}

impl ConcertId {
    /// A new concert has the id of the operation that made it.
    pub fn made_by(operation: OperationId) -> Self {
        Self(operation.0)
    }
}

impl HoldId {
    /// A hold has the id of the operation that made it.
    pub fn made_by(operation: OperationId) -> Self {
        Self(operation.0)
    }
}

impl ReservationId {
    /// A reservation has the id of the operation that confirmed it, so that a lost answer is easy to follow.
    pub fn made_by(operation: OperationId) -> Self {
        Self(operation.0)
    }
}
