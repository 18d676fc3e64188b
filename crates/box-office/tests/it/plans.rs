//! Writing seating plans and changing many seats at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use box_office::{
    BoxOffice, ConcertForm, ConcertId, Error, IfSold, Missing, Plan, PlanTier, PlannedSeat, Replace, SeatEdit, SeatId,
    SeatState,
};
use sqlx::Connection;

use crate::support::{Concert, World, form, sell};

fn plan(seats: usize) -> Plan {
    let seat = |n: usize| PlannedSeat {
        label: format!("가구역 {}열 {}번", n / 50 + 1, n % 50 + 1),
        section: Some("가".into()),
        row: Some((n / 50 + 1).to_string()),
        row_number: Some((n / 50 + 1) as i32),
        number: Some((n % 50 + 1) as i32),
        tier: n % 2,
        x: (n % 50) as f64,
        y: (n / 50) as f64,
        angle: 0.0,
    };
    let tier = |label: &str, price| PlanTier { label: label.into(), price, color: None };
    Plan {
        stage: None,
        tiers: vec![tier("R석", Some(50_000)), tier("S석", None)],
        seats: (0..seats).map(seat).collect(),
    }
}

async fn draft(manager: &BoxOffice) -> ConcertId {
    let form = ConcertForm { title: "새 공연".into(), venue: String::new(), starts_at: None, note: String::new() };
    manager.create_concert(&form).await.unwrap()
}

async fn add(manager: &BoxOffice, concert: ConcertId, plan: Plan, replace: Replace) -> Result<i32, Error> {
    let version = manager.concert_to_edit(concert).await?.version;
    let written = manager.add_seats(concert, version, plan, replace, |_, _| (), Arc::default()).await?;
    Ok(written.seats)
}

#[tokio::test]
async fn a_plan_is_written_with_its_places_and_the_tiers_that_are_missing() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    let id = draft(&manager).await;
    assert_eq!(add(&manager, id, plan(2000), Replace::Nothing).await, Ok(2000));
    let concert = manager.concert_to_edit(id).await.unwrap();
    let tiers: Vec<_> = concert.tiers.iter().map(|tier| (tier.label.as_str(), tier.price, tier.seats)).collect();
    assert_eq!(tiers, [("R석", 50_000, 1000), ("S석", 0, 1000)]);
    let shown = manager.seats_to_edit(id).await.unwrap();
    let last = shown.map.labels.iter().position(|label| label == "가구역 40열 50번").unwrap();
    assert_eq!((shown.map.x[last], shown.map.y[last]), (4900, 3900));
}

#[tokio::test]
async fn a_price_that_the_plan_says_holds_and_the_journal_keeps_the_one_before() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    let id = draft(&manager).await;
    manager.save_tier(id, 1, None, "R석", 70_000).await.unwrap();
    manager.save_tier(id, 2, None, "S석", 30_000).await.unwrap();
    assert_eq!(add(&manager, id, plan(2), Replace::Nothing).await, Ok(2));
    let concert = manager.concert_to_edit(id).await.unwrap();
    let tiers: Vec<_> = concert.tiers.iter().map(|tier| (tier.label.as_str(), tier.price)).collect();
    assert_eq!(tiers, [("R석", 50_000), ("S석", 30_000)], "the plan says no price for S석");
    let noted = "select count(*) from journal where detail->'repriced' = '[{\"label\": \"R석\", \"price\": 50000, \"was\": 70000}]'";
    assert_eq!(world.count(noted).await, 1);
}

#[tokio::test]
async fn seats_that_come_together_have_ids_in_a_row_in_a_copy_of_the_concert_too() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    let (id, other) = (draft(&manager).await, draft(&manager).await);
    add(&manager, id, plan(120), Replace::Nothing).await.unwrap();
    add(&manager, other, plan(120), Replace::Nothing).await.unwrap();
    let copy = manager.duplicate_concert(id, "사본", None).await.unwrap();
    let out_of_row = "select count(*) from (
        select row_number, seat_number, (row_number() over (order by id) - 1) % 120 as place from seats
    ) as seats where (row_number, seat_number) is distinct from (place / 50 + 1, place % 50 + 1)";
    assert_eq!(world.count(out_of_row).await, 0);
    assert_eq!(manager.concert_to_edit(copy).await.unwrap().seats, 120);
}

#[tokio::test]
async fn a_plan_with_a_fault_writes_nothing() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    let id = draft(&manager).await;
    let mut twice = plan(100);
    twice.seats[99].label = twice.seats[0].label.clone();
    let Err(Error::PlanFaults { faults }) = add(&manager, id, twice, Replace::Nothing).await else {
        panic!("two seats of one label")
    };
    assert!(!faults.is_empty());
    assert_eq!(world.count("select count(*) from seats").await, 0);
    assert_eq!(world.count("select count(*) from concert_seat_tiers").await, 0);
}

