//! What is on sale: publishing, pausing, and ending it for good.

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::{query, query_as};

use super::to_edit::{ConcertToEdit, Missing};
use crate::operate::new_operation;
use crate::{BoxOffice, ConcertId, Error, Result};

/// Seats of one section and tier, as they go on sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct OnOffer {
    /// The section's label.
    pub section: Option<String>,
    /// The tier's label.
    pub tier: String,
    /// In won.
    #[specta(type = i32)]
    pub price: i64,
    /// Seats in all.
    pub seats: i32,
    /// Kept from sale.
    pub withheld: i32,
}

impl BoxOffice {
    /// What would go on sale, or is: section by section in the order of the map, the dearest tier first.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::NotACounter`].
    pub async fn on_offer(&self, id: ConcertId) -> Result<Vec<OnOffer>> {
        Ok(query_as!(
            OnOffer,
            r#"
            select s.section_label as section, t.label as tier, t.price::bigint as "price!", count(*)::int as "seats!",
                count(*) filter (where s.withheld)::int as "withheld!"
            from seats s
            join concert_seat_tiers t on t.id = s.seat_tier_id
            where s.concert_id = $1 and s.deleted_at is null
            group by s.section_label, t.id
            order by s.section_label nulls first, t.price desc, t.label
            "#,
            id.0
        )
        .fetch_all(&self.pool)
        .await?)
    }

    /// Puts a draft on sale. `although` is what the manager was asked about and wants all the same.
    ///
    /// # Errors
    /// [`Error::ConcertIncomplete`] says what is missing; [`Error::ConcertChanged`], [`Error::WrongStatus`],
    /// [`Error::UnknownConcert`], [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn publish_concert(&self, id: ConcertId, version: i64, although: &[Missing]) -> Result<ConcertToEdit> {
        let operation = new_operation();
        let verb = query!(
            r#"
            select done as "done!", missing as "missing!: Vec<Missing>"
            from manager.publish_concert($1, $2, $3, $4)
            "#,
            operation.0,
            id.0,
            version,
            although as &[Missing]
        );
        let told = self.manage(operation, verb).await?;
        if told.done && !told.missing.is_empty() {
            return Err(Error::ConcertIncomplete { missing: told.missing });
        }
        self.after_edit(id, told.done).await
    }

    /// Stops the sale at once, or goes on with it: nothing is held or sold meanwhile, and what is held stays held. Waits for
    /// confirms in flight.
    ///
    /// # Errors
    /// [`Error::WrongStatus`], [`Error::UnknownConcert`], [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn pause_sales(&self, id: ConcertId, paused: bool) -> Result<ConcertToEdit> {
        let operation = new_operation();
        let verb = query!(r#"select manager.pause_sales($1, $2, $3) is null as "done!""#, operation.0, id.0, paused);
        self.manage(operation, verb).await?;
        self.concert_to_edit(id).await
    }

    /// Ends the sale for good. Waits for confirms in flight; those after it are refused.
    ///
    /// # Errors
    /// [`Error::ConcertChanged`], [`Error::WrongStatus`], [`Error::UnknownConcert`], [`Error::Busy`],
    /// [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn archive_concert(&self, id: ConcertId, version: i64) -> Result<ConcertToEdit> {
        let operation = new_operation();
        let verb = query!(r#"select manager.archive_concert($1, $2, $3) as "done!""#, operation.0, id.0, version);
        let done = self.manage(operation, verb).await?.done;
        self.after_edit(id, done).await
    }
}
