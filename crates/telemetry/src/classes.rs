//! What is GLM, what is the baseline and what went well: data, with the defaults of the contract.

use tracker_domain::ProxyEvent;

/// The side of a comparison that an event belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Side {
    /// What is compared against.
    Baseline,
    /// Routed to GLM.
    Glm,
    /// Neither; only when a baseline is named.
    Other,
}

impl Side {
    /// Returns the side as a word: `baseline`, `glm` or `other`.
    ///
    /// ```
    /// assert_eq!(tracker_telemetry::Side::Glm.as_str(), "glm");
    /// ```
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Glm => "glm",
            Self::Other => "other",
        }
    }
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Health {
    /// It went well.
    Healthy,
    /// It did not; also when no answer came.
    Failed,
    /// The proxy told no status, which is no error.
    Unknown,
    /// It is no request but a routing decision (a negative status).
    Decision,
}

/// The rules by which events are classed. Words are compared without regard to ASCII case.
///
/// ```
/// use tracker_domain::ProxyEvent;
/// use tracker_telemetry::{Classes, Health, Side};
/// let classes = Classes::default();
/// let side = |lane: &'static str, model: &'static str| {
///     classes.side(&ProxyEvent { lane: lane.into(), model: model.into(), ..ProxyEvent::default() })
/// };
/// assert_eq!([side("x", "GLM-4.6"), side("glm", "m"), side("", "z.ai/x")], [Side::Glm; 3]);
/// assert_eq!([side("baseline", "claude-xyz.2"), side("", "")], [Side::Baseline; 2]);
/// assert_eq!(["201", "Cached"].map(|status| classes.health(status)), [Health::Healthy; 2]);
/// assert_eq!(["500", "0", "fail"].map(|status| classes.health(status)), [Health::Failed; 3]);
/// assert_eq!((classes.health(""), classes.health("-1")), (Health::Unknown, Health::Decision));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classes {
    /// GLM: the model or the lane contains one of these words.
    pub glm_words: Vec<String>,
    /// GLM: the model starts with one of these.
    pub glm_model_prefixes: Vec<String>,
    /// Baseline: the model or the lane contains one of these words. Empty: all that is not GLM.
    pub baseline_words: Vec<String>,
    /// Statuses that went well: words, digits, or a class such as `2xx`.
    pub healthy: Vec<String>,
}

impl Default for Classes {
    fn default() -> Self {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        Self {
            glm_words: words(&["glm"]),
            glm_model_prefixes: words(&["z."]),
            baseline_words: Vec::new(),
            healthy: words(&["2xx", "ok", "success", "routed", "cached"]),
        }
    }
}

impl Classes {
    /// Returns the side of an event.
    #[must_use]
    pub fn side(&self, event: &ProxyEvent<'_>) -> Side {
        let named = |words: &[String]| {
            words.iter().any(|word| contains(&event.model, word) || contains(&event.lane, word))
        };
        let prefixed = |prefix: &String| {
            event.model.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        };
        if named(&self.glm_words) || self.glm_model_prefixes.iter().any(prefixed) {
            Side::Glm
        } else if self.baseline_words.is_empty() || named(&self.baseline_words) {
            Side::Baseline
        } else {
            Side::Other
        }
    }

    /// Returns how a request with this status ended.
    #[must_use]
    pub fn health(&self, status: &str) -> Health {
        let status = status.trim();
        if status.is_empty() {
            return Health::Unknown;
        }
        if status.strip_prefix('-').is_some_and(|rest| rest.parse::<u32>().is_ok_and(|code| code > 0)) {
            return Health::Decision;
        }
        if self.healthy.iter().any(|healthy| is_of(status, healthy)) {
            Health::Healthy
        } else {
            Health::Failed
        }
    }
}

/// Tells whether a status is the word, or of the class (`2xx`) that it names.
fn is_of(status: &str, healthy: &str) -> bool {
    if status.eq_ignore_ascii_case(healthy) {
        return true;
    }
    let class = healthy.strip_suffix("xx").or_else(|| healthy.strip_suffix("XX"));
    class.is_some_and(|class| {
        status.len() == 3 && status.starts_with(class) && status.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Tells whether `text` contains `word` without regard to ASCII case; an empty word is in no text.
fn contains(text: &str, word: &str) -> bool {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    !word.is_empty() && text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_baseline_leaves_the_rest_out() {
        let classes = Classes { baseline_words: vec!["Haiku".into()], ..Classes::default() };
        let side = |model: &str| {
            classes.side(&ProxyEvent { model: model.to_owned().into(), ..ProxyEvent::default() })
        };
        assert_eq!(side("anthropic/haiku"), Side::Baseline);
        assert_eq!(side("gpt-5"), Side::Other);
        assert_eq!(side("glm-haiku"), Side::Glm);
    }

    #[test]
    fn classes_of_statuses_are_whole_numbers_of_three_digits() {
        let classes = Classes::default();
        for (status, want) in [
            ("200", Health::Healthy),
            ("299", Health::Healthy),
            (" SUCCESS ", Health::Healthy),
            ("2000", Health::Failed),
            ("20", Health::Failed),
            ("2ab", Health::Failed),
            ("2xx", Health::Healthy),
            ("-0", Health::Failed),
            ("okay", Health::Failed),
        ] {
            assert_eq!(classes.health(status), want, "{status}");
        }
        let strict = Classes { healthy: vec!["200".into()], ..Classes::default() };
        assert_eq!(strict.health("201"), Health::Failed);
    }

    #[test]
    fn an_empty_word_names_nothing() {
        let classes = Classes { glm_words: vec![String::new()], ..Classes::default() };
        assert_eq!(classes.side(&ProxyEvent::default()), Side::Baseline);
    }
}
