//! A rehearsal of adding a provider: one folder (`acme/`, with its capture), and one more entry in a list of parsers.
//!
//! The built-in provider that came by this path is held to it: its name stands in its folder and the registry alone.

mod acme;

use std::path::{Path, PathBuf};

use tracker_panes::providers::{REGISTRY, detect, detect_among};
use tracker_panes::{Ctx, Input, PaneParser};

/// The registry with its new line.
fn registry() -> Vec<&'static dyn PaneParser> {
    [REGISTRY, &[&acme::Acme as &dyn PaneParser]].concat()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn the_new_provider_is_found_and_read() {
    let text = std::fs::read_to_string(root().join("tests/new_provider/acme/line.txt")).unwrap();
    assert!(detect(&Input::new(&text)).is_none(), "nobody knows it yet");
    let all = registry();
    let (parser, why) = detect_among(&all, &Input::new(&text)).unwrap();
    assert_eq!((parser.kind(), why.score), ("acme", 100));
    let ctx = Ctx::new("2026-11-20T19:00:00Z".parse().unwrap());
    let reading = parser.parse(&Input::new(&text), &ctx).into_newest().unwrap();
    assert_eq!(reading.meters[0].used_amount(), Some(7.0));
    let kinds: std::collections::BTreeSet<_> = all.iter().map(|parser| parser.kind()).collect();
    assert_eq!(kinds.len(), all.len(), "its word is its own");
}

#[test]
fn the_new_provider_takes_no_capture_from_another() {
    let all = registry();
    let mut seen = 0;
    for path in files(&root().join("../../fixtures/panes")) {
        if path.extension().is_some_and(|ext| ext == "snap" || ext == "md") {
            continue;
        }
        let clean = tracker_term_text::clean(&std::fs::read(&path).unwrap());
        let input = Input::new(&clean.text);
        let (old, new) = (detect(&input), detect_among(&all, &input));
        assert_eq!(
            old.map(|(p, why)| (p.kind(), why)),
            new.map(|(p, why)| (p.kind(), why)),
            "{}",
            path.display()
        );
        seen += 1;
    }
    assert!(seen > 100, "{seen} captures");
}

#[test]
fn a_provider_is_named_in_its_folder_and_on_its_lines_of_the_registry() {
    let source = root().join("src");
    let folder = source.join("providers/gemini");
    let mut named = Vec::new();
    for path in files(&source).into_iter().filter(|path| !path.starts_with(&folder)) {
        let text = std::fs::read_to_string(&path).unwrap().to_lowercase();
        let lines = text.lines().filter(|line| line.contains("gemini")).count();
        if lines > 0 {
            named.push((path.strip_prefix(&source).unwrap().display().to_string(), lines));
        }
    }
    assert_eq!(named, [("providers/mod.rs".to_owned(), 2)], "its module and its line");
}
