//! Joins the skills into workflows that several tools share.
//!
//! ```
//! use tracker_workflow::replay::{Material, Request, replay};
//!
//! // Nothing was recorded yet, so nothing can be replayed.
//! let done = replay(&Material::default(), &Request::default(), chrono::DateTime::UNIX_EPOCH, |_, _| {})?;
//! assert_eq!(done.row.verdict, "refused");
//! assert!(done.row.summary.starts_with("refused: "));
//! # Ok::<(), tracker_workflow::replay::ReplayError>(())
//! ```
//!
//! # Concepts
//! - A workflow takes rows and settings and returns what is to be stored and said; the tools store and say it.
//!
//! # Limits
//! No clock, no environment, no output: these are arguments. Reads ledgers and writes none; the only files that it
//! writes are the documents of [`document`].
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

pub mod calendar;
pub mod checkpoint;
pub mod document;
pub mod handoff;
pub mod jobs;
pub mod lint;
mod markdown;
pub mod plan;
pub mod replay;
pub mod schedule;
