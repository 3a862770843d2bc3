//! A replay as its row.

use chrono::{DateTime, Utc};
use tracker_ledger::wire::replay::{ReplayArm, ReplayBar, ReplayOffPolicy, ReplayPolicy, ReplayRow, Spread};
use tracker_router::replay::{Estimate, Outcome, PolicyReport, Report};

use super::arms::Arms;
use super::request::{Request, WINDOWS_A_WEEK};

/// Percent of a share.
const PERCENT: f64 = 100.0;

pub(super) fn row(arms: &Arms, request: &Request, outcome: &Outcome, now: DateTime<Utc>) -> ReplayRow {
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let log = arms.log.as_ref();
    let row = ReplayRow {
        captured_at: now,
        strategy: request.strategy.to_string(),
        baseline: request.baseline.to_string(),
        by: request.by.as_str().to_owned(),
        seed: request.seed,
        replicates: count(request.replicates),
        weeks: count(request.weeks),
        prompts_a_week: request.prompts_a_week.iter().map(|(of, n)| (of.to_string(), *n)).collect(),
        arms: log.map_or(&[][..], |log| log.arms()).iter().map(logged).collect(),
        bars: log.map_or(&[][..], |log| log.bars()).iter().map(bar).collect(),
        left_out: arms.left_out.clone(),
        ..ReplayRow::default()
    };
    match outcome {
        Outcome::Refused(refusal) => ReplayRow {
            verdict: "refused".to_owned(),
            refusal: Some(refusal.word().to_owned()),
            summary: format!("refused: {refusal}"),
            ..row
        },
        Outcome::Replayed(report) => ReplayRow {
            arms: report.arms.iter().map(arm).collect(),
            bound: Some(report.bound),
            policies: vec![policy(&report.strategy, report), policy(&report.baseline, report)],
            difference_pct: Some(spread(report.difference, PERCENT)),
            ahead_pct: Some(report.win_share * PERCENT),
            verdict: report.verdict.to_string(),
            more_windows: report.more_windows.map(count),
            by_weeks: report.by_weeks,
            off_policy: report.off_policy.as_ref().map(|found| ReplayOffPolicy {
                ips: found.ips,
                snips: found.snips,
                doubly_robust: found.doubly_robust,
                ess: found.ess,
            }),
            summary: report.summary(),
            ..row
        },
    }
}

fn logged(arm: &tracker_router::replay::LoggedArm) -> ReplayArm {
    ReplayArm {
        arm: arm.name.clone(),
        windows: u64::try_from(arm.windows.len()).unwrap_or(u64::MAX),
        features: arm.windows.iter().map(|window| window.features).sum(),
        quality_weighted: arm.windows.iter().map(|window| window.reward).sum(),
    }
}

fn arm(arm: &tracker_router::replay::ArmReport) -> ReplayArm {
    ReplayArm {
        arm: arm.name.clone(),
        windows: u64::try_from(arm.windows).unwrap_or(u64::MAX),
        features: arm.features,
        quality_weighted: arm.reward,
    }
}

fn bar(bar: &tracker_router::Bar) -> ReplayBar {
    ReplayBar {
        bar: bar.name.clone(),
        budget_pp: bar.budget,
        period_windows: u64::try_from(bar.period).unwrap_or(u64::MAX),
    }
}

fn spread(estimate: Estimate, factor: f64) -> Spread {
    Spread { mean: estimate.mean * factor, lo: estimate.lo * factor, hi: estimate.hi * factor }
}

fn policy(policy: &PolicyReport, report: &Report) -> ReplayPolicy {
    let at_week_end = |week: usize| {
        let place = report.checkpoints.iter().position(|mark| *mark >= week * WINDOWS_A_WEEK)?;
        policy.prices.get(place).cloned()
    };
    let weeks = report.rounds.div_ceil(WINDOWS_A_WEEK);
    ReplayPolicy {
        policy: policy.name.to_string(),
        features: spread(policy.features, 1.0),
        bound_pct: spread(policy.share, PERCENT),
        windows_played: policy.windows_played,
        arm_pct: policy.arm_shares.iter().map(|share| share * PERCENT).collect(),
        cap_violations: u64::try_from(policy.violations).unwrap_or(u64::MAX),
        unused_pp: policy.unused.clone(),
        prices: (1..=weeks).filter_map(at_week_end).collect(),
    }
}
