use box_office::{ConcertId, CounterSales, Error, Occupancy};
use sqlx::Connection;
use uuid::Uuid;

use crate::support::{Concert, PASSWORD, PHONE, PRICE, World, sell, sell_to};

/// Sells every seat of the concert but those withheld, as if over 2,000 hours, two to a reservation; every tenth
/// reservation is cancelled an hour later.
pub async fn sell_out(world: &World, concert: &Concert) {
    let mut owner = world.owner().await;
    let mut transaction = owner.begin().await.unwrap();
    // A sale is of now, and its seats are told one by one.
    sqlx::raw_sql("set session_replication_role = replica").execute(&mut *transaction).await.unwrap();
    sqlx::query(
        "with pairs as (
            select row_number() over (order by (seat_number - 1) / 2) as place, gen_random_uuid() as reservation,
                array_agg(id) as seats
            from seats where concert_id = $1 group by (seat_number - 1) / 2
        ),
        timed as (
            select *, place % 10 = 0 as cancelled,
                clock_timestamp() - interval '2000 hours' * (1 - place::float / (select count(*) from pairs)) as sold_at
            from pairs
        ),
        new_reservations as (
            insert into reservations (id, concert_id, customer_name, phone_number, password_hash, status, cancelled_at, created_at)
            select reservation, $1, '관객 ' || place, '0105000' || lpad(place::text, 4, '0'), '$argon2id$v=19$x',
                (case when cancelled then 'cancelled' else 'confirmed' end)::reservation_status,
                case when cancelled then sold_at + interval '1 hour' end, sold_at
            from timed
        ),
        new_reservation_seats as (
            insert into reservation_seats (reservation_id, seat_id, concert_id, price, created_at, released_at)
            select reservation, unnest(seats), $1, 50000, sold_at, case when cancelled then sold_at + interval '1 hour' end
            from timed
        )
        update seats set status = 'reserved'
        where id in (select unnest(seats) from timed where not cancelled)",
    )
    .bind(concert.id)
    .execute(&mut *transaction)
    .await
    .unwrap();
    sqlx::raw_sql("set session_replication_role = default").execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn the_overview_counts_what_is_sold_held_overdue_and_cancelled() {
    let world = World::new().await;
    let concert = world.concert(10).await;
    let (one, two, manager) = (world.counter(1).await, world.counter(2).await, world.manager(1).await);
    let cancelled = sell(&one, &concert, &concert.seats[..2]).await.id;
    sell(&one, &concert, &concert.seats[2..5]).await;
    manager.cancel_for_customer(cancelled, "공연 취소").await.unwrap();
    one.hold_seats(concert.id, &concert.seats[5..6]).await.unwrap();
    world.expire_holds().await;
    two.hold_seats(concert.id, &concert.seats[6..8]).await.unwrap();
    let overview = manager.overview().await.unwrap();
    assert_eq!((overview.sold_today, overview.revenue_today), (3, 3 * PRICE));
    assert_eq!((overview.sold, overview.revenue), (3, 3 * PRICE));
    assert_eq!((overview.cancelled_today, overview.held_now, overview.overdue_holds), (2, 2, 1));
    assert_eq!(manager.overdue_holds().await.unwrap(), 1);
}

#[tokio::test]
async fn today_begins_at_midnight_where_the_venue_is() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let manager = world.manager(1).await;
    let cancelled = sell(&world.counter(1).await, &concert, &concert.seats[..1]).await.id;
    manager.cancel_for_customer(cancelled, "관객 요청").await.unwrap();
    sell(&world.counter(1).await, &concert, &concert.seats[1..]).await;
    let mut owner = world.owner().await;
    for zone in ["Asia/Seoul", "America/Los_Angeles", "Pacific/Kiritimati"] {
        for (seconds, counted) in [(-1, 0), (0, 1)] {
            sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
                "set session_replication_role = replica;
                update settings set time_zone = '{zone}';
                update reservation_seats set
                    created_at = date_trunc('day', now() at time zone '{zone}') at time zone '{zone}' + interval '{seconds} s',
                    released_at = case when released_at is not null then
                        date_trunc('day', now() at time zone '{zone}') at time zone '{zone}' + interval '{seconds} s' end"
            )))
            .execute(&mut owner)
            .await
            .unwrap();
            let overview = manager.overview().await.unwrap();
            assert_eq!((overview.sold_today, overview.cancelled_today), (counted, counted), "{zone} {seconds}");
            assert_eq!(overview.sold, 1);
            let sales = manager.sales_of(concert.id).await.unwrap();
            assert_eq!(
                (sales.sold_today, sales.revenue_today),
                (counted, i64::from(counted) * PRICE),
                "{zone} {seconds}"
            );
        }
    }
}

