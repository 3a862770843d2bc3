//! What the captures show of each kind: formats, versions of the client, meters and facts, and how new they are.

use std::collections::BTreeSet;
use std::fs;

use tracker_panes::{Ctx, Input, PaneParser, providers};

use super::{captures, folder};
use crate::{Failure, fixture, place};

/// Names of facts that are listed before the rest is summed up.
const FACTS_SHOWN: usize = 8;

/// What was seen of one kind.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    formats: BTreeSet<String>,
    versions: BTreeSet<Vec<u32>>,
    meters: BTreeSet<String>,
    facts: BTreeSet<String>,
}

/// Returns the page's section about what was seen.
pub(super) fn section(parsers: &[&dyn PaneParser]) -> Result<String, Failure> {
    let dates = place::root().join("fixtures/panes").join(fixture::DATES);
    let dates =
        fs::read_to_string(&dates).map_err(|e| format!("cannot read {}: {e}", place::shown(&dates)))?;
    let mut text = String::from("## What the captures show\n");
    for parser in parsers {
        let kind = parser.kind();
        let day = day(&dates, &folder(kind)).ok_or_else(|| {
            format!(
                "fixtures/panes/{} has no line for {}: add the day of its last capture",
                fixture::DATES,
                folder(kind)
            )
        })?;
        let mut seen = Seen::default();
        for path in captures(kind) {
            let bytes = fs::read(&path).map_err(|e| format!("cannot read {}: {e}", place::shown(&path)))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            seen.add(kind, &name, &tracker_term_text::clean(&bytes).text)?;
        }
        text.push_str(&seen.page(kind, day));
    }
    Ok(text)
}

fn day<'a>(dates: &'a str, folder: &str) -> Option<&'a str> {
    dates
        .lines()
        .find_map(|line| line.split_once(',').filter(|(name, _)| *name == folder))
        .map(|(_, day)| day)
}

impl Seen {
    fn add(&mut self, kind: &str, name: &str, text: &str) -> Result<(), Failure> {
        let input = Input::new(text).with_name(name);
        self.versions.extend(versions(name));
        let Some((parser, why)) = providers::detect(&input).filter(|(parser, _)| parser.kind() == kind)
        else {
            return Ok(());
        };
        self.formats.extend(why.reason.split_once(": ").map(|(format, _)| format.to_owned()));
        // A fixed instant: the page must not change from day to day.
        let captured_at = "2026-11-20T19:00:00Z".parse().map_err(|e| format!("no instant: {e}"))?;
        let Some(reading) = parser.parse(&input, &Ctx::new(captured_at)).into_newest() else { return Ok(()) };
        self.versions.extend(reading.tool_version.as_deref().and_then(version));
        self.meters.extend(reading.meters.iter().map(|meter| without_scope(meter.id.as_str())));
        self.facts.extend(reading.facts.into_keys().map(|name| without_scope(&name)));
        Ok(())
    }

    fn page(&self, kind: &str, day: &str) -> String {
        let list = |words: &BTreeSet<String>| words.iter().cloned().collect::<Vec<_>>().join(", ");
        let dotted = |version: &Vec<u32>| version.iter().map(u32::to_string).collect::<Vec<_>>().join(".");
        let versions = match (self.versions.first(), self.versions.last()) {
            (Some(first), Some(last)) if first != last => {
                format!("{} to {} ({} versions)", dotted(first), dotted(last), self.versions.len())
            }
            (Some(only), _) => dotted(only),
            _ => "none is named".to_owned(),
        };
        let facts: Vec<String> =
            self.facts.iter().take(FACTS_SHOWN).map(|name| format!("`{name}`")).collect();
        let more = self.facts.len().saturating_sub(FACTS_SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let or_none = |text: String| if text.is_empty() { "none".to_owned() } else { text };
        format!(
            "\n### `{kind}`\n\n- Formats: {}\n- Versions seen: {versions}\n- Meters: {}\n- Facts: {}{more}\n\
             - Last capture taken in: {day}\n",
            or_none(list(&self.formats)),
            or_none(list(&self.meters)),
            or_none(facts.join(", ")),
        )
    }
}

/// Scopes are names of models, of which there is no end: `weekly:opus` is one of `weekly:<scope>`.
fn without_scope(id: &str) -> String {
    match id.split_once(':') {
        Some((base, scope)) => {
            let rest =
                scope.split_once('_').filter(|(_, rest)| rest.starts_with("units")).map(|(_, rest)| rest);
            rest.map_or_else(|| format!("{base}:<scope>"), |rest| format!("{base}:<scope>_{rest}"))
        }
        None => id.to_owned(),
    }
}

/// The versions in the name of a capture: `status_v0.58.0_frac_w80.txt`.
fn versions(name: &str) -> impl Iterator<Item = Vec<u32>> {
    name.split(['_', '-']).filter_map(|word| word.strip_prefix('v')).filter_map(version)
}

/// Reads `0.58.0`, whatever follows the digits.
fn version(text: &str) -> Option<Vec<u32>> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let parts: Vec<u32> = text.get(..end)?.split('.').filter_map(|part| part.parse().ok()).collect();
    // A build of the client's own developers names itself 0.0.0.
    (parts.len() >= 2 && parts.iter().any(|part| *part > 0)).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capture_tells_its_version_format_and_fields() {
        let mut seen = Seen::default();
        seen.add("codex", "status_v0.58.0_w80.txt", "  5h limit: 97% left\n  Spark Weekly limit: 3% left")
            .unwrap();
        seen.add("codex", "status_v0.169.0.txt", "nothing of the kind").unwrap();
        let page = seen.page("codex", "2026-01-02");
        assert!(
            page.contains("- Formats: status pane\n- Versions seen: 0.58.0 to 0.169.0 (2 versions)"),
            "{page}"
        );
        assert!(
            page.contains(
                "- Meters: 5h, weekly:<scope>\n- Facts: none\n- Last capture taken in: 2026-01-02\n"
            ),
            "{page}"
        );
    }

    #[test]
    fn the_day_of_a_folder_is_found() {
        assert_eq!(day("folder,last_capture\nglm,2026-01-02\n", "glm"), Some("2026-01-02"));
        assert_eq!(day("folder,last_capture\n", "glm"), None);
        assert_eq!(version("2.1.37"), Some(vec![2, 1, 37]));
        assert_eq!((version("17"), version("0.0.0")), (None, None));
    }
}
