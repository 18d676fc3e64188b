//! The counter's real window, on a real PostgreSQL, driven as a clerk would.

mod customers;
mod enrolling;
mod finding_seats;
mod hurry;
mod importing;
mod managing;
mod mishaps;
mod packaged;
mod printing;
mod rules;
mod screens;
mod setting_up;
mod support;
mod typing;
mod walk_ups;

use fantoccini::key::Key;
use support::{Desk, Result, Venue, Window, turn, until};

// The texts are fixed, word for word.
const SOLD_JUST_NOW: &str = "선택하신 좌석 중 일부가 방금 판매되었습니다. 좌석을 다시 선택해주세요.";
const HOLD_EXPIRED: &str = "좌석 선점 시간이 만료되었습니다. 죄송하지만 좌석 선택 단계로 다시 진행해주세요.";
const CONFIRM_FAILED: &str = "예약 처리 중 오류가 발생했습니다. 잠시 후 다시 시도해주세요.";
const CANCEL_FAILED: &str = "예약 취소 중 오류가 발생했습니다. 잠시 후 다시 시도해주세요.";
const NO_MATCH: &str = "일치하는 예약 정보가 없습니다.";

const PHONE: &str = "01077778888";
const PASSWORD: &str = "2468";

/// Picks seats of the large hall by mouse and holds them; the form is open then.
async fn hold(window: &Window<'_>, seats: &[String]) -> Result {
    window.open_hall().await?;
    for (place, seat) in seats.iter().enumerate() {
        window.click_seat(seat).await?;
        window.has_picked(&seats[..=place]).await?;
    }
    window.click("main-button").await?;
    window.see("form-name").await?;
    Ok(())
}

async fn fill_in(window: &Window<'_>, name: &str) -> Result {
    window.write("form-name", name).await?;
    window.write("form-phone", PHONE).await?;
    window.write("form-password", PASSWORD).await
}

