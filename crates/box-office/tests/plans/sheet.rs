//! The reader of seat lists, as CSV and as workbooks.

use std::io::{Cursor, Write};

use box_office::PlanFaultCode::*;
use box_office::{PLAN_SEATS_MOST, Plan, PlanFault, PlanFaultCode, SheetKind, read_sheet, sheet_template};
use rust_xlsxwriter::Workbook;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

fn csv(text: &str) -> Result<Plan, Vec<PlanFault>> {
    read_sheet(text.as_bytes(), "좌석.csv")
}

fn named(faults: &[PlanFault]) -> Vec<(PlanFaultCode, &str)> {
    faults.iter().map(|fault| (fault.code, fault.place.as_str())).collect()
}

fn labels(plan: &Plan) -> Vec<&str> {
    plan.seats.iter().map(|seat| seat.label.as_str()).collect()
}

/// So many seats in rows of fifty.
pub fn list(seats: usize) -> String {
    let rows = (0..seats).map(|seat| format!("A,{},{},R석,1000\n", seat / 50 + 1, seat % 50 + 1));
    std::iter::once("section,row,number,tier,price\n".to_owned()).chain(rows).collect()
}

#[test]
fn the_template_reads_as_the_seats_it_shows() {
    for (kind, name) in [(SheetKind::Csv, "seats.csv"), (SheetKind::Xlsx, "seats.XLSX")] {
        let plan = read_sheet(&sheet_template(kind), name).unwrap();
        assert_eq!(labels(&plan), ["1층 B구역 1열 1번", "1층 B구역 1열 2번", "1층 B구역 2열 1번"]);
        let tiers: Vec<_> = plan.tiers.iter().map(|tier| (tier.label.as_str(), tier.price)).collect();
        assert_eq!(tiers, [("R석", Some(132_000)), ("S석", Some(99_000))]);
        assert_eq!(plan.seats[2].row_number, Some(2));
    }
}

#[test]
fn a_list_is_read_whatever_its_delimiter_and_encoding() {
    let text = "등급,구역,번호,열\r\nR석,가,1,1\r\n\"S석\",\"나, 뒤\",2,1\r\n";
    let (cp949, _, lossy) = encoding_rs::EUC_KR.encode(text);
    assert!(!lossy);
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let with_mark = format!("\u{feff}{text}");
    for bytes in [text.as_bytes(), &cp949, &utf16, with_mark.as_bytes()] {
        let plan = read_sheet(bytes, "a.csv").unwrap();
        assert_eq!(labels(&plan), ["가구역 1열 1번", "나, 뒤구역 1열 2번"]);
    }
    for delimiter in [";", "\t"] {
        let plan =
            csv(&format!("\n번호{delimiter} Tier (등급) {delimiter}비고\n 7 {delimiter}R석{delimiter}창가, 뒤\n")[1..]);
        assert_eq!(labels(&plan.unwrap()), ["7번"]);
    }
}

