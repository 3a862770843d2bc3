//! Which crate may use which: the layers of docs/architecture.md.

use std::{collections::BTreeMap, fs};

use toml::Table;

use crate::place;

/// The layers from the nouns up; a crate may use the crates of lower layers.
const LAYERS: [&[&str]; 7] = [
    &["domain"],
    &["term-text"],
    &["panes", "ledger", "windows", "stats", "churn", "router", "telemetry", "gates", "capture"],
    &["workflow"],
    &["cli-support"],
    &["tracker"],
    &["decision-card", "proxy-cost-compare", "router-replay"],
];

/// The only skills that know another skill.
const BETWEEN_SKILLS: [(&str, &str); 3] = [("router", "stats"), ("gates", "stats"), ("telemetry", "stats")];

/// Returns a finding for every dependency that points up or sideways.
pub(super) fn findings() -> Vec<String> {
    let mut findings = Vec::new();
    for name in place::crates() {
        let path = format!("crates/{name}/Cargo.toml");
        let manifest = fs::read_to_string(place::root().join(&path)).unwrap_or_default();
        match manifest.parse::<Table>() {
            Ok(manifest) => findings.extend(
                edges(&manifest)
                    .into_iter()
                    .filter_map(|(on, is_dev)| refuse(&name, &on, is_dev))
                    .map(|why| format!("{path}: {why}")),
            ),
            Err(e) => findings.push(format!("{path}: is no TOML: {}", e.message())),
        }
    }
    findings
}

/// Returns the crates of this workspace that a manifest names, and whether only its tests use each.
fn edges(manifest: &Table) -> BTreeMap<String, bool> {
    let mut edges = BTreeMap::new();
    let targets = manifest.get("target").and_then(|value| value.as_table()).into_iter().flatten();
    let tables = targets.filter_map(|(_, table)| table.as_table()).chain([manifest]);
    for table in tables {
        for (section, is_dev) in
            [("dev-dependencies", true), ("dependencies", false), ("build-dependencies", false)]
        {
            for (package, _) in table.get(section).and_then(|value| value.as_table()).into_iter().flatten() {
                // The package `tracker` is the one without a prefix: its folder has the same name.
                if let Some(folder) =
                    package.strip_prefix("tracker-").or((package == "tracker").then_some("tracker"))
                {
                    let entry = edges.entry(folder.to_owned()).or_insert(is_dev);
                    *entry = *entry && is_dev;
                }
            }
        }
    }
    edges
}

/// Returns why crate `name` may not use crate `on`, if it may not.
fn refuse(name: &str, on: &str, is_dev: bool) -> Option<String> {
    let layer = |name: &str| LAYERS.iter().position(|layer| layer.contains(&name));
    if is_dev && (on == "test-support" || on == name) {
        return None;
    }
    if name == "test-support" {
        // It serves the tests of all, so it must not lean on a tool.
        return (layer(on) >= Some(LAYERS.len() - 2))
            .then(|| format!("test-support must not use the tool {on}"));
    }
    let Some(own) = layer(name) else {
        return Some(format!(
            "{name} has no layer: give it one in xtask/src/tidy/layout.rs and docs/architecture.md"
        ));
    };
    match layer(on) {
        None => Some(format!("{name} must not use {on}, which has no layer")),
        Some(_) if name == "cli-support" && on != "term-text" => {
            Some(format!("cli-support holds manners and no domain logic, so it must not use {on}"))
        }
        Some(below) if below < own || BETWEEN_SKILLS.contains(&(name, on)) => None,
        Some(_) => Some(format!("{name} must not use {on}: a crate uses only those of the layers below it")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions() {
        for (name, on) in
            [("tracker", "cli-support"), ("panes", "term-text"), ("gates", "stats"), ("workflow", "ledger")]
        {
            assert_eq!(refuse(name, on, false), None, "{name} -> {on}");
        }
        let against = [
            ("domain", "term-text"),
            ("panes", "ledger"),
            ("stats", "router"),
            ("cli-support", "ledger"),
            ("tracker", "decision-card"),
            ("ledger", "test-support"),
            ("new", "domain"),
            ("test-support", "tracker"),
        ];
        for (name, on) in against {
            assert!(refuse(name, on, false).is_some(), "{name} -> {on}");
        }
        assert_eq!(refuse("ledger", "test-support", true), None);
        assert!(refuse("panes", "ledger", true).is_some());
    }

    #[test]
    fn every_kind_of_dependency_is_seen() {
        let manifest = "[dependencies]\ntracker-domain.workspace = true\nserde = \"1\"\n\
                        [dev-dependencies]\ntracker-test-support = { path = \"x\" }\ntracker-domain = \"1\"\n\
                        [target.'cfg(unix)'.dependencies]\ntracker = \"1\"\n";
        let edges = edges(&manifest.parse().unwrap());
        let expected = [("domain", false), ("test-support", true), ("tracker", false)];
        assert_eq!(edges, expected.map(|(name, is_dev)| (name.to_owned(), is_dev)).into());
    }
}
