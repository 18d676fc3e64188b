//! Changing many seats of a concert at once. A seat that is sold or on a live hold is never changed.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::types::Json;
use sqlx::{query, query_scalar};
use uuid::Uuid;

use crate::operate::new_operation;
use crate::seat::distinct;
use crate::text::one_line;
use crate::{BoxOffice, ConcertId, Error, Result, SeatChanges, SeatId, SeatMap, TakenSeat, limits};

/// What becomes of the seats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "edit", rename_all = "snake_case")]
pub enum SeatEdit {
    /// Another tier, and so another price.
    Tier {
        /// A tier of the concert.
        tier: Uuid,
    },
    /// Kept from sale: counters show "not for sale".
    Withhold {
        /// For managers' eyes: house seat, sight line, guest. 1 to 100 characters.
        reason: String,
    },
    /// For sale again.
    GiveBack,
    /// Taken out of the plan.
    Remove,
}

/// What to do when some of the seats are sold or on hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum IfSold {
    /// Change none.
    Refuse,
    /// Change the others.
    DoRest,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Edited {
    /// Seats changed.
    pub changed: i32,
    /// Seats that are sold or on hold.
    pub left_alone_count: i32,
    /// The first hundred of them.
    pub left_alone: Vec<TakenSeat>,
}

/// The map of a concert of any status, with what only managers see.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SeatsToEdit {
    /// As counters draw it.
    pub map: SeatMap,
    /// Entry i is seat i's.
    pub withheld_for: Vec<Option<String>>,
}

impl BoxOffice {
    /// The map of a concert, published or not.
    ///
    /// # Errors
    /// [`Error::UnknownConcert`], [`Error::Offline`], [`Error::NotACounter`].
    pub async fn seats_to_edit(&self, concert: ConcertId) -> Result<SeatsToEdit> {
        let layout_version = query_scalar!(
            r#"select layout_version::text as "version!" from concerts where id = $1 and deleted_at is null"#,
            concert.0
        )
        .fetch_optional(&self.pool)
        .await?
        .ok_or(Error::UnknownConcert)?;
        let changes = SeatChanges { layout_version, ..SeatChanges::default() };
        let map = self.plan_of(concert, changes).await?;
        let reasons: HashMap<SeatId, String> = query!(
            r#"select id, withheld_for as "reason!" from seats
            where concert_id = $1 and withheld_for is not null and deleted_at is null"#,
            concert.0
        )
        .fetch_all(&self.pool)
        .await?
        .into_iter()
        .map(|row| (row.id.into(), row.reason))
        .collect();
        let withheld_for = map.ids.iter().map(|id| reasons.get(id).cloned()).collect();
        Ok(SeatsToEdit { map, withheld_for })
    }

    /// Changes all of `seats` that can be changed in one transaction, or none.
    ///
    /// # Errors
    /// [`Error::SeatsTaken`] names the first hundred that are sold or on hold, under [`IfSold::Refuse`].
    /// [`Error::NoSeats`], [`Error::SeatRepeated`], [`Error::UnknownSeats`], [`Error::UnknownConcert`],
    /// [`Error::InvalidReason`], [`Error::InvalidField`] for a tier of another concert or a removed one;
    /// [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn edit_seats(
        &self,
        concert: ConcertId,
        seats: &[SeatId],
        edit: SeatEdit,
        if_sold: IfSold,
    ) -> Result<Edited> {
        let seats = distinct(seats)?;
        let (edit, tier, reason) = match edit {
            SeatEdit::Tier { tier } => ("tier", Some(tier), None),
            SeatEdit::Withhold { reason } => {
                let longest = limits::WITHHOLD_REASON.most as i32;
                let reason = one_line(&reason, limits::WITHHOLD_REASON).ok_or(Error::InvalidReason { longest })?;
                ("withhold", None, Some(reason))
            }
            SeatEdit::GiveBack => ("give_back", None, None),
            SeatEdit::Remove => ("remove", None, None),
        };
        let operation = new_operation();
        let verb = query!(
            r#"
            select changed as "changed!", left_alone_count as "left_alone_count!",
                left_alone as "left_alone!: Json<Vec<TakenSeat>>", unknown as "unknown!"
            from manager.edit_seats($1, $2, $3, $4, $5, $6, $7)
            "#,
            operation.0,
            concert.0,
            &seats as &[SeatId],
            edit,
            tier,
            reason,
            if_sold == IfSold::DoRest
        );
        let told = self.manage_for_long(operation, verb, Arc::default()).await?;
        if !told.unknown.is_empty() {
            return Err(Error::UnknownSeats { seats: told.unknown.into_iter().map(SeatId).collect() });
        }
        if if_sold == IfSold::Refuse && told.left_alone_count > 0 {
            return Err(Error::SeatsTaken { seats: told.left_alone.0 });
        }
        Ok(Edited { changed: told.changed, left_alone_count: told.left_alone_count, left_alone: told.left_alone.0 })
    }
}
