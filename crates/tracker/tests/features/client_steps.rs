//! Steps with clients on a terminal: scripts that draw real panes, wait for words, or refuse to end.
#![expect(clippy::disallowed_methods, reason = "a step writes the files that a client would have left")]

use std::fs;

use chrono::TimeDelta;
use cucumber::{given, then};
use tracker_test_support::fixture;

use super::pane;
use super::world::{DATA, World};

/// A client that marks its start, and draws `pane.txt` when it hears `words`.
fn answering(world: &World, words: &str, pane: &str) {
    world.env.write("pane.txt", pane);
    let script = format!(
        "echo $$ > client.pid\nprintf 'welcome\\r\\n> '\nwhile read -r line; do\n  echo \"$line\" >> heard.txt\n  \
         case \"$line\" in *{words}) cat pane.txt;; esac\ndone\n"
    );
    world.env.write("client.sh", script);
}

#[given(regex = r#"^a client that answers "([^"]+)" with a codex pane with 5h (\d+)% and weekly (\d+)%$"#)]
fn codex(world: &mut World, words: String, five: i64, weekly: i64) {
    let (reset, session) = (world.five_hour_reset(), world.next_session());
    answering(world, &words, &pane::codex(five, reset, weekly, &session));
}

#[given(
    regex = r#"^a client that answers "([^"]+)" with a codex pane with 5h (\d+)% resetting at (\d\d):(\d\d) and weekly (\d+)%$"#
)]
fn codex_reset(world: &mut World, words: String, five: i64, hour: u32, minute: u32, weekly: i64) {
    let reset = world.env.now().date_naive().and_hms_opt(hour, minute, 0).expect("a time").and_utc();
    let session = world.next_session();
    answering(world, &words, &pane::codex(five, reset, weekly, &session));
    let _ = fs::remove_file(world.env.work().join("client.pid"));
}

#[given(regex = r#"^a client that shows its claude meter only after "([^"]+)"$"#)]
fn greeted(world: &mut World, greeting: String) {
    world.env.write("pane.txt", pane::claude(5, 30));
    let script = format!(
        "echo $$ > client.pid\nprintf '> '\nready=no\nwhile read -r line; do\n  echo \"$line\" >> heard.txt\n  \
         printf '\\033[2J\\033[H'\n  case \"$line\" in\n    *{greeting}) ready=yes; echo 'Hello!';;\n    \
         */usage) if [ $ready = yes ]; then cat pane.txt; else echo 'Error: Failed to load usage data'; fi;;\n  \
         esac\ndone\n"
    );
    world.env.write("client.sh", script);
}

#[given(regex = r#"^a client that shows "([^"]+)" and ignores every polite request to end$"#)]
fn stubborn(world: &mut World, words: String) {
    // It has a child of its own, which is as stubborn.
    let script = format!(
        "trap '' TERM HUP INT\necho $$ > client.pid\nsh -c 'trap \"\" TERM HUP INT; while :; do sleep 1; done' &\n\
         echo $! >> client.pid\necho '{words}'\nwhile :; do sleep 1; done\n"
    );
    world.env.write("client.sh", script);
}

#[given(regex = r"^a command that prints GLM blocks with (\d+) prompts$")]
fn glm(world: &mut World, prompts: i64) {
    world.env.write("pane.txt", pane::glm(prompts));
    world.env.write("client.sh", "cat pane.txt\n");
}

#[given(regex = r#"^a client that redraws the capture "([^"]+)" for ever$"#)]
fn redrawing(world: &mut World, capture: String) {
    world.env.write("pane.txt", fixture(&format!("panes/{capture}")));
    let script = "echo $$ > client.pid\nn=0\nwhile :; do\n  n=$((n+1))\n  printf '\\033[?1049h\\033[2J\\033[H'\n  \
                  cat pane.txt\n  printf '\\r\\nframe %s' $n\n  sleep 0.1\ndone\n";
    world.env.write("client.sh", script);
}

