//! Whatever is written reads back equal, on one line.

use proptest::prelude::*;
use tracker_domain::RowRef;
use tracker_ledger::wire::snapshot::{SnapshotHead, SnapshotLine};
use tracker_ledger::wire::{Stamp, anomaly, churn, glm_count, reading, snapshot, usage_report, window};

use crate::strategies;

fn stamp() -> Stamp<'static> {
    Stamp::new("0.1.0", "test")
}

fn is_one_line(line: &str) -> bool {
    !line.contains(['\n', '\r'])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn readings(written in strategies::provider().prop_flat_map(strategies::reading)) {
        let line = reading::write(&written).expect("it has a form");
        prop_assert!(is_one_line(&line));
        prop_assert_eq!(reading::read(&line), Ok(written));
    }

    #[test]
    fn snapshots_and_their_heads(written in strategies::snapshot(), pane in r"(\PC|[\n\x1b\x{2588}]){0,40}") {
        let line = snapshot::write(&written, &pane, "0.1.0").expect("it has a form");
        prop_assert!(is_one_line(&line));
        let head = SnapshotHead::decode(line.as_bytes()).expect("a head");
        prop_assert_eq!(head.window.as_deref(), Some(written.window.as_str()));
        prop_assert_eq!(head.notes.as_deref(), Some(written.notes.as_str()));
        prop_assert_eq!(head.lane(), written.lane.as_ref().map(tracker_domain::Lane::as_str));
        prop_assert_eq!(head.id(line.as_bytes()), Ok(written.id.clone()));
        prop_assert_eq!(snapshot::raw_text(line.as_bytes()), Ok(Some(pane).filter(|pane| !pane.is_empty())));
        let read = snapshot::read(line.as_bytes(), RowRef::default());
        prop_assert_eq!(read, Ok(SnapshotLine::Snapshot(Box::new(written))));
    }

    #[test]
    fn a_chained_row_reads_as_its_body(written in strategies::snapshot(), seq in any::<u32>()) {
        let body = snapshot::write(&written, "pane", "0.1.0").expect("it has a form");
        let open = body.strip_suffix('}').expect("an object");
        let line = format!("{open},\"seq\":{seq},\"h\":\"{}\"}}", "0".repeat(64));
        let read = snapshot::read(line.as_bytes(), RowRef::default());
        prop_assert_eq!(read, Ok(SnapshotLine::Snapshot(Box::new(written))));
    }

    #[test]
    fn retractions(written in strategies::retraction()) {
        let line = snapshot::write_retraction(&written, &stamp()).expect("it has a form");
        let read = snapshot::read(line.as_bytes(), RowRef::default());
        prop_assert_eq!(read, Ok(SnapshotLine::Retraction(written)));
    }

    #[test]
    fn churn_rows(written in strategies::churn()) {
        let line = churn::write(&written, &stamp()).expect("it has a form");
        prop_assert!(is_one_line(&line));
        prop_assert_eq!(churn::read(line.as_bytes(), RowRef::default()), Ok(Some(written)));
    }

    #[test]
    fn windows(written in strategies::window()) {
        let line = window::write(&written, &stamp()).expect("it has a form");
        prop_assert!(is_one_line(&line));
        prop_assert_eq!(window::read(line.as_bytes(), RowRef::default()), Ok(Some(written)));
    }

    #[test]
    fn prompt_counts(written in strategies::prompt_count()) {
        let line = glm_count::write(&written, None, "[]", &stamp()).expect("it has a form");
        prop_assert_eq!(glm_count::read(line.as_bytes(), RowRef::default()), Ok(Some(written)));
    }

    #[test]
    fn anomalies(written in strategies::anomaly()) {
        let line = anomaly::write(&written, &stamp()).expect("it has a form");
        prop_assert_eq!(anomaly::read(line.as_bytes(), RowRef::default()), Ok(Some(written)));
    }

    #[test]
    fn usage_reports(written in strategies::usage_report()) {
        let line = usage_report::write(&written, "", &stamp()).expect("it has a form");
        prop_assert_eq!(usage_report::read(line.as_bytes(), RowRef::default()), Ok(Some(written)));
    }
}
