//! A small world for tests: panes, counts and finalize rows in one line each, at minutes of one day.

use chrono::{DateTime, TimeDelta, Utc};
use tracker_domain::{
    CountKind, FinalizedWindow, Level, Meter, MeterId, Phase, PromptCount, ProviderId, ProviderWindow,
    Reading, Retraction, RowRef, Snapshot, Tag, UsedPct, WindowId,
};

/// Minute 0 is 2026-11-02 08:00 UTC.
pub(crate) fn minute(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_793_606_400, 0).unwrap() + TimeDelta::minutes(minutes)
}

pub(crate) fn window(name: &str) -> WindowId {
    name.parse().unwrap()
}

pub(crate) fn provider(name: &str) -> ProviderId {
    name.parse().unwrap()
}

/// A bar with its used percent, and the minute of its printed reset.
pub(crate) fn bar(id: MeterId, used: f64, resets: Option<i64>) -> Meter {
    let mut meter = Meter::new(id, "bar").with_level(Level::Used(UsedPct::new(used).unwrap()));
    meter.resets_at = resets.map(minute);
    meter
}

pub(crate) fn weekly(used: f64) -> Meter {
    bar(MeterId::WEEKLY, used, Some(9_000)).with_window_minutes(10_080)
}

/// The id tells window, provider, lane, phase and minute; rows get their places from [`ledger`].
pub(crate) fn pane(name: &str, of: &str, phase: Phase, at: i64, meters: Vec<Meter>) -> Snapshot {
    let mut reading = Reading::new(provider(of), "status-pane");
    reading.meters = meters;
    Snapshot {
        id: format!("{of}-{name}-{phase}-{at}").parse().unwrap(),
        window: window(name),
        provider: provider(of),
        lane: None,
        phase,
        captured_at: minute(at),
        notes: String::new(),
        source: "alias".into(),
        account: None,
        reading,
        pane_hash: None,
        cross_id: None,
        commit: None,
        row: RowRef::default(),
    }
}

pub(crate) fn before(name: &str, at: i64, used: f64) -> Snapshot {
    pane(name, "codex", Phase::Before, at, vec![weekly(used)])
}

pub(crate) fn after(name: &str, at: i64, used: f64) -> Snapshot {
    pane(name, "codex", Phase::After, at, vec![weekly(used)])
}

pub(crate) trait Place {
    fn in_lane(self, lane: &str) -> Self;
    fn of_account(self, account: &str) -> Self;
    fn with_hash(self, hash: &str) -> Self;
    fn tagged(self, tag: Tag) -> Self;
}

impl Place for Snapshot {
    fn in_lane(mut self, lane: &str) -> Self {
        self.id = format!("{}-{lane}", self.id).parse().unwrap();
        self.lane = Some(lane.parse().unwrap());
        self
    }

    fn of_account(mut self, account: &str) -> Self {
        self.account = Some(account.parse().unwrap());
        self
    }

    fn with_hash(mut self, hash: &str) -> Self {
        self.pane_hash = Some(hash.to_owned());
        self
    }

    fn tagged(mut self, tag: Tag) -> Self {
        self.reading.tag(tag);
        self
    }
}

/// Gives the rows their places in the file.
pub(crate) fn ledger(rows: impl IntoIterator<Item = Snapshot>) -> Vec<Snapshot> {
    let mut rows: Vec<Snapshot> = rows.into_iter().collect();
    for (line, row) in (1..).zip(&mut rows) {
        row.row = RowRef { file: "snapshots.jsonl".into(), line, seq: Some(line) };
    }
    rows
}

pub(crate) fn retract(snapshot: &Snapshot, at: i64) -> Retraction {
    Retraction {
        retracts: snapshot.id.clone(),
        reason: "wrong pane".into(),
        captured_at: minute(at),
        row: RowRef { file: "snapshots.jsonl".into(), line: 900, seq: Some(900) },
    }
}

pub(crate) fn count(name: &str, line: u64, kind: CountKind, prompts: Option<f64>) -> PromptCount {
    PromptCount {
        window: window(name),
        provider: provider("glm"),
        lane: None,
        captured_at: minute(i64::try_from(line).unwrap()),
        prompts_used: prompts,
        kind,
        baseline: None,
        commit: None,
        count_source: "manual".into(),
        notes: String::new(),
        errors: Vec::new(),
        row: RowRef { file: "glm_counts.jsonl".into(), line, seq: Some(line) },
    }
}

/// A finalize row of codex with the delta of its weekly bar, begun at a minute.
pub(crate) fn row(name: &str, at: i64, delta: Option<f64>, features: f64) -> FinalizedWindow {
    let mut out = FinalizedWindow::new(window(name), minute(at + 60));
    out.features.insert(provider("codex"), features);
    let used = ProviderWindow {
        before_at: Some(minute(at)),
        after_at: Some(minute(at + 50)),
        delta: [(MeterId::WEEKLY, delta)].into(),
        ..ProviderWindow::default()
    };
    out.providers.insert(provider("codex"), used);
    out.row = RowRef { file: "windows.jsonl".into(), line: u64::try_from(at + 1).unwrap(), seq: None };
    out
}

/// Stores a before and an after in a row, as the earlier tool does, beside whatever delta it has.
pub(crate) fn with_readouts(
    mut row: FinalizedWindow,
    before: Option<f64>,
    after: Option<f64>,
) -> FinalizedWindow {
    let used = row.providers.get_mut(&provider("codex")).unwrap();
    used.before.used.insert(MeterId::WEEKLY, before);
    used.after.used.insert(MeterId::WEEKLY, after);
    row
}
