//! The stream of proxy events under a producer that stalls, rotates and truncates, and a reader that is killed.
#![expect(
    clippy::disallowed_methods,
    reason = "the test plays the producer: it writes, moves and cuts its log"
)]

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tracker_test_support::TestEnv;

const INGEST: [&str; 4] = ["ingest", "proxy-telemetry", "--window", "W0-CHN"];

/// A loop that waits longer than this hangs; generous, because a busy machine is no failure.
const PATIENCE: Duration = Duration::from_secs(120);

fn env() -> TestEnv {
    TestEnv::new(env!("CARGO_BIN_EXE_tracker"))
}

/// One event; no two numbers give the same.
fn event(n: u64) -> String {
    let (lane, model) = if n.is_multiple_of(2) { ("glm", "glm-4.6") } else { ("baseline", "m") };
    format!(
        "{{\"ts\":{},\"rid\":\"r{}\",\"lane\":\"{lane}\",\"model\":\"{model}\",\"status\":200,\"input_tokens\":{},\
         \"output_tokens\":{},\"latency_ms\":{}}}\n",
        1_760_000_000 + n,
        n / 2,
        n % 997,
        n % 89,
        n % 1009
    )
}

fn append(log: &Path, text: &str) {
    let mut file = OpenOptions::new().create(true).append(true).open(log).expect("the log opens");
    file.write_all(text.as_bytes()).expect("the log is written");
}

/// What a preview tells about the telemetry; every preview must be readable.
fn proxy(env: &TestEnv) -> Value {
    let output = env.invoke(&["preview", "--json"]).run();
    assert!(output.code() == Some(0), "{output}");
    let mut preview: Value = serde_json::from_str(&output.stdout()).expect("a preview is JSON");
    preview["subagent_proxy"].take()
}

fn events(env: &TestEnv) -> u64 {
    proxy(env)["total"].as_u64().unwrap_or(0)
}

/// The events that a preview by another process counts.
fn glance(data: &Path) -> u64 {
    let mut preview = std::process::Command::new(env!("CARGO_BIN_EXE_tracker"));
    let output = preview.arg("--data-dir").arg(data).args(["preview", "--json"]).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let shown: Value = serde_json::from_slice(&output.stdout).expect("a preview is JSON");
    shown["subagent_proxy"]["total"].as_u64().unwrap_or(0)
}

fn wait_for(env: &TestEnv, count: u64) {
    let started = Instant::now();
    while events(env) < count {
        assert!(started.elapsed() < PATIENCE, "{} of {count} events came", events(env));
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(events(env), count);
}

fn follow(log: &Path) -> Vec<&str> {
    [&INGEST[..], &["--follow", log.to_str().expect("a plain path")]].concat()
}

fn scale(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// `TRACKER_TELEMETRY_EVENTS=100000 TRACKER_TELEMETRY_KILLS=50` plays the acceptance in full.
#[test]
fn every_event_counts_once_while_the_reader_is_killed_again_and_again() {
    let (count, kills) = (scale("TRACKER_TELEMETRY_EVENTS", 3000), scale("TRACKER_TELEMETRY_KILLS", 6));
    let env = env();
    let log = env.write("logs/usage.jsonl", "");
    let data = env.work().join("data/week0/live");
    let written = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            // Uneven: bursts, pauses, and lines that are torn by the end of a write.
            let mut text = String::new();
            for n in 0..count {
                text.push_str(&event(n));
                if n.is_multiple_of(41) || n.is_multiple_of(97) {
                    let (whole, torn) = text.split_at(text.len() - 20);
                    append(&log, whole);
                    thread::sleep(Duration::from_micros(200 * (n % 13)));
                    append(&log, torn);
                    text.clear();
                }
            }
            append(&log, &text);
            written.store(true, Ordering::Relaxed);
        });
        scope.spawn(|| {
            // Somebody looks all the time: every preview is readable, and no event goes away again.
            let mut seen = 0;
            while !written.load(Ordering::Relaxed) {
                let now = glance(&data);
                assert!(now >= seen && now <= count, "{seen} then {now}");
                seen = now;
            }
        });
        for round in 0..kills {
            let args = follow(&log);
            let running = if round % 3 == 2 {
                // As `tail -n +1 -f LOG | tracker ...` does: everything from the start, again.
                let mut running = env.invoke(&[&INGEST[..], &["--stdin"]].concat()).start();
                let _ = running.feed(fs::read(&log).expect("the log is read"));
                running
            } else {
                env.invoke(&args).start()
            };
            thread::sleep(Duration::from_millis(40 + 37 * (round % 5)));
            let _ = running.kill();
        }
        while !written.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(5));
        }
    });
    let args = follow(&log);
    let running = env.invoke(&args).start();
    wait_for(&env, count);
    let _ = running.kill();
    let proxy = proxy(&env);
    let sum = |of: &str| -> u64 {
        let models = proxy["models"].as_object().expect("models");
        models.values().filter_map(|model| model[of].as_u64()).sum()
    };
    assert_eq!(sum("input_tokens"), (0..count).map(|n| n % 997).sum::<u64>());
    assert_eq!(sum("output_tokens"), (0..count).map(|n| n % 89).sum::<u64>());
    assert_eq!(proxy["routed_to_glm_pct"].as_f64(), Some(50.0));
    let verify = env.invoke(&["verify"]).run();
    assert!(verify.code() == Some(0), "{verify}");
}