#[tokio::test]
async fn progress_is_told_before_and_after() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    let id = draft(&manager).await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let progress = {
        let told = told.clone();
        move |done, total| told.lock().unwrap().push((done, total))
    };
    manager.add_seats(id, 1, plan(30), Replace::Nothing, progress, Arc::default()).await.unwrap();
    assert_eq!(*told.lock().unwrap(), [(0, 30), (30, 30)]);
}

#[tokio::test]
async fn stopping_in_the_middle_writes_nothing() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    let id = draft(&manager).await;
    // The work waits for this lock, in the middle of its statement.
    let mut owner = world.owner().await;
    let mut transaction = owner.begin().await.unwrap();
    sqlx::query("select id from concerts for update").fetch_one(&mut *transaction).await.unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let adding = tokio::spawn({
        let stop = stop.clone();
        async move { manager.add_seats(id, 1, plan(3000), Replace::Nothing, |_, _| (), stop).await }
    });
    somebody_waits(&world).await;
    stop.store(true, Ordering::Relaxed);
    assert_eq!(adding.await.unwrap().err(), Some(Error::Stopped));
    transaction.rollback().await.unwrap();
    assert_eq!(world.count("select count(*) from seats").await, 0);
}

/// Until a statement of this world waits for a lock.
async fn somebody_waits(world: &World) {
    while world
        .count("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")
        .await
        == 0
    {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn seats_of_labels_that_are_there_are_refused_by_name() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    let id = draft(&manager).await;
    add(&manager, id, plan(3), Replace::Nothing).await.unwrap();
    let Err(Error::SeatLabelsTaken { labels }) = add(&manager, id, plan(2), Replace::Nothing).await else {
        panic!("they are there already")
    };
    assert_eq!(labels, ["가구역 1열 1번", "가구역 1열 2번"]);
    assert_eq!(world.count("select count(*) from seats").await, 3);
}

#[tokio::test]
async fn a_plan_that_replaces_another_takes_up_the_labels_of_removed_seats() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    let id = draft(&manager).await;
    add(&manager, id, plan(100), Replace::Nothing).await.unwrap();
    let shown = manager.seats_to_edit(id).await.unwrap();
    let withhold = SeatEdit::Withhold { reason: "초대".into() };
    manager.edit_seats(id, &shown.map.ids[..10], withhold, IfSold::Refuse).await.unwrap();
    assert_eq!(add(&manager, id, plan(60), Replace::All).await, Ok(60));
    let concert = manager.concert_to_edit(id).await.unwrap();
    assert_eq!((concert.seats, concert.withheld), (60, 0));
    assert_eq!(world.count("select count(*) from seats").await, 100, "rows stay");
}

#[tokio::test]
async fn a_plan_never_replaces_seats_that_are_sold_or_on_hold() {
    let world = World::new().await;
    let concert = world.concert(3).await;
    let counter = world.counter(1).await;
    let manager = world.manager(1).await;
    let hold = counter.hold_seats(concert.id, &concert.seats[..1]).await.unwrap();
    let refused = add(&manager, concert.id, plan(10), Replace::All).await;
    assert_eq!(refused, Err(Error::ConcertHasSales { sold: 1 }));
    counter.release_hold(hold.token, &concert.seats[..1]).await.unwrap();
    sell(&counter, &concert, &concert.seats[..2]).await;
    let refused = add(&manager, concert.id, plan(10), Replace::All).await;
    assert_eq!(refused, Err(Error::ConcertHasSales { sold: 2 }));
    assert_eq!(world.count("select count(*) from seats where deleted_at is null").await, 3);
}

/// The plan is written and not committed until the sale is done: a lock that the sale needs would never come free.
#[tokio::test]
async fn a_counter_sells_a_seat_while_a_plan_is_written_into_its_concert() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let manager = world.manager(1).await;
    let version = manager.concert_to_edit(concert.id).await.unwrap().version;
    let mut raw = world.raw("manager_2").await;
    let mut writing = raw.begin().await.unwrap();
    let done: bool = sqlx::query_scalar(
        "select done from manager.add_seats(gen_random_uuid(), $1, $2, false, null, array['S석'], array[1], array[1],
            array['B-1'], array['나'], array['1'], array[1], array[1], array[0::real], array[0::real], array[0::real])",
    )
    .bind(concert.id)
    .bind(version)
    .fetch_one(&mut *writing)
    .await
    .unwrap();
    assert!(done);
    let counter = world.counter(1).await;
    let hold = counter.hold_seats(concert.id, &concert.seats[..1]).await.unwrap();
    assert_eq!(counter.confirm(&form(&hold)).await.err(), None);
    writing.commit().await.unwrap();
    assert_eq!(manager.concert_to_edit(concert.id).await.unwrap().seats, 3);
}

