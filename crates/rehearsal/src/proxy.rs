//! A wire between counters and server that understands enough of PostgreSQL's protocol to break where it hurts.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{sleep, timeout};

use crate::protocol::{Frame, SSL_REQUEST, binds, is_ready, is_sync, prepares_verb, startup, take_frame};

/// How a connection is carried from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carriage {
    /// As it should be.
    Clear,
    /// Every message late by so much.
    Delayed(Duration),
    /// A few bytes at a time.
    Sliced,
    /// What the server says is lost, what the client says is not.
    AnswersLost,
    /// The other way round.
    RequestsLost,
    /// Both ends are open and nothing passes.
    HalfOpen,
    /// Closed, at both ends.
    Cut,
}

/// Where in a call of a verb a trap springs. The server runs a verb when it gets its call, and commits at the message
/// that ends the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The call has come and was not forwarded.
    BeforeCall,
    /// The verb has run, with its locks held; the end of the call has come and was not forwarded.
    BeforeCommit,
    /// The server has committed and answered, and that was not forwarded.
    AfterCommit,
}

/// What a trap does to the connection that springs it.
#[derive(Debug, Clone)]
pub enum Deed {
    /// Closes it at both ends.
    Cut,
    /// Keeps it still, for whoever sets traps to kill the client.
    Freeze,
    /// Closes the client's end, and forwards what came all the same, later.
    ForwardLate(When),
}

/// How much later.
#[derive(Debug, Clone)]
pub enum When {
    /// After so much time.
    After(Duration),
    /// Once it is told to.
    Told(Arc<Notify>),
}

impl When {
    async fn comes(self) {
        match self {
            Self::After(time) => sleep(time).await,
            Self::Told(told) => told.notified().await,
        }
    }
}

/// Set for one connection that comes to a place.
#[derive(Debug, Clone)]
pub struct Trap {
    /// Name of the fault.
    pub fault: &'static str,
    /// Only this login's, if set.
    pub login: Option<String>,
    /// Where.
    pub place: Place,
    /// What.
    pub deed: Deed,
}

/// A fault took place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sprung {
    /// Name of the fault.
    pub fault: &'static str,
    /// Whose connection it was.
    pub login: String,
}

/// The proxy. Dropping it leaves it running; the process ends it.
#[derive(Clone)]
pub struct Proxy {
    port: u16,
    wires: Arc<Wires>,
}

