//! One configuration file, and the look-up through several.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use toml::{Table, Value};
use tracker_cli_support::{CliError, Exit};
use tracker_panes::Zone;

use super::{JobSetting, Origin, Setting};

/// Every key that a file may hold; anything else is a slip of the pen and is refused.
pub(super) const KEYS: [&str; 29] = [
    "paths.data_dir",
    "paths.ledger_dir",
    "paths.state_dir",
    "paths.handoff",
    "paths.progress",
    "paths.plans",
    "capture.timezone",
    "capture.after_reset_buffer_minutes",
    "capture.max_age_minutes",
    "capture.timeout_seconds",
    "capture.greeting",
    "capture.keep_raw",
    "budget.weekly_buffer_pp",
    "budget.prompts_min_left_pct",
    "churn.record_head",
    "churn.on_complete",
    "preview.capacity",
    "preview.ci",
    "preview.effect",
    "panel.models",
    "panel.tie_breaker",
    "telemetry.glm_words",
    "telemetry.glm_model_prefixes",
    "telemetry.baseline_words",
    "telemetry.healthy",
    "telemetry.prices",
    "session.opener",
    "session.checks",
    "session.reading",
];

/// Sections whose keys are names of things that are known elsewhere.
const OPEN_SECTIONS: [&str; 2] = ["commands.", "jobs."];

fn is_known(key: &str) -> bool {
    KEYS.contains(&key) || OPEN_SECTIONS.iter().any(|section| key.starts_with(section))
}

/// A parsed `tracker.toml`.
#[derive(Debug, Clone, Default)]
pub struct ConfigFile {
    path: PathBuf,
    table: Table,
}

impl ConfigFile {
    /// Reads a file, or returns `None` when there is none and it was not asked for by name.
    ///
    /// # Errors
    /// Failed: it cannot be read. Usage: it is not TOML or holds a key that is not known.
    pub fn read(path: &Path, asked: bool) -> Result<Option<Self>, CliError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound && !asked => return Ok(None),
            Err(cause) => {
                return Err(CliError::caused(
                    Exit::Failed,
                    format_args!("cannot read `{}`", path.display()),
                    &cause,
                )
                .hint("give a readable file with --config, or leave it out"));
            }
        };
        Self::parse(path, &text).map(Some)
    }

    /// Parses the text of a file.
    ///
    /// # Errors
    /// Usage: it is not TOML or holds a key that is not known.
    pub fn parse(path: &Path, text: &str) -> Result<Self, CliError> {
        let table: Table = text.parse().map_err(|cause: toml::de::Error| {
            CliError::usage(format!("`{}` is not valid TOML: {}", path.display(), cause.message()))
                .hint("`tracker init` in an empty folder writes a file with every key")
        })?;
        for (section, value) in &table {
            let names: Vec<String> = match value {
                Value::Table(inner) => inner.keys().map(|key| format!("{section}.{key}")).collect(),
                _ => vec![section.clone()],
            };
            if let Some(unknown) = names.iter().find(|name| !is_known(name)) {
                return Err(CliError::usage(format!("`{}` has an unknown key {unknown}", path.display()))
                    .hint(format!("known keys: {}", KEYS.join(", "))));
            }
        }
        Ok(Self { path: path.to_path_buf(), table })
    }

    /// Returns the entries of an open section.
    fn entries(&self, section: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.table.get(section).and_then(Value::as_table).into_iter().flatten()
    }

    fn get(&self, key: &str) -> Option<&Value> {
        let (section, name) = key.split_once('.')?;
        self.table.get(section)?.as_table()?.get(name)
    }

    fn wrong(&self, key: &str, expected: &str) -> CliError {
        CliError::usage(format!("`{}`: {key} must be {expected}", self.path.display()))
            .hint("`tracker config show` lists every value and where it comes from")
    }
}

/// Reads the words of a command: at least one.
fn words(value: &Value) -> Option<Vec<String>> {
    let words = value.as_array().filter(|words| !words.is_empty())?;
    words.iter().map(|word| word.as_str().map(str::to_owned)).collect()
}

/// The files in the order in which they are asked.
pub(super) struct Files<'a> {
    pub(super) root: &'a Path,
    pub(super) project: Option<&'a ConfigFile>,
    pub(super) user: Option<&'a ConfigFile>,
}

