//! The settings of `tracker.toml` and of the user's own file, each with the place it came from.

mod file;
mod origin;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use tracker_cli_support::CliError;
use tracker_panes::Zone;
use tracker_telemetry::Classes;

pub use file::ConfigFile;
use file::Files;
pub use origin::{Origin, Setting};

/// What a setting makes of a standing job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobSetting {
    /// It is turned off.
    Off,
    /// It runs these words instead of its own.
    Command(Vec<String>),
}

impl std::fmt::Display for JobSetting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Off => f.write_str("false"),
            Self::Command(words) => f.write_str(&words.join(" ")),
        }
    }
}

fn entry(key: &str, setting: &Setting<impl ToString>) -> (String, String, Origin) {
    (key.to_owned(), setting.value.to_string(), setting.origin.clone())
}

/// All settings; every one knows its origin.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the JSONL ledgers lie.
    pub data_dir: Setting<PathBuf>,
    /// Where the CSV ledgers lie.
    pub ledger_dir: Setting<PathBuf>,
    /// Where the alias state lies, before the lane's folder.
    pub state_dir: Setting<PathBuf>,
    /// The hand-off document.
    pub handoff: Setting<PathBuf>,
    /// The progress log.
    pub progress: Setting<PathBuf>,
    /// The folder of next-session plans.
    pub plans: Setting<PathBuf>,
    /// The zone of panes that print none.
    pub timezone: Setting<Zone>,
    /// Minutes after a reset in which no after pane is taken (ADR-004).
    pub after_reset_buffer_minutes: Setting<u32>,
    /// Percentage points of each weekly bar that stay unused.
    pub weekly_buffer_pp: Setting<f64>,
    /// Share of a prompt cap, in percent, below which no window is started.
    pub prompts_min_left_pct: Setting<f64>,
    /// The meter that is the denominator of efficiency: `weekly`, `5h`, `prompts` or a meter id.
    pub capacity: Setting<String>,
    /// The interval that preview prints.
    pub interval: Setting<String>,
    /// The absolute difference, in features per unit, whose power preview prints.
    pub effect: Setting<f64>,
    /// The models of the review panel, in their order; none: those that vote.
    pub panel_models: Setting<Vec<String>>,
    /// The model that decides a tie of the panel; empty: none.
    pub panel_tie_breaker: Setting<String>,
    /// Whether the commit that is checked out is kept with snapshots and finalized windows.
    pub record_head: Setting<bool>,
    /// Whether `complete` measures churn at once.
    pub churn_on_complete: Setting<bool>,
    /// Words in a model or lane that mean GLM.
    pub glm_words: Setting<Vec<String>>,
    /// Beginnings of a model that mean GLM.
    pub glm_model_prefixes: Setting<Vec<String>>,
    /// Words in a model or lane that mean the baseline; none: all that is not GLM.
    pub baseline_words: Setting<Vec<String>>,
    /// Statuses of requests that went well.
    pub healthy: Setting<Vec<String>>,
    /// A price table instead of the bundled one; empty: the bundled one.
    pub prices: Setting<PathBuf>,
    /// Commands that open a session, besides those of this tool.
    pub session_opener: Setting<Vec<String>>,
    /// Commands that end a session, besides those of this tool.
    pub session_checks: Setting<Vec<String>>,
    /// What a session reads first, `path` or `path:why`.
    pub session_reading: Setting<Vec<String>>,
    /// How old figures on disk may be, in minutes, that are taken instead of asking a client; 0 always asks.
    pub max_age_minutes: Setting<u32>,
    /// Seconds after which a client is ended that does not show its meter.
    pub timeout_seconds: Setting<u32>,
    /// Whether a message may be spent on a client that has no session yet.
    pub greeting: Setting<bool>,
    /// The commands of clients that are asked for their meter, by the kind of capture.
    pub commands: BTreeMap<String, Setting<Vec<String>>>,
    /// What the settings make of standing jobs, by name.
    pub jobs: BTreeMap<String, Setting<JobSetting>>,
    /// Whether raw panes are kept beside the ledger.
    pub keep_raw: Setting<bool>,
}

