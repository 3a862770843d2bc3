//! What a process has used so far: memory and processor time, from `/proc`.

use std::fs;

/// Ticks of a second in `/proc/PID/stat`: the same on every Linux (`USER_HZ`).
const TICKS: u64 = 100;

/// The most memory and the processor time of a process; zeros where the system does not tell (other than Linux).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// The most memory that it held at once, in KiB; seen every 2 ms, so a last growth may be missed.
    pub peak_kib: u64,
    /// The time that it computed, in milliseconds, to a hundredth of a second.
    pub cpu_ms: u64,
}

impl Usage {
    /// Looks again at the process; what is not told any more stays as it was.
    pub(crate) fn update(&mut self, pid: u32) {
        let read = |name: &str| fs::read_to_string(format!("/proc/{pid}/{name}")).unwrap_or_default();
        self.peak_kib = self.peak_kib.max(peak_kib(&read("status")).unwrap_or(0));
        self.cpu_ms = self.cpu_ms.max(cpu_ms(&read("stat")).unwrap_or(0));
    }
}

fn peak_kib(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The name of a process may hold blanks and brackets: fields are counted from the last bracket on.
fn cpu_ms(stat: &str) -> Option<u64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some((user + system) * 1000 / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_what_the_system_tells() {
        assert_eq!(peak_kib("Name:\tx\nVmPeak:\t 9 kB\nVmHWM:\t  1234 kB\n"), Some(1234));
        assert_eq!(cpu_ms("7 (a) b) S 1 1 1 0 -1 0 0 0 0 0 25 4 0 0 20 0"), Some(290));
        assert_eq!((peak_kib(""), cpu_ms("7 (a")), (None, None));
        let mut own = Usage::default();
        own.update(std::process::id());
        assert!(own.peak_kib > 0 || !cfg!(target_os = "linux"), "{own:?}");
    }
}
