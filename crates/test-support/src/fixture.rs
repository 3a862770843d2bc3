//! The repository's captures.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Returns the repository's `fixtures` directory.
#[must_use]
pub fn fixtures_dir() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Up by name and not by `..`: the path is shown when a fixture is missing.
    here.ancestors().nth(2).unwrap_or(here).join("fixtures")
}

/// Returns the bytes of one fixture, such as `panes/codex/status.txt`.
#[must_use]
#[track_caller]
pub fn fixture(path: &str) -> Vec<u8> {
    let path = fixtures_dir().join(path);
    fs::read(&path).unwrap_or_else(|e| panic!("cannot read {}: {e}", path.display()))
}

/// Returns every file below `fixtures/<folder>` whose name ends in `ending`, sorted.
///
/// Finding none fails the test: a walk over nothing would prove nothing.
#[must_use]
#[track_caller]
pub fn fixtures(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut files = walk(&fixtures_dir().join(folder));
    files.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(ending)));
    assert!(!files.is_empty(), "no file *{ending} in fixtures/{folder}");
    files
}

/// Returns every file below `folder`, sorted; none when there is no such folder.
pub(crate) fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                _ => files.push(entry.path()),
            }
        }
    }
    files.sort();
    files
}
