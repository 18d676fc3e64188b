//! What the tests of the real window stand on: a venue (a throw-away PostgreSQL with sample concerts and a login for
//! each counter) and windows (each with its own screen, session bus, keyring and folders, driven through WebKit's
//! driver).

use std::error::Error;
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use box_office::setup::{Group, add_login, create_database, create_group_roles, migrate};
use box_office::{BoxOffice, ConcertId, ConfirmForm, SeatId, ServerLogin, WalkUpForm};
use fantoccini::actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use private_postgres::{Cluster, ThrowAway};
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt, EventMask, InputFocus, MapState};

pub type Result<T = ()> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A busy machine with two cores is slow; a text that never comes is still noticed.
const PATIENCE: Duration = Duration::from_secs(20);
const DATABASE: &str = "maepyo";

/// One test at a time: each has a server and browsers of its own.
pub async fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::const_new(());
    TURN.lock().await
}

/// Asks until the answer is yes, or fails saying what was waited for.
pub async fn until<F, A>(what: &str, mut ask: F) -> Result
where
    F: FnMut() -> A,
    A: Future<Output = Result<bool>>,
{
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = ask().await;
        if let Ok(true) = answer {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(format!("waited in vain for {what}; last answer: {answer:?}").into());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A server with the sample concerts.
pub struct Venue {
    server: ThrowAway,
}

impl Venue {
    pub async fn open() -> Result<Self> {
        Self::set_up(ThrowAway::start()?).await
    }

    /// One that remembers every answered sale when it is killed.
    pub async fn open_durable() -> Result<Self> {
        Self::set_up(ThrowAway::start_durable()?).await
    }

    async fn set_up(server: ThrowAway) -> Result<Self> {
        let venue = Self::set_up_empty(server).await?;
        box_office::sample::seed(&venue.server.owner_url(DATABASE)).await?;
        Ok(venue)
    }

    /// One without a single concert.
    pub async fn open_empty() -> Result<Self> {
        Self::set_up_empty(ThrowAway::start()?).await
    }

    /// One whose database has not even a schema.
    pub async fn open_without_schema() -> Result<Self> {
        let server = ThrowAway::start()?;
        create_database(&server.owner_url("postgres"), DATABASE).await?;
        Ok(Self { server })
    }

    /// The owner's login, which nobody works as.
    pub fn owner(&self) -> Result<ServerLogin> {
        let url = self.server.owner_url(DATABASE);
        let (user, _) = url.trim_start_matches("postgres://").split_once('@').ok_or("no user in the URL")?;
        let (login, password) = user.split_once(':').ok_or("no password in the URL")?;
        Ok(self.server_login(login, password.to_owned()))
    }

    async fn set_up_empty(server: ThrowAway) -> Result<Self> {
        create_group_roles(&server.owner_url("postgres")).await?;
        create_database(&server.owner_url("postgres"), DATABASE).await?;
        migrate(&server.owner_url(DATABASE)).await?;
        Ok(Self { server })
    }

    /// The login of a new counter.
    pub async fn counter(&self, login: &str) -> Result<ServerLogin> {
        self.login(Group::Counter, login).await
    }

    /// The login of a new manager.
    pub async fn manager(&self, login: &str) -> Result<ServerLogin> {
        self.login(Group::Manager, login).await
    }

    async fn login(&self, group: Group, login: &str) -> Result<ServerLogin> {
        let password = private_postgres::random_password();
        add_login(&self.server.owner_url(DATABASE), group, login, &password).await?;
        Ok(self.server_login(login, password))
    }

    fn server_login(&self, login: &str, password: String) -> ServerLogin {
        ServerLogin {
            host: "127.0.0.1".into(),
            port: self.server.port(),
            database: DATABASE.into(),
            login: login.into(),
            password,
            ca_certificate: None,
        }
    }

    /// What the owner of the server reads: one column of text.
    pub async fn read(&self, sql: &str) -> Result<Vec<String>> {
        let mut connection = PgConnection::connect(&self.server.owner_url(DATABASE)).await?;
        let rows = sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(&mut connection).await?;
        connection.close().await?;
        Ok(rows)
    }

    /// What the owner of the server changes.
    pub async fn change(&self, sql: &str) -> Result {
        let mut connection = PgConnection::connect(&self.server.owner_url(DATABASE)).await?;
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await?;
        connection.close().await?;
        Ok(())
    }

    /// A connection as this login whose transaction goes no further.
    pub async fn stand_still(&self, login: &ServerLogin) -> Result<PgConnection> {
        let options = PgConnectOptions::new_without_pgpass().host(&login.host).port(login.port);
        let options = options.database(&login.database).username(&login.login).password(&login.password);
        let mut connection = PgConnection::connect_with(&options).await?;
        sqlx::raw_sql("begin; select id from seats limit 1").execute(&mut connection).await?;
        Ok(connection)
    }

    /// Labels of neighbouring seats of the large hall that can be sold, from the middle of the front.
    pub async fn free_seats(&self, count: usize) -> Result<Vec<String>> {
        let labels = self
            .read(
                "select s.label from seats s join concerts c on c.id = s.concert_id
                where c.venue = '대극장' and s.section_label = '1층 B' and s.status = 'available' and withheld_for is null
                order by s.row_number, s.seat_number",
            )
            .await?;
        Ok(labels.into_iter().take(count).collect())
    }

    /// The status of seats of the large hall.
    pub async fn status(&self, labels: &[String]) -> Result<Vec<String>> {
        let list = labels.iter().map(|label| format!("'{label}'")).collect::<Vec<_>>().join(",");
        self.read(&format!(
            "select s.status::text from seats s join concerts c on c.id = s.concert_id
            where c.venue = '대극장' and s.label in ({list}) order by s.label"
        ))
        .await
    }

    /// Confirmed reservations of a customer.
    pub async fn reservations_of(&self, name: &str) -> Result<usize> {
        let sql = format!("select id::text from reservations where customer_name = '{name}' and status = 'confirmed'");
        Ok(self.read(&sql).await?.len())
    }

    /// Sells seats of the large hall at a counter without a window.
    pub async fn sell(&self, labels: &[String], name: &str, phone: &str, password: &str) -> Result {
        let office = BoxOffice::connect(&self.counter("counter_without_window").await?, None).await?;
        let (concert_id, seat_ids) = of_large_hall(&office, labels).await?;
        let held = office.hold_seats(concert_id, &seat_ids).await?;
        let form = ConfirmForm {
            hold: held.token,
            concert_id,
            seat_ids,
            total: held.total,
            name: name.into(),
            phone: phone.into(),
            password: password.into(),
        };
        office.confirm(&form).await?;
        office.close().await;
        Ok(())
    }

    /// The same to somebody who is asked for nothing. What the QR of the first seat's ticket says.
    pub async fn sell_walk_up(&self, labels: &[String]) -> Result<String> {
        let office = BoxOffice::connect(&self.counter("counter_without_window").await?, None).await?;
        let (concert_id, seat_ids) = of_large_hall(&office, labels).await?;
        let held = office.hold_seats(concert_id, &seat_ids).await?;
        let form = WalkUpForm { hold: held.token, concert_id, seat_ids, total: held.total };
        let sold = office.confirm_walk_up(&form).await?;
        let tickets = office.issue_tickets(sold.id).await?;
        office.close().await;
        Ok(ticket::qr_text(&tickets.number, &ticket::Code(tickets.seats[0].code)))
    }

    /// Locks the row of a seat of the large hall, as a slow transaction elsewhere would.
    pub async fn lock_seat(&self, label: &str) -> Result<SeatLock> {
        let mut connection = PgConnection::connect(&self.server.owner_url(DATABASE)).await?;
        let lock = format!(
            "begin; select from seats s join concerts c on c.id = s.concert_id
            where c.venue = '대극장' and s.label = '{label}' for update of s"
        );
        sqlx::raw_sql(AssertSqlSafe(lock)).execute(&mut connection).await?;
        Ok(SeatLock { connection })
    }

    /// As a power cut would.
    pub fn kill(&self) -> Result {
        Ok(self.server.kill()?)
    }

    /// Starts it again. Counters ask all the time, and their refusals look like its own failure, so that whether it is
    /// there is found out by asking too.
    pub async fn restart(&mut self) -> Result {
        let started = self.server.restart();
        let asked = until("the server", || async { Ok(self.read("select 'here'").await?.len() == 1) }).await;
        if asked.is_err() { Ok(started?) } else { asked }
    }
}

async fn of_large_hall(office: &BoxOffice, labels: &[String]) -> Result<(ConcertId, Vec<SeatId>)> {
    let concerts = office.concerts_on_sale().await?;
    let concert_id = concerts.iter().find(|concert| concert.venue == "대극장").ok_or("no large hall")?.id;
    let map = office.seat_map(concert_id).await?;
    let of_label = |(id, label): (&SeatId, &String)| labels.contains(label).then_some(*id);
    Ok((concert_id, map.ids.iter().zip(&map.labels).filter_map(of_label).collect()))
}

/// A seat that nobody else gets at.
pub struct SeatLock {
    connection: PgConnection,
}

impl SeatLock {
    /// Lets go once so many counters wait for it.
    pub async fn release_when_waited_for(mut self, counters: i64) -> Result {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let waiting: i64 = sqlx::query_scalar(
                "select count(*) from pg_stat_activity where application_name like 'maepyo %' and wait_event_type = 'Lock'",
            )
            .fetch_one(&mut self.connection)
            .await?;
            if waiting >= counters || Instant::now() > deadline {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        sqlx::raw_sql("commit").execute(&mut self.connection).await?;
        Ok(self.connection.close().await?)
    }
}

/// The counter's program: what cargo has built for this test, or what a package has installed.
pub fn counter_program() -> &'static Path {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
        std::env::var_os("MAEPYO_INSTALLED").unwrap_or_else(|| env!("CARGO_BIN_EXE_maepyo").into()).into()
    });
    &PROGRAM
}

