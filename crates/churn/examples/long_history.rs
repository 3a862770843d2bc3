//! Prints a history for `git fast-import`: the source files of a folder, edited over and over with each other's lines.
//!
//! ```text
//! git init -q --bare /tmp/long
//! cargo run --release -p tracker-churn --example long_history -- FOLDER 6000 | git -C /tmp/long fast-import --quiet
//! ```
//!
//! Every sixth commit is a feature commit; some rename a file, some move a block, some only change white space.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// xorshift64*: the same history for the same folder.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap_or(0) % sides.max(1)
    }
}

type Files = Vec<(String, Vec<String>)>;

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().unwrap_or_else(|| ".".into()));
    let commits = args.next().and_then(|word| word.parse().ok()).unwrap_or(6000);
    let mut files = Files::new();
    collect(&folder, &mut files)?;
    files.sort();
    let pool: Vec<String> = files.iter().flat_map(|(_, lines)| lines.iter().cloned()).collect();
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for number in 0..commits {
        let message = match number % 6 {
            1 => format!("xfeat::F{}::W-{}::green", number / 6, number / 60),
            _ => format!("work {number}"),
        };
        // Twenty commits a day.
        let time = 1_600_000_000 + number * 4320;
        writeln!(out, "commit refs/heads/main\ncommitter T <t@example.com> {time} +0000")?;
        writeln!(out, "data {}\n{message}", message.len())?;
        if number == 0 {
            files.iter().try_for_each(|(path, lines)| put(&mut out, path, lines))?;
        }
        for _ in 0..=dice.roll(3) {
            edit(&mut files, &pool, &mut dice, number, &mut out)?;
        }
        writeln!(out)?;
    }
    out.flush()
}

fn collect(folder: &Path, files: &mut Files) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "rs")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            let name = format!("src/{:03}.rs", files.len());
            files.push((name, text.lines().map(str::to_owned).collect()));
        }
    }
    Ok(())
}

fn put(out: &mut impl Write, path: &str, lines: &[String]) -> std::io::Result<()> {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    writeln!(out, "M 100644 inline {path}\ndata {}\n{text}", text.len())
}

/// Edits one file in one of many ways and prints it.
fn edit(
    files: &mut Files,
    pool: &[String],
    dice: &mut Dice,
    number: u64,
    out: &mut impl Write,
) -> std::io::Result<()> {
    let at = dice.roll(files.len());
    let kind = dice.roll(24);
    let other = dice.roll(files.len());
    let Some((path, lines)) = files.get_mut(at) else { return Ok(()) };
    let from = dice.roll(lines.len());
    let until = (from + dice.roll(24)).min(lines.len());
    match kind {
        0 => {
            writeln!(out, "D {path}")?;
            *path = format!("moved/{number}-{at}.rs");
        }
        1 => lines.iter_mut().take(until).skip(from).for_each(|line| line.insert_str(0, "    ")),
        2 => {
            let block: Vec<String> = lines.drain(from..until).collect();
            let (path, lines) = (path.clone(), lines.clone());
            put(out, &path, &lines)?;
            if let Some((_, to)) = files.get_mut(other) {
                to.extend(block);
            }
            return files.get(other).map_or(Ok(()), |(path, lines)| put(out, path, lines));
        }
        3..=6 => drop(lines.drain(from..until)),
        _ => {
            let new: Vec<String> = (from..until + 4)
                .map(|n| {
                    format!(
                        "{} // {number}.{n}",
                        pool.get(dice.roll(pool.len())).cloned().unwrap_or_default()
                    )
                })
                .collect();
            let removed = if kind < 16 { until } else { from };
            lines.splice(from..removed, new);
        }
    }
    let (path, lines) = (path.clone(), lines.clone());
    put(out, &path, &lines)
}
