//! What this counter sold today: to find a number again, not a customer.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::query;
use sqlx::types::Json;

use crate::{BoxOffice, HeldSeat, ReservationId, ReservationStatus, Result, reservation_number};

/// A sale without its customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MySale {
    /// The reservation, to print its tickets again.
    pub reservation_id: ReservationId,
    /// Number for people.
    pub number: String,
    /// The concert's title.
    pub title: String,
    /// The hall.
    pub venue: String,
    /// The start.
    pub starts_at: Option<DateTime<Utc>>,
    /// Confirmed or cancelled.
    pub status: ReservationStatus,
    /// Sold to somebody who was asked for nothing.
    pub walk_up: bool,
    /// When it was sold.
    pub sold_at: DateTime<Utc>,
    /// With the prices at sale.
    pub seats: Vec<HeldSeat>,
    /// In won.
    #[specta(type = i32)]
    pub total: i64,
}

impl BoxOffice {
    /// The last fifty sales of this login since midnight at the venue, the newest first.
    ///
    /// # Errors
    /// [`Error::Offline`](crate::Error::Offline).
    pub async fn my_sales(&self) -> Result<Vec<MySale>> {
        let sales = query!(
            r#"
            select reservation_id as "id!", title as "title!", venue as "venue!", starts_at,
                status as "status!: ReservationStatus", walk_up as "walk_up!", sold_at as "sold_at!", seats as "seats!: Json<Vec<HeldSeat>>"
            from counter.my_sales()
            "#
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(sales
            .into_iter()
            .map(|sale| MySale {
                reservation_id: sale.id.into(),
                number: reservation_number(sale.id.into()),
                title: sale.title,
                venue: sale.venue,
                starts_at: sale.starts_at,
                status: sale.status,
                walk_up: sale.walk_up,
                sold_at: sale.sold_at,
                total: sale.seats.iter().map(|seat| seat.price).sum(),
                seats: sale.seats.0,
            })
            .collect())
    }
}
