//! Concerts, tiers and rules in the hands of managers.

use box_office::{BoxOffice, ConcertForm, ConcertId, ConcertStatus, Error, Missing, Rules};
use uuid::Uuid;

use crate::support::{PRICE, World, form, sell, walk_up};

fn draft(title: &str) -> ConcertForm {
    ConcertForm { title: title.into(), venue: "대극장".into(), starts_at: None, note: String::new() }
}

/// A draft with one tier and no seats; its id and version.
async fn with_tier(manager: &BoxOffice) -> (ConcertId, i64) {
    let id = manager.create_concert(&draft("새 공연")).await.unwrap();
    let concert = manager.save_tier(id, 1, None, "R석", PRICE).await.unwrap();
    (id, concert.version)
}

#[tokio::test]
async fn a_new_concert_is_a_draft_that_counters_do_not_see_and_says_what_it_lacks() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    let id = manager.create_concert(&draft("  새   공연 ")).await.unwrap();
    let concert = manager.concert_to_edit(id).await.unwrap();
    assert_eq!((concert.form.title.as_str(), concert.status), ("새 공연", ConcertStatus::Draft));
    assert_eq!(concert.missing, [Missing::NoTier, Missing::NoSeats, Missing::NoDate]);
    assert!(world.counter(1).await.concerts_on_sale().await.unwrap().is_empty());
    assert_eq!(world.count("select count(*) from journal where kind = 'manage'").await, 1);
}

#[tokio::test]
async fn a_counter_manages_nothing() {
    let world = World::new().await;
    let counter = world.counter(1).await;
    let concert = world.concert(1).await;
    assert_eq!(counter.create_concert(&draft("새 공연")).await, Err(Error::NotACounter));
    let edited = counter.edit_concert(concert.id, 2, &draft("다른 이름")).await;
    assert!(edited.is_err(), "{edited:?}");
    assert!(counter.save_tier(concert.id, 2, None, "S석", 1).await.is_err());
    let rules = counter.rules_to_edit().await.unwrap();
    assert_eq!(counter.set_rules(rules.version, &rules.rules).await, Err(Error::NotACounter));
}

#[tokio::test]
async fn the_second_of_two_managers_is_told_what_the_first_made_of_the_concert() {
    let world = World::new().await;
    let (first, second) = (world.manager(1).await, world.manager(2).await);
    let id = first.create_concert(&draft("겨울밤")).await.unwrap();
    first.edit_concert(id, 1, &draft("봄밤")).await.unwrap();
    let Err(Error::ConcertChanged { now }) = second.edit_concert(id, 1, &draft("여름밤")).await else {
        panic!("the second must not overwrite the first")
    };
    assert_eq!((now.form.title.as_str(), now.version), ("봄밤", 2));
    let again = second.edit_concert(id, now.version, &draft("여름밤")).await.unwrap();
    assert_eq!(again.form.title, "여름밤");
    assert!(matches!(first.save_tier(id, 2, None, "R석", 1).await, Err(Error::ConcertChanged { .. })));
}

#[tokio::test]
async fn two_managers_at_the_same_time_never_overwrite_each_other() {
    let world = World::new().await;
    let id = world.manager(1).await.create_concert(&draft("겨울밤")).await.unwrap();
    let mut edits = tokio::task::JoinSet::new();
    for n in 0..20 {
        let manager = world.manager(1 + n % 2).await;
        edits.spawn(async move { manager.edit_concert(id, 1, &draft(&format!("{n}"))).await });
    }
    let edits = edits.join_all().await;
    assert_eq!(edits.iter().filter(|edit| edit.is_ok()).count(), 1);
    assert_eq!(world.count("select version from concerts").await, 2);
}

