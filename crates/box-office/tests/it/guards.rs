//! Every constraint and guard of the schema, each made to fire by a client that does not use the engine.

use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use crate::support::{Concert, PASSWORD, PHONE, World, sell};

pub const HOLD: &str = "update seats set status = 'temporarily_held', hold_token = gen_random_uuid(), held_by = 'x',
    hold_expires_at = clock_timestamp() + interval '1 minute'";
pub const FREE: &str =
    "update seats set status = 'available', hold_token = null, held_by = null, hold_expires_at = null";

/// Runs statements as one transaction; the constraint that refused them, or the SQLSTATE without one.
pub async fn refusal(connection: &mut PgConnection, sql: &str) -> String {
    let attempt = sqlx::raw_sql(sqlx::AssertSqlSafe(format!("begin; {sql}; commit"))).execute(&mut *connection).await;
    sqlx::raw_sql("rollback").execute(&mut *connection).await.unwrap();
    let Err(error) = attempt else { return "nothing".into() };
    let refused = error.into_database_error().unwrap();
    refused.constraint().map(str::to_owned).unwrap_or_else(|| refused.code().unwrap_or_default().into_owned())
}

pub struct Stage {
    pub world: World,
    pub concert: Concert,
    /// Of seat 1, sold by counter 1.
    pub sale: Uuid,
}

/// Seat 1 is sold, seat 2 held by counter 1, seat 3 held by counter 2, the others free.
pub async fn stage() -> Stage {
    let world = World::new().await;
    let concert = world.concert(6).await;
    let sale = sell(&world.counter(1).await, &concert, &concert.seats[..1]).await.id;
    world.counter(1).await.hold_seats(concert.id, &concert.seats[1..2]).await.unwrap();
    world.counter(2).await.hold_seats(concert.id, &concert.seats[2..3]).await.unwrap();
    Stage { world, concert, sale }
}

#[tokio::test]
async fn the_schema_refuses_what_is_not_whole() {
    let Stage { world, concert, sale } = stage().await;
    let mut owner = world.owner().await;
    let (id, tier, seat) = (concert.id, concert.tier, concert.seats[5]);
    let other = world.concert(1).await;
    let (other_id, other_seat) = (other.id, other.seats[0]);
    for (constraint, sql) in [
        ("concerts_deleted_after_created", "insert into concerts (title, deleted_at) values ('x', 'epoch')".into()),
        ("concerts_title_not_blank", "insert into concerts (title) values (' ')".into()),
        (
            "concert_seat_tiers_concert_id_label_key",
            format!("insert into concert_seat_tiers (concert_id, label, price) values ('{id}', 'R석', 1)"),
        ),
        (
            "concert_seat_tiers_price_not_negative",
            format!("update concert_seat_tiers set price = -1 where id = '{tier}'"),
        ),
        (
            "concert_seat_tiers_concert_id_fkey",
            "insert into concert_seat_tiers (concert_id, label, price) values (gen_random_uuid(), 'x', 1)".into(),
        ),
        (
            "seats_concert_id_label_key",
            format!("insert into seats (concert_id, seat_tier_id, label) values ('{id}', '{tier}', 'A-1')"),
        ),
        (
            "seats_tier_of_concert_fkey",
            format!("insert into seats (concert_id, seat_tier_id, label) values ('{other_id}', '{tier}', 'x')"),
        ),
        (
            "seats_held_has_expiry",
            format!(
                "update seats set status = 'temporarily_held', hold_token = gen_random_uuid(), held_by = 'x' where id = '{seat}'"
            ),
        ),
        (
            "seats_held_has_token",
            format!("update seats set status = 'temporarily_held', hold_expires_at = now() where id = '{seat}'"),
        ),
        ("seats_withheld_not_sold", format!("update seats set withheld_for = 'x' where id = '{}'", concert.seats[0])),
        ("seats_place_is_whole", format!("update seats set x = 1 where id = '{seat}'")),
        ("reservations_cancelled_has_time", "update reservations set cancelled_at = now()".into()),
        ("reservations_name_length", "update reservations set customer_name = ''".into()),
        ("reservations_phone_is_mobile", "update reservations set phone_number = '02-123-4567'".into()),
        (
            "reservation_seats_one_live_sale",
            format!(
                "with second as (insert into reservations (concert_id, customer_name, phone_number, password_hash) values ('{id}', 'x', '01012345678', 'x') returning id) insert into reservation_seats (reservation_id, seat_id) select id, '{}' from second",
                concert.seats[0]
            ),
        ),
        (
            "reservation_seats_reservation_of_concert_fkey",
            format!("insert into reservation_seats (reservation_id, seat_id) values ('{sale}', '{other_seat}')"),
        ),
        (
            "reservation_seats_pkey",
            format!(
                "insert into reservation_seats (reservation_id, seat_id) values ('{sale}', '{}')",
                concert.seats[0]
            ),
        ),
        ("seats_reserved_has_one_sale", format!("update seats set status = 'reserved' where id = '{seat}'")),
        (
            "seats_reserved_has_one_sale",
            format!(
                "insert into seats (concert_id, seat_tier_id, label, status) values ('{id}', '{tier}', 'x', 'reserved')"
            ),
        ),
        (
            "seats_reserved_has_one_sale",
            format!("update seats set status = 'available' where id = '{}'", concert.seats[0]),
        ),
        (
            "seats_reserved_has_one_sale",
            format!("insert into reservation_seats (reservation_id, seat_id) values ('{sale}', '{seat}')"),
        ),
        (
            "reservations_confirmed_has_seats",
            format!(
                "insert into reservations (concert_id, customer_name, phone_number, password_hash) values ('{id}', 'x', '01012345678', 'x')"
            ),
        ),
        (
            "reservations_confirmed_has_seats",
            "update reservations set status = 'cancelled', cancelled_at = now()".into(),
        ),
        ("reservation_seats_only_released", "update reservation_seats set price = 0".into()),
        ("settings_only_one_row", "insert into settings (only_row) values (false)".into()),
        ("settings_hold_seconds_range", "update settings set hold_seconds = 0".into()),
        ("settings_seats_per_sale_range", "update settings set seats_per_sale = 0".into()),
        ("settings_cancel_cutoff_range", "update settings set cancel_cutoff_minutes = -1".into()),
        ("journal_kind_known", "insert into journal (op_id, kind) values (gen_random_uuid(), 'x')".into()),
        (
            "journal_outcome_known",
            "insert into journal (op_id, kind, outcome) values (gen_random_uuid(), 'hold', 'x')".into(),
        ),
        ("counters_display_name_length", "insert into counters values ('x', ' ')".into()),
        ("sweepers_every_seconds_range", "insert into sweepers values ('x', now(), 0, 0, 61)".into()),
        ("server_secret_only_one_row", "insert into server_secret values (false, '', '')".into()),
    ] {
        assert_eq!(refusal(&mut owner, &sql).await, constraint, "{sql}");
    }
}