struct Wires {
    server: Mutex<Option<u16>>,
    links: Mutex<BTreeMap<u64, watch::Sender<(Carriage, &'static str)>>>,
    traps: Mutex<Vec<Trap>>,
    sprung: mpsc::UnboundedSender<Sprung>,
    next: AtomicU64,
}

impl Proxy {
    /// Listens on a free port of 127.0.0.1 and forwards to the server there. Says what happened.
    ///
    /// # Errors
    /// When no port is to be had.
    pub async fn to(server: u16) -> io::Result<(Self, mpsc::UnboundedReceiver<Sprung>)> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let (sprung, happened) = mpsc::unbounded_channel();
        let wires = Arc::new(Wires {
            server: Mutex::new(Some(server)),
            links: Mutex::default(),
            traps: Mutex::default(),
            sprung,
            next: AtomicU64::new(0),
        });
        let accepting = wires.clone();
        tokio::spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((client, _)) => drop(tokio::spawn(carry_one(client, accepting.clone()))),
                    // Out of file descriptors, say: what is closed meanwhile makes room.
                    Err(_) => sleep(Duration::from_millis(20)).await,
                }
            }
        });
        Ok((Self { port, wires }, happened))
    }

    /// Where counters connect.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Forwards new connections to this server, or to none.
    pub fn forward_to(&self, server: Option<u16>) {
        *lock(&self.wires.server) = server;
    }

    /// Sets a trap.
    pub fn set(&self, trap: Trap) {
        lock(&self.wires.traps).push(trap);
    }

    /// Carries one open connection, picked by a number, in this way from now on. None is open: nothing happens.
    pub fn carry(&self, pick: usize, fault: &'static str, carriage: Carriage) {
        let links = lock(&self.wires.links);
        if let Some(link) = links.values().nth(pick % links.len().max(1)) {
            link.send_replace((carriage, fault));
        }
    }

    /// Takes every trap away and cuts every connection that is not carried as it should be.
    pub fn mend(&self) {
        lock(&self.wires.traps).clear();
        for link in lock(&self.wires.links).values() {
            link.send_if_modified(|(carriage, _)| {
                let broken = *carriage != Carriage::Clear;
                *carriage = if broken { Carriage::Cut } else { Carriage::Clear };
                broken
            });
        }
    }

    /// Cuts every connection, as when the server's address moves.
    pub fn cut_all(&self) {
        for link in lock(&self.wires.links).values() {
            link.send_modify(|(carriage, _)| *carriage = Carriage::Cut);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Wires {
    fn take_trap(&self, login: &str, at: Place) -> Option<Trap> {
        let mut traps = lock(&self.traps);
        let trap = traps
            .iter()
            .position(|trap| trap.place == at && trap.login.as_deref().is_none_or(|wanted| wanted == login))?;
        Some(traps.remove(trap))
    }

    fn happened(&self, fault: &'static str, login: &str) {
        // Nobody listens once the campaign is over.
        let _told = self.sprung.send(Sprung { fault, login: login.to_owned() });
    }
}

async fn carry_one(mut client: TcpStream, wires: Arc<Wires>) {
    // A connection that breaks is what this is for: there is nobody to tell.
    let _broken: io::Result<()> = async {
        client.set_nodelay(true)?;
        let mut asked = Vec::new();
        let first = loop {
            if client.read_buf(&mut asked).await? == 0 {
                return Ok(());
            }
            if asked.get(4..8) == Some(&SSL_REQUEST) {
                asked.clear();
                client.write_all(b"N").await?;
            } else if let Some(first) = startup(&mut asked) {
                break first;
            }
        };
        let Some(port) = *lock(&wires.server) else { return Ok(()) };
        let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
        server.set_nodelay(true)?;
        server.write_all(&first.bytes).await?;
        let id = wires.next.fetch_add(1, Ordering::Relaxed);
        let (carriage, told) = watch::channel((Carriage::Clear, ""));
        lock(&wires.links).insert(id, carriage);
        let carried = Carried {
            wires: &wires,
            login: first.user,
            client,
            server,
            told,
            verbs: HashSet::new(),
            calling: false,
            counted: false,
        };
        let result = carried.until_it_breaks(asked).await;
        lock(&wires.links).remove(&id);
        result
    }
    .await;
}

struct Carried<'w> {
    wires: &'w Wires,
    login: String,
    client: TcpStream,
    server: TcpStream,
    told: watch::Receiver<(Carriage, &'static str)>,
    /// Names of the prepared statements that call a verb.
    verbs: HashSet<String>,
    /// A verb was called, and the call not ended.
    calling: bool,
    /// Whether the fault in force was reported.
    counted: bool,
}

/// Whether to go on.
#[derive(PartialEq, Eq)]
enum Then {
    GoOn,
    Close,
}

impl Carried<'_> {
    async fn until_it_breaks(mut self, mut asked: Vec<u8>) -> io::Result<()> {
        let mut answered = Vec::new();
        loop {
            let (carriage, fault) = *self.told.borrow_and_update();
            match carriage {
                Carriage::Cut => return Ok(()),
                Carriage::HalfOpen => return self.stand_still(fault).await,
                _ => {}
            }
            tokio::select! {
                read = self.client.read_buf(&mut asked) => {
                    if read? == 0 {
                        return Ok(());
                    }
                    while let Some(frame) = take_frame(&mut asked) {
                        self.count(carriage, fault);
                        if carriage != Carriage::RequestsLost && self.forward(frame, carriage).await? == Then::Close {
                            return Ok(());
                        }
                    }
                }
                read = self.server.read_buf(&mut answered) => {
                    if read? == 0 {
                        return Ok(());
                    }
                    while let Some(frame) = take_frame(&mut answered) {
                        if carriage != Carriage::AnswersLost {
                            write(&mut self.client, &frame.bytes, carriage).await?;
                        }
                    }
                }
                changed = self.told.changed() => {
                    if changed.is_err() {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn count(&mut self, carriage: Carriage, fault: &'static str) {
        if carriage != Carriage::Clear && !self.counted {
            self.counted = true;
            self.wires.happened(fault, &self.login);
        }
    }

    /// Both ends stay open until the wire is mended, or for longer than anybody's patience.
    async fn stand_still(mut self, fault: &'static str) -> io::Result<()> {
        self.client.readable().await?;
        self.wires.happened(fault, &self.login);
        let _mended =
            timeout(Duration::from_secs(90), self.told.wait_for(|(carriage, _)| *carriage == Carriage::Cut)).await;
        Ok(())
    }

    async fn forward(&mut self, frame: Frame, carriage: Carriage) -> io::Result<Then> {
        self.verbs.extend(prepares_verb(&frame));
        let calls = binds(&frame).is_some_and(|statement| self.verbs.contains(&statement));
        self.calling |= calls;
        let commits = is_sync(&frame) && std::mem::take(&mut self.calling);
        let before = match () {
            () if calls => self.wires.take_trap(&self.login, Place::BeforeCall),
            () if commits => self.wires.take_trap(&self.login, Place::BeforeCommit),
            () => None,
        };
        if let Some(trap) = before {
            self.wires.happened(trap.fault, &self.login);
            return self.not_forwarded(trap.deed, frame).await;
        }
        let trap = if commits { self.wires.take_trap(&self.login, Place::AfterCommit) } else { None };
        write(&mut self.server, &frame.bytes, carriage).await?;
        match trap {
            None => Ok(Then::GoOn),
            Some(trap) => {
                self.wait_for_answer().await?;
                self.wires.happened(trap.fault, &self.login);
                if matches!(trap.deed, Deed::Freeze) {
                    self.until_client_is_gone().await;
                }
                Ok(Then::Close)
            }
        }
    }

    async fn not_forwarded(&mut self, deed: Deed, frame: Frame) -> io::Result<Then> {
        match deed {
            Deed::Cut => Ok(Then::Close),
            Deed::Freeze => {
                self.until_client_is_gone().await;
                Ok(Then::Close)
            }
            Deed::ForwardLate(when) => {
                self.client.shutdown().await?;
                when.comes().await;
                self.server.write_all(&frame.bytes).await?;
                self.wait_for_answer().await?;
                Ok(Then::Close)
            }
        }
    }

    /// Reads what the server says until it is ready for more, and keeps it from the client.
    async fn wait_for_answer(&mut self) -> io::Result<()> {
        let mut answered = Vec::new();
        let ready = async {
            loop {
                while let Some(frame) = take_frame(&mut answered) {
                    if is_ready(&frame) {
                        return Ok(());
                    }
                }
                if self.server.read_buf(&mut answered).await? == 0 {
                    return Ok(());
                }
            }
        };
        // Also a server that died has nothing more to say.
        timeout(Duration::from_secs(20), ready).await.unwrap_or(Ok(()))
    }

    async fn until_client_is_gone(&mut self) {
        let mut rest = Vec::new();
        let gone = async { while self.client.read_buf(&mut rest).await.is_ok_and(|count| count > 0) {} };
        let _in_time = timeout(Duration::from_secs(20), gone).await;
    }
}

async fn write(to: &mut TcpStream, bytes: &[u8], carriage: Carriage) -> io::Result<()> {
    match carriage {
        Carriage::Delayed(late) => {
            sleep(late).await;
            to.write_all(bytes).await
        }
        Carriage::Sliced => {
            for slice in bytes.chunks(3) {
                to.write_all(slice).await?;
                tokio::task::yield_now().await;
            }
            Ok(())
        }
        _ => to.write_all(bytes).await,
    }
}
