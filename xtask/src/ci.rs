//! `ci`: all that the workflow checks, on this machine, with the same commands.

use std::{
    process::{Command, Stdio},
    time::Instant,
};

use crate::{Failure, place, step, tidy, uat};

/// Runs every gate, also after one failed, and names those that did.
pub(crate) fn run() -> Result<(), Failure> {
    let mut document =
        step::cargo(&["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"]);
    document.env("RUSTDOCFLAGS", "-D warnings");
    let clippy = &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
    let fuzz = &[
        "clippy",
        "--manifest-path",
        "fuzz/Cargo.toml",
        "--no-default-features",
        "--quiet",
        "--",
        "-D",
        "warnings",
    ];
    let gates = [
        ("format", Gate::Command(step::cargo(&["fmt", "--all", "--", "--check"]))),
        ("clippy", Gate::Command(step::cargo(clippy))),
        ("clippy of the fuzz targets", Gate::Command(step::cargo(fuzz))),
        ("documentation", Gate::Command(document)),
        ("tidy", Gate::Chore(tidy::run)),
        ("lock file", Gate::Command(step::cargo(&["update", "--workspace", "--locked", "--quiet"]))),
        ("dependencies", Gate::Guest("cargo-deny", step::cargo(&["deny", "check"]))),
        ("spelling", Gate::Guest("typos-cli", spelling())),
        ("acceptance", Gate::Chore(uat::run)),
    ];
    let mut failed = Vec::new();
    for (name, gate) in gates {
        println!("== {name}");
        let started = Instant::now();
        let result = match gate {
            Gate::Command(mut command) => step::pass(&mut command),
            Gate::Chore(chore) => chore(),
            Gate::Guest(package, command) if !is_installed(&command) => {
                println!("== {name}: NOT CHECKED, install it by: cargo install --locked {package}\n");
                continue;
            }
            Gate::Guest(_, mut command) => step::pass(&mut command),
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

/// One gate: a command, a chore of this program, or a command of a package that may not be installed.
enum Gate {
    Command(Command),
    Chore(fn() -> Result<(), Failure>),
    Guest(&'static str, Command),
}

fn spelling() -> Command {
    let mut command = Command::new("typos");
    command.current_dir(place::root());
    command
}

/// Returns true if the command knows its own version.
fn is_installed(command: &Command) -> bool {
    let mut probe = Command::new(command.get_program());
    // `cargo deny check`: the second word is the guest.
    probe.args(command.get_args().take(1)).arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}
