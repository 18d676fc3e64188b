//! One customer after the other: whose data stands in the form, what a live hold needs before it is left, and the number.

use std::process::Command;

use fantoccini::key::Key;
use serde_json::json;

use crate::support::{Desk, Result, Venue, Window, turn, until};
use crate::{HOLD_EXPIRED, NO_MATCH, PASSWORD, PHONE, fill_in, hold, look_up};

const HELD: [&str; 1] = ["temporarily_held"];
const FREE: [&str; 1] = ["available"];

/// Whether any field or text of the page still has what was typed for a customer.
async fn page_knows(window: &Window<'_>, name: &str) -> Result<bool> {
    let ask = "const fields = [...document.querySelectorAll('input')].map((field) => field.value);
        return [document.documentElement.innerHTML, ...fields].some((text) => text.includes(arguments[0]))";
    Ok(window.script(ask, vec![json!(name)]).await? == json!(true))
}

async fn form_is_empty(window: &Window<'_>) -> Result {
    for field in ["form-name", "form-phone", "form-password"] {
        assert_eq!(window.value(field).await?, "", "{field}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn however_a_hold_ended_the_next_form_knows_nobody() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    let seats = venue.free_seats(1).await?;

    // Released on the map.
    hold(&window, &seats).await?;
    fill_in(&window, "앞사람").await?;
    window.press(Key::Escape).await?;
    window.gone("form-name").await?;
    window.press(Key::F8).await?;
    window.gone("countdown").await?;
    assert!(!page_knows(&window, "앞사람").await?);
    window.pick_once_free(&seats[0]).await?;
    window.has_picked(&seats).await?;
    window.press(Key::Enter).await?;
    form_is_empty(&window).await?;

    // Sold.
    fill_in(&window, "앞사람").await?;
    window.click("form-submit").await?;
    window.see("done-number").await?;
    window.click("next-customer").await?;
    window.see("card-1").await?;
    assert!(!page_knows(&window, "앞사람").await?);
    let seats = venue.free_seats(1).await?;
    hold(&window, &seats).await?;
    form_is_empty(&window).await?;

    // Expired.
    fill_in(&window, "앞사람").await?;
    venue.change("update seats set hold_expires_at = clock_timestamp() where status = 'temporarily_held'").await?;
    window.click("form-submit").await?;
    window.says("notice", HOLD_EXPIRED).await?;
    assert!(!page_knows(&window, "앞사람").await?);
    window.pick_once_free(&seats[0]).await?;
    window.has_picked(&seats).await?;
    window.press(Key::Enter).await?;
    form_is_empty(&window).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_cancel_the_look_up_knows_nobody() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let seats = venue.free_seats(1).await?;
    venue.sell(&seats, "떠난손님", PHONE, PASSWORD).await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    look_up(&window, PHONE, PASSWORD).await?;
    window.says("lookup-customer", "떠난손님").await?;
    assert!(page_knows(&window, "떠난손님").await?, "it is what the page is searched for");
    window.click("cancel-button").await?;
    window.click("cancel-confirm").await?;
    window.is("lookup-result", "data-status", "cancelled").await?;
    for text in ["떠난손님", PHONE, "010-7777-8888", PASSWORD] {
        assert!(!page_knows(&window, text).await?, "{text}");
    }
    for field in ["lookup-phone", "lookup-password"] {
        assert_eq!(window.value(field).await?, "", "{field}");
    }
    // Nor does it come back with the screen.
    window.press(Key::F2).await?;
    window.see("card-1").await?;
    window.press(Key::F3).await?;
    window.see("lookup-phone").await?;
    assert!(!window.shows("lookup-result").await?);
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_belongs_to_its_screen() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    let seats = venue.free_seats(1).await?;
    for away in [Key::F2, Key::F3] {
        hold(&window, &seats).await?;
        window.press(Key::Escape).await?;
        window.gone("form-name").await?;
        window.press(Key::F8).await?;
        window.see("notice").await?;
        window.press(away).await?;
        window.gone("seat-map").await?;
        assert!(!window.shows("notice").await?, "{away:?}");
        window.press(Key::F2).await?;
        window.see("card-1").await?;
    }
    // What was refused there is not said here either.
    look_up(&window, PHONE, "0000").await?;
    window.says("lookup-error", NO_MATCH).await?;
    window.press(Key::F2).await?;
    window.see("card-1").await?;
    assert!(!window.all_text().await?.contains(NO_MATCH));
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_away_from_a_live_hold_asks_once() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    let seats = venue.free_seats(1).await?;
    hold(&window, &seats).await?;
    fill_in(&window, "그대로").await?;

    // From the form, which stands as it was afterwards.
    for key in [Key::F2, Key::F3] {
        window.press(key).await?;
        window.see("leave").await?;
        window.picture("leave-asked")?;
        window.press(Key::Escape).await?;
        window.gone("leave").await?;
        assert_eq!(window.value("form-name").await?, "그대로");
    }
    // From the map.
    window.press(Key::Escape).await?;
    window.gone("form-name").await?;
    window.press(Key::Escape).await?;
    window.see("leave").await?;
    window.press(Key::Enter).await?;
    window.gone("leave").await?;
    for place in ["nav-home", "nav-look-up", "nav-settings"] {
        window.click(place).await?;
        window.see("leave").await?;
        window.click("leave-stay").await?;
        window.gone("leave").await?;
    }
    window.press_with_control('k').await?;
    window.see("jump").await?;
    window.type_text("F3").await?;
    window.press(Key::Enter).await?;
    window.see("leave").await?;
    window.press(Key::Escape).await?;
    window.gone("leave").await?;
    window.ask_to_close()?;
    window.see("leave").await?;
    window.press(Key::Escape).await?;
    window.gone("leave").await?;
    assert_eq!(venue.status(&seats).await?, HELD, "nothing of all that gave it up");

    // Going on: what was typed is still there.
    window.press(Key::Enter).await?;
    assert_eq!(window.value("form-name").await?, "그대로");
    window.press(Key::F3).await?;
    window.see("leave").await?;
    window.press(Key::F8).await?;
    window.see("lookup-phone").await?;
    assert_eq!(venue.status(&seats).await?, FREE);
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_who_sells_is_asked_too_before_the_managers_pages_are_opened() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_admin_at(&venue.manager("manager_1").await?).await?;
    let seats = venue.free_seats(1).await?;
    window.click("nav-home").await?;
    hold(&window, &seats).await?;
    window.press(Key::Escape).await?;
    window.gone("form-name").await?;
    window.click("nav-admin").await?;
    window.see("leave").await?;
    window.click("leave-stay").await?;
    window.gone("leave").await?;
    assert!(window.shows("seat-map").await?);
    assert_eq!(venue.status(&seats).await?, HELD);
    window.click("nav-admin").await?;
    window.see("leave").await?;
    window.press(Key::F8).await?;
    window.see("admin-tab-overview").await?;
    assert_eq!(venue.status(&seats).await?, FREE);
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_over_a_live_hold_asks_and_then_gives_it_up() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    let seats = venue.free_seats(1).await?;
    hold(&window, &seats).await?;
    window.ask_to_close()?;
    window.see("leave").await?;
    window.picture("close-asked")?;
    assert_eq!(venue.status(&seats).await?, HELD);
    window.press(Key::F8).await?;
    desk.program_ended().await?;
    assert_eq!(venue.status(&seats).await?, FREE);
    window.lost().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_whose_page_is_dead_closes_all_the_same() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    let page = desk.process_of("WebKitWebProcess")?;
    Command::new("kill").args(["-STOP", &page]).status()?;
    window.ask_to_close()?;
    desk.program_ended().await?;
    Command::new("kill").args(["-KILL", &page]).status()?;
    window.lost().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_was_left_can_be_gone_on_with_until_it_is_gone() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    let seats = venue.free_seats(1).await?;
    hold(&window, &seats).await?;
    desk.kill_program()?;
    window.lost().await;

    let window = desk.start().await?;
    window.see("go-on").await?;
    window.press(Key::Escape).await?;
    window.gone("go-on").await?;
    window.press(Key::F3).await?;
    window.see("lookup-phone").await?;
    window.see("left-hold").await?;
    window.picture("left-hold-on-offer")?;
    window.click("left-hold").await?;
    window.click("go-on").await?;
    fill_in(&window, "이어서").await?;
    assert!(!window.shows("left-hold").await?);
    window.click("form-submit").await?;
    window.see("done-number").await?;
    assert_eq!(venue.status(&seats).await?, ["reserved"]);
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_or_second_enter_does_not_leave_the_number() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    let seats = venue.free_seats(2).await?;

    hold(&window, &seats).await?;
    fill_in(&window, "긴 엔터").await?;
    window.hold_down(Key::Enter).await?;
    let number = window.text("done-number").await?;
    // A key that is held repeats.
    window.hold_down(Key::Enter).await?;
    window.hold_down(Key::Enter).await?;
    assert_eq!(window.text("done-number").await?, number);
    window.says("done-name", "긴 엔터").await?;
    window.says("done-show", "대극장").await?;
    for seat in &seats {
        window.says("done-seats", seat).await?;
    }
    window.says("last-sales", &number).await?;
    window.picture("done-with-last-sales")?;
    window.let_go(Key::Enter).await?;
    assert_eq!(window.text("done-number").await?, number);
    window.press(Key::Enter).await?;
    window.gone("done-number").await?;
    window.says("last-number", &number).await?;

    // Two at once: the second one is the form's too.
    let seats = venue.free_seats(1).await?;
    hold(&window, &seats).await?;
    fill_in(&window, "두 번").await?;
    window.type_text(&char::from(Key::Enter).to_string().repeat(2)).await?;
    window.see("done-number").await?;
    window.picture("home-with-last-sale")?;
    until("the sale to be written", || async { Ok(venue.reservations_of("두 번").await? == 1) }).await?;
    window.see("done-number").await?;
    window.close().await?;

    // Both are there after a restart, and say nobody's name.
    let window = desk.start().await?;
    window.see("open-last-sales").await?;
    window.click("open-last-sales").await?;
    window.says("last-sales", &number).await?;
    assert!(!window.all_text().await?.contains("긴 엔터"));
    window.close().await
}
