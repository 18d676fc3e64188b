//! Short directed campaigns, one for each seeded bug: where luck would take hours, a lock or the wire holds a counter at
//! the right step. Without the bug each of them is clean.

use std::path::Path;
use std::sync::Arc;

use box_office::ServerLogin;
use private_postgres::ThrowAway;
use sqlx::{Connection, PgConnection, query_scalar};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, block_in_place};
use tokio::time::{Duration, sleep};
use uuid::Uuid;

use crate::Error;
use crate::clerk::{Clerk, Told};
use crate::evidence::{Campaign, Database, Evidence, Snapshot};
use crate::faults::write_sale;
use crate::history::{Answer, Ask};
use crate::proxy::{Deed, Place, Proxy, Trap, When};
use crate::venue::{self, DATABASE, Venue, raw};

/// A seeded bug and how it is brought to light.
pub struct Scenario {
    /// The engine is built with `--cfg mutant_` and this.
    pub mutant: &'static str,
    /// The bug.
    pub bug: &'static str,
    /// A guard of the database that would hide the bug, and is lifted.
    pub lifted: Option<&'static str>,
    hold_seconds: i32,
}

/// All of them.
pub const SCENARIOS: [Scenario; 8] = [
    Scenario { mutant: "no_hold_token", bug: "no hold token", lifted: None, hold_seconds: 1 },
    Scenario { mutant: "no_row_lock", bug: "no row lock", lifted: None, hold_seconds: 60 },
    Scenario {
        mutant: "no_unique_sale",
        bug: "no partial unique index and no constraint trigger",
        lifted: None,
        hold_seconds: 60,
    },
    Scenario {
        mutant: "clock_before_lock",
        bug: "`now()` instead of a clock read after the lock",
        lifted: Some("alter table seats disable trigger seats_guard"),
        hold_seconds: 1,
    },
    Scenario { mutant: "blind_retry", bug: "blind retry of an unknown confirm", lifted: None, hold_seconds: 60 },
    Scenario { mutant: "bare_reread", bug: "resolve by bare re-read", lifted: None, hold_seconds: 60 },
    Scenario {
        mutant: "sweep_unchecked",
        bug: "sweep without re-checking expiry",
        lifted: Some("alter table seats disable trigger seats_guard"),
        hold_seconds: 1,
    },
    Scenario { mutant: "partial_hold", bug: "non-atomic hold, kept on failure", lifted: None, hold_seconds: 60 },
];

const SEATS: i32 = 20;

/// What the guards of the schema are, for the bug that they are missing.
const NO_UNIQUE_SALE: &str = "
drop index reservation_seats_one_live_sale;
drop trigger seats_reserved_has_one_sale on seats;
drop trigger seats_reserved_has_one_sale_new on seats;
drop trigger reservation_seats_match_seat on reservation_seats;
";

/// Plays it with the engine that this program was built with, and leaves the evidence in a folder.
///
/// # Errors
/// When there is no server to be had, or a step that has nothing to do with the bug fails.
pub async fn play(mutant: &str, folder: &Path) -> Result<(), Error> {
    let scenario = SCENARIOS.iter().find(|scenario| scenario.mutant == mutant).ok_or("there is no such mutant")?;
    let stage = Stage::set(scenario, folder).await?;
    match mutant {
        "no_hold_token" => stage.confirm_under_an_old_hold().await,
        "no_row_lock" => stage.hold_anew_while_confirm_is_about_to_write().await,
        "no_unique_sale" => stage.write_a_second_sale().await,
        "clock_before_lock" => stage.expire_while_confirm_waits().await,
        "blind_retry" => stage.lose_the_answer_of_a_confirm().await,
        "bare_reread" => stage.resolve_before_a_late_commit().await,
        "sweep_unchecked" => stage.sweep_while_a_hold_waits().await,
        _ => stage.hold_one_free_and_one_taken_seat().await,
    }?;
    stage.leave(folder).await
}

struct Stage {
    server: ThrowAway,
    proxy: Proxy,
    venue: Venue,
    histories: std::path::PathBuf,
    concert: Uuid,
    seats: Vec<Uuid>,
}

impl Stage {
    async fn set(scenario: &Scenario, folder: &Path) -> Result<Self, Error> {
        let histories = folder.join("histories");
        std::fs::create_dir_all(&histories)?;
        let server = block_in_place(ThrowAway::start)?;
        let owner = server.owner_url(DATABASE);
        let postgres = server.owner_url("postgres");
        let venue = venue::set_up(&postgres, &owner, 2, 1, scenario.hold_seconds, &[(SEATS, 1)]).await?;
        let (proxy, _) = Proxy::to(server.port()).await?;
        let mut owner = raw(&owner).await?;
        if let Some(lifted) = scenario.lifted {
            sqlx::raw_sql(lifted).execute(&mut owner).await?;
        }
        if cfg!(mutant_no_unique_sale) {
            sqlx::raw_sql(NO_UNIQUE_SALE).execute(&mut owner).await?;
        }
        let seats = query_scalar("select id from seats order by id").fetch_all(&mut owner).await?;
        let (concert, _) = venue.concerts[0];
        Ok(Self { server, proxy, venue, histories, concert, seats })
    }

