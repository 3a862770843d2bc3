//! What tells one event from another: the hash of its canonical content.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use tracker_domain::{EventLatency, ProxyEvent};

/// Returns the canonical content of an event: one JSON array without blanks, which any language can make again.
///
/// Its members, in this order: ts (microseconds since the epoch), rid, lane, model, status, then the counts of input,
/// output, cached, cache-written and reasoning tokens, then the latency in microseconds (`-1` when it was malformed).
/// What was not told is `null`, text that was not told is `""`. Reason and cost do not belong to it.
///
/// ```
/// use tracker_telemetry::{canonical, read_line};
/// let event = read_line(r#"{"ts":"2025-10-19T16:05:10Z","rid":"R1","lane":"glm","model":"glm-4.6",
///     "status":"ok","input_tokens":1000,"output_tokens":500,"reason":"routed","latency_ms":380}"#)?.remove(0);
/// assert_eq!(canonical(&event), r#"[1760889910000000,"R1","glm","glm-4.6","ok",1000,500,null,null,null,380000]"#);
/// # Ok::<(), tracker_telemetry::BadLine>(())
/// ```
#[must_use]
pub fn canonical(event: &ProxyEvent<'_>) -> String {
    let mut text = String::with_capacity(160);
    write_canonical(event, &mut text);
    text
}

/// Returns the name of an event: the first 8 bytes of the SHA-256 of its [`canonical`] content, as a number whose hex
/// digits are those of the hash.
///
/// ```
/// use tracker_domain::ProxyEvent;
/// use tracker_telemetry::fingerprint;
/// // printf '[null,"","","","",null,null,null,null,null,null]' | sha256sum
/// assert_eq!(format!("{:016x}", fingerprint(&ProxyEvent::default())), "e81af36c22bc5aa1");
/// ```
#[must_use]
pub fn fingerprint(event: &ProxyEvent<'_>) -> u64 {
    let hash = Sha256::digest(canonical(event));
    hash.iter().take(8).fold(0, |name, byte| name << 8 | u64::from(*byte))
}

fn write_canonical(event: &ProxyEvent<'_>, text: &mut String) {
    text.push('[');
    match event.at_micros {
        Some(micros) if micros < 0 => {
            text.push('-');
            number(Some(micros.unsigned_abs()), text);
        }
        micros => number(micros.map(i64::unsigned_abs), text),
    }
    for word in [&event.rid, &event.lane, &event.model, &event.status] {
        text.push(',');
        string(word, text);
    }
    let tokens = &event.tokens;
    for count in [tokens.input, tokens.output, tokens.cached, tokens.cache_write, tokens.reasoning] {
        text.push(',');
        number(count, text);
    }
    text.push(',');
    match event.latency {
        EventLatency::Absent => text.push_str("null"),
        EventLatency::Malformed => text.push_str("-1"),
        EventLatency::Micros(micros) => number(Some(micros), text),
    }
    text.push(']');
}

/// Writes a count, or `null`. By hand, as every event has a dozen of them.
fn number(value: Option<u64>, text: &mut String) {
    let Some(mut rest) = value else {
        text.push_str("null");
        return;
    };
    let mut digits = ['0'; 20];
    let mut used = 0;
    for place in digits.iter_mut().rev() {
        let digit = (rest % 10) as u8;
        *place = char::from(b'0' + digit);
        used += 1;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    text.extend(digits.iter().skip(digits.len() - used));
}

/// Writes a JSON string; only quotes, backslashes and control characters below 0x20 are escaped.
fn string(word: &str, text: &mut String) {
    text.push('"');
    if word.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        for c in word.chars() {
            match c {
                '"' | '\\' => text.extend(['\\', c]),
                c if u32::from(c) < 0x20 => {
                    let _ = write!(text, "\\u{:04x}", u32::from(c));
                }
                c => text.push(c),
            }
        }
    } else {
        text.push_str(word);
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracker_domain::EventTokens;

    #[test]
    fn each_part_of_the_content_changes_the_name_and_nothing_else_does() {
        let base = ProxyEvent { rid: "R1".into(), ..ProxyEvent::default() };
        let tokens = |tokens| ProxyEvent { tokens, ..base.clone() };
        let others = [
            ProxyEvent { at_micros: Some(0), ..base.clone() },
            ProxyEvent { rid: "R2".into(), ..base.clone() },
            ProxyEvent { lane: "R1".into(), ..base.clone() },
            ProxyEvent { model: "R1".into(), ..base.clone() },
            ProxyEvent { status: "ok".into(), ..base.clone() },
            tokens(EventTokens { input: Some(0), ..EventTokens::default() }),
            tokens(EventTokens { output: Some(0), ..EventTokens::default() }),
            tokens(EventTokens { cached: Some(0), ..EventTokens::default() }),
            tokens(EventTokens { cache_write: Some(0), ..EventTokens::default() }),
            tokens(EventTokens { reasoning: Some(0), ..EventTokens::default() }),
            ProxyEvent { latency: EventLatency::Malformed, ..base.clone() },
            ProxyEvent { latency: EventLatency::Micros(0), ..base.clone() },
        ];
        let mut names: Vec<u64> = others.iter().chain([&base]).map(fingerprint).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 13);
        let same = ProxyEvent { reason: "routed".into(), cost_micro_usd: Some(5), ..base.clone() };
        assert_eq!(fingerprint(&same), fingerprint(&base));
    }

    #[test]
    fn numbers_are_written_as_they_are_printed() {
        let values = [i64::MIN, -1_234_567_890_123_456, -1, 0, 9, 10, 1_760_889_910_000_000, i64::MAX];
        for at in values {
            let tokens = EventTokens { input: Some(u64::MAX), output: Some(0), ..EventTokens::default() };
            let event = ProxyEvent { at_micros: Some(at), tokens, ..ProxyEvent::default() };
            let want = format!("[{at},\"\",\"\",\"\",\"\",{},0,null,null,null,null]", u64::MAX);
            assert_eq!(canonical(&event), want);
        }
    }

    #[test]
    fn canonical_content_is_json_that_gives_the_texts_back() {
        let rid = "a\"b\\c\u{1}\n\u{e9}";
        let event = ProxyEvent { rid: rid.into(), ..ProxyEvent::default() };
        let value: serde_json::Value = serde_json::from_str(&canonical(&event)).unwrap();
        assert_eq!(value[1], rid);
    }
}
