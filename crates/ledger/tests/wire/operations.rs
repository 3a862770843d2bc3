//! The rows of a session's operations: tokens, features, the panel. They read back equal, fit their schemas, stay as
//! they were frozen, and their mirror cells hold what a spreadsheet needs.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use serde_json::Value;
use tracker_domain::{
    FeatureKind, FeatureRecord, Lane, PanelDecision, PanelRule, PanelVerdict, PanelVote, ProviderId, RowRef,
    Vote, WindowId,
};
use tracker_ledger::wire::panel::PanelLine;
use tracker_ledger::wire::token_plan::{TokenPlanKind, TokenPlanRow};
use tracker_ledger::wire::{Stamp, feature, panel, token_plan};

use crate::schemas::check_line;

const ID: &str = "[A-Za-z0-9_][A-Za-z0-9._-]{0,8}";

fn stamp() -> Stamp<'static> {
    Stamp::new("0.1.0", "test")
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![r"\PC{0,12}", r#"[\x00-\x1f"\\,;=\u{2028}\u{202e}]{0,4}"#]
}

fn filled() -> impl Strategy<Value = String> {
    text().prop_filter("says something", |text| !text.is_empty())
}

fn window() -> impl Strategy<Value = WindowId> {
    ID.prop_map(|id| WindowId::new(id).expect("an id"))
}

fn lane() -> impl Strategy<Value = Lane> {
    ID.prop_map(|id| Lane::new(id).expect("an id"))
}

fn provider() -> impl Strategy<Value = ProviderId> {
    ID.prop_map(|id| ProviderId::new(id).expect("an id"))
}

fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    (0_i64..253_402_300_799).prop_map(|at| DateTime::from_timestamp(at, 0).expect("within the years 0-9999"))
}

fn feature_row() -> impl Strategy<Value = FeatureRecord> {
    let who = (window(), of(provider()), of(filled()), any::<bool>(), of(lane()), instant());
    let words = (of(filled()), of(filled()), of(filled()), text());
    let commits = (of(filled()), of(filled()), of(filled()), of(filled()));
    (any::<bool>(), who, words, commits, of(any::<u64>()), of(any::<u64>())).prop_map(
        |(is_logged, who, words, commits, added, removed)| {
            let kind = if is_logged { FeatureKind::Logged } else { FeatureKind::Reserved };
            let mut row = FeatureRecord::new(kind, who.0, who.5);
            (row.provider, row.capability, row.is_new, row.lane) = (who.1, who.2, who.3, who.4);
            (row.feature_file, row.scenario, row.description, row.notes) = words;
            (row.commit, row.baseline_commit, row.implementation_commit, row.docs_commit) = commits;
            (row.lines_added, row.lines_removed) = (added, removed);
            row
        },
    )
}

fn token_row() -> impl Strategy<Value = TokenPlanRow> {
    let kinds = [TokenPlanKind::Plan, TokenPlanKind::Snapshot, TokenPlanKind::Checkpoint];
    let who = (of(window()), of(provider()), of(lane()), instant());
    let words = (of(filled()), of(filled()), text(), of(filled()), text());
    let commits = (of(filled()), of(filled()), of(any::<u64>()), of(any::<u64>()), of(any::<u64>()));
    let tokens = (of(any::<u64>()), of(any::<u64>()), of(0.0..1e9_f64), of(any::<u64>()));
    (proptest::sample::select(kinds.to_vec()), who, words, commits, tokens).prop_map(
        |(kind, who, words, commits, tokens)| {
            let mut row = TokenPlanRow::new(kind, words.2, who.3);
            (row.window, row.provider, row.lane) = (who.0, who.1, who.2);
            (row.operation, row.session, row.decision, row.notes) = (words.0, words.1, words.3, words.4);
            (row.commit_start, row.commit_end, row.commits, row.lines_added, row.lines_deleted) = commits;
            (row.planned, row.actual, row.features_added, row.tests_added) = tokens;
            row
        },
    )
}

fn vote() -> impl Strategy<Value = Vote> {
    proptest::sample::select(vec![Vote::Approve, Vote::Reject, Vote::Abstain])
}

fn vote_row() -> impl Strategy<Value = PanelVote> {
    let who = (filled(), of(window()), filled(), of(lane()), instant());
    (who, vote(), text(), any::<bool>()).prop_map(|(who, vote, rationale, is_blocking)| PanelVote {
        feature: who.0,
        window: who.1,
        model: who.2,
        vote,
        rationale,
        is_blocking,
        captured_at: who.4,
        lane: who.3,
        row: RowRef::default(),
    })
}

