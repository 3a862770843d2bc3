//! How a client shows its meter to a person, so that a machine can ask for it in the same way: data, no action.
//!
//! ```
//! use tracker_panes::providers;
//!
//! let live = providers::by_kind("codex").and_then(|parser| parser.live()).ok_or("it can be asked")?;
//! assert_eq!((live.command, live.question), (&["codex"][..], Some("/status")));
//! assert_eq!(live.obstacle("  1. Sign in with ChatGPT").map(|found| found.remedy), Some("log in once: codex login"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::logs::LogPlace;

/// How the meter of a client is brought on the screen.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct LiveMeter {
    /// The command line of the client.
    pub command: &'static [&'static str],
    /// Whether it draws on a terminal; otherwise it prints and ends.
    pub on_terminal: bool,
    /// What is typed to see the meter; `None` when it is shown unasked.
    pub question: Option<&'static str>,
    /// What is said to a client that has no session yet.
    pub greeting: Option<&'static str>,
    /// What is typed to leave the view of the meter before anything else is said.
    pub leave: &'static str,
    /// Words on the screen that mean: put the question again.
    pub again: &'static [&'static str],
    /// Words on the screen that mean: there is no session yet.
    pub no_session: &'static [&'static str],
    /// Whether the five-hour meter begins with the first message, so that a start without it needs the greeting.
    pub session_meter: bool,
    /// What only a person can settle.
    pub obstacles: &'static [Obstacle],
    /// Files in which the client leaves the same figures, the best first.
    pub sources: &'static [DiskSource],
}

/// A screen that waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Obstacle {
    /// Words that only this screen has.
    pub words: &'static str,
    /// What the person is to do, in one line.
    pub remedy: &'static str,
}

/// A file in which a client leaves its figures.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct DiskSource {
    /// What it is called in messages and notes.
    pub name: &'static str,
    /// Where it lies.
    pub place: DiskPlace,
    /// Keeps of the end of the file what tells the meters, and nothing of what a person wrote.
    pub excerpt: fn(&[u8]) -> Option<Vec<u8>>,
}

/// Where a file lies.
#[derive(Debug, Clone, Copy)]
pub enum DiskPlace {
    /// The newest file of these log folders.
    Newest(&'static [LogPlace]),
    /// One file by its name.
    Named {
        /// The variable that names the client's home folder.
        variable: &'static str,
        /// That folder when the variable is not set, below the user's home; empty: the home itself.
        home: &'static str,
        /// The file in it.
        file: &'static str,
    },
}

impl LiveMeter {
    /// Returns a client that shows its meter unasked on a terminal.
    #[must_use]
    pub const fn shown_by(command: &'static [&'static str]) -> Self {
        Self {
            command,
            on_terminal: true,
            question: None,
            greeting: None,
            leave: "",
            again: &[],
            no_session: &[],
            session_meter: false,
            obstacles: &[],
            sources: &[],
        }
    }

    /// Returns a command that prints its figures and ends.
    #[must_use]
    pub const fn printed_by(command: &'static [&'static str]) -> Self {
        Self { on_terminal: false, ..Self::shown_by(command) }
    }

    /// Returns what on the screen only a person can settle.
    #[must_use]
    pub fn obstacle(&self, screen: &str) -> Option<&'static Obstacle> {
        self.obstacles.iter().find(|obstacle| screen.contains(obstacle.words))
    }

    /// Tells whether the screen asks to put the question again.
    #[must_use]
    pub fn asks_again(&self, screen: &str) -> bool {
        self.again.iter().any(|words| screen.contains(words))
    }

    /// Tells whether the screen says that there is no session yet.
    #[must_use]
    pub fn has_no_session(&self, screen: &str) -> bool {
        self.no_session.iter().any(|words| screen.contains(words))
    }
}
