//! `tracker complete`: the finalize row of a window.

use tracker_cli_support::{CliError, Exit, Ui};
use tracker_domain::{DomainError, Outcome, ProviderId, Quality, QualitySource, WindowId};
use tracker_ledger::wire::churn::ChurnRow;
use tracker_ledger::wire::{self, Stamp};
use tracker_ledger::{LedgerFile, Transaction};
use tracker_windows::finalize::{Inputs, Typed, finalize};

use super::churn::{self, ChurnArgs, commits_of, measured_quality_of};
use crate::rows::Rows;
use crate::store::{self, TOOL_VERSION};
use crate::{Workspace, errors, intake, repository};

/// Arguments of `tracker complete`.
#[derive(Debug, clap::Args)]
pub struct CompleteArgs {
    /// The window
    #[arg(long, value_name = "ID")]
    window: WindowId,
    /// Features that became green, by provider; may be repeated
    #[arg(long, value_name = "PROVIDER=N", value_parser = provider_features)]
    features: Vec<(ProviderId, f64)>,
    /// Features of codex
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    codex_features: Option<f64>,
    /// Features of claude
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    claude_features: Option<f64>,
    /// Features of glm
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    glm_features: Option<f64>,
    /// Quality of the features, 0-1
    #[arg(long, visible_alias = "quality-score", value_name = "Q", value_parser = quality, allow_negative_numbers = true)]
    quality: Option<Quality>,
    /// Rubric stored beside the quality, 1-5
    #[arg(long, value_name = "R", value_parser = rubric, allow_negative_numbers = true)]
    rubric: Option<f64>,
    /// pass, partial, fail or docs:TEXT
    #[arg(long, value_name = "OUTCOME")]
    outcome: Option<Outcome>,
    /// The way of working; with the provider it makes an arm
    #[arg(long, value_name = "NAME")]
    methodology: Option<String>,
    /// Complexity load score
    #[arg(long, value_name = "X", value_parser = finite, allow_negative_numbers = true)]
    cls: Option<f64>,
    /// Human minutes per feature
    #[arg(long, value_name = "MIN", value_parser = count, allow_negative_numbers = true)]
    impf: Option<f64>,
    /// Commit before the work
    #[arg(long, value_name = "COMMIT")]
    commit_start: Option<String>,
    /// Commit after the work
    #[arg(long, value_name = "COMMIT")]
    commit_end: Option<String>,
    /// Do not keep the commit that is checked out
    #[arg(long)]
    no_commit: bool,
    /// Measure the churn of the window at once
    #[arg(long)]
    churn: bool,
    /// Capability or specification id
    #[arg(long, value_name = "ID")]
    spec_id: Option<String>,
    /// Version of the specification
    #[arg(long, value_name = "VERSION")]
    spec_version: Option<String>,
    /// Notes kept with the row
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    notes: String,
    /// Finalize although an anomaly blocks it; the row says which
    #[arg(long)]
    accept_anomaly: bool,
}

fn number(text: &str, range: std::ops::RangeInclusive<f64>, words: &str) -> Result<f64, String> {
    text.parse().ok().filter(|value| range.contains(value)).ok_or_else(|| format!("use {words}"))
}

/// Reads a number of at least 0.
pub(crate) fn count(text: &str) -> Result<f64, String> {
    number(text, 0.0..=1e9, "a number of at least 0")
}

fn rubric(text: &str) -> Result<f64, String> {
    number(text, 1.0..=5.0, "a number from 1 to 5")
}

/// Reads a finite number.
pub(crate) fn finite(text: &str) -> Result<f64, String> {
    number(text, -1e9..=1e9, "a finite number")
}

fn quality(text: &str) -> Result<Quality, String> {
    let value = text.parse().map_err(|_| "use a number from 0 to 1".to_owned())?;
    Quality::typed(value).map_err(|cause: DomainError| cause.to_string())
}

fn provider_features(text: &str) -> Result<(ProviderId, f64), String> {
    let (provider, n) = text.split_once('=').ok_or("use PROVIDER=N, for example codex=3")?;
    let provider = provider.parse().map_err(|cause: DomainError| cause.to_string())?;
    Ok((provider, count(n)?))
}

/// Appends the finalize row and the anomalies that were found with it.
///
/// # Errors
/// Failed: an unknown window. Refused: a missing snapshot, a blocking anomaly, an unreadable provider.
pub fn run(args: &CompleteArgs, workspace: &mut Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    if !args.no_commit {
        repository::mark_commit(workspace, ui);
    }
    let exit = complete(args, workspace, ui)?;
    if args.churn || workspace.config.churn_on_complete.value {
        churn::run(&ChurnArgs::of_window(args.window.clone()), workspace, ui)?;
    }
    Ok(exit)
}

