//! A replay as lines for people.

use std::fmt::Write as _;

use tracker_ledger::wire::replay::{ReplayPolicy, ReplayRow, Spread};

/// Returns the lines of a replay.
#[must_use]
pub fn text(row: &ReplayRow) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "Router replay: {} against {}, {} weeks of 34 windows, by {}, seed {}",
        row.strategy, row.baseline, row.weeks, row.by, row.seed
    );
    out.push_str("Arms:\n");
    for arm in &row.arms {
        let _ = writeln!(
            out,
            "  - {}: windows={}, features={:.2}, quality-weighted={:.2}",
            arm.arm, arm.windows, arm.features, arm.quality_weighted
        );
    }
    caps(row, &mut out);
    if let Some(bound) = row.bound {
        let _ = writeln!(out, "Bound: {bound:.2} quality-weighted features (no policy can expect more)");
    }
    if !row.policies.is_empty() {
        out.push_str("Policies:\n");
    }
    for policy in &row.policies {
        policy_lines(policy, row, &mut out);
    }
    for left_out in &row.left_out {
        let _ = writeln!(out, "Left out: {left_out}");
    }
    if row.by_weeks {
        out.push_str(
            "Drift: the windows changed over time, so each week was drawn from one week of the log\n",
        );
    }
    if let Some(found) = row.off_policy {
        let _ = writeln!(
            out,
            "Recorded choices: {:.2} quality-weighted features a window (snips), {:.2} (doubly robust), worth {:.0} of \
             the strategy's own",
            found.snips, found.doubly_robust, found.ess
        );
    }
    let _ = writeln!(out, "Replay: {}", row.summary);
    match (row.verdict.as_str(), row.more_windows) {
        ("not enough evidence", Some(more)) => {
            let _ =
                writeln!(out, "A difference of this size would take about {more} more windows of each arm");
        }
        ("not enough evidence", None) => {
            out.push_str(
                "A difference this small would not be decided by any reasonable number of windows\n",
            );
        }
        _ => {}
    }
    out
}

fn caps(row: &ReplayRow, out: &mut String) {
    if row.bars.is_empty() {
        return;
    }
    let bar = |bar: &tracker_ledger::wire::replay::ReplayBar| {
        let period = if bar.period_windows == 1 { "window" } else { "week" };
        format!("{} {:.0} pp a {period}", bar.bar, bar.budget_pp)
    };
    let bars: Vec<String> = row.bars.iter().map(bar).collect();
    let _ = writeln!(out, "Caps: {}", bars.join(", "));
}

fn range(spread: Spread, places: usize) -> String {
    format!("{:.places$} [{:.places$}, {:.places$}]", spread.mean, spread.lo, spread.hi)
}

fn policy_lines(policy: &ReplayPolicy, row: &ReplayRow, out: &mut String) {
    let _ = writeln!(
        out,
        "  - {}: features={}, bound={}%, windows={:.1}, cap violations={}",
        policy.policy,
        range(policy.features, 2),
        range(policy.bound_pct, 1),
        policy.windows_played,
        policy.cap_violations
    );
    let arms: Vec<String> =
        row.arms.iter().zip(&policy.arm_pct).map(|(arm, pct)| format!("{} {pct:.0}%", arm.arm)).collect();
    let _ = writeln!(out, "    arms: {}", arms.join(", "));
    // A five-hour bar starts again with every window: what it has left says nothing about routing.
    let weekly = row.bars.iter().zip(&policy.unused_pp).filter(|(bar, _)| bar.period_windows > 1);
    let unused: Vec<String> = weekly.map(|(bar, pp)| format!("{} {pp:.1} pp", bar.bar)).collect();
    let _ = writeln!(out, "    unused a week above the buffer: {}", unused.join(", "));
    for (at, bar) in row.bars.iter().enumerate().filter(|(_, bar)| bar.period_windows > 1) {
        let path: Vec<String> =
            policy.prices.iter().filter_map(|week| Some(format!("{:.4}", week.get(at)?))).collect();
        if !path.is_empty() {
            let _ = writeln!(out, "    shadow price of {} by week: {} features/pp", bar.bar, path.join(", "));
        }
    }
}
