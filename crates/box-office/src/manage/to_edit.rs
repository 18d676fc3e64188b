//! A concert as the editor shows it: what is typed of it, its tiers, and what it lacks.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::{query, query_as};
use uuid::Uuid;

use crate::{BoxOffice, ConcertId, Error, Result};

/// What a manager types of a concert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConcertForm {
    /// As printed on the ticket: 1 to 200 characters.
    pub title: String,
    /// The hall; up to 200 characters, may be empty.
    pub venue: String,
    /// The start.
    pub starts_at: Option<DateTime<Utc>>,
    /// For the clerks; up to 2,000 characters.
    pub note: String,
}

/// The life of a concert, in this order only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "concert_status", rename_all = "snake_case")]
pub enum ConcertStatus {
    /// Seen by managers only.
    Draft,
    /// On sale.
    Published,
    /// Over.
    Archived,
}

/// A concert in the editor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConcertToEdit {
    /// The concert.
    pub id: ConcertId,
    /// As it is stored.
    pub form: ConcertForm,
    /// Draft, published or archived.
    pub status: ConcertStatus,
    /// On sale, and nothing is sold until a manager goes on with it.
    pub paused: bool,
    /// To be sent along with the next edit.
    #[specta(type = i32)]
    pub version: i64,
    /// Dearest first.
    pub tiers: Vec<TierToEdit>,
    /// Seats in all.
    pub seats: i32,
    /// Sold.
    pub sold: i32,
    /// On a live hold.
    pub held: i32,
    /// Kept from sale.
    pub withheld: i32,
    /// What stands between it and its publishing.
    pub missing: Vec<Missing>,
}

/// A tier in the editor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TierToEdit {
    /// The tier.
    pub id: Uuid,
    /// For example `R석`.
    pub label: String,
    /// In won.
    #[specta(type = i32)]
    pub price: i64,
    /// Seats of it.
    pub seats: i32,
    /// Sold ones.
    pub sold: i32,
}

/// What a concert lacks to be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Missing {
    /// Refused.
    NoTier,
    /// Refused.
    NoSeats,
    /// Asked about once more.
    NoDate,
    /// Asked about once more.
    PastDate,
    /// Asked about once more: some seats cost nothing.
    FreeTier,
    /// Asked about once more: all seats cost nothing.
    AllFree,
    /// Asked about once more: some seats have no place on the map but the one that their labels give them.
    NoPlaces,
}

impl BoxOffice {
    /// A concert as the editor shows it.
    ///
    /// # Errors
    /// [`Error::UnknownConcert`], [`Error::Offline`], [`Error::NotACounter`].
    pub async fn concert_to_edit(&self, id: ConcertId) -> Result<ConcertToEdit> {
        let concert = query!(
            r#"
            select c.title, c.venue, c.starts_at, c.note, c.status as "status: ConcertStatus", c.sales_paused, c.version,
                manager.missing(c.id) as "missing!: Vec<Missing>",
                count(s.id)::int as "seats!",
                count(*) filter (where s.status = 'reserved')::int as "sold!",
                count(*) filter (where s.withheld_for is not null)::int as "withheld!",
                count(*) filter (where s.status = 'temporarily_held'
                    and s.hold_expires_at > statement_timestamp())::int as "held!"
            from concerts c
            left join seats s on s.concert_id = c.id and s.deleted_at is null
            where c.id = $1 and c.deleted_at is null
            group by c.id
            "#,
            id.0
        )
        .fetch_optional(&self.pool)
        .await?
        .ok_or(Error::UnknownConcert)?;
        let tiers = query_as!(
            TierToEdit,
            r#"
            select t.id, t.label, t.price::bigint as "price!", count(s.id)::int as "seats!",
                count(*) filter (where s.status = 'reserved')::int as "sold!"
            from concert_seat_tiers t
            left join seats s on s.seat_tier_id = t.id and s.deleted_at is null
            where t.concert_id = $1 and t.deleted_at is null
            group by t.id
            order by t.price desc, t.label
            "#,
            id.0
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(ConcertToEdit {
            id,
            form: ConcertForm {
                title: concert.title,
                venue: concert.venue,
                starts_at: concert.starts_at,
                note: concert.note,
            },
            status: concert.status,
            paused: concert.sales_paused,
            version: concert.version,
            tiers,
            seats: concert.seats,
            sold: concert.sold,
            held: concert.held,
            withheld: concert.withheld,
            missing: concert.missing,
        })
    }
}