#[given(regex = r#"^a command that prints a daily ccusage report, and fails for "weekly"$"#)]
fn ccusage(world: &mut World) {
    let day = |date: &str, tokens: u32| {
        format!(
            "{{\"date\":\"{date}\",\"inputTokens\":{tokens},\"outputTokens\":0,\"totalTokens\":{tokens},\"costUSD\":0.1}}"
        )
    };
    let report = format!(
        "{{\"daily\":[{},{}],\"totals\":{{\"totalTokens\":1500,\"costUSD\":0.2}}}}",
        day("2026-11-19", 1000),
        day("2026-11-20", 500)
    );
    world.env.write("pane.txt", report);
    world.env.write(
        "client.sh",
        "if [ \"$1\" = weekly ]; then echo 'unknown command weekly' >&2; exit 2; fi\ncat pane.txt\n",
    );
}

#[given(regex = r"^a session log that told weekly (\d+)% (a minute|an hour) ago$")]
fn session_log(world: &mut World, weekly: i64, age: String) {
    let age = TimeDelta::minutes(if age == "a minute" { 1 } else { 60 });
    let at = (world.env.now() - age).format("%Y-%m-%dT%H:%M:%S.000Z");
    let said = format!(
        r#"{{"timestamp":"{at}","type":"response_item","payload":{{"type":"message","content":"please fix the bug"}}}}"#
    );
    let limits = format!(
        r#"{{"timestamp":"{at}","type":"event_msg","payload":{{"type":"token_count","info":null,"rate_limits":{{"limit_id":"codex","primary":{{"used_percent":4.0,"window_minutes":300,"resets_at":1795190400}},"secondary":{{"used_percent":{weekly}.0,"window_minutes":10080,"resets_at":1795600000}},"plan_type":"pro"}}}}}}"#
    );
    let folder = world.env.work().join("../home/.codex/sessions/2026/11/20");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("rollout-2026-11-20T09-00-00-a.jsonl"), format!("{said}\n{limits}\n"))
        .expect("a log");
}

#[then(regex = r#"^the folder "([^"]+)" holds (\d+) files? whose text has "([^"]+)"$"#)]
fn folder_holds(world: &mut World, folder: String, count: usize, text: String) {
    let folder = world.env.work().join(DATA).join(folder);
    let files = fs::read_dir(&folder).expect("the folder").map(|entry| entry.expect("an entry").path());
    let texts: Vec<String> = files.map(|path| fs::read_to_string(path).expect("a text")).collect();
    let found = texts.iter().filter(|found| found.contains(&text)).count();
    assert_eq!((found, texts.len()), (count, count), "{texts:?}");
}

#[then("no process of the client is left")]
fn none_left(world: &mut World) {
    for pid in world.env.read("client.pid").split_whitespace() {
        let alive = std::path::Path::new("/proc").join(pid).join("stat");
        let state = fs::read_to_string(alive).unwrap_or_default();
        // Whoever collects the dead of this machine may take its time.
        let is_gone = state.rsplit_once(')').is_none_or(|(_, rest)| rest.trim_start().starts_with('Z'));
        assert!(is_gone, "process {pid} is left: {state}");
    }
}

#[then(regex = r#"^no file of the data dir holds "([^"]+)"$"#)]
fn holds_not(world: &mut World, text: String) {
    let mut looked_at = 0;
    for path in world.env.files().iter().filter(|path| path.starts_with("work/data/")) {
        let bytes = fs::read(world.env.work().join("..").join(path)).expect("a file");
        assert!(!String::from_utf8_lossy(&bytes).contains(&text), "{path} holds {text:?}");
        looked_at += 1;
    }
    assert!(looked_at > 0, "the data dir is empty");
}

#[then(regex = r#"^the client was told "([^"]+)" once$"#)]
fn told_once(world: &mut World, words: String) {
    let heard = world.env.read("heard.txt");
    assert_eq!(heard.lines().filter(|line| line.ends_with(&words)).count(), 1, "{heard}");
}

#[then(regex = r"^the client was( not)? started$")]
fn started(world: &mut World, not: String) {
    let mark = world.env.work().join("client.pid");
    assert_eq!(mark.exists(), not.is_empty(), "{}", world.last());
    let _ = fs::remove_file(mark);
}

#[then("the data dir is not there")]
fn no_data_dir(world: &mut World) {
    assert!(!world.env.work().join(DATA).exists(), "{:?}", world.env.files());
}
