//! Rows of `windows.jsonl`: finalized windows.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::{FinalizedWindow, Lane, Outcome, ProviderId, Quality, QualitySource, RowRef};

use super::provider_window::{self, ProviderWindowJson};
use crate::wire::error::quote;
use crate::wire::object::{Fields, Figure, Object, decode_row};
use crate::wire::value::{Instant, Plain, line};
use crate::wire::{SCHEMA_VERSION, Stamp, WireError};

/// Writes a finalized window as one line. `quality_score` repeats `quality`, for the earlier tool's scripts;
/// so do its flat keys beside the meter ids.
///
/// ```
/// use chrono::{TimeZone, Utc};
/// use tracker_domain::{FinalizedWindow, ProviderId, RowRef, WindowId};
/// use tracker_ledger::wire::{Stamp, window};
/// let at = Utc.with_ymd_and_hms(2025, 10, 19, 8, 0, 0).single().ok_or("an instant")?;
/// let mut done = FinalizedWindow::new(WindowId::new("W0-19")?, at);
/// done.features.insert(ProviderId::new("codex")?, 3.0);
/// let line = window::write(&done, &Stamp::new("0.1.0", "complete"))?;
/// assert!(line.contains(r#""features":{"codex":3},"quality":null,"quality_score":null"#));
/// assert_eq!(window::read(line.as_bytes(), RowRef::default())?, Some(done));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`WireError::Unwritable`] for an instant outside the years 0-9999.
pub fn write(window: &FinalizedWindow, stamp: &Stamp<'_>) -> Result<String, WireError> {
    line(&WindowJson::of(window, stamp))
}

/// Reads one line of ours or of the earlier tool; `None` for a row of the ledger itself.
///
/// Flat keys become meter ids. A stored delta below 0 is `None` and tagged `negative-delta`, and so is a
/// delta of the earlier tool whose meter fell (it booked 96 to 5 as a rise of 9). A quality outside 0-5 is
/// unknown. Lanes come back in the order of their names.
///
/// ```
/// use tracker_domain::{MeterId, ProviderId, RowRef, Tag};
/// let old = br#"{"window":"W0-07","finalized_at":"2025-10-20T10:00:00Z","features":{"codex":3},"quality":4,
///     "providers":{"codex":{"delta":{"fiveh_pct":"6","weekly_pct":-9}}}}"#;
/// let row = tracker_ledger::wire::window::read(old, RowRef::default())?.ok_or("a window")?;
/// let codex = &row.providers[&ProviderId::new("codex")?];
/// assert_eq!(codex.delta[&MeterId::FIVE_HOURS], Some(6.0));
/// assert_eq!(codex.delta[&MeterId::WEEKLY], None);
/// assert_eq!(codex.errors, [Tag::NegativeDelta]);
/// assert_eq!(row.quality.map(|quality| quality.weight()), Some(0.8));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`WireError`] naming the field: the window and its instant must be there, feature counts must be numbers
/// of at least 0, instants must be instants.
pub fn read(bytes: &[u8], row: RowRef) -> Result<Option<FinalizedWindow>, WireError> {
    let Some(object) = decode_row(bytes)? else { return Ok(None) };
    let mut window =
        FinalizedWindow::new(object.required_word("window")?, object.required_instant("finalized_at")?);
    window.row = row;
    window.features = features(&object)?;
    window.quality_source = object.filled("quality_source").and_then(|word| word.parse().ok());
    let quality = object.figure("quality").known().or_else(|| object.figure("quality_score").known());
    window.quality = quality.and_then(Quality::from_row);
    window.rubric = object.figure("rubric").known();
    window.outcome = object.filled("outcome").map(|text| Outcome::from_row(&text));
    window.notes = object.notes();
    window.methodology = object.filled("methodology");
    window.spec_id = object.filled("spec_id");
    window.spec_version = object.filled("spec_version");
    window.commit_start = object.filled("commit_start").or_else(|| object.filled("commit_start_sha"));
    window.commit_end = object.filled("commit_end").or_else(|| object.filled("commit_end_sha"));
    window.cls = object.figure("cls").known();
    window.impf = object.figure("impf").known();
    window.churn_14d = object.figure("churn_14d").known();
    window.accepted_anomalies = object.texts("accepted_anomalies");
    for (name, part) in object.object("providers").into_iter().flatten() {
        if let Some(part) = part.as_object() {
            let provider = provider_id("providers", name)?;
            let part = provider_window::read(&provider, part)?;
            window.providers.insert(provider, part);
        }
    }
    Ok(Some(window))
}

