//! A sale is of an own live hold, at the price of now.

use crate::ground::{Attack, CONFIRM, HOLD, World};

macro_rules! confirm {
    ($operation:literal, $hold:literal, $concert:literal, $seats:literal, $told:literal, $name:literal, $phone:literal, $hash:literal) => {
        concat!(
            "select * from counter.confirm(",
            $operation,
            ", ",
            $hold,
            ", ",
            $concert,
            ", ",
            $seats,
            ", ",
            $told,
            ", ",
            $name,
            ", ",
            $phone,
            ", ",
            $hash,
            ")"
        )
    };
    ($hold:literal, $concert:literal, $seats:literal, $told:literal) => {
        confirm!("gen_random_uuid()", $hold, $concert, $seats, $told, "'홍길동'", "'01012345678'", "'{hash}'")
    };
    ($operation:literal) => {
        confirm!(
            $operation,
            "'{my_hold}'",
            "'{concert}'",
            "array['{mine}']::uuid[]",
            "50000",
            "'홍길동'",
            "'01012345678'",
            "'{hash}'"
        )
    };
    (of $name:literal, $phone:literal, $hash:literal) => {
        confirm!(
            "gen_random_uuid()",
            "'{my_hold}'",
            "'{concert}'",
            "array['{mine}']::uuid[]",
            "50000",
            $name,
            $phone,
            $hash
        )
    };
}