#[test]
fn events_are_stored_while_the_producer_stalls() {
    let env = env();
    let mut running = env.invoke(&[&INGEST[..], &["--stdin"]].concat()).start();
    assert!(running.feed(event(1) + &event(2) + "{\"half\":"));
    wait_for(&env, 2);
    assert!(running.feed(format!("1}}\n{}", event(3))));
    wait_for(&env, 3);
    let output = running.wait();
    assert!(output.stdout().contains("(events=3, routed=33.3%)"), "{output}");
    assert!(output.stderr().contains("line 3: no event"), "{output}");
}

#[test]
fn a_log_that_is_rotated_cut_or_written_anew_is_followed() {
    let env = env();
    let log = env.write("logs/usage.jsonl", event(0) + &event(1));
    let args = follow(&log);
    let running = env.invoke(&args).start();
    wait_for(&env, 2);
    fs::rename(&log, log.with_extension("jsonl.1")).expect("the log is rotated");
    append(&log.with_extension("jsonl.1"), &event(2));
    append(&log, &event(3));
    wait_for(&env, 4);
    fs::write(&log, event(4)).expect("the log is cut and written anew");
    wait_for(&env, 5);
    let _ = running.kill();
    // What happens while nobody reads: more lines, then a rotation, then a new log.
    append(&log, &event(5));
    fs::rename(&log, log.with_extension("jsonl.2")).expect("the log is rotated");
    append(&log, &event(6));
    let running = env.invoke(&args).start();
    wait_for(&env, 7);
    let _ = running.kill();
}

#[test]
fn reading_goes_on_where_it_stopped() {
    let env = env();
    let log = env.write("logs/usage.jsonl", (0..50).map(event).collect::<String>());
    let args = follow(&log);
    let running = env.invoke(&args).start();
    wait_for(&env, 50);
    let _ = running.kill();
    append(&log, &event(50));
    let running = env.invoke(&args).start();
    wait_for(&env, 51);
    let _ = running.kill();
    let rows = env.read("data/week0/live/proxy_telemetry.jsonl");
    let last: Value =
        rows.lines().filter_map(|row| serde_json::from_str(row).ok()).next_back().expect("a row");
    assert_eq!(last["input"]["lines"], 51);
    assert_eq!(last["input"]["bytes"], fs::metadata(&log).expect("the log").len());
    assert_eq!(last["events"]["rid"].as_array().map(Vec::len), Some(1));
}

