//! The plan as a Markdown page; [`crate::lint::plan`] knows the same sections.

use std::fmt::Write as _;

use super::{Check, Factor, Plan, Reference, Task, slug};

/// The sections of a plan in their order.
pub(crate) const SECTIONS: [&str; 5] =
    ["Budget", "Required reading", "Tasks", "Validation matrix", "Hand-off"];

/// The lines that every task has, by their first word.
pub(crate) const TASK_LINES: [&str; 4] = ["Budget", "Start", "End", "Artefacts"];

/// Returns the page. Paths are shown as they stand in the plan.
#[must_use]
pub fn page(plan: &Plan) -> String {
    let mut out = format!("# Next session plan {}\n\nSession `{}`.\n", plan.date, plan.session);
    let [budget, reading, tasks, matrix, handoff] = SECTIONS;
    section(&mut out, budget);
    self::budget(&mut out, plan);
    section(&mut out, reading);
    for (number, reference) in (1..).zip(&plan.reading) {
        let _ = writeln!(out, "{number}. `{}` - {}", reference.path, reference.why);
    }
    section(&mut out, tasks);
    self::tasks(&mut out, &plan.tasks);
    section(&mut out, matrix);
    self::matrix(&mut out, &plan.matrix);
    section(&mut out, handoff);
    for Reference { path, why } in &plan.handoff {
        let _ = writeln!(out, "- [ ] `{path}` - {why}");
    }
    out
}

fn section(out: &mut String, title: &str) {
    let _ = write!(out, "\n## {title}\n\n");
}

fn budget(out: &mut String, plan: &Plan) {
    let (budget, fit) = (plan.budget, &plan.fit);
    out.push_str("| what | tokens |\n|---|---:|\n");
    let mut row = |what: &str, value: String| {
        let _ = writeln!(out, "| {what} | {value} |");
    };
    row(&format!("context window ({})", plan.source), budget.window().to_string());
    row("70-80 % of it", format!("{}-{}", budget.low(), budget.high()));
    row("buffer kept", budget.buffer().to_string());
    row("room for tasks", fit.room.to_string());
    row("planned", fit.planned.to_string());
    row("planned and buffer", fit.planned.saturating_add(budget.buffer()).to_string());
    match &plan.factor {
        Some(factor) => row("past sessions, actual / planned", factor_text(factor)),
        None => row("past sessions, actual / planned", "n/a (below 3 closed sessions)".to_owned()),
    }
    if let Some(expected) = fit.expected {
        row("expected use", expected.to_string());
    }
}

/// Returns a factor as `1.12 [0.98, 1.30], n=5`.
pub(crate) fn factor_text(factor: &Factor) -> String {
    let end = |end: Option<f64>| end.map_or_else(|| "unbounded".to_owned(), |end| format!("{end:.2}"));
    format!("{:.2} [{}, {}], n={}", factor.estimate, end(factor.lo), end(factor.hi), factor.sessions)
}

fn tasks(out: &mut String, tasks: &[Task]) {
    out.push_str("| # | task | tokens | feature |\n|---:|---|---:|---|\n");
    for (number, task) in (1..).zip(tasks) {
        let feature = task.feature.as_deref().map_or_else(|| "-".to_owned(), |path| format!("`{path}`"));
        let _ = writeln!(out, "| {number} | {} | {} | {feature} |", cell(&task.name), task.tokens);
    }
    let [budget, start, end, artefacts] = TASK_LINES;
    for (number, task) in (1..).zip(tasks) {
        let feature = task.feature.as_deref().unwrap_or("the feature file");
        let all: Vec<String> =
            task.feature.iter().chain(&task.artefacts).map(|path| format!("`{path}`")).collect();
        let _ = write!(
            out,
            "\n### {number}. {name}\n\n- {budget}: {tokens} tokens\n\
             - {start}: `{feature}` says what is promised, and its scenarios fail for want of it\n\
             - {end}: every scenario of `{feature}` is green, logged by `tracker feature log` and shown by \
             `tracker evidence add --capability {capability}`\n- {artefacts}: {all}\n",
            name = task.name,
            tokens = task.tokens,
            capability = slug(&task.name),
            all = if all.is_empty() { "code and tests".to_owned() } else { all.join(", ") },
        );
    }
}

fn matrix(out: &mut String, checks: &[Check]) {
    out.push_str("| command | passes when |\n|---|---|\n");
    for check in checks {
        let _ = writeln!(out, "| `{}` | {} |", cell(&check.command), cell(&check.passes));
    }
}

/// A bar inside of a cell would begin another one.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint;
    use crate::plan::{Budget, WindowSource};

    #[test]
    fn what_is_written_is_what_the_lint_asks_for() {
        let reference = |path: &str| Reference { path: path.into(), why: "says what was left".into() };
        let mut task: Task = "A | B:45K".parse().unwrap();
        task.feature = Some("/w/features/a.feature".into());
        let tasks = vec![task];
        let budget = Budget::default();
        let plan = Plan {
            date: chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
            session: "2026-11-20_next_session".into(),
            fit: budget.fit(&tasks, None),
            budget,
            source: WindowSource::Default,
            tasks,
            factor: Factor::of_pairs(&[(1000, 1000), (1000, 1200), (1000, 1100)]),
            reading: vec![reference("/w/progress.md")],
            matrix: vec![Check { command: "tracker verify | cat".into(), passes: "it says ok".into() }],
            handoff: vec![reference("/w/docs/SESSION_HANDOFF.md")],
        };
        let text = page(&plan);
        assert_eq!(lint::plan(&text), Vec::new(), "{text}");
        assert!(text.contains("| past sessions, actual / planned | 1.10 ["), "{text}");
        assert!(text.contains("| 1 | A \\| B | 45000 | `/w/features/a.feature` |"), "{text}");
    }
}
