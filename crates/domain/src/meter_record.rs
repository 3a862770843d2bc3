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
                self.meter.resets_at.map(|at| at.timestamp())
            ),
        ])
    }
}
