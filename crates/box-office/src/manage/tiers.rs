//! Price tiers of a concert.

use sqlx::query;
use uuid::Uuid;

use crate::operate::new_operation;
use crate::text::one_line;
use crate::{BoxOffice, ConcertId, ConcertToEdit, Error, Result, limits};

impl BoxOffice {
    /// Adds a tier, or changes one. Seats that are sold keep the price of their sale. A label that was removed before is
    /// taken up again, since labels are unique with the removed ones.
    ///
    /// # Errors
    /// [`Error::LabelTaken`], [`Error::InvalidField`], [`Error::ConcertChanged`], [`Error::UnknownConcert`],
    /// [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn save_tier(
        &self,
        concert: ConcertId,
        version: i64,
        tier: Option<Uuid>,
        label: &str,
        price: i64,
    ) -> Result<ConcertToEdit> {
        let invalid = |field: &str| Error::InvalidField { field: field.into() };
        let label = one_line(label, limits::TIER_LABEL).ok_or_else(|| invalid("label"))?;
        if !limits::PRICE.holds(price) {
            return Err(invalid("price"));
        }
        let operation = new_operation();
        let verb = query!(
            r#"select manager.save_tier($1, $2, $3, $4, $5, $6) as "done!""#,
            operation.0,
            concert.0,
            version,
            tier,
            label,
            price
        );
        let done = self.manage(operation, verb).await?.done;
        self.after_edit(concert, done).await
    }

    /// Removes a tier that no seat has.
    ///
    /// # Errors
    /// [`Error::TierInUse`], [`Error::ConcertChanged`], [`Error::UnknownConcert`], [`Error::Busy`],
    /// [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn remove_tier(&self, concert: ConcertId, version: i64, tier: Uuid) -> Result<ConcertToEdit> {
        let operation = new_operation();
        let verb =
            query!(r#"select manager.remove_tier($1, $2, $3, $4) as "done!""#, operation.0, concert.0, version, tier);
        let done = self.manage(operation, verb).await?.done;
        self.after_edit(concert, done).await
    }
}
