//! A file is a stranger: whatever is in it, reading ends with a reading or a refusal, and a reading holds together.

use std::collections::{BTreeMap, HashSet};

use hall_file::{Choice, Choices, File, Reading, read};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::support::*;

/// What cells of real files are made of.
const WORDS: [&str; 66] = [
    "",
    "",
    "",
    "1",
    "2",
    "3",
    "4",
    "5",
    "10",
    "0",
    "-1",
    "01",
    "1~10",
    "10~1",
    "1-2",
    "1,2,3",
    "1~99999",
    "12번",
    "1열",
    "가열",
    "A",
    "가",
    "W1",
    "휠",
    "시방",
    "A12",
    "구역",
    "블록",
    "열",
    "행",
    "번호",
    "좌석번호",
    "등급",
    "가격",
    "층",
    "좌석수",
    "x",
    "y",
    "무대",
    "1층",
    "B1층",
    "A구역",
    "가블록(49석)",
    "R석",
    "S석 99,000원",
    "합계",
    "소계",
    "총 178석",
    "132,000",
    "₩99,000",
    "45,00",
    "■",
    "●",
    "01월 02일",
    "Row",
    "Seat",
    "Block A Row 3 Seat 12",
    "ステージ",
    "1階",
    "Aブロック",
    "席番",
    "\u{200b}",
    "\u{1112}\u{1162}\u{11bc}",
    "1e999",
    "NaN",
    "ﾌﾞﾛｯｸ",
];

/// Pieces that a plan may be spoilt with.
const PIECES: [&str; 18] = [
    "null",
    "[]",
    "{}",
    "1e308",
    "-1e308",
    "\"\"",
    "true",
    "\"1층 A구역\"",
    "[[[[1]]]]",
    "{\"x\":1}",
    "0",
    "\"\\u0000\"",
    "-0.0",
    "99999999999999999999",
    "{\"radius\":{\"x\":-1,\"y\":0}}",
    "\"무대\"",
    "{\"text\":\"스탠딩 99999999명\"}",
    "\"a\\\"b\"",
];

fn check(files: &[(&str, &[u8])], choices: &Choices) -> Option<Reading> {
    let files: Vec<File<'_>> = files.iter().map(|(name, bytes)| File { name, bytes }).collect();
    let reading = read(&files, &[], choices).ok()?;
    let mut labels = HashSet::new();
    for seat in &reading.hall.seats {
        assert!(labels.insert(seat.label.as_str()), "{} comes twice", seat.label);
        assert!(!seat.label.is_empty() && seat.label.chars().count() <= 120);
        assert!(seat.tier < reading.hall.tiers.len() && seat.x.is_finite() && seat.y.is_finite());
    }
    assert_eq!(reading.counts.seats as usize, reading.hall.seats.len());
    assert_eq!(reading.counts.sections.iter().map(|count| count.seats).sum::<u32>(), reading.counts.seats);
    assert!(reading.doubts.len() <= hall_file::DOUBTS_MOST);
    // The same bytes and choices give the same.
    assert_eq!(read(&files, &[], choices).as_ref(), Ok(&reading));
    Some(reading)
}

/// Reads, answers every doubt with one of its choices, and reads again.
fn check_answered(files: &[(&str, &[u8])], picks: &[Index]) {
    let Some(first) = check(files, &Choices::default()) else { return };
    let mut answers = BTreeMap::new();
    for (doubt, pick) in first.doubts.iter().zip(picks.iter().cycle()) {
        let mut choices = doubt.choices.clone();
        if doubt.takes_names {
            choices.push(Choice::Name("이름 1".into()));
        }
        if !choices.is_empty() {
            answers.insert(doubt.key.clone(), choices[pick.index(choices.len())].clone());
        }
    }
    check(files, &Choices { answers, ..Choices::default() });
}

fn grid() -> impl Strategy<Value = Vec<Vec<&'static str>>> {
    prop::collection::vec(prop::collection::vec(select(&WORDS[..]), 1..9), 1..14)
}

