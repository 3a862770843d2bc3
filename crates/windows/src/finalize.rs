//! Finalization: the one row that says what a window was worth, or why it cannot be said yet.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use tracker_domain::{
    Anomaly, FinalizedWindow, Outcome, PromptCount, ProviderId, Quality, QualitySource, Retraction, Snapshot,
    WindowId,
};

use crate::canonical::CanonicalSnapshots;
use crate::counts::in_force;
use crate::needs::{Missing, Need, needs};
use crate::pairing::{Pair, pairs};
use crate::prompts::is_corrected;
use crate::refusal::{Refusal, Rule};
use crate::summary::{Summary, summarize};

/// What the operator types. Set the fields of a default value.
///
/// ```
/// use tracker_domain::{Outcome, Quality};
/// let mut typed = tracker_windows::finalize::Typed::default();
/// typed.features.insert("codex".parse()?, 3.0);
/// typed.quality = Some(Quality::typed(1.0)?);
/// typed.outcome = Some(Outcome::Pass);
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Typed {
    /// Features that became green, by provider; finite and at least 0.
    pub features: BTreeMap<ProviderId, f64>,
    /// Quality, 0-1.
    pub quality: Option<Quality>,
    /// Who says so.
    pub quality_source: Option<QualitySource>,
    /// The 1-5 rubric.
    pub rubric: Option<f64>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Notes.
    pub notes: String,
    /// The way of working.
    pub methodology: Option<String>,
    /// Capability or specification id.
    pub spec_id: Option<String>,
    /// Version of the specification.
    pub spec_version: Option<String>,
    /// Commit before the work.
    pub commit_start: Option<String>,
    /// Commit after the work.
    pub commit_end: Option<String>,
    /// Complexity load score.
    pub cls: Option<f64>,
    /// Human minutes per feature.
    pub impf: Option<f64>,
    /// Share of added lines changed or deleted within 14 days.
    pub churn_14d: Option<f64>,
}

/// What a finalization rests on. Rows of other windows do no harm.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Inputs<'a> {
    /// The window.
    pub window: WindowId,
    /// The instant of the row.
    pub now: DateTime<Utc>,
    /// Snapshots.
    pub snapshots: &'a [Snapshot],
    /// Retractions.
    pub retractions: &'a [Retraction],
    /// Prompt counts.
    pub counts: &'a [PromptCount],
    /// Recorded anomalies.
    pub anomalies: &'a [Anomaly],
    /// What the operator types.
    pub typed: Typed,
    /// Whether the operator accepts blocking anomalies and unreadable providers; the row records which.
    pub accept_anomaly: bool,
    /// Whether other ledgers (telemetry, churn, earlier finalize rows) know the window.
    pub known_elsewhere: bool,
}

impl<'a> Inputs<'a> {
    /// Returns inputs without any row.
    #[must_use]
    pub fn new(window: WindowId, now: DateTime<Utc>) -> Self {
        Self {
            window,
            now,
            snapshots: &[],
            retractions: &[],
            counts: &[],
            anomalies: &[],
            typed: Typed::default(),
            accept_anomaly: false,
            known_elsewhere: false,
        }
    }

    /// Returns the inputs with the snapshots and their retractions.
    #[must_use]
    pub fn with_snapshots(mut self, snapshots: &'a [Snapshot], retractions: &'a [Retraction]) -> Self {
        self.snapshots = snapshots;
        self.retractions = retractions;
        self
    }
}

/// Returns the finalize row of a window and the anomalies that are new and must be recorded with it.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use tracker_windows::finalize::{Inputs, finalize};
/// let nothing = Inputs::new("W0-99".parse()?, DateTime::<Utc>::UNIX_EPOCH);
/// assert!(finalize(nothing).is_err_and(|refusal| refusal.is_unknown_window()));
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
///
/// # Errors
/// [`Rule::UnknownWindow`], [`Rule::MissingSnapshot`], [`Rule::Order`], [`Rule::BlockingAnomaly`] or
/// [`Rule::Unreadable`]. The last two, and a claim of features by a provider without any reading, are overridden by
/// `accept_anomaly`. The refusal carries the anomalies that are to be recorded in spite of it.
pub fn finalize(inputs: Inputs<'_>) -> Result<(FinalizedWindow, Vec<Anomaly>), Refusal> {
    let canonical = CanonicalSnapshots::new(inputs.snapshots, inputs.retractions);
    check_known(&inputs)?;
    let mut accepted = check_complete(&inputs, &canonical)?;
    let summary = summarize(&inputs.window, &canonical, inputs.counts, inputs.now);
    let new: Vec<Anomaly> = summary
        .anomalies
        .iter()
        .filter(|found| !inputs.anomalies.iter().any(|known| is_same(known, found)))
        .cloned()
        .collect();
    accepted.extend(check_readable(&inputs, &canonical, &summary)?);
    accepted.extend(check_anomalies(&inputs, &canonical, &new)?);
    let Typed {
        features,
        quality,
        quality_source,
        rubric,
        outcome,
        notes,
        methodology,
        spec_id,
        spec_version,
        commit_start,
        commit_end,
        cls,
        impf,
        churn_14d,
    } = inputs.typed;
    let row = FinalizedWindow {
        features,
        quality,
        quality_source,
        rubric,
        outcome,
        notes,
        methodology,
        spec_id,
        spec_version,
        commit_start,
        commit_end,
        cls,
        impf,
        churn_14d,
        providers: summary.providers,
        accepted_anomalies: accepted,
        ..FinalizedWindow::new(inputs.window, inputs.now)
    };
    Ok((row, new))
}

