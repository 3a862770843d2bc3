//! `tracker lint plan|terms`: documents checked before somebody works by them.

use std::path::{Path, PathBuf};

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_workflow::lint::{self, Finding, Terms};

use crate::wire::lint::{FindingJson, LintJson, LintedJson};
use crate::{Workspace, wire};

/// Arguments of `tracker lint`.
#[derive(Debug, clap::Args)]
pub struct LintArgs {
    /// What to check
    #[command(subcommand)]
    action: LintAction,
}

/// What to check.
#[derive(Debug, clap::Subcommand)]
pub enum LintAction {
    /// Sections, and for every task budget, start, end and artefacts
    Plan(PlanArgs),
    /// Words that a project does not use
    Terms(TermsArgs),
}

/// Arguments of `tracker lint plan`.
#[derive(Debug, clap::Args)]
pub struct PlanArgs {
    /// Plans (default: the newest one in the folder of plans)
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Arguments of `tracker lint terms`.
#[derive(Debug, clap::Args)]
pub struct TermsArgs {
    /// Markdown files, or folders of them (default: docs under the root, README.md, hand-off, progress)
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// A Markdown file with a table of the columns `use` and `not` (default: docs/glossary.md under the root)
    #[arg(long, value_name = "FILE")]
    terms: Option<PathBuf>,
}

/// One document with what was found in it.
type Linted = (PathBuf, Vec<Finding>);

/// Prints one line a finding, `file:line: what`, and ends with exit code 1 when there is one. Read-only.
///
/// # Errors
/// Failed: a file cannot be read, or there is no plan. Usage: the list of terms is none.
pub fn run(args: &LintArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    let (check, linted) = match &args.action {
        LintAction::Plan(args) => ("plan", plans(args, workspace)?),
        LintAction::Terms(args) => ("terms", terms(args, workspace)?),
    };
    let findings: usize = linted.iter().map(|(_, findings)| findings.len()).sum();
    match format {
        Format::Json => ui.json(&wire::text(&json(check, findings, &linted))?)?,
        _ => {
            for (path, found) in &linted {
                for finding in found {
                    ui.line(format_args!("{}:{finding}", path.display()))?;
                }
            }
            if findings == 0 {
                ui.line("no findings")?;
            }
        }
    }
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    if findings > 0 {
        ui.note(format_args!("{} in {}", plural(findings, "finding"), plural(linted.len(), "document")));
    }
    Ok(if findings == 0 { Exit::Ok } else { Exit::Failed })
}

fn json(check: &'static str, findings: usize, linted: &[Linted]) -> LintJson {
    let finding = |of: &Finding| FindingJson { line: of.line, message: of.message.clone() };
    let document = |(path, found): &Linted| LintedJson {
        path: path.display().to_string(),
        findings: found.iter().map(finding).collect(),
    };
    LintJson { check, findings, documents: linted.iter().map(document).collect() }
}

fn plans(args: &PlanArgs, workspace: &Workspace) -> Result<Vec<Linted>, CliError> {
    let mut files: Vec<PathBuf> = args.files.iter().map(|path| workspace.absolute(path)).collect();
    if files.is_empty() {
        let folder = &workspace.config.plans.value;
        let newest =
            markdown_in(folder).into_iter().rfind(|path| path.to_string_lossy().ends_with(".plan.md"));
        files.push(newest.ok_or_else(|| {
            CliError::failed(format!("there is no plan in {}", folder.display()))
                .hint("tracker plan next --task \"name:tokens\" writes one")
        })?);
    }
    files.into_iter().map(|path| Ok((path.clone(), lint::plan(&read(&path)?)))).collect()
}

fn terms(args: &TermsArgs, workspace: &Workspace) -> Result<Vec<Linted>, CliError> {
    let list = args.terms.as_deref().map(|path| workspace.absolute(path));
    let list = list.unwrap_or_else(|| workspace.root.join("docs/glossary.md"));
    let terms = Terms::read(&read(&list)?).map_err(|cause| {
        CliError::usage(format!("{}: {cause}", list.display()))
            .hint("write one, for example: | use | not |, |---|---|, | pane | screenshot |")
    })?;
    let mut files = Vec::new();
    for path in &args.paths {
        let path = workspace.absolute(path);
        if path.is_dir() { files.extend(markdown_in(&path)) } else { files.push(path) }
    }
    if args.paths.is_empty() {
        files = markdown_in(&workspace.root.join("docs"));
        let config = &workspace.config;
        let more =
            [workspace.root.join("README.md"), config.handoff.value.clone(), config.progress.value.clone()];
        files.extend(more.into_iter().filter(|path| path.is_file()));
        files.sort();
        files.dedup();
    }
    files.into_iter().map(|path| Ok((path.clone(), terms.check(&read(&path)?)))).collect()
}

/// Returns the Markdown files of a folder and those below, sorted; hidden folders and links are left out.
fn markdown_in(folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let (path, hidden) = (entry.path(), entry.file_name().to_string_lossy().starts_with('.'));
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !hidden => folders.push(path),
                Ok(kind) if kind.is_file() && path.extension().is_some_and(|end| end == "md") => {
                    files.push(path);
                }
                _ => {}
            }
        }
    }
    files.sort();
    files
}

fn read(path: &Path) -> Result<String, CliError> {
    let bytes = std::fs::read(path).map_err(|cause| {
        CliError::caused(Exit::Failed, format_args!("cannot read `{}`", path.display()), &cause)
            .hint("give the path of a Markdown file")
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
