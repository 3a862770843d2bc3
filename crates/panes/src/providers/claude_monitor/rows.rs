//! The rows of a pane: a label, and all that belongs to it on its own line and the lines it wrapped to.

/// Every label that begins a row. A longer one stands before one that is its end.
const LABELS: &[&str] = &[
    "Cost Usage:",
    "Token Usage:",
    "Messages Usage:",
    "Time to Reset:",
    "Model Distribution:",
    "Burn Rate:",
    "Cost Rate:",
    "Predictions:",
    "Tokens will run out:",
    "Limit resets at:",
    "Predicted End:",
    "Token Reset:",
    "Sent Messages:",
    "Tokens:",
];

/// One row, its wrapped lines joined by blanks.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The label with its colon.
    pub(super) label: &'static str,
    /// Everything after it.
    pub(super) value: String,
}

/// Returns the rows of a pane in their order.
///
/// A row ends at the next label, an empty line, a rule, or the line with the clock.
pub(super) fn rows(pane: &str) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut open = false;
    for line in pane.lines().map(str::trim) {
        if let Some((label, value)) = labelled(line) {
            rows.push(Row { label, value: value.trim().to_owned() });
            open = true;
        } else if line.is_empty() || is_rule(line) || line.contains("Ctrl+C") {
            open = false;
        } else if let Some(row) = rows.last_mut().filter(|_| open) {
            row.value.push(' ');
            row.value.push_str(line);
        }
    }
    rows
}

/// A line that begins with a label, behind at most one emoji.
fn labelled(line: &str) -> Option<(&'static str, &str)> {
    let bare = line.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[');
    LABELS.iter().find_map(|label| bare.strip_prefix(label).map(|value| (*label, value)))
}

fn is_rule(line: &str) -> bool {
    // U+2500 is the line that the pane draws.
    line.len() > 8 && line.chars().all(|c| matches!(c, '\u{2500}' | '=' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_row_is_joined_and_ends_where_the_next_begins() {
        let pane = "\u{1f4ca} Token Usage:   \u{1f7e2}\n[\u{2588}\u{2591}] 40.1%\n88,122 /\n220,000\n\nstray\n Burn Rate: 1 tokens/min\n7:06 PM Active session | Ctrl+C to exit";
        let rows = rows(pane);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].label, "Token Usage:");
        assert_eq!(rows[0].value, "\u{1f7e2} [\u{2588}\u{2591}] 40.1% 88,122 / 220,000");
        assert_eq!(rows[1].value, "1 tokens/min");
    }

    #[test]
    fn a_long_pane_of_one_row_stays_linear() {
        let pane = format!("Token Usage: {}", "\u{2588}\n".repeat(300_000));
        assert_eq!(rows(&pane).len(), 1);
    }
}
