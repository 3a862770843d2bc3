//! `crash`: breaks the ledger on purpose, in every way that a machine can, and counts what was promised and is not so.
//!
//! Each goal prints one JSON line. Acks are heard through a pipe, outside the process that is killed.

mod checkpoint;
mod concurrency;
mod controls;
mod damage;
mod follow;
mod full;
mod kill;
mod model;
mod order;
mod plan_next;
mod power;
mod report;
mod scratch;
mod sqlite;
mod strace;
mod syscalls;
mod victim;

use std::str::FromStr;

use crate::{Failure, step};
use report::Report;

/// How often and from which seed a goal runs.
#[derive(Debug, Clone, Copy)]
struct Plan {
    rounds: u64,
    seed: u64,
}

/// A goal: its name, its rounds at full length and in the short form, and what runs it.
struct Goal {
    name: &'static str,
    full: u64,
    short: u64,
    run: fn(Plan) -> Result<Report, Failure>,
}

const GOALS: &[Goal] = &[
    Goal { name: "model", full: 100_000, short: 2_000, run: model::run },
    Goal { name: "damage", full: 10_240, short: 1_024, run: damage::run },
    Goal { name: "kill", full: 10_000, short: 60, run: kill::run },
    Goal { name: "syscalls", full: 0, short: 3, run: syscalls::kills },
    Goal { name: "errors", full: 0, short: 11, run: syscalls::errors },
    Goal { name: "order", full: 10_000, short: 200, run: order::run },
    Goal { name: "power", full: 200, short: 3, run: power::run },
    Goal { name: "full", full: 900, short: 40, run: full::run },
    Goal { name: "concurrency", full: 5_000, short: 150, run: concurrency::run },
];

const HELP: &str = "\
Usage: cargo xtask crash <GOAL|all|short|controls> [--rounds N] [--seed S]

  model        every power cut of short runs on a modelled disk, then random histories (rounds)
  damage       every byte of a ledger of so many bytes (rounds) changed, deleted, inserted; rows moved
  kill         4 writers killed at a random moment (rounds)
  syscalls     killed at every system call; --rounds N takes every N-th
  errors       every system call fails or lies; --rounds N takes every N-th
  order        every ack (rounds) comes after the sync of its row
  power        power cuts (rounds) of a loop-mounted disk; needs root
  full         every file size limit up to so many bytes (rounds), small tmpfs disks
  concurrency  8 writers of so many rows (rounds) each, 2 readers, SQLite beside them
  controls     parts of the protocol switched off: the suite must notice each";

/// Runs `cargo xtask crash ...`.
pub(crate) fn run(args: &[&str]) -> Result<(), Failure> {
    if cfg!(debug_assertions) && args.first() != Some(&"controls") {
        // Hashing millions of rows takes an optimized build.
        let mut words = vec!["run", "--release", "--quiet", "--package", "xtask", "--", "crash"];
        words.extend(args);
        return step::pass(&mut step::cargo(&words));
    }
    match args {
        ["victim", rest @ ..] => victim::run(rest),
        ["controls"] => controls::run(),
        ["short"] => all(|goal| goal.short, 1),
        ["all", rest @ ..] => {
            let (_, seed) = options(rest)?;
            all(|goal| goal.full, seed.unwrap_or(1))
        }
        [name, rest @ ..] => {
            let goal = GOALS.iter().find(|goal| goal.name == *name);
            let goal = goal.ok_or_else(|| format!("no such goal: {name}\n\n{HELP}"))?;
            let (rounds, seed) = options(rest)?;
            let plan = Plan { rounds: rounds.unwrap_or(goal.full), seed: seed.unwrap_or(1) };
            (goal.run)(plan)?.told()
        }
        [] => Err(HELP.to_owned()),
    }
}

/// The short form of every goal, for the opening of a session; takes seconds.
pub(crate) fn short() -> Result<(), Failure> {
    run(&["short"])
}

fn all(rounds: fn(&Goal) -> u64, seed: u64) -> Result<(), Failure> {
    let mut failed = Vec::new();
    for goal in GOALS {
        let result = (goal.run)(Plan { rounds: rounds(goal), seed }).and_then(|report| report.told());
        failed.extend(result.err().map(|why| format!("{}: {why}", goal.name)));
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

fn options(args: &[&str]) -> Result<(Option<u64>, Option<u64>), Failure> {
    let (mut rounds, mut seed) = (None, None);
    let mut args = args.iter();
    while let Some(flag) = args.next() {
        let value = args.next().and_then(|text| u64::from_str(text).ok());
        let value = value.ok_or_else(|| format!("{flag} takes a number\n\n{HELP}"))?;
        match *flag {
            "--rounds" => rounds = Some(value),
            "--seed" => seed = Some(value),
            _ => return Err(format!("no such option: {flag}\n\n{HELP}")),
        }
    }
    Ok((rounds, seed))
}

/// A small generator (SplitMix64): a seed gives the same moments on every machine.
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_numbers_under_known_names() {
        assert_eq!(options(&["--seed", "7", "--rounds", "3"]), Ok((Some(3), Some(7))));
        assert_eq!(options(&[]), Ok((None, None)));
        assert!(options(&["--rounds"]).unwrap_err().contains("takes a number"));
        assert!(options(&["--speed", "1"]).unwrap_err().contains("no such option"));
    }

    #[test]
    fn a_seed_gives_the_same_numbers_within_the_bound() {
        let (mut one, mut other) = (Dice(7), Dice(7));
        let rolls: Vec<u64> = (0..100).map(|_| one.below(6)).collect();
        assert!(rolls.iter().all(|roll| *roll == other.below(6) && *roll < 6));
        assert!((0..6).all(|face| rolls.contains(&face)));
    }

    #[test]
    fn every_goal_has_a_line_in_the_help() {
        for goal in GOALS {
            assert!(HELP.contains(&format!("\n  {} ", goal.name)), "{}", goal.name);
        }
    }
}
