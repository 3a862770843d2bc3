//! The registry: one word a kind, a valid provider each, and the surest of them for an input.

use std::collections::BTreeSet;

use tracker_panes::providers::{REGISTRY, by_kind, detect};
use tracker_panes::{Confidence, Input, PaneParser};

#[test]
fn every_kind_is_its_own_and_finds_its_parser() {
    let kinds: BTreeSet<_> = REGISTRY.iter().map(|parser| parser.kind()).collect();
    assert_eq!(kinds.len(), REGISTRY.len());
    for parser in REGISTRY {
        assert_eq!(by_kind(parser.kind()).map(PaneParser::kind), Some(parser.kind()));
        assert!(!parser.provider().as_str().is_empty() && !parser.describe().is_empty());
        assert_eq!(parser.detect(&Input::new("nothing of the kind")), Confidence::NONE);
    }
    assert!(by_kind("no-such-kind").is_none());
}

#[test]
fn detection_names_its_reason() {
    let (parser, why) = detect(&Input::new("Current session\n\u{2588} 37% used\n")).unwrap();
    assert_eq!(parser.kind(), "claude");
    assert_eq!(why.to_string(), "usage pane: titles \"Current session\" or \"Current week\" (90%)");
}
