//! Seating plans in pretix's format, as people publish them: few keep to all of its rules.

use std::fmt::Write as _;

use hall_file::{About, Choice, Choices, File, FileKind, KnownTier, Reading, Refusal, read};

use crate::support::*;

fn plan(json: &str) -> Reading {
    with("plan.json", json.as_bytes(), &Choices::default())
}

fn answered<const N: usize>(json: &str, all: [(&str, Choice); N]) -> Reading {
    with("plan.json", json.as_bytes(), &answers(all))
}

/// A row of numbered seats, 25 apart.
fn row(number: &str, seats: u32, y: f64, category: &str) -> String {
    let seats: Vec<String> = (1..=seats)
        .map(|n| {
            let x = 25 * (n - 1);
            let guid = format!("{number}-{n}-{y}");
            format!(
                r#"{{"seat_guid":"{guid}","seat_number":"{n}","position":{{"x":{x},"y":0}},"category":"{category}"}}"#
            )
        })
        .collect();
    let seats = seats.join(",");
    format!(r#"{{"row_number":"{number}","position":{{"x":0,"y":{y}}},"seats":[{seats}]}}"#)
}

fn zone(name: &str, (x, y): (f64, f64), rows: &[String], areas: &str) -> String {
    let rows = rows.join(",");
    format!(r#"{{"name":"{name}","position":{{"x":{x},"y":{y}}},"rows":[{rows}],"areas":[{areas}]}}"#)
}

fn whole(zones: &[String], categories: &[&str]) -> String {
    let categories: Vec<String> =
        categories.iter().map(|name| format!(r##"{{"name":"{name}","color":"#7f4a91"}}"##)).collect();
    format!(
        r#"{{"name":"Hall","size":{{"width":1000,"height":1000}},"categories":[{}],"zones":[{}]}}"#,
        categories.join(","),
        zones.join(",")
    )
}

fn codes(reading: &Reading) -> Vec<String> {
    reading.doubts.iter().map(|doubt| doubt.key.clone()).collect()
}

#[test]
fn a_plan_that_keeps_the_rules_comes_in_without_a_question() {
    let stage = r#"{"shape":"rectangle","color":"red","position":{"x":10,"y":-80},
        "rectangle":{"width":200,"height":50},"text":{"position":{"x":0,"y":0},"text":"STAGE"}}"#;
    let rows = [row("A", 10, 0.0, "Stalls"), row("B", 10, 30.0, "Stalls"), row("C", 10, 60.0, "Circle")];
    let json = whole(&[zone("Main Floor", (50.0, 100.0), &rows, stage)], &["Stalls", "Circle"]);
    let read = plan(&json);
    assert_eq!(read.files[0].kind, FileKind::Pretix);
    assert_eq!((read.counts.seats, tiers(&read)), (30, vec![("Stalls", 20), ("Circle", 10)]));
    assert_eq!(labels(&read)[0], "Main Floor Row A Seat 1");
    assert_eq!(read.hall.tiers[0].colour.as_deref(), Some("#7f4a91"));
    assert!((read.hall.seats[1].x - read.hall.seats[0].x - 1.0).abs() < 1e-9);
    assert!((read.hall.seats[10].y - read.hall.seats[0].y - 1.2).abs() < 1e-9);
    let stage = read.hall.stage.unwrap();
    assert!(stage.y < read.hall.seats[0].y && (stage.width - 8.0).abs() < 1e-9);
    // Prices aren't in such a plan.
    assert_eq!(codes(&read), ["no price:stalls", "no price:circle"]);
    assert!(read.is_settled());
}

#[test]
fn labels_follow_the_language_of_the_plan() {
    let of = |name: &str, row_number: &str, category: &str| {
        let json = whole(&[zone(name, (0.0, 0.0), &[row(row_number, 3, 0.0, category)], "")], &[category]);
        labels(&plan(&json))[2].to_owned()
    };
    assert_eq!(of("1층 A구역", "1", "R석"), "1층 A구역 1열 3번");
    assert_eq!(of("가구역", "나열", "R석"), "가구역 나열 3번");
    assert_eq!(of("Parkett", "7", "Kategorie I"), "Parkett 7-3");
    assert_eq!(of("2. Rang links", "Reihe 4", "PK 2"), "2. Rang links 4-3");
    assert_eq!(of("1階 A1ブロック", "3", "S席"), "1階 A1ブロック 3列 3番");
}

#[test]
fn a_floor_in_a_zones_name_is_a_floor() {
    let zones = [
        zone("1층 A구역", (0.0, 0.0), &[row("1", 4, 0.0, "R석")], ""),
        zone("2층 A구역", (0.0, 500.0), &[row("1", 4, 0.0, "S석")], ""),
    ];
    let read = plan(&whole(&zones, &["R석", "S석"]));
    assert_eq!(sections(&read), [("1층 A구역", 4), ("2층 A구역", 4)]);
    assert_eq!(read.files[0].floors, ["1층", "2층"]);
}

#[test]
fn numbers_may_be_numbers_where_the_format_wants_texts() {
    let json = r#"{"zones":[{"name":7,"position":[0,0],"rows":[{"row_number":3,"position":{"x":"0","y":"10"},"seats":[
        {"seat_guid":1,"seat_number":12,"position":{"x":0,"y":0},"category":"A"},
        {"seat_guid":2,"seat_number":13.0,"position":{"x":"25.5","y":0},"category":"A"}]}]}]}"#;
    let read = plan(json);
    assert_eq!(labels(&read), ["7 3-12", "7 3-13"]);
    assert_eq!((read.hall.seats[1].number, read.hall.seats[1].row.as_deref()), (Some(13), Some("3")));
    assert_eq!(tiers(&read), [("A", 2)]);
    assert!(doubts(&read, |about| *about == About::UndeclaredCategory).is_empty());
}

