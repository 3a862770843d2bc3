//! Survival by provider and methodology: the lines of all windows of an arm together.

use std::collections::BTreeMap;

use tracker_churn::{FeatureCommit, Survival, survival};
use tracker_cli_support::{CliError, Ui};
use tracker_domain::{FinalizedWindow, ProviderId};
use tracker_windows::canonical::finalized;

use super::ChurnArgs;
use super::measure::{DAYS, only_provider};
use crate::{Workspace, repository};

/// Provider and methodology.
type Name = (Option<ProviderId>, Option<String>);

/// One arm's survival.
#[derive(Debug)]
pub(crate) struct Arm {
    /// The provider; `None` for windows in which several worked.
    pub(crate) provider: Option<ProviderId>,
    /// The way of working.
    pub(crate) methodology: Option<String>,
    /// Its windows.
    pub(crate) windows: Vec<String>,
    /// What became of their lines.
    pub(crate) survival: Survival,
}

/// Returns the survival of every arm that has feature commits.
pub(super) fn survival_of_arms(
    args: &ChurnArgs,
    windows: &[FinalizedWindow],
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<Vec<Arm>, CliError> {
    let told = |error| repository::told(&error);
    let repo = repository::open(args.repo.as_deref(), workspace).map_err(told)?;
    let filter = repository::filter(&repo, &args.paths, workspace).map_err(told)?;
    let history = repository::history(&repo, filter, windows, None, workspace, ui).map_err(told)?;
    let mut arms: BTreeMap<Name, (Vec<String>, Vec<&FeatureCommit>)> = BTreeMap::new();
    for rows in finalized(windows).into_values() {
        let row = rows.canonical;
        let of_window: Vec<&FeatureCommit> = history.of_window(row.window.as_str()).collect();
        if !of_window.is_empty() {
            let (names, commits) = arms.entry((only_provider(row), row.methodology.clone())).or_default();
            names.push(row.window.to_string());
            commits.extend(of_window);
        }
    }
    let now = workspace.now().timestamp();
    let arm = |((provider, methodology), (windows, commits)): ((_, _), (_, Vec<&FeatureCommit>))| Arm {
        provider,
        methodology,
        windows,
        survival: survival(&commits, now, &DAYS),
    };
    Ok(arms.into_iter().map(arm).collect())
}
