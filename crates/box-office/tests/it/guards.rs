//! Every constraint and promise of the schema, each made to fire by the owner, whom no right holds back.

use box_office::ReservationId;
use sqlx::{Connection, PgConnection};

use crate::support::{Concert, World, sell};

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
    pub sale: ReservationId,
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
        ("concerts_title_is_plain", "insert into concerts (title) values (' ')".into()),
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
        ("seats_hold_ends", "update seats set hold_expires_at = 'infinity' where status = 'temporarily_held'".into()),
        ("seats_withheld_for_is_plain", format!("update seats set withheld_for = '' where id = '{seat}'")),
        ("seats_label_is_plain", format!("update seats set label = 'x ' where id = '{seat}'")),
        ("seats_place_labels_are_plain", format!("update seats set row_label = E'\\u202e1' where id = '{seat}'")),
        ("concerts_venue_is_plain", "update concerts set venue = repeat('가', 201)".into()),
        ("concerts_note_length", "update concerts set note = repeat('가', 2001)".into()),
        ("concerts_starts_at_is_finite", "update concerts set starts_at = 'infinity'".into()),
        ("concert_seat_tiers_price_most", "update concert_seat_tiers set price = 100000001".into()),
        ("concert_seat_tiers_label_is_plain", "update concert_seat_tiers set label = ' '".into()),
        ("reservations_name_is_plain", "update reservations set customer_name = E'길동\\u200b'".into()),
        ("reservations_password_is_hashed", "update reservations set password_hash = '1234'".into()),
        (
            "reservations_confirmed_has_seats",
            "update reservation_seats set released_at = now(); update seats set status = 'available' where status = 'reserved'".into(),
        ),
        (
            "reservations_deleted_is_cancelled",
            "update reservations set deleted_at = now() where status = 'confirmed'".into(),
        ),
        ("look_up_tickets_guess_length", "insert into look_up_tickets (phone_number, guess) values ('x', repeat('x', 201))".into()),
        ("settings_holds_per_login_range", "update settings set holds_per_login = 0".into()),
        ("settings_hold_again_range", "update settings set hold_again_seconds = -1".into()),
        ("counters_display_name_is_plain", "insert into counters values ('x', E'x\\u202e')".into()),
        ("counters_display_name_key", "insert into counters values ('x', '창구'), ('y', '창구')".into()),
        ("seats_place_is_whole", format!("update seats set x = 1 where id = '{seat}'")),
        ("reservations_cancelled_has_time", "update reservations set cancelled_at = now()".into()),
        ("reservations_name_length", "update reservations set customer_name = ''".into()),
        ("reservations_phone_is_number", "update reservations set phone_number = '02-123-4567'".into()),
        ("reservations_walk_up_is_nobody", "update reservations set phone_number = ''".into()),
        ("reservations_walk_up_is_nobody", "update reservations set password_hash = ''".into()),
        ("reservations_walk_up_is_nobody", "update reservations set phone_number = '', password_hash = ''".into()),
        (
            "look_up_tickets_ask_one_thing",
            "insert into look_up_tickets (phone_number, guess, id_ending) values ('01012345678', 'x', '0123456789')".into(),
        ),
        ("look_up_tickets_ask_one_thing", "insert into look_up_tickets (guess) values ('x')".into()),
        ("look_up_tickets_know_a_secret", "insert into look_up_tickets (id_ending) values ('0123456789')".into()),
        ("look_up_tickets_know_a_secret", "insert into look_up_tickets (phone_number) values ('01012345678')".into()),
        (
            "reservation_seats_one_live_sale",
            format!(
                "with second as (insert into reservations (concert_id, customer_name, phone_number, password_hash) values ('{id}', 'x', '01012345678', '$argon2id$v=19$x') returning id) insert into reservation_seats (reservation_id, seat_id, concert_id, price) select id, '{}', '{id}', 1 from second",
                concert.seats[0]
            ),
        ),
        (
            "reservation_seats_reservation_of_concert_fkey",
            format!("insert into reservation_seats (reservation_id, seat_id, concert_id, price) values ('{sale}', '{other_seat}', '{other_id}', 1)"),
        ),
        (
            "reservation_seats_pkey",
            format!(
                "insert into reservation_seats (reservation_id, seat_id, concert_id, price) values ('{sale}', '{}', '{id}', 1)",
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
            format!("insert into reservation_seats (reservation_id, seat_id, concert_id, price) values ('{sale}', '{seat}', '{id}', 1)"),
        ),
        (
            "reservations_confirmed_has_seats",
            format!(
                "insert into reservations (concert_id, customer_name, phone_number, password_hash) values ('{id}', 'x', '01012345678', '$argon2id$v=19$x')"
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
        ("counters_display_name_length", "insert into counters values ('x', '')".into()),
        ("sweepers_every_seconds_range", "insert into sweepers values ('x', now(), 0, 0, 61)".into()),
        (
            "tickets_code_is_hashed",
            format!("insert into tickets (reservation_id, seat_id, issue, code_hash) values ('{sale}', '{}', 1, 'code')", concert.seats[0]),
        ),
        (
            "tickets_issue_counts",
            format!("insert into tickets (reservation_id, seat_id, issue, code_hash) values ('{sale}', '{}', 0, sha256('x'))", concert.seats[0]),
        ),
        (
            "tickets_of_sold_seat_fkey",
            format!("insert into tickets (reservation_id, seat_id, issue, code_hash) values ('{sale}', '{seat}', 1, sha256('x'))"),
        ),
        (
            "tickets_code_hash_key",
            format!("insert into tickets (reservation_id, seat_id, issue, code_hash) values ('{sale}', '{0}', 1, sha256('x')), ('{sale}', '{0}', 2, sha256('x'))", concert.seats[0]),
        ),
        (
            "tickets_pkey",
            format!("insert into tickets (reservation_id, seat_id, issue, code_hash) values ('{sale}', '{0}', 1, sha256('x')), ('{sale}', '{0}', 1, sha256('y'))", concert.seats[0]),
        ),
        (
            "tickets_append_only",
            format!("insert into tickets (reservation_id, seat_id, issue, code_hash) values ('{sale}', '{}', 1, sha256('x')); update tickets set issued_by = 'x'", concert.seats[0]),
        ),
        ("server_secret_only_one_row", "insert into server_secret values (false, '', '')".into()),
    ] {
        assert_eq!(refusal(&mut owner, &sql).await, constraint, "{sql}");
    }
}

#[tokio::test]
async fn nothing_is_ever_deleted_not_even_by_the_owner() {
    let Stage { world, .. } = stage().await;
    let mut owner = world.owner().await;
    for table in ["concerts", "concert_seat_tiers", "seats", "reservations", "reservation_seats", "journal", "tickets"]
    {
        let constraint = format!("{table}_never_deleted");
        assert_eq!(refusal(&mut owner, &format!("delete from {table}")).await, constraint);
        assert!(refusal(&mut owner, &format!("truncate {table} cascade")).await.contains("_never_deleted"));
    }
    assert_eq!(refusal(&mut owner, "update journal set kind = 'hold'").await, "journal_append_only");
}

#[tokio::test]
async fn a_concert_lives_from_draft_to_published_to_archived() {
    let Stage { world, concert, .. } = stage().await;
    let mut owner = world.owner().await;
    let id = concert.id;
    for (constraint, sql) in [
        ("concerts_status_order", "insert into concerts (title, status) values ('x', 'published')".into()),
        ("concerts_status_order", format!("update concerts set status = 'draft' where id = '{id}'")),
        ("concerts_published_is_complete", "with bare as (insert into concerts (title) values ('x') returning id) select 1; update concerts set status = 'published' where status = 'draft'".into()),
        ("concerts_deleted_has_no_sales", format!("update concerts set deleted_at = now() where id = '{id}'")),
    ] {
        assert_eq!(refusal(&mut owner, &sql).await, constraint, "{sql}");
    }
}

#[tokio::test]
async fn a_second_sale_of_a_seat_is_refused_by_the_index_alone() {
    let Stage { world, concert, .. } = stage().await;
    let insert = format!(
        "with second as (insert into reservations (concert_id, customer_name, phone_number, password_hash)
            values ('{id}', 'x', '01012345678', '$argon2id$v=19$x') returning id)
        insert into reservation_seats (reservation_id, seat_id, concert_id, price) select id, '{}', '{id}', 1 from second",
        concert.seats[0],
        id = concert.id
    );
    world.as_owner("alter table seats disable trigger user; alter table reservation_seats disable trigger user").await;
    let mut owner = world.owner().await;
    assert_eq!(refusal(&mut owner, &insert).await, "reservation_seats_one_live_sale");
    // The control: without the index the seat is sold twice.
    world.as_owner("drop index reservation_seats_one_live_sale").await;
    let mut transaction = owner.begin().await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(insert)).execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(world.count("select count(*) from reservation_seats where released_at is null").await, 2);
}
