//! Charts of other kinds than the cases: other halls, languages, shapes and formats.

use hall_file::{About, Block, BlockChoice, Choice, Choices, FileKind, Reading, Run, Seat};
use rust_xlsxwriter::{Color, Format, Workbook, Worksheet};

use crate::support::*;

/// Draws cells parted by white space: `.` is empty, `_` a space in a text, `5:r` is filled.
fn draw(sheet: &mut Worksheet, rows: &[&str]) {
    for (row, line) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(line.split_whitespace()) {
            if cell == "." {
                continue;
            }
            let (text, fill) = cell.split_once(':').unwrap_or((cell, ""));
            let format = match fill {
                "r" => Format::new().set_background_color(Color::RGB(0xf4_b1_83)),
                "s" => Format::new().set_background_color(Color::RGB(0x9d_c3_e6)),
                "a" => Format::new().set_background_color(Color::RGB(0xc5_e0_b4)),
                "w" => Format::new().set_background_color(Color::White),
                // The theme's fourth accent, a fifth and three fifths lighter.
                "t" => Format::new().set_background_color(Color::Theme(8, 4)),
                "u" => Format::new().set_background_color(Color::Theme(8, 2)),
                _ => Format::new(),
            };
            let text = text.replace('_', " ");
            match text.parse::<f64>() {
                Ok(number) => sheet.write_number_with_format(row, column, number, &format),
                Err(_) if text.is_empty() => sheet.write_blank(row, column, &format),
                Err(_) => sheet.write_string_with_format(row, column, text, &format),
            }
            .expect("a cell");
        }
    }
}

fn chart_with(rows: &[&str], more: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    draw(sheet, rows);
    more(sheet);
    book.save_to_buffer().expect("a workbook")
}

fn chart(rows: &[&str]) -> Reading {
    with("chart.xlsx", &chart_with(rows, |_| {}), &Choices::default())
}

fn seat<'a>(reading: &'a Reading, label: &str) -> &'a Seat {
    let found = reading.hall.seats.iter().find(|seat| seat.label == label);
    found.unwrap_or_else(|| panic!("no {label} among {:?}", labels(reading)))
}

fn block<'a>(reading: &'a Reading, name: &str) -> &'a Block {
    let found = reading.blocks.iter().find(|block| block.name.as_deref() == Some(name));
    found.unwrap_or_else(|| panic!("no {name} among {:?}", reading.blocks))
}

fn numbers(reading: &Reading, section: &str, row: &str) -> Vec<i32> {
    let of = |seat: &&Seat| seat.section.as_deref() == Some(section) && seat.row.as_deref() == Some(row);
    let mut seats: Vec<&Seat> = reading.hall.seats.iter().filter(of).collect();
    seats.sort_by(|a, b| a.x.total_cmp(&b.x));
    seats.into_iter().filter_map(|seat| seat.number).collect()
}

#[test]
fn row_labels_on_both_sides_are_no_seats() {
    let read = chart(&[
        ". . . . 무대 . . . . .",
        ". . . . . . . . . .",
        "1열 1 2 3 4 . 5 6 7 1열",
        "2열 1 2 3 4 . 5 6 7 2열",
        "3열 1 2 3 4 . 5 6 7 3열",
    ]);
    assert_eq!((read.files[0].kind, read.counts.seats), (FileKind::Chart, 21));
    assert_eq!(labels(&read).first(), Some(&"1열 1번"));
    // Bare numbers and letters as well.
    let read =
        chart(&[". . . STAGE . . . .", "1 1 2 3 4 5 6 1", "2 1 2 3 4 5 6 2", "3 1 2 3 4 5 6 3", "4 1 2 3 4 5 6 4"]);
    assert_eq!((read.counts.seats, read.hall.stage.is_some()), (24, true));
    let read = chart(&["A 1 2 3 4 5 6 A", "B 1 2 3 4 5 6 B", "C 6 5 4 3 2 1 C"]);
    assert_eq!((read.counts.seats, read.hall.seats[6].row.as_deref()), (18, Some("B")));
}

