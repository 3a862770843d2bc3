//! Any domain value that a row can hold.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use tracker_domain::{
    Account, Anomaly, AnomalyKind, Cause, CommitMark, ContextUse, CountKind, Fact, FinalizedWindow, Lane,
    LaneDelta, LeftPct, Level, Meter, MeterId, Outcome, Phase, PromptCount, ProviderId, ProviderWindow,
    Quality, QualitySource, Reading, Readout, Resolution, Retraction, RowRef, Snapshot, SnapshotId, Tag,
    UnknownField, UsageEntry, UsedPct, WindowId,
};
use tracker_ledger::wire::churn::{
    ChurnCounts, ChurnRow, FeatureRow, HorizonRow, RepairRow, RevertRow, SurvivalRow,
};
use tracker_ledger::wire::usage_report::UsageReport;

const ID: &str = "[A-Za-z0-9_][A-Za-z0-9._-]{0,8}";

fn text() -> impl Strategy<Value = String> {
    prop_oneof![r"\PC{0,12}", r#"[\x00-\x1f"\\\u{2028}\u{202e}]{0,4}"#]
}

fn filled() -> impl Strategy<Value = String> {
    text().prop_filter("says something", |text| !text.is_empty())
}

pub(crate) fn provider() -> impl Strategy<Value = ProviderId> {
    prop_oneof![Just("codex".to_owned()), Just("claude".to_owned()), Just("glm".to_owned()), ID]
        .prop_map(|id| ProviderId::new(id).expect("an id"))
}

fn window_id() -> impl Strategy<Value = WindowId> {
    ID.prop_map(|id| WindowId::new(id).expect("an id"))
}

fn lane() -> impl Strategy<Value = Lane> {
    ID.prop_map(|id| Lane::new(id).expect("an id"))
}

fn account() -> impl Strategy<Value = Account> {
    ID.prop_map(|id| Account::new(id).expect("an id"))
}

fn snapshot_id() -> impl Strategy<Value = SnapshotId> {
    ID.prop_map(|id| SnapshotId::new(id).expect("an id"))
}

/// Ids of every form, and those that would stand where a field stands.
fn meter_id() -> impl Strategy<Value = MeterId> {
    let known = ["5h", "weekly", "weekly:opus", "weekly:sonnet", "prompts", "monthly"];
    let taken = ["errors", "resets_at", "resets_raw", "weekly_pct", "opus_resets", "own:errors", "value"];
    prop_oneof![
        proptest::sample::select(known.to_vec()).prop_map(str::to_owned),
        proptest::sample::select(taken.to_vec()).prop_map(str::to_owned),
        ID
    ]
    .prop_map(|id| MeterId::new(id).expect("an id"))
}

fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    (-62_167_219_200_i64..=253_402_300_799, 0_u32..1_000_000_000).prop_map(|(seconds, nanos)| {
        // Whole seconds are the common case and print without a fraction.
        let nanos = if nanos % 2 == 0 { 0 } else { nanos };
        DateTime::from_timestamp(seconds, nanos).expect("within the years 0-9999")
    })
}

fn finite() -> impl Strategy<Value = f64> {
    use proptest::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    prop_oneof![(POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO), (-100_i32..100).prop_map(f64::from)]
}

fn amount() -> impl Strategy<Value = f64> {
    finite().prop_map(f64::abs)
}

fn tag() -> impl Strategy<Value = Tag> {
    let known = ["late-after", "truncated:5h", "divergent:ccusage", "invalid-json:7", "clock_skew"];
    prop_oneof![proptest::sample::select(known.to_vec()).prop_map(str::to_owned), text()]
        .prop_map(|text| text.parse().unwrap_or_else(|never: std::convert::Infallible| match never {}))
}

fn level() -> impl Strategy<Value = Level> {
    prop_oneof![
        amount().prop_map(|x| Level::Used(UsedPct::new(x).expect("at least 0"))),
        finite().prop_map(|x| Level::Left(LeftPct::new(x.min(100.0)).expect("at most 100"))),
        (amount(), of(amount())).prop_map(|(used, cap)| Level::Count { used, cap }),
    ]
}

