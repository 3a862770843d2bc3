//! What a capture reads: a file, or standard input.

use std::{
    fs::File,
    io::{BufRead, BufReader, IsTerminal, Read, stdin},
    path::PathBuf,
};

use crate::{CliError, Exit};

/// The most that [`InputArgs::read`] takes by default, in bytes: far above any pane, far below the machine's memory.
pub const INPUT_CAP: u64 = 32 << 20;

/// The options that say where a capture comes from; flatten them into a verb's arguments.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct InputArgs {
    /// Read the capture from standard input
    #[arg(long)]
    stdin: bool,
    /// Read the capture from a file (- is standard input)
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl InputArgs {
    /// Opens the input for streaming.
    ///
    /// # Errors
    /// Usage: both options, or none while standard input is a terminal. Failed: the file cannot be opened.
    pub fn open(&self) -> Result<Box<dyn BufRead>, CliError> {
        if self.names_stdin(stdin().is_terminal())? {
            return Ok(Box::new(BufReader::new(stdin())));
        }
        let path = self.file.clone().unwrap_or_default();
        let file = File::open(&path).map_err(|cause| {
            CliError::caused(Exit::Failed, format_args!("cannot read `{}`", path.display()), &cause)
                .hint("give the file of a captured pane with --file, or pipe it in with --stdin")
        })?;
        Ok(Box::new(BufReader::new(file)))
    }

    /// Reads the whole input, at most `cap` bytes.
    ///
    /// # Errors
    /// As [`InputArgs::open`]; failed: nothing to read, more than `cap` bytes, or an error while reading.
    pub fn read(&self, cap: u64) -> Result<Vec<u8>, CliError> {
        read_capped(self.open()?, cap, &self.name())
    }

    /// Tells whether an input is named on the command line: for verbs that can do without one.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.stdin || self.file.is_some()
    }

    /// Returns the file as given; `None` when none is named.
    #[must_use]
    pub fn path(&self) -> Option<&std::path::Path> {
        self.file.as_deref()
    }

    /// Returns the name of the file without its folder, as a hint about its format; `None` for standard input.
    #[must_use]
    pub fn file_name(&self) -> Option<String> {
        let path = self.file.as_deref().filter(|path| path.as_os_str() != "-")?;
        Some(path.file_name()?.to_string_lossy().into_owned())
    }

    /// Returns what the input is called in a message.
    fn name(&self) -> String {
        match &self.file {
            Some(path) if path.as_os_str() != "-" => format!("`{}`", path.display()),
            _ => "standard input".to_owned(),
        }
    }

    /// Returns whether to read standard input rather than the file.
    fn names_stdin(&self, stdin_is_terminal: bool) -> Result<bool, CliError> {
        let choose = "give one of --stdin and --file FILE";
        match &self.file {
            Some(_) if self.stdin => Err(CliError::usage("--stdin and --file name two inputs").hint(choose)),
            Some(path) => Ok(path.as_os_str() == "-"),
            None if stdin_is_terminal && !self.stdin => {
                Err(CliError::usage("no input: standard input is a terminal").hint(choose))
            }
            None => Ok(true),
        }
    }
}

/// Reads `input` to its end and refuses what is empty or above `cap` bytes.
fn read_capped(input: impl Read, cap: u64, name: &str) -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    input.take(cap.saturating_add(1)).read_to_end(&mut bytes).map_err(|cause| {
        CliError::caused(Exit::Failed, format_args!("cannot read {name}"), &cause)
            .hint("give the file of a captured pane with --file, or pipe it in with --stdin")
    })?;
    match bytes.len() as u64 {
        0 => Err(CliError::failed(format!("{name} is empty"))
            .hint("capture the pane while it shows its meters, then give it again")),
        length if length > cap => Err(CliError::failed(format!("{name} is longer than {cap} bytes"))
            .hint("give only the captured pane or report, not the whole session; nothing was stored")),
        _ => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(stdin: bool, file: Option<&str>) -> InputArgs {
        InputArgs { stdin, file: file.map(PathBuf::from) }
    }

    #[test]
    fn exactly_one_input_is_chosen() {
        let exit = |stdin, file, terminal| args(stdin, file).names_stdin(terminal).map_err(|e| e.exit());
        assert_eq!(exit(true, Some("x"), false), Err(Exit::Usage));
        assert_eq!(exit(false, None, true), Err(Exit::Usage));
        assert_eq!(exit(true, None, true), Ok(true));
        assert_eq!(exit(false, None, false), Ok(true));
        assert_eq!(exit(false, Some("-"), true), Ok(true));
        assert_eq!(exit(false, Some("pane.txt"), true), Ok(false));
    }

    #[test]
    fn name_of_the_file_is_a_hint_and_standard_input_has_none() {
        assert_eq!(args(false, Some("a/rollout.jsonl")).file_name().as_deref(), Some("rollout.jsonl"));
        assert_eq!((args(true, None).file_name(), args(false, Some("-")).file_name()), (None, None));
    }

    #[test]
    fn missing_file_is_named_with_a_hint() {
        let error = args(false, Some("no/such/pane.txt")).read(INPUT_CAP).unwrap_err();
        assert_eq!(error.exit(), Exit::Failed);
        assert!(error.to_string().starts_with("cannot read `no/such/pane.txt`: "), "{error}");
        assert_eq!(error.hints().len(), 1);
    }

    #[test]
    fn size_is_bounded_on_both_sides() {
        let read = |bytes: &[u8]| read_capped(bytes, 3, "standard input").map_err(|e| e.to_string());
        assert_eq!(read(b"abc"), Ok(b"abc".to_vec()));
        assert_eq!(read(b""), Err("standard input is empty".to_owned()));
        assert_eq!(read(b"abcd"), Err("standard input is longer than 3 bytes".to_owned()));
        assert!(read_capped(std::io::repeat(b'x'), 1 << 16, "an endless input").is_err());
    }
}
