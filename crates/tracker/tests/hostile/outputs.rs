//! Standard output that is closed, full, slow or left early.

use tracker_test_support::{Output, TestEnv};

use crate::{DATA, pane};

/// Runs a script in which `$TRACKER` is the tool.
fn shell(script: &str) -> (TestEnv, Output) {
    let env = TestEnv::new("/bin/sh");
    env.set_now("2026-11-20T10:00:00Z");
    env.write("pane.txt", pane());
    let output = env.invoke(&["-c", script]).env("TRACKER", env!("CARGO_BIN_EXE_tracker")).run();
    (env, output)
}

const START: &str = "$TRACKER alias start codex --window W0-01 --file pane.txt --force";

#[cfg(target_os = "linux")]
#[test]
fn a_full_output_is_a_failure_that_is_told_and_the_row_is_stored() {
    for verb in ["preview", "verify", "config show", "man", "parse codex --file pane.txt"] {
        let (_, output) = shell(&format!("$TRACKER {verb} >/dev/full"));
        assert_eq!(output.code(), Some(1), "{verb}: {output}");
        assert!(output.stderr().contains("cannot write to standard output"), "{verb}: {output}");
    }
    let (env, output) = shell(&format!("{START} >/dev/full 2>&1"));
    assert!(matches!(output.code(), Some(0 | 1)), "{output}");
    assert_eq!(env.read(format!("{DATA}/snapshots.jsonl")).lines().count(), 1);
}

#[test]
fn a_reader_that_leaves_early_is_success() {
    for verb in ["man", "preview", "completions bash", "config show --format json"] {
        let (env, output) = shell(&format!("{{ $TRACKER {verb} 2>err; echo $? >code; }} | head -n 1"));
        assert_eq!((output.code(), env.read("code").as_str()), (Some(0), "0\n"), "{verb}: {output}");
        assert!(!env.read("err").contains("error"), "{verb}: {}", env.read("err"));
    }
}

#[test]
fn a_slow_reader_gets_everything() {
    let (env, output) = shell("$TRACKER man >whole; $TRACKER man | { sleep 1; cat; } >slow");
    assert_eq!(output.code(), Some(0), "{output}");
    assert!(env.read("whole").len() > 1000);
    assert_eq!(env.read("slow"), env.read("whole"));
}

#[test]
fn closed_streams_are_no_fault() {
    for closed in [">&-", "2>&-", ">&- 2>&-"] {
        let (env, output) = shell(&format!("{START} {closed}"));
        assert!(matches!(output.code(), Some(0 | 1)), "{closed}: {output}");
        assert_eq!(env.read(format!("{DATA}/snapshots.jsonl")).lines().count(), 1, "{closed}");
    }
    let (_, output) = shell("$TRACKER parse codex --stdin <&-");
    assert_eq!(output.code(), Some(1), "{output}");
}
