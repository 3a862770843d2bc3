//! A task of the plan: its name, its tokens, its feature file.

use std::str::FromStr;

use super::PlanError;

/// One piece of work of the next session.
///
/// ```
/// use tracker_workflow::plan::Task;
/// let task: Task = "Capture script:45K:features/capture.feature".parse().unwrap();
/// assert_eq!((task.name.as_str(), task.tokens), ("Capture script", 45_000));
/// assert_eq!(task.feature.as_deref(), Some("features/capture.feature"));
/// assert!("Capture script".parse::<Task>().is_err(), "no budget");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// What is to be done, on one line.
    pub name: String,
    /// Its budget in tokens, at least 1.
    pub tokens: u64,
    /// Its feature file as given; `None` until one is made for it.
    pub feature: Option<String>,
    /// What it leaves behind, besides its feature file.
    pub artefacts: Vec<String>,
}

impl FromStr for Task {
    type Err = PlanError;

    /// Reads `name:tokens` or `name:tokens:feature-file`; the name may hold colons.
    fn from_str(text: &str) -> Result<Self, PlanError> {
        let wrong = || PlanError::Task(text.to_owned());
        let (head, last) = text.rsplit_once(':').ok_or_else(wrong)?;
        let (name, count, feature) = match (tokens(last), head.rsplit_once(':')) {
            (Ok(count), _) => (head, count, None),
            (Err(_), Some((name, count))) => (name, tokens(count)?, Some(last.trim())),
            (Err(cause), None) => return Err(cause),
        };
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() || feature.is_some_and(str::is_empty) {
            return Err(wrong());
        }
        Ok(Self { name, tokens: count, feature: feature.map(str::to_owned), artefacts: Vec::new() })
    }
}

/// Reads a number of tokens: `45000`, `45,000`, `45_000`, `45K`, `1.5M`; at least 1.
///
/// ```
/// use tracker_workflow::plan::tokens;
/// assert_eq!(tokens("1.5M"), Ok(1_500_000));
/// assert!(tokens("0").is_err() && tokens("-5").is_err() && tokens("soon").is_err());
/// ```
///
/// # Errors
/// [`PlanError::Tokens`]: anything else, or a part of a token.
pub fn tokens(text: &str) -> Result<u64, PlanError> {
    let wrong = || PlanError::Tokens(text.trim().to_owned());
    let plain: String = text.trim().chars().filter(|c| !matches!(c, '_' | ',')).collect();
    let (digits, scale) = match plain.chars().last().map(|c| c.to_ascii_lowercase()) {
        Some('k') => (&plain[..plain.len() - 1], 1_000_u64),
        Some('m') => (&plain[..plain.len() - 1], 1_000_000),
        _ => (plain.as_str(), 1),
    };
    let (whole, part) = digits.trim_end().split_once('.').unwrap_or((digits.trim_end(), ""));
    let all_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(part) || digits.ends_with('.') {
        return Err(wrong());
    }
    let places = u32::try_from(part.len()).map_err(|_| wrong())?;
    let unit = 10_u64.checked_pow(places).filter(|unit| scale % unit == 0).ok_or_else(wrong)?;
    let part: u64 = if part.is_empty() { 0 } else { part.parse().map_err(|_| wrong())? };
    let whole: u64 = whole.parse().map_err(|_| wrong())?;
    let count = whole.checked_mul(scale).and_then(|sum| sum.checked_add(part * (scale / unit)));
    count.filter(|&count| count > 0).ok_or_else(wrong)
}

/// Returns a name for files: lower-case letters, digits and `_`, at most 60 of them.
///
/// ```
/// assert_eq!(tracker_workflow::plan::slug("Codex `/status` script (v2)"), "codex_status_script_v2");
/// assert_eq!(tracker_workflow::plan::slug("../.."), "task");
/// ```
#[must_use]
pub fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let joined: String = words.collect::<Vec<_>>().join("_").chars().take(60).collect();
    let joined = joined.trim_end_matches('_');
    if joined.is_empty() { "task".to_owned() } else { joined.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_in_every_shape() {
        for (text, count) in [
            ("45000", 45_000),
            ("45,000", 45_000),
            ("45_000", 45_000),
            (" 45k ", 45_000),
            ("0.5K", 500),
            ("2M", 2_000_000),
        ] {
            assert_eq!(tokens(text), Ok(count), "{text}");
        }
        for text in [
            "",
            "k",
            "1.",
            ".5k",
            "1.5",
            "1e3",
            "\u{661}",
            "99999999999999999999",
            "9999999999999999999M",
            "1.00001k",
            "0k",
        ] {
            assert_eq!(tokens(text), Err(PlanError::Tokens(text.into())), "{text}");
        }
    }

    #[test]
    fn names_may_hold_colons_and_no_line_end() {
        let task: Task = "Phase 1:\nclose: 45K".parse().unwrap();
        assert_eq!((task.name.as_str(), task.tokens, task.feature), ("Phase 1: close", 45_000, None));
        let task: Task = "a:b:1K:features/a.feature".parse().unwrap();
        assert_eq!((task.name.as_str(), task.feature.as_deref()), ("a:b", Some("features/a.feature")));
        for wrong in ["a", "a:", ":5", "a:b", "a:5:", "a:b:c"] {
            assert!(wrong.parse::<Task>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn slugs_are_names_of_files() {
        assert_eq!(slug("\u{dc}ber  uns"), "\u{fc}ber_uns");
        assert_eq!(slug(&"a".repeat(99)).len(), 60);
    }
}
