//! One meter at one instant, as the history keeps it.

use chrono::{DateTime, Utc};

use crate::{Account, Meter, ProviderId, RowRef, log_hash};

/// One back-filled reading of one meter.
///
/// Its identity is provider x account x limit id x duration x reset, the reset rounded to the minute; see
/// [`MeterRecord::key`].
#[derive(Debug, Clone, PartialEq)]
pub struct MeterRecord {
    /// Whose meter.
    pub provider: ProviderId,
    /// Pseudonym of the account, where the source tells it.
    pub account: Option<Account>,
    /// The limit's own id, where the client names it.
    pub limit_id: Option<String>,
    /// The meter with its level, duration and reset.
    pub meter: Meter,
    /// When the client was told.
    pub observed_at: DateTime<Utc>,
    /// Subscription plan as the source names it.
    pub plan: Option<String>,
    /// What kind of source: `rollout`, ...
    pub kind: String,
    /// Where the row stands.
    pub row: RowRef,
}

/// The minute of a reset: services tell it with seconds that differ from reply to reply.
fn nearest_minute(at: DateTime<Utc>) -> i64 {
    at.timestamp().saturating_add(30).div_euclid(60)
}

impl MeterRecord {
    /// Returns a hash of what makes two readings the same reading: limit, instant, value and reset.
    ///
    /// ```
    /// use tracker_domain::{Meter, MeterId, MeterRecord, ProviderId, RowRef};
    /// let at = |second: i64| MeterRecord {
    ///     provider: ProviderId::from_static("codex"),
    ///     account: None,
    ///     limit_id: None,
    ///     meter: Meter::new(MeterId::WEEKLY, "weekly"),
    ///     observed_at: chrono::DateTime::from_timestamp(second, 0).unwrap_or_default(),
    ///     plan: None,
    ///     kind: "rollout".into(),
    ///     row: RowRef::default(),
    /// };
    /// assert_eq!(at(1).key(), MeterRecord { plan: Some("pro".into()), ..at(1) }.key());
    /// assert_ne!(at(1).key(), at(2).key());
    /// ```
    #[must_use]
    pub fn key(&self) -> u64 {
        log_hash(&[
            self.provider.as_str(),
            self.account.as_ref().map_or("", Account::as_str),
            self.limit_id.as_deref().unwrap_or_default(),
            &format!(
                "{:?} {} {:?} {:?}",
                self.meter.window_minutes,
                self.observed_at.timestamp_millis(),
                self.meter.used_amount().map(f64::to_bits),
                self.meter.resets_at.map(nearest_minute)
            ),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Level, MeterId, UsedPct};

    fn record() -> MeterRecord {
        let level = Level::Used(UsedPct::new(12.0).unwrap());
        let reset = DateTime::from_timestamp(1_795_000_020, 0).unwrap();
        MeterRecord {
            provider: ProviderId::from_static("codex"),
            account: Some("acct-1".parse().unwrap()),
            limit_id: Some("codex".into()),
            meter: Meter::new(MeterId::WEEKLY, "weekly")
                .with_window_minutes(10_080)
                .with_level(level)
                .with_resets_at(reset),
            observed_at: DateTime::from_timestamp(1_794_000_000, 0).unwrap(),
            plan: None,
            kind: "rollout".into(),
            row: RowRef::default(),
        }
    }

    fn with(change: impl FnOnce(&mut MeterRecord)) -> u64 {
        let mut changed = record();
        change(&mut changed);
        changed.key()
    }

    #[test]
    fn each_part_of_the_identity_tells_meters_apart() {
        let keys = [
            record().key(),
            with(|r| r.provider = ProviderId::from_static("claude")),
            with(|r| r.account = None),
            with(|r| r.limit_id = Some("codex_bengalfox".into())),
            with(|r| r.meter.window_minutes = Some(10_079)),
            with(|r| r.meter.window_minutes = None),
            with(|r| r.meter.resets_at = DateTime::from_timestamp(1_795_000_080, 0)),
        ];
        let apart: std::collections::BTreeSet<u64> = keys.into_iter().collect();
        assert_eq!(apart.len(), keys.len());
    }

    #[test]
    fn seconds_by_which_a_reset_trembles_make_no_other_meter() {
        for second in [1_795_000_000, 1_795_000_049] {
            assert_eq!(
                with(|r| r.meter.resets_at = DateTime::from_timestamp(second, 0)),
                record().key(),
                "{second}"
            );
        }
    }
}
