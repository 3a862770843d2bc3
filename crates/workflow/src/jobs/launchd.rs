//! Agents of launchd (launchd.plist(5)): a property list a job.

use std::fmt::Write as _;

use chrono::{Datelike, Timelike};

use super::{Entry, Scene, Timing, UnitFile, Unquotable, printable};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
                    \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n";

/// Returns an agent for each entry. launchd starts what it slept through when the machine wakes.
///
/// # Errors
/// [`Unquotable`].
pub fn agents(entries: &[Entry], scene: &Scene) -> Result<Vec<UnitFile>, Unquotable> {
    entries.iter().map(|entry| agent(entry, scene)).collect()
}

fn agent(entry: &Entry, scene: &Scene) -> Result<UnitFile, Unquotable> {
    let label = format!("tracker.{}", entry.name);
    // Two hyphens would end the comment.
    let about = escaped(&entry.about)?.replace("--", "- -");
    let mut text = format!("{HEAD}<!-- {about} -->\n<dict>\n");
    string(&mut text, "Label", &label)?;
    text.push_str("  <key>ProgramArguments</key>\n  <array>\n");
    for word in &entry.command {
        let _ = writeln!(text, "    <string>{}</string>", escaped(word)?);
    }
    text.push_str("  </array>\n");
    string(&mut text, "WorkingDirectory", &scene.dir)?;
    text.push_str("  <key>EnvironmentVariables</key>\n  <dict>\n");
    for (name, value) in &scene.variables {
        let _ = writeln!(text, "    <key>{}</key><string>{}</string>", escaped(name)?, escaped(value)?);
    }
    text.push_str("  </dict>\n");
    timing(&mut text, entry.timing, scene);
    text.push_str("</dict>\n</plist>\n");
    Ok(UnitFile { name: format!("{label}.plist"), text })
}

fn timing(text: &mut String, timing: Timing, scene: &Scene) {
    let at = match timing {
        Timing::Every(minutes) => {
            let _ = writeln!(text, "  <key>StartInterval</key>\n  <integer>{}</integer>", minutes * 60);
            return;
        }
        Timing::Daily(at) | Timing::Weekly(at) => at.with_timezone(&scene.zone),
    };
    text.push_str("  <key>StartCalendarInterval</key>\n  <dict>\n");
    if let Timing::Weekly(_) = timing {
        let day = at.weekday().num_days_from_sunday();
        let _ = writeln!(text, "    <key>Weekday</key><integer>{day}</integer>");
    }
    let _ = writeln!(text, "    <key>Hour</key><integer>{}</integer>", at.hour());
    let _ = writeln!(text, "    <key>Minute</key><integer>{}</integer>", at.minute());
    text.push_str("  </dict>\n");
}

fn string(text: &mut String, key: &str, value: &str) -> Result<(), Unquotable> {
    let _ = writeln!(text, "  <key>{key}</key>\n  <string>{}</string>", escaped(value)?);
    Ok(())
}

fn escaped(text: &str) -> Result<String, Unquotable> {
    let text = printable(text)?.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    Ok(text.replace('"', "&quot;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene() -> Scene {
        Scene {
            dir: "/srv/a&b <c>".to_owned(),
            variables: vec![("PATH".to_owned(), "/bin".to_owned())],
            zone: chrono_tz::Asia::Singapore,
        }
    }

    fn entry(timing: Timing) -> Entry {
        Entry {
            name: "job".to_owned(),
            about: "runs --due".to_owned(),
            timing,
            command: ["/t", "x&y"].map(str::to_owned).into(),
        }
    }

    #[test]
    fn text_is_escaped_and_times_are_local() {
        let at = "2026-11-25T21:11:00Z".parse().unwrap();
        let text = agent(&entry(Timing::Weekly(at)), &scene()).unwrap().text;
        for part in [
            "<string>/srv/a&amp;b &lt;c&gt;</string>",
            "<string>x&amp;y</string>",
            "<key>Weekday</key><integer>4</integer>",
            "<key>Hour</key><integer>5</integer>",
            "<!-- runs - -due -->",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        let every = agent(&entry(Timing::Every(5)), &scene()).unwrap().text;
        assert!(every.contains("<key>StartInterval</key>\n  <integer>300</integer>"), "{every}");
    }
}
