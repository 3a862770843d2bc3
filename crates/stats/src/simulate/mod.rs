//! Statistics room: simulated arms whose true E is known, to measure what intervals and gates do.
//!
//! ```
//! use tracker_stats::simulate::{Design, Law, coverage};
//! use tracker_stats::{IntervalName, Level};
//!
//! let design = Design::standard(Law::Poisson, 0.3, 8)?;
//! let result = coverage(IntervalName::Policy, &design, Level::P95, 200, 1);
//! assert!(result.share() > 0.9);
//! # Ok::<(), tracker_stats::StatsError>(())
//! ```

mod coverage;
mod design;
mod law;
mod peeking;
pub mod study;

pub use coverage::{Coverage, coverage, coverage_of};
pub use design::{Design, Meter};
pub use law::{Features, Law};
pub use peeking::retired_share;
