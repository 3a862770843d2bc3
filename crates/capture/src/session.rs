//! All processes that a command started, so that none is left behind.

use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, UNIX_EPOCH};

use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process_group};

/// How often a process that was asked to end is looked at.
const GLANCE: Duration = Duration::from_millis(20);

/// The variable by which processes are known that left the session on purpose: it is handed down, and nobody removes it.
const MARK: &str = "TRACKER_CAPTURE_RUN";

static RUNS: AtomicU64 = AtomicU64::new(0);

/// All that a command started: its session or process group, and those who left it.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    leader: Option<Pid>,
    mark: String,
}

/// Marks a command that is about to be started; returns the mark.
pub(crate) fn mark(command: &mut Command) -> String {
    let since = UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
    let run = RUNS.fetch_add(1, Ordering::Relaxed);
    let value = format!("{}-{since}-{run}", std::process::id());
    command.env(MARK, &value);
    format!("{MARK}={value}")
}

impl Session {
    /// Returns what `child` leads, and what carries its mark.
    pub(crate) fn of(child: &Child, mark: String) -> Self {
        Self { leader: i32::try_from(child.id()).ok().and_then(Pid::from_raw), mark }
    }

    /// Asks all of it to end, kills what does not within `grace`, and takes the child's status.
    pub(crate) fn end(&self, child: &mut Child, grace: Duration) {
        self.signal(Signal::TERM);
        // A stopped process takes no notice before it goes on.
        self.signal(Signal::CONT);
        self.wait_until_gone(child, grace);
        self.signal(Signal::KILL);
        // A process that is killed is gone soon; one that is beyond killing is nobody's to wait for.
        self.wait_until_gone(child, Duration::from_secs(2));
    }

    fn wait_until_gone(&self, child: &mut Child, most: Duration) {
        let started = Instant::now();
        while (matches!(child.try_wait(), Ok(None)) || self.is_alive()) && started.elapsed() < most {
            thread::sleep(GLANCE);
        }
    }

    fn signal(&self, signal: Signal) {
        for member in self.members() {
            // It may have ended in the meantime.
            let _ = kill_process(member.pid, signal);
        }
        // Where processes can be listed, a group that is not among them is gone, and its number may be another's.
        if let Some(leader) = self.leader.filter(|_| !lists_processes()) {
            let _ = kill_process_group(leader, signal);
        }
    }

    fn is_alive(&self) -> bool {
        if lists_processes() {
            return self.members().iter().any(|member| !member.is_dead);
        }
        self.leader.is_some_and(|leader| test_kill_process_group(leader).is_ok())
    }

    /// Returns the processes of the group, of the session (a shell's jobs have groups of their own), and those that
    /// left it but carry the mark, such as a server that a client puts into the background.
    fn members(&self) -> Vec<Member> {
        let Some(leader) = self.leader.map(Pid::as_raw_pid) else { return Vec::new() };
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let members = entries.filter_map(|entry| {
            let member = Member::read(&fs::read_to_string(entry.path().join("stat")).ok()?)?;
            let belongs = member.session == leader || member.group == leader;
            (belongs || self.is_marked(&entry.path())).then_some(member)
        });
        members.collect()
    }

    fn is_marked(&self, process: &Path) -> bool {
        // Of somebody else's process the environment cannot be read, and it is none of ours.
        let environment = fs::read(process.join("environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == self.mark.as_bytes())
    }
}

fn lists_processes() -> bool {
    Path::new("/proc/self/stat").exists()
}

/// What `/proc/PID/stat` tells of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Member {
    pid: Pid,
    /// It has ended, and only its parent has not noticed.
    is_dead: bool,
    group: i32,
    session: i32,
}

impl Member {
    fn read(stat: &str) -> Option<Self> {
        // The name before stands in brackets and may hold anything.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
        let pid = Pid::from_raw(stat.split_whitespace().next()?.parse().ok()?)?;
        let is_dead = matches!(fields.next()?, "Z" | "X");
        let mut fields = fields.skip(1);
        Some(Self {
            pid,
            is_dead,
            group: fields.next()?.parse().ok()?,
            session: fields.next()?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_read_past_an_odd_name() {
        let read = Member::read("120 (odd) 1 2 3) S 100 118 100 34816 120 4194304");
        let pid = Pid::from_raw(120).unwrap();
        assert_eq!(read, Some(Member { pid, is_dead: false, group: 118, session: 100 }));
        assert!(Member::read("7 (x) Z 1 7 7 0").unwrap().is_dead);
        assert_eq!(Member::read("torn"), None);
    }
}
