//! The alias state file of one lane and provider: a cache of the ledger, and therefore read with forbearance.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::{Phase, ProviderId, WindowId};

use crate::wire::WireError;
use crate::wire::object::{Fields, decode};
use crate::wire::value::{Instant, Plain, line};

/// Where a lane stands with one provider. What a damaged file does not tell is `None` and comes from the
/// ledger.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AliasState {
    /// The provider.
    pub provider: Option<ProviderId>,
    /// The window at work, or the last one.
    pub current_window: Option<WindowId>,
    /// The phase stored last: a window is open after `before`.
    pub last_phase: Option<Phase>,
    /// Running prompt figure at the start of the window.
    pub baseline_prompts: Option<f64>,
    /// When the state was written.
    pub updated_at: Option<DateTime<Utc>>,
}

/// Writes the state as JSON.
///
/// ```
/// use tracker_domain::{Phase, ProviderId, WindowId};
/// use tracker_ledger::wire::state::{self, AliasState};
/// let open = AliasState {
///     provider: Some(ProviderId::new("codex")?),
///     current_window: Some(WindowId::new("W0-20")?),
///     last_phase: Some(Phase::Before),
///     ..AliasState::default()
/// };
/// let text = state::write(&open)?;
/// assert_eq!(state::read(text.as_bytes())?, open);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`WireError::Unwritable`] for an instant outside the years 0-9999.
pub fn write(state: &AliasState) -> Result<String, WireError> {
    line(&AliasStateJson {
        provider: state.provider.as_ref().map(ProviderId::as_str),
        current_window: state.current_window.as_ref().map(WindowId::as_str),
        last_phase: state.last_phase.map(Phase::as_str),
        baseline_prompts: Plain(state.baseline_prompts),
        updated_at: state.updated_at.map(Instant),
    })
}

/// Reads a state file; a field that is absent or invalid is `None`.
///
/// # Errors
/// [`WireError::NotJson`]: rebuild the state from the ledger.
pub fn read(bytes: &[u8]) -> Result<AliasState, WireError> {
    let object = decode(bytes)?;
    Ok(AliasState {
        provider: object.word("provider").unwrap_or_default(),
        current_window: object.word("current_window").unwrap_or_default(),
        last_phase: object.word("last_phase").unwrap_or_default(),
        baseline_prompts: object.figure("baseline_prompts").at_least_zero().known(),
        updated_at: object.instant("updated_at").unwrap_or_default(),
    })
}

/// The state on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AliasState")]
pub(super) struct AliasStateJson<'a> {
    /// The provider.
    provider: Option<&'a str>,
    /// The window at work, or the last one.
    current_window: Option<&'a str>,
    /// `before` or `after`.
    last_phase: Option<&'a str>,
    /// Running prompt figure at the start of the window.
    baseline_prompts: Plain,
    /// When the state was written.
    updated_at: Option<Instant>,
}
