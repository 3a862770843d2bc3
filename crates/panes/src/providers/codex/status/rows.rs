//! Lines of a capture joined to rows, and rows to panes.

use std::collections::HashSet;

use super::label::{Label, label};
use super::segments::segments;
use super::value::value;
use crate::text::{self, Cell};

/// One row: what its label stands for, and its value with continuation lines joined by blanks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row<'a> {
    pub(super) label: Label<'a>,
    pub(super) value: String,
    /// Whether the row runs up to the border of its box and may be cut there.
    pub(super) full: bool,
    /// Whether its reset goes on below a line that lost its border, and maybe its end with it.
    pub(super) reset_open: bool,
    /// Columns from the label to the value, where both stand in one line.
    pub(super) room: Option<usize>,
}

/// The rows between two starts of a pane.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Pane<'a> {
    pub(super) version: Option<&'a str>,
    pub(super) rows: Vec<Row<'a>>,
    /// The model that the box of a new session names; such a box is no status pane.
    pub(super) session_model: Option<&'a str>,
    /// Columns of its longest label, the colon with it.
    pub(super) widest: usize,
    /// Whether its end is seen: no row of it stands below.
    pub(super) ended: bool,
}

impl Pane<'_> {
    /// Tells whether the pane says anything about limits, be it that there are none yet.
    pub(super) fn speaks_of_limits(&self) -> bool {
        self.rows
            .iter()
            .any(|row| matches!(row.label, Label::Limit { .. } | Label::About("Limits" | "Spend cap")))
    }
}

/// Upper left and lower left corner of a box.
const TOP: char = '\u{256d}';
const BOTTOM: char = '\u{2570}';

/// Begins the line in which the client waits for the user's words.
const PROMPT: char = '\u{203a}';

/// No pane has more rows; what goes on without end is none.
const MAX_ROWS: usize = 256;

/// Panes that are kept: of more, the newest. A hostile text is all panes.
const MAX_PANES: usize = 4096;

/// A value does not grow without end when its reset is never closed.
const MAX_VALUE: usize = 400;

/// Splits a capture into panes, in the order in which they start. A pane that repeats a row of its own is two panes.
///
/// A bad paste may put a whole pane between the rows of another: boxes nest, so the outer pane goes on below.
pub(super) fn panes(text: &str) -> Vec<Pane<'_>> {
    let mut reader = Reader::default();
    for line in text.lines() {
        for part in segments(line) {
            reader.line(text::cell(part));
        }
    }
    reader.finish()
}

/// A pane that is being read.
#[derive(Default)]
struct Draft<'a> {
    pane: Pane<'a>,
    /// Count of the panes that started before it.
    started: usize,
    /// Whether its box was opened and not yet closed.
    boxed: bool,
    seen: HashSet<(Option<&'a str>, &'a str)>,
    group: Option<&'a str>,
    /// Columns of the label and of the value of the row that may go on in the next line.
    open: Option<(usize, Option<usize>)>,
    /// Whether the line above was blank: then a row goes on with nothing but its reset.
    after_blank: bool,
}

#[derive(Default)]
struct Reader<'a> {
    /// Panes that are done, each with the count of those that started before it.
    panes: Vec<(usize, Pane<'a>)>,
    outer: Vec<Draft<'a>>,
    draft: Draft<'a>,
    started: usize,
}

impl<'a> Reader<'a> {
    fn line(&mut self, cell: Cell<'a>) {
        let listed = cell.text.strip_prefix("\u{2022} ").or_else(|| cell.text.strip_prefix("- "));
        let text = listed.unwrap_or(cell.text);
        if let Some((_, version)) =
            text.split_once("OpenAI Codex (v").filter(|(before, _)| before.trim() == ">_")
        {
            if !self.draft.pane.rows.is_empty() {
                self.cut();
            }
            self.draft.pane.version = version.split_once(')').map(|(version, _)| version);
        } else if text == "/status" || text == "Rate limit usage snapshot" {
            self.cut();
        } else if text.starts_with(TOP) {
            self.open_box();
        } else if text.is_empty() {
            self.draft.after_blank = true;
            return;
        } else if text.starts_with(BOTTOM) {
            self.close_box();
        } else if let Some(model) = text.strip_prefix("model:") {
            self.draft.pane.session_model = model.split_whitespace().next();
        } else {
            self.body(text, cell);
        }
        self.draft.after_blank = false;
    }

    fn body(&mut self, text: &'a str, cell: Cell<'a>) {
        if !self.row(text, cell, false) && !self.continues(text, cell) {
            // Rows are indented: a line that is not goes on where a terminal broke the row above it.
            let broken = cell.column == 0 && self.draft.open.is_some_and(|(column, _)| column > 0);
            if let Some(row) = self.draft.pane.rows.last_mut().filter(|_| broken && !self.draft.after_blank) {
                row.full = true;
            }
            if let Some(quoted) = quoted_row(text) {
                self.row(quoted, cell, true);
            }
            self.draft.open = None;
            self.draft.pane.ended |= text.starts_with(PROMPT) && !self.draft.pane.rows.is_empty();
        }
    }