fn plan() -> impl Strategy<Value = String> {
    let seat = (select(&WORDS[..]), -50..50_i32, 0..4_i32).prop_map(|(number, x, y)| {
        format!(r#"{{"seat_guid":"{x}","seat_number":"{number}","category":"{y}","position":{{"x":{x},"y":{y}}}}}"#)
    });
    let row = (select(&WORDS[..]), -20..200_i32, prop::collection::vec(seat, 0..6)).prop_map(|(number, y, seats)| {
        format!(r#"{{"row_number":"{number}","position":{{"x":0,"y":{y}}},"seats":[{}]}}"#, seats.join(","))
    });
    let area = select(&["Stage", "스탠딩 20명", "Bar"][..]).prop_map(|text| {
        format!(r#"{{"shape":"rectangle","position":{{"x":0,"y":0}},"rectangle":{{"width":9,"height":9}},"text":{{"text":"{text}"}}}}"#)
    });
    let zone = (select(&WORDS[..]), prop::collection::vec(row, 0..5), prop::collection::vec(area, 0..3)).prop_map(
        |(name, rows, areas)| {
            format!(
                r#"{{"name":"{name}","position":{{"x":0,"y":0}},"rows":[{}],"areas":[{}]}}"#,
                rows.join(","),
                areas.join(",")
            )
        },
    );
    prop::collection::vec(zone, 0..5).prop_map(|zones| {
        format!(
            r#"{{"size":{{"width":50,"height":50}},"categories":[{{"name":"0"}},{{"name":"1"}}],"zones":[{}]}}"#,
            zones.join(",")
        )
    })
}

/// Puts another piece in the stead of a few.
fn spoilt() -> impl Strategy<Value = String> {
    (plan(), prop::collection::vec((any::<Index>(), select(&PIECES[..])), 0..6)).prop_map(|(plan, changes)| {
        let mut plan = plan;
        for (at, piece) in changes {
            let colons: Vec<usize> = plan.match_indices(':').map(|(at, _)| at + 1).collect();
            let Some(from) = colons.get(at.index(colons.len().max(1))).copied() else { break };
            let mut values = serde_json::Deserializer::from_str(&plan[from..]).into_iter::<serde_json::Value>();
            if !matches!(values.next(), Some(Ok(_))) {
                continue;
            }
            let to = from + values.byte_offset();
            plan.replace_range(from..to, piece);
        }
        plan
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_end_in_a_reading_or_a_refusal(
        head in select(&["", "PK\u{3}\u{4}", "{", "[", "\u{feff}", "구역,열,번호\n", "<svg>", "<?xml version='1.0'?><svg", "sep=;\n"][..]),
        tail in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let bytes = [head.as_bytes(), &tail].concat();
        check(&[("file", &bytes)], &Choices::default());
        let encodings = answers([("encoding", Choice::Name("shift_jis".into()))]);
        check(&[("file", &bytes)], &encodings);
    }

    #[test]
    fn a_broken_workbook_ends_in_a_reading_or_a_refusal(
        cut in any::<Index>(), changes in prop::collection::vec((any::<Index>(), any::<u8>()), 0..20), cuts in any::<bool>(),
    ) {
        let mut bytes = file("31-chart-by-fill.xlsx");
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        check(&[("file.xlsx", &bytes)], &Choices::default());
    }

    #[test]
    fn any_cells_end_in_a_reading(grid in grid(), picks in prop::collection::vec(any::<Index>(), 1..8)) {
        let text: Vec<String> = grid.iter().map(|row| row.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",")).collect();
        check_answered(&[("file.csv", text.join("\n").as_bytes())], &picks);
        let rows: Vec<&[&str]> = grid.iter().map(Vec::as_slice).collect();
        check_answered(&[("file.xlsx", &workbook(&[("1층", &rows)]))], &picks);
    }

    #[test]
    fn a_list_and_a_chart_end_in_a_reading(list in grid(), chart in grid(), picks in prop::collection::vec(any::<Index>(), 1..8)) {
        let text = |head: &str, grid: &[Vec<&str>]| {
            let rows: Vec<String> = grid.iter().map(|row| row.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",")).collect();
            format!("{head}{}", rows.join("\n"))
        };
        let (list, chart) = (text("층,구역,열,번호,등급\n", &list), text("무대,,,,,\n1열,1,2,3,4,5\n2열,1,2,3,4,5\n", &chart));
        check_answered(&[("list.csv", list.as_bytes()), ("chart.csv", chart.as_bytes())], &picks);
    }

    #[test]
    fn any_plan_ends_in_a_reading_or_a_refusal(plan in spoilt(), picks in prop::collection::vec(any::<Index>(), 1..8)) {
        check_answered(&[("plan.json", plan.as_bytes())], &picks);
    }

    #[test]
    fn a_plan_cut_anywhere_ends_in_a_reading_or_a_refusal(plan in plan(), cut in any::<Index>()) {
        check(&[("plan.json", &plan.as_bytes()[..cut.index(plan.len())])], &Choices::default());
    }
}

#[test]
fn nesting_without_end_is_refused() {
    for open in ["[", "{\"zones\":", "[{\"layout\":"] {
        check(&[("plan.json", open.repeat(200_000).as_bytes())], &Choices::default());
    }
    let deep = format!("{{\"zones\":[{{\"rows\":[{{\"seats\":{}1{}}}]}}]}}", "[".repeat(100_000), "]".repeat(100_000));
    check(&[("plan.json", deep.as_bytes())], &Choices::default());
}
