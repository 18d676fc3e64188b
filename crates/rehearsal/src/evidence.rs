//! All that a campaign leaves behind for the checker, in one folder: histories, snapshots, and the final database.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use crate::Error;
use crate::history::{self, Event};

/// Microseconds since 1970 by the server's clock.
pub type Micros = i64;

/// How a campaign went. The file `campaign.json`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Campaign {
    /// Everything random was drawn from it.
    pub seed: u64,
    /// Of faults.
    pub minutes: f64,
    /// Seats of the venue.
    pub seats: i64,
    /// Counters' logins.
    pub counters: Vec<String>,
    /// Sweepers' logins.
    pub sweepers: Vec<String>,
    /// How long a sweeper rests between passes.
    pub sweeps_every: Micros,
    /// When the faults had stopped and all that they left had been cleared away.
    pub quiet_from: Micros,
    /// When the final database was read.
    pub ended: Micros,
    /// How often each kind of fault took place.
    pub faults: BTreeMap<String, u64>,
    /// Kinds that could not be, and why.
    pub skipped: BTreeMap<String, String>,
    /// Backends looked at in the end.
    pub backends: u64,
    /// Those in the middle of something although nobody was at work.
    pub stuck: Vec<String>,
    /// Relations that pg_amcheck looked at.
    pub relations: u64,
    /// What it said against them.
    pub corruption: Vec<String>,
}

/// A look at everything at one moment, in the middle of the rush.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Snapshot {
    /// When.
    pub at: Micros,
    /// Seats by status.
    pub available: i64,
    /// Seats by status.
    pub held: i64,
    /// Seats by status.
    pub reserved: i64,
    /// Seats in all.
    pub total: i64,
    /// Rows.
    pub reservations: i64,
    /// Rows.
    pub sold: i64,
    /// Rows.
    pub journal: i64,
    /// Seats that are reserved without one live sale, or the other way round.
    pub disagreeing: Vec<Uuid>,
    /// Seats with several live sales.
    pub sold_twice: Vec<Uuid>,
    /// Reservations that are confirmed without live seats, or the other way round.
    pub half: Vec<Uuid>,
}

const SNAPSHOT: &str = "
with live as (
    select seat_id, count(*) as sales from reservation_seats where released_at is null group by seat_id
), confirmed as (
    select reservation_id, count(*) filter (where released_at is null) as live from reservation_seats group by 1
)
select (extract(epoch from clock_timestamp()) * 1e6)::bigint as at,
    count(*) filter (where s.status = 'available') as available,
    count(*) filter (where s.status = 'temporarily_held') as held,
    count(*) filter (where s.status = 'reserved') as reserved,
    count(*) as total,
    (select count(*) from reservations) as reservations,
    (select count(*) from reservation_seats) as sold,
    (select count(*) from journal) as journal,
    coalesce(array_agg(s.id) filter (where (s.status = 'reserved') <> (coalesce(live.sales, 0) = 1)), '{}') as disagreeing,
    coalesce(array_agg(s.id) filter (where live.sales > 1), '{}') as sold_twice,
    array(
        select r.id from reservations r left join confirmed on confirmed.reservation_id = r.id
        where (r.status = 'confirmed') <> (coalesce(confirmed.live, 0) > 0)
    ) as half
from seats s left join live on live.seat_id = s.id";

impl Snapshot {
    /// Looks, in one statement and so at one moment.
    ///
    /// # Errors
    /// Those of the server.
    pub async fn take(owner: &mut PgConnection) -> sqlx::Result<Self> {
        sqlx::query_as(SNAPSHOT).fetch_one(owner).await
    }
}

/// A seat in the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Seat {
    /// The seat.
    pub id: Uuid,
    /// As in the database.
    pub status: String,
    /// Of its hold.
    pub token: Option<Uuid>,
    /// End of its hold.
    pub until: Option<Micros>,
}

/// A reservation in the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Reserved {
    /// The reservation.
    pub id: Uuid,
    /// Or cancelled.
    pub confirmed: bool,
    /// Sold to somebody who was asked for nothing.
    pub walk_up: bool,
}

/// A seat of a reservation in the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Sold {
    /// The reservation.
    pub reservation: Uuid,
    /// The seat.
    pub seat: Uuid,
    /// In won.
    pub price: i64,
    /// Or released.
    pub live: bool,
}

/// A row of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, FromRow)]
pub struct Written {
    /// The operation.
    pub operation: Uuid,
    /// What it was.
    pub kind: String,
    /// Whether it was done; void otherwise.
    pub done: bool,
    /// The login.
    pub who: String,
    /// Low 32 bits of the transaction's number.
    pub xid: i64,
    /// Its concert, seats, hold or reservation.
    #[sqlx(json)]
    pub detail: Detail,
}

/// What the journal says of an operation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Detail {
    /// Of a hold, release, confirm, cancel or sweep.
    pub seats: Vec<Uuid>,
    /// Of a release.
    pub hold: Option<Uuid>,
    /// Of a cancel.
    pub reservation: Option<Uuid>,
    /// Of a question: what it asked after.
    pub operation: Option<Uuid>,
}

/// A change of a seat, as the recorder saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Step {
    /// Orders the steps and sales of one seat.
    pub seq: i64,
    /// Read once the row was locked.
    pub at: Micros,
    /// The transaction.
    pub xid: i64,
    /// The login.
    pub who: String,
    /// The seat.
    pub seat: Uuid,
    /// Status before.
    pub was: String,
    /// Token before.
    pub was_token: Option<Uuid>,
    /// End of the hold before.
    pub was_until: Option<Micros>,
    /// Status after.
    pub became: String,
    /// Token after.
    pub became_token: Option<Uuid>,
    /// End of the hold after.
    pub became_until: Option<Micros>,
}

