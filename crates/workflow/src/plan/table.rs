//! The table of tasks and their specs in a Markdown document.

use std::ops::Range;

use super::{PlanError, Task, tokens};
use crate::markdown::{self, Line};

/// Words in a status cell that mean: nothing left to do, or not to be planned.
const CLOSED: [&str; 11] = [
    "done",
    "shipped",
    "green",
    "complete",
    "completed",
    "closed",
    "dropped",
    "cancelled",
    "canceled",
    "blocked",
    "[x]",
];

/// The table of tasks, with the places of its cells, so that a status can be replaced and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskTable {
    /// The line of its header, from 1.
    pub line: usize,
    /// Its rows in order.
    pub tasks: Vec<TableTask>,
    /// Whether it has a column for the status.
    pub has_status: bool,
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableTask {
    /// Its line, from 1.
    pub line: usize,
    /// The task's name, without markup.
    pub name: String,
    /// Its budget, when the table has one for it.
    pub tokens: Option<u64>,
    /// Its feature file.
    pub feature: Option<String>,
    /// The document of its spec, when that is no feature file.
    pub document: Option<String>,
    /// What it leaves behind.
    pub output: Option<String>,
    /// Its status as written; empty when there is none.
    pub status: String,
    status_at: Option<Range<usize>>,
}

/// The columns of the table by place.
#[derive(Debug, Default)]
struct Columns {
    task: Option<usize>,
    spec: Option<usize>,
    tokens: Option<usize>,
    status: Option<usize>,
    output: Option<usize>,
}

impl Columns {
    fn of(header: &[markdown::Cell<'_>]) -> Self {
        let find = |words: &[&str]| {
            header.iter().position(|cell| {
                let title = markdown::plain(cell.text).to_lowercase();
                words.iter().any(|word| title == *word || title.starts_with(&format!("{word} ")))
            })
        };
        Self {
            task: find(&["task"]),
            spec: find(&["spec", "specs", "spec/doc", "feature", "scenario"]),
            tokens: find(&["tokens", "budget", "token"]),
            status: find(&["status", "state"]),
            output: find(&["output", "artefact", "artefacts", "artifact", "artifacts"]),
        }
    }
}

impl TaskTable {
    /// Reads the first table that has a column `Task` and a column `Spec` (or `Feature`).
    ///
    /// Columns are known by their titles: `Tokens` or `Budget`, `Status`, `Output` or `Artefacts` may stand anywhere.
    ///
    /// ```
    /// use tracker_workflow::plan::TaskTable;
    /// let text = "| Task | Spec | Tokens | Status |\n|---|---|---|---|\n| Script | `a.feature` | 40K | open |\n";
    /// let table = TaskTable::read(text).unwrap();
    /// assert_eq!(table.tasks[0].feature.as_deref(), Some("a.feature"));
    /// let planned = table.with_status(text, &[0], "planned 2026-11-20");
    /// assert!(planned.ends_with("| 40K | planned 2026-11-20 |\n"));
    /// ```
    ///
    /// # Errors
    /// [`PlanError::NoTable`]; [`PlanError::Budget`] for a budget that is no number.
    pub fn read(text: &str) -> Result<Self, PlanError> {
        let lines: Vec<Line<'_>> = markdown::lines(text).collect();
        for (place, line) in lines.iter().enumerate() {
            let header = line.cells();
            let columns = Columns::of(&header);
            let ruled = lines.get(place + 1).is_some_and(Line::is_rule);
            let (Some(task), Some(_), true) = (columns.task, columns.spec, ruled) else { continue };
            let rows = lines.iter().skip(place + 2).take_while(|line| line.is_row());
            let tasks = rows.filter_map(|line| row(line, &columns, task).transpose());
            return Ok(Self {
                line: line.number,
                tasks: tasks.collect::<Result<_, _>>()?,
                has_status: columns.status.is_some(),
            });
        }
        Err(PlanError::NoTable)
    }

    /// Returns the places of the tasks that are not closed, in order.
    #[must_use]
    pub fn open(&self) -> Vec<usize> {
        (0..).zip(&self.tasks).filter(|(_, task)| !task.is_closed()).map(|(place, _)| place).collect()
    }

    /// Returns the places here of rows of another reading of the same document, by their names.
    #[must_use]
    pub fn places_of(&self, other: &Self, places: &[usize]) -> Vec<usize> {
        let names: Vec<&str> = places
            .iter()
            .filter_map(|place| other.tasks.get(*place))
            .map(|task| task.name.as_str())
            .collect();
        let is_one =
            |place: &usize| self.tasks.get(*place).is_some_and(|task| names.contains(&task.name.as_str()));
        self.open().into_iter().filter(is_one).collect()
    }

    /// Returns the document with the status of some rows replaced; every other byte stays.
    #[must_use]
    pub fn with_status(&self, text: &str, places: &[usize], status: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for (place, task) in self.tasks.iter().enumerate() {
            let Some(at) = task.status_at.as_ref().filter(|_| places.contains(&place)) else { continue };
            out.push_str(text.get(from..at.start).unwrap_or_default());
            out.push_str(&format!(" {} ", status.replace('|', "\\|")));
            from = at.end;
        }
        out.push_str(text.get(from..).unwrap_or_default());
        out
    }
}

impl TableTask {
    /// Tells whether nothing is left to be planned.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        let status = self.status.to_lowercase();
        let first =
            status.split(|c: char| c.is_whitespace() || c == ',' || c == ':').next().unwrap_or_default();
        // U+2705 and U+2714: check marks.
        CLOSED.contains(&first) || status.starts_with(['\u{2705}', '\u{2714}'])
    }

