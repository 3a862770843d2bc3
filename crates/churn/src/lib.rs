//! Tells from git how much a range of commits changed, and how many lines of a feature survived.
//!
//! ```no_run
//! use tracker_churn::{PathFilter, Repo, SurveyOptions, range_churn, survey, survival};
//!
//! let repo = Repo::open(".")?;
//! let (start, end) = (repo.resolve("HEAD~20")?, repo.resolve("HEAD")?);
//! let churn = range_churn(&repo, &start, &end, &PathFilter::default())?;
//! println!("{} files, +{}/-{}", churn.files, churn.insertions, churn.deletions);
//!
//! let history = survey(&repo, &end, &SurveyOptions::default(), |_, _| {})?;
//! let of_window: Vec<_> = history.of_window("W0-19").collect();
//! let now = 1_763_600_000;
//! println!("{:?}", survival(&of_window, now, &[7, 14, 28]));
//! # Ok::<(), tracker_churn::ChurnError>(())
//! ```
//!
//! # Concepts
//! - **Range churn** ([`range_churn`]) is `git diff --numstat` summed over the files that count ([`PathFilter`]).
//! - **Survival** ([`survey()`], then [`survival()`]): every line that a feature commit adds gets a number and keeps it
//!   through later commits, renames, moves and white-space edits, until a commit changes or deletes it. One `git log` and
//!   one `git diff-tree` give all that is needed; no file is blamed (ADR-0006).
//! - A **feature commit** is known by its tag `xfeat::<Feature>::<Window>::<Stage>`, else by its trailers, else by its
//!   window's range ([`label`]); prototypes and merges are none. A cherry-pick of one is the same one.
//! - A line whose days have not passed is **censored**, and the estimate allows for it.
//! - A [`Repair`] charges later rework to the window that caused it.
//! - The **load** of a range ([`range_load()`], [`load`]) is what its files say at both ends, against earlier ranges.
//!
//! - A repository that is there is only read. [`Repo::create`] and [`Repo::import`] make one for a demo.
//!
//! # Limits
//! - Needs the `git` program, 2.40 or later. It is started in `git.rs` only; the parsers take bytes.
//! - Time is the committer's time: a rebase makes all its commits young.
//! - A line that a merge takes back into its first parent's form counts as alive; lines that only a merge writes are
//!   nobody's. A file above 16 MiB has no lines for survival.
//! - A changed line is a deleted and an added one: nothing says how much of it is new.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

pub mod blame;
pub mod cache;
mod commit;
mod error;
mod git;
mod history;
pub mod label;
pub mod load;
pub mod log;
mod moves;
pub mod numstat;
pub mod patch;
pub mod paths;
mod range;
mod range_load;
mod replay;
mod runs;
pub mod source;
mod survey;
mod survival;

pub use commit::{CommitId, NotACommitId};
pub use error::ChurnError;
pub use git::{HeadState, Repo};
pub use history::{Change, FeatureCommit, History, Repair, Revert};
pub use paths::PathFilter;
pub use range::{RangeChurn, range_churn};
pub use range_load::range_load;
pub use survey::{SurveyOptions, WindowRange, survey};
pub use survival::{Horizon, Survival, measured_quality, survival};
