//! Several files of one hall, dropped together.

use hall_file::{About, Choice, Choices, File, Reading, read};

use crate::support::*;

fn together(files: &[(&str, &[u8])], choices: &Choices) -> Reading {
    let files: Vec<File<'_>> = files.iter().map(|(name, bytes)| File { name, bytes }).collect();
    read(&files, &[], choices).expect("the files can be read")
}

const CHART: &str = ",,무대,,,\n1층,,,,,\n가블록,,,나블록,,\n1,2,3,1열,1,2\n1,2,3,2열,1,2\n";

#[test]
fn the_list_gives_grades_and_the_chart_places() {
    let list = "층,구역,열,번호,등급,가격\n1층,가,1,1~3,R석,110000\n1층,가,2,1~3,S석,88000\n1층,나,1,1~2,R석,110000\n1층,나,2,1~2,S석,88000\n";
    for files in [[("l.csv", list), ("c.csv", CHART)], [("c.csv", CHART), ("l.csv", list)]] {
        let read = together(&files.map(|(name, text)| (name, text.as_bytes())), &answers([]));
        assert_eq!((read.counts.seats, read.is_settled()), (10, true));
        assert_eq!((labels(&read)[0], tiers(&read)), ("1층 가구역 1열 1번", vec![("R석", 5), ("S석", 5)]));
        let seat = |label: &str| read.hall.seats.iter().find(|seat| seat.label == label).unwrap();
        // The chart has a column between the blocks.
        assert!((seat("1층 나구역 1열 1번").x - seat("1층 가구역 1열 3번").x - 2.0).abs() < 1e-9);
        assert!(read.hall.stage.is_some() && read.doubts.is_empty(), "{:?}", read.doubts);
        assert_eq!((read.files[0].seats, read.files[1].seats), (10, 10));
    }
}

#[test]
fn what_stands_only_in_one_is_told() {
    let list = "층,구역,열,번호,등급\n1층,가,1,1~3,R석\n1층,가,2,1~2,R석\n1층,나,1,1~2,R석\n1층,나,2,1~3,R석\n";
    let files = [("l.csv", list.as_bytes()), ("c.csv", CHART.as_bytes())];
    let read = together(&files, &answers([]));
    let only = |about: &About| {
        doubts(&read, |found| found == about).iter().map(|doubt| doubt.value.clone()).collect::<Vec<_>>()
    };
    assert_eq!(only(&About::OnlyInList), ["1층 나구역 2열 3번"]);
    assert_eq!(only(&About::OnlyInChart), ["1층 가블록 2열 3번"]);
    assert_eq!((read.counts.seats, read.is_settled()), (10, true));
    let all =
        together(&files, &answers([("only in chart:1층 가블록", Choice::Take), ("only in list", Choice::LeaveOut)]));
    assert_eq!(all.counts.seats, 10);
    assert!(labels(&all).contains(&"1층 가블록 2열 3번"));
}

#[test]
fn a_floor_that_the_list_lacks_comes_from_the_chart() {
    let list = "Block,Row,Seat,Category\nA,1,1-4,Gold\nA,2,1-4,Silver\n";
    let chart = workbook(&[(
        "Plan",
        &[&["", "", "STAGE"], &["Level 1"], &["Row 1", "4", "3", "2", "1"], &["Row 2", "4", "3", "2", "1"]],
    )]);
    let read = together(&[("l.csv", list.as_bytes()), ("c.xlsx", &chart)], &answers([]));
    assert_eq!((read.counts.seats, tiers(&read)), (8, vec![("Gold", 4), ("Silver", 4)]));
    assert!(read.hall.seats[0].x > read.hall.seats[3].x);
    assert!(doubts(&read, |about| matches!(about, About::OnlyInChart | About::OnlyInList)).is_empty());
}

#[test]
fn tiers_that_differ_are_asked_about_and_colours_without_a_name_are_not() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let [red, blue, green] = [0xf4_b1_83, 0x9d_c3_e6, 0xc5_e0_b4]
        .map(|colour| rust_xlsxwriter::Format::new().set_background_color(rust_xlsxwriter::Color::RGB(colour)));
    for row in 0..3 {
        sheet.write_string(row, 0, format!("{}열", row + 1)).unwrap();
        for column in 1..=4 {
            let format = [&red, &blue, &green][row as usize];
            sheet.write_number_with_format(row, column, f64::from(column), format).unwrap();
        }
    }
    sheet.write_string_with_format(5, 0, "R석", &red).unwrap();
    sheet.write_string_with_format(6, 0, "S석", &blue).unwrap();
    let chart = book.save_to_buffer().unwrap();
    let alone = with("c.xlsx", &chart, &answers([]));
    assert_eq!(open(&alone), ["colour:#c5e0b4"]);
    let list = "열,번호,등급\n1,1~4,R석\n2,1~4,A석\n3,1~4,B석\n";
    let files = [("c.xlsx", chart.as_slice()), ("l.csv", list.as_bytes())];
    let read = together(&files, &answers([]));
    let differs = doubts(&read, |about| *about == About::TierDiffers);
    assert_eq!((differs.len(), differs[0].value.as_str(), differs[0].times), (1, "S석, A석", 4));
    assert_eq!((tiers(&read), read.is_settled()), (vec![("R석", 4), ("A석", 4), ("B석", 4)], true));
    let key = differs[0].key.as_str();
    assert_eq!(tiers(&together(&files, &answers([(key, Choice::Name("S석".into()))])))[1], ("B석", 4));
}

#[test]
fn two_charts_are_drawn_below_each_other_and_two_lists_are_one() {
    let one = "1층,,\n1열,1,2,3,4\n2열,1,2,3,4\n";
    let two = "2층,,\n1열,1,2,3,4\n2열,1,2,3,4\n";
    let read = together(&[("1.csv", one.as_bytes()), ("2.csv", two.as_bytes())], &answers([]));
    assert_eq!((read.counts.seats, read.files.len()), (16, 2));
    assert!(read.hall.seats[8].y > read.hall.seats[7].y + 2.0);
    let one = "층,열,번호\n1층,1,1~4\n";
    let two = "층,열,번호\n2층,1,1~4\n";
    let read = together(&[("1.csv", one.as_bytes()), ("2.csv", two.as_bytes())], &answers([]));
    assert_eq!((read.counts.seats, read.is_settled()), (8, true));
    let plan = r#"{"zones":[{"name":"3층","rows":[{"row_number":"1","seats":[{"seat_number":"1","position":{"x":0,"y":0}},
        {"seat_number":"2","position":{"x":30,"y":0}}]}]}]}"#;
    let read = together(&[("1.csv", CHART.as_bytes()), ("p.json", plan.as_bytes())], &answers([]));
    let seats = &read.hall.seats;
    assert!((seats[11].x - seats[10].x - 1.0).abs() < 1e-9 && seats[10].y > seats[9].y);
}