#[tokio::test]
async fn a_concert_without_tiers_or_seats_is_not_published_and_a_date_is_asked_about_once() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    let (id, version) = with_tier(&manager).await;
    let refused = manager.publish_concert(id, version, &[Missing::NoSeats, Missing::NoDate]).await;
    assert_eq!(refused, Err(Error::ConcertIncomplete { missing: vec![Missing::NoSeats] }));
    world
        .as_owner(
            "insert into seats (concert_id, seat_tier_id, label, x, y) select concert_id, id, '1', 0, 0 from concert_seat_tiers",
        )
        .await;
    let refused = manager.publish_concert(id, version, &[]).await;
    assert_eq!(refused, Err(Error::ConcertIncomplete { missing: vec![Missing::NoDate] }));
    let past = ConcertForm { starts_at: "2001-01-01T00:00:00Z".parse().ok(), ..draft("새 공연") };
    let version = manager.edit_concert(id, version, &past).await.unwrap().version;
    let refused = manager.publish_concert(id, version, &[]).await;
    assert_eq!(refused, Err(Error::ConcertIncomplete { missing: vec![Missing::PastDate] }));
    let published = manager.publish_concert(id, version, &[Missing::PastDate]).await.unwrap();
    assert_eq!(published.status, ConcertStatus::Published);
    assert_eq!(world.counter(1).await.concerts_on_sale().await.unwrap().len(), 1);
}

#[tokio::test]
async fn seats_that_cost_nothing_or_have_no_place_are_asked_about_before_they_go_on_sale() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    let (id, version) = with_tier(&manager).await;
    world
        .as_owner(
            "update concerts set starts_at = '2100-01-01';
            insert into concert_seat_tiers (concert_id, label, price) select id, '초대석', 0 from concerts;
            insert into seats (concert_id, seat_tier_id, label, section_label, withheld_for)
            select concert_id, id, label || ' 1번', '가', case when price = 0 then '손님' end from concert_seat_tiers",
        )
        .await;
    let version = manager.concert_to_edit(id).await.unwrap().version.max(version);
    let asked = manager.concert_to_edit(id).await.unwrap().missing;
    assert_eq!(asked, [Missing::FreeTier, Missing::NoPlaces]);
    let refused = manager.publish_concert(id, version, &[Missing::NoPlaces]).await;
    assert_eq!(refused, Err(Error::ConcertIncomplete { missing: vec![Missing::FreeTier] }));

    // What is shown before.
    let offered = manager.on_offer(id).await.unwrap();
    let lines: Vec<_> = offered.iter().map(|one| (one.tier.as_str(), one.price > 0, one.seats, one.withheld)).collect();
    assert_eq!(lines, [("R석", true, 1, 0), ("초대석", false, 1, 1)]);
    assert_eq!(offered[0].section.as_deref(), Some("가"));

    // A hall without any price is another question, to which that answer is none.
    world.as_owner("update concert_seat_tiers set price = 0; update seats set x = 0, y = 0").await;
    let version = manager.concert_to_edit(id).await.unwrap().version;
    let refused = manager.publish_concert(id, version, &[Missing::FreeTier]).await;
    assert_eq!(refused, Err(Error::ConcertIncomplete { missing: vec![Missing::AllFree] }));
    let published = manager.publish_concert(id, version, &[Missing::AllFree]).await.unwrap();
    assert_eq!((published.status, published.paused), (ConcertStatus::Published, false));
}

#[tokio::test]
async fn while_a_sale_is_paused_nothing_is_held_or_sold_and_what_is_held_stays_held() {
    let world = World::new().await;
    let concert = world.concert(3).await;
    let (manager, counter) = (world.manager(1).await, world.counter(1).await);
    let held = counter.hold_seats(concert.id, &concert.seats[..1]).await.unwrap();
    let seen = counter.seat_map(concert.id).await.unwrap().changes;
    assert!(!seen.paused);

    assert!(manager.pause_sales(concert.id, true).await.unwrap().paused);
    assert!(counter.seat_changes(concert.id, &seen.seen).await.unwrap().paused);
    assert!(counter.concerts_on_sale().await.unwrap()[0].paused);
    assert!(manager.concerts_to_manage(false).await.unwrap()[0].paused);
    assert_eq!(counter.hold_seats(concert.id, &concert.seats[1..]).await.err(), Some(Error::SalesPaused));
    assert_eq!(counter.confirm(&form(&held)).await.err(), Some(Error::SalesPaused));
    assert_eq!(counter.confirm_walk_up(&walk_up(&held)).await.err(), Some(Error::SalesPaused));
    assert_eq!(world.count("select count(*) from seats where status = 'temporarily_held'").await, 1);
    assert_eq!(world.count("select count(*) from reservations").await, 0);

    // Twice is noted once.
    manager.pause_sales(concert.id, true).await.unwrap();
    assert!(!manager.pause_sales(concert.id, false).await.unwrap().paused);
    counter.confirm(&form(&held)).await.unwrap();
    let noted = "select count(*) from journal where detail ->> 'what' in ('pause_sales', 'resume_sales')";
    assert_eq!(world.count(noted).await, 2);

    // What is a draft or over has no sale to pause.
    let draft = manager.create_concert(&draft("초안")).await.unwrap();
    assert_eq!(manager.pause_sales(draft, true).await.err(), Some(Error::WrongStatus));
}

