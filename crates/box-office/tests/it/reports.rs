use std::io::Cursor;

use box_office::{ConcertId, Error, ReportWords, SheetKind};
use calamine::{Data, Reader, Xlsx};
use uuid::Uuid;

use crate::support::{PRICE, World, sell};

fn words() -> ReportWords {
    let word = |word: &str| word.to_owned();
    ReportWords {
        summary: word("요약"),
        tiers: word("등급"),
        sections: word("구역별"),
        counters: word("창구별"),
        seats: word("좌석"),
        title: word("공연"),
        venue: word("공연장"),
        starts_at: word("시작"),
        made_at: word("작성"),
        tier: word("등급"),
        section: word("구역"),
        row: word("열"),
        number: word("번호"),
        seat: word("좌석"),
        counter: word("창구"),
        price: word("가격"),
        status: word("상태"),
        sold: word("판매"),
        held: word("선점"),
        withheld: word("판매 안 함"),
        available: word("판매 가능"),
        walk_up: word("현장 판매"),
        cancelled: word("취소"),
        revenue: word("매출"),
        reason: word("사유"),
    }
}

/// Two seats sold, one held, one withheld, one free.
async fn stage() -> (World, ConcertId) {
    let world = World::new().await;
    let concert = world.concert(5).await;
    world
        .as_owner("update concerts set starts_at = '2030-12-24 19:30+09'; update seats set withheld_for = '하우스석' where label = 'A-4'")
        .await;
    sell(&world.counter(1).await, &concert, &concert.seats[..2]).await;
    world.as_owner("update concert_seat_tiers set price = 70000").await;
    world.counter(2).await.hold_seats(concert.id, &concert.seats[2..3]).await.unwrap();
    (world, concert.id)
}

fn rows_of_csv(bytes: &[u8]) -> Vec<Vec<String>> {
    csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap())
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

fn rows_of_xlsx(bytes: Vec<u8>, sheet: &str) -> Vec<Vec<Data>> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    workbook.worksheet_range(sheet).unwrap().rows().map(<[Data]>::to_vec).collect()
}

#[tokio::test]
async fn a_csv_report_tells_summary_tiers_sections_counters_and_every_seat() {
    let (world, concert) = stage().await;
    let bytes = world.manager(1).await.report(concert, SheetKind::Csv, &words()).await.unwrap();
    let rows = rows_of_csv(&bytes);
    let has = |row: &[&str]| assert!(rows.iter().any(|is| is == row), "{row:?} in {rows:?}");
    has(&["공연", "시험 공연"]);
    has(&["시작", "2030-12-24 19:30"]);
    has(&["좌석", "5"]);
    has(&["판매", "2"]);
    has(&["판매 가능", "1"]);
    has(&["매출", "100000"]);
    has(&["R석", "70000", "5", "2", "1", "1", "1", "100000"]);
    has(&["가", "", "5", "2", "1", "1", "1", "100000"]);
    has(&["counter_1", "2", "0", "100000"]);
    // A sold seat at its price at sale, the others at today's.
    has(&["가", "A", "1", "A-1", "R석", "판매", &PRICE.to_string(), ""]);
    has(&["가", "A", "3", "A-3", "R석", "선점", "70000", ""]);
    has(&["가", "A", "4", "A-4", "R석", "판매 안 함", "70000", "하우스석"]);
    has(&["가", "A", "5", "A-5", "R석", "판매 가능", "70000", ""]);
    assert_eq!(rows.iter().filter(|row| row.len() == 8 && row[3].starts_with("A-")).count(), 5);
}

