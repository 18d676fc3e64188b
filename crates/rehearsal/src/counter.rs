//! The process of one counter, or of one sweeper: draws what to do from its seed until it is told to stop.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use box_office::{ConcertId, ServerLogin};
use fastrand::Rng;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::clerk::{Clerk, Moment};
use crate::history::{Answer, Ask, Event};

/// What the orchestrator hands to a process, as a file: its password is nobody else's to read.
#[derive(Clone, Serialize, Deserialize)]
pub struct Post {
    /// Where histories are kept.
    pub folder: PathBuf,
    /// The proxy, and the login.
    pub server: ServerLogin,
    /// A number of its own, for its customers' phone numbers.
    pub number: usize,
    /// Of the campaign and this post.
    pub seed: u64,
    /// How long a sweeper rests between passes, in milliseconds; none for a counter.
    pub sweeps_every: Option<u64>,
    /// Seats of each concert, with the share of the rush that it gets.
    pub concerts: Vec<(Uuid, u32)>,
}

/// What a process is told, a line of JSON each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Everybody wants these seats of this concert.
    Storm(Uuid, Vec<Uuid>),
    /// The storm is over.
    Calm,
    /// Die at this moment of the next request.
    Die(Moment),
    /// Finish what is begun, ask once more after every lost answer, and end.
    Stop,
}

/// Sold and not cancelled, as far as this counter knows.
struct Sale {
    reservation: Uuid,
    phone: String,
}

struct Held {
    hold: Uuid,
    concert: Uuid,
    seats: Vec<Uuid>,
    total: i64,
}

/// A counter sells no more than this before it cancels something, so that the hall never sells out.
const SALES: usize = 4;

