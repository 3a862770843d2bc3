//! Steps that set up ledgers and look at their rows and bytes.
#![expect(clippy::disallowed_methods, reason = "a test prepares and damages files")]

use std::fs;

use cucumber::{given, then, when};
use serde_json::Value;
use tracker_test_support::fixtures;

use super::pane;
use super::world::{DATA, World};

#[given(regex = r"^a paired codex window (\S+) that used (\d+) pp$")]
fn paired(world: &mut World, window: String, points: i64) {
    pair(world, &window, points, false);
}

#[given(regex = r"^a finalized codex window (\S+) that used (\d+) pp with (\d+) features$")]
fn finalized(world: &mut World, window: String, points: i64, features: i64) {
    pair(world, &window, points, false);
    finalize(world, &window, features);
}

#[given(regex = r"^a finalized codex window (\S+) whose weekly bar was cut, with (\d+) features$")]
fn finalized_cut(world: &mut World, window: String, features: i64) {
    pair(world, &window, 1, true);
    finalize(world, &window, features);
}

/// Starts and ends a window an hour later; the five-hour bar moves by two points more than the weekly one.
pub(crate) fn pair(world: &mut World, window: &str, points: i64, cut: bool) {
    let now = world.env.now();
    if world.five_reset.is_some_and(|reset| reset < now + chrono::TimeDelta::hours(2)) {
        world.five_reset = Some(now + chrono::TimeDelta::hours(5));
        world.used.0 = 0;
    }
    let (reset, (five, weekly)) = (world.five_hour_reset(), world.used);
    let session = world.next_session();
    let before = pane::codex(five, reset, weekly, &session);
    world.run(&format!("tracker alias start codex --window {window}"), Some(&before));
    let _ = world.last().success();
    world.env.advance(3600);
    world.used = (five + points + 2, weekly + points);
    let after = pane::codex(world.used.0, reset, world.used.1, &session);
    let after = if cut { pane::cut_weekly(&after) } else { after };
    world.run(&format!("tracker alias end codex --window {window}"), Some(&after));
    let _ = world.last().success();
}

fn finalize(world: &mut World, window: &str, features: i64) {
    let line =
        format!("tracker complete --window {window} --codex-features {features} --quality 1 --outcome pass");
    world.run(&line, None);
    let _ = world.last().success();
    world.env.advance(600);
}

#[given("the data dir of the earlier tool")]
fn earlier_tool(world: &mut World) {
    lay_out(world, "ledgers/v0-python", &["jsonl"]);
    assert!(world.old_bytes.len() >= 4, "the fixture is there");
}

#[given("the data dir of a newer release")]
fn newer_release(world: &mut World) {
    lay_out(world, "ledgers/v999", &["jsonl", "head"]);
    assert_eq!(world.old_bytes.len(), 4, "two ledgers and their heads");
}

fn lay_out(world: &mut World, folder: &str, endings: &[&str]) {
    for path in endings.iter().flat_map(|ending| fixtures(folder, ending)) {
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let bytes = fs::read(&path).expect("a fixture can be read");
        world.env.write(format!("{DATA}/{name}"), &bytes);
        world.old_bytes.insert(name, bytes);
    }
}

#[then("the old bytes of every ledger are untouched")]
fn old_bytes(world: &mut World) {
    for (name, bytes) in &world.old_bytes {
        let now = fs::read(world.env.work().join(DATA).join(name)).expect("the ledger is there");
        assert!(now.starts_with(bytes), "{name} changed");
    }
}