#[tokio::test]
async fn nothing_is_ever_deleted_not_even_by_the_owner() {
    let Stage { world, .. } = stage().await;
    let mut owner = world.owner().await;
    for table in ["concerts", "concert_seat_tiers", "seats", "reservations", "reservation_seats", "journal"] {
        let constraint = format!("{table}_never_deleted");
        assert_eq!(refusal(&mut owner, &format!("delete from {table}")).await, constraint);
        assert!(refusal(&mut owner, &format!("truncate {table} cascade")).await.contains("_never_deleted"));
    }
    assert_eq!(refusal(&mut owner, "update journal set kind = 'hold'").await, "journal_append_only");
}

#[tokio::test]
async fn a_concert_lives_from_draft_to_published_to_archived() {
    let Stage { world, concert, .. } = stage().await;
    let mut manager = world.raw("manager_1").await;
    let id = concert.id;
    for (constraint, sql) in [
        ("concerts_status_order", "insert into concerts (title, status) values ('x', 'published')".into()),
        ("concerts_status_order", format!("update concerts set status = 'draft' where id = '{id}'")),
        ("concerts_published_is_complete", "with bare as (insert into concerts (title) values ('x') returning id) select 1; update concerts set status = 'published' where status = 'draft'".into()),
        ("concerts_deleted_has_no_sales", format!("update concerts set deleted_at = now() where id = '{id}'")),
    ] {
        assert_eq!(refusal(&mut manager, &sql).await, constraint, "{sql}");
    }
}

