//! Halls drawn as SVG, as drawing programs and other systems write them.

use hall_file::{About, Choice, Choices, File, FileKind, Reading, Refusal, read};

use crate::support::*;

fn svg(inner: &str) -> Reading {
    with("hall.svg", drawing(inner).as_bytes(), &Choices::default())
}

fn answered<const N: usize>(inner: &str, all: [(&str, Choice); N]) -> Reading {
    with("hall.svg", drawing(inner).as_bytes(), &answers(all))
}

fn drawing(inner: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x\">\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 900 900\">\n{inner}</svg>"
    )
}

fn pattern(reading: &Reading) -> &str {
    doubts(reading, |about| matches!(about, About::SeatNames { .. })).first().map_or("", |doubt| doubt.value.as_str())
}

fn apart(reading: &Reading, a: usize, b: usize) -> (f64, f64) {
    let (a, b) = (&reading.hall.seats[a], &reading.hall.seats[b]);
    (((b.x - a.x) * 1e6).round() / 1e6, ((b.y - a.y) * 1e6).round() / 1e6)
}

#[test]
fn circles_are_seats_by_their_ids() {
    let mut inner = String::from("<rect id=\"Stage\" x=\"100\" y=\"0\" width=\"200\" height=\"50\"/>");
    for (row, y) in [("1", 100), ("2", 125)] {
        for seat in 1..=5 {
            inner += &format!(
                "<circle id=\"A-{row}-{seat}\" cx=\"{}\" cy=\"{y}\" r=\"9\" fill=\"#f4b183\"/>\n",
                100 + 20 * seat
            );
        }
    }
    inner += "<path id=\"path123\" d=\"M0 0h900v900h-900z\"/>";
    let read = svg(&inner);
    assert_eq!(
        (read.files[0].kind, read.counts.seats, pattern(&read)),
        (FileKind::Svg, 10, "id: {section}-{row}-{number}")
    );
    assert_eq!(sections(&read), [("A", 10)]);
    assert_eq!((labels(&read)[0], apart(&read, 0, 1), apart(&read, 0, 5)), ("A 1-1", (1.0, 0.0), (0.0, 1.25)));
    let stage = read.hall.stage.unwrap();
    assert!((stage.width - 10.0).abs() < 1e-6 && stage.y < read.hall.seats[0].y);
    assert!(read.is_settled(), "{:?}", open(&read));
}

#[test]
fn titles_in_words_say_floor_section_row_and_number() {
    let seat = |title: &str, x: u32| {
        format!("<rect x=\"{x}\" y=\"10\" width=\"8\" height=\"8\"><title>{title}</title></rect>")
    };
    let read =
        svg(&[seat("1층 A구역 3열 1번", 0), seat("1층 A구역 3열 2번", 10), seat("2층 B구역 1열 7번", 20)].concat());
    assert_eq!(labels(&read), ["1층 A구역 3열 1번", "1층 A구역 3열 2번", "2층 B구역 1열 7번"]);
    assert_eq!((pattern(&read), read.files[0].floors.len()), ("title: {words}", 2));
    let read = svg(&[seat("Block A, Row 3, Seat 1", 0), seat("Block A, Row 3, Seat 2", 10)].concat());
    assert_eq!((sections(&read), read.hall.seats[1].row.as_deref()), (vec![("A", 2)], Some("3")));
    let read = svg(&[seat("Parkett Reihe 3 Platz 1", 0), seat("Parkett Reihe 3 Platz 2", 10)].concat());
    assert_eq!(labels(&read)[1], "Parkett 3-2");
}

#[test]
fn data_attributes_say_each_part_and_the_tier() {
    let seat = |n: u32, tier: &str, price: &str| {
        format!(
            "<path class=\"seat\" d=\"M{} 0h8v8h-8z\" data-section=\"가\" data-row=\"1\" data-seat=\"{n}\" data-category=\"{tier}\" data-price=\"{price}\"/>",
            n * 10
        )
    };
    let read = svg(&[seat(1, "R석", "110000"), seat(2, "R석", "110,000원"), seat(3, "S석", "88000")].concat());
    assert_eq!((labels(&read)[2], pattern(&read)), ("가구역 1열 3번", "data"));
    assert_eq!(prices(&read), [("R석", Some(110_000)), ("S석", Some(88_000))]);
    // One attribute may have it all.
    let read = svg(
        "<circle data-seat-id=\"B_2_1\" cx=\"1\" cy=\"1\" r=\"1\"/><circle data-seat-id=\"B_2_2\" cx=\"4\" cy=\"1\" r=\"1\"/>",
    );
    assert_eq!((pattern(&read), labels(&read)[1]), ("data-seat-id: {section}-{row}-{number}", "B 2-2"));
}

