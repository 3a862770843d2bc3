//! What the hand-off brief says, gathered from the ledgers.

use std::collections::{BTreeMap, BTreeSet};

use tracker_cli_support::CliError;
use tracker_domain::{
    Anomaly, Evidence, EvidenceResult, FeatureKind, FeatureRecord, FinalizedWindow, Outcome, ProviderId,
    Snapshot, WindowId,
};
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::churn::ChurnRow;
use tracker_panes::providers;
use tracker_windows::canonical::{CanonicalSnapshots, finalized};
use tracker_windows::needs::{Missing, OpenWindow, open_windows};
use tracker_windows::prompts::is_corrected;
use tracker_workflow::handoff::{
    Brief, Command, HeadBrief, LaneBrief, MeterSource, OpenWork, UnfinishedWork, WindowBrief, close_open,
    close_unfinished,
};
use tracker_workflow::plan::{Check, Reference, SessionTokens, sessions};

use crate::rows::Rows;
use crate::{Workspace, errors, heads, session};

/// How many windows of each list are shown; the rest is counted.
const SHOWN: usize = 12;

/// The lane when none is known.
const MAIN: &str = "main";

/// Rows that are looked up by window.
struct Beside {
    features: Vec<FeatureRecord>,
    evidence: Vec<Evidence>,
    churn: Vec<ChurnRow>,
}

/// Gathers the brief. Writes nothing.
///
/// # Errors
/// A ledger cannot be read.
pub(crate) fn gather(
    rows: &mut Rows,
    workspace: &Workspace,
    reading: &[String],
    checks: &[String],
) -> Result<Brief, CliError> {
    let all = rows.finalized(None)?;
    let counts = rows.prompt_counts(None)?;
    let anomalies = rows.anomalies(None)?;
    let beside =
        Beside { features: rows.features(None)?, evidence: rows.evidence(None)?, churn: rows.churn(None)? };
    let settled: BTreeSet<&str> = all.iter().map(|row| row.window.as_str()).collect();
    let disputed: BTreeSet<&str> = anomalies.iter().map(|row| row.window.as_str()).collect();
    let kept = heads::pass(rows, &settled, &disputed)?;
    let canonical = CanonicalSnapshots::new(&kept.snapshots, &kept.retractions);
    let active: Vec<&Anomaly> =
        anomalies.iter().filter(|row| canonical.is_active(row) && !is_corrected(row, &counts)).collect();
    let open = open_windows(&canonical, &counts, &all);
    let command = session::command(workspace);
    let open_briefs = open.iter().take(SHOWN).map(|of| open_brief(of, &active, &beside, &command)).collect();
    let mut unfinished = unfinished(&all, &beside, &command);
    let more_unfinished = unfinished.len().saturating_sub(SHOWN);
    unfinished.truncate(SHOWN);
    let newest = open.last().map(|of| of.window.clone()).or_else(|| newest_finalized(&all));
    let window = newest.as_ref().map(WindowId::as_str);
    let provider = newest.as_ref().and_then(|id| provider_of(id, &open, &all));
    let planned = sessions(&rows.token_plans()?).into_iter().rev().find(|of| of.actual.is_none());
    Ok(Brief {
        at: workspace.now(),
        root: workspace.root.display().to_string(),
        reading: self::reading(workspace, reading),
        opener: session::opener(workspace, window),
        lanes: lanes(&open, &kept.snapshots, workspace),
        more_open: open.len().saturating_sub(SHOWN) + kept.more_open,
        open: open_briefs,
        unfinished,
        more_unfinished,
        always: always(&command, window, provider.as_ref(), planned.as_ref()),
        matrix: session::matrix(workspace, checks, window),
        heads: ledger_heads(workspace)?,
    })
}

/// The newest plan is read as well, when there is one.
fn reading(workspace: &Workspace, more: &[String]) -> Vec<Reference> {
    let mut all = session::reading(workspace, more);
    let plans = std::fs::read_dir(&workspace.config.plans.value).into_iter().flatten().flatten();
    let plans = plans.map(|entry| entry.path()).filter(|path| path.to_string_lossy().ends_with(".plan.md"));
    if let Some(newest) = plans.max() {
        all.insert(
            0,
            Reference { path: newest.display().to_string(), why: "the plan of this session".to_owned() },
        );
    }
    all
}

fn open_brief(open: &OpenWindow, active: &[&Anomaly], beside: &Beside, command: &Command) -> WindowBrief {
    let blocking = active.iter().filter(|row| row.blocking && row.window == open.window);
    let logged =
        beside.features.iter().filter(|row| row.kind == FeatureKind::Logged && row.window == open.window);
    // Of several rows for one scenario only one counts.
    let scenarios: BTreeSet<_> =
        logged.filter_map(|row| Some((row.provider.clone()?, &row.feature_file, &row.scenario))).collect();
    let mut features: BTreeMap<ProviderId, u64> = BTreeMap::new();
    for (provider, ..) in scenarios {
        *features.entry(provider).or_default() += 1;
    }
    let work = OpenWork {
        blocking: blocking.map(|row| format!("{} of {} is blocking", row.kind, row.provider)).collect(),
        features,
        capabilities: unproven(&open.window, beside),
    };
    close_open(open, &work, &meter, command)
}

/// Returns how the meter of a provider is had: what its client draws on a terminal only a capture can read.
fn meter(provider: &ProviderId) -> MeterSource {
    match providers::by_kind(provider.as_str()).and_then(|parser| Some((parser.kind(), parser.live()?))) {
        Some((kind, live)) if live.on_terminal => MeterSource::Drawn(kind.to_owned()),
        Some((_, live)) => MeterSource::Printed(live.command.join(" ")),
        None => MeterSource::ByHand,
    }
}

