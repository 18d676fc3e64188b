//! What changes at the venue while a counter is open.

use crate::support::{Desk, Result, Venue, turn, until};

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_a_manager_changes_hold_at_an_open_counter_within_seconds() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    window.open_hall().await?;
    window.drawn().await?;
    let seats = venue.free_seats(3).await?;
    for seat in &seats[..2] {
        window.click_seat(seat).await?;
    }
    window.has_picked(&seats[..2]).await?;

    // The time of the new zone shows that the rules were heard of.
    let says = || async { window.script("return document.querySelector('header').innerText", vec![]).await };
    let before = says().await?;
    venue.change("update settings set seats_per_sale = 2, time_zone = 'America/New_York'").await?;
    until("the time of the new zone", || async { Ok(says().await? != before) }).await?;
    window.click_seat(&seats[2]).await?;
    window.says("notice", "한 번에 2석까지").await?;
    window.has_picked(&seats[..2]).await?;
    window.picture("new-limit")?;
    // It goes by itself.
    window.gone("notice").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_pcs_on_one_login_are_told_so_until_one_of_them_goes() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let login = venue.counter("counter_1").await?;
    let (one, other) = tokio::try_join!(Desk::set_up(), Desk::set_up())?;
    let first = one.start_at(&login).await?;
    assert!(!first.shows("login-shared").await?);
    let second = other.start_at(&login).await?;
    second.see("login-shared").await?;
    first.see("login-shared").await?;
    first.picture("login-shared")?;
    second.close().await?;
    first.gone("login-shared").await?;
    first.close().await
}
