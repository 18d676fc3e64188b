//! A cancel is of what this login looked up, in time, once.

use crate::ground::{Attack, HOLD, NOTHING, World};

const CANCEL: &str = "select counter.cancel(gen_random_uuid(), '{my_sale}')";

const CANCELS: &[Attack] = &[
    (
        "cancel what another looked up",
        "counter_1",
        "select counter.cancel(gen_random_uuid(), '{their_sale}')",
        "cancels_need_ticket",
        CANCEL,
    ),
    ("cancel nothing", "counter_1", "select counter.cancel(gen_random_uuid(), null)", "cancels_need_ticket", CANCEL),
    (
        "cancel what there is not",
        "counter_1",
        "select counter.cancel(gen_random_uuid(), gen_random_uuid())",
        "cancels_need_ticket",
        CANCEL,
    ),
    (
        "cancel after the cut-off",
        "counter_1",
        "select counter.cancel(gen_random_uuid(), '{soon_sale}')",
        "cancels_in_time",
        CANCEL,
    ),
    (
        "cancel after the start",
        "counter_1",
        "select counter.cancel(gen_random_uuid(), '{begun_sale}')",
        "cancels_in_time",
        CANCEL,
    ),
    (
        "cancel twice",
        "counter_1",
        "select counter.cancel(gen_random_uuid(), '{my_sale}'); select counter.cancel(gen_random_uuid(), '{my_sale}')",
        "reservations_cancelled_is_final",
        CANCEL,
    ),
    (
        "cancel under another's operation",
        "counter_1",
        "select counter.cancel('{their_hold}', '{my_sale}')",
        "journal_pkey",
        CANCEL,
    ),
    ("cancel under no operation", "counter_1", "select counter.cancel(null, '{my_sale}')", "23502", CANCEL),
    (
        "cancel under repeatable read",
        "counter_1",
        "begin isolation level repeatable read; select counter.cancel(gen_random_uuid(), '{my_sale}')",
        "verbs_read_committed",
        CANCEL,
    ),
    (
        "cancel as another role",
        "counter_1",
        "set session authorization counter_2; select counter.cancel(gen_random_uuid(), '{their_sale}')",
        "42501",
        CANCEL,
    ),
    (
        "cancel with a ticket of nobody, by setting a name",
        "counter_1",
        "set application_name = 'counter_2'; select counter.cancel(gen_random_uuid(), '{their_sale}')",
        "cancels_need_ticket",
        CANCEL,
    ),
];

#[tokio::test]
async fn nothing_is_cancelled_but_what_this_login_looked_up_in_time() {
    World::new().await.withstands(CANCELS).await;
}

#[tokio::test]
async fn a_ticket_of_eleven_minutes_ago_cancels_nothing() {
    let world = World::new().await;
    world.could("counter_1", CANCEL).await.unwrap();
    world.as_owner("update look_up_tickets set answered_at = answered_at - interval '11 minutes'").await;
    world
        .withstands(&[
            ("cancel late", "counter_1", CANCEL, "cancels_need_ticket", HOLD),
            ("read late", "counter_1", "select * from counter.read_look_up('{my_ticket}')", NOTHING, HOLD),
        ])
        .await;
}
