//! Seat lists of other kinds than the cases: other languages, shapes and formats.

use hall_file::{About, Choice, Choices, FileKind, Meaning, Reading};

use crate::support::*;

fn at(reading: &Reading, about: &About) -> Vec<Option<u32>> {
    doubts(reading, |found| found == about)
        .iter()
        .flat_map(|doubt| doubt.places.iter().map(|place| place.row))
        .collect()
}

fn summary(reading: &Reading) -> (u32, Vec<&str>, bool) {
    let labels = labels(reading);
    let ends = [labels.first(), labels.last()].into_iter().flatten().copied().collect();
    (reading.counts.seats, ends, reading.is_settled())
}

// Formats.

#[test]
fn tabs_part_an_english_list() {
    let list = "Section\tRow\tSeat\tPrice level\tPrice\nStalls\tA\t1\tPremium\t120,000\nStalls\tA\t2\tPremium\t120,000\nBalcony\tAA\t14\tStandard\t80000\n";
    let read = text(list);
    assert_eq!(summary(&read), (3, vec!["Stalls Row A Seat 1", "Balcony Row AA Seat 14"], true));
    assert_eq!(prices(&read), [("Premium", Some(120_000)), ("Standard", Some(80_000))]);
}

#[test]
fn semicolons_part_a_german_list_whose_prices_are_no_won() {
    let list = "Bereich;Reihe;Platz;Kategorie;Preis\nParkett;1;1-3;PK 1;45,00\nParkett;2;4;PK 1;45,00\nRang links;1;1;PK 2;1.250,50 €\n";
    let read = text(list);
    assert_eq!((read.counts.seats, labels(&read)[0], labels(&read)[4]), (5, "Parkett 1-1", "Rang links 1-1"));
    // 45,00 isn't 4,500 won.
    assert_eq!(prices(&read), [("PK 1", None), ("PK 2", None)]);
    assert_eq!(doubts(&read, |about| *about == About::UnreadPrice).len(), 2);
}

#[test]
fn a_japanese_list_comes_in_from_an_open_document() {
    let bytes = open_document(&[(
        "座席表",
        &[
            &["階", "ブロック", "列", "席番", "席種", "料金"],
            &["1", "A1", "1", "1", "S席", "8,800円"],
            &["1", "A1", "1", "2", "S席", "8,800円"],
            &["2", "B", "10", "１５", "A席", "￥6,600"],
        ],
    )]);
    let read = with("seats.ods", &bytes, &Choices::default());
    assert_eq!(summary(&read), (3, vec!["1階 A1ブロック 1列 1番", "2階 Bブロック 10列 15番"], true));
    assert_eq!(prices(&read), [("S席", Some(8_800)), ("A席", Some(6_600))]);
}

#[test]
fn a_workbook_with_strings_in_its_cells_is_read() {
    let cell = |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let rows = [["구역", "열", "번호", "등급"], ["가", "1", "1~5", "R석"], ["나", "2", "10~6", "S석"]];
    let mut data = String::new();
    for (row, cells) in (1..).zip(rows) {
        let cells: String =
            ["A", "B", "C", "D"].iter().zip(cells).map(|(c, text)| cell(&format!("{c}{row}"), text)).collect();
        data += &format!("<row r=\"{row}\">{cells}</row>");
    }
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let bytes = packed(&[
        ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        (
            "_rels/.rels",
            &format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            &format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"좌석\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", &format!("<worksheet xmlns=\"{main}\"><sheetData>{data}</sheetData></worksheet>")),
    ]);
    for name in ["seats.xlsx", "seats.xlsm", "noname"] {
        let read = with(name, &bytes, &Choices::default());
        assert_eq!(summary(&read), (10, vec!["가구역 1열 1번", "나구역 2열 6번"], true));
    }
}

