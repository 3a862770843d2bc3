//! The comparison as Markdown, for a document or an issue.

use super::cells::{cells, explained, remarks, superscript};
use crate::comparison::Comparison;

/// Returns a table for each meter with its remarks as a list.
pub(crate) fn markdown(all: &[Comparison], interval: &str) -> String {
    let mut out = String::new();
    for (place, of) in all.iter().enumerate() {
        if place > 0 {
            out.push('\n');
        }
        let table = cells(of, interval);
        out.push_str(&format!("**{}**\n\n", escaped(&table.heading)));
        out.push_str(&line(&table.columns));
        out.push_str("|---|---|--:|--:|--:|---|\n");
        for row in &table.rows {
            out.push_str(&line(row));
        }
        out.push('\n');
        for remark in remarks(of) {
            // A gate stands below its pair.
            let (indent, words) = match remark.strip_prefix("  ") {
                Some(words) => ("  ", words),
                None => ("", remark.as_str()),
            };
            out.push_str(&format!("{indent}- {}\n", escaped(words)));
        }
        for (number, note) in table.notes.iter().enumerate() {
            out.push_str(&format!("- {} {}\n", superscript(number + 1), escaped(note)));
        }
        for line in explained(of) {
            // A window stands below its arm.
            let (indent, words) = match line.strip_prefix("  - ") {
                Some(arm) => ("", arm),
                None => ("  ", line.trim_start()),
            };
            out.push_str(&format!("{indent}- {}\n", escaped(words)));
        }
    }
    out
}

fn line(cells: &[String; 6]) -> String {
    format!("| {} |\n", cells.iter().map(|cell| escaped(cell)).collect::<Vec<_>>().join(" | "))
}

/// Returns text that Markdown takes as it stands: names of arms are typed by people.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '|' | '*' | '_' | '`' | '<' | '[' | ']' | '~' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_breaks_no_table() {
        assert_eq!(escaped("a|b\n`c` <d> *e*"), "a\\|b \\`c\\` \\<d> \\*e\\*");
    }
}
