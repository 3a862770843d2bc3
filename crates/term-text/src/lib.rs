//! Turns terminal bytes into clean lines, any text into safe terminal or CSV text, and identities into pseudonyms.
//!
//! ```
//! let pane = tracker_term_text::clean(b"\x1b[2m  Account: \x1b[0muser@example.com (Plus)\r\n  5h limit: 82% left\r\n");
//! assert_eq!(pane.text, "  Account: user@example.com (Plus)\n  5h limit: 82% left");
//! ```
//!
//! # Concepts
//!
//! - **In**: [`clean`] takes what a terminal, a paste or a pty gave and returns what a person read, with a list of
//!   the [`Repairs`] made. A stream that moves the cursor is played on a real terminal emulator.
//!
//! # Limits
//!
//! - [`clean`] does not know the size of the terminal that a raw pty stream was made for and infers it; a stream
//!   that scrolled at the bottom of a smaller screen may show a line one row off.
//! - Of a stream that moves the cursor only the last 4 MiB are played; older bytes are dropped and reported.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod clean;

pub use clean::{Clean, Repairs, clean};
