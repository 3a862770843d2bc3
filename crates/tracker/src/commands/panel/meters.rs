//! The newest level of every meter, for the rule that saves capacity.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use tracker_cli_support::CliError;
use tracker_domain::{Account, Meter, MeterId, ProviderId};
use tracker_gates::{MeterStanding, Shortness, short_capacity};
use tracker_windows::canonical::CanonicalSnapshots;

use crate::Workspace;
use crate::rows::Rows;

/// Minutes of a week: how long a reading without a reset may speak for its meter.
const WEEK: i64 = 7 * 24 * 60;

/// Which meter of whom.
type Key = (ProviderId, Option<Account>, MeterId);

/// Returns why capacity is short, from the newest captures and the back-filled history.
pub(super) fn shortness(rows: &mut Rows, workspace: &Workspace) -> Result<Vec<String>, CliError> {
    let mut newest: HashMap<Key, (DateTime<Utc>, Meter)> = HashMap::new();
    let mut add = |key: Key, at: DateTime<Utc>, meter: &Meter| {
        if meter.level.is_some() && newest.get(&key).is_none_or(|(known, _)| *known <= at) {
            newest.insert(key, (at, meter.clone()));
        }
    };
    let (snapshots, retractions) = rows.snapshots(None)?;
    for snapshot in CanonicalSnapshots::new(&snapshots, &retractions).unretracted() {
        for meter in &snapshot.reading.meters {
            let key = (snapshot.provider.clone(), snapshot.account.clone(), meter.id.clone());
            add(key, snapshot.captured_at, meter);
        }
    }
    for record in rows.meters()? {
        let key = (record.provider.clone(), record.account.clone(), record.meter.id.clone());
        add(key, record.observed_at, &record.meter);
    }
    let now = workspace.now();
    let is_fresh = |at: DateTime<Utc>, meter: &Meter| {
        let minutes = meter.window_minutes.map_or(WEEK, i64::from);
        meter.resets_at.is_some() || now - at <= TimeDelta::minutes(minutes)
    };
    let mut standings: Vec<(Key, MeterStanding)> = newest
        .into_iter()
        .filter(|(_, (at, meter))| is_fresh(*at, meter))
        .map(|(key, (_, meter))| {
            let provider = key.0.clone();
            let is_of_prompts = workspace.config.stands_for_prompts(provider.as_str());
            (key, MeterStanding { provider, meter, is_of_prompts })
        })
        .collect();
    standings.sort_by(|(a, _), (b, _)| a.cmp(b));
    let standings: Vec<MeterStanding> = standings.into_iter().map(|(_, of)| of).collect();
    let limit = Shortness {
        weekly_pp: workspace.config.weekly_buffer_pp.value,
        prompts_pct: workspace.config.prompts_min_left_pct.value,
    };
    Ok(short_capacity(&standings, limit, now))
}
