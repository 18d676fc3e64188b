//! Where the program stands: small screens, large pixels, and a PC that was asleep.

use std::time::Duration;

use fantoccini::key::Key;
use serde_json::json;

use crate::support::{Desk, Result, Venue, Window, turn, until};
use crate::{HOLD_EXPIRED, hold};

/// Whether an element can be clicked in its middle and lies in the window.
async fn is_reachable(window: &Window<'_>, css: &str) -> Result<bool> {
    let ask = "const element = document.querySelector(arguments[0]);
        const { left, top, right, bottom } = element.getBoundingClientRect();
        const inside = left >= 0 && top >= 0 && right <= innerWidth + 1 && bottom <= innerHeight + 1;
        const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        return inside && right > left && (element.contains(hit) || (hit?.contains(element) ?? false))";
    Ok(window.script(ask, vec![json!(css)]).await? == json!(true))
}

async fn press_by_script(window: &Window<'_>, id: &str) -> Result {
    window.see(id).await?;
    let press = "document.querySelector(`[data-testid=${arguments[0]}]`).click()";
    window.script(press, vec![json!(id)]).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn on_small_screens_and_with_large_pixels_all_that_is_worked_with_is_reachable() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let login = venue.counter("counter_1").await?;
    let screens: [(&str, &[(&str, &str)]); 5] = [
        ("1024x768", &[]),
        ("1366x768", &[]),
        ("1366x768", &[("GDK_DPI_SCALE", "1.25")]),
        ("1280x800", &[("GDK_SCALE", "2")]),
        ("2560x1600", &[("GDK_SCALE", "2")]),
    ];
    for (number, (pixels, environment)) in screens.into_iter().enumerate() {
        let desk = Desk::with_screen(pixels, environment).await?;
        let window = desk.start().await?;
        // By script and by keys: with scaled text the driver's pointer misses.
        let fields = [
            ("host", login.host.clone()),
            ("port", login.port.to_string()),
            ("database", login.database.clone()),
            ("login", login.login.clone()),
            ("password", login.password.clone()),
        ];
        for (field, text) in fields {
            window.paste(&format!("server-{field}"), &text).await?;
        }
        press_by_script(&window, "server-connect").await?;
        let card = window.place_of("대극장").await?;
        window.type_text(&card.to_string()).await?;
        window.see("open-seats").await?;
        window.press(Key::Enter).await?;
        window.see("seat-map").await?;
        window.drawn().await?;
        window.picture(&format!("screen-{number}-{pixels}"))?;
        for css in ["[data-testid=main-button]", ".keys span:last-child", "[data-testid=list-open]", ".rail .last"] {
            assert!(is_reachable(&window, css).await?, "{css} on {pixels} {environment:?}");
        }
        press_by_script(&window, "list-open").await?;
        window.see("seat-list").await?;
        assert!(is_reachable(&window, "[data-testid=seat-list] li button").await?, "{pixels} {environment:?}");
        assert!(window.is_on_screen()?, "{pixels} {environment:?}");
        window.close().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn after_sleep_the_countdown_and_the_chip_are_true_again() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::that_sleeps().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    hold(&window, &venue.free_seats(1).await?).await?;
    window.says("countdown", "4:").await?;
    let asleep = window.sleep(Duration::from_secs(200)).await?;
    window.says("countdown", "1:").await?;
    window.is("server-chip", "data-state", "online").await?;
    window.picture("after-sleep")?;

    // A wall clock that is only set changes nothing.
    window.script("const set = Date.now; Date.now = () => set() + 3_600_000", vec![]).await?;
    until("some looks at the clock", || async {
        Ok(window.script("return performance.now()", vec![]).await?.as_f64() > Some(15_000.0))
    })
    .await?;
    window.says("countdown", "1:").await?;

    asleep.abort();
    let asleep = window.sleep(Duration::from_secs(400)).await?;
    window.says("notice", HOLD_EXPIRED).await?;
    asleep.abort();
    window.close().await
}
