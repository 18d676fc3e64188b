//! The reader of pretix's JSON plans.

use box_office::PlanFaultCode::*;
use box_office::{PLAN_FAULTS_MOST, PLAN_SEATS_MOST, Plan, PlanFault, PlanFaultCode, preview, read_pretix};
use serde_json::{Value, json};

/// A hall as pretix's editor writes it, its seats 25 units apart.
pub fn hall(zones: usize, rows: usize, seats: usize) -> Value {
    let seat = |zone: usize, row: usize, seat: usize| {
        json!({
            "seat_guid": format!("{zone}-{row}-{seat}"),
            "seat_number": (seat + 1).to_string(),
            "position": { "x": seat as f64 * 25.0, "y": 0 },
            "category": if row == 0 { "R석" } else { "S석" },
            "radius": 10,
        })
    };
    let row = |zone: usize, row: usize| {
        json!({
            "row_number": (row + 1).to_string(),
            "row_number_position": "both",
            "position": { "x": 10, "y": row as f64 * 30.0 },
            "seats": (0..seats).map(|number| seat(zone, row, number)).collect::<Vec<_>>(),
        })
    };
    let zone = |zone: usize| {
        json!({
            "name": format!("{}층", zone + 1),
            "position": { "x": 0, "y": zone as f64 * 10_000.0 },
            "rows": (0..rows).map(|number| row(zone, number)).collect::<Vec<_>>(),
            "areas": [],
        })
    };
    json!({
        "name": "대극장",
        "categories": [{ "name": "R석", "color": "#aa0000" }, { "name": "S석", "color": "#00aa00" }],
        "zones": (0..zones).map(zone).collect::<Vec<_>>(),
        "size": { "width": 1000, "height": 1000 },
    })
}

fn read(plan: &Value) -> Result<Plan, Vec<PlanFault>> {
    read_pretix(plan.to_string().as_bytes(), false)
}

/// A hall of 2 zones, 3 rows and 4 seats with one thing set to another value.
fn hall_with(pointer: &str, value: Value) -> Value {
    let mut plan = hall(2, 3, 4);
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    match plan.pointer_mut(parent).unwrap() {
        Value::Object(object) => drop(object.insert(field.to_owned(), value)),
        Value::Array(list) => list[field.parse::<usize>().unwrap()] = value,
        _ => panic!("{pointer} is in no object or list"),
    }
    plan
}

fn named(faults: &[PlanFault]) -> Vec<(PlanFaultCode, &str)> {
    faults.iter().map(|fault| (fault.code, fault.place.as_str())).collect()
}

