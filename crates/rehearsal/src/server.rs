//! A server to work against by hand or from another program.

use std::io::{Write, stdout};

use box_office::sample;
use box_office::setup::{self, Group};
use private_postgres::{ThrowAway, random_password};
use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

type Error = Box<dyn std::error::Error + Send + Sync>;

const DATABASE: &str = "maepyo";
const COUNTERS: usize = 8;

/// URLs of one database.
#[derive(Serialize)]
struct Logins {
    /// The superuser, who sets up and looks behind the scenes. Nothing that is rehearsed runs as it.
    owner: String,
    /// Members of the group `counter`.
    counters: Vec<String>,
    /// A member of the group `manager`.
    manager: String,
}

/// Runs until it is told to stop.
///
/// # Errors
/// When there is no server to be had, or it can't be set up.
pub async fn run() -> Result<(), Error> {
    let (mut term, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let input_closed = input_closed();
    let serve = async {
        // As durable as a real one: what is measured or broken here should be what happens at a venue.
        let server = tokio::task::spawn_blocking(ThrowAway::start_durable).await??;
        let logins = set_up(&server).await?;
        writeln!(stdout(), "{}", serde_json::to_string(&logins)?)?;
        std::future::pending::<()>().await;
        drop(server);
        Ok(())
    };
    tokio::select! {
        ended = serve => ended,
        _ = term.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
        _ = input_closed => Ok(()),
    }
}

async fn set_up(server: &ThrowAway) -> Result<Logins, Error> {
    setup::create_group_roles(&server.owner_url("postgres")).await?;
    setup::create_database(&server.owner_url("postgres"), DATABASE).await?;
    let owner = server.owner_url(DATABASE);
    setup::migrate(&owner).await?;
    sample::seed(&owner).await?;
    let mut counters = Vec::new();
    for number in 1..=COUNTERS {
        counters.push(add_login(server, Group::Counter, &format!("counter_{number}")).await?);
    }
    let manager = add_login(server, Group::Manager, "manager_1").await?;
    Ok(Logins { owner, counters, manager })
}

async fn add_login(server: &ThrowAway, group: Group, login: &str) -> Result<String, Error> {
    let password = random_password();
    setup::add_login(&server.owner_url(DATABASE), group, login, &password).await?;
    Ok(server.url(login, &password, DATABASE))
}

/// Completes when nobody can write to this program's input any more. On a thread of its own, for a read of it can't be
/// given up, and would keep the runtime from ending.
fn input_closed() -> oneshot::Receiver<()> {
    let (closed, receiver) = oneshot::channel();
    std::thread::spawn(move || {
        let _read = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        // Nobody listens when the program ends for another reason.
        let _told = closed.send(());
    });
    receiver
}
