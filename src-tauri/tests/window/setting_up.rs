//! The first screen: what is wrong is said where the eye is, and a server that works is not given up for one that doesn't.

use serde_json::json;

use crate::support::{Desk, Result, Venue, Window, turn};

async fn is_in_sight(window: &Window<'_>, id: &str) -> Result<bool> {
    let ask = "const { top, bottom } = document.querySelector(`[data-testid=${arguments[0]}]`).getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight";
    Ok(window.script(ask, vec![json!(id)]).await? == json!(true))
}

#[tokio::test(flavor = "multi_thread")]
async fn another_server_is_asked_for_and_the_one_there_is_stays_until_it_answers() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let login = venue.counter("counter_1").await?;
    let desk = Desk::set_up().await?;
    let window = desk.start_at(&login).await?;
    window.click("nav-settings").await?;
    window.click("change-server").await?;
    window.see("first-keep").await?;
    assert_eq!(window.value("server-host").await?, login.host);
    assert_eq!(window.value("server-port").await?, login.port.to_string());
    assert_eq!(window.value("server-login").await?, "counter_1");

    window.write("server-password", &login.password).await?;
    window.write("server-port", "54x2").await?;
    window.see("port-hint").await?;
    assert!(is_in_sight(&window, "port-hint").await?);
    // Nothing listens on port 1.
    window.write("server-port", "1").await?;
    window.click("server-test").await?;
    window.says("notice", "이 포트에서 받는 프로그램이 없습니다").await?;
    assert!(is_in_sight(&window, "notice").await?);
    window.picture("first-port-closed")?;
    window.write("server-port", &login.port.to_string()).await?;
    window.write("server-database", "elsewhere").await?;
    window.click("server-connect").await?;
    window.says("notice", "이 이름의 데이터베이스가 없거나").await?;
    window.write("server-database", &login.database).await?;
    window.write("server-password", "wrong").await?;
    window.click("server-test").await?;
    window.says("notice", "로그인이나 비밀번호가 맞지 않습니다").await?;
    assert!(is_in_sight(&window, "notice").await?);

    window.click("first-keep").await?;
    window.see("card-1").await?;
    window.close().await?;
    let window = desk.start().await?;
    window.see("card-1").await?;
    window.close().await
}