#[test]
fn each_broken_plan_has_its_fault_named_with_its_place() {
    let seat = "/zones/1/rows/2/seats/3";
    let at_seat = "zones[1].rows[2].seats[3]";
    let broken: Vec<(&str, Value, PlanFaultCode, &str)> = vec![
        ("no object", json!([[], []]), WrongKind, ""),
        ("no zones", hall_with("/zones", json!([])), NoSeats, ""),
        ("zones null", hall_with("/zones", json!(null)), NoSeats, ""),
        ("nothing in the zones", hall(2, 3, 0), NoSeats, ""),
        ("zones no list", hall_with("/zones", json!("대극장")), WrongKind, "zones"),
        ("categories no list", hall_with("/categories", json!({ "R석": "#aa0000" })), WrongKind, "categories"),
        ("a category no object", hall_with("/categories/1", json!("S석")), WrongKind, "categories[1]"),
        ("a category without a name", hall_with("/categories/1/name", json!("")), InvalidTier, "categories[1]"),
        ("a category too long", hall_with("/categories/1/name", json!("석".repeat(61))), InvalidTier, "categories[1]"),
        ("two categories of a name", hall_with("/categories/1/name", json!("R석")), RepeatedTier, "categories[1]"),
        ("a zone no object", hall_with("/zones/1", json!(7)), WrongKind, "zones[1]"),
        ("a zone's name too long", hall_with("/zones/1/name", json!("층".repeat(41))), InvalidSection, "zones[1].name"),
        ("a zone's name of two lines", hall_with("/zones/1/name", json!("2\n층")), InvalidSection, "zones[1].name"),
        ("a zone's name no text", hall_with("/zones/1/name", json!([])), WrongKind, "zones[1].name"),
        ("a zone nowhere", hall_with("/zones/1/position/x", json!(null)), NoPosition, "zones[1].position"),
        ("areas no list", hall_with("/zones/1/areas", json!({})), WrongKind, "zones[1].areas"),
        ("rows no list", hall_with("/zones/1/rows", json!(3)), WrongKind, "zones[1].rows"),
        ("a row no object", hall_with("/zones/1/rows/2", json!([])), WrongKind, "zones[1].rows[2]"),
        (
            "a row's label too long",
            hall_with("/zones/1/rows/2/row_label", json!("열".repeat(41))),
            InvalidRow,
            "zones[1].rows[2].row_label",
        ),
        (
            "a row's number too long",
            hall_with("/zones/1/rows/2/row_number", json!("1".repeat(41))),
            InvalidRow,
            "zones[1].rows[2].row_number",
        ),
        (
            "a row's place no object",
            hall_with("/zones/1/rows/2/position", json!(1)),
            WrongKind,
            "zones[1].rows[2].position",
        ),
        ("seats no list", hall_with("/zones/1/rows/2/seats", json!(true)), WrongKind, "zones[1].rows[2].seats"),
        ("a seat no object", hall_with(seat, json!("8번")), WrongKind, at_seat),
        ("a seat without category", hall_with(&format!("{seat}/category"), json!(null)), NoTier, at_seat),
        ("a seat of an empty category", hall_with(&format!("{seat}/category"), json!(" ")), NoTier, at_seat),
        ("a seat of an unknown category", hall_with(&format!("{seat}/category"), json!("VIP석")), UnknownTier, at_seat),
        ("a guid twice", hall_with(&format!("{seat}/seat_guid"), json!("0-0-0")), RepeatedGuid, at_seat),
        ("a label twice", hall_with(&format!("{seat}/seat_number"), json!("1")), RepeatedLabel, at_seat),
        (
            "a number too long",
            hall_with(&format!("{seat}/seat_number"), json!("1".repeat(41))),
            InvalidLabel,
            "zones[1].rows[2].seats[3].seat_number",
        ),
        ("a seat without position", hall_with(&format!("{seat}/position"), json!(null)), NoPosition, at_seat),
        (
            "a seat without x",
            hall_with(&format!("{seat}/position"), json!({ "y": 1 })),
            NoPosition,
            "zones[1].rows[2].seats[3].position",
        ),
        (
            "a seat's x a text",
            hall_with(&format!("{seat}/position/x"), json!("NaN")),
            NoPosition,
            "zones[1].rows[2].seats[3].position",
        ),
        (
            "a seat absurdly far",
            hall_with(&format!("{seat}/position/x"), json!(1e12)),
            FarOut,
            "zones[1].rows[2].seats[3].position",
        ),
        ("a seat out of the plan", hall_with(&format!("{seat}/position/x"), json!(9e8)), FarOut, at_seat),
        ("two seats on a spot", hall_with(&format!("{seat}/position/x"), json!(51)), SameSpot, at_seat),
    ];
    for (what, plan, code, place) in broken {
        let faults = read(&plan).expect_err(what);
        assert_eq!(named(&faults), [(code, place)], "{what}");
    }
}

