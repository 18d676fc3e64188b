use box_office::{BoxOffice, Error, OperationId, Pc, Resolved};
use sqlx::Connection;
use uuid::Uuid;

use crate::support::{World, form, pc, sell};

#[tokio::test]
async fn a_hold_that_never_arrived_resolves_to_void_for_good() {
    let world = World::new().await;
    let office = world.counter(1).await;
    let operation = OperationId(Uuid::now_v7());
    assert_eq!(office.resolve(operation).await.unwrap(), Resolved::Void);
    // The hold that was still on its way hits the key and is rolled back whole.
    let concert = world.concert(1).await;
    let late = sqlx::query("select from counter.hold_seats($1, $2, array[$3])")
        .bind(operation)
        .bind(concert.id)
        .bind(concert.seats[0])
        .execute(&mut world.raw("counter_1").await)
        .await
        .unwrap_err();
    assert_eq!(late.as_database_error().and_then(|error| error.constraint()), Some("journal_pkey"));
    assert_eq!(office.resolve(operation).await.unwrap(), Resolved::Void);
}

#[tokio::test]
async fn a_confirm_that_was_committed_resolves_to_its_reservation() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let office = world.counter(1).await;
    let sold = sell(&office, &concert, &concert.seats).await;
    for _ in 0..2 {
        let Resolved::Confirmed { reservation_id, number, seats, total } =
            office.resolve(OperationId(sold.id.0)).await.unwrap()
        else {
            panic!("a committed sale must be found")
        };
        assert_eq!(
            (reservation_id, number, seats, total),
            (sold.id, sold.number.clone(), sold.seats.clone(), sold.total)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn resolving_waits_for_a_commit_that_is_still_in_flight() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let hold = office.hold_seats(concert.id, &concert.seats).await.unwrap();
    let operation = OperationId(Uuid::now_v7());
    let mut connection = world.raw("counter_1").await;
    let mut in_flight = connection.begin().await.unwrap();
    sqlx::query("select counter.release_hold($1, $2, $3)")
        .bind(operation)
        .bind(hold.token)
        .bind(&concert.seats)
        .execute(&mut *in_flight)
        .await
        .unwrap();
    let resolving = tokio::spawn({
        let office = office.clone();
        async move { office.resolve(operation).await }
    });
    while world
        .count("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")
        .await
        == 0
    {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    in_flight.commit().await.unwrap();
    assert_eq!(resolving.await.unwrap().unwrap(), Resolved::Released);
}

#[tokio::test]
async fn another_counters_operation_is_void_to_this_one() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let sold = sell(&world.counter(1).await, &concert, &concert.seats).await;
    assert_eq!(world.counter(2).await.resolve(OperationId(sold.id.0)).await.unwrap(), Resolved::Void);
    assert!(matches!(
        world.counter(1).await.resolve(OperationId(sold.id.0)).await.unwrap(),
        Resolved::Confirmed { .. }
    ));
}

/// The PC dies between sending and hearing: the intent is on disk, and the next start asks what became of it.
#[tokio::test]
async fn what_a_killed_counter_left_open_is_settled_at_the_next_start() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("intents.jsonl");
    let office = BoxOffice::connect_with(world.options("counter_1"), Some(&pc(&file))).await.unwrap();
    let hold = office.hold_seats(concert.id, &concert.seats[..1]).await.unwrap();
    let sold = office.confirm(&form(&hold)).await.unwrap();
    drop(office);
    // As a kill leaves it: a confirm that was committed, one that was never sent, and a torn line.
    let (confirmed, never_sent) = (OperationId(sold.id.0), OperationId(Uuid::now_v7()));
    let lines = [confirmed, never_sent].map(|id| {
        format!("{{\"intent\":{{\"operation\":\"{id}\",\"concert_id\":\"{}\",\"seats\":[]}}}}\n", concert.id)
    });
    std::fs::write(&file, lines.concat() + "{\"intent\":{\"oper").unwrap();
    let next = BoxOffice::connect_with(world.options("counter_1"), Some(&pc(&file))).await.unwrap();
    let settled = next.unfinished().await.unwrap();
    assert_eq!(settled.len(), 2);
    assert!(settled.iter().any(|one| one.operation == confirmed && matches!(one.resolved, Resolved::Confirmed { .. })));
    assert!(settled.iter().any(|one| one.operation == never_sent && one.resolved == Resolved::Void));
    assert!(next.unfinished().await.unwrap().is_empty());
}

