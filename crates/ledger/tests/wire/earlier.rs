//! Rows as the earlier tool wrote them, literally.

use chrono::{DateTime, Utc};
use tracker_domain::{
    AnomalyKind, CountKind, Fact, Lane, Meter, MeterId, Outcome, Phase, ProviderId, QualityScale, RowRef,
    Snapshot, Tag, UsedPct,
};
use tracker_ledger::wire::snapshot::SnapshotLine;
use tracker_ledger::wire::state::AliasState;
use tracker_ledger::wire::{WireError, anomaly, glm_count, snapshot, state, usage_report, window};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn provider(name: &str) -> ProviderId {
    ProviderId::new(name).expect("an id")
}

fn taken(line: &str) -> Snapshot {
    match snapshot::read(line.as_bytes(), RowRef::default()) {
        Ok(SnapshotLine::Snapshot(snapshot)) => *snapshot,
        other => panic!("no snapshot: {other:?}"),
    }
}

/// A snapshot row whose `parsed` is given.
fn with_parsed(provider: &str, parsed: &str) -> Snapshot {
    taken(&format!(
        r#"{{"window":"W0-19","provider":"{provider}","phase":"before","captured_at":"2025-10-19T05:59:12Z",
            "parsed":{parsed}}}"#
    ))
}

#[test]
fn a_codex_pane_is_percent_used() {
    let row = taken(
        r#"{"window": "W0-19", "provider": "codex", "phase": "after", "captured_at":
        "2025-10-19T05:59:12.123456+00:00", "notes": "after-clean AGENT_ID=sub1, late-after", "raw_text": "x",
        "parsed": {"fiveh_pct": 3, "fiveh_resets": "14:01", "weekly_pct": 10, "weekly_resets": "21:11 on 25 Oct",
        "errors": ["multi-pane-trimmed"]}, "source": "alias", "schema_version": "1.2", "tool_version": "0.3.0"}"#,
    );
    assert_eq!(row.window.as_str(), "W0-19");
    assert_eq!(row.phase, Phase::After);
    assert_eq!(row.captured_at, at("2025-10-19T05:59:12.123456Z"));
    assert_eq!(row.lane.as_ref().map(Lane::as_str), Some("sub1"));
    assert_eq!(row.source, "alias");
    assert_eq!(row.reading.errors, [Tag::MultiPaneTrimmed]);
    let five_hours = row.reading.meter(&MeterId::FIVE_HOURS).expect("a session bar");
    assert_eq!(five_hours.used_pct().map(UsedPct::get), Some(3.0));
    assert_eq!((five_hours.resets_raw.as_deref(), five_hours.resets_at), (Some("14:01"), None));
    assert_eq!(five_hours.window_minutes, Some(300));
    let weekly = row.reading.meter(&MeterId::WEEKLY).expect("a weekly bar");
    assert_eq!(weekly.used_amount(), Some(10.0));
}

#[test]
fn a_claude_pane_binds_its_rows_by_name() {
    let row = with_parsed(
        "claude",
        r#"{"session_pct":22,"session_resets":"8:59pm","all_models_pct":"90","all_models_resets":null,
            "opus_pct":null,"opus_resets":null,"errors":[]}"#,
    );
    let used = |id: &MeterId| row.reading.meter(id).and_then(Meter::used_amount);
    assert_eq!(used(&MeterId::FIVE_HOURS), Some(22.0));
    assert_eq!(used(&MeterId::WEEKLY), Some(90.0));
    assert_eq!(row.reading.meters.len(), 2, "a null without a reset is no row of the pane");
    let opus = with_parsed("claude", r#"{"opus_pct":0,"sonnet_pct":7}"#);
    assert_eq!(opus.reading.meter(&MeterId::scoped_weekly("Opus")).and_then(Meter::used_amount), Some(0.0));
    assert_eq!(opus.reading.meter(&MeterId::scoped_weekly("Sonnet")).and_then(Meter::used_amount), Some(7.0));
}

