//! Sample concerts for trying Maepyo out. Every sold seat belongs to a real reservation.

use sqlx::{Connection, PgConnection, PgTransaction, query, query_scalar};
use uuid::Uuid;

use crate::customer::phc_string;
use crate::{Error, Result};

/// Phone and password of two customers whose reservations can be looked up.
pub const CUSTOMERS: [(&str, &str, &str); 2] = [("홍길동", "01012345678", "1234"), ("김서연", "01098765432", "maepyo")];

struct Hall {
    title: &'static str,
    venue: &'static str,
    days_ahead: i32,
    hour: i32,
    tiers: &'static [(&'static str, i64)],
    sections: &'static [Section],
    /// Of a hundred seats, so many are sold.
    sold_percent: i64,
    published: bool,
}

/// A block of curved rows around the stage: distances in seats, angles in degrees from straight ahead.
struct Section {
    label: &'static str,
    rows: i32,
    distance: f64,
    from: f64,
    to: f64,
    /// Tier of the rows up to this one, front to back.
    tiers: &'static [(i32, usize)],
}

const GRAND: &[Section] = &[
    Section { label: "1층 A", rows: 20, distance: 18.0, from: -48.0, to: -17.0, tiers: &[(6, 1), (13, 2), (20, 3)] },
    Section {
        label: "1층 B",
        rows: 20,
        distance: 18.0,
        from: -15.0,
        to: 15.0,
        tiers: &[(5, 0), (10, 1), (15, 2), (20, 3)],
    },
    Section { label: "1층 C", rows: 20, distance: 18.0, from: 17.0, to: 48.0, tiers: &[(6, 1), (13, 2), (20, 3)] },
    Section { label: "2층 D", rows: 12, distance: 46.0, from: -52.0, to: -27.0, tiers: &[(4, 3), (12, 4)] },
    Section { label: "2층 E", rows: 12, distance: 46.0, from: -25.5, to: -1.0, tiers: &[(4, 3), (12, 4)] },
    Section { label: "2층 F", rows: 12, distance: 46.0, from: 1.0, to: 25.5, tiers: &[(4, 3), (12, 4)] },
    Section { label: "2층 G", rows: 12, distance: 46.0, from: 27.0, to: 52.0, tiers: &[(4, 3), (12, 4)] },
];
const SMALL: &[Section] = &[
    Section { label: "가", rows: 8, distance: 10.0, from: -38.0, to: -2.5, tiers: &[(3, 0), (8, 1)] },
    Section { label: "나", rows: 8, distance: 10.0, from: 2.5, to: 38.0, tiers: &[(3, 0), (8, 1)] },
];

const HALLS: &[Hall] = &[
    Hall {
        title: "겨울밤 — 시립교향악단 정기연주회",
        venue: "대극장",
        days_ahead: 21,
        hour: 19,
        tiers: &[("VIP석", 165_000), ("R석", 132_000), ("S석", 99_000), ("A석", 66_000), ("B석", 44_000)],
        sections: GRAND,
        sold_percent: 42,
        published: true,
    },
    Hall {
        title: "창극 〈달의 노래〉",
        venue: "달빛극장",
        days_ahead: 9,
        hour: 15,
        tiers: &[("R석", 50_000), ("S석", 30_000)],
        sections: SMALL,
        sold_percent: 95,
        published: true,
    },
    Hall {
        title: "인디 밴드 페스티벌",
        venue: "체조홀",
        days_ahead: 33,
        hour: 18,
        tiers: &[("스탠딩석", 121_000), ("지정석", 99_000)],
        sections: SMALL,
        sold_percent: 100,
        published: true,
    },
    Hall {
        title: "송년 음악회",
        venue: "음악당",
        days_ahead: 30,
        hour: 22,
        tiers: &[("R석", 70_000), ("S석", 40_000)],
        sections: SMALL,
        sold_percent: 0,
        published: false,
    },
];

