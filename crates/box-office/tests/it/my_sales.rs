use box_office::ReservationStatus;

use crate::support::{World, sell};

#[tokio::test]
async fn a_counter_finds_what_it_sold_today_and_nobody_elses() {
    let world = World::new().await;
    let concert = world.concert(5).await;
    let (mine, other) = (world.counter(1).await, world.counter(2).await);
    assert_eq!(mine.my_sales().await.unwrap(), []);
    let yesterday = sell(&mine, &concert, &concert.seats[..1]).await;
    world
        .as_owner(
            "set session_replication_role = replica;
            update journal set at = date_trunc('day', clock_timestamp() at time zone 'Asia/Seoul') at time zone 'Asia/Seoul'
                - interval '1 second'",
        )
        .await;
    sell(&other, &concert, &concert.seats[1..2]).await;
    let first = sell(&mine, &concert, &concert.seats[2..4]).await;
    let second = sell(&mine, &concert, &concert.seats[4..]).await;
    world.manager(1).await.cancel_for_customer(first.id, "관객 요청").await.unwrap();

    let sales = mine.my_sales().await.unwrap();
    let told: Vec<_> = sales.iter().map(|sale| (sale.number.as_str(), sale.status, sale.total)).collect();
    assert_eq!(
        told,
        [
            (second.number.as_str(), ReservationStatus::Confirmed, second.total),
            (first.number.as_str(), ReservationStatus::Cancelled, first.total),
        ]
    );
    assert_eq!(sales[1].seats, first.seats);
    // Its tickets can be printed again.
    assert_eq!(mine.issue_tickets(sales[0].reservation_id).await.unwrap().number, second.number);
    assert_eq!((sales[0].title.as_str(), sales[0].venue.as_str()), ("시험 공연", "대극장"));
    assert!(sales.iter().all(|sale| sale.number != yesterday.number));
}
