//! The process that is killed: appends rows and says so on stdout after each is durable.

use std::{
    collections::HashMap,
    env,
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::Instant,
};

use tracker_ledger::{Ack, Ledger, LedgerError, LedgerFile};

use crate::Failure;

/// The ledger that all victims write.
pub(super) const FILE: LedgerFile = LedgerFile::SNAPSHOTS;

/// Names a row: who wrote it, and the how-manieth of his it was.
pub(super) type RowName = (u64, u64);

/// Appends one row of about `size` bytes in a transaction of its own.
pub(super) fn store(ledger: &Ledger, (writer, number): RowName, size: usize) -> Result<Ack, LedgerError> {
    let head = format!("{{\"w\":{writer},\"i\":{number},\"pad\":\"");
    let pad = "x".repeat(size.saturating_sub(head.len() + 90));
    let mut write = ledger.begin(&[FILE])?;
    let ack = write.append(&FILE, &format!("{head}{pad}\"}}"))?;
    write.commit()?;
    Ok(ack)
}

/// Returns the name that a row of [`store`] carries.
pub(super) fn name_of(line: &[u8]) -> Option<RowName> {
    let text = std::str::from_utf8(line.get(..64.min(line.len()))?).ok()?;
    let (writer, rest) = text.strip_prefix("{\"w\":")?.split_once(",\"i\":")?;
    Some((writer.parse().ok()?, rest.split_once(',')?.0.parse().ok()?))
}

/// `victim DIR WRITER SIZE ROWS FIRST`: says `ack WRITER NUMBER SEQ HASH MICROSECONDS` for each row.
pub(super) fn run(args: &[&str]) -> Result<(), Failure> {
    let [dir, numbers @ ..] = args else { return Err("victim DIR WRITER SIZE ROWS FIRST".into()) };
    let numbers: Result<Vec<u64>, _> = numbers.iter().map(|text| text.parse()).collect();
    let Ok([writer, size, rows, first]) = numbers.as_deref() else {
        return Err("victim takes four numbers after the folder".into());
    };
    let ledger = Ledger::open(*dir);
    for number in *first..first + rows {
        let started = Instant::now();
        let size = usize::try_from(*size).unwrap_or(usize::MAX);
        let ack = store(&ledger, (*writer, number), size)
            .map_err(|e| format!("{e}; {}", e.hint().unwrap_or("no hint")))?;
        let line =
            format!("ack {writer} {number} {} {} {}\n", ack.seq, ack.hash, started.elapsed().as_micros());
        io::stdout().write_all(line.as_bytes()).map_err(|e| e.to_string())?;
    }
    Ok(())
}

/// Returns the call of a victim: this program in another role.
pub(super) fn command(dir: &Path, writer: u64, size: u64, rows: u64, first: u64) -> Command {
    let mut command = Command::new(env::current_exe().unwrap_or_default());
    command.args(["crash", "victim"]).arg(dir);
    command.args([writer, size, rows, first].map(|number| number.to_string()));
    command
}

/// What was acknowledged: the hash of each row, and how long each took in microseconds.
#[derive(Debug, Default)]
pub(super) struct Acks {
    pub(super) rows: HashMap<RowName, String>,
    pub(super) micros: Vec<u64>,
}

impl Acks {
    /// Takes one line of a victim's output; a line without its end is no ack.
    pub(super) fn hear(&mut self, line: &str) {
        let Some(words) = line.strip_suffix('\n').and_then(|line| line.strip_prefix("ack ")) else { return };
        let words: Vec<&str> = words.split(' ').collect();
        if let [writer, number, _seq, hash, micros] = words[..]
            && let (Ok(writer), Ok(number), Ok(micros)) = (writer.parse(), number.parse(), micros.parse())
        {
            self.rows.insert((writer, number), hash.to_owned());
            self.micros.push(micros);
        }
    }
}

/// Victims that run, and the acks heard from them.
#[derive(Debug)]
pub(super) struct Victims {
    children: Vec<Child>,
    listeners: Vec<JoinHandle<()>>,
    acks: Arc<Mutex<Acks>>,
}

impl Victims {
    pub(super) fn start(commands: impl IntoIterator<Item = Command>) -> Result<Self, Failure> {
        let mut victims = Self { children: Vec::new(), listeners: Vec::new(), acks: Arc::default() };
        for mut command in commands {
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
            let mut child = command.spawn().map_err(|e| format!("cannot start {command:?}: {e}"))?;
            let stdout = child.stdout.take();
            let acks = Arc::clone(&victims.acks);
            victims.listeners.push(thread::spawn(move || {
                let Some(stdout) = stdout else { return };
                let (mut lines, mut line) = (BufReader::new(stdout), String::new());
                while lines.read_line(&mut line).is_ok_and(|read| read > 0) {
                    acks.lock().unwrap_or_else(PoisonError::into_inner).hear(&line);
                    line.clear();
                }
            }));
            victims.children.push(child);
        }
        Ok(victims)
    }

    pub(super) fn ids(&self) -> Vec<u32> {
        self.children.iter().map(Child::id).collect()
    }

    /// Returns the rows that were acknowledged so far.
    pub(super) fn acked_so_far(&self) -> HashMap<RowName, String> {
        self.acks.lock().unwrap_or_else(PoisonError::into_inner).rows.clone()
    }

    /// Kills all at once, and returns the acks and how many had failed by themselves before.
    pub(super) fn kill(mut self) -> (Acks, usize) {
        for child in &mut self.children {
            let _ = child.kill();
        }
        self.end()
    }

    /// Waits for all, and returns the acks and how many failed.
    pub(super) fn end(mut self) -> (Acks, usize) {
        let mut failed = 0;
        for child in &mut self.children {
            // A killed one has no code.
            failed +=
                usize::from(child.wait().is_ok_and(|status| status.code().is_some_and(|code| code != 0)));
        }
        for listener in self.listeners {
            let _ = listener.join();
        }
        (std::mem::take(&mut self.acks.lock().unwrap_or_else(PoisonError::into_inner)), failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_carries_its_name_and_an_ack_line_is_heard_whole_or_not() {
        let dir = Scratch::new("victim").unwrap();
        let ack = store(&Ledger::open(dir.path()), (3, 41), 300).unwrap();
        let line = Ledger::open(dir.path()).read_row_at(&FILE, ack.offset).unwrap().unwrap();
        assert_eq!((name_of(&line), line.len() > 250), (Some((3, 41)), true));
        assert_eq!(name_of(b"{\"n\":1}"), None);
        let mut acks = Acks::default();
        acks.hear("ack 3 41 1 abc 90\n");
        acks.hear("ack 3 42 2 abd 9");
        assert_eq!((acks.rows.len(), acks.rows[&(3, 41)].as_str(), &acks.micros[..]), (1, "abc", &[90][..]));
    }

    use super::super::scratch::Scratch;
}
