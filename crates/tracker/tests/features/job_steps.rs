//! Steps about standing jobs and calendars: settings, locks, and other programs' opinion of what was rendered.

use std::fs;
use std::path::Path;

use cucumber::{given, then, when};

use super::pane;
use super::world::{DATA, World};

#[given(
    regex = r"^a window (\S+) of codex is open whose 5h bar resets at (\d\d):(\d\d) and whose week resets on (\d+ \w+) at (\d\d:\d\d)$"
)]
fn open(world: &mut World, window: String, hour: u32, minute: u32, day: String, time: String) {
    let reset = world.env.now().date_naive().and_hms_opt(hour, minute, 0).expect("a time").and_utc();
    world.five_reset = Some(reset);
    let session = world.next_session();
    let text = pane::codex(3, reset, 10, &session).replace("14:46 on 27 Nov", &format!("{time} on {day}"));
    world.run(&format!("tracker alias start codex --window {window}"), Some(&text));
    let _ = world.last().success();
}

#[given(regex = r#"^the settings say "(.+)"$"#)]
fn settings(world: &mut World, text: String) {
    world.env.write("tracker.toml", text.replace("\\n", "\n"));
}

#[given(regex = r"^somebody holds the lock of the job (\S+)$")]
fn locked(world: &mut World, job: String) {
    let path = world.env.work().join(DATA).join("jobs").join(format!("{job}.lock"));
    let held = tracker_ledger::try_hold(&path).expect("a lock").expect("nobody else holds it");
    // It is held as long as the tests run: a scenario has a folder of its own.
    Box::leak(Box::new(held));
}

/// The text of a file of the world, with the same name for its folder as in outputs.
fn text(world: &World, path: &str) -> String {
    let work = world.env.work();
    let root = work.parent().expect("a parent").canonicalize().expect("it is there");
    let shown = world.env.read(path).replace(&*root.to_string_lossy(), "$TEST_ENV");
    shown.replace(&*work.parent().expect("a parent").to_string_lossy(), "$TEST_ENV")
}

#[then(regex = r#"^the file "([^"]+)" says "(.+)"$"#)]
fn file_says(world: &mut World, path: String, wanted: String) {
    let text = text(world, &path);
    assert!(text.contains(&wanted), "no {wanted:?} in\n{text}");
}

#[then(regex = r#"^the data dir holds no "([^"]+)"$"#)]
fn holds_no(world: &mut World, file: String) {
    assert!(!world.env.work().join(DATA).join(&file).exists(), "{file} was made");
}

#[then(regex = r#"^the files "([^"]+)" and "([^"]+)" are equal$"#)]
fn equal(world: &mut World, one: String, two: String) {
    let (one, two) = (world.env.read(one), world.env.read(two));
    assert!(!one.is_empty() && one == two, "they differ");
}

/// Runs a command as cron does: five fields off, `\%` is a percent sign, the variables of the file and `HOME`, `sh`.
#[when(regex = r#"^cron runs the entry (\S+) of "([^"]+)"$"#)]
fn cron(world: &mut World, job: String, folder: String) {
    let text = world.env.read(format!("{folder}/tracker.crontab"));
    let entry = text.lines().skip_while(|line| !line.starts_with(&format!("# {job}:"))).nth(1);
    let command = entry.and_then(|line| line.splitn(6, ' ').nth(5)).expect("an entry of six parts");
    let variables = text.lines().filter_map(|line| line.split_once("=\""));
    let variables = variables.filter(|(name, _)| !name.contains(' '));
    let variables =
        variables.map(|(name, value)| format!("{name}={}", value.trim_end_matches('"'))).collect();
    bare(world, variables, &["/bin/sh", "-c", &command.replace("\\%", "%")], None);
}

/// Runs a service as systemd does: its folder, its variables, its words without a shell.
#[when(regex = r#"^systemd runs the entry (\S+) of "([^"]+)"$"#)]
fn service(world: &mut World, job: String, folder: String) {
    let text = world.env.read(format!("{folder}/tracker-{job}.service"));
    let values = |key: &str| -> Vec<String> {
        text.lines().filter_map(|line| line.strip_prefix(key)).map(|value| value.replace("%%", "%")).collect()
    };
    let variables = values("Environment=").iter().flat_map(|value| unit_words(value)).collect();
    let words = unit_words(&values("ExecStart=").concat().replace("$$", "$"));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    bare(world, variables, &words, Some(&values("WorkingDirectory=").concat()));
}

