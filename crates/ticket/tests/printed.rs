//! What comes out, read back: the text by poppler, the QR by zbar from pixels as a ticket printer has them.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails by panicking")]

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use chrono::{NaiveDate, NaiveDateTime};
use proptest::prelude::*;
use ticket::{BadStock, Code, Error, Language, Paper, Sale, Seat, Stock, document, qr_text};

const STOCK: Stock = Stock { width: 1500, height: 700, top: 50, right: 50, bottom: 50, left: 50 };
const SMALL: Stock = Stock { width: 550, height: 300, top: 20, right: 20, bottom: 20, left: 20 };
const NARROW: Stock = Stock { width: 600, height: 1500, top: 200, right: 40, bottom: 40, left: 40 };
const PAPERS: [Paper; 5] = [Paper::A4, Paper::Roll, Paper::Stock(STOCK), Paper::Stock(SMALL), Paper::Stock(NARROW)];

fn at(year: i32, month: u32, day: u32, hour: u32, minute: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(year, month, day).unwrap().and_hms_opt(hour, minute, 0).unwrap()
}

fn sale(seats: usize) -> Sale {
    Sale {
        title: "봄밤 콘서트 — 서울시향과 함께하는 송년음악회".into(),
        venue: Some("세종대극장".into()),
        starts_at: Some(at(2026, 12, 24, 19, 30)),
        number: "K7Q2-93FD".into(),
        sold_at: at(2026, 12, 1, 14, 3),
        counter: "1번 창구".into(),
        seats: (0..seats)
            .map(|n| Seat {
                label: format!("1층 B구역 12열 {}번", n + 1),
                tier: "VIP석".into(),
                price: 165_000,
                code: Code([n as u8; 16]),
            })
            .collect(),
        walk_up: false,
        reprint: 0,
    }
}

fn pdf(sale: &Sale, paper: Paper, language: Language) -> Result<Vec<u8>, Error> {
    document(sale, paper, language).map(|document| document.pdf)
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The text of each page, and what each QR of the pages says, at 203 dots per inch.
fn read_back(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("out.pdf"), bytes).unwrap();
    let text = run("pdftotext", &["-layout", "out.pdf", "-"], folder.path());
    run("pdftoppm", &["-r", "203", "-mono", "out.pdf", "page"], folder.path());
    let mut names: Vec<String> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".pbm"))
        .collect();
    names.sort();
    let mut codes = Vec::new();
    for name in &names {
        // Status 4 says that an image has none: a receipt.
        let output = Command::new("zbarimg")
            .args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", name])
            .current_dir(folder.path())
            .output()
            .unwrap();
        codes.extend(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned));
    }
    let mut pages: Vec<String> = text.split('\u{c}').map(str::to_owned).collect();
    assert_eq!(pages.pop().as_deref(), Some(""));
    assert_eq!(pages.len(), names.len());
    (pages, codes)
}

/// Without the places where lines were broken.
fn joined(page: &str) -> String {
    page.split_whitespace().collect()
}

#[test]
fn a_ticket_of_any_size_says_what_was_sold_and_its_qr_is_read_back() {
    for paper in PAPERS {
        let sale = sale(2);
        let (pages, codes) = read_back(&pdf(&sale, paper, Language::Ko).unwrap());
        for (page, seat) in pages.iter().zip(&sale.seats) {
            let page = joined(page);
            for said in [
                "봄밤콘서트—서울시향과함께하는송년음악회",
                "2026년12월24일(목)19:30",
                "세종대극장",
                &joined(&seat.label),
                "VIP석₩165,000",
                "예약번호K7Q2-93FD",
                "판매2026-12-0114:03·1번창구",
            ] {
                assert!(page.contains(said), "{paper:?}: {said} is missing in {page}");
            }
            assert!(!page.contains("재발행"));
        }
        let expected: Vec<String> = sale.seats.iter().map(|seat| qr_text(&sale.number, &seat.code)).collect();
        assert_eq!(codes, expected, "{paper:?}");
        let receipt = joined(&pages[2..].concat());
        for said in ["영수증", "12열1번·VIP석₩165,000", "12열2번·VIP석₩165,000", "합계2석₩330,000", "K7Q2-93FD"]
        {
            assert!(receipt.contains(said), "{paper:?}: {said} is missing in {receipt}");
        }
    }
}

