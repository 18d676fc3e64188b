//! The server side of a campaign: the primary of the moment, its WAL on a small file system, and what breaks it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use private_postgres::ThrowAway;
use rustix::process::Signal;
use sqlx::{PgConnection, query_scalar};
use tokio::sync::{RwLock, RwLockReadGuard};
use tokio::task::block_in_place;
use tokio::time::{Instant, sleep};

use crate::Error;
use crate::posts::signal;
use crate::proxy::Proxy;
use crate::venue::{DATABASE, raw};

/// The primary and the way to it.
pub struct Ground {
    primary: RwLock<Primary>,
    /// Counters reach it through this.
    pub proxy: Proxy,
    /// A small file system for WAL.
    small: Option<PathBuf>,
}

struct Primary {
    server: ThrowAway,
    /// Where its WAL is, when it is on the small file system.
    wal: Option<PathBuf>,
}

/// Room for twice what the settings let WAL grow to.
const SMALL: &str = "size=640m,mode=0777";
const SETTINGS: [&str; 4] = [
    "alter system set max_connections = 150",
    "alter system set max_wal_size = '256MB'",
    "alter system set min_wal_size = '32MB'",
    "alter system set wal_recycle = off",
];
/// Recovery, also on a busy PC.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs this program again in a mount namespace of its own, where that is possible, so that no mount outlives it.
/// Returns where it is not, or where it was done already.
pub fn enter_own_mounts() {
    use std::os::unix::process::CommandExt;
    const DONE: &str = "MAEPYO_REHEARSAL_OWN_MOUNTS";
    let unshare = ["--mount", "--propagation", "private", "--"];
    let possible = || Command::new("unshare").args(unshare).arg("true").status().is_ok_and(|status| status.success());
    if std::env::var_os(DONE).is_none()
        && rustix::process::getuid().is_root()
        && possible()
        && let Ok(program) = std::env::current_exe()
    {
        let arguments = std::env::args_os().skip(1);
        let _returns_only_on_error =
            Command::new("unshare").args(unshare).arg(program).args(arguments).env(DONE, "1").exec();
    }
}

impl Ground {
    /// A durable server with its WAL on a small file system, if one can be mounted in `folder`, and a proxy before it.
    ///
    /// # Errors
    /// When there is no server to be had.
    pub async fn prepare(
        folder: &Path,
    ) -> Result<(Self, tokio::sync::mpsc::UnboundedReceiver<crate::proxy::Sprung>), Error> {
        let server = block_in_place(ThrowAway::start_durable)?;
        let mut owner = raw(&server.owner_url("postgres")).await?;
        for setting in SETTINGS {
            sqlx::raw_sql(setting).execute(&mut owner).await?;
        }
        drop(owner);
        let small = mount_small(&folder.join("small"));
        let (proxy, sprung) = Proxy::to(server.port()).await?;
        let ground = Self { primary: RwLock::new(Primary { server, wal: None }), proxy, small };
        ground.kill_and_restart().await?;
        Ok((ground, sprung))
    }

    /// The URLs of the owner: of the database `postgres`, and of the venue's.
    pub async fn owner_urls(&self) -> (String, String) {
        let primary = self.primary.read().await;
        (primary.server.owner_url("postgres"), primary.server.owner_url(DATABASE))
    }

    /// The owner's connection, for looking. The primary stays what it is for as long as the guard lives.
    ///
    /// # Errors
    /// Those of the server.
    pub async fn owner(&self) -> Result<(PgConnection, impl Drop + use<'_>), Error> {
        let primary: RwLockReadGuard<'_, Primary> = self.primary.read().await;
        Ok((raw(&primary.server.owner_url(DATABASE)).await?, primary))
    }

    /// A login's connection past the proxy.
    ///
    /// # Errors
    /// Those of the server.
    pub async fn direct(&self, (login, password): &(String, String)) -> Result<PgConnection, Error> {
        let url = self.primary.read().await.server.url(login, password, DATABASE);
        raw(&url).await
    }

    /// The server's folder and port and its owner's password, for its own programs.
    pub async fn owner_parts(&self) -> (u16, String) {
        let primary = self.primary.read().await;
        let url = primary.server.owner_url(DATABASE);
        let password = url.split([':', '@']).nth(2).unwrap_or_default().to_owned();
        (primary.server.port(), password)
    }