/// Splits as systemd.syntax(7): blanks part words, double quotes hold them together, a backslash takes what follows.
fn unit_words(text: &str) -> Vec<String> {
    let (mut words, mut quoted, mut escaped) = (vec![String::new()], false, false);
    for c in text.chars() {
        let word = words.last_mut().expect("there is always one");
        match c {
            _ if escaped => {
                word.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => word.push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Runs words with these variables and no others; of the world only its clock is left.
fn bare(world: &mut World, variables: Vec<String>, words: &[&str], folder: Option<&str>) {
    assert!(variables.iter().any(|variable| variable.starts_with("PATH=")), "{variables:?}");
    let home = format!("HOME={}", world.env.work().display());
    let now = format!("TRACKER_NOW={}", world.env.now().to_rfc3339());
    let mut all = vec!["-i".to_owned(), home, now];
    all.splice(0..0, folder.into_iter().flat_map(|folder| ["-C".to_owned(), folder.to_owned()]));
    all.extend(variables);
    all.extend(words.iter().map(|word| (*word).to_owned()));
    let output = world.env.invoke_tool(Path::new("/usr/bin/env"), &all).run();
    world.last = Some(output);
}

#[then("systemd finds no fault in the units")]
fn systemd(world: &mut World) {
    let probe = world.env.invoke_tool(Path::new("sh"), &["-c", "command -v systemd-analyze"]).run();
    if probe.code() != Some(0) {
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "SKIPPED: no systemd-analyze here, the units are not verified");
        return;
    }
    let folder = world.env.work().join("units");
    let mut units: Vec<String> = fs::read_dir(&folder)
        .expect("the units")
        .map(|entry| entry.expect("an entry").path().to_string_lossy().into_owned())
        .collect();
    units.sort();
    assert!(units.len() >= 10, "{units:?}");
    let mut words = vec!["verify".to_owned()];
    words.extend(units);
    let checked = world.env.invoke_tool(Path::new("systemd-analyze"), &words).run();
    assert_eq!(checked.code(), Some(0), "{checked}");
    // It must be able to find one.
    let bad = world.env.write("units/tracker-bad.timer", "[Timer]\nOnCalendar=never ever\n");
    let found =
        world.env.invoke_tool(Path::new("systemd-analyze"), &["verify".as_ref(), bad.as_os_str()]).run();
    assert_ne!(found.code(), Some(0), "{found}");
}

#[then(regex = r#"^the files in "([^"]+)" are well-formed property lists$"#)]
fn plists(world: &mut World, folder: String) {
    let mut count = 0;
    for entry in fs::read_dir(world.env.work().join(folder)).expect("the agents") {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("a text");
        well_formed(&text).unwrap_or_else(|why| panic!("{why}\n{text}"));
        assert!(text.contains("<key>Label</key>") && text.contains("<key>ProgramArguments</key>"), "{text}");
        count += 1;
    }
    assert!(count >= 6, "{count} agents");
}

/// Checks that elements nest and text is escaped.
fn well_formed(text: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        for entity in before.split('&').skip(1) {
            let name = entity.split_once(';').map(|(name, _)| name);
            if !matches!(name, Some("amp" | "lt" | "gt" | "quot")) {
                return Err(format!("a bare ampersand before {entity:?}"));
            }
        }
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").ok_or("an open comment")?.1;
            continue;
        }
        let (tag, after) = after.split_once('>').ok_or("an open tag")?;
        match tag {
            _ if tag.starts_with(['?', '!']) => {}
            _ if tag.starts_with('/') => {
                let expected = open.pop().ok_or("an end without a beginning")?;
                if expected != &tag[1..] {
                    return Err(format!("</{expected}> expected, <{tag}> found"));
                }
            }
            _ if tag.ends_with('/') => {}
            _ => open.push(tag.split_whitespace().next().unwrap_or_default()),
        }
        rest = after;
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} stay open")) }
}

#[then(regex = r#"^the calendar "([^"]+)" is well made$"#)]
fn well_made(world: &mut World, path: String) {
    let text = world.env.read(path);
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"), "{text}");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "a bare line end");
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "a line is too long");
    let uids: Vec<&str> = text.lines().filter(|line| line.starts_with("UID:")).collect();
    let different: std::collections::BTreeSet<&&str> = uids.iter().collect();
    assert!(uids.len() > 30 && uids.len() == different.len(), "{} of {}", different.len(), uids.len());
}

#[then(regex = r#"^the calendar "([^"]+)" has "([^"]+)" from (\S+) to (\S+)$"#)]
fn has_event(world: &mut World, path: String, summary: String, from: String, to: String) {
    let text = world.env.read(path).replace("\r\n ", "");
    let found = text.split("BEGIN:VEVENT\r\n").any(|event| {
        let has = |line: String| event.contains(&format!("{line}\r\n"));
        has(format!("DTSTART:{from}")) && has(format!("DTEND:{to}")) && has(format!("SUMMARY:{summary}"))
    });
    assert!(found, "no {summary:?} from {from} to {to} in\n{text}");
}
