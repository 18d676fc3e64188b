//! Everybody after the same seats.

use box_office::{BoxOffice, ConcertId, Error as Refusal, Result, SeatId};
use uuid::Uuid;

use super::figure::{Figure, Target, percentile};
use super::ground::Halls;
use super::pgbench::Script;
use super::{Error, Size, clients, say};

const CLIENTS: usize = 64;
/// Of the first hall.
const HOT: usize = 200;
/// Three steps of at most this many never come round to the first seat again.
const STEP: usize = 60;

/// 64 clients, each after four of 200 seats again and again; who gets them gives them back.
pub async fn figures(halls: &Halls<'_>, size: &Size) -> std::result::Result<Vec<Figure>, Error> {
    let seats = halls.ids("seat", 1..=HOT).await?;
    let concert = halls.ids("concert", 1..=1).await?[0];
    let (mut per_second, mut deadlocks, mut told) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..size.rounds {
        say(&format!("hot seats, round {} of {}", round + 1, size.rounds));
        let (mut ours, mut by_hand) = ((0.0, 0.0, 0.0), (0.0, 0.0));
        for side in [round % 2, (round + 1) % 2] {
            halls.free_all().await?;
            halls.settle().await?;
            let before = deadlocks_so_far(halls).await?;
            if side == 0 {
                let seats = seats.clone();
                let counters = halls.counters(CLIENTS).await?;
                let ran = clients::run(counters, size.attempts, move |office, _, time| {
                    let four = four_of(&seats);
                    async move { Ok((attempt(&office, concert, &four).await?, time)) }
                })
                .await?;
                ran.close().await;
                // The first of each client has its statements prepared, as the first of a day.
                let losers = ran.done.iter().filter(|((won, time), _)| !won && *time > 0).map(|(_, ms)| *ms);
                let losers: Vec<f64> = losers.collect();
                let deadlocks = deadlocks_so_far(halls).await? - before;
                ours = (ran.per_second, deadlocks, percentile(&losers, 99));
                say(&format!("{} of {} attempts lost", losers.len(), ran.done.len()));
            } else {
                let script = Script::new(include_str!("sql/hot_seats.sql"), CLIENTS, size.attempts);
                let ran = script.with("hot", HOT).with("step", STEP).run(halls).await?;
                by_hand = (ran.per_second, deadlocks_so_far(halls).await? - before);
            }
        }
        per_second.push((ours.0, Some(by_hand.0)));
        deadlocks.push((ours.1, Some(by_hand.1)));
        told.push((ours.2, None));
    }
    Ok(vec![
        Figure::of("four of 200 hot seats, 64 clients", "per s", Some(Target::RatioAtLeast(1.0)), &per_second),
        Figure::of("deadlocks on hot seats", "deadlocks", Some(Target::AtMost(0.0)), &deadlocks),
        Figure::of("a loser is told, p99, 64 clients", "ms", Some(Target::AtMost(150.0)), &told),
    ])
}

/// Whether the seats were won.
async fn attempt(office: &BoxOffice, concert: ConcertId, seats: &[SeatId]) -> Result<bool> {
    match office.hold_seats(concert, seats).await {
        Ok(hold) => office.release_hold(hold.token, seats).await.map(|()| true),
        // Busy is what a deadlock's victim is told; the server counts those.
        Err(Refusal::SeatsTaken { .. } | Refusal::Busy) => Ok(false),
        Err(other) => Err(other),
    }
}

/// As the script draws them.
fn four_of(seats: &[SeatId]) -> Vec<SeatId> {
    let random = Uuid::new_v4().into_bytes();
    let step = |byte: u8| usize::from(byte) % STEP + 1;
    let first = usize::from(u16::from_be_bytes([random[0], random[4]]));
    let (second, third) = (first + step(random[1]), first + step(random[1]) + step(random[2]));
    [first, second, third, third + step(random[3])].map(|place| seats[place % HOT]).to_vec()
}

async fn deadlocks_so_far(halls: &Halls<'_>) -> std::result::Result<f64, Error> {
    // A backend reports its own at the end of a transaction, once a second at most, and when it ends.
    let count = "select deadlocks from pg_stat_database where datname = current_database()";
    Ok(halls.ask(count).await? as f64)
}
