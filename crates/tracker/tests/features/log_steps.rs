//! Steps that put session logs on the machine.
#![expect(clippy::disallowed_methods, reason = "a step writes the logs that a client would have left")]

use cucumber::given;

use super::world::World;

fn put(world: &World, name: &str, lines: &[String]) {
    let folder = world.env.work().join("logs/sessions/2026/11/20");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join(name), lines.concat()).expect("a log");
}

fn meta(at: &str, id: &str, parent: Option<&str>) -> String {
    let parent = parent.map_or(String::new(), |parent| format!(r#","forked_from_id":"{parent}""#));
    format!(
        "{{\"timestamp\":\"2026-11-20T{at}.000Z\",\"type\":\"session_meta\",\"payload\":{{\"id\":\"{id}\"{parent}}}}}\n\
         {{\"timestamp\":\"2026-11-20T{at}.000Z\",\"type\":\"turn_context\",\"payload\":{{\"model\":\"gpt-6.1-sol\"}}}}\n"
    )
}

/// An answer of 1,000 tokens in and 10 out, the `number`-th of its session.
fn answer(at: &str, number: u32, weekly: u32) -> String {
    let usage = |n: u32| {
        format!(r#"{{"input_tokens":{},"cached_input_tokens":0,"output_tokens":{}}}"#, n * 1000, n * 10)
    };
    format!(
        r#"{{"timestamp":"2026-11-20T{at}.000Z","type":"event_msg","payload":{{"type":"token_count","info":{{"total_token_usage":{},"last_token_usage":{}}},"rate_limits":{{"limit_id":"codex","primary":{{"used_percent":{weekly}.0,"window_minutes":10080,"resets_at":1795600000}},"secondary":null,"plan_type":"pro"}}}}}}
"#,
        usage(number),
        usage(1)
    )
}

#[given("the logs of two sessions of a client, the second forked from the first")]
fn two_sessions(world: &mut World) {
    let first = [
        meta("10:00:00", "a", None),
        answer("10:00:00", 1, 10),
        answer("10:30:00", 2, 12),
        answer("10:30:01", 2, 12),
        answer("11:00:00", 3, 13),
    ];
    put(world, "rollout-2026-11-20T10-00-00-a.jsonl", &first);
    let copied = [answer("11:20:00", 1, 10), answer("11:20:00", 2, 12), answer("11:20:00", 3, 13)];
    let fork = [
        meta("11:20:00", "b", Some("a")),
        copied.concat(),
        answer("11:25:00", 4, 14),
        "{\"timest".to_owned(),
    ];
    put(world, "rollout-2026-11-20T11-20-00-b.jsonl", &fork);
}

#[given(
    regex = r"^a client's copy of its limits that says session (\d+) and week (\d+), fetched at (\d{4}-[0-9T:-]+Z)$"
)]
fn own_copy(world: &mut World, session: i64, week: i64, at: String) {
    let at_ms = tracker_cli_support::rfc3339(&at).expect("an instant").timestamp_millis();
    let window = |used: i64, reset: &str| format!(r#"{{"utilization":{used},"resets_at":"{reset}"}}"#);
    let (five_hour, seven_day) =
        (window(session, "2026-11-20T20:00:00Z"), window(week, "2026-11-25T10:00:00Z"));
    let copy = format!(
        r#"{{"numStartups":3,"cachedUsageUtilization":{{"fetchedAtMs":{at_ms},"accountUuid":"u","utilization":{{"five_hour":{five_hour},"seven_day":{seven_day},"extra_usage":{{"is_enabled":true,"utilization":50}}}}}}}}"#
    );
    world.env.write("home/.claude.json", copy);
}

#[given("a log in which a meter jumps from 14 to 88 percent")]
fn jump(world: &mut World) {
    let lines = [meta("13:00:00", "c", None), answer("13:00:00", 1, 14), answer("13:01:00", 2, 88)];
    put(world, "rollout-2026-11-20T13-00-00-c.jsonl", &lines);
}
