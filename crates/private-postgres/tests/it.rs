//! A cluster that is killed in every way a counter PC has to offer. All of it on real servers.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use private_postgres::{Cluster, ThrowAway, find_binaries};
use tempfile::TempDir;

fn sql(url: &str, statement: &str) -> Result<String, String> {
    let psql = find_binaries().expect("PostgreSQL is installed").join("psql");
    let output = Command::new(psql)
        .args([
            "--no-psqlrc",
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
            "--command",
            statement,
        ])
        .arg(url)
        .env("PGCONNECT_TIMEOUT", "10")
        .output()
        .expect("psql runs");
    let said = |bytes| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() { Ok(said(&output.stdout)) } else { Err(said(&output.stderr)) }
}

/// A cluster with one sale in it.
fn cluster_with_a_sale(folder: &Path) -> Cluster {
    let cluster = Cluster::open(folder).expect("a new cluster opens");
    sql(&cluster.owner_url("postgres"), "create table sales as select 42 as seat").expect("a sale is written");
    cluster
}

fn sale(cluster: &Cluster) -> Result<String, String> {
    sql(&cluster.owner_url("postgres"), "select seat from sales")
}

fn pid_file(folder: &Path) -> PathBuf {
    folder.join("data/postmaster.pid")
}

fn server_pid(folder: &Path) -> u32 {
    let text = std::fs::read_to_string(pid_file(folder)).expect("a server runs");
    text.lines().next().and_then(|line| line.parse().ok()).expect("the pid file begins with a pid")
}

fn kill(pid: u32) {
    let status = Command::new("sh").args(["-c", &format!("kill -KILL {pid}")]).status();
    assert!(status.is_ok_and(|status| status.success()), "process {pid} can be killed");
}