fn complete(args: &CompleteArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    check_once(args)?;
    let ledger = workspace.ledger();
    let mut rows = Rows::new(ledger.clone());
    if !ledger.dir().path().is_dir() {
        return Err(CliError::failed(format!("{} is not known: there is no data dir", args.window))
            .hint("start a window by `tracker alias start PROVIDER`, or name the data dir by --data-dir"));
    }
    let mut transaction =
        ledger.begin(&[LedgerFile::WINDOWS, LedgerFile::ANOMALIES]).map_err(errors::ledger)?;
    let (snapshots, retractions) = rows.snapshots(Some(&args.window))?;
    let counts = rows.prompt_counts(Some(&args.window))?;
    let anomalies = rows.anomalies(Some(&args.window))?;
    let known_elsewhere = !rows.finalized(Some(&args.window))?.is_empty()
        || !rows.objects(&LedgerFile::PROXY_TELEMETRY, Some(&args.window))?.is_empty();
    rows.report(ui);
    let mut inputs =
        Inputs::new(args.window.clone(), workspace.now()).with_snapshots(&snapshots, &retractions);
    inputs.counts = &counts;
    inputs.anomalies = &anomalies;
    inputs.accept_anomaly = args.accept_anomaly;
    inputs.known_elsewhere = known_elsewhere;
    inputs.typed = typed(args, &snapshots, &counts);
    inputs.typed.notes = intake::notes(&args.notes, &ledger)?;
    add_commits(&mut inputs.typed, &commits_of(&snapshots, &retractions, &counts), workspace);
    add_measured(&mut inputs.typed, &rows.churn(Some(&args.window))?);
    let (window, found) = match finalize(inputs) {
        Ok(finalized) => finalized,
        Err(refusal) => {
            record(&mut transaction, &refusal.anomalies, workspace)?;
            commit(transaction, ui)?;
            return Err(errors::refusal(&refusal));
        }
    };
    let stamp = Stamp::new(TOOL_VERSION, "complete").with_agent(workspace.lane.as_ref());
    let row = wire::window::write(&window, &stamp).map_err(errors::wire)?;
    // The finalize row is the commit: an anomaly that a crash leaves out is found again by the next finalize.
    record(&mut transaction, &found, workspace)?;
    transaction.append(&LedgerFile::WINDOWS, &row).map_err(errors::ledger)?;
    commit(transaction, ui)?;
    for anomaly in &found {
        ui.warn(format_args!("{}: {}", anomaly.kind, anomaly.detail));
    }
    let providers: Vec<&str> = window.providers.keys().map(ProviderId::as_str).collect();
    ui.line(format_args!("finalized window {} with providers: {}", args.window, providers.join(", ")))?;
    Ok(Exit::Ok)
}

/// Refuses two counts for one provider: neither is more likely to be meant than the other.
fn check_once(args: &CompleteArgs) -> Result<(), CliError> {
    let named =
        [("codex", args.codex_features), ("claude", args.claude_features), ("glm", args.glm_features)];
    let mut seen: Vec<&str> = named.iter().filter_map(|(name, features)| features.map(|_| *name)).collect();
    for (provider, _) in &args.features {
        if seen.contains(&provider.as_str()) {
            return Err(CliError::usage(format!("the features of {provider} are given twice"))
                .hint("give one count for each provider"));
        }
        seen.push(provider.as_str());
    }
    Ok(())
}

/// Collects what was typed. A provider that was measured and not named has 0 features: the window counts for it.
fn typed(
    args: &CompleteArgs,
    snapshots: &[tracker_domain::Snapshot],
    counts: &[tracker_domain::PromptCount],
) -> Typed {
    let mut typed = Typed::default();
    let measured = snapshots.iter().map(|row| &row.provider).chain(counts.iter().map(|row| &row.provider));
    for provider in measured {
        typed.features.insert(provider.clone(), 0.0);
    }
    let named =
        [("codex", args.codex_features), ("claude", args.claude_features), ("glm", args.glm_features)];
    for (name, features) in named {
        if let (Ok(provider), Some(features)) = (ProviderId::new(name), features) {
            typed.features.insert(provider, features);
        }
    }
    typed.features.extend(args.features.iter().cloned());
    typed.quality = args.quality;
    typed.quality_source = args.quality.map(|_| QualitySource::Manual);
    typed.rubric = args.rubric;
    typed.outcome = args.outcome.clone();
    typed.methodology.clone_from(&args.methodology);
    typed.spec_id.clone_from(&args.spec_id);
    typed.spec_version.clone_from(&args.spec_version);
    typed.commit_start.clone_from(&args.commit_start);
    typed.commit_end.clone_from(&args.commit_end);
    typed.cls = args.cls;
    typed.impf = args.impf;
    typed
}

/// Adds the commits that were checked out when the window was started and ended, or is completed.
fn add_commits(typed: &mut Typed, of: &(Option<String>, Option<String>), workspace: &Workspace) {
    let now = workspace.commit_mark.as_ref().map(|mark| mark.commit.clone());
    typed.commit_start = typed.commit_start.take().or_else(|| of.0.clone());
    typed.commit_end = typed.commit_end.take().or_else(|| of.1.clone()).or(now);
}

/// Adds the quality that was measured before the window was completed again; a typed one wins.
fn add_measured(typed: &mut Typed, rows: &[ChurnRow]) {
    let Some((quality, source, share)) = rows.iter().rev().find_map(measured_quality_of) else { return };
    typed.churn_14d = Some(share);
    if typed.quality.is_none() {
        (typed.quality, typed.quality_source) = (Some(quality), Some(source));
    }
}

fn record(
    transaction: &mut Transaction,
    anomalies: &[tracker_domain::Anomaly],
    workspace: &Workspace,
) -> Result<(), CliError> {
    anomalies.iter().try_for_each(|anomaly| store::anomaly(transaction, anomaly, "complete", workspace))
}

fn commit(transaction: Transaction, ui: &mut Ui) -> Result<(), CliError> {
    for notice in transaction.commit().map_err(errors::ledger)? {
        ui.note(notice);
    }
    Ok(())
}
