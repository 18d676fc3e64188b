//! Files that the program makes, never over one that is there.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Keeps bytes as a file that wasn't there before; answers its path.
///
/// # Errors
/// Those of the file system.
pub fn write_new(folder: &Path, name: &str, ending: &str, bytes: &[u8]) -> std::io::Result<String> {
    std::fs::create_dir_all(folder)?;
    for copy in 1..1000 {
        let copy = if copy == 1 { String::new() } else { format!(" ({copy})") };
        let path = folder.join(format!("{name}{copy}.{ending}"));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                file.write_all(bytes)?;
                return Ok(path.to_string_lossy().into_owned());
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_there_is_never_written_over() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let first = write_new(folder.path(), "보고서", "csv", b"1")?;
        let second = write_new(folder.path(), "보고서", "csv", b"2")?;
        assert!(second.ends_with("보고서 (2).csv"));
        assert_eq!(std::fs::read(first)?, b"1");
        assert_eq!(std::fs::read(second)?, b"2");
        Ok(())
    }
}
