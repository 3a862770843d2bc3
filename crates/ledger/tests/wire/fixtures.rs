//! The frozen ledgers under `fixtures/ledgers`: every released format reads the same for ever.

use std::path::PathBuf;

use serde_json::Value;
use tracker_domain::{
    CountKind, FinalizedWindow, Lane, Level, MeterId, ProviderId, RowRef, Snapshot, Tag, UsedPct,
};
use tracker_ledger::wire::snapshot::SnapshotLine;
use tracker_ledger::wire::{Stamp, anomaly, glm_count, reading, snapshot, state, usage_report, window};

fn lines(path: &str) -> Vec<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/ledgers").join(path);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(str::to_owned).collect()
}

fn snapshots(version: &str) -> Vec<Snapshot> {
    lines(&format!("{version}/snapshots.jsonl"))
        .iter()
        .filter_map(|line| match snapshot::read(line.as_bytes(), RowRef::default()) {
            Ok(SnapshotLine::Snapshot(taken)) => Some(*taken),
            Ok(_) => None,
            Err(error) => panic!("{error}: {line}"),
        })
        .collect()
}

fn windows(version: &str) -> Vec<FinalizedWindow> {
    let read = |line: &String| window::read(line.as_bytes(), RowRef::default()).expect("it reads");
    lines(&format!("{version}/windows.jsonl")).iter().filter_map(read).collect()
}

fn provider(name: &str) -> ProviderId {
    ProviderId::new(name).expect("an id")
}

#[test]
fn the_earlier_tools_snapshots_read() {
    let rows = snapshots("v0-python");
    let summary: Vec<_> = rows
        .iter()
        .map(|row| {
            let used = |id| row.reading.meter(&id).and_then(tracker_domain::Meter::used_amount);
            let lane = row.lane.as_ref().map_or("-", Lane::as_str);
            let (five, week) = (used(MeterId::FIVE_HOURS), used(MeterId::WEEKLY));
            (row.window.to_string(), row.phase.as_str(), lane.to_owned(), five, week)
        })
        .collect();
    let row =
        |window: &str, phase, lane: &str, five, week| (window.to_owned(), phase, lane.to_owned(), five, week);
    let expected = [
        row("W0-01", "before", "-", Some(0.0), Some(4.0)),
        row("W0-01", "after", "-", Some(12.0), Some(7.0)),
        row("W0-02", "before", "main", Some(1.0), Some(7.0)),
        row("W0-02", "after", "main", Some(15.0), Some(10.0)),
        row("W0-02", "after", "main", Some(16.0), Some(11.0)),
        row("W0-03", "before", "sub1", Some(3.0), Some(11.0)),
        row("W0-03", "after", "sub1", Some(9.0), Some(14.0)),
        row("W0-03", "before", "-", Some(0.0), Some(40.0)),
        row("W0-03", "after", "-", Some(22.0), Some(44.0)),
        row("W0-04", "before", "-", Some(2.0), Some(96.0)),
        row("W0-04", "after", "-", None, None),
    ];
    assert_eq!(summary, expected);
    let ids: std::collections::BTreeSet<_> = rows.iter().map(|row| row.id.clone()).collect();
    assert_eq!(ids.len(), rows.len(), "every row has a name of its own");
    assert_eq!(rows[10].reading.errors, [Tag::InsufficientData]);
}

#[test]
fn the_earlier_tools_windows_read() {
    let rows = windows("v0-python");
    let weekly: Vec<_> = rows
        .iter()
        .map(|row| row.providers[&provider("codex")].delta.get(&MeterId::WEEKLY).copied().flatten())
        .collect();
    let expected = [Some(3.0), Some(4.0), Some(4.0), Some(4.0), Some(3.0), None, None, None];
    assert_eq!(weekly, expected, "a fallen bar is no delta, booked as -91 or as 5");
    for row in &rows[6..] {
        assert!(row.providers[&provider("codex")].errors.contains(&Tag::NegativeDelta), "{}", row.window);
    }
    assert_eq!(rows[0].quality.map(tracker_domain::Quality::weight), Some(0.8));
    assert_eq!(rows[4].quality.map(tracker_domain::Quality::weight), Some(0.85));
    assert_eq!(rows.iter().filter(|row| row.window.as_str() == "W0-02").count(), 3, "history is kept");
    assert_eq!(rows[4].notes, "two lanes; late-after");
}

