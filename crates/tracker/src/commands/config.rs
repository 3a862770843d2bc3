//! `tracker config show`.

use tracker_cli_support::{CliError, Exit, Format, Ui};

use crate::wire::config_show::{ConfigJson, SettingJson};
use crate::{Workspace, wire};

/// Arguments of `tracker config`.
#[derive(Debug, clap::Args)]
pub struct ConfigArgs {
    /// What to do with the settings
    #[command(subcommand)]
    action: ConfigAction,
}

/// What to do with the settings.
#[derive(Debug, clap::Subcommand)]
pub enum ConfigAction {
    /// List every setting, its value and where it comes from
    Show,
}

/// Lists the settings in force.
///
/// # Errors
/// Standard output cannot be written.
pub fn run(args: &ConfigArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let ConfigAction::Show = args.action;
    let listing = workspace.config.listing();
    if ui.format_among(&[Format::Text, Format::Json])? == Format::Json {
        let settings = listing.iter().map(|(key, value, origin)| SettingJson {
            key: key.as_str(),
            value,
            origin: origin.to_string(),
        });
        let root = workspace.root.display().to_string();
        ui.json(&wire::text(&ConfigJson { root, settings: settings.collect() })?)?;
        return Ok(Exit::Ok);
    }
    ui.line(format_args!("root = {}", workspace.root.display()))?;
    let wide = listing.iter().map(|(key, ..)| key.len()).max().unwrap_or(0);
    for (key, value, origin) in listing {
        ui.line(format_args!("{key:wide$} = {value}  ({origin})"))?;
    }
    Ok(Exit::Ok)
}
