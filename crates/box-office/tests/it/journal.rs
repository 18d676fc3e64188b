use box_office::{
    AccessWords, Error, JournalFilter, JournalKind, JournalMark, JournalOutcome, ReservationId, reservation_number,
};

use crate::support::{World, sell};

#[tokio::test]
async fn the_journal_is_filtered_by_kind_counter_and_concert() {
    let world = World::new().await;
    let (concert, other) = (world.concert(3).await, world.concert(1).await);
    let (one, two, manager) = (world.counter(1).await, world.counter(2).await, world.manager(1).await);
    one.rename_counter("1번 창구").await.unwrap();
    let sold = sell(&one, &concert, &concert.seats[..2]).await.id;
    let hold = two.hold_seats(concert.id, &concert.seats[2..]).await.unwrap();
    two.release_hold(hold.token, &concert.seats[2..]).await.unwrap();
    sell(&two, &other, &other.seats).await;
    manager.unmask(sold).await.unwrap();
    manager.cancel_for_customer(sold, "관객 요청").await.unwrap();

    let kinds = async |filter: JournalFilter| {
        let page = manager.journal(&filter).await.unwrap();
        page.rows.into_iter().map(|row| row.kind).collect::<Vec<_>>()
    };
    use JournalKind::{Cancel, Confirm, Hold, Manage, Release};
    assert_eq!(kinds(JournalFilter::default()).await, [Cancel, Manage, Confirm, Hold, Release, Hold, Confirm, Hold]);
    let of_kind = JournalFilter { kind: Some(Confirm), ..Default::default() };
    assert_eq!(kinds(of_kind.clone()).await, [Confirm, Confirm]);
    let by_two = JournalFilter { counter: Some("counter_2".into()), ..Default::default() };
    assert_eq!(kinds(by_two).await, [Confirm, Hold, Release, Hold]);
    let here = JournalFilter { concert: Some(concert.id), ..Default::default() };
    assert_eq!(kinds(here).await, [Cancel, Manage, Release, Hold, Confirm, Hold]);
    let both = JournalFilter { counter: Some("counter_1".into()), concert: Some(concert.id), ..of_kind };
    let row = manager.journal(&both).await.unwrap().rows.remove(0);
    assert_eq!((ReservationId::made_by(row.op_id), row.outcome, row.seats), (sold, JournalOutcome::Done, 2));
    assert_eq!((row.who.as_str(), row.counter.as_deref()), ("counter_1", Some("1번 창구")));
    assert_eq!((row.address.as_deref(), row.reservation), (Some("127.0.0.1"), Some(reservation_number(sold))));
    assert_eq!((row.concert.as_deref(), row.what), (Some("시험 공연"), None));
    let managed = JournalFilter { kind: Some(Manage), ..Default::default() };
    assert_eq!(manager.journal(&managed).await.unwrap().rows[0].what.as_deref(), Some("unmask"));
}

#[tokio::test]
async fn pages_of_the_journal_hold_every_row_once_though_many_are_of_the_same_moment() {
    let world = World::new().await;
    world
        .as_owner(
            "set session_replication_role = replica;
            insert into journal (op_id, kind, at)
            select gen_random_uuid(), 'sweep', date_trunc('minute', now()) - (n / 90) * interval '1 microsecond'
            from generate_series(1, 250) as n",
        )
        .await;
    let manager = world.manager(1).await;
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = manager.journal(&JournalFilter { before, ..Default::default() }).await.unwrap();
        assert_eq!(page.rows.len() == 100, page.more);
        seen.extend(page.rows.iter().map(|row| (row.at, row.op_id)));
        before = page.rows.last().map(|row| JournalMark { at: row.at, op_id: row.op_id });
        if !page.more {
            break;
        }
    }
    assert!(seen.is_sorted_by(|a, b| a > b));
    assert_eq!(seen.len(), 250);
}

/// Every verb of managers, with what was there before.
#[tokio::test]
async fn a_managers_change_says_what_was_there_before() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let manager = world.manager(1).await;
    let was = async |what: &'static str| -> serde_json::Value {
        sqlx::query_scalar("select detail -> 'was' from journal where kind = 'manage' and detail ->> 'what' = $1")
            .bind(what)
            .fetch_one(&mut world.owner().await)
            .await
            .unwrap()
    };
    let seen = manager.concert_to_edit(concert.id).await.unwrap();
    let form = box_office::ConcertForm { title: "새 이름".into(), ..seen.form };
    let seen = manager.edit_concert(concert.id, seen.version, &form).await.unwrap();
    assert_eq!(was("edit_concert").await["title"], "시험 공연");
    manager.save_tier(concert.id, seen.version, Some(concert.tier), "R석", 70_000).await.unwrap();
    assert_eq!(was("edit_tier").await["price"], 50_000);
    let withhold = box_office::SeatEdit::Withhold { reason: "초대".into() };
    manager.edit_seats(concert.id, &concert.seats, withhold, box_office::IfSold::Refuse).await.unwrap();
    assert_eq!(was("edit_seats").await["R석"], 2);
    let rules = manager.rules_to_edit().await.unwrap();
    manager.set_rules(rules.version, &box_office::Rules { hold_seconds: 60, ..rules.rules }).await.unwrap();
    assert_eq!(was("set_rules").await["hold_seconds"], 300);
}

