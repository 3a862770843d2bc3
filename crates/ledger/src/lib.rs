//! Keeps rows in append-only JSON-lines files: durable when acknowledged, chained by hashes, readable by anything.
//!
//! ```
//! use std::ops::ControlFlow;
//! use tracker_ledger::{Ledger, LedgerFile};
//! # let dir = tempfile::tempdir()?;
//! let ledger = Ledger::open(dir.path());
//! let mut write = ledger.begin(&[LedgerFile::WINDOWS])?;
//! let ack = write.append(&LedgerFile::WINDOWS, r#"{"window":"W0-19","quality":1.0}"#)?;
//! write.commit()?;
//! println!("stored as row {}", ack.seq);
//!
//! ledger.scan(&LedgerFile::WINDOWS, &[], |line| {
//!     println!("{}: {}", line.number, String::from_utf8_lossy(line.bytes));
//!     ControlFlow::Continue(())
//! })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Concepts
//!
//! - A **row** is one JSON object on one line; the ledger adds its number (`seq`) and a hash (`h`) that covers
//!   the row's bytes and the hash before it. The format is specified in `docs/ledger-format.md`.
//! - An **ack** says that a row is durable. A [`Transaction`] holds the locks of one or several ledgers, so that a
//!   caller may look, decide and append without another writer in between.
//! - The **head** keeps the last row's number and hash apart, so that a shortened ledger is seen.
//! - A **torn tail** (bytes after the last newline) is no row: readers leave it out, the next writer moves it to
//!   quarantine.
//! - Rows of other programs have no hash. They are data, and the next append **adopts** them.
//! - Everything else that is written goes through [`atomic`].
//!
//! # Limits
//!
//! - Promised on a local disk that honours flush; not on NFS or SMB, where locks and appends are weaker.
//! - Nothing helps against somebody who rewrites a ledger and every copy of its head.
//! - A program that appends without the lock loses nothing as long as it does not write at the same instant.
//! - A row has at most [`MAX_ROW_BYTES`]. Rows are never removed.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod adopt;
pub mod atomic;
mod batch;
mod blocks;
mod chain;
mod controls;
mod dir;
#[cfg(not(unix))]
mod disk_other;
#[cfg(unix)]
mod disk_unix;
mod error;
mod file_storage;
mod guard;
mod head;
mod index;
mod index_table;
mod issue;
mod json;
mod ledger;
mod lock;
mod mirror;
mod mirror_text;
mod newer;
mod open;
mod repair;
mod row;
mod salt;
mod scan;
mod storage;
mod sync;
mod tail;
mod verify;
pub mod wire;
mod writer;

pub use dir::{DataDir, LedgerFile};
pub use error::{ErrorClass, LedgerError};
pub use file_storage::FileStorage;
pub use head::Head;
pub use index::{Index, IndexedRow, KeyExtractor};
pub use issue::{Issue, IssueKind};
pub use ledger::Ledger;
pub use lock::try_hold;
pub use mirror::{Cells, Mirror, MirrorReport};
pub use row::{ChainedRow, MAX_ROW_BYTES, RowFault, RowHash, SealedRow, seal};
pub use scan::{Line, ScanReport};
pub use storage::{OpenMode, Storage, StorageError, StorageFile, StorageLock};
pub use verify::{FileReport, Recovery, Status};
pub use writer::{Ack, Transaction};