#[test]
fn each_broken_list_has_its_fault_named_by_its_row() {
    let broken: [(&str, &str, PlanFaultCode, &str); 21] = [
        ("nothing", "", NoSeats, ""),
        ("headings only", "구역,열,번호,등급\n", NoSeats, ""),
        ("no column of numbers", "구역,열,등급\n가,1,R석\n", MissingColumn, ""),
        ("no column of tiers", "구역,열,번호\n가,1,1\n", MissingColumn, ""),
        ("x without y", "번호,등급,x\n1,R석,0\n", MissingColumn, ""),
        ("a seat without number", "번호,등급\n1,R석\n,R석\n", InvalidLabel, "row 3"),
        ("a seat without tier", "번호,등급\n1,R석\n2,\n", NoTier, "row 3"),
        ("a short row", "번호,등급\n1,R석\n2\n", NoTier, "row 3"),
        ("a label twice", "번호,등급\n1,R석\n\n1,R석\n", RepeatedLabel, "row 4"),
        ("a label twice in Windows lines", "번호,등급\r\n1,R석\r\n\r\n1,R석\r\n", RepeatedLabel, "row 4"),
        (
            "a label twice after a cell of two lines",
            "번호,등급,비고\n1,R석,\"창\n가\"\n1,R석\n",
            RepeatedLabel,
            "row 4",
        ),
        ("a section too long", &format!("구역,번호,등급\n{},1,R석\n", "가".repeat(41)), InvalidSection, "row 2"),
        ("a row too long", &format!("열,번호,등급\n{},1,R석\n", "가".repeat(41)), InvalidRow, "row 2"),
        ("a tier too long", &format!("번호,등급\n1,{}\n", "석".repeat(61)), InvalidTier, "row 2"),
        ("a number too long", &format!("번호,등급\n{},R석\n", "1".repeat(121)), InvalidLabel, "row 2"),
        ("no price", "번호,등급,가격\n1,R석,무료\n", InvalidPrice, "row 2"),
        ("a price below nothing", "번호,등급,가격\n1,R석,-1\n", InvalidPrice, "row 2"),
        ("two prices", "번호,등급,가격\n1,R석,1000\n2,R석,\n3,R석,2000\n", PriceDiffers, "row 4"),
        ("a place missing", "번호,등급,x,y\n1,R석,0,0\n2,R석,,\n", NoPosition, "row 3"),
        ("a place too far", "번호,등급,x,y\n1,R석,0,0\n2,R석,1e6,0\n", FarOut, "row 3"),
        ("two seats on a spot", "번호,등급,x,y\n1,R석,0,0\n2,R석,0.05,0\n", SameSpot, "row 3"),
    ];
    for (what, text, code, place) in broken {
        assert_eq!(named(&csv(text).expect_err(what)), [(code, place)], "{what}");
    }
}

#[test]
fn files_that_are_no_lists_are_refused() {
    for (bytes, name, code) in [
        (b"x".as_slice(), "seats.pdf", Unreadable),
        (b"x", "seats", Unreadable),
        (b"PK\x03\x04broken", "seats.xlsx", Unreadable),
        (b"PK\x03\x04broken", "seats.ods", Unreadable),
        (b"\xd0\xcf\x11\xe0broken", "seats.xls", Unreadable),
        (b"\xff\x80\xff", "seats.csv", Unreadable),
        (&vec![b'\n'; 32 * 1024 * 1024 + 1], "seats.csv", TooLarge),
    ] {
        let faults = read_sheet(bytes, name).unwrap_err();
        assert_eq!(named(&faults), [(code, "")], "{name}");
    }
}

#[test]
fn lists_of_300_and_2000_and_50000_seats_are_read() {
    for seats in [300, 2_000, 50_000] {
        assert_eq!(csv(&list(seats)).unwrap().seats.len(), seats);
    }
    assert_eq!(named(&csv(&list(PLAN_SEATS_MOST + 1)).unwrap_err()), [(TooManySeats, "")]);
}

#[test]
fn seats_without_places_stand_in_rows_with_their_gaps_and_sections_side_by_side() {
    let plan = csv("구역,열,번호,등급\n가,10,1,R석\n가,2,1,R석\n가,2,4,R석\n나,1,101,R석\n").unwrap();
    let rows: Vec<_> = plan.seats.iter().map(|seat| seat.row_number).collect();
    assert_eq!(rows, [2, 1, 1, 1].map(Some));
    let places: Vec<_> = plan.seats.iter().map(|seat| (seat.x, seat.y)).collect();
    assert_eq!(places, [(-3.0, 1.25), (-3.0, 0.0), (0.0, 0.0), (3.0, 0.0)]);
}

#[test]
fn prices_are_read_as_people_write_them() {
    let plan = csv("번호;등급;가격\n1;R석;132,000원\n2;S석;₩ 99000\n").unwrap();
    let prices: Vec<_> = plan.tiers.iter().map(|tier| tier.price).collect();
    assert_eq!(prices, [Some(132_000), Some(99_000)]);
}

