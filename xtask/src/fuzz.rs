//! `fuzz`: runs the targets of `fuzz/` under libFuzzer, which the stable compiler can serve: it counts branches.
//!
//! Each target prints one JSON line. What it finds is kept as a file, and the chore fails.

mod build;
mod engine;
mod list;
mod report;

use std::{path::PathBuf, str::FromStr};

use crate::Failure;
use engine::Plan;
use list::Target;
use report::Report;

/// Seconds of each target when nothing is said, and in the short form.
const SECONDS: u64 = 60;
const SHORT_SECONDS: u64 = 2;
/// Seconds after which a fuzzer that sees branches has long found the planted fault.
const CONTROL_SECONDS: u64 = 60;

const HELP: &str = "\
Usage: cargo xtask fuzz [--seconds N] [--target T] [--seed S]
       cargo xtask fuzz --target T --input FILE
       cargo xtask fuzz short

  --seconds N   how long each target runs (60)
  --target T    one target, or all whose name begins so: pane, provider, provider:KIND, row, ...
  --seed S      the seed of the mutations; without it another one each time
  --input FILE  run one input, for example a finding
  short         the control must be found, then every target for 2 seconds

`--target control` runs the target with a planted fault: it must fail.
What is met goes to fuzz/met in the build directory, what is found to fuzz/findings.";

/// Runs `cargo xtask fuzz ...`.
pub(crate) fn run(args: &[&str]) -> Result<(), Failure> {
    if *args == ["short"] {
        return short();
    }
    if let ["--help" | "-h"] = args {
        println!("{HELP}");
        return Ok(());
    }
    let options = Options::of(args)?;
    let targets = list::chosen(options.target.as_deref())?;
    if let Some(why) = build::missing() {
        return Report::not_run("all", why).told();
    }
    build::all()?;
    if let Some(input) = &options.input {
        return match targets.as_slice() {
            [target] => engine::replay(target, input),
            _ => Err(format!("--input takes one --target\n\n{HELP}")),
        };
    }
    each(&targets, options.seconds.unwrap_or(SECONDS), options.seed)
}

/// The control, then every target for a moment; takes a minute, and a minute more for the first build.
pub(crate) fn short() -> Result<(), Failure> {
    if let Some(why) = build::missing() {
        return Report::not_run("all", why).told();
    }
    build::all()?;
    control()?;
    each(&list::chosen(None)?, SHORT_SECONDS, Some(1))
}

/// Runs the target with a planted fault: finding it is the success.
fn control() -> Result<(), Failure> {
    let report = engine::run(&list::control(), Plan { seconds: CONTROL_SECONDS, seed: 1 })?;
    if report.told().is_err() {
        Ok(())
    } else {
        Err("the planted fault was not found: the fuzzer is blind".into())
    }
}

fn each(targets: &[Target], seconds: u64, seed: Option<u64>) -> Result<(), Failure> {
    let mut failed = Vec::new();
    for target in targets {
        let seed = match seed {
            Some(seed) => seed,
            None => {
                u64::from(getrandom::u32().map_err(|e| format!("the machine gives no random number: {e}"))?)
            }
        };
        let told = engine::run(target, Plan { seconds, seed }).and_then(|report| report.told());
        failed.extend(told.err());
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

/// What was asked for.
#[derive(Debug, Default, PartialEq)]
struct Options {
    seconds: Option<u64>,
    seed: Option<u64>,
    target: Option<String>,
    input: Option<PathBuf>,
}

impl Options {
    fn of(args: &[&str]) -> Result<Self, Failure> {
        let mut options = Self::default();
        let mut args = args.iter();
        while let Some(flag) = args.next() {
            let value = args.next().ok_or_else(|| format!("{flag} takes a value\n\n{HELP}"))?;
            let number = || {
                u64::from_str(value).map_err(|_| format!("{flag} takes a number, not {value:?}\n\n{HELP}"))
            };
            match *flag {
                "--seconds" => options.seconds = Some(number()?),
                "--seed" => options.seed = Some(number()?),
                "--target" => options.target = Some((*value).to_owned()),
                "--input" => options.input = Some(PathBuf::from(value)),
                _ => return Err(format!("no such option: {flag}\n\n{HELP}")),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::place;

    #[test]
    fn options_are_named_and_numbers_are_numbers() {
        let options = Options::of(&["--seconds", "7", "--target", "row"]).unwrap();
        assert_eq!((options.seconds, options.target.as_deref()), (Some(7), Some("row")));
        assert!(Options::of(&["--seconds", "soon"]).unwrap_err().contains("takes a number"));
        assert!(Options::of(&["--seconds"]).unwrap_err().contains("takes a value"));
        assert!(Options::of(&["--speed", "1"]).unwrap_err().contains("no such option"));
    }

    #[test]
    fn every_target_is_listed_and_has_an_entry_and_a_corpus() {
        let known: BTreeSet<&str> = tracker_fuzz::TARGETS.iter().map(|(name, _)| *name).collect();
        let listed: BTreeSet<&str> = list::chosen(None).unwrap().iter().map(|target| target.binary).collect();
        assert_eq!(listed, known);
        let manifest = std::fs::read_to_string(place::root().join("fuzz/Cargo.toml")).unwrap();
        for name in known.into_iter().chain([list::control().binary]) {
            assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
            let entry = place::root().join(format!("fuzz/fuzz_targets/{name}.rs"));
            assert!(
                std::fs::read_to_string(entry).unwrap().contains(&format!("tracker_fuzz::{name}(")),
                "{name}"
            );
            assert!(
                !place::files(&place::root().join("fuzz/corpus").join(name)).is_empty(),
                "{name}: no corpus"
            );
        }
    }

    /// Gives every input to its target; returns what was found, by file.
    fn replayed(target: &Target, run: impl Fn(&[u8])) -> Vec<String> {
        let mut found = Vec::new();
        for file in target.seeds.iter().flat_map(|folder| place::files(folder)) {
            let bytes = std::fs::read(&file).unwrap();
            if catch_unwind(AssertUnwindSafe(|| run(&bytes))).is_err() {
                found.push(place::shown(&file));
            }
        }
        found
    }

    #[test]
    fn every_corpus_is_replayed_without_a_finding() {
        for target in list::chosen(None).unwrap() {
            let found =
                match (&target.kind, tracker_fuzz::TARGETS.iter().find(|(name, _)| *name == target.binary)) {
                    (Some(kind), _) => replayed(&target, |bytes| tracker_fuzz::of_kind(kind, bytes)),
                    (None, Some((_, run))) => replayed(&target, run),
                    (None, None) => panic!("{} is unknown", target.name),
                };
            assert_eq!(found, Vec::<String>::new(), "{}", target.name);
        }
    }

    #[test]
    fn the_planted_fault_is_found_by_the_replay() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("planted"), b"F5%!").unwrap();
        std::fs::write(folder.path().join("harmless"), b"F5% left").unwrap();
        let target = Target { seeds: vec![folder.path().to_owned()], ..list::control() };
        let found = replayed(&target, tracker_fuzz::control);
        assert!(found.len() == 1 && found[0].ends_with("planted"), "{found:?}");
    }
}
