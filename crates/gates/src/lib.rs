//! Decides by fixed rules whether a window may count as done: GO, SOFT GO or NO-GO, with the rows that decided.
//!
//! ```
//! use tracker_gates::{Status, WindowFacts, window_card};
//!
//! let nothing_known = WindowFacts::new("W0-19".parse()?);
//! let card = window_card(&nothing_known);
//! assert_eq!(card.status, Status::NoGo);
//! assert!(card.reasons.iter().any(|reason| reason.text.contains("not finalized")));
//! # Ok::<(), tracker_domain::DomainError>(())
//! ```
//!
//! # Concepts
//! - A **card** answers one question from rows that others read: no rule here looks anything up.
//! - Every reason names the rows (file, line, seq) that caused it, so that a person can go and look.
//! - Of several evidence rows for one capability and runner the newest counts: a repeated run corrects an earlier
//!   one. A failing one blocks, whatever else passes.
//!
//! # Limits
//! - A card is as good as its rows: it does not know whether a test tests anything.
//! - A ledger that is damaged, even only torn at its end, is no ground for a GO.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod capability;
mod card;
mod evidence;
mod expansion;
mod panel;
mod status;
mod week0_card;
mod window_card;

pub use capability::{CapabilityState, capability_state, distance_around, distance_to_target, runners};
pub use card::{Card, Check, Reason, Source};
pub use evidence::{Standing, standing};
pub use expansion::{
    Expansion, ExpansionFacts, LEAST_BLOCKED, LEAST_PREVIEW_UNITS, LEAST_QUALITY, PREVIEWS, PreviewFacts,
    expansion,
};
pub use panel::{
    HIGHEST_LOAD, PANEL_SIZE, PanelFacts, Ruling, Shortness, Standing as MeterStanding, rule, short_capacity,
};
pub use status::Status;
pub use week0_card::{LEAST_POWER, LEAST_WINDOWS, ProviderFacts, WIDEST_INTERVAL, Week0Facts, week0_card};
pub use window_card::{WindowFacts, window_card};
