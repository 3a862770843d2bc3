//! G5: the power goes. The image behind a loop-mounted ext4 is copied while writers run, and mounted elsewhere.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use super::{
    Dice, Plan, Report,
    follow::Follower,
    kill::goes_on,
    scratch::Scratch,
    victim::{FILE, Victims, command},
};
use crate::Failure;

const WRITERS: u64 = 4;
/// Cuts of one disk before a new one is made.
const CUTS: u64 = 20;
const IMAGE_BYTES: u64 = 48 << 20;

/// Cuts the power so many times.
pub(super) fn run(plan: Plan) -> Result<Report, Failure> {
    let scratch = Scratch::new("power")?;
    let probe = scratch.path().join("probe");
    if let Err(why) = Disk::make(&probe) {
        return Ok(Report::not_run("power", format!("needs root, mkfs.ext4 and loop mounts: {why}")));
    }
    let mut report = Report::new("power", plan.rounds, plan.seed);
    let mut dice = Dice(plan.seed);
    let (mut cut, mut acked_rows, mut lost_cuts) = (0, 0, 0);
    while cut < plan.rounds {
        let place = scratch.path().join(format!("disk-{cut}"));
        let disk = Disk::make(&place)?;
        let data = disk.mounted.join("data");
        // What earlier rounds on this disk acknowledged must still be there after every later cut.
        let mut acked = std::collections::HashMap::new();
        for round in 0..CUTS.min(plan.rounds - cut) {
            let size = if round % 2 == 0 { 300 } else { 4096 };
            let writers =
                (0..WRITERS).map(|writer| command(&data, writer, size, 1_000_000, (cut + round) * 1_000_000));
            let victims = Victims::start(writers)?;
            thread::sleep(Duration::from_millis(20 + dice.below(100)));
            // Acks heard before the copy begins are promises; the writers stand still while it is made.
            signal("-STOP", &victims.ids());
            acked.extend(victims.acked_so_far());
            let image = scratch.path().join("cut.img");
            fs::copy(&disk.image, &image).map_err(|e| format!("cannot copy the image: {e}"))?;
            signal("-CONT", &victims.ids());
            let (heard, failed) = victims.kill();
            if failed > 0 {
                report.violation(format!("cut {}: {failed} writers failed by themselves", cut + round));
            }
            let after = Disk::mount(&image, &scratch.path().join("after"))?;
            let held = holds(&after.mounted.join("data"), &acked);
            lost_cuts += u64::from(held.is_err());
            report.check(held.map_err(|why| format!("cut {}: {why}", cut + round)));
            acked_rows = acked_rows.max(acked.len());
            acked.extend(heard.rows);
        }
        cut += CUTS;
    }
    report.figure("most_acked_rows", acked_rows);
    report.figure("cuts_with_loss", lost_cuts);
    Ok(report)
}

fn holds(
    data: &Path,
    acked: &std::collections::HashMap<super::victim::RowName, String>,
) -> Result<(), String> {
    let mut follower = Follower::new(data.join(FILE.name()));
    follower.look()?;
    follower.holds(acked)?;
    if data.exists() { goes_on(data, 0) } else { Ok(()) }
}

fn signal(name: &str, ids: &[u32]) {
    let _ = Command::new("kill").arg(name).args(ids.iter().map(u32::to_string)).status();
}

/// A mounted image; unmounted with the value.
struct Disk {
    image: PathBuf,
    mounted: PathBuf,
}

impl Disk {
    fn make(place: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(place).map_err(|e| e.to_string())?;
        let image = place.join("disk.img");
        let file = fs::File::create(&image).map_err(|e| e.to_string())?;
        file.set_len(IMAGE_BYTES).map_err(|e| e.to_string())?;
        quietly(Command::new("mkfs.ext4").args(["-q", "-F"]).arg(&image))?;
        Self::mount(&image, &place.join("mounted"))
    }

    fn mount(image: &Path, at: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(at).map_err(|e| e.to_string())?;
        quietly(Command::new("mount").args(["-o", "loop"]).arg(image).arg(at))?;
        Ok(Self { image: image.to_owned(), mounted: at.to_owned() })
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = quietly(Command::new("umount").arg(&self.mounted));
    }
}

fn quietly(command: &mut Command) -> Result<(), Failure> {
    let output = command.stdin(Stdio::null()).output().map_err(|e| format!("{command:?}: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim()))
}
