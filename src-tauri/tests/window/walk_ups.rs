//! A sale to somebody who is asked for nothing: how few keys and clicks it takes, and how its ticket finds it again.

use fantoccini::key::Key;
use serde_json::json;

use crate::printing::{PRINTER, booth::Booth, came_out, choose, desk_at};
use crate::support::{Desk, Result, Venue, Window, turn, until};
use crate::{NO_MATCH, PHONE};

/// The most that two adjacent seats with their tickets may take, from the list of concerts to the printer.
const MOST: u64 = 6;

/// A hall of which nothing is sold, in the list of concerts.
async fn unsold_hall(venue: &Venue) -> Result<&'static str> {
    venue.change("update concerts set status = 'published' where venue = '음악당'").await?;
    Ok("음악당")
}

/// Counts what the clerk presses from now on, in the page itself.
async fn count(window: &Window<'_>) -> Result {
    let counting = "window.__pressed = { keys: 0, clicks: 0 };
        addEventListener('keydown', (event) => { if (!event.repeat) window.__pressed.keys++ }, true);
        addEventListener('mousedown', () => window.__pressed.clicks++, true)";
    window.script(counting, Vec::new()).await.map(drop)
}

async fn counted(window: &Window<'_>) -> Result<(u64, u64)> {
    let pressed = window.script("return window.__pressed", Vec::new()).await?;
    let number = |name: &str| pressed[name].as_u64().ok_or("nothing was counted");
    Ok((number("keys")?, number("clicks")?))
}