fn meter() -> impl Strategy<Value = Meter> {
    let shape = (meter_id(), text(), of(any::<u32>()), of(level()), any::<bool>());
    (shape, of(text()), of(instant()), of(text())).prop_map(|(shape, resets_raw, resets_at, detail)| {
        let (id, label, window_minutes, level, fine) = shape;
        let mut meter = Meter::new(id, label);
        meter.window_minutes = window_minutes;
        meter.level = level;
        meter.resolution = if fine { Resolution::Fine } else { Resolution::WholePercent };
        meter.resets_raw = resets_raw;
        meter.resets_at = resets_at;
        meter.detail = detail;
        meter
    })
}

fn fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        any::<u64>().prop_map(Fact::Count),
        finite().prop_map(Fact::Number),
        text().prop_map(Fact::Text)
    ]
}

fn facts() -> impl Strategy<Value = BTreeMap<String, Fact>> {
    let taken = ["provider", "errors", "weekly_pct", "prompts_used", "own:x", "session_resets", "adopt"];
    let name = prop_oneof![proptest::sample::select(taken.to_vec()).prop_map(str::to_owned), text()];
    btree_map(name, fact(), 0..4)
}

fn entry() -> impl Strategy<Value = UsageEntry> {
    (text(), of(any::<u64>()), of(finite()), of(finite()), of(text())).prop_map(
        |(key, total_tokens, cost_usd, percent_used, last_activity)| UsageEntry {
            key,
            total_tokens,
            cost_usd,
            percent_used,
            last_activity,
        },
    )
}

fn context() -> impl Strategy<Value = Option<ContextUse>> {
    (of(finite()), of(any::<u64>()), of(any::<u64>())).prop_map(|(left_pct, used_tokens, window_tokens)| {
        let context = ContextUse { left_pct, used_tokens, window_tokens };
        (context != ContextUse::default()).then_some(context)
    })
}

pub(crate) fn reading(provider: ProviderId) -> impl Strategy<Value = Reading> {
    let unknown = (text(), text(), text()).prop_map(|(name, raw, why)| UnknownField { name, raw, why });
    let who = (of(text()), of(text()), of(text()), of(text()), of(text()), of(text()));
    let lists = (vec(meter(), 0..4), vec(entry(), 0..3), vec(tag(), 0..3), vec(unknown, 0..2));
    (text(), who, lists, of(instant()), context(), facts()).prop_map(
        move |(kind, who, lists, observed_at, context, facts)| {
            let mut reading = Reading::new(provider.clone(), kind);
            let (model, effort, plan, account, session, tool_version) = who;
            (reading.model, reading.effort, reading.plan) = (model, effort, plan);
            (reading.account, reading.session, reading.tool_version) = (account, session, tool_version);
            (reading.meters, reading.entries, reading.errors, reading.unknown) = lists;
            (reading.observed_at, reading.context, reading.facts) = (observed_at, context, facts);
            reading
        },
    )
}

pub(crate) fn snapshot() -> impl Strategy<Value = Snapshot> {
    let ids = (snapshot_id(), window_id(), of(lane()), of(account()), of(snapshot_id()), of(commit_mark()));
    let rest = (any::<bool>(), instant(), text(), text(), of("[0-9a-f]{64}"));
    (ids, rest, provider().prop_flat_map(reading)).prop_map(|(ids, rest, reading)| {
        let (id, window, lane, account, cross_id, commit) = ids;
        let (is_before, captured_at, notes, source, pane_hash) = rest;
        Snapshot {
            id,
            window,
            provider: reading.provider.clone(),
            lane,
            phase: if is_before { Phase::Before } else { Phase::After },
            captured_at,
            notes,
            source,
            account,
            reading,
            pane_hash,
            cross_id,
            commit,
            row: RowRef::default(),
        }
    })
}

pub(crate) fn retraction() -> impl Strategy<Value = Retraction> {
    (snapshot_id(), text(), instant()).prop_map(|(retracts, reason, captured_at)| Retraction {
        retracts,
        reason,
        captured_at,
        row: RowRef::default(),
    })
}

fn amounts() -> impl Strategy<Value = BTreeMap<MeterId, Option<f64>>> {
    btree_map(meter_id(), of(amount()), 0..4)
}

