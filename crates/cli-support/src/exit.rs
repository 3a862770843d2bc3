//! The exit codes, one table for all tools.

/// The table for the `EXIT STATUS` part of every tool's long help.
pub const EXIT_STATUS: &str = "\
Exit status:
  0  ok (a broken pipe is ok)
  1  failed: input or output, unreadable input
  2  usage: wrong arguments or values
  3  refused by a rule of the ledger
  4  ledger damaged
  5  the gate said SOFT GO (only with --exit-code)
  6  the gate said NO-GO (only with --exit-code)";

/// How a command ended; its number is the process's exit code and a promise to scripts.
///
/// ```
/// assert_eq!(tracker_cli_support::Exit::Refused.code(), 3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// All went well, or the reader of the output left early.
    Ok = 0,
    /// Input or output failed, or the input could not be read.
    Failed = 1,
    /// The arguments or the values in them are wrong.
    Usage = 2,
    /// A rule of the ledger refused the request.
    Refused = 3,
    /// A ledger is damaged.
    Damaged = 4,
    /// A gate said SOFT GO.
    SoftGo = 5,
    /// A gate said NO-GO.
    NoGo = 6,
}

impl Exit {
    /// Returns the exit code, 0 to 6.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_lists_every_code_in_order() {
        let all =
            [Exit::Ok, Exit::Failed, Exit::Usage, Exit::Refused, Exit::Damaged, Exit::SoftGo, Exit::NoGo];
        let listed: Vec<u8> =
            EXIT_STATUS.lines().skip(1).map(|line| line.trim().as_bytes()[0] - b'0').collect();
        assert_eq!(listed, all.map(Exit::code));
    }
}