#[test]
fn numbers_run_through_blocks_side_by_side() {
    let read = chart(&[
        ". A블록(9석) . . . B블록(12석) . . . . C블록(9석) . .",
        "1 1 2 3 . 4 5 6 7 . 8 9 10",
        "2 1 2 3 . 4 5 6 7 . 8 9 10",
        "3 1 2 3 . 4 5 6 7 . 8 9 10",
    ]);
    assert_eq!(sections(&read), [("A블록", 9), ("B블록", 12), ("C블록", 9)]);
    assert!(read.counts.sections.iter().all(|count| count.written == Some(count.seats)));
    assert_eq!(labels(&read).iter().filter(|label| **label == "C블록 2열 10번").count(), 1);
    assert!(read.is_settled(), "{:?}", open(&read));
    // Labels between the blocks are both blocks'.
    let read = chart(&["가블록 . . . 나블록 . .", "1 2 3 1열 4 5 6", "1 2 3 2열 4 5 6"]);
    assert_eq!(sections(&read), [("가블록", 6), ("나블록", 6)]);
    assert_eq!(numbers(&read, "나블록", "2"), [4, 5, 6]);
}

#[test]
fn floors_stand_below_each_other_on_one_sheet() {
    let read = chart(&[
        "1층 . . . . . .",
        "A블록(6석) . . . B블록(6석) . .",
        "1 2 3 1열 1 2 3",
        "1 2 3 2열 1 2 3",
        ". . . . . . .",
        "2층 . . . . . .",
        "A블록(3석) . . . B블록(3석) . .",
        "1 2 3 1열 1 2 3",
    ]);
    assert_eq!(sections(&read), [("1층 A블록", 6), ("1층 B블록", 6), ("2층 A블록", 3), ("2층 B블록", 3)]);
    assert!(read.is_settled(), "{:?}", read.doubts);
    assert!(seat(&read, "2층 A블록 1열 1번").y > seat(&read, "1층 A블록 2열 1번").y);
    assert_eq!(read.files[0].floors, ["1층", "2층"]);
}

#[test]
fn floors_stand_beside_each_other_and_on_sheets_of_their_own() {
    let read = chart(&[". 1층 . . . . . 2층 . .", "1열 1 2 3 . . 1열 1 2 3", "2열 1 2 3 . . 2열 1 2 3"]);
    assert_eq!(read.counts.seats, 12);
    assert_eq!(read.files[0].floors, ["1층", "2층"], "{:?}", labels(&read));
    let mut book = Workbook::new();
    for name in ["1층", "2층"] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        draw(sheet, &["가열 1 2 3 4", "나열 1 2 3 4"]);
    }
    let read = with("c.xlsx", &book.save_to_buffer().unwrap(), &Choices::default());
    assert_eq!((read.counts.seats, read.files[0].floors.as_slice()), (16, &["1층".to_owned(), "2층".to_owned()][..]));
    assert_eq!(labels(&read)[8], "2층 가열 1번");
    assert!(seat(&read, "2층 가열 1번").y > seat(&read, "1층 나열 1번").y + 1.0);
}

#[test]
fn hidden_columns_and_rows_are_left_out_with_a_word() {
    let bytes = chart_with(&["1열 1 2 3 4 5 6", "2열 1 2 3 4 5 6", "3열 1 2 3 4 5 6"], |sheet| {
        sheet.set_column_hidden(3).unwrap();
        sheet.set_row_hidden(2).unwrap();
    });
    let read = with("c.xlsx", &bytes, &Choices::default());
    assert_eq!((read.counts.seats, numbers_of(&read)), (10, vec![1, 2, 4, 5, 6]));
    let hidden = doubts(&read, |about| *about == About::HiddenCells);
    assert_eq!((hidden.len(), hidden[0].times), (1, 8));
    let shown = with("c.xlsx", &bytes, &answers([(hidden[0].key.as_str(), Choice::Take)]));
    assert_eq!(shown.counts.seats, 18);
    // The aisle that hiding closes is closed on the map.
    assert!((read.hall.seats[2].x - read.hall.seats[1].x - 1.0).abs() < 0.01);
}

