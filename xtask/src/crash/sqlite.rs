//! The same rows into SQLite: WAL, synchronous=FULL, one insert a transaction, through Python's own module.

use std::{path::Path, process::Command, time::Instant};

use crate::Failure;

const WRITER: &str = r"
import sqlite3, sys
path, writer, rows, size = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
db = sqlite3.connect(path, timeout=60, isolation_level=None)
db.execute('PRAGMA journal_mode=WAL')
db.execute('PRAGMA synchronous=FULL')
for n in range(rows):
    db.execute('INSERT INTO r VALUES (?)', ('{\x22w\x22:%s,\x22i\x22:%d,\x22pad\x22:\x22%s\x22}' % (writer, n, 'x' * (size - 30)),))
";

const CREATE: &str = r"
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute('PRAGMA journal_mode=WAL')
db.execute('CREATE TABLE r (line TEXT)')
db.commit()
";

const COUNT: &str = r"
import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM r').fetchone()[0])
";

/// Returns how many rows a second `writers` processes store.
pub(super) fn rows_per_second(dir: &Path, writers: u64, rows: u64, size: u64) -> Result<f64, Failure> {
    let path = dir.join("beside.sqlite");
    let python = |program: &str| {
        let mut command = Command::new("python3");
        command.args(["-S", "-c", program]).arg(&path);
        command
    };
    let run = |command: &mut Command| {
        let output = command.output().map_err(|e| format!("python3: {e}"))?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.status.success() { Ok(said) } else { Err("python3 has no sqlite3".to_owned()) }
    };
    run(&mut python(CREATE))?;
    let started = Instant::now();
    let mut children = Vec::new();
    for writer in 0..writers {
        let mut command = python(WRITER);
        command.args([writer, rows, size].map(|number| number.to_string()));
        children.push(command.spawn().map_err(|e| format!("python3: {e}"))?);
    }
    for child in &mut children {
        child.wait().map_err(|e| e.to_string())?;
    }
    let seconds = started.elapsed().as_secs_f64();
    // Not all of them may have got their turn in time; what counts is what is stored.
    let stored: f64 = run(&mut python(COUNT))?.parse().map_err(|_| "no count".to_owned())?;
    Ok(stored / seconds)
}
