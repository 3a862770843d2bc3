//! When to colour, and what a colour means.

use clap::ColorChoice;

/// Returns whether to colour a stream. `variable` looks up an environment variable.
///
/// The choice on the command line wins, then `NO_COLOR`, then `CLICOLOR_FORCE`, then the terminal itself; each
/// variable counts when it is set and not empty (<https://no-color.org>, <https://bixense.com/clicolors>).
pub(crate) fn allowed(
    choice: ColorChoice,
    variable: impl Fn(&str) -> Option<String>,
    is_terminal: bool,
) -> bool {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if set("NO_COLOR").is_some() => false,
        ColorChoice::Auto if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        ColorChoice::Auto => is_terminal && set("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// What a piece of text means; without colour all look the same, so the words must tell it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Style {
    /// No emphasis.
    Plain,
    /// A heading or a name that the eye should find.
    Strong,
    /// Detail.
    Faint,
    /// Good news: GO, ok.
    Good,
    /// Look here: SOFT GO, warnings.
    Caution,
    /// Bad news: NO-GO, damage, errors.
    Bad,
}

impl Style {
    /// Returns already escaped text between the style's SGR codes.
    pub(crate) fn paint(self, text: &str, colored: bool) -> String {
        let code = match self {
            _ if !colored => return text.to_owned(),
            Self::Plain => return text.to_owned(),
            Self::Strong => "1",
            Self::Faint => "2",
            Self::Good => "32",
            Self::Caution => "33",
            Self::Bad => "31",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precedence_of_flag_variables_and_terminal() {
        let with = |pairs: &'static [(&str, &str)]| {
            move |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        assert!(allowed(ColorChoice::Auto, with(&[]), true));
        assert!(!allowed(ColorChoice::Auto, with(&[]), false));
        assert!(!allowed(ColorChoice::Auto, with(&[("TERM", "dumb")]), true));
        assert!(!allowed(ColorChoice::Auto, with(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]), true));
        assert!(allowed(ColorChoice::Auto, with(&[("NO_COLOR", ""), ("CLICOLOR_FORCE", "1")]), false));
        assert!(!allowed(ColorChoice::Auto, with(&[("CLICOLOR_FORCE", "0")]), false));
        assert!(allowed(ColorChoice::Always, with(&[("NO_COLOR", "1")]), false));
        assert!(!allowed(ColorChoice::Never, with(&[("CLICOLOR_FORCE", "1")]), true));
    }
}
