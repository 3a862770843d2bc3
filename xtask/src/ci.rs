//! `ci`: all that the workflow checks, on this machine, with the same commands.

use std::{process::Command, time::Instant};

use crate::{Failure, docs, step, tidy, uat};

/// Runs every gate, also after one failed, and names those that did.
pub(crate) fn run() -> Result<(), Failure> {
    let mut document =
        step::cargo(&["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"]);
    document.env("RUSTDOCFLAGS", "-D warnings");
    let clippy = &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
    let gates: [(&str, Gate); 7] = [
        ("format", Gate::Command(step::cargo(&["fmt", "--all", "--", "--check"]))),
        ("clippy", Gate::Command(step::cargo(clippy))),
        ("documentation", Gate::Command(document)),
        ("tidy", Gate::Chore(tidy::run)),
        ("lock file", Gate::Command(step::cargo(&["update", "--workspace", "--locked", "--quiet"]))),
        ("generated documents", Gate::Chore(docs::check)),
        ("acceptance", Gate::Chore(uat::run)),
    ];
    let mut failed = Vec::new();
    for (name, gate) in gates {
        println!("== {name}");
        let started = Instant::now();
        let result = match gate {
            Gate::Command(mut command) => step::pass(&mut command),
            Gate::Chore(chore) => chore(),
        };
        match result {
            Ok(()) => println!("== {name}: ok, {} s\n", started.elapsed().as_secs()),
            Err(failure) => {
                println!("{failure}\n== {name}: FAILED, {} s\n", started.elapsed().as_secs());
                failed.push(name);
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

/// One gate: a command, or a chore of this program.
enum Gate {
    Command(Command),
    Chore(fn() -> Result<(), Failure>),
}
