//! Sales to somebody who is asked for nothing, found again by a ticket.

use box_office::{Error, JournalFilter, Reservation, ReservationStatus, Resolved, Rules, Scan, TicketState};

use crate::support::{PRICE, World, form, qr, sell, sell_to_nobody, walk_up};

async fn allow(world: &World, change: impl FnOnce(&mut Rules)) {
    let manager = world.manager(1).await;
    let mut seen = manager.rules_to_edit().await.unwrap();
    change(&mut seen.rules);
    manager.set_rules(seen.version, &seen.rules).await.unwrap();
}

/// The one that a valid ticket is of.
fn of(scan: Scan) -> Reservation {
    match scan {
        Scan::Valid { mut reservations } => reservations.remove(0),
        Scan::Void { ticket } => panic!("{ticket:?} is void"),
    }
}

#[tokio::test]
async fn a_walk_up_sale_is_a_whole_sale_to_nobody() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let office = world.counter(1).await;
    let sold = sell_to_nobody(&office, &concert, &concert.seats).await;
    assert_eq!((sold.status, sold.total, sold.walk_up), (ReservationStatus::Confirmed, 2 * PRICE, true));
    assert_eq!((sold.customer_name.as_str(), sold.phone.as_str(), sold.seats.len()), ("", "", 2));
    let kept = "select count(*) from reservations
        where walk_up and customer_name = '현장 판매' and phone_number = '' and password_hash = ''";
    assert_eq!(world.count(kept).await, 1);
    assert_eq!(world.count("select count(*) from seats where status = 'reserved'").await, 2);
    assert_eq!(world.count("select count(*) from journal where kind = 'confirm'").await, 1);
}

#[tokio::test]
async fn a_walk_up_sale_keeps_every_rule_of_a_sale() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let hold = office.hold_seats(concert.id, &concert.seats).await.unwrap();
    assert_eq!(world.counter(2).await.confirm_walk_up(&walk_up(&hold)).await.err(), Some(Error::HoldExpired));
    world.as_owner("update concert_seat_tiers set price = 60000").await;
    assert_eq!(office.confirm_walk_up(&walk_up(&hold)).await.err(), Some(Error::PriceChanged { total: 60_000 }));
    world.expire_holds().await;
    assert_eq!(office.confirm_walk_up(&walk_up(&hold)).await.err(), Some(Error::HoldExpired));
    assert_eq!(world.count("select count(*) from reservations").await, 0);
}

#[tokio::test]
async fn a_venue_that_wants_to_know_its_customers_switches_walk_up_sales_off() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let office = world.counter(1).await;
    assert!(office.server_now().await.unwrap().rules.walk_up_sales, "a new venue sells to whoever stands there");
    let hold = office.hold_seats(concert.id, &concert.seats).await.unwrap();
    allow(&world, |rules| rules.walk_up_sales = false).await;
    assert_eq!(office.confirm_walk_up(&walk_up(&hold)).await.err(), Some(Error::NoWalkUpSales));
    // The hold is still there for a customer with a name.
    office.confirm(&form(&hold)).await.unwrap();
}

#[tokio::test]
async fn a_lost_answer_to_a_walk_up_sale_is_resolved_as_any() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let sold = sell_to_nobody(&office, &concert, &concert.seats).await;
    let resolved = office.resolve(box_office::OperationId(sold.id.0)).await.unwrap();
    assert!(
        matches!(&resolved, Resolved::Confirmed { number, total, .. } if *number == sold.number && *total == PRICE),
        "{resolved:?}"
    );
}

#[tokio::test]
async fn no_look_up_by_phone_reaches_a_walk_up_sale() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    sell_to_nobody(&office, &concert, &concert.seats).await;
    assert_eq!(office.look_up("", "1234").await.err(), Some(Error::InvalidPhone));
    // Nor does a ticket of a look-up that was forged with no phone and no guess.
    for forged in [
        "insert into look_up_tickets (phone_number, guess, who) values ('', '', 'counter_1')",
        "insert into look_up_tickets (guess, who) values ('', 'counter_1')",
    ] {
        assert!(sqlx::raw_sql(forged).execute(&mut world.owner().await).await.is_err(), "{forged}");
    }
}

#[tokio::test]
async fn a_ticket_finds_its_sale_at_any_counter_where_it_is_printed_again_and_cancelled() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let (one, two) = (world.counter(1).await, world.counter(2).await);
    let sold = sell_to_nobody(&one, &concert, &concert.seats).await;
    assert_eq!(two.cancel(sold.id).await.unwrap_err(), Error::TicketExpired);
    let tickets = one.issue_tickets(sold.id).await.unwrap();
    assert!(tickets.walk_up);
    // Also as a scanner types it whose capitals got lost.
    let found = of(two.look_up_ticket(&format!(" {}\n", qr(&tickets, 1).to_lowercase())).await.unwrap());
    assert_eq!((found.id, found.walk_up, found.total, found.seats.len()), (sold.id, true, 2 * PRICE, 2));
    assert_eq!((found.customer_name.as_str(), found.phone.as_str()), ("", ""));
    assert_eq!(two.issue_tickets(sold.id).await.unwrap().reprint, 1);
    assert_eq!(two.cancel(sold.id).await.unwrap().seats_freed, 2);
    assert_eq!(world.count("select count(*) from seats where status = 'available'").await, 2);
    // Found once, and in the journal with how.
    let how = "select count(*) from journal
        where kind = 'look_up' and who = 'counter_2' and reservation_id is not null and detail ->> 'by' = 'ticket'";
    assert_eq!(world.count(how).await, 1);
}