#[test]
fn groups_say_what_their_seats_leave_open() {
    let seats = |from: u32| {
        (from..from + 3)
            .map(|n| format!("<circle id=\"_x3{n}_\" cx=\"{}\" cy=\"0\" r=\"4\"/>", n * 10))
            .collect::<String>()
    };
    let inner = format!(
        "<g id=\"Seats\"><g id=\"section-A\"><g id=\"row-1\">{0}</g><g id=\"row-2\" transform=\"translate(0 12)\">{0}</g></g>\
         <g id=\"B구역\" transform=\"translate(100)\"><g data-row=\"1\">{0}</g></g></g>",
        seats(1)
    );
    let read = svg(&inner);
    assert_eq!((sections(&read), read.counts.seats), (vec![("A", 6), ("B구역", 3)], 9));
    assert_eq!((labels(&read)[5], labels(&read)[6]), ("A구역 2열 3번", "B구역 1열 1번"));
    assert_eq!((apart(&read, 0, 3), apart(&read, 0, 6)), ((0.0, 1.2), (10.0, 0.0)));
}

#[test]
fn nested_transforms_and_used_symbols_are_followed() {
    let inner = "<defs><symbol id=\"chair\" viewBox=\"0 0 10 10\"><path d=\"M0 0h10v10H0z\"/></symbol><circle id=\"dot\" r=\"4\"/></defs>
        <g transform=\"translate(100,50) rotate(90)\"><g transform=\"scale(2)\">
          <use id=\"A1\" xlink:href=\"#chair\" x=\"0\" y=\"0\" width=\"5\" height=\"5\"/>
          <use id=\"A2\" href=\"#chair\" x=\"10\" y=\"0\" width=\"5\" height=\"5\"/></g>
          <use id=\"A3\" href=\"#dot\" x=\"45\" y=\"5\"/><use id=\"A4\" href=\"#late\" transform=\"translate(65 5)\"/></g>
        <defs><rect id=\"late\" x=\"-3\" y=\"-3\" width=\"6\" height=\"6\"/></defs>";
    let read = svg(inner);
    assert_eq!((labels(&read), pattern(&read)), (vec!["A-1", "A-2", "A-3", "A-4"], "id: {row}{number}"));
    // Turned by a quarter, the row runs down.
    assert_eq!([apart(&read, 0, 1), apart(&read, 1, 2), apart(&read, 2, 3)], [(0.0, 1.0); 3]);
}

#[test]
fn colours_are_tiers_that_the_manager_names() {
    let inner = "<style>.cls-1{fill:#f4b183;}.cls-2,.cls-3{fill:#9dc3e6}</style>
        <circle id=\"A1\" class=\"cls-1\" cx=\"0\" cy=\"0\" r=\"4\"/><circle id=\"A2\" class=\"cls-2\" cx=\"10\" cy=\"0\" r=\"4\"/>
        <circle id=\"A3\" style=\"fill: rgb(244,177,131); stroke:none\" cx=\"20\" cy=\"0\" r=\"4\"/>";
    let read = svg(inner);
    assert_eq!(open(&read), ["colour:#9dc3e6", "colour:#f4b183"]);
    let read = answered(
        inner,
        [("colour:#9dc3e6", Choice::Name("S석".into())), ("colour:#f4b183", Choice::Name("R석".into()))],
    );
    assert_eq!((tiers(&read), read.is_settled()), (vec![("S석", 1), ("R석", 2)], true));
    let read = svg(
        "<g id=\"VIP석\"><circle id=\"A1\" r=\"4\"/><circle id=\"A2\" cx=\"9\" r=\"4\"/></g><g id=\"R석\"><circle id=\"B1\" cy=\"9\" r=\"4\"/></g>",
    );
    assert_eq!((tiers(&read), sections(&read).len()), (vec![("VIP석", 2), ("R석", 1)], 1));
}

