//! The throw-away server, as another program uses it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection, query_scalar};

/// The program with what it printed, and what it has to clear away.
struct Server {
    program: Child,
    printed: serde_json::Value,
    pid: String,
    data: PathBuf,
}

impl Server {
    async fn start() -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_rehearsal"))
            .arg("server")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(program.stdout.take().expect("piped")).read_line(&mut line).expect("it prints a line");
        let printed: serde_json::Value = serde_json::from_str(&line).expect("the line is JSON");
        let mut owner = PgConnection::connect(url(&printed["owner"])).await.expect("the owner gets in");
        let data: String = query_scalar("show data_directory").fetch_one(&mut owner).await.expect("it has data");
        let data = PathBuf::from(data);
        let pid_file = std::fs::read_to_string(data.join("postmaster.pid")).expect("a server runs");
        let pid = pid_file.lines().next().expect("it begins with a pid").to_owned();
        Self { program, printed, pid, data }
    }

    fn assert_nothing_is_left(mut self) {
        let status = self.program.wait().expect("it ends");
        assert!(status.success(), "{status}");
        let deadline = Instant::now() + Duration::from_secs(30);
        let stat = format!("/proc/{}/stat", self.pid);
        while self.data.exists() || std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z ")) {
            assert!(Instant::now() < deadline, "the server or its folder {} is still there", self.data.display());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn url(value: &serde_json::Value) -> &str {
    value.as_str().expect("a URL")
}

/// What a login is, and how many concerts it sees.
async fn who(url: &str) -> (bool, bool, i64) {
    let mut connection = PgConnection::connect(url).await.expect("it gets in");
    sqlx::query_as(
        "select pg_has_role('manager', 'member'), rolsuper, (select count(*) from concerts)
        from pg_roles where rolname = session_user",
    )
    .fetch_one(&mut connection)
    .await
    .expect("it may ask")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_has_an_owner_eight_counters_and_a_manager_and_ends_when_its_input_is_closed() {
    let mut server = Server::start().await;
    let counters = server.printed["counters"].as_array().expect("a list");
    assert_eq!(counters.len(), 8);
    for counter in counters {
        assert_eq!(who(url(counter)).await, (false, false, 3), "a counter sees the three published concerts");
    }
    assert_eq!(who(url(&server.printed["manager"])).await, (true, false, 4), "a manager sees the draft too");
    assert_eq!(who(url(&server.printed["owner"])).await, (true, true, 4));
    drop(server.program.stdin.take());
    server.assert_nothing_is_left();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_ends_at_sigterm_while_a_counter_is_connected() {
    let server = Server::start().await;
    let counter = PgConnection::connect(url(&server.printed["counters"][0])).await.expect("it gets in");
    let status = Command::new("sh").args(["-c", &format!("kill -TERM {}", server.program.id())]).status();
    assert!(status.is_ok_and(|status| status.success()));
    server.assert_nothing_is_left();
    drop(counter);
}
