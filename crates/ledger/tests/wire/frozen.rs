//! Every kind of row is stamped, and every kind has a frozen file that reads and is written again byte for byte.

use std::path::PathBuf;

use serde_json::Value;
use tracker_domain::{Lane, RowRef};
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::{self, Stamp, churn, evidence, job_run, meter_reading, replay, telemetry};

/// Schemas of what is no row of a ledger: a cache, and what `parse` prints.
const NO_ROWS: [&str; 2] = ["alias_state.schema.json", "reading.schema.json"];

/// Ledgers whose rows no command of this release writes yet.
const NOT_WRITTEN: [LedgerFile; 3] = [LedgerFile::FEATURES, LedgerFile::PANEL_VOTES, LedgerFile::TOKEN_PLAN];

fn frozen(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/ledgers/v1").join(file)
}

fn lines(file: &str) -> Vec<String> {
    std::fs::read_to_string(frozen(file)).expect("a frozen file").lines().map(str::to_owned).collect()
}

#[test]
fn every_kind_of_row_carries_both_versions_and_its_source() {
    let rows = wire::schemas().into_iter().filter(|(name, _)| !NO_ROWS.contains(name));
    let mut count = 0;
    for (name, text) in rows {
        let schema: Value = serde_json::from_str(&text).expect("a schema is JSON");
        let required = schema["required"].as_array().expect("a list");
        for key in ["schema_version", "tool_version", "source"] {
            assert!(required.iter().any(|word| word == key), "{name}: {key} may be missing");
        }
        count += 1;
    }
    assert!(count >= 11, "{count} kinds");
}

#[test]
fn every_ledger_has_a_frozen_file_of_version_1() {
    for file in LedgerFile::KNOWN {
        let is_there = frozen(file.name()).exists();
        assert!(is_there || NOT_WRITTEN.contains(file), "fixtures/ledgers/v1/{file} is missing");
    }
}

#[test]
fn frozen_rows_of_churn_evidence_jobs_and_meters_are_written_byte_for_byte() {
    for file in ["churn.jsonl", "evidence.jsonl", "job_runs.jsonl", "meters.jsonl"] {
        for line in lines(file) {
            let row: Value = serde_json::from_str(&line).expect("a row is JSON");
            let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
            let (version, source) = (text("tool_version"), text("source"));
            let lane = Lane::new(text("agent_id")).ok();
            let stamp = Stamp::new(&version, &source).with_agent(lane.as_ref());
            let (bytes, at) = (line.as_bytes(), RowRef::default());
            let written = match file {
                "churn.jsonl" => churn::write(&churn::read(bytes, at).unwrap().unwrap(), &stamp),
                "evidence.jsonl" => evidence::write(&evidence::read(bytes, at).unwrap().unwrap(), &stamp),
                "job_runs.jsonl" => job_run::write(&job_run::read(bytes, at).unwrap().unwrap(), &stamp),
                _ => meter_reading::write(&meter_reading::read(bytes, at).unwrap().unwrap(), &stamp),
            };
            assert_eq!(written.expect("it has a form"), line, "{file}");
        }
    }
}

#[test]
fn frozen_telemetry_and_replays_read() {
    let rows = lines("proxy_telemetry.jsonl");
    let events: usize = rows
        .iter()
        .map(|line| telemetry::read(line.as_bytes(), RowRef::default()).unwrap().unwrap().events().count())
        .sum();
    assert_eq!(events, 4);
    let said = replay::summary(lines("replay.jsonl")[0].as_bytes()).unwrap();
    assert_eq!(said.as_deref(), Some("+5.8% [-0.4, +26.1] (not enough evidence)"));
}
