//! What could identify a person or the machine of whoever wrote a file: addresses, session ids, home paths.

use std::{fs, path::PathBuf};

use crate::place;

/// Domains that belong to nobody (RFC 2606, RFC 6761) and the host names of examples.
const NOBODY: [&str; 7] = [
    "example.com",
    "example.org",
    "example.net",
    ".example",
    ".invalid",
    ".test",
    "users.noreply.github.com",
];
/// Names in home paths that stand for anybody.
const ANYBODY: [&str; 10] = ["user", "name", "alice", "bob", "you", "me", "someone", "dev", "runner", "jane"];

/// Where random UUIDs may stand: a captured pane carries the id of its own session, which tells nothing about anybody.
const SESSIONS: [&str; 2] = ["fixtures/panes/", "fixtures/demo/"];

/// Returns a finding for every identity in the tree.
pub(super) fn findings(files: &[PathBuf]) -> Vec<String> {
    let mut findings = Vec::new();
    for file in files {
        let path = place::shown(file);
        let Ok(bytes) = fs::read(file) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        let is_fixture = path.starts_with("fixtures/");
        for (number, line) in (1..).zip(text.lines()) {
            let mut report =
                |what: &str, value: &str| findings.push(format!("{path}:{number}: {what} {value}"));
            if is_fixture {
                live_addresses(line).for_each(|found| report("a live-looking e-mail address:", found));
            }
            if is_fixture && !SESSIONS.iter().any(|folder| path.starts_with(folder)) {
                live_uuids(line).for_each(|found| report("a live-looking UUID:", found));
            }
            if !may_show_paths(&path) {
                own_paths(line).for_each(|found| report("a path of somebody's machine:", found));
            }
        }
    }
    findings
}

/// The tests of what hides home paths must show some, and captures show what they showed.
fn may_show_paths(path: &str) -> bool {
    let is_about_paths = path.starts_with("crates/term-text/") || path.starts_with("xtask/src/tidy/identity");
    path.starts_with("fixtures/")
        || path.contains("/tests/")
        || path.contains("/snapshots/")
        || is_about_paths
}

/// Returns the e-mail addresses in `text` whose domain could be somebody's.
pub(crate) fn live_addresses(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || "@.+-_%".contains(c)));
    words.map(|word| word.trim_matches(['.', '-'])).filter(|word| {
        let Some((local, domain)) = word.rsplit_once('@') else { return false };
        let Some((_, top)) = domain.rsplit_once('.') else { return false };
        let domain = domain.to_lowercase();
        let reserved = NOBODY.iter().any(|nobody| domain == *nobody || domain.ends_with(nobody));
        // A version such as `tool@1.2.3` is no address.
        !local.is_empty() && top.len() >= 2 && top.chars().all(char::is_alphabetic) && !reserved
    })
}

/// Returns the UUIDs in `text` that look random: more than 6 different digits.
fn live_uuids(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !(c.is_ascii_hexdigit() || c == '-'));
    words.map(|word| word.trim_matches('-')).filter(|word| {
        let groups: Vec<usize> = word.split('-').map(str::len).collect();
        let digits: std::collections::BTreeSet<char> = word.chars().filter(|&c| c != '-').collect();
        groups == [8, 4, 4, 4, 12] && digits.len() > 6
    })
}

/// Returns the absolute paths in `text` that name a person's home or a build machine's folder.
fn own_paths(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| c.is_whitespace() || "\"'`()<>[],;:|=".contains(c));
    words.filter(|word| {
        let person = ["/home/", "/Users/"].iter().find_map(|home| word.strip_prefix(home));
        match person.map(|rest| rest.split('/').next().unwrap_or_default()) {
            Some(name) => {
                let stands_for_any = name.starts_with("home-") || name.starts_with(['$', '{', '*', '.']);
                !(name.is_empty() || stands_for_any || ANYBODY.contains(&name.to_lowercase().as_str()))
            }
            None => ["/root/", "/work/", "/workspace/", "/builds/"]
                .iter()
                .any(|folder| word.starts_with(folder) && word.len() > folder.len()),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_nobody_pass() {
        let text = "mail max.muster+x@gmail.com, user@example.com, a@b.example; npm i tool@1.2.3 @scope/pkg git@github.com:";
        assert_eq!(live_addresses(text).collect::<Vec<_>>(), ["max.muster+x@gmail.com", "git@github.com"]);
    }

    #[test]
    fn placeholder_uuids_pass() {
        let text =
            "0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b 00000000-0000-4000-8000-000000000001 2025-10-19 1-2-3-4-5";
        assert_eq!(live_uuids(text).collect::<Vec<_>>(), ["0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b"]);
    }

    #[test]
    fn paths_of_anybody_pass() {
        let text = "see /home/maxmuster/x, /Users/alice/y /home/home-1a2b/z /builds/ /builds/repo https://x/builds/ /root/.cargo";
        assert_eq!(
            own_paths(text).collect::<Vec<_>>(),
            ["/home/maxmuster/x", "/builds/repo", "/root/.cargo"]
        );
    }
}