/// Seat 1 sold, seat 2 on a live hold, seat 3 on a hold that has run out, the others free.
async fn half_sold(world: &World) -> Concert {
    let concert = world.concert(6).await;
    let counter = world.counter(1).await;
    counter.hold_seats(concert.id, &concert.seats[2..3]).await.unwrap();
    world.expire_holds().await;
    sell(&counter, &concert, &concert.seats[..1]).await;
    counter.hold_seats(concert.id, &concert.seats[1..2]).await.unwrap();
    concert
}

#[tokio::test]
async fn an_edit_that_meets_a_sold_or_held_seat_changes_none_and_names_them() {
    let world = World::new().await;
    let concert = half_sold(&world).await;
    let withhold = SeatEdit::Withhold { reason: "시야 제한".into() };
    let refused = world.manager(1).await.edit_seats(concert.id, &concert.seats, withhold, IfSold::Refuse).await;
    let Err(Error::SeatsTaken { mut seats }) = refused else { panic!("{refused:?}") };
    seats.sort_by(|a, b| a.label.cmp(&b.label));
    let named: Vec<_> = seats.iter().map(|seat| (seat.label.as_str(), seat.state)).collect();
    assert_eq!(named, [("A-1", SeatState::Reserved), ("A-2", SeatState::Held)]);
    assert_eq!(world.count("select count(*) from seats where withheld_for is not null").await, 0);
}

#[tokio::test]
async fn an_edit_of_the_rest_leaves_sold_and_held_seats_alone() {
    let world = World::new().await;
    let concert = half_sold(&world).await;
    let manager = world.manager(1).await;
    let withhold = SeatEdit::Withhold { reason: "시야 제한".into() };
    let edited = manager.edit_seats(concert.id, &concert.seats, withhold, IfSold::DoRest).await.unwrap();
    assert_eq!((edited.changed, edited.left_alone_count), (4, 2));
    let shown = manager.seats_to_edit(concert.id).await.unwrap();
    assert_eq!(shown.withheld_for.iter().flatten().filter(|reason| *reason == "시야 제한").count(), 4);
    let counter = world.counter(2).await;
    assert!(counter.hold_seats(concert.id, &concert.seats[5..]).await.is_err(), "not for sale");
    let back = manager.edit_seats(concert.id, &concert.seats[2..], SeatEdit::GiveBack, IfSold::Refuse).await.unwrap();
    assert_eq!(back.changed, 4);
    counter.hold_seats(concert.id, &concert.seats[5..]).await.unwrap();
}

#[tokio::test]
async fn seats_change_their_tier_and_with_it_their_price() {
    let world = World::new().await;
    let concert = half_sold(&world).await;
    let manager = world.manager(1).await;
    let version = manager.concert_to_edit(concert.id).await.unwrap().version;
    let saved = manager.save_tier(concert.id, version, None, "VIP석", 99_000).await.unwrap();
    let tier = saved.tiers[0].id;
    manager.edit_seats(concert.id, &concert.seats[3..], SeatEdit::Tier { tier }, IfSold::Refuse).await.unwrap();
    let hold = world.counter(2).await.hold_seats(concert.id, &concert.seats[3..4]).await.unwrap();
    assert_eq!(hold.total, 99_000);
    let other = world.concert(1).await;
    let refused =
        manager.edit_seats(concert.id, &concert.seats[4..], SeatEdit::Tier { tier: other.tier }, IfSold::Refuse).await;
    assert_eq!(refused, Err(Error::InvalidField { field: "tier".into() }));
}

#[tokio::test]
async fn removed_seats_are_no_longer_on_the_counters_map() {
    let world = World::new().await;
    let concert = half_sold(&world).await;
    let manager = world.manager(1).await;
    manager.edit_seats(concert.id, &concert.seats[3..], SeatEdit::Remove, IfSold::Refuse).await.unwrap();
    assert_eq!(world.counter(1).await.seat_map(concert.id).await.unwrap().ids.len(), 3);
    assert_eq!(world.count("select count(*) from seats").await, 6, "rows stay");
}

