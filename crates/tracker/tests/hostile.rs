//! Hostile input and environment: whatever is piped in or lies in the data dir, the tool refuses, escapes or reads on.

mod hostile {
    mod clocks;
    mod limits;
    mod outputs;
    mod walk;
}

use std::path::Path;

use tracker_test_support::{Output, TestEnv, fixture};

const DATA: &str = "data/week0/live";
const SNAPSHOTS: &str = "data/week0/live/snapshots.jsonl";

fn world() -> TestEnv {
    let env = TestEnv::new(env!("CARGO_BIN_EXE_tracker"));
    env.set_now("2026-11-20T10:00:00Z");
    env
}

fn pane() -> Vec<u8> {
    fixture("demo/week0/codex_W0-01_before.txt")
}

/// Stores one capture.
fn start(env: &TestEnv, window: &str) -> Output {
    env.tracker_with_stdin(&["alias", "start", "codex", "--window", window, "--stdin", "--force"], pane())
}

fn holds_no_controls(output: &Output) {
    for text in [output.stdout(), output.stderr()] {
        let bad = text.chars().find(|c| {
            (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        });
        assert_eq!(bad, None, "{output}");
    }
}

#[test]
fn controls_of_a_pane_reach_no_output() {
    let env = world();
    let attacks: [&[u8]; 8] = [
        b"\x1b]0;title\x07",
        b"\x1b]52;c;Zm9v\x07",
        b"\x1b[2J\x1b[H",
        b"\x1bPq#0\x1b\\",
        b"\xc2\x9b31m\xc2\x9d0;x\xc2\x9c",
        "\u{202e}\u{2066}".as_bytes(),
        b"\x07\x08\x7f",
        b"\x1b",
    ];
    for (number, attack) in attacks.iter().enumerate() {
        let window = format!("W{number}-01");
        let bytes = [attack, pane().as_slice(), attack].concat();
        let notes = format!("note {}", String::from_utf8_lossy(attack));
        let words = ["alias", "start", "codex", "--window", &window, "--stdin", "--force", "--notes", &notes];
        holds_no_controls(&env.tracker_with_stdin(&words, bytes.clone()));
        holds_no_controls(&env.tracker_with_stdin(&["parse", "codex", "--stdin"], bytes));
        holds_no_controls(&env.tracker(&["window-audit", "--window", &window]));
    }
    holds_no_controls(&env.tracker(&["preview"]));
    holds_no_controls(&env.tracker(&["parse", "\x1b[31mred"]));
}

#[test]
fn bytes_that_are_no_text_are_read_or_refused_and_never_a_panic() {
    let utf16: Vec<u8> = String::from_utf8_lossy(&pane()).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let hostile: [(&str, Vec<u8>); 9] = [
        ("nothing", Vec::new()),
        ("NUL", vec![0; 4096]),
        ("invalid UTF-8", vec![0xff; 4096]),
        ("UTF-16", [vec![0xff, 0xfe], utf16].concat()),
        ("a byte order mark", [b"\xef\xbb\xbf".to_vec(), pane()].concat()),
        ("CRLF", String::from_utf8_lossy(&pane()).replace('\n', "\r\n").into_bytes()),
        ("only newlines", vec![b'\n'; 100_000]),
        ("one line", vec![b'x'; 256 << 10]),
        ("deep JSON", vec![b'['; 100_000]),
    ];
    for (name, bytes) in hostile {
        for kind in ["codex", "glm", "proxy-telemetry"] {
            let output = world().tracker_with_stdin(&["parse", kind, "--stdin"], bytes.clone());
            assert!(matches!(output.code(), Some(0..=3)), "{name} as {kind}: {output}");
            assert!(!output.stderr().contains("panicked"), "{name} as {kind}: {output}");
        }
    }
}

#[test]
fn hostile_lines_of_a_ledger_are_named_and_the_rest_is_used() {
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let keys: Vec<String> = (0..100_000).map(|n| format!("\"k{n}\":0")).collect();
    let lines: [(&str, Vec<u8>, bool); 10] = [
        ("depth", deep.into_bytes(), true),
        ("1e999", br#"{"window":"W0-02","n":1e999}"#.to_vec(), true),
        ("NaN", br#"{"window":"W0-02","n":NaN}"#.to_vec(), true),
        ("twice", br#"{"window":"W0-02","window":"W0-03"}"#.to_vec(), true),
        ("a lone surrogate", br#"{"window":"\ud800"}"#.to_vec(), true),
        ("invalid UTF-8", b"{\"window\":\"\xff\"}".to_vec(), true),
        ("NUL", b"{\"window\":\"\0\"}".to_vec(), true),
        ("2 MiB", vec![b'x'; 2 << 20], true),
        ("an array", b"[1,2]".to_vec(), true),
        ("many keys", format!("{{{}}}", keys.join(",")).into_bytes(), false),
    ];
    for (name, line, is_fault) in lines {
        let env = world();
        env.write(SNAPSHOTS, [line.as_slice(), b"\n"].concat());
        let verified = env.tracker(&["verify"]);
        if is_fault {
            assert_eq!(verified.code(), Some(4), "{name}: {verified}");
            assert!(verified.stdout().contains("snapshots.jsonl:1"), "{name}: {verified}");
        }
        let preview = env.tracker(&["preview"]);
        assert_eq!(preview.code(), Some(0), "{name}: {preview}");
        assert!(!preview.stderr().contains("panicked"), "{name}: {preview}");
    }
}

#[test]
fn changed_line_endings_are_named() {
    let env = world();
    assert_eq!(start(&env, "W0-01").code(), Some(0));
    env.write(SNAPSHOTS, env.read(SNAPSHOTS).replace('\n', "\r\n"));
    let output = env.tracker(&["verify"]);
    assert_eq!(output.code(), Some(4), "{output}");
    assert!(output.stdout().contains("git autocrlf?"), "{output}");
}

#[test]
fn a_clock_that_goes_back_or_far_ahead_keeps_the_order_of_rows() {
    let env = world();
    for (window, now) in [
        ("W0-01", "2026-11-20T10:00:00Z"),
        ("W1-01", "2026-11-20T09:00:00Z"),
        ("W2-01", "2016-11-20T10:00:00Z"),
        ("W3-01", "1970-01-01T00:00:00Z"),
        ("W4-01", "9998-12-31T23:59:59Z"),
    ] {
        env.set_now(now);
        let output = start(&env, window);
        assert!(matches!(output.code(), Some(0 | 3)), "{now}: {output}");
        assert!(!output.stderr().contains("panicked"), "{now}: {output}");
    }
    let output = env.tracker(&["verify"]);
    assert_eq!(output.code(), Some(0), "{output}");
    for bad in ["2026-13-01T00:00:00Z", "2026-11-20T10:00:00", "yesterday", "99999-01-01T00:00:00Z"] {
        let words = ["alias", "end", "codex", "--window", "W0-01", "--stdin", "--captured-at", bad];
        let output = env.tracker_with_stdin(&words, pane());
        assert_eq!(output.code(), Some(2), "{bad}: {output}");
    }
}

#[test]
fn names_are_no_paths() {
    let long = "x".repeat(300);
    for name in ["../../etc", "..", ".hidden", "a/b", "a\\b", "W\u{202e}", "C:x", "a:b", "x\n", "", &long] {
        let env = world();
        let words = ["alias", "start", "codex", "--window", name, "--stdin", "--force"];
        let output = env.tracker_with_stdin(&words, pane());
        assert!(!output.stderr().contains("panicked"), "{name:?}: {output}");
        let output =
            env.tracker_with_stdin(&["alias", "start", name, "--window", "W0-01", "--stdin"], pane());
        assert!(matches!(output.code(), Some(1..=3)), "{name:?}: {output}");
        let lane = env.invoke(&["alias", "start", "codex", "--window", "W0-01", "--stdin", "--force"]);
        let output = lane.env("AGENT_ID", name).stdin(pane()).run();
        assert!(!output.stderr().contains("panicked"), "{name:?}: {output}");
        let outside = env.files().into_iter().find(|path| !path.starts_with(&format!("work/{DATA}")));
        assert_eq!(outside, None, "{name:?}");
    }
}

#[test]
fn a_ledger_cut_with_its_head_contradicts_its_witness() {
    let env = world();
    assert_eq!(start(&env, "W0-01").code(), Some(0));
    let first = env.read(SNAPSHOTS);
    let first_head = env.read(format!("{SNAPSHOTS}.head"));
    assert_eq!(start(&env, "W1-01").code(), Some(0));
    let seen = env.tracker(&["verify", "--format", "json"]);
    env.write("witness.json", seen.stdout());
    let words = ["verify", "--head", "witness.json"];
    assert_eq!(env.tracker(&words).code(), Some(0));
    assert_eq!(start(&env, "W2-01").code(), Some(0));
    assert_eq!(env.tracker(&words).code(), Some(0), "a longer ledger still holds what was seen");
    // Somebody puts the ledger and its head back to an earlier day: only the witness knows.
    env.write(SNAPSHOTS, first);
    env.write(format!("{SNAPSHOTS}.head"), first_head);
    assert_eq!(env.tracker(&["verify"]).code(), Some(0));
    let output = env.tracker(&words);
    assert_eq!(output.code(), Some(4), "{output}");
    assert!(output.stdout().contains("snapshots.jsonl: contradicts its witness: row seq=2"), "{output}");
    env.write("nothing.json", "{}");
    assert_eq!(env.tracker(&["verify", "--head", "nothing.json"]).code(), Some(2));
    assert_eq!(env.tracker(&["verify", "--head", "missing.json"]).code(), Some(1));
}

#[cfg(unix)]
#[test]
fn links_folders_and_pipes_in_place_of_a_ledger_are_refused_with_a_hint() {
    use std::os::unix::fs::symlink;
    let make: [fn(&Path); 3] = [
        |path| symlink("/dev/full", path).unwrap(),
        |path| symlink("elsewhere", path).unwrap(),
        |path| std::os::unix::net::UnixListener::bind(path).map(drop).unwrap(),
    ];
    for make in make {
        let env = world();
        let place = env.write(format!("{DATA}/kept"), "").with_file_name("snapshots.jsonl");
        make(&place);
        let output = start(&env, "W0-01");
        assert_eq!(output.code(), Some(3), "{output}");
        assert!(output.stderr().contains("snapshots.jsonl") && output.stderr().contains("hint:"), "{output}");
    }
}

#[cfg(unix)]
#[test]
fn created_files_are_private_whatever_the_mask() {
    use std::os::unix::fs::PermissionsExt;
    let env = world();
    assert_eq!(start(&env, "W0-01").code(), Some(0));
    let root = env.work().parent().unwrap().to_owned();
    for path in env.files() {
        let mode = std::fs::metadata(root.join(&path)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{path}");
        let folder = root.join(&path).parent().unwrap().to_owned();
        let mode = std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o700, "{}", folder.display());
    }
}
