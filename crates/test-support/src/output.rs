//! All that a finished command said.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::Usage;

/// Standard output, standard error and exit status of a command, shown as one text by `Display`.
#[derive(Debug, Clone)]
#[must_use = "either snapshot the output or assert its exit code"]
pub struct Output {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    code: Option<i32>,
    root: PathBuf,
    usage: Usage,
}

impl Output {
    pub(crate) fn new(stdout: Vec<u8>, stderr: Vec<u8>, code: Option<i32>, root: &Path) -> Self {
        Self { stdout, stderr, code, root: root.to_owned(), usage: Usage::default() }
    }

    pub(crate) fn with_usage(self, usage: Usage) -> Self {
        Self { usage, ..self }
    }

    /// Returns what the command used.
    #[must_use]
    pub const fn usage(&self) -> Usage {
        self.usage
    }

    /// Returns the exit code, or none when a signal ended the command.
    #[must_use]
    pub const fn code(&self) -> Option<i32> {
        self.code
    }

    /// Returns standard output with `$TEST_ENV` for the directory of the world.
    #[must_use]
    pub fn stdout(&self) -> String {
        self.portable(&self.stdout)
    }

    /// Returns standard error with `$TEST_ENV` for the directory of the world.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.portable(&self.stderr)
    }

    /// Returns standard output to the byte.
    #[must_use]
    pub fn stdout_bytes(&self) -> &[u8] {
        &self.stdout
    }

    /// Returns standard output after asserting exit code 0.
    #[must_use]
    #[track_caller]
    pub fn success(&self) -> String {
        assert_eq!(self.code, Some(0), "expected success\n{self}");
        self.stdout()
    }

    /// Returns text in which the world's directory has the same name on every machine.
    fn portable(&self, bytes: &[u8]) -> String {
        let mut text = String::from_utf8_lossy(bytes).into_owned();
        let canonical = self.root.canonicalize().unwrap_or_else(|_| self.root.clone());
        // The longer name first: on macOS one is the tail of the other.
        for root in [&canonical, &self.root] {
            let root = root.to_string_lossy();
            // Inside of JSON a backslash is doubled.
            for name in [root.replace('\\', "\\\\"), root.into_owned()] {
                text = text.replace(&name, "$TEST_ENV");
            }
        }
        if cfg!(windows) { with_slashes(&text) } else { text }
    }
}

/// Turns the backslashes of every word that begins at `$TEST_ENV` into slashes.
fn with_slashes(text: &str) -> String {
    let mut pieces = text.split("$TEST_ENV");
    let mut portable = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|c: char| c.is_whitespace() || "\"'`,".contains(c)).unwrap_or(piece.len());
        let (path, rest) = piece.split_at(end);
        portable.push_str("$TEST_ENV");
        portable.push_str(&path.replace("\\\\", "/").replace('\\', "/"));
        portable.push_str(rest);
    }
    portable
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let section = |f: &mut fmt::Formatter<'_>, text: &str| match text {
            _ if text.is_empty() || text.ends_with('\n') => f.write_str(text),
            _ => writeln!(f, "{text}[no newline]"),
        };
        section(f, &self.stdout())?;
        if !self.stderr.is_empty() {
            writeln!(f, "------- stderr -------")?;
            section(f, &self.stderr())?;
        }
        match self.code {
            Some(code) => writeln!(f, "[exit status: {code}]"),
            None => writeln!(f, "[ended by a signal]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_both_streams_and_the_status() {
        let root = Path::new("/tmp/world-1");
        let output =
            Output::new(b"in /tmp/world-1/work at 06:00\n".to_vec(), b"warn: x".to_vec(), Some(3), root);
        assert_eq!(
            output.to_string(),
            "in $TEST_ENV/work at 06:00\n------- stderr -------\nwarn: x[no newline]\n[exit status: 3]\n"
        );
        assert_eq!(Output::new(vec![], vec![], None, root).to_string(), "[ended by a signal]\n");
    }

    #[test]
    fn windows_paths_read_like_others() {
        assert_eq!(
            with_slashes(r#"a\b "$TEST_ENV\\work\\x.jsonl" $TEST_ENV\work c\d"#),
            r#"a\b "$TEST_ENV/work/x.jsonl" $TEST_ENV/work c\d"#
        );
    }
}
