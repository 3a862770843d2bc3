//! The promise of a ledger, checked on what is left after a fault: what was acknowledged is there, and it goes on.

use std::ops::ControlFlow;

use tracker_ledger::{Ack, Ledger, LedgerError, LedgerFile, Recovery, Status};

/// Appends the row of that number in a transaction of its own, as a command does before it acknowledges.
///
/// # Errors
/// As the ledger's.
pub fn store_numbered(ledger: &Ledger, file: &LedgerFile, number: usize) -> Result<Ack, LedgerError> {
    let mut write = ledger.begin(std::slice::from_ref(file))?;
    let ack = write.append(file, &body(number))?;
    write.commit()?;
    Ok(ack)
}

/// Returns the number that each row carries, in the order of the ledger; a row without one is told as an error.
///
/// # Errors
/// The ledger cannot be read, or a line is shown to readers that nobody stored.
pub fn stored_numbers(ledger: &Ledger, file: &LedgerFile) -> Result<Vec<usize>, String> {
    let (mut numbers, mut strange) = (Vec::new(), None);
    let read = ledger.scan(file, &[], |line| {
        let text = String::from_utf8_lossy(line.bytes).into_owned();
        match text.strip_prefix("{\"n\":").and_then(|rest| rest.split(',').next()?.parse().ok()) {
            Some(number) if text.starts_with(body(number).trim_end_matches('}')) => numbers.push(number),
            _ => strange = Some(text),
        }
        ControlFlow::Continue(())
    });
    read.map_err(|error| format!("cannot be read: {error}"))?;
    strange.map_or(Ok(numbers), |line| Err(format!("a reader sees {line:?}, which nobody stored")))
}

/// Checks a ledger into which the rows 0, 1, 2, ... were stored one after the other: the `acked` first ones are
/// there, at most `attempted` are, readers see nothing else, `verify` finds no damage, and the next append works.
///
/// ```
/// use std::sync::Arc;
/// use tracker_ledger::{Ledger, LedgerFile};
/// use tracker_test_support::{CrashStorage, Fate, check_promise, store_numbered};
///
/// let disk = CrashStorage::new();
/// let ledger = |disk: &CrashStorage| Ledger::with_storage("data", Arc::new(disk.clone()));
/// store_numbered(&ledger(&disk), &LedgerFile::CHURN, 0)?;
/// let after = disk.after_power_cut(|_, _| Fate::Lost);
/// assert_eq!(check_promise(&ledger(&after), &LedgerFile::CHURN, 1, 1), Ok(()));
/// # Ok::<(), tracker_ledger::LedgerError>(())
/// ```
///
/// # Errors
/// What does not hold.
pub fn check_promise(
    ledger: &Ledger,
    file: &LedgerFile,
    acked: usize,
    attempted: usize,
) -> Result<(), String> {
    let present = stored_numbers(ledger, file)?;
    if present != (0..present.len()).collect::<Vec<_>>() || !(acked..=attempted).contains(&present.len()) {
        return Err(format!("{acked} rows were acknowledged, present are {present:?}"));
    }
    let found = |what: &str| {
        let report = ledger.verify(file, Recovery::Tail).map_err(|error| format!("{what}: {error}"))?;
        Ok::<_, String>((report.status, format!("{what}: {:?}", report.issues)))
    };
    let (status, told) = found("verify after the fault")?;
    if status > Status::Repairable {
        return Err(told);
    }
    store_numbered(ledger, file, present.len()).map_err(|error| format!("the next append fails: {error}"))?;
    let (status, told) = found("verify after the next append")?;
    if status != Status::Ok {
        return Err(told);
    }
    let now = stored_numbers(ledger, file)?;
    if now.len() == present.len() + 1 {
        Ok(())
    } else {
        Err(format!("after the next append there are {now:?}"))
    }
}

/// Rows of several lengths, so that a cut falls anywhere in them.
fn body(number: usize) -> String {
    format!("{{\"n\":{number},\"text\":\"{}\"}}", "x".repeat(number * 7 % 40))
}
