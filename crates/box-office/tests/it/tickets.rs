use box_office::{Error, JournalFilter, JournalKind, ReservationId, TicketState};
use chrono::NaiveDate;

use crate::support::{PASSWORD, PHONE, PRICE, World, sell};

#[tokio::test]
async fn a_ticket_says_what_was_sold_where_when_and_for_how_much() {
    let world = World::new().await;
    let concert = world.concert(3).await;
    world.as_owner("update concerts set starts_at = '2026-12-24 10:30+00'").await;
    let office = world.counter(1).await;
    office.rename_counter("1번 창구").await.unwrap();
    let sold = sell(&office, &concert, &concert.seats[..2]).await;
    let tickets = office.issue_tickets(sold.id).await.unwrap();
    assert_eq!((tickets.number, tickets.reprint), (sold.number, 0));
    assert_eq!((tickets.title.as_str(), tickets.venue.as_str()), ("시험 공연", "대극장"));
    assert_eq!(tickets.counter, "1번 창구");
    // By the venue's clock.
    assert_eq!(tickets.starts_at, NaiveDate::from_ymd_opt(2026, 12, 24).and_then(|day| day.and_hms_opt(19, 30, 0)));
    let seoul = sold.created_at.naive_utc() + chrono::Duration::hours(9);
    assert!((tickets.sold_at - seoul).abs() < chrono::Duration::seconds(30), "{} is not {seoul}", tickets.sold_at);
    let seats: Vec<_> =
        tickets.seats.iter().map(|seat| (seat.label.as_str(), seat.tier.as_str(), seat.price)).collect();
    assert_eq!(seats, [("A-1", "R석", PRICE), ("A-2", "R석", PRICE)]);
    assert_ne!(tickets.seats[0].code, tickets.seats[1].code);
    let debug = format!("{:?}", tickets.seats);
    assert!(!debug.contains(&tickets.seats[0].code[0].to_string()), "a code is in {debug}");
}

#[tokio::test]
async fn what_was_printed_again_is_counted_and_the_one_before_is_void() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let (one, two) = (world.counter(1).await, world.counter(2).await);
    let sold = sell(&one, &concert, &concert.seats).await;
    let first = one.issue_tickets(sold.id).await.unwrap().seats.remove(0);
    let scanned = two.scan_ticket(first.code).await.unwrap().unwrap();
    assert_eq!((scanned.reservation_id, scanned.label.as_str(), scanned.state), (sold.id, "A-1", TicketState::Valid));
    let again = one.issue_tickets(sold.id).await.unwrap();
    assert_eq!(again.reprint, 1);
    assert_eq!(world.manager(1).await.issue_any_tickets(sold.id).await.unwrap().reprint, 2);
    for code in [first.code, again.seats[0].code] {
        assert_eq!(two.scan_ticket(code).await.unwrap().unwrap().state, TicketState::Reprinted);
    }
    assert_eq!(two.scan_ticket([0; 16]).await.unwrap(), None);
    // Nothing of the code itself is kept.
    let kept = "select count(*) from tickets where octet_length(code_hash) = 32 and issued_by like '%_1'";
    assert_eq!(world.count(kept).await, 3);
}

#[tokio::test]
async fn a_counter_prints_what_it_sold_or_looked_up_and_a_manager_any() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let (one, two) = (world.counter(1).await, world.counter(2).await);
    let sold = sell(&one, &concert, &concert.seats).await;
    assert_eq!(two.issue_tickets(sold.id).await.unwrap_err(), Error::TicketExpired);
    two.look_up(PHONE, PASSWORD).await.unwrap();
    assert_eq!(two.issue_tickets(sold.id).await.unwrap().reprint, 0);
    world
        .as_owner(
            "update look_up_tickets set answered_at = answered_at - interval '11 minutes';
            update reservations set created_at = created_at - interval '25 hours'",
        )
        .await;
    assert_eq!(two.issue_tickets(sold.id).await.unwrap_err(), Error::TicketExpired);
    assert_eq!(one.issue_tickets(sold.id).await.unwrap_err(), Error::TicketExpired);
    assert_eq!(one.issue_any_tickets(sold.id).await.unwrap_err(), Error::NotACounter);
    let manager = world.manager(1).await;
    assert_eq!(manager.issue_any_tickets(sold.id).await.unwrap().reprint, 1);
    assert_eq!(
        manager.issue_any_tickets(ReservationId(uuid::Uuid::nil())).await.unwrap_err(),
        Error::UnknownReservation
    );
}

#[tokio::test]
async fn a_cancelled_reservation_has_no_tickets_and_those_it_had_admit_nobody() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let sold = sell(&office, &concert, &concert.seats).await;
    let code = office.issue_tickets(sold.id).await.unwrap().seats[0].code;
    office.look_up(PHONE, PASSWORD).await.unwrap();
    office.cancel(sold.id).await.unwrap();
    assert_eq!(office.issue_tickets(sold.id).await.unwrap_err(), Error::AlreadyCancelled);
    assert_eq!(office.scan_ticket(code).await.unwrap().unwrap().state, TicketState::Cancelled);
    // Sold again, the old ticket is still the old sale's.
    sell(&office, &concert, &concert.seats).await;
    assert_eq!(office.scan_ticket(code).await.unwrap().unwrap().state, TicketState::Cancelled);
}

#[tokio::test]
async fn each_print_is_in_the_journal_before_anybody_has_a_code() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let office = world.counter(1).await;
    let sold = sell(&office, &concert, &concert.seats).await;
    office.issue_tickets(sold.id).await.unwrap();
    office.issue_tickets(sold.id).await.unwrap();
    let filter = JournalFilter { kind: Some(JournalKind::Print), ..JournalFilter::default() };
    let rows = world.manager(1).await.journal(&filter).await.unwrap().rows;
    assert_eq!(rows.iter().map(|row| (row.who.as_str(), row.seats)).collect::<Vec<_>>(), [("counter_1", 2); 2]);
    // Without its journal row there is no ticket.
    world
        .as_owner(
            "create function fail() returns trigger language plpgsql as $$ begin raise exception 'disk'; end $$;
            create trigger fail before insert on journal for each row execute function fail()",
        )
        .await;
    let refused = office.issue_tickets(sold.id).await.unwrap_err();
    assert!(matches!(refused, Error::Database { .. }), "{refused:?}");
    assert_eq!(world.count("select max(issue)::bigint from tickets").await, 2);
}

#[tokio::test]
async fn two_prints_at_once_have_two_counts() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let (one, manager) = (world.counter(1).await, world.manager(1).await);
    let sold = sell(&one, &concert, &concert.seats).await;
    let mut counts = Vec::new();
    while counts.len() < 20 {
        let (here, there) = tokio::join!(one.issue_tickets(sold.id), manager.issue_any_tickets(sold.id));
        // On a slow disk one of them waits too long for the other, and prints nothing.
        counts.extend(
            [here, there]
                .into_iter()
                .filter(|issued| !matches!(issued, Err(Error::Busy)))
                .map(|it| it.unwrap().reprint),
        );
    }
    counts.sort_unstable();
    assert!(counts.iter().copied().eq(0..counts.len().try_into().unwrap()), "{counts:?}");
}
