//! What the program answers where no window can be.

use std::process::{Command, Output};

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