#[tokio::test]
async fn an_edit_of_nothing_of_strangers_or_without_a_reason_is_refused() {
    let world = World::new().await;
    let (concert, other) = (world.concert(2).await, world.concert(1).await);
    let manager = world.manager(1).await;
    let edit = async |seats: &[SeatId], edit| manager.edit_seats(concert.id, seats, edit, IfSold::DoRest).await;
    assert_eq!(edit(&[], SeatEdit::Remove).await, Err(Error::NoSeats));
    let unknown = Error::UnknownSeats { seats: other.seats.clone() };
    assert_eq!(edit(&other.seats, SeatEdit::Remove).await, Err(unknown));
    for reason in ["", " ", "a\u{7}", &"가".repeat(101)] {
        let refused = edit(&concert.seats, SeatEdit::Withhold { reason: reason.into() }).await;
        assert_eq!(refused, Err(Error::InvalidReason { longest: 100 }));
    }
}

#[tokio::test]
async fn a_tier_that_is_being_removed_gets_no_seats() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let manager = world.manager(1).await;
    let version = manager.concert_to_edit(concert.id).await.unwrap().version;
    let tier = manager.save_tier(concert.id, version, None, "VIP석", 99_000).await.unwrap().tiers[0].id;
    let version = manager.concert_to_edit(concert.id).await.unwrap().version;
    let mut other = world.raw("manager_2").await;
    let mut removing = other.begin().await.unwrap();
    let done: bool = sqlx::query_scalar("select manager.remove_tier(gen_random_uuid(), $1, $2, $3)")
        .bind(concert.id)
        .bind(version)
        .bind(tier)
        .fetch_one(&mut *removing)
        .await
        .unwrap();
    assert!(done);
    let editing = tokio::spawn({
        let seats = concert.seats.clone();
        async move { manager.edit_seats(concert.id, &seats, SeatEdit::Tier { tier }, IfSold::Refuse).await }
    });
    somebody_waits(&world).await;
    removing.commit().await.unwrap();
    assert_eq!(editing.await.unwrap(), Err(Error::InvalidField { field: "tier".into() }));
    let lost = "select count(*) from seats s join concert_seat_tiers t on t.id = s.seat_tier_id
        where s.deleted_at is null and t.deleted_at is not null";
    assert_eq!(world.count(lost).await, 0);
}

#[tokio::test]
async fn seats_of_a_deleted_concert_are_not_edited() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let manager = world.manager(1).await;
    let version = manager.concert_to_edit(concert.id).await.unwrap().version;
    manager.delete_concert(concert.id, version).await.unwrap();
    let refused = manager.edit_seats(concert.id, &concert.seats, SeatEdit::Remove, IfSold::Refuse).await;
    assert_eq!(refused, Err(Error::UnknownConcert));
}

/// The control of the rule that an edit locks first: a hold that slips in between waits and is then refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_hold_and_an_edit_of_the_same_seats_are_never_both_done() {
    let world = World::new().await;
    let concert = world.concert(10).await;
    let (manager, counter) = (world.manager(1).await, world.counter(1).await);
    for _ in 0..5 {
        let withhold = SeatEdit::Withhold { reason: "초대".into() };
        let (edited, held) = tokio::join!(
            manager.edit_seats(concert.id, &concert.seats, withhold, IfSold::Refuse),
            counter.hold_seats(concert.id, &concert.seats[..10])
        );
        assert!(edited.is_ok() != held.is_ok(), "{edited:?} {held:?}");
        if let Ok(hold) = held {
            counter.release_hold(hold.token, &concert.seats).await.unwrap();
        } else {
            manager.edit_seats(concert.id, &concert.seats, SeatEdit::GiveBack, IfSold::Refuse).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_counter_that_was_at_work_before_a_hall_was_made_reads_only_the_seats_that_it_sells() {
    let world = World::new().await;
    let counter = world.counter(1).await;
    let before = world.concert(4).await;
    // Its plans are those of a small table from here on.
    sell(&counter, &before, &before.seats[..1]).await;

    let manager = world.manager(1).await;
    let id = draft(&manager).await;
    add(&manager, id, plan(5000), Replace::Nothing).await.unwrap();
    let concert = manager.concert_to_edit(id).await.unwrap();
    let tier = concert.tiers[0].id;
    manager.publish_concert(id, concert.version, &[Missing::NoDate, Missing::FreeTier]).await.unwrap();
    let seats = manager.seats_to_edit(id).await.unwrap().map.ids;
    manager.close().await;

    // A server counts what a connection read when that ends.
    let read = "select sum(idx_tup_read)::bigint from pg_stat_user_indexes where relname = 'seats'";
    let reads = world.count(read).await;
    let concert = Concert { id, tier, seats };
    for pair in concert.seats.chunks_exact(2).take(10) {
        sell(&counter, &concert, pair).await;
    }
    counter.close().await;
    let reads = world.count(read).await - reads;
    assert!(reads < 2_000, "ten sales of two seats read {reads} entries of indexes");
}
