//! Korean names, typed with the input methods of Korean desktops, as fast as a clerk types them and however they end.

use std::process::Command;

use box_office::ServerLogin;
use tempfile::TempDir;

use crate::support::{Desk, Result, Venue, Window, turn, until};
use crate::{HOLD_EXPIRED, PASSWORD, PHONE, hold};

/// A Korean desktop as it is fresh: its language and an input method, and nobody has told GTK which.
pub struct Desktop {
    pub desk: Desk,
    _locale: TempDir,
}

impl Desktop {
    pub async fn set_up(input_method: &str, more: &[(&str, &str)]) -> Result<Self> {
        let locale = TempDir::with_prefix("maepyo-locale-")?;
        let korean = locale.path().join("ko_KR.UTF-8");
        let made = Command::new("localedef").args(["-i", "ko_KR", "-f", "UTF-8"]).arg(&korean).status()?;
        assert!(korean.join("LC_CTYPE").exists(), "localedef: {made}");
        let folder = locale.path().to_string_lossy().into_owned();
        let mut environment = vec![
            ("LANG", "ko_KR.UTF-8"),
            ("LOCPATH", &folder),
            ("INPUT_METHOD", input_method),
            ("GTK_IM_MODULE", ""),
            ("GSETTINGS_BACKEND", "memory"),
        ];
        environment.extend_from_slice(more);
        let desk = Desk::with_screen("1280x800", &environment).await?;
        if !input_method.is_empty() {
            desk.has_input_method().await?;
        }
        Ok(Self { desk, _locale: locale })
    }
}

/// Fills in the form of the first run at once: what the driver types goes to the input method too, which answers later
/// than the driver waits for.
pub async fn start_at<'d>(desk: &'d Desk, login: &ServerLogin) -> Result<Window<'d>> {
    let window = desk.start().await?;
    for (field, text) in [
        ("server-host", &login.host),
        ("server-port", &login.port.to_string()),
        ("server-database", &login.database),
        ("server-login", &login.login),
        ("server-password", &login.password),
    ] {
        window.paste(field, text).await?;
    }
    window.click("server-connect").await?;
    window.see("card-1").await?;
    window.take_keyboard()?;
    Ok(window)
}

/// Keys, one after the other, as many as a quick clerk has in a second.
pub fn keys(window: &Window<'_>, keys: &str) -> Result {
    let mut moves = vec!["key", "--delay", "30"];
    moves.extend(keys.split(' '));
    window.by_hand(&moves)
}

/// Keys, and a click at once.
async fn keys_and_click(window: &Window<'_>, text: &str, id: &str) -> Result {
    let [x, y] = window.middle_of(id).await?;
    let mut moves = vec!["key", "--delay", "30"];
    moves.extend(text.split(' '));
    moves.extend(["mousemove", &x, &y, "click", "1"]);
    window.by_hand(&moves)
}

/// Empties a field and puts the caret into it, with nothing being composed any more.
async fn start_in(window: &Window<'_>, id: &str) -> Result {
    click(window, "form-password").await?;
    window.paste(id, "").await?;
    click(window, id).await?;
    has(window, id, "").await
}

async fn click(window: &Window<'_>, id: &str) -> Result {
    let [x, y] = window.middle_of(id).await?;
    window.by_hand(&["mousemove", &x, &y, "click", "1"])?;
    is_focused(window, id).await
}

async fn has(window: &Window<'_>, id: &str, text: &str) -> Result {
    until(&format!("“{text}” in {id}"), || async {
        let value = window.value(id).await?;
        if value == text { Ok(true) } else { Err(value.into()) }
    })
    .await
}

async fn is_focused(window: &Window<'_>, id: &str) -> Result {
    let css = format!("return document.activeElement?.dataset.testid === '{id}'");
    until(&format!("the focus on {id}"), || async { Ok(window.script(&css, vec![]).await? == serde_json::json!(true)) })
        .await
}

/// 김철수, its last syllable being composed.
const KIM: &str = "r l a c j f t n";

/// The form of a hold, and Hangul.
async fn open_form(window: &Window<'_>, venue: &Venue) -> Result<Vec<String>> {
    let seats = venue.free_seats(1).await?;
    hold(window, &seats).await?;
    start_in(window, "form-name").await?;
    Ok(seats)
}

