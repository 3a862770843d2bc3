//! What an estimate is asked for: the meter, the interval, the effect; a flag goes before the configuration.

use tracker_cli_support::CliError;
use tracker_domain::{DomainError, MeterId};
use tracker_stats::{IntervalName, StatsError};
use tracker_windows::units::{ProviderUnits, units};

use crate::Workspace;
use crate::rows::Rows;

/// The settings of an estimate.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The meter asked for; `None` lets each provider have its own.
    pub(crate) capacity: Option<MeterId>,
    pub(crate) interval: IntervalName,
    /// A difference in features per unit.
    pub(crate) effect: f64,
}

impl Settings {
    /// Resolves the flags against the configuration.
    ///
    /// # Errors
    /// Usage: an effect out of range, or a configuration that names no meter or no interval.
    pub(crate) fn of(
        capacity: Option<&MeterId>,
        interval: Option<IntervalName>,
        effect: Option<f64>,
        workspace: &Workspace,
    ) -> Result<Self, CliError> {
        let config = &workspace.config;
        let capacity = match capacity {
            Some(meter) => meter.clone(),
            None => config.capacity.value.parse().map_err(|cause: DomainError| {
                CliError::usage(format!("{}: preview.capacity: {cause}", config.capacity.origin))
                    .hint("for example capacity = \"weekly\"")
            })?,
        };
        let interval = match interval {
            Some(name) => name,
            None => config.interval.value.parse().map_err(|cause: StatsError| {
                CliError::usage(format!("{}: preview.ci: {cause}", config.interval.origin))
                    .hint("for example ci = \"policy\"")
            })?,
        };
        let effect = effect.unwrap_or(config.effect.value);
        if !(effect.is_finite() && effect >= 0.0) {
            return Err(CliError::usage(format!("--effect {effect} is out of range"))
                .hint("give a difference of at least 0, for example 0.10"));
        }
        // The weekly bar is the default of providers with bars; those that count prompts have theirs.
        Ok(Self { capacity: Some(capacity).filter(|meter| !meter.is_weekly()), interval, effect })
    }
}

/// Returns the estimation units of every provider, from all finalized windows.
///
/// # Errors
/// Failed: a ledger cannot be read.
pub(crate) fn estimation_units(
    rows: &mut Rows,
    capacity: Option<&MeterId>,
) -> Result<Vec<ProviderUnits>, CliError> {
    let windows = rows.finalized(None)?;
    let counts = rows.prompt_counts(None)?;
    Ok(units(&windows, &counts, capacity))
}
