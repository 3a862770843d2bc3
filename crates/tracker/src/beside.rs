//! Tokens beside the bars: what ccusage or telemetry counted in a window, put on the scale of the weekly bar.

use std::collections::BTreeMap;

use tracker_domain::{FinalizedWindow, MeterId, ProviderId, WindowId};
use tracker_ledger::wire::usage_report::UsageReport;
use tracker_stats::{Interval, IntervalName, Level, Sample, interval};
use tracker_windows::canonical::finalized;

use crate::telemetry::stored::Telemetry;

/// Two figures that differ by more than this share of the bar are divergent (invariant 10).
const DIVERGENT: f64 = 0.10;

/// Bars are whole percents: a difference up to this many points may be rounding and says nothing.
const ROUNDING_PP: f64 = 1.0;

/// Where tokens and bars can be compared.
#[derive(Debug, Default)]
pub struct Beside {
    /// Tokens per percentage point, by provider and source.
    pub rates: Vec<TokenRate>,
    /// One window's bar and what another source says of it, both in percentage points.
    pub pairs: Vec<Pair>,
}

/// Tokens per percentage point of the weekly bar.
#[derive(Debug)]
pub struct TokenRate {
    /// The provider.
    pub provider: ProviderId,
    /// What counted the tokens: `ccusage` or `telemetry`.
    pub source: &'static str,
    /// Tokens of all windows over their points.
    pub tokens_per_pp: f64,
    /// Its interval; below 3 windows there is none.
    pub interval: Option<Interval>,
    /// Windows.
    pub n: usize,
}

/// A bar and another source on one scale.
#[derive(Debug)]
pub struct Pair {
    /// The window.
    pub window: WindowId,
    /// The provider.
    pub provider: ProviderId,
    /// `used` for the level of the weekly bar, `delta` for what the window used of it.
    pub what: &'static str,
    /// Points by the bar.
    pub bar_pp: f64,
    /// What the other source is.
    pub source: &'static str,
    /// Points by the other source.
    pub other_pp: f64,
    /// Whether they differ by more than 10 %, and by more than the bar's rounding.
    pub divergent: bool,
}

/// Points and tokens of one window.
struct Measured {
    window: WindowId,
    pp: f64,
    tokens: f64,
}

