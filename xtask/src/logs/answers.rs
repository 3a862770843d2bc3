//! Project logs: one row a content block, copies in resumed sessions and side chains.

use std::path::Path;

use rand::{Rng, RngExt};

use super::{START, Truth, noise, put, stamp};
use crate::Failure;

const MODELS: [&str; 3] = ["claude-opus-5-5", "claude-sonnet-5", "glm-4.6"];

/// Bytes of one made file.
const FILE: usize = 4 << 20;

struct Answer {
    at_ms: i64,
    id: String,
    request: String,
    model: &'static str,
    tokens: [u64; 5],
}

impl Answer {
    fn row(&self, session: &str, is_side: bool, output: u64, text: &str, request: &str) -> String {
        let [input, read, written, ..] = self.tokens;
        format!(
            r#"{{"parentUuid":"p","isSidechain":{is_side},"userType":"external","cwd":"/home/user/work","sessionId":"{session}","version":"2.1.112","message":{{"id":"{}","type":"message","role":"assistant","model":"{}","content":[{{"type":"text","text":"{text}"}}],"stop_reason":null,"usage":{{"input_tokens":{input},"cache_creation_input_tokens":{written},"cache_read_input_tokens":{read},"output_tokens":{output},"service_tier":"standard"}}}},"requestId":"{request}","type":"assistant","uuid":"u","timestamp":"{}"}}
"#,
            self.id,
            self.model,
            stamp(self.at_ms)
        )
    }
}

/// Makes project logs of about `bytes` in `home`.
pub(super) fn make(home: &Path, bytes: u64, chance: &mut impl Rng, truth: &mut Truth) -> Result<(), Failure> {
    let (mut written, mut number, mut serial) = (0, 0_u32, 0_u64);
    while written < bytes {
        let session = format!("{number:08x}-aaaa-4bbb-8ccc-000000000000");
        let mut at_ms = START * 1000 + i64::from(number) * 5_400_000;
        let (mut text, mut side, mut resumed) = (String::new(), String::new(), String::new());
        let cap = FILE.min(usize::try_from(bytes / 9).unwrap_or(FILE)).max(20_000);
        while text.len() < cap {
            let answer = answer(chance, &mut at_ms, &mut serial);
            user_row(chance, &session, at_ms, &mut text);
            let words = noise(chance, 300);
            let output = answer.tokens[3];
            // The first block is written before the answer is done.
            if chance.random_bool(0.6) {
                text.push_str(&answer.row(&session, false, 1, &words, &answer.request));
            }
            text.push_str(&answer.row(&session, false, output, "done", &answer.request));
            if chance.random_bool(0.2) {
                text.push_str(&answer.row(&session, false, output, "again", &answer.request));
            }
            truth.answer(answer.at_ms, "claude", answer.model, false, answer.tokens);
            if chance.random_bool(0.1) {
                // A side chain repeats its parent under another request, then asks on its own.
                side.push_str(&answer.row(&session, true, output, "replay", &format!("req_replay_{serial}")));
                let own = self::answer(chance, &mut at_ms, &mut serial);
                side.push_str(&own.row(&session, true, own.tokens[3], "own", &own.request));
                truth.answer(own.at_ms, "claude", own.model, true, own.tokens);
            }
            if chance.random_bool(0.05) {
                resumed.push_str(&answer.row(
                    &format!("{session}-resumed"),
                    false,
                    output,
                    "copy",
                    &answer.request,
                ));
            }
            if chance.random_bool(0.03) {
                text.push_str(&synthetic(&session, at_ms));
            }
        }
        if number % 5 == 4 {
            text.push_str(r#"{"parentUuid":"p","isSidechain":false,"message":{"id":"msg_torn","model":"x","usage":{"input_to"#);
        }
        let folder = home.join("projects/-home-user-work");
        for (name, text) in [("", &text), ("-resumed", &resumed)] {
            put(&folder.join(format!("{session}{name}.jsonl")), text.as_bytes())?;
            written += text.len() as u64;
        }
        put(&folder.join(format!("{session}/subagents/agent-{number:04x}.jsonl")), side.as_bytes())?;
        written += side.len() as u64;
        number += 1;
    }
    Ok(())
}

fn answer(chance: &mut impl Rng, at_ms: &mut i64, serial: &mut u64) -> Answer {
    *at_ms += chance.random_range(1_000..90_000);
    *serial += 1;
    let cached = chance.random_range(0..180_000);
    Answer {
        at_ms: *at_ms,
        id: format!("msg_01{serial:020x}"),
        request: format!("req_01{serial:020x}"),
        model: MODELS[chance.random_range(0..MODELS.len())],
        tokens: [
            chance.random_range(1..4_000),
            cached,
            chance.random_range(0..9_000),
            chance.random_range(2..6_000),
            0,
        ],
    }
}

fn user_row(chance: &mut impl Rng, session: &str, at_ms: i64, text: &mut String) {
    let length = chance.random_range(200..24_000);
    let words = noise(chance, length);
    text.push_str(&format!(
        r#"{{"parentUuid":"p","isSidechain":false,"type":"user","sessionId":"{session}","message":{{"role":"user","content":[{{"tool_use_id":"t","type":"tool_result","content":"{words}"}}]}},"timestamp":"{}"}}
"#,
        stamp(at_ms)
    ));
}

fn synthetic(session: &str, at_ms: i64) -> String {
    format!(
        r#"{{"isSidechain":false,"type":"assistant","sessionId":"{session}","timestamp":"{}","message":{{"id":"x","model":"<synthetic>","usage":{{"input_tokens":0,"output_tokens":0}},"content":[{{"type":"text","text":"limit reached"}}]}},"isApiErrorMessage":true}}
"#,
        stamp(at_ms)
    )
}
