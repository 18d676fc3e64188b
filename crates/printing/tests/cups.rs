//! Against a CUPS of its own: its scheduler and its filters, and a printer whose paper can be taken away.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails by panicking")]

mod booth;

use std::time::{Duration, Instant};

use booth::Booth;
use printing::{Error, Job, Media, PrintService, Printer, Progress, Stage, Trouble};
use ticket::{Code, Language, Paper, Sale, Seat, document, qr_text};

fn sale(seats: usize) -> Sale {
    let day = chrono::NaiveDate::from_ymd_opt(2026, 12, 24).unwrap();
    Sale {
        title: "봄밤 콘서트".into(),
        venue: Some("세종대극장".into()),
        starts_at: day.and_hms_opt(19, 30, 0),
        number: "K7Q2-93FD".into(),
        sold_at: day.and_hms_opt(14, 3, 0).unwrap(),
        counter: "1번 창구".into(),
        seats: (0..seats)
            .map(|n| Seat {
                label: format!("B구역 12열 {}번", n + 1),
                tier: "VIP석".into(),
                price: 165_000,
                code: Code([n as u8; 16]),
            })
            .collect(),
        walk_up: false,
        reprint: 0,
    }
}

fn tickets(seats: usize) -> Vec<u8> {
    document(&sale(seats), Paper::A4, Language::Ko).unwrap().pdf
}