/// What the command line or a variable says; it goes before every file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Flags<'a> {
    /// `--data-dir` or `TRACKER_DATA_DIR`.
    pub data_dir: Option<&'a Path>,
    /// `--ledger-dir` or `TRACKER_LEDGER_DIR`.
    pub ledger_dir: Option<&'a Path>,
    /// `--state-dir` or `TRACKER_ALIAS_STATE_DIR`.
    pub state_dir: Option<&'a Path>,
    /// `--tz`.
    pub timezone: Option<&'a str>,
}

/// Takes `.` and `..` out of a path, so that a path can be seen to lie in a folder or not. What a link stands for is
/// asked before it is left.
#[must_use]
pub(crate) fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                if plain.is_symlink() {
                    plain = plain.canonicalize().unwrap_or(plain);
                }
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

/// Finds the root: the nearest ancestor of `start` that holds `tracker.toml`.
#[must_use]
pub fn find_root(start: &Path) -> Option<PathBuf> {
    start.ancestors().find(|dir| dir.join("tracker.toml").is_file()).map(Path::to_path_buf)
}

impl Config {
    /// Resolves every setting: flag or variable, then the project's file, then the user's file, then the default.
    ///
    /// # Errors
    /// Usage: a file or value that cannot be understood, named with its file and key.
    pub fn resolve(
        root: &Path,
        flags: &Flags<'_>,
        project: Option<&ConfigFile>,
        user: Option<&ConfigFile>,
        machine_zone: Option<&str>,
    ) -> Result<Self, CliError> {
        let files = Files { root, project, user };
        let data_dir = files.path(flags.data_dir, "paths.data_dir", &root.join("data/week0/live"))?;
        let inside = data_dir.value.starts_with(root);
        // A data dir outside of the root that somebody names for one command is a sandbox: what the files say of the
        // project's ledgers and documents is not meant for it.
        let is_sandbox = !inside && data_dir.origin == Origin::Given;
        let beside = |flag: Option<&Path>, key: &str, name: &str, in_root: &str| {
            let own = if inside { root.join(in_root) } else { data_dir.value.join(name) };
            match flag {
                None if is_sandbox => Ok(Setting::new(own, Origin::Default)),
                flag => files.path(flag, key, &own),
            }
        };
        let ledger_dir = beside(flags.ledger_dir, "paths.ledger_dir", "Ledgers", "docs/Ledgers")?;
        let handoff = beside(None, "paths.handoff", "SESSION_HANDOFF.md", "docs/SESSION_HANDOFF.md")?;
        let progress = beside(None, "paths.progress", "progress.md", "progress.md")?;
        let plans = beside(None, "paths.plans", "plans", "plans")?;
        let own_state = data_dir.value.join("state");
        let classes = Classes::default();
        Ok(Self {
            state_dir: files.path(flags.state_dir, "paths.state_dir", &own_state)?,
            handoff,
            progress,
            plans,
            timezone: files.zone(flags.timezone, machine_zone)?,
            after_reset_buffer_minutes: files.whole("capture.after_reset_buffer_minutes", 5, 0..=1440)?,
            max_age_minutes: files.whole("capture.max_age_minutes", 5, 0..=1440)?,
            timeout_seconds: files.whole("capture.timeout_seconds", 60, 1..=3600)?,
            greeting: files.switch("capture.greeting", true)?,
            commands: files.commands("commands")?,
            jobs: files.jobs("jobs")?,
            keep_raw: files.switch("capture.keep_raw", false)?,
            record_head: files.switch("churn.record_head", true)?,
            churn_on_complete: files.switch("churn.on_complete", false)?,
            weekly_buffer_pp: files.number("budget.weekly_buffer_pp", 10.0, 0.0..=100.0)?,
            prompts_min_left_pct: files.number("budget.prompts_min_left_pct", 15.0, 0.0..=100.0)?,
            glm_words: files.words("telemetry.glm_words", classes.glm_words)?,
            glm_model_prefixes: files.words("telemetry.glm_model_prefixes", classes.glm_model_prefixes)?,
            baseline_words: files.words("telemetry.baseline_words", classes.baseline_words)?,
            healthy: files.words("telemetry.healthy", classes.healthy)?,
            session_opener: files.words("session.opener", Vec::new())?,
            session_checks: files.words("session.checks", Vec::new())?,
            session_reading: files.words("session.reading", Vec::new())?,
            prices: files.path(None, "telemetry.prices", Path::new(""))?,
            capacity: files.text("preview.capacity", "weekly")?,
            interval: files.text("preview.ci", "policy")?,
            effect: files.number("preview.effect", 0.10, 0.0..=1e9)?,
            panel_models: files.words("panel.models", Vec::new())?,
            panel_tie_breaker: files.text("panel.tie_breaker", "")?,
            data_dir,
            ledger_dir,
        })
    }