#[tokio::test]
async fn after_a_crash_a_counter_finds_its_running_holds_and_nobody_elses() {
    let world = World::new().await;
    let concert = world.concert(4).await;
    let hold = world.counter(1).await.hold_seats(concert.id, &concert.seats[..2]).await.unwrap();
    world.counter(2).await.hold_seats(concert.id, &concert.seats[2..]).await.unwrap();
    let again = world.counter(1).await;
    let found = again.my_holds().await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].token, &found[0].seats, found[0].total), (hold.token, &hold.seats, hold.total));
    assert!(found[0].expires_in_ms > 0 && found[0].expires_in_ms <= hold.expires_in_ms);
    again.confirm(&form(&found[0])).await.unwrap();
    assert!(again.my_holds().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_hold_that_expired_is_not_offered_to_go_on_with() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    office.hold_seats(concert.id, &concert.seats).await.unwrap();
    world.expire_holds().await;
    assert!(office.my_holds().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_could_not_all_be_settled_at_once_is_all_told_the_next_time() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let sold = sell(&world.counter(1).await, &concert, &concert.seats).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("intents.jsonl");
    // Later than the sale, so that it is asked for after it, and still in flight.
    let (confirmed, in_flight) = (OperationId(sold.id.0), OperationId(Uuid::now_v7()));
    let lines = [confirmed, in_flight].map(|id| {
        format!("{{\"intent\":{{\"operation\":\"{id}\",\"concert_id\":\"{}\",\"seats\":[]}}}}\n", concert.id)
    });
    std::fs::write(&file, lines.concat()).unwrap();
    let mut owner = world.owner().await;
    let mut flight = owner.begin().await.unwrap();
    sqlx::query("insert into journal (op_id, kind) values ($1, 'release')")
        .bind(in_flight)
        .execute(&mut *flight)
        .await
        .unwrap();
    let options = world.options("counter_1").options([("lock_timeout", "100ms")]);
    let office = BoxOffice::connect_with(options, Some(&pc(&file))).await.unwrap();
    assert_eq!(office.unfinished().await.unwrap_err(), Error::Busy);
    flight.rollback().await.unwrap();
    let settled: Vec<OperationId> = office.unfinished().await.unwrap().iter().map(|one| one.operation).collect();
    assert_eq!(settled, [confirmed, in_flight]);
}

#[tokio::test]
async fn answered_operations_leave_nothing_open_and_no_personal_data_on_disk() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("intents.jsonl");
    let office = BoxOffice::connect_with(world.options("counter_1"), Some(&pc(&file))).await.unwrap();
    sell(&office, &concert, &concert.seats).await;
    assert!(office.unfinished().await.unwrap().is_empty());
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(kept.lines().count() >= 4, "hold and confirm are recorded and settled");
    assert!(!kept.contains("홍길동") && !kept.contains("01012345678"));
}

/// A row that was there already is no write: with a synchronous standby its COMMIT would wait for nobody, and the answer
/// would not be as durable as what it says.
#[tokio::test]
async fn each_question_writes_a_row_of_its_own() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let office = world.counter(1).await;
    let sold = sell(&office, &concert, &concert.seats).await;
    for questions in 1..=2 {
        office.resolve(OperationId(sold.id.0)).await.unwrap();
        assert_eq!(world.count("select count(*) from journal where kind = 'resolve'").await, questions);
    }
}

#[tokio::test]
async fn a_hold_of_another_pc_under_the_same_login_is_not_offered_as_ones_own() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let folder = tempfile::tempdir().unwrap();
    let here = pc(&folder.path().join("here.jsonl"));
    let there = Pc { id: Uuid::now_v7(), intents: folder.path().join("there.jsonl") };
    let server = world.server_login("counter_1");
    let mine = BoxOffice::connect(&server, Some(&here)).await.unwrap();
    assert!(!mine.server_now().await.unwrap().login_shared);
    let theirs = BoxOffice::connect(&server, Some(&there)).await.unwrap();
    let hold = theirs.hold_seats(concert.id, &concert.seats).await.unwrap();
    assert_eq!(mine.my_holds().await.unwrap(), []);
    assert_eq!(theirs.my_holds().await.unwrap()[0].token, hold.token);
    assert!(mine.server_now().await.unwrap().login_shared, "two PCs on one login are told so");
}

#[tokio::test]
async fn a_torn_line_of_the_intents_swallows_nothing_and_two_programs_never_share_a_file() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let pc = pc(&folder.path().join("intents.jsonl"));
    let operation = OperationId(Uuid::now_v7());
    let torn = b"{\"intent\":{\"operation\":\"019a\xff\n";
    let whole = format!("{{\"intent\":{{\"operation\":\"{operation}\",\"concert_id\":null,\"seats\":[]}}}}\n");
    std::fs::write(&pc.intents, [torn, whole.as_bytes(), &torn[..20]].concat()).unwrap();
    let server = world.server_login("counter_1");
    let office = BoxOffice::connect(&server, Some(&pc)).await.unwrap();
    assert_eq!(BoxOffice::connect(&server, Some(&pc)).await.err(), Some(Error::IntentsInUse));
    let unfinished = office.unfinished().await.unwrap();
    assert_eq!((unfinished.len(), unfinished[0].operation), (1, operation));
    office.close().await;
    BoxOffice::connect(&server, Some(&pc)).await.unwrap();
    // What can't be read is no empty file.
    let unreadable = Pc { id: pc.id, intents: folder.path().join("folder.jsonl") };
    std::fs::create_dir(&unreadable.intents).unwrap();
    assert_eq!(BoxOffice::connect(&server, Some(&unreadable)).await.err(), Some(Error::IntentsNotRecorded));
}