fn features(object: &Object) -> Result<BTreeMap<ProviderId, f64>, WireError> {
    let mut features = BTreeMap::new();
    for (name, value) in object.object("features").into_iter().flatten() {
        match Figure::of(Some(value)).at_least_zero() {
            Figure::Known(count) => {
                features.insert(provider_id("features", name)?, count);
            }
            Figure::Unknown => {}
            Figure::Unreadable => {
                return Err(WireError::Invalid {
                    field: "features",
                    expected: "a table of numbers of at least 0",
                    value: quote(&value.to_string()),
                });
            }
        }
    }
    Ok(features)
}

fn provider_id(field: &'static str, name: &str) -> Result<ProviderId, WireError> {
    ProviderId::new(name).map_err(|_| WireError::Invalid {
        field,
        expected: "a table by provider (1-64 of A-Z a-z 0-9 . _ -)",
        value: quote(name),
    })
}

/// A finalized window on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Window")]
pub(super) struct WindowJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// Version of the writing tool.
    tool_version: &'a str,
    /// The command that wrote it.
    source: &'a str,
    /// The agent at work.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<&'a str>,
    /// The window; its newest row is canonical.
    window: &'a str,
    /// When it was finalized.
    finalized_at: Instant,
    /// Features that became green, by provider.
    features: BTreeMap<&'a str, Plain>,
    /// Quality: up to 1 a weight, above 1 the earlier tool's 1-5 rubric.
    quality: Plain,
    /// The same value.
    quality_score: Plain,
    /// `manual` (typed), `measured` (1 - churn within 14 days) or `provisional` (the same, days still to come).
    #[serde(skip_serializing_if = "Option::is_none")]
    quality_source: Option<&'a str>,
    /// The 1-5 rubric stored beside the quality.
    rubric: Plain,
    /// `pass`, `partial`, `fail` or `docs:<text>`.
    outcome: Option<String>,
    /// The operator's notes.
    notes: &'a str,
    /// The way of working.
    methodology: Option<&'a str>,
    /// Capability or specification id.
    spec_id: Option<&'a str>,
    /// Version of the specification.
    spec_version: Option<&'a str>,
    /// Commit before the work.
    commit_start: Option<&'a str>,
    /// Commit after the work.
    commit_end: Option<&'a str>,
    /// Complexity load score.
    cls: Plain,
    /// Human minutes per feature.
    impf: Plain,
    /// Share of added lines changed or deleted within 14 days.
    churn_14d: Plain,
    /// The providers of the window.
    providers: BTreeMap<&'a str, ProviderWindowJson<'a>>,
    /// Anomalies that the operator accepted.
    accepted_anomalies: &'a [String],
}

impl<'a> WindowJson<'a> {
    fn of(window: &'a FinalizedWindow, stamp: &Stamp<'a>) -> Self {
        let quality = Plain(window.quality.map(Quality::get));
        Self {
            schema_version: SCHEMA_VERSION,
            tool_version: stamp.tool_version,
            source: stamp.source,
            agent_id: stamp.agent_id.map(Lane::as_str),
            window: window.window.as_str(),
            finalized_at: Instant(window.finalized_at),
            features: window.features.iter().map(|(id, n)| (id.as_str(), Plain(Some(*n)))).collect(),
            quality,
            quality_score: quality,
            quality_source: window.quality_source.map(QualitySource::as_str),
            rubric: Plain(window.rubric),
            outcome: window.outcome.as_ref().map(ToString::to_string),
            notes: &window.notes,
            methodology: window.methodology.as_deref(),
            spec_id: window.spec_id.as_deref(),
            spec_version: window.spec_version.as_deref(),
            commit_start: window.commit_start.as_deref(),
            commit_end: window.commit_end.as_deref(),
            cls: Plain(window.cls),
            impf: Plain(window.impf),
            churn_14d: Plain(window.churn_14d),
            providers: window
                .providers
                .iter()
                .map(|(id, part)| (id.as_str(), ProviderWindowJson::of(id, part)))
                .collect(),
            accepted_anomalies: &window.accepted_anomalies,
        }
    }
}
