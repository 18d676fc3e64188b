use box_office::{Error, ReservationId, ReservationListed, ReservationStatus, SeatState};
use uuid::Uuid;

use crate::support::{Concert, NAME, PASSWORD, PHONE, PRICE, World, sell, sell_to};
use crate::watching::sell_out;

#[tokio::test]
async fn names_and_phones_are_masked_in_every_script() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    for (name, masked) in [
        ("김수민", "김*민"),
        ("남궁서연", "남**연"),
        ("이산", "이*"),
        ("김", "*"),
        ("X", "*"),
        ("Jo", "J*"),
        ("Madonna", "M*****a"),
        ("John Smith", "J*** S****"),
        ("Mary J Blige", "M*** * B****"),
        ("김 수민", "* 수*"),
        ("田中太郎", "田**郎"),
        ("👩‍👩‍👧", "👩***👧"),
    ] {
        let is: String =
            sqlx::query_scalar("select verbs.mask_name($1)").bind(name).fetch_one(&mut owner).await.unwrap();
        assert_eq!(is, masked, "{name}");
    }
    for (phone, masked) in [
        ("01012345678", "010-****-5678"),
        ("0111234567", "011-***-4567"),
        ("0212345678", "02-****-5678"),
        ("021234567", "02-***-4567"),
        ("0311234567", "031-***-4567"),
        ("050712345678", "0507-****-5678"),
        ("07012345678", "070-****-5678"),
        ("15881234", "****-1234"),
        ("+819012345678", "+81-******-5678"),
    ] {
        let is: String =
            sqlx::query_scalar("select verbs.mask_phone($1)").bind(phone).fetch_one(&mut owner).await.unwrap();
        assert_eq!(is, masked);
    }
}

#[tokio::test]
async fn a_reservation_is_listed_masked_with_its_seats_total_and_counter() {
    let world = World::new().await;
    let concert = world.concert(3).await;
    let office = world.counter(1).await;
    office.rename_counter("1번 창구").await.unwrap();
    let sold = sell(&office, &concert, &concert.seats[1..]).await;
    let page = world.manager(1).await.reservations_of(concert.id, "", None).await.unwrap();
    assert!(!page.more);
    let created_at = page.rows[0].created_at;
    assert_eq!(
        page.rows,
        [ReservationListed {
            id: sold.id,
            number: sold.number,
            status: ReservationStatus::Confirmed,
            walk_up: false,
            name_masked: "홍*동".into(),
            phone_masked: "010-****-5678".into(),
            seats: vec!["A-2".into(), "A-3".into()],
            total: 2 * PRICE,
            created_at,
            cancelled_at: None,
            counter: Some("1번 창구".into()),
        }]
    );
}

async fn names_found(world: &World, concert: &Concert, search: &str) -> Vec<String> {
    let page = world.manager(1).await.reservations_of(concert.id, search, None).await.unwrap();
    page.rows.into_iter().map(|row| row.name_masked).collect()
}

#[tokio::test]
async fn a_reservation_is_found_by_part_of_the_name_its_number_phone_or_seat() {
    let world = World::new().await;
    let (concert, other) = (world.concert(4).await, world.concert(1).await);
    let office = world.counter(1).await;
    sell_to(&office, &concert, &concert.seats[..1], "홍길동", "010-1234-5678").await;
    sell_to(&office, &concert, &concert.seats[1..2], "John Smith", "010-5678-1234").await;
    let third = sell_to(&office, &concert, &concert.seats[2..3], "100% 소년", "010-0000-9999").await;
    sell_to(&office, &other, &other.seats, "홍길동", "010-1234-5678").await;
    assert_eq!(names_found(&world, &concert, "길동").await, ["홍*동"]);
    // As some keyboards send it: decomposed.
    assert_eq!(names_found(&world, &concert, " \u{1100}\u{1175}\u{11af}\u{1103}\u{1169}\u{11bc}").await, ["홍*동"]);
    assert_eq!(names_found(&world, &concert, "sMIT").await, ["J*** S****"]);
    assert_eq!(names_found(&world, &concert, "5678").await, ["홍*동"]);
    assert_eq!(names_found(&world, &concert, "678").await, Vec::<String>::new());
    assert_eq!(names_found(&world, &concert, "010-1234-5678").await, ["홍*동"]);
    assert_eq!(names_found(&world, &concert, "a-3").await, ["1*** 소*"]);
    assert_eq!(names_found(&world, &concert, "A").await, Vec::<String>::new(), "a seat is named whole");
    // As people read a number out and type it.
    let number = &third.number;
    for typed in [number.clone(), number.to_lowercase(), number.replace('-', ""), number.replace('0', "O")] {
        assert_eq!(names_found(&world, &concert, &typed).await, ["1*** 소*"], "{typed}");
    }
    // Nothing in a search is a pattern.
    assert_eq!(names_found(&world, &concert, "%").await, ["1*** 소*"]);
    assert_eq!(names_found(&world, &concert, "_").await, Vec::<String>::new());
    assert_eq!(names_found(&world, &concert, "'; drop table seats; --\0").await, Vec::<String>::new());
    assert_eq!(names_found(&world, &concert, "").await.len(), 3);
}