#[test]
fn words_around_a_number_come_from_the_plans_own_patterns() {
    let seat = |label: &str, number: &str| {
        format!(r#"{{"seat_number":"{number}","seat_label":{label},"position":{{"x":{number},"y":0}},"category":"A"}}"#)
    };
    let json = format!(
        r#"{{"categories":[{{"name":"A"}}],"zones":[{{"name":"Balcony","rows":[
            {{"row_number":"4","row_label":"Row %s","seat_label":"Seat %s","seats":[{},{}]}},
            {{"row_number":"B","seats":[{},{}]}}]}}]}}"#,
        seat("null", "1"),
        seat("null", "2"),
        seat("\"B-1\"", "1"),
        seat("\"B-2\"", "2"),
    );
    let read = plan(&json);
    assert_eq!(
        labels(&read),
        ["Balcony Row 4 Seat 1", "Balcony Row 4 Seat 2", "Balcony Row B Seat 1", "Balcony Row B Seat 2"]
    );
}

#[test]
fn a_repeated_guid_is_the_other_systems_affair() {
    let json = whole(&[zone("A", (0.0, 0.0), &[row("1", 3, 0.0, "R석"), row("2", 3, 0.0, "R석")], "")], &["R석"]);
    // Both rows have the guids of their place, since both lie at 0.
    let json = json.replace("2-1-0", "1-1-0").replace(r#""position":{"x":0,"y":0},"seats""#, r#""seats""#);
    let read = plan(&json);
    let notes = doubts(&read, |about| *about == About::RepeatedGuid);
    assert_eq!((notes.len(), notes[0].times, notes[0].chosen.clone()), (1, 1, Some(Choice::Noted)));
    assert_eq!(read.counts.seats, 6);
}

#[test]
fn a_repeated_label_is_asked_about_with_a_way_on() {
    let rows = [row("1", 3, 0.0, "R석"), row("1", 4, 40.0, "R석").replace("1-", "x-")];
    let json = whole(&[zone("A구역", (0.0, 0.0), &rows, "")], &["R석"]);
    let read = plan(&json);
    let repeated = doubts(&read, |about| *about == About::RepeatedSeat);
    assert_eq!((repeated.len(), read.counts.seats), (3, 4));
    assert_eq!(
        repeated[0].places.iter().map(|place| (place.sheet.as_deref(), place.row)).collect::<Vec<_>>(),
        [(Some("A구역"), Some(1)), (Some("A구역"), Some(2))]
    );
    assert!(!read.is_settled());
    let keys: Vec<String> = repeated.iter().map(|doubt| doubt.key.clone()).collect();
    let all = keys.iter().map(|key| (key.clone(), Choice::NumberThem)).collect();
    let read = with("plan.json", json.as_bytes(), &Choices { answers: all, ..Choices::default() });
    assert_eq!((read.counts.seats, labels(&read)[3]), (7, "A구역 1열 1번 (2)"));
    assert!(read.is_settled());
}

#[test]
fn blank_rows_are_counted_or_left_without_a_label() {
    let rows = [row("", 3, 0.0, "R석"), row(" ", 3, 30.0, "R석"), row("3", 3, 60.0, "R석")];
    let json = whole(&[zone("A구역", (0.0, 0.0), &rows, "")], &["R석"]);
    let read = plan(&json);
    let blank = doubts(&read, |about| *about == About::BlankRow);
    assert_eq!((blank.len(), blank[0].times, blank[0].value.as_str()), (1, 2, "A구역"));
    assert_eq!((labels(&read)[0], labels(&read)[3]), ("A구역 1열 1번", "A구역 2열 1번"));
    assert_eq!(answered(&json, [("rows:A구역", Choice::LeaveOut)]).counts.seats, 3);
    assert_eq!(labels(&answered(&json, [("rows:A구역", Choice::Take)]))[0], "A구역 1번");
    // A single blank one can be named.
    let json = whole(&[zone("A구역", (0.0, 0.0), &[rows[0].clone(), rows[2].clone()], "")], &["R석"]);
    assert_eq!(labels(&answered(&json, [("rows:A구역", Choice::Name("OP".into()))]))[0], "A구역 OP열 1번");
}

#[test]
fn numbers_that_run_through_blank_rows_need_no_rows() {
    let seats = |from: u32, y: u32| {
        let seats: Vec<String> = (from..from + 4)
            .map(|n| {
                format!(r#"{{"seat_number":"{n}","position":{{"x":{},"y":0}},"category":"R석"}}"#, (n - from) * 20)
            })
            .collect();
        format!(r#"{{"row_number":"","position":{{"x":0,"y":{y}}},"seats":[{}]}}"#, seats.join(","))
    };
    let read = plan(&whole(&[zone("테이블", (0.0, 0.0), &[seats(1, 0), seats(5, 30)], "")], &["R석"]));
    assert_eq!((labels(&read)[0], labels(&read)[7]), ("테이블 1번", "테이블 8번"));
}

#[test]
fn an_undeclared_category_is_a_tier_or_one_that_is_declared() {
    let rows = [row("1", 3, 0.0, "R석"), row("2", 3, 30.0, "VIP")];
    let json = whole(&[zone("A구역", (0.0, 0.0), &rows, "")], &["R석"]);
    let read = plan(&json);
    let undeclared = doubts(&read, |about| *about == About::UndeclaredCategory);
    assert_eq!((undeclared.len(), undeclared[0].value.as_str(), undeclared[0].times), (1, "VIP", 3));
    assert_eq!(tiers(&read), [("R석", 3), ("VIP", 3)]);
    assert_eq!(tiers(&answered(&json, [("category:vip", Choice::Name("R석".into()))])), [("R석", 6)]);
    assert_eq!(answered(&json, [("category:vip", Choice::LeaveOut)]).counts.seats, 3);
}

#[test]
fn seats_without_a_category_are_asked_about() {
    let json =
        whole(&[zone("A구역", (0.0, 0.0), &[row("1", 3, 0.0, "R석"), row("2", 2, 30.0, "")], "")], &["R석", "S석"]);
    let read = plan(&json);
    assert_eq!((open(&read), read.counts.seats), (vec!["no tier"], 5));
    let read = answered(&json, [("no tier", Choice::Name("S석".into()))]);
    assert_eq!((tiers(&read), read.is_settled()), (vec![("R석", 3), ("S석", 2)], true));
}

#[test]
fn zones_that_lie_on_each_other_are_laid_out_side_by_side() {
    let rows =
        |name: &str| [row("1", 10, 0.0, "R석").replace("1-", name), row("2", 10, 30.0, "R석").replace("2-", name)];
    let zones = [
        zone("1층 A구역", (0.0, 0.0), &rows("a"), ""),
        zone("1층 B구역", (0.0, 0.0), &rows("b"), ""),
        zone("2층 A구역", (0.0, 0.0), &rows("c"), ""),
    ];
    let json = whole(&zones, &["R석"]);
    let read = plan(&json);
    let overlap = doubts(&read, |about| *about == About::ZonesOverlap);
    assert_eq!((overlap.len(), overlap[0].times, overlap[0].default.clone()), (1, 3, Some(Choice::LayOut)));
    let seat = |label: &str| read.hall.seats.iter().find(|seat| seat.label == label).unwrap();
    let (a, b, upstairs) = (seat("1층 A구역 1열 10번"), seat("1층 B구역 1열 1번"), seat("2층 A구역 1열 1번"));
    assert!(b.x - a.x > 2.5 && (a.y - b.y).abs() < 1e-9 && upstairs.y > seat("1층 A구역 2열 1번").y + 3.0);
    assert!(read.is_settled() && doubts(&read, |about| *about == About::SameSpot).is_empty());
    // As drawn, they lie on one spot, and are laid out for that.
    let taken = answered(&json, [("zones overlap", Choice::Take)]);
    assert_eq!(doubts(&taken, |about| *about == About::SameSpot).len(), 1);
}

#[test]
fn zones_that_only_touch_stay_where_they_are() {
    let zones = [
        zone("A", (0.0, 0.0), &[row("1", 10, 0.0, "R석")], ""),
        zone("B", (250.0, 0.0), &[row("1", 10, 0.0, "R석").replace("1-", "b")], ""),
    ];
    let read = plan(&whole(&zones, &["R석"]));
    assert!(doubts(&read, |about| *about == About::ZonesOverlap).is_empty());
    assert!((read.hall.seats[10].x - read.hall.seats[9].x - 1.0).abs() < 1e-9);
}

#[test]
fn a_zone_without_a_name_is_numbered_and_can_be_named() {
    let zones = [
        zone("", (0.0, 0.0), &[row("1", 3, 0.0, "R석")], ""),
        zone("", (0.0, 500.0), &[row("1", 3, 0.0, "R석").replace("1-", "b")], ""),
    ];
    let json = whole(&zones, &["R석"]);
    let read = plan(&json);
    assert_eq!(
        (doubts(&read, |about| *about == About::UnnamedBlock).len(), sections(&read)),
        (2, vec![("1", 3), ("2", 3)])
    );
    assert_eq!(labels(&read)[3], "2구역 1열 1번");
    assert_eq!(sections(&answered(&json, [("zone:2", Choice::Name("발코니".into()))])), [("1", 3), ("발코니", 3)]);
}

#[test]
fn seats_off_the_canvas_are_taken_with_a_word() {
    let json = whole(&[zone("A", (0.0, 0.0), &[row("1", 3, 0.0, "R석"), row("2", 3, 1_500.0, "R석")], "")], &["R석"]);
    let read = plan(&json);
    let off = doubts(&read, |about| *about == About::OffCanvas);
    assert_eq!((off.len(), off[0].times, read.counts.seats), (1, 3, 6));
    assert_eq!(answered(&json, [("off canvas", Choice::LeaveOut)]).counts.seats, 3);
}

#[test]
fn a_seat_beyond_all_measure_leaves_the_others_where_they_are() {
    let far = row("9", 1, 9_000_000.0, "R석");
    let json = whole(&[zone("A", (0.0, 0.0), &[row("1", 5, 0.0, "R석"), row("2", 5, 30.0, "R석"), far], "")], &["R석"]);
    let read = plan(&json);
    assert_eq!((read.counts.seats, doubts(&read, |about| *about == About::UnreadPosition).len()), (11, 1));
    assert!((read.hall.seats[5].y - read.hall.seats[0].y - 1.2).abs() < 1e-9);
    assert!(read.hall.seats[10].y < 20.0);
}

#[test]
fn seats_without_places_are_laid_out() {
    let json = r#"{"zones":[{"name":"A구역","rows":[
        {"row_number":"1","seats":[{"seat_number":"1","category":"R석"},{"seat_number":"2","category":"R석"}]},
        {"row_number":"2","seats":[{"seat_number":"1","category":"R석","position":null}]}]}]}"#;
    let read = plan(json);
    let seats = &read.hall.seats;
    assert_eq!((read.counts.seats, doubts(&read, |about| *about == About::UnreadPosition)[0].times), (3, 3));
    assert!((seats[1].x - seats[0].x - 1.0).abs() < 1e-9 && seats[2].y > seats[0].y);
    assert!(read.is_settled());
}