/// The managers' program, which `tools/test` builds beside it.
pub fn admin_program() -> Result<PathBuf> {
    let program = counter_program().with_file_name("maepyo-admin");
    let built = "cargo build --package maepyo --features admin --bin maepyo-admin";
    if program.exists() { Ok(program) } else { Err(format!("build it first: {built}").into()) }
}

/// A process group that dies with this process, however that ends.
struct Processes(Child);

impl Processes {
    /// `WATCH` reads its input, which ends with this process, and takes the whole group along.
    fn spawn(command: &[&str], environment: &[(&str, &str)], output: Stdio) -> Result<Self> {
        const WATCH: &str = r#"trap '' TERM INT HUP; "$@" & read -r _; kill -KILL 0"#;
        let child = Command::new("sh")
            .args(["-c", WATCH, "sh"])
            .args(command)
            .envs(environment.iter().copied())
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .stdin(Stdio::piped())
            .stdout(output)
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        Ok(Self(child))
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // It kills itself; there is no answer to wait for but its end.
        let _ended = self.0.wait();
    }
}

/// A screen, a session and a driver, in which the program can be started again and again.
pub struct Desk {
    home: PathBuf,
    _only_for_now: Option<TempDir>,
    display: String,
    port: u16,
    driver: Option<Processes>,
    _screen: Processes,
}