#[test]
fn a_reprint_is_marked_with_its_count_on_every_page() {
    for paper in PAPERS {
        let (pages, _) = read_back(&pdf(&Sale { reprint: 2, ..sale(1) }, paper, Language::Ko).unwrap());
        assert!(joined(&pages[0]).starts_with("재발행2회"), "{paper:?}: {}", pages[0]);
        assert!(joined(&pages[1]).starts_with("재발행2회"), "{paper:?}: {}", pages[1]);
    }
}

#[test]
fn in_english_the_words_are_english() {
    let (pages, _) = read_back(&pdf(&Sale { reprint: 1, ..sale(1) }, Paper::Roll, Language::En).unwrap());
    let ticket = joined(&pages[0]);
    for said in ["Reprint1", "Thu24December2026,19:30", "ReservationK7Q2-93FD"] {
        assert!(ticket.contains(said), "{said} is missing in {ticket}");
    }
    assert!(joined(&pages[1]).contains("Total1seat₩165,000"), "{}", pages[1]);
}

#[test]
fn a_date_that_is_open_says_so() {
    let open = Sale { starts_at: None, venue: None, ..sale(1) };
    let (pages, _) = read_back(&pdf(&open, Paper::Roll, Language::Ko).unwrap());
    assert!(joined(&pages[0]).contains("일시미정"));
}

#[test]
fn the_receipt_of_many_seats_goes_on_over_pages_and_keeps_every_seat() {
    for paper in PAPERS {
        let sale = sale(60);
        let (pages, codes) = read_back(&pdf(&sale, paper, Language::Ko).unwrap());
        assert_eq!(codes.len(), 60, "{paper:?}");
        let receipt = joined(&pages[60..].concat());
        for n in 1..=60 {
            assert!(receipt.contains(&format!("12열{n}번·VIP석")), "{paper:?}: seat {n}");
        }
        assert!(receipt.contains("합계60석₩9,900,000"), "{paper:?}");
    }
}

#[test]
fn a_page_is_as_large_as_its_paper_and_a_roll_as_long_as_what_is_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let size = |paper| {
        std::fs::write(folder.path().join("out.pdf"), pdf(&sale(1), paper, Language::Ko).unwrap()).unwrap();
        let info = run("pdfinfo", &["out.pdf"], folder.path());
        let line = info.lines().find_map(|line| line.strip_prefix("Page size:")).unwrap().to_owned();
        let mut numbers = line.split_whitespace().filter_map(|word| word.parse::<f32>().ok());
        (numbers.next().unwrap() * 25.4 / 72.0, numbers.next().unwrap() * 25.4 / 72.0)
    };
    let near = |(width, height): (f32, f32), (w, h): (f32, f32)| (width - w).abs() < 0.1 && (height - h).abs() < 0.1;
    assert!(near(size(Paper::A4), (210.0, 297.0)));
    assert!(near(size(Paper::Stock(STOCK)), (150.0, 70.0)));
    let (width, height) = size(Paper::Roll);
    assert!((width - 80.0).abs() < 0.1 && (60.0..130.0).contains(&height), "{width} × {height}");
    // The first page is the ticket, and its receipt is shorter.
    let told = document(&sale(1), Paper::Roll, Language::Ko).unwrap();
    assert!(near((told.width, told.height), (width, height)), "{} × {}", told.width, told.height);
}

