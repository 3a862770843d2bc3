//! Titles of the sections of a `/usage` pane.

use tracker_domain::{Meter, MeterId};

use crate::meter_name::{FIVE_HOURS, WEEK};

/// What a section is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Title<'a> {
    /// The five-hour limit.
    Session,
    /// The weekly limit of all models.
    Week,
    /// The weekly limit of one model, by its scope as printed (`Sonnet only`).
    ScopedWeek(&'a str),
    /// A weekly section whose scope lost letters: it may be any.
    GarbledWeek(&'a str),
    /// Money beyond the plan; no limit of the plan.
    Extra(&'a str),
    /// Any other bar, by the line above it.
    Other(&'a str),
}

/// Reads a title at the start of a line and returns what follows it. Blanks may be lost.
pub(super) fn title(line: &str) -> Option<(Title<'_>, &str)> {
    limit(line).filter(|(_, rest)| ends_title(rest)).or_else(|| money(line))
}

/// A title ends its line, or its bar, number or reset follows; "current session configuration" is prose.
fn ends_title(rest: &str) -> bool {
    let rest = rest.trim_start();
    let reset = rest.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("reset"));
    reset || !rest.starts_with(char::is_alphabetic)
}

fn limit(line: &str) -> Option<(Title<'_>, &str)> {
    if let Some(rest) = session(line) {
        return Some((Title::Session, rest));
    }
    let rest = skip(line, "currentweek")?;
    let Some(scoped) = rest.trim_start().strip_prefix('(') else { return Some((Title::Week, rest)) };
    Some(match scoped.split_once(')') {
        Some((scope, rest)) => (week(scope.trim()), rest),
        // A narrow terminal cut the scope: what is left of it may tell that it is all models.
        None => (if begins_all_models(scoped) { Title::Week } else { Title::GarbledWeek(scoped.trim()) }, ""),
    })
}

/// Tells whether a scope without its end can be no other than that of all models.
fn begins_all_models(scope: &str) -> bool {
    let plain: String = scope.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    plain.len() > 3 && "allmodels".starts_with(&plain)
}

fn money(line: &str) -> Option<(Title<'_>, &str)> {
    for name in ["Extra usage", "Usage credits"] {
        if let Some(rest) = line.strip_prefix(name) {
            let after = rest.trim_start();
            return (after.is_empty() || after.starts_with('\u{b7}') || after.starts_with(is_bar))
                .then_some((Title::Extra(name), rest));
        }
    }
    None
}

fn week(scope: &str) -> Title<'_> {
    let plain: String = scope.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    match plain.as_str() {
        "allmodels" => Title::Week,
        _ if lost_one_letter(&plain, "allmodels") => Title::GarbledWeek(scope),
        _ => Title::ScopedWeek(scope),
    }
}

/// Tells whether a line is the session's title without its first letters: what stands left of it was clipped off.
pub(super) fn is_clipped(line: &str) -> bool {
    session(line).is_some() && !line.starts_with(['C', 'c'])
}

/// The session title may have lost its first letters to a clipped capture, or one letter to a redraw.
fn session(line: &str) -> Option<&str> {
    const NAME: &str = "currentsession";
    let clipped = (0..=4).filter_map(|n| NAME.get(n..)).find_map(|name| skip(line, name));
    clipped.or_else(|| {
        (1..NAME.len()).find_map(|n| {
            let (head, tail) = (NAME.get(..n)?, NAME.get(n + 1..)?);
            skip(line, head).and_then(|rest| skip(rest, tail))
        })
    })
}

/// Skips `name` (lower case, without blanks) at the start of a line, whatever its case and blanks.
fn skip<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let mut wanted = name.chars().peekable();
    for (at, c) in line.char_indices() {
        match wanted.peek() {
            None => return line.get(at..),
            Some(_) if c.is_whitespace() => {}
            Some(want) if c.to_ascii_lowercase() == *want => {
                wanted.next();
            }
            Some(_) => return None,
        }
    }
    wanted.peek().is_none().then_some("")
}

fn lost_one_letter(text: &str, whole: &str) -> bool {
    text.len() + 1 == whole.len()
        && (0..whole.len()).any(|n| {
            whole.get(..n).zip(whole.get(n + 1..)).is_some_and(|(a, b)| text.strip_prefix(a) == Some(b))
        })
}

/// Cells of a bar: full and partial blocks, and the shades of other renderers.
pub(super) fn is_bar(c: char) -> bool {
    matches!(c, '\u{2580}'..='\u{2595}')
}

/// Returns the meter of a section; `None` when it cannot be told which it is.
pub(super) fn meter(title: Title<'_>) -> Option<Meter> {
    Some(match title {
        Title::Session => Meter::new(MeterId::FIVE_HOURS, "Current session").with_window_minutes(FIVE_HOURS),
        Title::Week => Meter::new(MeterId::WEEKLY, "Current week (all models)").with_window_minutes(WEEK),
        Title::ScopedWeek(scope) => {
            let model = scope.strip_suffix("only").unwrap_or(scope);
            Meter::new(MeterId::scoped_weekly(model), format!("Current week ({scope})"))
                .with_window_minutes(WEEK)
        }
        Title::Extra(name) => Meter::new(MeterId::slug("extra usage"), name),
        Title::Other(label) => Meter::new(MeterId::slug(label), label),
        Title::GarbledWeek(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_known_with_its_blanks_lost_or_its_start_clipped() {
        assert_eq!(title("Current session"), Some((Title::Session, "")));
        assert_eq!(title("Curretsession"), Some((Title::Session, "")));
        assert_eq!(title("rrent session"), Some((Title::Session, "")));
        assert_eq!(title("Currentweek(allmodels)"), Some((Title::Week, "")));
        assert_eq!(title("Current week"), Some((Title::Week, "")));
        assert_eq!(title("Session"), None);
        assert_eq!(title("rent session configuration"), None);
        assert_eq!(title("Current session Resets 3pm"), Some((Title::Session, " Resets 3pm")));
        assert!(is_clipped("rrent session") && !is_clipped("Curretsession") && !is_clipped("Current week"));
    }

    #[test]
    fn a_model_of_its_own_never_is_the_week_of_all_models() {
        assert_eq!(title("Current week (Sonnet only)"), Some((Title::ScopedWeek("Sonnet only"), "")));
        assert_eq!(meter(Title::ScopedWeek("Sonnet only")).unwrap().id.as_str(), "weekly:sonnet");
        assert_eq!(title("Current week (Sonnet"), Some((Title::GarbledWeek("Sonnet"), "")));
        assert_eq!(title("Current week (al"), Some((Title::GarbledWeek("al"), "")));
        assert_eq!(title("Current week (all mod"), Some((Title::Week, "")));
        assert_eq!(title("Current week (all modls)"), Some((Title::GarbledWeek("all modls"), "")));
        assert_eq!(
            title("Current week (Opus) \u{b7} Resets 7pm"),
            Some((Title::ScopedWeek("Opus"), " \u{b7} Resets 7pm"))
        );
    }

    #[test]
    fn money_is_a_title_only_above_its_own_bar() {
        assert!(title("Extra usage").is_some() && title("Usage credits \u{b7} $1 / $2 spent").is_some());
        assert_eq!(title("Extra usage not enabled"), None);
        assert_eq!(title("Usage credits are off"), None);
    }
}