    /// Waits until the server answers its owner again after a crash that it mends by itself.
    ///
    /// # Errors
    /// When it does not within minutes.
    pub async fn wait_until_up(&self) -> Result<(), Error> {
        until_up(&self.primary.read().await.server).await
    }

    /// SIGKILL of the postmaster, and a start as after a power cut. Whatever WAL is not on the small file system moves
    /// there meanwhile.
    ///
    /// # Errors
    /// When it does not start again.
    pub async fn kill_and_restart(&self) -> Result<(), Error> {
        let mut primary = self.primary.write().await;
        self.proxy.forward_to(None);
        kill_postmaster(&primary.server).await;
        if let (Some(small), None) = (&self.small, &primary.wal) {
            primary.wal = Some(move_wal(&primary.server, small)?);
        }
        restart(&mut primary.server).await?;
        self.proxy.forward_to(Some(primary.server.port()));
        Ok(())
    }

    /// Fills the file system that WAL is on until the server can't go on, makes room again, and starts it again. Whether
    /// it was that which stopped it.
    ///
    /// # Errors
    /// When it does not start again.
    pub async fn fill_disk(&self) -> Result<bool, Error> {
        let Some(small) = &self.small else { return Ok(false) };
        if self.primary.read().await.wal.is_none() {
            self.kill_and_restart().await?;
        }
        let mut primary = self.primary.write().await;
        let log = primary.server.folder().join("server.log");
        let said =
            |log: &Path| std::fs::read_to_string(log).unwrap_or_default().matches("No space left on device").count();
        let before = said(&log);
        let filler = small.join("filler");
        fill(&filler)?;
        let deadline = Instant::now() + Duration::from_secs(20);
        while said(&log) == before && Instant::now() < deadline {
            // Each takes a new file; the one after the last that fits is one too many.
            if let Ok(mut owner) = raw(&primary.server.owner_url(DATABASE)).await {
                let _fails_at_last = sqlx::raw_sql("select pg_switch_wal(), txid_current()").execute(&mut owner).await;
            }
            sleep(Duration::from_millis(20)).await;
        }
        let full = said(&log) > before;
        // Let the counters run against it for a moment.
        sleep(Duration::from_millis(500)).await;
        self.proxy.forward_to(None);
        std::fs::remove_file(&filler)?;
        sleep(Duration::from_millis(500)).await;
        if is_running(&primary.server) {
            // It may still be about to give up, half way through a recovery that had no room.
            let up = tokio::time::timeout(Duration::from_secs(30), until_up(&primary.server)).await;
            if !matches!(up, Ok(Ok(()))) && !is_running(&primary.server) {
                restart(&mut primary.server).await?;
            }
        } else {
            restart(&mut primary.server).await?;
        }
        self.proxy.forward_to(Some(primary.server.port()));
        Ok(full)
    }

    /// Builds a standby, waits until every commit waits for it, kills the primary for good and promotes the standby.
    ///
    /// # Errors
    /// When it can't be built, or doesn't take over.
    pub async fn promote_standby(&self) -> Result<(), Error> {
        // The primary may still be recovering from another fault, or do so in the middle of this.
        let deadline = Instant::now() + PATIENCE;
        let standby = loop {
            match self.standby_in_step().await {
                Ok(standby) => break standby,
                Err(error) if Instant::now() > deadline => return Err(error),
                Err(_) => sleep(Duration::from_secs(1)).await,
            }
        };
        sleep(Duration::from_secs(2)).await;
        let mut primary = self.primary.write().await;
        self.proxy.forward_to(None);
        kill_postmaster(&primary.server).await;
        self.proxy.cut_all();
        until_up(&standby).await?;
        let mut owner = raw(&standby.owner_url(DATABASE)).await?;
        let promoted: bool = query_scalar("select pg_promote(true, 60)").fetch_one(&mut owner).await?;
        if !promoted {
            return Err("the standby was not promoted".into());
        }
        sqlx::raw_sql("alter system reset synchronous_standby_names").execute(&mut owner).await?;
        sqlx::raw_sql("select pg_reload_conf()").execute(&mut owner).await?;
        let port = standby.port();
        let old = std::mem::replace(&mut *primary, Primary { server: standby, wal: None });
        block_in_place(|| drop(old.server));
        if let Some(wal) = old.wal {
            std::fs::remove_dir_all(wal)?;
        }
        self.proxy.forward_to(Some(port));
        Ok(())
    }