#[tokio::test]
async fn an_excel_report_has_a_sheet_for_each_and_numbers_that_are_numbers() {
    let (world, concert) = stage().await;
    let bytes = world.manager(1).await.report(concert, SheetKind::Xlsx, &words()).await.unwrap();
    let workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes.clone())).unwrap();
    assert_eq!(workbook.sheet_names(), ["요약", "등급", "구역별", "창구별", "좌석"]);
    let seats = rows_of_xlsx(bytes.clone(), "좌석");
    assert_eq!(seats.len(), 6);
    assert_eq!(seats[1][3], Data::String("A-1".into()));
    assert_eq!(seats[1][6], Data::Float(PRICE as f64));
    assert_eq!(rows_of_xlsx(bytes.clone(), "등급")[1][7], Data::Float(100_000.0));
    assert_eq!(rows_of_xlsx(bytes, "요약")[0], [Data::String("공연".into()), Data::String("시험 공연".into())]);
}

#[tokio::test]
async fn what_looks_like_a_formula_is_text_in_both_kinds() {
    let (world, concert) = stage().await;
    world
        .as_owner(
            "update concerts set title = '=HYPERLINK(\"http://x\")', venue = '@x';
            update concert_seat_tiers set label = '-2+3';
            update seats set section_label = U&'\\3000=1+1', row_label = '＝1', withheld_for = '＋1' where label = 'A-4';
            update counters set display_name = '+cmd' where login = 'counter_1'",
        )
        .await;
    let manager = world.manager(1).await;
    let csv = manager.report(concert, SheetKind::Csv, &words()).await.unwrap();
    let cells: Vec<String> = rows_of_csv(&csv).into_iter().flatten().collect();
    for guarded in ["'=HYPERLINK(\"http://x\")", "'@x", "'-2+3", "'\u{3000}=1+1", "'＝1", "'＋1", "'+cmd"] {
        assert!(cells.iter().any(|cell| cell == guarded), "{guarded} in {cells:?}");
    }
    let computes = |cell: &&String| cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    assert_eq!(cells.iter().find(computes), None);
    let xlsx = manager.report(concert, SheetKind::Xlsx, &words()).await.unwrap();
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(xlsx.clone())).unwrap();
    for sheet in workbook.sheet_names() {
        assert!(workbook.worksheet_formula(&sheet).unwrap().is_empty(), "{sheet}");
    }
    assert_eq!(rows_of_xlsx(xlsx, "요약")[0][1], Data::String("=HYPERLINK(\"http://x\")".into()));
}

#[tokio::test]
async fn a_report_knows_no_customer() {
    let (world, concert) = stage().await;
    let manager = world.manager(1).await;
    let csv = String::from_utf8(manager.report(concert, SheetKind::Csv, &words()).await.unwrap()).unwrap();
    assert!(csv.contains("시험 공연") && !csv.contains("홍") && !csv.contains("5678"), "{csv}");
    let xlsx = manager.report(concert, SheetKind::Xlsx, &words()).await.unwrap();
    for sheet in ["요약", "등급", "구역별", "창구별", "좌석"] {
        let text = format!("{:?}", rows_of_xlsx(xlsx.clone(), sheet));
        assert!(!text.contains("홍") && !text.contains("5678"), "{text}");
    }
}

#[tokio::test]
async fn that_a_report_was_made_stands_in_the_journal() {
    let (world, concert) = stage().await;
    world.manager(1).await.report(concert, SheetKind::Csv, &words()).await.unwrap();
    let noted = "select count(*) from journal where kind = 'manage' and who = 'manager_1'
        and detail = (select jsonb_build_object('what', 'report', 'concert', id) from concerts)";
    assert_eq!(world.count(noted).await, 1);
}

#[tokio::test]
async fn a_report_of_nothing_or_with_impossible_sheet_names_is_refused() {
    let (world, concert) = stage().await;
    let manager = world.manager(1).await;
    let refused = manager.report(ConcertId(Uuid::nil()), SheetKind::Csv, &words()).await.unwrap_err();
    assert_eq!(refused, Error::UnknownConcert);
    let odd = ReportWords { tiers: "a/b".into(), ..words() };
    let refused = manager.report(concert, SheetKind::Xlsx, &odd).await.unwrap_err();
    assert_eq!(refused, Error::InvalidField { field: "words".into() });
}