fn numbers_of(reading: &Reading) -> Vec<i32> {
    reading.hall.seats.iter().filter(|seat| seat.row.as_deref() == Some("1")).filter_map(|seat| seat.number).collect()
}

#[test]
fn theme_colours_with_their_tints_are_tiers() {
    let read = chart(&[
        ":t R석 110,000원 . . . :u S석_88,000원",
        ". . . . . . . .",
        "1열 1:t 2:t 3:t 4:u 5:u",
        "2열 1:t 2:t 3:t 4:u 5:u",
    ]);
    assert_eq!(tiers(&read), [("R석", 6), ("S석", 4)]);
    assert_eq!(prices(&read), [("R석", Some(110_000)), ("S석", Some(88_000))]);
    assert_ne!(read.hall.tiers[0].colour, read.hall.tiers[1].colour);
    assert!(read.is_settled(), "{:?}", open(&read));
}

#[test]
fn a_legend_tells_prices_and_counts_in_many_ways() {
    for legend in [
        "R석:r 132,000원 . S석:s 99,000원",
        ":r R석(6석) 132,000원 . :s S석(4석) 99,000원",
        ":r R석_132,000 . . :s S석_99,000",
        ":r R석:_132,000원 . . :s S석:_99,000원",
        "■:r R석 ₩132,000 . ■:s S석 ₩99,000",
        "R석_6석:r 132000 . S석_4석:s 99000",
        ":r R석 13만2천원 . :s S석 9만9천원",
    ] {
        let legend = legend.replace(":_", "\u{a0}");
        let read = chart(&["1열 1:r 2:r 3:r 4:s 5:s", "2열 1:r 2:r 3:r 4:s 5:s", ". . .", &legend]);
        assert_eq!(tiers(&read), [("R석", 6), ("S석", 4)], "{legend}");
        assert_eq!(prices(&read), [("R석", Some(132_000)), ("S석", Some(99_000))], "{legend}");
        assert!(read.is_settled(), "{legend}: {:?}", open(&read));
    }
}

#[test]
fn a_colour_without_a_name_is_asked_about() {
    let rows = ["1열 1:r 2:r 3:s 4:s", "2열 1:r 2:r 3:s 4:s", ". .", ":r R석 110,000원"];
    let read = chart(&rows);
    assert_eq!(doubts(&read, |about| *about == About::UnknownColour { seats: 4 })[0].value, "#9dc3e6");
    let named = answers([("colour:#9dc3e6", Choice::Name("S석".into()))]);
    let read = with("c.xlsx", &chart_with(&rows, |_| {}), &named);
    assert_eq!((tiers(&read), read.is_settled()), (vec![("R석", 4), ("S석", 4)], true));
    let read = chart(&["1열 1:r 2:r 3 4", "2열 1:r 2:r 3 4", ". .", ":r R석 110,000원"]);
    assert_eq!(doubts(&read, |about| *about == About::UnknownColour { seats: 4 })[0].value, "");
}

