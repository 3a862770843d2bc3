//! A talk with a client on a terminal: what it shows, and what is typed in answer.

use std::time::Duration;

use crate::{CaptureError, End, MeterCommand, Patience};

/// What the client shows at one moment.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct View<'a> {
    /// The whole screen.
    pub text: &'a str,
    /// Whether the screen differs from that of the view before.
    pub is_new: bool,
    /// Since the client was started.
    pub elapsed: Duration,
    /// Since the screen changed last, or something was typed.
    pub quiet: Duration,
    /// Whether the client has ended: no later view will differ.
    pub has_ended: bool,
}

impl<'a> View<'a> {
    /// Returns a view of a running client; for tests of what judges one.
    #[must_use]
    pub fn new(text: &'a str, elapsed: Duration, quiet: Duration) -> Self {
        Self { text, is_new: quiet.is_zero(), elapsed, quiet, has_ended: false }
    }

    /// Returns the view as that of a client that has ended.
    #[must_use]
    pub fn ended(mut self) -> Self {
        self.has_ended = true;
        self
    }
}

/// What follows from a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// Nothing yet.
    Wait,
    /// These keys are typed, at the pace of a person; `\r` is Enter, `\u{1b}` is Escape.
    Type(String),
    /// What is wanted is there.
    Done,
    /// It will not come.
    GiveUp,
}

/// What was on the screen at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talk {
    /// The whole screen.
    pub screen: String,
    /// How it ended. The client has ended in every case, and with it all processes of its session.
    pub end: End,
}

/// Runs a client on a terminal of its own and asks `judge` what to do whenever something changed, and every now and
/// then when nothing did.
///
/// # Errors
/// [`CaptureError`]: the client cannot be started, or there is no terminal for it.
pub fn talk(
    command: &MeterCommand,
    patience: &Patience,
    is_interrupted: &dyn Fn() -> bool,
    judge: &mut dyn FnMut(&View<'_>) -> Turn,
) -> Result<Talk, CaptureError> {
    #[cfg(unix)]
    return crate::pty::talk(command, patience, is_interrupted, judge);
    #[cfg(not(unix))]
    {
        let _ = (command, patience, is_interrupted, judge);
        Err(CaptureError::NoTerminals)
    }
}
