//! The kinds of faults, and how each is brought about.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use sqlx::{Connection, PgConnection, query_scalar};
use tokio::task::JoinSet;
use tokio::time::sleep;
use uuid::Uuid;

use crate::Error;
use crate::clerk::Moment;
use crate::counter::Order;
use crate::ground::Ground;
use crate::posts::{FAKETIME, Posts, Stopped};
use crate::proxy::{Carriage, Deed, Place, Trap, When};

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// On the wire: at a COMMIT, at another step, or by how a connection is carried.
    Trap(&'static str, Place, WireDeed),
    /// On the wire, from now on.
    Carry(&'static str, Carriage),
    /// Kill -9 of a counter when one of its messages is on its way.
    KillAt(&'static str, Place),
    /// Kill -9 of a counter at a step of its own.
    KillIn(&'static str, Moment),
    /// SIGSTOP of a backend for seconds.
    StopBackend,
    /// A backend is told to end, as an administrator does.
    EndBackend,
    /// SIGKILL of a backend: the server recovers.
    KillBackend,
    /// SIGKILL of the postmaster, and a start.
    KillPostmaster,
    /// The primary dies for good and its synchronous standby takes over.
    Promote,
    /// No room for WAL.
    FullDisk,
    /// No room for connections.
    UseUpConnections,
    /// A client that locks seats in the wrong order.
    Deadlocker,
    /// A client that sells what it does not hold.
    DoubleSeller,
    /// All counters want the same 8 seats.
    LockStorm,
    /// A counter whose clock is off by an hour.
    WrongClock,
}

/// [`Deed`] as it stands in a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireDeed {
    /// See [`Deed::Cut`].
    Cut,
    /// See [`Deed::ForwardLate`].
    Late,
}

/// Each with how often it comes in a round.
const ROUND: [(usize, Kind); 26] = [
    (8, Kind::Trap("cut before COMMIT", Place::BeforeCommit, WireDeed::Cut)),
    (8, Kind::Trap("cut after COMMIT", Place::AfterCommit, WireDeed::Cut)),
    (6, Kind::Trap("COMMIT late, client gone", Place::BeforeCommit, WireDeed::Late)),
    (4, Kind::Trap("cut before a call", Place::BeforeCall, WireDeed::Cut)),
    (3, Kind::Carry("half-open", Carriage::HalfOpen)),
    (3, Kind::Carry("one way: answers lost", Carriage::AnswersLost)),
    (3, Kind::Carry("one way: requests lost", Carriage::RequestsLost)),
    (4, Kind::Carry("delayed", Carriage::Delayed(Duration::from_millis(80)))),
    (4, Kind::Carry("sliced", Carriage::Sliced)),
    (3, Kind::KillAt("counter killed: before its call", Place::BeforeCall)),
    (5, Kind::KillAt("counter killed: before COMMIT", Place::BeforeCommit)),
    (2, Kind::KillAt("counter killed: after COMMIT", Place::AfterCommit)),
    (2, Kind::KillIn("counter killed: before it sent", Moment::Sent)),
    (2, Kind::KillIn("counter killed: once answered", Moment::Answered)),
    (1, Kind::KillIn("counter killed: once in doubt", Moment::Lost)),
    (2, Kind::StopBackend),
    (3, Kind::EndBackend),
    (1, Kind::KillBackend),
    (1, Kind::KillPostmaster),
    (1, Kind::Promote),
    (1, Kind::FullDisk),
    (2, Kind::UseUpConnections),
    (3, Kind::Deadlocker),
    (3, Kind::DoubleSeller),
    (2, Kind::LockStorm),
    (2, Kind::WrongClock),
];

/// A round of faults in an order drawn from the seed: each kind comes, and the frequent ones often.
pub fn round(rng: &mut Rng) -> Vec<Kind> {
    let mut round: Vec<Kind> = ROUND.iter().flat_map(|(times, kind)| std::iter::repeat_n(*kind, *times)).collect();
    rng.shuffle(&mut round);
    round
}

/// What is left out of a short campaign, where a single one would take most of it.
pub fn takes_long(kind: Kind) -> bool {
    matches!(kind, Kind::Promote | Kind::FullDisk | Kind::KillPostmaster)
}

/// Everything that faults strike at, and the count of those that took place.
pub struct Faults {
    /// The server.
    pub ground: Arc<Ground>,
    /// The counters.
    pub counters: Arc<Posts>,
    /// A login of its own for clients that misbehave.
    pub rogue: (String, String),
    /// The concert of the smallest hall, where everybody meets.
    pub concert: Uuid,
    /// Its seats.
    pub seats: Vec<Uuid>,
    /// How often each took place.
    pub counted: Arc<Mutex<BTreeMap<String, u64>>>,
    /// Which could not be, and why.
    pub skipped: Mutex<BTreeMap<String, String>>,
    /// Backends that stand still.
    pub stopped: Arc<Stopped>,
    /// What goes on in the background.
    pub going_on: JoinSet<()>,
}

impl Faults {
    /// Counts one that took place.
    pub fn count(counted: &Mutex<BTreeMap<String, u64>>, name: &str) {
        *counted.lock().unwrap_or_else(PoisonError::into_inner).entry(name.to_owned()).or_default() += 1;
    }

    fn happened(&self, name: &str) {
        Self::count(&self.counted, name);
    }

    fn skip(&self, name: &str, why: &str) {
        let mut skipped = self.skipped.lock().unwrap_or_else(PoisonError::into_inner);
        skipped.insert(name.to_owned(), why.to_owned());
    }

    /// Brings one about. What needs time of its own goes on in the background, except what needs the server for itself.
    ///
    /// # Errors
    /// When the server does not come back.
    pub async fn bring_about(&mut self, kind: Kind, rng: &mut Rng) -> Result<(), Error> {
        let pick = rng.usize(..);
        match kind {
            Kind::Trap(fault, place, deed) => {
                let deed = match deed {
                    WireDeed::Cut => Deed::Cut,
                    WireDeed::Late => Deed::ForwardLate(When::After(Duration::from_millis(rng.u64(20..1_500)))),
                };
                self.ground.proxy.set(Trap { fault, login: None, place, deed });
            }
            Kind::KillAt(fault, place) => {
                self.ground.proxy.set(Trap { fault, login: None, place, deed: Deed::Freeze });
            }
            Kind::Carry(fault, carriage) => self.ground.proxy.carry(pick, fault, carriage),
            Kind::KillIn(fault, moment) => {
                self.counters.tell(pick, &Order::Die(moment)).await;
                // Once it is told it dies by its next request, or at its next lost answer.
                if moment != Moment::Lost {
                    self.happened(fault);
                }
            }
            Kind::StopBackend => self.stop_backend(pick, Duration::from_millis(rng.u64(1_000..9_000))).await,
            Kind::EndBackend => self.end_backend(pick).await,
            Kind::UseUpConnections => self.use_up_connections(Duration::from_millis(rng.u64(1_000..3_000))),
            Kind::Deadlocker => self.deadlock(rng.fork()),
            Kind::DoubleSeller => self.sell_twice(rng.fork()),
            Kind::LockStorm => self.storm(rng.fork()).await,
            Kind::WrongClock => {
                if std::path::Path::new(FAKETIME).exists() {
                    let clock_off = if rng.bool() { 3_600 } else { -3_600 };
                    self.counters.kill_and_set_clock(pick, clock_off).await;
                    self.happened("clock off by an hour");
                } else {
                    self.skip("clock off by an hour", "libfaketime is not installed");
                }
            }
            Kind::KillBackend | Kind::KillPostmaster | Kind::Promote | Kind::FullDisk => {
                while self.going_on.join_next().await.is_some() {}
                self.alone_with_the_server(kind, pick).await?;
            }
        }
        while self.going_on.try_join_next().is_some() {}
        Ok(())
    }

    async fn alone_with_the_server(&self, kind: Kind, pick: usize) -> Result<(), Error> {
        match kind {
            Kind::KillBackend => {
                if let Some(pid) = self.backend(pick).await {
                    crate::posts::signal(Some(pid), rustix::process::Signal::KILL);
                    self.happened("backend killed");
                    self.ground.wait_until_up().await?;
                }
            }
            Kind::KillPostmaster => {
                self.ground.kill_and_restart().await?;
                self.happened("postmaster killed");
            }
            Kind::Promote => {
                self.ground.promote_standby().await?;
                self.happened("standby promoted");
            }
            Kind::FullDisk => {
                if self.ground.fill_disk().await? {
                    self.happened("disk full");
                } else {
                    self.skip("disk full", "no small file system can be mounted here, or WAL did not fill it");
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A counter's backend that is at work, if there is one.
    async fn backend(&self, pick: usize) -> Option<u32> {
        let (mut owner, _primary) = self.ground.owner().await.ok()?;
        let pids: Vec<i32> = query_scalar(
            "select pid from pg_stat_activity where backend_type = 'client backend' and usename like 'counter%'
            order by state = 'idle', pid",
        )
        .fetch_all(&mut owner)
        .await
        .ok()?;
        pids.get(pick % pids.len().clamp(1, 6)).map(|pid| *pid as u32)
    }

    async fn stop_backend(&mut self, pick: usize, time: Duration) {
        if let Some(pid) = self.backend(pick).await {
            self.stopped.stop(pid);
            self.happened("backend stopped");
            let stopped = self.stopped.clone();
            self.going_on.spawn(async move {
                sleep(time).await;
                stopped.let_go(pid);
            });
        }
    }

    async fn end_backend(&mut self, pick: usize) {
        let Some(pid) = self.backend(pick).await else { return };
        let Ok((mut owner, _primary)) = self.ground.owner().await else { return };
        let ended = query_scalar("select pg_terminate_backend($1)").bind(pid as i32).fetch_one(&mut owner).await;
        if ended.unwrap_or(false) {
            self.happened("backend ended");
        }
    }

    fn use_up_connections(&mut self, time: Duration) {
        let (ground, rogue, counted) = (self.ground.clone(), self.rogue.clone(), self.counted.clone());
        self.going_on.spawn(async move {
            let mut connections = Vec::new();
            let full = loop {
                match ground.direct(&rogue).await {
                    Ok(connection) => connections.push(connection),
                    Err(error) => break sqlstate(&error).as_deref() == Some("53300"),
                }
                if connections.len() > 1_000 {
                    break false;
                }
            };
            if full {
                Self::count(&counted, "connections used up");
                sleep(time).await;
            }
        });
    }

    /// Two hands with the owner's rights lock two seats each, in opposite orders, until the server breaks the circle. No
    /// login can: it locks what a verb locks, in the verb's order.
    fn deadlock(&mut self, mut rng: Rng) {
        let (ground, counted) = (self.ground.clone(), self.counted.clone());
        let pair = rng.choose_multiple(self.seats.iter().copied(), 2);
        self.going_on.spawn(async move {
            let (Ok((mut one, _)), Ok((mut other, _primary))) = (ground.owner().await, ground.owner().await) else {
                return;
            };
            let crossed: Result<(), sqlx::Error> = async {
                let (mut one, mut other) = (one.begin().await?, other.begin().await?);
                lock_seat(&mut one, pair[0]).await?;
                lock_seat(&mut other, pair[1]).await?;
                let (first, second) = tokio::join!(lock_seat(&mut one, pair[1]), lock_seat(&mut other, pair[0]));
                first.and(second)
            }
            .await;
            if crossed.is_err_and(|error| is_deadlock(&error)) {
                Self::count(&counted, "deadlock on purpose");
            }
        });
    }

    /// A client without the engine calls verbs for what is not its own: it sells seats under a hold that it never had, or
    /// holds sold ones. Or it writes to the tables, which no login may.
    fn sell_twice(&mut self, mut rng: Rng) {
        let (ground, rogue, counted) = (self.ground.clone(), self.rogue.clone(), self.counted.clone());
        let (concert, seat, try_a_verb) = (self.concert, rng.choice(self.seats.iter().copied()), rng.bool());
        self.going_on.spawn(async move {
            let (Ok(mut client), Some(seat)) = (ground.direct(&rogue).await, seat) else { return };
            let sold = if try_a_verb {
                sqlx::query(
                    "select from counter.confirm(gen_random_uuid(), (select hold_token from seats where id = $2), $1,
                        array[$2], 90000, '암표', '01000000000', '$argon2id$v=19$rogue')",
                )
                .bind(concert)
                .bind(seat)
                .execute(&mut client)
                .await
                .map(drop)
            } else {
                write_sale(&mut client, concert, seat).await
            };
            // Whether it got through is the checker's to say; that it was tried is what counts here.
            let answered = sold.is_ok() || sold.is_err_and(|error| error.as_database_error().is_some());
            if answered {
                Self::count(&counted, "double sale tried");
            }
        });
    }

    async fn storm(&mut self, mut rng: Rng) {
        let seats = rng.choose_multiple(self.seats.iter().copied(), 8);
        self.counters.tell_all(&Order::Storm(self.concert, seats)).await;
        self.happened("lock storm");
        let counters = self.counters.clone();
        self.going_on.spawn(async move {
            sleep(Duration::from_millis(rng.u64(2_000..5_000))).await;
            counters.tell_all(&Order::Calm).await;
        });
    }
}

async fn lock_seat(client: &mut PgConnection, seat: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query("select id from seats where id = $1 for update").bind(seat).fetch_optional(client).await.map(|_| ())
}

/// The sale of a seat, written by hand without a look at it.
///
/// # Errors
/// The server's refusal.
pub async fn write_sale(client: &mut PgConnection, concert: Uuid, seat: Uuid) -> Result<(), sqlx::Error> {
    let reservation = Uuid::now_v7();
    sqlx::query(
        "insert into reservations (id, concert_id, customer_name, phone_number, password_hash)
        values ($1, $2, '암표', '01000000000', '$argon2id$v=19$rogue')",
    )
    .bind(reservation)
    .bind(concert)
    .execute(&mut *client)
    .await?;
    sqlx::query(
        "insert into reservation_seats (reservation_id, seat_id, concert_id, price) values ($1, $2, $3, 90000)",
    )
    .bind(reservation)
    .bind(seat)
    .bind(concert)
    .execute(&mut *client)
    .await?;
    Ok(())
}

fn is_deadlock(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|refusal| refusal.code()).as_deref() == Some("40P01")
}

fn sqlstate(error: &Error) -> Option<String> {
    let error = error.downcast_ref::<sqlx::Error>()?;
    error.as_database_error().and_then(|refusal| refusal.code()).map(|code| code.into_owned())
}