#[tokio::test]
async fn a_map_that_is_open_is_told_of_each_edit() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let (manager, counter) = (world.manager(1).await, world.counter(1).await);
    let seen = counter.seat_map(concert.id).await.unwrap().changes;
    let now = manager.concert_to_edit(concert.id).await.unwrap();
    let tier = &now.tiers[0];
    manager.save_tier(concert.id, now.version, Some(tier.id), &tier.label, tier.price + 1).await.unwrap();
    let after = counter.seat_changes(concert.id, &seen.seen).await.unwrap();
    assert!(after.edits > seen.edits);
    assert_eq!(counter.seat_changes(concert.id, &after.seen).await.unwrap().edits, after.edits);
}

#[tokio::test]
async fn an_archived_concert_leaves_the_counters_and_never_comes_back() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let manager = world.manager(1).await;
    let version = manager.concert_to_edit(concert.id).await.unwrap().version;
    let archived = manager.archive_concert(concert.id, version).await.unwrap();
    assert_eq!(archived.status, ConcertStatus::Archived);
    assert!(world.counter(1).await.concerts_on_sale().await.unwrap().is_empty());
    assert_eq!(
        manager.publish_concert(concert.id, archived.version, &[Missing::NoDate]).await,
        Err(Error::WrongStatus)
    );
    let draft = manager.create_concert(&draft("초안")).await.unwrap();
    assert_eq!(manager.archive_concert(draft, 1).await, Err(Error::WrongStatus));
}

#[tokio::test]
async fn a_concert_with_live_sales_is_not_deleted_and_one_without_is() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let manager = world.manager(1).await;
    let sold = sell(&world.counter(1).await, &concert, &concert.seats[..1]).await;
    let version = manager.concert_to_edit(concert.id).await.unwrap().version;
    assert_eq!(manager.delete_concert(concert.id, version).await, Err(Error::ConcertHasSales { sold: 1 }));
    manager.cancel_for_customer(sold.id, "공연 취소").await.unwrap();
    manager.delete_concert(concert.id, version).await.unwrap();
    assert_eq!(manager.concert_to_edit(concert.id).await, Err(Error::UnknownConcert));
    assert!(manager.concerts_to_manage(false).await.unwrap().is_empty());
    assert!(manager.concerts_to_manage(true).await.unwrap()[0].deleted);
    assert_eq!(world.count("select count(*) from concerts").await, 1, "the row stays");
}

/// The confirm waits for the delete's row lock, or the delete for the confirm's: never both done.
#[tokio::test(flavor = "multi_thread")]
async fn a_delete_and_a_confirm_at_the_same_time_are_never_both_done() {
    let world = World::new().await;
    for _ in 0..8 {
        let concert = world.concert(1).await;
        let (manager, counter) = (world.manager(1).await, world.counter(1).await);
        let version = manager.concert_to_edit(concert.id).await.unwrap().version;
        let hold = counter.hold_seats(concert.id, &concert.seats).await.unwrap();
        let form = form(&hold);
        let (deleted, sold) = tokio::join!(manager.delete_concert(concert.id, version), counter.confirm(&form));
        assert!(deleted.is_err() || sold.is_err());
    }
    let both =
        "select count(*) from concerts c join reservations r on r.concert_id = c.id where c.deleted_at is not null";
    assert_eq!(world.count(both).await, 0);
}