#[test]
fn merged_titles_with_counts_name_their_blocks() {
    let merged = Format::new();
    let bytes = chart_with(
        &[". . . . . . . . .", ". . . . . . . . .", "1 1 2 3 4 . 1 2 3", "2 1 2 3 4 . 1 2 3", "3 . 1 2 3 . 1 2 ."],
        |sheet| {
            sheet.merge_range(0, 1, 0, 8, "무   대", &merged).unwrap();
            sheet.merge_range(1, 1, 1, 4, "A블록(11석)", &merged).unwrap();
            sheet.merge_range(1, 6, 1, 8, "B블록 [9석]", &merged).unwrap();
        },
    );
    let read = with("c.xlsx", &bytes, &Choices::default());
    assert_eq!(sections(&read), [("A블록", 11), ("B블록", 8)]);
    assert_eq!(doubts(&read, |about| *about == About::TotalDiffers { written: 9, found: 8 }).len(), 1);
    assert_eq!((block(&read, "A블록").written, block(&read, "B블록").written), (Some(11), Some(9)));
    assert_eq!(read.hall.stage.map(|stage| stage.width), Some(8.0));
}

#[test]
fn wheelchair_places_and_seats_with_a_bad_view_are_seats() {
    let read = chart(&[
        "A블록 . . . . . . .",
        "1열 1 2 3 시방 5 6",
        "2열 1 2시방 3 4 5 6(시)",
        "3열 W1 W2 . . W3 W4",
        "4열 휠 휠 1 2 3 4",
    ]);
    assert_eq!((read.counts.seats, sections(&read).len()), (22, 1), "{:?}", labels(&read));
    assert_eq!(numbers(&read, "A블록", "1"), [1, 2, 3, 4, 5, 6]);
    assert_eq!(numbers(&read, "A블록", "2"), [1, 2, 3, 4, 5, 6]);
    assert_eq!(seat(&read, "A블록 3열 W3번").row.as_deref(), Some("3"));
    assert_eq!((seat(&read, "A블록 4열 휠1번").number, seat(&read, "A블록 4열 1번").number), (None, Some(1)));
    // Row W of a hall that labels each seat with its row stays a row.
    let read = chart(&["V1 V2 V3 V4", "W1 W2 W3 W4", "X1 X2 X3 X4"]);
    assert_eq!(read.hall.seats.iter().filter(|seat| seat.row.as_deref() == Some("W")).count(), 4);
}

#[test]
fn numbers_fall_wind_and_run_through() {
    let read = chart(&[
        "가블록 . . .",
        "1열 4 3 2 1",
        "2열 4 3 2 1",
        ". . . .",
        ". . . .",
        ". . . .",
        ". . . .",
        "나블록(8석) . . .",
        "1 2 3 4",
        "8 7 6 5",
    ]);
    assert_eq!((block(&read, "가블록").numbering, block(&read, "나블록").numbering), (Run::Falling, Run::Snake));
    assert_eq!(labels(&read).last().copied(), Some("나블록 5번"));
    let read = chart(&["다블록(12석) . . .", "1 2 3 4", "5 6 7 8", "9 10 11 12"]);
    assert_eq!((block(&read, "다블록").numbering, read.counts.seats), (Run::Through, 12));
    assert_eq!(read.hall.seats[11].row_number, Some(3));
}

#[test]
fn charts_are_read_in_other_languages() {
    let read = chart(&[
        ". . . STAGE . .",
        ". Block_A_(6_seats) . . . Block_B_(6_seats) . .",
        "Row_1 1 2 3 . 1 2 3",
        "Row_2 1 2 3 . 1 2 3",
        ". . .",
        ":r Premium 120,000",
    ]);
    assert_eq!(read.counts.seats, 12, "{:?}", read.doubts);
    assert_eq!(sections(&read).iter().map(|(_, seats)| *seats).collect::<Vec<_>>(), [6, 6]);
    assert_eq!(read.hall.seats[0].row.as_deref(), Some("1"));
    let read = chart(&[
        ". . . ステージ . .",
        "1階 . . . . . .",
        "Aブロック . . . Bブロック . .",
        "1 2 3 1列 4 5 6",
        "1 2 3 2列 4 5 6",
    ]);
    assert_eq!(labels(&read)[0], "1階 Aブロック 1列 1番");
    assert_eq!((read.counts.seats, read.hall.stage.is_some()), (12, true));
    let read = chart(&[". . Bühne . .", "Reihe_1 1 2 3 4", "Reihe_2 1 2 3 4", "Reihe_3 4 3 2 1"]);
    assert_eq!((read.counts.seats, labels(&read)[0], read.hall.stage.is_some()), (12, "1-1", true));
}

