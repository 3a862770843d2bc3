//! The nouns of Tracker: providers, windows, meters, readings, snapshots and finalized windows.
//!
//! ```
//! use tracker_domain::{LeftPct, Level, Meter, MeterId, UsedPct};
//!
//! // A pane that prints "88% left" and one that prints "12% used" tell the same.
//! let left = Meter::new(MeterId::WEEKLY, "Weekly limit").with_level(Level::Left(LeftPct::new(88.0)?));
//! let used = Meter::new(MeterId::WEEKLY, "Weekly limit").with_level(Level::Used(UsedPct::new(12.0)?));
//! assert_eq!(left.used_pct(), used.used_pct());
//! # Ok::<(), tracker_domain::DomainError>(())
//! ```
//!
//! # Concepts
//! - A **pane** is captured terminal text; a **reading** is one parsed observation of it; a **meter** is one
//!   bar or counter in a reading, known by its duration and label and never by its place.
//! - A **window** is one block of work; per provider it has a **before** and an **after** snapshot, paired
//!   within a **lane** (one agent).
//! - Percent used and percent left are two types ([`UsedPct`], [`LeftPct`]); a bare number is neither.
//!
//! # Limits
//! No input or output, no clock, no serialisation: wire formats belong to the ledger crate, which decides what
//! is promised on disk. Identifiers are validated strings, so a new provider needs no new type.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod anomaly;
mod error;
mod evidence;
mod feature;
mod finalized;
mod id;
mod log_file;
mod meter;
mod meter_record;
mod outcome;
mod panel;
mod percent;
mod phase;
mod prompt_count;
mod proxy_event;
mod quality;
mod reading;
mod row_ref;
mod snapshot;
mod tag;

pub use anomaly::{Anomaly, AnomalyKind, Cause};
pub use error::DomainError;
pub use evidence::{Artifact, Evidence, EvidenceResult};
pub use feature::{FeatureKind, FeatureRecord};
pub use finalized::{FinalizedWindow, LaneDelta, ProviderWindow, Readout};
pub use id::{Account, Lane, MeterId, ProviderId, SnapshotId, WindowId};
pub use log_file::{LimitPoint, LogFile, MeterSeries, TokenCounts, TokenUse, log_hash};
pub use meter::{Level, Meter, Resolution};
pub use meter_record::MeterRecord;
pub use outcome::Outcome;
pub use panel::{PanelDecision, PanelRule, PanelVerdict, PanelVote, Vote};
pub use percent::{LeftPct, UsedPct};
pub use phase::Phase;
pub use prompt_count::{CountKind, PromptCount};
pub use proxy_event::{EventLatency, EventTokens, ProxyEvent};
pub use quality::{Quality, QualityScale, QualitySource};
pub use reading::{ContextUse, Fact, Reading, UnknownField, UsageEntry};
pub use row_ref::RowRef;
pub use snapshot::{CommitMark, Retraction, Snapshot};
pub use tag::Tag;
