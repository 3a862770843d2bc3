//! Lines of a capture joined to rows, and rows to panes.

use std::collections::HashSet;

use super::label::{Label, label};
use crate::text::{self, Cell};

/// One row: what its label stands for, and its value with continuation lines joined by blanks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row<'a> {
    pub(super) label: Label<'a>,
    pub(super) value: String,
    /// Whether the row runs up to the border of its box and may be cut there.
    pub(super) full: bool,
}

/// The rows between two starts of a pane.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Pane<'a> {
    pub(super) version: Option<&'a str>,
    pub(super) rows: Vec<Row<'a>>,
    /// The model that the box of a new session names; such a box is no status pane.
    pub(super) session_model: Option<&'a str>,
}

impl Pane<'_> {
    /// Tells whether the pane says anything about limits, be it that there are none yet.
    pub(super) fn speaks_of_limits(&self) -> bool {
        self.rows
            .iter()
            .any(|row| matches!(row.label, Label::Limit { .. } | Label::About("Limits" | "Spend cap")))
    }
}

/// A value does not grow without end when its reset is never closed.
const MAX_VALUE: usize = 400;

/// Splits a capture into panes, oldest first. A pane that repeats a row of its own is two panes.
pub(super) fn panes(text: &str) -> Vec<Pane<'_>> {
    let mut reader = Reader::default();
    for line in text.lines() {
        reader.line(text::cell(line));
    }
    reader.cut();
    reader.panes
}

#[derive(Default)]
struct Reader<'a> {
    panes: Vec<Pane<'a>>,
    pane: Pane<'a>,
    seen: HashSet<(Option<&'a str>, &'a str)>,
    group: Option<&'a str>,
    /// Columns of the label and of the value of the row that may go on in the next line.
    open: Option<(usize, Option<usize>)>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, cell: Cell<'a>) {
        let text = cell.text.strip_prefix("\u{2022} ").unwrap_or(cell.text);
        if let Some((_, version)) =
            text.split_once("OpenAI Codex (v").filter(|(before, _)| before.trim() == ">_")
        {
            self.cut();
            self.pane.version = version.split_once(')').map(|(version, _)| version);
        } else if text == "/status" || text.starts_with('\u{256d}') {
            self.cut();
        } else if text.is_empty() || text.starts_with('\u{2570}') {
            self.open = None;
        } else if let Some(model) = text.strip_prefix("model:") {
            self.pane.session_model = model.split_whitespace().next();
        } else if !self.row(text, cell, false) && !self.continues(text, cell) {
            self.embedded(text, cell);
            self.open = None;
        }
    }

    /// Takes the line as the start of a row, if it is one.
    fn row(&mut self, text: &'a str, cell: Cell<'a>, embedded: bool) -> bool {
        let Some((name, value)) = text.split_once(':') else { return false };
        let name = name.trim_end();
        let Some(label) = label(name) else { return false };
        let value = value.trim_start();
        match label {
            Label::Group(_) if !value.is_empty() => return false,
            Label::Group(group) => {
                self.group = Some(group);
                self.open = None;
                return true;
            }
            // Two windows of about an hour share one label.
            Label::Limit { name: "1h limit", .. } => {}
            _ if !self.seen.insert((self.group, name)) => {
                // A quoted row inside another line never replaces a row of the pane.
                if embedded {
                    return true;
                }
                self.cut();
                self.seen.insert((None, name));
            }
            _ => {}
        }
        let value_column = cell.column + text.chars().count() - value.chars().count();
        self.open = Some((cell.column, (!value.is_empty()).then_some(value_column)));
        self.push(label, value, cell.full);
        if matches!(label, Label::About(_)) {
            self.embedded(value, cell);
        }
        true
    }

    fn push(&mut self, label: Label<'a>, value: &str, full: bool) {
        let label = match (label, self.group) {
            (Label::Limit { family: "", name, minutes }, Some(group)) => {
                Label::Limit { family: group, name, minutes }
            }
            _ => label,
        };
        self.pane.rows.push(Row { label, value: value.to_owned(), full });
    }

    /// Takes the line as the continuation of the open row, if it stands in its value column or closes its reset.
    fn continues(&mut self, text: &str, cell: Cell<'_>) -> bool {
        let (Some((label_column, value_column)), Some(row)) = (self.open, self.pane.rows.last_mut()) else {
            return false;
        };
        let reset_open = row.value.rfind("(resets").is_some_and(|at| !row.value.split_at(at).1.contains(')'));
        let starts_reset = ["(resets", "\u{b7} resets", "Resets at:"].iter().any(|r| text.starts_with(r));
        let in_column = match value_column {
            Some(column) => cell.column.abs_diff(column) <= 1,
            None => cell.column > label_column + 4,
        };
        if row.value.len() > MAX_VALUE || !(reset_open || starts_reset || in_column) {
            return false;
        }
        if value_column.is_none() {
            self.open = Some((label_column, Some(cell.column)));
        }
        if !row.value.is_empty() {
            row.value.push(' ');
        }
        row.value.push_str(text);
        row.full = cell.full;
        true
    }

    /// Finds a limit row that a bad copy or a quotation put behind other text in the same line.
    fn embedded(&mut self, text: &'a str, cell: Cell<'a>) {
        for name in ["Weekly limit:", "5h limit:"] {
            if let Some(at) = text.find(name) {
                let (_, row) = text.split_at(at);
                if row.contains('%') && self.row(row, cell, true) {
                    return;
                }
            }
        }
    }

    fn cut(&mut self) {
        let pane = std::mem::take(&mut self.pane);
        if pane != Pane::default() {
            self.panes.push(pane);
        }
        self.seen.clear();
        self.group = None;
        self.open = None;
    }
}
