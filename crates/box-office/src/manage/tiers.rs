//! Price tiers of a concert.

use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use super::concerts::one_line;
use super::writing::lock_version;
use crate::{BoxOffice, ConcertToEdit, Error, Result};

const LABEL_LONGEST: usize = 60;
/// Won. Far above any ticket, far below what a total of a sale could overflow.
const PRICE_MOST: i64 = 100_000_000;

impl BoxOffice {
    /// Adds a tier, or changes one. Seats that are sold keep the price of their sale. A label that was removed before is
    /// taken up again, since labels are unique with the removed ones.
    ///
    /// # Errors
    /// [`Error::LabelTaken`], [`Error::InvalidSetting`], [`Error::ConcertChanged`], [`Error::UnknownConcert`],
    /// [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn save_tier(
        &self,
        concert: Uuid,
        version: i64,
        tier: Option<Uuid>,
        label: &str,
        price: i64,
    ) -> Result<ConcertToEdit> {
        let label = one_line("label", label, 1, LABEL_LONGEST)?;
        if !(0..=PRICE_MOST).contains(&price) {
            return Err(Error::InvalidSetting { field: "price".into() });
        }
        self.manage("save_tier", concert, move |transaction| {
            Box::pin(async move {
                lock_version(transaction, concert, version).await?;
                let saved = match tier {
                    None => add_tier(transaction, concert, &label, price).await?.is_some(),
                    Some(tier) => {
                        let changed = query!(
                            "update concert_seat_tiers set label = $3, price = $4::bigint
                             where id = $1 and concert_id = $2 and deleted_at is null and not exists (
                                select from concert_seat_tiers where concert_id = $2 and label = $3 and id <> $1)",
                            tier,
                            concert,
                            label,
                            price
                        )
                        .execute(&mut **transaction)
                        .await?;
                        changed.rows_affected() == 1
                    }
                };
                if !saved {
                    return Err(Error::LabelTaken { label });
                }
                count_edit(transaction, concert).await
            })
        })
        .await?;
        self.concert_to_edit(concert).await
    }

    /// Removes a tier that no seat has.
    ///
    /// # Errors
    /// [`Error::TierInUse`], [`Error::ConcertChanged`], [`Error::UnknownConcert`], [`Error::Busy`],
    /// [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn remove_tier(&self, concert: Uuid, version: i64, tier: Uuid) -> Result<ConcertToEdit> {
        self.manage("remove_tier", concert, move |transaction| {
            Box::pin(async move {
                lock_version(transaction, concert, version).await?;
                let seats = query_scalar!(
                    r#"select count(*)::int as "seats!" from seats where seat_tier_id = $1 and deleted_at is null"#,
                    tier
                )
                .fetch_one(&mut **transaction)
                .await?;
                if seats > 0 {
                    return Err(Error::TierInUse { seats });
                }
                query!(
                    "update concert_seat_tiers set deleted_at = clock_timestamp() where id = $1 and concert_id = $2",
                    tier,
                    concert
                )
                .execute(&mut **transaction)
                .await?;
                count_edit(transaction, concert).await
            })
        })
        .await?;
        self.concert_to_edit(concert).await
    }
}

/// The new tier's id, or none when its label is in use.
pub(super) async fn add_tier(
    transaction: &mut PgConnection,
    concert: Uuid,
    label: &str,
    price: i64,
) -> Result<Option<Uuid>> {
    Ok(query_scalar!(
        "insert into concert_seat_tiers (concert_id, label, price) values ($1, $2, $3::bigint)
         on conflict (concert_id, label) do update set price = excluded.price, deleted_at = null
         where concert_seat_tiers.deleted_at is not null
         returning id",
        concert,
        label,
        price
    )
    .fetch_optional(transaction)
    .await?)
}

/// An edit of what belongs to a concert is an edit of the concert: other managers are to notice.
pub(super) async fn count_edit(transaction: &mut PgConnection, concert: Uuid) -> Result<()> {
    query!("update concerts set version = version + 1 where id = $1", concert).execute(transaction).await?;
    Ok(())
}
