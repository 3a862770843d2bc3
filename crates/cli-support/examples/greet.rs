//! A whole tool in the shared manners: `cargo run -p tracker-cli-support --example greet -- world`.

use std::process::ExitCode;

use tracker_cli_support::{CliError, Exit, GlobalArgs, INPUT_CAP, InputArgs, Ui, run};

/// Greets whoever is named, or whoever the input names
#[derive(clap::Parser)]
#[command(name = "greet", version)]
struct Cli {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(flatten)]
    input: InputArgs,
    /// Whom to greet
    name: Option<String>,
    /// How often
    #[arg(long, default_value_t = 1)]
    times: u32,
}

impl AsRef<GlobalArgs> for Cli {
    fn as_ref(&self) -> &GlobalArgs {
        &self.global
    }
}

fn main() -> ExitCode {
    run(std::env::args_os(), greet)
}

fn greet(cli: Cli, ui: &mut Ui) -> Result<Exit, CliError> {
    let name = match cli.name {
        Some(name) => name,
        None => String::from_utf8_lossy(&cli.input.read(INPUT_CAP)?).trim_end().to_owned(),
    };
    // A fault of the program, to be seen from outside: its message must not show what the user gave.
    assert!(name != "fault", "internal words about {name}");
    for _ in 0..cli.times {
        ui.line(format_args!("hello {name}"))?;
    }
    ui.note(format_args!("greeted {} times", cli.times));
    Ok(Exit::Ok)
}
