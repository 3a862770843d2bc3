//! `tracker preview`: what the finalized windows give, with honest intervals, and what is still open.

use std::collections::{BTreeMap, BTreeSet};

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_domain::{FinalizedWindow, MeterId, Snapshot, WindowId};
use tracker_ledger::LedgerFile;
use tracker_stats::IntervalName;
use tracker_windows::canonical::{CanonicalSnapshots, finalized};
use tracker_windows::needs::open_windows;
use tracker_windows::prompts::is_corrected;
use tracker_windows::units::units;

use crate::Workspace;
use crate::beside::{Beside, beside};
use crate::estimate::{self, Estimate};
use crate::explain::contributions;
use crate::heads::{self, Seen};
use crate::render::preview as render;
use crate::rows::{Object, Rows};
use crate::settings::Settings;
use crate::telemetry::stored::Telemetry;

/// Arguments of `tracker preview`.
#[derive(Debug, clap::Args)]
pub struct PreviewArgs {
    /// Only this window
    #[arg(long, value_name = "ID")]
    window: Option<WindowId>,
    /// The meter that is the denominator: weekly, 5h, prompts or a meter id
    #[arg(long, value_name = "METER")]
    capacity: Option<MeterId>,
    /// The interval: policy, log-hc3, hc3, fieller, bca, ...
    #[arg(long, value_name = "NAME")]
    ci: Option<IntervalName>,
    /// The difference in features per unit whose power is shown
    #[arg(long, value_name = "E")]
    effect: Option<f64>,
    /// List the windows of each provider with what each contributed
    #[arg(long)]
    explain: bool,
}

/// What a preview shows.
#[derive(Debug, Default)]
pub struct Preview {
    /// The finalized windows, newest finalize row of each.
    pub windows: Vec<FinalizedWindow>,
    /// Anomalies that still count.
    pub anomalies: Vec<tracker_domain::Anomaly>,
    /// One line a provider.
    pub providers: Vec<Estimate>,
    /// Windows that are not finalized, with what each needs.
    pub open: Vec<(String, Vec<String>)>,
    /// Further windows that are not finalized, of which only the number is told.
    pub more_open: usize,
    /// Churn rows as stored, the newest of each window, provider and way of working.
    pub churn: Vec<Object>,
    /// Proxy telemetry.
    pub proxy: Telemetry,
    /// Usage reports by scope.
    pub reports: BTreeMap<String, tracker_ledger::wire::usage_report::UsageReport>,
    /// Tokens beside the bars.
    pub beside: Beside,
    /// The newest stored replay.
    pub replay: Option<Object>,
    /// Snapshots by provider: phases, sources and notes.
    pub snapshots: BTreeMap<String, Seen>,
}

impl Preview {
    /// Tells whether no row of any ledger was found.
    fn is_empty(&self) -> bool {
        self.windows.is_empty()
            && self.open.is_empty()
            && self.snapshots.is_empty()
            && self.anomalies.is_empty()
            && self.churn.is_empty()
            && self.proxy.lanes.is_empty()
            && self.proxy.totals_only.is_none()
            && self.reports.is_empty()
    }
}