#[test]
fn a_chart_comes_as_text_and_as_an_open_document() {
    let read = text("무대,,,,,\nA,1,2,3,4,5\nB,1,2,3,4,5\nC,,2,3,4,\n");
    assert_eq!((read.files[0].kind, read.counts.seats, read.hall.stage.is_some()), (FileKind::Chart, 13, true));
    let bytes = open_document(&[(
        "배치도",
        &[&["", "가블록(8석)"], &["1열", "1", "2", "3", "4"], &["2열", "1", "2", "3", "4"]],
    )]);
    let read = with("c.ods", &bytes, &Choices::default());
    assert_eq!((read.counts.seats, labels(&read)[7]), (8, "가블록 2열 4번"));
    assert_eq!(read.counts.sections[0].written, Some(8));
}

#[test]
fn seats_may_be_marks_or_coloured_cells_without_numbers() {
    let read = chart(&["A ■ ■ ■ . ■ ■", "B ■ ■ ■ . ■ ■"]);
    assert_eq!((read.counts.seats, numbers(&read, "", "").len()), (10, 0));
    assert_eq!(labels(&read)[4], "A-5", "{:?}", labels(&read));
    let row = |label: &str| format!("{label} :r :r :r :r :r :s :s :s :s :s");
    let read = chart(&[&row("1열"), &row("2열"), &row("3열"), ". .", ":r R석 110,000원", ":s S석 88,000원"]);
    assert_eq!((read.counts.seats, tiers(&read)), (30, vec![("R석", 15), ("S석", 15)]));
    assert!(!doubts(&read, |about| *about == About::UnnumberedSeats).is_empty());
}

#[test]
fn a_block_is_corrected_in_place() {
    let rows = ["1 2 3 4", "1 2 3 4", "1 2 3 4"];
    let read = chart(&rows);
    assert!(!doubts(&read, |about| *about == About::UnlabelledRows).is_empty());
    let key = read.blocks[0].key.clone();
    let choice = BlockChoice { name: Some("다구역".into()), first_row: Some("C".into()), ..BlockChoice::default() };
    let choices = Choices { blocks: [(key.clone(), choice)].into(), ..Choices::default() };
    let read = with("c.xlsx", &chart_with(&rows, |_| {}), &choices);
    assert_eq!((labels(&read)[0], labels(&read)[11]), ("다구역 C열 1번", "다구역 E열 4번"));
    let out = BlockChoice { leave_out: true, ..BlockChoice::default() };
    let choices = Choices { blocks: [(key, out)].into(), ..Choices::default() };
    assert_eq!(with("c.xlsx", &chart_with(&rows, |_| {}), &choices).counts.seats, 0);
}

#[test]
fn places_count_widths_and_heights() {
    let bytes = chart_with(&["1열 1 2 . 3 4", "2열 1 2 . 3 4", ". . . . . .", "3열 1 2 . 3 4"], |sheet| {
        for column in 1..6 {
            sheet.set_column_width_pixels(column, 30).unwrap();
        }
        sheet.set_column_width_pixels(3, 90).unwrap();
        sheet.set_row_height_pixels(2, 60).unwrap();
    });
    let read = with("c.xlsx", &bytes, &Choices::default());
    let (two, three) = (seat(&read, "1열 2번"), seat(&read, "1열 3번"));
    assert!((three.x - two.x - 4.0).abs() < 0.2, "{} {}", two.x, three.x);
    assert!((seat(&read, "3열 1번").y - seat(&read, "2열 1번").y - 4.0).abs() < 0.2);
}
