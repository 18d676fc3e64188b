//! Watching the sale: today and in all, per tier, section and counter, over time, and who holds what just now.

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::{PgConnection, query, query_as};

use crate::{BoxOffice, ConcertId, Error, Result, Sweeper};

/// All concerts at a glance. "Today" is the venue's day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Overview {
    /// Seats sold today and not cancelled since.
    pub sold_today: i32,
    /// What they cost, in won.
    #[specta(type = i32)]
    pub revenue_today: i64,
    /// Seats sold in all and not cancelled.
    pub sold: i32,
    /// What they cost, in won.
    #[specta(type = i32)]
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
    pub concert_id: ConcertId,
    /// Seats sold today and not cancelled since.
    pub sold_today: i32,
    /// What they cost, in won.
    #[specta(type = i32)]
    pub revenue_today: i64,
    /// Seats sold, and not cancelled since, to somebody who was asked for nothing.
    pub walk_up: i32,
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
    #[specta(type = i32)]
    pub revenue: i64,
}

/// What one login sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CounterSales {
    /// Empty for sample sales, which no login made.
    pub login: String,
    /// How it is called.
    pub name: String,
    /// Seats sold and not cancelled since.
    pub sold: i32,
    /// What they cost, in won.
    #[specta(type = i32)]
    pub revenue: i64,
    /// Of the seats that it sold, those cancelled since, by whomever.
    pub cancelled: i32,
}

/// Seats over time. Columnar: entry i of every list is one moment. At most 500.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SalesChart {
    /// Seconds since 1970, rising.
    #[specta(type = Vec<i32>)]
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
    pub concert_id: ConcertId,
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
        let sweepers = self.sweepers().await?;
        let now = query!(
            r#"
            with today as (
                select date_trunc('day', statement_timestamp() at time zone time_zone) at time zone time_zone as began
                from settings
            ),
            sales as (
                select
                    count(*) filter (where released_at is null) as sold,
                    sum(price) filter (where released_at is null) as revenue,
                    count(*) filter (where released_at is null and created_at >= (select began from today)) as sold_today,
                    sum(price) filter (where released_at is null and created_at >= (select began from today)) as revenue_today,
                    count(*) filter (where released_at >= (select began from today)) as cancelled_today
                from reservation_seats
            ),
            holds as (
                select count(*) filter (where hold_expires_at > statement_timestamp()) as live,
                    count(*) filter (where hold_expires_at <= statement_timestamp()) as overdue
                from seats
                where status = 'temporarily_held'
            )
            select sold_today::int as "sold_today!", coalesce(revenue_today, 0)::bigint as "revenue_today!",
                sold::int as "sold!", coalesce(revenue, 0)::bigint as "revenue!",
                cancelled_today::int as "cancelled_today!", live::int as "live!", overdue::int as "overdue!"
            from sales, holds
            "#
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(Overview {
            sold_today: now.sold_today,
            revenue_today: now.revenue_today,
            sold: now.sold,
            revenue: now.revenue,
            cancelled_today: now.cancelled_today,
            held_now: now.live,
            overdue_holds: now.overdue,
            sweepers,
        })
    }

    /// How one concert sells; all of it of one moment.
    ///
    /// # Errors
    /// [`Error::UnknownConcert`], [`Error::Offline`], [`Error::NotACounter`].
    pub async fn sales_of(&self, concert: ConcertId) -> Result<SalesOf> {
        self.read_at_once(move |transaction| Box::pin(sales_in(transaction, concert))).await
    }

    /// Seats over time, of one concert or of all.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::NotACounter`].
    pub async fn sales_chart(&self, concert: Option<ConcertId>) -> Result<SalesChart> {
        self.read_at_once(move |transaction| Box::pin(chart(transaction, concert))).await
    }

    /// The holds that run now, of one concert or of all, the one that ends first in front; at most 1,000.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::NotACounter`].
    pub async fn live_holds(&self, concert: Option<ConcertId>) -> Result<Vec<LiveHold>> {
        Ok(query_as!(
            LiveHold,
            r#"
            select coalesce(n.display_name, s.held_by) as "counter!", s.held_by as "login!", s.concert_id, c.title,
                array_agg(s.label order by s.section_label, s.row_number, s.seat_number, s.label) as "seats!",
                (extract(epoch from min(s.hold_expires_at) - statement_timestamp()) * 1000)::int as "expires_in_ms!"
            from seats s
            join concerts c on c.id = s.concert_id
            left join counters n on n.login = s.held_by
            where s.status = 'temporarily_held' and s.hold_expires_at > statement_timestamp()
                and ($1::uuid is null or s.concert_id = $1)
            group by s.hold_token, s.held_by, n.display_name, s.concert_id, c.title
            order by min(s.hold_expires_at), s.hold_token
            limit 1000
            "#,
            concert as Option<ConcertId>
        )
        .fetch_all(&self.pool)
        .await?)
    }
}

