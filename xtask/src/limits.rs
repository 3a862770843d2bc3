//! `limits`: what one hostile input can cost. No command may take 64 MiB more than for a pane, or a second.

mod shapes;

use std::{fs, path::Path};

use tracker_test_support::{Output, TestEnv};

use crate::{Failure, demo, place};
use shapes::SHAPES;

/// Memory above that of an ordinary pane, in MiB, and seconds of computing.
const MOST_MIB: u64 = 64;
const MOST_MS: u64 = 1000;
/// A busy machine makes a run slower, never faster: the best one counts.
const TRIES: usize = 3;
/// The captures' cap (`tracker::intake::CAPTURE_CAP`).
const CAP: usize = tracker::intake::CAPTURE_CAP as usize;
/// A line that no memory should hold; a hole in a file, so that the disk need not either.
const HUGE: u64 = 1 << 30;

const PANE: &str = "  5h limit:      12% used (resets 14:01)\n  Weekly limit:  90% left\n";
const SNAPSHOTS: &str = "data/week0/live/snapshots.jsonl";

/// Measures every shape; fails when one costs too much.
pub(crate) fn run() -> Result<(), Failure> {
    if !cfg!(target_os = "linux") {
        println!("{{\"limits\":\"not_run\"}}");
        eprintln!("NOT RUN: limits: only Linux tells what a process used");
        return Ok(());
    }
    demo::build()?;
    let base = measured("an ordinary pane", &|env| env.tracker_with_stdin(&["parse", "auto"], PANE))?;
    let mut found = Vec::new();
    for shape in SHAPES {
        let bytes = (shape.make)(CAP);
        for words in
            [&["parse", "auto", "--stdin"][..], &["alias", "start", "codex", "--window", "W0-01", "--stdin"]]
        {
            let name = format!("{}, {}", shape.name, words[0]);
            let cost = measured(&name, &|env| env.tracker_with_stdin(words, bytes.clone()))?;
            found.extend(cost.too_much(&name, base));
        }
    }
    let over = vec![b'x'; 50 << 20];
    let cost =
        measured("50 MiB in one line", &|env| env.tracker_with_stdin(&["parse", "auto"], over.clone()))?;
    found.extend(cost.too_much("50 MiB in one line", base));
    for (name, make) in LEDGERS {
        for verb in ["verify", "preview"] {
            let cost = measured(&format!("{name}, {verb}"), &|env| {
                let path = env.write(SNAPSHOTS, "");
                make(&path).map_or_else(|why| panic!("{}: {why}", path.display()), |()| env.tracker(&[verb]))
            })?;
            found.extend(cost.too_much(&format!("{name}, {verb}"), base).filter(|why| !why.contains(" ms")));
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}

/// Makes a ledger of an evil shape at a path.
type Make = fn(&Path) -> std::io::Result<()>;

/// Ledgers that no reader may take into memory; how long they take is told and not judged.
const LEDGERS: [(&str, Make); 3] = [
    ("1 GiB in one line", |path| fs::File::options().write(true).open(path)?.set_len(HUGE)),
    ("10 million empty lines", |path| fs::write(path, vec![b'\n'; 10_000_000])),
    ("10 MiB of small rows", |path| fs::write(path, "{\"window\":\"W0-01\"}\n".repeat(580_000))),
];

/// What a command took.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cost {
    peak_kib: u64,
    cpu_ms: u64,
}

impl Cost {
    fn too_much(self, name: &str, base: Self) -> impl Iterator<Item = String> {
        let above = self.peak_kib.saturating_sub(base.peak_kib) / 1024;
        let memory =
            (above > MOST_MIB).then(|| format!("{name}: {above} MiB more than a pane, {MOST_MIB} may be"));
        let time = (self.cpu_ms > MOST_MS).then(|| format!("{name}: {} ms, {MOST_MS} may be", self.cpu_ms));
        memory.into_iter().chain(time)
    }
}

/// Runs a command a few times in new worlds, prints its least cost as a JSON line and returns it.
fn measured(name: &str, run: &dyn Fn(&TestEnv) -> Output) -> Result<Cost, Failure> {
    let mut best: Option<Cost> = None;
    for _ in 0..TRIES {
        let env = TestEnv::new(place::release_binary("tracker"));
        env.set_now("2026-11-20T10:00:00Z");
        let output = run(&env);
        if !matches!(output.code(), Some(0..=4)) || output.stderr().contains("internal fault") {
            return Err(format!("{name}: {output}"));
        }
        let usage = output.usage();
        let cost = Cost { peak_kib: usage.peak_kib, cpu_ms: usage.cpu_ms };
        best = Some(best.map_or(cost, |best| Cost {
            // Memory is the same in each run, but may be looked at too early.
            peak_kib: best.peak_kib.max(cost.peak_kib),
            cpu_ms: best.cpu_ms.min(cost.cpu_ms),
        }));
        if cost.cpu_ms < MOST_MS / 2 {
            break;
        }
    }
    let cost = best.unwrap_or(Cost { peak_kib: 0, cpu_ms: 0 });
    println!("{{\"input\":{name:?},\"peak_mib\":{},\"cpu_ms\":{}}}", cost.peak_kib / 1024, cost.cpu_ms);
    Ok(cost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_held_against_a_pane_and_time_against_a_second() {
        let base = Cost { peak_kib: 14 << 10, cpu_ms: 0 };
        let cost =
            |mib: u64, cpu_ms| Cost { peak_kib: mib << 10, cpu_ms }.too_much("x", base).collect::<Vec<_>>();
        assert_eq!(cost(78, 1000), Vec::<String>::new());
        assert_eq!(cost(79, 1001), ["x: 65 MiB more than a pane, 64 may be", "x: 1001 ms, 1000 may be"]);
    }
}
