//! What the end of a session leaves in documents: a block in the hand-off, a line in the progress log, a table on the
//! board.

use std::fmt::Write as _;
use std::path::PathBuf;

use chrono::SecondsFormat;
use tracker_ledger::wire::token_plan::TokenPlanRow;
use tracker_term_text::escape_terminal_line;

/// What a checkpoint tells.
#[derive(Debug, Clone)]
pub struct Checkpoint<'a> {
    /// Its token row.
    pub row: &'a TokenPlanRow,
    /// What became of the code, in one line.
    pub churn: &'a str,
    /// What the decision card says, when it was asked for.
    pub card: Option<&'a str>,
    /// The commands behind the window's rows, and this one.
    pub commands: &'a [String],
    /// Files that hold what was recorded, by absolute paths, and what they are.
    pub artifacts: &'a [(PathBuf, String)],
    /// Requests that cost most: id, tokens of the baseline, tokens of GLM, difference.
    pub costs: &'a [[String; 4]],
    /// The last row of each ledger: file, number, hash.
    pub heads: &'a [(String, u64, String)],
}

/// One line of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardLine {
    /// The cells, in the order of [`BOARD_COLUMNS`].
    pub cells: [String; 9],
}

/// The columns of the board.
pub const BOARD_COLUMNS: [&str; 9] =
    ["window", "provider", "task", "planned", "used", "delta", "outcome", "evidence", "churn"];

impl Checkpoint<'_> {
    /// Returns the body of the block in the hand-off.
    #[must_use]
    pub fn handoff(&self) -> String {
        let row = self.row;
        let mut out = format!("## Checkpoint {}\n\n", self.title());
        let mut about = vec![at(row)];
        about.extend(row.lane.as_ref().map(|lane| format!("lane {lane}")));
        about.extend(row.session.as_deref().map(|session| format!("session {}", text(session))));
        about.extend(row.operation.as_deref().map(|operation| format!("operation {operation}")));
        let _ = writeln!(out, "{}\n", about.join(", "));
        let head = ["tokens planned", "tokens used", "delta", "commits", "lines", "features", "tests"];
        let lines = row.lines_added.zip(row.lines_deleted);
        let cells = [
            count(row.planned),
            count(row.actual),
            row.delta().map(|delta| delta.to_string()).unwrap_or_default(),
            count(row.commits),
            lines.map(|(added, deleted)| format!("+{added}/-{deleted}")).unwrap_or_default(),
            row.features_added.map(|features| features.to_string()).unwrap_or_default(),
            count(row.tests_added),
        ];
        table(&mut out, &head, [cells.as_slice()].into_iter());
        let _ = writeln!(out, "\n{}", text(self.churn));
        if let Some(card) = self.card {
            let _ = writeln!(out, "\nDecision card: {}", text(card));
        }
        if !row.notes.is_empty() {
            let _ = writeln!(out, "\nNotes: {}", text(&row.notes));
        }
        code(&mut out, "Commands", self.commands.iter().map(String::as_str));
        let _ = writeln!(out, "\nArtifacts:\n");
        for (path, what) in self.artifacts {
            let _ =
                writeln!(out, "- `{}` ({})", text(&path.display().to_string()).replace('`', "'"), text(what));
        }
        if !self.costs.is_empty() {
            let _ = writeln!(out, "\nCost rows, the largest differences first:\n");
            let head = ["rid", "baseline_tokens", "glm_tokens", "delta"];
            table(&mut out, &head, self.costs.iter().map(<[String; 4]>::as_slice));
        }
        let heads: Vec<String> =
            self.heads.iter().map(|(file, seq, hash)| format!("{file} seq={seq} h={hash}")).collect();
        code(&mut out, "Ledger heads", heads.iter().map(String::as_str));
        out
    }

    /// Returns the line of the progress log.
    #[must_use]
    pub fn progress(&self) -> String {
        let row = self.row;
        let number = |name: &str, value: String| (!value.is_empty()).then(|| format!("{name}={value}"));
        let tokens = [
            number("planned", count(row.planned)),
            number("actual", count(row.actual)),
            number("delta", row.delta().map(|delta| delta.to_string()).unwrap_or_default()),
        ];
        let tokens: Vec<String> = tokens.into_iter().flatten().collect();
        let mut parts =
            vec![format!("tokens {}", if tokens.is_empty() { "not told".into() } else { tokens.join(", ") })];
        parts.push(text(self.churn));
        parts.extend(self.card.map(|card| format!("card {}", text(card))));
        parts.extend(Some(text(&row.notes)).filter(|notes| !notes.is_empty()));
        format!("- {} checkpoint {}: {}", at(row), self.title(), parts.join("; "))
    }

    fn title(&self) -> String {
        let row = self.row;
        let window = row.window.as_ref().map(ToString::to_string).unwrap_or_default();
        let provider = row.provider.as_ref().map(|provider| format!(" ({provider})")).unwrap_or_default();
        format!("{window}: {}{provider}", text(&row.task))
    }
}

