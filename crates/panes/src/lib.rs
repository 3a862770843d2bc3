//! Reads what coding clients show about their limits: panes, logs and API replies become readings.
//!
//! ```
//! use tracker_panes::{Ctx, Input, Zone, providers};
//!
//! let text = "  >_ OpenAI Codex (v0.160.1)\n\n  5h limit:      97% left (resets 14:01)\n  Weekly limit:  90% left";
//! let captured_at = "2025-10-19T05:00:00Z".parse()?;
//! let ctx = Ctx::new(captured_at).with_zone("Asia/Singapore".parse::<Zone>()?);
//! let (parser, why) = providers::detect(&Input::new(text)).ok_or("nobody knows this text")?;
//! assert_eq!((parser.kind(), why.reason.as_ref()), ("codex", "status pane: rows \"5h limit:\" or \"Weekly limit:\""));
//! let reading = parser.parse(&Input::new(text), &ctx).into_newest().ok_or("no reading")?;
//! let five_hours = &reading.meters[0];
//! assert_eq!(five_hours.used_amount(), Some(3.0));
//! assert_eq!(five_hours.resets_at, Some("2025-10-19T06:01:00Z".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Concepts
//!
//! - An [`Input`] is clean text (see `tracker_term_text::clean`), a [`Ctx`] what the text does not say: when it was
//!   captured and in which [`Zone`].
//! - A [`PaneParser`] knows one provider in all its formats. [`providers::REGISTRY`] lists the built-in ones;
//!   [`providers::detect`] asks each how sure it is and why. The trait is open: an embedder may add its own.
//! - Parsing never fails as a whole. A cut, absent or ambiguous value is `None` with a [`tracker_domain::Tag`];
//!   what was seen and not understood is listed in [`Parsed::unknown`].
//! - [`logs`] reads whole archives of session logs: tokens of each answer, and the history of the meters.
//! - [`live`] says how a client is asked for its meter, and which of its files tell it.
//! - [`reset`] turns a printed reset into an instant, or says that it cannot be told.
//!
//! # Limits
//!
//! - Labels are the English ones; forks that translate them are not read.
//! - A pane that names no zone is read in the zone of the [`Ctx`]; a capture from another host's zone gives instants
//!   that are off by the difference.
//! - A pane shows whole percents, rounded by its client (Codex to even, Claude down).
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod format;
mod input;
mod instant;
mod json;
pub mod live;
pub mod logs;
pub mod meter_name;
mod parser;
mod plain;
pub mod providers;
pub mod reset;
mod text;
mod zone;

pub use input::{Ctx, Input};
pub use parser::{Confidence, PaneParser, Parsed};
pub use zone::{Zone, ZoneError};

/// Returns the id of a built-in provider.
fn provider_id(name: &'static str) -> tracker_domain::ProviderId {
    #[expect(clippy::expect_used, reason = "a literal of this crate; a test reads every provider's id")]
    tracker_domain::ProviderId::new(name).expect("a valid provider name")
}
