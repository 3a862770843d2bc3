//! The output of `verify --format json`.

use schemars::JsonSchema;
use serde::Serialize;

/// What `verify` found.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Verify")]
pub(crate) struct VerifyJson<'a> {
    /// The data dir.
    pub(crate) data_dir: String,
    /// False when any ledger is damaged (exit 4).
    pub(crate) ok: bool,
    /// What contradicts the heads given by `--head`; left out when nothing does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) contradictions: Vec<String>,
    /// One report a ledger, by name.
    pub(crate) files: Vec<FileJson<'a>>,
    /// One report a CSV mirror that is there or should be, by the name of its ledger.
    pub(crate) mirrors: Vec<MirrorJson<'a>>,
}

/// What was found in one ledger.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "VerifiedFile")]
pub(crate) struct FileJson<'a> {
    /// The ledger.
    pub(crate) file: &'a str,
    /// The verdict.
    pub(crate) status: StatusJson,
    /// Data rows.
    pub(crate) rows: u64,
    /// Rows with a hash, the ledger's own included.
    pub(crate) chained: u64,
    /// Rows without a hash that the ledger has sealed.
    pub(crate) adopted: u64,
    /// Rows without a hash that nothing covers yet.
    pub(crate) unchained: u64,
    /// Length in bytes.
    pub(crate) bytes: u64,
    /// Whether there is a head, so that removal of the newest rows is seen.
    pub(crate) anchored: bool,
    /// The last chained row, to be compared with one that was witnessed elsewhere.
    pub(crate) head: Option<HeadJson>,
    /// The first findings, in the order of the file.
    pub(crate) issues: Vec<IssueJson>,
    /// How many findings there were.
    pub(crate) issue_count: u64,
    /// Ranges of missing sequence numbers; only for `--recovery salvage`.
    pub(crate) gaps: Vec<GapJson>,
}

/// The verdict on a ledger.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Status")]
pub(crate) enum StatusJson {
    /// Nothing is wrong.
    Ok,
    /// The next append mends it by itself.
    Repairable,
    /// Acknowledged bytes were changed or lost, or lines are no rows.
    Damaged,
}

/// The last chained row.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Head")]
pub(crate) struct HeadJson {
    /// Its sequence number.
    pub(crate) seq: u64,
    /// Its hash in hex.
    pub(crate) h: String,
    /// Length of the ledger up to its end, in bytes.
    pub(crate) len: u64,
}

/// One finding.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Issue")]
pub(crate) struct IssueJson {
    /// Line, counted from 1; 0 when only the offset is known.
    pub(crate) line: u64,
    /// Byte offset of the line.
    pub(crate) offset: u64,
    /// Sequence number, where the row tells one.
    pub(crate) seq: Option<u64>,
    /// Whether it is damage or a notice.
    pub(crate) damage: bool,
    /// What was found.
    pub(crate) reason: String,
}

/// Missing sequence numbers, both ends included.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Gap")]
pub(crate) struct GapJson {
    /// The first.
    pub(crate) from: u64,
    /// The last.
    pub(crate) to: u64,
}

/// What was found in one CSV mirror, after mending.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "VerifiedMirror")]
pub(crate) struct MirrorJson<'a> {
    /// The CSV file.
    pub(crate) file: &'a str,
    /// Its absolute path.
    pub(crate) path: String,
    /// The ledger that it repeats.
    pub(crate) ledger: &'a str,
    /// The verdict; `damaged` when nothing can be appended to it.
    pub(crate) status: StatusJson,
    /// Rows of the ledger that it lacks.
    pub(crate) missing: u64,
    /// Rows that the ledger has not.
    pub(crate) foreign: u64,
    /// Rows that this command wrote to it.
    pub(crate) written: u64,
    /// Foreign rows that this command took into the ledger.
    pub(crate) adopted: u64,
    /// What was found.
    pub(crate) issues: Vec<String>,
    /// Why foreign rows were not adopted.
    pub(crate) refused: Vec<String>,
}
