//! Turns terminal bytes into clean lines, any text into safe terminal or CSV text, and identities into pseudonyms.
//!
//! ```
//! use tracker_term_text::{Pseudonymizer, clean, escape_csv_cell, escape_terminal};
//!
//! let pane = clean(b"\x1b[2m  Account: \x1b[0muser@example.com (Plus)\r\n  5h limit: 82% left\r\n");
//! assert_eq!(pane.text, "  Account: user@example.com (Plus)\n  5h limit: 82% left");
//!
//! let (safe, found) = Pseudonymizer::new([7; 32]).pseudonymize(&pane.text);
//! assert!(safe.starts_with("  Account: acct-") && safe.contains(" (Plus)\n  5h limit: 82% left"));
//! assert_eq!(found.len(), 1);
//!
//! assert_eq!(escape_terminal("title\u{1b}]0;x\u{7}"), "title\\u{1b}]0;x\\u{7}");
//! assert_eq!(escape_csv_cell("=1+1"), "'=1+1");
//! ```
//!
//! # Concepts
//!
//! - **In**: [`clean()`] takes what a terminal, a paste or a pty gave and returns what a person read, with a list of
//!   the [`Repairs`] made. A stream that moves the cursor is played on a real terminal emulator.
//! - **Out**: [`escape_terminal`] and [`escape_csv_cell`] stand before every sink, for text that nobody vouches for.
//! - **Pseudonyms**: [`Pseudonymizer`] replaces what identifies a person before anything is written. The newtypes
//!   over [`Secret`] carry such a value through code without ever printing it.
//!
//! # Limits
//!
//! - [`clean()`] does not know the size of the terminal that a raw pty stream was made for and infers it; a stream
//!   that scrolled at the bottom of a smaller screen may show a line one row off.
//! - Of a stream that moves the cursor only the last 4 MiB are played; older bytes are dropped and reported.
//! - Pseudonyms are found by shape and by label. A name without either (a bare first name in prose) is not found.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod clean;
mod csv_cell;
mod escape;
mod pseudonym;

pub use clean::{Clean, Repairs, clean};
pub use csv_cell::{escape_csv_cell, unescape_csv_cell};
pub use escape::{escape_terminal, escape_terminal_line};
pub use pseudonym::{
    AccountId, Email, Found, HomePath, IdentityKind, OrgId, Pseudonymizer, Secret, SecretKind, SessionId,
};