/// A sale of a seat, or its release, as the recorder saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Sale {
    /// Orders the steps and sales of one seat.
    pub seq: i64,
    /// When.
    pub at: Micros,
    /// The transaction.
    pub xid: i64,
    /// The login.
    pub who: String,
    /// The seat.
    pub seat: Uuid,
    /// The reservation.
    pub reservation: Uuid,
    /// Or sold.
    pub released: bool,
}

/// The final database.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Database {
    /// Table `seats`.
    pub seats: Vec<Seat>,
    /// Table `reservations`.
    pub reservations: Vec<Reserved>,
    /// Table `reservation_seats`.
    pub sold: Vec<Sold>,
    /// Table `journal`.
    pub journal: Vec<Written>,
    /// What the recorder wrote of seats.
    pub steps: Vec<Step>,
    /// What the recorder wrote of sales.
    pub sales: Vec<Sale>,
}

impl Database {
    /// Reads it.
    ///
    /// # Errors
    /// Those of the server.
    pub async fn read(owner: &mut PgConnection) -> sqlx::Result<Self> {
        Ok(Self {
            seats: sqlx::query_as(
                "select id, status::text, hold_token as token, (extract(epoch from hold_expires_at) * 1e6)::bigint as until
                from seats order by id",
            )
            .fetch_all(&mut *owner)
            .await?,
            reservations: sqlx::query_as(
                "select id, status = 'confirmed' as confirmed, walk_up from reservations order by id",
            )
            .fetch_all(&mut *owner)
            .await?,
            sold: sqlx::query_as(
                "select reservation_id as reservation, seat_id as seat, price::bigint, released_at is null as live
                from reservation_seats order by reservation_id, seat_id",
            )
            .fetch_all(&mut *owner)
            .await?,
            journal: sqlx::query_as(
                "select op_id as operation, kind, outcome = 'done' as done, who, xmin::text::bigint as xid, detail
                from journal order by at",
            )
            .fetch_all(&mut *owner)
            .await?,
            steps: sqlx::query_as(
                "select seq, (extract(epoch from at) * 1e6)::bigint as at, xid::text::bigint, who, seat,
                    was::text, was_token, (extract(epoch from was_until) * 1e6)::bigint as was_until,
                    became::text, became_token, (extract(epoch from became_until) * 1e6)::bigint as became_until
                from rehearsal.steps order by seq",
            )
            .fetch_all(&mut *owner)
            .await?,
            sales: sqlx::query_as(
                "select seq, (extract(epoch from at) * 1e6)::bigint as at, xid::text::bigint, who, seat, reservation, released
                from rehearsal.sales order by seq",
            )
            .fetch_all(&mut *owner)
            .await?,
        })
    }
}

/// Everything that the checker judges.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// How it went.
    pub campaign: Campaign,
    /// By login.
    pub histories: BTreeMap<String, Vec<Event>>,
    /// In order.
    pub snapshots: Vec<Snapshot>,
    /// In the end.
    pub database: Database,
}

impl Evidence {
    /// Reads the folder.
    ///
    /// # Errors
    /// When a file is missing or torn; only histories may end in half a line.
    pub fn load(folder: &Path) -> Result<Self, Error> {
        let mut histories = BTreeMap::new();
        for entry in std::fs::read_dir(folder.join("histories"))? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "jsonl") {
                let login = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                histories.insert(login, history::read(&path)?);
            }
        }
        let table = |name: &str| folder.join("database").join(format!("{name}.jsonl"));
        Ok(Self {
            campaign: serde_json::from_slice(&std::fs::read(folder.join("campaign.json"))?)?,
            histories,
            snapshots: load_rows(&folder.join("snapshots.jsonl"))?,
            database: Database {
                seats: load_rows(&table("seats"))?,
                reservations: load_rows(&table("reservations"))?,
                sold: load_rows(&table("reservation_seats"))?,
                journal: load_rows(&table("journal"))?,
                steps: load_rows(&table("steps"))?,
                sales: load_rows(&table("sales"))?,
            },
        })
    }

    /// Writes all but the histories, which the counters wrote themselves.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn save(&self, folder: &Path) -> Result<(), Error> {
        std::fs::create_dir_all(folder.join("database"))?;
        let table = |name: &str| folder.join("database").join(format!("{name}.jsonl"));
        save_rows(&table("seats"), &self.database.seats)?;
        save_rows(&table("reservations"), &self.database.reservations)?;
        save_rows(&table("reservation_seats"), &self.database.sold)?;
        save_rows(&table("journal"), &self.database.journal)?;
        save_rows(&table("steps"), &self.database.steps)?;
        save_rows(&table("sales"), &self.database.sales)?;
        save_rows(&folder.join("snapshots.jsonl"), &self.snapshots)?;
        std::fs::write(folder.join("campaign.json"), serde_json::to_vec_pretty(&self.campaign)?)?;
        Ok(())
    }
}

fn load_rows<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Error> {
    let mut rows = Vec::new();
    for line in BufReader::new(File::open(path)?).lines() {
        rows.push(serde_json::from_str(&line?)?);
    }
    Ok(rows)
}

fn save_rows<T: Serialize>(path: &Path, rows: &[T]) -> Result<(), Error> {
    let mut file = BufWriter::new(File::create(path)?);
    for row in rows {
        serde_json::to_writer(&mut file, row)?;
        file.write_all(b"\n")?;
    }
    Ok(file.flush()?)
}