/// Fills a migrated database with sample concerts, all or nothing; does nothing when it has any concert already.
///
/// # Errors
/// [`Error::Offline`], [`Error::Database`].
pub async fn seed(owner: &str) -> Result<()> {
    let mut connection = PgConnection::connect(owner).await?;
    let mut transaction = connection.begin().await?;
    query!("select pg_advisory_xact_lock(7226301)").execute(&mut *transaction).await?;
    let concerts =
        query_scalar!(r#"select count(*) as "concerts!" from concerts"#).fetch_one(&mut *transaction).await?;
    if concerts == 0 {
        let mut hashes = Vec::new();
        for (_, phone, password) in CUSTOMERS {
            let salt = query_scalar!(r#"select phone_salt($1) as "salt!""#, phone).fetch_one(&mut *transaction).await?;
            let hash = tokio::task::spawn_blocking(move || phc_string(password, &salt)).await;
            hashes.push(hash.map_err(|_| Error::Internal)??);
        }
        for hall in HALLS {
            add_concert(&mut transaction, hall, &hashes).await?;
        }
    }
    transaction.commit().await?;
    Ok(connection.close().await?)
}

async fn add_concert(transaction: &mut PgTransaction<'_>, hall: &Hall, hashes: &[String]) -> Result<()> {
    let concert = query_scalar!(
        "insert into concerts (title, venue, starts_at, stage)
        values ($1, $2,
            (((clock_timestamp() at time zone 'Asia/Seoul')::date + $3::int) + make_time($4, 30, 0)) at time zone 'Asia/Seoul',
            '{\"x\": 0, \"y\": 600, \"width\": 1600, \"height\": 320}')
        returning id",
        hall.title,
        hall.venue,
        hall.days_ahead,
        hall.hour
    )
    .fetch_one(&mut **transaction)
    .await?;
    let mut tiers = Vec::new();
    for (label, price) in hall.tiers {
        let tier = query_scalar!(
            "insert into concert_seat_tiers (concert_id, label, price) values ($1, $2, $3::bigint) returning id",
            concert,
            label,
            price
        )
        .fetch_one(&mut **transaction)
        .await?;
        tiers.push(tier);
    }
    for section in hall.sections {
        add_section(transaction, concert, section, &tiers).await?;
    }
    // One in a hundred is kept for the house.
    if hall.sold_percent < 100 {
        query!(
            "update seats set withheld_for = '하우스석'
            where concert_id = $1 and abs(hashtext(label || 'withheld')) % 100 = 0",
            concert
        )
        .execute(&mut **transaction)
        .await?;
    }
    sell(transaction, concert, hall.sold_percent, hashes).await?;
    if hall.published {
        query!("update concerts set status = 'published' where id = $1", concert).execute(&mut **transaction).await?;
    }
    Ok(())
}

async fn add_section(
    transaction: &mut PgTransaction<'_>,
    concert: Uuid,
    section: &Section,
    tiers: &[Uuid],
) -> Result<()> {
    for row in 1..=section.rows {
        let radius = section.distance + f64::from(row - 1) * 1.25;
        let width = (section.to - section.from).to_radians() * radius;
        let seats = width.floor() as i32 + 1;
        let spare = (width - f64::from(seats - 1)) / 2.0;
        let tier = section.tiers.iter().find(|(last, _)| row <= *last).map_or(0, |(_, tier)| *tier);
        let (mut x, mut y, mut angle) = (Vec::new(), Vec::new(), Vec::new());
        for seat in 0..seats {
            let turn = section.from.to_radians() + (spare + f64::from(seat)) / radius;
            x.push((radius * turn.sin()) as f32);
            y.push((radius * turn.cos()) as f32);
            angle.push(-turn.to_degrees() as f32);
        }
        query!(
            "insert into seats
                (id, concert_id, seat_tier_id, label, section_label, row_label, row_number, seat_number, x, y, angle)
            select verbs.id_in_order(clock_timestamp(), place.number), $1, $2,
                $3 || '구역 ' || $4::int || '열 ' || place.number || '번', $3, ($4::int)::text, $4,
                place.number, place.x, place.y, place.angle
            from unnest($5::real[], $6::real[], $7::real[]) with ordinality as place (x, y, angle, number)
            order by 1",
            concert,
            tiers[tier],
            section.label,
            row,
            &x,
            &y,
            &angle
        )
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

/// Sells a share of the seats in pairs: one to each of the sample customers, the others to made-up names.
async fn sell(transaction: &mut PgTransaction<'_>, concert: Uuid, percent: i64, hashes: &[String]) -> Result<()> {
    // Pairs of neighbours, drawn by a hash so that every PC gets the same hall.
    query!(
        "with pairs as (
            select array_agg(id order by seat_number) as seats, gen_random_uuid() as reservation,
                row_number() over (
                    order by hashtext(section_label || ' ' || row_number || ' ' || (seat_number + 1) / 2)) as place,
                sum(count(*)) over () as total,
                sum(count(*)) over (
                    order by hashtext(section_label || ' ' || row_number || ' ' || (seat_number + 1) / 2)) as so_far
            from seats
            where concert_id = $1 and withheld_for is null
            group by section_label, row_number, (seat_number + 1) / 2
        ),
        sold as materialized (select * from pairs where so_far * 100 <= total * $2::bigint),
        new_reservations as (
            insert into reservations (id, concert_id, customer_name, phone_number, password_hash)
            select reservation, $1,
                coalesce(($3::text[])[place], '관객 ' || place),
                coalesce(($4::text[])[place], '0105000' || lpad(place::text, 4, '0')),
                coalesce(($5::text[])[place], ($5::text[])[1])
            from sold
        ),
        new_reservation_seats as (
            insert into reservation_seats (reservation_id, seat_id, concert_id, price)
            select sold.reservation, s.id, $1, t.price
            from sold
            join seats s on s.id = any (sold.seats)
            join concert_seat_tiers t on t.id = s.seat_tier_id
        )
        update seats set status = 'reserved' where id in (select unnest(seats) from sold)",
        concert,
        percent,
        &CUSTOMERS.map(|(name, ..)| name.to_owned()),
        &CUSTOMERS.map(|(_, phone, _)| phone.to_owned()),
        hashes
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
