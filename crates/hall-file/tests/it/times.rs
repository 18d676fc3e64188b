//! How long large files take: `cargo test --release -p hall-file -- --ignored --nocapture times`.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use hall_file::Choices;
use rust_xlsxwriter::{Color, Format, Workbook};

use crate::support::*;

/// What this thread has had of a processor, where the system tells it: other programs take their share of the time.
fn processor() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

fn timed(name: &str, file: &str, bytes: &[u8]) {
    let (start, before) = (Instant::now(), processor());
    let read = with(file, bytes, &Choices::default());
    let own = processor().zip(before).map(|(after, before)| after - before);
    println!(
        "{name}: {} seats of {} bytes in {:?}, processor {own:?}",
        read.counts.seats,
        bytes.len(),
        start.elapsed()
    );
}

#[test]
#[ignore = "prints times, which only mean something of a release build"]
fn times_of_large_files() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let fills = [0xf4_b1_83, 0x9d_c3_e6, 0xc5_e0_b4].map(|fill| Format::new().set_background_color(Color::RGB(fill)));
    for row in 0..80 {
        sheet.write_string(row + 4, 0, format!("{}열", row + 1)).expect("a cell");
        for column in 0..150_u16 {
            let fill = &fills[usize::from(column / 50)];
            sheet.write_number_with_format(row + 4, column + 1, f64::from(column + 1), fill).expect("a cell");
        }
    }
    timed("chart of 150 x 80 cells", "chart.xlsx", &book.save_to_buffer().expect("a workbook"));

    let mut list = String::from("층,구역,열,번호,등급,가격\n");
    let mut rows: Vec<[String; 6]> = Vec::new();
    for i in 0..60_000 {
        let (section, row, number) = (i / 1_200, i / 40 % 30 + 1, i % 40 + 1);
        let tier = if row < 10 { ("R석", "110000") } else { ("S석", "88000") };
        let line = [
            format!("{}층", section / 20 + 1),
            format!("{section}"),
            format!("{row}"),
            format!("{number}"),
            tier.0.into(),
            tier.1.into(),
        ];
        let _ = writeln!(list, "{}", line.join(","));
        rows.push(line);
    }
    timed("list of 60,000 seats as text", "list.csv", list.as_bytes());
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, &[&["층", "구역", "열", "번호", "등급", "가격"]]);
    for (at, line) in (1..).zip(&rows) {
        for (column, cell) in (0..).zip(line) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(at, column, number),
                Err(_) => sheet.write_string(at, column, cell),
            }
            .expect("a cell");
        }
    }
    timed("list of 60,000 seats as a workbook", "list.xlsx", &book.save_to_buffer().expect("a workbook"));

    let mut zones = Vec::new();
    for zone in 0..50 {
        let mut rows = Vec::new();
        for row in 0..25 {
            let seats: Vec<String> = (0..40)
                .map(|seat| {
                    format!(
                        r#"{{"seat_guid":"{zone}.{row}.{seat}","uuid":"8d5a2c1e-{seat}","seat_number":"{}","category":"R석","position":{{"x":{},"y":0}}}}"#,
                        seat + 1,
                        seat * 25
                    )
                })
                .collect();
            rows.push(format!(
                r#"{{"row_number":"{}","position":{{"x":0,"y":{}}},"seats":[{}]}}"#,
                row + 1,
                row * 30,
                seats.join(",")
            ));
        }
        // All on each other, so that they are laid out as well.
        zones.push(format!(r#"{{"name":"{zone}구역","position":{{"x":0,"y":0}},"rows":[{}]}}"#, rows.join(",")));
    }
    let plan = format!(r#"{{"categories":[{{"name":"R석"}}],"zones":[{}]}}"#, zones.join(","));
    timed("plan of 50,000 seats", "plan.json", plan.as_bytes());
}
