//! Where a command's words go: data to standard output, talk to standard error.

use std::{
    fmt,
    io::{self, BufWriter, IsTerminal, Write},
};

use tracker_term_text::{escape_terminal, escape_terminal_line};

use crate::{CliError, Exit, Format, GlobalArgs, Progress, Style, color, safe};

/// The two streams of a tool and the user's wishes about them.
///
/// Data is buffered; [`run`](crate::run) flushes it and reports what could not be written. Talk that cannot be
/// written is dropped: there is nobody left to tell.
pub struct Ui {
    out: BufWriter<Box<dyn Write>>,
    err: Box<dyn Write>,
    terminals: [bool; 2],
    colored: [bool; 2],
    format: Format,
    verbosity: i16,
}

impl Ui {
    /// Returns a user interface on any two sinks; neither counts as a terminal.
    pub fn new(out: impl Write + 'static, err: impl Write + 'static) -> Self {
        Self {
            out: BufWriter::with_capacity(1 << 16, Box::new(out)),
            err: Box::new(err),
            terminals: [false; 2],
            colored: [false; 2],
            format: Format::Text,
            verbosity: 0,
        }
    }

    /// Returns the user interface on this process's standard output and standard error.
    #[must_use]
    pub fn standard() -> Self {
        let mut ui = Self::new(io::stdout(), io::stderr());
        ui.terminals = [io::stdout().is_terminal(), io::stderr().is_terminal()];
        ui
    }

    /// Takes over the wishes of the command line.
    pub(crate) fn configure(&mut self, args: &GlobalArgs) -> Result<(), CliError> {
        let variable = |name: &str| std::env::var(name).ok();
        self.colored = self.terminals.map(|terminal| color::allowed(args.color, variable, terminal));
        self.verbosity = args.verbosity();
        self.format = args.format()?;
        Ok(())
    }

    /// Returns the asked shape if the command has it.
    ///
    /// # Errors
    /// A usage error when the shape is not in `known`.
    pub fn format_among(&self, known: &[Format]) -> Result<Format, CliError> {
        let refuse = || {
            let shapes = known.iter().map(|shape| format!("--format {shape:?}").to_lowercase());
            CliError::usage(format!("this command has no {:?} output", self.format).to_lowercase())
                .hint(format!("give {}", shapes.collect::<Vec<_>>().join(" or ")))
        };
        known.contains(&self.format).then_some(self.format).ok_or_else(refuse)
    }

    /// Writes one line of data; a newline inside is shown as `\u{a}`.
    ///
    /// # Errors
    /// Standard output cannot be written; so for all methods that write data.
    pub fn line(&mut self, text: impl fmt::Display) -> Result<(), CliError> {
        let text = text.to_string();
        self.bytes(&[escape_terminal_line(&text).as_bytes(), b"\n"])
    }

    /// Writes one line of data made of styled pieces.
    ///
    /// # Errors
    /// As [`Ui::line`].
    pub fn styled(&mut self, pieces: &[(Style, &str)]) -> Result<(), CliError> {
        let paint = |(style, text): &(Style, &str)| style.paint(&escape_terminal_line(text), self.colored[0]);
        let line: String = pieces.iter().map(paint).collect();
        self.bytes(&[line.as_bytes(), b"\n"])
    }

    /// Writes lines of data, each ended by a newline; for a rendered page or CSV text.
    ///
    /// # Errors
    /// As [`Ui::line`].
    pub fn text(&mut self, text: &str) -> Result<(), CliError> {
        let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        self.bytes(&[escape_terminal(text).as_bytes(), end.as_bytes()])
    }

    /// Writes a JSON text and a newline; unsafe characters in strings become JSON escapes.
    ///
    /// # Errors
    /// As [`Ui::line`].
    pub fn json(&mut self, json: &str) -> Result<(), CliError> {
        self.bytes(&[safe::json(json).as_bytes(), b"\n"])
    }

    /// Writes bytes that this program made itself as they are (completions, manual pages, columnar files).
    ///
    /// # Errors
    /// As [`Ui::line`].
    pub fn verbatim(&mut self, bytes: &[u8]) -> Result<(), CliError> {
        self.bytes(&[bytes])
    }

    /// Writes out what is buffered; a streaming command calls it when it has to wait.
    ///
    /// # Errors
    /// As [`Ui::line`].
    pub fn flush(&mut self) -> Result<(), CliError> {
        self.out.flush().map_err(|cause| output_error(&cause))
    }

    /// Says something by the way; `-q` silences it.
    pub fn note(&mut self, text: impl fmt::Display) {
        self.talk(0, Style::Plain, "", &text);
    }

    /// Says something that only `-v` shows.
    pub fn detail(&mut self, text: impl fmt::Display) {
        self.talk(1, Style::Faint, "", &text);
    }

    /// Warns with a `warn: ` line; `-qq` silences it.
    pub fn warn(&mut self, text: impl fmt::Display) {
        self.talk(-1, Style::Caution, "warn: ", &text);
    }

