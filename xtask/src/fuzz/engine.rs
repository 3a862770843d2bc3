//! One run of one target.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use crate::{Failure, step};

use super::build;
use super::list::Target;
use super::report::{Heard, Report};

/// The longest input: longer ones take time and find little more.
const MOST_BYTES: u32 = 16 << 10;
/// An input that takes longer than this is a finding; a loaded machine is allowed for.
const MOST_SECONDS: u32 = 20;
/// A target that takes more memory is a finding; libFuzzer itself takes up to 150 MiB.
const MOST_MEBIBYTES: u32 = 768;
/// Words of the first inputs that are told to the mutator.
const WORDS: usize = 400;
/// The variable by which the target of providers is told the kind.
const KIND: &str = "TRACKER_FUZZ_KIND";

/// How long a target runs, and from which seed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub(super) seconds: u64,
    pub(super) seed: u64,
}

/// Runs a target until its time is over or it found something.
pub(super) fn run(target: &Target, plan: Plan) -> Result<Report, Failure> {
    let name = target.name.replace(':', "-");
    let met = made(build::folder().join("met").join(&name))?;
    let findings = made(build::folder().join("findings").join(&name))?;
    let words = build::folder().join("met").join(format!("{name}.words"));
    fs::write(&words, dictionary(target)).map_err(|e| format!("cannot write {}: {e}", words.display()))?;

    let mut command = command(target)?;
    // New inputs go into the first folder; the others are only read.
    command.arg(&met).args(&target.seeds).arg(format!("-dict={}", words.display()));
    command.arg(format!("-artifact_prefix={}/", findings.display()));
    // Zero would let it choose.
    command.arg(format!("-seed={}", plan.seed.clamp(1, u64::from(u32::MAX))));
    command.arg(format!("-max_total_time={}", plan.seconds));
    for (flag, value) in [
        ("max_len", MOST_BYTES),
        ("timeout", MOST_SECONDS),
        ("rss_limit_mb", MOST_MEBIBYTES),
        ("print_final_stats", 1),
    ] {
        command.arg(format!("-{flag}={value}"));
    }
    let started = Instant::now();
    let mut heard = Heard::default();
    let ended_well = step::listen(&mut command, |line| heard.line(line))?;
    Ok(heard.report(&target.name, plan, started.elapsed(), ended_well))
}

/// Runs a target on one input, in sight.
pub(super) fn replay(target: &Target, input: &Path) -> Result<(), Failure> {
    let input = fs::canonicalize(input).map_err(|e| format!("cannot read {}: {e}", input.display()))?;
    step::pass(command(target)?.arg(input))
}

fn command(target: &Target) -> Result<Command, Failure> {
    let mut command = Command::new(build::binary(target.binary)?);
    command.env("RUST_BACKTRACE", "0");
    match target.kind {
        Some(kind) => command.env(KIND, kind),
        None => command.env_remove(KIND),
    };
    Ok(command)
}

fn made(folder: PathBuf) -> Result<PathBuf, Failure> {
    fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    Ok(folder)
}

/// Returns the most frequent words of the first inputs, in the form of libFuzzer. Comparisons of texts are not seen by
/// it, as they are calls: words like `Weekly limit:` must be given.
fn dictionary(target: &Target) -> String {
    let mut counts = std::collections::BTreeMap::<Vec<u8>, usize>::new();
    for file in target.seeds.iter().flat_map(|folder| crate::place::files(folder)) {
        for line in fs::read(&file).unwrap_or_default().split(|byte| *byte == b'\n').take(200) {
            for word in line.split(|byte| !(byte.is_ascii_alphanumeric() || b" _-%.:".contains(byte))) {
                let word = word.trim_ascii();
                if (2..=32).contains(&word.len()) {
                    *counts.entry(word.to_vec()).or_default() += 1;
                }
            }
        }
    }
    let mut words: Vec<(Vec<u8>, usize)> = counts.into_iter().collect();
    words.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    words.iter().take(WORDS).map(|(word, _)| format!("\"{}\"\n", String::from_utf8_lossy(word))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_is_the_one_that_the_target_reads() {
        assert_eq!(KIND, tracker_fuzz::KIND);
    }

    #[test]
    fn words_of_the_captures_are_told() {
        let target = super::super::list::chosen(Some("provider:codex")).unwrap().remove(0);
        let words = dictionary(&target);
        assert!(words.lines().any(|word| word == "\"Weekly limit:\""), "{words}");
        assert!(words.lines().all(|word| word.is_ascii() && word.len() <= 34));
    }
}