/// A session bus that starts nothing by itself, least of all the keyring of the machine the tests run on.
const BUS: &str = r#"<busconfig>
<type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"#;

/// In the environment of a desk whose PC can be put to sleep.
const CAN_SLEEP: (&str, &str) = ("MAEPYO_TEST_SLEEPS", "yes");

/// Puts a file of the test's in the place of the kernel's uptime.
const SLEEPY: &str = r#"mount --bind "$1" /proc/uptime; shift; exec "$@""#;

/// What the kernel says of its uptime after some sleep, always as long.
fn uptime_after(sleep: Duration) -> Result<String> {
    let text = std::fs::read_to_string("/proc/uptime")?;
    let up: f64 = text.split(' ').next().ok_or("no uptime")?.parse()?;
    Ok(format!("{:012.2} 0.00\n", up + sleep.as_secs_f64()))
}

/// What the desktop's settings of Fcitx write for English and Korean.
const FCITX: &str = "[Groups/0]\nName=Default\nDefault Layout=us\nDefaultIM=hangul\n
[Groups/0/Items/0]\nName=keyboard-us\n\n[Groups/0/Items/1]\nName=hangul\n\n[GroupOrder]\n0=Default\n";

/// Starts the session's keyring with a password of its own, if it has one, and its input method, then the driver.
const SESSION: &str = r#"
if [ "$2" = keyring ]; then
    printf secret | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &
    gdbus wait --session --timeout 20 org.freedesktop.secrets
fi
case "$INPUT_METHOD" in
ibus)
    ibus-daemon --panel disable --xim >/dev/null 2>&1 &
    { until ibus engine hangul >/dev/null 2>&1; do sleep 0.1; done; mkdir "$HOME/input-method"; } &
    ;;
fcitx)
    fcitx5 --disable wayland,notifications,notificationitem,classicui,kimpanel,clipboard >/dev/null 2>&1 &
    { gdbus wait --session org.fcitx.Fcitx5; mkdir "$HOME/input-method"; } &
    ;;
esac
[ -z "$WINDOW_MANAGER" ] || "$WINDOW_MANAGER" >/dev/null 2>&1 &
exec WebKitWebDriver --host=127.0.0.1 --port="$1"
"#;

impl Desk {
    pub async fn set_up() -> Result<Self> {
        Self::set_up_with("keyring", "1280x800", &[]).await
    }

    /// One whose session has no keyring.
    pub async fn without_keyring() -> Result<Self> {
        Self::set_up_with("", "1280x800", &[]).await
    }

    /// One whose folders stay.
    pub async fn set_up_in(home: &Path) -> Result<Self> {
        Self::set_up_at(home.to_owned(), None, "keyring", "1280x800", &[]).await
    }

    /// One with a screen of that many pixels, and more in the environment of its programs.
    pub async fn with_screen(pixels: &str, environment: &[(&str, &str)]) -> Result<Self> {
        Self::set_up_with("keyring", pixels, environment).await
    }

    async fn set_up_with(keyring: &str, pixels: &str, more: &[(&str, &str)]) -> Result<Self> {
        let home = TempDir::with_prefix("maepyo-window-")?;
        Self::set_up_at(home.path().to_owned(), Some(home), keyring, pixels, more).await
    }