const SALES: &[Attack] = &[
    (
        "sell another's hold",
        "counter_1",
        confirm!("'{their_hold}'", "'{concert}'", "array['{theirs}']::uuid[]", "50000"),
        "sales_under_live_hold",
        CONFIRM,
    ),
    (
        "sell another's seat under an own hold",
        "counter_1",
        confirm!("'{my_hold}'", "'{concert}'", "array['{theirs}']::uuid[]", "50000"),
        "sales_under_live_hold",
        CONFIRM,
    ),
    (
        "sell a free seat beside those held",
        "counter_1",
        confirm!("'{my_hold}'", "'{concert}'", "array['{mine}', '{free}']::uuid[]", "100000"),
        "sales_under_live_hold",
        CONFIRM,
    ),
    (
        "sell a sold seat",
        "counter_1",
        confirm!("'{my_used_hold}'", "'{concert}'", "array['{my_sold}']::uuid[]", "50000"),
        "sales_under_live_hold",
        CONFIRM,
    ),
    (
        "sell a held seat twice in one sale",
        "counter_1",
        confirm!("'{my_hold}'", "'{concert}'", "array['{mine}', '{mine}']::uuid[]", "100000"),
        "sales_under_live_hold",
        CONFIRM,
    ),
    (
        "sell null beside a held seat",
        "counter_1",
        confirm!("'{my_hold}'", "'{concert}'", "array['{mine}', null]::uuid[]", "50000"),
        "sales_under_live_hold",
        CONFIRM,
    ),
    (
        "sell nothing",
        "counter_1",
        confirm!("'{my_hold}'", "'{concert}'", "'{}'", "0"),
        "sales_under_live_hold",
        CONFIRM,
    ),
    (
        "sell null seats",
        "counter_1",
        confirm!("'{my_hold}'", "'{concert}'", "null", "0"),
        "sales_under_live_hold",
        CONFIRM,
    ),
    (
        "sell a million ids",
        "counter_1",
        confirm!("'{my_hold}'", "'{concert}'", "array_fill('{mine}'::uuid, array[1000000])", "50000"),
        "sales_under_live_hold",
        CONFIRM,
    ),
    (
        "sell under no hold",
        "counter_1",
        confirm!("null", "'{concert}'", "array['{mine}']::uuid[]", "50000"),
        "sales_under_live_hold",
        CONFIRM,
    ),
    (
        "sell under another concert",
        "counter_1",
        confirm!("'{my_hold}'", "'{other}'", "array['{mine}']::uuid[]", "50000"),
        "sales_under_live_hold",
        CONFIRM,
    ),
    (
        "sell under no concert",
        "counter_1",
        confirm!("'{my_hold}'", "null", "array['{mine}']::uuid[]", "50000"),
        "sales_concert_on_sale",
        CONFIRM,
    ),
    (
        "sell what was archived since",
        "counter_1",
        confirm!("'{archived_hold}'", "'{archived}'", "array['{archived_1}']::uuid[]", "50000"),
        "sales_concert_on_sale",
        CONFIRM,
    ),
    (
        "sell after the start",
        "counter_1",
        confirm!("'{begun_hold}'", "'{begun}'", "array['{begun_1}']::uuid[]", "50000"),
        "sales_in_time",
        CONFIRM,
    ),
    (
        "sell for nothing",
        "counter_1",
        confirm!("'{my_hold}'", "'{concert}'", "array['{mine}']::uuid[]", "0"),
        "sales_price_as_told",
        CONFIRM,
    ),
    (
        "sell for less than nothing",
        "counter_1",
        confirm!("'{my_hold}'", "'{concert}'", "array['{mine}']::uuid[]", "-50000"),
        "sales_price_as_told",
        CONFIRM,
    ),
    (
        "sell for no price",
        "counter_1",
        confirm!("'{my_hold}'", "'{concert}'", "array['{mine}']::uuid[]", "null"),
        "sales_price_as_told",
        CONFIRM,
    ),
    (
        "sell for more than a number holds",
        "counter_1",
        confirm!("'{my_hold}'", "'{concert}'", "array['{mine}']::uuid[]", "99999999999999999999"),
        "42883",
        CONFIRM,
    ),
    ("sell under another's operation", "counter_1", confirm!("'{their_sale}'"), "reservations_pkey", CONFIRM),
    ("sell under an own operation of before", "counter_1", confirm!("'{my_hold}'"), "journal_pkey", CONFIRM),
    ("sell under no operation", "counter_1", confirm!("null"), "23502", CONFIRM),
    ("sell to nobody", "counter_1", confirm!(of "null", "'01012345678'", "'{hash}'"), "23502", CONFIRM),
    (
        "sell to an empty name",
        "counter_1",
        confirm!(of "''", "'01012345678'", "'{hash}'"),
        "reservations_name_length",
        CONFIRM,
    ),
    (
        "sell to a name of 81",
        "counter_1",
        confirm!(of "repeat('가', 81)", "'01012345678'", "'{hash}'"),
        "reservations_name_length",
        CONFIRM,
    ),
    (
        "sell to a name of 20 MB",
        "counter_1",
        confirm!(of "repeat('가', 7000000)", "'01012345678'", "'{hash}'"),
        "23514",
        CONFIRM,
    ),
    (
        "sell to a name that turns around",
        "counter_1",
        confirm!(of "U&'\\202E동길홍'", "'01012345678'", "'{hash}'"),
        "reservations_name_is_plain",
        CONFIRM,
    ),
    (
        "sell to a name of two lines",
        "counter_1",
        confirm!(of "E'홍\\n길동'", "'01012345678'", "'{hash}'"),
        "reservations_name_is_plain",
        CONFIRM,
    ),
    (
        "sell to a decomposed name",
        "counter_1",
        confirm!(of "normalize('홍길동', nfd)", "'01012345678'", "'{hash}'"),
        "reservations_name_is_plain",
        CONFIRM,
    ),
    (
        "sell to no phone",
        "counter_1",
        confirm!(of "'홍길동'", "null", "'{hash}'"),
        "reservations_phone_is_number",
        CONFIRM,
    ),
    (
        "sell to a phone of 20 MB",
        "counter_1",
        confirm!(of "'홍길동'", "repeat('0', 20000000)", "'{hash}'"),
        "reservations_phone_is_number",
        CONFIRM,
    ),
    (
        "sell to a landline",
        "counter_1",
        confirm!(of "'홍길동'", "'0212345678'", "'{hash}'"),
        "sales_phone_is_mobile",
        CONFIRM,
    ),
    (
        "sell to an empty phone",
        "counter_1",
        confirm!(of "'홍길동'", "''", "'{hash}'"),
        "reservations_phone_is_number",
        CONFIRM,
    ),
    (
        "sell to nobody by the verb for customers",
        "counter_1",
        confirm!(of "'현장 판매'", "''", "''"),
        "reservations_phone_is_number",
        CONFIRM,
    ),
    (
        "keep no password",
        "counter_1",
        confirm!(of "'홍길동'", "'01012345678'", "''"),
        "reservations_walk_up_is_nobody",
        CONFIRM,
    ),
    (
        "keep a password that is not hashed",
        "counter_1",
        confirm!(of "'홍길동'", "'01012345678'", "'1234'"),
        "reservations_password_is_hashed",
        CONFIRM,
    ),
    (
        "keep a hash of 20 MB",
        "counter_1",
        confirm!(of "'홍길동'", "'01012345678'", "'$argon2id$v=19$' || repeat('a', 20000000)"),
        "23514",
        CONFIRM,
    ),
    (
        "sell under repeatable read",
        "counter_1",
        concat!(
            "begin isolation level repeatable read; ",
            confirm!("'{my_hold}'", "'{concert}'", "array['{mine}']::uuid[]", "50000")
        ),
        "verbs_read_committed",
        CONFIRM,
    ),
    (
        "sell under serializable",
        "counter_1",
        concat!(
            "begin isolation level serializable; ",
            confirm!("'{my_hold}'", "'{concert}'", "array['{mine}']::uuid[]", "50000")
        ),
        "verbs_read_committed",
        CONFIRM,
    ),
    (
        "sell a hold that was given up",
        "counter_1",
        concat!(
            "select counter.release_hold(gen_random_uuid(), '{my_hold}', array['{mine}']::uuid[]); ",
            confirm!("'{my_hold}'", "'{concert}'", "array['{mine}']::uuid[]", "50000")
        ),
        "sales_under_live_hold",
        CONFIRM,
    ),
    (
        "sell twice",
        "counter_1",
        concat!(
            confirm!("'{my_hold}'", "'{concert}'", "array['{mine}']::uuid[]", "50000"),
            "; ",
            confirm!("'{my_hold}'", "'{concert}'", "array['{mine}']::uuid[]", "50000")
        ),
        "sales_under_live_hold",
        CONFIRM,
    ),
    (
        "sell with the promises asked for at once, and leave half of it",
        "counter_1",
        concat!(
            "begin; set constraints all immediate; ",
            confirm!("'{my_hold}'", "'{concert}'", "array['{mine}']::uuid[]", "50000"),
            "; commit"
        ),
        "reservations_confirmed_has_seats",
        CONFIRM,
    ),
];