/// Returns the body of the block on a board.
///
/// ```
/// use tracker_workflow::checkpoint::{BoardLine, board};
/// let cells = ["W0-19", "codex", "end | of session", "200000", "168000", "-32000", "pass", "1 pass", "measured"];
/// let body = board(&[BoardLine { cells: cells.map(str::to_owned) }]);
/// assert!(body.ends_with("| W0-19 | codex | end \\| of session | 200000 | 168000 | -32000 | pass | 1 pass | measured |\n"));
/// ```
#[must_use]
pub fn board(lines: &[BoardLine]) -> String {
    let mut out = String::new();
    table(&mut out, &BOARD_COLUMNS, lines.iter().map(|line| line.cells.as_slice()));
    out
}

fn at(row: &TokenPlanRow) -> String {
    row.captured_at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn count(value: Option<u64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// Makes a foreign text safe in a line of Markdown: no control character, no line end, no tag.
fn text(foreign: &str) -> String {
    escape_terminal_line(foreign).replace('<', "&lt;")
}

/// Adds a table; a cell cannot end its column.
fn table<'c>(out: &mut String, head: &[&str], rows: impl Iterator<Item = &'c [String]>) {
    let _ = writeln!(out, "| {} |", head.join(" | "));
    let _ = writeln!(out, "|{}", "---|".repeat(head.len()));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| text(cell).replace('|', "\\|")).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
}

/// Adds lines as they are typed or printed; nothing for no lines.
fn code<'l>(out: &mut String, title: &str, lines: impl Iterator<Item = &'l str>) {
    let mut is_first = true;
    for line in lines {
        if std::mem::take(&mut is_first) {
            let _ = writeln!(out, "\n{title}:\n");
        }
        let _ = writeln!(out, "    {}", escape_terminal_line(line));
    }
}

#[cfg(test)]
mod tests {
    use tracker_ledger::wire::token_plan::TokenPlanKind;

    use super::*;

    fn row() -> TokenPlanRow {
        let at = chrono::DateTime::from_timestamp(1_792_000_000, 0).unwrap();
        let mut row = TokenPlanRow::new(TokenPlanKind::Checkpoint, "end_of_session", at);
        row.window = Some("W0-19".parse().unwrap());
        row.provider = Some("codex".parse().unwrap());
        (row.planned, row.actual) = (Some(200_000), Some(168_000));
        row.notes = "first\n# not a heading, <script> | \u{1b}[2J".to_owned();
        row
    }

    fn told(row: &TokenPlanRow) -> (String, String) {
        let checkpoint = Checkpoint {
            row,
            churn: "churn W0-19: skipped (decision=missing-commit-range)",
            card: Some("SOFT GO"),
            commands: &["tracker checkpoint --window W0-19".to_owned()],
            artifacts: &[(PathBuf::from("/data/token_plan.jsonl"), "row 3".to_owned())],
            costs: &[["r|1".to_owned(), "1".into(), "2".into(), "1".into()]],
            heads: &[("token_plan.jsonl".to_owned(), 3, "ab".repeat(32))],
        };
        (checkpoint.handoff(), checkpoint.progress())
    }

    #[test]
    fn the_hand_off_tells_what_the_next_one_needs() {
        let (handoff, progress) = told(&row());
        for part in [
            "## Checkpoint W0-19: end_of_session (codex)\n",
            "| 200000 | 168000 | -32000 |  |  |  |  |\n",
            "Decision card: SOFT GO",
            "\n    tracker checkpoint --window W0-19\n",
            "- `/data/token_plan.jsonl` (row 3)\n",
            "| r\\|1 | 1 | 2 | 1 |\n",
            "\n    token_plan.jsonl seq=3 h=abab",
        ] {
            assert!(handoff.contains(part), "{part:?} is not in\n{handoff}");
        }
        assert!(
            progress.contains("end_of_session (codex): tokens planned=200000, actual=168000, delta=-32000; ")
        );
        assert!(progress.contains("card SOFT GO"));
    }

    #[test]
    fn foreign_text_steers_no_document() {
        let (handoff, progress) = told(&row());
        assert!(!handoff.contains('\u{1b}') && !handoff.contains("\n# not") && !handoff.contains("<script"));
        assert_eq!(progress.lines().count(), 1, "{progress}");
    }
}
