//! Steps that run commands and look at what they print.

use cucumber::{given, then, when};
use tracker_test_support::fixture;

use super::pane;
use super::world::World;

#[given("an empty data dir")]
fn empty(world: &mut World) {
    assert!(!world.env.work().join("data").exists());
}

#[given(regex = r"^the time is (\S+)$")]
fn set_time(world: &mut World, time: String) {
    world.env.set_now(&time);
}

#[given(regex = r"^the lane is (\S+)$")]
fn set_lane(world: &mut World, lane: String) {
    world.lane = Some(lane);
}

#[when(regex = r"^(\d+) (minutes|hours) pass$")]
fn pass(world: &mut World, count: i64, unit: String) {
    world.env.advance(count * if unit == "hours" { 3600 } else { 60 });
}

#[when(regex = r"^I run `([^`]+)`$")]
fn run(world: &mut World, line: String) {
    world.run(&line, None);
}

#[when(
    regex = r"^I run `([^`]+)` on a codex pane with 5h (\d+)% and weekly (\d+)%(?: captured by another session)?$"
)]
fn run_codex(world: &mut World, line: String, five: i64, weekly: i64) {
    let (reset, session) = (world.five_hour_reset(), world.next_session());
    codex(world, &line, pane::codex(five, reset, weekly, &session));
}

#[when(
    regex = r"^I run `([^`]+)` on a codex pane with 5h (\d+)% resetting at (\d\d):(\d\d) and weekly (\d+)%$"
)]
fn run_codex_reset(world: &mut World, line: String, five: i64, hour: u32, minute: u32, weekly: i64) {
    let reset = world.env.now().date_naive().and_hms_opt(hour, minute, 0).expect("a time").and_utc();
    let session = world.next_session();
    codex(world, &line, pane::codex(five, reset, weekly, &session));
}

#[when(
    regex = r#"^I run `([^`]+)` on a codex pane with 5h (\d+)% and weekly (\d+)% of the account "([^"]+)"$"#
)]
fn run_codex_account(world: &mut World, line: String, five: i64, weekly: i64, account: String) {
    let (reset, session) = (world.five_hour_reset(), world.next_session());
    let text = pane::of_account(&pane::codex(five, reset, weekly, &session), &account);
    codex(world, &line, text);
}

#[when(
    regex = r"^I run `([^`]+)` on two codex panes, the first with weekly (\d+)% and the last with weekly (\d+)%$"
)]
fn run_two(world: &mut World, line: String, first: i64, last: i64) {
    let (reset, session) = (world.five_hour_reset(), world.next_session());
    let text = [pane::codex(1, reset, first, &session), pane::codex(3, reset, last, &session)].join("\n");
    codex(world, &line, text);
}

#[when(regex = r"^I run `([^`]+)` on the pane of the first run$")]
fn run_first(world: &mut World, line: String) {
    let text = world.first_pane.clone().expect("a pane was stored before");
    world.run(&line, Some(&text));
}

fn codex(world: &mut World, line: &str, text: String) {
    world.run(line, Some(&text));
    world.first_pane.get_or_insert(text);
}

#[when(regex = r"^I run `([^`]+)` on a claude pane with session (\d+)% and week (\d+)%$")]
fn run_claude(world: &mut World, line: String, session: i64, week: i64) {
    world.run(&line, Some(&pane::claude(session, week)));
}

#[when(regex = r"^I run `([^`]+)` on GLM blocks with (\d+) prompts$")]
fn run_glm(world: &mut World, line: String, prompts: i64) {
    world.run(&line, Some(&pane::glm(prompts)));
}

#[when(regex = r#"^I run `([^`]+)` on the capture "([^"]+)"$"#)]
fn run_capture(world: &mut World, line: String, capture: String) {
    let text = String::from_utf8(fixture(&format!("panes/{capture}"))).expect("a capture is UTF-8");
    world.run(&line, Some(&text));
}

#[then(regex = r#"^it succeeds and prints "(.+)"$"#)]
fn succeeds(world: &mut World, text: String) {
    let text = text.replace("\\\"", "\"");
    assert!(world.last().success().contains(&text), "no {text:?} in\n{}", world.last());
}

#[then(regex = r"^it (?:is refused|fails) with exit code (\d+)$")]
fn fails(world: &mut World, code: i32) {
    assert_eq!(world.last().code(), Some(code), "{}", world.last());
    assert!(world.last().stderr().contains("error: ") || code == 4, "no clear line in\n{}", world.last());
}

#[then("stderr says nothing")]
fn stderr_is_empty(world: &mut World) {
    assert_eq!(world.last().stderr(), "", "{}", world.last());
}

#[then(regex = r#"^stderr says "(.+)"$"#)]
fn stderr_says(world: &mut World, text: String) {
    let text = text.replace("\\\"", "\"");
    assert!(world.last().stderr().contains(&text), "no {text:?} in\n{}", world.last());
}

#[then(regex = r#"^stdout says "(.+)"$"#)]
fn stdout_says(world: &mut World, text: String) {
    let text = text.replace("\\\"", "\"");
    assert!(world.last().stdout().contains(&text), "no {text:?} in\n{}", world.last());
}

#[then("stdout holds no control characters")]
fn stdout_clean(world: &mut World) {
    let bad = world.last().success().chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(bad, None, "{}", world.last());
}
