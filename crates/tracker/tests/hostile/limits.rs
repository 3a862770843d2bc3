//! What one input may cost. `cargo xtask limits` measures all shapes on an optimized build; these are the worst.

use std::path::Path;

use tracker_test_support::Output;

use crate::{SNAPSHOTS, pane, world};

/// Memory above that of an ordinary pane, in KiB.
const MOST_KIB: u64 = 64 << 10;

fn within(name: &str, output: &Output, base: &Output) {
    let above = output.usage().peak_kib.saturating_sub(base.usage().peak_kib);
    assert!(above <= MOST_KIB, "{name}: {above} KiB above a pane");
}

/// Makes a file of zeros that no disk holds.
#[expect(clippy::disallowed_methods, reason = "a hole is made by no writer of the ledger")]
fn hole(path: &Path, len: u64) {
    std::fs::File::options().write(true).open(path).unwrap().set_len(len).unwrap();
}

#[test]
fn a_capture_above_its_cap_is_refused_and_one_below_stays_within_its_memory() {
    let parse = |bytes: Vec<u8>| world().tracker_with_stdin(&["parse", "auto", "--stdin"], bytes);
    let base = parse(pane());
    let cap = 4 << 20;
    for (name, unit) in [("home paths", "/home/u/"), ("limit rows", "5h limit: 1% used\n")] {
        within(name, &parse(unit.repeat(cap / unit.len()).into_bytes()), &base);
    }
    let output = parse(vec![b'x'; 50 << 20]);
    within("50 MiB", &output, &base);
    assert_eq!(output.code(), Some(1), "{output}");
    assert!(output.stderr().contains("standard input is longer than 4194304 bytes"), "{output}");
    assert!(output.stderr().contains("hint: give only the captured pane or report"), "{output}");
}

#[test]
fn a_ledger_of_one_line_or_of_ten_million_is_read_in_little_memory() {
    let base = world().tracker(&["preview"]);
    let env = world();
    let path = env.write(SNAPSHOTS, "");
    hole(&path, 1 << 30);
    let output = env.tracker(&["preview"]);
    within("1 GiB in one line", &output, &base);
    assert_eq!(output.code(), Some(0), "{output}");
    env.write(SNAPSHOTS, vec![b'\n'; 10_000_000]);
    for verb in ["preview", "verify"] {
        let output = env.tracker(&[verb]);
        within("ten million empty lines", &output, &base);
        assert_eq!(output.code(), Some(0), "{verb}: {output}");
    }
}

#[test]
fn a_stream_of_one_line_is_dropped_as_it_arrives() {
    let env = world();
    let base = env.tracker_with_stdin(&["ingest", "proxy-telemetry", "--window", "W0-01", "--stdin"], "{}\n");
    let path = env.write("proxy.log", "");
    hole(&path, 256 << 20);
    let words = ["ingest", "proxy-telemetry", "--window", "W0-02", "--file", "proxy.log"];
    let output = env.invoke(&words).run();
    within("256 MiB in one line", &output, &base);
    assert!(matches!(output.code(), Some(0 | 1)), "{output}");
    assert!(!output.stderr().contains("internal fault"), "{output}");
}
