//! Lines that are no event: named, counted and kept, so that one bad line costs no other and is not lost.

use serde_json::json;
use tracker_cli_support::{CliError, Ui};
use tracker_domain::WindowId;
use tracker_ledger::{Ledger, atomic};
use tracker_telemetry::BadLine;

use super::follow::sha256_hex;
use crate::errors;
use crate::intake::Intake;

/// Bad lines that are named on standard error; the rest is counted.
const NAMED: u64 = 10;

/// Bad lines whose text a run keeps; of the rest only the number is told.
const KEPT: u64 = 10_000;

/// Bytes of a line that are kept.
const TEXT_BYTES: usize = 4096;

/// Kept bytes that are written out at once.
const WRITTEN_BYTES: usize = 1 << 20;

/// The bad lines of one run.
#[derive(Debug, Default)]
pub(crate) struct BadLines {
    count: u64,
    text: String,
    files: Vec<String>,
}

impl BadLines {
    /// Returns how many there were.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Returns where they are kept.
    pub(crate) fn files(&self) -> &[String] {
        &self.files
    }

    /// Takes a line that is no event, with its number and why.
    pub(crate) fn add(&mut self, number: u64, why: &BadLine, bytes: &[u8], intake: &Intake, ui: &mut Ui) {
        self.count += 1;
        match self.count {
            ..=NAMED => ui.warn(format_args!("line {number}: {why} (invalid-json:{number})")),
            n if n == NAMED + 1 => ui.warn("further bad lines are counted and kept, not named"),
            _ => {}
        }
        if self.count <= KEPT {
            let text = intake.text(bytes.get(..TEXT_BYTES).unwrap_or(bytes));
            let row = json!({"line": number, "why": why.to_string(), "text": text});
            self.text.push_str(&row.to_string());
            self.text.push('\n');
        }
    }

    /// Tells whether so much is held that it should be written out.
    pub(crate) fn is_full(&self) -> bool {
        self.text.len() >= WRITTEN_BYTES
    }

    /// Writes what is held into the quarantine, under a name that the same lines get again.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn write(&mut self, window: &WindowId, ledger: &Ledger) -> Result<(), CliError> {
        if self.text.is_empty() {
            return Ok(());
        }
        let hash = sha256_hex(self.text.as_bytes());
        let name = format!("proxy-telemetry-{window}-{}.jsonl", hash.get(..12).unwrap_or(&hash));
        let path = ledger.dir().quarantine().join(name);
        atomic::write(&path, self.text.as_bytes()).map_err(errors::ledger)?;
        self.files.push(path.display().to_string());
        self.text.clear();
        Ok(())
    }
}