#[tokio::test]
async fn a_concerts_sales_are_told_by_tier_by_section_and_by_counter() {
    let world = World::new().await;
    let concert = world.concert(6).await;
    let other = world.concert(2).await;
    let (one, two, manager) = (world.counter(1).await, world.counter(2).await, world.manager(1).await);
    one.rename_counter("1번 창구").await.unwrap();
    world
        .as_owner(
            "insert into concert_seat_tiers (concert_id, label, price)
            select concert_id, 'VIP석', 90000 from seats where label = 'A-6' and concert_id in (
                select concert_id from seats group by concert_id having count(*) = 6);
            update seats set section_label = '나', seat_tier_id = (select id from concert_seat_tiers where label = 'VIP석')
            where label in ('A-5', 'A-6') and concert_id in (select concert_id from concert_seat_tiers where label = 'VIP석');
            update seats set withheld_for = '하우스석' where label = 'A-4';
            update seats set deleted_at = clock_timestamp(), section_label = '없음' where label = 'A-3'",
        )
        .await;
    sell(&one, &concert, &concert.seats[..1]).await;
    sell(&two, &concert, &concert.seats[4..5]).await;
    let cancelled = sell(&two, &concert, &concert.seats[5..]).await.id;
    one.look_up(PHONE, PASSWORD).await.unwrap();
    one.cancel(cancelled).await.unwrap();
    sell(&two, &other, &other.seats).await;
    two.hold_seats(concert.id, &concert.seats[1..2]).await.unwrap();

    let sales = manager.sales_of(concert.id).await.unwrap();
    let tier = |label: &str, price, [seats, sold, held, withheld]: [i32; 4], revenue| Occupancy {
        label: label.into(),
        price,
        seats,
        sold,
        held,
        withheld,
        revenue,
    };
    assert_eq!(
        sales.tiers,
        [tier("VIP석", Some(90_000), [2, 1, 0, 0], 90_000), tier("R석", Some(PRICE), [3, 1, 1, 1], PRICE)]
    );
    assert_eq!(sales.sections, [tier("가", None, [3, 1, 1, 1], PRICE), tier("나", None, [2, 1, 0, 0], 90_000)]);
    let counter = |login: &str, name: &str, sold, revenue, cancelled| CounterSales {
        login: login.into(),
        name: name.into(),
        sold,
        revenue,
        cancelled,
    };
    // The cancelled seat is counted with the one who had sold it.
    assert_eq!(
        sales.counters,
        [counter("counter_1", "1번 창구", 1, PRICE, 0), counter("counter_2", "counter_2", 1, 90_000, 1)]
    );
    assert_eq!((sales.concert_id, sales.sold_today, sales.cancelled), (concert.id, 2, 1));
    assert_eq!(manager.sales_of(ConcertId(Uuid::nil())).await.unwrap_err(), Error::UnknownConcert);
}

#[tokio::test]
async fn a_price_that_changes_while_selling_changes_no_revenue() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    sell(&world.counter(1).await, &concert, &concert.seats[..1]).await;
    world.as_owner("update concert_seat_tiers set price = 70000").await;
    let sales = world.manager(1).await.sales_of(concert.id).await.unwrap();
    assert_eq!((sales.tiers[0].price, sales.tiers[0].revenue), (Some(70_000), PRICE));
}