pub(super) async fn sales_in(transaction: &mut PgConnection, concert: ConcertId) -> Result<SalesOf> {
    let today = query!(
        r#"
        with today as (
            select date_trunc('day', statement_timestamp() at time zone time_zone) at time zone time_zone as began
            from settings
        )
        select
            (count(*) filter (where rs.released_at is null and rs.created_at >= began))::int as "sold!",
            coalesce(sum(rs.price) filter (where rs.released_at is null and rs.created_at >= began), 0)::bigint as "revenue!",
            (count(*) filter (where rs.released_at is null and r.walk_up))::int as "walk_up!",
            count(rs.released_at)::int as "cancelled!"
        from concerts c
        cross join today
        left join reservation_seats rs on rs.concert_id = c.id
        left join reservations r on r.id = rs.reservation_id
        where c.id = $1
        group by c.id
        "#,
        concert.0
    )
    .fetch_optional(&mut *transaction)
    .await?
    .ok_or(Error::UnknownConcert)?;
    let (tiers, sections) = occupancy(transaction, concert).await?;
    Ok(SalesOf {
        concert_id: concert,
        sold_today: today.sold,
        revenue_today: today.revenue,
        walk_up: today.walk_up,
        cancelled: today.cancelled,
        tiers,
        sections,
        counters: by_counter(transaction, concert).await?,
        chart: chart(transaction, Some(concert)).await?,
    })
}

/// Tiers and sections that have seats, in one pass over them.
async fn occupancy(transaction: &mut PgConnection, concert: ConcertId) -> Result<(Vec<Occupancy>, Vec<Occupancy>)> {
    let counted = query!(
        r#"
        select grouping(t.id) = 0 as "is_tier!",
            coalesce(case when grouping(t.id) = 0 then t.label else s.section_label end, '') as "label!",
            t.price::bigint as price,
            count(*)::int as "seats!",
            (count(*) filter (where s.status = 'reserved'))::int as "sold!",
            (count(*) filter (
                where s.status = 'temporarily_held' and s.hold_expires_at > statement_timestamp()))::int as "held!",
            count(s.withheld_for)::int as "withheld!",
            coalesce(sum(rs.price), 0)::bigint as "revenue!"
        from seats s
        join concert_seat_tiers t on t.id = s.seat_tier_id
        left join reservation_seats rs
            on rs.seat_id = s.id and rs.concert_id = s.concert_id and rs.released_at is null
        where s.concert_id = $1 and s.deleted_at is null
        group by grouping sets ((t.id, t.label, t.price), (s.section_label))
        order by t.price desc nulls last, 2
        "#,
        concert.0
    )
    .fetch_all(&mut *transaction)
    .await?;
    let mut tiers = Vec::new();
    let mut sections = Vec::new();
    for row in counted {
        let list = if row.is_tier { &mut tiers } else { &mut sections };
        list.push(Occupancy {
            label: row.label,
            price: row.price,
            seats: row.seats,
            sold: row.sold,
            held: row.held,
            withheld: row.withheld,
            revenue: row.revenue,
        });
    }
    Ok((tiers, sections))
}

async fn by_counter(transaction: &mut PgConnection, concert: ConcertId) -> Result<Vec<CounterSales>> {
    Ok(query_as!(
        CounterSales,
        r#"
        select coalesce(r.sold_by, '') as "login!", coalesce(n.display_name, r.sold_by, '') as "name!",
            (count(*) filter (where rs.released_at is null))::int as "sold!",
            coalesce(sum(rs.price) filter (where rs.released_at is null), 0)::bigint as "revenue!",
            count(rs.released_at)::int as "cancelled!"
        from reservations r
        join reservation_seats rs on rs.reservation_id = r.id and rs.concert_id = r.concert_id
        left join counters n on n.login = r.sold_by
        where r.concert_id = $1
        group by r.sold_by, n.display_name
        order by 3 desc, 1
        "#,
        concert.0
    )
    .fetch_all(&mut *transaction)
    .await?)
}

/// The time from the first event to the last in at most 500 steps of whole seconds; a point where the last event of a
/// step is, so that every point is exact.
async fn chart(transaction: &mut PgConnection, concert: Option<ConcertId>) -> Result<SalesChart> {
    let points = query!(
        r#"
        with sales as not materialized (
            select created_at, released_at from reservation_seats where $1::uuid is null
            union all
            select created_at, released_at from reservation_seats where concert_id = $1
        ),
        events as not materialized (
            select floor(date_part('epoch', created_at))::bigint as at, 1 as sold, 0 as cancelled from sales
            union all
            select floor(date_part('epoch', released_at))::bigint, 0, 1 from sales where released_at is not null
        ),
        span as (select min(at) as first, (max(at) - min(at)) / 500 + 1 as step from events)
        select max(at) as "at!",
            (sum(sum(sold)) over (order by (at - first) / step))::int as "sold!",
            (sum(sum(cancelled)) over (order by (at - first) / step))::int as "cancelled!"
        from events, span
        group by (at - first) / step
        order by 1
        "#,
        concert as Option<ConcertId>
    )
    .fetch_all(&mut *transaction)
    .await?;
    Ok(SalesChart {
        at: points.iter().map(|point| point.at).collect(),
        sold: points.iter().map(|point| point.sold).collect(),
        cancelled: points.iter().map(|point| point.cancelled).collect(),
    })
}
