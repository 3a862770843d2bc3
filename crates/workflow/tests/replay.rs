//! Rows to arms to a replay: what counts, what is left out and why, and what comes out.
#![expect(clippy::disallowed_methods, reason = "a test writes its fixture")]

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use tracker_domain::{
    CountKind, FinalizedWindow, MeterId, PromptCount, ProviderId, ProviderWindow, Quality, QualitySource,
    RowRef, WindowId,
};
use tracker_ledger::wire::churn::{ChurnRow, MEASURED, RepairRow, SurvivalRow};
use tracker_workflow::replay::{By, Material, Request, arms, replay, text};

fn provider(name: &str) -> ProviderId {
    name.parse().expect("a provider")
}

/// A window that used points of both bars.
fn window(at: i64, name: &str, methodology: &str, weekly: f64, five_hours: Option<f64>) -> FinalizedWindow {
    let begun = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::hours(5 * at);
    let id: WindowId = format!("W{at}-{name}-{methodology}").parse().expect("a window");
    let mut row = FinalizedWindow::new(id, begun + TimeDelta::hours(4));
    row.methodology = Some(methodology.to_owned());
    row.quality = Quality::typed(0.9).ok();
    row.features.insert(provider(name), 2.0);
    let delta = [(MeterId::WEEKLY, Some(weekly)), (MeterId::FIVE_HOURS, five_hours)];
    let of = ProviderWindow {
        delta: delta.into(),
        before_at: Some(begun),
        after_at: Some(begun + TimeDelta::hours(3)),
        ..ProviderWindow::default()
    };
    row.providers.insert(provider(name), of);
    row
}

fn two_arms(n: i64) -> Material {
    let windows = (0..n).flat_map(|at| {
        let dear = window(2 * at + 1, "claude", "spec", 20.0 + (at % 4) as f64, Some(40.0));
        [window(2 * at, "codex", "tdd", 4.0 + (at % 3) as f64, Some(12.0)), dear]
    });
    Material { windows: windows.collect(), ..Material::default() }
}

fn quick() -> Request {
    let mut request = Request::default();
    (request.replicates, request.weeks) = (40, 2);
    request
}