#[tokio::test]
async fn a_void_ticket_is_said_to_be_void_and_opens_nothing() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let (one, two) = (world.counter(1).await, world.counter(2).await);
    let sold = sell_to_nobody(&one, &concert, &concert.seats).await;
    let first = one.issue_tickets(sold.id).await.unwrap();
    let second = one.issue_tickets(sold.id).await.unwrap();
    let Scan::Void { ticket } = two.look_up_ticket(&qr(&first, 0)).await.unwrap() else { panic!("it was reprinted") };
    assert_eq!((ticket.state, ticket.number, ticket.label.as_str()), (TicketState::Reprinted, sold.number, "A-1"));
    assert_eq!(two.cancel(sold.id).await.unwrap_err(), Error::TicketExpired);
    assert_eq!(two.issue_tickets(sold.id).await.unwrap_err(), Error::TicketExpired);
    assert_eq!(of(two.look_up_ticket(&qr(&second, 0)).await.unwrap()).id, sold.id);
    two.cancel(sold.id).await.unwrap();
    let Scan::Void { ticket } = one.look_up_ticket(&qr(&second, 0)).await.unwrap() else { panic!("it was cancelled") };
    assert_eq!(ticket.state, TicketState::Cancelled);
}

#[tokio::test]
async fn what_is_no_ticket_of_this_venue_is_unknown() {
    let world = World::new().await;
    let office = world.counter(1).await;
    let long = "0".repeat(100_000);
    let (short, sign) = (format!("K7Q2-93FD.{}", &long[..31]), format!("K7Q2-93FD.+{}", &long[..31]));
    let never = format!("K7Q2-93FD.{}", &long[..32]);
    for scanned in ["", ".", "https://example.com/", "K7Q2-93FD", "가.나", &short, &sign, &never, &long] {
        assert_eq!(office.look_up_ticket(scanned).await.err(), Some(Error::UnknownTicket), "{scanned:.40}");
    }
    // Only what could be a ticket was asked for, and counts.
    assert_eq!(world.count("select count(*) from look_up_tickets where reservations = '{}'").await, 1);
}

#[tokio::test]
async fn the_ticket_of_a_customer_tells_whoever_has_it_no_name_and_no_phone() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let sold = sell(&office, &concert, &concert.seats).await;
    let tickets = office.issue_tickets(sold.id).await.unwrap();
    assert!(!tickets.walk_up);
    let found = of(office.look_up_ticket(&qr(&tickets, 0)).await.unwrap());
    assert_eq!((found.id, found.walk_up), (sold.id, false));
    assert_eq!((found.customer_name.as_str(), found.phone.as_str()), ("홍*동", "010-****-5678"));
}

#[tokio::test]
async fn a_walk_up_sale_is_cancelled_inside_the_same_cut_off() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let sold = sell_to_nobody(&office, &concert, &concert.seats).await;
    let tickets = office.issue_tickets(sold.id).await.unwrap();
    office.look_up_ticket(&qr(&tickets, 0)).await.unwrap();
    world.as_owner("update settings set cancel_cutoff_minutes = 60; update concerts set starts_at = clock_timestamp() + interval '30 minutes'").await;
    assert_eq!(office.cancel(sold.id).await.unwrap_err(), Error::CancelTooLate { minutes: 60 });
}

#[tokio::test]
async fn after_sixty_wrong_scans_a_login_waits_also_with_a_right_one() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let sold = sell_to_nobody(&office, &concert, &concert.seats).await;
    let tickets = office.issue_tickets(sold.id).await.unwrap();
    world
        .as_owner(
            "insert into look_up_tickets (code_hash, who)
            select sha256(n::text::bytea), 'counter_1' from generate_series(1, 60) n",
        )
        .await;
    let limited = office.look_up_ticket(&qr(&tickets, 0)).await.err();
    assert!(matches!(limited, Some(Error::TooManyLookUps { seconds: 1..=900 })), "{limited:?}");
    assert_eq!(of(world.counter(2).await.look_up_ticket(&qr(&tickets, 0)).await.unwrap()).id, sold.id);
}

#[tokio::test]
async fn every_list_tells_a_walk_up_sale() {
    let world = World::new().await;
    let concert = world.concert(5).await;
    let (office, manager) = (world.counter(1).await, world.manager(1).await);
    let walk_up = sell_to_nobody(&office, &concert, &concert.seats[..2]).await;
    sell(&office, &concert, &concert.seats[2..4]).await;
    let mine = office.my_sales().await.unwrap();
    assert_eq!(mine.iter().map(|sale| sale.walk_up).collect::<Vec<_>>(), [false, true]);
    let listed = manager.reservations_of(concert.id, "", None).await.unwrap().rows;
    let told: Vec<_> = listed
        .iter()
        .map(|row| (row.walk_up, row.name_masked.as_str(), row.phone_masked.as_str(), row.seats.len()))
        .collect();
    assert_eq!(told, [(false, "홍*동", "010-****-5678", 2), (true, "", "", 2)]);
    // By the word that stands for the customer, by number and by seat.
    for search in ["현장", walk_up.number.as_str(), "a-1"] {
        let found = manager.reservations_of(concert.id, search, None).await.unwrap().rows;
        assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [walk_up.id], "{search}");
    }
    let sales = manager.sales_of(concert.id).await.unwrap();
    assert_eq!((sales.walk_up, sales.sold_today), (2, 4));
    let rows = manager.journal(&JournalFilter::default()).await.unwrap().rows;
    let of_walk_up: Vec<_> = rows.iter().filter(|row| row.walk_up).map(|row| row.reservation.clone()).collect();
    assert_eq!(of_walk_up, [Some(walk_up.number)]);
    manager.cancel_for_customer(walk_up.id, "관객 요청").await.unwrap();
    assert_eq!(manager.sales_of(concert.id).await.unwrap().walk_up, 0);
}