    fn open_box(&mut self) {
        if self.draft.boxed {
            let outer = self.next();
            self.outer.push(outer);
        } else {
            self.cut();
        }
        self.draft.boxed = true;
    }

    fn close_box(&mut self) {
        self.draft.boxed = false;
        self.draft.open = None;
        self.draft.pane.ended = !self.draft.pane.rows.is_empty();
        if let Some(outer) = self.outer.pop() {
            let inner = std::mem::replace(&mut self.draft, outer);
            self.keep(inner);
        } else if self.draft.pane.speaks_of_limits() {
            self.cut();
        }
    }

    /// Takes the line as the start of a row, if it is one.
    fn row(&mut self, text: &'a str, cell: Cell<'a>, embedded: bool) -> bool {
        let Some((name, value)) = text.split_once(':') else { return false };
        let columns = name.chars().count() + 1;
        let name = name.trim_end();
        let Some(label) = label(name) else { return false };
        let value = value.trim_start();
        let group = if matches!(label, Label::About(_)) { None } else { self.draft.group };
        match label {
            Label::Group(group) if value.is_empty() || starts_with_limit(value) => {
                self.draft.group = Some(group);
                self.draft.pane.widest = self.draft.pane.widest.max(columns);
                self.draft.open = None;
                return value.is_empty() || self.row(value, cell, embedded);
            }
            // The only window of a family; elsewhere such a line is prose.
            Label::Group(_) if self.draft.open.is_some() && is_level(value) => {}
            Label::Group(_) => return false,
            // Two windows of about an hour share one label.
            Label::Limit { name: "1h limit", .. } => {}
            _ if !self.draft.seen.insert((group, name)) => {
                // A quoted row inside another line never replaces a row of the pane.
                if embedded {
                    return true;
                }
                self.cut();
                self.draft.seen.insert((None, name));
            }
            _ => {}
        }
        let value_column = cell.column + text.chars().count() - value.chars().count();
        self.draft.open = Some((cell.column, (!value.is_empty()).then_some(value_column)));
        // A bad copy may hold a limit row behind the value of another row.
        let quoted = if matches!(label, Label::About(_)) { quoted_row(value) } else { None };
        let own = quoted.and_then(|row| value.strip_suffix(row)).unwrap_or(value);
        let room = value_column - cell.column;
        self.draft.pane.widest = self.draft.pane.widest.max(columns);
        self.push(label, own.trim_end(), cell.full, (!embedded && !value.is_empty()).then_some(room));
        if let Some(quoted) = quoted {
            self.row(quoted, cell, true);
        }
        true
    }

    fn push(&mut self, label: Label<'a>, value: &str, full: bool, room: Option<usize>) {
        if self.draft.pane.rows.len() >= MAX_ROWS {
            self.draft.open = None;
            return;
        }
        let label = match (label, self.draft.group) {
            (Label::Limit { family: "", name, minutes }, Some(family)) => {
                Label::Limit { family, name, minutes }
            }
            _ => label,
        };
        self.draft.pane.rows.push(Row { label, value: value.to_owned(), full, reset_open: false, room });
    }

    /// Takes the line as the continuation of the open row, if it stands in its value column or closes its reset.
    fn continues(&mut self, text: &str, cell: Cell<'_>) -> bool {
        let (Some((label_column, value_column)), Some(row)) =
            (self.draft.open, self.draft.pane.rows.last_mut())
        else {
            return false;
        };
        if row.value.len() > MAX_VALUE {
            return false;
        }
        let reset_open = row.value.rfind("(resets").is_some_and(|at| !row.value.split_at(at).1.contains(')'));
        let starts_reset = ["(resets", "\u{b7} resets", "Resets at:"].iter().any(|r| text.starts_with(r));
        let in_column = match value_column {
            Some(column) => cell.column.abs_diff(column) <= 1,
            None => cell.column > label_column + 4,
        };
        if !(reset_open || starts_reset || (in_column && !self.draft.after_blank)) {
            return false;
        }
        if value_column.is_none() {
            self.draft.open = Some((label_column, Some(cell.column)));
        }
        if !row.value.is_empty() {
            row.value.push(' ');
        }
        row.value.push_str(text);
        row.reset_open |= reset_open && row.full && !cell.closed;
        row.full = cell.full;
        true
    }

    /// Ends the pane that is being read.
    fn cut(&mut self) {
        let boxed = self.draft.boxed;
        let mut done = self.next();
        self.draft.boxed = boxed;
        done.pane.ended = !done.pane.rows.is_empty();
        self.keep(done);
    }

    /// Returns the pane that is being read and starts another.
    fn next(&mut self) -> Draft<'a> {
        self.started += 1;
        std::mem::replace(&mut self.draft, Draft { started: self.started, ..Draft::default() })
    }

    fn keep(&mut self, draft: Draft<'a>) {
        if draft.pane == Pane::default() {
            return;
        }
        self.panes.push((draft.started, draft.pane));
        if self.panes.len() > 2 * MAX_PANES {
            self.panes.drain(..MAX_PANES);
        }
    }

    fn finish(mut self) -> Vec<Pane<'a>> {
        let last = self.next();
        self.keep(last);
        for outer in std::mem::take(&mut self.outer) {
            self.keep(outer);
        }
        self.panes.sort_by_key(|(started, _)| *started);
        self.panes.into_iter().map(|(_, pane)| pane).collect()
    }
}