/// Runs until it is told to stop or its input is closed.
///
/// # Errors
/// Those of files.
pub async fn run(post: &Path, clock_off: i64) -> Result<(), crate::Error> {
    let post: Post = serde_json::from_slice(&std::fs::read(post)?)?;
    let (orders, mut order) = watch::channel(Order::Calm);
    // On a thread of its own: a read of the input can't be given up, and would keep the runtime from ending.
    std::thread::spawn(move || listen(&orders));
    let (mut clerk, events) = Clerk::start(&post.folder, &post.server, clock_off).await?;
    // A process that begins again does something else than it did before.
    let mut rng = Rng::with_seed(post.seed ^ (events.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    match post.sweeps_every {
        Some(rest) => sweep(&mut clerk, Duration::from_millis(rest), &mut order).await?,
        None => sell(&mut clerk, &post, &events, &mut rng, &mut order).await?,
    }
    ask_again(&mut clerk, &post).await
}

/// Passes orders on. The orchestrator's end is this process's end.
fn listen(orders: &watch::Sender<Order>) {
    for line in std::io::stdin().lines().map_while(Result::ok) {
        if let Ok(order) = serde_json::from_str(&line) {
            orders.send_replace(order);
        }
    }
    std::process::exit(0);
}

async fn sweep(clerk: &mut Clerk, rest: Duration, order: &mut watch::Receiver<Order>) -> Result<(), crate::Error> {
    while *order.borrow_and_update() != Order::Stop {
        clerk.ask(Ask::Sweep).await?;
        progress(1, 0, 0)?;
        tokio::select! {
            () = sleep(rest) => {}
            _ = order.changed() => {}
        }
    }
    Ok(())
}

async fn sell(
    clerk: &mut Clerk,
    post: &Post,
    events: &[Event],
    rng: &mut Rng,
    order: &mut watch::Receiver<Order>,
) -> Result<(), crate::Error> {
    let mut desk = Desk::new(post, events);
    desk.learn_seats(clerk, order).await;
    loop {
        let order = order.borrow_and_update().clone();
        clerk.dies_at = match order {
            Order::Stop => return Ok(()),
            Order::Die(moment) => Some(moment),
            Order::Storm(..) | Order::Calm => None,
        };
        let ask = match &order {
            Order::Storm(concert, seats) if rng.u8(..) < 200 => {
                let count = rng.usize(1..=4);
                Ask::Hold { concert: *concert, seats: rng.choose_multiple(seats.iter().copied(), count) }
            }
            _ => desk.next_ask(rng),
        };
        let told = clerk.ask(ask.clone()).await?;
        let (mut unknown, mut resolved) = (0, 0);
        let answer = match told {
            crate::clerk::Told::Answer(answer) => answer,
            crate::clerk::Told::Lost { n, operation } => {
                unknown = 1;
                let answer = clerk.resolve(n, operation).await?;
                resolved = 1;
                answer
            }
        };
        progress(1, unknown, resolved)?;
        if matches!(&answer, Answer::Refused { code } if code == "offline" || code == "database") {
            // A clerk tries again after a breath, not a thousand times a second.
            sleep(Duration::from_millis(rng.u64(50..250))).await;
        }
        desk.note(&ask, answer, rng);
    }
}

/// What the clerk has in mind.
struct Desk<'p> {
    post: &'p Post,
    seats: Vec<(Uuid, Vec<Uuid>, u32)>,
    holds: Vec<Held>,
    sales: Vec<Sale>,
    /// Looked up a moment ago, so that it may be cancelled.
    found: Option<Uuid>,
    customers: usize,
}

impl<'p> Desk<'p> {
    fn new(post: &'p Post, events: &[Event]) -> Self {
        let mut phones = std::collections::HashMap::new();
        let mut sales: Vec<Sale> = Vec::new();
        let mut customers = 0;
        for event in events {
            match event {
                Event::Sent { n, ask: Ask::Confirm { phone, .. }, .. } => {
                    customers += usize::from(!phone.is_empty());
                    phones.insert(*n, phone.clone());
                }
                Event::Known { n, answer: Answer::Confirmed { reservation, .. }, .. }
                | Event::Resolved { n, answer: Answer::Confirmed { reservation, .. }, .. } => {
                    if let Some(phone) = phones.remove(n) {
                        sales.push(Sale { reservation: *reservation, phone });
                    }
                }
                Event::Known { answer: Answer::Cancelled { reservation, .. }, .. }
                | Event::Resolved { answer: Answer::Cancelled { reservation, .. }, .. } => {
                    sales.retain(|sale| sale.reservation != *reservation);
                }
                _ => {}
            }
        }
        Self { post, seats: Vec::new(), holds: Vec::new(), sales, found: None, customers }
    }

    async fn learn_seats(&mut self, clerk: &Clerk, order: &watch::Receiver<Order>) {
        for (concert, share) in &self.post.concerts {
            while *order.borrow() != Order::Stop {
                let asked =
                    tokio::time::timeout(Duration::from_secs(10), clerk.office().seat_map(ConcertId(*concert))).await;
                if let Ok(Ok(map)) = asked {
                    self.seats.push((*concert, map.ids.iter().map(|seat| seat.0).collect(), *share));
                    break;
                }
                sleep(Duration::from_millis(200)).await;
            }
        }
    }

    fn next_ask(&mut self, rng: &mut Rng) -> Ask {
        if let Some(reservation) = self.found.take() {
            return Ask::Cancel { reservation };
        }
        if self.sales.len() > rng.usize(0..=SALES) && rng.u8(..) < 120 {
            let sale = rng.usize(..self.sales.len());
            if self.sales[sale].phone.is_empty() {
                return Ask::Scan { reservation: self.sales[sale].reservation };
            }
            // One in two hundred mistypes the password.
            return Ask::LookUp { phone: self.sales[sale].phone.clone(), right_password: rng.u8(..) > 0 };
        }
        let dice = rng.u8(0..100);
        if self.holds.is_empty() || (dice < 25 && self.holds.len() < 3) {
            let (concert, seats, _) = &self.seats[self.concert(rng)];
            // Neighbours, as people sit; across concerts of every size.
            let (first, count) = (rng.usize(..seats.len()), rng.usize(1..=4));
            let seats: Vec<Uuid> = seats.iter().copied().skip(first).take(count).collect();
            return if dice < 5 { Ask::CheckSeat { seat: seats[0] } } else { Ask::Hold { concert: *concert, seats } };
        }
        let held = rng.usize(..self.holds.len());
        if dice < 45 {
            let Held { hold, seats, .. } = self.holds.swap_remove(held);
            return Ask::Release { hold, seats };
        }
        let Held { hold, concert, seats, total } = &self.holds[held];
        // One in five is asked for nothing.
        if rng.u8(0..5) == 0 {
            let phone = String::new();
            return Ask::Confirm { hold: *hold, concert: *concert, seats: seats.clone(), total: *total, phone };
        }
        self.customers += 1;
        // Nobody else's, so that what a look-up has to find is known.
        let phone = format!(
            "010{:04}{:04}",
            (self.post.number * 100 + self.customers / 10_000) % 10_000,
            self.customers % 10_000
        );
        Ask::Confirm { hold: *hold, concert: *concert, seats: seats.clone(), total: *total, phone }
    }

    fn concert(&self, rng: &mut Rng) -> usize {
        let all: u32 = self.seats.iter().map(|(.., share)| share).sum();
        let mut dice = rng.u32(..all);
        self.seats
            .iter()
            .position(|(.., share)| {
                let here = dice < *share;
                dice = dice.saturating_sub(*share);
                here
            })
            .unwrap_or(0)
    }

    fn note(&mut self, ask: &Ask, answer: Answer, rng: &mut Rng) {
        match (ask, answer) {
            (Ask::Hold { concert, .. }, Answer::Held { hold, seats, total, .. }) => {
                self.holds.push(Held { hold, concert: *concert, seats, total });
            }
            (Ask::Confirm { hold, phone, .. }, Answer::Confirmed { reservation, .. }) => {
                self.sales.push(Sale { reservation, phone: phone.clone() });
                // Some clerks press the button again for the same hold.
                if rng.u8(..) > 5 {
                    self.holds.retain(|held| held.hold != *hold);
                }
            }
            // Some try again.
            (Ask::Confirm { hold, .. }, Answer::Refused { code }) if code == "hold_expired" && rng.u8(..) > 20 => {
                self.holds.retain(|held| held.hold != *hold);
            }
            (Ask::LookUp { .. } | Ask::Scan { .. }, Answer::Found { reservations }) => {
                self.found = reservations.iter().find(|(_, confirmed)| *confirmed).map(|(id, _)| *id);
            }
            (Ask::Cancel { .. }, Answer::Cancelled { reservation, .. }) => {
                self.sales.retain(|sale| sale.reservation != reservation);
            }
            (Ask::Cancel { reservation } | Ask::Scan { reservation }, Answer::Refused { code })
                if code == "already_cancelled" =>
            {
                self.sales.retain(|sale| sale.reservation != *reservation);
            }
            _ => {}
        }
        if !self.holds.is_empty() && rng.u8(..) < 25 {
            // A customer walks away: the hold is left to expire, or to be confirmed too late.
            let held = rng.usize(..self.holds.len());
            let abandoned = self.holds.swap_remove(held);
            if self.holds.len() < 2 && rng.bool() {
                self.holds.insert(0, abandoned);
            }
        }
    }
}

/// Every lost answer once more: it must be the one that was given before.
async fn ask_again(clerk: &mut Clerk, post: &Post) -> Result<(), crate::Error> {
    let events = crate::history::read(&post.folder.join(format!("{}.jsonl", post.server.login)))?;
    let mut asked = std::collections::BTreeSet::new();
    let deadline = Instant::now() + Duration::from_secs(300);
    for event in events {
        if let Event::Resolved { n, operation, .. } = event
            && asked.insert(operation)
            && Instant::now() < deadline
        {
            clerk.resolve(n, operation).await?;
        }
    }
    Ok(())
}

/// For the progress line: operations, lost answers, and those that were resolved, since the last line.
fn progress(operations: u32, unknown: u32, resolved: u32) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{operations} {unknown} {resolved}")
}
