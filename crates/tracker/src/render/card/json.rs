//! A decision card as its promised JSON shape.

use tracker_cli_support::CliError;
use tracker_domain::RowRef;
use tracker_gates::{Check, Expansion, Reason, Source};

use super::share;
use crate::card::{Certainty, DecisionCard, ProviderLine, Week0};
use crate::wire;
use crate::wire::card::{
    CardJson, CheckJson, ComparisonJson, ExpansionJson, HeadJson, PreviewJson, ProviderJson, ReasonJson,
    RowJson, SourceJson, Week0Json, WindowJson,
};
use crate::wire::value::Plain;

/// Returns the card as JSON text.
///
/// # Errors
/// Failed: a value has no form in JSON.
pub(crate) fn json(of: &DecisionCard) -> Result<String, CliError> {
    let (met, all) = of.card.completeness();
    wire::text(&CardJson {
        window: &of.card.subject,
        status: of.card.status.to_string(),
        anomalies: of.tally.anomalies,
        blocking_anomalies: of.tally.blocking,
        finalized: of.tally.finalized > 0,
        finalized_windows: of.tally.finalized,
        outcome: of.tally.outcome.as_deref(),
        evidence_count: of.tally.evidence,
        churn_count: of.tally.churn,
        completeness_pct: Plain(share(met, all)),
        completeness_total: all,
        completeness_met: met,
        reasons: of.card.reasons.iter().map(reason).collect(),
        checks: of.card.checks.iter().map(check).collect(),
        votes: of.votes.iter().map(source).collect(),
        notes: &of.notes,
        week0: of.week0.as_ref().map(compiled),
        data_dir: of.data_dir.display().to_string(),
        heads: of.heads.iter().map(head).collect(),
    })
}

fn reason(of: &Reason) -> ReasonJson<'_> {
    ReasonJson { code: &of.code, text: &of.text, rows: of.rows.iter().map(row).collect() }
}

fn row(of: &RowRef) -> RowJson<'_> {
    RowJson { file: &of.file, line: of.line, seq: of.seq }
}

fn check(of: &Check) -> CheckJson<'_> {
    let sources = of.sources.iter().map(source).collect();
    CheckJson { name: of.name, met: of.met, found: &of.found, sources }
}

fn source(of: &Source) -> SourceJson<'_> {
    SourceJson { text: &of.text, row: row(&of.row) }
}

fn head(of: &crate::card::LedgerHead) -> HeadJson<'_> {
    HeadJson {
        file: &of.file,
        rows: of.rows,
        seq: of.last.as_ref().map(|last| last.seq),
        h: of.last.as_ref().map(|last| last.hash.as_str()),
    }
}

fn compiled(of: &Week0) -> Week0Json<'_> {
    Week0Json {
        providers: of.providers.iter().map(provider).collect(),
        windows: of
            .windows
            .iter()
            .map(|(window, status)| WindowJson { window, status: status.to_string() })
            .collect(),
        open_windows: of.open,
        comparison: of.comparison.iter().map(comparison).collect(),
        expansion: of.expansion.iter().map(expansion).collect(),
        replay: of.replay.as_ref().map(|(summary, _)| summary.as_str()),
    }
}

fn provider(of: &ProviderLine) -> ProviderJson<'_> {
    let (facts, estimate) = (&of.facts, &of.estimate);
    ProviderJson {
        provider: &facts.provider,
        windows: facts.windows.len(),
        meter: &estimate.meter,
        efficiency: estimate.efficiency.map(Plain),
        lo: facts.interval.map(|(lo, _)| Plain(lo)),
        hi: facts.interval.map(|(_, hi)| Plain(hi)),
        n: estimate.n,
        power: estimate.power.map(Plain),
        highest_weekly_pct: facts.highest_weekly.as_ref().map(|(used, _)| Plain(*used)),
    }
}

fn comparison(of: &Certainty) -> ComparisonJson<'_> {
    ComparisonJson {
        meter: &of.meter,
        better: &of.better,
        worse: &of.worse,
        delta: Plain(of.delta),
        certainty: of.certainty.map(Plain),
        may_reallocate: of.reallocate.as_ref().is_some_and(|gate| gate.fires),
        may_retire: of.retire.as_ref().is_some_and(|gate| gate.fires),
    }
}

fn expansion(of: &Expansion) -> ExpansionJson<'_> {
    let previews = of.previews.iter().map(|preview| PreviewJson {
        as_of: row(&preview.as_of),
        n: preview.n,
        width: preview.width.map(Plain),
        power: preview.power.map(Plain),
        quality: preview.quality.map(Plain),
        baseline: preview.baseline.map(Plain),
    });
    ExpansionJson {
        provider: &of.provider,
        allowed: of.allowed,
        previews: previews.collect(),
        missing: of.missing.iter().map(reason).collect(),
    }
}
