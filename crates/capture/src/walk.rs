//! Finds files below a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// How many folders deep files are looked for.
const MAX_DEPTH: usize = 16;

/// A file that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FoundFile {
    /// Where.
    pub path: PathBuf,
    /// Length in bytes.
    pub bytes: u64,
    /// Time of change in nanoseconds since 1970; 0 where the system tells none.
    pub changed_ns: u64,
}

/// Returns the files below `root` whose name begins with `prefix` and ends in `.extension`, in the order of their
/// paths. A root that is not there holds none.
///
/// # Errors
/// The root cannot be read. Folders below it that cannot be read are passed over.
pub fn walk(root: &Path, prefix: &str, extension: &str) -> io::Result<Vec<FoundFile>> {
    let mut found = Vec::new();
    let mut folders = match fs::read_dir(root) {
        Ok(_) => vec![(root.to_path_buf(), 0)],
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(error),
    };
    while let Some((folder, depth)) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() && depth < MAX_DEPTH {
                folders.push((entry.path(), depth + 1));
            } else if fits(&entry.file_name().to_string_lossy(), prefix, extension) {
                // A link to a file is read as the file; a link to a folder is not followed.
                let meta = if kind.is_symlink() { fs::metadata(entry.path()) } else { entry.metadata() };
                found.extend(meta.ok().filter(fs::Metadata::is_file).map(|meta| FoundFile {
                    path: entry.path(),
                    bytes: meta.len(),
                    changed_ns: changed_ns(&meta),
                }));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Returns one file as [`walk`] would, by its path; `None` when it is not there or is no file.
///
/// ```
/// assert_eq!(tracker_capture::found(std::path::Path::new("no/such/file")), None);
/// ```
#[must_use]
pub fn found(path: &Path) -> Option<FoundFile> {
    let meta = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some(FoundFile { path: path.to_path_buf(), bytes: meta.len(), changed_ns: changed_ns(&meta) })
}

fn fits(name: &str, prefix: &str, extension: &str) -> bool {
    name.starts_with(prefix) && name.rsplit_once('.').is_some_and(|(_, ending)| ending == extension)
}

fn changed_ns(meta: &fs::Metadata) -> u64 {
    let since = meta.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    since.and_then(|since| u64::try_from(since.as_nanos()).ok()).unwrap_or(0)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "test writes its fixture")]
mod tests {
    use super::*;

    #[test]
    fn only_fitting_files_are_found_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("2026/11/20");
        fs::create_dir_all(&deep).unwrap();
        for name in ["2026/11/20/run-b.jsonl", "run-a.jsonl", "run-a.txt", "other.jsonl"] {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        let found = walk(dir.path(), "run-", "jsonl").unwrap();
        let names: Vec<_> = found.iter().map(|file| file.path.strip_prefix(dir.path()).unwrap()).collect();
        assert_eq!(names, [Path::new("2026/11/20/run-b.jsonl"), Path::new("run-a.jsonl")]);
        assert!(found.iter().all(|file| file.bytes == 1 && file.changed_ns > 0));
        assert_eq!(super::found(&dir.path().join("run-a.jsonl")).as_ref(), found.last());
        assert_eq!(super::found(dir.path()), None);
        assert_eq!(walk(&dir.path().join("none"), "", "jsonl").unwrap(), []);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_folder_above_is_no_loop() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(dir.path(), dir.path().join("up")).unwrap();
        fs::write(dir.path().join("a.jsonl"), "").unwrap();
        assert_eq!(walk(dir.path(), "", "jsonl").unwrap().len(), 1);
    }
}
