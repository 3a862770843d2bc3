//! Reads the sources of a machine: finds the log files of clients and hands their whole lines to a reader.
//!
//! ```
//! use tracker_capture::{Blocks, walk};
//! # let dir = tempfile::tempdir()?;
//! # std::fs::write(dir.path().join("run-1.jsonl"), "{\"a\":1}\n{\"a\":2}\n{\"a\":")?;
//! let files = walk(dir.path(), "run-", "jsonl")?;
//! let mut lines = 0;
//! let mut blocks = Blocks::new();
//! let report = blocks.read(&files[0].path, |whole_lines| lines += whole_lines.iter().filter(|b| **b == b'\n').count())?;
//! assert_eq!((lines, report.torn_bytes), (2, 5));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Concepts
//! - [`walk()`] lists files with their size and time of change; an unchanged file need not be read again.
//! - [`Blocks`] hands out whole lines in blocks that fit a processor's cache. A line without an end is torn: it is
//!   handed out apart, so that the reader may take it when it is whole all the same.
//! - [`each`] runs the work for many files on a few threads and keeps their order.
//! - [`cache`] turns what files said into bytes and back.
//!
//! # Limits
//! A line longer than [`MAX_LINE`] is skipped and counted. Links to folders are not followed below the root. A file
//! that is rewritten in place with the same length and time counts as unchanged.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod blocks;
pub mod cache;
mod parallel;
mod walk;

pub use blocks::{BlockReport, Blocks, MAX_LINE};
pub use parallel::each;
pub use walk::{FoundFile, walk};