/// Shows the preview. Read-only.
///
/// # Errors
/// Failed: a ledger cannot be read. Usage: an unknown interval or meter.
pub fn run(args: &PreviewArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    let only = args.window.as_ref();
    let mut rows = Rows::new(workspace.ledger());
    let all = rows.finalized(only)?;
    let counts = rows.prompt_counts(only)?;
    let anomalies = rows.anomalies(only)?;
    let mut preview = Preview::default();
    let kept = collect_snapshots(&mut rows, only, &all, &anomalies, &mut preview)?;
    let canonical = CanonicalSnapshots::new(&kept.0, &kept.1);
    preview.anomalies = anomalies
        .into_iter()
        .filter(|anomaly| canonical.is_active(anomaly) && !is_corrected(anomaly, &counts))
        .collect();
    preview.open = open_windows(&canonical, &counts, &all)
        .into_iter()
        .map(|open| {
            let blocking = preview.anomalies.iter().filter(|row| row.blocking && row.window == open.window);
            let blocking = blocking.map(|row| format!("{} of {} is blocking", row.kind, row.provider));
            let needs = open.needs.iter().map(ToString::to_string).chain(blocking).collect();
            (open.window.to_string(), needs)
        })
        .collect();
    let settings = Settings::of(args.capacity.as_ref(), args.ci, args.effect, workspace)?;
    for provider in units(&all, &counts, settings.capacity.as_ref()) {
        let mut of = estimate::estimate(&provider, settings.interval, settings.effect);
        of.explained = args.explain.then(|| contributions(&provider, &all));
        preview.providers.push(of);
    }
    if let Some(meter) = settings.capacity.as_ref().filter(|_| preview.providers.iter().all(|of| of.n == 0)) {
        ui.warn(format_args!(
            "no window shows the meter {meter}: use weekly, 5h, prompts or a meter of your panes"
        ));
    }
    preview.windows = finalized(&all).into_values().map(|rows| rows.canonical.clone()).collect();
    preview.churn = newest_churn(rows.objects(&LedgerFile::CHURN, only)?);
    preview.proxy = Telemetry::collect(&mut rows, only, &workspace.config.classes())?;
    preview.replay = rows.objects(&LedgerFile::REPLAY, None)?.pop();
    let reports = rows.reports(&LedgerFile::CODEX_CCUSAGE, only)?;
    preview.beside = beside(&all, &reports, &preview.proxy);
    for report in reports {
        preview.reports.insert(report.scope.clone().unwrap_or_else(|| "session".to_owned()), report);
    }
    rows.report(ui);
    if let Some(window) = only.filter(|_| preview.is_empty()) {
        return Err(CliError::failed(format!("{window} is not known: no row names it"))
            .hint("`tracker preview` lists the windows that are known"));
    }
    match format {
        Format::Json => ui.json(&render::json(&preview)?)?,
        _ => ui.text(&render::text(&mut preview, only.is_some()))?,
    }
    Ok(Exit::Ok)
}

type Kept = (Vec<Snapshot>, Vec<tracker_domain::Retraction>);

/// Reads the snapshots of one window, or over all windows only what the open ones and the anomalies need.
fn collect_snapshots(
    rows: &mut Rows,
    only: Option<&WindowId>,
    all: &[FinalizedWindow],
    anomalies: &[tracker_domain::Anomaly],
    preview: &mut Preview,
) -> Result<Kept, CliError> {
    if only.is_some() {
        let (snapshots, retractions) = rows.snapshots(only)?;
        for snapshot in &snapshots {
            let seen = preview.snapshots.entry(snapshot.provider.to_string()).or_default();
            seen.rows += 1;
            seen.phases.insert(snapshot.phase.to_string());
            seen.sources.insert(snapshot.source.clone());
            if !snapshot.notes.is_empty() {
                seen.notes.insert(snapshot.notes.clone());
            }
        }
        return Ok((snapshots, retractions));
    }
    let disputed: BTreeSet<&str> = anomalies.iter().map(|anomaly| anomaly.window.as_str()).collect();
    let settled: BTreeSet<&str> = all.iter().map(|row| row.window.as_str()).collect();
    let heads = heads::pass(rows, &settled, &disputed)?;
    preview.snapshots = heads.seen;
    preview.more_open = heads.more_open;
    Ok((heads.snapshots, heads.retractions))
}

/// Keeps the newest row of what was measured more than once, at the place of the first.
fn newest_churn(rows: Vec<Object>) -> Vec<Object> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept: Vec<Object> = Vec::new();
    for row in rows {
        let of = ["window", "provider", "methodology", "paths"].map(|key| row.get(key));
        let place = *places.entry(format!("{of:?}")).or_insert(kept.len());
        match kept.get_mut(place) {
            Some(known) => *known = row,
            None => kept.push(row),
        }
    }
    kept
}
