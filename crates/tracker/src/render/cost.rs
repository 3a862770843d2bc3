//! The cost comparison as text (bare CSV lines first: a promise to scripts), as CSV and as JSON.

use std::fmt::Write as _;

use tracker_cli_support::{CliError, number, percent};
use tracker_telemetry::{CostComparison, MeanDelta, PriceTable, RequestRow, Side, SideSum};
use tracker_term_text::escape_csv_cell;

use crate::wire;
use crate::wire::telemetry::{CostJson, CostRowJson, MeanJson, ModelCostJson, SideJson};
use crate::wire::value::Plain;

/// What a comparison is shown with.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The prices that it was made with.
    pub prices: &'a PriceTable,
    /// Where they are from.
    pub source: &'a str,
    /// How many requests are listed; all when none is given.
    pub top: Option<usize>,
    /// How many matched requests were asked for.
    pub min: usize,
}

/// Returns the rows as CSV.
#[must_use]
pub fn csv(comparison: &CostComparison<'_>, shown: &Shown<'_>) -> String {
    let rows = comparison.rows(shown.top.unwrap_or(usize::MAX));
    let mut out = "rid,baseline_tokens,glm_tokens,delta_glm_minus_base\n".to_owned();
    for row in &rows {
        let (rid, delta) = (escape_csv_cell(&row.rid), row.delta_tokens());
        let _ = writeln!(out, "{rid},{},{},{delta}", row.baseline.tokens, row.glm.tokens);
    }
    out
}

/// Returns the rows, the totals, and after a blank line what stands behind them.
#[must_use]
pub fn text(comparison: &CostComparison<'_>, shown: &Shown<'_>) -> String {
    let mut out = csv(comparison, shown);
    let (baseline, glm) = (comparison.side(Side::Baseline), comparison.side(Side::Glm));
    let share = comparison.glm_share_pct().map_or_else(|| "n/a".to_owned(), percent);
    let _ = writeln!(out, "# totals baseline={} glm={} glm_share={share}", baseline.tokens, glm.tokens);
    let _ = writeln!(out, "\n# tries: what failed or was repeated is in the totals above");
    out.push_str("side,requests,healthy,failed,retries,tokens,failed_tokens,tokens_per_healthy\n");
    for (side, sum) in [(Side::Baseline, baseline), (Side::Glm, glm)] {
        let _ = writeln!(
            out,
            "{},{},{},{},{},{},{},{}",
            side.as_str(),
            sum.requests,
            sum.healthy(),
            sum.failed,
            sum.retries,
            sum.tokens,
            sum.failed_tokens,
            sum.tokens_per_healthy().map_or_else(|| "n/a".to_owned(), number)
        );
    }
    cost(comparison, shown, &mut out);
    let _ = writeln!(out, "\n# matched={}", comparison.matched());
    if let Some(mean) = comparison.mean_delta_tokens() {
        let (at, lo, hi) = (number(mean.mean), number(mean.lo), number(mean.hi));
        let _ =
            writeln!(out, "# mean_delta_tokens={at} ci=[{lo}, {hi}] level=95% n={} method=paired-t", mean.n);
    }
    if let Some(mean) = comparison.mean_delta_usd() {
        let (at, lo, hi) = (usd(Some(mean.mean)), usd(Some(mean.lo)), usd(Some(mean.hi)));
        let _ = writeln!(out, "# mean_delta_usd={at} ci=[{lo}, {hi}] level=95% n={} method=paired-t", mean.n);
    }
    out
}

fn cost(comparison: &CostComparison<'_>, shown: &Shown<'_>, out: &mut String) {
    let source = shown.source;
    let _ = writeln!(out, "\n# cost in USD; prices as of {} ({source})", shown.prices.newest());
    out.push_str("side,model,requests,input_tokens,cached_tokens,output_tokens,cost_usd\n");
    for (side, model, of) in comparison.models() {
        let _ = writeln!(
            out,
            "{},{},{},{},{},{},{}",
            side.as_str(),
            escape_csv_cell(if model.is_empty() { "n/a" } else { model }),
            of.sum.requests,
            of.input,
            of.cached,
            of.output,
            usd(of.sum.cost_usd())
        );
    }
    let of = |side: Side| usd(comparison.side(side).cost_usd());
    let _ = writeln!(out, "# cost baseline={} glm={}", of(Side::Baseline), of(Side::Glm));
}

/// Money with as many places as a single request needs.
fn usd(amount: Option<f64>) -> String {
    amount.map_or_else(|| "n/a".to_owned(), |amount| format!("{amount:.6}"))
}

/// Returns all of it as JSON.
///
/// # Errors
/// Failed: a value has no form in JSON.
pub fn json(comparison: &CostComparison<'_>, shown: &Shown<'_>) -> Result<String, CliError> {
    let rows = comparison.rows(shown.top.unwrap_or(usize::MAX));
    let (tokens, money) = (comparison.mean_delta_tokens(), comparison.mean_delta_usd());
    let sides = [Side::Baseline, Side::Glm].map(|side| (side.as_str(), side_json(&comparison.side(side))));
    wire::text(&CostJson {
        rows: rows.iter().map(row_json).collect(),
        matched: comparison.matched(),
        enough: comparison.matched() >= shown.min,
        sides: sides.into(),
        glm_share_pct: plain(comparison.glm_share_pct()),
        mean_delta_tokens: tokens.map(mean_json),
        mean_delta_usd: money.map(mean_json),
        models: comparison
            .models()
            .map(|(side, model, of)| ModelCostJson {
                side: side.as_str(),
                model,
                requests: of.sum.requests,
                input_tokens: of.input,
                cached_tokens: of.cached,
                output_tokens: of.output,
                cost_usd: plain(of.sum.cost_usd()),
            })
            .collect(),
        prices_as_of: shown.prices.newest(),
        prices_source: shown.source,
        events_without_rid: comparison.without_rid(),
        decisions: comparison.decisions(),
    })
}

fn row_json(row: &RequestRow) -> CostRowJson<'_> {
    CostRowJson {
        rid: &row.rid,
        baseline_tokens: row.baseline.tokens,
        glm_tokens: row.glm.tokens,
        delta_glm_minus_base: whole(row.delta_tokens()),
        baseline_usd: plain(row.baseline.cost_usd()),
        glm_usd: plain(row.glm.cost_usd()),
        matched: row.is_matched(),
        baseline_tries: row.baseline.requests,
        glm_tries: row.glm.requests,
    }
}

/// Keeps the side on which a difference lies that has no room.
fn whole(delta: i128) -> i64 {
    i64::try_from(delta).unwrap_or(if delta < 0 { i64::MIN } else { i64::MAX })
}

fn side_json(sum: &SideSum) -> SideJson {
    SideJson {
        requests: sum.requests,
        healthy: sum.healthy(),
        failed: sum.failed,
        retries: sum.retries,
        tokens: sum.tokens,
        failed_tokens: sum.failed_tokens,
        tokens_per_healthy: plain(sum.tokens_per_healthy()),
        cost_usd: plain(sum.cost_usd()),
        unpriced: sum.unpriced(),
    }
}

fn mean_json(of: MeanDelta) -> MeanJson {
    MeanJson { n: of.n, mean: Plain(of.mean), lo: Plain(of.lo), hi: Plain(of.hi) }
}

fn plain(value: Option<f64>) -> Option<Plain> {
    value.map(Plain)
}
