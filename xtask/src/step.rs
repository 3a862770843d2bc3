//! Starting a command: shown and let through, or heard line by line.

use std::{
    env,
    ffi::OsStr,
    io::{self, BufRead, BufReader},
    process::{Command, Stdio},
};

use crate::{Failure, place};

/// Returns `cargo` with `args`, in the repository, without colours.
pub(crate) fn cargo<S: AsRef<OsStr>>(args: &[S]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(place::root()).env("CARGO_TERM_COLOR", "never").env("NO_COLOR", "1");
    command
}

/// Runs a command whose output goes where ours goes.
///
/// # Errors
/// It cannot be started or does not end with 0.
pub(crate) fn pass(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|e| format!("cannot start {command:?}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", shown(command))) }
}

/// Runs a command and gives every line of its two outputs, in order, to `hear`; true when it ended with 0.
///
/// # Errors
/// It cannot be started or heard.
pub(crate) fn listen(command: &mut Command, mut hear: impl FnMut(&str)) -> Result<bool, Failure> {
    let name = shown(command);
    let broken = |e: io::Error| format!("cannot run {name}: {e}");
    // One pipe for both outputs, so that a failure stands beside the name of its suite.
    let (reader, writer) = io::pipe().map_err(broken)?;
    command.stdin(Stdio::null()).stdout(writer.try_clone().map_err(broken)?).stderr(writer);
    let mut child = command.spawn().map_err(broken)?;
    // The command holds our ends of the pipe until it lets go of them; without this the pipe would never end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut lines = BufReader::new(reader);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).map_err(broken)? > 0 {
        hear(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']));
        line.clear();
    }
    child.wait().map(|status| status.success()).map_err(broken)
}

/// Returns the command as it would be typed.
pub(crate) fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program()).file_stem().unwrap_or_default();
    let words = [program].into_iter().chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_outputs_are_heard_and_the_end_is_seen() {
        let mut heard = Vec::new();
        let ended_well = listen(&mut cargo(&["no-such-verb"]), |line| heard.push(line.to_owned())).unwrap();
        assert!(!ended_well && heard.iter().any(|line| line.contains("no such command")), "{heard:?}");
        assert!(listen(&mut cargo(&["--version"]), |line| assert!(line.starts_with("cargo "))).unwrap());
        assert_eq!(shown(&cargo(&["test", "--workspace"])), "cargo test --workspace");
    }
}