fn is_running(pid: u32) -> bool {
    // Nobody waits for orphans in some containers: a zombie runs no more.
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

fn eventually(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !condition() {
        assert!(Instant::now() < deadline, "not within 30 s: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// `pg_ctl stop` returns once the pid file is gone, which is a moment before the process is.
fn has_ended(server: u32) {
    eventually("the server ends", || !is_running(server));
}

/// This crate's program, which opens a cluster as the app does, with the URL and the folder that it prints.
fn another_program(folder: Option<&Path>) -> (Child, String, PathBuf) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_private-postgres"))
        .args(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    BufReader::new(program.stdout.take().expect("piped")).read_line(&mut line).expect("it prints a line");
    let (url, folder) = line.trim().split_once(' ').expect("a URL and a folder");
    (program, url.to_owned(), folder.into())
}

fn kill_and_wait(mut program: Child) {
    program.kill().expect("it can be killed");
    program.wait().expect("it ends");
}

#[test]
fn data_survives_a_restart() {
    let folder = TempDir::new().expect("a folder");
    let cluster = cluster_with_a_sale(folder.path());
    let first = server_pid(folder.path());
    drop(cluster);
    has_ended(first);
    let cluster = Cluster::open(folder.path()).expect("it opens again");
    assert_ne!(server_pid(folder.path()), first);
    assert_eq!(sale(&cluster).as_deref(), Ok("42"));
}

#[test]
fn data_survives_a_killed_server() {
    let folder = TempDir::new().expect("a folder");
    let cluster = cluster_with_a_sale(folder.path());
    kill(server_pid(folder.path()));
    drop(cluster);
    assert!(pid_file(folder.path()).exists(), "a killed server leaves its pid file");
    let cluster = Cluster::open(folder.path()).expect("it recovers");
    assert_eq!(sale(&cluster).as_deref(), Ok("42"));
}

#[test]
fn the_server_of_a_killed_program_is_joined_and_then_stopped_by_the_next() {
    let folder = TempDir::new().expect("a folder");
    let (program, url, _) = another_program(Some(folder.path()));
    sql(&url, "create table sales as select 42 as seat").expect("a sale is written");
    let server = server_pid(folder.path());
    kill_and_wait(program);
    assert!(is_running(server), "the server outlives the program");

    let cluster = Cluster::open(folder.path()).expect("it joins");
    assert_eq!(server_pid(folder.path()), server, "it is the same server");
    assert_eq!(sale(&cluster).as_deref(), Ok("42"));
    drop(cluster);
    has_ended(server);
}

#[test]
fn a_pid_file_whose_process_is_gone_is_no_obstacle() {
    let folder = TempDir::new().expect("a folder");
    drop(cluster_with_a_sale(folder.path()));
    let mut gone = Command::new("true").spawn().expect("true runs");
    gone.wait().expect("true ends");
    leave_pid_file(folder.path(), &gone.id().to_string());
    let cluster = Cluster::open(folder.path()).expect("it opens");
    assert_eq!(sale(&cluster).as_deref(), Ok("42"));
}

#[test]
fn a_pid_file_whose_number_is_another_program_by_now_is_no_obstacle() {
    let folder = TempDir::new().expect("a folder");
    drop(cluster_with_a_sale(folder.path()));
    // The hardest case is another PostgreSQL: the system's own, say.
    let other = ThrowAway::start().expect("another server");
    for pid in [std::process::id(), server_pid(other.folder())] {
        leave_pid_file(folder.path(), &pid.to_string());
        let cluster = Cluster::open(folder.path()).expect("it opens");
        assert_eq!(sale(&cluster).as_deref(), Ok("42"));
        assert!(is_running(pid), "the other program is left alone");
    }
    assert_eq!(sql(&other.owner_url("postgres"), "select 1").as_deref(), Ok("1"));
}

#[test]
fn an_empty_pid_file_is_no_obstacle() {
    let folder = TempDir::new().expect("a folder");
    drop(cluster_with_a_sale(folder.path()));
    std::fs::write(pid_file(folder.path()), "").expect("written");
    let cluster = Cluster::open(folder.path()).expect("it opens");
    assert_eq!(sale(&cluster).as_deref(), Ok("42"));
}

/// As a server leaves it behind at a power cut.
fn leave_pid_file(folder: &Path, pid: &str) {
    let text = format!("{pid}\n{}/data\n1700000000\n5432\n\n127.0.0.1\n 1 1\nready   \n", folder.display());
    std::fs::write(pid_file(folder), text).expect("written");
}

#[test]
fn half_a_cluster_is_made_anew() {
    let folder = TempDir::new().expect("a folder");
    // What a kill in the middle of initdb leaves: a password, and a cluster under another name.
    std::fs::write(folder.path().join("owner.password"), "of the first try").expect("written");
    std::fs::create_dir_all(folder.path().join("building-first/data/base")).expect("made");
    let cluster = cluster_with_a_sale(folder.path());
    assert_eq!(sale(&cluster).as_deref(), Ok("42"));
    assert!(!folder.path().join("building-first").exists());
}

#[test]
fn a_program_killed_at_any_moment_of_its_first_start_leaves_a_folder_that_opens() {
    for delay in [30, 150, 400, 700, 900, 1100] {
        let folder = TempDir::new().expect("a folder");
        start_and_kill(folder.path(), Duration::from_millis(delay));
        let cluster = cluster_with_a_sale(folder.path());
        assert_eq!(sale(&cluster).as_deref(), Ok("42"), "killed after {delay} ms");
    }
}

#[test]
fn a_program_killed_at_any_moment_of_a_later_start_leaves_a_folder_that_opens() {
    let folder = TempDir::new().expect("a folder");
    drop(cluster_with_a_sale(folder.path()));
    // What it had asked for comes up before the next program looks, between its look and its own start, and later.
    for delay in (2..60).step_by(2) {
        start_and_kill(folder.path(), Duration::from_millis(delay));
        let cluster = Cluster::open(folder.path()).expect("it opens");
        assert_eq!(sale(&cluster).as_deref(), Ok("42"), "killed after {delay} ms");
    }
}

fn start_and_kill(folder: &Path, delay: Duration) {
    let program = Command::new(env!("CARGO_BIN_EXE_private-postgres"))
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    std::thread::sleep(delay);
    kill_and_wait(program);
}

#[test]
fn two_programs_share_the_server_and_the_last_one_stops_it() {
    let folder = TempDir::new().expect("a folder");
    let cluster = cluster_with_a_sale(folder.path());
    let server = server_pid(folder.path());
    let (mut program, url, _) = another_program(Some(folder.path()));
    assert_eq!(url, cluster.owner_url("postgres"));
    drop(cluster);
    assert!(is_running(server), "the other program still works with it");
    assert_eq!(sql(&url, "select seat from sales").as_deref(), Ok("42"));
    drop(program.stdin.take());
    program.wait().expect("it ends");
    has_ended(server);
}

#[test]
fn programs_that_start_at_once_get_one_server() {
    let folder = TempDir::new().expect("a folder");
    let clusters: Vec<Cluster> = std::thread::scope(|scope| {
        let openers: Vec<_> = (0..8).map(|_| scope.spawn(|| Cluster::open(folder.path()))).collect();
        openers.into_iter().map(|opener| opener.join().expect("no panic").expect("it opens")).collect()
    });
    assert!(clusters.iter().all(|cluster| cluster.port() == clusters[0].port()));
    let server = server_pid(folder.path());
    drop(clusters);
    has_ended(server);
}

#[test]
fn only_the_owner_of_the_folder_gets_in() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().expect("a folder");
    let cluster = Cluster::open(folder.path()).expect("it opens");
    let mode = |path: &Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(folder.path()), 0o700);
    assert_eq!(mode(&folder.path().join("owner.password")), 0o600);
    let refused = sql(&cluster.url(private_postgres::OWNER, "wrong", "postgres"), "select 1").expect_err("refused");
    assert!(refused.contains("password authentication failed"), "{refused}");
    let settings = sql(
        &cluster.owner_url("postgres"),
        "select string_agg(setting, ' ' order by name) from pg_settings
        where name in ('fsync', 'full_page_writes', 'listen_addresses', 'server_encoding', 'synchronous_commit')",
    );
    assert_eq!(settings.as_deref(), Ok("on on 127.0.0.1 UTF8 on"));
}

#[test]
fn a_throw_away_leaves_nothing_behind_when_its_program_is_killed() {
    let (program, url, folder) = another_program(None);
    let server = server_pid(&folder);
    assert_eq!(sql(&url, "select 1").as_deref(), Ok("1"));
    kill_and_wait(program);
    has_ended(server);
    eventually("the folder is gone", || !folder.exists());
}

#[test]
fn a_throw_away_killed_while_it_starts_leaves_nothing_behind() {
    for delay in [10, 100, 300, 600, 900] {
        let home = TempDir::new().expect("a folder");
        let program = Command::new(env!("CARGO_BIN_EXE_private-postgres"))
            .env("TMPDIR", home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        std::thread::sleep(Duration::from_millis(delay));
        kill_and_wait(program);
        eventually("the folder is gone", || home.path().read_dir().is_ok_and(|mut entries| entries.next().is_none()));
    }
}

#[test]
fn a_throw_away_is_gone_when_it_is_dropped_though_a_child_process_lives_on() {
    let server = ThrowAway::start().expect("it starts");
    let (folder, pid) = (server.folder().to_owned(), server_pid(server.folder()));
    let mut child = Command::new("sleep").arg("600").spawn().expect("sleep runs");
    drop(server);
    has_ended(pid);
    assert!(!folder.exists());
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
}

#[test]
fn a_throw_away_can_be_killed_and_started_again() {
    let mut server = ThrowAway::start_durable().expect("it starts");
    let url = server.owner_url("postgres");
    sql(&url, "create table sales as select 42 as seat").expect("a sale is written");
    server.kill().expect("it is killed");
    assert!(sql(&url, "select seat from sales").is_err());
    server.restart().expect("it starts again");
    assert_eq!(sql(&url, "select seat from sales").as_deref(), Ok("42"));
}

#[test]
fn a_promoted_standby_has_what_was_committed_before_the_primary_was_killed() {
    let primary = ThrowAway::start_durable().expect("a server starts");
    let owner = primary.owner_url("postgres");
    sql(&owner, "create table sales (seat int)").expect("a table is made");
    let standby = primary.start_standby().expect("a standby starts");
    sql(&owner, "alter system set synchronous_standby_names = '*'").expect("commits wait for it");
    sql(&owner, "select pg_reload_conf()").expect("from now on");
    let deadline = Instant::now() + Duration::from_secs(60);
    while sql(&owner, "select sync_state from pg_stat_replication").as_deref() != Ok("sync") {
        assert!(Instant::now() < deadline, "the standby never caught up");
        std::thread::sleep(Duration::from_millis(50));
    }
    sql(&owner, "insert into sales values (42)").expect("a sale is written");
    primary.kill().expect("it can be killed");
    assert_eq!(sql(&standby.owner_url("postgres"), "select pg_promote()").as_deref(), Ok("t"));
    assert_eq!(sql(&standby.owner_url("postgres"), "select seat from sales").as_deref(), Ok("42"));
    assert_ne!(primary.port(), standby.port());
}
