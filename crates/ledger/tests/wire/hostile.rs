//! No line makes a reader panic, and none is misread.

use proptest::prelude::*;
use tracker_domain::RowRef;
use tracker_ledger::wire::snapshot::SnapshotHead;
use tracker_ledger::wire::{
    self, Stamp, WireError, anomaly, glm_count, reading, snapshot, state, usage_report, window,
};

use crate::strategies;

/// Reads a line by every reader; returns whether all refused it.
fn all_refuse(line: &[u8]) -> bool {
    let row = RowRef::default;
    let text = String::from_utf8_lossy(line);
    [
        snapshot::read(line, row()).is_err(),
        SnapshotHead::decode(line).is_err(),
        snapshot::raw_text(line).is_err(),
        window::read(line, row()).is_err(),
        glm_count::read(line, row()).is_err(),
        anomaly::read(line, row()).is_err(),
        usage_report::read(line, row()).is_err(),
        state::read(line).is_err(),
        wire::row_text(line).is_err(),
        reading::read(&text).is_err(),
    ]
    .iter()
    .all(|refused| *refused)
}

#[test]
fn what_is_no_object_is_refused_by_every_reader() {
    let deep_list = format!("{{\"window\":{}", "[".repeat(100_000));
    let deep_object = "{\"parsed\":".repeat(100_000);
    let digits = format!("{{\"window\":{}}}", "9".repeat(400));
    let lines: [&[u8]; 12] = [
        b"",
        b"\n",
        b"[]",
        b"\"text\"",
        b"{\"window\":NaN}",
        b"{\"window\":1e999}",
        b"{\"window\":\"\\udc00\"}",
        b"{\"window\":\"W0-1\"",
        b"\xff\xfe{\x00}\x00",
        deep_list.as_bytes(),
        deep_object.as_bytes(),
        digits.as_bytes(),
    ];
    for line in lines {
        assert!(all_refuse(line), "{:?}", String::from_utf8_lossy(&line[..line.len().min(40)]));
    }
}

#[test]
fn a_deep_row_is_refused_by_the_full_decode_and_survived_by_the_head() {
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(snapshot::read(deep.as_bytes(), RowRef::default()), Err(WireError::NotJson { .. })));
    assert_eq!(SnapshotHead::decode(deep.as_bytes()).map(|head| head.window), Ok(None));
}

#[test]
fn a_repeated_key_is_refused_where_two_readers_could_differ() {
    let line = br#"{"window":"W0-1","window":"W0-2","provider":"codex","provider":"codex"}"#;
    assert!(all_refuse(line));
    let inner =
        br#"{"window":"W0-1","finalized_at":"2025-10-19T12:00:00Z","features":{"codex":1,"codex":9}}"#;
    assert!(matches!(window::read(inner, RowRef::default()), Err(WireError::NotJson { .. })));
}

#[test]
fn a_newer_row_is_refused_and_never_misread() {
    let line = br#"{"schema_version":2,"window":"W0-1","provider":"codex","phase":"before",
        "captured_at":"2025-10-19T12:00:00Z","finalized_at":"2025-10-19T12:00:00Z"}"#;
    let newer = WireError::NewerSchema { found: 2, known: wire::SCHEMA_VERSION };
    assert_eq!(snapshot::read(line, RowRef::default()), Err(newer.clone()));
    assert_eq!(SnapshotHead::decode(line), Err(newer.clone()));
    assert_eq!(window::read(line, RowRef::default()), Err(newer.clone()));
    assert_eq!(glm_count::read(line, RowRef::default()), Err(newer.clone()));
    assert_eq!(anomaly::read(line, RowRef::default()), Err(newer.clone()));
    assert_eq!(usage_report::read(line, RowRef::default()), Err(newer.clone()));
    assert_eq!(newer.to_string(), "schema_version 2 is newer than 1: read it with a newer release");
}

#[test]
fn the_ledgers_own_rows_are_no_data() {
    let line = br#"{"adopt":{"offset":0,"bytes":10,"rows":1,"sha256":"00"},"seq":0,"h":"00"}"#;
    let row = RowRef::default;
    assert_eq!(snapshot::read(line, row()), Ok(snapshot::SnapshotLine::Ledger));
    assert_eq!(SnapshotHead::decode(line).map(|head| head.is_ledger_row), Ok(true));
    assert_eq!(window::read(line, row()), Ok(None));
    assert_eq!(glm_count::read(line, row()), Ok(None));
    assert_eq!(anomaly::read(line, row()), Ok(None));
    assert_eq!(usage_report::read(line, row()), Ok(None));
}

/// Any JSON value with keys that mean something.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("-0.0".to_owned()),
        Just("18446744073709551615".to_owned()),
        Just("99999999999999999999999".to_owned()),
        Just("1e308".to_owned()),
        (-1000_i32..1000).prop_map(|n| n.to_string()),
        Just("\"codex\"".to_owned()),
        Just("\"2025-10-19T12:00:00Z\"".to_owned()),
        Just("\"9999-12-31T23:59:60Z\"".to_owned()),
        Just("\"before\"".to_owned()),
        Just("\"\\u0000\\u001b[2J\"".to_owned()),
    ];
    let keys = [
        "window",
        "provider",
        "phase",
        "captured_at",
        "finalized_at",
        "notes",
        "parsed",
        "meters",
        "id",
        "level",
        "direction",
        "used",
        "used_pct",
        "left_pct",
        "errors",
        "delta",
        "before",
        "after",
        "lanes",
        "providers",
        "codex",
        "features",
        "quality",
        "5h",
        "weekly_pct",
        "prompts_used",
        "kind",
        "resets_at",
        "main#2",
        "own:",
        "meter",
        "entries",
        "unknown",
        "snapshots",
        "schema_version",
        "retracts",
        "before_at",
        "after_at",
    ];
    leaf.prop_recursive(5, 60, 8, move |inner| {
        let member = (proptest::sample::select(keys.to_vec()), inner.clone());
        prop_oneof![
            proptest::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            proptest::collection::vec(member, 0..9).prop_map(|mut members| {
                members.sort_by_key(|member| member.0);
                members.dedup_by_key(|member| member.0);
                let members: Vec<_> =
                    members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_survived(line in proptest::collection::vec(any::<u8>(), 0..80)) {
        all_refuse(&line);
    }

    #[test]
    fn any_json_is_survived(line in json()) {
        all_refuse(line.as_bytes());
    }

    #[test]
    fn a_damaged_row_is_survived(row in strategies::window(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let stamp = Stamp::new("0.1.0", "test");
        let mut line = window::write(&row, &stamp).expect("it has a form").into_bytes();
        let at = at.index(line.len());
        line[at] = byte;
        all_refuse(&line);
        line.truncate(at);
        prop_assert!(all_refuse(&line), "a cut row is no row");
    }
}
