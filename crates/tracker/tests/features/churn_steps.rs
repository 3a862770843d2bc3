//! Steps that build repositories and look at what their churn left in the ledgers.
#![expect(clippy::disallowed_methods, reason = "a test builds repositories")]

use std::fs;
use std::path::Path;
use std::process::Command;

use cucumber::{given, then, when};
use tracker_test_support::fixtures_dir;

use super::pane;
use super::world::{DATA, World};

/// Runs git in the folder of the scenario and returns what it prints.
fn git(world: &World, args: &[&str]) -> String {
    git_in(&world.env.work(), args)
}

fn git_in(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "user.name=T", "-c", "user.email=t@example.com"]);
    command.args(["-c", "commit.gpgsign=false"]).args(args);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.env("GIT_AUTHOR_DATE", "@1767268800 +0000").env("GIT_COMMITTER_DATE", "@1767268800 +0000");
    let output = command.output().expect("git is installed");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

fn code(word: &str, lines: std::ops::Range<usize>) -> String {
    lines.map(|n| format!("let {word}_{n} = compute({n});\n")).collect()
}

#[given(regex = r"^a repository with three files and a change of \+40/-12 in W0-19$")]
fn three_files(world: &mut World) {
    git(world, &["init", "-q", "-b", "main"]);
    world.env.write("b.rs", code("b", 0..20));
    world.env.write("c.rs", code("c", 0..20));
    git(world, &["add", "b.rs", "c.rs"]);
    git(world, &["commit", "-q", "-m", "start"]);
    git(world, &["tag", "start"]);
    world.env.write("a.rs", code("a", 0..30));
    world.env.write("b.rs", code("new_b", 0..8) + &code("b", 8..20));
    world.env.write("c.rs", code("new_c", 0..2) + &code("c", 4..20));
    git(world, &["add", "a.rs", "b.rs", "c.rs"]);
    git(world, &["commit", "-q", "-m", "work"]);
    git(world, &["tag", "end"]);
}

#[given("the repository of known truth")]
fn known_truth(world: &mut World) {
    let script = fixtures_dir().join("repos/known_truth.sh");
    let output = Command::new("sh").arg(script).arg(world.env.work()).output().expect("a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let adds = git(world, &["log", "--format=%H", "--grep=xfeat::Adds::W-A::green"]);
    git(world, &["tag", "start-of-W-A", &format!("{adds}~1")]);
    git(world, &["tag", "end-of-W-A", &adds]);
}

#[given(
    regex = r"^a finalized codex window (\S+) of known truth (?:without a quality|with the quality (\S+))$"
)]
fn finalized(world: &mut World, window: String, quality: String) {
    let (reset, session) = (world.five_hour_reset(), world.next_session());
    let before = pane::codex(3, reset, 10, &session);
    world.run(&format!("tracker alias start codex --window {window}"), Some(&before));
    let _ = world.last().success();
    world.env.advance(3600);
    let after = pane::codex(9, reset, 14, &session);
    world.run(&format!("tracker alias end codex --window {window}"), Some(&after));
    let _ = world.last().success();
    let quality = if quality.is_empty() { String::new() } else { format!(" --quality {quality}") };
    world
        .run(&format!("tracker complete --window {window} --codex-features 1{quality} --outcome pass"), None);
    let _ = world.last().success();
}

#[given("three finalized windows of one, two and three files")]
fn three_windows(world: &mut World) {
    let mut bounds = vec![git(world, &["rev-parse", "HEAD"])];
    for files in [1, 2, 3, 12] {
        for file in 0..files {
            let path = format!("m{files}/f{file}.rs");
            world.env.write(&path, code(&format!("w{files}_{file}"), 0..5));
            git(world, &["add", &path]);
        }
        git(world, &["commit", "-q", "-m", "window"]);
        bounds.push(git(world, &["rev-parse", "HEAD"]));
    }
    git(world, &["tag", "large"]);
    for (n, pair) in bounds.windows(2).take(3).enumerate() {
        finalized(world, format!("W1-0{n}"), "1".to_owned());
        let line =
            format!("tracker complete --window W1-0{n} --commit-start {} --commit-end {}", pair[0], pair[1]);
        world.run(&line, None);
        let _ = world.last().success();
        world.env.advance(6 * 3600);
    }
}

#[when(regex = r"^I run `tracker ([^`]+)` from a folder of another repository$")]
fn run_elsewhere(world: &mut World, line: String) {
    let other = world.env.work().join("../elsewhere");
    fs::create_dir(&other).expect("a folder");
    git_in(&other, &["init", "-q"]);
    git_in(&other, &["commit", "-q", "--allow-empty", "-m", "start"]);
    git_in(&other, &["tag", "start"]);
    let data = world.env.work().join(DATA).to_string_lossy().into_owned();
    let words: Vec<&str> = line.split(' ').chain(["--data-dir", &data]).collect();
    world.last = Some(world.env.invoke(&words).dir(&other).run());
}

#[when(regex = r"^a commit of (\d+) lines is made$")]
fn commit(world: &mut World, lines: usize) {
    world.env.write("more.rs", code("more", 0..lines));
    git(world, &["add", "more.rs"]);
    git(world, &["commit", "-q", "-m", "more work"]);
}

#[then(regex = r#"^the ledger "([^"]+)" has (\d+) rows?$"#)]
fn csv_rows(world: &mut World, file: String, count: usize) {
    let text = world.env.read(format!("docs/Ledgers/{file}"));
    assert_eq!(text.lines().count(), count + 1, "{text}");
}

#[then(regex = r#"^the last row of "([^"]+)" has the commit that is checked out(?: as "([^"]+)")?$"#)]
fn has_head(world: &mut World, file: String, key: String) {
    let head = git(world, &["rev-parse", "HEAD"]);
    let rows = world.rows(&file);
    let key = if key.is_empty() { "commit" } else { &key };
    assert_eq!(rows.last().expect("a row")[key], head, "{rows:#?}");
}

#[then(regex = r#"^the last row of "([^"]+)" has no "([^"]+)"$"#)]
fn has_no(world: &mut World, file: String, key: String) {
    let rows = world.rows(&file);
    assert!(rows.last().expect("a row").get(&key).is_none(), "{rows:#?}");
}

#[when(regex = r"^I measure the churn of W-A after each of (\d+) further commits$")]
fn measure_often(world: &mut World, count: usize) {
    for lines in 1..=count {
        commit(world, lines);
        world.run("tracker churn --window W-A --commit-start start-of-W-A --commit-end end-of-W-A", None);
        let _ = world.last().success();
    }
}

#[then(regex = r"^the cache holds (\d+) histories$")]
fn histories(world: &mut World, count: usize) {
    let cache = world.env.work().join(DATA).join(".index");
    let names: Vec<_> =
        fs::read_dir(cache).expect("a cache").map(|e| e.expect("readable").file_name()).collect();
    let kept = names.iter().filter(|name| name.to_string_lossy().starts_with("churn-")).count();
    assert_eq!(kept, count, "{names:?}");
}
