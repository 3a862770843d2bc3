//! Rollouts: cumulative totals, rows written again, forks with their parent's rows under new instants, two families.

use std::path::Path;

use rand::{Rng, RngExt};

use super::{START, Truth, noise, put, stamp};
use crate::Failure;

const MODELS: [&str; 2] = ["gpt-6.1-sol", "gpt-6-codex"];

const FILE: usize = 4 << 20;

/// Minutes of a five-hour window and of a week.
const LIMITS: [u32; 2] = [300, 10_080];

/// Input, cached, output, reasoning.
type Usage = [u64; 4];

/// One row as a fork repeats it: total, last, the percentages and their resets in seconds.
#[derive(Clone)]
struct Told {
    total: Usage,
    last: Usage,
    used: [u32; 2],
    resets: [i64; 2],
    model: &'static str,
}

struct Session {
    id: String,
    parent: Option<String>,
    is_side: bool,
    at_ms: i64,
    text: String,
    total: Usage,
    history: Vec<Told>,
}

/// Makes rollouts of about `bytes` in `home`.
pub(super) fn make(home: &Path, bytes: u64, chance: &mut impl Rng, truth: &mut Truth) -> Result<(), Failure> {
    let (mut written, mut number) = (0, 0_u32);
    let mut last: Option<Session> = None;
    while written < bytes {
        let at_ms = START * 1000 + i64::from(number) * 7_200_000;
        let parent = last.take().filter(|_| number % 4 == 3);
        let mut session = begin(number, at_ms, parent.as_ref());
        let cap = FILE.min(usize::try_from(bytes / 9).unwrap_or(FILE)).max(20_000);
        let mut meters: [Option<(u32, i64, i64)>; 2] = [None; 2];
        while session.text.len() < cap {
            turn(&mut session, chance, truth, &mut meters);
        }
        if number % 5 == 4 {
            session.text.push_str(
                r#"{"timestamp":"2026-09-01T00:00:00.000Z","type":"event_msg","payload":{"type":"token_cou"#,
            );
        }
        let archived = if number.is_multiple_of(3) { "archived_sessions" } else { "sessions/2026/09/01" };
        let name = stamp(at_ms).replace([':', '.', 'Z'], "-");
        put(
            &home.join(archived).join(format!("rollout-{name}{}.jsonl", session.id)),
            session.text.as_bytes(),
        )?;
        written += session.text.len() as u64;
        last = Some(session);
        number += 1;
    }
    Ok(())
}

fn meta(at_ms: i64, id: &str, parent: Option<&str>, is_side: bool) -> String {
    let parent = parent.map_or(String::new(), |parent| format!(r#","forked_from_id":"{parent}""#));
    let source = if is_side { "subagent" } else { "user" };
    format!(
        r#"{{"timestamp":"{}","type":"session_meta","payload":{{"id":"{id}"{parent},"cwd":"/home/user/work","cli_version":"0.145.0","thread_source":"{source}"}}}}
"#,
        stamp(at_ms)
    )
}

fn begin(number: u32, at_ms: i64, parent: Option<&Session>) -> Session {
    let id = format!("01a1{number:04x}-0e18-71b1-a3ff-de9195647f7e");
    let is_side = parent.is_some() && number.is_multiple_of(2) || number % 8 == 7;
    let mut text = meta(at_ms, &id, parent.map(|parent| parent.id.as_str()), is_side);
    let mut session = Session {
        id,
        parent: parent.map(|parent| parent.id.clone()),
        is_side,
        at_ms,
        text: String::new(),
        total: [0; 4],
        history: Vec::new(),
    };
    if let Some(parent) = parent {
        text.push_str(&meta(at_ms, &parent.id, parent.parent.as_deref(), parent.is_side));
        let copied = parent.history.len() * 2 / 3;
        for told in &parent.history[..copied] {
            text.push_str(&context(at_ms, told.model));
            text.push_str(&token_count(at_ms, told));
            session.total = told.total;
        }
        session.history = parent.history[..copied].to_vec();
    }
    session.text = text;
    session
}

fn turn(
    session: &mut Session,
    chance: &mut impl Rng,
    truth: &mut Truth,
    meters: &mut [Option<(u32, i64, i64)>; 2],
) {
    session.at_ms += chance.random_range(2_000..60_000);
    let model = MODELS[chance.random_range(0..MODELS.len())];
    session.text.push_str(&context(session.at_ms, model));
    let length = chance.random_range(200..24_000);
    session.text.push_str(&format!(
        r#"{{"timestamp":"{}","type":"response_item","payload":{{"type":"function_call_output","call_id":"c","output":"{}"}}}}
"#,
        stamp(session.at_ms),
        noise(chance, length)
    ));
    let input = chance.random_range(500..200_000);
    let output = chance.random_range(10..6_000);
    let last = [input, chance.random_range(0..input), output, chance.random_range(0..output)];
    session.total = [0, 1, 2, 3].map(|at| session.total[at] + last[at]);
    let second = session.at_ms / 1000;
    let resets = LIMITS.map(|minutes| (second / (i64::from(minutes) * 60) + 1) * i64::from(minutes) * 60);
    let used = LIMITS.map(|minutes| {
        let span = i64::from(minutes) * 60;
        u32::try_from(second % span * 100 / span).unwrap_or(0)
    });
    // Clients compute the reset from the seconds left: it wavers.
    let told = Told {
        total: session.total,
        last,
        used,
        resets: resets.map(|reset| reset + chance.random_range(-2..3)),
        model,
    };
    session.text.push_str(&token_count(session.at_ms, &told));
    let tokens = [last[0] - last[1], last[1], 0, last[2], last[3]];
    truth.answer(session.at_ms, "codex", model, session.is_side, tokens);
    for (at, known) in meters.iter_mut().enumerate() {
        let reset = resets[at] / 60;
        let is_same = known
            .is_some_and(|(was, of, when)| was == used[at] && of == reset && session.at_ms - when < 600_000);
        if !is_same {
            *known = Some((used[at], reset, session.at_ms));
            truth.meters.insert((session.at_ms, "codex".to_owned(), LIMITS[at], used[at] * 100, reset));
        }
    }
    if chance.random_bool(0.3) {
        session.text.push_str(&token_count(session.at_ms + 1, &told));
    }
    session.history.push(told);
}

fn context(at_ms: i64, model: &str) -> String {
    format!(
        r#"{{"timestamp":"{}","type":"turn_context","payload":{{"cwd":"/home/user/work","approval_policy":"on-request","model":"{model}","summary":"auto"}}}}
"#,
        stamp(at_ms)
    )
}

fn token_count(at_ms: i64, told: &Told) -> String {
    let usage = |[input, cached, output, reasoning]: Usage| {
        format!(
            r#"{{"input_tokens":{input},"cached_input_tokens":{cached},"output_tokens":{output},"reasoning_output_tokens":{reasoning},"total_tokens":{}}}"#,
            input + output
        )
    };
    let window = |at: usize| {
        format!(
            r#"{{"used_percent":{}.0,"window_minutes":{},"resets_at":{}}}"#,
            told.used[at], LIMITS[at], told.resets[at]
        )
    };
    format!(
        r#"{{"timestamp":"{}","type":"event_msg","payload":{{"type":"token_count","info":{{"total_token_usage":{},"last_token_usage":{},"model_context_window":258400}},"rate_limits":{{"limit_id":"codex","limit_name":null,"primary":{},"secondary":{},"credits":null,"plan_type":"pro"}}}}}}
"#,
        stamp(at_ms),
        usage(told.total),
        usage(told.last),
        window(0),
        window(1)
    )
}
