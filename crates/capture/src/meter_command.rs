//! The command that shows or prints a meter, and how long it may take.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// A command line, with the folder that it runs in. No shell reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterCommand {
    /// The program, looked up on `PATH` when it is a bare name.
    pub program: OsString,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// The folder that it runs in.
    pub dir: PathBuf,
}

/// How long a command may take, and how much it may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Patience {
    /// After this long it is ended.
    pub timeout: Duration,
    /// How long it has between being asked to end and being killed.
    pub grace: Duration,
    /// After so many bytes it is ended: it would talk for ever.
    pub max_bytes: usize,
}

impl Patience {
    /// Returns patience of `timeout`, a grace of 2 seconds and room for 64 MiB.
    #[must_use]
    pub const fn of(timeout: Duration) -> Self {
        Self { timeout, grace: Duration::from_secs(2), max_bytes: 64 << 20 }
    }
}

/// How a command came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// What was wanted is there; the command was ended.
    Done,
    /// What is there will not become what is wanted; the command was ended.
    GivenUp,
    /// It ended by itself, with this status; `None` when a signal ended it.
    Exited(Option<i32>),
    /// Its time was over; it was ended.
    TimedOut,
    /// It said more than anybody reads; it was ended.
    TooLong,
    /// This process was asked to end; so the command was ended first.
    Interrupted,
}

/// Why a command could not be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaptureError {
    /// It could not be started.
    #[error("cannot start `{program}`: {source}")]
    Start {
        /// The program.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// The machine gave no terminal, or it failed.
    #[error("the terminal of the command failed: {0}")]
    Terminal(io::Error),
    /// There are no terminals of this kind on this system.
    #[error("this system has no terminals for other programs")]
    NoTerminals,
}

impl MeterCommand {
    /// Returns a command without arguments.
    #[must_use]
    pub fn new(program: impl Into<OsString>, dir: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), args: Vec::new(), dir: dir.into() }
    }

    /// Returns the command with arguments after those that it has.
    #[must_use]
    pub fn with_args(mut self, args: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Returns the program and its arguments for people.
    #[must_use]
    pub fn shown(&self) -> String {
        let words = std::iter::once(&self.program).chain(&self.args);
        words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    /// Returns the command as the standard library starts it.
    pub(crate) fn to_std(&self) -> std::process::Command {
        #[expect(clippy::disallowed_methods, reason = "this crate runs meter commands")]
        let mut command = std::process::Command::new(&self.program);
        command.args(&self.args).current_dir(&self.dir);
        command
    }

    pub(crate) fn not_started(&self, source: io::Error) -> CaptureError {
        CaptureError::Start { program: self.program.to_string_lossy().into_owned(), source }
    }
}
