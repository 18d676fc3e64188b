//! Files that venues have of their halls, brought into the managers' real window and sold from.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use box_office::{BoxOffice, ConcertForm, ConcertId};
use serde_json::{Value, json};

use crate::fill_in;
use crate::support::{Desk, Result, Venue, Window, turn};

/// A file of the cases that the reader is tested with, or of this folder.
fn file(name: &str) -> Result<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let cases = folder.join("../crates/hall-file/tests/files").join(name);
    Ok(std::fs::read(if cases.exists() { cases } else { folder.join("tests/files").join(name) })?)
}

/// Gives files to the page as a drop on the panel does, or as the button's dialog.
async fn give(manager: &Window<'_>, names: &[&str], dropped: bool) -> Result {
    const GIVE: &str = "const kept = new DataTransfer();
        for (const { name, base64 } of arguments[0]) {
            const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
            kept.items.add(new File([bytes], name));
        }
        const of = (id) => document.querySelector(`[data-testid=${id}]`);
        if (arguments[1]) {
            of('hall-drop').dispatchEvent(new DragEvent('drop', { dataTransfer: kept, bubbles: true, cancelable: true }));
        } else {
            of('plan-file').files = kept.files;
            of('plan-file').dispatchEvent(new Event('change', { bubbles: true }));
        }";
    let read = |name: &&str| Ok(json!({ "name": *name, "base64": STANDARD.encode(file(name)?) }));
    let files: Vec<Value> = names.iter().map(read).collect::<Result<_>>()?;
    manager.script(GIVE, vec![json!(files), json!(dropped)]).await.map(drop)
}

/// A concert without seats, with one tier.
async fn draft(office: &BoxOffice, title: &str, tier: Option<(&str, i64)>) -> Result<ConcertId> {
    let form = ConcertForm {
        title: title.into(),
        venue: "새 극장".into(),
        starts_at: Some("2035-01-01T10:30:00Z".parse()?),
        note: String::new(),
    };
    let concert = office.create_concert(&form).await?;
    if let Some((label, price)) = tier {
        office.save_tier(concert, 1, None, label, price).await?;
    }
    Ok(concert)
}

