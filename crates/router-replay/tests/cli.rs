//! The tool in the caller's process: what it prints, writes and exits with.
#![expect(clippy::disallowed_methods, reason = "a test writes its fixture")]

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use tracker_cli_support::{Exit, Ui, run_with};
use tracker_domain::{FinalizedWindow, MeterId, ProviderWindow, Quality};
use tracker_ledger::wire::{Stamp, window};

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Page {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("one thread").clone()).expect("text")
    }
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("one thread").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs one command line on a data dir: exit, standard output, standard error.
fn run(dir: &Path, line: &str) -> (Exit, String, String) {
    let (out, err) = (Page::default(), Page::default());
    let words = line.split_whitespace().map(OsString::from);
    let args = [OsString::from("router-replay"), "--data-dir".into(), dir.into()].into_iter().chain(words);
    let exit = run_with(Ui::new(out.clone(), err.clone()), args, router_replay::run);
    (exit, out.text(), err.text())
}

/// Writes a data dir of two arms: a cheap good and a dear better one.
fn data_dir(windows: i64) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let mut text = String::new();
    for at in 0..2 * windows {
        let begun = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::hours(5 * at);
        let mut row = FinalizedWindow::new(format!("W0-{at}").parse().expect("a window"), begun);
        let (name, features, points) = [("codex", 1.0, 1.0), ("claude", 2.0, 12.0)][usize::from(at % 2 == 1)];
        row.quality = Quality::typed(0.9).ok();
        row.features.insert(name.parse().expect("a provider"), features);
        let used = points + (at % 6) as f64 / 2.0;
        let of = ProviderWindow {
            delta: [(MeterId::WEEKLY, Some(used))].into(),
            before_at: Some(begun),
            after_at: Some(begun + TimeDelta::hours(3)),
            ..ProviderWindow::default()
        };
        row.providers.insert(name.parse().expect("a provider"), of);
        text.push_str(&window::write(&row, &Stamp::new("0.1.0", "complete")).expect("a row"));
        text.push('\n');
    }
    std::fs::write(dir.path().join("windows.jsonl"), text).expect("a test writes its ledger");
    dir
}

#[test]
fn a_replay_prints_its_verdict_and_the_same_seed_gives_the_same_bytes() {
    let dir = data_dir(10);
    let (exit, out, err) = run(dir.path(), "--strategy bwk --baseline greedy --replicates 40 --seed 7");
    assert_eq!((exit, err.as_str()), (Exit::Ok, ""));
    for part in [
        "Router replay: bwk against greedy, 6 weeks",
        "Caps: claude weekly 90 pp a week",
        "Replay: ",
        "bound=",
    ] {
        assert!(out.contains(part), "{part} in {out}");
    }
    assert_eq!(out.matches("cap violations=0").count(), 2);
    assert_eq!(run(dir.path(), "--replicates 40 --seed 7").1, out);
    let files: Vec<_> = std::fs::read_dir(dir.path()).expect("the folder").collect();
    assert_eq!(files.len(), 1, "a replay stores nothing: {files:?}");
}

#[test]
fn json_is_the_row_and_the_plot_is_written_where_it_is_asked_for() {
    let dir = data_dir(8);
    let plot = dir.path().join("replay.svg");
    let (exit, out, _) = run(dir.path(), &format!("--replicates 20 --json --plot {}", plot.display()));
    assert_eq!(exit, Exit::Ok);
    let row: serde_json::Value = serde_json::from_str(&out).expect("one JSON value");
    assert_eq!(
        (row["source"].as_str(), row["policies"][0]["cap_violations"].as_u64()),
        (Some("router-replay"), Some(0))
    );
    let drawn = std::fs::read_to_string(&plot).expect("the drawing");
    assert!(drawn.starts_with("<svg") && drawn.ends_with("</svg>\n"));
}

#[test]
fn exit_codes_are_those_of_the_contract() {
    let few = data_dir(3);
    let (exit, out, _) = run(few.path(), "");
    assert_eq!(exit, Exit::Ok);
    assert!(out.contains("Replay: refused: arm claude has 3 windows, a replay needs 5 of each arm"), "{out}");
    assert_eq!(run(few.path(), "--exit-code").0, Exit::Refused);
    let enough = data_dir(20);
    let (exit, out, _) =
        run(enough.path(), "--exit-code --strategy greedy-prd --baseline oracle --replicates 40");
    assert!(out.contains("(worse)"), "{out}");
    assert_eq!(exit, Exit::NoGo);
}

#[test]
fn what_makes_no_sense_is_a_usage_error_with_a_hint() {
    let dir = data_dir(6);
    for line in [
        "--strategy bwk --baseline bwk",
        "--strategy best",
        "--weeks 0",
        "--replicates 1",
        "--buffer 100",
        "--prompts-a-week glm",
        "--by lane",
        "--format csv",
        "bench --seeds 1",
    ] {
        let (exit, out, err) = run(dir.path(), line);
        assert_eq!((exit, out.as_str()), (Exit::Usage, ""), "{line}: {err}");
    }
    let (exit, _, err) = run(&dir.path().join("nowhere"), "");
    assert!(exit == Exit::Failed && err.contains("hint: "), "{err}");
    let (exit, out, _) = run(dir.path(), "--weeks 1000000000");
    assert!(exit == Exit::Ok && out.contains("refused: the replay would take"), "{out}");
}

#[test]
fn bench_prints_a_row_for_each_world_and_policy() {
    let dir = data_dir(1);
    let (exit, out, _) =
        run(dir.path(), "bench --seeds 3 --world W1 --world w3 --policy bwk --policy greedy");
    assert_eq!((exit, out.lines().count()), (Exit::Ok, 4), "{out}");
    let (_, csv, _) = run(dir.path(), "bench --seeds 3 --world W1 --policy bwk --format csv");
    assert!(csv.starts_with("world,policy,share") && csv.lines().count() == 2, "{csv}");
}

#[test]
fn bench_as_json_is_what_its_schema_promises() {
    let dir = data_dir(1);
    let (exit, out, _) = run(dir.path(), "bench --seeds 2 --from 9 --world W3 --policy bwk --json");
    assert_eq!(exit, Exit::Ok);
    let output: serde_json::Value = serde_json::from_str(&out).expect("one JSON value");
    assert_eq!((&output["seeds"], &output["from"]), (&2.into(), &9.into()));
    let [(_, schema)] = router_replay::wire::schemas();
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("a schema is JSON");
    let keys = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().expect("an object").keys().cloned().collect()
    };
    assert_eq!(keys(&output), keys(&schema["properties"]));
    let row = &output["rows"][0];
    assert_eq!(keys(row), keys(&schema["$defs"]["RouterBenchRow"]["properties"]));
    assert_eq!((row["world"].as_str(), row["cap_violations"].as_u64()), (Some("W3"), Some(0)));
    assert!(row["difference"].as_f64() > Some(0.0), "{row}");
}