#[tokio::test]
async fn pages_hold_every_reservation_once_though_many_are_of_the_same_moment() {
    let world = World::new().await;
    let concert = world.concert(460).await;
    sell_out(&world, &concert).await;
    world
        .as_owner(
            "set session_replication_role = replica;
            update reservations set created_at = date_trunc('day', created_at)",
        )
        .await;
    let manager = world.manager(1).await;
    let (mut seen, mut after) = (Vec::<ReservationListed>::new(), None);
    loop {
        let page = manager.reservations_of(concert.id, "", after).await.unwrap();
        assert_eq!(page.rows.len() == 100, page.more);
        after = page.rows.last().map(|row| row.id);
        seen.extend(page.rows);
        if !page.more {
            break;
        }
    }
    assert!(seen.is_sorted_by(|a, b| (a.created_at, a.id) > (b.created_at, b.id)));
    assert_eq!(seen.len(), 230);
    assert_eq!(seen.iter().filter(|row| row.status == ReservationStatus::Cancelled).count(), 23);
}

#[tokio::test]
async fn unmasking_tells_name_and_phone_and_stands_in_the_journal_without_them() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let sold = sell(&world.counter(1).await, &concert, &concert.seats).await.id;
    let manager = world.manager(1).await;
    let unmasked = manager.unmask(sold).await.unwrap();
    assert_eq!((unmasked.name.as_str(), unmasked.phone.as_str()), (NAME, "01012345678"));
    assert_eq!(
        world
            .count(
                "select count(*) from journal where kind = 'manage' and who = 'manager_1'
                and detail = (select jsonb_build_object('what', 'unmask', 'concert', concert_id, 'reservation', id) from reservations)"
            )
            .await,
        1
    );
    assert_eq!(manager.unmask(ReservationId(Uuid::nil())).await.err(), Some(Error::UnknownReservation));
    assert_eq!(world.count("select count(*) from journal where kind = 'manage'").await, 1);
}

#[tokio::test]
async fn nobody_reads_a_name_and_takes_the_trace_of_it_back() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let sold = sell(&world.counter(1).await, &concert, &concert.seats).await.id;
    let note = format!("select manager.unmask('00000000-0000-0000-0000-000000000001', '{sold}')");
    let read = "select customer_name from manager.unmasked('00000000-0000-0000-0000-000000000001')";
    told_only_once_it_is_noted(&world, &note, read, NAME).await;
}

#[tokio::test]
async fn nobody_searches_for_a_name_and_takes_the_trace_of_it_back() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    sell(&world.counter(1).await, &concert, &concert.seats).await;
    let (note, read) = (
        format!(
            "select manager.search_reservations('00000000-0000-0000-0000-000000000001', '{}', '길동', null, null, null, 9)",
            concert.id
        ),
        format!(
            "select name_masked from manager.reservations_of('{}', '00000000-0000-0000-0000-000000000001', null, 9)",
            concert.id
        ),
    );
    told_only_once_it_is_noted(&world, &note, &read, "홍*동").await;
}

async fn told_only_once_it_is_noted(world: &World, note: &str, read: &str, told: &str) {
    let mut raw = world.raw("manager_1").await;
    let read = async |raw: &mut sqlx::PgConnection| {
        sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(read)).fetch_optional(raw).await.unwrap()
    };
    for begin in ["begin", "begin; savepoint mine"] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("{begin}; {note}"))).execute(&mut raw).await.unwrap();
        assert_eq!(read(&mut raw).await, None, "{begin}");
        sqlx::raw_sql("rollback").execute(&mut raw).await.unwrap();
    }
    assert_eq!(read(&mut raw).await, None, "nothing was noted");
    sqlx::raw_sql(sqlx::AssertSqlSafe(note)).execute(&mut raw).await.unwrap();
    assert_eq!(read(&mut world.raw("manager_2").await).await, None, "another manager's note");
    assert_eq!(read(&mut raw).await.as_deref(), Some(told));
    world.as_owner("set session_replication_role = replica; update journal set at = at - interval '61 seconds'").await;
    assert_eq!(read(&mut raw).await, None, "an old note");
}

