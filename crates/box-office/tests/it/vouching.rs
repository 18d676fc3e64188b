//! A customer who forgot the password, or has none: a manager signs at the counter.

use box_office::{Error, JournalFilter, JournalKind, ReservationStatus};

use crate::support::{NAME, PASSWORD, PHONE, World, sell, sell_to_nobody};

const MANAGER: &str = "manager_1";
const SECRET: &str = "secret";

#[tokio::test]
async fn a_manager_vouches_for_a_number_or_a_phone_and_the_counter_goes_on() {
    let world = World::new().await;
    let concert = world.concert(3).await;
    let (one, two) = (world.counter(1).await, world.counter(2).await);
    let walk_up = sell_to_nobody(&one, &concert, &concert.seats[..2]).await;
    let named = sell(&one, &concert, &concert.seats[2..]).await;
    let number = walk_up.number.to_lowercase().replace('-', " ");
    let found = two.look_up_vouched(MANAGER, SECRET, &format!(" {number}\u{200b}")).await.unwrap().reservations;
    assert_eq!(found.iter().map(|one| (one.id, one.walk_up)).collect::<Vec<_>>(), [(walk_up.id, true)]);
    assert_eq!(two.issue_tickets(walk_up.id).await.unwrap().reprint, 0);
    assert_eq!(two.cancel(walk_up.id).await.unwrap().seats_freed, 2);
    let found = two.look_up_vouched(MANAGER, SECRET, "+82 10-1234-5678").await.unwrap().reservations;
    assert_eq!((found.len(), found[0].id, found[0].customer_name.as_str()), (1, named.id, NAME));
    assert_eq!(two.cancel(named.id).await.unwrap().seats_freed, 1);
    let found = one.look_up_vouched(MANAGER, SECRET, &named.number).await.unwrap().reservations;
    assert_eq!(found[0].status, ReservationStatus::Cancelled);
    // The connection was the manager's for this alone.
    let left = "select count(*) from pg_stat_activity where usename = 'manager_1' and datname = current_database()";
    assert_eq!(world.count(left).await, 0);
}

#[tokio::test]
async fn who_vouched_where_and_for_whom_is_in_the_journal_also_when_nothing_was_found() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let sold = sell(&office, &concert, &concert.seats).await;
    assert_eq!(office.look_up_vouched(MANAGER, SECRET, "0000-0000").await.err(), Some(Error::NoMatch));
    office.look_up_vouched(MANAGER, SECRET, &sold.number).await.unwrap();
    let tries =
        "select count(*) from journal where kind = 'manage' and who = 'manager_1' and detail ->> 'what' = 'vouch'
        and detail ->> 'for' = 'counter_1'";
    assert_eq!(world.count(tries).await, 2);
    let filter = JournalFilter { kind: Some(JournalKind::LookUp), ..JournalFilter::default() };
    let rows = world.manager(1).await.journal(&filter).await.unwrap().rows;
    assert_eq!(
        rows.iter().map(|row| (row.who.as_str(), row.reservation.as_deref())).collect::<Vec<_>>(),
        [("counter_1", Some(sold.number.as_str()))]
    );
    assert_eq!(world.count("select count(*) from journal where detail ->> 'vouched_by' = 'manager_1'").await, 1);
    // What was asked for is a number or a name, and stays out.
    assert_eq!(world.count("select count(*) from journal j where j::text like '%12345678%'").await, 0);
}

#[tokio::test]
async fn nobody_but_a_manager_vouches() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let number = sell_to_nobody(&office, &concert, &concert.seats).await.number;
    assert_eq!(office.look_up_vouched("counter_2", SECRET, &number).await.err(), Some(Error::NotAManager));
    assert_eq!(office.look_up_vouched("nobody", SECRET, &number).await.err(), Some(Error::WrongLogin));
    for wanted in ["", "홍길동", "K7Q2-93F", "K7Q2-93FDX", "010-1234-567", "%"] {
        let refused = office.look_up_vouched(MANAGER, SECRET, wanted).await.err();
        assert_eq!(refused, Some(Error::NeitherNumberNorPhone), "{wanted}");
    }
    assert_eq!(world.count("select count(*) from look_up_tickets").await, 0);
}

#[tokio::test]
async fn numbers_are_guessed_no_more_often_than_passwords() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let sold = sell(&office, &concert, &concert.seats).await;
    for guess in 0..10 {
        let wrong = office.look_up_vouched(MANAGER, SECRET, &format!("0000-000{guess}")).await.err();
        assert_eq!(wrong, Some(Error::NoMatch));
    }
    let limited = office.look_up_vouched(MANAGER, SECRET, &sold.number).await.err();
    assert!(matches!(limited, Some(Error::TooManyLookUps { seconds: 1..=900 })), "{limited:?}");
    assert_eq!(world.count("select count(*) from journal where detail ->> 'what' = 'vouch'").await, 11);
    // The phone's own ten are not used up by that, nor another counter's.
    assert_eq!(office.look_up(PHONE, PASSWORD).await.unwrap().reservations[0].id, sold.id);
    world.counter(2).await.look_up_vouched(MANAGER, SECRET, &sold.number).await.unwrap();
}

#[tokio::test]
async fn a_customer_whose_phone_has_to_wait_is_helped_by_a_manager_at_once() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let sold = sell(&office, &concert, &concert.seats).await;
    for _ in 0..10 {
        assert_eq!(office.look_up(PHONE, "wrong").await.err(), Some(Error::NoMatch));
    }
    assert!(matches!(office.look_up(PHONE, PASSWORD).await.err(), Some(Error::TooManyLookUps { .. })));
    let found = office.look_up_vouched(MANAGER, SECRET, PHONE).await.unwrap().reservations;
    assert_eq!(found[0].id, sold.id);
}

#[tokio::test]
async fn what_was_vouched_for_is_that_counters_for_ten_minutes_and_nobody_elses() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let (one, two) = (world.counter(1).await, world.counter(2).await);
    let sold = sell(&one, &concert, &concert.seats).await;
    one.look_up_vouched(MANAGER, SECRET, &sold.number).await.unwrap();
    assert_eq!(two.cancel(sold.id).await.unwrap_err(), Error::TicketExpired);
    world.as_owner("update look_up_tickets set answered_at = answered_at - interval '11 minutes'").await;
    assert_eq!(one.cancel(sold.id).await.unwrap_err(), Error::TicketExpired);
}
