//! The bundled week: captures built on panes of the real clients, and the commands that were typed.

/// The commands, one a line: time, lane, capture, command.
pub(super) const STEPS: &str = include_str!("../../../../../fixtures/demo/week0/steps.tsv");

macro_rules! bundled {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../../../fixtures/demo/week0/", $name)))
    };
}

/// The captures by their file name.
pub(super) const CAPTURES: &[(&str, &str)] = &[
    bundled!("ccusage_daily.json"),
    bundled!("ccusage_session.json"),
    bundled!("claude_W0-01_after.txt"),
    bundled!("claude_W0-01_before.txt"),
    bundled!("claude_W0-02_after.txt"),
    bundled!("claude_W0-02_before.txt"),
    bundled!("claude_W0-03_after.txt"),
    bundled!("claude_W0-03_before.txt"),
    bundled!("claude_W0-04_after.txt"),
    bundled!("claude_W0-04_before.txt"),
    bundled!("claude_W0-05_after.txt"),
    bundled!("claude_W0-05_before.txt"),
    bundled!("claude_W0-06_after.txt"),
    bundled!("claude_W0-06_before.txt"),
    bundled!("claude_W0-07_after.txt"),
    bundled!("claude_W0-07_before.txt"),
    bundled!("claude_W0-08_after.txt"),
    bundled!("claude_W0-08_before.txt"),
    bundled!("claude_monitor.txt"),
    bundled!("codex_W0-01_after.txt"),
    bundled!("codex_W0-01_before.txt"),
    bundled!("codex_W0-02_after.txt"),
    bundled!("codex_W0-02_before.txt"),
    bundled!("codex_W0-03_after.txt"),
    bundled!("codex_W0-03_before.txt"),
    bundled!("codex_W0-04_after.txt"),
    bundled!("codex_W0-04_before.txt"),
    bundled!("codex_W0-05_after.txt"),
    bundled!("codex_W0-05_before.txt"),
    bundled!("codex_W0-05_sub1_after.txt"),
    bundled!("codex_W0-05_sub1_before.txt"),
    bundled!("codex_W0-06_after.txt"),
    bundled!("codex_W0-06_before.txt"),
    bundled!("codex_W0-07_after.txt"),
    bundled!("codex_W0-07_before.txt"),
    bundled!("codex_W0-08_after.txt"),
    bundled!("codex_W0-08_before.txt"),
    bundled!("glm_012.json"),
    bundled!("glm_030.json"),
    bundled!("glm_052.json"),
    bundled!("glm_066.json"),
    bundled!("glm_092.json"),
    bundled!("glm_112.json"),
    bundled!("glm_131.json"),
    bundled!("telemetry_W0-05.jsonl"),
];

/// What a person writes before the week: the panel, the map of capabilities, and how they are accepted.
pub(super) const BY_HAND: [(&str, &str); 3] = [
    (
        "tracker.toml",
        "[capture]\ntimezone = \"UTC\"\n\n[panel]\nmodels = [\"gpt-5-codex\", \"claude-opus\", \"glm-4.6\"]\n",
    ),
    ("docs/Ledgers/capabilities.csv", include_str!("../../../../../fixtures/demo/week0/capabilities.csv")),
    ("features/notes.feature", include_str!("../../../../../fixtures/demo/week0/notes.feature")),
];

/// One command of the week.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step<'a> {
    pub(super) time: &'a str,
    pub(super) lane: &'a str,
    pub(super) capture: &'a str,
    pub(super) command: &'a str,
}

impl<'a> Step<'a> {
    /// Reads one line; comments and empty lines are no steps.
    pub(super) fn of_line(line: &'a str) -> Option<Self> {
        let mut cells = line.split('\t');
        let step =
            Self { time: cells.next()?, lane: cells.next()?, capture: cells.next()?, command: cells.next()? };
        (!line.starts_with('#')).then_some(step)
    }

    /// The capture on standard input.
    pub(super) fn file(&self) -> Option<&'a str> {
        Some(self.capture).filter(|capture| *capture != "-" && !self.needs_git())
    }

    /// The words of the command; what stands in double quotes is one word.
    pub(super) fn words(&self) -> Vec<&'a str> {
        let parts = self.command.split('"').enumerate();
        let words = parts.flat_map(|(place, part)| match place % 2 {
            0 => part.split_whitespace().collect(),
            _ => vec![part],
        });
        words.collect()
    }

    /// Tells whether the step asks the git history.
    pub(super) fn needs_git(&self) -> bool {
        self.capture == "git"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_words_are_one() {
        let step = Step { time: "", lane: "", capture: "-", command: "a --b \"c d\" e" };
        assert_eq!(step.words(), ["a", "--b", "c d", "e"]);
    }

    #[test]
    fn every_step_has_its_capture_and_every_capture_its_step() {
        let steps: Vec<Step<'_>> = STEPS.lines().filter_map(Step::of_line).collect();
        assert!(steps.len() > 50);
        for step in &steps {
            let is_bundled = |file: &str| CAPTURES.iter().any(|(name, _)| *name == file);
            assert!(step.file().is_none_or(is_bundled), "{step:?}");
        }
        for (name, _) in CAPTURES {
            assert!(steps.iter().any(|step| step.capture == *name), "{name} is not played");
        }
    }
}
