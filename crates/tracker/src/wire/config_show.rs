//! The output of `config show --format json`.

use schemars::JsonSchema;
use serde::Serialize;

/// The settings in force.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ConfigShow")]
pub(crate) struct ConfigJson<'a> {
    /// The folder that holds `tracker.toml`, else the current one.
    pub(crate) root: String,
    /// Every setting, in the order of the file.
    pub(crate) settings: Vec<SettingJson<'a>>,
}

/// One setting.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Setting")]
pub(crate) struct SettingJson<'a> {
    /// Section and key, as in the file.
    pub(crate) key: &'a str,
    /// The value in force, as text.
    pub(crate) value: &'a str,
    /// `flag or variable`, the path of a file, `machine` or `default`.
    pub(crate) origin: String,
}
