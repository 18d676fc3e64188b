//! The cases from other people's box offices, each with its one right outcome.

use hall_file::{About, Choice, FileKind, Meaning};

use crate::support::*;

#[test]
fn a_price_other_than_the_concerts_is_asked_about_and_neither_is_taken_in_silence() {
    let asked = against("01-reprice.csv", &[("R석", 100_000)], &answers([]));
    assert_eq!(open(&asked), ["price of concert:r"]);
    let doubt = doubts(&asked, |about| *about == About::PriceOfConcert { concert: 100_000, file: 132_000 })[0];
    assert_eq!((doubt.value.as_str(), &doubt.default), ("R석", &None));
    for price in [100_000, 132_000] {
        let settled =
            against("01-reprice.csv", &[("R석", 100_000)], &answers([("price of concert:r", Choice::Price(price))]));
        assert!(settled.is_settled());
        assert_eq!(prices(&settled), [("R석", Some(price)), ("신규석", Some(77_000))]);
    }
    assert!(against("01-reprice.csv", &[("R석", 132_000)], &answers([])).is_settled());
}

#[test]
fn one_chair_six_times_is_refused_by_its_rows() {
    let read = reading("02-twin-seats.csv");
    assert_eq!(labels(&read), ["가구역 1열 1번", "가구역 1열 2번"]);
    let repeated = doubts(&read, |about| *about == About::RepeatedSeat);
    let rows: Vec<u32> = repeated[0].places.iter().filter_map(|place| place.row).collect();
    assert_eq!((repeated.len(), rows), (1, vec![2, 3, 4, 5, 6, 7]));
    assert_eq!((repeated[0].value.as_str(), &repeated[0].chosen), ("가구역 1열 1번", &None));
    let key = repeated[0].key.as_str();
    assert!(with("02.csv", &file("02-twin-seats.csv"), &answers([(key, Choice::First)])).is_settled());
    let numbered = with("02.csv", &file("02-twin-seats.csv"), &answers([(key, Choice::NumberThem)]));
    assert_eq!((numbered.counts.seats, labels(&numbered)[1]), (7, "가구역 1열 1번 (2)"));
}

#[test]
fn a_heading_with_full_width_brackets_is_the_price() {
    assert_eq!(prices(&reading("05-price-heading.csv")), [("R석", Some(132_000))]);
}

#[test]
fn the_floor_is_part_of_the_label_and_millimetres_become_seats() {
    let read = reading("12b-floor-dropped.xlsx");
    assert_eq!(read.counts.seats, 24);
    assert_eq!(labels(&read)[0], "1층 A블록 1열 1번");
    assert_eq!(sections(&read), [("1층 A블록", 6), ("1층 B블록", 6), ("2층 A블록", 6), ("2층 B블록", 6)]);
    assert!(open(&read).is_empty(), "{:?}", open(&read));
    let apart = read.hall.seats[1].x - read.hall.seats[0].x;
    assert!((apart - 1.0).abs() < 0.05, "{apart}");
    assert_eq!(read.files[0].floors, ["1층", "2층"]);
}

#[test]
fn a_merged_section_is_carried_down_and_said_so() {
    let read = reading("13-merged-section.xlsx");
    assert_eq!(sections(&read), [("가", 4), ("나", 4)]);
    assert_eq!(labels(&read)[7], "나구역 1열 8번");
    let said = doubts(&read, |about| *about == About::CarriedDown { meaning: Meaning::Section });
    assert_eq!((said.len(), said[0].times), (1, 6));
    assert!(read.is_settled());
}

#[test]
fn cells_that_carry_their_word_are_numbers_and_have_it_once() {
    let read = reading("14-suffix.csv");
    assert_eq!(read.counts.seats, 33);
    let numbers: Vec<i32> = read.hall.seats.iter().take(11).filter_map(|seat| seat.number).collect();
    assert_eq!(numbers, (1..=11).collect::<Vec<_>>());
    assert_eq!((labels(&read)[0], labels(&read)[32]), ("A구역 1열 1번", "A구역 10열 11번"));
    assert_eq!(read.hall.seats[32].row_number, Some(3));
    assert!(!labels(&read).iter().any(|label| label.contains("구역구역") || label.contains("열열")));
}

#[test]
fn headings_as_macos_writes_them_are_read() {
    let read = reading("16a-headings-nfd.csv");
    assert_eq!((labels(&read), prices(&read)), (vec!["가구역 1열 1번"], vec![("R석", Some(132_000))]));
    assert!(read.is_settled());
}

#[test]
fn a_title_above_the_headings_is_passed_over() {
    let read = reading("16c-title-row.xlsx");
    assert_eq!((labels(&read), read.hall.tiers[0].price), (vec!["가구역 1열 1번"], Some(132_000)));
    assert_eq!(read.files[0].headings[0].place.row, Some(3));
}

