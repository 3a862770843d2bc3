//! The `Next to the bars:` block of the preview.

use tracker_cli_support::number;

use super::Lines;
use crate::beside::Beside;

/// Shows tokens per point with their interval, and the windows where two sources differ.
pub(super) fn text(beside: &Beside, out: &mut Lines) {
    if beside.rates.is_empty() && beside.pairs.is_empty() {
        return;
    }
    out.push("Next to the bars:");
    for rate in &beside.rates {
        let end = |end: Option<f64>| end.map_or_else(|| "unbounded".to_owned(), |end| format!("{end:.0}"));
        let ci =
            rate.interval.map_or_else(|| "n/a".to_owned(), |of| format!("[{}, {}]", end(of.lo), end(of.hi)));
        out.push(format_args!(
            "  - {}: tokens per pp={:.0}, ci={ci}, n={} ({})",
            rate.provider, rate.tokens_per_pp, rate.n, rate.source
        ));
    }
    for pair in beside.pairs.iter().filter(|pair| pair.divergent || pair.what == "used") {
        let tag = if pair.divergent { " (divergent:ccusage)" } else { "" };
        let tag = if pair.source == "ccusage" { tag.to_owned() } else { tag.replace("ccusage", pair.source) };
        out.push(format_args!(
            "  - {} {}: weekly {} {} pp by the bar, {} pp by {}{tag}",
            pair.window,
            pair.provider,
            pair.what,
            number(pair.bar_pp),
            number(pair.other_pp),
            pair.source
        ));
    }
}
