//! Repositories that mean no good, or are broken: the right number or a clear error, and nothing is run.
#![expect(clippy::disallowed_methods, reason = "a test builds repositories and damages them")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tracker_churn::{ChurnError, PathFilter, Repo, SurveyOptions, range_churn, survey, survival};

/// Insertions and deletions since the first commit, and the lines that features added and lost.
type Numbers = ((u64, u64), (u64, u64));

struct Scene {
    folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let scene = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::create_dir(scene.path()).expect("a folder");
        scene.git(&["init", "-q", "-b", "main"]);
        scene
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("repo")
    }

    fn git(&self, args: &[&str]) -> String {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.path()).args(["-c", "user.name=T", "-c", "user.email=t@example.com"]);
        command.args(["-c", "commit.gpgsign=false"]).args(args);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        for name in ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"] {
            command.env(name, "@1767268800 +0000");
        }
        let output = command.output().expect("git");
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    fn commit(&self, path: &str, text: &str, message: &str) -> String {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn repo(&self) -> Repo {
        Repo::open(self.path()).expect("a repository")
    }

    fn numbers(&self) -> Result<Numbers, ChurnError> {
        let repo = self.repo();
        let first = self.git(&["rev-list", "--max-parents=0", "HEAD"]);
        let (start, end) = (repo.resolve(&first)?, repo.resolve("HEAD")?);
        let range = range_churn(&repo, &start, &end, &PathFilter::default())?;
        let history = survey(&repo, &end, &SurveyOptions::default(), |_, _| {})?;
        let found = survival(&history.commits.iter().collect::<Vec<_>>(), i64::MAX / 2, &[14]);
        Ok(((range.insertions, range.deletions), (found.lines_added, found.horizons[0].churned)))
    }

    fn blob(&self, spec: &str) -> PathBuf {
        let id = self.git(&["rev-parse", spec]);
        self.path().join(".git/objects").join(&id[..2]).join(&id[2..])
    }
}

fn code(word: &str, lines: usize) -> String {
    (0..lines).map(|n| format!("let {word}_{n} = compute_the_value_of({n});\n")).collect()
}

#[test]
#[cfg(unix)]
fn odd_paths_are_counted() {
    let scene = Scene::new();
    scene.commit("start", "x\n", "start");
    for (n, path) in
        ["new\nline.rs", "quo\"te.rs", "e\u{1b}[31msc.rs", "tab\t b.rs", "--output=x", "\u{e4}/\u{1f600}.rs"]
            .iter()
            .enumerate()
    {
        scene.commit(path, &code(&format!("w{n}"), 10), "xfeat::Odd::W-1::green");
        scene.commit(path, &code(&format!("v{n}"), 4), "again");
    }
    assert_eq!(scene.numbers().expect("numbers"), ((24, 0), (60, 60)));
}

#[test]
fn a_revision_is_never_an_option() {
    let scene = Scene::new();
    scene.commit("a", "x\n", "start");
    let target = scene.folder.path().join("written");
    for rev in [&*format!("--output={}", target.display()), "--all", "-h", "", "HEAD\n", "no such", "HEAD:a"]
    {
        let error = scene.repo().resolve(rev).expect_err(rev);
        assert!(matches!(error, ChurnError::UnknownCommit { is_shallow: false, .. }), "{rev:?}: {error}");
    }
    assert!(!target.exists());
    scene.git(&["update-ref", "refs/heads/--all", "HEAD"]);
    assert_eq!(
        scene.repo().resolve("refs/heads/--all").expect("it is a commit").as_str(),
        scene.git(&["rev-parse", "HEAD"])
    );
}

#[test]
#[cfg(unix)]
fn settings_of_the_repository_run_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::new();
    let trap = scene.folder.path().join("trap.sh");
    let sprung = scene.folder.path().join("sprung");
    fs::write(&trap, format!("#!/bin/sh\ntouch '{}'\ncat \"$1\"\n", sprung.display())).expect("a script");
    fs::set_permissions(&trap, fs::Permissions::from_mode(0o755)).expect("a script may run");
    scene.commit(".gitattributes", "*.rs diff=trap\n", "start");
    scene.commit("a.rs", &code("a", 10), "xfeat::Trap::W-1::green");
    scene.commit("a.rs", &code("b", 10), "again");
    let trap = trap.to_string_lossy().into_owned();
    for key in [
        "diff.external",
        "diff.trap.textconv",
        "diff.trap.command",
        "core.fsmonitor",
        "core.pager",
        "gpg.program",
    ] {
        scene.git(&["config", key, &trap]);
    }
    for (key, value) in [
        ("log.showSignature", "true"),
        ("diff.noprefix", "true"),
        ("color.ui", "always"),
        ("diff.submodule", "log"),
    ] {
        scene.git(&["config", key, value]);
    }
    assert_eq!(scene.numbers().expect("numbers"), ((10, 0), (10, 10)));
    assert!(scene.repo().head().is_ok());
    assert!(!sprung.exists(), "a program of the repository was run");
}

#[test]
fn broken_repositories_are_clear_errors() {
    let scene = Scene::new();
    scene.commit("start", "x\n", "start");
    scene.commit("a.rs", &code("a", 10), "xfeat::Lost::W-1::green");
    scene.commit("a.rs", &code("b", 10), "again");
    let blob = scene.blob("HEAD~1:a.rs");
    let kept = fs::read(&blob).expect("a loose object");
    fs::remove_file(&blob).expect("a test may lose an object");
    let error = scene.numbers().expect_err("a blob is missing");
    assert!(matches!(error, ChurnError::Git { .. }), "{error}");
    fs::write(&blob, &kept[..kept.len() / 2]).expect("a test may damage an object");
    let error = scene.numbers().expect_err("a blob is corrupt");
    assert!(matches!(error, ChurnError::Git { .. }) && !error.hint().is_empty(), "{error}");
}