#[test]
fn every_bar_caps_and_the_row_says_all_of_it() {
    let done = replay(&two_arms(8), &quick(), DateTime::UNIX_EPOCH, |_, _| {}).expect("valid settings");
    let row = &done.row;
    let bars: Vec<(&str, f64, u64)> =
        row.bars.iter().map(|bar| (bar.bar.as_str(), bar.budget_pp, bar.period_windows)).collect();
    let expected = [
        ("claude weekly", 90.0, 34),
        ("claude 5h", 100.0, 1),
        ("codex weekly", 90.0, 34),
        ("codex 5h", 100.0, 1),
    ];
    assert_eq!(bars, expected);
    let names: Vec<&str> = row.arms.iter().map(|arm| arm.arm.as_str()).collect();
    assert_eq!(names, ["claude/spec", "codex/tdd"]);
    assert_eq!((row.arms[1].windows, row.arms[1].features), (8, 16.0));
    assert!((row.arms[1].quality_weighted - 14.4).abs() < 1e-9);
    assert!(row.policies.iter().all(|policy| policy.cap_violations == 0 && policy.features.mean > 0.0));
    assert_eq!(row.policies[0].prices.len(), 2);
    assert!(done.report.is_some() && row.left_out.is_empty(), "{:?}", row.left_out);
    let text = text(row);
    for part in
        ["Caps: claude weekly 90 pp a week", "cap violations=0", "shadow price of codex weekly", "Replay: "]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn provider_arms_pool_methods_and_a_bar_that_was_not_always_read_caps_nothing() {
    let mut material = two_arms(8);
    material.windows.push(window(40, "codex", "chat", 5.0, None));
    let mut request = quick();
    request.by = By::Provider;
    let found = arms(&material, &request).expect("valid settings");
    let log = found.log.expect("two providers");
    let names: Vec<&str> = log.arms().iter().map(|arm| arm.name.as_str()).collect();
    assert_eq!(names, ["claude", "codex"]);
    assert_eq!(log.bars().len(), 3);
    assert_eq!(found.left_out, ["codex: its 5h bar was not read in every window, so it caps nothing"]);
}

#[test]
fn what_cannot_count_is_left_out_by_name() {
    let mut material = two_arms(8);
    material.windows[0].quality = None;
    let mut fell = window(50, "codex", "tdd", 4.0, Some(4.0));
    fell.providers.values_mut().for_each(|of| {
        of.delta.insert(MeterId::WEEKLY, None);
    });
    material.windows.push(fell);
    let done = replay(&material, &quick(), DateTime::UNIX_EPOCH, |_, _| {}).expect("valid settings");
    assert_eq!(done.row.left_out.len(), 2, "{:?}", done.row.left_out);
    assert!(done.row.left_out[0].starts_with("W50-codex-tdd codex: "));
    assert_eq!(done.row.left_out[1], "W0-codex-tdd codex: its quality is not known");
    assert_eq!(done.row.arms[1].windows, 7);
}

#[test]
fn prompts_need_a_cap_that_somebody_names() {
    let mut material = two_arms(8);
    for at in 0..8 {
        let mut row = window(100 + at, "glm", "chat", 0.0, None);
        row.providers.clear();
        material.counts.push(PromptCount {
            window: row.window.clone(),
            provider: provider("glm"),
            lane: None,
            captured_at: row.finalized_at,
            prompts_used: Some(20.0),
            kind: CountKind::Delta,
            baseline: None,
            commit: None,
            count_source: "manual".into(),
            notes: String::new(),
            errors: Vec::new(),
            row: RowRef::default(),
        });
        material.windows.push(row);
    }
    let without = arms(&material, &quick()).expect("valid settings");
    assert!(
        without.left_out.iter().any(|why| why.contains("--prompts-a-week glm=N")),
        "{:?}",
        without.left_out
    );
    let mut request = quick();
    request.prompts_a_week = BTreeMap::from([(provider("glm"), 400.0)]);
    let log = arms(&material, &request).expect("valid settings").log.expect("three providers");
    let glm = log.arms().iter().find(|arm| arm.name == "glm/chat").expect("an arm");
    assert_eq!(log.bars().last().map(|bar| (bar.name.as_str(), bar.budget)), Some(("glm prompts", 85.0)));
    assert_eq!((glm.windows.len(), glm.windows[0].points.last().copied()), (8, Some(5.0)));
}

#[test]
fn repairs_are_debited_to_the_window_that_caused_them() {
    let mut material = two_arms(8);
    let (caused, repairing) = (material.windows[0].window.clone(), material.windows[4].window.clone());
    material.windows[0].quality_source = Some(QualitySource::Manual);
    let mut churn = ChurnRow::skipped(caused.clone(), DateTime::UNIX_EPOCH, MEASURED);
    churn.survival = Some(SurvivalRow {
        as_of: DateTime::UNIX_EPOCH,
        commits: 1,
        lines_added: 100,
        horizons: Vec::new(),
        features: Vec::new(),
        reverts: Vec::new(),
        repairs: vec![RepairRow {
            commit: "c1".into(),
            window: repairing.to_string(),
            feature: None,
            caused_by_window: caused.to_string(),
            caused_by_feature: None,
            lines: 25,
        }],
    });
    material.churn.push(churn);
    let rework_of = |material: &Material| {
        let log = arms(material, &quick()).expect("valid settings").log.expect("two providers");
        let window = &log.arms()[1].windows[0];
        (window.reward, window.rework)
    };
    let (reward, rework) = rework_of(&material);
    let rework = rework.expect("it was repaired");
    // Beside a quality given by hand the repaired share counts; 20 hours are four of 34 windows a week.
    assert!((reward - 1.8).abs() < 1e-9 && (rework.share - 0.25).abs() < 1e-9, "{reward} {rework:?}");
    assert_eq!(rework.delay_rounds, 4);
    // A measured quality is the rework itself: nothing is taken twice.
    material.windows[0].quality_source = Some(QualitySource::Measured);
    let (reward, rework) = rework_of(&material);
    let net = reward * (1.0 - rework.expect("it was repaired").share);
    assert!((reward - 2.0).abs() < 1e-9 && (net - 1.8).abs() < 1e-9, "{reward} {net}");
}

#[test]
fn recorded_chances_reach_the_log_and_few_windows_are_refused() {
    let mut material = two_arms(4);
    for row in &mut material.windows {
        row.providers
            .values_mut()
            .for_each(|of| of.notes.push("AGENT_ID=main policy=bwk propensity=0.5".into()));
    }
    let log = arms(&material, &quick()).expect("valid settings").log.expect("two providers");
    assert!(log.arms().iter().flat_map(|arm| &arm.windows).all(|window| window.propensity == Some(0.5)));
    let done = replay(&material, &quick(), DateTime::UNIX_EPOCH, |_, _| {}).expect("valid settings");
    assert_eq!(done.row.refusal.as_deref(), Some("few-windows"));
    assert_eq!(done.row.summary, "refused: arm claude/spec has 4 windows, a replay needs 5 of each arm");
    assert!(done.report.is_none() && text(&done.row).contains("Replay: refused: "));
}

#[test]
fn rows_that_cannot_be_read_are_named() {
    let dir = tempfile::tempdir().expect("a folder");
    let ledger = tracker_ledger::Ledger::open(dir.path());
    let none = Material::read(&ledger).expect("an empty data dir reads");
    assert!(none.windows.is_empty() && none.faults.is_empty());
    std::fs::write(dir.path().join("windows.jsonl"), b"{\"window\":7}\n{\n")
        .expect("a test writes its ledger");
    let read = Material::read(&ledger).expect("the file reads");
    assert!(read.windows.is_empty() && !read.faults.is_empty(), "{:?}", read.faults);
}
