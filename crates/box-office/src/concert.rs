//! Concerts on sale, and one of them with its tiers.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::query_as;
use uuid::Uuid;

use crate::{BoxOffice, ConcertId, Error, Result};

/// A published concert with what is left of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConcertOnSale {
    /// The concert.
    pub id: ConcertId,
    /// As printed on the ticket.
    pub title: String,
    /// The hall; empty when the manager set none.
    pub venue: String,
    /// The start, or `None` when the manager set none.
    pub starts_at: Option<DateTime<Utc>>,
    /// A manager stopped the sale for now.
    pub paused: bool,
    /// Seats in all.
    pub total: i32,
    /// Total less reserved and withheld; seats on hold still count.
    pub remaining: i32,
    /// Seats on a live hold.
    pub on_hold: i32,
    /// Of the tiers that have seats, in won.
    #[specta(type = Option<i32>)]
    pub lowest_price: Option<i64>,
}

/// A concert with its tiers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConcertDetail {
    /// The concert itself.
    pub concert: ConcertOnSale,
    /// The manager's note to clerks.
    pub note: String,
    /// Dearest first.
    pub tiers: Vec<Tier>,
}

/// A price tier with what is left of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Tier {
    /// The tier.
    pub id: Uuid,
    /// For example `R석`.
    pub label: String,
    /// In won.
    #[specta(type = i32)]
    pub price: i64,
    /// Seats in all.
    pub total: i32,
    /// Total less reserved and withheld.
    pub remaining: i32,
    /// Seats on a live hold.
    pub on_hold: i32,
}

impl BoxOffice {
    /// Every published concert, next one first.
    ///
    /// # Errors
    /// [`Error::Offline`].
    pub async fn concerts_on_sale(&self) -> Result<Vec<ConcertOnSale>> {
        Ok(query_as!(
            ConcertOnSale,
            r#"
            select c.id, c.title, c.venue, c.starts_at, c.sales_paused as paused,
                n.total::int as "total!", n.remaining::int as "remaining!", n.on_hold::int as "on_hold!",
                (
                    select t.price::bigint from concert_seat_tiers t
                    where t.concert_id = c.id and t.deleted_at is null and exists (
                        select from seats s
                        where s.concert_id = c.id and s.seat_tier_id = t.id and s.deleted_at is null)
                    order by t.price
                    limit 1
                ) as lowest_price
            from concerts c
            -- Concert by concert: seats of those that are over are not read at all.
            cross join lateral (
                select count(*) as total,
                    count(*) filter (where s.status <> 'reserved' and not s.withheld) as remaining,
                    count(*) filter (
                        where s.status = 'temporarily_held' and s.hold_expires_at > statement_timestamp()) as on_hold
                from seats s
                where s.concert_id = c.id and s.deleted_at is null
            ) n
            where c.status = 'published' and c.deleted_at is null
            order by c.starts_at nulls last, c.title, c.id
            "#
        )
        .fetch_all(&self.pool)
        .await?)
    }

    /// One published concert with its tiers.
    ///
    /// # Errors
    /// [`Error::ConcertNotOnSale`], [`Error::Offline`].
    pub async fn concert(&self, id: ConcertId) -> Result<ConcertDetail> {
        let head = sqlx::query!(
            "select title, venue, starts_at, sales_paused, note from concerts
             where id = $1 and status = 'published' and deleted_at is null",
            id.0
        )
        .fetch_optional(&self.pool)
        .await?
        .ok_or(Error::ConcertNotOnSale)?;
        let tiers = self.tiers(id).await?;
        Ok(ConcertDetail {
            concert: ConcertOnSale {
                id,
                title: head.title,
                venue: head.venue,
                starts_at: head.starts_at,
                paused: head.sales_paused,
                total: tiers.iter().map(|tier| tier.total).sum(),
                remaining: tiers.iter().map(|tier| tier.remaining).sum(),
                on_hold: tiers.iter().map(|tier| tier.on_hold).sum(),
                lowest_price: tiers.iter().filter(|tier| tier.total > 0).map(|tier| tier.price).min(),
            },
            note: head.note,
            tiers,
        })
    }

    /// The tiers of a concert, dearest first.
    pub(crate) async fn tiers(&self, concert: ConcertId) -> Result<Vec<Tier>> {
        Ok(query_as!(
            Tier,
            r#"
            select t.id, t.label, t.price::bigint as "price!",
                count(s.id)::int as "total!",
                (count(s.id) filter (where s.status <> 'reserved' and not s.withheld))::int as "remaining!",
                (count(s.id) filter (
                    where s.status = 'temporarily_held' and s.hold_expires_at > statement_timestamp()))::int as "on_hold!"
            from concert_seat_tiers t
            left join seats s on s.seat_tier_id = t.id and s.concert_id = t.concert_id and s.deleted_at is null
            where t.concert_id = $1 and t.deleted_at is null
            group by t.id
            order by t.price desc, t.label
            "#,
            concert.0
        )
        .fetch_all(&self.pool)
        .await?)
    }
}