/// Asks until it is so.
fn wait_for(service: &PrintService, job: &Job, wanted: impl Fn(Progress) -> bool) -> Progress {
    let begin = Instant::now();
    loop {
        let now = service.progress(job).unwrap().unwrap();
        if wanted(now) {
            return now;
        }
        assert!(begin.elapsed() < Duration::from_secs(30), "{now:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

const PRINTED: Progress = Progress { stage: Stage::Printed, trouble: None };

#[test]
fn tickets_come_out_of_the_printer_with_their_text_and_their_qr() {
    let booth = Booth::open();
    let service = booth.service();
    let job = service.print("매표", "Maepyo K7Q2-93FD", tickets(2), Media::A4).unwrap();
    assert_eq!(wait_for(&service, &job, |now| now.stage == Stage::Printed), PRINTED);
    let (text, codes) = booth.came_out(&job);
    for said in ["봄밤콘서트", "2026년12월24일(목)19:30", "12열1번", "12열2번", "합계2석₩330,000"] {
        assert!(text.contains(said), "{said} is missing in {text}");
    }
    let sale = sale(2);
    let issued: Vec<String> = sale.seats.iter().map(|seat| qr_text(&sale.number, &seat.code)).collect();
    assert_eq!(codes, issued);
}

#[test]
fn a_hundred_tickets_are_with_the_print_service_in_three_seconds() {
    let booth = Booth::open();
    let service = booth.service();
    let begin = Instant::now();
    let job = service.print("매표", "Maepyo K7Q2-93FD", tickets(100), Media::A4).unwrap();
    let taken = begin.elapsed();
    wait_for(&service, &job, |now| now.stage == Stage::Printed);
    println!("100 tickets: taken after {taken:?}, printed after {:?}", begin.elapsed());
    assert_eq!(booth.came_out(&job).1.len(), 100);
    assert!(taken < Duration::from_secs(3), "{taken:?}");
}

#[test]
fn a_ticket_without_paper_says_so_and_comes_out_once_there_is_some() {
    let booth = Booth::open();
    let service = booth.service();
    booth.take_paper_away();
    let job = service.print("매표", "Maepyo K7Q2-93FD", tickets(1), Media::A4).unwrap();
    let now = wait_for(&service, &job, |now| now.trouble.is_some());
    assert_eq!(now, Progress { stage: Stage::Printing, trouble: Some(Trouble::Paper) });
    booth.put_paper_in();
    assert_eq!(wait_for(&service, &job, |now| now.stage == Stage::Printed), PRINTED);
}

#[test]
fn a_job_that_waits_for_paper_can_be_taken_back_and_nothing_comes_out() {
    let booth = Booth::open();
    let service = booth.service();
    booth.take_paper_away();
    let job = service.print("매표", "Maepyo K7Q2-93FD", tickets(1), Media::A4).unwrap();
    wait_for(&service, &job, |now| now.trouble == Some(Trouble::Paper));
    service.cancel(&job).unwrap();
    assert_eq!(wait_for(&service, &job, |now| now.trouble.is_none()).stage, Stage::Cancelled);
    booth.put_paper_in();
    let next = service.print("매표", "Maepyo K7Q2-93FD", tickets(1), Media::A4).unwrap();
    wait_for(&service, &next, |now| now.stage == Stage::Printed);
    assert_eq!(booth.outcomes(), [next.id]);
    // One that is printed stays printed.
    service.cancel(&next).unwrap();
    assert_eq!(service.progress(&next).unwrap(), Some(PRINTED));
}

#[test]
fn a_printer_that_is_away_says_so() {
    let booth = Booth::open();
    let service = booth.service();
    let job = service.print("away", "Maepyo K7Q2-93FD", tickets(1), Media::A4).unwrap();
    let now = wait_for(&service, &job, |now| now.trouble.is_some());
    assert_eq!(now.trouble, Some(Trouble::Away));
    assert_ne!(now.stage, Stage::Printed);
}

#[test]
fn a_printer_that_is_stopped_keeps_the_job_and_one_that_refuses_takes_none() {
    let booth = Booth::open();
    let service = booth.service();
    booth.admin("cupsdisable", &["매표"]);
    let job = service.print("매표", "Maepyo K7Q2-93FD", tickets(1), Media::A4).unwrap();
    let now = wait_for(&service, &job, |now| now.trouble.is_some());
    assert_eq!(now, Progress { stage: Stage::Waiting, trouble: Some(Trouble::Stopped) });
    booth.admin("cupsenable", &["매표"]);
    wait_for(&service, &job, |now| now.stage == Stage::Printed);
    booth.admin("cupsreject", &["매표"]);
    let refused = service.print("매표", "Maepyo K7Q2-93FD", tickets(1), Media::A4);
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    assert_eq!(service.check("매표"), refused.map(drop));
    assert_eq!(service.check("away"), Ok(()));
}

#[test]
fn an_unknown_printer_and_no_print_service_are_told_apart() {
    let booth = Booth::open();
    let service = booth.service();
    assert_eq!(service.print("nobody", "x", tickets(1), Media::A4), Err(Error::UnknownPrinter));
    assert_eq!(service.check("nobody"), Err(Error::UnknownPrinter));
    booth.admin("lpadmin", &["-d", "매표"]);
    let named = |name: &str, title: &str| Printer { name: name.into(), title: title.into() };
    assert_eq!(service.printers().unwrap(), [named("매표", "매표소 1번"), named("away", "away")]);
    let nowhere = PrintService::at("127.0.0.1:1");
    assert_eq!(nowhere.printers(), Err(Error::NoService));
    assert_eq!(nowhere.print("매표", "x", tickets(1), Media::A4), Err(Error::NoService));
}

#[test]
fn a_print_service_that_was_killed_in_the_middle_finishes_the_job_once() {
    let mut booth = Booth::open();
    let service = booth.service();
    booth.take_paper_away();
    let job = service.print("매표", "Maepyo K7Q2-93FD", tickets(1), Media::A4).unwrap();
    wait_for(&service, &job, |now| now.trouble == Some(Trouble::Paper));
    booth.kill_service();
    assert_eq!(service.progress(&job), Err(Error::NoService));
    booth.start_service();
    booth.put_paper_in();
    assert_eq!(wait_for(&service, &job, |now| now.stage == Stage::Printed), PRINTED);
    assert_eq!(booth.outcomes(), [job.id]);
}

#[test]
fn a_size_that_is_told_is_what_comes_out() {
    let booth = Booth::open();
    let service = booth.service();
    let roll = document(&sale(1), Paper::Roll, Language::Ko).unwrap();
    let media = Media::Custom { width: roll.width, height: roll.height };
    let job = service.print("매표", "Maepyo K7Q2-93FD", roll.pdf, media).unwrap();
    wait_for(&service, &job, |now| now.stage == Stage::Printed);
    let (width, height) = booth.size(&job);
    assert!((width - 80.0).abs() < 0.5 && (height - roll.height).abs() < 0.5, "{width} × {height}");
    assert_eq!(booth.came_out(&job).1.len(), 1);
}