/// Finds a limit row that stands behind other text in the same line, and returns it up to the line's end.
///
/// A word right before it may be the name of its family, which cannot be told from the end of the other text.
fn quoted_row(text: &str) -> Option<&str> {
    let at = ["Weekly limit:", "5h limit:"].iter().filter_map(|name| text.find(name)).min()?;
    let (before, row) = text.split_at_checked(at)?;
    let word = before.trim_end();
    // The header of a family: its last word at least is its name.
    if let Some(header) = word.strip_suffix(" limit:") {
        return text.get(header.rfind(' ').map_or(0, |blank| blank + 1)..).filter(|_| row.contains('%'));
    }
    let parted =
        before.len() - word.len() != 1 || !word.ends_with(char::is_alphanumeric) || ends_with_uuid(word);
    (parted && row.contains('%')).then_some(row)
}

fn ends_with_uuid(text: &str) -> bool {
    let word = text.rsplit(' ').next().unwrap_or(text);
    word.len() == 36 && word.bytes().filter(|b| *b == b'-').count() == 4
}

/// Tells whether a value is a level: a percentage with its direction.
fn is_level(text: &str) -> bool {
    let value = value(text);
    value.percent.is_some() && value.direction.is_some()
}

/// Tells whether a value is itself a row of a limit.
fn starts_with_limit(value: &str) -> bool {
    value.split_once(':').is_some_and(|(name, _)| matches!(label(name.trim_end()), Some(Label::Limit { .. })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pane_pasted_into_another_leaves_both_whole() {
        let text = "\u{256d}\u{2500}\n\u{2502} Model:  outer (reasoning low) \u{2502}\u{256d}\u{2500}\n\
            \u{2502} Model:  inner (reasoning low) \u{2502}\n\u{2502} 5h limit:  20% used \u{2502}\n\u{2570}\u{2500}\n\
            \u{2502} 5h limit:  17% used \u{2502}\n\u{2570}\u{2500}";
        let panes = panes(text);
        let values = |at: usize| panes[at].rows.iter().map(|row| row.value.as_str()).collect::<Vec<_>>();
        assert_eq!(values(0)[1], "17% used");
        assert_eq!(values(1), ["inner (reasoning low)", "20% used"]);
    }

    #[test]
    fn rows_that_lost_their_line_ends_keep_their_families() {
        let panes = panes(
            "Session: 01a10f0d-a1dd-7040-b2a1-ececd0382a07 5h limit: 97% left Spark limit: 5h limit: 1% left Luna Weekly limit: 9% left",
        );
        let limits = panes[0].rows.iter().filter_map(|row| match row.label {
            Label::Limit { family, name, .. } => Some((family, name, row.value.as_str())),
            _ => None,
        });
        assert_eq!(
            limits.collect::<Vec<_>>(),
            [
                ("", "5h limit", "97% left"),
                ("Spark", "5h limit", "1% left"),
                ("Luna", "Weekly limit", "9% left")
            ]
        );
    }

    #[test]
    fn a_word_before_a_quoted_row_may_be_its_family() {
        assert_eq!(quoted_row("seen gpt-reserve Weekly limit: 5% left"), None);
        assert_eq!(
            quoted_row("5 credits Spark limit: 5h limit: 5% left"),
            Some("Spark limit: 5h limit: 5% left")
        );
        assert_eq!(quoted_row("Session: x  Weekly limit: 5% left"), Some("Weekly limit: 5% left"));
    }

    #[test]
    fn what_follows_a_closed_box_is_no_row_of_it() {
        let panes =
            panes("\u{256d}\n\u{2502} 5h limit: 1% used \u{2502}\n\u{2570}\nLimits: refresh requested");
        assert_eq!((panes.len(), panes[0].rows.len()), (2, 1));
    }

    #[test]
    fn a_row_that_goes_on_at_the_edge_was_broken_there() {
        let panes = panes("  Model:   gpt-6.1-So\nl (reasoning high)\n  5h limit: 97% left\n\nprompt");
        assert_eq!(panes[0].rows.iter().map(|row| row.full).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn a_repeated_row_starts_the_next_pane() {
        let panes =
            panes("5h limit: 1% used\nWeekly limit: 2% used\n5h limit: 3% used\nWeekly limit: 4% used");
        assert_eq!(panes.len(), 2);
        assert_eq!(panes[1].rows[0].value, "3% used");
    }

    #[test]
    fn of_a_text_that_is_all_panes_the_newest_are_kept() {
        let text: String = (0..3 * MAX_PANES).map(|n| format!("5h limit: {n}% used\n")).collect();
        let panes = panes(&text);
        assert!((MAX_PANES..=2 * MAX_PANES).contains(&panes.len()), "{}", panes.len());
        assert_eq!(panes.last().unwrap().rows[0].value, format!("{}% used", 3 * MAX_PANES - 1));
    }
}
