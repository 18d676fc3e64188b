//! Freeing very many expired holds at once, and what sales feel of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use box_office::BoxOffice;

use super::figure::{Figure, Target, percentile};
use super::ground::Halls;
use super::pgbench::Script;
use super::sale::{Deed, Pair, confirm, pairs, prepare};
use super::{Error, Size, say};

/// Counters that sell meanwhile.
const CLERKS: usize = 8;
/// From one sale of a counter to its next: far faster than any clerk, and yet not all that the server can do.
const PACE: Duration = Duration::from_millis(50);

/// One pass over all expired holds, beside one statement that frees them all; then again while sales go on.
pub async fn figures(halls: &Halls<'_>, size: &Size) -> Result<Vec<Figure>, Error> {
    let (mut seconds, mut p99) = (Vec::new(), Vec::new());
    for round in 0..size.rounds {
        say(&format!("sweep, round {} of {}", round + 1, size.rounds));
        expire(halls, size).await?;
        let script = Script::new(include_str!("sql/sweep.sql"), 1, 1);
        let by_hand = script.run(halls).await?.mean_ms / 1e3;

        expire(halls, size).await?;
        let manager = halls.manager().await?;
        let begun = Instant::now();
        let swept = manager.sweep_once(5).await?;
        seconds.push((begun.elapsed().as_secs_f64(), Some(by_hand)));
        if swept.freed as usize != size.expired {
            return Err("the sweep freed another number of seats than had expired".into());
        }

        expire(halls, size).await?;
        let pairs = Arc::new(pairs(halls, size.deeds, round).await?);
        let next = Arc::new(AtomicUsize::new(0));
        let counters = halls.counters(CLERKS).await?;
        let quiet = Arc::new(AtomicBool::new(false));
        let selling = tokio::spawn(sell(counters.clone(), pairs.clone(), next.clone(), quiet.clone()));
        tokio::time::sleep(size.watched).await;
        quiet.store(true, Ordering::SeqCst);
        let before = selling.await??;

        let over = Arc::new(AtomicBool::new(false));
        let selling = tokio::spawn(sell(counters.clone(), pairs, next, over.clone()));
        let swept = manager.sweep_once(5).await;
        over.store(true, Ordering::SeqCst);
        let during = selling.await??;
        swept?;
        for counter in counters {
            counter.close().await;
        }
        manager.close().await;
        say(&format!("{} sales before, {} during", before.len(), during.len()));
        p99.push((percentile(&during, 99), Some(percentile(&before, 99))));
    }
    Ok(vec![
        Figure::of(format!("sweep of {} expired holds", size.expired), "s", Some(Target::AtMost(3.0)), &seconds),
        Figure::of("p99 of a sale during the sweep ÷ before", "ms", Some(Target::RatioAtMost(1.3)), &p99),
    ])
}

/// Everything free, but for holds that ended, in the last halls.
async fn expire(halls: &Halls<'_>, size: &Size) -> Result<(), Error> {
    prepare(halls, Deed::Hold, 0, 1, 0).await?;
    let all = halls.concerts * halls.seats;
    halls
        .as_owner(format!(
            "update seats
            set status = 'temporarily_held', hold_token = md5('hold ' || (n + 1) / 2)::uuid, held_by = 'counter_1',
                hold_expires_at = clock_timestamp() - interval '1 second'
            from generate_series({from}, {all}) as n
            where id = md5('seat ' || n)::uuid",
            from = all - size.expired + 1
        ))
        .await?;
    halls.settle().await
}

/// Sells pair after pair, each counter at its pace, until told that it is over. Milliseconds of every sale, from the
/// click on hold to the confirmed reservation, without the hashing of the password.
async fn sell(
    counters: Vec<BoxOffice>,
    pairs: Arc<Vec<Pair>>,
    next: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
) -> Result<Vec<f64>, Error> {
    let clerks: Vec<_> = counters
        .into_iter()
        .enumerate()
        .map(|(clerk, office)| {
            let (pairs, next, over) = (pairs.clone(), next.clone(), over.clone());
            tokio::spawn(async move {
                let mut milliseconds = Vec::new();
                // Not all at the same moment.
                tokio::time::sleep(PACE * clerk as u32 / CLERKS as u32).await;
                let mut pace = tokio::time::interval(PACE);
                while !over.load(Ordering::SeqCst) {
                    pace.tick().await;
                    let Some(pair) = pairs.get(next.fetch_add(1, Ordering::SeqCst)) else { break };
                    let begun = Instant::now();
                    let hold = office.hold_seats(pair.concert, &pair.seats).await?;
                    confirm(&office, pair, hold.token).await?;
                    milliseconds.push(begun.elapsed().as_secs_f64() * 1e3);
                }
                Ok::<_, box_office::Error>(milliseconds)
            })
        })
        .collect();
    let mut all = Vec::new();
    for clerk in clerks {
        all.extend(clerk.await??);
    }
    Ok(all)
}