#[tokio::test]
async fn a_duplicate_has_the_tiers_and_seats_under_a_new_date_and_nothing_is_sold() {
    let world = World::new().await;
    let concert = world.concert(3).await;
    sell(&world.counter(1).await, &concert, &concert.seats[..1]).await;
    world.as_owner("update seats set x = 1, y = 2, withheld_for = '초대' where label = 'A-3'").await;
    let manager = world.manager(1).await;
    let copy = manager.duplicate_concert(concert.id, "둘째 날", "2027-05-01T10:00:00Z".parse().ok()).await.unwrap();
    let copy = manager.concert_to_edit(copy).await.unwrap();
    assert_eq!((copy.status, copy.seats, copy.sold, copy.withheld), (ConcertStatus::Draft, 3, 0, 1));
    assert_eq!((copy.tiers[0].label.as_str(), copy.tiers[0].price), ("R석", PRICE));
    let placed = "select count(*) from seats s join concerts c on c.id = s.concert_id
        where c.title = '둘째 날' and s.label = 'A-3' and s.x = 1 and s.y = 2 and s.withheld_for = '초대'";
    assert_eq!(world.count(placed).await, 1);
    assert_eq!(manager.duplicate_concert(ConcertId(Uuid::now_v7()), "없음", None).await, Err(Error::UnknownConcert));
}

#[tokio::test]
async fn a_tier_is_added_changed_removed_and_taken_up_again() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    let (id, version) = with_tier(&manager).await;
    let taken = manager.save_tier(id, version, None, "R석", 1).await;
    assert_eq!(taken, Err(Error::LabelTaken));
    let two = manager.save_tier(id, version, None, "S석", 30_000).await.unwrap();
    let (r, s) = (two.tiers[0].id, two.tiers[1].id);
    let taken = manager.save_tier(id, two.version, Some(s), "R석", 1).await;
    assert_eq!(taken, Err(Error::LabelTaken));
    let renamed = manager.save_tier(id, two.version, Some(s), "스페셜", 90_000).await.unwrap();
    assert_eq!((renamed.tiers[0].label.as_str(), renamed.tiers[0].price), ("스페셜", 90_000));
    let one = manager.remove_tier(id, renamed.version, r).await.unwrap();
    assert_eq!(one.tiers.len(), 1);
    let again = manager.save_tier(id, one.version, None, "R석", 40_000).await.unwrap();
    assert!(again.tiers.iter().any(|tier| tier.id == r && tier.price == 40_000), "the same row, at its new price");
}

#[tokio::test]
async fn a_tier_that_seats_have_is_not_removed() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let manager = world.manager(1).await;
    let version = manager.concert_to_edit(concert.id).await.unwrap().version;
    assert_eq!(manager.remove_tier(concert.id, version, concert.tier).await, Err(Error::TierInUse { seats: 2 }));
}

#[tokio::test]
async fn hostile_texts_and_prices_of_managers_are_refused_by_field() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    let (id, version) = with_tier(&manager).await;
    let field = |error| match error {
        Error::InvalidField { field } => field,
        other => format!("{other:?}"),
    };
    for title in ["", "  ", "a\u{0}b", "a\u{7}b", &"가".repeat(201), &"가".repeat(100_000)] {
        assert_eq!(field(manager.create_concert(&draft(title)).await.unwrap_err()), "title");
    }
    let long = ConcertForm { note: "가".repeat(2001), ..draft("공연") };
    assert_eq!(field(manager.create_concert(&long).await.unwrap_err()), "note");
    for label in ["", "a\nb", &"가".repeat(61)] {
        assert_eq!(field(manager.save_tier(id, version, None, label, 1).await.unwrap_err()), "label");
    }
    for price in [-1, 100_000_001, i64::MIN, i64::MAX] {
        assert_eq!(field(manager.save_tier(id, version, None, "S석", price).await.unwrap_err()), "price");
    }
    let quoted = "'; drop table seats; --";
    let id = manager.create_concert(&draft(quoted)).await.unwrap();
    assert_eq!(manager.concert_to_edit(id).await.unwrap().form.title, quoted);
}

