//! What one counter did, as it saw it: a line of JSON before it sends and a line after it knows, each on disk before
//! anything else happens.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use box_office::{Error, ReservationStatus, Resolved};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A line of a history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A process began, or began again after it was killed.
    Started {
        /// How far its clock is off, in seconds.
        clock_off: i64,
    },
    /// Request `n` is about to be sent.
    Sent {
        /// Counts the requests of this history.
        n: u64,
        /// What is asked for.
        ask: Ask,
        /// Bytes in the file of intents: what is recorded past them belongs to this request.
        intents_at: u64,
    },
    /// No answer came for so long that a clerk would have called for help; the process ended itself.
    Hung {
        /// Which request.
        n: u64,
    },
    /// Its answer.
    Known {
        /// Which request.
        n: u64,
        /// From asking to knowing.
        took_ms: u64,
        /// What came of it.
        answer: Answer,
    },
    /// Its COMMIT was sent and the answer lost.
    Unknown {
        /// Which request.
        n: u64,
        /// From asking to giving up.
        took_ms: u64,
        /// To be resolved.
        operation: Uuid,
    },
    /// An operation with a lost answer was asked for, once more or for the first time.
    Resolved {
        /// Which request.
        n: u64,
        /// The operation.
        operation: Uuid,
        /// From asking to knowing, over all attempts.
        took_ms: u64,
        /// What became of it.
        answer: Answer,
    },
}

/// What a counter asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    /// To hold seats.
    Hold {
        /// Of this concert.
        concert: Uuid,
        /// All of them.
        seats: Vec<Uuid>,
    },
    /// To give a hold up.
    Release {
        /// The hold.
        hold: Uuid,
        /// Its seats.
        seats: Vec<Uuid>,
    },
    /// To sell a hold.
    Confirm {
        /// The hold.
        hold: Uuid,
        /// Its concert.
        concert: Uuid,
        /// Its seats.
        seats: Vec<Uuid>,
        /// What the customer was told.
        total: i64,
        /// The customer's; no other counter uses it. Empty: sold to somebody who is asked for nothing.
        phone: String,
    },
    /// To print a walk-up sale's tickets and find it by one of them.
    Scan {
        /// Its reservation.
        reservation: Uuid,
    },
    /// To cancel a reservation.
    Cancel {
        /// The reservation.
        reservation: Uuid,
    },
    /// To find a customer's reservations.
    LookUp {
        /// The customer's.
        phone: String,
        /// Whether the password given is the right one.
        right_password: bool,
    },
    /// How a seat stands.
    CheckSeat {
        /// The seat.
        seat: Uuid,
    },
    /// One pass of the broom.
    Sweep,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// Held under this token, which is the operation's id.
    Held {
        /// The token.
        hold: Uuid,
        /// Its seats.
        seats: Vec<Uuid>,
        /// In won.
        total: i64,
        /// Milliseconds left by the server's clock.
        expires_in_ms: i32,
    },
    /// Given up.
    Released,
    /// Sold as this reservation, which has the operation's id.
    Confirmed {
        /// The reservation.
        reservation: Uuid,
        /// Its seats.
        seats: Vec<Uuid>,
        /// In won.
        total: i64,
    },
    /// Cancelled.
    Cancelled {
        /// The reservation.
        reservation: Uuid,
        /// Seats that became free.
        seats_freed: i32,
    },
    /// The reservations of a look-up.
    Found {
        /// Each with whether it is confirmed.
        reservations: Vec<(Uuid, bool)>,
    },
    /// A seat's state.
    Seat,
    /// A pass of the broom.
    Swept {
        /// Seats freed.
        freed: i32,
    },
    /// Nothing was written.
    Refused {
        /// The error's code, or `never_sent` when the process died before it sent anything.
        code: String,
    },
    /// It did not happen and never will.
    Void,
}

impl Answer {
    /// The answer that an error is.
    pub fn refused(error: &Error) -> Self {
        let code = serde_json::to_value(error).ok().and_then(|value| Some(value.get("code")?.as_str()?.to_owned()));
        Self::Refused { code: code.unwrap_or_else(|| error.to_string()) }
    }

    /// Nothing was sent.
    pub fn never_sent() -> Self {
        Self::Refused { code: "never_sent".to_owned() }
    }

    /// The answer of a look-up.
    pub fn found(found: &box_office::LookUp) -> Self {
        let reservations =
            found.reservations.iter().map(|r| (r.id.0, r.status == ReservationStatus::Confirmed)).collect();
        Self::Found { reservations }
    }

    /// Whether anything was written.
    pub fn is_done(&self) -> bool {
        !matches!(self, Self::Refused { .. } | Self::Void)
    }

    /// Without what may differ between two true answers: what is left of a hold.
    pub fn lasting(&self) -> Self {
        let mut answer = self.clone();
        if let Self::Held { expires_in_ms, .. } = &mut answer {
            *expires_in_ms = 0;
        }
        answer
    }
}

impl From<&box_office::Hold> for Answer {
    fn from(hold: &box_office::Hold) -> Self {
        Self::Held { hold: hold.token.0, seats: ids(&hold.seats), total: hold.total, expires_in_ms: hold.expires_in_ms }
    }
}

impl From<&Resolved> for Answer {
    fn from(resolved: &Resolved) -> Self {
        match resolved {
            // No clerk manages: told so, the checker finds a written operation that is said to be none.
            Resolved::Void | Resolved::Managed => Self::Void,
            Resolved::Held { hold } => hold.into(),
            Resolved::Released => Self::Released,
            Resolved::Confirmed { reservation_id, seats, total, .. } => {
                Self::Confirmed { reservation: reservation_id.0, seats: ids(seats), total: *total }
            }
            Resolved::Cancelled { cancelled } => {
                Self::Cancelled { reservation: cancelled.reservation_id.0, seats_freed: cancelled.seats_freed }
            }
        }
    }
}

/// The seats' ids, in order.
pub fn ids(seats: &[box_office::HeldSeat]) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = seats.iter().map(|seat| seat.id.0).collect();
    ids.sort_unstable();
    ids
}

/// A history that is being written.
pub struct History {
    file: File,
}

impl History {
    /// Goes on with the history in this file, or begins it.
    ///
    /// # Errors
    /// That of the file system.
    pub fn open(path: &Path) -> std::io::Result<(Self, Vec<Event>)> {
        let events = if path.exists() { read(path)? } else { Vec::new() };
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        // A line that a kill tore in two is ended, so that the next one stands alone.
        file.write_all(b"\n")?;
        Ok((Self { file }, events))
    }

    /// Returns once the line is on disk.
    ///
    /// # Errors
    /// That of the file system.
    pub fn write(&mut self, event: &Event) -> std::io::Result<()> {
        let mut line = serde_json::to_string(event)?;
        line.push('\n');
        self.file.write_all(line.as_bytes())?;
        self.file.sync_data()
    }
}

/// Every whole line of a history.
///
/// # Errors
/// That of the file system.
pub fn read(path: &Path) -> std::io::Result<Vec<Event>> {
    let mut events = Vec::new();
    for line in BufReader::new(File::open(path)?).split(b'\n') {
        if let Ok(event) = serde_json::from_slice(&line?) {
            events.push(event);
        }
    }
    Ok(events)
}
