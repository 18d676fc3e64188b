//! Names on other counters' screens and on lists: each says who it is.

use crate::ground::{Attack, RENAME, World};

const NAMES: &[Attack] = &[
    ("another's login", "counter_1", "select counter.rename('counter_2')", "counters_display_name_key", RENAME),
    ("a manager's login", "counter_1", "select counter.rename('manager_1')", "counters_display_name_key", RENAME),
    ("the owner's role", "counter_1", "select counter.rename('box_office')", "counters_display_name_key", RENAME),
    ("another's name", "counter_1", "select counter.rename('2번 창구')", "counters_display_name_key", RENAME),
    (
        "another's name with a space behind",
        "counter_1",
        "select counter.rename('2번 창구 ')",
        "counters_display_name_is_plain",
        RENAME,
    ),
    (
        "another's name with two spaces inside",
        "counter_1",
        "select counter.rename('2번  창구')",
        "counters_display_name_is_plain",
        RENAME,
    ),
    (
        "another's name with a wide space",
        "counter_1",
        "select counter.rename(U&'2번\\3000창구')",
        "counters_display_name_is_plain",
        RENAME,
    ),
    (
        "another's name with a space that doesn't break",
        "counter_1",
        "select counter.rename(U&'2번\\00A0창구')",
        "counters_display_name_is_plain",
        RENAME,
    ),
    (
        "another's name decomposed",
        "counter_1",
        "select counter.rename(normalize('2번 창구', nfd))",
        "counters_display_name_is_plain",
        RENAME,
    ),
    (
        "a space of no width",
        "counter_1",
        "select counter.rename(U&'2번\\200B 창구')",
        "counters_display_name_is_plain",
        RENAME,
    ),
    (
        "a joiner that is not seen",
        "counter_1",
        "select counter.rename(U&'counter\\200D_2')",
        "counters_display_name_is_plain",
        RENAME,
    ),
    (
        "a non-joiner that is not seen",
        "counter_1",
        "select counter.rename(U&'counter\\200C_2')",
        "counters_display_name_is_plain",
        RENAME,
    ),
    (
        "a variation that is not seen",
        "counter_1",
        "select counter.rename(U&'counter\\FE0F_2')",
        "counters_display_name_is_plain",
        RENAME,
    ),
    (
        "a grapheme joiner",
        "counter_1",
        "select counter.rename(U&'counter\\034F_2')",
        "counters_display_name_is_plain",
        RENAME,
    ),
    (
        "a tag that is not seen",
        "counter_1",
        "select counter.rename(U&'counter_2\\+0E0041')",
        "counters_display_name_is_plain",
        RENAME,
    ),
    (
        "an empty Braille cell",
        "counter_1",
        "select counter.rename(U&'\\2800')",
        "counters_display_name_is_plain",
        RENAME,
    ),
    ("a Hangul filler", "counter_1", "select counter.rename(U&'\\3164')", "counters_display_name_is_plain", RENAME),
    (
        "a half-wide Hangul filler",
        "counter_1",
        "select counter.rename(U&'\\FFA0')",
        "counters_display_name_is_plain",
        RENAME,
    ),
    (
        "wide letters",
        "counter_1",
        "select counter.rename('ｃｏｕｎｔｅｒ_2')",
        "counters_display_name_is_plain",
        RENAME,
    ),
    (
        "a name that turns around",
        "counter_1",
        "select counter.rename(U&'\\202E2_retnuoc')",
        "counters_display_name_is_plain",
        RENAME,
    ),
    (
        "an isolate that turns around",
        "counter_1",
        "select counter.rename(U&'\\20672_retnuoc')",
        "counters_display_name_is_plain",
        RENAME,
    ),
    (
        "a soft hyphen",
        "counter_1",
        "select counter.rename(U&'coun\\00ADter_2')",
        "counters_display_name_is_plain",
        RENAME,
    ),
    ("two lines", "counter_1", "select counter.rename(E'1번\\n창구')", "counters_display_name_is_plain", RENAME),
    (
        "a control character",
        "counter_1",
        "select counter.rename(E'\\x1b[31m')",
        "counters_display_name_is_plain",
        RENAME,
    ),
    ("an empty name", "counter_1", "select counter.rename('')", "counters_display_name_length", RENAME),
    ("41 letters", "counter_1", "select counter.rename(repeat('가', 41))", "counters_display_name_length", RENAME),
    ("20 MB", "counter_1", "select counter.rename(repeat('가', 7000000))", "23514", RENAME),
    (
        "with strings read the old way",
        "counter_1",
        "set standard_conforming_strings = off; set escape_string_warning = off; select counter.rename(E'\\u202E2_retnuoc')",
        "counters_display_name_is_plain",
        RENAME,
    ),
    (
        "from an old snapshot",
        "counter_1",
        "begin isolation level repeatable read; select counter.rename('1번 창구')",
        "verbs_read_committed",
        RENAME,
    ),
    (
        "a manager renames one like another",
        "manager_1",
        "select manager.rename_login(gen_random_uuid(), 'counter_1', '2번 창구')",
        "counters_display_name_key",
        "select manager.rename_login(gen_random_uuid(), 'counter_1', '3번 창구')",
    ),
    (
        "a manager renames one to another's login",
        "manager_1",
        "select manager.rename_login(gen_random_uuid(), 'counter_1', 'counter_2')",
        "counters_display_name_key",
        "select manager.rename_login(gen_random_uuid(), 'counter_1', '3번 창구')",
    ),
    (
        "a manager renames one to what is not seen",
        "manager_1",
        "select manager.rename_login(gen_random_uuid(), 'counter_1', U&'counter\\200D_2')",
        "counters_display_name_is_plain",
        "select manager.rename_login(gen_random_uuid(), 'counter_1', '3번 창구')",
    ),
];

#[tokio::test]
async fn no_counter_is_called_like_another() {
    let world = World::new().await;
    world.does("counter_2", "select counter.rename('2번 창구')").await;
    world.withstands(NAMES).await;
}

#[tokio::test]
async fn of_two_who_take_one_name_at_once_one_has_it() {
    let world = World::new().await;
    let take = "select counter.rename('새 창구')";
    let (first, second) = tokio::join!(world.told("counter_1", take), world.told("counter_2", take));
    assert_eq!([first.is_ok(), second.is_ok()].iter().filter(|done| **done).count(), 1);
    assert_eq!(world.count("select count(*) from counters where display_name = '새 창구'").await, 1);
}
