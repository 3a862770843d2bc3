//! The comparison as text in columns.

use tracker_term_text::escape_terminal_line;

use super::cells::{cells, explained, remarks, superscript};
use crate::comparison::Comparison;

/// Returns a table for each meter, then what follows from it.
pub(crate) fn text(all: &[Comparison], interval: &str) -> String {
    let mut out = String::new();
    for (place, of) in all.iter().enumerate() {
        if place > 0 {
            out.push('\n');
        }
        let table = cells(of, interval);
        out.push_str(&format!("{}\n", table.heading));
        let lines: Vec<&[String; 6]> = std::iter::once(&table.columns).chain(&table.rows).collect();
        let width = |column: usize| {
            lines
                .iter()
                .filter_map(|line| line.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..table.columns.len()).map(width).collect();
        for line in lines {
            let padded: Vec<String> =
                line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            // What a methodology is called is typed by people: it cannot begin a line of its own.
            out.push_str(&format!("{}\n", escape_terminal_line(padded.join("  ").trim_end())));
        }
        for line in remarks(of) {
            out.push_str(&format!("{}\n", escape_terminal_line(&line)));
        }
        for (number, note) in table.notes.iter().enumerate() {
            out.push_str(&format!("{} {note}\n", superscript(number + 1)));
        }
        for line in explained(of) {
            out.push_str(&format!("{}\n", escape_terminal_line(&line)));
        }
    }
    out
}
