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

/// What is worked with on the screen that shows, and the strip and the rail that are on each.
async fn all_reachable(window: &Window<'_>, screen: &str, wanted: &[&str]) -> Result {
    for css in wanted.iter().chain(&[".keys span:last-child", ".rail .last", "[data-testid=server-chip]"]) {
        until(&format!("{css} to be reachable on {screen}"), || async { is_reachable(window, css).await }).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn on_small_screens_and_with_large_pixels_all_that_is_worked_with_is_reachable() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let login = venue.counter("counter_1").await?;
    let screens: [(&str, &[(&str, &str)]); 7] = [
        ("1024x768", &[]),
        ("1366x768", &[]),
        ("1366x768", &[("GDK_DPI_SCALE", "1.25")]),
        ("1024x768", &[("GDK_DPI_SCALE", "1.25")]),
        ("1366x768", &[("GDK_SCALE", "2")]),
        ("1280x800", &[("GDK_SCALE", "2")]),
        ("2560x1600", &[("GDK_SCALE", "2")]),
    ];
    for (number, (pixels, environment)) in screens.into_iter().enumerate() {
        let on = |screen: &str| format!("{screen} on {pixels} {environment:?}");
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
        all_reachable(&window, &on("home"), &["[data-testid=card-1]"]).await?;
        window.type_text(&card.to_string()).await?;
        all_reachable(&window, &on("detail"), &["[data-testid=open-seats]"]).await?;
        window.press(Key::Enter).await?;
        window.see("seat-map").await?;
        window.drawn().await?;
        window.picture(&format!("screen-{number}-{pixels}"))?;
        all_reachable(&window, &on("seats"), &["[data-testid=main-button]", "[data-testid=list-open]"]).await?;
        press_by_script(&window, "list-open").await?;
        all_reachable(&window, &on("list"), &["[data-testid=seat-list] li button", "[data-testid=list-row]"]).await?;
        press_by_script(&window, "list-open").await?;
        let seat = window.attribute("seat-map", "data-focused").await?;
        window.type_text(" ").await?;
        window.has_picked(&[seat]).await?;
        window.press(Key::Enter).await?;
        window.says("form-seats", "₩").await?;
        let form = ["form-name", "form-phone", "form-password", "password-show", "form-submit"];
        for field in form {
            let css = format!("[data-testid={field}]");
            assert!(is_reachable(&window, &css).await?, "{field}: {}", on("form"));
        }
        for (field, text) in
            [("form-name", "작은 화면"), ("form-phone", crate::PHONE), ("form-password", crate::PASSWORD)]
        {
            window.paste(field, text).await?;
        }
        window.picture(&format!("screen-{number}-form"))?;
        press_by_script(&window, "form-submit").await?;
        window.see("done-number").await?;
        let done = ["[data-testid=done-number]", "[data-testid=next-customer]", "[data-testid=print-tickets]"];
        all_reachable(&window, &on("done"), &done).await?;
        window.press(Key::F3).await?;
        all_reachable(&window, &on("look-up"), &["[data-testid=lookup-phone]", "[data-testid=lookup-submit]"]).await?;
        press_by_script(&window, "nav-settings").await?;
        all_reachable(&window, &on("settings"), &["[data-testid=settings-printer]"]).await?;
        window.press(Key::F1).await?;
        window.see("help").await?;
        window.picture(&format!("screen-{number}-help"))?;
        let last_line = "[data-testid=help-text] section:last-child :is(li, dd):last-child";
        window.press(Key::End).await?;
        until(&on("the end of the help"), || async { is_reachable(&window, last_line).await }).await?;
        assert!(is_reachable(&window, "[data-testid=help] button").await?, "{}", on("help"));
        assert!(window.is_on_screen()?, "{pixels} {environment:?}");
        window.close().await?;
    }
    Ok(())
}

/// On another screen than it is remembered from, with a window manager, which frames it, and without.
#[tokio::test(flavor = "multi_thread")]
async fn a_remembered_window_never_leaves_the_screen() -> Result {
    let _turn = turn().await;
    for manager in ["", "openbox"] {
        for scale in ["1", "2"] {
            let environment = [("WINDOW_MANAGER", manager), ("GDK_SCALE", scale)];
            let desk = Desk::with_screen("1366x768", &environment).await?;
            for (at, size) in [
                ((0, 0), (2560, 1440)),
                ((1100, 500), (2560, 1440)),
                ((900, 600), (1280, 700)),
                ((-700, -300), (1280, 700)),
                ((3000, 2000), (1280, 700)),
                ((1365, 767), (1366, 768)),
            ] {
                desk.remember_window(at, size)?;
                let window = desk.start().await?;
                window.see("try-here").await?;
                let what = format!("{size:?} from {at:?} on the screen, {environment:?}");
                until(&what, || async { window.is_on_screen() }).await?;
                let [_, _, width, height] = window.place()?;
                assert!(width >= 1000 && height >= 650, "no smaller than it has to be: {:?}, {what}", window.place()?);
                window.close().await?;
            }
            // What has room stands where it stood, and a window is its user's to move.
            desk.remember_window((150, 40), (1100, 690))?;
            let window = desk.start().await?;
            window.see("try-here").await?;
            let stood = |place: [i32; 4]| place[0] == 150 && place[1] == 40 && place[2] >= 1100 && place[3] >= 690;
            until(&format!("the place remembered, {environment:?}"), || async {
                let place = window.place()?;
                if stood(place) { Ok(true) } else { Err(format!("{place:?}").into()) }
            })
            .await?;
            window.close().await?;
        }
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

/// The program and its page stand still, as all does while a PC sleeps; the server goes on without them.
#[tokio::test(flavor = "multi_thread")]
async fn after_sleep_the_map_shows_what_others_sold_meanwhile() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    window.open_hall().await?;
    let seats = venue.free_seats(2).await?;
    assert_eq!(window.seat(&seats[0]).await?, "available");
    let asleep = [desk.process_of("WebKitWebProcess")?, desk.process_of("maepyo")?];
    let signal = |signal: &str| std::process::Command::new("kill").arg(signal).args(&asleep).status();
    signal("-STOP")?;
    venue.sell(&seats, "그사이", crate::PHONE, crate::PASSWORD).await?;
    signal("-CONT")?;
    for seat in &seats {
        until("the map to be true", || async { Ok(window.seat(seat).await? == "reserved") }).await?;
    }
    window.close().await
}