#[test]
fn what_is_no_repository_or_not_all_of_it_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = Repo::open(folder.path()).expect_err("no repository");
    assert_eq!(error.decision(), "no-repo");
    assert_eq!(Repo::open(folder.path().join("none")).expect_err("no folder").decision(), "no-repo");

    let scene = Scene::new();
    scene.commit("a.rs", &code("a", 3), "start");
    scene.commit("a.rs", &code("b", 3), "xfeat::Far::W-1::green");
    let old = scene.git(&["rev-parse", "HEAD~1"]);
    let shallow = folder.path().join("shallow");
    let url = format!("file://{}", scene.path().display());
    scene.git(&["clone", "-q", "--depth=1", &url, &shallow.to_string_lossy()]);
    let repo = Repo::open(&shallow).expect("a shallow clone is a repository");
    let end = repo.resolve("HEAD").expect("its head");
    let error = repo.resolve(&old).expect_err("cut off");
    assert!(matches!(error, ChurnError::UnknownCommit { is_shallow: true, .. }), "{error}");
    let error = survey(&repo, &end, &SurveyOptions::default(), |_, _| {}).expect_err("no history");
    assert_eq!(error.decision(), "shallow-clone");
}

#[test]
fn an_empty_range_and_a_slow_git_are_said() {
    let scene = Scene::new();
    scene.commit("a", "x\n", "start");
    scene.commit("a", "y\n", "next");
    let repo = scene.repo();
    let (first, last) = (repo.resolve("HEAD~1").expect("first"), repo.resolve("HEAD").expect("last"));
    for (start, end) in [(&last, &last), (&last, &first)] {
        let error = range_churn(&repo, start, end, &PathFilter::default()).expect_err("empty");
        assert_eq!(error.decision(), "empty-range");
    }
    let hasty = repo.with_timeout(Duration::ZERO);
    assert_eq!(hasty.top().expect_err("no time at all").decision(), "timed-out");
}

#[test]
fn a_huge_line_and_a_huge_file_are_no_burden() {
    let scene = Scene::new();
    scene.commit("start", "x\n", "start");
    scene.commit("long.txt", &"word ".repeat(1 << 20), "xfeat::Long::W-1::green");
    scene.commit("huge.txt", &"0123456789abcde\n".repeat(17 << 16), "xfeat::Huge::W-2::green");
    let ((insertions, _), (lines, churned)) = scene.numbers().expect("numbers");
    assert_eq!(insertions, 1 + (17 << 16));
    assert_eq!((lines, churned), (1, 0), "a file above 16 MiB has no lines for survival");
}

#[test]
fn a_dirty_tree_is_noticed() {
    let scene = Scene::new();
    scene.commit("a", "x\n", "start");
    assert!(!scene.repo().head().expect("a head").is_dirty);
    fs::write(scene.path().join("a"), "y\n").expect("a file");
    assert!(scene.repo().head().expect("a head").is_dirty);
    assert_eq!(scene.repo().top().expect("a top").file_name(), Some(Path::new("repo").as_os_str()));
}

#[test]
fn renames_count_once_and_attributes_decide() {
    let scene = Scene::new();
    scene.commit(".gitattributes", "made.rs linguist-generated\nvendor/own.rs -linguist-vendored\n", "start");
    scene.commit("old.rs", &code("a", 20), "add");
    scene.git(&["mv", "old.rs", "new.rs"]);
    scene.commit("made.rs", &code("m", 50), "rename and generate");
    scene.commit("vendor/own.rs", &code("o", 5), "own");
    scene.commit("vendor/theirs.rs", &code("t", 70), "theirs");
    fs::write(scene.path().join("logo.png"), [0_u8, 1, 2, 255]).expect("a file");
    scene.commit("new.rs", &(code("a", 20) + "one more\n"), "change");
    let repo = scene.repo();
    let (start, end) = (repo.resolve("HEAD~4").expect("start"), repo.resolve("HEAD").expect("end"));
    let churn = range_churn(&repo, &start, &end, &PathFilter::default()).expect("churn");
    assert_eq!((churn.commits, churn.files, churn.binary, churn.left_out), (4, 3, 1, 2));
    assert_eq!((churn.insertions, churn.deletions, churn.net(), churn.gross()), (6, 0, 6, 6));
    let all = range_churn(&repo, &start, &end, &PathFilter::everything()).expect("churn");
    assert_eq!((all.files, all.insertions), (5, 126));
    let only = PathFilter::default().with_only(["vendor".to_owned()]);
    assert_eq!(range_churn(&repo, &start, &end, &only).expect("churn").insertions, 5);
}

#[test]
fn the_load_of_a_range_is_read_at_both_ends() {
    let scene = Scene::new();
    scene.commit("src/base.rs", "pub fn base() {}\n", "start");
    scene.commit("src/store/row.rs", "pub struct Row;\npub fn read(x: u8) { if x > 1 {} }\n", "row");
    scene.commit(
        "src/a.rs",
        "use crate::store::row;\nuse crate::base;\npub fn a() { for _ in 0..2 {} }\n",
        "a",
    );
    scene.commit("Cargo.lock", "[[package]]\n", "lock");
    let repo = scene.repo();
    let (start, end) = (repo.resolve("HEAD~3").expect("start"), repo.resolve("HEAD").expect("end"));
    let load = tracker_churn::range_load(&repo, &start, &end, &PathFilter::default()).expect("a load");
    let parts = [2.0, 2.0, 1.0, 2.0, f64::NAN, 3.0, 1.0].map(|x: f64| (!x.is_nan()).then_some(x));
    assert_eq!(load.parts(), parts, "{load:?}");
}