    /// A standby that every commit waits for.
    async fn standby_in_step(&self) -> Result<ThrowAway, Error> {
        let primary = self.primary.read().await;
        until_up(&primary.server).await?;
        let standby = block_in_place(|| primary.server.start_standby())?;
        let mut owner = raw(&primary.server.owner_url(DATABASE)).await?;
        sqlx::raw_sql("alter system set synchronous_standby_names = '*'").execute(&mut owner).await?;
        sqlx::raw_sql("select pg_reload_conf()").execute(&mut owner).await?;
        let deadline = Instant::now() + PATIENCE;
        while query_scalar::<_, i64>("select count(*) from pg_stat_replication where sync_state = 'sync'")
            .fetch_one(&mut owner)
            .await?
            == 0
        {
            if Instant::now() > deadline {
                return Err("the standby never caught up".into());
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(standby)
    }
}

fn mount_small(at: &Path) -> Option<PathBuf> {
    std::fs::create_dir_all(at).ok()?;
    std::env::var_os("MAEPYO_REHEARSAL_OWN_MOUNTS")?;
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", SMALL, "tmpfs"]).arg(at).status();
    mounted.is_ok_and(|status| status.success()).then(|| at.to_owned())
}

/// Takes all the room there is.
fn fill(path: &Path) -> Result<(), Error> {
    use std::io::Write;
    let mut file = std::fs::File::create(path)?;
    // Ends when there is no more.
    while file.write_all(&[0; 1 << 16]).is_ok() {}
    Ok(())
}

fn move_wal(server: &ThrowAway, small: &Path) -> Result<PathBuf, Error> {
    let (from, to) = (server.folder().join("data/pg_wal"), small.join(format!("wal-{}", server.port())));
    let moved = Command::new("mv").arg(&from).arg(&to).status()?;
    if !moved.success() {
        return Err("WAL could not be moved".into());
    }
    std::os::unix::fs::symlink(&to, &from)?;
    Ok(to)
}

fn postmaster(server: &ThrowAway) -> Option<u32> {
    let text = std::fs::read_to_string(server.folder().join("data/postmaster.pid")).ok()?;
    text.lines().next()?.trim().parse().ok()
}

fn runs(pid: u32) -> bool {
    // Nobody waits for orphans in some containers: a zombie runs no more.
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

fn is_running(server: &ThrowAway) -> bool {
    postmaster(server).is_some_and(runs)
}

/// Its backends find out for themselves that it is gone. Those that don't, since they wait for one that went before
/// them, keep a new one from starting, until somebody kills them too. Returns when all are gone: one that was still at
/// work could acknowledge a commit in files that are moved from under it.
async fn kill_postmaster(server: &ThrowAway) {
    let Some(pid) = postmaster(server) else { return };
    let children = children_of(pid);
    signal(Some(pid), Signal::KILL);
    let deadline = Instant::now() + Duration::from_secs(3);
    while runs(pid) || (children.iter().any(|child| runs(*child)) && Instant::now() < deadline) {
        sleep(Duration::from_millis(10)).await;
    }
    for child in children {
        while runs(child) {
            signal(Some(child), Signal::KILL);
            sleep(Duration::from_millis(5)).await;
        }
    }
}

fn children_of(parent: u32) -> Vec<u32> {
    let Ok(processes) = std::fs::read_dir("/proc") else { return Vec::new() };
    processes
        .flatten()
        .filter_map(|process| {
            let pid: u32 = process.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(process.path().join("stat")).ok()?;
            // Past the name, which may have anything in it: state and parent.
            let of: u32 = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
            (of == parent).then_some(pid)
        })
        .collect()
}

async fn until_up(server: &ThrowAway) -> Result<(), Error> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match raw(&server.owner_url("postgres")).await {
            Ok(_) => return Ok(()),
            Err(error) if Instant::now() > deadline => return Err(error),
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Children of a killed postmaster keep its memory for a moment, in which no new one starts.
async fn restart(server: &mut ThrowAway) -> Result<(), Error> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let started = block_in_place(|| server.restart());
        match started {
            Ok(()) => return until_up(server).await,
            // Connections that came too early make it look as if it had failed.
            Err(_) if is_running(server) => return until_up(server).await,
            Err(error) if Instant::now() > deadline => return Err(error.into()),
            Err(_) => sleep(Duration::from_millis(200)).await,
        }
    }
}
