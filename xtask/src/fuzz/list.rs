//! Which targets there are, and what they begin with.

use std::path::PathBuf;

use tracker_panes::providers::REGISTRY;

use crate::{Failure, place};

/// A target under its name.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// What it is called: its binary, and behind a colon the kind of capture.
    pub(super) name: String,
    /// The binary in `fuzz/fuzz_targets`.
    pub(super) binary: &'static str,
    /// The kind of capture, for the target that has several.
    pub(super) kind: Option<&'static str>,
    /// Folders with inputs to begin with; the first is its own corpus.
    pub(super) seeds: Vec<PathBuf>,
}

/// The targets beside those of providers, with the folders of fixtures that they begin with.
const PLAIN: [(&str, &[&str]); 8] = [
    ("pane", &["panes"]),
    ("row", &["ledgers"]),
    ("mirror", &[]),
    ("telemetry", &["telemetry", "panes/proxy"]),
    ("numstat", &[]),
    ("history", &[]),
    ("caches", &[]),
    ("replay", &[]),
];

/// Returns the targets whose name is `name` or begins with it up to a colon; all without one.
pub(super) fn chosen(name: Option<&str>) -> Result<Vec<Target>, Failure> {
    let all = all();
    let Some(name) = name else { return Ok(all) };
    if name == "control" {
        return Ok(vec![control()]);
    }
    let fits = |target: &&Target| target.name == name || target.name.split(':').next() == Some(name);
    let chosen: Vec<Target> = all.iter().filter(fits).cloned().collect();
    if chosen.is_empty() {
        let names: Vec<&str> = all.iter().map(|target| target.name.as_str()).collect();
        return Err(format!("no such target: {name}; there are {}, control", names.join(", ")));
    }
    Ok(chosen)
}

/// Returns the target with a planted fault.
pub(super) fn control() -> Target {
    target("control", None, &[])
}

fn all() -> Vec<Target> {
    let mut all: Vec<Target> = PLAIN.iter().map(|(name, seeds)| target(name, None, seeds)).collect();
    all.extend(REGISTRY.iter().map(|parser| {
        let folder = format!("panes/{}", parser.kind().replace('-', "_"));
        target("provider", Some(parser.kind()), &[folder.as_str()])
    }));
    all
}

fn target(binary: &'static str, kind: Option<&'static str>, seeds: &[&str]) -> Target {
    let root = place::root();
    let fixtures = seeds.iter().map(|folder| root.join("fixtures").join(folder));
    Target {
        name: kind.map_or_else(|| binary.to_owned(), |kind| format!("{binary}:{kind}")),
        binary,
        kind,
        seeds: [root.join("fuzz/corpus").join(binary)].into_iter().chain(fixtures).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_capture_is_a_target_with_captures() {
        let kinds = chosen(Some("provider")).unwrap();
        assert_eq!(kinds.len(), REGISTRY.len());
        for target in kinds {
            for folder in &target.seeds {
                assert!(!place::files(folder).is_empty(), "{}: nothing in {}", target.name, folder.display());
            }
        }
    }

    #[test]
    fn an_unknown_target_is_told_with_the_known_ones() {
        assert_eq!(chosen(Some("row")).unwrap().len(), 1);
        let why = chosen(Some("rows")).unwrap_err();
        assert!(
            why.contains("no such target: rows") && why.contains("mirror") && why.contains("control"),
            "{why}"
        );
    }
}