    /// Returns the task with its own budget, or else `default`.
    #[must_use]
    pub fn task(&self, default: Option<u64>) -> Option<Task> {
        Some(Task {
            name: self.name.clone(),
            tokens: self.tokens.or(default)?,
            feature: self.feature.clone(),
            artefacts: self.output.iter().cloned().collect(),
        })
    }
}

/// Reads one row; a row without a name is none.
fn row(line: &Line<'_>, columns: &Columns, task: usize) -> Result<Option<TableTask>, PlanError> {
    let cells = line.cells();
    let text = |place: Option<usize>| {
        place
            .and_then(|place| cells.get(place))
            .map(|cell| markdown::plain(cell.text))
            .filter(|text| !text.is_empty())
    };
    let Some(name) = text(Some(task)) else { return Ok(None) };
    let budget = text(columns.tokens).filter(|text| !matches!(text.as_str(), "-" | "?" | "n/a"));
    let spec = text(columns.spec);
    let is_feature = spec.as_deref().is_some_and(|spec| spec.contains(".feature"));
    let path = |spec: String| {
        let word = |word: &&str| word.ends_with(".feature") || word.contains('/') || word.ends_with(".md");
        spec.split_whitespace().find(word).map(str::to_owned)
    };
    let path = spec.and_then(path);
    let (feature, document) = if is_feature { (path, None) } else { (None, path) };
    Ok(Some(TableTask {
        line: line.number,
        name,
        tokens: budget
            .map(|text| tokens(&text).map_err(|_| PlanError::Budget { line: line.number, text }))
            .transpose()?,
        feature,
        document,
        output: text(columns.output),
        status: text(columns.status).unwrap_or_default(),
        status_at: columns.status.and_then(|place| cells.get(place)).map(|cell| cell.at.clone()),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROADMAP: &str = "# Plan\n\n```\n| Task | Spec |\n|---|---|\n| not this one | x |\n```\n\n\
        | # | Task | Output | Spec / Doc | Tokens | Status |\n|---| --- | --- | --- | ---: | --- |\n\
        | 1 | Draft **stub** | `features/a.feature` skeleton | new file | 20K | done |\n\
        | 2 | Script \\| wrapper | Shell script | `docs/Tasks/status.md` | 40,000 | |\n\
        | 3 | [Capture](x.md) | - | `features/capture.feature` (new) | ? | in work |\n\nText | after\n";

    #[test]
    fn rows_are_read_by_the_titles_of_their_columns() {
        let table = TaskTable::read(ROADMAP).unwrap();
        assert_eq!((table.line, table.has_status, table.open()), (9, true, vec![1, 2]));
        let [_, second, third] = table.tasks.as_slice() else { panic!("{table:?}") };
        assert_eq!(
            (second.name.as_str(), second.tokens, second.line),
            ("Script | wrapper", Some(40_000), 12)
        );
        assert_eq!(
            (second.feature.as_deref(), second.document.as_deref()),
            (None, Some("docs/Tasks/status.md"))
        );
        assert_eq!((third.name.as_str(), third.tokens), ("Capture", None));
        assert_eq!(third.feature.as_deref(), Some("features/capture.feature"));
        assert_eq!(third.task(None), None);
        assert_eq!(third.task(Some(9)).map(|task| task.tokens), Some(9));
    }

    #[test]
    fn only_the_status_changes() {
        let table = TaskTable::read(ROADMAP).unwrap();
        let text = table.with_status(ROADMAP, &[1, 2], "planned 2026-11-20");
        let expected = ROADMAP
            .replace("| 40,000 | |", "| 40,000 | planned 2026-11-20 |")
            .replace("| in work |", "| planned 2026-11-20 |");
        assert_eq!(text, expected);
        assert_eq!(TaskTable::read(&text).unwrap().open(), [1, 2], "planned is not done");
        assert_eq!(table.with_status(ROADMAP, &[], "x"), ROADMAP);
    }

    #[test]
    fn line_ends_of_windows_stay() {
        let text = "| Task | Spec | Status |\r\n|---|---|---|\r\n| A | a.feature | open |\r\n";
        let table = TaskTable::read(text).unwrap();
        assert_eq!(table.with_status(text, &[0], "done"), text.replace("open", "done"));
    }

    #[test]
    fn what_is_no_table_or_no_number_is_told() {
        for text in ["", "| Task | Spec |\nno rule\n", "| Name | Spec |\n|---|---|\n| a | b |\n"] {
            assert_eq!(TaskTable::read(text), Err(PlanError::NoTable), "{text}");
        }
        let text = "| Task | Spec | Tokens |\n|---|---|---|\n| a | b | lots |\n";
        assert_eq!(TaskTable::read(text), Err(PlanError::Budget { line: 3, text: "lots".into() }));
    }
}
