//! Anomalies of the meters themselves, found in their history.
//!
//! Readings of one limit (provider x account x limit id x duration) are looked at in the order of time. A finding says
//! what is odd between two neighbours; it does not say who is wrong.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use tracker_domain::{Account, AnomalyKind, MeterId, MeterRecord, ProviderId};

use crate::delta::RESET_TOLERANCE;

/// Points that one answer cannot use.
const JUMP_POINTS: f64 = 25.0;

/// Neighbours further apart may have many answers between them.
const JUMP_SPAN: TimeDelta = TimeDelta::minutes(10);

/// A meter is gone when others of its account were read for so long after it.
const VANISHED_AFTER: TimeDelta = TimeDelta::days(1);

/// Something odd about a meter.
#[derive(Debug, Clone, PartialEq)]
pub struct MeterFinding {
    /// What.
    pub kind: AnomalyKind,
    /// Whose meter.
    pub provider: ProviderId,
    /// Which meter.
    pub meter: MeterId,
    /// When it was seen.
    pub at: DateTime<Utc>,
    /// Percent used before, where two readings are compared.
    pub before: Option<f64>,
    /// Percent used then.
    pub after: Option<f64>,
    /// One line for people.
    pub detail: String,
}

impl MeterFinding {
    /// Tells whether a window that it lies in cannot be measured: its readings are not of one meter.
    ///
    /// The others are told and do not stop anything.
    #[must_use]
    pub fn is_blocking(&self) -> bool {
        matches!(self.kind, AnomalyKind::TwoAccounts | AnomalyKind::FellWithoutReset)
    }
}

/// The readings of one limit.
type Limit<'a> = (&'a ProviderId, Option<&'a Account>, Option<&'a str>, Option<u32>);

/// Returns what is odd about the meters, in the order of time.
///
/// ```
/// use tracker_domain::{AnomalyKind, Level, Meter, MeterId, MeterRecord, ProviderId, RowRef, UsedPct};
/// use tracker_windows::history::findings;
/// let at = |minute: i64, used: f64| -> Result<MeterRecord, tracker_domain::DomainError> {
///     let meter = Meter::new(MeterId::FIVE_HOURS, "5h").with_level(Level::Used(UsedPct::new(used)?));
///     Ok(MeterRecord {
///         provider: ProviderId::from_static("codex"),
///         account: None,
///         limit_id: None,
///         meter,
///         observed_at: chrono::DateTime::from_timestamp(minute * 60, 0).unwrap_or_default(),
///         plan: None,
///         kind: "rollout".into(),
///         row: RowRef::default(),
///     })
/// };
/// let found = findings(&[at(1, 14.0)?, at(2, 88.0)?]);
/// assert_eq!(found[0].kind, AnomalyKind::Jump);
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[must_use]
pub fn findings(records: &[MeterRecord]) -> Vec<MeterFinding> {
    let mut limits: BTreeMap<Limit<'_>, Vec<&MeterRecord>> = BTreeMap::new();
    for record in records {
        let limit = (
            &record.provider,
            record.account.as_ref(),
            record.limit_id.as_deref(),
            record.meter.window_minutes,
        );
        limits.entry(limit).or_default().push(record);
    }
    let mut found = Vec::new();
    for readings in limits.values_mut() {
        readings.sort_by_key(|record| record.observed_at);
        found.extend(readings.iter().filter_map(|record| over_100(record)));
        found.extend(readings.windows(2).filter_map(|pair| match pair {
            [a, b] => between(a, b),
            _ => None,
        }));
    }
    found.extend(vanished(&limits));
    found.extend(two_accounts(records));
    found.sort_by_key(|finding| finding.at);
    found
}

fn finding(kind: AnomalyKind, from: Option<&MeterRecord>, to: &MeterRecord, detail: String) -> MeterFinding {
    MeterFinding {
        kind,
        provider: to.provider.clone(),
        meter: to.meter.id.clone(),
        at: to.observed_at,
        before: from.and_then(|record| record.meter.used_amount()),
        after: to.meter.used_amount(),
        detail,
    }
}

