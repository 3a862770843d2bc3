//! `tracker shell-init`, sourced in real shells.

use std::io::Write as _;
use std::path::Path;

use insta::assert_snapshot;
use tracker_test_support::Output;

use super::world::{DATA, World, shown};

const FUNCTIONS: [&str; 16] =
    ["os", "oe", "ox", "od", "od1", "od2", "as", "ae", "ax", "ad", "zs", "ze", "zx", "zd", "occ", "acm"];

/// Tells, loudly, that a shell is not on this machine.
pub(super) fn is_missing(world: &World, shell: &str) -> bool {
    let probe = world.env.invoke_tool(Path::new("sh"), &["-c", &format!("command -v {shell}")]).run();
    let missing = probe.code() != Some(0);
    if missing {
        // Past the capture of the test's output, so that a run that passes shows it too.
        let _ =
            writeln!(std::io::stderr(), "SKIPPED: no {shell} on this machine, its scripts are not checked");
    }
    missing
}

/// Asserts that a shell can read a script.
pub(super) fn check_syntax(world: &World, shell: &str, script: &Path) {
    if is_missing(world, shell) {
        return;
    }
    let flag = if shell == "fish" { "--no-execute" } else { "-n" };
    let output = world.env.invoke_tool(Path::new(shell), &[flag.as_ref(), script.as_os_str()]).run();
    assert_eq!(output.code(), Some(0), "{shell}\n{output}");
}

/// Runs a script in bash after the functions were sourced, with the binary as `tracker` on the path.
#[cfg(unix)]
fn bash(world: &World, init: &str, script: &str) -> Output {
    let tool = Path::new(env!("CARGO_BIN_EXE_tracker"));
    let folder = tool.parent().expect("a folder").display();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
    let script = format!("set -eu\n{init}\neval \"$(tracker shell-init bash $FLAGS)\"\n{script}");
    world.env.invoke_tool(Path::new("bash"), &["--norc", "-c", &script]).env("PATH", path).run()
}

#[test]
fn scripts() {
    let world = World::new();
    assert_snapshot!("bash", shown(&world.run("shell-init bash")));
    assert_snapshot!("fish_prefix", shown(&world.env.tracker(&["shell-init", "fish", "--prefix", "t_"])));
    for shell in ["bash", "zsh", "fish"] {
        let path =
            world.env.write(format!("init.{shell}"), world.run(&format!("shell-init {shell}")).success());
        check_syntax(&world, shell, &path);
    }
}

#[test]
fn prefix_that_no_name_can_start_with_is_usage() {
    assert_snapshot!("prefix", shown(&World::new().run("shell-init bash --prefix t-")));
}

#[cfg(unix)]
#[test]
fn every_function_exists_in_a_real_bash() {
    let world = World::new();
    let names = FUNCTIONS.join(" ");
    let output = bash(&world, "FLAGS=", &format!("for f in {names}; do type -t $f; done | sort | uniq -c"));
    assert_eq!(output.success().split_whitespace().collect::<Vec<_>>(), ["16", "function"]);
}

#[cfg(unix)]
#[test]
fn prefix_leaves_the_system_commands_alone() {
    let world = World::new();
    let output = bash(&world, "FLAGS='--prefix t_'", "type -t t_os; type -t od; type -t os || echo none");
    assert_eq!(output.success(), "function\nfile\nnone\n");
}

#[cfg(unix)]
#[test]
fn two_shells_are_two_lanes() {
    let world = World::new();
    for (lane, weekly) in [("main", 10), ("sub1", 20)] {
        world.env.write("pane.txt", world.codex(3, weekly));
        let output = bash(&world, &format!("export AGENT_ID={lane}; FLAGS="), "os --window W0-20 < pane.txt");
        assert_eq!(output.success(), "stored codex before snapshot for W0-20 (awaiting end)\n");
    }
    for lane in ["main", "sub1"] {
        assert!(world.env.work().join(format!("{DATA}/state/{lane}/codex.json")).exists(), "{lane}");
    }
    let lanes: Vec<_> = world.rows("snapshots.jsonl").iter().map(|row| row["agent_id"].clone()).collect();
    assert_eq!(lanes, ["main", "sub1"]);
}

#[cfg(unix)]
#[test]
fn whole_window_by_its_short_names() {
    let world = World::new();
    let mut told = String::new();
    let steps = [
        ("os --window W0-20", world.codex(3, 10)),
        ("oe --notes after-clean", world.codex(9, 14)),
        ("od1 --phase after --window W0-20", String::new()),
        ("oe --window W0-20", world.codex(8, 13)),
        ("zs --window W0-20", crate::pane::glm(12)),
        ("ze", crate::pane::glm(18)),
    ];
    for (step, pane) in steps {
        world.env.write("pane.txt", pane);
        told.push_str(&bash(&world, "FLAGS=", &format!("{step} < pane.txt")).success());
        world.env.advance(600);
    }
    assert_snapshot!("short_names", told);
}
