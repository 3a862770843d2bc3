//! The head decode agrees with the full one and passes over what it does not need.

use std::borrow::Cow;

use tracker_ledger::wire::snapshot::SnapshotHead;

#[test]
fn text_without_escapes_is_borrowed_from_the_line() {
    let line = br#"{"window":"W0-19","notes":"a\nb","parsed":{"deep":[1,{"raw_text":"\ud83d\ude00"}]}}"#;
    let head = SnapshotHead::decode(line).expect("a head");
    assert!(matches!(head.window, Some(Cow::Borrowed("W0-19"))));
    assert_eq!(head.notes, Some(Cow::Owned("a\nb".to_owned())));
}

#[test]
fn values_of_another_kind_do_not_hide_the_row() {
    let line = br#"{"window":19,"notes":["x","agent:sub1"],"account":{"a":[1]},"phase":null,"agent_id":"",
        "source":true,"schema_version":"0.9"}"#;
    let head = SnapshotHead::decode(line).expect("a head");
    assert_eq!(head.window.as_deref(), Some("19"));
    assert_eq!(head.lane(), Some("sub1"));
    assert_eq!((head.account, head.phase), (None, None));
    assert_eq!(head.source.as_deref(), Some("true"));
}

#[test]
fn a_retraction_is_seen_without_reading_it() {
    let head = SnapshotHead::decode(br#"{"retracts":"s-1","reason":"wrong pane"}"#).expect("a head");
    assert_eq!(head.retracts.as_deref(), Some("s-1"));
    assert!(!head.is_ledger_row);
}

#[test]
fn what_follows_the_row_is_refused() {
    assert!(SnapshotHead::decode(br#"{"window":"W0-1"} {"window":"W0-2"}"#).is_err());
    assert!(SnapshotHead::decode(b"{\"window\":\"W0-1\"}\n").is_ok());
    assert!(SnapshotHead::decode(br#"{"snapshot_id":"../x"}"#).expect("a head").id(b"").is_err());
}
