//! What binds a manager's login in the database, each guard made to fire by a client that does not use the engine.

use box_office::{Error, SeatState};

use crate::guards::{FREE, HOLD, Stage, refusal, stage};
use crate::support::{PASSWORD, PHONE, World, sell};

const NOTHING: &str = "nothing";

#[tokio::test]
async fn a_manager_moves_a_seat_only_along_the_allowed_ways() {
    let Stage { world, concert, .. } = stage().await;
    let mut manager = world.raw("manager_1").await;
    let [sold, held, theirs, free] = [0, 1, 2, 3].map(|seat| concert.seats[seat]);
    for (constraint, sql) in [
        ("seats_hold_takes_free", format!("{HOLD} where id = '{held}'")),
        ("seats_hold_takes_free", format!("{HOLD} where id = '{sold}'")),
        ("seats_hold_not_too_long", format!("{} where id = '{free}'", HOLD.replace("1 minute", "1 hour"))),
        ("seats_release_own_hold", format!("{FREE} where id = '{theirs}'")),
        ("seats_sale_needs_own_hold", format!("{} where id = '{theirs}'", FREE.replace("available", "reserved"))),
        ("seats_sale_needs_own_hold", format!("{} where id = '{free}'", FREE.replace("available", "reserved"))),
        ("seats_free_needs_ticket", format!("{FREE} where id = '{sold}'")),
        ("seats_edit_needs_free", format!("update seats set label = 'x' where id = '{sold}'")),
        ("seats_edit_needs_free", format!("update seats set deleted_at = now() where id = '{sold}'")),
        ("seats_edit_needs_free", format!("update seats set withheld_for = 'x' where id = '{held}'")),
        ("seats_edit_needs_free", format!("update seats set x = 1, y = 1 where id = '{held}'")),
        (NOTHING, format!("update seats set withheld_for = 'x', x = 1, y = 1 where id = '{free}'")),
        ("seats_hold_takes_free", format!("{HOLD} where id = '{free}'")),
        (NOTHING, format!("update seats set withheld_for = null, deleted_at = now() where id = '{free}'")),
        (
            "42501",
            format!(
                "insert into seats (concert_id, seat_tier_id, label, status) values ('{}', '{}', 'x', 'reserved')",
                concert.id, concert.tier
            ),
        ),
    ] {
        assert_eq!(refusal(&mut manager, &sql).await, constraint, "{sql}");
    }
    let mine = concert.seats[4];
    world.manager(1).await.hold_seats(concert.id, &[mine]).await.unwrap();
    let by_hand = format!("{} where id = '{mine}'", FREE.replace("available", "reserved"));
    assert_eq!(refusal(&mut manager, &by_hand).await, "seats_reserved_has_one_sale");
    // Once a hold is over, anybody's broom may take it, and a manager's edit may touch its seat.
    world.expire_holds().await;
    assert_eq!(refusal(&mut manager, &by_hand).await, "seats_sale_needs_live_hold");
    assert_eq!(refusal(&mut manager, &format!("update seats set label = 'x' where id = '{held}'")).await, NOTHING);
    assert_eq!(refusal(&mut manager, &format!("{FREE} where id = '{held}'")).await, NOTHING);
    let by_counter = refusal(&mut world.raw("counter_1").await, &format!("{FREE} where id = '{theirs}'")).await;
    assert_eq!(by_counter, "seats_release_own_hold");
}