#[test]
fn a_value_that_is_no_percentage_is_unknown_and_tagged() {
    for parsed in [r#"{"weekly_pct":"1,234.5"}"#, r#"{"weekly_pct":-4}"#, r#"{"weekly_pct":[3]}"#] {
        let row = with_parsed("codex", parsed);
        assert_eq!(row.reading.meter(&MeterId::WEEKLY).map(|meter| meter.level), Some(None), "{parsed}");
        assert_eq!(row.reading.errors, [Tag::Other("invalid:weekly_pct".into())], "{parsed}");
    }
    let over = with_parsed("codex", r#"{"weekly_pct":104}"#);
    assert_eq!(over.reading.meter(&MeterId::WEEKLY).and_then(Meter::used_amount), Some(104.0));
    assert_eq!(over.reading.errors, [Tag::Over100]);
}

#[test]
fn a_reset_instant_is_taken_only_where_the_row_has_one() {
    let row = with_parsed(
        "codex",
        r#"{"weekly_pct":1,"weekly_resets":"21:11","weekly_resets_at":"2025-10-25T13:11:00Z"}"#,
    );
    let weekly = row.reading.meter(&MeterId::WEEKLY).expect("a weekly bar");
    assert_eq!(weekly.resets_at, Some(at("2025-10-25T13:11:00Z")));
}

#[test]
fn a_row_without_a_name_gets_one_from_its_bytes() {
    let line =
        r#"{"window":"W0-1","provider":"codex","phase":"before","captured_at":"2025-10-19T05:59:12Z"}"#;
    assert_eq!(taken(line).id.as_str(), "s-ce0f30d1ac3eecdf");
    assert_eq!(taken(line).id, taken(&format!("{line}\n")).id, "the line end is no part of the row");
    assert_ne!(taken(line).id, taken(&line.replace("W0-1", "W0-2")).id);
}

#[test]
fn lanes_come_from_the_field_or_the_notes() {
    let lane = |extra: &str| {
        let line = format!(
            r#"{{"window":"W0-1","provider":"codex","phase":"before","captured_at":"2025-10-19T05:59:12Z",{extra}}}"#
        );
        let row = taken(&line);
        (row.lane.map(|lane| lane.to_string()), row.reading.errors)
    };
    assert_eq!(lane(r#""notes":"agent:sub2""#).0.as_deref(), Some("sub2"));
    assert_eq!(lane(r#""notes":["x","AGENT_ID=sub3"]"#).0.as_deref(), Some("sub3"));
    assert_eq!(lane(r#""notes":"AGENT_ID=sub1","agent_id":"main""#).0.as_deref(), Some("main"));
    assert_eq!(lane(r#""notes":"my-agent:x AGENT_ID=""#).0, None);
    assert_eq!(lane(r#""agent_id":"../x""#), (None, vec![Tag::Other("invalid:agent_id".into())]));
}

#[test]
fn a_row_that_lacks_what_it_needs_names_the_field() {
    let cases = [
        (r#"{"provider":"codex"}"#, "window is missing"),
        (r#"{"window":"W 1"}"#, r#"window is not an identifier (1-64 of A-Z a-z 0-9 . _ -): "W 1""#),
        (r#"{"window":"W1","provider":null}"#, "provider is missing"),
        (
            r#"{"window":"W1","provider":"codex","phase":"during","captured_at":"2025-10-19T05:59:12Z"}"#,
            r#"phase is not before or after: "during""#,
        ),
        (r#"{"window":"W1","provider":"codex","phase":"after"}"#, "captured_at is missing"),
        (
            "{\"window\":\"W1\",\"provider\":\"codex\",\"phase\":\"after\",\"captured_at\":\"\\u001b[2J\"}",
            r#"captured_at is not an RFC 3339 time: "\u{1b}[2J""#,
        ),
        (
            r#"{"window":"W1","provider":"codex","phase":"after","captured_at":"2025-10-19T05:59:12"}"#,
            r#"captured_at is not an RFC 3339 time: "2025-10-19T05:59:12""#,
        ),
        (
            r#"{"window":"W1","provider":"codex","phase":"after","captured_at":1760853552}"#,
            r#"captured_at is not an RFC 3339 time: "1760853552""#,
        ),
    ];
    for (line, text) in cases {
        let error = snapshot::read(line.as_bytes(), RowRef::default()).expect_err(line);
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn a_window_row_keeps_its_deltas_by_meter() {
    let line = r#"{"window":"W0-19","finalized_at":"2025-10-19T12:00:00+00:00",
        "features":{"codex":3,"claude":0,"glm":"2.5","later":null},"quality_score":4.0,"quality":4.0,
        "outcome":"pass","notes":["a","b"],"methodology":"","spec_version":1.6,"cls":"0.4",
        "providers":{"codex":{
            "before":{"fiveh_pct":3,"fiveh_resets":"14:01","weekly_pct":10,"weekly_resets":null,"model":"gpt-5",
                "context_left_pct":53,"errors":["manual-override"]},
            "after":{"fiveh_pct":9,"weekly_pct":null,"errors":[]},
            "delta":{"fiveh_pct":6,"weekly_pct":null},
            "captured_at":{"before":"2025-10-19T05:59:12+00:00","after":null},
            "notes":"AGENT_ID=main","errors":["manual-override"]},
          "claude":{"delta":{"session_pct":6.5,"all_models_pct":-91}}}}"#;
    let row = window::read(line.as_bytes(), RowRef::default()).expect("it reads").expect("a window");
    assert_eq!(row.features.get(&provider("glm")), Some(&2.5));
    assert_eq!(row.features.get(&provider("later")), None, "null is unknown, not 0");
    assert_eq!(row.quality.map(|q| (q.get(), q.scale())), Some((4.0, QualityScale::Rubric)));
    assert_eq!((row.outcome, row.notes.as_str()), (Some(Outcome::Pass), "a; b"));
    assert_eq!((row.methodology, row.spec_version.as_deref(), row.cls), (None, Some("1.6"), Some(0.4)));
    let codex = &row.providers[&provider("codex")];
    assert_eq!(codex.delta.get(&MeterId::FIVE_HOURS), Some(&Some(6.0)));
    assert_eq!(codex.delta.get(&MeterId::WEEKLY), Some(&None));
    assert_eq!(codex.before.used.len(), 2, "a context is no meter: {:?}", codex.before.used);
    assert_eq!(codex.before.resets_raw.get(&MeterId::FIVE_HOURS).map(String::as_str), Some("14:01"));
    assert_eq!((codex.before_at, codex.after_at), (Some(at("2025-10-19T05:59:12Z")), None));
    assert_eq!(codex.notes, ["AGENT_ID=main"]);
    let claude = &row.providers[&provider("claude")];
    assert_eq!(claude.delta.get(&MeterId::FIVE_HOURS), Some(&Some(6.5)));
    assert_eq!(claude.delta.get(&MeterId::WEEKLY), Some(&None), "a stored delta below 0 is no use");
    assert_eq!(claude.errors, [Tag::NegativeDelta]);
}

#[test]
fn a_fall_that_was_booked_as_a_rise_is_no_delta() {
    let line = r#"{"window":"W0-06","finalized_at":"2025-10-26T10:10:00Z","providers":{"codex":{
        "before":{"fiveh_pct":1,"weekly_pct":97},"after":{"fiveh_pct":8,"weekly_pct":2},
        "delta":{"fiveh_pct":7,"weekly_pct":5}}}}"#;
    let row = window::read(line.as_bytes(), RowRef::default()).expect("it reads").expect("a window");
    let codex = &row.providers[&provider("codex")];
    assert_eq!(codex.delta.get(&MeterId::WEEKLY), Some(&None));
    assert_eq!(codex.delta.get(&MeterId::FIVE_HOURS), Some(&Some(7.0)));
    assert_eq!(codex.errors, [Tag::NegativeDelta]);
}

#[test]
fn a_window_row_with_a_feature_count_that_is_none_is_refused() {
    for features in [r#"{"codex":-1}"#, r#"{"codex":"three"}"#, r#"{"codex":true}"#] {
        let line =
            format!(r#"{{"window":"W0-19","finalized_at":"2025-10-19T12:00:00Z","features":{features}}}"#);
        let error = window::read(line.as_bytes(), RowRef::default()).expect_err(features);
        assert!(matches!(error, WireError::Invalid { field: "features", .. }), "{error}");
    }
}

#[test]
fn a_quality_outside_its_scales_is_unknown() {
    let quality = |value: &str| {
        let line = format!(r#"{{"window":"W0-19","finalized_at":"2025-10-19T12:00:00Z","quality":{value}}}"#);
        let row = window::read(line.as_bytes(), RowRef::default()).expect("it reads").expect("a window");
        row.quality.map(tracker_domain::Quality::get)
    };
    assert_eq!(quality("0.85"), Some(0.85));
    assert_eq!(quality("\"5\""), Some(5.0));
    assert_eq!(quality("9"), None);
    assert_eq!(quality("-1"), None);
    assert_eq!(quality("null,\"quality_score\":2"), Some(2.0));
}

#[test]
fn counts_without_a_kind_are_deltas_only_when_an_alias_stored_them() {
    let count = |extra: &str| {
        let line =
            format!(r#"{{"window":"W0-02","provider":"glm","captured_at":"2025-11-05T10:02:17Z",{extra}}}"#);
        glm_count::read(line.as_bytes(), RowRef::default()).expect("it reads").expect("a count")
    };
    let ingested =
        count(r#""source":"ingest","prompts_used":118.0,"parsed":{"prompts_used":118.0,"errors":[]}"#);
    assert_eq!((ingested.kind, ingested.prompts_used), (CountKind::Absolute, Some(118.0)));
    assert_eq!(ingested.count_source, "unknown");
    let alias = count(r#""source":"alias","prompts_used":6,"parsed":{"baseline":12}"#);
    assert_eq!((alias.kind, alias.baseline), (CountKind::Delta, Some(12.0)));
    let labelled = count(r#""source":"ingest","prompts_used":6,"kind":"delta","notes":null"#);
    assert_eq!((labelled.kind, labelled.prompts_used), (CountKind::Delta, Some(6.0)));
}

#[test]
fn a_count_of_0_that_stands_for_nothing_found_is_unknown() {
    let count = |prompts: &str, parsed: &str| {
        let line = format!(
            r#"{{"window":"W0-02","provider":"glm","captured_at":"2025-11-05T10:02:17Z","source":"ingest",
                "prompts_used":{prompts},"parsed":{parsed}}}"#
        );
        let row = glm_count::read(line.as_bytes(), RowRef::default()).expect("it reads").expect("a count");
        (row.prompts_used, row.errors)
    };
    assert_eq!(count("0.0", r#"{"prompts_used":0.0,"errors":[]}"#), (Some(0.0), vec![]));
    let unknown = (None, vec![Tag::InsufficientData]);
    assert_eq!(count("0.0", r#"{"errors":[]}"#), unknown);
    assert_eq!(count("0.0", r#"{"prompts_used":0.0,"errors":["insufficient-data"]}"#), unknown);
    assert_eq!(count("-3", "{}"), (None, vec![Tag::Other("invalid:prompts_used".into())]));
}

#[test]
fn an_anomaly_names_the_meter_that_fell() {
    let line = r#"{"window":"W0-19","provider":"codex","captured_at":"2025-10-19T12:00:00+00:00",
        "notes":"negative-delta-detected","delta":{"fiveh_pct":6,"weekly_pct":-91},
        "before":{"fiveh_pct":3,"weekly_pct":96,"errors":[]},"after":{"fiveh_pct":9,"weekly_pct":5,"errors":[]},
        "source":"finalize"}"#;
    let row = anomaly::read(line.as_bytes(), RowRef::default()).expect("it reads").expect("an anomaly");
    assert_eq!((row.kind, row.cause, row.blocking), (AnomalyKind::NegativeDelta, None, true));
    assert_eq!((row.meter, row.before, row.after), (Some(MeterId::WEEKLY), Some(96.0), Some(5.0)));
    assert!(row.snapshots.is_empty());

    let bare =
        r#"{"window":"W0-19","provider":"codex","captured_at":"2025-10-19T12:00:00Z","notes":"late-after"}"#;
    let row = anomaly::read(bare.as_bytes(), RowRef::default()).expect("it reads").expect("an anomaly");
    assert_eq!((row.kind, row.meter, row.blocking), (AnomalyKind::LateAfter, None, false));
}

#[test]
fn usage_reports_keep_every_figure_under_its_name() {
    let line = r#"{"window":"W0-19","provider":"codex-ccusage","scope":"weekly",
        "captured_at":"2025-10-19T12:00:00Z","notes":"","raw_text":"{}","source":"ingest",
        "parsed":{"scope":"weekly","weekly":{"percent_used":40.5,"tokens_used":1200000},
            "reset_at":"2025-10-25","cost_usd":1.5,"errors":[],
            "days":[{"date":"2025-10-18","total_tokens":7,"cost_usd":0.5,"percent_used":null}]}}"#;
    let row = usage_report::read(line.as_bytes(), RowRef::default()).expect("it reads").expect("a report");
    let fact = |name: &str| row.reading.facts.get(name).cloned();
    assert_eq!(row.scope.as_deref(), Some("weekly"));
    assert_eq!(fact("weekly_percent_used"), Some(Fact::Number(40.5)));
    assert_eq!(fact("weekly_tokens_used"), Some(Fact::Count(1_200_000)));
    assert_eq!(fact("reset_at"), Some(Fact::Text("2025-10-25".into())));
    assert!(row.reading.meters.is_empty(), "a report of tokens has no meter of the provider");
    assert_eq!(row.reading.entries.len(), 1);
    assert_eq!(
        (row.reading.entries[0].key.as_str(), row.reading.entries[0].total_tokens),
        ("2025-10-18", Some(7))
    );
}

#[test]
fn a_damaged_state_tells_what_it_can() {
    let text = r#"{"provider":"glm","current_window":"W 0","last_phase":"before","baseline_prompts":"12",
        "updated_at":"yesterday","extra":1}"#;
    let read = state::read(text.as_bytes()).expect("it is JSON");
    let expected = AliasState {
        provider: Some(provider("glm")),
        last_phase: Some(Phase::Before),
        baseline_prompts: Some(12.0),
        ..AliasState::default()
    };
    assert_eq!(read, expected);
    assert!(state::read(b"{\"provider\":").is_err());
}