async fn look_up(window: &Window<'_>, phone: &str, password: &str) -> Result {
    window.press(Key::F3).await?;
    window.write("lookup-phone", phone).await?;
    window.write("lookup-password", password).await?;
    window.click("lookup-submit").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_sale_works_by_keyboard_alone() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;

    let card = window.place_of("대극장").await?;
    window.picture("home")?;
    window.type_text(&card.to_string()).await?;
    window.see("open-seats").await?;
    window.picture("detail")?;
    window.press(Key::Enter).await?;
    window.see("seat-map").await?;
    // A sold or withheld seat isn't picked; a free one is never far.
    let mut seat = String::new();
    for _ in 0..40 {
        window.press(Key::Right).await?;
        seat = window.attribute("seat-map", "data-focused").await?;
        if window.seat(&seat).await? == "available" {
            break;
        }
    }
    window.type_text(" ").await?;
    window.has_picked(&[seat.clone()]).await?;
    window.picture("seats-by-keyboard")?;
    window.press(Key::Enter).await?;
    window.see("form-name").await?;
    window.type_text("Kim Minji").await?;
    window.press(Key::Tab).await?;
    window.type_text(PHONE).await?;
    window.press(Key::Tab).await?;
    window.type_text(PASSWORD).await?;
    window.picture("form-by-keyboard")?;
    window.press(Key::Enter).await?;
    let number = window.text("done-number").await?;
    assert_eq!(number.len(), "K7Q2-93FD".len(), "a number for people: {number}");
    assert_eq!(venue.reservations_of("Kim Minji").await?, 1);
    window.picture("done-by-keyboard")?;
    window.press(Key::Enter).await?;
    window.gone("done-number").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_sale_works_by_mouse() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    let seats = venue.free_seats(2).await?;

    hold(&window, &seats).await?;
    assert_eq!(venue.status(&seats).await?, ["temporarily_held", "temporarily_held"]);
    window.picture("form")?;
    fill_in(&window, "이하늘").await?;
    window.click("form-submit").await?;
    window.see("done-number").await?;
    window.picture("done")?;
    assert_eq!(venue.status(&seats).await?, ["reserved", "reserved"]);
    assert_eq!(venue.reservations_of("이하늘").await?, 1);
    window.click("next-customer").await?;
    window.gone("done-number").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_loser_of_a_race_for_a_seat_sees_why_and_keeps_its_free_picks() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let (one, other) = tokio::try_join!(Desk::set_up(), Desk::set_up())?;
    let (login, other_login) = (venue.counter("counter_1").await?, venue.counter("counter_2").await?);
    let (first, second) = tokio::try_join!(one.start_at(&login), other.start_at(&other_login))?;
    let seats = venue.free_seats(3).await?;
    let (fought_over, first_only, second_only) = (&seats[0], &seats[1], &seats[2]);
    for (window, own) in [(&first, first_only), (&second, second_only)] {
        window.open_hall().await?;
        window.click_seat(fought_over).await?;
        window.click_seat(own).await?;
        window.has_picked(&[fought_over.clone(), own.clone()]).await?;
    }

    // Both stand before the same locked row when it is let go, so that neither sees the other coming.
    let lock = venue.lock_seat(fought_over).await?;
    tokio::try_join!(first.click("main-button"), second.click("main-button"))?;
    lock.release_when_waited_for(2).await?;

    let won = |window| async move { Window::shows(window, "form-name").await };
    until("one of them to win", || async { Ok(won(&first).await? != won(&second).await?) }).await?;
    let (winner, loser, kept) =
        if won(&first).await? { (&first, &second, second_only) } else { (&second, &first, first_only) };
    loser.says("notice", SOLD_JUST_NOW).await?;
    loser.has_picked(std::slice::from_ref(kept)).await?;
    assert_eq!(loser.seat(fought_over).await?, "held");
    loser.picture("race-lost")?;
    winner.picture("race-won")?;
    assert_eq!(venue.status(std::slice::from_ref(fought_over)).await?, ["temporarily_held"]);
    assert_eq!(venue.status(std::slice::from_ref(kept)).await?, ["available"], "all or nothing");
    first.close().await?;
    second.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_expires_on_the_form_leads_back_to_the_map() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    venue.change("update settings set hold_seconds = 5").await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    let seats = venue.free_seats(1).await?;

    hold(&window, &seats).await?;
    window.write("form-name", "늦은 손님").await?;
    window.gone("form-name").await?;
    window.says("notice", HOLD_EXPIRED).await?;
    window.see("seat-map").await?;
    window.picture("expired")?;
    assert_eq!(venue.reservations_of("늦은 손님").await?, 0);
    // No sweep has run, and yet the seat can be picked again.
    window.click_seat(&seats[0]).await?;
    window.has_picked(&seats).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_in_the_middle_costs_nothing_that_was_typed() -> Result {
    let _turn = turn().await;
    let mut venue = Venue::open_durable().await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    let seats = venue.free_seats(2).await?;

    hold(&window, &seats).await?;
    fill_in(&window, "정다운").await?;
    venue.kill()?;
    window.is("server-chip", "data-state", "offline").await?;
    window.click("form-submit").await?;
    window.says("form-error", CONFIRM_FAILED).await?;
    window.picture("offline-on-the-form")?;
    assert_eq!(window.value("form-name").await?, "정다운");
    assert_eq!(window.value("form-phone").await?.replace('-', ""), PHONE);
    assert_eq!(window.value("form-password").await?, PASSWORD);

    venue.restart().await?;
    window.is("server-chip", "data-state", "online").await?;
    window.click("form-submit").await?;
    window.see("done-number").await?;
    assert_eq!(venue.reservations_of("정다운").await?, 1);
    assert_eq!(venue.status(&seats).await?, ["reserved", "reserved"]);
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_phone_look_the_same() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    let (_, phone, password) = box_office::sample::CUSTOMERS[0];

    look_up(&window, phone, "0000").await?;
    window.says("lookup-error", NO_MATCH).await?;
    let wrong_password = window.all_text().await?;
    window.press(Key::F2).await?;
    look_up(&window, "01055556666", password).await?;
    window.says("lookup-error", NO_MATCH).await?;
    assert_eq!(window.all_text().await?, wrong_password);
    window.picture("no-match")?;
    look_up(&window, phone, password).await?;
    window.see("lookup-result").await?;
    window.picture("look-up")?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_frees_the_seats_on_the_map_of_the_other_window() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let seats = venue.free_seats(2).await?;
    venue.sell(&seats, "강바다", PHONE, PASSWORD).await?;
    let (one, other) = tokio::try_join!(Desk::set_up(), Desk::set_up())?;
    let (login, other_login) = (venue.counter("counter_1").await?, venue.counter("counter_2").await?);
    let (cancels, watches) = tokio::try_join!(one.start_at(&login), other.start_at(&other_login))?;
    watches.open_hall().await?;
    assert_eq!(watches.seat(&seats[0]).await?, "reserved");

    look_up(&cancels, PHONE, PASSWORD).await?;
    cancels.see("lookup-result").await?;
    cancels.click("cancel-button").await?;
    cancels.see("cancel-confirm").await?;
    cancels.picture("cancel-asks-once-more")?;
    cancels.click("cancel-confirm").await?;
    cancels.is("lookup-result", "data-status", "cancelled").await?;
    cancels.picture("cancelled")?;
    for seat in &seats {
        until("the seat to be free over there", || async { Ok(watches.seat(seat).await? == "available") }).await?;
    }
    assert_eq!(venue.status(&seats).await?, ["available", "available"]);
    watches.click_seat(&seats[0]).await?;
    watches.has_picked(&seats[..1]).await?;
    watches.picture("freed-over-there")?;
    cancels.close().await?;
    watches.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sold_on_a_server_tried_on_this_pc_survives_a_killed_program() -> Result {
    let _turn = turn().await;
    let desk = Desk::set_up().await?;
    let window = desk.start().await?;
    window.see("try-here").await?;
    window.picture("first-run")?;
    window.click("try-here").await?;
    window.see("card-1").await?;
    let place = window.place_of("대극장").await?;
    window.type_text(&place.to_string()).await?;
    window.click("open-seats").await?;
    let seat = window.any_free_seat().await?;
    window.click_seat(&seat).await?;
    window.has_picked(std::slice::from_ref(&seat)).await?;
    window.click("main-button").await?;
    fill_in(&window, "한결").await?;
    window.click("form-submit").await?;
    let number = window.text("done-number").await?;
    desk.kill_program()?;
    window.lost().await;

    let window = desk.start().await?;
    window.see("card-3").await?;
    look_up(&window, PHONE, PASSWORD).await?;
    window.says("lookup-result", &number).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restarted_program_connects_again_and_no_file_holds_the_password() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let login = venue.counter("counter_1").await?;
    let desk = Desk::set_up().await?;
    desk.start_at(&login).await?.close().await?;
    let window = desk.start().await?;
    window.see("card-1").await?;
    assert_eq!(desk.files_that_hold(&login.password)?, Vec::<std::path::PathBuf>::new());
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_a_counter_works_and_is_asked_again_after_a_restart() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let login = venue.counter("counter_1").await?;
    let desk = Desk::without_keyring().await?;
    let window = desk.start_at(&login).await?;
    window.open_hall().await?;
    window.close().await?;
    let window = desk.start().await?;
    window.says("notice", "서버 비밀번호를 다시 입력해주세요.").await?;
    window.picture("no-keyring")?;
    // Nothing but the password is asked again.
    window.says("kept-server", "counter_1").await?;
    window.write("kept-password", &login.password).await?;
    window.click("kept-connect").await?;
    window.see("card-1").await?;
    assert_eq!(desk.files_that_hold(&login.password)?, Vec::<std::path::PathBuf>::new());
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_run_that_was_killed_in_the_middle_is_completed_by_the_next() -> Result {
    let _turn = turn().await;
    let desk = Desk::set_up().await?;
    // While the cluster is made, and while the database in it is.
    for moment in ["owner.password", "data/postmaster.pid"] {
        let window = desk.start().await?;
        window.click("try-here").await?;
        desk.has(moment).await?;
        desk.kill_program()?;
        window.lost().await;
    }
    let window = desk.start().await?;
    window.click("try-here").await?;
    window.see("card-3").await?;
    assert!(!window.shows("card-4").await?, "the draft doesn't show, and no sample is there twice");
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_stops_the_private_server() -> Result {
    let _turn = turn().await;
    let desk = Desk::set_up().await?;
    let window = desk.start().await?;
    window.click("try-here").await?;
    window.see("card-1").await?;
    window.ask_to_close()?;
    desk.private_server_stopped().await?;
    window.lost().await;
    Ok(())
}
