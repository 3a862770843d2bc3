//! What `clean` promises for any bytes, and for the streams of real clients.

use proptest::prelude::*;
use std::time::{Duration, Instant};
use tracker_term_text::clean;

/// Bytes that are rich in what terminals obey.
fn terminal_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..8),
        "[ -~\\n]{0,12}".prop_map(String::into_bytes),
        "\\x1b\\[[?]?[0-9;]{0,6}[@-~]".prop_map(String::into_bytes),
        "\\x1b[PX^_\\]][ -~]{0,6}(\\x07|\\x1b\\\\)?".prop_map(String::into_bytes),
        "[\\u{80}-\\u{9f}\\u{200b}-\\u{200f}\\u{202a}-\\u{202e}\\u{2028}\\u{2066}-\\u{2069}\\u{feff}]"
            .prop_map(String::into_bytes),
        "[\\r\\n\\t\\x08\\x07\\x00\\x0b\\x0c\\x1b]{1,3}".prop_map(String::into_bytes),
        "[│█░使😀e\\u{301}\\u{fe0f}]{1,4}".prop_map(String::into_bytes),
        Just(b"\x1b[999;511H".to_vec()),
        Just(b"\x1b[200C\x1b[56C".to_vec()),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_but_newlines_controls_the_terminal_any_more(bytes in terminal_bytes()) {
        let text = clean(&bytes).text;
        prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
        let bidi = |c| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        prop_assert!(!text.contains(bidi), "{text:?}");
    }

    #[test]
    fn cleaning_twice_is_cleaning_once(bytes in terminal_bytes()) {
        let once = clean(&bytes).text;
        let twice = clean(once.as_bytes());
        prop_assert_eq!(&twice.text, &once);
        prop_assert_eq!(twice.repairs, tracker_term_text::Repairs::default());
    }

    #[test]
    fn plain_lines_are_left_alone(lines in "([!-~│█░]([ -~]{0,20}[!-~])?\\n){0,6}[!-~]") {
        prop_assert_eq!(clean(lines.as_bytes()).text, lines);
    }
}

/// The renderer of Claude Code 2.1 skips cells that it drew before: only played do its words come back.
#[test]
fn a_skip_cell_stream_reads_as_words() {
    let stream = b"\x1b[27;3HCurrent session\x1b[28;3H6% used\x1b[29;3HResets 1:30pm (Asia/Taipei)\
        \x1b[27;3HCurrent sess\x1b[1Con\x1b[22m\x1b[K\x1b[29;12H29";
    let pane = clean(stream);
    assert!(pane.repairs.emulated);
    assert_eq!(pane.text, "  Current session\n  6% used\n  Resets 1:29pm (Asia/Taipei)");
}

/// Several panes of one session are all in the text, oldest first.
#[test]
fn panes_before_a_clear_are_kept() {
    let pane = clean(b"\x1b[2J\x1b[HWeekly limit: 82% left\r\n\x1b[2J\x1b[HWeekly limit: 81% left\r\n");
    assert_eq!(pane.text, "Weekly limit: 82% left\nWeekly limit: 81% left");
}

fn fastest(bytes: &[u8]) -> Duration {
    let times = (0..3).map(|_| {
        let start = Instant::now();
        std::hint::black_box(clean(bytes));
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

/// Time is linear: eight times the input takes some eight times as long, whatever it holds. The bound leaves room for a
/// busy machine and is still far from the factor 64 of a quadratic scan.
#[test]
fn time_is_linear_in_the_input() {
    let garbage: Vec<u8> =
        (0u32..).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).take(5_000).collect();
    let shapes: [Vec<u8>; 6] = [
        garbage,
        b"\x1b]".repeat(2_500),
        b"\x1b[".repeat(2_500),
        b"a\x08".repeat(2_500),
        b"82% left\x1b[1C(resets 20:06)\r\n".repeat(200),
        b"\x1b[2Jx\x1b[H".repeat(300),
    ];
    for shape in shapes {
        let ratio = || fastest(&shape.repeat(8)).as_secs_f64() / fastest(&shape).as_secs_f64();
        let start = String::from_utf8_lossy(&shape[..8]).into_owned();
        assert!((0..8).any(|_| ratio() < 24.0), "{start:?}");
    }
}
