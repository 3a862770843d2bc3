//! Proxy telemetry against counting and hashing the same log.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
    process::Command,
    time::Duration,
};

use super::{Found, ratio, time, time_and_peak};
use crate::{Failure, demo::Home};

/// A size of log, and what is measured on it.
struct Scale {
    events: u64,
    /// How often each side is measured; its least time counts, as a busy moment only ever adds.
    rounds: u64,
    ingest: &'static str,
    memory: &'static str,
    compare: &'static str,
    preview: &'static str,
}

/// Measures ingest and cost comparison of a million events.
pub(super) fn run(home: &Home) -> Result<Vec<Found>, Failure> {
    let scale = Scale {
        events: 1_000_000,
        rounds: 3,
        ingest: "ingest of 1,000,000 events / wc -l + sha256sum",
        memory: "peak memory of ingest of 1,000,000 events / 16 B each + 16 MiB",
        compare: "cost compare of 1,000,000 events / wc -l + sha256sum",
        preview: "preview (exact percentiles) of 1,000,000 events / the same",
    };
    measure(&scale, home)
}

/// Measures the same on ten million events; takes minutes and 3 GB of the temporary folder.
pub(super) fn run_large(home: &Home) -> Result<Vec<Found>, Failure> {
    let scale = Scale {
        events: 10_000_000,
        rounds: 1,
        ingest: "ingest of 10,000,000 events / wc -l + sha256sum",
        memory: "peak memory of ingest of 10,000,000 events / 16 B each + 16 MiB",
        compare: "cost compare of 10,000,000 events / wc -l + sha256sum",
        preview: "preview (exact percentiles) of 10,000,000 events / the same",
    };
    measure(&scale, home)
}

/// Measures both sides in turn, so that a busy minute finds both.
fn measure(scale: &Scale, home: &Home) -> Result<Vec<Found>, Failure> {
    let log = home.folder().join("usage.jsonl");
    eprintln!("making a log of {} events ...", scale.events);
    write_log(&log, scale.events).map_err(|e| format!("{}: {e}", log.display()))?;
    let read = |program: &str, words: &[&str]| time(Command::new(program).args(words).arg(&log));
    // The first reading brings the file into the cache.
    read("wc", &["-l"])?;
    let mut least = [Duration::MAX; 4];
    let mut memory: Option<f64> = None;
    for round in 0..scale.rounds {
        let data = home.folder().join(format!("telemetry-{}-{round}", scale.events));
        let base = read("wc", &["-l"])? + read("sha256sum", &[])?;
        let mut ingest = home.tool("tracker");
        ingest.arg("--data-dir").arg(&data);
        ingest.args(["ingest", "proxy-telemetry", "--window", "B", "--file"]).arg(&log);
        let (ingested, peak) = time_and_peak(&ingest)?;
        memory = memory.into_iter().chain(peak).reduce(f64::max);
        let mut compare = home.tool("proxy-cost-compare");
        let compared = time(compare.arg("--data-dir").arg(&data).args(["--top", "10"]))?;
        let mut preview = home.tool("tracker");
        let previewed = time(preview.arg("--data-dir").arg(&data).arg("preview"))?;
        for (least, taken) in least.iter_mut().zip([base, ingested, compared, previewed]) {
            *least = taken.min(*least);
        }
        std::fs::remove_dir_all(&data).map_err(|e| format!("{}: {e}", data.display()))?;
    }
    std::fs::remove_file(&log).map_err(|e| format!("{}: {e}", log.display()))?;
    let [base, ingested, compared, previewed] = least;
    let mut found = vec![
        Found::at_most(scale.ingest, ratio(ingested, base), 6.0),
        Found::at_most(scale.compare, ratio(compared, base), 6.0),
        Found::at_most(scale.preview, ratio(previewed, base), 6.0),
    ];
    if let Some(kib) = memory {
        let allowed = 16.0 * scale.events as f64 + f64::from(16 << 20);
        found.push(Found::at_most(scale.memory, 1024.0 * kib / allowed, 1.0));
    }
    Ok(found)
}

fn write_log(path: &Path, events: u64) -> std::io::Result<()> {
    let mut log = BufWriter::new(File::create(path)?);
    for n in 0..events {
        let (lane, model, reason) = if n.is_multiple_of(2) {
            ("baseline", "anthropic/haiku", "ok")
        } else {
            ("glm", "z.ai/glm-4.6", "routed")
        };
        // Spread like counts of requests, without a source of randomness.
        let spread = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        writeln!(
            log,
            "{{\"ts\":{},\"rid\":\"req-{:08}\",\"lane\":\"{lane}\",\"model\":\"{model}\",\"status\":\"ok\",\
             \"input_tokens\":{},\"output_tokens\":{},\"reason\":\"{reason}\",\"latency_ms\":{}}}",
            1_760_000_000_000 + n,
            n / 2,
            spread % 5000,
            spread % 887,
            50 + spread % 2953
        )?;
    }
    log.flush()
}