fn over_100(record: &MeterRecord) -> Option<MeterFinding> {
    let used = record.meter.used_amount().filter(|used| *used > 100.0)?;
    let detail = format!("{} {} stood at {used} %", record.provider, record.meter.id);
    Some(finding(AnomalyKind::OverHundred, None, record, detail))
}

/// Returns what is odd between two neighbours.
fn between(a: &MeterRecord, b: &MeterRecord) -> Option<MeterFinding> {
    let (from, to) = a.meter.used_amount().zip(b.meter.used_amount())?;
    let name = format!("{} {}", b.provider, b.meter.id);
    let resets = a.meter.resets_at.zip(b.meter.resets_at);
    let moved = resets.map_or(TimeDelta::zero(), |(old, new)| new - old);
    let is_due = a.meter.resets_at.is_some_and(|reset| b.observed_at >= reset - RESET_TOLERANCE);
    let detail_of_reset = || {
        let (old, new) = resets.unwrap_or_default();
        format!("{name}: the reset at {} became {}", old.format("%F %H:%M"), new.format("%F %H:%M"))
    };
    // The reset of an idle meter moves with the clock.
    if from > 0.0 && !is_due && moved.abs() > RESET_TOLERANCE {
        let kind = match (moved > TimeDelta::zero(), to < from) {
            (true, false) => AnomalyKind::ResetLate,
            _ => AnomalyKind::ResetEarly,
        };
        return Some(finding(kind, Some(a), b, detail_of_reset()));
    }
    if to < from && !is_due {
        let detail = format!("{name} fell from {from} to {to} % and its reset did not move");
        return Some(finding(AnomalyKind::FellWithoutReset, Some(a), b, detail));
    }
    if to - from >= JUMP_POINTS && b.observed_at - a.observed_at <= JUMP_SPAN {
        let detail = format!("{name} rose from {from} to {to} % between two readings");
        return Some(finding(AnomalyKind::Jump, Some(a), b, detail));
    }
    None
}

fn vanished(limits: &BTreeMap<Limit<'_>, Vec<&MeterRecord>>) -> Vec<MeterFinding> {
    let mut newest: BTreeMap<_, DateTime<Utc>> = BTreeMap::new();
    for ((provider, account, id, _), readings) in limits {
        let last = readings.last().map(|record| record.observed_at).unwrap_or_default();
        let known = newest.entry((*provider, *account, *id)).or_default();
        *known = last.max(*known);
    }
    let gone = limits.iter().filter_map(|((provider, account, id, _), readings)| {
        let last = readings.last()?;
        let until = *newest.get(&(*provider, *account, *id))?;
        (until - last.observed_at > VANISHED_AFTER).then(|| {
            let name = format!("{} {}", last.provider, last.meter.id);
            let detail =
                format!("{name} was last told at {}; others are", last.observed_at.format("%F %H:%M"));
            finding(AnomalyKind::WindowVanished, None, last, detail)
        })
    });
    gone.collect()
}