impl Files<'_> {
    fn find(&self, key: &str) -> Option<(&ConfigFile, &Value)> {
        debug_assert!(KEYS.contains(&key), "{key} is not listed");
        [self.project, self.user].into_iter().flatten().find_map(|file| Some((file, file.get(key)?)))
    }

    fn value<T>(
        &self,
        key: &str,
        expected: &str,
        default: T,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<Setting<T>, CliError> {
        match self.find(key) {
            None => Ok(Setting::new(default, Origin::Default)),
            Some((file, value)) => match read(value) {
                Some(value) => Ok(Setting::new(value, Origin::File(file.path.clone()))),
                None => Err(file.wrong(key, expected)),
            },
        }
    }

    /// A path: a flag is taken as it is, one of a file is relative to the root.
    pub(super) fn path(
        &self,
        flag: Option<&Path>,
        key: &str,
        default: &Path,
    ) -> Result<Setting<PathBuf>, CliError> {
        match flag {
            Some(path) => Ok(Setting::new(path.to_path_buf(), Origin::Given)),
            None => self.value(key, "a path in quotes", default.to_path_buf(), |value| {
                Some(super::without_dots(&self.root.join(value.as_str().filter(|text| !text.is_empty())?)))
            }),
        }
    }

    pub(super) fn text(&self, key: &str, default: &str) -> Result<Setting<String>, CliError> {
        self.value(key, "a word in quotes", default.to_owned(), |value| value.as_str().map(str::to_owned))
    }

    pub(super) fn words(&self, key: &str, default: Vec<String>) -> Result<Setting<Vec<String>>, CliError> {
        self.value(key, "a list of words in quotes", default, |value| {
            value.as_array()?.iter().map(|word| word.as_str().map(str::to_owned)).collect()
        })
    }

    /// Command lines by name: a list of words each.
    pub(super) fn commands(&self, section: &str) -> Result<BTreeMap<String, Setting<Vec<String>>>, CliError> {
        self.named(section, "a list of the words of a command, in quotes", words)
    }

    /// Standing jobs by name: `false`, or a list of words.
    pub(super) fn jobs(&self, section: &str) -> Result<BTreeMap<String, Setting<JobSetting>>, CliError> {
        self.named(section, "false, or a list of the words of a command, in quotes", |value| {
            match value.as_bool() {
                Some(false) => Some(JobSetting::Off),
                Some(true) => None,
                None => words(value).map(JobSetting::Command),
            }
        })
    }

    /// The entries of an open section, the project's before the user's.
    fn named<T>(
        &self,
        section: &str,
        expected: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<BTreeMap<String, Setting<T>>, CliError> {
        let mut found = BTreeMap::new();
        for file in [self.user, self.project].into_iter().flatten() {
            for (name, value) in file.entries(section) {
                let value = read(value).ok_or_else(|| file.wrong(&format!("{section}.{name}"), expected))?;
                found.insert(name.clone(), Setting::new(value, Origin::File(file.path.clone())));
            }
        }
        Ok(found)
    }

    pub(super) fn switch(&self, key: &str, default: bool) -> Result<Setting<bool>, CliError> {
        self.value(key, "true or false", default, Value::as_bool)
    }

    #[expect(clippy::cast_precision_loss, reason = "a setting written as a whole number is small")]
    pub(super) fn number(
        &self,
        key: &str,
        default: f64,
        range: RangeInclusive<f64>,
    ) -> Result<Setting<f64>, CliError> {
        let expected = format!("a number from {} to {}", range.start(), range.end());
        self.value(key, &expected, default, |value| {
            value.as_float().or_else(|| value.as_integer().map(|n| n as f64)).filter(|x| range.contains(x))
        })
    }

    pub(super) fn whole(
        &self,
        key: &str,
        default: u32,
        range: RangeInclusive<u32>,
    ) -> Result<Setting<u32>, CliError> {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        self.value(key, &expected, default, |value| {
            value.as_integer().and_then(|n| u32::try_from(n).ok()).filter(|n| range.contains(n))
        })
    }

    /// The zone: flag, files, machine, else UTC.
    pub(super) fn zone(&self, flag: Option<&str>, machine: Option<&str>) -> Result<Setting<Zone>, CliError> {
        let read = |name: &str| -> Result<Zone, CliError> {
            name.parse().map_err(|cause| {
                CliError::usage(format!("{cause}")).hint("for example --tz Europe/Berlin or --tz UTC")
            })
        };
        if let Some(name) = flag {
            return Ok(Setting::new(read(name)?, Origin::Given));
        }
        let (default, origin) = match machine.and_then(|name| name.parse().ok()) {
            Some(zone) => (zone, Origin::Machine),
            None => (Zone::UTC, Origin::Default),
        };
        let found =
            self.value("capture.timezone", "an IANA zone such as \"Europe/Berlin\"", default, |value| {
                value.as_str()?.parse().ok()
            })?;
        Ok(if found.origin == Origin::Default { Setting::new(found.value, origin) } else { found })
    }
}