#[test]
fn the_earlier_tools_other_rows_read() {
    let count =
        |line: &String| glm_count::read(line.as_bytes(), RowRef::default()).expect("it reads").expect("data");
    let counts: Vec<_> = lines("v0-python/glm_counts.jsonl")
        .iter()
        .map(count)
        .map(|row| (row.kind, row.prompts_used, row.baseline))
        .collect();
    let expected = [
        (CountKind::Absolute, Some(118.0), None),
        (CountKind::Delta, Some(6.0), Some(12.0)),
        (CountKind::Absolute, None, None),
    ];
    assert_eq!(counts, expected);
    for line in lines("v0-python/anomalies.jsonl") {
        let row = anomaly::read(line.as_bytes(), RowRef::default()).expect("it reads").expect("data");
        assert_eq!((row.meter, row.blocking), (Some(MeterId::WEEKLY), true));
    }
    for file in ["codex_ccusage.jsonl", "claude_monitor.jsonl"] {
        for line in lines(&format!("v0-python/{file}")) {
            let row =
                usage_report::read(line.as_bytes(), RowRef::default()).expect("it reads").expect("data");
            assert!(!row.reading.facts.is_empty(), "{line}");
        }
    }
    let state =
        state::read(lines("v0-python/state/main/codex.json").join("\n").as_bytes()).expect("it reads");
    assert_eq!(state.current_window.map(|id| id.to_string()).as_deref(), Some("W0-05"));
}

#[test]
fn version_1_reads() {
    let rows = snapshots("v1");
    assert_eq!(rows.len(), 11);
    let left = rows[5].reading.meter(&MeterId::FIVE_HOURS).expect("a session bar");
    assert!(matches!(left.level, Some(Level::Left(_))), "the direction is the printed one");
    assert_eq!(left.used_pct().map(UsedPct::get), Some(3.0));
    let cut = rows[5].reading.meter(&MeterId::WEEKLY).expect("a weekly bar");
    assert_eq!(
        (cut.level, rows[5].reading.errors.as_slice()),
        (None, [Tag::Truncated("weekly".into())].as_slice())
    );
    let lanes = &windows("v1")[4].providers[&provider("claude")].lanes;
    assert_eq!(
        lanes.iter().map(|lane| lane.delta[&MeterId::WEEKLY]).collect::<Vec<_>>(),
        [Some(4.0), Some(2.0)]
    );
}

/// Reads a row of version 1 and writes it again.
fn rewrite(file: &str, line: &str) -> String {
    let row: Value = serde_json::from_str(line).expect("a row is JSON");
    let text = |key: &str| row[key].as_str().unwrap_or_default();
    let lane = row["agent_id"].as_str().and_then(|id| Lane::new(id).ok());
    let stamp = Stamp::new(text("tool_version"), text("source")).with_agent(lane.as_ref());
    let (bytes, at) = (line.as_bytes(), RowRef::default());
    let parsed = reading::read(&row["parsed"].to_string()).ok();
    let written = match file {
        "snapshots.jsonl" => match snapshot::read(bytes, at).expect("it reads") {
            SnapshotLine::Snapshot(taken) => snapshot::write(&taken, text("raw_text"), text("tool_version")),
            SnapshotLine::Retraction(withdrawn) => snapshot::write_retraction(&withdrawn, &stamp),
            other => panic!("{other:?}"),
        },
        "windows.jsonl" => window::write(&window::read(bytes, at).expect("it reads").expect("data"), &stamp),
        "glm_counts.jsonl" => {
            let count = glm_count::read(bytes, at).expect("it reads").expect("data");
            glm_count::write(&count, parsed.as_ref(), text("raw_text"), &stamp)
        }
        "anomalies.jsonl" => {
            anomaly::write(&anomaly::read(bytes, at).expect("it reads").expect("data"), &stamp)
        }
        _ => {
            let report = usage_report::read(bytes, at).expect("it reads").expect("data");
            usage_report::write(&report, text("raw_text"), &stamp)
        }
    };
    written.expect("it has a form")
}

#[test]
fn version_1_is_written_byte_for_byte_as_it_was_frozen() {
    let files = [
        "snapshots.jsonl",
        "windows.jsonl",
        "glm_counts.jsonl",
        "anomalies.jsonl",
        "codex_ccusage.jsonl",
        "claude_monitor.jsonl",
    ];
    for file in files {
        for (at, line) in lines(&format!("v1/{file}")).iter().enumerate() {
            assert_eq!(&rewrite(file, line), line, "{file}:{}", at + 1);
        }
    }
}