#[tokio::test]
async fn rules_are_set_once_by_whoever_saw_them_last_and_bind_the_next_hold() {
    let world = World::new().await;
    let concert = world.concert(3).await;
    let manager = world.manager(1).await;
    let seen = manager.rules_to_edit().await.unwrap();
    let rules = Rules { hold_seconds: 60, seats_per_sale: 2, ..seen.rules.clone() };
    let set = manager.set_rules(seen.version, &rules).await.unwrap();
    assert_eq!(set.rules, rules);
    assert_eq!(manager.set_rules(seen.version, &rules).await, Err(Error::RulesChanged));
    let counter = world.counter(1).await;
    let refused = counter.hold_seats(concert.id, &concert.seats).await;
    assert_eq!(refused, Err(Error::TooManySeats { limit: 2 }));
    let hold = counter.hold_seats(concert.id, &concert.seats[..2]).await.unwrap();
    assert!(hold.expires_in_ms <= 60_000);
}

#[tokio::test]
async fn a_rule_out_of_range_names_its_field_and_changes_nothing() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    let seen = manager.rules_to_edit().await.unwrap();
    let of = |change: fn(&mut Rules)| {
        let mut rules = seen.rules.clone();
        change(&mut rules);
        rules
    };
    for (field, rules) in [
        ("hold_seconds", of(|rules| rules.hold_seconds = 0)),
        ("seats_per_sale", of(|rules| rules.seats_per_sale = 101)),
        ("cancel_cutoff_minutes", of(|rules| rules.cancel_cutoff_minutes = -1)),
        ("time_zone", of(|rules| rules.time_zone = "Mars/Olympus".into())),
        // The server knows these, a screen doesn't.
        ("time_zone", of(|rules| rules.time_zone = "localtime".into())),
        ("time_zone", of(|rules| rules.time_zone = "posix/Asia/Seoul".into())),
        ("time_zone", of(|rules| rules.time_zone = "Factory".into())),
    ] {
        let refused = manager.set_rules(seen.version, &rules).await;
        assert_eq!(refused, Err(Error::InvalidField { field: field.into() }));
    }
    assert_eq!(manager.rules_to_edit().await.unwrap(), seen);
}

#[tokio::test]
async fn after_the_start_nothing_is_sold_where_the_venue_says_so() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let (manager, counter) = (world.manager(1).await, world.counter(1).await);
    let hold = counter.hold_seats(concert.id, &concert.seats[..1]).await.unwrap();
    world.as_owner("update concerts set starts_at = clock_timestamp() - interval '1 minute'").await;
    let seen = manager.rules_to_edit().await.unwrap();
    let closed = Rules { sales_after_start: false, ..seen.rules.clone() };
    let set = manager.set_rules(seen.version, &closed).await.unwrap();
    assert_eq!(counter.confirm(&form(&hold)).await.err(), Some(Error::SalesOver));
    assert_eq!(world.count("select count(*) from reservations").await, 0);
    manager.set_rules(set.version, &seen.rules).await.unwrap();
    counter.confirm(&form(&hold)).await.unwrap();
}

#[tokio::test]
async fn after_the_start_nothing_is_held_where_the_venue_says_so() {
    let world = World::new().await;
    let (begun, to_come) = (world.concert(2).await, world.concert(1).await);
    world.as_owner("update concerts set starts_at = clock_timestamp() + interval '1 day'").await;
    let (manager, counter) = (world.manager(1).await, world.counter(1).await);
    let version = manager.concert_to_edit(begun.id).await.unwrap().version;
    let past = ConcertForm { starts_at: "2001-01-01T00:00:00Z".parse().ok(), ..draft("시작한 공연") };
    manager.edit_concert(begun.id, version, &past).await.unwrap();
    counter.hold_seats(begun.id, &begun.seats[..1]).await.unwrap();
    let seen = manager.rules_to_edit().await.unwrap();
    manager.set_rules(seen.version, &Rules { sales_after_start: false, ..seen.rules }).await.unwrap();
    assert_eq!(counter.hold_seats(begun.id, &begun.seats[1..]).await.err(), Some(Error::SalesOver));
    counter.hold_seats(to_come.id, &to_come.seats).await.unwrap();
}
