use box_office::{Error, ReservationStatus, SeatState};

use crate::support::{PASSWORD, PHONE, World, sell};

#[tokio::test]
async fn a_cancelled_reservation_frees_its_seats_and_they_are_sold_again() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let (one, two) = (world.counter(1).await, world.counter(2).await);
    let sold = sell(&one, &concert, &concert.seats).await;
    one.look_up(PHONE, PASSWORD).await.unwrap();
    assert_eq!(one.cancel(sold.id).await.unwrap().seats_freed, 2);
    assert_eq!(two.check_seat(concert.seats[0]).await.unwrap().state, SeatState::Available);
    let resold = sell(&two, &concert, &concert.seats).await;
    assert_ne!(resold.id, sold.id);
    // The rows of the first sale stay, stamped as released.
    assert_eq!(world.count("select count(*) from reservation_seats").await, 4);
    assert_eq!(world.count("select count(*) from reservation_seats where released_at is null").await, 2);
    let found = one.look_up(PHONE, PASSWORD).await.unwrap().reservations;
    assert_eq!(
        found.iter().map(|one| one.status).collect::<Vec<_>>(),
        [ReservationStatus::Confirmed, ReservationStatus::Cancelled]
    );
}

#[tokio::test]
async fn a_reservation_that_was_not_looked_up_here_is_not_cancelled() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let (one, two) = (world.counter(1).await, world.counter(2).await);
    let sold = sell(&one, &concert, &concert.seats).await;
    one.look_up(PHONE, PASSWORD).await.unwrap();
    assert_eq!(two.cancel(sold.id).await.unwrap_err(), Error::TicketExpired);
    world.as_owner("update look_up_tickets set answered_at = answered_at - interval '11 minutes'").await;
    assert_eq!(one.cancel(sold.id).await.unwrap_err(), Error::TicketExpired);
    assert_eq!(world.count("select count(*) from seats where status = 'reserved'").await, 1);
}

#[tokio::test]
async fn a_reservation_is_cancelled_once() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let sold = sell(&office, &concert, &concert.seats).await;
    office.look_up(PHONE, PASSWORD).await.unwrap();
    office.cancel(sold.id).await.unwrap();
    assert_eq!(office.cancel(sold.id).await.unwrap_err(), Error::AlreadyCancelled);
    assert_eq!(world.count("select count(*) from journal where kind = 'cancel'").await, 1);
}

#[tokio::test]
async fn past_the_cut_off_a_counter_cancels_nothing() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let sold = sell(&office, &concert, &concert.seats).await;
    office.look_up(PHONE, PASSWORD).await.unwrap();
    world.as_owner("update settings set cancel_cutoff_minutes = 60; update concerts set starts_at = clock_timestamp() + interval '30 minutes'").await;
    assert_eq!(office.cancel(sold.id).await.unwrap_err(), Error::CancelTooLate { minutes: 60 });
    assert_eq!(world.count("select count(*) from reservations where status = 'confirmed'").await, 1);
}

#[tokio::test]
async fn a_database_error_in_cancel_leaves_reservation_and_seats_exactly_as_before() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let office = world.counter(1).await;
    let sold = sell(&office, &concert, &concert.seats).await;
    office.look_up(PHONE, PASSWORD).await.unwrap();
    world
        .as_owner(
            "create function fail() returns trigger language plpgsql as $$ begin raise exception 'disk'; end $$;
            create trigger fail before update on seats for each row execute function fail()",
        )
        .await;
    let refused = office.cancel(sold.id).await.unwrap_err();
    assert!(matches!(refused, Error::Database { .. }), "{refused:?}");
    assert_eq!(world.count("select count(*) from seats where status = 'reserved'").await, 2);
    assert_eq!(world.count("select count(*) from reservation_seats where released_at is null").await, 2);
    assert_eq!(
        world.count("select count(*) from reservations where status = 'confirmed' and cancelled_at is null").await,
        1
    );
}