#[tokio::test]
async fn a_look_up_that_found_something_is_in_the_journal() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let counter = world.counter(1).await;
    sell(&counter, &concert, &concert.seats).await;
    counter.look_up(crate::support::PHONE, crate::support::PASSWORD).await.unwrap();
    let rows = world.manager(1).await.journal(&JournalFilter::default()).await.unwrap().rows;
    assert_eq!(rows[0].kind, JournalKind::LookUp);
}

#[tokio::test]
async fn the_journal_knows_no_name_and_no_phone() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let manager = world.manager(1).await;
    let sold = sell(&world.counter(1).await, &concert, &concert.seats).await.id;
    manager.unmask(sold).await.unwrap();
    manager.cancel_for_customer(sold, "관객 요청").await.unwrap();
    assert_eq!(world.count("select count(*) from journal where kind in ('confirm', 'manage', 'cancel')").await, 3);
    assert_eq!(
        world.count("select count(*) from journal j where j::text like '%홍길동%' or j::text like '%12345678%'").await,
        0
    );
}

#[tokio::test]
async fn a_months_record_says_who_touched_whose_data_when_and_from_where() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let (counter, manager) = (world.counter(1).await, world.manager(1).await);
    counter.rename_counter("=1번 창구").await.unwrap();
    let sold = sell(&counter, &concert, &concert.seats[..1]).await.id;
    counter.look_up(crate::support::PHONE, crate::support::PASSWORD).await.unwrap();
    counter.cancel(sold).await.unwrap();
    manager.unmask(sold).await.unwrap();
    manager.reservations_of(concert.id, "홍길", None).await.unwrap();
    // Of nobody's data, and of another month at the venue though not yet by UTC.
    counter.hold_seats(concert.id, &concert.seats[1..]).await.unwrap();
    world
        .as_owner(
            "set session_replication_role = replica;
            update journal set at = '2025-10-31 14:59:59.9+00' where kind = 'hold';
            update journal set at = '2025-10-31 15:00+00' where kind = 'confirm';
            update journal set at = timestamptz '2025-11-15 03:00+00' + (at - date_trunc('day', at)) where kind not in ('hold', 'confirm');
            insert into journal (op_id, kind, at, reservation_id)
            values (gen_random_uuid(), 'look_up', '2025-10-31 14:59:59+00', gen_random_uuid()),
                (gen_random_uuid(), 'look_up', '2025-11-30 15:00+00', gen_random_uuid())",
        )
        .await;

    let words = AccessWords {
        at: "일시".into(),
        login: "로그인".into(),
        counter: "창구".into(),
        address: "접속 위치".into(),
        program: "프로그램".into(),
        action: "작업".into(),
        reservation: "예약 번호".into(),
        concert: "공연".into(),
        actions: [("confirm", "예약 완료"), ("unmask", "가림 해제")]
            .map(|(name, word)| (name.to_owned(), word.to_owned()))
            .into(),
    };
    let file = manager.accesses(2025, 11, &words).await.unwrap();
    let rows: Vec<Vec<String>> = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(file.strip_prefix("\u{feff}".as_bytes()).unwrap())
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect();
    assert_eq!(rows[0], ["일시", "로그인", "창구", "접속 위치", "프로그램", "작업", "예약 번호", "공연"]);
    let number = reservation_number(sold);
    let first = ["2025-11-01 00:00:00", "counter_1", "'=1번 창구", "127.0.0.1"];
    assert_eq!(rows[1][..4], first);
    assert_eq!(rows[1][5..], ["예약 완료", number.as_str(), "시험 공연"]);
    let done: Vec<(&str, &str, &str)> = rows[2..].iter().map(|row| (&*row[1], &*row[5], &*row[6])).collect();
    let of_sale = |who, what| (who, what, &*number);
    assert_eq!(
        done,
        [
            of_sale("counter_1", "look_up"),
            of_sale("counter_1", "cancel"),
            of_sale("manager_1", "가림 해제"),
            of_sale("manager_1", "search"),
        ]
    );
    // That it was taken is itself in the record of the month in which it was.
    assert_eq!(world.count("select count(*) from journal where detail ->> 'what' = 'accesses'").await, 1);
    assert_eq!(manager.accesses(2025, 13, &words).await.unwrap_err(), Error::InvalidField { field: "month".into() });
    assert_eq!(counter.accesses(2025, 11, &words).await.unwrap_err(), Error::NotACounter);
}
