//! What the program answers where no window can be.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn without_a_display(arguments: &[&str]) -> std::io::Result<Output> {
    Command::new(env!("CARGO_BIN_EXE_maepyo"))
        .args(arguments)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
}

#[test]
fn the_version_is_the_workspaces_and_needs_no_display() -> std::io::Result<()> {
    let output = without_a_display(&["--version"])?;
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), concat!("maepyo ", env!("CARGO_PKG_VERSION"), "\n"));
    Ok(())
}

#[test]
fn the_help_says_what_it_is_in_korean_and_english() -> std::io::Result<()> {
    let output = without_a_display(&["--help"])?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success());
    assert!(said.starts_with("매표: ") && said.contains("The ticket counter") && said.contains("--version"), "{said}");
    Ok(())
}

#[test]
fn without_a_display_it_says_a_sentence_and_no_backtrace() -> std::io::Result<()> {
    let output = without_a_display(&[])?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("창을 띄울 화면이 없습니다") && said.contains("There is no display"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    Ok(())
}

/// What the managers' program says of an old workbook when it is started to read one.
fn read_old_workbook(workbook: &[u8]) -> std::io::Result<Output> {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_maepyo")).with_file_name("maepyo-admin");
    let mut reader = Command::new(program)
        .arg("--read-old-workbook")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut to = reader.stdin.take().ok_or(std::io::ErrorKind::BrokenPipe)?;
    // It may have seen enough before the end.
    drop(to.write_all(workbook));
    drop(to);
    reader.wait_with_output()
}

#[test]
fn an_old_workbook_is_read_without_a_display_and_a_broken_one_takes_only_its_reader_with_it() -> std::io::Result<()> {
    let workbook = include_bytes!("files/old-list.xls");
    let read = read_old_workbook(workbook)?;
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    assert!(String::from_utf8_lossy(&read.stdout).contains("R석"));
    let mut ended = 0;
    for at in (512..workbook.len()).step_by(97) {
        let mut broken = workbook.to_vec();
        for byte in &mut broken[at..(at + 8).min(workbook.len())] {
            *byte = 0xff;
        }
        ended += u32::from(!read_old_workbook(&broken)?.status.success());
    }
    assert!(ended > 0, "some of them can't be read");
    // One cell far out makes a table of four gigabytes, which no limit of the machine would refuse.
    let mut far = workbook.to_vec();
    let number = far.windows(4).rposition(|record| record == [0x7e, 0x02, 0x0a, 0x00]).unwrap_or_default();
    far[number + 4..number + 8].copy_from_slice(&[0xff, 0xff, 0xff, 0x07]);
    assert!(!read_old_workbook(&far)?.status.success());
    assert!(!read_old_workbook(&workbook[..700])?.status.success());
    Ok(())
}
