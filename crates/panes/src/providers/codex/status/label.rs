//! Labels of the `/status` pane: which rows are limits, and of which meter.

use tracker_domain::{Meter, MeterId};

use crate::meter_name;

/// A label of a limit, without the name of the model family before it.
struct Known {
    label: &'static str,
    minutes: Option<u32>,
}

/// Longest first, since a label is matched by its end.
const KNOWN: [Known; 14] = [
    known("Hourly limit (\u{2248}5 hours window)", Some(meter_name::FIVE_HOURS)),
    known("Weekly limit (\u{2248}1 week window)", Some(meter_name::WEEK)),
    known("Secondary usage limit", None),
    known("Monthly credit limit", None),
    known("Monthly limit", Some(meter_name::MONTH)),
    known("Annual limit", Some(365 * 24 * 60)),
    known("Weekly limit", Some(meter_name::WEEK)),
    known("Daily limit", Some(24 * 60)),
    known("Usage limit", None),
    known("24h limit", Some(24 * 60)),
    known("5h limit", Some(meter_name::FIVE_HOURS)),
    known("5h Limit", Some(meter_name::FIVE_HOURS)),
    known("Weekly Limit", Some(meter_name::WEEK)),
    // Printed for windows of 30, 60 and 90 minutes alike.
    known("1h limit", None),
];

const fn known(label: &'static str, minutes: Option<u32>) -> Known {
    Known { label, minutes }
}

/// Rows of the pane that are no limits.
const ABOUT: [&str; 21] = [
    "Model",
    "Model provider",
    "Directory",
    "Approval",
    "Sandbox",
    "Permissions",
    "Agents.md",
    "Account",
    "Session",
    "Thread name",
    "Collaboration mode",
    "Token usage",
    "Token Usage",
    "Context window",
    "Credits",
    "Limits",
    "Warning",
    "Notice",
    "Spend cap",
    "ChatGPT workspace",
    "Server",
];

/// What a label stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label<'a> {
    /// A row about the session.
    About(&'a str),
    /// A limit; `family` is the model family printed before it, or empty.
    Limit { family: &'a str, name: &'static str, minutes: Option<u32> },
    /// A row `NAME limit:` which, without a value, owns the rows below it.
    Group(&'a str),
}

/// Tells what a label stands for; `None` when it is none of this pane.
pub(super) fn label(text: &str) -> Option<Label<'_>> {
    // A capture may have lost its blanks: "5hlimit", "SparkWeeklylimit".
    let glued = !text.contains(' ');
    if let Some(about) = ABOUT.iter().find(|a| **a == text || (glued && strip_end(text, a) == Some(""))) {
        return Some(Label::About(about));
    }
    for known in &KNOWN {
        let family = if glued { strip_end(text, known.label) } else { text.strip_suffix(known.label) };
        if let Some(family) = family
            && (family.is_empty() || family.ends_with(' ') || (glued && ends_a_name(family)))
            && is_name(family.trim())
        {
            return Some(Label::Limit { family: family.trim(), name: known.label, minutes: known.minutes });
        }
    }
    let name = text
        .strip_suffix(" limit")
        .or_else(|| text.strip_suffix("limit").filter(|name| ends_a_name(name)))?;
    (!name.is_empty() && is_name(name)).then_some(Label::Group(name))
}

/// Strips a label without its blanks from the end of a text without blanks.
fn strip_end<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    label.rsplit(' ').try_fold(text, |rest, word| rest.strip_suffix(word))
}

/// Tells whether a name may end here; the digit of "15hlimit" may not.
fn ends_a_name(name: &str) -> bool {
    name.ends_with(char::is_alphabetic)
}

/// Model families are short and of letters, digits, blanks, dots, dashes and underscores; prose and banners are not.
fn is_name(name: &str) -> bool {
    name.len() <= 48 && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '.' | '-' | '_'))
}

/// Returns the meter of a limit row; `group` is the family whose header stands above it.
pub(super) fn meter(family: &str, name: &str, minutes: Option<u32>, group: Option<&str>) -> Meter {
    let scope = if family.is_empty() { group.unwrap_or("") } else { family };
    let base = match (minutes, name) {
        (Some(minutes), _) => meter_name::by_minutes(minutes),
        (None, "1h limit") => meter_name::by_minutes(60),
        (None, _) => MeterId::slug(name),
    };
    let mut meter = if scope.is_empty() {
        Meter::new(base, name)
    } else {
        Meter::new(MeterId::scoped(&base, scope), format!("{scope} {name}"))
    };
    meter.window_minutes = minutes;
    meter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_known_by_the_end_of_its_label() {
        let weekly = |family| Some(Label::Limit { family, name: "Weekly limit", minutes: Some(10_080) });
        assert_eq!(label("Weekly limit"), weekly(""));
        assert_eq!(label("Luna Reserve Weekly limit"), weekly("Luna Reserve"));
        assert_eq!(label("premium limit"), Some(Label::Group("premium")));
        assert_eq!(label("Account"), Some(Label::About("Account")));
        assert_eq!(label("\u{26a0} weekly limit"), None);
        assert_eq!(label("Biweekly limit"), Some(Label::Group("Biweekly")));
        assert_eq!(label("Weeklylimit"), weekly(""));
        assert_eq!(label("SparkWeeklylimit"), weekly("Spark"));
        assert_eq!(label("Contextwindow"), Some(Label::About("Context window")));
        assert_eq!(label("15hlimit"), Some(Label::Group("15h")));
    }

    #[test]
    fn a_family_owns_its_meters() {
        assert_eq!(meter("", "5h limit", Some(300), Some("Spark")).id.as_str(), "5h:spark");
        assert_eq!(meter("Spark", "Weekly limit", Some(10_080), None).id.as_str(), "weekly:spark");
        assert_eq!(meter("", "Monthly credit limit", None, None).id.as_str(), "monthly-credit-limit");
    }
}