#[test]
fn excels_unicode_text_and_old_korean_text_are_read() {
    let list = "층\t구역\t열\t번호\t등급\r\n1층\t가\t1\t1~10\tR석\r\n2층\t나\t2\t1~5\tS석\r\n";
    let little: Vec<u8> = [0xff, 0xfe].into_iter().chain(list.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let big: Vec<u8> = [0xfe, 0xff].into_iter().chain(list.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    let bare: Vec<u8> = list.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (korean, _, _) = encoding_rs::EUC_KR.encode(list);
    for bytes in [&little, &big, &bare, &korean.into_owned()] {
        let read = with("seats.txt", bytes, &Choices::default());
        assert_eq!(summary(&read), (15, vec!["1층 가구역 1열 1번", "2층 나구역 2열 5번"], true));
    }
    let (long, _, _) = encoding_rs::EUC_KR.encode("층,블록,열,좌석번호,좌석등급\r\n");
    let mut long = long.into_owned();
    for i in 1..200 {
        let (line, _, _) = encoding_rs::EUC_KR.encode("1층,가블록,");
        long.extend_from_slice(&line);
        long.extend_from_slice(format!("{i},1~10,R\r\n").as_bytes());
    }
    let read = with("seats.csv", &long, &Choices::default());
    assert_eq!((read.counts.seats, labels(&read)[0]), (1_990, "1층 가블록 1열 1번"));
    assert!(read.is_settled() && doubts(&read, |about| *about == About::Encoding).is_empty());
}

#[test]
fn a_japanese_text_of_an_old_encoding_is_read_and_said_so() {
    let list = "階,ブロック,列,番号,席種\r\n1階,アリーナA,1,1～10,ＳＳ席\r\n2階,スタンドB,12,1～4,Ｓ席\r\n";
    let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(list);
    let read = with("seats.csv", &bytes, &answers([("encoding", Choice::Name("shift_jis".into()))]));
    assert_eq!(summary(&read), (14, vec!["1階 アリーナA 1列 1番", "2階 スタンドB 12列 4番"], true));
}

// Headings.

#[test]
fn headings_stand_on_the_second_sheet_under_a_title_an_address_and_a_legend() {
    let read = sheets(&[
        ("표지", &[&["○○문화예술회관 대극장"], &["작성일", "2026-11-01"], &["담당", "김하늘"]]),
        (
            "좌석",
            &[
                &["좌석 등급표"],
                &[""],
                &["※ R석은 1층, S석은 2층"],
                &["층", "열\n(Row)", "좌 석\n번 호", "좌석\n등급", "금액(원)"],
                &["1층", "가열", "1~4", "R석", "110,000"],
                &["2층", "나열", "1~4", "S석", "88,000"],
            ],
        ),
    ]);
    assert_eq!(summary(&read), (8, vec!["1층 가열 1번", "2층 나열 4번"], true));
    assert_eq!(read.files[0].headings[0].place.row, Some(4));
    assert_eq!(doubts(&read, |about| *about == About::SheetLeftOut)[0].value, "표지");
}

#[test]
fn full_width_and_bracketed_headings_are_known() {
    let read = text("［階］,【ブロック】,（列）,＜座席番号＞,［券種］,（価格）\n1,A,1,1,S,8800\n1,A,1,2,S,8800\n");
    assert_eq!(
        (read.counts.seats, labels(&read)[1], read.hall.tiers[0].price),
        (2, "1階 Aブロック 1列 2番", Some(8_800))
    );
    let read = text("Floor (층),Block [블록],Row {열},Seat No. <번호>,Grade\n1F,A,1,1,VIP\n1F,A,1,2,VIP\n");
    assert_eq!((read.counts.seats, read.hall.seats[1].number), (2, Some(2)));
}

#[test]
fn a_heading_that_isnt_known_is_shown_with_samples_and_can_be_assigned() {
    let list = "구역,열,번호,등급,시야\n가,1,1,R석,양호\n가,1,2,R석,시야제한\n";
    let read = text(list);
    let unknown = doubts(&read, |about| matches!(about, About::UnknownHeading { .. }));
    assert_eq!(unknown[0].about, About::UnknownHeading { samples: vec!["양호".into(), "시야제한".into()] });
    assert!(read.is_settled());
    let list = "Bezirk;Reihe;Platz;PG\nA;1;1;I\nB;1;1;II\n";
    let read = with(
        "l.csv",
        list.as_bytes(),
        &answers([("heading:bezirk", Choice::Means(Meaning::Section)), ("heading:pg", Choice::Means(Meaning::Tier))]),
    );
    assert_eq!((sections(&read), tiers(&read)), (vec![("A", 1), ("B", 1)], vec![("I", 1), ("II", 1)]));
}

#[test]
fn a_table_without_headings_is_read_by_its_words_and_asked_about_for_the_rest() {
    let list =
        "가구역,1열,1번,R석,110000\n가구역,1열,2번,R석,110000\n나구역,1열,1번,S석,88000\n나구역,1열,2번,S석,88000\n";
    let read = text(list);
    assert_eq!(doubts(&read, |about| *about == About::NoHeadings).len(), 1, "{:?}", read.doubts);
    assert_eq!(summary(&read), (4, vec!["가구역 1열 1번", "나구역 1열 2번"], true));
    assert_eq!(prices(&read), [("R석", Some(110_000)), ("S석", Some(88_000))]);
    let read = sheets(&[(
        "Sheet1",
        &[&["Stalls", "A", "1", "Gold"], &["Stalls", "A", "2", "Gold"], &["Stalls", "A", "3", "Gold"]],
    )]);
    assert_eq!(doubts(&read, |about| *about == About::NoHeadings).len(), 1);
    assert!(
        !doubts(&read, |about| matches!(about, About::UnknownHeading { .. } | About::MissingHeading { .. })).is_empty()
    );
}

#[test]
fn a_list_without_a_column_of_numbers_says_which_headings_it_read() {
    let read = text("구역,열,등급,비고\n가,1,R석,\n나,2,S석,\n");
    let missing = doubts(&read, |about| *about == About::MissingHeading { meaning: Meaning::Number });
    assert_eq!((missing.len(), missing.first().map(|doubt| doubt.value.as_str())), (1, Some("구역, 열, 등급, 비고")));
    assert!(!read.is_settled());
}

// Numbers.

#[test]
fn many_seats_in_one_cell_are_read_in_every_way_of_writing() {
    for (numbers, seats, last) in [
        ("1 2 3 4 5", 5, "5"),
        ("1,2,3", 3, "3"),
        ("1~22", 22, "22"),
        ("1번~22번", 22, "22"),
        ("1～10, 15~22", 18, "22"),
        ("1-10, 15~22", 18, "22"),
        ("22~1", 22, "1"),
        ("22 21 20", 3, "20"),
        ("1,3,5~9(홀수)", 5, "9"),
        ("2~10 (짝수)", 5, "10"),
        ("홀수 1~7", 4, "7"),
        ("1~22번 (22석)", 22, "22"),
        ("１，２，３", 3, "3"),
        ("1・2・3", 3, "3"),
        ("1 ~ 5 / 8 ~ 10", 8, "10"),
        ("A1~A8", 8, "A8"),
        ("1 to 5", 5, "5"),
        ("1…5", 5, "5"),
        ("1번부터 10번까지", 10, "10"),
        ("1~5번, 7번", 6, "7"),
        ("[1~4]", 4, "4"),
    ] {
        let read = text(&format!("구역,열,번호,등급\n가,1,\"{numbers}\",R석\n"));
        let wanted = format!("가구역 1열 {last}번");
        assert_eq!((read.counts.seats, labels(&read).last().copied()), (seats, Some(wanted.as_str())), "{numbers}");
        assert!(read.is_settled(), "{numbers}");
    }
    let read = text("구역,열,번호,등급\n가,1,\"1~3, 휠체어1\",R석\n");
    assert_eq!(labels(&read).last().copied(), Some("가구역 1열 휠체어1"));
}

#[test]
fn one_cell_may_hold_everything_of_a_seat() {
    let read = text("좌석,등급\n1층 A블록 1열 1번~10번,R석\n1층 A블록 2열 1번~8번,R석\n2층 B블록 1열 3번,S석\n");
    assert_eq!(summary(&read), (19, vec!["1층 A블록 1열 1번", "2층 B블록 1열 3번"], true));
    assert_eq!(sections(&read), [("1층 A블록", 18), ("2층 B블록", 1)]);
    let read = text(
        "座席番号,席種\nアリーナ A1ブロック 1列 1番,SS席\nアリーナ A1ブロック 1列 2番,SS席\nスタンド1階 南 3列 15番,S席\n",
    );
    assert_eq!((labels(&read)[0], labels(&read)[2]), ("アリーナ A1ブロック 1列 1番", "スタンド1階 南 3列 15番"));
    let read = text("좌석번호,등급\n아레나 A1블록 1열 1번,R석\n아레나 A1블록 1열 2번,R석\n");
    assert_eq!((sections(&read), read.hall.seats[1].number), (vec![("아레나 A1블록", 2)], Some(2)));
    let read = text("위치,번호,등급\nA구역 10열,1~5,R석\nB블록3열,1~5,R석\n");
    assert_eq!((labels(&read)[0], labels(&read)[9], read.is_settled()), ("A구역 10열 1번", "B블록 3열 5번", true));
    let read = text("Seat,Category\nBlock A Row 3 Seat 12,Gold\nBlock A Row 3 Seat 13,Gold\n");
    assert_eq!((labels(&read), sections(&read)), (vec!["A Row 3 Seat 12", "A Row 3 Seat 13"], vec![("A", 2)]));
}

#[test]
fn what_excel_made_a_date_of_is_shown_as_excel_shows_it_and_asked_about() {
    let read = text("구역,열,번호,등급\n가,1,01월 02일,R석\n가,2,1~3,R석\n");
    let date = doubts(&read, |about| *about == About::DateCell);
    assert_eq!((date[0].value.as_str(), date[0].places[0].row, date[0].chosen.clone()), ("01월 02일", Some(2), None));
    let key = date[0].key.clone();
    let list = "구역,열,번호,등급\n가,1,01월 02일,R석\n가,2,1~3,R석\n";
    assert_eq!(with("l.csv", list.as_bytes(), &answers([(&key, Choice::Range)])).counts.seats, 5);
    assert_eq!(labels(&with("l.csv", list.as_bytes(), &answers([(&key, Choice::OneSeat)])))[0], "가구역 1열 1-2번");

    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    fill(
        sheet,
        &[
            &["Section", "Row", "Seat", "Price level", "Seat count"],
            &["A", "1", "", "Gold", "5"],
            &["A", "2", "", "Gold", "1"],
        ],
    );
    let format = rust_xlsxwriter::Format::new().set_num_format("d-mmm");
    for (row, (month, day)) in [(1, (3, 7)), (2, (1, 2))] {
        let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, month, day).unwrap();
        sheet.write_datetime_with_format(row, 2, &date, &format).unwrap();
    }
    let read = with("l.xlsx", &book.save_to_buffer().unwrap(), &Choices::default());
    // The count says that 3-7 was a range, and 1-2 a seat's name.
    let dates = doubts(&read, |about| *about == About::DateCell);
    assert_eq!(dates.iter().map(|doubt| doubt.value.as_str()).collect::<Vec<_>>(), ["7-Mar", "2-Jan"]);
    assert_eq!(
        dates.iter().map(|doubt| doubt.default.clone()).collect::<Vec<_>>(),
        [Some(Choice::Range), Some(Choice::OneSeat)]
    );
    assert_eq!(
        labels(&read),
        ["A Row 1 Seat 3", "A Row 1 Seat 4", "A Row 1 Seat 5", "A Row 1 Seat 6", "A Row 1 Seat 7", "A Row 2 Seat 1-2"]
    );
}

// What is left empty, and what sums up.

#[test]
fn what_is_left_empty_is_carried_down_and_said_so() {
    let read = text(
        "층,블록,열,번호,등급,가격\n1층,A,1,1~10,VIP,150000\n,,2,1~10,,\n,B,1,1~8,R,120000\n2층,A,1,1~8,S,90000\n",
    );
    assert_eq!(sections(&read), [("1층 A", 20), ("1층 B", 8), ("2층 A", 8)]);
    assert_eq!((tiers(&read), read.is_settled()), (vec![("VIP", 20), ("R", 8), ("S", 8)], true));
    let carried = doubts(&read, |about| matches!(about, About::CarriedDown { .. }));
    assert_eq!(carried.len(), 3);
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    fill(
        sheet,
        &[
            &["席種", "階", "列", "席番"],
            &["", "", "1", "1"],
            &["", "", "1", "2"],
            &["", "", "2", "1"],
            &["", "", "2", "2"],
        ],
    );
    let format = rust_xlsxwriter::Format::new();
    sheet.merge_range(1, 0, 4, 0, "S席", &format).unwrap();
    sheet.merge_range(1, 1, 4, 1, "1階", &format).unwrap();
    let read = with("l.xlsx", &book.save_to_buffer().unwrap(), &Choices::default());
    assert_eq!((tiers(&read), labels(&read)[3]), (vec![("S席", 4)], "1階 2列 2番"));
    assert_eq!(doubts(&read, |about| matches!(about, About::CarriedDown { .. })).len(), 2);
}

#[test]
fn subtotals_by_word_by_formula_and_nameless_are_no_seats() {
    let read = text(
        "구역,열,번호,좌석수,등급\nA구역,1,1~10,10,R석\nA구역,2,1~10,10,R석\nA구역 소계,,,20,\nB구역,1,1~5,5,S석\nB구역 소계,,,5,\n총계,,,25,\n",
    );
    assert_eq!(
        (read.counts.seats, read.counts.written, sections(&read)),
        (25, Some(25), vec![("A구역", 20), ("B구역", 5)])
    );
    assert!(read.is_settled() && doubts(&read, |about| matches!(about, About::TotalDiffers { .. })).is_empty());

    let read = sheets(&[(
        "Plan",
        &[
            &["Block", "Row", "Seats", "Qty", "Category"],
            &["A", "1", "1~10", "10", "Gold"],
            &["A", "2", "1~10", "10", "Gold"],
            &["Subtotal", "", "", "=SUM(D2:D3)", ""],
            &["B", "1", "1~5", "5", "Silver"],
            &["", "", "", "=SUM(D5:D5)", ""],
            &["Total", "", "", "25", ""],
        ],
    )]);
    assert_eq!((read.counts.seats, read.counts.written), (25, Some(25)), "{:?}", read.doubts);
    assert!(doubts(&read, |about| matches!(about, About::TotalDiffers { .. } | About::EmptyNumber)).is_empty());

    let read = text("구역,열,번호,좌석수,등급\nA구역,1,1~10,10,R석\n소계,,,11,\nB구역,1,1~5,5,S석\n합계,,,15,\n");
    let differs = doubts(&read, |about| *about == About::TotalDiffers { written: 11, found: 10 });
    assert_eq!((differs.len(), differs[0].places[0].row), (1, Some(3)));
    assert_eq!((read.counts.seats, read.counts.written), (15, Some(15)));
}

#[test]
fn a_count_that_disagrees_is_told_line_by_line() {
    let read = sheets(&[(
        "목록",
        &[
            &["구역", "열", "좌석번호", "좌석수"],
            &["가", "1", "1~10", "10"],
            &["가", "2", "1~10", "11"],
            &["가", "3", "1,2,5", "3석"],
        ],
    )]);
    assert_eq!(at(&read, &About::CountDiffers { written: 11, found: 10 }), [Some(3)]);
    let read = text("ブロック,列,席番,席数\nA,1,1～10,10席\nA,2,1～9,10席\n");
    assert_eq!(at(&read, &About::CountDiffers { written: 10, found: 9 }), [Some(3)]);
    assert_eq!(read.counts.seats, 19);
}

// Whole files.

#[test]
fn a_sheet_for_each_floor_gives_the_floor() {
    let rows: &[&[&str]] = &[&["블록", "열", "번호", "등급"], &["A", "1", "1~10", "R석"], &["B", "1", "1~10", "S석"]];
    let read = sheets(&[("1층", rows), ("2층", rows), ("3층(발코니)", rows)]);
    assert_eq!(read.counts.seats, 60);
    assert_eq!((labels(&read)[0], labels(&read)[20]), ("1층 A블록 1열 1번", "2층 A블록 1열 1번"));
    assert!(read.is_settled(), "{:?}", open(&read));
    let rows: &[&[&str]] = &[&["Row", "Seat", "Category"], &["A", "1", "Gold"], &["A", "2", "Gold"]];
    let read = sheets(&[("Stalls", rows), ("Balcony", rows)]);
    assert_eq!((labels(&read)[0], labels(&read)[2]), ("Stalls Row A Seat 1", "Balcony Row A Seat 1"));
    assert!(read.is_settled(), "{:?}", open(&read));
}

#[test]
fn fourteen_thousand_lines_of_one_seat_each_are_read() {
    let mut list = String::from("NO,층,구역,열,좌석번호,등급,정가\n");
    let mut no = 0;
    for section in ["가", "나", "다", "라"] {
        for row in 1..=70 {
            for seat in 1..=50 {
                no += 1;
                list += &format!(
                    "{no},{}층,{section},{row},{seat},{},{}\n",
                    1 + row / 40,
                    if row < 20 { "R석" } else { "S석" },
                    if row < 20 { 110_000 } else { 88_000 }
                );
            }
        }
    }
    let read = text(&list);
    assert_eq!((read.counts.seats, read.files[0].kind, read.files[0].lines), (14_000, FileKind::SeatList, 14_000));
    assert_eq!((tiers(&read), read.is_settled()), (vec![("R석", 3_800), ("S석", 10_200)], true));
    assert!(read.doubts.is_empty(), "{:?}", read.doubts);
}

#[test]
fn twins_are_found_in_a_workbook_and_in_another_script() {
    let read = sheets(&[(
        "s",
        &[
            &["구역", "열", "번호"],
            &["가", "1", "1"],
            &["가", "1", "01"],
            &["\u{1100}\u{1161}", "1", "２"],
            &["가", "01", "2\u{200b}"],
        ],
    )]);
    assert_eq!((read.counts.seats, doubts(&read, |about| *about == About::RepeatedSeat).len()), (2, 2));
    let read = text("Section,Row,Seat\nStalls,A,1\nstalls,a,01\nSTALLS ,Ａ,1\n");
    assert_eq!((read.counts.seats, doubts(&read, |about| *about == About::RepeatedSeat).len()), (1, 1));
}

#[test]
fn prices_are_read_as_agencies_write_them() {
    let read = text(
        "구역,열,번호,등급,티켓가\n가,1,1,VIP석,\"₩165,000\"\n가,1,2,R석,\"\\132,000\"\n가,1,3,S석,\"９９，０００원\"\n가,1,4,A석,7만7천원\n가,1,5,휠체어석,무료\n",
    );
    let wanted = [
        ("VIP석", Some(165_000)),
        ("R석", Some(132_000)),
        ("S석", Some(99_000)),
        ("A석", Some(77_000)),
        ("휠체어석", Some(0)),
    ];
    assert_eq!(prices(&read), wanted);
    assert_eq!(doubts(&read, |about| *about == About::NoPrice)[0].value, "휠체어석");
    let read = text("구역,열,번호,등급,가격\n가,1,1,R석,132000\n가,1,2,R석,99000\n가,1,3,R석,132000\n");
    assert_eq!(open(&read), ["prices:r"]);
}

#[test]
fn a_list_side_by_side_and_repeated_headings_are_one_list() {
    let read = text("열,번호,등급,열,번호,등급\n1,1~5,R석,2,1~5,R석\n3,1~5,S석,4,1~5,S석\n");
    assert_eq!((read.counts.seats, read.is_settled()), (20, true));
    let read = text("구역,열,번호,등급\n가,1,1~5,R석\n구역,열,번호,등급\n나,1,1~5,R석\n");
    assert_eq!((read.counts.seats, sections(&read)), (10, vec![("가", 5), ("나", 5)]));
}

#[test]
fn lines_that_name_what_follows_are_titles() {
    let read = text("구역,열,번호,등급\n1층,,,\nA구역,1,1~5,R석\n2층,,,\nA구역,1,1~5,S석\n");
    assert_eq!((sections(&read), read.is_settled()), (vec![("1층 A구역", 5), ("2층 A구역", 5)], true));
}
