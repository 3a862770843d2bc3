//! What a plan of a session must say: its sections, and for every task a budget, a start, an end and artefacts.

use super::Finding;
use crate::markdown::{self, Line};
use crate::plan::{Budget, SECTIONS, TASK_LINES, tokens};

/// Returns what a plan lacks, by line. Sections are known by the beginning of their heading (`Hand-off`, `Handoff
/// requirements`), lines of a task by their first word.
///
/// ```
/// let found = tracker_workflow::lint::plan("# Next session plan\n");
/// assert!(found.iter().any(|finding| finding.message.contains("no section `Budget`")));
/// ```
#[must_use]
pub fn plan(text: &str) -> Vec<Finding> {
    let lines: Vec<Line<'_>> = markdown::lines(text).collect();
    let mut findings = Vec::new();
    for title in SECTIONS {
        match body(&lines, title) {
            None => findings.push(finding(1, format!("there is no section `{title}`"))),
            Some((head, body)) => {
                if body.iter().all(|line| line.text.trim().is_empty()) {
                    findings.push(finding(head.number, format!("the section `{title}` is empty")));
                }
            }
        }
    }
    let tasks =
        body(&lines, "Tasks").map(|(head, body)| tasks(head, body, &mut findings)).unwrap_or_default();
    budget(&lines, &tasks, &mut findings);
    findings.sort();
    findings
}

fn finding(line: usize, message: impl Into<String>) -> Finding {
    Finding { line, message: message.into() }
}

/// Returns the letters of a title, so that `Hand-off` and `Handoff requirements` begin alike.
fn letters(text: &str) -> String {
    text.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect()
}

/// Returns the heading of a section and the lines below it, up to the next of its level.
fn body<'a>(lines: &'a [Line<'a>], title: &str) -> Option<(&'a Line<'a>, &'a [Line<'a>])> {
    let is_it = |line: &Line<'_>| {
        line.heading().is_some_and(|(level, text)| level == 2 && letters(text).starts_with(&letters(title)))
    };
    let place = lines.iter().position(is_it)?;
    let below = lines.get(place + 1..)?;
    let end = below.iter().position(|line| line.heading().is_some_and(|(level, _)| level <= 2));
    Some((lines.get(place)?, below.get(..end.unwrap_or(below.len()))?))
}

/// Checks the tasks and returns their budgets with their lines.
fn tasks(head: &Line<'_>, body: &[Line<'_>], findings: &mut Vec<Finding>) -> Vec<(usize, u64)> {
    let places: Vec<usize> = (0..body.len())
        .filter(|&place| body.get(place).and_then(Line::heading).is_some_and(|(level, _)| level == 3))
        .collect();
    if places.is_empty() {
        findings.push(finding(head.number, "there is no task: give each a heading `### 1. Name`"));
    }
    let mut budgets = Vec::new();
    for (at, &place) in places.iter().enumerate() {
        let end = places.get(at + 1).copied().unwrap_or(body.len());
        let (Some(task), Some(lines)) = (body.get(place), body.get(place + 1..end)) else { continue };
        let name = task.heading().map_or("", |(_, name)| name);
        for word in TASK_LINES {
            let found = lines.iter().find_map(|line| Some((line.number, value(line, word)?)));
            match found {
                None => {
                    let what = word.to_lowercase();
                    findings
                        .push(finding(task.number, format!("{name}: no {what}: add a line `- {word}: ...`")));
                }
                Some((number, "")) => {
                    findings.push(finding(number, format!("{name}: `{word}` says nothing")));
                }
                Some((number, text)) if word == "Budget" => match first_number(text) {
                    Some(count) => budgets.push((number, count)),
                    None => findings
                        .push(finding(number, format!("{name}: the budget {text:?} is no number of tokens"))),
                },
                Some(_) => {}
            }
        }
    }
    budgets
}

/// Returns what stands behind `- Word:`.
fn value<'a>(line: &Line<'a>, word: &str) -> Option<&'a str> {
    let text = line.text.trim_start().strip_prefix(['-', '*'])?.trim_start().trim_start_matches("**");
    let rest = text
        .get(..word.len())
        .filter(|start| start.eq_ignore_ascii_case(word))
        .and_then(|_| text.get(word.len()..))?;
    let rest = rest.split_once(':')?;
    // `Start criteria:` is a start, `Starting point` is not.
    rest.0.split_whitespace().count().le(&2).then(|| rest.1.trim_start_matches("**").trim())
}

