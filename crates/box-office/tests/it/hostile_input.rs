use box_office::{Error, customer_name, korean_mobile};

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
fn korean_mobile_numbers_are_taken_in_every_usual_form_and_nothing_else_is() {
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
        assert_eq!(korean_mobile(good).unwrap(), "01012345678", "{good}");
    }
    for good in ["011-123-4567", "016-1234-5678", "019 123 4567"] {
        assert!(korean_mobile(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "010-1234-567",
        "010-1234-56789",
        "02-123-4567",
        "012-1234-5678",
        "010-1234-5678 ext. 9",
        "+1 650 253 0000",
        "010-1234-5678;",
    ] {
        assert_eq!(korean_mobile(bad), Err(Error::InvalidPhone), "{bad}");
    }
}
