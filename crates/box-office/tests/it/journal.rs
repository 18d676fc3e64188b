use box_office::{JournalFilter, JournalKind, JournalMark, JournalOutcome};

use crate::support::{World, sell};

#[tokio::test]
async fn the_journal_is_filtered_by_kind_counter_and_concert() {
    let world = World::new().await;
    let (concert, other) = (world.concert(3).await, world.concert(1).await);
    let (one, two, manager) = (world.counter(1).await, world.counter(2).await, world.manager(1).await);
    one.rename_counter("1번 창구").await.unwrap();
    let sold = sell(&one, &concert, &concert.seats[..2]).await.id;
    let hold = two.hold_seats(concert.id, &concert.seats[2..]).await.unwrap();
    two.release_hold(hold.hold, &concert.seats[2..]).await.unwrap();
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
    assert_eq!((row.op_id, row.outcome, row.seats), (sold, JournalOutcome::Done, 2));
    assert_eq!((row.who.as_str(), row.counter.as_deref()), ("counter_1", Some("1번 창구")));
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

#[tokio::test]
async fn a_row_that_a_strange_client_wrote_does_not_hide_the_others() {
    let world = World::new().await;
    let mut counter = world.raw("counter_1").await;
    for detail in [
        r#"{"concert": "x", "seats": "x", "what": {"a": 1}}"#,
        r#"{"concert": 7, "seats": 1e300}"#,
        r#"{"seats": -5}"#,
        "[1]",
        "null",
    ] {
        sqlx::query("insert into journal (op_id, kind, detail) values (gen_random_uuid(), 'hold', $1::jsonb)")
            .bind(detail)
            .execute(&mut counter)
            .await
            .unwrap();
    }
    let rows = world.manager(1).await.journal(&JournalFilter::default()).await.unwrap().rows;
    assert_eq!(rows.iter().map(|row| row.seats).collect::<Vec<_>>(), [0, 0, 0, i32::MAX, 0]);
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
