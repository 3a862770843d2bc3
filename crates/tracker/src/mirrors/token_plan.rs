//! `Token_Churn_Ledger.csv`, the mirror of `token_plan.jsonl`.

use tracker_domain::RowRef;
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::token_plan::{self, TokenPlanKind, TokenPlanRow};
use tracker_ledger::wire::{Stamp, WireError};

use super::LedgerMirror;

/// The mirror.
pub(crate) const MIRROR: LedgerMirror = LedgerMirror {
    file: LedgerFile::TOKEN_PLAN,
    name: "Token_Churn_Ledger.csv",
    cells: token_plan::cells,
    numbers: &[
        "tokens_planned",
        "tokens_actual",
        "delta",
        "commits",
        "lines_added",
        "lines_deleted",
        "features_added",
        "tests_added",
    ],
    restate,
};

/// Takes back out of the notes what the mirror puts before them.
fn restate(line: &str, stamp: &Stamp<'_>) -> Result<String, WireError> {
    let row = token_plan::read(line.as_bytes(), RowRef::default())?;
    let mut row = row.ok_or(WireError::Missing { field: "task" })?;
    while let Some(rest) = named(&mut row) {
        row.notes = rest;
    }
    token_plan::write(&row, stamp)
}

/// Takes the first `name=value` of the notes into its field and returns the rest; `None` when there is none.
fn named(row: &mut TokenPlanRow) -> Option<String> {
    let notes = row.notes.clone();
    let (first, rest) = notes.split_once("; ").unwrap_or((&notes, ""));
    match first.split_once('=')? {
        ("window", value) if row.window.is_none() => row.window = Some(value.parse().ok()?),
        ("provider", value) if row.provider.is_none() => row.provider = Some(value.parse().ok()?),
        ("kind", "snapshot") if row.kind != TokenPlanKind::Snapshot => row.kind = TokenPlanKind::Snapshot,
        ("decision", value) if row.decision.is_none() => row.decision = Some(value.to_owned()),
        _ => return None,
    }
    Some(rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_the_mirror_comes_back_with_its_names() {
        let mut row = TokenPlanRow::new(TokenPlanKind::Snapshot, "t", chrono::DateTime::UNIX_EPOCH);
        row.window = Some("W0-19".parse().unwrap());
        row.provider = Some("acme".parse().unwrap());
        row.decision = Some("SOFT GO".into());
        row.notes = "plan=b; window=W0-20".into();
        let stamp = Stamp::new("0", "mirror");
        let cells = token_plan::cells(token_plan::write(&row, &stamp).unwrap().as_bytes()).unwrap();
        let stated = TokenPlanRow {
            notes: cells[11].clone(),
            kind: TokenPlanKind::Plan,
            window: None,
            provider: None,
            decision: None,
            ..row.clone()
        };
        let line = token_plan::write(&stated, &stamp).unwrap();
        let restated = restate(&line, &stamp).unwrap();
        assert_eq!(token_plan::read(restated.as_bytes(), RowRef::default()).unwrap(), Some(row));
    }
}