/// Tells whether two anomalies say the same, whenever they were found.
pub(crate) fn is_same(a: &Anomaly, b: &Anomaly) -> bool {
    (&a.window, &a.provider, &a.lane, &a.kind, &a.meter, &a.snapshots)
        == (&b.window, &b.provider, &b.lane, &b.kind, &b.meter, &b.snapshots)
        && (a.before, a.after) == (b.before, b.after)
}

fn check_known(inputs: &Inputs<'_>) -> Result<(), Refusal> {
    let window = &inputs.window;
    let known = inputs.known_elsewhere
        || inputs.snapshots.iter().any(|row| row.window == *window)
        || inputs.counts.iter().any(|row| row.window == *window);
    if known {
        return Ok(());
    }
    Err(Refusal::new(
        Rule::UnknownWindow,
        format!("unknown window {window}: no row names it"),
        "`tracker preview` lists the windows that are known",
    ))
}

/// Refuses lanes with one phase, lanes in reverse order, and features of a provider that has no reading at all.
fn check_complete(inputs: &Inputs<'_>, canonical: &CanonicalSnapshots<'_>) -> Result<Vec<String>, Refusal> {
    let window = &inputs.window;
    let lacking = needs(window, canonical, inputs.counts);
    let halves: Vec<&Need> = lacking.iter().filter(|need| need.missing != Missing::SecondCount).collect();
    if let Some(first) = halves.first() {
        let phase = if first.missing == Missing::After { "end" } else { "start" };
        return Err(Refusal::new(
            Rule::MissingSnapshot,
            format!("{window} is not complete: {}", join(halves.iter())),
            format!(
                "run `tracker alias {phase} {} --window {window}`, or withdraw the other phase by \
                 `tracker alias delete`",
                first.provider
            ),
        ));
    }
    let lanes = pairs(canonical, window);
    if let Some(pair) = lanes.values().flat_map(|lanes| &lanes.pairs).find(|pair| !pair.is_ordered()) {
        let provider = &pair.after.provider;
        return Err(Refusal::new(
            Rule::Order,
            format!("the after of {provider} in {window} is older than its before"),
            format!(
                "withdraw the wrong one by `tracker alias delete {provider} --phase after --window \
                 {window}` and capture it again"
            ),
        ));
    }
    let counted = |provider: &ProviderId| {
        in_force(inputs.counts).iter().any(|row| row.window == *window && row.provider == *provider)
    };
    let unread: Vec<Need> = inputs
        .typed
        .features
        .iter()
        .filter(|(provider, n)| **n > 0.0 && !lanes.contains_key(provider) && !counted(provider))
        .map(|(provider, _)| Need { provider: provider.clone(), lane: None, missing: Missing::AnyReading })
        .collect();
    if unread.is_empty() || inputs.accept_anomaly {
        return Ok(unread.iter().map(|need| format!("no-reading:{}", need.provider)).collect());
    }
    Err(Refusal::new(
        Rule::MissingSnapshot,
        format!("{window} has features without any reading: {}", join(unread.iter())),
        "record its meters, or finalize with `--accept-anomaly`: its features then count for no efficiency",
    ))
}

/// Refuses a provider of which not one reading holds a number.
fn check_readable(
    inputs: &Inputs<'_>,
    canonical: &CanonicalSnapshots<'_>,
    summary: &Summary,
) -> Result<Vec<String>, Refusal> {
    let lanes = pairs(canonical, &inputs.window);
    let is_unreadable = |provider: &ProviderId| {
        let panes = lanes.get(provider).is_none_or(|lanes| lanes.pairs.iter().all(Pair::is_unreadable));
        let of_provider = |row: &&PromptCount| row.window == inputs.window && row.provider == *provider;
        panes && in_force(inputs.counts).into_iter().filter(of_provider).all(|row| row.prompts_used.is_none())
    };
    let unreadable: Vec<&ProviderId> =
        summary.providers.keys().filter(|provider| is_unreadable(provider)).collect();
    if unreadable.is_empty() || inputs.accept_anomaly {
        return Ok(unreadable.iter().map(|provider| format!("{}:{provider}", Rule::Unreadable)).collect());
    }
    Err(Refusal::new(
        Rule::Unreadable,
        format!("no reading of {} in {} holds a number", join(unreadable.iter()), inputs.window),
        "capture the panes again or type the numbers by `tracker override`; `--accept-anomaly` \
         finalizes without them",
    ))
}

fn check_anomalies(
    inputs: &Inputs<'_>,
    canonical: &CanonicalSnapshots<'_>,
    new: &[Anomaly],
) -> Result<Vec<String>, Refusal> {
    let recorded = inputs
        .anomalies
        .iter()
        .filter(|anomaly| anomaly.window == inputs.window && !is_corrected(anomaly, inputs.counts));
    let blocking: Vec<&Anomaly> =
        recorded.chain(new).filter(|anomaly| anomaly.blocking && canonical.is_active(anomaly)).collect();
    let mut names: Vec<String> = blocking.iter().map(|anomaly| anomaly.name()).collect();
    names.dedup();
    let Some(first) = blocking.first().filter(|_| !inputs.accept_anomaly) else { return Ok(names) };
    let (provider, window) = (&first.provider, &inputs.window);
    Err(Refusal::new(
        Rule::BlockingAnomaly,
        format!("{window} has a blocking anomaly: {} ({})", names.join(", "), one_line(&first.detail)),
        format!(
            "withdraw the wrong pane by `tracker alias delete {provider} --window {window}` (`--phase before` or \
             `after`) and capture it again, or finalize with `--accept-anomaly`"
        ),
    )
    .with_anomalies(new.to_vec()))
}

fn join<T: ToString>(items: impl Iterator<Item = T>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}

/// Returns the first line of a text that a row of any origin holds.
fn one_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