#[given(regex = r#"^a torn row at the end of "([^"]+)"$"#)]
#[when(regex = r#"^a torn row is left at the end of "([^"]+)"$"#)]
fn torn(world: &mut World, file: String) {
    let path = world.env.work().join(DATA).join(file);
    let mut bytes = fs::read(&path).expect("the ledger is there");
    bytes.extend_from_slice(br#"{"schema_version":1,"window":"W0-02","provider":"co"#);
    fs::write(&path, bytes).expect("a test may tear a row");
}

#[when(regex = r#"^a person edits a byte in the first row of "([^"]+)"$"#)]
fn edit(world: &mut World, file: String) {
    let path = world.env.work().join(DATA).join(file);
    let text = fs::read_to_string(&path).expect("the ledger is there");
    fs::write(&path, text.replacen("\"pass\"", "\"past\"", 1)).expect("a test may edit a row");
}

#[then(regex = r#"^"([^"]+)" has (no|\d+) rows?$"#)]
fn row_count(world: &mut World, file: String, count: String) {
    let rows = world.rows(&file);
    assert_eq!(rows.len(), count.parse().unwrap_or(0), "{file}: {rows:#?}");
}

#[then(regex = r#"^the last row of "([^"]+)" has "([^"]+)" = (.+)$"#)]
fn last_row(world: &mut World, file: String, key: String, value: String) {
    let rows = world.rows(&file);
    let row = rows.last().unwrap_or_else(|| panic!("{file} has no rows"));
    let pointer = format!("/{}", key.replace('.', "/"));
    let want: Value = serde_json::from_str(&value).expect("JSON");
    let got = row.pointer(&pointer).unwrap_or_else(|| panic!("no {key} in {row:#}"));
    let equal = match (got.as_f64(), want.as_f64()) {
        (Some(got), Some(want)) => (got - want).abs() < 1e-9,
        _ => *got == want,
    };
    assert!(equal, "{key} = {got}, want {want}");
}

#[then(regex = r#"^the last row of "([^"]+)" has the tag "([^"]+)"$"#)]
fn last_row_tag(world: &mut World, file: String, tag: String) {
    let rows = world.rows(&file);
    let errors = &rows.last().expect("a row")["parsed"]["errors"];
    assert!(errors.as_array().is_some_and(|tags| tags.iter().any(|t| *t == tag.as_str())), "{errors}");
}

#[then(regex = r#"^"([^"]+)" has a row with "([^"]+)" = "([^"]+)"$"#)]
fn some_row(world: &mut World, file: String, key: String, value: String) {
    let rows = world.rows(&file);
    assert!(rows.iter().any(|row| row[&key] == value.as_str()), "{rows:#?}");
}

#[then("the refused input lies in quarantine")]
fn quarantined(world: &mut World) {
    let files = world.env.files();
    assert!(files.iter().any(|file| file.contains("/quarantine/")), "{files:#?}");
}

#[then(regex = r#"^no file and no output holds "([^"]+)"$"#)]
fn nowhere(world: &mut World, text: String) {
    assert!(!world.outputs.contains(&text), "printed: {}", world.outputs);
    let root = world.env.work();
    let root = root.parent().expect("the world has a folder");
    for file in world.env.files() {
        let bytes = fs::read(root.join(&file)).expect("a file of the world");
        assert!(!String::from_utf8_lossy(&bytes).contains(&text), "{file} holds {text:?}");
    }
}

#[then(regex = r#"^"([^"]+)" does not hold "([^"]+)"$"#)]
fn not_in(world: &mut World, file: String, text: String) {
    assert!(!world.env.read(format!("{DATA}/{file}")).contains(&text), "{file} holds {text:?}");
}

#[then(regex = r#"^the folder "([^"]+)" holds "([^"]+)"$"#)]
fn folder_holds(world: &mut World, folder: String, text: String) {
    let files = world.env.files();
    let inside = files.iter().filter_map(|file| file.split_once(&format!("work/{DATA}/{folder}/")));
    let texts: Vec<String> =
        inside.map(|(_, name)| world.env.read(format!("{DATA}/{folder}/{name}"))).collect();
    assert!(texts.iter().any(|content| content.contains(&text)), "{files:#?}");
}

#[then(regex = r#"^both snapshots name the same account, which starts with "([^"]+)"$"#)]
fn same_account(world: &mut World, prefix: String) {
    let rows = world.rows("snapshots.jsonl");
    let accounts: Vec<&str> = rows.iter().filter_map(|row| row["account"].as_str()).collect();
    assert_eq!(accounts.len(), 2, "{rows:#?}");
    assert!(accounts[0] == accounts[1] && accounts[0].starts_with(&prefix), "{accounts:?}");
}

#[given(regex = r#"^the file "([^"]+)" holds "([^"]+)"$"#)]
fn given_file(world: &mut World, file: String, text: String) {
    world.env.write(file, text);
}

#[then(regex = r#"^the file "([^"]+)" holds "(.+)"$"#)]
fn file_holds(world: &mut World, file: String, text: String) {
    let text = text.replace("\\\"", "\"");
    assert!(world.env.read(&file).contains(&text), "{}", world.env.read(&file));
}

#[given(regex = r#"^a person removes the file "([^"]+)"$"#)]
fn remove_file(world: &mut World, file: String) {
    fs::remove_file(world.env.work().join(file)).expect("the file is there");
}

#[given(regex = r#"^a person adds the line "(.+)" to the file "([^"]+)"$"#)]
fn add_line(world: &mut World, line: String, file: String) {
    let text = format!("{}{line}\n", world.env.read(&file));
    world.env.write(&file, text);
}

#[given(regex = r#"^a person cuts the last (\d+) bytes off the file "([^"]+)"$"#)]
fn cut_file(world: &mut World, count: usize, file: String) {
    let text = world.env.read(&file);
    world.env.write(&file, &text[..text.len() - count]);
}

#[given(regex = r#"^a folder stands in the place of "([^"]+)"$"#)]
fn folder_instead(world: &mut World, path: String) {
    fs::create_dir_all(world.env.work().join(path)).expect("a test may make a folder");
}

#[then(regex = r#"^the file "([^"]+)" has (\d+) lines$"#)]
fn line_count(world: &mut World, file: String, count: usize) {
    let text = world.env.read(&file);
    assert_eq!(text.lines().count(), count, "{text}");
}

#[then(regex = r#"^the file "([^"]+)" is not there$"#)]
fn no_file(world: &mut World, file: String) {
    assert!(!world.env.work().join(&file).exists(), "{file} is there");
}

#[when(regex = r#"^a person overwrites the first row of "([^"]+)" with "([^"]+)"$"#)]
fn overwrite(world: &mut World, file: String, text: String) {
    let path = world.env.work().join(DATA).join(file);
    let held = fs::read_to_string(&path).expect("the ledger is there");
    let (_, rest) = held.split_once('\n').expect("a row");
    fs::write(&path, format!("{text}\n{rest}")).expect("a test may damage a ledger");
}
