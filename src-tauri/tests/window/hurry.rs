//! A clerk who never waits: keys thirty milliseconds apart, whatever the screen is busy with, and every one of them counts.

use box_office::sample::CUSTOMERS;
use fantoccini::key::Key;

use crate::support::{Desk, Result, Venue, Window, turn, until};
use crate::typing::{Desktop, keys, start_at};
use crate::{PASSWORD, PHONE, hold};

/// The keys of a text, one after the other.
fn one_by_one(text: &str) -> String {
    text.chars().map(String::from).collect::<Vec<_>>().join(" ")
}

/// What fills in the form of a hold and sells it.
fn customer(name: &str) -> String {
    format!("{name} Tab {} Tab {} Return", one_by_one(PHONE), one_by_one(PASSWORD))
}

/// What the clerk knows by heart: the number of the large hall, the way from the cursor to the next free seat, and the labels
/// of both.
struct ByHeart {
    card: String,
    arrows: String,
    seats: Vec<String>,
}

impl ByHeart {
    /// From the list of concerts and back to it.
    async fn learn(window: &Window<'_>) -> Result<Self> {
        window.press(Key::F2).await?;
        let card = window.place_of("대극장").await?.to_string();
        window.open_hall().await?;
        window.drawn().await?;
        let first = window.attribute("seat-map", "data-focused").await?;
        for (arrow, there, back) in [("Right", Key::Right, Key::Left), ("Left", Key::Left, Key::Right)] {
            for steps in 1..=6 {
                window.press(there).await?;
                let second = window.attribute("seat-map", "data-focused").await?;
                if second != first && window.seat(&second).await? == "available" {
                    window.press(Key::F2).await?;
                    window.see("card-1").await?;
                    let arrows = vec![arrow; steps].join(" ");
                    return Ok(Self { card, arrows, seats: vec![first, second] });
                }
            }
            while window.attribute("seat-map", "data-focused").await? != first {
                window.press(back).await?;
            }
        }
        Err(format!("no free seat near {first}").into())
    }

    /// The sale of both seats from the list of concerts.
    fn sale(&self, name: &str) -> String {
        format!("{} Return {} Return {}", self.card, self.picks(), customer(name))
    }

    fn picks(&self) -> String {
        format!("space {} space", self.arrows)
    }

    async fn is_sold(&self, window: &Window<'_>, venue: &Venue, name: &str) -> Result {
        window.says("done-name", name).await?;
        let mut wanted = self.seats.clone();
        wanted.sort();
        let sold = venue
            .read(&format!(
                "select s.label || ' ' || r.phone_number from reservations r join reservation_seats rs on rs.reservation_id = r.id
                 join seats s on s.id = rs.seat_id where r.customer_name = '{name}' order by s.label"
            ))
            .await?;
        let wanted: Vec<String> = wanted.iter().map(|seat| format!("{seat} {PHONE}")).collect();
        assert_eq!(sold, wanted, "{name}");
        Ok(())
    }
}

/// Where a hurried clerk begins, and what leads from there to the list of concerts.
const BEGINNINGS: [(&str, &str); 9] = [
    ("home", ""),
    ("detail", "F2"),
    ("map", "F2"),
    ("picked", "Escape Escape"),
    ("look-up", "F2"),
    ("settings", "Escape"),
    ("palette", "F2"),
    ("help", "F2"),
    ("last-sales", "F2"),
];

