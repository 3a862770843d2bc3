//! Proxy telemetry against counting and hashing the same log.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
    process::Command,
};

use super::main_loop::{Measured, time};
use crate::{Failure, demo::Home};

/// Events of the log that is ingested.
const EVENTS: u64 = 1_000_000;

/// Measures ingest and cost comparison; each once, as a run of seconds evens out what a busy moment adds.
pub(super) fn run(home: &Home) -> Result<Vec<Measured>, Failure> {
    let (log, data) = (home.folder().join("usage.jsonl"), home.folder().join("telemetry"));
    println!("making a log of {EVENTS} events ...");
    write_log(&log).map_err(|e| format!("{}: {e}", log.display()))?;
    let read = |program: &str, words: &[&str]| time(Command::new(program).args(words).arg(&log));
    // The first reading brings the file into the cache.
    read("wc", &["-l"])?;
    let base = read("wc", &["-l"])? + read("sha256sum", &[])?;
    let mut ingest = home.tool("tracker");
    ingest
        .arg("--data-dir")
        .arg(&data)
        .args(["ingest", "proxy-telemetry", "--window", "B", "--file"])
        .arg(&log);
    let ingested = time(&mut ingest)?;
    let mut compare = home.tool("proxy-cost-compare");
    let compared = time(compare.arg("--data-dir").arg(&data).args(["--top", "10"]))?;
    let ratio = |taken: std::time::Duration| taken.as_secs_f64() / base.as_secs_f64().max(f64::EPSILON);
    Ok(vec![
        Measured {
            name: "ingest of 1,000,000 events / wc -l + sha256sum",
            ratio: ratio(ingested),
            most: 6.0,
        },
        Measured { name: "cost compare of 1,000,000 events / the same", ratio: ratio(compared), most: 6.0 },
    ])
}

fn write_log(path: &Path) -> std::io::Result<()> {
    let mut log = BufWriter::new(File::create(path)?);
    for n in 0..EVENTS {
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