/// What `jq -s 'unique | map(.input_tokens // 0) | add'` and the like give on the log itself.
#[test]
fn totals_equal_sums_over_the_log_itself_whatever_the_order_and_the_batches() {
    let of = |n: u64| {
        // Spread over a small range, so that some lines are the same.
        let x = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
        let tokens = [format!("{}", x % 50), "null".to_owned(), format!("\"{}\"", x % 7)];
        let latency = ["12", "12.5", "null", "\"slow\"", "700"][(x % 5) as usize];
        format!(
            "{{\"ts\":{},\"rid\":\"r{}\",\"lane\":\"{}\",\"model\":\"m{}\",\"status\":{},\"input_tokens\":{},\
             \"output_tokens\":{},\"latency_ms\":{latency}}}\n",
            1_760_000_000 + x % 40,
            x % 9,
            ["glm", "baseline"][(x % 2) as usize],
            x % 3,
            ["200", "500", "\"\""][(x % 3) as usize],
            tokens[(x % 3) as usize],
            x % 11
        )
    };
    let log: Vec<String> = (0..3000).map(of).collect();
    let unique: std::collections::BTreeSet<&String> = log.iter().collect();
    assert!(unique.len() > 1000 && unique.len() < 2990, "{}", unique.len());
    let rows: Vec<Value> = unique.iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let told = |row: &Value, of: &str| -> u64 {
        row[of].as_u64().or_else(|| row[of].as_str()?.parse().ok()).unwrap_or(0)
    };
    let mut latencies: Vec<f64> = rows.iter().filter_map(|row| row["latency_ms"].as_f64()).collect();
    latencies.sort_by(f64::total_cmp);
    let rank = 0.95 * (latencies.len() - 1) as f64;
    let (low, high) = (latencies[rank.floor() as usize], latencies[rank.ceil() as usize]);
    let failed = rows.iter().filter(|row| row["status"] == 500).count();
    let mut seen = Vec::new();
    for parts in [1, 3] {
        let env = env();
        let mut lines = log.clone();
        if parts > 1 {
            lines.sort_by_key(|line| line.bytes().rev().map(u64::from).fold(7, |sum, x| sum * 31 % 9973 + x));
        }
        for part in lines.chunks(log.len() / parts) {
            let output = env.invoke(&[&INGEST[..], &["--stdin"]].concat()).stdin(part.concat()).run();
            assert!(output.code() == Some(0), "{output}");
        }
        let proxy = proxy(&env);
        assert_eq!(proxy["total"], rows.len());
        let models = proxy["models"].as_object().expect("models");
        for of in ["input_tokens", "output_tokens"] {
            let sum: u64 = models.values().map(|model| model[of].as_u64().expect("a count")).sum();
            assert_eq!(sum, rows.iter().map(|row| told(row, of)).sum::<u64>(), "{of}");
        }
        let error_rate = proxy["error_rate_pct"].as_f64().expect("a rate");
        assert!((error_rate - 100.0 * failed as f64 / rows.len() as f64).abs() < 1e-9, "{error_rate}");
        let p95 = proxy["latency_p95_ms"].as_f64().expect("a percentile");
        assert!((p95 - (low + (high - low) * rank.fract())).abs() < 1e-6, "{p95}");
        seen.push(proxy);
    }
    assert_eq!(seen[0], seen[1]);
}

#[test]
fn two_readers_of_one_stream_count_each_event_once() {
    let env = env();
    let text: String = (0..400).map(event).collect();
    let mut readers = [0, 1].map(|_| env.invoke(&[&INGEST[..], &["--stdin"]].concat()).start());
    for chunk in text.as_bytes().chunks(1000) {
        for reader in &mut readers {
            assert!(reader.feed(chunk));
        }
        thread::sleep(Duration::from_millis(3));
    }
    for reader in readers {
        let output = reader.wait();
        assert!(output.stdout().contains("(events=400, routed=50%)"), "{output}");
    }
    assert_eq!(events(&env), 400);
}

#[cfg(unix)]
#[test]
fn a_request_to_end_stores_what_was_read() {
    use std::process::{Command, Stdio};
    for signal in ["-TERM", "-INT"] {
        let env = env();
        let data = env.work().join("data/week0/live");
        let mut child = Command::new(env!("CARGO_BIN_EXE_tracker"))
            .arg("--data-dir")
            .arg(&data)
            .args([&INGEST[..], &["--stdin"]].concat())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the tool starts");
        let mut pipe = child.stdin.take().expect("a pipe");
        pipe.write_all(event(0).as_bytes()).expect("the pipe takes an event");
        wait_for(&env, 1);
        let burst: String = (1..2000).map(event).collect();
        pipe.write_all(burst.as_bytes()).expect("the pipe takes events");
        let status = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(status.expect("kill runs").success());
        let output = child.wait_with_output().expect("the tool ends");
        assert!(output.status.success(), "{:?}", output.status);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("(events=2000, routed=50%)"), "{signal}: {said}");
        assert_eq!(events(&env), 2000);
        drop(pipe);
    }
}

#[cfg(unix)]
#[test]
fn a_request_to_end_in_the_middle_of_a_followed_line_leaves_the_line_to_the_next_reader() {
    use std::process::{Command, Stdio};
    let env = env();
    let (second, third) = (event(1), event(2));
    let (begin, end) = second.split_at(40);
    let log = env.write("logs/usage.jsonl", event(0) + begin);
    let data = env.work().join("data/week0/live");
    let child = Command::new(env!("CARGO_BIN_EXE_tracker"))
        .arg("--data-dir")
        .arg(&data)
        .args(follow(&log))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    wait_for(&env, 1);
    let status = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(status.expect("kill runs").success());
    let output = child.wait_with_output().expect("the tool ends");
    let talk = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && !talk.contains("bad line"), "{talk}");
    append(&log, &(end.to_owned() + &third));
    let args = follow(&log);
    let running = env.invoke(&args).start();
    wait_for(&env, 3);
    let _ = running.kill();
}

#[test]
fn a_follow_without_a_file_is_a_usage_error() {
    let env = env();
    let output = env.invoke(&[&INGEST[..], &["--stdin", "--follow"]].concat()).run();
    assert_eq!(output.code(), Some(2), "{output}");
}