    /// Tells whether a provider's five-hour bar stands for its prompts, by the words that telemetry knows it by.
    #[must_use]
    pub(crate) fn stands_for_prompts(&self, provider: &str) -> bool {
        self.classes().glm_words.iter().any(|word| provider.contains(word.as_str()))
    }

    /// Returns how telemetry is classed.
    #[must_use]
    pub fn classes(&self) -> Classes {
        Classes {
            glm_words: self.glm_words.value.clone(),
            glm_model_prefixes: self.glm_model_prefixes.value.clone(),
            baseline_words: self.baseline_words.value.clone(),
            healthy: self.healthy.value.clone(),
        }
    }

    /// Returns every key with its value as text and its origin, in the order of the file.
    #[must_use]
    pub fn listing(&self) -> Vec<(String, String, Origin)> {
        let path = |key: &str, setting: &Setting<PathBuf>| {
            (key.to_owned(), setting.value.display().to_string(), setting.origin.clone())
        };
        let words = |key: &str, setting: &Setting<Vec<String>>| {
            (key.to_owned(), setting.value.join(", "), setting.origin.clone())
        };
        let mut listing = vec![
            path("paths.data_dir", &self.data_dir),
            path("paths.ledger_dir", &self.ledger_dir),
            path("paths.state_dir", &self.state_dir),
            path("paths.handoff", &self.handoff),
            path("paths.progress", &self.progress),
            path("paths.plans", &self.plans),
            entry("capture.timezone", &self.timezone),
            entry("capture.after_reset_buffer_minutes", &self.after_reset_buffer_minutes),
            entry("capture.max_age_minutes", &self.max_age_minutes),
            entry("capture.timeout_seconds", &self.timeout_seconds),
            entry("capture.greeting", &self.greeting),
            entry("capture.keep_raw", &self.keep_raw),
            entry("budget.weekly_buffer_pp", &self.weekly_buffer_pp),
            entry("budget.prompts_min_left_pct", &self.prompts_min_left_pct),
            entry("churn.record_head", &self.record_head),
            entry("churn.on_complete", &self.churn_on_complete),
            entry("preview.capacity", &self.capacity),
            entry("preview.ci", &self.interval),
            entry("preview.effect", &self.effect),
            words("panel.models", &self.panel_models),
            entry("panel.tie_breaker", &self.panel_tie_breaker),
            words("telemetry.glm_words", &self.glm_words),
            words("telemetry.glm_model_prefixes", &self.glm_model_prefixes),
            words("telemetry.baseline_words", &self.baseline_words),
            words("telemetry.healthy", &self.healthy),
            path("telemetry.prices", &self.prices),
            words("session.opener", &self.session_opener),
            words("session.checks", &self.session_checks),
            words("session.reading", &self.session_reading),
        ];
        listing.extend(self.named());
        listing
    }

    /// Returns the entries of the sections whose keys are names.
    fn named(&self) -> impl Iterator<Item = (String, String, Origin)> {
        let commands = self.commands.iter().map(|(kind, setting)| {
            (format!("commands.{kind}"), setting.value.join(" "), setting.origin.clone())
        });
        let jobs = self.jobs.iter().map(|(name, setting)| {
            (format!("jobs.{name}"), setting.value.to_string(), setting.origin.clone())
        });
        commands.chain(jobs)
    }
}
