//! Bad places: data dirs and ledgers that are something else, or that cannot be written.
#![expect(clippy::disallowed_methods, reason = "the tests lay out the bad places")]

use super::world::{DATA, World, assert_told};

/// Verbs that read the ledgers and must not write.
const READ_ONLY: [&str; 6] = [
    "preview",
    "preview --window W0-20",
    "window-audit --window W0-20",
    "verify",
    "config show",
    "alias end codex --window W0-20 --dry-run",
];

fn start(world: &World) -> tracker_test_support::Output {
    world.pipe("alias start codex --window W0-20", world.codex(3, 10))
}

#[test]
fn data_dir_that_is_a_file() {
    let world = World::new();
    world.env.write(DATA, "mine");
    assert_told(&start(&world), 1, "start");
    assert_eq!(world.env.read(DATA), "mine");
}

#[test]
fn ledger_that_is_a_folder() {
    let world = World::new();
    world.env.write(format!("{DATA}/snapshots.jsonl/x"), "mine");
    for output in [start(&world), world.run("preview"), world.run("window-audit --window W0-20")] {
        assert!(matches!(output.code(), Some(1 | 3)), "{output}");
        assert_told(&output, output.code().unwrap_or(0), "a folder for a ledger");
        assert!(output.stderr().contains("snapshots.jsonl"), "{output}");
    }
    assert_eq!(world.env.read(format!("{DATA}/snapshots.jsonl/x")), "mine");
}

#[cfg(unix)]
#[test]
fn ledger_that_is_a_link_is_not_followed() {
    let world = World::new();
    world.env.write("elsewhere.jsonl", "");
    std::fs::create_dir_all(world.env.work().join(DATA)).expect("a folder");
    let link = world.env.work().join(DATA).join("snapshots.jsonl");
    std::os::unix::fs::symlink(world.env.work().join("elsewhere.jsonl"), link).expect("a link");
    let output = start(&world);
    assert!(matches!(output.code(), Some(1 | 3)), "{output}");
    assert_told(&output, output.code().unwrap_or(0), "a link for a ledger");
    assert_eq!(world.env.read("elsewhere.jsonl"), "");
}

#[cfg(unix)]
#[test]
fn data_dir_that_is_a_link_is_where_it_points() {
    let world = World::new();
    world.env.write("real/keep", "");
    std::fs::create_dir_all(world.env.work().join("data/week0")).expect("a folder");
    std::os::unix::fs::symlink(world.env.work().join("real"), world.env.work().join(DATA)).expect("a link");
    assert_eq!(start(&world).success(), "stored codex before snapshot for W0-20 (awaiting end)\n");
    assert!(world.env.work().join("real/snapshots.jsonl").is_file());
    let _ = world.run("verify").success();
}

#[cfg(target_os = "linux")]
#[test]
fn place_that_takes_no_files() {
    let world = World::new();
    // Not even root can make a folder there.
    for place in ["/proc/tracker-data", "/dev/null/data"] {
        let line = format!("alias start codex --window W0-20 --data-dir {place}");
        assert_told(&world.pipe(&line, world.codex(3, 10)), 1, place);
        assert_told(&world.pipe(&line, "no pane at all"), 1, place);
    }
    assert_eq!(world.env.files(), Vec::<String>::new());
}

#[cfg(target_os = "linux")]
#[test]
fn full_disk_on_stdout_is_a_failure_and_a_closed_pipe_is_none() {
    let world = World::new();
    let tool = env!("CARGO_BIN_EXE_tracker");
    let sh = |script: String| world.env.invoke_tool(std::path::Path::new("sh"), &["-c", &script]).run();
    let full = sh(format!("'{tool}' --help > /dev/full"));
    assert_eq!(full.code(), Some(1), "{full}");
    assert!(full.stderr().starts_with("error: "), "{full}");
    // The reader is gone before the first byte; the status is that of the tool.
    let closed = sh(format!("{{ sleep 0.1; '{tool}' man; echo $? >&2; }} | true"));
    assert_eq!(closed.stderr(), "0\n", "{closed}");
}

#[test]
fn read_only_verbs_create_nothing_and_change_nothing() {
    let empty = World::new();
    for line in READ_ONLY {
        let _ = empty.pipe(line, empty.codex(3, 10));
        let _ = empty.pipe(&format!("{line} --format json"), "");
    }
    assert_eq!(empty.env.files(), Vec::<String>::new());

    let world = World::new();
    world.window("W0-20", 4, 2);
    let before = (world.env.files(), world.kept());
    for line in READ_ONLY {
        let _ = world.pipe(line, world.codex(3, 10));
        let _ = world.pipe("parse codex", world.codex(3, 10)).success();
    }
    assert_eq!(world.env.files(), before.0);
    assert!(world.kept() == before.1);
}

#[test]
fn alias_state_that_is_broken_is_made_anew_from_the_rows() {
    let world = World::new();
    let _ = start(&world).success();
    world.env.write(format!("{DATA}/state/codex.json"), "{\"current_window\": ");
    world.env.advance(3600);
    let told = world.good("alias end codex", world.codex(9, 14));
    assert_eq!(told, "stored codex after snapshot for W0-20 (ready to finalize)\n");
}

#[test]
fn checkpoint_records_no_decision_about_code_while_a_ledger_cannot_be_read() {
    let world = World::new();
    // A folder in the place of a ledger fails every read, as a broken disk would.
    let blocked = world.env.write(format!("{DATA}/snapshots.jsonl/x"), "");
    let line = "checkpoint --window W0-01 --provider codex --plan 10 --actual 9";
    assert_eq!(world.run(line).code(), Some(3));
    assert!(world.rows("churn.jsonl").is_empty() && world.rows("token_plan.jsonl").is_empty());
    let folder = blocked.parent().expect("a folder");
    std::fs::remove_dir_all(folder).expect("removed");
    world.good(line, "");
    assert_eq!(world.rows("churn.jsonl").len(), 1);
}
