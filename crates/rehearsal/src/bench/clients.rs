//! Our side: counters that each do one thing after the other, all at once.

use std::sync::Arc;
use std::time::Instant;

use box_office::{BoxOffice, Result};
use tokio::sync::Barrier;

use super::Error;

/// What came of it.
pub struct Ran<T> {
    /// Of all clients together, from their common start to the end of the last.
    pub per_second: f64,
    /// What each operation gave and how many milliseconds it took, in no order.
    pub done: Vec<(T, f64)>,
    /// Still connected.
    pub counters: Vec<BoxOffice>,
}

impl<T> Ran<T> {
    /// Disconnects every counter.
    pub async fn close(&self) {
        for counter in &self.counters {
            counter.close().await;
        }
    }

    /// Milliseconds of every operation.
    pub fn milliseconds(&self) -> Vec<f64> {
        self.done.iter().map(|(_, ms)| *ms).collect()
    }
}

/// Every counter does `operation` so many times; it is told the client's number and how often it did it before.
pub async fn run<T, F>(
    counters: Vec<BoxOffice>,
    times: usize,
    operation: impl Fn(BoxOffice, usize, usize) -> F + Clone + Send + 'static,
) -> std::result::Result<Ran<T>, Error>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send,
{
    let all = counters.len() * times;
    let start = Arc::new(Barrier::new(counters.len() + 1));
    let clients: Vec<_> = counters
        .into_iter()
        .enumerate()
        .map(|(client, counter)| {
            let (operation, start) = (operation.clone(), start.clone());
            tokio::spawn(async move {
                let mut done = Vec::with_capacity(times);
                start.wait().await;
                for time in 0..times {
                    let begun = Instant::now();
                    let given = operation(counter.clone(), client, time).await?;
                    done.push((given, begun.elapsed().as_secs_f64() * 1e3));
                }
                Ok::<_, box_office::Error>((done, counter))
            })
        })
        .collect();
    start.wait().await;
    let begun = Instant::now();
    let (mut done, mut counters) = (Vec::with_capacity(all), Vec::new());
    for client in clients {
        let (by_this_one, counter) = client.await??;
        done.extend(by_this_one);
        counters.push(counter);
    }
    let per_second = all as f64 / begun.elapsed().as_secs_f64();
    Ok(Ran { per_second, done, counters })
}
