//! Runs a command under strace: what it called, and one call made to fail.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::Failure;

/// Returns why nothing can be traced here, if nothing can.
pub(super) fn missing() -> Option<String> {
    let mut probe = Command::new("strace");
    probe.args(["-o", "/dev/null", "true"]).stdout(Stdio::null()).stderr(Stdio::null());
    let works = probe.status().is_ok_and(|status| status.success());
    (!works).then(|| "strace is not installed, or may not trace: install it (Linux only)".to_owned())
}

/// Returns the call of `inner` under strace with these options, its log in a file.
pub(super) fn around(inner: &Command, options: &[&str], log: &Path) -> Command {
    let mut command = Command::new("strace");
    command.arg("-f").args(options).arg("-o").arg(log).arg(inner.get_program()).args(inner.get_args());
    if let Some(dir) = inner.get_current_dir() {
        command.current_dir(dir);
    }
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// Returns the lines of a log.
pub(super) fn lines(log: &Path) -> Result<Vec<String>, Failure> {
    let text = fs::read(log).map_err(|e| format!("cannot read {}: {e}", log.display()))?;
    Ok(String::from_utf8_lossy(&text).lines().map(|line| line.trim_end().to_owned()).collect())
}

/// Returns each call of `names` as its name and its number among those of that name, from the first call that
/// touches `dir` on: what comes before is the start of the process.
pub(super) fn calls_from(lines: &[String], names: &[&str], dir: &str) -> Vec<(String, usize)> {
    let (mut calls, mut counts, mut begun) = (Vec::new(), vec![0; names.len()], false);
    for line in lines {
        begun |= line.contains(dir);
        let name = line.split_once('(').and_then(|(start, _)| start.split_ascii_whitespace().last());
        let Some(at) = name.and_then(|name| names.iter().position(|known| *known == name)) else { continue };
        counts[at] += 1;
        if begun {
            calls.push((names[at].to_owned(), counts[at]));
        }
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_name_from_the_first_touch_on() {
        let lines = [
            "7 openat(AT_FDCWD, \"/lib/x\") = 3",
            "7 write(1, \"\") = 0",
            "7 openat(AT_FDCWD, \"/d/a\") = 3",
            "7 write(3, \"\") = 0",
        ];
        let lines: Vec<String> = lines.map(str::to_owned).to_vec();
        let calls = calls_from(&lines, &["openat", "write"], "/d");
        assert_eq!(calls, [("openat".to_owned(), 2), ("write".to_owned(), 2)]);
    }
}
