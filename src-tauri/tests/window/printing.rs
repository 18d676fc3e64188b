//! Tickets on paper: what the clerk presses, what comes out of a printer of this test's own print service, and what is said.

#[expect(dead_code, reason = "the print service's own tests use the rest")]
#[path = "../../../crates/printing/tests/booth/mod.rs"]
pub mod booth;

use booth::Booth;
use fantoccini::key::Key;
use printing::Job;
use serde_json::json;

use crate::support::{Desk, Result, Venue, Window, turn, until};
use crate::{PASSWORD, PHONE, fill_in, hold, look_up};

/// The printer that puts what it prints into a folder.
pub const PRINTER: &str = "매표";

pub async fn desk_at(booth: &Booth) -> Result<Desk> {
    Desk::with_screen("1280x800", &[("CUPS_SERVER", &booth.address())]).await
}

pub async fn choose(window: &Window<'_>, printer: &str, paper: &str) -> Result {
    window.click("nav-settings").await?;
    let list = window.see("settings-printer").await?;
    until("the printers", || async { Ok(list.html(true).await?.contains(PRINTER)) }).await?;
    list.select_by_value(printer).await?;
    window.see("settings-paper").await?.select_by_value(paper).await?;
    window.picture("print-settings")?;
    window.click("settings-save").await?;
    window.says("notice", "저장했습니다.").await
}

async fn sell(window: &Window<'_>, seats: &[String]) -> Result<String> {
    window.press(Key::F2).await?;
    hold(window, seats).await?;
    fill_in(window, "김티켓").await?;
    window.click("form-submit").await?;
    window.text("done-number").await
}

/// Waits until so many jobs came out, and gives the last one's text and codes.
pub async fn came_out(booth: &Booth, jobs: usize) -> Result<(String, Vec<String>)> {
    until("what was printed", || async { Ok(booth.outcomes().len() >= jobs) }).await?;
    let all = booth.outcomes();
    assert_eq!(all.len(), jobs, "each job comes out once");
    Ok(booth.came_out(&Job { printer: PRINTER.into(), id: *all.last().ok_or("nothing came out")? }))
}