#[tokio::test]
async fn nothing_is_sold_but_a_live_hold_of_ones_own_at_its_price() {
    World::new().await.withstands(SALES).await;
}

#[tokio::test]
async fn an_expired_hold_is_neither_sold_nor_anybodys_for_longer() {
    let world = World::new().await;
    world
        .as_owner(
            "update seats set hold_expires_at = clock_timestamp() - interval '1 second' where held_by is not null",
        )
        .await;
    world.withstands(&[("sell an expired hold", "counter_1", CONFIRM, "sales_under_live_hold", HOLD)]).await;
    world
        .does(
            "counter_2",
            "select * from counter.hold_seats(gen_random_uuid(), '{concert}', array['{mine}']::uuid[]) where held",
        )
        .await;
    world.withstands(&[("sell what another holds since", "counter_1", CONFIRM, "sales_under_live_hold", HOLD)]).await;
}

#[tokio::test]
async fn the_price_is_that_of_the_moment_of_the_sale() {
    let world = World::new().await;
    world.could("counter_1", CONFIRM).await.unwrap();
    world.as_owner("update concert_seat_tiers set price = 60000").await;
    world.withstands(&[("sell for yesterday's price", "counter_1", CONFIRM, "sales_price_as_told", HOLD)]).await;
    let now = CONFIRM.replace("50000", "60000");
    world.could("counter_1", &now).await.unwrap();
}

/// What is left of a hold stays as it was, and one reservation has what was sold.
#[tokio::test]
async fn a_sale_of_part_of_a_hold_is_whole_and_leaves_the_rest_held() {
    let world = World::new().await;
    world.does("counter_1", CONFIRM).await;
    assert_eq!(
        world.value("select status::text || held_by from seats where id = '{mine_2}'").await,
        "temporarily_heldcounter_1"
    );
    assert_eq!(
        world.count("select count(*) from reservation_seats where seat_id = '{mine}' and released_at is null").await,
        1
    );
    assert_eq!(world.count("select count(*) from reservation_seats where seat_id = '{mine_2}'").await, 0);
}
