//! A crontab (crontab(5)): five fields in the machine's zone, then a line for `sh`.

use std::fmt::Write as _;

use chrono::{Datelike, Timelike};

use super::{Entry, Scene, Timing, UnitFile, Unquotable, printable};

/// Returns the lines for a crontab, as one file.
///
/// Every cron takes times in the machine's zone and no other; a change of clocks moves them by an hour, and the entry
/// that catches up evens that out.
///
/// # Errors
/// [`Unquotable`].
pub fn crontab(entries: &[Entry], scene: &Scene) -> Result<UnitFile, Unquotable> {
    let mut text = format!(
        "# Standing jobs of tracker, for `crontab -e`. Times are those of {}.\n# Made by `tracker jobs render`; \
         after a move of the resets make it again.\n",
        scene.zone
    );
    for (name, value) in &scene.variables {
        let _ = writeln!(text, "{name}=\"{}\"", printable(value)?.replace('"', ""));
    }
    for entry in entries {
        let words: Result<Vec<String>, Unquotable> = entry.command.iter().map(|word| quoted(word)).collect();
        let _ = writeln!(
            text,
            "\n# {}: {}\n{} cd {} && {}",
            entry.name,
            printable(&entry.about)?,
            fields(entry.timing, scene),
            quoted(&scene.dir)?,
            words?.join(" ")
        );
    }
    Ok(UnitFile { name: "tracker.crontab".to_owned(), text })
}

fn fields(timing: Timing, scene: &Scene) -> String {
    match timing {
        Timing::Daily(at) => {
            let local = at.with_timezone(&scene.zone);
            format!("{} {} * * *", local.minute(), local.hour())
        }
        Timing::Weekly(at) => {
            let local = at.with_timezone(&scene.zone);
            let day = local.weekday().num_days_from_sunday();
            format!("{} {} * * {day}", local.minute(), local.hour())
        }
        Timing::Every(60) => "0 * * * *".to_owned(),
        Timing::Every(minutes) => format!("*/{minutes} * * * *"),
    }
}

/// Quotes a word for `sh` in a crontab, where `%` would end the line.
fn quoted(word: &str) -> Result<String, Unquotable> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-=:,+@".contains(c);
    let word = printable(word)?;
    if !word.is_empty() && word.chars().all(plain) {
        return Ok(word.to_owned());
    }
    // Within quotes cron keeps the backslash before `%`, so the quotes are closed around it.
    Ok(format!("'{}'", word.replace('\'', "'\\''").replace('%', "'\\%'")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene() -> Scene {
        Scene {
            dir: "/srv/a b/100% o'clock".to_owned(),
            variables: vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())],
            zone: chrono_tz::Europe::Berlin,
        }
    }

    fn entry(timing: Timing) -> Entry {
        Entry {
            name: "job".to_owned(),
            about: "does it".to_owned(),
            timing,
            command: ["/usr/bin/tracker", "jobs", "run", "job"].map(str::to_owned).into(),
        }
    }

    #[test]
    fn times_are_local_and_words_are_quoted() {
        let at = "2026-11-25T21:11:00Z".parse().unwrap();
        let all = [Timing::Daily(at), Timing::Weekly(at), Timing::Every(5), Timing::Every(60)].map(entry);
        let text = crontab(&all, &scene()).unwrap().text;
        let jobs: Vec<&str> = text.lines().filter(|line| line.contains(" cd ")).collect();
        let command = "cd '/srv/a b/100'\\%' o'\\''clock' && /usr/bin/tracker jobs run job";
        let expected = ["11 22 * * *", "11 22 * * 3", "*/5 * * * *", "0 * * * *"];
        assert_eq!(jobs, expected.map(|fields| format!("{fields} {command}")));
        assert!(text.contains("\nPATH=\"/usr/bin:/bin\"\n"));
    }

    #[test]
    fn a_line_end_is_refused() {
        let mut scene = scene();
        scene.dir = "/srv/a\n* * * * * evil".to_owned();
        assert_eq!(crontab(&[entry(Timing::Every(5))], &scene), Err(Unquotable(scene.dir.clone())));
    }
}