fn readout() -> impl Strategy<Value = Readout> {
    let resets_at = btree_map(meter_id(), instant(), 0..2);
    let resets_raw = btree_map(meter_id(), text(), 0..2);
    (amounts(), resets_at, resets_raw, vec(tag(), 0..2))
        .prop_map(|(used, resets_at, resets_raw, errors)| Readout { used, resets_at, resets_raw, errors })
}

fn lanes() -> impl Strategy<Value = Vec<LaneDelta>> {
    let lane = prop_oneof![of(lane()), Just(Lane::new("main").ok())];
    let delta = (lane, of(account()), instant(), instant(), amounts()).prop_map(
        |(lane, account, before_at, after_at, delta)| LaneDelta { lane, account, before_at, after_at, delta },
    );
    vec(delta, 0..3).prop_map(|mut lanes| {
        lanes.sort_by(|a, b| a.lane.cmp(&b.lane));
        lanes
    })
}

fn provider_window() -> impl Strategy<Value = ProviderWindow> {
    let shown = (readout(), readout(), amounts(), of(instant()), of(instant()));
    (shown, lanes(), vec(text(), 0..2), vec(tag(), 0..2)).prop_map(|(shown, lanes, notes, errors)| {
        let (before, after, delta, before_at, after_at) = shown;
        ProviderWindow { before, after, delta, before_at, after_at, lanes, notes, errors }
    })
}

pub(crate) fn window() -> impl Strategy<Value = FinalizedWindow> {
    let head = (window_id(), instant(), btree_map(provider(), amount(), 0..3), text());
    let figures = (of(0.0..=5.0_f64), of(finite()), of(finite()), of(finite()), of(finite()));
    let words = (of(filled()), of(filled()), of(filled()), of(filled()), of(filled()), of(filled()));
    let providers = btree_map(provider(), provider_window(), 0..3);
    let sources =
        [None, Some(QualitySource::Manual), Some(QualitySource::Measured), Some(QualitySource::Provisional)];
    let providers = (providers, proptest::sample::select(sources.to_vec()));
    (head, figures, words, providers, vec(text(), 0..2)).prop_map(
        |(head, figures, words, (providers, quality_source), accepted_anomalies)| {
            let (id, at, features, notes) = head;
            let mut window = FinalizedWindow::new(id, at);
            (window.features, window.notes, window.providers) = (features, notes, providers);
            window.quality = figures.0.and_then(Quality::from_row);
            window.quality_source = quality_source;
            (window.rubric, window.cls, window.impf, window.churn_14d) =
                (figures.1, figures.2, figures.3, figures.4);
            window.outcome = words.0.map(|word| Outcome::from_row(&word));
            (window.methodology, window.spec_id, window.spec_version) = (words.1, words.2, words.3);
            (window.commit_start, window.commit_end) = (words.4, words.5);
            window.accepted_anomalies = accepted_anomalies;
            window
        },
    )
}

fn commit_mark() -> impl Strategy<Value = CommitMark> {
    (filled(), any::<bool>()).prop_map(|(commit, is_dirty)| CommitMark { commit, is_dirty })
}

pub(crate) fn prompt_count() -> impl Strategy<Value = PromptCount> {
    let ids = (window_id(), provider(), of(lane()), instant());
    let figures = (of(amount()), any::<bool>(), of(amount()));
    (ids, figures, of(commit_mark()), filled(), text(), vec(tag(), 0..2)).prop_map(
        |(ids, figures, commit, count_source, notes, errors)| {
            let (window, provider, lane, captured_at) = ids;
            let (prompts_used, is_delta, baseline) = figures;
            PromptCount {
                window,
                provider,
                lane,
                captured_at,
                prompts_used,
                kind: if is_delta { CountKind::Delta } else { CountKind::Absolute },
                baseline,
                commit,
                count_source,
                notes,
                errors,
                row: RowRef::default(),
            }
        },
    )
}

