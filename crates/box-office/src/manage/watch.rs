//! Watching the sale: today and in all, per tier, section and counter, over time, and who holds what just now.

use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::Uuid;

use crate::{BoxOffice, Error, Result, Sweeper};

/// All concerts at a glance. "Today" is the venue's day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Overview {
    /// Seats sold today and not cancelled since.
    pub sold_today: i32,
    /// What they cost, in won.
    #[specta(type = f64)]
    pub revenue_today: i64,
    /// Seats sold in all and not cancelled.
    pub sold: i32,
    /// What they cost, in won.
    #[specta(type = f64)]
    pub revenue: i64,
    /// Seats cancelled today, whenever they were sold.
    pub cancelled_today: i32,
    /// Seats under a live hold.
    pub held_now: i32,
    /// Seats whose hold is over and that no sweep has freed yet; they can be held anyway.
    pub overdue_holds: i32,
    /// Every PC that ever swept, the latest first.
    pub sweepers: Vec<Sweeper>,
}

/// How one concert sells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SalesOf {
    /// The concert.
    pub concert_id: Uuid,
    /// Seats sold today and not cancelled since.
    pub sold_today: i32,
    /// What they cost, in won.
    #[specta(type = f64)]
    pub revenue_today: i64,
    /// Seats cancelled, ever; one sold and cancelled twice counts twice.
    pub cancelled: i32,
    /// Dearest first.
    pub tiers: Vec<Occupancy>,
    /// By label, in the order of the map.
    pub sections: Vec<Occupancy>,
    /// Best seller first.
    pub counters: Vec<CounterSales>,
    /// Over all time.
    pub chart: SalesChart,
}

/// How full a tier or a section is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Occupancy {
    /// Of the tier or section; empty for seats that are in no section.
    pub label: String,
    /// Of a tier, in won, as it is now.
    #[specta(type = Option<i32>)]
    pub price: Option<i64>,
    /// Seats in all.
    pub seats: i32,
    /// Sold.
    pub sold: i32,
    /// Under a live hold.
    pub held: i32,
    /// Kept from sale.
    pub withheld: i32,
    /// At the prices at sale, in won.
    #[specta(type = f64)]
    pub revenue: i64,
}

/// What one login sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CounterSales {
    /// Empty for sales that the journal doesn't know (sample concerts).
    pub login: String,
    /// How it is called.
    pub name: String,
    /// Seats sold and not cancelled since.
    pub sold: i32,
    /// What they cost, in won.
    #[specta(type = f64)]
    pub revenue: i64,
    /// Of the seats that it sold, those cancelled since, by whomever.
    pub cancelled: i32,
}

/// Seats over time. Columnar: entry i of every list is one moment. At most 500.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SalesChart {
    /// Seconds since 1970, rising.
    #[specta(type = Vec<f64>)]
    pub at: Vec<i64>,
    /// Seats sold until then, cancelled ones too.
    pub sold: Vec<i32>,
    /// Seats cancelled until then.
    pub cancelled: Vec<i32>,
}

/// One hold that runs now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LiveHold {
    /// Who holds, by display name.
    pub counter: String,
    /// Its login.
    pub login: String,
    /// The concert.
    pub concert_id: Uuid,
    /// The concert's title.
    pub title: String,
    /// Labels.
    pub seats: Vec<String>,
    /// Milliseconds left when the answer was made.
    pub expires_in_ms: i32,
}

impl BoxOffice {
    /// All concerts at a glance.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::NotACounter`] for a login that is no manager's.
    pub async fn overview(&self) -> Result<Overview> {
        Err(Error::Database { sqlstate: None })
    }

    /// How one concert sells.
    ///
    /// # Errors
    /// [`Error::UnknownConcert`], [`Error::Offline`], [`Error::NotACounter`].
    pub async fn sales_of(&self, _concert: Uuid) -> Result<SalesOf> {
        Err(Error::Database { sqlstate: None })
    }

    /// Seats over time, of one concert or of all.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::NotACounter`].
    pub async fn sales_chart(&self, _concert: Option<Uuid>) -> Result<SalesChart> {
        Err(Error::Database { sqlstate: None })
    }

    /// The holds that run now, of one concert or of all, the one that ends first in front; at most 1,000.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::NotACounter`].
    pub async fn live_holds(&self, _concert: Option<Uuid>) -> Result<Vec<LiveHold>> {
        Err(Error::Database { sqlstate: None })
    }
}
