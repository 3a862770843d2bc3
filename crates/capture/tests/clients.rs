//! Clients that are scripts: what they show is seen, what they hear is typed, and none of them is left behind.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use tracker_capture::{End, MeterCommand, Patience, Talk, Turn, View, printed, talk};

fn script(dir: &Path, text: &str) -> MeterCommand {
    MeterCommand::new("sh", dir).with_args(["-c", text])
}

fn patience(ms: u64) -> Patience {
    let mut patience = Patience::of(Duration::from_millis(ms));
    patience.grace = Duration::from_millis(200);
    patience
}

fn talked(dir: &Path, text: &str, ms: u64, mut judge: impl FnMut(&View<'_>) -> Turn) -> Talk {
    talk(&script(dir, text), &patience(ms), &|| false, &mut judge).expect("a shell starts")
}

fn is_running(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

#[test]
fn what_is_typed_is_heard_and_what_is_drawn_is_seen() {
    let dir = tempfile::tempdir().unwrap();
    let text = "test -t 0 && test -t 1 || exit 9; printf 'ready> '; read -r line; printf '\\033[2J\\033[Hgot %s' \"$line\"; sleep 9";
    let mut asked = false;
    let talk = talked(dir.path(), text, 20_000, |view| match view.text {
        text if text.starts_with("got") => Turn::Done,
        text if text.ends_with("ready>") && !asked => {
            asked = true;
            Turn::Type("/status\r".to_owned())
        }
        _ => Turn::Wait,
    });
    assert_eq!((talk.screen.as_str(), talk.end), ("got /status", End::Done));
}

#[test]
fn a_client_that_asks_its_terminal_is_answered() {
    let dir = tempfile::tempdir().unwrap();
    let text = "stty raw -echo; printf '\\033[6n'; answer=$(dd bs=1 count=6 2>/dev/null | tr '\\033' E); printf '%s' \"$answer\"; sleep 9";
    let talk =
        talked(
            dir.path(),
            text,
            20_000,
            |view| {
                if view.text.contains("E[1;1R") { Turn::Done } else { Turn::Wait }
            },
        );
    assert_eq!(talk.end, End::Done, "{talk:?}");
}

#[test]
fn the_last_words_of_a_client_that_ends_are_seen() {
    let dir = tempfile::tempdir().unwrap();
    let mut last = String::new();
    let talk = talked(dir.path(), "printf 'one\\ntwo'; exit 3", 20_000, |view| {
        if view.has_ended {
            last = view.text.to_owned();
        }
        Turn::Wait
    });
    assert_eq!(
        (talk.end, last.as_str(), talk.screen.as_str()),
        (End::Exited(Some(3)), "one\ntwo", "one\ntwo")
    );
}

#[test]
fn nothing_outlives_a_client_that_is_ended() {
    let dir = tempfile::tempdir().unwrap();
    // A child in the same group, and with job control one in a group of its own; all deaf to polite requests.
    let text = "trap '' TERM HUP INT; echo $$ > pids; sleep 300 & echo $! >> pids; set -m; \
                sh -c 'trap \"\" TERM HUP INT; echo $$ >> pids; while :; do sleep 1; done' & echo shown; while :; do sleep 1; done";
    let talk = talked(dir.path(), text, 1_500, |_| Turn::Wait);
    assert_eq!(talk.end, End::TimedOut);
    let pids = fs::read_to_string(dir.path().join("pids")).unwrap();
    assert_eq!(pids.lines().count(), 3, "{pids}");
    assert!(!pids.lines().any(is_running), "left behind: {pids}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_that_left_the_session_on_purpose_is_ended_too() {
    let dir = tempfile::tempdir().unwrap();
    let text = "setsid sh -c 'echo $$ > pids; trap \"\" TERM HUP; while :; do sleep 1; done' & \
                while [ ! -s pids ]; do sleep 0.1; done; echo shown; sleep 300";
    let talk =
        talked(
            dir.path(),
            text,
            20_000,
            |view| {
                if view.text.contains("shown") { Turn::Done } else { Turn::Wait }
            },
        );
    assert_eq!(talk.end, End::Done, "{talk:?}");
    let pids = fs::read_to_string(dir.path().join("pids")).unwrap();
    assert!(!pids.trim().is_empty() && !pids.lines().any(is_running), "left behind: {pids}");
}

#[test]
fn an_interruption_and_a_flood_end_a_client() {
    let dir = tempfile::tempdir().unwrap();
    let waits = talk(&script(dir.path(), "sleep 300"), &patience(20_000), &|| true, &mut |_| Turn::Wait);
    assert_eq!(waits.unwrap().end, End::Interrupted);
    let mut flood = patience(20_000);
    flood.max_bytes = 100_000;
    let floods = talk(&script(dir.path(), "yes"), &flood, &|| false, &mut |_| Turn::Wait);
    assert_eq!(floods.unwrap().end, End::TooLong);
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let missing = MeterCommand::new("no-such-client", ".");
    let error = talk(&missing, &patience(1_000), &|| false, &mut |_| Turn::Wait).unwrap_err();
    assert!(error.to_string().starts_with("cannot start `no-such-client`: "), "{error}");
}

#[test]
fn both_streams_of_a_printing_command_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let text = "test -t 1 && exit 9; head -c 300000 /dev/zero | tr '\\0' x; echo oops >&2; exit 4";
    let said = printed(&script(dir.path(), text), &patience(20_000), &|| false).unwrap();
    assert_eq!(
        (said.stdout.len(), said.stderr.as_slice(), said.end),
        (300_000, &b"oops\n"[..], End::Exited(Some(4)))
    );
}

#[test]
fn a_printing_command_that_hangs_is_ended_with_its_children() {
    let dir = tempfile::tempdir().unwrap();
    let text = "echo $$ > pids; sleep 300 & echo $! >> pids; echo first; wait";
    let started = Instant::now();
    let said = printed(&script(dir.path(), text), &patience(800), &|| false).unwrap();
    assert_eq!((said.end, said.stdout.as_slice()), (End::TimedOut, &b"first\n"[..]));
    assert!(started.elapsed() < Duration::from_secs(200), "the sleepers were waited for");
    let pids = fs::read_to_string(dir.path().join("pids")).unwrap();
    assert!(!pids.lines().any(is_running), "left behind: {pids}");
}

#[test]
fn a_command_whose_child_keeps_the_pipe_is_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let said = printed(&script(dir.path(), "sleep 300 & echo done"), &patience(60_000), &|| false).unwrap();
    assert_eq!((said.end, said.stdout.as_slice()), (End::Exited(Some(0)), &b"done\n"[..]));
}