type Key = (ProviderId, &'static str);

/// Compares what can be compared; what one side does not know is left out.
#[must_use]
pub fn beside(rows: &[FinalizedWindow], reports: &[UsageReport], telemetry: &Telemetry) -> Beside {
    let mut found = Beside::default();
    let mut measured: BTreeMap<Key, Vec<Measured>> = BTreeMap::new();
    for (window, of) in finalized(rows) {
        for (provider, bars) in &of.canonical.providers {
            let newest = |scope: &str| {
                let is_it = |report: &&UsageReport| {
                    report.window == *window
                        && owner(report) == provider.as_str()
                        && scope_of(report) == scope
                };
                reports.iter().filter(is_it).max_by_key(|report| report.captured_at)
            };
            let fact = |scope: &str, name: &str| newest(scope)?.reading.facts.get(name)?.as_number();
            let after = bars.after.used.get(&MeterId::WEEKLY).copied().flatten();
            if let (Some(bar), Some(told)) = (after, fact("weekly", "percent_used")) {
                found.pairs.push(pair(window, provider, "used", bar, "ccusage", told));
            }
            let Some(pp) = bars.delta.get(&MeterId::WEEKLY).copied().flatten() else { continue };
            let counted = [
                ("ccusage", fact("session", "total_tokens")),
                ("telemetry", telemetry_tokens(telemetry, window, provider)),
            ];
            for (source, tokens) in counted {
                if let Some(tokens) = tokens.filter(|tokens| *tokens > 0.0) {
                    let one = Measured { window: window.clone(), pp, tokens };
                    measured.entry((provider.clone(), source)).or_default().push(one);
                }
            }
        }
    }
    for ((provider, source), windows) in measured {
        found.add_rate(&provider, source, &windows);
    }
    found
}

impl Beside {
    /// Returns the windows that are divergent.
    pub fn divergent(&self) -> impl Iterator<Item = &Pair> {
        self.pairs.iter().filter(|pair| pair.divergent)
    }

    fn add_rate(&mut self, provider: &ProviderId, source: &'static str, windows: &[Measured]) {
        let points: f64 = windows.iter().map(|window| window.pp).sum();
        if points <= 0.0 {
            return;
        }
        let tokens_per_pp = windows.iter().map(|window| window.tokens).sum::<f64>() / points;
        let (pp, tokens): (Vec<f64>, Vec<f64>) = windows.iter().map(|of| (of.pp, of.tokens)).unzip();
        let enough = windows.len() >= 3;
        let sample = Sample::new(&pp, &tokens).ok().filter(|_| enough);
        let interval = sample.and_then(|sample| interval(IntervalName::Policy, &sample, Level::P95).ok());
        self.rates.push(TokenRate {
            provider: provider.clone(),
            source,
            tokens_per_pp,
            interval,
            n: windows.len(),
        });
        // From one or two windows the rate is these windows' own: nothing to hold them against.
        for of in windows.iter().filter(|_| enough) {
            let by_tokens = of.tokens / tokens_per_pp;
            self.pairs.push(pair(&of.window, provider, "delta", of.pp, source, by_tokens));
        }
    }
}

fn pair(
    window: &WindowId,
    provider: &ProviderId,
    what: &'static str,
    bar_pp: f64,
    source: &'static str,
    other_pp: f64,
) -> Pair {
    let apart = (bar_pp - other_pp).abs();
    let divergent = apart > DIVERGENT * bar_pp && apart > ROUNDING_PP;
    Pair { window: window.clone(), provider: provider.clone(), what, bar_pp, source, other_pp, divergent }
}

/// The provider whose tokens a report counts: `codex-ccusage` is of `codex`.
fn owner(report: &UsageReport) -> &str {
    report.provider.as_str().strip_suffix("-ccusage").unwrap_or_default()
}

fn scope_of(report: &UsageReport) -> &str {
    report.scope.as_deref().unwrap_or("session")
}

/// Tokens of the lane that is named like the provider.
fn telemetry_tokens(telemetry: &Telemetry, window: &WindowId, provider: &ProviderId) -> Option<f64> {
    let of_lane = telemetry.lanes.get(&(window.clone(), provider.as_str().to_owned()))?;
    let tokens = of_lane.models().values().map(|model| model.input.saturating_add(model.output)).sum::<u64>();
    Some(tokens as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> (WindowId, ProviderId) {
        (WindowId::new("W0-01").unwrap(), ProviderId::new("some").unwrap())
    }

    fn windows(of: &[(f64, f64)]) -> Vec<Measured> {
        of.iter().map(|(pp, tokens)| Measured { window: ids().0, pp: *pp, tokens: *tokens }).collect()
    }

    #[test]
    fn a_difference_counts_beyond_a_tenth_and_beyond_rounding() {
        let (window, provider) = ids();
        let divergent = |bar, other| pair(&window, &provider, "used", bar, "ccusage", other).divergent;
        assert!(divergent(40.0, 45.0) && divergent(40.0, 35.0) && divergent(0.0, 2.0));
        assert!(!divergent(40.0, 44.0) && !divergent(4.0, 5.0) && !divergent(0.0, 1.0));
    }

    #[test]
    fn three_windows_give_an_interval_and_the_odd_one_out_is_divergent() {
        let (_, provider) = ids();
        let mut found = Beside::default();
        found.add_rate(&provider, "ccusage", &windows(&[(10.0, 1e6), (20.0, 2e6), (10.0, 1e6), (10.0, 4e6)]));
        let rate = &found.rates[0];
        assert_eq!((rate.n, rate.tokens_per_pp), (4, 160_000.0));
        assert!(rate.interval.is_some_and(|interval| interval.contains(160_000.0)));
        assert_eq!(
            found.divergent().count(),
            4,
            "10, 20 and 10 points look like 6.25, 12.5 and 6.25, 10 like 25"
        );
        let mut few = Beside::default();
        few.add_rate(&provider, "ccusage", &windows(&[(10.0, 1e6), (20.0, 4e6)]));
        assert!(few.rates[0].interval.is_none() && few.pairs.is_empty());
        few.add_rate(&provider, "ccusage", &windows(&[(0.0, 1e6)]));
        assert_eq!(few.rates.len(), 1, "no points, no rate");
    }
}