    async fn set_up_at(
        home: PathBuf,
        only_for_now: Option<TempDir>,
        keyring: &str,
        pixels: &str,
        more: &[(&str, &str)],
    ) -> Result<Self> {
        let folder = |name: &str| -> Result<String> {
            let folder = home.join(name);
            std::fs::create_dir_all(&folder)?;
            std::fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
            Ok(folder.to_string_lossy().into_owned())
        };
        let mut screen = Processes::spawn(
            &["Xvfb", "-displayfd", "1", "-screen", "0", &format!("{pixels}x24"), "-nolisten", "tcp"],
            &[],
            Stdio::piped(),
        )?;
        let mut number = String::new();
        BufReader::new(screen.0.stdout.take().ok_or("no output of Xvfb")?).read_line(&mut number)?;
        let display = format!(":{}", number.trim());
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let (home_folder, runtime) = (folder("home")?, folder("run")?);
        let (data, config, cache, state) = (folder("data")?, folder("config")?, folder("cache")?, folder("state")?);
        let bus = home.join("bus.conf");
        std::fs::write(&bus, BUS)?;
        let bus = format!("--config-file={}", bus.display());
        let uptime = home.join("uptime");
        std::fs::write(&uptime, uptime_after(Duration::ZERO)?)?;
        std::fs::create_dir_all(home.join("config/fcitx5"))?;
        std::fs::write(home.join("config/fcitx5/profile"), FCITX)?;
        let uptime = uptime.to_string_lossy().into_owned();
        let mut environment = vec![
            ("HOME", home_folder.as_str()),
            ("XDG_RUNTIME_DIR", &runtime),
            ("XDG_DATA_HOME", &data),
            ("XDG_CONFIG_HOME", &config),
            ("XDG_CACHE_HOME", &cache),
            ("XDG_STATE_HOME", &state),
            ("DISPLAY", &display),
            ("GDK_BACKEND", "x11"),
            ("LANG", "C.UTF-8"),
            ("NO_AT_BRIDGE", "1"),
            ("TAURI_WEBVIEW_AUTOMATION", "true"),
        ];
        environment.extend_from_slice(more);
        let port_number = port.to_string();
        let session = ["dbus-run-session", &bus, "--", "sh", "-c", SESSION, "sh", &port_number, keyring];
        // A session that sees an uptime of its own.
        let asleep = ["unshare", "--map-root-user", "--mount", "sh", "-c", SLEEPY, "sh", &uptime];
        let can_sleep = more.contains(&CAN_SLEEP);
        let command: Vec<&str> = asleep.into_iter().filter(|_| can_sleep).chain(session).collect();
        let driver = Processes::spawn(&command, &environment, Stdio::null())?;
        until("the driver", || async { Ok(TcpStream::connect(("127.0.0.1", port)).is_ok()) }).await?;
        Ok(Self { home, _only_for_now: only_for_now, display, port, driver: Some(driver), _screen: screen })
    }

    /// Waits until the session's input method answers.
    pub async fn has_input_method(&self) -> Result {
        let there = self.home.join("home/input-method");
        until("the input method", || async { Ok(there.exists()) }).await
    }

    /// One whose PC can be put to sleep. A test that can't do that to the real one lets the kernel's uptime and the page's
    /// wall clock jump ahead, as they do, of the timers that stand still.
    pub async fn that_sleeps() -> Result<Self> {
        Self::with_screen("1280x800", &[CAN_SLEEP]).await
    }

