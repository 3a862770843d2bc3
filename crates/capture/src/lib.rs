//! Reads the sources of a machine: log files of clients, and clients themselves on a terminal of their own.
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
//! - [`each()`] runs the work for many files on a few threads and keeps their order.
//! - [`talk()`] runs a client on a pseudo-terminal with a terminal emulator behind it, shows its screen to a judge and
//!   types what the judge says; [`printed()`] runs a command that prints its figures. Both end on time, and with the
//!   command ends every process of its session: first asked (TERM), then killed.
//! - [`tail()`] reads the end of a file that a client keeps writing.
//! - [`cache`] turns what files said into bytes and back.
//!
//! # Limits
//! A line longer than [`MAX_LINE`] is skipped and counted. Links to folders are not followed below the root. A file
//! that is rewritten in place with the same length and time counts as unchanged. [`talk()`] needs Unix. Where
//! processes cannot be listed (not Linux), one that left its process group is not found and not ended.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod blocks;
pub mod cache;
#[cfg(unix)]
mod keys;
mod meter_command;
mod parallel;
mod printed;
#[cfg(unix)]
mod pty;
#[cfg(unix)]
mod screen;
#[cfg(unix)]
mod session;
mod tail;
mod talk;
mod walk;

pub use blocks::{BlockReport, Blocks, MAX_LINE};
pub use meter_command::{CaptureError, End, MeterCommand, Patience};
pub use parallel::each;
pub use printed::{Printed, printed};
pub use tail::{Tail, tail};
pub use talk::{Talk, Turn, View, talk};
pub use walk::{FoundFile, found, walk};
