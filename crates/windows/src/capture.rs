//! Admission of a capture: the rules that hold when a pane arrives, before a row is written.

use chrono::{DateTime, TimeDelta, Utc};
use tracker_domain::{
    Anomaly, AnomalyKind, Meter, Phase, ProviderId, Retraction, RowRef, Snapshot, SnapshotId, Tag, UsedPct,
};

use crate::canonical::{CanonicalSnapshots, PhaseKey};
use crate::pairing::Pair;
use crate::refusal::{Refusal, Rule};
use crate::{replay, reset_buffer};

/// What the ledger holds already. More rows than asked for do no harm.
#[derive(Debug, Clone, Copy, Default)]
pub struct History<'a> {
    /// At least the snapshots of the capture's window and those with the capture's pane hash.
    pub snapshots: &'a [Snapshot],
    /// At least the retractions of those snapshots.
    pub retractions: &'a [Retraction],
    /// Capture instant of the last row of the file, when there is one.
    pub last_captured_at: Option<DateTime<Utc>>,
}

/// How the rules of a capture are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CaptureRules {
    /// How long after a reset an after pane is refused; 5 minutes unless configured.
    pub after_reset_buffer: TimeDelta,
    /// Whether the operator wants a late after recorded all the same.
    pub late: bool,
}

impl Default for CaptureRules {
    fn default() -> Self {
        Self { after_reset_buffer: TimeDelta::minutes(5), late: false }
    }
}

impl CaptureRules {
    /// Returns the rules with another buffer after a reset.
    #[must_use]
    pub fn with_after_reset_buffer(mut self, buffer: TimeDelta) -> Self {
        self.after_reset_buffer = buffer;
        self
    }

    /// Returns the rules with a late after admitted (`true`) or refused.
    #[must_use]
    pub fn with_late(mut self, late: bool) -> Self {
        self.late = late;
        self
    }
}

/// An admitted capture: what is to be written with it.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Admission {
    /// Tags to add to the errors of the reading.
    pub tags: Vec<Tag>,
    /// Anomaly rows to append.
    pub anomalies: Vec<Anomaly>,
    /// The row that this one supersedes: a second after is the last pane, and counts.
    pub supersedes: Option<SnapshotId>,
}

/// Decides about a capture by what the ledger holds, and by nothing else.
///
/// For a `cross` both of its rows are submitted, the after first; they share one `cross_id`.
///
/// # Errors
/// [`Rule::BeforeOnce`], [`Rule::NoBefore`], [`Rule::Order`] or [`Rule::AfterResetBuffer`], which names the instant
/// from which the capture is valid.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use tracker_domain::{Phase, ProviderId, Reading, RowRef, Snapshot};
/// use tracker_windows::capture::{CaptureRules, History, admit};
/// use tracker_windows::Rule;
/// let codex = ProviderId::new("codex")?;
/// let start = Snapshot {
///     id: "s-1".parse()?, window: "W0-20".parse()?, provider: codex.clone(), lane: None,
///     phase: Phase::Before, captured_at: DateTime::<Utc>::UNIX_EPOCH, notes: String::new(),
///     source: "alias".into(), account: None, reading: Reading::new(codex, "status-pane"),
///     pane_hash: None, cross_id: None, commit: None, row: RowRef::default(),
/// };
/// assert!(admit(&start, &History::default(), &CaptureRules::default()).is_ok());
///
/// let rows = [start.clone()];
/// let history = History { snapshots: &rows, ..History::default() };
/// let again = Snapshot { id: "s-2".parse()?, ..start };
/// let refusal = admit(&again, &history, &CaptureRules::default()).expect_err("the window is started");
/// assert_eq!(refusal.rule, Rule::BeforeOnce);
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
pub fn admit(capture: &Snapshot, history: &History<'_>, rules: &CaptureRules) -> Result<Admission, Refusal> {
    let canonical = CanonicalSnapshots::new(history.snapshots, history.retractions);
    let key = PhaseKey::of(capture);
    let mut admission = Admission::default();
    match capture.phase {
        Phase::Before => admit_before(capture, &key, &canonical)?,
        Phase::After => admit_after(capture, &key, &canonical, rules, &mut admission)?,
    }
    if let Some(earlier) = replay::earlier_place(capture, canonical.unretracted()) {
        admission.tags.push(Tag::ReplayedPane);
        admission.anomalies.push(replay::anomaly(capture, earlier));
    }
    if capture.reading.meters.iter().filter_map(Meter::used_pct).any(UsedPct::is_over_100) {
        admission.tags.push(Tag::Over100);
    }
    if history.last_captured_at.is_some_and(|last| capture.captured_at < last) {
        admission.tags.push(Tag::ClockSkew);
    }
    Ok(admission)
}

fn admit_before(
    capture: &Snapshot,
    key: &PhaseKey,
    canonical: &CanonicalSnapshots<'_>,
) -> Result<(), Refusal> {
    let (provider, window) = (&capture.provider, &capture.window);
    if let Some(first) = canonical.get(key) {
        return Err(Refusal::new(
            Rule::BeforeOnce,
            format!("{provider} already has a before for {window}{} ({})", in_lane(capture), first.id),
            format!(
                "to replace it, run `tracker alias delete {provider} --phase before --window {window}` first"
            ),
        ));
    }
    match canonical.get(&PhaseKey { phase: Phase::After, ..key.clone() }) {
        Some(after) if after.captured_at < capture.captured_at => Err(Refusal::new(
            Rule::Order,
            format!(
                "this before is newer than the after that {provider} already has for {window}{}",
                in_lane(capture)
            ),
            format!(
                "give its instant by `--captured-at`, or run `tracker alias delete {provider} --phase after \
                 --window {window}` first"
            ),
        )),
        _ => Ok(()),
    }
}