#[tokio::test]
async fn the_chart_rises_in_at_most_500_points_to_the_totals() {
    let world = World::new().await;
    let (concert, other) = (world.concert(2000).await, world.concert(4).await);
    sell_out(&world, &concert).await;
    sell(&world.counter(1).await, &other, &other.seats).await;
    let manager = world.manager(1).await;
    let chart = manager.sales_chart(Some(concert.id)).await.unwrap();
    assert_eq!(manager.sales_of(concert.id).await.unwrap().chart, chart);
    assert!((300..=500).contains(&chart.at.len()), "{}", chart.at.len());
    assert_eq!((chart.sold.len(), chart.cancelled.len()), (chart.at.len(), chart.at.len()));
    assert!(chart.at.is_sorted_by(|a, b| a < b));
    assert!(chart.sold.is_sorted() && chart.cancelled.is_sorted());
    assert_eq!((chart.sold.last(), chart.cancelled.last()), (Some(&2000), Some(&200)));
    // Each point is exact: as many sales as there were until then.
    let place = chart.at.len() / 2;
    let until: i64 = sqlx::query_scalar(
        "select count(*) from reservation_seats where concert_id = $1 and floor(extract(epoch from created_at)) <= $2",
    )
    .bind(concert.id)
    .bind(chart.at[place])
    .fetch_one(&mut world.owner().await)
    .await
    .unwrap();
    assert_eq!(i64::from(chart.sold[place]), until);
    let all = manager.sales_chart(None).await.unwrap();
    assert_eq!((all.sold.last(), all.cancelled.last()), (Some(&2004), Some(&200)));
}

#[tokio::test]
async fn a_concert_that_sold_nothing_has_an_empty_chart() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let sales = world.manager(1).await.sales_of(concert.id).await.unwrap();
    assert!(sales.chart.at.is_empty() && sales.counters.is_empty());
}

#[tokio::test]
async fn live_holds_name_the_counter_and_its_seats_and_leave_out_what_is_over() {
    let world = World::new().await;
    let (concert, other) = (world.concert(6).await, world.concert(1).await);
    let (one, two, manager) = (world.counter(1).await, world.counter(2).await, world.manager(1).await);
    one.hold_seats(concert.id, &concert.seats[..1]).await.unwrap();
    world.expire_holds().await;
    two.rename_counter("2번 창구").await.unwrap();
    two.hold_seats(concert.id, &concert.seats[1..3]).await.unwrap();
    one.hold_seats(other.id, &other.seats).await.unwrap();
    let here = manager.live_holds(Some(concert.id)).await.unwrap();
    assert_eq!(here.len(), 1);
    assert_eq!((here[0].counter.as_str(), here[0].login.as_str()), ("2번 창구", "counter_2"));
    assert_eq!((here[0].concert_id, here[0].title.as_str()), (concert.id, "시험 공연"));
    assert_eq!(here[0].seats, ["A-2", "A-3"]);
    assert!((1..=300_000).contains(&here[0].expires_in_ms));
    assert_eq!(manager.live_holds(None).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_counters_login_does_none_of_it() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let office = world.counter(1).await;
    let sold = sell_to(&office, &concert, &concert.seats[..1], "이서연", "010-2222-3333").await.id;
    assert_eq!(office.overview().await.unwrap_err(), Error::NotACounter);
    assert_eq!(office.sweepers().await.unwrap_err(), Error::NotACounter);
    assert_eq!(office.sales_of(concert.id).await.unwrap_err(), Error::NotACounter);
    assert_eq!(office.journal(&Default::default()).await.unwrap_err(), Error::NotACounter);
    assert_eq!(office.reservations_of(concert.id, "", None).await.unwrap_err(), Error::NotACounter);
    assert_eq!(office.unmask(sold).await.err(), Some(Error::NotACounter));
    assert_eq!(office.cancel_for_customer(sold, "x").await.unwrap_err(), Error::NotACounter);
    assert_eq!(office.logins().await.unwrap_err(), Error::NotACounter);
    assert_eq!(office.sweep_once(5).await.unwrap_err(), Error::NotACounter);
    assert_eq!(world.count("select count(*) from seats where status = 'reserved'").await, 1);
}
