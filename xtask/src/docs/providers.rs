//! The table of what can be read, made from the registry of parsers and the captures that they are tested on.

use std::path::PathBuf;

use tracker_panes::{PaneParser, providers::REGISTRY};

use super::{Document, current};

mod seen;
use crate::{Failure, place};

/// The lines of README.md between which the table stands.
const BEGIN: &str = "<!-- providers: begin (made by `cargo xtask docs`) -->";
const END: &str = "<!-- providers: end -->";

/// Returns `docs/providers.md` and README.md with the table of today in it.
pub(super) fn documents() -> Result<Vec<Document>, Failure> {
    // A kind is a word of the command line; its folder may be named like a module.
    let table = table(REGISTRY, |kind| captures(kind).len());
    let readme = current(&place::root().join("README.md"));
    let page = format!(
        "# What Tracker reads\n\n<!-- Made by `cargo xtask docs`; do not edit. -->\n\n{table}\n\
         `tracker parse KIND` reads one of these without storing anything. A new one is a folder in\n\
         `crates/panes/src/providers/`, its captures and one line in the registry.\n\n{}",
        seen::section(REGISTRY)?
    );
    let mut documents = vec![Document { path: "docs/providers.md".to_owned(), text: page }];
    if !readme.is_empty() {
        documents.push(Document { path: "README.md".to_owned(), text: replaced(&readme, &table)? });
    }
    Ok(documents)
}

/// Returns the folder of a kind's captures, which may be named like a module.
fn folder(kind: &str) -> String {
    kind.replace('-', "_")
}

/// Returns the captures of a kind: the files of its folder but the page about it. Snapshots have a folder below.
fn captures(kind: &str) -> Vec<PathBuf> {
    let folder = place::root().join("fixtures/panes").join(folder(kind));
    let files = place::files(&folder).into_iter().filter(|file| file.parent() == Some(&folder));
    files.filter(|file| !file.ends_with("README.md")).collect()
}

/// Returns one row for each parser; `captures` tells how many captures a kind is tested on.
fn table(parsers: &[&dyn PaneParser], captures: impl Fn(&str) -> usize) -> String {
    let mut text = String::from("| kind | provider | what it reads | captures |\n|---|---|---|---:|\n");
    for parser in parsers {
        let kind = parser.kind();
        let row =
            format!("| `{kind}` | {} | {} | {} |\n", parser.provider(), parser.describe(), captures(kind));
        text.push_str(&row);
    }
    text
}

/// Returns `readme` with `table` between the two marks.
fn replaced(readme: &str, table: &str) -> Result<String, Failure> {
    let parts = readme.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.ok_or_else(|| {
        format!("README.md has no lines `{BEGIN}` and `{END}`: put them where the table belongs")
    })?;
    Ok(format!("{before}{BEGIN}\n{table}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parser_has_a_row() {
        let text = table(REGISTRY, |_| 3);
        assert_eq!(text.lines().count(), REGISTRY.len() + 2);
        assert!(text.lines().skip(2).all(|row| row.starts_with("| `") && row.ends_with(" | 3 |")), "{text}");
    }

    #[test]
    fn only_what_stands_between_the_marks_changes() {
        let readme = format!("# T\n{BEGIN}\nold\n{END}\nend\n");
        assert_eq!(replaced(&readme, "new\n").unwrap(), format!("# T\n{BEGIN}\nnew\n{END}\nend\n"));
        assert!(replaced("# T\n", "new\n").is_err());
    }
}