    /// A clerk at a counter. A second one at the same counter is another window of it.
    async fn clerk(&self, (login, password): &(String, String), window: &str) -> Result<Clerk, Error> {
        let server = ServerLogin {
            host: "127.0.0.1".to_owned(),
            port: self.proxy.port(),
            database: DATABASE.to_owned(),
            login: login.clone(),
            password: password.clone(),
            ca_certificate: None,
        };
        Ok(Clerk::start_window(&self.histories, &server, window, 0).await?.0)
    }

    async fn counter(&self, number: usize) -> Result<Clerk, Error> {
        self.clerk(&self.venue.counters[number], "").await
    }

    async fn owner(&self) -> Result<PgConnection, Error> {
        raw(&self.server.owner_url(DATABASE)).await
    }

    async fn hold(&self, clerk: &mut Clerk, seats: usize) -> Result<Ask, Error> {
        let ask = Ask::Hold { concert: self.concert, seats: self.seats[..seats].to_vec() };
        match clerk.ask_and_resolve(ask).await? {
            Answer::Held { hold, seats, total, .. } => {
                Ok(Ask::Confirm { hold, concert: self.concert, seats, total, phone: "01012345678".to_owned() })
            }
            other => Err(format!("free seats were not held: {other:?}").into()),
        }
    }