async fn begin_at(window: &Window<'_>, screen: &str) -> Result {
    match screen {
        "detail" => {
            window.type_text("1").await?;
            window.see("open-seats").await.map(drop)
        }
        "map" | "picked" => {
            window.open_hall().await?;
            window.drawn().await?;
            if screen == "picked" {
                let seat = window.attribute("seat-map", "data-focused").await?;
                window.type_text(" ").await?;
                window.has_picked(&[seat]).await?;
            }
            Ok(())
        }
        "look-up" => {
            window.press(Key::F3).await?;
            window.see("lookup-phone").await.map(drop)
        }
        "settings" => {
            window.click("nav-settings").await?;
            window.see("settings-save").await.map(drop)
        }
        "palette" => {
            window.press_with_control('k').await?;
            window.see("jump").await.map(drop)
        }
        "help" => {
            window.press(Key::F1).await?;
            window.see("help").await.map(drop)
        }
        "last-sales" => {
            window.click("open-last-sales").await?;
            window.see("last-sales").await.map(drop)
        }
        _ => Ok(()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_at_thirty_milliseconds_a_key_loses_none_from_any_screen() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    window.take_keyboard()?;

    for (round, (screen, way)) in BEGINNINGS.into_iter().enumerate() {
        let by_heart = ByHeart::learn(&window).await?;
        begin_at(&window, screen).await?;
        let name = format!("kim{round}");
        keys(&window, format!("{way} {}", by_heart.sale(&one_by_one(&name))).trim())?;
        by_heart.is_sold(&window, &venue, &name).await.map_err(|error| format!("from {screen}: {error}"))?;
    }

    // From the number of a sale, and by way of the form, closed and opened again.
    let by_heart = ByHeart::learn(&window).await?;
    let sale = by_heart.sale(&one_by_one("first"));
    keys(&window, &sale)?;
    by_heart.is_sold(&window, &venue, "first").await?;
    keys(&window, &format!("Return {} Return Right", by_heart.card))?;
    until("the map", || async { window.shows("seat-map").await }).await?;
    let by_heart = ByHeart::learn(&window).await?;
    let begin = format!("{} Return {} Return Escape Return", by_heart.card, by_heart.picks());
    keys(&window, &format!("{begin} {}", customer(&one_by_one("again"))))?;
    by_heart.is_sold(&window, &venue, "again").await?;

    // Picks taken back as quickly as they were made, and one Enter too many.
    keys(&window, "Return")?;
    let by_heart = ByHeart::learn(&window).await?;
    let picks = format!("space space {} Return Return", by_heart.picks());
    keys(&window, &format!("{} Return {picks} {}", by_heart.card, customer(&one_by_one("twice"))))?;
    by_heart.is_sold(&window, &venue, "twice").await?;

    // Every one of them is found by the number and the password as they were typed, from the palette on.
    let typed = format!("ctrl+k shift+f 3 Return {} Tab {} Return", one_by_one(PHONE), one_by_one(PASSWORD));
    keys(&window, &typed)?;
    let found = "return document.querySelectorAll('[data-testid=lookup-result]').length";
    until("all that was sold", || async {
        Ok(window.script(found, vec![]).await?.as_u64() == Some(BEGINNINGS.len() as u64 + 3))
    })
    .await?;
    window.picture("hurried-clerk")?;

    // A walk-up sale, whose one key comes before the answers to the picks.
    let by_heart = ByHeart::learn(&window).await?;
    keys(&window, &format!("{} Return {} F12", by_heart.card, by_heart.picks()))?;
    window.see("done-number").await?;
    assert_eq!(venue.status(&by_heart.seats).await?, ["reserved", "reserved"]);

    // A look-up too: the sample's customer, from anywhere.
    let (_, phone, password) = CUSTOMERS[0];
    let asked = format!("F2 F3 {} Tab {} Return", one_by_one(phone), one_by_one(password));
    keys(&window, &asked)?;
    window.says("lookup-result", "홍길동").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_in_hangul_is_whole_right_after_the_enter_that_holds() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    for input_method in ["ibus", "fcitx"] {
        let desktop = Desktop::set_up(input_method, &[]).await?;
        let window = start_at(&desktop.desk, &venue.counter(&format!("counter_{input_method}")).await?).await?;
        // Switched once: the keyboard stays so.
        window.press(Key::F3).await?;
        window.see("lookup-phone").await?;
        keys(&window, "Hangul")?;
        for round in 0..3 {
            let by_heart = ByHeart::learn(&window).await?;
            keys(&window, &by_heart.sale("r l a c j f t n"))?;
            window.says("done-name", "김철수").await?;
            assert_eq!(venue.status(&by_heart.seats).await?, ["reserved", "reserved"], "{input_method}, {round}");
            keys(&window, "Return")?;
            window.gone("done-number").await?;
        }
        window.close().await?;
    }
    assert_eq!(venue.reservations_of("김철수").await?, 6);
    Ok(())
}

/// What a sale costs, as docs/figures.md has it: a test that fails when it takes more.
#[tokio::test(flavor = "multi_thread")]
async fn a_sale_takes_no_more_keys_and_clicks_than_is_published() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    window.take_keyboard()?;

    // Two seats side by side, from the list of concerts to the list of concerts. What is typed of the customer isn't counted.
    let by_heart = ByHeart::learn(&window).await?;
    count_keys(&window).await?;
    keys(&window, &by_heart.sale(&one_by_one("kim")))?;
    by_heart.is_sold(&window, &venue, "kim").await?;
    keys(&window, "Return")?;
    window.see("card-1").await?;
    // A neighbour is one arrow away.
    let further = by_heart.arrows.split(' ').count() as u64 - 1;
    assert_eq!(counted(&window).await?, [10 + further, 0], "keys and clicks by keyboard");

    let seats = venue.free_seats(2).await?;
    count_keys(&window).await?;
    hold(&window, &seats).await?;
    // The name has the focus.
    keys(&window, &format!("k i m Tab {} Tab {}", one_by_one(PHONE), one_by_one(PASSWORD)))?;
    until("the password", || async { Ok(window.value("form-password").await? == PASSWORD) }).await?;
    window.click("form-submit").await?;
    window.see("done-number").await?;
    window.click("next-customer").await?;
    window.see("card-1").await?;
    assert_eq!(counted(&window).await?, [2, 7], "keys and clicks by mouse");
    window.close().await
}

/// Counts the keys that type nothing, and the clicks, from now on.
async fn count_keys(window: &Window<'_>) -> Result {
    let count = "window.counted = [0, 0];
        window.counting ??= (() => {
            window.addEventListener('keydown', (event) => {
                const types = event.key.length === 1 && event.target.closest('input') !== null;
                if (!types) window.counted[0]++;
            }, true);
            window.addEventListener('pointerdown', () => window.counted[1]++, true);
            return true;
        })()";
    window.script(count, vec![]).await.map(drop)
}

async fn counted(window: &Window<'_>) -> Result<[u64; 2]> {
    let counted = window.script("return window.counted", vec![]).await?;
    Ok([counted[0].as_u64().unwrap_or_default(), counted[1].as_u64().unwrap_or_default()])
}