#[tokio::test]
async fn a_counter_neither_holds_nor_sells_after_the_start_unless_the_venue_says_so() {
    let Stage { world, concert, .. } = stage().await;
    let mut counter = world.raw("counter_1").await;
    let [mine, free] = [1, 3].map(|seat| concert.seats[seat]);
    let hold = format!("{HOLD} where id = '{free}'");
    let sale = format!(
        "with sale as (insert into reservations (concert_id, customer_name, phone_number, password_hash)
            values ('{}', 'x', '01012345678', '$argon2id$v=19$x') returning id),
        sold as ({} where id = '{mine}')
        insert into reservation_seats (reservation_id, seat_id) select id, '{mine}' from sale",
        concert.id,
        FREE.replace("available", "reserved")
    );
    world
        .as_owner("update concerts set starts_at = clock_timestamp(); update settings set sales_after_start = false")
        .await;
    assert_eq!(refusal(&mut counter, &hold).await, "seats_hold_in_time");
    assert_eq!(refusal(&mut counter, &sale).await, "reservations_sale_in_time");
    world.as_owner("update settings set sales_after_start = true").await;
    assert_eq!(refusal(&mut counter, &hold).await, "nothing");
    assert_eq!(refusal(&mut counter, &sale).await, "nothing");
}

#[tokio::test]
async fn a_counter_moves_a_seat_only_along_the_allowed_ways() {
    let Stage { world, concert, .. } = stage().await;
    let mut counter = world.raw("counter_1").await;
    let [sold, mine, theirs, free] = [0, 1, 2, 3].map(|seat| concert.seats[seat]);
    for (constraint, sql) in [
        ("seats_hold_takes_free", format!("{HOLD} where id = '{theirs}'")),
        ("seats_hold_takes_free", format!("{HOLD} where id = '{sold}'")),
        ("seats_hold_takes_free", format!("{HOLD} where id = '{mine}'")),
        ("seats_hold_not_too_long", format!("{} where id = '{free}'", HOLD.replace("1 minute", "1 hour"))),
        ("seats_release_own_hold", format!("{FREE} where id = '{theirs}'")),
        ("seats_sale_needs_own_hold", format!("{} where id = '{theirs}'", FREE.replace("available", "reserved"))),
        ("seats_sale_needs_own_hold", format!("{} where id = '{free}'", FREE.replace("available", "reserved"))),
        ("seats_reserved_has_one_sale", format!("{} where id = '{mine}'", FREE.replace("available", "reserved"))),
        ("seats_free_needs_ticket", format!("{FREE} where id = '{sold}'")),
    ] {
        assert_eq!(refusal(&mut counter, &sql).await, constraint, "{sql}");
    }
    world.as_owner("update settings set seats_per_sale = 1").await;
    let one_hold = HOLD.replace("gen_random_uuid()", "'019ab000-0000-7000-8000-000000000000'");
    let sql = format!("{one_hold} where id in ('{free}', '{}')", concert.seats[4]);
    assert_eq!(refusal(&mut counter, &sql).await, "seats_hold_not_too_many");
    world.expire_holds().await;
    let sql = format!("{} where id = '{mine}'", FREE.replace("available", "reserved"));
    assert_eq!(refusal(&mut counter, &sql).await, "seats_sale_needs_live_hold");
    // Whatever name a client sends, a hold is its login's.
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("{HOLD} where id = '{free}'"))).execute(&mut counter).await.unwrap();
    assert_eq!(world.count("select count(*) from seats where held_by = 'x'").await, 0);
}

/// The guards of a hold run with the client's own search_path.
#[tokio::test]
async fn a_client_can_not_put_tables_of_its_own_before_those_that_the_guards_read() {
    let Stage { world, concert, .. } = stage().await;
    let mut counter = world.raw("counter_1").await;
    sqlx::raw_sql(
        "create temporary table settings as select 86400 as hold_seconds, 100 as seats_per_sale;
        create temporary table counters as select session_user::text as login, 'x' as display_name;
        create temporary table reservation_seats as select id as seat_id, id as reservation_id from seats;
        create temporary table look_up_tickets as
            select array_agg(id) as reservations, session_user::text as who, now() as answered_at from seats;
        create function pg_temp.refuse(text, text) returns void language sql as 'select';
        create function pg_temp.looked_up(uuid) returns boolean language sql as 'select true';
        create function pg_temp.bound_as_counter() returns boolean language sql as 'select false';
        set search_path = pg_temp, public",
    )
    .execute(&mut counter)
    .await
    .unwrap();
    let [sold, theirs, free] = [0, 2, 3].map(|seat| concert.seats[seat]);
    for (constraint, sql) in [
        ("seats_hold_takes_free", format!("{HOLD} where id = '{theirs}'")),
        ("seats_hold_not_too_long", format!("{} where id = '{free}'", HOLD.replace("1 minute", "1 hour"))),
        ("seats_free_needs_ticket", format!("{FREE} where id = '{sold}'")),
    ] {
        assert_eq!(refusal(&mut counter, &sql).await, constraint, "{sql}");
    }
    let journal = "insert into journal (op_id, kind) values (gen_random_uuid(), 'hold')";
    assert_eq!(refusal(&mut counter, journal).await, "nothing");
    assert_eq!(world.count("select count(*) from journal where counter = 'x'").await, 0);
}

