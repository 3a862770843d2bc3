//! Views: domain values to text or JSON. They compute nothing.

pub mod audit;
mod beside;
pub(crate) mod capability;
pub(crate) mod card;
pub(crate) mod churn;
pub(crate) mod cls;
pub(crate) mod compare;
pub mod cost;
pub(crate) mod handoff;
pub(crate) mod panel;
pub(crate) mod plan;
pub(crate) mod power;
pub mod preview;
pub(crate) mod telemetry;

use std::fmt;

use tracker_term_text::escape_terminal_line;

/// The lines of a text. What a row quotes (notes, names, details) cannot begin a line of its own: a line end inside
/// of it is shown by its number.
#[derive(Debug, Default)]
struct Lines {
    text: String,
}

impl Lines {
    fn push(&mut self, line: impl fmt::Display) {
        self.text.push_str(&escape_terminal_line(&line.to_string()));
        self.text.push('\n');
    }

    fn text(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_line_end_begins_no_line() {
        let mut lines = Lines::default();
        lines.push("Notes: good\nProviders:\u{1b}[2J");
        lines.push("end");
        assert_eq!(lines.text(), "Notes: good\\u{a}Providers:\\u{1b}[2J\nend\n");
    }
}