/// Where a log names no account, plans that take turns tell of two.
fn two_accounts(records: &[MeterRecord]) -> Vec<MeterFinding> {
    let mut by_provider: BTreeMap<&ProviderId, Vec<&MeterRecord>> = BTreeMap::new();
    for record in records {
        by_provider.entry(&record.provider).or_default().push(record);
    }
    let mut found = Vec::new();
    for readings in by_provider.values_mut() {
        readings.sort_by_key(|record| record.observed_at);
        let mut seen: Vec<&str> = Vec::new();
        for record in readings {
            let Some(who) = record.account.as_ref().map(Account::as_str).or(record.plan.as_deref()) else {
                continue;
            };
            // A plan that changes for good is an upgrade; one that comes back is another account.
            if seen.last().is_some_and(|last| *last != who) && seen.contains(&who) {
                let detail =
                    format!("{}: readings of {} and of {who} take turns", record.provider, seen.join(", "));
                found.push(finding(AnomalyKind::TwoAccounts, None, record, detail));
                seen.retain(|known| *known != who);
            }
            if seen.last() != Some(&who) {
                seen.push(who);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracker_domain::{Level, Meter, RowRef, UsedPct};

    fn at(minute: i64, used: f64, reset: i64) -> MeterRecord {
        let instant = |minute: i64| DateTime::from_timestamp(minute * 60, 0).unwrap();
        MeterRecord {
            provider: ProviderId::from_static("codex"),
            account: None,
            limit_id: None,
            meter: Meter::new(MeterId::FIVE_HOURS, "5h")
                .with_window_minutes(300)
                .with_level(Level::Used(UsedPct::new(used).unwrap()))
                .with_resets_at(instant(reset)),
            observed_at: instant(minute),
            plan: Some("pro".to_owned()),
            kind: "rollout".to_owned(),
            row: RowRef::default(),
        }
    }

    fn kinds(records: &[MeterRecord]) -> Vec<AnomalyKind> {
        findings(records).into_iter().map(|finding| finding.kind).collect()
    }

    #[test]
    fn an_honest_history_has_no_findings() {
        let reset = [at(0, 10.0, 300), at(30, 20.0, 301), at(310, 2.0, 600), at(320, 26.0, 600)];
        assert_eq!(kinds(&reset), []);
        assert_eq!(kinds(&[at(0, 0.0, 300), at(20, 0.0, 320)]), [], "the reset of an idle meter floats");
    }

    #[test]
    fn each_oddity_has_its_name() {
        use AnomalyKind::{FellWithoutReset, Jump, OverHundred, ResetEarly, ResetLate};
        assert_eq!(kinds(&[at(0, 14.0, 300), at(1, 88.0, 300)]), [Jump]);
        assert_eq!(kinds(&[at(0, 14.0, 300), at(100, 88.0, 300)]), [], "an hour and a half of work");
        assert_eq!(kinds(&[at(0, 50.0, 300), at(60, 1.0, 360)]), [ResetEarly]);
        assert_eq!(kinds(&[at(0, 50.0, 300), at(60, 51.0, 200)]), [ResetEarly]);
        assert_eq!(kinds(&[at(0, 50.0, 300), at(60, 51.0, 360)]), [ResetLate]);
        assert_eq!(kinds(&[at(0, 50.0, 300), at(60, 49.0, 302)]), [FellWithoutReset]);
        assert_eq!(kinds(&[at(0, 101.0, 300)]), [OverHundred]);
    }

    #[test]
    fn a_limit_that_is_told_no_more_has_vanished() {
        let mut weekly = at(3000, 5.0, 9000);
        weekly.meter.window_minutes = Some(10_080);
        let found = findings(&[at(0, 3.0, 300), weekly.clone()]);
        assert_eq!((found[0].kind.clone(), found.len()), (AnomalyKind::WindowVanished, 1));
        weekly.observed_at = at(60, 0.0, 0).observed_at;
        assert_eq!(kinds(&[at(0, 3.0, 300), weekly]), []);
    }

    #[test]
    fn plans_that_take_turns_are_two_accounts_and_an_upgrade_is_not() {
        let of =
            |minute: i64, plan: &str| MeterRecord { plan: Some(plan.to_owned()), ..at(minute, 3.0, 300) };
        assert_eq!(kinds(&[of(0, "plus"), of(1, "pro"), of(2, "pro")]), []);
        assert_eq!(kinds(&[of(0, "plus"), of(1, "pro"), of(2, "plus")]), [AnomalyKind::TwoAccounts]);
        assert!(findings(&[of(0, "plus"), of(1, "pro"), of(2, "plus")])[0].is_blocking());
    }
}
