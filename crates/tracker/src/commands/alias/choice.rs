//! How the window was chosen: recorded with its before, so that the log can be judged later.

use tracker_cli_support::CliError;
use tracker_domain::Phase;
use tracker_workflow::replay::choice_note;

use super::Action;

/// The choice that begins a window.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct ChoiceArgs {
    /// start, cross: the chance with which this provider was chosen, above 0 and at most 1
    #[arg(long, value_name = "P", value_parser = propensity)]
    propensity: Option<f64>,
    /// start, cross: the policy that chose
    #[arg(long, value_name = "NAME", value_parser = policy)]
    policy: Option<String>,
}

fn propensity(text: &str) -> Result<f64, String> {
    let chance = text.parse().ok().filter(|chance: &f64| *chance > 0.0 && *chance <= 1.0);
    chance.ok_or_else(|| format!("{text:?} is no chance above 0 and at most 1"))
}

fn policy(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let valid = (1..=64).contains(&text.len()) && text.chars().all(plain);
    valid.then(|| text.to_owned()).ok_or_else(|| format!("{text:?} is not 1-64 of A-Z a-z 0-9 . _ -"))
}

impl ChoiceArgs {
    /// Refuses a choice where no window begins.
    ///
    /// # Errors
    /// Usage: the action is `end` or `delete`.
    pub(super) fn check(&self, action: Action) -> Result<(), CliError> {
        let given = self.propensity.is_some() || self.policy.is_some();
        if given && !matches!(action, Action::Start | Action::Cross) {
            return Err(CliError::usage("--propensity and --policy tell how a window was chosen")
                .hint("give them to `tracker alias start` or `cross`, which begin a window"));
        }
        Ok(())
    }

    /// Returns the notes of a row, with the choice in those of a before.
    pub(super) fn noted(&self, notes: String, phase: Phase) -> String {
        let choice = choice_note(self.policy.as_deref(), self.propensity);
        match (phase, choice.is_empty(), notes.is_empty()) {
            (Phase::Before, false, true) => choice,
            (Phase::Before, false, false) => format!("{notes} {choice}"),
            _ => notes,
        }
    }
}