#[tokio::test]
async fn a_counter_sells_and_cancels_only_as_the_flows_do() {
    let Stage { world, concert, sale } = stage().await;
    let mut counter = world.raw("counter_1").await;
    let reserve = format!(
        "insert into reservations (concert_id, customer_name, phone_number, password_hash) values ('{}', 'x', '01012345678', ",
        concert.id
    );
    for (constraint, sql) in [
        ("reservations_password_is_hashed", format!("{reserve} '1234')")),
        (
            "reservations_cancel_needs_ticket",
            format!("update reservations set status = 'cancelled', cancelled_at = now() where id = '{sale}'"),
        ),
        (
            "reservations_cancel_needs_ticket",
            format!("update reservation_seats set released_at = now() where reservation_id = '{sale}'"),
        ),
    ] {
        assert_eq!(refusal(&mut counter, &sql).await, constraint, "{sql}");
    }
    let office = world.counter(1).await;
    office.look_up(PHONE, PASSWORD).await.unwrap();
    world.as_owner("update concerts set starts_at = clock_timestamp() - interval '1 hour'").await;
    let late = format!("update reservations set status = 'cancelled', cancelled_at = now() where id = '{sale}'");
    assert_eq!(refusal(&mut counter, &late).await, "reservations_cancel_in_time");
    world.as_owner("update concerts set starts_at = null").await;
    office.cancel(sale).await.unwrap();
    let revive = format!("update reservations set status = 'confirmed', cancelled_at = null where id = '{sale}'");
    assert_eq!(refusal(&mut counter, &revive).await, "reservations_cancelled_is_final");
    world.as_owner("update concerts set status = 'archived'").await;
    assert_eq!(refusal(&mut counter, &format!("{reserve} '$argon2id$v=19$x')")).await, "reservations_concert_on_sale");
}

#[tokio::test]
async fn a_counter_reads_no_name_phone_hash_or_journal_and_changes_no_price() {
    let Stage { world, .. } = stage().await;
    let mut counter = world.raw("counter_1").await;
    const DENIED: &str = "42501";
    for sql in [
        "select customer_name from reservations",
        "select phone_number from reservations",
        "select password_hash from reservations",
        "select * from journal",
        "select * from look_up_tickets",
        "select * from server_secret",
        "update concert_seat_tiers set price = 0",
        "update seats set withheld_for = 'x'",
        "update seats set label = 'x'",
        "update settings set hold_seconds = 3600",
        "update concerts set title = 'x'",
        "insert into seats (label) values ('x')",
        "update reservation_seats set price = 0",
        "create table mine ()",
        "alter table seats disable trigger user",
        "update counters set display_name = 'x' where login = 'counter_2'; insert into counters values ('counter_2', 'x')",
    ] {
        assert_eq!(refusal(&mut counter, sql).await, DENIED, "{sql}");
    }
    let mut manager = world.raw("manager_1").await;
    assert_eq!(refusal(&mut manager, "select password_hash from reservations").await, DENIED);
}

#[tokio::test]
async fn a_second_sale_of_a_seat_is_refused_by_the_index_alone() {
    let Stage { world, concert, .. } = stage().await;
    let insert = format!(
        "with second as (insert into reservations (concert_id, customer_name, phone_number, password_hash)
            values ('{}', 'x', '01012345678', 'x') returning id)
        insert into reservation_seats (reservation_id, seat_id) select id, '{}' from second",
        concert.id, concert.seats[0]
    );
    world.as_owner("alter table seats disable trigger user; alter table reservation_seats disable trigger user; alter table reservation_seats alter price set default 0, alter concert_id drop not null").await;
    let mut owner = world.owner().await;
    assert_eq!(refusal(&mut owner, &insert).await, "reservation_seats_one_live_sale");
    // The control: without the index the seat is sold twice.
    world.as_owner("drop index reservation_seats_one_live_sale").await;
    let mut transaction = owner.begin().await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(insert)).execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(world.count("select count(*) from reservation_seats where released_at is null").await, 2);
}
