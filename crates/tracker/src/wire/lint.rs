//! The output of `lint plan` and `lint terms` with `--format json`.

use schemars::JsonSchema;
use serde::Serialize;

/// What was found in some documents.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Lint")]
pub(crate) struct LintJson {
    /// `plan` or `terms`.
    pub(crate) check: &'static str,
    /// How many findings there are; the command ends with exit code 1 when there is one.
    pub(crate) findings: usize,
    /// Every document that was looked at, in order.
    pub(crate) documents: Vec<LintedJson>,
}

/// One document.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "LintedDocument")]
pub(crate) struct LintedJson {
    /// Its absolute path.
    pub(crate) path: String,
    /// What was found in it, by line.
    pub(crate) findings: Vec<FindingJson>,
}

/// One finding.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
pub(crate) struct FindingJson {
    /// The line, from 1.
    pub(crate) line: usize,
    /// What is wrong.
    pub(crate) message: String,
}