#[test]
fn seats_on_one_spot_are_laid_out_with_a_word() {
    let json =
        whole(&[zone("A", (0.0, 0.0), &[row("1", 3, 0.0, "R석").replace(r#""x":25"#, r#""x":0"#)], "")], &["R석"]);
    let read = plan(&json);
    assert_eq!(doubts(&read, |about| *about == About::SameSpot).len(), 1);
    let seats = &read.hall.seats;
    assert!((seats[0].x - seats[1].x).hypot(seats[0].y - seats[1].y) > 0.5);
}

#[test]
fn a_few_seats_on_others_leave_the_drawing_as_it_is() {
    let rows: Vec<String> = (1..=10).map(|n| row(&n.to_string(), 20, f64::from(n) * 30.0, "R석")).collect();
    let json = whole(&[zone("A", (0.0, 0.0), &rows, "")], &["R석"]);
    // Row 4's seat 7 lies on its seat 6.
    let at = json.find("\"4-7-").unwrap();
    let json = format!("{}{}", &json[..at], json[at..].replacen("\"x\":150", "\"x\":125", 1));
    let read = plan(&json);
    assert_eq!(doubts(&read, |about| *about == About::SameSpot)[0].times, 1);
    let seats = &read.hall.seats;
    let apart = |a: usize, b: usize| (seats[a].x - seats[b].x).hypot(seats[a].y - seats[b].y);
    assert!((seats[20].y - seats[0].y - 1.2).abs() < 1e-9 && (apart(0, 19) - 19.0).abs() < 1e-9);
    let moved = seats.iter().position(|seat| seat.label == "A구역 4열 7번").unwrap();
    assert!((0..seats.len()).filter(|i| *i != moved).all(|i| apart(i, moved) > 0.7));
}

#[test]
fn a_standing_area_is_told_and_can_be_numbered() {
    let areas = r#"{"shape":"polygon","position":{"x":0,"y":0},"polygon":{"points":[{"x":0,"y":0},{"x":99,"y":0},{"x":99,"y":50}]},
        "text":{"text":"스탠딩 300명"}},{"shape":"circle","position":{"x":0,"y":0},"circle":{"radius":9},"text":{"text":"Stehplätze"}}"#;
    let json = whole(&[zone("A구역", (0.0, 500.0), &[row("1", 3, 0.0, "R석")], areas)], &["R석", "스탠딩"]);
    let read = plan(&json);
    let standing = doubts(&read, |about| matches!(about, About::StandingArea { .. }));
    assert_eq!(standing[0].about, About::StandingArea { capacity: Some(300) });
    assert_eq!(standing[1].about, About::StandingArea { capacity: None });
    assert_eq!((read.counts.seats, read.is_settled()), (3, true));
    let keys = (standing[0].key.as_str(), standing[1].key.as_str());
    let read = answered(&json, [(keys.0, Choice::CountFromOne), (keys.1, Choice::Name("50".into()))]);
    assert_eq!(tiers(&read)[1], ("스탠딩", 300));
    assert_eq!((read.counts.seats, labels(&read)[300].starts_with("Stehplätze")), (353, true));
}

#[test]
fn the_stage_is_found_in_every_shape_and_language() {
    for (area, width) in [
        (
            r#"{"shape":"rectangle","position":{"x":0,"y":-90},"rectangle":{"width":250,"height":50},"text":{"text":"무대"}}"#,
            10.0,
        ),
        (r#"{"shape":"circle","position":{"x":100,"y":-90},"circle":{"radius":50},"text":{"text":"Bühne"}}"#, 4.0),
        (
            r#"{"shape":"ellipse","position":{"x":100,"y":-90},"ellipse":{"radius":{"x":125,"y":25}},"text":{"text":"scène"}}"#,
            10.0,
        ),
        (
            r#"{"shape":"polygon","position":{"x":0,"y":-90},"polygon":{"points":[{"x":0,"y":0},{"x":200,"y":0},{"x":100,"y":40}]},"text":{"text":"ステージ"}}"#,
            8.0,
        ),
        (r#"{"shape":"text","position":{"x":100,"y":-90},"text":{"position":{"x":5,"y":5},"text":"STAGE"}}"#, 12.0),
        (r#"{"width":250,"height":50,"position":{"x":0,"y":-90},"text":"Stage"}"#, 10.0),
        (
            r#"{"shape":"rectangle","position":{"x":0,"y":-90},"rectangle":{"width":300,"height":50}},
               {"shape":"text","position":{"x":100,"y":-70},"text":{"text":"무대"}}"#,
            12.0,
        ),
    ] {
        let json = whole(&[zone("A", (0.0, 200.0), &[row("1", 10, 0.0, "R석")], area)], &["R석"]);
        let read = plan(&json);
        let stage = read.hall.stage.unwrap_or_else(|| panic!("{area}"));
        assert!((stage.width - width).abs() < 1e-6 && stage.y < 0.0, "{area}: {stage:?}");
        assert!(doubts(&read, |about| *about == About::BrokenPiece).is_empty());
    }
}

#[test]
fn a_page_of_several_plans_is_read_by_the_one_that_is_chosen() {
    let hall = |name: &str, seats: u32| whole(&[zone(name, (0.0, 0.0), &[row("1", seats, 0.0, "R석")], "")], &["R석"]);
    let empty = r#"{"name":"Draft","categories":[],"zones":[]}"#;
    let text = serde_json::to_string(&hall("소극장", 3)).unwrap();
    let page = format!(
        r#"{{"count":3,"next":null,"results":[{{"id":1,"name":"Draft","layout":{empty}}},{{"id":2,"name":"대극장","layout":{}}},{{"id":3,"name":"소극장","layout":{text}}}]}}"#,
        hall("대극장", 5)
    );
    let read = plan(&page);
    let several = doubts(&read, |about| *about == About::SeveralPlans);
    let names = ["Draft", "대극장", "소극장"].map(|name| Choice::Name(name.to_owned()));
    assert_eq!((several[0].value.as_str(), several[0].choices.as_slice()), ("대극장", &names[..]));
    assert_eq!(read.counts.seats, 5);
    let small = answered(&page, [("plans", Choice::Name("소극장".into()))]);
    assert_eq!(
        (small.counts.seats, doubts(&small, |about| *about == About::SeveralPlans)[0].value.as_str()),
        (3, "소극장")
    );
    // A draft without seats is still a way back.
    let draft = answered(&page, [("plans", Choice::Name("Draft".into()))]);
    assert_eq!((draft.counts.seats, draft.doubts.len()), (0, 1));
    // A bare list, and one plan in its wrapper.
    assert_eq!(plan(&format!("[{},{}]", hall("가", 2), hall("나", 2))).doubts[0].about, About::SeveralPlans);
    let wrapped = plan(&format!(r#"{{"id":1,"name":"x","layout":{}}}"#, hall("가", 2)));
    assert!(wrapped.counts.seats == 2 && doubts(&wrapped, |about| *about == About::SeveralPlans).is_empty());
}

#[test]
fn a_broken_piece_is_left_out_and_spoils_nothing_beside_it() {
    let good = row("1", 3, 0.0, "R석");
    let seats = r#"{"row_number":"2","position":{"x":0,"y":30},"seats":[7,null,{"seat_number":"1","category":"R석","position":{"x":"left","y":0}},
        {"seat_number":["2"],"category":"R석","position":{"x":25,"y":0}}]}"#;
    let json = whole(&[zone("A구역", (0.0, 0.0), &[good, seats.into(), "\"row\"".into()], "5"), "[]".into()], &["R석"]);
    let read = plan(&json);
    let broken = doubts(&read, |about| *about == About::BrokenPiece);
    let keys: Vec<&str> = broken.iter().map(|doubt| doubt.key.as_str()).collect();
    assert_eq!(
        keys,
        ["broken:seat", "broken:position", "broken:seat number", "broken:row", "broken:area", "broken:zone"]
    );
    assert!(broken.iter().all(|doubt| doubt.chosen == Some(Choice::LeaveOut)));
    assert_eq!((broken[0].value.as_str(), broken[0].times), ("7", 2));
    assert_eq!(labels(&read), ["A구역 1열 1번", "A구역 1열 2번", "A구역 1열 3번", "A구역 2열 1번", "A구역 2열 2번"]);
    assert!(read.is_settled());
}

#[test]
fn a_file_without_any_seat_is_refused_by_its_kind() {
    let refused = |json: &str| read(&[File { name: "p.json", bytes: json.as_bytes() }], &[], &Choices::default());
    let name = || "p.json".to_owned();
    assert_eq!(refused(r#"{"a":1}"#), Err(Refusal::UnknownKind { name: name() }));
    assert_eq!(refused("{\"zones\":["), Err(Refusal::Broken { name: name() }));
    assert_eq!(refused(r#"{"zones":[]}"#), Err(Refusal::Empty { name: name() }));
    assert_eq!(refused(r#"{"zones":[{"rows":[{"seats":[1]}]}]}"#), Err(Refusal::Broken { name: name() }));
    assert_eq!(refused("[]"), Err(Refusal::UnknownKind { name: name() }));
}

#[test]
fn the_concerts_prices_are_those_of_the_plans_categories() {
    let json = whole(&[zone("A구역", (0.0, 0.0), &[row("1", 3, 0.0, "R")], "")], &["R"]);
    let known = [KnownTier { label: "R석".into(), price: 110_000 }];
    let read = read(&[File { name: "p.json", bytes: json.as_bytes() }], &known, &Choices::default()).unwrap();
    assert_eq!(prices(&read), [("R석", Some(110_000))]);
    assert!(read.doubts.is_empty());
}

#[test]
fn odd_numbers_left_and_even_numbers_right_are_neighbours_by_their_places() {
    let mut seats = String::new();
    for (at, n) in [9, 7, 5, 3, 1, 2, 4, 6, 8, 10].into_iter().enumerate() {
        let _ = write!(seats, r#"{{"seat_number":"{n}","category":"A","position":{{"x":{},"y":0}}}},"#, at * 40);
    }
    let seats = seats.trim_end_matches(',');
    let read = plan(&format!(r#"{{"zones":[{{"name":"Parkett","rows":[{{"row_number":"1","seats":[{seats}]}}]}}]}}"#));
    assert!((read.hall.seats[1].x - read.hall.seats[0].x - 1.0).abs() < 1e-9);
}

#[test]
fn fifty_thousand_seats_are_read() {
    let zones: Vec<String> = (0..50)
        .map(|i| {
            let rows: Vec<String> = (0..25)
                .map(|r| {
                    row(&(r + 1).to_string(), 40, f64::from(r) * 30.0, "R석")
                        .replace("\"seat_guid\":\"", &format!("\"seat_guid\":\"{i}."))
                })
                .collect();
            zone(&format!("{}구역", i + 1), (f64::from(i % 10) * 1_100.0, f64::from(i / 10) * 900.0), &rows, "")
        })
        .collect();
    let read = plan(&whole(&zones, &["R석"]).replace(r#""size":{"width":1000,"height":1000},"#, ""));
    assert_eq!((read.counts.seats, read.counts.sections.len()), (50_000, 50));
    assert_eq!(codes(&read), ["no price:r석"]);
}

#[test]
fn more_seats_than_any_hall_has_are_refused_with_the_limit() {
    let seats = vec![r#"{"seat_number":1}"#; 60_001].join(",");
    let json = format!(r#"{{"zones":[{{"rows":[{{"seats":[{seats}]}}]}}]}}"#);
    let refused = read(&[File { name: "p.json", bytes: json.as_bytes() }], &[], &Choices::default());
    assert_eq!(refused, Err(Refusal::TooManySeats { name: "p.json".into(), most: 60_000 }));
}
