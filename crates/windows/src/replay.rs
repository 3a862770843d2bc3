//! Replayed panes: the same bytes in two places, of which only one can be the place where they were captured.

use chrono::{DateTime, Utc};
use tracker_domain::{Anomaly, AnomalyKind, RowRef, Snapshot};

/// Returns the earlier place of a pane, unless the two rows are the two sides of one `cross`.
pub(crate) fn earlier_place<'a>(
    capture: &Snapshot,
    unretracted: impl Iterator<Item = &'a Snapshot>,
) -> Option<&'a Snapshot> {
    let hash = capture.pane_hash.as_deref()?;
    unretracted.filter(|other| other.pane_hash.as_deref() == Some(hash)).find(|other| {
        let elsewhere = other.window != capture.window || other.phase != capture.phase;
        let one_cross = capture.cross_id.is_some() && other.cross_id == capture.cross_id;
        elsewhere && !one_cross && other.provider == capture.provider && same_account(capture, other)
    })
}

fn same_account(a: &Snapshot, b: &Snapshot) -> bool {
    !matches!((&a.account, &b.account), (Some(a), Some(b)) if a != b)
}

/// Returns why a pane that recurs cannot be fresh: it prints something that only the old moment had.
///
/// The numbers of an idle meter recur honestly; a past reset, a session, a clock or a token count does not.
pub(crate) fn stale_figure(capture: &Snapshot) -> Option<&'static str> {
    let reading = &capture.reading;
    let past = |reset: DateTime<Utc>| reset <= capture.captured_at;
    if reading.meters.iter().any(|meter| meter.resets_at.is_some_and(past)) {
        Some("a reset that it prints already lies before the capture")
    } else if reading.session.is_some() {
        Some("it names the same session at the same point")
    } else if reading.observed_at.is_some() {
        Some("it states the same instant")
    } else if reading.context.is_some_and(|context| context.used_tokens.is_some()) {
        Some("it shows the same number of context tokens")
    } else {
        None
    }
}

/// Returns the anomaly of a replayed pane.
pub(crate) fn anomaly(capture: &Snapshot, earlier: &Snapshot) -> Anomaly {
    let stale = stale_figure(capture);
    let verdict = stale.unwrap_or("nothing in it contradicts an idle meter");
    Anomaly {
        window: capture.window.clone(),
        provider: capture.provider.clone(),
        lane: capture.lane.clone(),
        kind: AnomalyKind::ReplayedPane,
        meter: None,
        cause: None,
        blocking: stale.is_some(),
        before: None,
        after: None,
        snapshots: vec![capture.id.clone()],
        captured_at: capture.captured_at,
        detail: format!(
            "the {} pane of {} in {} is the {} pane of {}, byte for byte: {verdict}",
            capture.phase, capture.provider, capture.window, earlier.phase, earlier.window
        ),
        row: RowRef::default(),
    }
}
