//! Units of systemd (systemd.service(5), systemd.timer(5), systemd.syntax(7)): a service and a timer a job.

use std::fmt::Write as _;

use chrono::{Datelike, Timelike};

use super::{Entry, Scene, Timing, UnitFile, Unquotable, printable, short};

/// Returns a service and a timer for each entry. A timer that could not fire while the machine slept fires after.
///
/// # Errors
/// [`Unquotable`].
pub fn units(entries: &[Entry], scene: &Scene) -> Result<Vec<UnitFile>, Unquotable> {
    let mut files = Vec::new();
    for entry in entries {
        let stem = format!("tracker-{}", entry.name);
        files.push(UnitFile { name: format!("{stem}.service"), text: service(entry, scene)? });
        files.push(UnitFile { name: format!("{stem}.timer"), text: timer(entry)? });
    }
    Ok(files)
}

fn service(entry: &Entry, scene: &Scene) -> Result<String, Unquotable> {
    let mut text = format!("[Unit]\nDescription={}\n\n[Service]\nType=oneshot\n", described(entry)?);
    let _ = writeln!(text, "WorkingDirectory={}", percent(printable(&scene.dir)?));
    for (name, value) in &scene.variables {
        // In an assignment a dollar sign stands for itself.
        let _ = writeln!(text, "Environment={}", quoted(&format!("{name}={value}"))?);
    }
    let words: Result<Vec<String>, Unquotable> =
        entry.command.iter().map(|word| Ok(quoted(word)?.replace('$', "$$"))).collect();
    let _ = writeln!(text, "ExecStart={}", words?.join(" "));
    Ok(text)
}

fn timer(entry: &Entry) -> Result<String, Unquotable> {
    let when = match entry.timing {
        Timing::Daily(at) => format!("*-*-* {:02}:{:02}:00 UTC", at.hour(), at.minute()),
        Timing::Weekly(at) => {
            format!("{} *-*-* {:02}:{:02}:00 UTC", short(at.weekday()), at.hour(), at.minute())
        }
        Timing::Every(60) => "*:00".to_owned(),
        Timing::Every(minutes) => format!("*:00/{minutes}"),
    };
    Ok(format!(
        "[Unit]\nDescription={}\n\n[Timer]\nOnCalendar={when}\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n",
        described(entry)?
    ))
}

fn described(entry: &Entry) -> Result<String, Unquotable> {
    // A backslash at the end would join the next line to it.
    let about = printable(&entry.about)?.replace('\\', "/");
    Ok(percent(&format!("tracker {}: {about}", entry.name)))
}

/// A percent sign begins a specifier.
fn percent(text: &str) -> String {
    text.replace('%', "%%")
}

/// Quotes a word of a command or an assignment.
fn quoted(word: &str) -> Result<String, Unquotable> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-=:,+@$".contains(c);
    let word = printable(word)?;
    if !word.is_empty() && word.chars().all(plain) {
        return Ok(word.to_owned());
    }
    Ok(format!("\"{}\"", percent(&word.replace('\\', "\\\\").replace('"', "\\\""))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(timing: Timing, tool: &str) -> Entry {
        Entry {
            name: "job".to_owned(),
            about: "100% of \"it\" \\".to_owned(),
            timing,
            command: [tool, "jobs", "run", "job"].map(str::to_owned).into(),
        }
    }

    fn scene() -> Scene {
        Scene {
            dir: "/srv/a b/50%".to_owned(),
            variables: vec![("PATH".to_owned(), "/opt/my tools:/bin".to_owned())],
            zone: chrono_tz::UTC,
        }
    }

    #[test]
    fn words_are_quoted_and_specifiers_are_not() {
        let text = service(&entry(Timing::Every(5), "/opt/a \"b\"/$HOME/track%er"), &scene()).unwrap();
        assert!(text.contains("\nWorkingDirectory=/srv/a b/50%%\n"), "{text}");
        assert!(text.contains("\nEnvironment=\"PATH=/opt/my tools:/bin\"\n"), "{text}");
        assert!(text.contains("\nExecStart=\"/opt/a \\\"b\\\"/$$HOME/track%%er\" jobs run job\n"), "{text}");
        assert!(text.contains("\nDescription=tracker job: 100%% of \"it\" /\n"), "{text}");
    }

    #[test]
    fn timers_name_the_zone_and_catch_up() {
        let at = "2026-11-25T21:11:00Z".parse().unwrap();
        let when = |timing| {
            let text = timer(&entry(timing, "/t")).unwrap();
            assert!(text.contains("Persistent=true"));
            text.lines().find_map(|line| line.strip_prefix("OnCalendar=")).unwrap().to_owned()
        };
        assert_eq!(when(Timing::Daily(at)), "*-*-* 21:11:00 UTC");
        assert_eq!(when(Timing::Weekly(at)), "Wed *-*-* 21:11:00 UTC");
        assert_eq!((when(Timing::Every(5)), when(Timing::Every(60))), ("*:00/5".into(), "*:00".into()));
    }

    #[test]
    fn a_line_end_is_refused() {
        let bad = entry(Timing::Every(5), "/t\nExecStart=/bin/evil");
        assert!(service(&bad, &scene()).is_err());
    }
}