#[test]
fn rows_of_a_workbook_keep_their_numbers() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (at, cells) in [(1, ["번호", "등급"]), (3, ["1", "R석"]), (7, ["1", "R석"])] {
        sheet.write_row(at, 2, cells).unwrap();
    }
    let faults = read_sheet(&workbook.save_to_buffer().unwrap(), "a.xlsx").unwrap_err();
    assert_eq!(named(&faults), [(RepeatedLabel, "row 8")]);
}

#[test]
fn a_cell_in_the_far_corner_takes_no_memory() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["번호", "등급"]).unwrap();
    sheet.write_row(1, 0, ["1", "R석"]).unwrap();
    sheet.write(1_048_575, 16_383, "!").unwrap();
    let plan = read_sheet(&workbook.save_to_buffer().unwrap(), "a.xlsx").unwrap();
    assert_eq!(labels(&plan), ["1번"]);
}

/// A zip archive of these files.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// An OpenDocument sheet of these rows.
fn open_document(rows: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet>\
         <table:table table:name=\"1\">{rows}</table:table></office:spreadsheet></office:body>\
         </office:document-content>"
    );
    let manifest = b"<?xml version=\"1.0\"?><manifest:manifest \
        xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", content.as_bytes()),
    ])
}

fn cell(text: &str) -> String {
    format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
}

#[test]
fn an_open_document_is_read_with_the_empty_cells_that_end_its_rows() {
    let rest = "<table:table-cell table:number-columns-repeated=\"16382\"/>";
    let row =
        |number: &str, tier: &str| format!("<table:table-row>{}{}{rest}</table:table-row>", cell(number), cell(tier));
    let rows: String = (1..=2_000).map(|seat| row(&seat.to_string(), "R석")).collect();
    let plan = read_sheet(&open_document(&(row("번호", "등급") + &rows)), "a.ods").unwrap();
    assert_eq!((plan.seats.len(), labels(&plan)[1_999]), (2_000, "2000번"));
}

#[test]
fn an_open_document_that_repeats_cells_beyond_measure_is_refused() {
    let value =
        "<table:table-cell office:value-type=\"float\" office:value=\"1\" table:number-columns-repeated=\"16384\"/>";
    let before = format!("<table:table-cell table:number-columns-repeated=\"16383\"/>{}", cell("1"));
    for cells in [value, &before] {
        let rows = format!("<table:table-row>{cells}</table:table-row>").repeat(1_000);
        assert_eq!(named(&read_sheet(&open_document(&rows), "a.ods").unwrap_err()), [(TooLarge, "")]);
    }
}

#[test]
fn a_workbook_that_unpacks_beyond_measure_is_refused() {
    let megabyte = archive(&[("0", &vec![b'0'; 1024 * 1024])]);
    let mut megabyte = ZipArchive::new(Cursor::new(megabyte)).unwrap();
    let mut bomb = ZipWriter::new(Cursor::new(Vec::new()));
    for name in 0..129 {
        bomb.raw_copy_file_rename(megabyte.by_index(0).unwrap(), name.to_string()).unwrap();
    }
    let bomb = bomb.finish().unwrap().into_inner();
    assert!(bomb.len() < 1024 * 1024);
    assert_eq!(named(&read_sheet(&bomb, "a.xlsx").unwrap_err()), [(TooLarge, "")]);
}

#[test]
fn a_workbook_that_claims_more_strings_than_fit_is_refused() {
    for count in ["100000000000", "99999999999999999999999"] {
        let strings = format!("<?xml version=\"1.0\"?><sst count=\"1\" uniqueCount = '{count}'></sst>");
        let claims = archive(&[("xl/sharedStrings.xml", strings.as_bytes())]);
        assert_eq!(named(&read_sheet(&claims, "a.xlsx").unwrap_err()), [(TooLarge, "")]);
    }
}