/// Returns the capabilities reserved for a window that no passing evidence shows.
fn unproven(window: &WindowId, beside: &Beside) -> BTreeSet<String> {
    let passes = |capability: &str| {
        let is_it = |row: &&Evidence| row.window == *window && row.capability == capability;
        beside.evidence.iter().rev().find(is_it).is_some_and(|row| row.result == EvidenceResult::Pass)
    };
    let reserved =
        beside.features.iter().filter(|row| row.kind == FeatureKind::Reserved && row.window == *window);
    reserved.filter_map(|row| row.capability.clone()).filter(|capability| !passes(capability)).collect()
}

/// Returns the finalized windows that count as work and lack churn or evidence, newest first.
fn unfinished(all: &[FinalizedWindow], beside: &Beside, command: &Command) -> Vec<WindowBrief> {
    let mut newest: Vec<&FinalizedWindow> = finalized(all).into_values().map(|rows| rows.canonical).collect();
    newest.sort_by_key(|row| std::cmp::Reverse((row.finalized_at, row.row.line)));
    let counts = |row: &&FinalizedWindow| matches!(row.outcome, Some(Outcome::Pass | Outcome::Partial));
    let of = newest.into_iter().filter(counts).filter_map(|row| {
        let churn: Vec<&ChurnRow> = beside.churn.iter().filter(|churn| churn.window == row.window).collect();
        // A row that names nobody is about all who worked.
        let has = |provider: &ProviderId| {
            churn.iter().any(|of| of.provider.as_ref().is_none_or(|of| of == provider))
        };
        let lacks_evidence =
            !beside.evidence.iter().any(|of| of.window == row.window && of.result == EvidenceResult::Pass);
        let work = UnfinishedWork {
            window: row.window.clone(),
            without_churn: row.providers.keys().filter(|provider| !has(provider)).cloned().collect(),
            lacks_evidence,
            capabilities: unproven(&row.window, beside),
        };
        close_unfinished(&work, command)
    });
    of.collect()
}

fn newest_finalized(all: &[FinalizedWindow]) -> Option<WindowId> {
    all.iter().max_by_key(|row| (row.finalized_at, row.row.line)).map(|row| row.window.clone())
}

fn provider_of(window: &WindowId, open: &[OpenWindow], all: &[FinalizedWindow]) -> Option<ProviderId> {
    let of_open = open.iter().find(|of| of.window == *window).and_then(|of| of.providers.first().cloned());
    of_open.or_else(|| all.iter().rev().find(|row| row.window == *window)?.providers.keys().next().cloned())
}

/// Returns the lanes of this shell and of open windows; `main` when none is known.
fn lanes(open: &[OpenWindow], snapshots: &[Snapshot], workspace: &Workspace) -> Vec<LaneBrief> {
    let mut lanes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for lane in snapshots.iter().filter_map(|row| row.lane.as_ref()).chain(&workspace.lane) {
        lanes.entry(lane.to_string()).or_default();
    }
    for of in open {
        for need in of.needs.iter().filter(|need| need.missing == Missing::After) {
            if let Some(lane) = &need.lane {
                let held = lanes.entry(lane.to_string()).or_default();
                if !held.contains(&of.window.to_string()) {
                    held.push(of.window.to_string());
                }
            }
        }
    }
    if lanes.is_empty() {
        lanes.insert(MAIN.to_owned(), Vec::new());
    }
    lanes.into_iter().map(|(lane, windows)| LaneBrief { lane, windows }).collect()
}

/// Returns what is run whatever is open, with the newest window, its provider and the planned session filled in.
fn always(
    command: &Command,
    window: Option<&str>,
    provider: Option<&ProviderId>,
    session: Option<&SessionTokens>,
) -> Vec<Check> {
    let check = |command: String, passes: &str| Check { command, passes: passes.to_owned() };
    let mut all = Vec::new();
    if let Some(window) = window {
        let stream = command.tracker(&["ingest", "proxy-telemetry", "--stdin", "--window", window]);
        all.push(check(
            format!("tail -n +1 -F logs/usage.jsonl | {stream}"),
            "`stored proxy telemetry` is said while sub-agents work (a shell of its own)",
        ));
        let cost = command.tool("proxy-cost-compare", &["--min", "3", "--top", "3"]);
        all.push(check(cost, "three rows or more are printed; the first three belong into the hand-off"));
        let planned = session.and_then(|of| of.planned);
        let planned = planned.map_or_else(|| "PLANNED".to_owned(), |planned| planned.to_string());
        let provider = provider.map_or("PROVIDER", ProviderId::as_str);
        let mut words =
            vec!["checkpoint", "--window", window, "--provider", provider, "--task", "end_of_session"];
        words.extend(session.iter().flat_map(|of| ["--session", of.session.as_str()]));
        words.extend(["--plan", planned.as_str(), "--actual", "N"]);
        all.push(check(command.tracker(&words), "the token row and the block of the hand-off are stored"));
    }
    all.push(check(
        command.tracker(&["plan", "next", "--task", "NAME:TOKENS"]),
        "the plan of the session after this one is written",
    ));
    all
}

fn ledger_heads(workspace: &Workspace) -> Result<Vec<HeadBrief>, CliError> {
    let ledger = workspace.ledger();
    let mut heads = Vec::new();
    for file in LedgerFile::KNOWN {
        if let Some(head) = ledger.head(file).map_err(errors::ledger)? {
            heads.push(HeadBrief {
                file: file.name().to_owned(),
                seq: head.seq,
                hash: head.hash.to_string(),
            });
        }
    }
    Ok(heads)
}
