//! What a plan lays out for its tasks: feature files, folders of fixtures, and the paths that the plan names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tracker_cli_support::CliError;
use tracker_workflow::plan::{TableTask, Task, feature_stub, fixture_placeholder, slug};

use crate::Workspace;
use crate::config::{Origin, without_dots};

/// A file that is written only when it is not there.
#[derive(Debug)]
pub(super) struct Seed {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// Returns the folder that feature files and fixtures of a project lie in: the root, or the data dir of a sandbox,
/// which never touches the project.
pub(super) fn base(workspace: &Workspace) -> &Path {
    let data_dir = &workspace.config.data_dir;
    let is_sandbox = !data_dir.value.starts_with(&workspace.root) && data_dir.origin == Origin::Given;
    if is_sandbox { &data_dir.value } else { &workspace.root }
}

/// Gives every task the absolute path of its feature file and returns what is missing on disk.
///
/// # Errors
/// Usage: a feature file that is not there and lies outside of the root.
pub(super) fn lay_out(tasks: &mut [Task], base: &Path, date: &str) -> Result<Vec<Seed>, CliError> {
    let mut seeds = Vec::new();
    let mut taken = BTreeSet::new();
    for task in tasks {
        let given = task.feature.take().map(|path| without_dots(&base.join(path)));
        let own = given.is_none().then(|| free_name(&slug(&task.name), &mut taken));
        let feature = match (&given, &own) {
            (Some(path), _) => path.clone(),
            (None, name) => {
                base.join("features").join(format!("{}.feature", name.as_deref().unwrap_or("task")))
            }
        };
        let shown = feature.display().to_string();
        if !feature.exists() {
            if !feature.starts_with(base) {
                return Err(CliError::usage(format!(
                    "{shown} is not there and lies outside of {}",
                    base.display()
                ))
                .hint("give a feature file of this project, or one that is there"));
            }
            seeds.push(Seed { path: feature, text: feature_stub(task, date) });
        }
        if let Some(name) = own {
            let path = base.join("tests/fixtures").join(name).join("README.md");
            task.artefacts.push(path.parent().unwrap_or(base).display().to_string());
            if !path.exists() {
                seeds.push(Seed { path, text: fixture_placeholder(task, &shown) });
            }
        }
        task.feature = Some(shown);
    }
    Ok(seeds)
}

/// Returns the name, with a number when another task of the plan has it.
fn free_name(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut free = name.to_owned();
    let mut number = 2;
    while !taken.insert(free.clone()) {
        free = format!("{name}_{number}");
        number += 1;
    }
    free
}

/// Returns the documents that the specs of table rows name, as absolute paths that are there.
pub(super) fn documents(rows: &[&TableTask], table: &Path, root: &Path) -> Vec<(PathBuf, String)> {
    let beside = table.parent().unwrap_or(root);
    let found = |row: &&TableTask| {
        let name = row.document.as_ref()?;
        let path = [root, beside]
            .map(|folder| without_dots(&folder.join(name)))
            .into_iter()
            .find(|path| path.is_file());
        Some((
            path.unwrap_or_else(|| without_dots(&root.join(name))),
            format!("says what \"{}\" is for", row.name),
        ))
    };
    rows.iter().filter_map(found).collect()
}
