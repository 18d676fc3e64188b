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
use crate::clerk::{Clerk, Habit, Told};
use crate::evidence::{Campaign, Database, Evidence, Snapshot};
use crate::faults::write_sale;
use crate::history::{Answer, Ask};
use crate::proxy::{Deed, Place, Proxy, Trap, When};
use crate::venue::{self, DATABASE, Venue, raw};

/// A seeded bug and how it is brought to light.
pub struct Scenario {
    /// Its name.
    pub mutant: &'static str,
    /// The bug.
    pub about: &'static str,
    bug: Bug,
    hold_seconds: i32,
}

enum Bug {
    /// A passage of a verb, replaced in the scratch database.
    Verb { verb: &'static str, passage: &'static str, replacement: &'static str },
    /// Something of the schema that is missing.
    Schema(&'static str),
    /// What a program does about a lost answer.
    Clerk(Habit),
}

const SEATS: i32 = 20;

/// All of them.
pub const SCENARIOS: [Scenario; 12] = [
    Scenario {
        mutant: "no_hold_token",
        about: "no hold token",
        bug: Bug::Verb {
            verb: "sell.sql",
            passage: "s.hold_token = hold and s.held_by = me",
            replacement: "s.held_by = me",
        },
        hold_seconds: 1,
    },
    Scenario {
        mutant: "no_row_lock",
        about: "no row lock",
        bug: Bug::Verb { verb: "sell.sql", passage: "        order by s.id\n        for update\n", replacement: "" },
        hold_seconds: 60,
    },
    Scenario {
        mutant: "no_unique_sale",
        about: "no partial unique index and no constraint trigger",
        bug: Bug::Schema(
            "drop index reservation_seats_one_live_sale;
            drop trigger seats_reserved_has_one_sale on seats;
            drop trigger seats_reserved_has_one_sale_new on seats;
            drop trigger reservation_seats_agree on reservation_seats;",
        ),
        hold_seconds: 60,
    },
    Scenario {
        mutant: "clock_before_lock",
        about: "`now()` instead of a clock read after the lock",
        bug: Bug::Verb {
            verb: "sell.sql",
            passage: "live.until <= clock_timestamp()",
            replacement: "live.until <= now()",
        },
        hold_seconds: 1,
    },
    Scenario {
        mutant: "blind_retry",
        about: "blind retry of an unknown confirm",
        bug: Bug::Clerk(Habit::SendAgain),
        hold_seconds: 60,
    },
    Scenario {
        mutant: "bare_reread",
        about: "resolve by bare re-read",
        bug: Bug::Clerk(Habit::LookAgain),
        hold_seconds: 60,
    },
    Scenario {
        mutant: "sweep_unchecked",
        about: "sweep without re-checking expiry",
        bug: Bug::Verb { verb: "manager/sweep.sql", passage: "        for update skip locked\n", replacement: "" },
        hold_seconds: 1,
    },
    Scenario {
        mutant: "partial_hold",
        about: "non-atomic hold, kept on failure",
        bug: Bug::Verb {
            verb: "counter/hold_seats.sql",
            passage: "    -- Look: what is plainly taken",
            replacement:
                "    wanted := array(select s.id from seats s where s.id = any (wanted) and s.status = 'available');\n
                -- Look: what is plainly taken",
        },
        hold_seconds: 60,
    },
    Scenario {
        mutant: "no_journal_row",
        about: "a sale without its row in the journal",
        bug: Bug::Verb {
            verb: "sell.sql",
            passage: "perform verbs.note(operation, 'confirm',",
            replacement: "perform jsonb_build_array(operation, 'confirm',",
        },
        hold_seconds: 60,
    },
    Scenario {
        mutant: "no_pause",
        about: "a hold renewed by its own login without a pause",
        bug: Bug::Verb {
            verb: "counter/hold_seats.sql",
            passage: "if free.mine_until > clock_timestamp() - make_interval(secs => rules.hold_again_seconds) then",
            replacement: "if false then",
        },
        hold_seconds: 60,
    },
    Scenario {
        mutant: "no_cap",
        about: "live holds of a login not counted",
        bug: Bug::Verb {
            verb: "counter/hold_seats.sql",
            passage: "if verbs.live_holds() >= rules.holds_per_login then",
            replacement: "if false then",
        },
        hold_seconds: 60,
    },
    Scenario {
        mutant: "resolve_unnoted",
        about: "resolve without a row of its own",
        bug: Bug::Verb {
            verb: "counter/resolve.sql",
            passage: "    perform verbs.note(gen_random_uuid(), 'resolve', jsonb_build_object('operation', operation));\n",
            replacement: "",
        },
        hold_seconds: 60,
    },
];

/// The scenario of this name.
///
/// # Errors
/// When there is none.
pub fn find(mutant: &str) -> Result<&'static Scenario, Error> {
    let known = || SCENARIOS.iter().map(|scenario| scenario.mutant).collect::<Vec<_>>().join(", ");
    let found = SCENARIOS.iter().find(|scenario| scenario.mutant == mutant);
    found.ok_or_else(|| format!("there is no mutant {mutant}; there are {}", known()).into())
}

/// Plays it, with its bug or without, and leaves the evidence in a folder.
///
/// # Errors
/// When there is no server to be had, the bug can no longer be seeded, or a step that has nothing to do with it fails.
pub async fn play(scenario: &Scenario, with_bug: bool, folder: &Path) -> Result<(), Error> {
    let stage = Stage::set(scenario, with_bug, folder).await?;
    match scenario.mutant {
        "no_hold_token" => stage.confirm_under_an_old_hold().await,
        "no_row_lock" => stage.hold_anew_while_confirm_is_about_to_write().await,
        "no_unique_sale" => stage.write_a_second_sale().await,
        "clock_before_lock" => stage.expire_while_confirm_waits().await,
        "blind_retry" | "resolve_unnoted" => stage.lose_the_answer_of_a_confirm().await,
        "bare_reread" => stage.resolve_before_a_late_commit().await,
        "sweep_unchecked" => stage.sweep_while_a_hold_waits().await,
        "no_journal_row" => stage.sell_two_seats().await,
        "no_pause" => stage.hold_what_was_just_released().await,
        "no_cap" => stage.hold_seat_after_seat().await,
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
    habit: Habit,
}

impl Stage {
    async fn set(scenario: &Scenario, with_bug: bool, folder: &Path) -> Result<Self, Error> {
        let histories = folder.join("histories");
        std::fs::create_dir_all(&histories)?;
        let server = block_in_place(ThrowAway::start)?;
        let url = server.owner_url(DATABASE);
        let postgres = server.owner_url("postgres");
        let venue = venue::set_up(&postgres, &url, 2, 1, scenario.hold_seconds, &[(SEATS, 1)]).await?;
        let (proxy, _) = Proxy::to(server.port()).await?;
        let mut owner = raw(&url).await?;
        let mut habit = Habit::default();
        match &scenario.bug {
            _ if !with_bug => {}
            Bug::Verb { verb, passage, replacement } => venue::seed_bug(&url, verb, passage, replacement).await?,
            Bug::Schema(sql) => {
                sqlx::raw_sql(*sql).execute(&mut owner).await?;
            }
            Bug::Clerk(other) => habit = *other,
        }
        let seats = query_scalar("select id from seats order by id").fetch_all(&mut owner).await?;
        let (concert, _) = venue.concerts[0];
        Ok(Self { server, proxy, venue, histories, concert, seats, habit })
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
        let (mut clerk, _) = Clerk::start_window(&self.histories, &server, window, 0).await?;
        clerk.habit = self.habit;
        Ok(clerk)
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

    /// By a hand with the owner's rights: no login has any.
    async fn write_a_second_sale(&self) -> Result<(), Error> {
        let mut clerk = self.counter(0).await?;
        let confirm = self.hold(&mut clerk, 1).await?;
        clerk.ask_and_resolve(confirm).await?;
        let mut hand = self.owner().await?;
        let mut transaction = hand.begin().await?;
        if write_sale(&mut transaction, self.concert, self.seats[0]).await.is_ok() {
            // Refused or not: the checker says what came of it.
            let _refused = transaction.commit().await;
        }
        Ok(())
    }

    async fn sell_two_seats(&self) -> Result<(), Error> {
        let mut clerk = self.counter(0).await?;
        let confirm = self.hold(&mut clerk, 2).await?;
        clerk.ask_and_resolve(confirm).await?;
        Ok(())
    }

    async fn hold_what_was_just_released(&self) -> Result<(), Error> {
        let mut clerk = self.counter(0).await?;
        for _ in 0..2 {
            let Ask::Confirm { hold, seats, .. } = self.hold(&mut clerk, 2).await? else { return Ok(()) };
            clerk.ask_and_resolve(Ask::Release { hold, seats }).await?;
        }
        Ok(())
    }

    async fn hold_seat_after_seat(&self) -> Result<(), Error> {
        let mut clerk = self.counter(0).await?;
        for seat in &self.seats[..12] {
            clerk.ask_and_resolve(Ask::Hold { concert: self.concert, seats: vec![*seat] }).await?;
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
