//! A new counter's PC comes to its login by a file and a code, and by nothing else that anybody types.

use box_office::Enrolment;
use chrono::DateTime;
use fantoccini::key::Key;

use crate::support::{Desk, Result, Venue, Window, turn};

/// Adds a counter in the managers' program; answers its file's text and its code.
async fn add_counter(manager: &Window<'_>, login: &str) -> Result<(String, String)> {
    manager.click("admin-tab-logins").await?;
    manager.write("counter-login", login).await?;
    manager.click("counter-add").await?;
    let (path, code) = (manager.text("counter-file").await?, manager.text("counter-code").await?);
    manager.picture("counter-added")?;
    // The code is shown once: Esc doesn't take it away.
    manager.press(Key::Escape).await?;
    manager.click("counter-noted").await?;
    manager.gone("counter-code").await?;
    Ok((std::fs::read_to_string(path)?, code))
}

/// By keyboard alone, once the file is chosen.
async fn enrol(window: &Window<'_>, file: &str, code: &str) -> Result {
    window.choose_file("enrol-file", file).await?;
    window.see("enrol-code").await?;
    window.type_text(code).await?;
    window.press(Key::Enter).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_is_added_by_a_file_that_works_once_and_nothing_is_typed_but_its_code() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let (office, front, other) = tokio::try_join!(Desk::set_up(), Desk::set_up(), Desk::set_up())?;
    let login = venue.manager("manager_1").await?;
    let manager = office.start_admin_at(&login).await?;
    manager.click("admin-tab-logins").await?;
    assert_eq!(manager.value("counter-host").await?, login.host);
    assert_eq!(manager.value("counter-port").await?, login.port.to_string());
    let (file, code) = add_counter(&manager, "counter_9").await?;
    let pending = "select rolname::text from pg_roles where isfinite(rolvaliduntil)";
    assert_eq!(venue.read(pending).await?, ["counter_9"]);
    assert!(!file.contains(&code));

    let counter = front.start().await?;
    counter.drop_file("enrol", &file).await?;
    counter.says("enrol-told", "counter_9").await?;
    counter.type_text("2222222222").await?;
    counter.press(Key::Enter).await?;
    counter.says("enrol-trouble", "이 파일의 코드가 아닙니다").await?;
    counter.picture("enrol-wrong-code")?;
    counter.write("enrol-code", &code.to_lowercase().replace('-', " ")).await?;
    counter.press(Key::Enter).await?;
    counter.see("card-1").await?;
    assert!(venue.read(pending).await?.is_empty());
    let noted = "select distinct detail ->> 'what' from journal where detail ->> 'login' = 'counter_9' order by 1";
    assert_eq!(venue.read(noted).await?, ["enrol", "open_enrolment"]);
    counter.close().await?;
    let counter = front.start().await?;
    counter.see("card-1").await?;
    counter.close().await?;

    // The PC dies right after the change: all that it has is its keyring, and the same file goes on.
    front.forget_settings()?;
    let counter = front.start().await?;
    enrol(&counter, &file, &code).await?;
    counter.see("card-1").await?;
    counter.close().await?;

    // A copy, one that was changed on the way, and an old one.
    let second = other.start().await?;
    enrol(&second, &file, &code).await?;
    second.says("enrol-trouble", "이미 쓴 등록 파일").await?;
    second.picture("enrol-used")?;
    second.choose_file("enrol-file", &file.replacen("counter_9", "counter_8", 1)).await?;
    second.says("enrol-trouble", "내용이 바뀐 파일").await?;
    second.gone("enrol-code").await?;
    second.choose_file("enrol-file", "a note").await?;
    second.says("enrol-trouble", "등록 파일이 아니거나").await?;
    let old = Enrolment { valid_until: DateTime::UNIX_EPOCH, ..Enrolment::read(&file)? }.seal().await?;
    enrol(&second, &old.file, &old.code).await?;
    second.says("enrol-trouble", "등록 기한이 지난 파일").await?;
    for desk in [&office, &front, &other] {
        assert_eq!(desk.files_that_hold(&code)?, Vec::<std::path::PathBuf>::new(), "the code is on no disk");
    }
    second.close().await?;
    manager.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_no_pc_enrols_and_the_file_stays_good() -> Result {
    let _turn = turn().await;
    let venue = Venue::open().await?;
    let (office, front) = tokio::try_join!(Desk::set_up(), Desk::without_keyring())?;
    let manager = office.start_admin_at(&venue.manager("manager_1").await?).await?;
    let (file, code) = add_counter(&manager, "counter_9").await?;
    let counter = front.start().await?;
    enrol(&counter, &file, &code).await?;
    counter.says("enrol-trouble", "키링").await?;
    counter.picture("enrol-no-keyring")?;
    let pending = "select rolname::text from pg_roles where isfinite(rolvaliduntil)";
    assert_eq!(venue.read(pending).await?, ["counter_9"]);
    counter.close().await?;
    manager.close().await
}
