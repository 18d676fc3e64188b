//! A clerk: one counter's engine, as the app uses it, and the history of all that was asked and answered.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use box_office::{
    BoxOffice, ConcertId, ConfirmForm, Error, HoldId, IssuedTickets, OperationId, Pc, ReservationId, Scan, SeatId,
    ServerLogin, WalkUpForm,
};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::history::{Answer, Ask, Event, History};

/// Longer than any chain of the engine's own deadlines: past it a clerk would call for help.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How a request ended.
#[derive(Debug)]
pub enum Told {
    /// With an answer.
    Answer(Answer),
    /// With a lost one.
    Lost {
        /// The request.
        n: u64,
        /// What to resolve.
        operation: Uuid,
    },
}

impl Told {
    /// The answer, if there was one.
    pub fn answer(self) -> Option<Answer> {
        match self {
            Self::Answer(answer) => Some(answer),
            Self::Lost { .. } => None,
        }
    }
}

/// A moment at which a clerk's PC dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// The request is in the history but not on its way.
    Sent,
    /// The answer came but is not in the history.
    Answered,
    /// The answer was lost and nobody asked for it yet.
    Lost,
}

/// How a program treats a lost answer. Only the engine's way is right; the others are bugs that the checker has to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Habit {
    /// Asks the server to settle it.
    #[default]
    Resolve,
    /// Sends a confirm again, as a new operation.
    SendAgain,
    /// Looks whether a sale is there, and takes what it sees for the answer.
    LookAgain,
}

/// One counter with its history.
pub struct Clerk {
    office: BoxOffice,
    intents: PathBuf,
    history: History,
    next: u64,
    /// The moment at which to die, for real, by SIGKILL.
    pub dies_at: Option<Moment>,
    /// What it does about a lost answer.
    pub habit: Habit,
    /// The phone of the last customer, for looking again.
    last_phone: String,
}

impl Clerk {
    /// Starts the counter's program: connects, and settles what an earlier run left open. Keeps trying until there is a
    /// server. Returns the history so far.
    ///
    /// # Errors
    /// Those of the history's file.
    pub async fn start(folder: &Path, server: &ServerLogin, clock_off: i64) -> std::io::Result<(Self, Vec<Event>)> {
        Self::start_window(folder, server, "", clock_off).await
    }