#[test]
fn korean_excels_encoding_and_its_won_sign_are_read() {
    let read = reading("17-won-cp949.csv");
    assert_eq!(prices(&read), [("R석", Some(132_000)), ("S석", Some(99_000))]);
    assert!(read.is_settled() && doubts(&read, |about| *about == About::Encoding).is_empty());
}

#[test]
fn an_agencys_list_comes_out_as_its_own_total_says() {
    let read = reading("30-agency-list.xlsx");
    assert_eq!(read.files[0].kind, FileKind::SeatList);
    assert_eq!(tiers(&read), [("VIP석", 13), ("R석", 16), ("S석", 14)]);
    assert_eq!((read.counts.seats, read.counts.written), (43, Some(43)));
    assert_eq!(sections(&read), [("1층 가블록", 13), ("1층 나블록", 16), ("2층 가블록", 8), ("2층 나블록", 6)]);
    assert!(doubts(&read, |about| matches!(about, About::CountDiffers { .. } | About::TotalDiffers { .. })).is_empty());
    assert!(!doubts(&read, |about| *about == About::CarriedDown { meaning: Meaning::Tier }).is_empty());
    assert!(read.is_settled(), "{:?}", open(&read));
}

#[test]
fn a_chart_is_read_by_block_colour_and_row() {
    let read = reading("31-chart-by-fill.xlsx");
    assert_eq!(read.files[0].kind, FileKind::Chart);
    assert_eq!(sections(&read), [("가블록", 49), ("나블록", 80), ("다블록", 49)]);
    assert!(read.counts.sections.iter().all(|count| count.written == Some(count.seats)));
    assert_eq!((read.counts.seats, read.counts.written), (178, Some(178)));
    assert_eq!(tiers(&read), [("R석", 44), ("S석", 72), ("A석", 62)]);
    assert_eq!(prices(&read), [("R석", Some(110_000)), ("S석", Some(88_000)), ("A석", Some(66_000))]);
    assert!(read.is_settled(), "{:?}", open(&read));
    let seat = |label: &str| read.hall.seats.iter().find(|seat| seat.label == label).unwrap();
    // The sheet has the first row's seat 3 of 가 in E4, where the second row's seat 3 is right below it.
    assert!((seat("가블록 1열 3번").x - seat("가블록 2열 3번").x).abs() < 0.01);
    // Row 9 of the sheet is an aisle, so that row 6 stands two behind row 5, and row 8 behind both.
    assert!((seat("나블록 6열 1번").y - seat("나블록 5열 1번").y - 2.0).abs() < 0.01);
    assert_eq!(seat("다블록 8열 2번").row_number, Some(8));
    assert!(seat("가블록 1열 7번").x < seat("나블록 1열 1번").x);
    let stage = read.hall.stage.unwrap();
    assert!(stage.y < seat("나블록 1열 1번").y && stage.width > 10.0);
    assert!(doubts(&read, |about| *about == About::UnreadTexts).is_empty());
}

#[test]
fn a_chart_whose_numbers_wind_like_a_snake_keeps_each_seat_where_it_stands() {
    let read = reading("32-chart-snake.xlsx");
    assert_eq!(sections(&read), [("A열", 29), ("B열", 40)]);
    assert!(read.counts.sections.iter().all(|count| count.written == Some(count.seats)));
    assert!(read.blocks.iter().all(|block| block.numbering == hall_file::Run::Snake));
    let seat = |label: &str| read.hall.seats.iter().find(|seat| seat.label == label).unwrap();
    // B4 of the sheet is A's 11, under nothing, left of 10; B5 is 12, right below.
    assert!((seat("A열 11번").x - seat("A열 12번").x).abs() < 0.01 && seat("A열 11번").x < seat("A열 10번").x);
    assert!((seat("B열 10번").x - seat("B열 11번").x).abs() < 0.01);
    assert!(seat("B열 40번").y > seat("B열 21번").y);
    assert!(read.is_settled(), "{:?}", open(&read));
}

#[test]
fn a_count_that_disagrees_is_told_with_both_figures() {
    let list = "층,열,좌석수,좌석번호,등급\n1층,가블록1열,5,1~6,R석\n1층,가블록2열,6,1~6,R석\n,합계,11,,\n";
    let read = text(list);
    let differs = doubts(&read, |about| *about == About::CountDiffers { written: 5, found: 6 });
    assert_eq!((differs.len(), differs[0].places[0].row), (1, Some(2)));
    assert_eq!(doubts(&read, |about| *about == About::TotalDiffers { written: 11, found: 12 }).len(), 1);
    assert_eq!(read.counts.seats, 12);
}
