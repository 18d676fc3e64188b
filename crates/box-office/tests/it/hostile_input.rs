use box_office::{Error, customer_name, phone_number};

use crate::support::{PASSWORD, PHONE, World, form};

const HOSTILE: &[&str] = &[
    "",
    "   ",
    "\0",
    "홍\0길동",
    "'; drop table seats; --",
    "<script>alert(1)</script>",
    "\u{202e}gnp.exe",
    "\u{feff}",
    "👩‍👩‍👧‍👦🎟️",
    "a\r\nb",
    "%s%n{}{0}",
    "\u{1b}[31m",
];

#[tokio::test]
async fn hostile_strings_in_every_field_give_a_clear_error_or_a_whole_sale_and_never_half_of_one() {
    let world = World::new().await;
    let concert = world.concert(10).await;
    let office = world.counter(1).await;
    let hold = office.hold_seats(concert.id, &concert.seats[..1]).await.unwrap();
    let long = "가".repeat(10_000);
    for hostile in HOSTILE.iter().copied().chain([long.as_str()]) {
        let mut phone = form(&hold);
        phone.phone = hostile.into();
        assert_eq!(office.confirm(&phone).await.err(), Some(Error::InvalidPhone), "{hostile:?}");
        assert_eq!(office.look_up(hostile, PASSWORD).await.err(), Some(Error::InvalidPhone), "{hostile:?}");
        let looked = office.look_up(PHONE, hostile).await.err();
        assert!(
            matches!(looked, Some(Error::InvalidPassword { .. } | Error::NoMatch | Error::TooManyLookUps { .. })),
            "{looked:?}"
        );
        let renamed = office.rename_counter(hostile).await;
        assert!(matches!(renamed, Ok(()) | Err(Error::InvalidField { .. })), "{renamed:?}");
    }
    for refused in ["", "   ", "\0", "홍\0길동", "\u{202e}gnp.exe", "\u{feff}", "a\r\nb", "\u{1b}[31m", &long] {
        let mut name = form(&hold);
        name.name = refused.into();
        assert_eq!(office.confirm(&name).await.err(), Some(Error::InvalidName), "{refused:?}");
    }
    for refused in ["", "123", "12\u{0}456", &"1".repeat(65), &long] {
        let mut password = form(&hold);
        password.password = refused.into();
        assert!(matches!(office.confirm(&password).await, Err(Error::InvalidPassword { .. })), "{refused:?}");
    }
    assert_eq!(world.count("select count(*) from reservations").await, 0);
    // What is odd but a name is kept to the letter.
    let mut odd = form(&hold);
    odd.name = " '; drop table seats; --  <b>👩‍👩‍👧‍👦</b> ".into();
    assert_eq!(office.confirm(&odd).await.unwrap().customer_name, "'; drop table seats; -- <b>👩‍👩‍👧‍👦</b>");
    assert_eq!(world.count("select count(*) from seats").await, 10);
}

#[test]
fn names_are_trimmed_and_composed() {
    assert_eq!(customer_name("  홍  길동 ").unwrap(), "홍 길동");
    assert_eq!(customer_name("\u{1112}\u{1169}\u{11bc}").unwrap(), "홍");
    assert_eq!(customer_name("\u{feff}가시험\u{200b}").unwrap(), "가시험");
    assert_eq!(customer_name("\u{200e}김\u{2060}철수\u{200f}").unwrap(), "김철수");
    assert!(customer_name("\u{202e}수철김").is_err(), "it reads as another name");
    assert!(customer_name(&"가".repeat(80)).is_ok());
    assert!(customer_name(&"가".repeat(81)).is_err());
}

#[test]
fn korean_mobile_numbers_are_taken_in_every_usual_form() {
    for good in [
        "010-1234-5678",
        "01012345678",
        "+82 10 1234 5678",
        "0082-10-1234-5678",
        "82 010 1234 5678",
        "０１０１２３４５６７８",
        // As address books and messengers copy them.
        "\u{202a}010-1234-5678\u{202c}",
        "\u{202d}01012345678\u{202c}",
        "\u{2066}+82 10-1234-5678\u{2069}",
        "010\u{2014}1234\u{2014}5678",
        "010\u{2212}1234\u{2212}5678\u{200b}",
        "\u{feff}82-10-1234-5678",
        "+82 (0)10-1234-5678",
    ] {
        assert_eq!(phone_number(good).unwrap(), "01012345678", "{good}");
    }
    for good in ["011-123-4567", "016-1234-5678", "019 123 4567"] {
        assert!(phone_number(good).is_ok(), "{good}");
    }
}

#[test]
fn other_numbers_are_taken_as_people_write_them_and_what_is_none_is_refused() {
    for (written, kept) in [
        ("02-123-4567", "021234567"),
        ("02) 1234-5678", "0212345678"),
        ("+82 2 1234 5678", "0212345678"),
        ("031-123-4567", "0311234567"),
        ("064-1234-5678", "06412345678"),
        ("070-1234-5678", "07012345678"),
        ("080-123-4567", "0801234567"),
        ("0507-1234-5678", "050712345678"),
        ("0505-123-4567", "05051234567"),
        ("+82 507 1234 5678", "050712345678"),
        ("1588-1234", "15881234"),
        ("+81 90-1234-5678", "+819012345678"),
        ("+81 (0)90-1234-5678", "+819012345678"),
        ("\u{202a}\u{ff0b}1 650 253 0000\u{202c}", "+16502530000"),
    ] {
        assert_eq!(phone_number(written).as_deref(), Ok(kept), "{written}");
    }
    for bad in [
        "",
        "+",
        "010-1234-567",
        "010-1234-56789",
        "02-123-456",
        "02-1234-56789",
        "031-12345-6789",
        "070-123-4567",
        "0507-1234-56789",
        "1588-12345",
        "1288-1234",
        "012-1234-5678",
        "010-1234-5678 ext. 9",
        "010-1234-5678;",
        "+82 10-1234-56789",
        "++81 90-1234-5678",
        "81+90-1234-5678",
        "+0 90-1234-5678",
        "+81 90 1234 5678 1234",
        "+8190123",
        // 001 is a Korean carrier, not the way abroad.
        "0081 90-1234-5678",
        "1234567",
    ] {
        assert_eq!(phone_number(bad), Err(Error::InvalidPhone), "{bad}");
    }
}