    /// The same for another window of the same counter, told apart by a suffix.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn start_window(
        folder: &Path,
        server: &ServerLogin,
        window: &str,
        clock_off: i64,
    ) -> std::io::Result<(Self, Vec<Event>)> {
        let path = |kind: &str| folder.join(format!("{}{window}.{kind}", server.login));
        let (mut history, events) = History::open(&path("jsonl"))?;
        history.write(&Event::Started { clock_off })?;
        if let Some((n, intents_at)) = pending(&events) {
            // Read before the engine opens the file: it forgets what is settled.
            history.write(&match operation_past(&path("intents"), intents_at)? {
                Some(operation) => Event::Unknown { n, took_ms: 0, operation },
                None => Event::Known { n, took_ms: 0, answer: Answer::never_sent() },
            })?;
        }
        // The same at each start of this counter's PC.
        let id =
            server.login.bytes().chain(window.bytes()).fold(0, |id: u128, byte| id.rotate_left(7) ^ u128::from(byte));
        let pc = Pc { id: Uuid::from_u128(id), intents: path("intents") };
        let office = loop {
            match BoxOffice::connect(server, Some(&pc)).await {
                Ok(office) => break office.with_worthless_hashes(),
                Err(_) => sleep(Duration::from_millis(200)).await,
            }
        };
        let next = events.iter().filter(|event| matches!(event, Event::Sent { .. })).count() as u64;
        let mut clerk = Self {
            office,
            intents: path("intents"),
            history,
            next,
            dies_at: None,
            habit: Habit::default(),
            last_phone: String::new(),
        };
        let events = crate::history::read(&path("jsonl"))?;
        clerk.settle_earlier(unresolved(&events)).await?;
        let events = crate::history::read(&path("jsonl"))?;
        Ok((clerk, events))
    }

    /// The engine, for what is not worth a line.
    pub fn office(&self) -> &BoxOffice {
        &self.office
    }

    async fn settle_earlier(&mut self, mut lost: Vec<(u64, Uuid)>) -> std::io::Result<()> {
        let began = Instant::now();
        // As the app does at its start.
        let unfinished = loop {
            match self.office.unfinished().await {
                Ok(unfinished) => break unfinished,
                Err(_) => sleep(Duration::from_millis(200)).await,
            }
        };
        for settled in unfinished {
            if let Some(at) = lost.iter().position(|(_, operation)| *operation == settled.operation.0) {
                let (n, operation) = lost.remove(at);
                let took_ms = began.elapsed().as_millis() as u64;
                self.history.write(&Event::Resolved { n, operation, took_ms, answer: (&settled.resolved).into() })?;
            }
        }
        // Answered and settled, but the history was not told: asking again gives the same answer.
        for (n, operation) in lost {
            self.resolve(n, operation).await?;
        }
        Ok(())
    }

    /// Asks for something once and records it.
    ///
    /// # Errors
    /// Those of the history's file.
    pub async fn ask(&mut self, ask: Ask) -> std::io::Result<Told> {
        let n = self.next;
        self.next += 1;
        let intents_at = std::fs::metadata(&self.intents).map_or(0, |file| file.len());
        self.history.write(&Event::Sent { n, ask: ask.clone(), intents_at })?;
        self.die_if(Moment::Sent);
        if let Ask::Confirm { phone, .. } = &ask {
            self.last_phone.clone_from(phone);
        }
        let began = Instant::now();
        let Ok(mut answer) = timeout(PATIENCE, put(&self.office, &ask)).await else {
            self.history.write(&Event::Hung { n })?;
            // What a clerk does with a program that stands still.
            die();
        };
        if self.habit == Habit::SendAgain && matches!(answer, Err(Error::OutcomeUnknown { .. })) {
            answer = put(&self.office, &ask).await;
        }
        let took_ms = began.elapsed().as_millis() as u64;
        match answer {
            Err(Error::OutcomeUnknown { operation }) => {
                let operation = operation.0;
                self.history.write(&Event::Unknown { n, took_ms, operation })?;
                self.die_if(Moment::Lost);
                Ok(Told::Lost { n, operation })
            }
            answer => {
                self.die_if(Moment::Answered);
                let answer = answer.unwrap_or_else(|error| Answer::refused(&error));
                self.history.write(&Event::Known { n, took_ms, answer: answer.clone() })?;
                Ok(Told::Answer(answer))
            }
        }
    }

    /// Asks what became of an operation until there is an answer, and records it.
    ///
    /// # Errors
    /// Those of the history's file.
    pub async fn resolve(&mut self, n: u64, operation: Uuid) -> std::io::Result<Answer> {
        let began = Instant::now();
        loop {
            match timeout(PATIENCE, self.became_of(OperationId(operation))).await {
                Ok(Ok(answer)) => {
                    let took_ms = began.elapsed().as_millis() as u64;
                    self.history.write(&Event::Resolved { n, operation, took_ms, answer: answer.clone() })?;
                    return Ok(answer);
                }
                Ok(Err(_)) => sleep(Duration::from_millis(100)).await,
                Err(_) => {
                    self.history.write(&Event::Hung { n })?;
                    die();
                }
            }
        }
    }

    async fn became_of(&self, operation: OperationId) -> box_office::Result<Answer> {
        if self.habit != Habit::LookAgain {
            return Ok((&self.office.resolve(operation).await?).into());
        }
        match self.office.look_up(&self.last_phone, &password_of(&self.last_phone)).await {
            Ok(found) => {
                let sold = found.reservations.iter().find(|sold| sold.id == ReservationId::made_by(operation));
                Ok(sold.map_or(Answer::Void, |sold| Answer::Confirmed {
                    reservation: sold.id.0,
                    seats: crate::history::ids(&sold.seats),
                    total: sold.total,
                }))
            }
            Err(Error::NoMatch) => Ok(Answer::Void),
            Err(error) => Err(error),
        }
    }

    /// Asks, and when the answer is lost, what became of it.
    ///
    /// # Errors
    /// Those of the history's file.
    pub async fn ask_and_resolve(&mut self, ask: Ask) -> std::io::Result<Answer> {
        match self.ask(ask).await? {
            Told::Answer(answer) => Ok(answer),
            Told::Lost { n, operation } => self.resolve(n, operation).await,
        }
    }

    fn die_if(&self, moment: Moment) {
        if self.dies_at == Some(moment) {
            die();
        }
    }
}

/// As kill -9 does, from inside.
fn die() -> ! {
    let _killed = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    std::process::abort()
}

/// The password of a customer, which no two phones share.
pub fn password_of(phone: &str) -> String {
    format!("pw-{phone}")
}

