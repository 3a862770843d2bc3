//! The workspace of one command: root, settings, lane and clock.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use tracker_cli_support::{CliError, Clock, GlobalArgs};
use tracker_domain::{CommitMark, Lane};
use tracker_ledger::Ledger;

use crate::Surroundings;
use crate::config::{Config, ConfigFile, Flags, find_root, without_dots};

/// What a command needs to know about where and when it runs.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The nearest ancestor with a `tracker.toml`, else the current directory.
    pub root: PathBuf,
    /// The directory that relative paths of the command line start from.
    pub current_dir: PathBuf,
    /// The settings in force.
    pub config: Config,
    /// The lane (`AGENT_ID`); `None` when none is named.
    pub lane: Option<Lane>,
    /// The clock.
    pub clock: Clock,
    /// Where the root's repository stands, once a verb that starts or ends a window has asked.
    pub commit_mark: Option<CommitMark>,
}

/// The flags of single verbs that change the workspace.
#[derive(Debug, Clone, Copy, Default)]
pub struct VerbFlags<'a> {
    /// `--state-dir`.
    pub state_dir: Option<&'a Path>,
    /// `--tz`.
    pub timezone: Option<&'a str>,
}

impl Workspace {
    /// Finds the root and resolves every setting. Creates nothing.
    ///
    /// # Errors
    /// Usage: a setting or `AGENT_ID` that cannot be understood. Failed: a named file that cannot be read.
    pub fn find(global: &GlobalArgs, verb: VerbFlags<'_>, around: &Surroundings) -> Result<Self, CliError> {
        let absolute = |path: &Path| without_dots(&around.current_dir.join(path));
        let data_dir = global.data_dir().map(absolute);
        let ledger_dir = global.ledger_dir().map(absolute);
        let state_dir = verb.state_dir.or(around.state_dir.as_deref()).map(absolute);
        let found = data_dir.as_deref().and_then(find_root).or_else(|| find_root(&around.current_dir));
        let root = found.unwrap_or_else(|| around.current_dir.clone());
        let project = match global.config() {
            Some(path) => ConfigFile::read(&absolute(path), true)?,
            None => ConfigFile::read(&root.join("tracker.toml"), false)?,
        };
        let user_dir = around.config_home.clone().or_else(|| Some(around.home.as_ref()?.join(".config")));
        let user = match user_dir {
            Some(dir) => ConfigFile::read(&dir.join("tracker/config.toml"), false)?,
            None => None,
        };
        let flags = Flags {
            data_dir: data_dir.as_deref(),
            ledger_dir: ledger_dir.as_deref(),
            state_dir: state_dir.as_deref(),
            timezone: verb.timezone,
        };
        let config =
            Config::resolve(&root, &flags, project.as_ref(), user.as_ref(), around.machine_zone.as_deref())?;
        let lane = around.agent_id.as_deref().map(str::parse).transpose().map_err(|cause| {
            CliError::usage(format!("AGENT_ID: {cause}")).hint("for example AGENT_ID=main or AGENT_ID=sub1")
        })?;
        Ok(Self {
            root,
            current_dir: around.current_dir.clone(),
            config,
            lane,
            clock: around.clock.clone(),
            commit_mark: None,
        })
    }

    /// Returns a path of the command line as an absolute one.
    #[must_use]
    pub fn absolute(&self, path: &Path) -> PathBuf {
        self.current_dir.join(path)
    }

    /// Returns the ledgers of the data dir; touches nothing.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        Ledger::open(&self.config.data_dir.value)
    }

    /// Returns the folder of the lane's alias state: `<state-dir>/<AGENT_ID>`, without doubling the lane's name
    /// when the setting already ends in it.
    #[must_use]
    pub fn lane_state_dir(&self) -> PathBuf {
        let dir = &self.config.state_dir.value;
        match &self.lane {
            Some(lane) if dir.file_name().is_none_or(|name| name != lane.as_str()) => dir.join(lane.as_str()),
            _ => dir.clone(),
        }
    }

    /// Returns the time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}
