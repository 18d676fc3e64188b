//! Numbers that are no Korean mobile's, and that the engine and the server take the same ones.

use box_office::{BoxOffice, Error, phone_number};

use crate::support::{Concert, PASSWORD, World, form};

const OTHERS: [(&str, &str); 5] = [
    ("02-1234-5678", "0212345678"),
    ("0507-1234-5678", "050712345678"),
    ("031-123-4567", "0311234567"),
    ("070-1234-5678", "07012345678"),
    ("+81 90-1234-5678", "+819012345678"),
];

async fn sell_by(office: &BoxOffice, concert: &Concert, seat: usize, phone: &str) -> Result<String, Error> {
    let hold = office.hold_seats(concert.id, &concert.seats[seat..=seat]).await?;
    let mut form = form(&hold);
    form.phone = phone.into();
    let sold = office.confirm(&form).await;
    if sold.is_err() {
        office.release_hold(hold.token, &concert.seats[seat..=seat]).await?;
    }
    sold.map(|sold| sold.phone)
}

#[tokio::test]
async fn a_venue_keeps_mobile_numbers_only_unless_a_manager_says_otherwise() {
    let world = World::new().await;
    let concert = world.concert(5).await;
    let (office, manager) = (world.counter(1).await, world.manager(1).await);
    assert!(!office.server_now().await.unwrap().rules.other_phones);
    world.as_owner("update settings set hold_again_seconds = 0").await;
    for (seat, (written, _)) in OTHERS.iter().enumerate() {
        assert_eq!(sell_by(&office, &concert, seat, written).await, Err(Error::PhoneNotMobile), "{written}");
    }
    let mut seen = manager.rules_to_edit().await.unwrap();
    seen.rules.other_phones = true;
    let seen = manager.set_rules(seen.version, &seen.rules).await.unwrap();
    for (seat, (written, kept)) in OTHERS.iter().enumerate() {
        assert_eq!(sell_by(&office, &concert, seat, written).await.as_deref(), Ok(*kept));
    }
    // Who bought while it was so is found when it no longer is.
    manager.set_rules(seen.version, &box_office::Rules { other_phones: false, ..seen.rules }).await.unwrap();
    for (written, kept) in OTHERS {
        let found = office.look_up(written, PASSWORD).await.unwrap().reservations;
        assert_eq!((found.len(), found[0].phone.as_str()), (1, kept));
        let listed = manager.reservations_of(concert.id, written, None).await.unwrap().rows;
        assert_eq!(listed.len(), 1, "{written}");
    }
}

/// Every number of up to 13 digits is of a shape that a few examples stand for: all prefixes of four digits, at each length,
/// with and without +.
#[tokio::test]
async fn engine_and_server_take_the_same_numbers() {
    let world = World::new().await;
    let shapes: Vec<String> = (0..10_000)
        .flat_map(|prefix| (7..=17).map(move |length| format!("{prefix:04}{:0>width$}", 7, width = length - 4)))
        .flat_map(|digits| [format!("+{digits}"), digits])
        .collect();
    let of_server: Vec<bool> =
        sqlx::query_scalar("select is_phone(n) from unnest($1::text[]) with ordinality as all_of (n, at) order by at")
            .bind(&shapes)
            .fetch_all(&mut world.owner().await)
            .await
            .unwrap();
    let mut taken = 0;
    for (number, of_server) in shapes.iter().zip(of_server) {
        // Stored as it is: what is turned into another one is not this one.
        let of_engine = phone_number(number).as_deref() == Ok(number);
        assert_eq!(of_engine, of_server, "{number}");
        taken += usize::from(of_server);
    }
    assert!(taken > 10_000, "{taken}");
}