fn admit_after(
    capture: &Snapshot,
    key: &PhaseKey,
    canonical: &CanonicalSnapshots<'_>,
    rules: &CaptureRules,
    admission: &mut Admission,
) -> Result<(), Refusal> {
    let (provider, window) = (&capture.provider, &capture.window);
    let Some(before) = canonical.get(&PhaseKey { phase: Phase::Before, ..key.clone() }) else {
        return Err(no_before(capture, canonical));
    };
    if capture.captured_at < before.captured_at {
        return Err(Refusal::new(
            Rule::Order,
            format!(
                "this after is older than the before that {provider} has for {window}{}",
                in_lane(capture)
            ),
            "capture a fresh pane; if the before is the wrong one, withdraw it by `tracker alias delete`",
        ));
    }
    let too_soon = reset_buffer::too_soon(before, capture, rules.after_reset_buffer);
    if rules.late || capture.notes.contains("late-after") {
        admission.tags.push(Tag::LateAfter);
        admission.anomalies.push(late_after(capture, too_soon.as_ref()));
    } else if let Some(found) = too_soon {
        return Err(within_buffer(provider, &found));
    }
    admission.supersedes = canonical.get(key).map(|older| older.id.clone());
    admission.anomalies.extend(Pair { before, after: capture }.anomalies(capture.captured_at));
    Ok(())
}

/// Tells, before anything is captured, whether an after that is captured `now` would come too soon after a reset that
/// the before printed.
///
/// # Errors
/// [`Rule::AfterResetBuffer`] with the instant from which an after is valid.
///
/// ```
/// use chrono::TimeDelta;
/// use tracker_domain::{Meter, MeterId, Phase, ProviderId, Reading, RowRef, Snapshot};
/// use tracker_windows::capture::check_after;
/// let codex = ProviderId::new("codex")?;
/// let mut reading = Reading::new(codex.clone(), "status-pane");
/// reading.meters.push(Meter::new(MeterId::FIVE_HOURS, "5h limit").with_resets_at("2026-11-20T11:00:00Z".parse()?));
/// let before = Snapshot {
///     id: "s-1".parse()?, window: "W0-20".parse()?, provider: codex, lane: None,
///     phase: Phase::Before, captured_at: "2026-11-20T10:00:00Z".parse()?, notes: String::new(),
///     source: "alias".into(), account: None, reading,
///     pane_hash: None, cross_id: None, commit: None, row: RowRef::default(),
/// };
/// let check = |now: &str| check_after(&before, now.parse().expect("an instant"), TimeDelta::minutes(5));
/// assert!(check("2026-11-20T10:59:00Z").is_ok());
/// assert_eq!(check("2026-11-20T11:00:00Z").unwrap_err().valid_at, Some("2026-11-20T11:05:00Z".parse()?));
/// assert!(check("2026-11-20T11:05:00Z").is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check_after(before: &Snapshot, now: DateTime<Utc>, buffer: TimeDelta) -> Result<(), Refusal> {
    match reset_buffer::known_too_soon(before, now, buffer) {
        Some(found) => Err(within_buffer(&before.provider, &found)),
        None => Ok(()),
    }
}

fn within_buffer(provider: &ProviderId, found: &reset_buffer::TooSoon) -> Refusal {
    let valid_at = found.valid_at.format("%Y-%m-%dT%H:%M:%SZ");
    Refusal::new(
        Rule::AfterResetBuffer,
        format!(
            "the {} meter of {provider} was reset moments ago: an after is valid from {valid_at}",
            found.meter
        ),
        "capture again then, or run it with `--wait`; `--late` records it as it is, with an anomaly",
    )
    .valid_at(found.valid_at)
}

fn no_before(capture: &Snapshot, canonical: &CanonicalSnapshots<'_>) -> Refusal {
    let (provider, window) = (&capture.provider, &capture.window);
    let others: Vec<&str> = canonical
        .of_window(window)
        .filter(|(key, entry)| {
            key.provider == *provider && key.phase == Phase::Before && entry.canonical.is_some()
        })
        .map(|(key, _)| key.lane.as_ref().map_or("none", |lane| lane.as_str()))
        .collect();
    let hint = if others.is_empty() {
        format!("run `tracker alias start {provider} --window {window}` before the work")
    } else {
        format!("its before is in another lane: set AGENT_ID (lanes with a before: {})", others.join(", "))
    };
    let message = format!("{provider} has no before for {window}{}", in_lane(capture));
    Refusal::new(Rule::NoBefore, message, hint)
}

fn in_lane(capture: &Snapshot) -> String {
    capture.lane.as_ref().map(|lane| format!(" in lane {lane}")).unwrap_or_default()
}

fn late_after(capture: &Snapshot, too_soon: Option<&reset_buffer::TooSoon>) -> Anomaly {
    let why = match too_soon {
        Some(found) => {
            format!("{} was reset at {}", found.meter, found.reset.format("%Y-%m-%dT%H:%M:%SZ"))
        }
        None => "the operator says so; no reset is known to be that near".to_owned(),
    };
    Anomaly {
        window: capture.window.clone(),
        provider: capture.provider.clone(),
        lane: capture.lane.clone(),
        kind: AnomalyKind::LateAfter,
        meter: too_soon.map(|found| found.meter.clone()),
        cause: None,
        blocking: false,
        before: None,
        after: None,
        snapshots: vec![capture.id.clone()],
        captured_at: capture.captured_at,
        detail: format!("late after of {} in {}: {why}", capture.provider, capture.window),
        row: RowRef::default(),
    }
}
