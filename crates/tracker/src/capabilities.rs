//! The capability map: `capabilities.csv`, which people write and Tracker only reads.

use std::path::{Path, PathBuf};

use tracker_cli_support::{CliError, Exit, Ui};
use tracker_term_text::unescape_csv_cell;

use crate::Workspace;

/// The file.
const NAME: &str = "capabilities.csv";

/// One capability.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Capability {
    /// Its id.
    pub(crate) id: String,
    /// What it is called.
    pub(crate) name: String,
    /// How much it counts; `None` when the map does not say it in a number of at least 0.
    pub(crate) weight: Option<f64>,
    /// Where its acceptance is written, relative to the root.
    pub(crate) acceptance_path: String,
    /// How critical it is, in the map's own words.
    pub(crate) criticality: String,
    /// Where it stands: file and line.
    pub(crate) place: String,
}

/// All capabilities, and what is wrong with the files that hold them.
#[derive(Debug, Clone, Default)]
pub(crate) struct CapabilityMap {
    /// The capabilities in the order of their files; each id once.
    pub(crate) capabilities: Vec<Capability>,
    /// The files that were read.
    pub(crate) files: Vec<PathBuf>,
    /// Where and what, one line each.
    pub(crate) findings: Vec<String>,
}

impl CapabilityMap {
    /// Reads the map: the one in the ledger dir when it holds anything, else all of
    /// `docs/System/capability_map/*/capabilities.csv` below the root.
    ///
    /// # Errors
    /// Failed: a file is there and cannot be read.
    pub(crate) fn read(workspace: &Workspace) -> Result<Self, CliError> {
        let mut map = Self::default();
        map.add(&workspace.config.ledger_dir.value.join(NAME))?;
        if map.capabilities.is_empty() && map.findings.is_empty() {
            map.files.clear();
            let folder = workspace.root.join("docs/System/capability_map");
            let projects = std::fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok);
            let mut files: Vec<PathBuf> = projects.map(|entry| entry.path().join(NAME)).collect();
            files.sort();
            for file in files {
                map.add(&file)?;
            }
        }
        Ok(map)
    }

    /// Returns a capability.
    pub(crate) fn get(&self, id: &str) -> Option<&Capability> {
        self.capabilities.iter().find(|capability| capability.id == id)
    }

    /// Returns ids and weights of all whose weight is known.
    pub(crate) fn weights(&self) -> Vec<(String, f64)> {
        self.capabilities.iter().filter_map(|of| Some((of.id.clone(), of.weight?))).collect()
    }

    /// Says what is wrong with the files.
    pub(crate) fn warn(&self, ui: &mut Ui) {
        for finding in &self.findings {
            ui.warn(finding);
        }
    }

    /// Returns what the map holds, as a hint.
    pub(crate) fn about(&self) -> String {
        const SHOWN: usize = 8;
        if self.capabilities.is_empty() {
            return format!(
                "write {NAME} with the columns {}",
                "capability_id,name,type,weight,acceptance_path,criticality,owner"
            );
        }
        let ids: Vec<&str> = self.capabilities.iter().map(|of| of.id.as_str()).take(SHOWN).collect();
        let more = self.capabilities.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("the map holds {}{more}", ids.join(", "))
    }

    /// Adds the rows of one file; a file that is not there adds nothing.
    fn add(&mut self, path: &Path) -> Result<(), CliError> {
        let text = match std::fs::read(path) {
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            result => result.map_err(|cause| {
                CliError::caused(Exit::Failed, format_args!("cannot read `{}`", path.display()), &cause)
                    .hint("make it readable, or move it away")
            })?,
        };
        self.files.push(path.to_owned());
        self.parse(path, &text);
        Ok(())
    }

    fn parse(&mut self, path: &Path, text: &[u8]) {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
        let mut header: Option<Vec<String>> = None;
        let mut record = csv::ByteRecord::new();
        let (mut line, mut counted) = (1, 0);
        // Reading from memory cannot fail, and flexible byte records have no other error.
        while reader.read_byte_record(&mut record).unwrap_or(false) {
            // The reader's own line is one short after CRLF: it stands before the LF.
            let start = record.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or(counted);
            let rest = text.get(start..).unwrap_or_default();
            let breaks = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let passed = text.get(counted..start + breaks).unwrap_or_default();
            line += passed.iter().filter(|byte| **byte == b'\n').count();
            counted = start + breaks;
            let place = format!("{}:{line}", path.display());
            let cell = |bytes: &[u8]| unescape_csv_cell(&String::from_utf8_lossy(bytes)).trim().to_owned();
            let cells: Vec<String> = record.iter().map(cell).collect();
            match &header {
                None if cells.iter().any(|cell| cell == "capability_id") => header = Some(cells),
                None => {
                    self.findings.push(format!("{place}: the header has no column capability_id"));
                    return;
                }
                Some(columns) => self.row(columns, &cells, place),
            }
        }
    }

    fn row(&mut self, columns: &[String], cells: &[String], place: String) {
        let cell = |name: &str| {
            let at = columns.iter().position(|column| column == name);
            at.and_then(|at| cells.get(at)).cloned().unwrap_or_default()
        };
        let id = cell("capability_id");
        if cells.iter().all(String::is_empty) {
            return;
        }
        if id.is_empty() {
            self.findings.push(format!("{place}: capability_id is empty; the row is left out"));
            return;
        }
        if let Some(first) = self.get(&id) {
            self.findings
                .push(format!("{place}: {id} stands at {} already; the row is left out", first.place));
            return;
        }
        let text = cell("weight");
        let weight = text.parse().ok().filter(|weight: &f64| weight.is_finite() && *weight >= 0.0);
        if weight.is_none() {
            self.findings.push(format!(
                "{place}: the weight {text:?} of {id} is no number of at least 0; it is left out of the distance"
            ));
        }
        self.capabilities.push(Capability {
            name: cell("name"),
            weight,
            acceptance_path: cell("acceptance_path"),
            criticality: cell("criticality"),
            id,
            place,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_name_and_faults_by_place() {
        let mut map = CapabilityMap::default();
        let text = "\u{feff}name,capability_id,weight\r\nSign in,CAP-1,2\r\n\"a, b\",CAP-2,much\r\n,,\r\nagain,CAP-1,1\r\nno id,,1\r\nshort\r\n";
        map.parse(Path::new("map.csv"), text.as_bytes());
        assert_eq!(map.weights(), [("CAP-1".to_owned(), 2.0)]);
        assert_eq!(map.capabilities[1].name, "a, b");
        let places: Vec<&str> = map.findings.iter().filter_map(|text| text.split(": ").next()).collect();
        assert_eq!(places, ["map.csv:3", "map.csv:5", "map.csv:6", "map.csv:7"], "{:?}", map.findings);
        let mut none = CapabilityMap::default();
        none.parse(Path::new("map.csv"), b"id,weight\nx,1\n");
        assert_eq!((none.capabilities.len(), none.findings.len()), (0, 1));
    }
}