async fn open_import(manager: &Window<'_>) -> Result {
    manager.click("admin-tab-concerts").await?;
    manager.click("concert-title-link").await?;
    manager.click("part-import").await
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_venues_have_become_maps_or_say_what_is_to_be_decided() -> Result {
    let _turn = turn().await;
    let venue = Venue::open_empty().await?;
    let office = Desk::set_up().await?;
    let login = venue.manager("manager_1").await?;
    let engine = BoxOffice::connect(&login, None).await?;
    draft(&engine, "송년 음악회", None).await?;
    let manager = office.start_admin_at(&login).await?;
    open_import(&manager).await?;
    manager.picture("import")?;

    // An old workbook, read by a process of its own.
    give(&manager, &["old-list.xls"], false).await?;
    manager.says("hall-file", "좌석 목록: 2줄, 18석, 등급 2개, 1블록").await?;
    manager.says("counted-all", "18").await?;

    // One chair six times: where it stands is told, and nothing can be written before it is decided.
    give(&manager, &["02-twin-seats.csv"], true).await?;
    manager.says("undecided", "1가지").await?;
    manager.says("doubt-place", "2-7행").await?;
    manager.says("write-plan", "1가지 남았습니다").await?;
    manager.picture("import-twins")?;
    manager.click("doubt-choice-0").await?;
    manager.says("undecided", "모두 정했습니다").await?;
    manager.says("write-plan", "2석").await?;

    // A chart, with the figures that the sheet has itself.
    give(&manager, &["31-chart-by-fill.xlsx"], true).await?;
    manager.says("hall-file", "좌석배치도: 178석, 등급 3개, 3블록").await?;
    manager.drawn().await?;
    manager.says("blocks", "블록 3개").await?;
    manager.picture("import-chart")?;

    // An agency's list, which is written.
    give(&manager, &["30-agency-list.xlsx"], true).await?;
    manager.says("hall-file", "43석, 등급 3개, 1·2층").await?;
    manager.says("counted-all", "43").await?;
    manager.drawn().await?;
    manager.picture("import-list")?;
    manager.click("write-plan").await?;
    manager.says("seat-count", "43").await?;
    let tiers = venue.read(
        "select t.label || ' ' || count(*) from seats s join concert_seat_tiers t on t.id = s.seat_tier_id
        group by t.label order by count(*)",
    );
    assert_eq!(tiers.await?, ["VIP석 13", "S석 14", "R석 16"]);
    engine.close().await;
    manager.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_other_than_the_concerts_is_asked_about_and_sold_at_as_it_was_chosen() -> Result {
    let _turn = turn().await;
    let venue = Venue::open_empty().await?;
    let office = Desk::set_up().await?;
    let login = venue.manager("manager_1").await?;
    let engine = BoxOffice::connect(&login, None).await?;
    let concert = draft(&engine, "신년 음악회", Some(("R석", 100_000))).await?;
    let manager = office.start_admin_at(&login).await?;
    open_import(&manager).await?;

    give(&manager, &["01-reprice.csv"], true).await?;
    manager.says("undecided", "1가지").await?;
    manager.says("doubt", "₩132,000").await?;
    manager.says("counted-tier", "₩100,000").await?;
    manager.picture("import-reprice")?;
    manager.click("doubt-choice-1").await?;
    manager.says("counted-tier", "₩132,000").await?;
    manager.click("write-plan").await?;
    manager.says("seat-count", "3").await?;
    let edited = engine.concert_to_edit(concert).await?;
    let prices: Vec<_> = edited.tiers.iter().map(|tier| (tier.label.as_str(), tier.price)).collect();
    assert_eq!(prices, [("R석", 132_000), ("신규석", 77_000)]);

    engine.publish_concert(concert, edited.version, &[]).await?;
    let counter = BoxOffice::connect(&venue.counter("counter_1").await?, None).await?;
    let map = counter.seat_map(concert).await?;
    let seat = map.labels.iter().position(|label| label == "가구역 1열 1번").ok_or("no such seat")?;
    assert_eq!(counter.hold_seats(concert, &[map.ids[seat]]).await?.total, 132_000);
    counter.close().await;
    engine.close().await;
    manager.close().await
}

/// A doubt of this kind is settled by this one of its choices.
async fn settle(manager: &Window<'_>, code: &str, value: &str, choice: usize) -> Result {
    const CHOOSE: &str = "const doubts = [...document.querySelectorAll(`[data-code=${arguments[0]}]`)];
        const doubt = doubts.find((doubt) => doubt.textContent.includes(arguments[1]));
        doubt?.querySelector(`[data-testid=doubt-choice-${arguments[2]}]`)?.click();
        return doubt !== undefined";
    let found = manager.script(CHOOSE, vec![json!(code), json!(value), json!(choice)]).await?;
    if found == json!(true) { Ok(()) } else { Err(format!("no doubt {code} about {value}").into()) }
}

/// The chart has the places and all seats, the list only the first row of the middle, at a tier of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_and_a_chart_of_one_hall_become_one_map_whose_seats_are_sold_at_the_lists_prices() -> Result {
    let _turn = turn().await;
    let venue = Venue::open_empty().await?;
    let (office, front) = tokio::try_join!(Desk::set_up(), Desk::set_up())?;
    let (login, counter_login) = (venue.manager("manager_1").await?, venue.counter("counter_1").await?);
    let engine = BoxOffice::connect(&login, None).await?;
    draft(&engine, "두 파일의 공연", None).await?;
    engine.close().await;
    let (manager, counter) = tokio::try_join!(office.start_admin_at(&login), front.start())?;
    counter.connect(&counter_login).await?;
    open_import(&manager).await?;

    give(&manager, &["31-first-row-dearer.csv", "31-chart-by-fill.xlsx"], true).await?;
    manager.says("hall-file", "좌석 목록: 1줄, 10석").await?;
    // What the list doesn't have of a block that it knows is left out, and that is said.
    manager.says("counted-all", "108").await?;
    settle(&manager, "only_in_chart", "나블록", 1).await?;
    manager.says("counted-all", "178").await?;
    manager.says("write-plan", "178석").await?;
    manager.drawn().await?;
    manager.picture("import-list-and-chart")?;
    manager.click("write-plan").await?;
    manager.says("seat-count", "178").await?;
    manager.click("publish").await?;
    manager.says("offered", "₩150,000").await?;
    manager.click("ask-yes").await?;
    manager.is("concert-status", "data-status", "published").await?;

    counter.click("card-1").await?;
    counter.click("open-seats").await?;
    let seat = ["나블록 1열 5번".to_owned()];
    counter.drawn().await?;
    counter.picture("sold-from-list-and-chart")?;
    counter.click_seat(&seat[0]).await?;
    counter.has_picked(&seat).await?;
    counter.says("total", "₩150,000").await?;
    counter.click("main-button").await?;
    fill_in(&counter, "첫 관객").await?;
    counter.click("form-submit").await?;
    counter.see("done-number").await?;
    assert_eq!(venue.read("select price::text from reservation_seats").await?, ["150000"]);
    counter.close().await?;
    manager.close().await
}

/// Plans of other programs, each with its doubts, are written as what they say.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_pretix_and_a_drawing_become_maps_too() -> Result {
    let _turn = turn().await;
    let venue = Venue::open_empty().await?;
    let office = Desk::set_up().await?;
    let login = venue.manager("manager_1").await?;
    let engine = BoxOffice::connect(&login, None).await?;
    draft(&engine, "다른 프로그램의 공연", None).await?;
    engine.close().await;
    let manager = office.start_admin_at(&login).await?;
    open_import(&manager).await?;
    give(&manager, &["stage.svg"], true).await?;
    manager.says("counted-all", "6").await?;
    manager.drawn().await?;
    manager.picture("import-drawing")?;
    give(&manager, &["saal.json"], true).await?;
    manager.says("counted-all", "4").await?;
    manager.drawn().await?;
    manager.picture("import-pretix")?;
    manager.click("write-plan").await?;
    manager.says("seat-count", "4").await?;
    let labels = venue.read("select label from seats order by label").await?;
    assert_eq!(labels, ["Parkett A-1", "Parkett A-2", "Parkett B-1", "Parkett B-2"]);
    manager.close().await
}
