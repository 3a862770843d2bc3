//! Histories with known truth: every number that the script's author counted by hand is found.
#![expect(clippy::disallowed_methods, reason = "a test runs scripts and git itself")]

use std::path::{Path, PathBuf};
use std::process::Command;

use tracker_churn::{History, PathFilter, Repo, SurveyOptions, WindowRange, blame, survey, survival};

/// 2026-06-01, after all that happens in the script.
const LATE: i64 = 1_780_315_200;

struct Built {
    _folder: tempfile::TempDir,
    path: PathBuf,
    truth: Vec<Vec<String>>,
}

fn build() -> Built {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("repo");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/repos/known_truth.sh");
    let output = Command::new("sh").arg(script).arg(&path).output().expect("a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let truth = text.lines().map(|line| line.split(' ').map(str::to_owned).collect()).collect();
    Built { _folder: folder, path, truth }
}

impl Built {
    fn of(&self, word: &str) -> Vec<&[String]> {
        let lines = self.truth.iter().filter(|line| line[0] == word);
        lines.map(|line| &line[1..]).collect()
    }

    fn history(&self) -> History {
        let repo = Repo::open(&self.path).expect("a repository");
        let mut options = SurveyOptions::default();
        options.ranges = self
            .of("range")
            .into_iter()
            .map(|line| WindowRange {
                window: line[0].clone(),
                start: line[1].parse().expect("an id"),
                end: line[2].parse().expect("an id"),
            })
            .collect();
        survey(&repo, &repo.resolve("HEAD").expect("a head"), &options, |_, _| {}).expect("a history")
    }
}

#[test]
fn every_number_is_the_one_counted_by_hand() {
    let built = build();
    let history = built.history();
    let truth = built.of("churn");
    assert!(truth.len() >= 15, "the script tells its truth");
    let mut wrong = Vec::new();
    for line in truth {
        let commits: Vec<_> = history.of_window(&line[0]).collect();
        let found = survival(&commits, LATE, &[7, 14, 28]);
        let numbers: Vec<u64> =
            [found.lines_added].into_iter().chain(found.horizons.iter().map(|h| h.churned)).collect();
        let want: Vec<u64> = line[1..].iter().map(|word| word.parse().expect("a number")).collect();
        if numbers != want {
            wrong.push(format!("{}: {numbers:?}, by hand {want:?}", line[0]));
        }
        assert!(found.horizons.iter().all(|h| h.is_final), "{}", line[0]);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn reverts_repairs_and_cherry_picks_are_named() {
    let built = build();
    let history = built.history();
    let flag = |flag: bool| if flag { "1".to_owned() } else { "0".to_owned() };
    let mut reverts: Vec<Vec<String>> = history
        .reverts
        .iter()
        .map(|revert| vec![revert.label.window.clone(), flag(revert.is_said), flag(revert.is_exact)])
        .collect();
    reverts.sort();
    assert_eq!(reverts, built.of("revert").into_iter().map(<[String]>::to_vec).collect::<Vec<_>>());
    let repairs: Vec<Vec<String>> = history
        .repairs(14, LATE)
        .map(|r| vec![r.label.window.clone(), r.caused_by.window.clone(), r.lines.to_string()])
        .collect();
    assert_eq!(repairs, built.of("repair").into_iter().map(<[String]>::to_vec).collect::<Vec<_>>());
    assert_eq!(history.repeats.len().to_string(), built.of("repeats")[0][0]);
    assert_eq!(history.repairs(14, 1_767_268_800).count(), 0, "nothing was repaired on the first day");
}

#[test]
fn blame_agrees_on_what_is_alive() {
    let built = build();
    let history = built.history();
    let git = |args: &[&str]| {
        let output = Command::new("git").arg("-C").arg(&built.path).args(args).output().expect("git");
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let mut alive = std::collections::BTreeMap::new();
    let files = git(&["ls-files", "-z"]);
    for file in files.split(|b| *b == 0).filter(|path| !path.is_empty()) {
        let path = std::str::from_utf8(file).expect("UTF-8");
        if PathFilter::default().counts(file) && !path.starts_with("gen/") {
            let said = git(&["blame", "-w", "-M", "-C", "-C", "--line-porcelain", "HEAD", "--", path]);
            for (id, lines) in blame::count_lines(&said).expect("a blame") {
                *alive.entry(id).or_insert(0) += lines;
            }
        }
    }
    let mut compared = 0;
    // A cherry-pick has two names for one commit: blame takes either.
    let repeated: Vec<_> = history.repeats.iter().flat_map(|(by, of)| [by.clone(), of.clone()]).collect();
    for commit in history.commits.iter().filter(|commit| !repeated.contains(&commit.id)) {
        let ended: u32 = commit.changes.iter().map(|change| change.lines).sum();
        let blamed = alive.get(&commit.id).copied().unwrap_or(0);
        assert_eq!(u64::from(commit.lines - ended), blamed, "{} {:?}", commit.id, commit.label);
        compared += 1;
    }
    assert!(compared >= 15, "{compared} commits compared");
}