async fn put(office: &BoxOffice, ask: &Ask) -> box_office::Result<Answer> {
    Ok(match ask {
        Ask::Hold { concert, seats } => (&office.hold_seats(ConcertId(*concert), &seat_ids(seats)).await?).into(),
        Ask::Release { hold, seats } => {
            office.release_hold(HoldId(*hold), &seat_ids(seats)).await?;
            Answer::Released
        }
        Ask::Confirm { hold, concert, seats, total, phone } if phone.is_empty() => {
            let form = WalkUpForm {
                hold: HoldId(*hold),
                concert_id: ConcertId(*concert),
                seat_ids: seat_ids(seats),
                total: *total,
            };
            let sold = office.confirm_walk_up(&form).await?;
            Answer::Confirmed { reservation: sold.id.0, seats: crate::history::ids(&sold.seats), total: sold.total }
        }
        Ask::Confirm { hold, concert, seats, total, phone } => {
            let form = ConfirmForm {
                hold: HoldId(*hold),
                concert_id: ConcertId(*concert),
                seat_ids: seat_ids(seats),
                total: *total,
                name: "관객".to_owned(),
                phone: phone.clone(),
                password: password_of(phone),
            };
            let sold = office.confirm(&form).await?;
            Answer::Confirmed { reservation: sold.id.0, seats: crate::history::ids(&sold.seats), total: sold.total }
        }
        Ask::Cancel { reservation } => {
            let cancelled = office.cancel(ReservationId(*reservation)).await?;
            Answer::Cancelled { reservation: cancelled.reservation_id.0, seats_freed: cancelled.seats_freed }
        }
        Ask::Scan { reservation } => {
            let tickets = office.issue_tickets(ReservationId(*reservation)).await?;
            match office.look_up_ticket(&qr_of(&tickets)).await? {
                Scan::Valid { reservations } => Answer::found(&box_office::LookUp { reservations }),
                // Its sale was cancelled in the meantime.
                Scan::Void { .. } => return Err(Error::NoMatch),
            }
        }
        Ask::LookUp { phone, right_password } => {
            let password = if *right_password { password_of(phone) } else { "not-this-one".to_owned() };
            Answer::found(&office.look_up(phone, &password).await?)
        }
        Ask::CheckSeat { seat } => {
            office.check_seat(SeatId(*seat)).await?;
            Answer::Seat
        }
        Ask::Sweep => Answer::Swept { freed: office.sweep_once(2).await?.freed },
    })
}

/// What the QR of the first ticket says.
fn qr_of(tickets: &IssuedTickets) -> String {
    let code = tickets.seats.first().map(|seat| seat.code).unwrap_or_default();
    let digits: String = code.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("{}.{digits}", tickets.number)
}

fn seat_ids(seats: &[Uuid]) -> Vec<SeatId> {
    seats.iter().copied().map(SeatId).collect()
}

/// The last request, when it has no answer, and where the file of intents ended before it.
fn pending(events: &[Event]) -> Option<(u64, u64)> {
    let mut pending = None;
    for event in events {
        match event {
            Event::Sent { n, intents_at, .. } => pending = Some((*n, *intents_at)),
            Event::Known { .. } | Event::Unknown { .. } | Event::Resolved { .. } => pending = None,
            Event::Started { .. } | Event::Hung { .. } => {}
        }
    }
    pending
}

/// Operations whose answer was lost and that were not resolved since. Nobody asks after a sweep: the next one goes on.
fn unresolved(events: &[Event]) -> Vec<(u64, Uuid)> {
    let mut lost = Vec::new();
    let mut sweeps = BTreeSet::new();
    for event in events {
        match event {
            Event::Sent { n, ask: Ask::Sweep, .. } => drop(sweeps.insert(*n)),
            Event::Unknown { n, operation, .. } if !sweeps.contains(n) => lost.push((*n, *operation)),
            Event::Resolved { operation, .. } => lost.retain(|(_, other)| other != operation),
            _ => {}
        }
    }
    lost
}

/// The operation recorded past so many bytes of a file of intents.
fn operation_past(intents: &Path, bytes: u64) -> std::io::Result<Option<Uuid>> {
    let text = match std::fs::read(intents) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let new = text.get(bytes as usize..).unwrap_or_default();
    Ok(new.split(|byte| *byte == b'\n').find_map(|line| {
        let line: serde_json::Value = serde_json::from_slice(line).ok()?;
        line.get("intent")?.get("operation")?.as_str()?.parse().ok()
    }))
}