    /// Starts the program.
    pub async fn start(&self) -> Result<Window<'_>> {
        self.start_program(counter_program()).await
    }

    /// Starts the managers' program.
    pub async fn start_admin(&self) -> Result<Window<'_>> {
        self.start_program(&admin_program()?).await
    }

    async fn start_program(&self, program: &Path) -> Result<Window<'_>> {
        let capabilities = json!({
            "browserName": "wry",
            "webkitgtk:browserOptions": { "binary": program, "args": [] },
        });
        let Value::Object(capabilities) = capabilities else { return Err("capabilities are an object".into()) };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", self.port))
            .await?;
        Ok(Window { client, desk: self, closed: false })
    }

    /// Starts the program and connects it to a venue through the form of the first run.
    pub async fn start_at(&self, login: &ServerLogin) -> Result<Window<'_>> {
        let window = self.start().await?;
        window.connect(login).await?;
        window.see("card-1").await?;
        Ok(window)
    }

    /// Starts the managers' program and connects it to a venue through the form of the first run.
    pub async fn start_admin_at(&self, login: &ServerLogin) -> Result<Window<'_>> {
        let window = self.start_admin().await?;
        window.connect(login).await?;
        window.see("admin-tab-overview").await?;
        Ok(window)
    }

    /// What the program remembers of its window, as it writes it itself.
    pub fn remember_window(&self, at: (i32, i32), size: (u32, u32)) -> Result {
        let folder = self.home.join("config/kr.maepyo.counter");
        std::fs::create_dir_all(&folder)?;
        let state = json!({ "main": {
            "x": at.0, "y": at.1, "prev_x": at.0, "prev_y": at.1, "width": size.0, "height": size.1,
            "maximized": false, "visible": true, "decorated": true, "fullscreen": false,
        } });
        Ok(std::fs::write(folder.join(".window-state.json"), state.to_string())?)
    }

    /// As of a PC that died before it wrote them.
    pub fn forget_settings(&self) -> Result {
        Ok(std::fs::remove_file(self.home.join("data/kr.maepyo.counter/settings.json"))?)
    }

    /// Where the program keeps the private server.
    pub fn private_server(&self) -> PathBuf {
        self.home.join("data/maepyo/postgres")
    }

    /// Files of this desk, the program's and the desktop's, that hold a secret in clear.
    pub fn files_that_hold(&self, secret: &str) -> Result<Vec<PathBuf>> {
        let mut folders = vec![self.home.clone()];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)?.flatten() {
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    let bytes = std::fs::read(entry.path())?;
                    if bytes.windows(secret.len()).any(|part| part == secret.as_bytes()) {
                        found.push(entry.path());
                    }
                }
            }
        }
        Ok(found)
    }

    /// A file in the clerk's folder.
    pub fn file(&self, name: &str) -> Result<PathBuf> {
        let path = self.home.join("home").join(name);
        if path.is_file() { Ok(path) } else { Err(format!("there is no {name}").into()) }
    }

    /// Waits until something is in the private server's folder.
    pub async fn has(&self, name: &str) -> Result {
        let path = self.private_server().join(name);
        until(name, || async { Ok(path.exists()) }).await
    }

    /// Waits until the private server has stopped.
    pub async fn private_server_stopped(&self) -> Result {
        let pid_file = self.private_server().join("data/postmaster.pid");
        until("the private server to stop", || async { Ok(!pid_file.exists()) }).await
    }

    /// Kills the program at once, as the kernel does when memory is short.
    pub fn kill_program(&self) -> Result {
        for process in self.processes(counter_program())? {
            Command::new("kill").args(["-KILL", &process]).status()?;
        }
        Ok(())
    }

    /// Waits until the program has ended by itself.
    pub async fn program_ended(&self) -> Result {
        until("the program to end", || async { Ok(self.processes(counter_program())?.is_empty()) }).await
    }

    /// The process of this desk that runs a program of that name.
    pub fn process_of(&self, name: &str) -> Result<String> {
        let named = self.processes_where(|program| program.file_name().is_some_and(|file| file == name))?;
        named.into_iter().next().ok_or_else(|| format!("no {name} runs").into())
    }

    fn processes(&self, program: &Path) -> Result<Vec<String>> {
        self.processes_where(|other| other == program)
    }

    fn processes_where(&self, wanted: impl Fn(&Path) -> bool) -> Result<Vec<String>> {
        let home = self.home.to_string_lossy().into_owned();
        let mut found = Vec::new();
        for process in std::fs::read_dir("/proc")?.flatten() {
            let Ok(program) = std::fs::read_link(process.path().join("exe")) else { continue };
            let environment = std::fs::read(process.path().join("environ")).unwrap_or_default();
            let ours = environment.windows(home.len()).any(|part| part == home.as_bytes());
            if wanted(&program) && ours {
                found.push(process.file_name().to_string_lossy().into_owned());
            }
        }
        Ok(found)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        drop(self.driver.take());
        // The private server outlives a program that was killed, by design: once nobody else has it open, whoever opens
        // and leaves it stops it.
        let data = self.private_server().join("data");
        let deadline = Instant::now() + PATIENCE;
        while data.join("postmaster.pid").exists() && Instant::now() < deadline {
            drop(Cluster::open(&self.private_server()));
        }
    }
}

/// The program's window.
pub struct Window<'d> {
    client: Client,
    desk: &'d Desk,
    closed: bool,
}

impl Drop for Window<'_> {
    /// A test that ends before it closed the window has failed: what did the clerk see?
    fn drop(&mut self) {
        if !self.closed {
            let _taken = self.picture("failed");
        }
    }
}