fn decision_row() -> impl Strategy<Value = PanelDecision> {
    let verdicts =
        [PanelVerdict::Approved, PanelVerdict::Rejected, PanelVerdict::Tied, PanelVerdict::Pending];
    let rules = [PanelRule::TwoOfThree, PanelRule::OneOfTwo];
    let who = (filled(), of(window()), of(lane()), instant());
    let what = (proptest::sample::select(verdicts.to_vec()), proptest::sample::select(rules.to_vec()));
    let votes = (vec((text(), of(vote())), 0..4), of((text(), of(vote()))));
    (who, what, votes, vec(text(), 0..2), vec(text(), 0..2)).prop_map(
        |(who, (verdict, rule), (votes, tie_breaker), tier2, guardrail)| PanelDecision {
            feature: who.0,
            window: who.1,
            verdict,
            rule,
            votes,
            tie_breaker,
            tier2,
            guardrail,
            captured_at: who.3,
            lane: who.2,
            row: RowRef::default(),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn features_read_back(written in feature_row()) {
        let line = feature::write(&written, &stamp()).expect("it has a form");
        check_line("feature.schema.json", &line);
        prop_assert_eq!(feature::read(line.as_bytes(), RowRef::default()), Ok(Some(written)));
    }

    #[test]
    fn token_rows_read_back(written in token_row()) {
        let line = token_plan::write(&written, &stamp()).expect("it has a form");
        check_line("token_plan.schema.json", &line);
        prop_assert_eq!(token_plan::read(line.as_bytes(), RowRef::default()), Ok(Some(written)));
    }

    #[test]
    fn votes_read_back(written in vote_row()) {
        let line = panel::write_vote(&written, &stamp()).expect("it has a form");
        check_line("panel_vote.schema.json", &line);
        prop_assert_eq!(panel::read(line.as_bytes(), RowRef::default()), Ok(Some(PanelLine::Vote(written))));
    }

    #[test]
    fn decisions_read_back(written in decision_row()) {
        let line = panel::write_decision(&written, &stamp()).expect("it has a form");
        check_line("panel_decision.schema.json", &line);
        let read = panel::read(line.as_bytes(), RowRef::default());
        prop_assert_eq!(read, Ok(Some(PanelLine::Decision(written))));
    }
}

fn lines(file: &str) -> Vec<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/ledgers/v1").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(str::to_owned).collect()
}

/// Reads a frozen row and writes it again.
fn rewrite(file: &str, line: &str) -> String {
    let row: Value = serde_json::from_str(line).expect("a row is JSON");
    let stamp = Stamp::new("0.1.0", row["source"].as_str().expect("a source"));
    let at = RowRef::default();
    let written = match file {
        "features.jsonl" => {
            feature::write(&feature::read(line.as_bytes(), at).expect("it reads").expect("data"), &stamp)
        }
        "token_plan.jsonl" => token_plan::write(
            &token_plan::read(line.as_bytes(), at).expect("it reads").expect("data"),
            &stamp,
        ),
        _ => match panel::read(line.as_bytes(), at).expect("it reads").expect("data") {
            PanelLine::Vote(vote) => panel::write_vote(&vote, &stamp),
            PanelLine::Decision(decision) => panel::write_decision(&decision, &stamp),
            other => panic!("{other:?}"),
        },
    };
    written.expect("it has a form")
}

#[test]
fn version_1_of_operations_is_written_byte_for_byte_as_it_was_frozen() {
    for file in ["features.jsonl", "token_plan.jsonl", "panel_votes.jsonl"] {
        let lines = lines(file);
        assert!(lines.len() >= 2, "{file}");
        for (at, line) in lines.iter().enumerate() {
            assert_eq!(&rewrite(file, line), line, "{file}:{}", at + 1);
        }
    }
}

#[test]
fn cells_have_the_columns_of_their_header() {
    let columns = |header: &str| header.split(',').count();
    let tokens: Vec<Vec<String>> =
        lines("token_plan.jsonl").iter().filter_map(|line| token_plan::cells(line.as_bytes())).collect();
    assert!(tokens.iter().all(|cells| cells.len() == columns(token_plan::HEADER)), "{tokens:?}");
    let of_checkpoint = [
        "2025-10-26",
        "2025-10-26",
        "end_of_session",
        "200000",
        "168000",
        "-32000",
        "4",
        "40",
        "12",
        "2",
        "7",
        "window=W0-19; provider=codex; decision=GO; =1+1, \"quoted\"\nsecond line",
    ];
    assert_eq!(tokens[2], of_checkpoint);
    assert_eq!((tokens[0][3].as_str(), tokens[0][4].as_str()), ("204000", ""), "nothing is used yet");
    let features: Vec<_> =
        lines("features.jsonl").iter().map(|line| feature::cells(line.as_bytes())).collect();
    assert_eq!(features[0], None, "a reservation is no feature");
    let logged = features[1].clone().expect("a feature");
    assert_eq!(logged.len(), columns(feature::HEADER));
    assert_eq!((logged[4].as_str(), logged[11].as_str()), ("a known user signs in", "12"));
}

#[test]
fn a_row_without_what_it_needs_names_the_field() {
    let fault = |read: Result<(), tracker_ledger::wire::WireError>| read.expect_err("a fault").to_string();
    let no_model = br#"{"feature_id":"xfeat::A","captured_at":"2025-10-26T09:40:00Z","vote":"approve"}"#;
    assert!(fault(panel::read(no_model, RowRef::default()).map(|_| ())).contains("model"));
    let bad_vote = br#"{"feature_id":"A","captured_at":"2025-10-26T09:40:00Z","model":"m","vote":"yes"}"#;
    assert!(fault(panel::read(bad_vote, RowRef::default()).map(|_| ())).contains("vote"));
    let no_task = br#"{"captured_at":"2025-10-26T09:40:00Z"}"#;
    assert!(fault(token_plan::read(no_task, RowRef::default()).map(|_| ())).contains("task"));
    let no_window = br#"{"captured_at":"2025-10-26T09:40:00Z"}"#;
    assert!(fault(feature::read(no_window, RowRef::default()).map(|_| ())).contains("window"));
}
