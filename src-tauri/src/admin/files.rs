//! Files that the program makes go to the folder of downloads, those it reads come from the window.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use box_office::{Error, SheetKind};
use tauri::{AppHandle, Manager};

use crate::refusal::{Answer, PcError};
use crate::saving::write_new;

/// Characters of a file's name, without its ending; longer than any title that is still readable.
const LONGEST_NAME: usize = 80;
/// Bytes of a file that is read.
const LARGEST: usize = 32 << 20;

/// Keeps bytes as a file that wasn't there before; answers its path.
///
/// # Errors
/// [`PcError::FileNotSaved`].
pub async fn save(app: &AppHandle, name: &str, kind: SheetKind, bytes: Vec<u8>) -> Answer<String> {
    let folder = app.path().download_dir().or_else(|_| app.path().home_dir()).map_err(|_| PcError::FileNotSaved)?;
    let (name, ending) = (plain(name), ending(kind));
    let written = tokio::task::spawn_blocking(move || write_new(&folder, &name, ending, &bytes)).await;
    written.ok().and_then(|written| written.ok()).ok_or(PcError::FileNotSaved.into())
}

/// The bytes of a file that was picked in the window.
///
/// # Errors
/// [`Error::InvalidField`] for the field `file`: no base64, or over 32 MiB.
pub fn read(base64: &str) -> Answer<Vec<u8>> {
    let refused = || Error::InvalidField { field: "file".into() };
    let bytes = STANDARD.decode(base64).map_err(|_| refused())?;
    if bytes.len() > LARGEST { Err(refused().into()) } else { Ok(bytes) }
}

fn ending(kind: SheetKind) -> &'static str {
    match kind {
        SheetKind::Csv => "csv",
        SheetKind::Xlsx => "xlsx",
    }
}

/// A title may hold what no file's name may.
fn plain(name: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '(' | ')') { c } else { '_' };
    let name: String = name.trim().chars().map(kept).take(LONGEST_NAME).collect();
    if name.is_empty() { "maepyo".into() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_name_that_leaves_the_folder_on_no_system() {
        assert_eq!(plain("창극 〈달의 노래〉"), "창극 _달의 노래_");
        assert_eq!(plain("../../etc/passwd"), "______etc_passwd");
        assert_eq!(plain("  "), "maepyo");
        assert_eq!(plain(&"가".repeat(300)).chars().count(), LONGEST_NAME);
    }

    #[test]
    fn what_is_no_base64_or_too_large_is_refused() {
        assert_eq!(read("aGVsbG8="), Ok(b"hello".to_vec()));
        assert!(read("no base64!").is_err());
        assert!(read(&STANDARD.encode(vec![0; LARGEST + 1])).is_err());
    }
}
