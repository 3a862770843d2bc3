//! Fuzz targets: any bytes go into each parser, and what must hold for all of them is asserted.
//!
//! Each target is a plain function, so that an ordinary test can replay every corpus; `fuzz_targets/` holds an entry
//! for libFuzzer of a few lines each. `cargo xtask fuzz` builds and runs them.
//!
//! # Limits
//! A target ends by a panic where something does not hold: that is what a fuzzer and a test look for.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod caches;
mod control;
mod git;
mod mirror;
mod pane;
mod provider;
mod replay;
mod row;
mod telemetry;

pub use caches::caches;
pub use control::control;
pub use git::{history, numstat};
pub use mirror::mirror;
pub use pane::pane;
pub use provider::{KIND, every_kind, of_kind, provider};
pub use replay::replay;
pub use row::row;
pub use telemetry::telemetry;

/// A target: its name, which is also that of its entry and of its folder in `corpus/`, and what it runs.
pub type Target = (&'static str, fn(&[u8]));

/// Every target that must never find anything.
pub const TARGETS: &[Target] = &[
    ("pane", pane),
    ("provider", every_kind),
    ("row", row),
    ("mirror", mirror),
    ("telemetry", telemetry),
    ("numstat", numstat),
    ("history", history),
    ("caches", caches),
    ("replay", replay),
];