/// Everything that may end a name while it is being composed.
async fn names_are_kept_whatever_ends_them(input_method: &str, mode: &str) -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let desktop = Desktop::set_up(input_method, &[("WEBKIT_DISABLE_COMPOSITING_MODE", mode)]).await?;
    let window = start_at(&desktop.desk, &venue.counter("counter_1").await?).await?;
    let seats = open_form(&window, &venue).await?;

    keys(&window, "Hangul")?;
    for (key, shown) in [("r", "ㄱ"), ("l", "기"), ("a", "김"), ("c", "김ㅊ"), ("j", "김처"), ("f", "김철")] {
        keys(&window, key)?;
        has(&window, "form-name", shown).await?;
    }
    window.picture(&format!("composing-{input_method}"))?;

    start_in(&window, "form-name").await?;
    keys_and_click(&window, KIM, "form-phone").await?;
    has(&window, "form-name", "김철수").await?;
    keys(&window, "0 1 0 7 7 7 7 8 8 8 8")?;
    has(&window, "form-phone", "010-7777-8888").await?;
    has(&window, "form-name", "김철수").await?;

    start_in(&window, "form-name").await?;
    start_in(&window, "form-phone").await?;
    click(&window, "form-name").await?;
    keys(&window, &format!("{KIM} Tab 0 1 0"))?;
    has(&window, "form-phone", "010").await?;
    has(&window, "form-name", "김철수").await?;

    // Hangul where a number belongs is no harm to the name after it.
    start_in(&window, "form-phone").await?;
    keys(&window, "r k s 0 1 0")?;
    has(&window, "form-phone", "간010").await?;
    start_in(&window, "form-name").await?;
    keys(&window, &format!("{KIM} Tab"))?;
    has(&window, "form-name", "김철수").await?;

    for (typed, name) in [
        ("r l a t n Left c j f", "김철수"),
        ("r l a c j f BackSpace BackSpace j f t n", "김철수"),
        ("r l a Hangul k i m Hangul t n", "김kim수"),
        ("r l a c j f t n space r k", "김철수 가"),
        ("shift+r k shift+t k", "까싸"),
        ("r k s k e k f k a k q k t k d k w k c k z k x k v k g k", "가나다라마바사아자차카타파하"),
    ] {
        start_in(&window, "form-name").await?;
        keys_and_click(&window, typed, "form-password").await?;
        is_focused(&window, "form-password").await?;
        has(&window, "form-name", name).await?;
        has(&window, "form-password", "").await?;
    }

    // Esc leaves the form and what is typed in it. With IBus it also leaves Hangul.
    start_in(&window, "form-name").await?;
    keys(&window, &format!("{KIM} Escape"))?;
    window.gone("form-name").await?;
    window.click("main-button").await?;
    has(&window, "form-name", "김철수").await?;
    if input_method == "ibus" {
        click(&window, "form-name").await?;
        keys(&window, "Hangul")?;
    }

    // Another window takes the keyboard.
    start_in(&window, "form-name").await?;
    keys(&window, KIM)?;
    has(&window, "form-name", "김철수").await?;
    window.lose_keyboard()?;
    window.take_keyboard()?;
    keys(&window, "r k")?;
    has(&window, "form-name", "김철수가").await?;

    // A password is its keys, whether they can be read or not.
    click(&window, "form-password").await?;
    keys(&window, "r l a 1")?;
    has(&window, "form-password", "rla1").await?;
    window.click("password-show").await?;
    click(&window, "form-password").await?;
    keys(&window, "End r l k Tab")?;
    has(&window, "form-password", "rla1rlk").await?;
    window.says("form-password-says", "영문 글자").await?;
    window.picture(&format!("password-in-hangul-{input_method}"))?;
    window.click("password-show").await?;
    has(&window, "form-password", "rla1rlk").await?;
    keys(&window, "Caps_Lock")?;
    click(&window, "form-password").await?;
    keys(&window, "End Left")?;
    window.says("form-password-says", "Caps Lock").await?;
    window.picture(&format!("caps-lock-{input_method}"))?;
    keys(&window, "Caps_Lock")?;

    // Enter sells, and the next Enter is the next customer's.
    window.paste("form-phone", PHONE).await?;
    window.paste("form-password", PASSWORD).await?;
    start_in(&window, "form-name").await?;
    keys(&window, &format!("{KIM} Return"))?;
    window.says("done-name", "김철수").await?;
    assert_eq!(venue.reservations_of("김철수").await?, 1);
    assert_eq!(venue.status(&seats).await?, ["reserved"]);
    keys(&window, "Return")?;
    window.gone("done-number").await?;

    // As does a click.
    open_form(&window, &venue).await?;
    window.paste("form-phone", PHONE).await?;
    window.paste("form-password", PASSWORD).await?;
    start_in(&window, "form-name").await?;
    keys_and_click(&window, "q k r g k s m f", "form-submit").await?;
    window.says("done-name", "박하늘").await?;
    assert_eq!(venue.reservations_of("박하늘").await?, 1);
    keys(&window, "Return")?;
    window.gone("done-number").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_kept_whatever_ends_them_with_ibus() -> Result {
    names_are_kept_whatever_ends_them("ibus", "1").await
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_kept_whatever_ends_them_with_fcitx() -> Result {
    names_are_kept_whatever_ends_them("fcitx", "0").await
}

/// A form that goes while a syllable is being composed takes nothing of the next one's along.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_goes_in_the_middle_of_a_syllable_leaves_the_next_one_whole() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    venue.change("update settings set hold_seconds = 8").await?;
    let desktop = Desktop::set_up("ibus", &[]).await?;
    let window = start_at(&desktop.desk, &venue.counter("counter_1").await?).await?;
    hold(&window, &venue.free_seats(1).await?).await?;
    keys(&window, "Hangul r l a c j f")?;
    has(&window, "form-name", "김철").await?;
    window.gone("form-name").await?;
    window.says("notice", HOLD_EXPIRED).await?;
    venue.change("update settings set hold_seconds = 300").await?;

    let seat = window.any_free_seat().await?;
    window.click_seat(&seat).await?;
    window.has_picked(std::slice::from_ref(&seat)).await?;
    window.click("main-button").await?;
    is_focused(&window, "form-name").await?;
    keys(&window, KIM)?;
    has(&window, "form-name", "김철수").await?;
    window.close().await
}

