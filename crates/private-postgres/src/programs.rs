//! The programs of PostgreSQL, and as whom to run them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use crate::{Error, system};

/// The folder of PostgreSQL's programs: `MAEPYO_POSTGRES_BIN`, or what came with this program, or the newest that Debian has
/// installed, or of the path.
///
/// # Errors
/// [`Error::NotInstalled`].
pub fn find_binaries() -> Result<PathBuf, Error> {
    let versions = (15..=18).rev().map(|version| version.to_string());
    find(versions).ok_or(Error::NotInstalled)
}

/// The programs for data that exists: a newer PostgreSQL, as comes with a newer Debian, refuses it.
pub(crate) fn find_binaries_for(data: &Path) -> Result<PathBuf, Error> {
    let made_with = std::fs::read_to_string(data.join("PG_VERSION"))?.trim().to_owned();
    find([made_with.clone()]).filter(|folder| is_version(folder, &made_with)).ok_or(Error::OtherVersion { made_with })
}

fn find(versions: impl IntoIterator<Item = String>) -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::var_os("MAEPYO_POSTGRES_BIN").map(PathBuf::from).into_iter().collect();
    folders.extend(system::brought_along());
    folders.extend(versions.into_iter().map(|version| format!("/usr/lib/postgresql/{version}/bin").into()));
    folders.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    folders.into_iter().find(|folder| program(folder, "initdb").is_file() && program(folder, "postgres").is_file())
}

fn is_version(programs: &Path, version: &str) -> bool {
    // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
    let output = Command::new(program(programs, "postgres")).arg("--version").output();
    output.is_ok_and(|output| {
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        said.split(' ').nth(2).is_some_and(|found| found.split('.').next() == Some(version))
    })
}

fn program(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// A command of PostgreSQL.
pub(crate) fn command(programs: &Path, name: &str) -> Command {
    let path = program(programs, name);
    let mut command = match accepted_user().words() {
        [] => Command::new(path),
        [first, others @ ..] => {
            let mut command = Command::new(first);
            command.args(others).arg(path);
            command
        }
    };
    command.env("LC_ALL", "C.UTF-8").stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub(crate) fn run(program: &'static str, command: &mut Command) -> Result<(), Error> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::Failed { program, output: the_end(&String::from_utf8_lossy(&output.stderr)) })
}

/// The last lines of a log.
pub(crate) fn the_end(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}

/// Whether the process is a server of this data: each works in its data's folder.
#[cfg(target_os = "linux")]
pub(crate) fn runs_on(pid: &str, data: &Path) -> bool {
    let process = Path::new("/proc").join(pid);
    std::fs::read_to_string(process.join("comm")).is_ok_and(|name| name.starts_with("postgres"))
        && std::fs::read_link(process.join("cwd")).is_ok_and(|folder| folder == data)
}

/// Where processes show no folder: whether anything has that number. PostgreSQL itself looks no closer.
#[cfg(not(target_os = "linux"))]
pub(crate) fn runs_on(_: &str, data: &Path) -> bool {
    find_binaries_for(data).is_ok_and(|programs| {
        command(&programs, "pg_ctl").args(["status", "-D"]).arg(data).output().is_ok_and(|said| said.status.success())
    })
}

/// As whom PostgreSQL runs. It refuses root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AcceptedUser {
    /// Whoever runs this.
    Oneself,
    /// Root, under another name in a user namespace, in which root's files are that user's.
    Renamed,
    /// Debian's `nobody`, where root may make no namespaces, as in most containers.
    Nobody,
}

pub(crate) fn accepted_user() -> AcceptedUser {
    static USER: LazyLock<AcceptedUser> = LazyLock::new(|| {
        if !system::refuses_this_user() {
            return AcceptedUser::Oneself;
        }
        let [first, words @ ..] = AcceptedUser::RENAME;
        let renamed = Command::new(first).args(words).arg("true").stderr(Stdio::null()).status();
        if renamed.is_ok_and(|status| status.success()) { AcceptedUser::Renamed } else { AcceptedUser::Nobody }
    });
    *USER
}

impl AcceptedUser {
    const RENAME: [&str; 5] = ["unshare", "--user", "--map-user=1", "--map-group=1", "--"];

    /// The words that go before a command.
    pub(crate) fn words(self) -> &'static [&'static str] {
        match self {
            Self::Oneself => &[],
            Self::Renamed => &Self::RENAME,
            Self::Nobody => &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"],
        }
    }

    /// To whom its files have to belong, if not to whom they do anyway.
    pub(crate) fn owner(self) -> &'static str {
        if self == Self::Nobody { "65534:65534" } else { "" }
    }

    /// Lets that user work in a folder, or read a file, that this one made.
    pub(crate) fn give(self, path: &Path) -> std::io::Result<()> {
        if self == Self::Nobody { system::give_to(path, 65534) } else { Ok(()) }
    }
}