    async fn until_holds_are_over(&self) -> Result<(), Error> {
        let mut owner = self.owner().await?;
        while query_scalar::<_, bool>("select exists (select from seats where hold_expires_at > clock_timestamp())")
            .fetch_one(&mut owner)
            .await?
        {
            sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// Until so many backends wait for a lock, or the task, which may not have to wait, is done.
    async fn until_waiting<T>(&self, backends: i64, task: &JoinHandle<T>) -> Result<(), Error> {
        let mut owner = self.owner().await?;
        let waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'";
        while !task.is_finished() && query_scalar::<_, i64>(waiting).fetch_one(&mut owner).await? < backends {
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    async fn confirm_under_an_old_hold(&self) -> Result<(), Error> {
        let mut clerk = self.counter(0).await?;
        let old = self.hold(&mut clerk, 2).await?;
        self.until_holds_are_over().await?;
        self.hold(&mut clerk, 2).await?;
        clerk.ask_and_resolve(old).await?;
        Ok(())
    }

    /// A lock on the table that only the write needs stops confirm between its look and its write.
    async fn hold_anew_while_confirm_is_about_to_write(&self) -> Result<(), Error> {
        let mut clerk = self.counter(0).await?;
        let mut other_window = self.clerk(&self.venue.counters[0], "-2").await?;
        let confirm = self.hold(&mut clerk, 1).await?;
        let Ask::Confirm { hold, seats, .. } = confirm.clone() else { return Ok(()) };
        let mut owner = self.owner().await?;
        let mut lock = owner.begin().await?;
        sqlx::raw_sql("lock table reservations in exclusive mode").execute(&mut *lock).await?;
        let confirming = tokio::spawn(async move { clerk.ask_and_resolve(confirm).await });
        self.until_waiting(1, &confirming).await?;
        let concert = self.concert;
        let anew = tokio::spawn(async move {
            other_window.ask_and_resolve(Ask::Release { hold, seats: seats.clone() }).await?;
            other_window.ask_and_resolve(Ask::Hold { concert, seats }).await
        });
        self.until_waiting(2, &anew).await?;
        lock.rollback().await?;
        confirming.await??;
        anew.await??;
        Ok(())
    }

    /// By a client that does not use the engine, as a counter.
    async fn write_a_second_sale(&self) -> Result<(), Error> {
        let mut clerk = self.counter(0).await?;
        let confirm = self.hold(&mut clerk, 1).await?;
        clerk.ask_and_resolve(confirm).await?;
        let (login, password) = &self.venue.counters[1];
        let mut rogue = raw(&self.server.url(login, password, DATABASE)).await?;
        let mut transaction = rogue.begin().await?;
        if write_sale(&mut transaction, self.concert, self.seats[0]).await.is_ok() {
            // Refused or not: the checker says what came of it.
            let _refused = transaction.commit().await;
        }
        Ok(())
    }

    async fn expire_while_confirm_waits(&self) -> Result<(), Error> {
        let mut clerk = self.counter(0).await?;
        // Once before, so that its statements are prepared and it is quick to get in line.
        let confirm = self.hold(&mut clerk, 2).await?;
        clerk.ask_and_resolve(confirm).await?;
        let ask = Ask::Hold { concert: self.concert, seats: vec![self.seats[5]] };
        let Answer::Held { hold, seats, total, .. } = clerk.ask_and_resolve(ask).await? else {
            return Err("a free seat was not held".into());
        };
        let mut owner = self.owner().await?;
        let mut lock = owner.begin().await?;
        sqlx::query("select id from seats where id = $1 for update").bind(self.seats[5]).execute(&mut *lock).await?;
        let phone = "01087654321".to_owned();
        let confirm = Ask::Confirm { hold, concert: self.concert, seats, total, phone };
        let confirming = tokio::spawn(async move { clerk.ask_and_resolve(confirm).await });
        self.until_waiting(1, &confirming).await?;
        self.until_holds_are_over().await?;
        lock.rollback().await?;
        confirming.await??;
        Ok(())
    }

    async fn lose_the_answer_of_a_confirm(&self) -> Result<(), Error> {
        let mut clerk = self.counter(0).await?;
        let confirm = self.hold(&mut clerk, 2).await?;
        self.proxy.set(Trap { fault: "lost", login: None, place: Place::AfterCommit, deed: Deed::Cut });
        clerk.ask_and_resolve(confirm).await?;
        Ok(())
    }

    async fn resolve_before_a_late_commit(&self) -> Result<(), Error> {
        let mut clerk = self.counter(0).await?;
        let confirm = self.hold(&mut clerk, 2).await?;
        let told = Arc::new(Notify::new());
        let deed = Deed::ForwardLate(When::Told(told.clone()));
        self.proxy.set(Trap { fault: "late", login: None, place: Place::BeforeCommit, deed });
        let Told::Lost { n, operation } = clerk.ask(confirm).await? else {
            return Err("a confirm whose COMMIT was kept back was answered".into());
        };
        let resolving = tokio::spawn(async move {
            clerk.resolve(n, operation).await?;
            Ok::<_, std::io::Error>(clerk)
        });
        self.until_waiting(1, &resolving).await?;
        told.notify_one();
        let mut clerk = resolving.await??;
        self.until_nobody_is_at_work().await?;
        clerk.resolve(n, operation).await?;
        Ok(())
    }

    async fn sweep_while_a_hold_waits(&self) -> Result<(), Error> {
        let (mut first, mut second) = (self.counter(0).await?, self.counter(1).await?);
        let mut sweeper = self.clerk(&self.venue.sweepers[0], "").await?;
        self.hold(&mut first, 1).await?;
        self.until_holds_are_over().await?;
        // Its hold is to last from here on.
        sqlx::raw_sql("update settings set hold_seconds = 60").execute(&mut self.owner().await?).await?;
        let mut owner = self.owner().await?;
        let mut lock = owner.begin().await?;
        sqlx::query("select id from seats where id = $1 for update").bind(self.seats[0]).execute(&mut *lock).await?;
        let ask = Ask::Hold { concert: self.concert, seats: vec![self.seats[0]] };
        let holding = tokio::spawn(async move { second.ask_and_resolve(ask).await });
        self.until_waiting(1, &holding).await?;
        // Behind the hold in the line for the seat, but it has seen the old hold already.
        let sweeping = tokio::spawn(async move { sweeper.ask(Ask::Sweep).await });
        self.until_waiting(2, &sweeping).await?;
        lock.rollback().await?;
        holding.await??;
        sweeping.await??;
        Ok(())
    }

    async fn hold_one_free_and_one_taken_seat(&self) -> Result<(), Error> {
        let (mut first, mut second) = (self.counter(0).await?, self.counter(1).await?);
        self.hold(&mut first, 1).await?;
        second.ask_and_resolve(Ask::Hold { concert: self.concert, seats: self.seats[..2].to_vec() }).await?;
        Ok(())
    }

    async fn until_nobody_is_at_work(&self) -> Result<(), Error> {
        let mut owner = self.owner().await?;
        let busy = "select exists (select from pg_stat_activity where backend_type = 'client backend'
            and state <> 'idle' and pid <> pg_backend_pid())";
        while query_scalar::<_, bool>(busy).fetch_one(&mut owner).await? {
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    async fn leave(&self, folder: &Path) -> Result<(), Error> {
        self.until_nobody_is_at_work().await?;
        let mut owner = self.owner().await?;
        let evidence = Evidence {
            campaign: Campaign {
                seats: i64::from(SEATS),
                counters: self.venue.counters.iter().map(|(login, _)| login.clone()).collect(),
                sweepers: self.venue.sweepers.iter().map(|(login, _)| login.clone()).collect(),
                quiet_from: i64::MAX,
                ..Campaign::default()
            },
            snapshots: vec![Snapshot::take(&mut owner).await?],
            database: Database::read(&mut owner).await?,
            ..Evidence::default()
        };
        evidence.save(folder)
    }
}
