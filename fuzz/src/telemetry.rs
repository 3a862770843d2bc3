//! A stream of telemetry, cut anywhere.

use tracker_telemetry::{
    Classes, CostComparison, Lines, PriceTable, Seen, Summary, canonical, fingerprint, read_line,
};

/// Every line is read or called bad; sums do not depend on where the stream is cut or the batches end; a price table
/// of any text is read or refused. The first byte is the length of the chunks.
///
/// # Panics
/// Something of that does not hold.
pub fn telemetry(bytes: &[u8]) {
    let (chunk, stream) =
        bytes.split_first().map_or((1, bytes), |(first, rest)| (usize::from(*first) + 1, rest));
    let whole = summed(&[stream]);
    let pieces: Vec<&[u8]> = stream.chunks(chunk).collect();
    assert_eq!(summed(&pieces), whole, "chunks of {chunk} bytes change the sums");
    let _ = PriceTable::parse(&String::from_utf8_lossy(stream));
}

/// Returns the sums of a stream and a text of the comparison.
fn summed(pieces: &[&[u8]]) -> (Summary, String) {
    let (classes, prices) = (Classes::default(), PriceTable::bundled());
    let (mut lines, mut seen) = (Lines::default(), Seen::default());
    let (mut summary, mut other) = (Summary::default(), Summary::default());
    let mut comparison = CostComparison::new(&classes, &prices);
    let mut take = |line: &[u8]| {
        let Ok(text) = std::str::from_utf8(line) else { return };
        for event in read_line(text).into_iter().flatten() {
            let name = fingerprint(&event);
            assert_eq!(name, fingerprint(&event.clone()));
            let canonical = canonical(&event);
            assert!(serde_json::from_str::<serde_json::Value>(&canonical).is_ok(), "{canonical}");
            let is_new = seen.insert(name);
            assert!(seen.contains(name) && !seen.insert(name), "an event counts once");
            if is_new {
                // Two sums that are merged at the end are one sum.
                if seen.len() % 2 == 0 { &mut summary } else { &mut other }.add(&event, &classes);
                comparison.add(&event);
            }
        }
    };
    for piece in pieces {
        lines.feed(piece, |line| take(line.bytes));
    }
    if let Some(line) = lines.rest() {
        take(line.bytes);
    }
    summary.merge(other);
    for q in [0.0, 0.5, 0.95, 1.0] {
        assert!(summary.latency_ms(q).is_none_or(|ms| ms.is_finite() && ms >= 0.0));
    }
    for percent in [summary.routed_pct(), summary.error_pct(), comparison.glm_share_pct()] {
        assert!(percent.is_none_or(|percent| (0.0..=100.0).contains(&percent)), "{percent:?}");
    }
    let rows = comparison.rows(5);
    let told = format!("{rows:?} {} {:?}", comparison.matched(), comparison.mean_delta_tokens());
    (summary, told)
}