#[test]
fn the_manager_can_mend_the_pattern() {
    let inner =
        "<circle id=\"z1.rA.s01\" cx=\"0\" cy=\"0\" r=\"4\"/><circle id=\"z1.rA.s02\" cx=\"10\" cy=\"0\" r=\"4\"/>";
    let read = answered(inner, [("seat names", Choice::Name("id: z{section}.r{row}.s{number}".into()))]);
    assert_eq!((sections(&read), labels(&read)), (vec![("1", 2)], vec!["1 A-1", "1 A-2"]));
    let read = answered(inner, [("seat names", Choice::Name("z{section}.r{row}.s{number}".into()))]);
    assert_eq!(labels(&read), ["1 A-1", "1 A-2"]);
    // Nonsense leaves a way back.
    let read = answered(inner, [("seat names", Choice::Name("{nothing}".into()))]);
    assert!(!doubts(&read, |about| matches!(about, About::SeatNames { .. })).is_empty());
}

#[test]
fn seats_without_names_are_counted_as_they_are_drawn() {
    let mut inner = String::from("<rect width=\"900\" height=\"30\"/><text x=\"400\" y=\"20\">무대</text>");
    for row in 0..3 {
        for seat in 0..6 {
            inner += &format!(
                "<rect x=\"{}\" y=\"{}\" width=\"10\" height=\"10\" fill=\"#ccc\"/>",
                seat * 12,
                60 + row * 15
            );
        }
    }
    let read = svg(&inner);
    assert_eq!((read.counts.seats, labels(&read)[7]), (18, "2열 2번"));
    assert!(!doubts(&read, |about| *about == About::UnlabelledRows).is_empty());
    assert!((read.hall.stage.unwrap().width - 75.0).abs() < 1e-6 && read.is_settled());
    // Numbers that stand on the seats are theirs.
    for seat in 0..6 {
        inner += &format!("<text x=\"{}\" y=\"68\"><tspan>{}</tspan></text>", seat * 12 + 3, 6 - seat);
    }
    assert_eq!(labels(&svg(&inner))[0], "1열 6번");
}

#[test]
fn what_is_no_drawing_of_seats_is_refused_or_asked_about() {
    let of = |text: &str| read(&[File { name: "h.svg", bytes: text.as_bytes() }], &[], &Choices::default());
    assert_eq!(of("<svg></svg>"), Err(Refusal::Empty { name: "h.svg".into() }));
    assert_eq!(of("<html><body>Hi</body></html>"), Err(Refusal::UnknownKind { name: "h.svg".into() }));
    assert_eq!(of(&"<svg><g>".repeat(300)), Err(Refusal::Broken { name: "h.svg".into() }));
    let named = of("<svg><rect id=\"bar\" width=\"5\" height=\"5\"/></svg>").unwrap();
    assert_eq!((named.counts.seats, named.is_settled()), (0, false));
    // What is cut off is read until there.
    let cut = of("<svg><circle id=\"A1\" r=\"4\"/><circle id=\"A2\" cx=\"9\" r=\"4\"/><circle id=\"A3").unwrap();
    assert_eq!(cut.counts.seats, 2);
}

#[test]
fn a_list_gives_grades_to_the_seats_of_a_drawing() {
    let seats: String =
        (1..=4).map(|n| format!("<circle id=\"A-1-{n}\" cx=\"{}\" cy=\"{}\" r=\"4\"/>", n * 10, n * n)).collect();
    let drawing = drawing(&seats);
    let list = "구역,열,번호,등급\nA,1,1~2,R석\nA,1,3~4,S석\n";
    let files = [File { name: "l.csv", bytes: list.as_bytes() }, File { name: "h.svg", bytes: drawing.as_bytes() }];
    let read = read(&files, &[], &Choices::default()).unwrap();
    assert_eq!((tiers(&read), labels(&read)[3]), (vec![("R석", 2), ("S석", 2)], "A구역 1열 4번"));
    assert!(read.hall.seats[3].y > read.hall.seats[0].y);
}
