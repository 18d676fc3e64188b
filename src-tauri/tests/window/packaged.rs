//! The counter as packages installed it, on a PC that has nothing else: tools/package-test starts these one after the other
//! in a clean Debian without network, with an upgrade between them.

use std::path::{Path, PathBuf};

use super::support::{Desk, Result, Window};
use super::{PASSWORD, PHONE, fill_in, look_up};

const COUNTER_NAME: &str = "정문 1번 창구";

/// Where the desk of the installed counter is, which outlives a test.
fn home() -> Result<PathBuf> {
    Ok(std::env::var_os("MAEPYO_DESK").ok_or("only tools/package-test runs this")?.into())
}

fn number_kept(home: &Path) -> PathBuf {
    home.join("number-of-the-sale")
}

async fn open_settings(window: &Window<'_>) -> Result {
    window.script("document.querySelector('nav .last').click()", Vec::new()).await?;
    window.see("settings-counter").await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a PC on which packages installed the counter: make package-test"]
async fn an_installed_counter_sells_a_seat_on_the_server_of_its_pc() -> Result {
    let home = home()?;
    let desk = Desk::set_up_in(&home).await?;
    let window = desk.start().await?;
    window.click("try-here").await?;
    window.see("card-1").await?;
    open_settings(&window).await?;
    window.write("settings-counter", COUNTER_NAME).await?;
    window.click("settings-save").await?;
    window.says("notice", "저장했습니다").await?;
    window.says("settings-version", env!("CARGO_PKG_VERSION")).await?;
    window.picture("installed-settings")?;

    window.script("document.querySelector('nav button').click()", Vec::new()).await?;
    let place = window.place_of("대극장").await?;
    window.click(&format!("card-{place}")).await?;
    window.click("open-seats").await?;
    let seat = window.any_free_seat().await?;
    window.click_seat(&seat).await?;
    window.has_picked(std::slice::from_ref(&seat)).await?;
    window.click("main-button").await?;
    fill_in(&window, "한결").await?;
    window.click("form-submit").await?;
    std::fs::write(number_kept(&home), window.text("done-number").await?)?;
    window.picture("installed-sale")?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a PC on which packages upgraded the counter: make package-test"]
async fn an_upgraded_counter_has_its_settings_and_finds_the_sale_of_the_version_before() -> Result {
    let home = home()?;
    let desk = Desk::set_up_in(&home).await?;
    let window = desk.start().await?;
    window.see("card-1").await?;
    look_up(&window, PHONE, PASSWORD).await?;
    window.says("lookup-result", &std::fs::read_to_string(number_kept(&home))?).await?;
    open_settings(&window).await?;
    assert_eq!(window.value("settings-counter").await?, COUNTER_NAME);
    window.picture("upgraded-settings")?;
    window.close().await
}
