//! The managers' real window beside a counter's, on one real PostgreSQL.

use std::time::{Duration, Instant};

use box_office::ServerLogin;
use fantoccini::key::Key;
use serde_json::json;
use sqlx::Connection;

use crate::support::{Desk, Result, Venue, Window, admin_program, counter_program, turn, until};
use crate::{HOLD_EXPIRED, fill_in};

/// Every command of the admin build, from the TypeScript it exports.
fn admin_commands() -> Vec<&'static str> {
    let bindings = include_str!("../../../ui/src/lib/bindings.admin.ts");
    bindings.split("\"plugin:admin|").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

async fn call(window: &Window<'_>, command: &str) -> Result<String> {
    let script = "return window.__TAURI_INTERNALS__.invoke(arguments[0], { withDeleted: false })
        .then(() => 'answered', (refusal) => String(refusal))";
    let answer = window.script(script, vec![json!(command)]).await?;
    Ok(answer.as_str().unwrap_or_default().to_owned())
}

/// Makes a concert of one section, five rows of eight seats, and leaves its editor open.
async fn make_concert(manager: &Window<'_>, title: &str) -> Result {
    manager.click("admin-tab-concerts").await?;
    manager.click("new-concert").await?;
    manager.write("concert-title", title).await?;
    manager.write("concert-venue", "새 극장").await?;
    manager.paste("concert-starts", "2035-01-01T19:30").await?;
    manager.click("create-concert").await?;
    manager.says("concert-heading", title).await?;
    manager.is("concert-status", "data-status", "draft").await?;
    manager.see("missing").await?;
    manager.picture("admin-draft")?;
    manager.click("to-plan").await?;
    manager.paste("section-rows", "5").await?;
    manager.paste("section-seats", "8").await?;
    manager.says("plan-count", "40석").await?;
    manager.drawn().await?;
    manager.picture("admin-generator")?;
    manager.click("write-plan").await?;
    manager.says("seat-count", "40").await?;
    manager.click("tier-change").await?;
    manager.write("tier-price", "50000").await?;
    manager.click("tier-save").await?;
    manager.gone("tier-price").await?;
    manager.picture("admin-ready")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_concert_goes_from_nothing_over_a_sale_to_the_archive() -> Result {
    let _turn = turn().await;
    let venue = Venue::open_empty().await?;
    venue.change("update settings set hold_seconds = 15").await?;
    let (office, front) = tokio::try_join!(Desk::set_up(), Desk::set_up())?;
    let (manager_login, counter_login) = (venue.manager("manager_1").await?, venue.counter("counter_1").await?);
    let (manager, counter) = tokio::try_join!(office.start_admin_at(&manager_login), front.start())?;
    counter.connect(&counter_login).await?;
    assert!(!counter.shows("card-1").await?, "the database is empty");

    make_concert(&manager, "개관 음악회").await?;
    manager.click("publish").await?;
    manager.says("offered", "₩50,000").await?;
    manager.says("offered", "40").await?;
    manager.picture("admin-gate")?;
    manager.click("ask-yes").await?;
    manager.is("concert-status", "data-status", "published").await?;
    manager.picture("admin-published")?;

    // Sold at the counter, seen by the manager.
    counter.says("card-1", "개관 음악회").await?;
    counter.click("card-1").await?;
    counter.click("open-seats").await?;
    let seat = counter.any_free_seat().await?;
    counter.click_seat(&seat).await?;
    counter.has_picked(std::slice::from_ref(&seat)).await?;
    counter.click("main-button").await?;
    fill_in(&counter, "첫 손님").await?;
    counter.click("form-submit").await?;
    counter.see("done-number").await?;
    assert_eq!(venue.reservations_of("첫 손님").await?, 1);
    counter.click("next-customer").await?;
    manager.click("part-sales").await?;
    manager.says("sold-all", "1석").await?;
    manager.picture("admin-sales")?;

    // A hold that nobody finishes is swept; the row itself is free then, on both screens.
    counter.click("card-1").await?;
    counter.click("open-seats").await?;
    let left = counter.any_free_seat().await?;
    counter.click_seat(&left).await?;
    counter.has_picked(std::slice::from_ref(&left)).await?;
    counter.click("main-button").await?;
    counter.see("form-name").await?;
    manager.says("live-holds", &left).await?;
    counter.says("notice", HOLD_EXPIRED).await?;
    let freed = format!("select label from seats where label = '{left}' and status = 'available'");
    until("the sweep", || async { Ok(venue.read(&freed).await?.len() == 1) }).await?;
    assert!(!venue.read("select op_id::text from journal where kind = 'sweep'").await?.is_empty());
    until("the seat to be free at the counter", || async { Ok(counter.seat(&left).await? == "available") }).await?;
    counter.picture("counter-swept")?;
    manager.gone("live-holds").await?;
    manager.click("admin-tab-overview").await?;
    manager.says("sweep-last", "모두 1석").await?;
    manager.picture("admin-swept")?;

    // A counter's transaction that stands still is ended, and the manager sees whose it was.
    let mut stands_still = venue.stand_still(&venue.counter("counter_2").await?).await?;
    manager.says("sweep-ended", "counter_2").await?;
    manager.picture("admin-ended")?;
    assert!(stands_still.ping().await.is_err());

    // Archived, it goes from the counter.
    counter.press(Key::F2).await?;
    counter.see("card-1").await?;
    manager.click("admin-tab-concerts").await?;
    manager.click("concert-title-link").await?;
    manager.click("archive").await?;
    manager.click("ask-yes").await?;
    manager.is("concert-status", "data-status", "archived").await?;
    counter.gone("card-1").await?;
    counter.picture("counter-archived")?;
    manager.picture("admin-archived")?;
    counter.close().await?;
    manager.close().await
}

/// The tier's price as it is typed, the first time of the concert that is open.
async fn reprice(manager: &Window<'_>, price: &str) -> Result {
    manager.click("tier-change").await?;
    manager.write("tier-price", price).await?;
    manager.click("tier-save").await?;
    manager.gone("tier-price").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_costs_nothing_is_asked_about_before_it_goes_on_sale() -> Result {
    let _turn = turn().await;
    let venue = Venue::open_empty().await?;
    let office = Desk::set_up().await?;
    let manager = office.start_admin_at(&venue.manager("manager_1").await?).await?;
    make_concert(&manager, "값을 잊은 공연").await?;
    reprice(&manager, "0").await?;
    manager.see("missing").await?;
    manager.click("publish").await?;
    manager.see("offered").await?;
    // Enter doesn't get past what is not ticked.
    manager.press(Key::Enter).await?;
    manager.click("ask-yes").await?;
    manager.is("concert-status", "data-status", "draft").await?;
    manager.click("although-all_free").await?;
    manager.picture("admin-gate-free")?;
    manager.click("ask-yes").await?;
    manager.is("concert-status", "data-status", "published").await?;
    assert_eq!(venue.read("select status::text from concerts").await?, ["published"]);
    manager.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_map_hears_of_a_pause_and_of_a_new_price_and_goes_on() -> Result {
    let _turn = turn().await;
    let venue = Venue::open_empty().await?;
    let (office, front) = tokio::try_join!(Desk::set_up(), Desk::set_up())?;
    let (manager_login, counter_login) = (venue.manager("manager_1").await?, venue.counter("counter_1").await?);
    let (manager, counter) = tokio::try_join!(office.start_admin_at(&manager_login), front.start_at(&counter_login))?;
    make_concert(&manager, "잠시 멈춘 공연").await?;
    manager.click("publish").await?;
    manager.click("ask-yes").await?;
    manager.is("concert-status", "data-status", "published").await?;
    counter.click("card-1").await?;
    counter.click("open-seats").await?;
    let seat = counter.any_free_seat().await?;
    counter.click_seat(&seat).await?;
    counter.has_picked(std::slice::from_ref(&seat)).await?;
    counter.says("total", "₩50,000").await?;

    // The price before the hold.
    reprice(&manager, "66000").await?;
    counter.says("total", "₩66,000").await?;
    counter.says("notice", "₩50,000 → ₩66,000").await?;
    counter.has_picked(std::slice::from_ref(&seat)).await?;
    counter.picture("counter-repriced")?;

    // The pause: nothing is held, and the pick stays.
    manager.click("pause").await?;
    manager.see("concert-paused").await?;
    manager.picture("admin-paused")?;
    counter.see("sales-paused").await?;
    counter.press(Key::Enter).await?;
    counter.picture("counter-paused")?;
    assert!(!counter.shows("form-name").await?);
    assert!(venue.read("select label from seats where status <> 'available'").await?.is_empty());
    counter.press(Key::F2).await?;
    counter.says("card-1", "일시중지").await?;

    // It goes on.
    manager.click("pause").await?;
    manager.gone("concert-paused").await?;
    counter.click("card-1").await?;
    counter.click("open-seats").await?;
    counter.click_seat(&seat).await?;
    counter.has_picked(std::slice::from_ref(&seat)).await?;
    counter.click("main-button").await?;
    fill_in(&counter, "기다린 손님").await?;
    counter.click("form-submit").await?;
    counter.see("done-number").await?;
    assert_eq!(venue.reservations_of("기다린 손님").await?, 1);
    let paid = venue.read("select price::text from reservation_seats").await?;
    assert_eq!(paid, ["66000"]);
    counter.close().await?;
    manager.close().await
}

/// Looks again and again for so long: nothing on the screen may ever take the server for there.
async fn says_that_it_is_away(manager: &Window<'_>, screen: &str, long: Duration) -> Result {
    let end = Instant::now() + long;
    while Instant::now() < end {
        assert_eq!(manager.attribute("server-chip", "data-state").await?, "offline", "{screen}");
        assert!(manager.shows("admin-away").await?, "{screen}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_server_is_away_every_screen_of_a_manager_says_so_and_goes_on_by_itself() -> Result {
    let _turn = turn().await;
    let mut venue = Venue::open_durable().await?;
    let office = Desk::set_up().await?;
    let manager = office.start_admin_at(&venue.manager("manager_1").await?).await?;
    let tabs = ["overview", "concerts", "journal", "rules", "logins", "server"].map(|tab| format!("admin-tab-{tab}"));

    // Five seconds under the first screen, forty under all of them, one after the other.
    for (screens, each) in [(&tabs[..1], 5), (&tabs[..], 7)] {
        manager.says("sweep-last", "풀었습니다").await?;
        venue.kill()?;
        for tab in screens {
            manager.click(tab).await?;
            manager.is("server-chip", "data-state", "offline").await?;
            says_that_it_is_away(&manager, tab, Duration::from_secs(each)).await?;
            manager.picture(&format!("away-{tab}"))?;
        }
        venue.restart().await?;
        manager.is("server-chip", "data-state", "online").await?;
        manager.gone("admin-away").await?;
        manager.click("admin-tab-overview").await?;
        // The sweep goes on, within its period.
        manager.says("sweep-last", "풀었습니다").await?;
    }
    manager.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_database_is_prepared_after_asking_and_the_owners_password_is_not_kept() -> Result {
    let _turn = turn().await;
    let venue = Venue::open_without_schema().await?;
    let owner = venue.owner()?;
    let office = Desk::set_up().await?;
    let manager = office.start_admin().await?;
    manager.click("prepare-open").await?;
    manager.write("owner-host", &owner.host).await?;
    manager.write("owner-port", &owner.port.to_string()).await?;
    manager.write("owner-database", &owner.database).await?;
    manager.write("owner-login", &owner.login).await?;
    manager.write("owner-password", &owner.password).await?;
    manager.click("schema-look").await?;
    manager.says("schema-state", "빈 데이터베이스입니다").await?;
    assert!(venue.read("select 1::text from pg_tables where schemaname = 'public'").await?.is_empty());
    manager.click("migrate").await?;
    manager.picture("admin-migrate-asks")?;
    manager.click("ask-yes").await?;
    manager.says("prepare-done", "준비했습니다").await?;
    manager.write("login-name", "manager_1").await?;
    manager.write("login-password", "a long password").await?;
    manager.click("login-add").await?;
    manager.says("prepare-done", "manager_1").await?;
    manager.picture("admin-prepared")?;

    let login = ServerLogin { login: "manager_1".into(), password: "a long password".into(), ..owner.clone() };
    manager.connect(&login).await?;
    manager.see("figure-sold").await?;
    assert_eq!(office.files_that_hold(&owner.password)?, Vec::<std::path::PathBuf>::new());
    manager.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counter_build_has_no_command_of_managers() -> Result {
    let _turn = turn().await;
    let names = admin_commands();
    assert!(names.contains(&"publish_concert"), "the bindings name them: {names:?}");
    let (counter_bytes, admin_bytes) = (std::fs::read(counter_program())?, std::fs::read(admin_program()?)?);
    for name in &names {
        let permission = format!("allow-{}", name.replace('_', "-"));
        let in_program = |bytes: &[u8]| bytes.windows(permission.len()).any(|part| part == permission.as_bytes());
        assert!(in_program(&admin_bytes), "{permission} is in the admin build");
        assert!(!in_program(&counter_bytes), "{permission} is in the counter build");
    }

    let venue = Venue::open().await?;
    let (office, front) = tokio::try_join!(Desk::set_up(), Desk::set_up())?;
    // A manager's login makes no difference to what is in the box.
    let (login, other_login) = (venue.manager("manager_1").await?, venue.manager("manager_2").await?);
    let (manager, counter) = tokio::try_join!(office.start_admin_at(&login), front.start_at(&other_login))?;
    assert_eq!(call(&manager, "plugin:admin|concerts_to_manage").await?, "answered");
    let refusal = call(&counter, "plugin:admin|concerts_to_manage").await?;
    assert!(refusal.contains("not found") || refusal.contains("not allowed"), "{refusal}");
    let refusal = call(&counter, "concerts_to_manage").await?;
    assert!(refusal.contains("not found") || refusal.contains("not allowed"), "{refusal}");
    assert!(!counter.shows("nav-admin").await?);
    counter.close().await?;
    manager.close().await
}