async fn was_sold_to_nobody(venue: &Venue, hall: &str, seats: usize) -> Result {
    let sold = format!(
        "select count(*)::text from reservations r join concerts c on c.id = r.concert_id
            join reservation_seats rs on rs.reservation_id = r.id
        where c.venue = '{hall}' and r.walk_up and r.status = 'confirmed'"
    );
    assert_eq!(venue.read(&sold).await?, [seats.to_string()]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_up_sale_of_two_adjacent_seats_with_their_tickets_takes_six_keys() -> Result {
    let _turn = turn().await;
    let (venue, booth) = (Venue::open().await?, Booth::open());
    let hall = unsold_hall(&venue).await?;
    let desk = desk_at(&booth).await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    choose(&window, PRINTER, "roll").await?;
    window.press(Key::F2).await?;
    let card = window.place_of(hall).await?;

    count(&window).await?;
    window.type_text(&card.to_string()).await?;
    window.see("open-seats").await?;
    window.press(Key::Enter).await?;
    window.see("seat-map").await?;
    window.drawn().await?;
    let first = window.attribute("seat-map", "data-focused").await?;
    window.type_text(" ").await?;
    window.has_picked(std::slice::from_ref(&first)).await?;
    window.press(Key::Left).await?;
    let second = window.attribute("seat-map", "data-focused").await?;
    window.type_text(" ").await?;
    window.has_picked(&[first.clone(), second.clone()]).await?;
    window.picture("walk-up-picked")?;
    window.press(Key::F12).await?;
    let number = window.text("done-number").await?;
    window.is("print-bar", "data-stage", "printed").await?;
    let (keys, clicks) = counted(&window).await?;
    assert!(keys <= MOST && clicks == 0, "{keys} keys, {clicks} clicks");
    println!("a walk-up sale of two seats with their tickets: {keys} keys");
    window.says("done-name", "현장 판매").await?;
    window.picture("walk-up-done")?;
    was_sold_to_nobody(&venue, hall, 2).await?;

    let (text, codes) = came_out(&booth, 1).await?;
    for said in ["현장판매", &number, &first.replace(' ', ""), &second.replace(' ', "")] {
        assert!(text.contains(said), "{said} is missing in {text}");
    }
    assert_eq!(codes.len(), 2);

    // The ticket finds it again, in whichever field the scanner types.
    window.press(Key::F3).await?;
    window.see("lookup-phone").await?;
    window.type_text(&format!("{}\u{e007}", codes[0])).await?;
    window.says("lookup-customer", &number).await?;
    window.says("lookup-customer", "현장 판매").await?;
    window.picture("walk-up-scanned")?;
    // Printed again, the one that was just scanned is void, and is said to be.
    window.click("print-tickets").await?;
    let (text, again) = came_out(&booth, 2).await?;
    assert!(text.contains("재발행1회"), "{text}");
    window.see("lookup-password").await?.click().await?;
    window.type_text(&format!("{}\u{e007}", codes[1])).await?;
    window.is("lookup-void", "data-state", "reprinted").await?;
    window.picture("walk-up-void")?;
    assert!(!window.shows("cancel-button").await?);

    window.type_text(&format!("{}\u{e007}", again[1])).await?;
    window.click("cancel-button").await?;
    window.click("cancel-confirm").await?;
    window.is("lookup-result", "data-status", "cancelled").await?;
    was_sold_to_nobody(&venue, hall, 0).await?;
    window.type_text(&format!("{}\u{e007}", again[0])).await?;
    window.is("lookup-void", "data-state", "cancelled").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_up_sale_of_two_adjacent_seats_with_their_tickets_takes_six_clicks() -> Result {
    let _turn = turn().await;
    let (venue, booth) = (Venue::open().await?, Booth::open());
    let hall = unsold_hall(&venue).await?;
    let desk = desk_at(&booth).await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    choose(&window, PRINTER, "roll").await?;
    window.press(Key::F2).await?;
    let card = window.place_of(hall).await?;
    let seats = venue
        .read(&format!(
            "select s.label from seats s join concerts c on c.id = s.concert_id
            where c.venue = '{hall}' and s.withheld_for is null and s.row_number = 3
            order by s.section_label, s.seat_number limit 2"
        ))
        .await?;

    count(&window).await?;
    window.click(&format!("card-{card}")).await?;
    window.click("open-seats").await?;
    window.see("seat-map").await?;
    window.click_seat(&seats[0]).await?;
    window.has_picked(&seats[..1]).await?;
    window.click_seat(&seats[1]).await?;
    window.has_picked(&seats).await?;
    window.click("walk-up").await?;
    window.see("done-number").await?;
    window.is("print-bar", "data-stage", "printed").await?;
    let (keys, clicks) = counted(&window).await?;
    assert!(clicks <= MOST && keys == 0, "{keys} keys, {clicks} clicks");
    println!("a walk-up sale of two seats with their tickets: {clicks} clicks");
    was_sold_to_nobody(&venue, hall, 2).await?;
    assert_eq!(came_out(&booth, 1).await?.1.len(), 2);
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_up_sale_out_of_the_form_asks_first_what_was_typed_and_a_long_press_sells_once() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    let seats = venue.free_seats(1).await?;
    crate::hold(&window, &seats).await?;
    window.write("form-name", "홍").await?;
    window.press(Key::F12).await?;
    window.says("form-error", "먼저 지워주세요").await?;
    assert_eq!(venue.status(&seats).await?, ["temporarily_held"]);
    window.paste("form-name", "").await?;
    window.hold_down(Key::F12).await?;
    window.see("done-number").await?;
    window.hold_down(Key::F12).await?;
    window.let_go(Key::F12).await?;
    assert_eq!(venue.read("select id::text from reservations where walk_up").await?.len(), 1);
    // Without a printer nothing is printed by itself.
    assert!(venue.read("select op_id::text from journal where kind = 'print'").await?.is_empty());
    window.says("done-walk-up", "티켓이 필요").await?;
    // One that was forgotten is printed from the list of the last sales.
    window.click("print-sale").await?;
    window.is("print-bar", "data-stage", "saved").await?;
    window.picture("printed-from-last-sales")?;

    // A manager switches them off, and the running counter follows.
    venue.change("update settings set walk_up_sales = false, version = version + 1").await?;
    window.click("next-customer").await?;
    window.open_hall().await?;
    let seats = venue.free_seats(1).await?;
    window.click_seat(&seats[0]).await?;
    window.has_picked(&seats).await?;
    window.gone("walk-up").await?;
    window.press(Key::F12).await?;
    window.press(Key::Enter).await?;
    window.see("form-name").await?;
    assert_eq!(venue.read("select id::text from reservations where walk_up").await?.len(), 1);
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_forgot_the_password_is_helped_by_a_manager_at_the_counter() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let seats = venue.free_seats(1).await?;
    venue.sell(&seats, "강바다", PHONE, "forgotten").await?;
    let manager = venue.manager("manager_1").await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;

    for _ in 0..10 {
        crate::look_up(&window, PHONE, "guessed").await?;
        window.says("lookup-error", NO_MATCH).await?;
        window.says("lookup-advice", "관리자를 불러주세요").await?;
    }
    window.picture("forgotten-password")?;
    crate::look_up(&window, PHONE, "guessed").await?;
    window.see("lookup-wait").await?;
    window.picture("ten-wrong-tries")?;
    window.click("lookup-vouch").await?;
    assert_eq!(window.value("vouch-wanted").await?, "010-7777-8888");
    window.write("vouch-login", &manager.login).await?;
    window.write("vouch-password", "wrong password").await?;
    window.click("vouch-submit").await?;
    window.says("vouch-error", "맞지 않습니다").await?;
    window.write("vouch-password", &manager.password).await?;
    window.picture("manager-signs")?;
    window.press(Key::Enter).await?;
    window.says("lookup-customer", "강바다").await?;
    window.picture("manager-signed")?;
    window.click("cancel-button").await?;
    window.click("cancel-confirm").await?;
    window.is("lookup-result", "data-status", "cancelled").await?;
    assert_eq!(venue.status(&seats).await?, ["available"]);
    let journal = "select who || ' ' || coalesce(detail ->> 'what', kind) from journal
        where kind in ('manage', 'look_up', 'cancel') order by at";
    assert_eq!(venue.read(journal).await?, ["manager_1 vouch", "counter_1 look_up", "counter_1 cancel"]);
    until("the manager's connection to be closed", || async {
        Ok(venue.read("select usename::text from pg_stat_activity where usename = 'manager_1'").await?.is_empty())
    })
    .await?;
    assert!(desk.files_that_hold(&manager.password)?.is_empty());
    // Nor does the page know it any more.
    let knows = "return [...document.querySelectorAll('input')].some((field) => field.value === arguments[0])";
    assert_eq!(window.script(knows, vec![json!(manager.password)]).await?, json!(false));
    window.close().await
}