#[tokio::test]
async fn a_search_says_in_the_journal_whose_reservations_it_found_and_not_what_for() {
    let world = World::new().await;
    let concert = world.concert(2).await;
    let office = world.counter(1).await;
    sell_to(&office, &concert, &concert.seats[..1], "홍길동", "010-1234-5678").await;
    sell_to(&office, &concert, &concert.seats[1..], "이산", "010-9999-0000").await;
    let manager = world.manager(1).await;
    manager.reservations_of(concert.id, "", None).await.unwrap();
    assert_eq!(world.count("select count(*) from journal where kind = 'manage'").await, 0, "a list of masked names");
    manager.reservations_of(concert.id, "길동", None).await.unwrap();
    let noted = "select count(*) from journal j where kind = 'manage' and detail ->> 'what' = 'search'
        and detail -> 'reservations' = (select jsonb_agg(id) from reservations where customer_name = '홍길동')
        and j::text not like '%길동%'";
    assert_eq!(world.count(noted).await, 1);
}

#[tokio::test]
async fn a_manager_cancels_without_the_password_and_past_the_cut_off_with_a_reason() {
    let world = World::new().await;
    let concert = world.concert(3).await;
    let office = world.counter(1).await;
    let sold = sell(&office, &concert, &concert.seats[..2]).await.id;
    world
        .as_owner("update settings set cancel_cutoff_minutes = 60; update concerts set starts_at = clock_timestamp() + interval '30 minutes'")
        .await;
    let manager = world.manager(1).await;
    for reason in ["", "  ", "\0", &"가".repeat(201)] {
        let refused = manager.cancel_for_customer(sold, reason).await.unwrap_err();
        assert_eq!(refused, Error::InvalidReason { longest: 200 });
    }
    assert_eq!(manager.cancel_for_customer(sold, &format!(" {} ", "가".repeat(200))).await.unwrap().seats_freed, 2);
    assert_eq!(office.check_seat(concert.seats[0]).await.unwrap().state, SeatState::Available);
    assert_eq!(
        world
            .count(
                "select count(*) from journal where kind = 'cancel' and who = 'manager_1'
                and char_length(detail ->> 'reason') = 200 and jsonb_array_length(detail -> 'seats') = 2
                and (detail ->> 'reservation')::uuid = (select id from reservations)"
            )
            .await,
        1
    );
    assert_eq!(manager.cancel_for_customer(sold, "다시").await.unwrap_err(), Error::AlreadyCancelled);
    assert_eq!(
        manager.cancel_for_customer(ReservationId(Uuid::nil()), "x").await.unwrap_err(),
        Error::UnknownReservation
    );
    let listed = manager.reservations_of(concert.id, "", None).await.unwrap().rows;
    assert_eq!((listed[0].status, listed[0].cancelled_at.is_some()), (ReservationStatus::Cancelled, true));
    assert_eq!(listed[0].seats, ["A-1", "A-2"]);
}

#[tokio::test]
async fn a_reservation_of_an_archived_concert_is_still_cancelled_by_a_manager() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let sold = sell(&world.counter(1).await, &concert, &concert.seats).await.id;
    world.as_owner("update concerts set status = 'archived'").await;
    assert_eq!(world.manager(1).await.cancel_for_customer(sold, "환불").await.unwrap().seats_freed, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_and_a_manager_who_cancel_at_once_cancel_once() {
    let world = World::new().await;
    let concert = world.concert(4).await;
    let (office, manager) = (world.counter(1).await, world.manager(1).await);
    let sold = sell(&office, &concert, &concert.seats).await.id;
    office.look_up(PHONE, PASSWORD).await.unwrap();
    let (one, two) = tokio::join!(office.cancel(sold), manager.cancel_for_customer(sold, "관객 요청"));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert_eq!(one.err().or(two.err()), Some(Error::AlreadyCancelled));
    assert_eq!(world.count("select count(*) from journal where kind = 'cancel'").await, 1);
    assert_eq!(world.count("select count(*) from reservation_seats where released_at is null").await, 0);
}

/// The control, by the owner, who needs no verb: two who look before they lock both find it confirmed, and both are told that they cancelled it.
#[tokio::test]
async fn without_the_lock_two_managers_both_cancel() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let sold = sell(&world.counter(1).await, &concert, &concert.seats).await.id;
    let mut managers = [world.owner().await, world.owner().await];
    for manager in &mut managers {
        sqlx::raw_sql("begin").execute(&mut *manager).await.unwrap();
        let confirmed: bool = sqlx::query_scalar("select status = 'confirmed' from reservations where id = $1")
            .bind(sold)
            .fetch_one(&mut *manager)
            .await
            .unwrap();
        assert!(confirmed);
    }
    for manager in &mut managers {
        let cancel = format!(
            "insert into journal (op_id, kind, detail) values (gen_random_uuid(), 'cancel',
                jsonb_build_object('reservation', '{sold}', 'reason', 'x'));
            update reservations set status = 'cancelled', cancelled_at = now() where id = '{sold}';
            update reservation_seats set released_at = now() where reservation_id = '{sold}' and released_at is null;
            update seats set status = 'available' where id = '{}' and status = 'reserved';
            commit",
            concert.seats[0]
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(cancel)).execute(&mut *manager).await.unwrap();
    }
    assert_eq!(world.count("select count(*) from journal where kind = 'cancel'").await, 2);
}
