//! The old Excel workbooks (`.xls`). Their reader reserves whatever a broken file claims, so a process of its own reads
//! them: this program again, with an argument that opens no window. A broken file takes only that process with it.

use std::io::{Read, Write, stdin, stdout};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// The argument under which the program reads one and ends.
pub const ARGUMENT: &str = "read-old-workbook";
/// What every file of this kind begins with.
const BEGINNING: [u8; 4] = [0xd0, 0xcf, 0x11, 0xe0];
/// The process may take as long; a sheet of 65,536 rows takes a second.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of memory that the process may have beside the program itself.
#[cfg(target_os = "linux")]
const MEMORY_MOST: u64 = 1 << 30;

/// What a process of its own reads in a workbook, as `hall_file::read` takes it. None if it is no workbook of this kind,
/// or one that can't be read.
pub fn cells(bytes: &[u8]) -> Option<Vec<u8>> {
    if !bytes.starts_with(&BEGINNING) {
        return None;
    }
    let program = std::env::current_exe().ok()?;
    let reader = Command::new(program)
        .arg(format!("--{ARGUMENT}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut reader = reader.inspect_err(|error| tracing::warn!(%error, "old workbooks can't be read")).ok()?;
    let answer = answer_of(&mut reader, bytes);
    // Whether it is done, or was too slow, or said too much: it may not stay.
    let _gone = reader.kill();
    let ended = reader.wait().ok()?;
    answer.filter(|_| ended.success())
}

/// All that the process writes, in time; a byte more than may be read is left to be refused as that.
fn answer_of(reader: &mut Child, bytes: &[u8]) -> Option<Vec<u8>> {
    let (mut to, from) = (reader.stdin.take()?, reader.stdout.take()?);
    let (tell, told) = mpsc::channel();
    thread::scope(|threads| {
        // A process that ends before it has read everything has said enough by that.
        threads.spawn(move || drop(to.write_all(bytes)));
        threads.spawn(move || {
            let mut answer = Vec::new();
            let read = from.take(hall_file::BYTES_MOST as u64 + 1).read_to_end(&mut answer);
            drop(tell.send(read.is_ok().then_some(answer)));
        });
        let answer = told.recv_timeout(PATIENCE).ok().flatten();
        if answer.is_none() {
            // The threads end with the pipes.
            drop(reader.kill());
        }
        answer
    })
}

/// What that process does: it takes its limits, reads and writes. The exit code.
pub fn serve() -> i32 {
    #[cfg(target_os = "linux")]
    if limit_self().is_none() {
        return 1;
    }
    // A panic says nothing that the starter could use.
    std::panic::set_hook(Box::new(|_| {}));
    i32::from(hall_file::xls::serve(stdin().lock(), stdout().lock()).is_err())
}

/// The memory of data only: the window library's own pages are mapped whether a window opens or not.
#[cfg(target_os = "linux")]
fn limit_self() -> Option<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let to = |most| Rlimit { current: Some(most), maximum: Some(most) };
    setrlimit(Resource::Data, to(MEMORY_MOST)).ok()?;
    setrlimit(Resource::Cpu, to(PATIENCE.as_secs())).ok()?;
    setrlimit(Resource::Core, to(0)).ok()
}
