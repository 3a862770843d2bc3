//! Inputs as long as a capture may be, each of which costs some part of the way as much as it can.

/// A shape: its name, and what makes so many bytes of it.
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) make: fn(usize) -> Vec<u8>,
}

/// Repeats a unit up to a length.
macro_rules! repeated {
    ($name:literal, $unit:expr) => {
        Shape { name: $name, make: |length| $unit.iter().copied().cycle().take(length).collect() }
    };
}

pub(super) const SHAPES: &[Shape] = &[
    repeated!("only newlines", b"\n"),
    repeated!("short lines", b"x\n"),
    repeated!("labels", b"a:\n"),
    repeated!("labels of accounts", b"account:\n"),
    repeated!("cut accounts", b"user: a1@\n"),
    repeated!("addresses", b"Account: a@b.example.com\n"),
    repeated!("addresses in one line", b"a@b.example.com "),
    repeated!("home paths", concat!("/ho", "me/u/").as_bytes()),
    repeated!("session ids", b"3f2504e0-4f89-41d3-9a0c-0305e82c3301 "),
    repeated!("limit rows", b"5h limit: 1% used\n"),
    repeated!(
        "panes",
        b"  5h limit:  12% used (resets 14:01)\n  Weekly limit:  90% left (resets 21:11 on 25 Oct)\n"
    ),
    repeated!("sections", b"Current week (A)\n1% used\n"),
    repeated!("bytes that are no text", b"\xff"),
    repeated!("colours", b"\x1b[31mab"),
    repeated!("cursor moves", b"\x1b[5;3Hab"),
    repeated!("screens", b"\x1b[2Jx"),
    repeated!("bars", "\u{2588}\u{2591}".as_bytes()),
    repeated!("members", b"\"a\":\"b\","),
    repeated!("objects", b"{}\n"),
    repeated!("events", b"{\"status\":\"ok\",\"model\":\"m\"}\n"),
    repeated!(
        "log lines",
        b"{\"payload\":{\"type\":\"token_count\",\"rate_limits\":{\"primary\":{\"used_percent\":1}}}}\n"
    ),
    Shape { name: "UTF-16", make: utf16 },
    Shape { name: "JSON of a million levels", make: |_| nested(1_000_000) },
    Shape { name: "an object of 100,000 keys", make: |_| keys(100_000) },
    Shape { name: "an object of all keys", make: |length| keys(length / 12) },
    Shape {
        name: "a report in one line",
        make: |length| listed("{\"date\":\"2025-10-19\",\"inputTokens\":1}", length),
    },
    Shape { name: "a report of nothing", make: |length| listed("{}", length) },
    Shape { name: "a report of numbers", make: |length| listed("0", length) },
];

fn utf16(length: usize) -> Vec<u8> {
    let row = "5h limit: 3% used\n".encode_utf16().flat_map(u16::to_le_bytes);
    let row: Vec<u8> = row.collect();
    [0xff, 0xfe].into_iter().chain(row.into_iter().cycle()).take(length & !1).collect()
}

fn nested(levels: usize) -> Vec<u8> {
    format!("{{\"a\":{}1{}}}", "[".repeat(levels), "]".repeat(levels)).into_bytes()
}

fn keys(count: usize) -> Vec<u8> {
    let keys: Vec<String> = (0..count).map(|n| format!("\"{n:06}\":0")).collect();
    format!("{{{}}}", keys.join(",")).into_bytes()
}

fn listed(item: &str, length: usize) -> Vec<u8> {
    let count = length.saturating_sub(16) / (item.len() + 1);
    format!("{{\"daily\":[{}]}}", vec![item; count].join(",")).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_as_long_as_a_capture_may_be() {
        for shape in SHAPES {
            let length = (shape.make)(1 << 20).len();
            assert!(
                length <= 1 << 20 || shape.name.contains("million") || shape.name.contains("100,000"),
                "{}",
                shape.name
            );
            assert!(length > 1 << 19, "{}: {length}", shape.name);
        }
    }
}
