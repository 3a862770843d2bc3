//! How a request ended, in words or as an HTTP status.

use serde_json::value::RawValue;

use crate::json;

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// A routing decision and no request yet (-1).
    Decision,
    /// No answer came (0).
    NoAnswer,
    /// Any 2xx, or a word for it.
    Ok,
    /// Any other answer.
    Failed,
    /// Nothing said.
    Unknown,
}

/// Words for a request that went well.
const OK: &[&str] = &["ok", "success", "succeeded", "routed", "cached"];

impl Status {
    /// Reads a status that is a number, a number in quotes or a word.
    pub(super) fn of(raw: &RawValue) -> Self {
        if let Some(code) = json::number(raw) {
            return Self::of_code(code);
        }
        match json::text(raw) {
            Some(word) if word.trim().is_empty() => Self::Unknown,
            Some(word) if OK.iter().any(|ok| ok.eq_ignore_ascii_case(word.trim())) => Self::Ok,
            Some(_) => Self::Failed,
            None => Self::Unknown,
        }
    }

    pub(super) fn of_code(code: f64) -> Self {
        match code {
            code if code < 0.0 => Self::Decision,
            0.0 => Self::NoAnswer,
            code if (200.0..300.0).contains(&code) => Self::Ok,
            code if code >= 300.0 => Self::Failed,
            _ => Self::Unknown,
        }
    }

    /// Tells whether an upstream was asked and something came back.
    pub(super) fn is_request(self) -> bool {
        !matches!(self, Self::Decision | Self::NoAnswer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_mean_the_same() {
        for (text, want) in [
            ("200", Status::Ok),
            ("\"204\"", Status::Ok),
            ("\"Success\"", Status::Ok),
            ("\"routed\"", Status::Ok),
            ("-1", Status::Decision),
            ("0", Status::NoAnswer),
            ("429", Status::Failed),
            ("\"failure\"", Status::Failed),
            ("\"\"", Status::Unknown),
            ("{}", Status::Unknown),
        ] {
            assert_eq!(Status::of(serde_json::from_str(text).unwrap()), want, "{text}");
        }
    }
}
