//! What goes wrong at a counter: a killed program in the middle of a sale, and everything that can be typed.

use fantoccini::key::Key;

use crate::support::{Desk, Result, Venue, turn, until};
use crate::{CANCEL_FAILED, HOLD_EXPIRED, NO_MATCH, fill_in, hold, look_up};

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_goes_on_with_a_hold_after_the_program_was_killed() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::set_up().await?;
    let login = venue.counter("counter_1").await?;
    let window = desk.start_at(&login).await?;
    let seats = venue.free_seats(2).await?;
    hold(&window, &seats).await?;
    desk.kill_program()?;
    window.lost().await;

    let window = desk.start().await?;
    window.see("go-on").await?;
    window.picture("hold-left-by-a-crash")?;
    window.click("go-on").await?;
    window.see("form-name").await?;
    fill_in(&window, "다시 온").await?;
    window.click("form-submit").await?;
    window.see("done-number").await?;
    assert_eq!(venue.status(&seats).await?, ["reserved", "reserved"]);
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_ran_out_before_the_clerk_went_on_says_so() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    venue.change("update settings set hold_seconds = 20").await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    hold(&window, &venue.free_seats(1).await?).await?;
    desk.kill_program()?;
    window.lost().await;

    let window = desk.start().await?;
    window.see("go-on").await?;
    let over = "select count(*)::text from seats where hold_expires_at > clock_timestamp()";
    until("the hold to run out", || async { Ok(venue.read(over).await? == ["0"]) }).await?;
    window.click("go-on").await?;
    window.says("notice", HOLD_EXPIRED).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_that_fails_says_so_and_leaves_the_reservation_to_be_cancelled_again() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let seats = venue.free_seats(2).await?;
    venue.sell(&seats, "강바다", "01077778888", "2468").await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    look_up(&window, "01077778888", "2468").await?;
    window.see("lookup-result").await?;

    venue
        .change(
            "create function fail() returns trigger language plpgsql as $$ begin raise exception 'disk'; end $$;
            create trigger fail before update on seats for each row execute function fail()",
        )
        .await?;
    window.click("cancel-button").await?;
    window.click("cancel-confirm").await?;
    window.says("notice", CANCEL_FAILED).await?;
    window.is("lookup-result", "data-status", "confirmed").await?;
    assert_eq!(venue.status(&seats).await?, ["reserved", "reserved"]);
    assert_eq!(venue.reservations_of("강바다").await?, 1);
    window.picture("cancel-failed")?;

    venue.change("drop trigger fail on seats").await?;
    window.click("cancel-button").await?;
    window.click("cancel-confirm").await?;
    window.is("lookup-result", "data-status", "cancelled").await?;
    assert_eq!(venue.status(&seats).await?, ["available", "available"]);
    window.close().await
}

/// What people and programs type where a name, a phone or a password belongs.
const HOSTILE: [&str; 7] = [
    "'; drop table seats; --",
    "<img src=x onerror=\"window.broken = true\">",
    "{{constructor.constructor('return 1')()}}",
    "\u{202e}01012345678\u{202c}",
    "👩‍👩‍👧‍👦🎟️",
    "%s%n%x",
    "\u{1100}\u{1161}\u{200b}\u{feff}",
];

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_in_every_field_is_refused_or_kept_as_text() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    let before = venue.read("select count(*)::text from seats").await?;
    let seats = venue.free_seats(1).await?;
    let long = "가".repeat(10_000);

    hold(&window, &seats).await?;
    for text in HOSTILE.into_iter().chain([long.as_str()]) {
        for field in ["form-name", "form-phone", "form-password"] {
            window.paste(field, text).await?;
        }
        window.click("form-submit").await?;
        let error = window.text("form-error").await?;
        assert!(!error.is_empty(), "refused: {text:.40}");
        assert_eq!(venue.status(&seats).await?, ["temporarily_held"]);
    }
    window.picture("hostile-form")?;
    // A name that only looks like code is a name.
    window.paste("form-name", HOSTILE[1]).await?;
    window.paste("form-phone", "01077778888").await?;
    window.paste("form-password", HOSTILE[0]).await?;
    window.click("form-submit").await?;
    window.see("done-number").await?;
    assert_eq!(venue.reservations_of(HOSTILE[1]).await?, 1);

    for text in HOSTILE.into_iter().skip(1).chain([long.as_str()]) {
        window.press(Key::F3).await?;
        window.paste("lookup-phone", text).await?;
        window.paste("lookup-password", text).await?;
        window.click("lookup-submit").await?;
        assert!(!window.text("lookup-error").await?.is_empty(), "refused: {text:.40}");
        window.press(Key::F2).await?;
        window.see("card-1").await?;
    }
    look_up(&window, "01077778888", "not it").await?;
    window.says("lookup-error", NO_MATCH).await?;
    window.press(Key::F2).await?;
    window.see("card-1").await?;
    look_up(&window, "01077778888", HOSTILE[0]).await?;
    window.says("lookup-result", HOSTILE[1]).await?;
    assert_eq!(window.script("return window.broken ?? null", vec![]).await?, serde_json::Value::Null);
    assert_eq!(venue.read("select count(*)::text from seats").await?, before);
    window.picture("hostile-look-up")?;
    window.close().await
}