#[test]
fn what_is_no_json_is_named_by_line_and_column() {
    for (bytes, place) in [
        (b"".as_slice(), "line 1, column 0"),
        (b"{\n \"zones\": [\n", "line 3, column 0"),
        (b"{\"zones\": [NaN]}", "line 1, column 12"),
        (b"{\"name\": \"\xff\"}", "line 1, column 11"),
        (b"{}{}", "line 1, column 3"),
    ] {
        let faults = read_pretix(bytes, false).unwrap_err();
        assert_eq!(named(&faults), [(Unreadable, place)], "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_coordinate_beyond_all_numbers_is_named() {
    let plan = hall_with("/zones/0/rows/0/seats/1/position/x", json!("HUGE")).to_string().replace("\"HUGE\"", "1e999");
    let faults = read_pretix(plan.as_bytes(), false).unwrap_err();
    assert_eq!(named(&faults), [(NoPosition, "zones[0].rows[0].seats[1].position")]);
}

#[test]
fn a_file_of_more_than_32_megabytes_is_refused_unread() {
    let faults = read_pretix(&vec![b' '; 32 * 1024 * 1024 + 1], false).unwrap_err();
    assert_eq!(named(&faults), [(TooLarge, "")]);
}

#[test]
fn several_faults_are_told_at_once() {
    let mut plan = hall_with("/zones/0/rows/0/seats/0/category", json!("VIP석"));
    plan["zones"][0]["rows"][1]["seats"][2]["position"] = json!(null);
    plan["zones"][1]["rows"][1]["seats"][2]["seat_number"] = json!("1");
    let faults = read(&plan).unwrap_err();
    assert_eq!(
        named(&faults),
        [
            (UnknownTier, "zones[0].rows[0].seats[0]"),
            (NoPosition, "zones[0].rows[1].seats[2]"),
            (RepeatedLabel, "zones[1].rows[1].seats[2]"),
        ]
    );
}

#[test]
fn no_more_than_200_faults_are_told() {
    let mut plan = hall(1, 1, 1_000);
    plan["categories"] = json!([]);
    assert_eq!(read(&plan).unwrap_err().len(), PLAN_FAULTS_MOST);
}

#[test]
fn a_plan_of_too_many_seats_or_tiers_is_refused() {
    let faults = read(&hall(1, 1, PLAN_SEATS_MOST + 1)).unwrap_err();
    assert_eq!(named(&faults), [(TooManySeats, "")]);
    let mut plan = hall(1, 1, 1);
    plan["categories"] = (0..1_001).map(|i| json!({ "name": i.to_string() })).collect();
    assert_eq!(named(&read(&plan).unwrap_err()), [(TooManyTiers, "")]);
}

#[test]
fn plans_of_300_and_2000_and_50000_seats_are_read() {
    for (zones, rows, seats) in [(1, 10, 30), (4, 20, 25), (10, 100, 50)] {
        let plan = read(&hall(zones, rows, seats)).unwrap();
        assert_eq!(plan.seats.len(), zones * rows * seats);
        assert_eq!(preview(&plan).ids.len(), zones * rows * seats);
    }
}

#[test]
fn a_seat_stands_at_zone_and_row_and_seat_in_units_of_a_seat() {
    let plan = read(&hall(2, 3, 4)).unwrap();
    let seat = &plan.seats[12 + 4 + 2];
    assert_eq!((seat.x, seat.y), ((10.0 + 50.0) / 25.0, (10_000.0 + 30.0) / 25.0));
    assert_eq!(seat.label, "2층구역 2열 3번");
    assert_eq!((seat.section.as_deref(), seat.row.as_deref()), (Some("2층"), Some("2")));
    assert_eq!((seat.row_number, seat.number), (Some(2), Some(3)));
    assert_eq!(plan.tiers[seat.tier].label, "S석");
    assert_eq!(plan.tiers[0].color.as_deref(), Some("#aa0000"));
}

#[test]
fn an_aisle_in_every_row_does_not_change_the_scale() {
    let mut plan = hall(1, 3, 6);
    for row in plan["zones"][0]["rows"].as_array_mut().unwrap() {
        row["seats"][5]["position"]["x"] = json!(1_000);
    }
    let plan = read(&plan).unwrap();
    assert!((plan.seats[1].x - plan.seats[0].x - 1.0).abs() < 1e-9);
}

#[test]
fn repeated_labels_are_numbered_when_asked() {
    let mut plan = hall(1, 1, 5);
    for (seat, number) in [(1, "1"), (2, "1"), (3, "2"), (4, "2")] {
        plan["zones"][0]["rows"][0]["seats"][seat]["seat_number"] = json!(number);
    }
    let faults = read(&plan).unwrap_err();
    assert!(faults.iter().all(|fault| fault.code == RepeatedLabel), "{faults:?}");
    assert_eq!(faults[0].value.as_deref(), Some("1층구역 1열 1번"));
    let labels: Vec<String> =
        read_pretix(plan.to_string().as_bytes(), true).unwrap().seats.into_iter().map(|seat| seat.label).collect();
    assert_eq!(
        labels,
        ["1층구역 1열 1번", "1층구역 1열 1번 (2)", "1층구역 1열 1번 (3)", "1층구역 1열 2번", "1층구역 1열 2번 (2)"]
    );
}

#[test]
fn what_is_unknown_or_missing_is_read_leniently() {
    let mut plan = hall(2, 2, 2);
    plan["made_by"] = json!({ "deep": [[[[]]]] });
    plan.as_object_mut().unwrap().remove("size");
    for zone in plan["zones"].as_array_mut().unwrap() {
        zone.as_object_mut().unwrap().remove("name");
        zone.as_object_mut().unwrap().remove("areas");
        zone["zone_id"] = json!("x");
    }
    plan["zones"][0]["rows"][0].as_object_mut().unwrap().remove("position");
    plan["zones"][0]["rows"][1]["row_label"] = json!("나");
    plan["zones"][0]["rows"][1]["seats"][0]["seat_number"] = json!(12);
    plan["zones"][0]["rows"][1]["seats"][1]["seat_number"] = json!("12A");
    let with_mark = format!("\u{feff}{plan}");
    let seats = read_pretix(with_mark.as_bytes(), false).unwrap().seats;
    assert_eq!(seats[2].label, "1구역 나열 12번");
    assert_eq!((seats[2].number, seats[3].number), (Some(12), None));
    assert_eq!(seats[4].label, "2구역 1열 1번");
}

#[test]
fn an_area_called_stage_becomes_the_stage() {
    let rectangle = json!({
        "shape": "rectangle", "position": { "x": 25, "y": 50 }, "color": "#ccc", "border_color": "#000", "rotation": 0,
        "rectangle": { "width": 100, "height": 50 }, "text": { "position": { "x": 1, "y": 1 }, "text": "Main STAGE" },
    });
    let circle =
        json!({ "shape": "circle", "position": { "x": 0, "y": 0 }, "circle": { "radius": 50 }, "text": "무대" });
    let polygon = json!({
        "shape": "polygon", "position": { "x": 0, "y": 0 }, "text": { "text": "무대" },
        "polygon": { "points": [{ "x": -50, "y": 0 }, { "x": 50, "y": 0 }, { "x": 0, "y": 25 }] },
    });
    let text = json!({ "shape": "text", "position": { "x": 25, "y": 0 }, "text": { "text": "stage" } });
    for (area, place) in [
        (rectangle, [300, 300, 400, 200]),
        (circle, [0, 0, 400, 400]),
        (polygon, [0, 50, 400, 100]),
        (text, [100, 0, 1_200, 300]),
    ] {
        let mut plan = hall(1, 2, 3);
        let bar = json!({ "shape": "text", "position": { "x": 0, "y": 0 }, "text": { "text": "Bar" } });
        plan["zones"][0]["areas"] = json!([bar, { "shape": 7 }, null, area]);
        let stage = read(&plan).unwrap().stage.unwrap();
        assert_eq!([stage.x, stage.y, stage.width, stage.height], place, "{area}");
    }
    let mut plan = hall(1, 2, 3);
    plan["zones"][0]["name"] = json!("무대");
    plan["zones"][0]["areas"] = json!([{ "position": { "x": 0, "y": 0 }, "rectangle": { "width": 50, "height": 25 } }]);
    assert!(read(&plan).unwrap().stage.is_some());
    plan["zones"][0]["name"] = json!("객석");
    assert_eq!(read(&plan).unwrap().stage, None);
}

#[test]
fn the_preview_is_the_counters_own_map() {
    let map = preview(&read(&hall(2, 3, 4)).unwrap());
    assert_eq!(map.sections, ["1층", "2층"]);
    assert_eq!((map.x[0], map.y[0], map.x[1]), (40, 0, 140));
    assert_eq!(map.labels[23], "2층구역 3열 4번");
    let tiers: Vec<(&str, i32)> = map.tiers.iter().map(|tier| (tier.label.as_str(), tier.total)).collect();
    assert_eq!(tiers, [("R석", 8), ("S석", 16)]);
}

#[test]
fn files_full_of_nothing_are_answered() {
    let full_of = |head: &str, part: &str, tail: &str| {
        let times = 1024 * 1024 / part.len();
        read_pretix(format!("{head}{}{tail}", part.repeat(times)).as_bytes(), true)
    };
    let one = |result: Result<Plan, Vec<PlanFault>>| result.unwrap_err()[0].code;
    assert_eq!(one(full_of("", "[", "")), Unreadable);
    assert_eq!(one(full_of(r#"{"zones":["#, "{},", "{}]}")), NoSeats);
    assert_eq!(one(full_of(r#"{"zones":[{"rows":["#, "{},", "{}]}]}")), NoSeats);
    assert_eq!(one(full_of(r#"{"zones":[{"rows":[{"seats":["#, "{},", "{}]}]}]}")), NoTier);
    assert_eq!(one(full_of(r#"{"categories":["#, "{},", "{}]}")), TooManyTiers);
    assert_eq!(one(full_of(r#"{"zones":[{"areas":["#, "{},", "{}]}]}")), NoSeats);
    assert_eq!(one(full_of(r#"{"zones":[{"name":""#, "가", r#"","rows":[{"seats":[{}]}]}]}"#)), InvalidSection);
}