    /// Returns a progress line, which shows only where and when it makes sense.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let shows = self.terminals[1] && self.verbosity >= 0;
        Progress::new(shows.then(|| Box::new(io::stderr()) as Box<dyn Write>))
    }

    /// Prints an error and its hints, whatever the verbosity.
    pub(crate) fn error(&mut self, error: &CliError) {
        self.talk(i16::MIN, Style::Bad, "error: ", error);
        if !error.hints().is_empty() {
            let _ = writeln!(self.err);
        }
        for hint in error.hints() {
            self.talk(i16::MIN, Style::Strong, "hint: ", hint);
        }
    }

    /// Prints several lines on standard error as they are.
    pub(crate) fn page(&mut self, text: &str) {
        let _ = write!(self.err, "{}", escape_terminal(text));
    }

    /// Says one line; the label carries the style, or the whole line if there is none.
    fn talk(&mut self, level: i16, style: Style, label: &str, text: &dyn fmt::Display) {
        if self.verbosity < level {
            return;
        }
        // Data said before comes before; an error of it stays in the buffer and is reported by the last flush.
        let _ = self.out.flush();
        let text = text.to_string();
        let text = escape_terminal_line(&text);
        let _ = match label {
            "" => writeln!(self.err, "{}", style.paint(&text, self.colored[1])),
            _ => writeln!(self.err, "{}{text}", style.paint(label, self.colored[1])),
        };
    }

    fn bytes(&mut self, parts: &[&[u8]]) -> Result<(), CliError> {
        parts.iter().try_for_each(|part| self.out.write_all(part)).map_err(|cause| output_error(&cause))
    }
}

fn output_error(cause: &io::Error) -> CliError {
    CliError::caused(Exit::Failed, "cannot write to standard output", cause)
}

impl fmt::Debug for Ui {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { format, verbosity, .. } = self;
        f.debug_struct("Ui").field("format", format).field("verbosity", verbosity).finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::{Arc, Mutex};

    use clap::Parser;

    use super::*;

    /// A sink that can be read while a user interface writes to it.
    #[derive(Clone, Default)]
    pub(crate) struct Page(Arc<Mutex<Vec<u8>>>);

    impl Page {
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        global: GlobalArgs,
    }

    /// Returns what `body` says on both streams under `args`.
    fn said(args: &[&str], body: impl FnOnce(&mut Ui)) -> (String, String) {
        let (out, err) = (Page::default(), Page::default());
        let mut ui = Ui::new(out.clone(), err.clone());
        ui.configure(&Cli::try_parse_from([&["tool"], args].concat()).unwrap().global).unwrap();
        body(&mut ui);
        ui.flush().unwrap();
        (out.text(), err.text())
    }

    #[test]
    fn data_is_escaped_in_every_shape() {
        let (out, _) = said(&[], |ui| {
            ui.line("a\nerror: forged \u{1b}[2J").unwrap();
            ui.text("x\ny\u{9b}2J").unwrap();
            ui.json("{\"n\":\"\u{202e}\"}").unwrap();
            ui.verbatim(b"\x1b[0m\n").unwrap();
        });
        let lines: Vec<&str> = out.lines().collect();
        assert!(lines[0].starts_with("a\\u{a}error: forged ") && !lines[0].contains('\u{1b}'));
        assert_eq!(lines[1], "x");
        assert!(!lines[2].contains('\u{9b}'));
        assert_eq!(lines[3..], ["{\"n\":\"\\u202e\"}", "\u{1b}[0m"]);
    }

    #[test]
    fn verbosity_orders_the_talk() {
        let all = |ui: &mut Ui| {
            ui.note("note");
            ui.detail("detail");
            ui.warn("careful");
            ui.error(&CliError::failed("broken").hint("mend it"));
        };
        assert_eq!(said(&[], all).1, "note\nwarn: careful\nerror: broken\n\nhint: mend it\n");
        assert_eq!(said(&["-q"], all).1, "warn: careful\nerror: broken\n\nhint: mend it\n");
        assert_eq!(said(&["-qq"], all).1, "error: broken\n\nhint: mend it\n");
        assert_eq!(said(&["-v"], all).1, "note\ndetail\nwarn: careful\nerror: broken\n\nhint: mend it\n");
    }

    #[test]
    fn colour_surrounds_escaped_text() {
        let go = |ui: &mut Ui| ui.styled(&[(Style::Good, "GO"), (Style::Plain, " W0\u{7}")]).unwrap();
        let (colored, _) = said(&["--color=always"], go);
        assert!(colored.starts_with("\u{1b}[32mGO\u{1b}[0m W0") && !colored.contains('\u{7}'));
        assert!(said(&["--color=never"], go).0.starts_with("GO W0"));
    }

    #[test]
    fn unknown_shape_is_refused() {
        said(&["--format=csv"], |ui| {
            let error = ui.format_among(&[Format::Text, Format::Json]).unwrap_err();
            assert_eq!(
                (error.exit(), error.to_string().as_str()),
                (Exit::Usage, "this command has no csv output")
            );
            assert_eq!(ui.format_among(&[Format::Text, Format::Csv]).unwrap(), Format::Csv);
        });
    }
}
