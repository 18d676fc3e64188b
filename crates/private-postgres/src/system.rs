//! What differs by system: who may read a file, as whom PostgreSQL runs, where it comes from.

use std::fs::{File, OpenOptions};
use std::io::Result;
use std::path::{Path, PathBuf};

/// Creates a file that only its owner may read. On Windows a user's folders are for that user alone by inheritance.
pub fn create_for_owner(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Closes a folder to others, which PostgreSQL insists on where there are modes.
#[cfg(unix)]
pub fn keep_for_owner(folder: &Path) -> Result<()> {
    std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))
}

/// See the other.
#[cfg(windows)]
pub fn keep_for_owner(_: &Path) -> Result<()> {
    Ok(())
}

/// Makes a rename last through a power cut.
#[cfg(unix)]
pub fn sync_parent(path: &Path) -> Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// NTFS has its own journal of names, and no folder can be opened to be synced.
#[cfg(windows)]
pub fn sync_parent(_: &Path) -> Result<()> {
    Ok(())
}

/// Whether PostgreSQL refuses to run as whoever runs this: as root. On Windows its `pg_ctl` gives up an administrator's rights by itself.
#[cfg(unix)]
pub fn refuses_this_user() -> bool {
    std::fs::metadata("/proc/self").map_or(1, |own| std::os::unix::fs::MetadataExt::uid(&own)) == 0
}

/// See the other.
#[cfg(windows)]
pub fn refuses_this_user() -> bool {
    false
}

/// Gives a file to a user.
#[cfg(unix)]
pub fn give_to(path: &Path, user: u32) -> Result<()> {
    std::os::unix::fs::chown(path, Some(user), Some(user))
}

/// Nobody is refused there, so nothing is given away.
#[cfg(windows)]
pub fn give_to(_: &Path, _: u32) -> Result<()> {
    Ok(())
}

/// The PostgreSQL that an installer brought along, where the system has no packages of it.
pub fn brought_along() -> Option<PathBuf> {
    let beside = if cfg!(target_os = "macos") {
        "../Resources"
    } else if cfg!(windows) {
        "."
    } else {
        return None;
    };
    Some(std::env::current_exe().ok()?.parent()?.join(beside).join("postgresql/bin"))
}