#[test]
fn the_font_is_embedded_as_a_subset() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = pdf(&sale(4), Paper::Roll, Language::Ko).unwrap();
    assert!(bytes.len() < 200_000, "{} bytes", bytes.len());
    std::fs::write(folder.path().join("out.pdf"), bytes).unwrap();
    let fonts = run("pdffonts", &["out.pdf"], folder.path());
    let rows: Vec<&str> = fonts.lines().skip(2).collect();
    assert_eq!(rows.len(), 2, "{fonts}");
    // Embedded, a subset, with a way back to Unicode.
    assert!(rows.iter().all(|row| row.contains("Pretendard") && row.contains("yes yes yes")), "{fonts}");
}

#[test]
fn a_hundred_tickets_take_less_than_three_seconds() {
    // Of this thread's own time: other tests run beside it.
    let spent = || rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let begin = spent();
    let bytes = pdf(&sale(100), Paper::Stock(STOCK), Language::Ko).unwrap();
    let took = Duration::try_from(spent() - begin).unwrap();
    println!("100 tickets and their receipt: {took:?}, {} bytes", bytes.len());
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[test]
fn a_stock_without_room_is_refused() {
    let stock = Stock { left: 1200, ..STOCK };
    assert_eq!(pdf(&sale(1), Paper::Stock(stock), Language::Ko), Err(Error::Stock(BadStock::Margins)));
}

/// Pages with something outside of the paper have a part that poppler finds beyond its box.
fn words_outside(bytes: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("out.pdf"), bytes).unwrap();
    let boxes = run("pdftotext", &["-bbox", "out.pdf", "-"], folder.path());
    let number = |line: &str, name: &str| -> f32 {
        line.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
    };
    let (mut width, mut height) = (0.0, 0.0);
    let mut outside = Vec::new();
    for line in boxes.lines().map(str::trim) {
        if line.starts_with("<page") {
            (width, height) = (number(line, "width"), number(line, "height"));
        } else if line.starts_with("<word")
            && (number(line, "xMin") < 0.0
                || number(line, "yMin") < -1.0
                || number(line, "xMax") > width
                || number(line, "yMax") > height + 1.0)
        {
            outside.push(format!("{line} in {width} × {height}"));
        }
    }
    outside
}

#[test]
fn texts_of_any_length_stay_on_the_paper() {
    for paper in PAPERS {
        for letters in [1, 30, 120, 1000] {
            let mut long = sale(1);
            long.title = "가나다 ".repeat(letters);
            long.venue = Some("W".repeat(letters));
            long.counter = "창구".repeat(letters);
            long.number = "K7Q2-93FD".into();
            long.reprint = u32::MAX;
            long.seats[0].label = "뷁".repeat(letters);
            long.seats[0].tier = "R석".repeat(letters);
            long.seats[0].price = i64::MIN;
            let outside = words_outside(&pdf(&long, paper, Language::Ko).unwrap());
            assert!(outside.is_empty(), "{paper:?}, {letters}: {outside:?}");
        }
    }
}

fn any_stock() -> impl Strategy<Value = Stock> {
    (300u16..=4000, 300u16..=4000, 0u16..600, 0u16..600, 0u16..600, 0u16..600)
        .prop_map(|(width, height, top, right, bottom, left)| Stock { width, height, top, right, bottom, left })
        .prop_filter("room", |stock| stock.check().is_ok())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_and_no_stock_makes_it_fail(
        title in ".{0,80}", venue in proptest::option::of(".{0,40}"), label in ".{0,40}", tier in ".{0,20}",
        counter in ".{0,40}", price: i64, reprint: u32, seats in 0usize..4, stock in any_stock(),
    ) {
        let mut sale = Sale { title, venue, counter, reprint, ..sale(seats) };
        for seat in &mut sale.seats {
            seat.label.clone_from(&label);
            seat.tier.clone_from(&tier);
            seat.price = price;
        }
        for paper in [Paper::Stock(stock), Paper::Roll, Paper::A4] {
            prop_assert!(pdf(&sale, paper, Language::Ko).is_ok());
        }
    }
}
