//! What is read: home, and the status of a whole stadium. And what a password's hash costs.

use std::time::Instant;

use super::figure::{Figure, Target, median};
use super::ground::Halls;
use super::pgbench::Script;
use super::{Error, Size, say};

/// Home with all the concerts of the database, some of their seats sold and held.
pub async fn home(halls: &Halls<'_>, size: &Size) -> Result<Figure, Error> {
    let name = format!("home, {} concerts of {} seats", halls.concerts, halls.seats);
    let office = halls.counter().await?;
    super::sale::prepare(halls, super::sale::Deed::Cancel, size.deeds / 2, size.deeds / 2, usize::MAX >> 32).await?;
    let mut rounds = Vec::new();
    for round in 0..size.rounds {
        say(&format!("{name}, round {} of {}", round + 1, size.rounds));
        let mut times = Vec::new();
        for _ in 0..size.looks {
            let begun = Instant::now();
            if office.concerts_on_sale().await?.len() != halls.concerts {
                return Err("home does not show every concert".into());
            }
            times.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        let by_hand = Script::new(include_str!("sql/home.sql"), 1, size.looks).run(halls).await?;
        rounds.push((median(&times).unwrap_or(f64::NAN), Some(by_hand.mean_ms)));
    }
    office.close().await;
    Ok(Figure::of(name, "ms", Some(Target::AtMost(60.0)), &rounds))
}

/// The delta query at its worst: every seat of a stadium has changed since the counter's last look.
pub async fn stadium(halls: &Halls<'_>, size: &Size) -> Result<Figure, Error> {
    let name = format!("status of a stadium of {} seats", halls.seats);
    let office = halls.counter().await?;
    let concert = halls.ids("concert", 1..=1).await?[0];
    let seen = office.seat_map(concert).await?.changes.seen;
    halls
        .as_owner(format!(
            "update seats set changed_in = default;
            update seats
            set status = 'temporarily_held', hold_token = md5('hold ' || (n + 1) / 2)::uuid, held_by = 'counter_2',
                hold_expires_at = clock_timestamp() + interval '30 minutes' + n * interval '1 millisecond'
            from generate_series(1, {held}) as n
            where id = md5('seat ' || n)::uuid",
            held = halls.seats / 50
        ))
        .await?;
    halls.settle().await?;
    let mut rounds = Vec::new();
    for round in 0..size.rounds {
        say(&format!("{name}, round {} of {}", round + 1, size.rounds));
        let mut times = Vec::new();
        for _ in 0..size.looks {
            let begun = Instant::now();
            let changes = office.seat_changes(concert, &seen).await?;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            if changes.seats.len() != halls.seats || changes.reload {
                return Err("the stadium did not change as it should have".into());
            }
        }
        let by_hand = Script::new(include_str!("sql/status.sql"), 1, size.looks).run(halls).await?;
        rounds.push((median(&times).unwrap_or(f64::NAN), Some(by_hand.mean_ms)));
    }
    office.close().await;
    Ok(Figure::of(name, "ms", Some(Target::AtMost(30.0)), &rounds))
}

/// Kept out of the figures of confirm; here it is.
pub async fn argon2(halls: &Halls<'_>, size: &Size) -> Result<Figure, Error> {
    say("argon2id");
    let office = halls.counter().await?;
    let mut rounds = Vec::new();
    for _ in 0..size.rounds {
        let begun = Instant::now();
        office.password_hash("01012345678", "비밀번호1234").await?;
        rounds.push((begun.elapsed().as_secs_f64() * 1e3, None));
    }
    office.close().await;
    Ok(Figure::of("argon2id of one password, on the counter's PC", "ms", None, &rounds))
}