/// How the server judges the code of a QR.
async fn state(venue: &Venue, qr: &str) -> Result<Vec<String>> {
    let code = qr.split('.').nth(1).ok_or("no code")?;
    venue
        .read(&format!(
            "select case when issue = (select max(issue) from tickets) then 'valid' else 'void' end
            from tickets where code_hash = sha256(decode('{code}', 'hex'))"
        ))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn f9_prints_what_was_sold_and_again_it_is_marked_and_the_first_is_void() -> Result {
    let _turn = turn().await;
    let (venue, booth) = (Venue::open().await?, Booth::open());
    let desk = desk_at(&booth).await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    choose(&window, PRINTER, "roll").await?;
    let seats = venue.free_seats(2).await?;
    let number = sell(&window, &seats).await?;

    window.press(Key::F9).await?;
    window.is("print-bar", "data-stage", "printed").await?;
    window.picture("printed")?;
    let (text, first) = came_out(&booth, 1).await?;
    for said in [number.as_str(), "대극장", "합계2석"] {
        assert!(text.contains(&said.replace(' ', "")), "{said} is missing in {text}");
    }
    for seat in &seats {
        assert!(text.contains(&seat.replace(' ', "")), "{seat} is missing in {text}");
    }
    assert!(!text.contains("재발행") && !text.contains("김티켓") && !text.contains("7777"), "{text}");
    assert_eq!(first.len(), 2);
    assert!(first.iter().all(|qr| qr.starts_with(&format!("{number}."))), "{first:?}");
    assert_eq!(state(&venue, &first[0]).await?, ["valid"]);

    window.press(Key::F9).await?;
    let (text, second) = came_out(&booth, 2).await?;
    window.picture("reprinted")?;
    assert_eq!(text.matches("재발행1회").count(), 3, "two tickets and the receipt: {text}");
    assert_eq!(state(&venue, &first[0]).await?, ["void"]);
    assert_eq!(state(&venue, &second[0]).await?, ["valid"]);
    let journal = "select detail ->> 'issue' from journal where kind = 'print' order by at";
    assert_eq!(venue.read(journal).await?, ["1", "2"]);
    window.close().await
}

/// F9 comes before the answer to Enter.
#[tokio::test(flavor = "multi_thread")]
async fn a_hurried_f9_prints_the_sale_that_is_being_made_and_not_the_one_before() -> Result {
    let _turn = turn().await;
    let (venue, booth) = (Venue::open().await?, Booth::open());
    let desk = desk_at(&booth).await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    choose(&window, PRINTER, "roll").await?;
    let before = sell(&window, &venue.free_seats(1).await?).await?;
    window.press(Key::F9).await?;
    came_out(&booth, 1).await?;

    let seats = venue.free_seats(1).await?;
    window.press(Key::F2).await?;
    hold(&window, &seats).await?;
    fill_in(&window, "급한 손님").await?;
    window.type_text(&[Key::Enter, Key::F9].map(char::from).iter().collect::<String>()).await?;
    let number = window.text("done-number").await?;
    assert_ne!(number, before);
    let (text, _) = came_out(&booth, 2).await?;
    assert!(text.contains(&number.replace(' ', "")) && !text.contains("재발행"), "{text}");
    window.close().await
}

/// The clerk's wait for a ticket: from Enter on the form to the print service having it, F9 pressed at once.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures, and wants a release build: make ticket"]
async fn how_long_a_ticket_takes_from_enter_to_the_print_service() -> Result {
    let _turn = turn().await;
    let (venue, booth) = (Venue::open_durable().await?, Booth::open());
    let desk = desk_at(&booth).await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    choose(&window, PRINTER, "roll").await?;
    // The header shows a print once the service has taken it.
    let watch = "window.times = {};
        const note = (name) => (window.times[name] ??= performance.now());
        window.addEventListener('keydown', (event) => event.key === 'Enter' && note('enter'), true);
        new MutationObserver(() => {
            if (document.querySelector('[data-testid=done-number]')) note('sold');
            if (document.querySelector('[data-testid=print-bar][data-stage]')) note('taken');
        }).observe(document, { subtree: true, childList: true, attributes: true });";
    let (mut sold, mut taken) = (Vec::new(), Vec::new());
    for round in 1..=21 {
        if window.shows("print-bar").await? {
            window.click("print-bar").await?;
            window.gone("print-bar").await?;
        }
        window.press(Key::F2).await?;
        hold(&window, &venue.free_seats(2).await?).await?;
        fill_in(&window, "김티켓").await?;
        window.script(watch, vec![]).await?;
        window.type_text(&[Key::Enter, Key::F9].map(char::from).iter().collect::<String>()).await?;
        came_out(&booth, round).await?;
        let times = window.script("return window.times", vec![]).await?;
        let after = |name: &str| times[name].as_f64().zip(times["enter"].as_f64()).map(|(then, enter)| then - enter);
        sold.push(after("sold").ok_or("not sold")?);
        taken.push(after("taken").ok_or("not taken")?);
    }
    for (what, times) in [("its number is shown", &mut sold), ("the print service has its tickets", &mut taken)] {
        times.sort_by(f64::total_cmp);
        let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
        println!("from Enter until {what}, two seats: median {median:.0} ms, worst {worst:.0} ms of {}", times.len());
    }
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_killed_while_there_is_no_paper_knows_of_it_at_the_next_start() -> Result {
    let _turn = turn().await;
    let (venue, booth) = (Venue::open().await?, Booth::open());
    let desk = desk_at(&booth).await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    choose(&window, PRINTER, "a4").await?;
    booth.take_paper_away();
    sell(&window, &venue.free_seats(1).await?).await?;
    window.click("print-tickets").await?;
    window.is("print-bar", "data-trouble", "paper").await?;
    window.says("notice", "프린터에 용지가 없습니다").await?;
    window.picture("no-paper")?;
    desk.kill_program()?;
    window.lost().await;

    let window = desk.start().await?;
    window.is("print-bar", "data-trouble", "paper").await?;
    window.picture("no-paper-after-restart")?;
    booth.put_paper_in();
    window.is("print-bar", "data-stage", "printed").await?;
    let (text, _) = came_out(&booth, 1).await?;
    assert!(!text.contains("재발행"), "{text}");
    // The last one is known across the restart.
    window.press(Key::F9).await?;
    assert!(came_out(&booth, 2).await?.0.contains("재발행1회"));
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_paper_does_not_come_out_beside_its_reprint() -> Result {
    let _turn = turn().await;
    let (venue, booth) = (Venue::open().await?, Booth::open());
    let desk = desk_at(&booth).await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    choose(&window, PRINTER, "roll").await?;
    booth.take_paper_away();
    sell(&window, &venue.free_seats(1).await?).await?;
    window.press(Key::F9).await?;
    window.is("print-bar", "data-trouble", "paper").await?;
    window.press(Key::F9).await?;
    until("the second print", || async {
        Ok(venue.read("select op_id::text from journal where kind = 'print'").await?.len() == 2)
    })
    .await?;
    booth.put_paper_in();
    let (text, codes) = came_out(&booth, 1).await?;
    assert!(text.contains("재발행1회"), "{text}");
    assert_eq!(state(&venue, &codes[0]).await?, ["valid"]);
    window.is("print-bar", "data-stage", "printed").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_print_service_and_a_printer_that_is_gone_are_said_and_cost_no_ticket() -> Result {
    let _turn = turn().await;
    let (venue, mut booth) = (Venue::open().await?, Booth::open());
    let desk = desk_at(&booth).await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    choose(&window, PRINTER, "roll").await?;
    sell(&window, &venue.free_seats(1).await?).await?;
    booth.kill_service();
    window.press(Key::F9).await?;
    window.says("notice", "이 PC의 인쇄 서비스에 연결할 수 없습니다").await?;
    window.picture("no-print-service")?;
    booth.start_service();
    // Nothing was issued, so this is the first.
    window.press(Key::F9).await?;
    assert!(!came_out(&booth, 1).await?.0.contains("재발행"));

    booth.admin("lpadmin", &["-x", PRINTER]);
    window.press(Key::F9).await?;
    window.says("notice", "설정한 프린터를 찾을 수 없습니다").await?;
    window.picture("printer-gone")?;
    assert_eq!(booth.outcomes().len(), 1);
    assert_eq!(venue.read("select op_id::text from journal where kind = 'print'").await?.len(), 1);
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_printer_tickets_are_saved_and_a_customer_who_is_looked_up_gets_them_again() -> Result {
    let _turn = turn().await;
    let (venue, booth) = (Venue::open().await?, Booth::open());
    let desk = desk_at(&booth).await?;
    let window = desk.start_at(&venue.counter("counter_1").await?).await?;
    window.press(Key::F9).await?;
    window.says("notice", "아직 인쇄한 티켓이 없습니다.").await?;
    let number = sell(&window, &venue.free_seats(1).await?).await?;
    window.click("print-tickets").await?;
    window.is("print-bar", "data-stage", "saved").await?;
    window.says("notice", &number).await?;
    window.picture("saved")?;
    let first = desk.file(&format!("Maepyo {number}.pdf"))?;
    assert!(!booth.text_of(&first).contains("재발행"));

    look_up(&window, PHONE, PASSWORD).await?;
    window.see("lookup-result").await?;
    window.click("print-tickets").await?;
    until("the second file", || async { Ok(desk.file(&format!("Maepyo {number} (2).pdf")).is_ok()) }).await?;
    let second = desk.file(&format!("Maepyo {number} (2).pdf"))?;
    assert!(booth.text_of(&second).contains("재발행1회"));
    window.picture("printed-from-look-up")?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_prints_any_sale_from_the_list() -> Result {
    let _turn = turn().await;
    let (venue, booth) = (Venue::open().await?, Booth::open());
    let seats = venue.free_seats(1).await?;
    venue.sell(&seats, "강바다", PHONE, PASSWORD).await?;
    let desk = desk_at(&booth).await?;
    let window = desk.start_admin_at(&venue.manager("manager_1").await?).await?;
    choose(&window, PRINTER, "a4").await?;
    window.click("nav-admin").await?;
    window.click("admin-tab-concerts").await?;
    let title = venue.read("select title from concerts where venue = '대극장'").await?;
    let open = "const rows = [...document.querySelectorAll('[data-testid=concert-row]')];
        const row = rows.find((row) => row.dataset.title === arguments[0]);
        row?.querySelector('[data-testid=concert-title-link]').click();
        return row !== undefined";
    until("the concert", || async { Ok(window.script(open, vec![json!(title[0])]).await? == json!(true)) }).await?;
    window.click("part-reservations").await?;
    window.write("reservation-search", "강바다").await?;
    let rows = "return [...document.querySelectorAll('[data-testid=reservation-row]')].map((row) => row.innerText)";
    until("the one that was searched for", || async {
        let rows = window.script(rows, Vec::new()).await?;
        Ok(rows.as_array().is_some_and(|rows| rows.len() == 1 && rows[0].to_string().contains("강*다")))
    })
    .await?;
    window.click("print-tickets").await?;
    window.is("print-bar", "data-stage", "printed").await?;
    window.picture("admin-printed")?;
    let (text, _) = came_out(&booth, 1).await?;
    assert!(text.contains(&seats[0].replace(' ', "")) && !text.contains("강바다"), "{text}");
    window.close().await
}
