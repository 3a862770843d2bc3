//! The data folder: which file is where.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::LedgerError;

/// Names one ledger in the data folder, e.g. `snapshots.jsonl`. The set is open.
///
/// ```
/// use tracker_ledger::LedgerFile;
/// assert_eq!(LedgerFile::SNAPSHOTS.name(), "snapshots.jsonl");
/// assert_eq!(LedgerFile::new("notes.jsonl")?, LedgerFile::new("notes.jsonl")?);
/// assert!(LedgerFile::new("../x.jsonl").is_err());
/// # Ok::<(), tracker_ledger::LedgerError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LedgerFile(Cow<'static, str>);

macro_rules! known {
    ($($(#[$doc:meta])* $name:ident = $file:literal;)*) => {
        impl LedgerFile {
            $($(#[$doc])* pub const $name: Self = Self(Cow::Borrowed($file));)*

            /// The ledgers that this version writes, sorted by name.
            pub const KNOWN: &[Self] = &[$(Self::$name),*];
        }
    };
}

known! {
    /// Negative deltas, replayed panes, late captures.
    ANOMALIES = "anomalies.jsonl";
    /// Lines added and deleted per window.
    CHURN = "churn.jsonl";
    /// Summaries of the Claude usage monitor.
    CLAUDE_MONITOR = "claude_monitor.jsonl";
    /// ccusage summaries of Codex (session, daily, weekly).
    CODEX_CCUSAGE = "codex_ccusage.jsonl";
    /// Acceptance evidence.
    EVIDENCE = "evidence.jsonl";
    /// Features that became green, and reservations.
    FEATURES = "features.jsonl";
    /// GLM prompt counts.
    GLM_COUNTS = "glm_counts.jsonl";
    /// Runs of standing jobs.
    JOB_RUNS = "job_runs.jsonl";
    /// Back-filled meter readings.
    METERS = "meters.jsonl";
    /// Votes and decisions of the review panel.
    PANEL_VOTES = "panel_votes.jsonl";
    /// Events of the subagent proxy.
    PROXY_TELEMETRY = "proxy_telemetry.jsonl";
    /// Stored replays.
    REPLAY = "replay.jsonl";
    /// Captured panes, and their retractions.
    SNAPSHOTS = "snapshots.jsonl";
    /// Planned and actual tokens per session.
    TOKEN_PLAN = "token_plan.jsonl";
    /// Finalized windows.
    WINDOWS = "windows.jsonl";
}

impl LedgerFile {
    /// Returns the ledger of that file name.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] unless it is `<name>.jsonl` with 1-64 of `a-z 0-9 _ -` as its name.
    pub fn new(name: impl Into<String>) -> Result<Self, LedgerError> {
        let name = name.into();
        let valid = name.strip_suffix(".jsonl").is_some_and(|stem| {
            (1..=64).contains(&stem.len())
                && stem
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
        });
        if valid {
            return Ok(Self(Cow::Owned(name)));
        }
        Err(LedgerError::Refused {
            path: name.into(),
            reason: "it cannot name a ledger".into(),
            hint: "use a-z 0-9 _ - and the ending .jsonl".into(),
        })
    }

    /// Returns the file name without its folder.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LedgerFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The folder that holds the ledgers, and the names of what stands beside them.
///
/// ```
/// use tracker_ledger::{DataDir, LedgerFile};
/// let dir = DataDir::new("data/week0/live");
/// assert!(dir.ledger(&LedgerFile::CHURN).ends_with("live/churn.jsonl"));
/// assert!(dir.head(&LedgerFile::CHURN).ends_with("live/churn.jsonl.head"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// Returns the layout of that folder; touches nothing.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        // "" as a folder would make every parent look-up fail.
        Self(if path.as_os_str().is_empty() { PathBuf::from(".") } else { path })
    }

    /// Returns the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Returns the path of a ledger.
    #[must_use]
    pub fn ledger(&self, file: &LedgerFile) -> PathBuf {
        self.0.join(file.name())
    }

    /// Returns the path of a ledger's lock sidecar.
    #[must_use]
    pub fn lock(&self, file: &LedgerFile) -> PathBuf {
        self.0.join(format!("{file}.lock"))
    }

    /// Returns the path of the sidecar that those hold who wait for a ledger's lock.
    #[must_use]
    pub fn line(&self, file: &LedgerFile) -> PathBuf {
        self.0.join(format!("{file}.line"))
    }

    /// Returns the path of the sidecar that those hold who sync a row after they released the ledger's lock.
    #[must_use]
    pub fn syncing(&self, file: &LedgerFile) -> PathBuf {
        self.0.join(format!("{file}.syncing"))
    }

    /// Returns the path of a ledger's head.
    #[must_use]
    pub fn head(&self, file: &LedgerFile) -> PathBuf {
        self.0.join(format!("{file}.head"))
    }

    /// Returns the folder that torn tails are moved to.
    #[must_use]
    pub fn quarantine(&self) -> PathBuf {
        self.0.join("quarantine")
    }

    /// Returns the folder of rebuildable caches.
    #[must_use]
    pub fn cache(&self) -> PathBuf {
        self.0.join(".index")
    }

    /// Returns the path of the salt of the pseudonyms.
    #[must_use]
    pub fn salt(&self) -> PathBuf {
        self.0.join(".salt")
    }
}
