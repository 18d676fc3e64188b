//! Whether this program may be replaced by a newer one now. A package asks before it touches anything, as root: not while
//! a program of this PC is open, which may have a customer's seats on hold, and not while an operation whose answer was
//! lost waits to be settled, which this version wrote down and knows how to read.

use std::path::{Path, PathBuf};

/// What stands in the way of an upgrade, in words for whoever installs, Korean first.
///
/// # Errors
/// That of the file system, when the users of this PC can't be listed.
pub fn in_the_way() -> std::io::Result<Option<String>> {
    if let Some(program) = open_program()? {
        return Ok(Some(format!(
            "{program}이(가) 열려 있습니다. 닫은 뒤 다시 설치해 주세요.\n{program} is open. Close it, then install again.",
            program = program.display()
        )));
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let unsettled: usize = homes(&users).map(|home| unsettled_in(&home.join(".local/share"))).sum();
    Ok((unsettled > 0).then(|| {
        format!(
            "결과를 확인하지 못한 작업이 {unsettled}건 있습니다. 매표를 열어 서버에 연결하면 확인됩니다.\n\
            Operations whose outcome is not known: {unsettled}. Open Maepyo and connect it to settle them."
        )
    }))
}

/// A counter's or a manager's program that runs from where packages install it.
fn open_program() -> std::io::Result<Option<PathBuf>> {
    let installed =
        |path: &PathBuf| [Path::new("/usr/bin/maepyo"), Path::new("/usr/bin/maepyo-admin")].contains(&&**path);
    let own = std::process::id();
    // Not `self` and `thread-self`, which are this one again.
    let is_other = |name: &str| name.parse::<u32>().is_ok_and(|id| id != own);
    let others =
        std::fs::read_dir("/proc")?.flatten().filter(|process| process.file_name().to_str().is_some_and(is_other));
    Ok(others.filter_map(|process| std::fs::read_link(process.path().join("exe")).ok()).find(installed))
}

fn homes(users: &str) -> impl Iterator<Item = &Path> {
    let mut homes: Vec<&str> = users.lines().filter_map(|line| line.split(':').nth(5)).collect();
    homes.sort_unstable();
    homes.dedup();
    homes.into_iter().map(Path::new)
}

/// Operations without an outcome among what both programs keep in a user's data folder.
fn unsettled_in(data: &Path) -> usize {
    let files = ["kr.maepyo.counter", "kr.maepyo.admin"]
        .into_iter()
        .filter_map(|program| std::fs::read_dir(data.join(program).join("intents")).ok())
        .flat_map(|files| files.flatten().map(|file| file.path()));
    files
        .filter(|file| file.extension().is_some_and(|end| end == "jsonl"))
        .map(|file| box_office::unsettled_in(&file))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATION: &str = "0198c1a0-0000-7000-8000-000000000001";

    fn data_with(lines: &str) -> std::io::Result<tempfile::TempDir> {
        let data = tempfile::tempdir()?;
        let folder = data.path().join("kr.maepyo.counter/intents");
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("box.example_5432_maepyo_counter_1.jsonl"), lines)?;
        Ok(data)
    }

    #[test]
    fn an_operation_without_an_outcome_is_counted_until_it_is_settled() -> std::io::Result<()> {
        let intent =
            format!("{{\"intent\":{{\"operation\":\"{OPERATION}\",\"concert_id\":\"{OPERATION}\",\"seats\":[]}}}}\n");
        assert_eq!(unsettled_in(data_with(&intent)?.path()), 1);
        let settled = format!("{intent}{{\"settled\":\"{OPERATION}\"}}\n");
        assert_eq!(unsettled_in(data_with(&settled)?.path()), 0);
        assert_eq!(unsettled_in(Path::new("/nowhere")), 0);
        Ok(())
    }

    #[test]
    fn each_home_is_looked_into_once() {
        let users = "root:x:0:0:root:/root:/bin/bash\nclerk:x:1000:1000::/home/clerk:/bin/sh\nother:x:1001:1001::/home/clerk:/bin/sh\n";
        assert_eq!(homes(users).collect::<Vec<_>>(), [Path::new("/home/clerk"), Path::new("/root")]);
    }
}
