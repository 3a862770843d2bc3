//! The one place that turns the result of a command into text and an exit code.

use std::{
    ffi::OsString,
    io::{self, Write},
    panic::{self, AssertUnwindSafe, PanicHookInfo},
    path::Path,
    process::ExitCode,
};

use clap::error::ErrorKind;

use crate::{CliError, Exit, GlobalArgs, Ui};

/// Parses `args`, runs `body` on the standard streams and returns the exit code; a tool's whole `main`.
///
/// Standard output is flushed and its failure reported; a broken pipe anywhere is success; a panic prints one line
/// without the text that it carried (it could hold a pane's) and exits 1.
pub fn run<P, F>(args: impl IntoIterator<Item = OsString>, body: F) -> ExitCode
where
    P: clap::Parser + AsRef<GlobalArgs>,
    F: FnOnce(P, &mut Ui) -> Result<Exit, CliError>,
{
    panic::set_hook(Box::new(|info| {
        // Standard error may be closed: then nobody is there to tell.
        let _ = writeln!(io::stderr(), "{}", fault_line(info));
    }));
    let exit = panic::catch_unwind(AssertUnwindSafe(|| run_with(Ui::standard(), args, body)));
    ExitCode::from(exit.unwrap_or(Exit::Failed).code())
}

/// Does the work of [`run`] on any streams, in the caller's process: for tests and embedders.
pub fn run_with<P, F>(mut ui: Ui, args: impl IntoIterator<Item = OsString>, body: F) -> Exit
where
    P: clap::Parser + AsRef<GlobalArgs>,
    F: FnOnce(P, &mut Ui) -> Result<Exit, CliError>,
{
    let result = match P::try_parse_from(args) {
        Ok(cli) => ui.configure(cli.as_ref()).and_then(|()| body(cli, &mut ui)),
        Err(error) => answer(&mut ui, &error),
    };
    let flushed = ui.flush();
    match result.and_then(|exit| flushed.map(|()| exit)) {
        Ok(exit) => exit,
        Err(error) if error.is_broken_pipe() => Exit::Ok,
        Err(error) => {
            ui.error(&error);
            error.exit()
        }
    }
}

/// Shows the help or version that was asked for, or tells in one line what is wrong with the arguments.
fn answer(ui: &mut Ui, error: &clap::Error) -> Result<Exit, CliError> {
    let text = error.render().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ui.text(&text).map(|()| Exit::Ok),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            ui.page(&text);
            Ok(Exit::Usage)
        }
        _ => Err(usage_error(&text)),
    }
}

/// Takes clap's rendering apart: the first paragraph is the message, tips and the usage line are hints.
fn usage_error(text: &str) -> CliError {
    let mut paragraphs = text.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    let first = paragraphs.next().unwrap_or_default();
    let error = CliError::usage(first.strip_prefix("error: ").unwrap_or(&first));
    let kept = paragraphs.filter_map(|part| {
        let tip = part.strip_prefix("tip: ").map(str::to_owned);
        tip.or_else(|| part.strip_prefix("Usage: ").map(|usage| format!("usage: {usage}")))
    });
    kept.fold(error, CliError::hint).hint("see --help")
}

/// Returns the line for a panic: where, never what.
fn fault_line(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map_or_else(String::new, |location| {
        // The file's name alone: the path would tell where the tool was built.
        let file = Path::new(location.file()).file_name().unwrap_or_default().to_string_lossy();
        format!(" at {file}:{}", location.line())
    });
    format!("error: internal fault{place}: please report it with the command that you ran")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::tests::Page;

    /// Does things.
    #[derive(clap::Parser)]
    #[command(name = "tool", version = "1.2.3", subcommand_required = true, arg_required_else_help = true)]
    struct Cli {
        #[command(flatten)]
        global: GlobalArgs,
        #[command(subcommand)]
        verb: Verb,
    }
    #[derive(clap::Subcommand)]
    enum Verb {
        /// Says a word
        Say {
            #[arg(long)]
            word: String,
        },
        /// Fails
        Fail,
    }
    impl AsRef<GlobalArgs> for Cli {
        fn as_ref(&self) -> &GlobalArgs {
            &self.global
        }
    }

    fn body(cli: Cli, ui: &mut Ui) -> Result<Exit, CliError> {
        match cli.verb {
            Verb::Say { word } => ui.line(word).map(|()| Exit::SoftGo),
            Verb::Fail => Err(CliError::refused("no \u{1b}[31m\nway").hint("turn round")),
        }
    }

    fn seen(args: &[&str]) -> (Exit, String, String) {
        let (out, err) = (Page::default(), Page::default());
        let ui = Ui::new(out.clone(), err.clone());
        let exit = run_with(ui, args.iter().map(OsString::from), body);
        (exit, out.text(), err.text())
    }

    #[test]
    fn result_becomes_exit_and_text() {
        assert_eq!(seen(&["tool", "say", "--word", "hi"]), (Exit::SoftGo, "hi\n".into(), String::new()));
        let (exit, out, err) = seen(&["tool", "fail"]);
        assert_eq!((exit, out.as_str()), (Exit::Refused, ""));
        assert_eq!(err.lines().count(), 3, "{err}");
        assert!(
            err.starts_with("error: no ")
                && err.ends_with("\n\nhint: turn round\n")
                && !err.contains('\u{1b}')
        );
    }

    #[test]
    fn help_and_version_are_data_and_usage_errors_are_talk() {
        assert_eq!(seen(&["tool", "--version"]), (Exit::Ok, "tool 1.2.3\n".into(), String::new()));
        let (exit, out, err) = seen(&["tool", "--help"]);
        assert!(exit == Exit::Ok && out.starts_with("Does things") && err.is_empty());
        let (exit, out, err) = seen(&["tool"]);
        assert!(exit == Exit::Usage && out.is_empty() && err.starts_with("Does things"));

        let (exit, out, err) = seen(&["tool", "say", "--wrod", "hi"]);
        assert_eq!((exit, out.as_str()), (Exit::Usage, ""));
        assert_eq!(
            err,
            "error: unexpected argument '--wrod' found\n\n\
             hint: a similar argument exists: '--word'\n\
             hint: usage: tool say --word <WORD>\n\
             hint: see --help\n"
        );
        assert_eq!(seen(&["tool", "say"]).0, Exit::Usage);
        assert!(
            seen(&["tool", "say", "--word", "x", "--format", "xml"])
                .2
                .starts_with("error: invalid value 'xml'")
        );
        assert_eq!(seen(&["tool", "fail", "--json", "--format=text"]).0, Exit::Usage);
    }

    /// A sink that fails with one kind of error.
    struct Failing(io::ErrorKind);
    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn reader_that_left_is_success_and_a_full_disk_is_not() {
        let exit = |kind| {
            let err = Page::default();
            let args = ["tool", "say", "--word", "hi"].map(OsString::from);
            (run_with(Ui::new(Failing(kind), err.clone()), args, body), err.text())
        };
        assert_eq!(exit(io::ErrorKind::BrokenPipe), (Exit::Ok, String::new()));
        let (full, said) = exit(io::ErrorKind::StorageFull);
        assert_eq!(full, Exit::Failed);
        assert_eq!(said, "error: cannot write to standard output: no storage space\n");
    }
}
