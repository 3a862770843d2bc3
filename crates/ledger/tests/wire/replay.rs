//! Replay rows have exactly the members of their schema, full and refused.

use tracker_ledger::wire::replay::{
    self, ReplayArm, ReplayBar, ReplayOffPolicy, ReplayPolicy, ReplayRow, Spread,
};
use tracker_ledger::wire::{Stamp, WireError};

use crate::schemas::check_line;

fn full() -> ReplayRow {
    let spread = Spread { mean: 12.5, lo: 2.0, hi: 20.0 };
    let policy = |name: &str| ReplayPolicy {
        policy: name.to_owned(),
        features: spread,
        bound_pct: spread,
        windows_played: 180.5,
        arm_pct: vec![40.0, 60.0],
        cap_violations: 0,
        unused_pp: vec![1.5],
        prices: vec![vec![0.02], vec![0.03]],
    };
    ReplayRow {
        strategy: "bwk".into(),
        baseline: "greedy".into(),
        by: "arm".into(),
        seed: 1,
        replicates: 400,
        weeks: 6,
        arms: vec![ReplayArm { arm: "codex/tdd".into(), windows: 8, features: 12.0, quality_weighted: 10.5 }],
        bars: vec![ReplayBar { bar: "codex weekly".into(), budget_pp: 90.0, period_windows: 34 }],
        bound: Some(80.25),
        policies: vec![policy("bwk"), policy("greedy")],
        difference_pct: Some(spread),
        ahead_pct: Some(99.0),
        verdict: "better".into(),
        off_policy: Some(ReplayOffPolicy { ips: 1.0, snips: 1.1, doubly_robust: 1.05, ess: 44.0 }),
        left_out: vec!["W0-03 codex: negative-delta".into()],
        summary: "+12.5% [+2.0, +20.0] (better)".into(),
        ..ReplayRow::default()
    }
}

#[test]
fn rows_fit_their_schema() {
    let refused =
        ReplayRow { refusal: Some("too few".into()), more_windows: Some(7), ..ReplayRow::default() };
    for row in [full(), refused] {
        let line = replay::write(&row, None, &Stamp::new("0.1.0", "replay")).expect("it has a form");
        check_line("replay.schema.json", &line);
    }
}

#[test]
fn summary_is_read_back_and_foreign_lines_are_told_apart() {
    let line = replay::write(&full(), None, &Stamp::new("0.1.0", "replay")).expect("it has a form");
    assert_eq!(replay::summary(line.as_bytes()), Ok(Some("+12.5% [+2.0, +20.0] (better)".to_owned())));
    assert_eq!(replay::summary(br#"{"adopt":{"bytes":0}}"#), Ok(None));
    assert!(matches!(replay::summary(b"{"), Err(WireError::NotJson { .. })));
}
