//! Panes with given numbers, made from real captures by replacing nothing but the numbers.

use chrono::{DateTime, Utc};
use tracker_test_support::fixture;

/// Returns a Codex 0.155 status pane (percent left) with these percentages used.
pub(crate) fn codex(five_used: i64, five_reset: DateTime<Utc>, weekly_used: i64, session: &str) -> String {
    let base = String::from_utf8(fixture("demo/week0/codex_W0-01_before.txt")).expect("a capture is UTF-8");
    let five = row(&base, "5h limit:", 100 - five_used, &five_reset.format("%H:%M").to_string());
    let weekly = row(&five, "Weekly limit:", 100 - weekly_used, "14:46 on 27 Nov");
    let start = weekly.find("Session:").expect("the pane names its session");
    let id = weekly[start..].find("01a1").expect("the session id") + start;
    format!("{}{session}{}", &weekly[..id], &weekly[id + 36..])
}

/// Returns the same pane of another account.
pub(crate) fn of_account(pane: &str, account: &str) -> String {
    let line = pane.lines().find(|line| line.contains("user@example.com")).expect("the account line");
    pane.replace(line, &format!("\u{2502}  Account:              {account} (Plus)  \u{2502}"))
}

/// Returns the pane with its weekly row cut at the border of a narrow terminal, before the number.
pub(crate) fn cut_weekly(pane: &str) -> String {
    let line = pane.lines().find(|line| line.contains("Weekly limit:")).expect("the weekly row");
    let kept: String = line.chars().take(40).collect();
    pane.replace(line, &format!("{kept}\u{2502}"))
}

fn row(pane: &str, label: &str, left: i64, resets: &str) -> String {
    let line = pane.lines().find(|line| line.contains(label)).expect("the row is there");
    let (head, tail) = line.split_once('[').expect("a bar");
    let (_, tail) = tail.split_once(')').expect("a reset");
    let cells = usize::try_from(left.clamp(0, 100) / 5).expect("0-20");
    let bar: String = (0..20).map(|cell| if cell < cells { '\u{2588}' } else { '\u{2591}' }).collect();
    pane.replace(line, &format!("{head}[{bar}] {left}% left (resets {resets}){tail}"))
}

/// Returns a Claude 2.1 usage pane with these percentages used.
pub(crate) fn claude(session: i64, week: i64) -> String {
    let base = String::from_utf8(fixture("demo/week0/claude_W0-01_before.txt")).expect("a capture is UTF-8");
    let mut section = "";
    let mut lines = Vec::new();
    for line in base.lines() {
        section = match line.trim() {
            "Current session" => "session",
            "Current week (all models)" => "week",
            other if other.starts_with("Current week") || other == "Usage credits" => "",
            _ => section,
        };
        let used = if section == "session" { session } else { week };
        if section.is_empty() || !line.trim_end().ends_with("% used") {
            lines.push(line.to_owned());
        } else {
            let bar = "\u{2588}".repeat(usize::try_from(used / 2).expect("0-50"));
            lines.push(format!("   {bar:<50} {used}% used"));
        }
    }
    let resets = lines.join("\n").replace("Resets Nov 16, 6:09am", "Resets Nov 27, 6:09am");
    resets.replacen("Resets 2pm (UTC)", "Resets 4pm (UTC)", 1)
}

/// Returns the prompt-count blocks of a GLM plan.
pub(crate) fn glm(prompts: i64) -> String {
    format!(
        "{{\"account\":\"plan\",\"generated_at\":\"2026-11-20T10:00:00Z\",\"blocks\":[{{\"window_id\":\"W0\",\
         \"provider\":\"glm-4.6\",\"prompts_used\":{prompts},\"duration_minutes\":300,\"notes\":\"Pro block\"}}]}}"
    )
}