#[tokio::test]
async fn a_manager_frees_a_sold_seat_only_with_a_reason_in_the_journal_of_the_same_transaction() {
    let Stage { world, concert, sale } = stage().await;
    let mut manager = world.raw("manager_1").await;
    let seat = concert.seats[0];
    let note = |reservation: &str, reason: &str| {
        format!(
            "insert into journal (op_id, kind, detail) values (gen_random_uuid(), 'cancel',
                jsonb_build_object('reservation', '{reservation}', 'reason', '{reason}'))"
        )
    };
    let cancel = format!("update reservations set status = 'cancelled', cancelled_at = now() where id = '{sale}'");
    let release = format!("update reservation_seats set released_at = now() where reservation_id = '{sale}'");
    let free = format!("{FREE} where id = '{seat}'");
    let sale = sale.to_string();
    for (constraint, sql) in [
        ("reservations_cancel_needs_ticket", cancel.clone()),
        ("reservations_cancel_needs_ticket", release.clone()),
        ("seats_free_needs_ticket", free.clone()),
        ("reservations_cancel_needs_ticket", format!("{}; {cancel}", note(&sale, "  "))),
        ("reservations_cancel_needs_ticket", format!("{}; {cancel}", note(&sale, &"가".repeat(201)))),
        ("reservations_cancel_needs_ticket", format!("{}; {cancel}", note(&concert.id.to_string(), "x"))),
        // A reason that was committed before, or that was rolled back.
        ("reservations_cancel_needs_ticket", format!("{}; commit; begin; {cancel}", note(&sale, "x"))),
        (
            "reservations_cancel_needs_ticket",
            format!("savepoint s; {}; rollback to savepoint s; {cancel}", note(&sale, "x")),
        ),
        // Half a cancel.
        ("seats_reserved_has_one_sale", format!("{}; {free}", note(&sale, "x"))),
        ("reservations_confirmed_has_seats", format!("{}; {cancel}", note(&sale, "x"))),
        ("reservations_deleted_is_cancelled", "update reservations set deleted_at = now()".into()),
    ] {
        assert_eq!(refusal(&mut manager, &sql).await, constraint, "{sql}");
    }
    // The same reason does not serve a counter, nor another manager's transaction.
    let mut counter = world.raw("counter_1").await;
    let by_counter = refusal(&mut counter, &format!("{}; {cancel}", note(&sale, "x"))).await;
    assert_eq!(by_counter, "reservations_cancel_needs_ticket");
    let whole = format!("{}; {cancel}; {release}; {free}", note(&sale, "x"));
    assert_eq!(refusal(&mut manager, &whole).await, NOTHING);
    let revive = "update reservations set status = 'confirmed', cancelled_at = null";
    assert_eq!(refusal(&mut manager, revive).await, "reservations_cancelled_is_final");
    // When it was cancelled stays, whatever is sent.
    let before = world.count("select count(*) from reservations where cancelled_at > now() - interval '1 hour'").await;
    assert_eq!(refusal(&mut manager, "update reservations set cancelled_at = '2000-01-01'").await, NOTHING);
    let after = world.count("select count(*) from reservations where cancelled_at > now() - interval '1 hour'").await;
    assert_eq!((before, after), (1, 1));
}

#[tokio::test]
async fn a_manager_sells_only_as_a_counter_does() {
    let Stage { world, concert, .. } = stage().await;
    let mut manager = world.raw("manager_1").await;
    let reserve = format!(
        "insert into reservations (concert_id, customer_name, phone_number, password_hash) values ('{}', 'x', '01012345678', ",
        concert.id
    );
    assert_eq!(refusal(&mut manager, &format!("{reserve} '1234')")).await, "reservations_password_is_hashed");
    let draft = "with draft as (insert into concerts (title) values ('x') returning id)
        insert into reservations (concert_id, customer_name, phone_number, password_hash)
        select id, 'x', '01012345678', '$argon2id$v=19$x' from draft";
    assert_eq!(refusal(&mut manager, draft).await, "reservations_concert_on_sale");
    for sql in [
        "select customer_name from reservations",
        "select phone_number from reservations",
        "select password_hash from reservations",
        "select mask_name('x')",
        "update reservation_seats set price = 0",
        "update journal set kind = 'hold'",
        "select * from look_up_tickets",
        "select * from server_secret",
        "alter table seats disable trigger user",
        "set session_replication_role = replica",
        "insert into sweepers values ('manager_2', now(), 0, 0, 5)",
    ] {
        assert_eq!(refusal(&mut manager, sql).await, "42501", "{sql}");
    }
    // With the flows it can do all of it.
    let office = world.manager(1).await;
    let sold = sell(&office, &concert, &concert.seats[3..4]).await.id;
    office.look_up(PHONE, PASSWORD).await.unwrap();
    office.cancel(sold).await.unwrap();
    let hold = office.hold_seats(concert.id, &concert.seats[3..4]).await.unwrap();
    office.release_hold(hold.hold, &concert.seats[3..4]).await.unwrap();
    assert_eq!(office.check_seat(concert.seats[3]).await.unwrap().state, SeatState::Available);
}

#[tokio::test]
async fn a_sweepers_period_is_one_to_sixty_seconds() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    for seconds in [0, 61] {
        let refused = manager.sweep_once(seconds).await.unwrap_err();
        assert_eq!(refused, Error::InvalidSetting { field: "sweep_seconds".into() });
    }
    manager.sweep_once(1).await.unwrap();
    manager.sweep_once(60).await.unwrap();
}
