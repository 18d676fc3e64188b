//! Whether a database that sold for years holds as fast as a new one.

use super::figure::{Figure, Target, percentile};
use super::ground::{Ground, Halls};
use super::sale::{Deed, Pair, pairs};
use super::{Error, Size, clients, say};

/// Of one hall, as elsewhere.
const SEATS: usize = 2_000;
/// Seats in the database of a venue that has just begun.
const FEW: usize = 5 * SEATS;
/// One counter's holds in a round, of the halls that both databases have.
const HOLDS: usize = 1_000;

/// The p50 of a hold with very many seats in the database ÷ with few. A checkpoint goes before each round, so that the
/// first hold on each page pays for logging that page whole.
pub async fn figure(ground: &Ground, size: &Size) -> Result<Figure, Error> {
    let many = size.seats_of_large;
    say(&format!("making {many} seats, which takes a while"));
    let small = ground.halls_as_imported("small", FEW / SEATS, SEATS).await?;
    let large = ground.halls_as_imported("large", many / SEATS, SEATS).await?;
    let mut rounds = Vec::new();
    for round in 0..size.rounds {
        say(&format!("hold with {many} seats and with {FEW}, round {} of {}", round + 1, size.rounds));
        let mut p50 = [0.0; 2];
        for side in [round % 2, (round + 1) % 2] {
            p50[side] = median_hold(if side == 0 { &large } else { &small }).await?;
        }
        rounds.push((p50[0], Some(p50[1])));
    }
    let name = format!("p50 of a hold with {many} seats in the database ÷ with {FEW}");
    Ok(Figure::of(name, "ms", Some(Target::RatioAtMost(1.1)), &rounds))
}

async fn median_hold(halls: &Halls<'_>) -> Result<f64, Error> {
    halls
        .as_owner(
            "update seats set status = 'available', hold_token = null, held_by = null, hold_expires_at = null
            where status = 'temporarily_held'"
                .to_owned(),
        )
        .await?;
    halls.as_owner("vacuum seats".to_owned()).await?;
    halls.as_owner("checkpoint".to_owned()).await?;
    let pairs: Vec<Pair> = pairs(halls, HOLDS, 0).await?;
    let ran = clients::run(vec![halls.counter().await?], HOLDS, move |office, _, time| {
        let pair = pairs[time].clone();
        async move { Deed::Hold.by_us(&office, &pair).await }
    })
    .await?;
    ran.close().await;
    Ok(percentile(&ran.milliseconds(), 50))
}