impl Window<'_> {
    /// Fills in the form of the first run and waits until it is left.
    pub async fn connect(&self, login: &ServerLogin) -> Result {
        self.write("server-host", &login.host).await?;
        self.write("server-port", &login.port.to_string()).await?;
        self.write("server-database", &login.database).await?;
        self.write("server-login", &login.login).await?;
        self.write("server-password", &login.password).await?;
        self.click("server-connect").await?;
        self.see("server-chip").await?;
        Ok(())
    }

    /// The element with a test id, once it shows.
    pub async fn see(&self, id: &str) -> Result<Element> {
        let css = format!("[data-testid='{id}']");
        until(id, || async { Ok(self.client.find(Locator::Css(&css)).await?.is_displayed().await?) }).await?;
        Ok(self.client.find(Locator::Css(&css)).await?)
    }

    /// Whether there is such an element now.
    pub async fn shows(&self, id: &str) -> Result<bool> {
        Ok(!self.client.find_all(Locator::Css(&format!("[data-testid='{id}']"))).await?.is_empty())
    }

    /// Waits until no such element is left.
    pub async fn gone(&self, id: &str) -> Result {
        until(&format!("{id} to go"), || async { Ok(!self.shows(id).await?) }).await
    }

    pub async fn text(&self, id: &str) -> Result<String> {
        Ok(self.see(id).await?.text().await?)
    }

    /// Waits for a text in an element.
    pub async fn says(&self, id: &str, text: &str) -> Result {
        let css = format!("[data-testid='{id}']");
        let what = format!("“{text}” in {id}");
        until(&what, || async { Ok(self.client.find(Locator::Css(&css)).await?.text().await?.contains(text)) }).await
    }

    /// Waits for an attribute's value.
    pub async fn is(&self, id: &str, attribute: &str, value: &str) -> Result {
        let css = format!("[data-testid='{id}'][{attribute}='{value}']");
        until(&css, || async { Ok(!self.client.find_all(Locator::Css(&css)).await?.is_empty()) }).await
    }

    /// An attribute as it is now.
    pub async fn attribute(&self, id: &str, attribute: &str) -> Result<String> {
        Ok(self.see(id).await?.attr(attribute).await?.unwrap_or_default())
    }

    /// What is typed in a field.
    pub async fn value(&self, id: &str) -> Result<String> {
        Ok(self.see(id).await?.prop("value").await?.unwrap_or_default())
    }

    pub async fn click(&self, id: &str) -> Result {
        // A button that is still disabled takes no click.
        let css = format!("[data-testid='{id}']:not(:disabled)");
        until(&css, || async { Ok(!self.client.find_all(Locator::Css(&css)).await?.is_empty()) }).await?;
        Ok(self.see(id).await?.click().await?)
    }

    /// Fills a field in place of what is in it.
    pub async fn write(&self, id: &str, text: &str) -> Result {
        let field = self.see(id).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Types into whatever has the focus.
    pub async fn type_text(&self, text: &str) -> Result {
        let mut keys = KeyActions::new("keyboard".into());
        for value in text.chars() {
            keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        Ok(self.client.perform_actions(keys).await?)
    }

    /// Puts any text in a field at once, as pasting does: characters that no keyboard types, and thousands of them.
    pub async fn paste(&self, id: &str, text: &str) -> Result {
        self.see(id).await?;
        let script = "const field = document.querySelector(`[data-testid=${arguments[0]}]`);
            field.value = arguments[1];
            field.dispatchEvent(new Event('input', { bubbles: true }))";
        self.script(script, vec![json!(id), json!(text)]).await.map(drop)
    }

    /// Chooses a file of this text, as the system's dialog does.
    pub async fn choose_file(&self, id: &str, text: &str) -> Result {
        let script = "const chosen = new DataTransfer();
            chosen.items.add(new File([arguments[1]], 'counter.maepyo'));
            const input = document.querySelector(`[data-testid=${arguments[0]}]`);
            input.files = chosen.files;
            input.dispatchEvent(new Event('change', { bubbles: true }))";
        until(id, || async { self.shows(id).await }).await?;
        self.script(script, vec![json!(id), json!(text)]).await.map(drop)
    }

    /// Drops a file of this text on an element.
    pub async fn drop_file(&self, id: &str, text: &str) -> Result {
        let script = "const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([arguments[1]], 'counter.maepyo'));
            const dropped = new Event('drop', { bubbles: true, cancelable: true });
            const on = document.querySelector(`[data-testid=${arguments[0]}]`);
            on.dispatchEvent(Object.assign(dropped, { dataTransfer }))";
        self.see(id).await?;
        self.script(script, vec![json!(id), json!(text)]).await.map(drop)
    }

    pub async fn press_with_control(&self, value: char) -> Result {
        let control = char::from(Key::Control);
        let keys = KeyActions::new("keyboard".into())
            .then(KeyAction::Down { value: control })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: control });
        Ok(self.client.perform_actions(keys).await?)
    }

    /// Presses a key without letting it go; again: it repeats.
    pub async fn hold_down(&self, key: Key) -> Result {
        let down = KeyActions::new("keyboard".into()).then(KeyAction::Down { value: key.into() });
        Ok(self.client.perform_actions(down).await?)
    }

    pub async fn let_go(&self, key: Key) -> Result {
        let up = KeyActions::new("keyboard".into()).then(KeyAction::Up { value: key.into() });
        Ok(self.client.perform_actions(up).await?)
    }

    pub async fn press(&self, key: Key) -> Result {
        self.type_text(&char::from(key).to_string()).await
    }

    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// Waits until the map shows something: pixels unlike the one in its corner.
    pub async fn drawn(&self) -> Result {
        let unlike = "const canvas = document.querySelector('canvas');
            if (!canvas || canvas.width === 0) return 0;
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            let unlike = 0;
            for (let at = 0; at < data.length; at += 4) unlike += data[at] !== data[0] ? 1 : 0;
            return unlike";
        until("a map that is drawn", || async {
            Ok(self.script(unlike, Vec::new()).await?.as_u64().is_some_and(|pixels| pixels > 1_000))
        })
        .await
    }

    /// Opens the seats of the large hall from the list of concerts, by mouse.
    pub async fn open_hall(&self) -> Result {
        self.click(&format!("card-{}", self.place_of("대극장").await?)).await?;
        self.click("open-seats").await?;
        self.see("seat-map").await?;
        Ok(())
    }

    /// The number of the card that names a hall.
    pub async fn place_of(&self, hall: &str) -> Result<usize> {
        for place in 1..=9 {
            if self.text(&format!("card-{place}")).await?.contains(hall) {
                return Ok(place);
            }
        }
        Err(format!("no card of {hall}").into())
    }

    /// Clicks a seat on the map.
    pub async fn click_seat(&self, label: &str) -> Result {
        self.click_seat_times(label, 1).await
    }

    /// As quickly as a mouse can.
    pub async fn double_click_seat(&self, label: &str) -> Result {
        self.click_seat_times(label, 2).await
    }

    /// Moves the pointer to a seat.
    pub async fn point_at(&self, label: &str) -> Result {
        self.click_seat_times(label, 0).await
    }

    async fn click_seat_times(&self, label: &str, times: usize) -> Result {
        let ask = "return window.__maepyo_map?.pointOf(arguments[0]) ?? null";
        let point = || async { self.script(ask, vec![json!(label)]).await };
        // Drawn, and no longer moved by what is laid out beside it.
        until("the map to be drawn", || async { Ok(!point().await?.is_null() && point().await? == point().await?) })
            .await?;
        let point = point().await?;
        let (Some(x), Some(y)) = (point["x"].as_f64(), point["y"].as_f64()) else {
            return Err(format!("{label} is not on the map: {point}").into());
        };
        let mut mouse = MouseActions::new("mouse".into()).then(PointerAction::MoveTo {
            duration: None,
            x: x.round(),
            y: y.round(),
        });
        for _ in 0..times {
            mouse = mouse
                .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
                .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        }
        Ok(self.client.perform_actions(mouse).await?)
    }

    /// Where the program's window is on the screen, with its frame, and how large: left, top, width and height.
    pub fn place(&self) -> Result<[i32; 4]> {
        let (screens, screen) = x11rb::connect(Some(&self.desk.display))?;
        for window in screens.query_tree(screens.setup().roots[screen].root)?.reply()?.children {
            let shown = screens.get_window_attributes(window)?.reply()?.map_state == MapState::VIEWABLE;
            let at = screens.get_geometry(window)?.reply()?;
            if shown && at.width > 1 {
                return Ok([at.x.into(), at.y.into(), at.width.into(), at.height.into()]);
            }
        }
        Err("no window is on the screen".into())
    }

    /// Whether every window of the program lies on the screen.
    pub fn is_on_screen(&self) -> Result<bool> {
        let (screens, screen) = x11rb::connect(Some(&self.desk.display))?;
        let root = &screens.setup().roots[screen];
        let mut all = true;
        for window in screens.query_tree(root.root)?.reply()?.children {
            if screens.get_window_attributes(window)?.reply()?.map_state != MapState::VIEWABLE {
                continue;
            }
            let at = screens.get_geometry(window)?.reply()?;
            // A window manager's own, which nobody sees.
            if at.width == 1 {
                continue;
            }
            let (right, bottom) = (i32::from(at.x) + i32::from(at.width), i32::from(at.y) + i32::from(at.height));
            all &= at.x >= 0 && at.y >= 0;
            all &= right <= i32::from(root.width_in_pixels) && bottom <= i32::from(root.height_in_pixels);
        }
        Ok(all)
    }

    /// Waits until exactly these seats are picked, in this order.
    pub async fn has_picked(&self, labels: &[String]) -> Result {
        self.is("seat-map", "data-picked", &labels.join(",")).await
    }

    /// How the map shows a seat.
    pub async fn seat(&self, label: &str) -> Result<String> {
        let ask = "return ['available', 'held', 'mine', 'reserved', 'withheld']
            .find((state) => window.__maepyo_map?.labels(state).includes(arguments[0])) ?? null";
        Ok(self.script(ask, vec![json!(label)]).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Picks a seat once the map shows that it can be sold, which it may only just have become.
    pub async fn pick_once_free(&self, label: &str) -> Result {
        until(label, || async { Ok(self.seat(label).await? == "available") }).await?;
        self.click_seat(label).await
    }

    /// The label of a seat that can be sold.
    pub async fn any_free_seat(&self) -> Result<String> {
        let ask = "return window.__maepyo_map?.labels('available')[0] ?? null";
        until("the map to be drawn", || async { Ok(self.script(ask, vec![]).await?.is_string()) }).await?;
        Ok(self.script(ask, vec![]).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Everything the screen says; what is typed in fields is no part of it.
    pub async fn all_text(&self) -> Result<String> {
        let text = self.script("return document.querySelector('main').innerText", vec![]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Keeps a picture of the screen under `target/window`, to be looked at.
    pub fn picture(&self, name: &str) -> Result {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/window");
        std::fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{name}.png"));
        let taken =
            Command::new("import").args(["-display", &self.desk.display, "-window", "root"]).arg(file).status()?;
        if taken.success() { Ok(()) } else { Err("no picture".into()) }
    }

    /// The screen's pixels, of three bytes each.
    pub fn pixels(&self) -> Result<Vec<u8>> {
        let taken =
            Command::new("import").args(["-display", &self.desk.display, "-window", "root", "rgb:-"]).output()?;
        if taken.status.success() { Ok(taken.stdout) } else { Err("no pixels".into()) }
    }

    /// The keyboard and the mouse of this desk, as `xdotool` moves them: what they do passes the input method.
    pub fn by_hand(&self, moves: &[&str]) -> Result {
        let done = Command::new("xdotool").env("DISPLAY", &self.desk.display).args(moves).status()?;
        if done.success() { Ok(()) } else { Err(format!("xdotool {moves:?}").into()) }
    }

    /// Gives the program's window the keyboard, as a window manager does.
    pub fn take_keyboard(&self) -> Result {
        let (screens, screen) = x11rb::connect(Some(&self.desk.display))?;
        for window in screens.query_tree(screens.setup().roots[screen].root)?.reply()?.children {
            if screens.get_window_attributes(window)?.reply()?.map_state == MapState::VIEWABLE {
                screens.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME)?.check()?;
            }
        }
        Ok(())
    }

    /// Gives the keyboard to nobody.
    pub fn lose_keyboard(&self) -> Result {
        let (screens, screen) = x11rb::connect(Some(&self.desk.display))?;
        let root = screens.setup().roots[screen].root;
        Ok(screens.set_input_focus(InputFocus::PARENT, root, x11rb::CURRENT_TIME)?.check()?)
    }

    /// Where the middle of an element is on the screen, in its pixels.
    pub async fn middle_of(&self, id: &str) -> Result<[String; 2]> {
        self.see(id).await?;
        let ask = "const at = document.querySelector(`[data-testid=${arguments[0]}]`).getBoundingClientRect();
            return [(at.left + at.width / 2) / innerWidth, (at.top + at.height / 2) / innerHeight]";
        let part = self.script(ask, vec![json!(id)]).await?;
        let (screens, screen) = x11rb::connect(Some(&self.desk.display))?;
        for window in screens.query_tree(screens.setup().roots[screen].root)?.reply()?.children {
            if screens.get_window_attributes(window)?.reply()?.map_state == MapState::VIEWABLE {
                let at = screens.get_geometry(window)?.reply()?;
                let on_screen = |from: i16, length: u16, part: &Value| {
                    (f64::from(from) + f64::from(length) * part.as_f64().unwrap_or_default()).round().to_string()
                };
                return Ok([on_screen(at.x, at.width, &part[0]), on_screen(at.y, at.height, &part[1])]);
            }
        }
        Err("no window is on the screen".into())
    }

    /// Closes the window and ends the program.
    pub async fn close(mut self) -> Result {
        self.closed = true;
        Ok(self.client.clone().close().await?)
    }

    /// Asks the window to close, as its close button does. The driver would kill the program.
    pub fn ask_to_close(&self) -> Result {
        let (screens, screen) = x11rb::connect(Some(&self.desk.display))?;
        let atom = |name: &[u8]| -> Result<u32> { Ok(screens.intern_atom(false, name)?.reply()?.atom) };
        let (protocols, delete) = (atom(b"WM_PROTOCOLS")?, atom(b"WM_DELETE_WINDOW")?);
        // Those that are no window of the program's take no notice.
        for window in screens.query_tree(screens.setup().roots[screen].root)?.reply()?.children {
            let message = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
            screens.send_event(false, window, EventMask::NO_EVENT, message)?;
        }
        // Answered once all of that has been taken in; hung up before, and some of it may be lost.
        screens.get_input_focus()?.reply()?;
        Ok(())
    }

    /// Puts the PC to sleep for so long, and goes on with the uptime afterwards.
    pub async fn sleep(&self, whole: Duration) -> Result<tokio::task::JoinHandle<()>> {
        use std::os::unix::fs::FileExt;
        let file = std::fs::OpenOptions::new().write(true).open(self.desk.home.join("uptime"))?;
        let ticking = tokio::spawn(async move {
            while uptime_after(whole).is_ok_and(|text| file.write_all_at(text.as_bytes(), 0).is_ok()) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        let jump = "const [was, ahead] = [Date.now.was ?? Date.now, arguments[0]];
            Date.now = Object.assign(() => was.call(Date) + ahead, { was })";
        self.script(jump, vec![json!(whole.as_millis())]).await?;
        Ok(ticking)
    }

    /// Forgets the window of a program that was killed.
    pub async fn lost(mut self) {
        self.closed = true;
        // The driver may or may not have noticed by now.
        let _closed = self.client.clone().close().await;
    }
}
