//! The options that every verb with a capture shares.

use chrono::{DateTime, Utc};
use tracker_cli_support::{CliError, InputArgs, rfc3339};

use crate::Workspace;
use crate::intake::{CAPTURE_CAP, Circumstances};

/// Where a capture comes from and how it is recorded.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct CaptureArgs {
    /// The input.
    #[command(flatten)]
    pub input: InputArgs,
    /// Bytes that were captured by this process, instead of an input.
    #[arg(skip)]
    pub taken: Option<Vec<u8>>,
    /// Notes kept with the row
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub notes: String,
    /// What took the capture, as kept in the row
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// When it was captured (default: now)
    #[arg(long, value_name = "RFC3339", value_parser = rfc3339)]
    pub captured_at: Option<DateTime<Utc>>,
    /// Zone of times that name none, for example Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    pub tz: Option<String>,
    /// Record an after that is captured within the buffer after a reset, tagged late-after
    #[arg(long)]
    pub late: bool,
    /// Wait until an after is valid
    #[arg(long, conflicts_with = "late")]
    pub wait: bool,
    /// Keep the untouched pane, with what identifies you, in the folder raw of the data dir
    #[arg(long)]
    pub keep_raw: bool,
    /// Say what would be done and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl CaptureArgs {
    /// Reads the whole input.
    ///
    /// # Errors
    /// As [`InputArgs::read`].
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, CliError> {
        match &self.taken {
            Some(bytes) => Ok(bytes.clone()),
            None => self.input.read(CAPTURE_CAP),
        }
    }

    /// Returns when the capture was taken.
    #[must_use]
    pub(crate) fn captured_at(&self, workspace: &Workspace) -> DateTime<Utc> {
        self.captured_at.unwrap_or_else(|| workspace.now())
    }

    /// Returns what is known about the capture besides its bytes.
    #[must_use]
    pub(crate) fn circumstances(&self, workspace: &Workspace) -> Circumstances<'static> {
        Circumstances {
            captured_at: self.captured_at(workspace),
            zone: workspace.config.timezone.value,
            window: None,
            name: None,
        }
    }

    /// Returns the notes of a row: as given, else the lane, else what stored it.
    #[must_use]
    pub(crate) fn notes_or(&self, workspace: &Workspace, default: &str) -> String {
        match (&workspace.lane, self.notes.is_empty()) {
            (_, false) => self.notes.clone(),
            (Some(lane), true) => format!("AGENT_ID={lane}"),
            (None, true) => default.to_owned(),
        }
    }
}
