//! The resets that the newest readings tell, from captures and from the history of the meters.

use chrono::TimeDelta;
use tracker_cli_support::{CliError, Ui};
use tracker_domain::{Meter, MeterId};
use tracker_workflow::schedule::{KnownReset, newest};

use crate::Workspace;
use crate::rows::Rows;

/// Returns the newest known reset of every five-hour and weekly meter.
///
/// # Errors
/// Failed: a ledger cannot be read.
pub(crate) fn known(workspace: &Workspace, ui: &mut Ui) -> Result<Vec<KnownReset>, CliError> {
    let mut rows = Rows::new(workspace.ledger());
    let (snapshots, retractions) = rows.snapshots(None)?;
    let mut found = Vec::new();
    for row in &snapshots {
        if retractions.iter().any(|retraction| retraction.retracts == row.id) {
            continue;
        }
        for meter in &row.reading.meters {
            found.extend(reset(&row.provider, meter, row.captured_at));
        }
    }
    for record in rows.meters()? {
        found.extend(reset(&record.provider, &record.meter, record.observed_at));
    }
    rows.report(ui);
    Ok(newest(found))
}

fn reset(
    provider: &tracker_domain::ProviderId,
    meter: &Meter,
    observed_at: chrono::DateTime<chrono::Utc>,
) -> Option<KnownReset> {
    let period = match &meter.id {
        id if *id == MeterId::FIVE_HOURS => TimeDelta::hours(5),
        id if *id == MeterId::WEEKLY => TimeDelta::days(7),
        _ => return None,
    };
    let (provider, meter, at) = (provider.clone(), meter.id.clone(), meter.resets_at?);
    Some(KnownReset { provider, meter, period, at, observed_at })
}
