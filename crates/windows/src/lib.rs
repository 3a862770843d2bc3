//! Window summaries: what a block of work used of each meter, by rules that refuse to guess.
//!
//! ```
//! use chrono::DateTime;
//! use tracker_domain::{FinalizedWindow, MeterId, ProviderWindow};
//! use tracker_windows::{next, units};
//!
//! let mut row = FinalizedWindow::new("W0-09".parse()?, DateTime::UNIX_EPOCH);
//! row.features.insert("codex".parse()?, 3.0);
//! let used = ProviderWindow { delta: [(MeterId::WEEKLY, Some(6.0))].into(), ..ProviderWindow::default() };
//! row.providers.insert("codex".parse()?, used);
//! assert_eq!(next(&row.window)?.as_str(), "W0-10");
//!
//! let estimate = units(&[row], &[], None);
//! assert_eq!(estimate[0].total_features() / estimate[0].total_capacity(), 0.5);
//! # Ok::<(), tracker_domain::DomainError>(())
//! ```
//!
//! # Concepts
//! - Rows are never changed. Of several rows for one thing the newest that is not withdrawn is **canonical**
//!   ([`canonical`]); "newest" is the place in the file and not a clock ([`order`]).
//! - A before and an after are paired within a **lane** ([`pairing`]); lanes that share a meter are united
//!   ([`lanes`]); a difference is never negative and never taken across a reset ([`delta`]).
//! - A rule says no by a [`Refusal`]: when a pane arrives ([`mod@capture`], [`weekly_buffer`]) or when a window is
//!   finalized ([`mod@finalize`]).
//! - An estimate sums one meter over **units** ([`mod@units`]), and names every window it leaves out and why.
//! - State files are caches of what the rows imply ([`alias_state`]).
//!
//! # Limits
//! No input or output, no clock, no statistics: rows, instants and settings are arguments. Prompt counts carry
//! no id, so a retraction cannot name one: a row tagged `withdrawn` takes back those of its lane ([`counts`]).
//! Which kind a row of the earlier tool without `kind` has is decided where rows are read, not here.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

pub mod alias_state;
pub mod audit;
pub mod canonical;
pub mod capacity;
pub mod capture;
pub mod counts;
pub mod delta;
pub mod derived;
pub mod finalize;
pub mod history;
pub mod increment;
pub mod lanes;
pub mod needs;
pub mod order;
pub mod pairing;
pub mod prompts;
mod refusal;
mod replay;
mod reset_buffer;
pub mod summary;
pub mod units;
pub mod weekly_buffer;

pub use alias_state::State;
pub use audit::audit;
pub use capture::admit;
pub use finalize::finalize;
pub use increment::{next, next_free};
pub use refusal::{Refusal, Rule};
pub use summary::summarize;
pub use units::units;
