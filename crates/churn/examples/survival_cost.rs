//! Measures what survival costs beside the git commands that it calls, and what a second look costs; holds range churn
//! against `git diff --numstat`. For repositories without merges.
//!
//! ```text
//! cargo run --release -p tracker-churn --example survival_cost -- REPOSITORY
//! ```
#![expect(clippy::disallowed_methods, reason = "it measures git itself")]

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tracker_churn::{CommitId, PathFilter, Repo, SurveyOptions, cache, log, range_churn, survey, survival};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let mut out = std::io::stdout().lock();
    let dir = std::env::args().nth(1).unwrap_or_else(|| ".".into());
    let repo = Repo::open(&dir)?;
    let end = repo.resolve("HEAD")?;
    let options = SurveyOptions::default();
    let (mut alone, mut whole) = (Duration::MAX, Duration::MAX);
    let mut history = survey(&repo, &end, &options, |_, _| {})?;
    for _ in 0..3 {
        alone = alone.min(git_alone(&dir)?);
        let started = Instant::now();
        history = survey(&repo, &end, &options, |_, _| {})?;
        whole = whole.min(started.elapsed());
    }
    let found = survival(&history.commits.iter().collect::<Vec<_>>(), i64::MAX / 2, &[7, 14, 28]);
    writeln!(out, "feature commits: {}, lines: {}", found.commits, found.lines_added)?;
    let ratio = whole.as_secs_f64() / alone.as_secs_f64();
    writeln!(out, "git alone {alone:.2?}, survey {whole:.2?}, ratio {ratio:.2}")?;
    let text = cache::write(&history, &cache::key(&end, &options));
    let started = Instant::now();
    let again = cache::read(&text, &cache::key(&repo.resolve("HEAD")?, &options));
    let took = started.elapsed();
    assert_eq!(again.as_ref(), Some(&history), "the cache says the same");
    writeln!(
        out,
        "second look {took:.2?}, {:.1} % of the first",
        100.0 * took.as_secs_f64() / whole.as_secs_f64()
    )?;
    if let Ok(status) = fs::read_to_string("/proc/self/status") {
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        writeln!(out, "memory {}", peak.trim())?;
    }
    let checked = check_ranges(&repo, &dir)?;
    writeln!(out, "{checked} ranges equal git diff --numstat")?;
    Ok(())
}

fn git(dir: &str, args: &[&str], input: &[u8]) -> Outcome<Vec<u8>> {
    let mut command = Command::new("git");
    command.arg("-C").arg(dir).args(args).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn()?;
    let pipe = child.stdin.take();
    let input = input.to_vec();
    let feeder = std::thread::spawn(move || pipe.map(|mut pipe| pipe.write_all(&input)));
    let output = child.wait_with_output()?;
    drop(feeder.join());
    Ok(output.stdout)
}

/// Runs the two commands of a survey with their output thrown together and not read.
fn git_alone(dir: &str) -> Outcome<Duration> {
    let started = Instant::now();
    let said = git(
        dir,
        &["log", "-z", "--topo-order", "--reverse", "--format=tformat:%H%n%P%n%ct%n%B", "HEAD"],
        b"",
    )?;
    let mut took = started.elapsed();
    let commits = log::read(&mut said.as_slice())?;
    let wanted = commits.iter().skip_while(|commit| commit.message.label.is_none());
    let line = |commit: &log::Commit| {
        let parents: Vec<&str> = commit.parents.iter().map(CommitId::as_str).collect();
        format!("{} {}\n", commit.id, parents.join(" "))
    };
    let input: String = wanted.map(line).collect();
    let started = Instant::now();
    git(dir, &["diff-tree", "--stdin", "--always", "-r", "-p", "-U0", "-w", "-M", "-C"], input.as_bytes())?;
    took += started.elapsed();
    Ok(took)
}

/// Sums `git diff --numstat` by hand on 20 ranges and returns how many there were.
fn check_ranges(repo: &Repo, dir: &str) -> Outcome<u32> {
    let mut checked = 0;
    for n in 0..20_u64 {
        let near = n * 137 % 2000;
        let far = near + 1 + n * 211 % 3000;
        let (start, end) = (format!("HEAD~{far}"), format!("HEAD~{near}"));
        let (Ok(first), Ok(last)) = (repo.resolve(&start), repo.resolve(&end)) else { continue };
        let churn = range_churn(repo, &first, &last, &PathFilter::everything())?;
        let said =
            String::from_utf8_lossy(&git(dir, &["diff", "--numstat", &start, &end], b"")?).into_owned();
        let mut sum = (0, 0, 0);
        for line in said.lines() {
            let mut words = line.split('\t').map(|word| word.parse::<u64>().unwrap_or(0));
            sum = (sum.0 + 1, sum.1 + words.next().unwrap_or(0), sum.2 + words.next().unwrap_or(0));
        }
        assert_eq!((churn.files, churn.insertions, churn.deletions), sum, "{start}..{end}");
        checked += 1;
    }
    Ok(checked)
}
