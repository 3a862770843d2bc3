//! What git prints: numbers of lines, histories, patches, blame.

use tracker_churn::patch::PatchReader;
use tracker_churn::{PathFilter, blame, cache, label, log, numstat, paths, source};

/// `git diff --numstat -z` of any bytes is read whole or refused, and no path is made up.
///
/// # Panics
/// A path or a number is told that is not in the bytes.
pub fn numstat(bytes: &[u8]) {
    let filter = PathFilter::default();
    for file in numstat::parse(bytes).into_iter().flatten() {
        assert!(contains(bytes, &file.path), "a path that was not printed");
        assert!(file.old_path.is_none_or(|old| contains(bytes, &old)), "an old path that was not printed");
        let _ = filter.counts(&file.path);
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        let _ = paths::matches(&bytes[..at], &bytes[at + 1..]);
    }
}

/// `git log`, `git diff-tree -p`, `git blame`, a message, a source file and a stored history of any bytes are read or
/// refused; a stored history reads back.
///
/// # Panics
/// Something of that does not hold.
pub fn history(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = log::read(&mut &bytes[..]);
    let _ = label::read_message(&text);
    let _ = blame::count_lines(bytes);
    for path in ["a.rs", "a.py", "a.ts", "a.go", "a.java", "a.md"] {
        let _ = source::figures(path, &text);
    }
    let mut rest = bytes;
    let mut reader = PatchReader::new(&mut rest);
    let mut patches = 0;
    while let Ok(Some(_)) = reader.next() {
        patches += 1;
    }
    assert!(patches <= bytes.len() / 40, "more patches than names of commits");
    let key = text.lines().next().and_then(|line| line.strip_prefix("tracker-churn ")).unwrap_or_default();
    if let Some(history) = cache::read(&text, key) {
        assert_eq!(cache::read(&cache::write(&history, key), key), Some(history), "a history reads back");
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    part.is_empty() || bytes.windows(part.len()).any(|window| window == part)
}
