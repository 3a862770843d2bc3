//! The repository's chores: `cargo xtask <verb>`. Workflows call these verbs and nothing else.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the chores talk to whoever works on the repository"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "the chores write generated files and start cargo and the tools"
)]

mod bench;
mod ci;
mod coverage;
mod crash;
mod demo;
mod docs;
mod fixture;
mod fuzz;
mod honesty;
mod limits;
mod logs;
mod place;
mod step;
mod tidy;
mod uat;

use std::process::ExitCode;

/// What a chore fails with: one text that says what is wrong and where.
type Failure = String;

const HELP: &str = "\
The repository's chores

Usage: cargo xtask <VERB>

  uat                            open a session: run every test and the demo, end with a verdict
  ci                             all that the workflow checks, with the same commands
  tidy                           check the house rules of this repository
  docs [--check]                 write the generated documents, or tell which are out of date
  demo [ARGS...]                 run `tracker demo` from a release build in a home of its own
  bench [NAME...] [--json]       measure ratios that must hold on any machine
  coverage [--write]             simulate what the intervals and gates do; write the tables to the docs
  crash GOAL [--rounds N]        break the ledger on purpose; `crash` alone lists the goals
  fuzz [--seconds N] [--target T]
                                 give any bytes to the parsers; `fuzz --help` tells more
  limits                         measure what hostile inputs cost, in memory and time
  logs --out DIR --megabytes N --seed S
                                 make session logs whose sums are known
  coverage --router              count the verdicts of replays on logs whose truth is known
  fixture add FILE --provider P  add a captured pane under pseudonyms
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match args.as_slice() {
        ["uat"] => uat::run(),
        ["ci"] => ci::run(),
        ["tidy"] => tidy::run(),
        ["docs"] => docs::write(),
        ["docs", "--check"] => docs::check(),
        ["demo", rest @ ..] => demo::run(rest),
        ["bench", rest @ ..] => bench::run(rest),
        ["coverage"] => coverage::run(),
        ["coverage", "--write"] => coverage::write(),
        ["coverage", "--router"] => honesty::run(),
        ["crash", rest @ ..] => crash::run(rest),
        ["fuzz", rest @ ..] => fuzz::run(rest),
        ["limits"] => limits::run(),
        ["logs", "--out", out, "--megabytes", megabytes, "--seed", seed] => logs::write(out, megabytes, seed),
        ["fixture", "add", file, "--provider", provider] => fixture::add(file, provider),
        ["help" | "--help" | "-h"] | [] => {
            print!("{HELP}");
            Ok(())
        }
        _ => {
            eprintln!("error: no such chore: {}\n\n{HELP}", args.join(" "));
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}