pub(crate) fn anomaly() -> impl Strategy<Value = Anomaly> {
    let kinds = ["negative-delta", "replayed-pane", "x-detected", ""];
    let kind = prop_oneof![proptest::sample::select(kinds.to_vec()).prop_map(str::to_owned), text()]
        .prop_map(|word| -> AnomalyKind {
            word.parse().unwrap_or_else(|never: std::convert::Infallible| match never {})
        });
    let cause = proptest::sample::select(vec![None, Some(Cause::ResetCrossed), Some(Cause::Unexplained)]);
    let ids = (window_id(), provider(), of(lane()), vec(snapshot_id(), 0..3));
    let what = (kind, of(meter_id()), cause, any::<bool>(), of(finite()), of(finite()));
    (ids, what, instant(), text()).prop_map(|(ids, what, captured_at, detail)| {
        let (window, provider, lane, snapshots) = ids;
        let (kind, meter, cause, blocking, before, after) = what;
        let row = RowRef::default();
        Anomaly {
            window,
            provider,
            lane,
            kind,
            meter,
            cause,
            blocking,
            before,
            after,
            snapshots,
            captured_at,
            detail,
            row,
        }
    })
}

pub(crate) fn usage_report() -> impl Strategy<Value = UsageReport> {
    let reading = provider().prop_flat_map(reading);
    (window_id(), of(filled()), instant(), of(lane()), text(), reading).prop_map(
        |(window, scope, captured_at, lane, notes, reading)| UsageReport {
            window,
            provider: reading.provider.clone(),
            scope,
            captured_at,
            lane,
            notes,
            reading,
            row: RowRef::default(),
        },
    )
}

fn survival() -> impl Strategy<Value = SurvivalRow> {
    let (lines, flag) = (|| 0_u64..1 << 50, any::<bool>);
    let horizon = (any::<u32>(), lines(), of(finite()), flag(), of(finite()), of((finite(), finite())))
        .prop_map(|(days, churned, share, is_final, estimate, interval)| HorizonRow {
            days,
            churned,
            share,
            is_final,
            estimate,
            interval,
        });
    let churned = btree_map(any::<u32>(), lines(), 0..3).prop_map(|by| by.into_iter().collect());
    let feature = (of(text()), lines(), churned).prop_map(|(feature, lines_added, churned)| FeatureRow {
        feature,
        lines_added,
        churned,
    });
    let revert =
        (text(), text(), of(text()), flag(), flag()).prop_map(|(commit, of, feature, is_said, is_exact)| {
            RevertRow { commit, of, feature, is_said, is_exact }
        });
    let repair = (text(), text(), of(text()), text(), of(text()), lines()).prop_map(
        |(commit, window, feature, caused_by_window, caused_by_feature, lines)| RepairRow {
            commit,
            window,
            feature,
            caused_by_window,
            caused_by_feature,
            lines,
        },
    );
    let lists = (vec(horizon, 0..3), vec(feature, 0..3), vec(revert, 0..2), vec(repair, 0..2));
    (instant(), any::<u64>(), lines(), lists).prop_map(|(as_of, commits, lines_added, lists)| {
        let (horizons, features, reverts, repairs) = lists;
        SurvivalRow { as_of, commits, lines_added, horizons, features, reverts, repairs }
    })
}

pub(crate) fn churn() -> impl Strategy<Value = ChurnRow> {
    let ids = (window_id(), of(provider()), of(lane()), instant(), filled());
    let words = (of(filled()), of(filled()), of(filled()), vec(text(), 0..2), text());
    let lines = || 0_u64..1 << 50;
    let counts = (any::<u64>(), any::<u64>(), lines(), lines(), any::<u64>(), any::<u64>()).prop_map(
        |(commits, files, insertions, deletions, binary, left_out)| ChurnCounts {
            commits,
            files,
            binary,
            left_out,
            insertions,
            deletions,
        },
    );
    (ids, words, of(counts), of(amount()), of(survival())).prop_map(
        |(ids, words, counts, features, survival)| {
            let (window, provider, lane, at, decision) = ids;
            let mut row = ChurnRow::skipped(window, at, decision);
            (row.provider, row.lane) = (provider, lane);
            (row.methodology, row.commit_start, row.commit_end, row.paths, row.notes) = words;
            (row.counts, row.features, row.survival) = (counts, features, survival);
            row
        },
    )
}