fn first_number(text: &str) -> Option<u64> {
    let word = text.split_whitespace().next()?;
    tokens(word.trim_matches(['~', '`', '*'])).ok()
}

/// Checks that the tasks fit 80 % of the context window, as the plan states it.
fn budget(lines: &[Line<'_>], tasks: &[(usize, u64)], findings: &mut Vec<Finding>) {
    let stated = |word: &str| {
        let (_, body) = body(lines, "Budget")?;
        body.iter().find_map(|line| {
            let cells = line.cells();
            let (what, figure) = (cells.first()?.text.to_lowercase(), cells.get(1)?.text);
            what.starts_with(word).then(|| tokens(figure).ok().map(|count| (line.number, count))).flatten()
        })
    };
    let window = stated("context window").map_or(Budget::default_window(), |(_, count)| count);
    let buffer = stated("buffer").map_or(Budget::default_buffer(), |(_, count)| count);
    let sum = tasks.iter().fold(0_u64, |sum, (_, count)| sum.saturating_add(*count));
    match Budget::new(window, buffer) {
        Err(cause) => findings
            .push(finding(body(lines, "Budget").map_or(1, |(head, _)| head.number), cause.to_string())),
        Ok(budget) if sum > budget.for_tasks() => {
            let line = tasks.last().map_or(1, |(line, _)| *line);
            let over = sum - budget.for_tasks();
            findings.push(finding(
                line,
                format!(
                    "the tasks need {sum} tokens, {over} more than the {} that may be planned",
                    budget.for_tasks()
                ),
            ));
        }
        Ok(_) => {}
    }
    if let Some((line, planned)) =
        stated("planned").filter(|(_, planned)| !tasks.is_empty() && *planned != sum)
    {
        findings
            .push(finding(line, format!("{planned} tokens are said to be planned, the tasks sum to {sum}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# Plan\n\n## Budget\n\n| what | tokens |\n|---|---|\n| context window | 272,000 |\n| planned | 50K |\n\n\
        ## Required reading\n- a\n\n## Tasks\n\n### 1. A\n- Budget: 50K tokens\n- Start criteria: red\n- **End:** green\n\
        * Artefacts: `a`\n\n## Validation matrix\n- x\n\n## Handoff requirements\n- y\n";

    fn messages(text: &str) -> Vec<String> {
        plan(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_plan_written_by_hand_may_word_it_otherwise() {
        assert_eq!(messages(GOOD), Vec::<String>::new());
    }

    #[test]
    fn every_lack_is_named_with_its_line() {
        let lacks = |from: &str, to: &str| messages(&GOOD.replace(from, to));
        assert_eq!(
            lacks("## Validation matrix", "## Checks"),
            ["1: there is no section `Validation matrix`"]
        );
        assert_eq!(lacks("- y\n", ""), ["24: the section `Hand-off` is empty"]);
        assert_eq!(lacks("- Start criteria: red\n", ""), ["15: 1. A: no start: add a line `- Start: ...`"]);
        assert_eq!(lacks("- **End:** green", "- **End:**"), ["18: 1. A: `End` says nothing"]);
        assert_eq!(lacks("50K tokens", "a lot"), ["16: 1. A: the budget \"a lot\" is no number of tokens"]);
        assert_eq!(
            lacks("50K", "300K"),
            ["16: the tasks need 300000 tokens, 97400 more than the 202600 that may be planned"]
        );
        assert_eq!(
            lacks("| planned | 50K |", "| planned | 40K |"),
            ["8: 40000 tokens are said to be planned, the tasks sum to 50000"]
        );
        assert_eq!(lacks("272,000", "12"), ["3: a context window of 12 tokens is out of range"]);
        assert_eq!(lacks("### 1. A", "1. A"), ["13: there is no task: give each a heading `### 1. Name`"]);
    }

    #[test]
    fn nothing_at_all_lacks_every_section() {
        assert_eq!(plan("").len(), SECTIONS.len());
        assert!(plan("## Budget\n|||\n| a |\n## Tasks\n### \n- :\n- Budget:\n").len() > 4);
    }
}
