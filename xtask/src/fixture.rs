//! `fixture add`: takes a captured pane into the repository, with pseudonyms for what identifies a person.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tracker_term_text::{Pseudonymizer, clean};

use crate::{Failure, place, tidy::identity::live_addresses};

/// Adds `file` as a fixture of `provider` and says where it is now.
pub(crate) fn add(file: &str, provider: &str) -> Result<(), Failure> {
    let target = add_below(&place::root(), file, provider)?;
    println!("added {}\nnext: cargo test -p tracker-panes, then review the snapshot", place::shown(&target));
    Ok(())
}

/// Writes the fixture into the tree at `root` and returns its path.
fn add_below(root: &Path, file: &str, provider: &str) -> Result<PathBuf, Failure> {
    let path = Path::new(file);
    let bytes = fs::read(path).map_err(|e| format!("cannot read `{file}`: {e}"))?;
    let name = file_name(path)?;
    if provider.is_empty() || provider.starts_with(['.', '-']) || provider != slug(provider) {
        return Err(format!("{provider:?} is no provider: use a-z 0-9 - _ as in crates/panes/src/providers"));
    }
    // A salt that nobody keeps: with a known one, a guessed address could be checked against its pseudonym.
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).map_err(|e| format!("no randomness for the pseudonyms: {e}"))?;
    let safe = disguise(&bytes, salt)?;

    let folder = root.join("fixtures/panes").join(provider);
    let target = folder.join(&name);
    if target.exists() {
        return Err(format!(
            "{} is there already: rename the capture after what it shows",
            place::shown(&target)
        ));
    }
    fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", place::shown(&folder)))?;
    fs::write(&target, safe).map_err(|e| format!("cannot write {}: {e}", place::shown(&target)))?;
    let dates = root.join("fixtures/panes").join(DATES);
    let old = fs::read_to_string(&dates).unwrap_or_default();
    let today = chrono::Utc::now().date_naive().to_string();
    fs::write(&dates, dated(&old, provider, &today))
        .map_err(|e| format!("cannot write {}: {e}", place::shown(&dates)))?;
    Ok(target)
}

/// The file beside the folders of captures that says when the last one of each was taken in.
pub(crate) const DATES: &str = "dates.csv";

/// Returns the file of dates with the line of `folder` set to `today`.
fn dated(old: &str, folder: &str, today: &str) -> String {
    let others = old.lines().skip(1).filter(|line| line.split(',').next() != Some(folder)).map(str::to_owned);
    let mut lines: Vec<String> = others.collect();
    lines.push(format!("{folder},{today}"));
    lines.sort();
    format!("folder,last_capture\n{}\n", lines.join("\n"))
}

/// Returns the capture with pseudonyms, or why it cannot be shown to others.
fn disguise(bytes: &[u8], salt: [u8; 32]) -> Result<String, Failure> {
    let text = std::str::from_utf8(bytes).map_err(|e| format!("the capture is no UTF-8: {e}"))?;
    let pseudonymizer = Pseudonymizer::new(salt);
    let (safe, _) = pseudonymizer.pseudonymize(text);
    // Escape sequences can stand inside of a name and hide it from the search. So the search is made in what a
    // reader sees too, and both ways must lead to the same screen.
    let seen = clean(safe.as_bytes()).text;
    let (expected, _) = pseudonymizer.pseudonymize(&clean(bytes).text);
    if seen != expected || live_addresses(&seen).next().is_some() {
        return Err(
            "the capture still shows who made it, after pseudonyms: replace that by hand and try again"
                .to_owned(),
        );
    }
    Ok(safe)
}

/// Returns a name for the fixture made of the name of its file.
fn file_name(path: &Path) -> Result<String, Failure> {
    let name = path.file_name().map(|name| slug(&name.to_string_lossy())).unwrap_or_default();
    let name = name.trim_matches(['.', '-']).to_owned();
    if name.is_empty() { Err(format!("`{}` has no name to keep", path.display())) } else { Ok(name) }
}

/// Returns `name` in lower case with a dash for all that is not of `a-z 0-9 . _ -`.
fn slug(name: &str) -> String {
    let keep =
        |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c.to_ascii_lowercase() } else { '-' };
    name.chars().map(keep).collect()
}

#[cfg(test)]
mod tests {
    use tracker_test_support::TestEnv;

    use super::*;

    const SALT: [u8; 32] = [7; 32];

    #[test]
    fn identities_become_pseudonyms_and_numbers_stay() {
        let pane = "Account: max@gmail.com (Plus)\n5h limit: 82% left\n";
        let safe = disguise(pane.as_bytes(), SALT).unwrap();
        assert!(safe.contains("Account: acct-") && safe.contains("(Plus)\n5h limit: 82% left\n"), "{safe}");
    }

    #[test]
    fn identity_hidden_by_escapes_is_refused() {
        let refused = disguise(b"Account: max@\x1b[1mgmail.com\x1b[0m\n", SALT);
        assert!(refused.unwrap_err().contains("still shows"));
    }

    #[test]
    fn capture_is_added_once_under_a_plain_name() {
        let env = TestEnv::new("unused");
        let file = env.write("Status Pane.txt", "Account: max@gmail.com (Plus)\n5h limit: 82% left\n");
        let file = file.to_str().unwrap();
        add_below(&env.work(), file, "codex").unwrap();
        let added = env.read("fixtures/panes/codex/status-pane.txt");
        assert!(added.contains("82% left") && !added.contains("max@"), "{added}");
        assert!(add_below(&env.work(), file, "codex").unwrap_err().contains("is there already"));
        assert!(add_below(&env.work(), file, "..").unwrap_err().contains("is no provider"));
        assert!(
            add_below(&env.work(), "absent.txt", "codex").unwrap_err().contains("cannot read `absent.txt`")
        );
    }

    #[test]
    fn the_day_of_the_last_capture_is_kept() {
        let once = dated("", "glm", "2026-01-02");
        assert_eq!(once, "folder,last_capture\nglm,2026-01-02\n");
        let twice = dated(&dated(&once, "codex", "2026-01-03"), "glm", "2026-01-04");
        assert_eq!(twice, "folder,last_capture\ncodex,2026-01-03\nglm,2026-01-04\n");
    }

    #[test]
    fn names_are_plain() {
        assert_eq!(file_name(Path::new("a/My Pane (2).TXT")).unwrap(), "my-pane--2-.txt");
        assert!(file_name(Path::new("..")).is_err() && file_name(Path::new("???")).is_err());
    }
}
