//! The command line: it only answers questions about the program, in both languages since no settings are read yet.

use clap::Command;
#[cfg(target_os = "linux")]
use clap::{Arg, ArgAction};

#[cfg(feature = "admin")]
use crate::admin::old_workbook;

#[cfg(target_os = "linux")]
const MAY_BE_UPGRADED: &str = "may-be-upgraded";

/// Answers a question or refuses what is none, and ends the program then; without arguments it goes on.
pub fn answer() {
    let (name, about) = if cfg!(feature = "admin") {
        (
            "maepyo-admin",
            "매표 관리: 공연을 만들고 올리고 지켜봅니다.\nMakes, publishes and watches the concerts of a venue.",
        )
    } else {
        ("maepyo", "매표: 공연장 창구에서 표를 팝니다.\nThe ticket counter of a concert venue.")
    };
    let command = Command::new(name).version(env!("CARGO_PKG_VERSION")).about(about);
    #[cfg(target_os = "linux")]
    let command = command.arg(
        Arg::new(MAY_BE_UPGRADED)
            .long(MAY_BE_UPGRADED)
            .action(ArgAction::SetTrue)
            .help("지금 새 버전을 설치해도 되는지 / Whether a newer version may be installed now"),
    );
    #[cfg(feature = "admin")]
    let command = command.arg(
        // Not for people: the program starts itself so.
        clap::Arg::new(old_workbook::ARGUMENT).long(old_workbook::ARGUMENT).action(clap::ArgAction::SetTrue).hide(true),
    );
    let _asked = command.get_matches();
    #[cfg(feature = "admin")]
    if _asked.get_flag(old_workbook::ARGUMENT) {
        std::process::exit(old_workbook::serve());
    }
    #[cfg(target_os = "linux")]
    if _asked.get_flag(MAY_BE_UPGRADED) {
        std::process::exit(upgrade());
    }
}

/// The exit code for the package that asks: 3 refuses. That a PC's users can't be listed is no reason to.
#[cfg(target_os = "linux")]
fn upgrade() -> i32 {
    match crate::upgrade::in_the_way() {
        Ok(None) => 0,
        Ok(Some(reason)) => {
            eprintln!("{reason}");
            3
        }
        Err(error) => {
            eprintln!("{error}");
            1
        }
    }
}
