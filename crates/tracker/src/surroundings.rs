//! What the process brings along: clock, lane, zone, home and folder. The one place that asks the environment.

use std::collections::BTreeMap;
use std::path::PathBuf;

use tracker_cli_support::{CliError, Clock, zone_name};
use tracker_panes::logs::LogFormat;
use tracker_panes::providers;

/// The surroundings of one command, as values.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The clock, frozen by `TRACKER_NOW`.
    pub clock: Clock,
    /// `AGENT_ID`, the name of the lane.
    pub agent_id: Option<String>,
    /// The machine's zone by its IANA name.
    pub machine_zone: Option<String>,
    /// The user's home directory.
    pub home: Option<PathBuf>,
    /// `XDG_CONFIG_HOME`, when set to an absolute path.
    pub config_home: Option<PathBuf>,
    /// The current directory.
    pub current_dir: PathBuf,
    /// `TRACKER_ALIAS_STATE_DIR`.
    pub state_dir: Option<PathBuf>,
    /// The path of this program.
    pub tool: Option<PathBuf>,
    /// `PATH`, where programs are looked for.
    pub path: Option<String>,
    /// The homes of clients whose variable is set, by the name of the variable.
    pub client_homes: BTreeMap<&'static str, Vec<PathBuf>>,
}

impl Surroundings {
    /// Asks the process's environment.
    ///
    /// # Errors
    /// Usage: `TRACKER_NOW` is not an RFC 3339 time. Failed: there is no current directory.
    pub fn of_process() -> Result<Self, CliError> {
        let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let current_dir = std::env::current_dir()
            .map_err(|cause| CliError::failed(format!("the current directory cannot be read: {cause}")))?;
        Ok(Self {
            clock: Clock::from_env()?,
            agent_id: text("AGENT_ID"),
            machine_zone: zone_name(std::env::var("TZ").ok().as_deref()),
            home: text("HOME").or_else(|| text("USERPROFILE")).map(PathBuf::from),
            config_home: text("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute()),
            current_dir,
            state_dir: text("TRACKER_ALIAS_STATE_DIR").map(PathBuf::from),
            tool: std::env::current_exe().ok(),
            path: text("PATH"),
            client_homes: client_homes(&text),
        })
    }
}

/// Asks for the variables that the clients name; one may list several folders, separated by commas.
fn client_homes(text: &dyn Fn(&str) -> Option<String>) -> BTreeMap<&'static str, Vec<PathBuf>> {
    let places =
        providers::REGISTRY.iter().filter_map(|parser| parser.logs()).flat_map(<dyn LogFormat>::places);
    let homes = |list: String| list.split(',').map(|home| PathBuf::from(home.trim())).collect();
    places.filter_map(|place| Some((place.variable, homes(text(place.variable)?)))).collect()
}

/// Returns the value of `TZ` when it names no IANA zone, so that nobody takes UTC for the zone that was meant.
pub(crate) fn unknown_zone() -> Option<String> {
    let name = std::env::var("TZ").ok()?;
    zone_name(Some(&name)).is_none().then_some(name)
}