/// The module of an input method is installed, and its daemon doesn't run.
#[tokio::test(flavor = "multi_thread")]
async fn a_window_whose_input_method_is_not_there_takes_every_key() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let login = venue.counter("counter_1").await?;
    for module in ["ibus", "fcitx5"] {
        let desktop = Desktop::set_up("", &[("GTK_IM_MODULE", module)]).await?;
        let window = start_at(&desktop.desk, &login).await?;
        keys(&window, "F3")?;
        is_focused(&window, "lookup-phone").await?;
        keys(&window, "0 1 0 7 7 7 7 8 8 8 8 Tab shift+k i m BackSpace 2 4 6")?;
        has(&window, "lookup-phone", "010-7777-8888").await?;
        has(&window, "lookup-password", "Ki246").await?;
        window.close().await?;
    }
    Ok(())
}

/// A scanner types like a keyboard, and knows nothing of how it is switched.
#[tokio::test(flavor = "multi_thread")]
async fn a_scanned_ticket_is_understood_in_either_field_with_the_keyboard_switched_to_hangul() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let login = venue.counter("counter_1").await?;
    let qr = venue.sell_walk_up(&venue.free_seats(1).await?).await?;
    let pressed: Vec<String> = qr
        .chars()
        .map(|character| match character {
            '-' => "minus".into(),
            '.' => "period".into(),
            capital if capital.is_ascii_uppercase() => format!("shift+{}", capital.to_ascii_lowercase()),
            digit => digit.to_string(),
        })
        .collect();
    let scanned = format!("{} Return", pressed.join(" "));
    let number = qr.split('.').next().unwrap_or_default();
    for input_method in ["ibus", "fcitx"] {
        let desktop = Desktop::set_up(input_method, &[]).await?;
        let window = start_at(&desktop.desk, &login).await?;
        keys(&window, "F3")?;
        is_focused(&window, "lookup-phone").await?;
        keys(&window, "Hangul")?;
        for field in ["lookup-phone", "lookup-password"] {
            click(&window, field).await?;
            is_focused(&window, field).await?;
            keys(&window, &scanned)?;
            window.says("lookup-customer", number).await?;
            has(&window, field, "").await?;
            // The next scan has the screen to itself.
            keys(&window, "F3")?;
            window.gone("lookup-customer").await?;
        }
        window.picture(&format!("scanned-in-hangul-{input_method}"))?;
        window.close().await?;
    }
    Ok(())
}

/// GTK's own choice in Korean, where the session has no input method of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_window_with_xim_paints_on_with_a_graphics_card_and_without() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let login = venue.counter("counter_1").await?;
    for mode in ["1", "0"] {
        let more = [("GTK_IM_MODULE", "xim"), ("XMODIFIERS", "@im=ibus"), ("WEBKIT_DISABLE_COMPOSITING_MODE", mode)];
        let desktop = Desktop::set_up("ibus", &more).await?;
        let window = start_at(&desktop.desk, &login).await?;
        keys(&window, "F3")?;
        click(&window, "lookup-phone").await?;
        let before = window.pixels()?;
        keys(&window, "0 1 0 7 7 7 7 8 8 8 8")?;
        has(&window, "lookup-phone", "010-7777-8888").await?;
        until("the number on the screen", || async { Ok(differ(&before, &window.pixels()?) > 300) }).await?;
        let before = window.pixels()?;
        keys(&window, "F2")?;
        window.see("card-1").await?;
        until("the concerts on the screen", || async { Ok(differ(&before, &window.pixels()?) > 30_000) }).await?;
        window.close().await?;
    }
    Ok(())
}

/// How many bytes of two pictures differ.
fn differ(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).filter(|(one, other)| one != other).count()
}
