//! The brief as text: a shell script whose comments are for people, so that any line of it can be copied as it stands.

use std::fmt;

use chrono::SecondsFormat;

use super::{Brief, WindowBrief, quoted};
use crate::plan::Check;

/// Returns the brief. A line either is a command or begins with `#`.
#[must_use]
pub fn text(brief: &Brief) -> String {
    let mut out = Script::default();
    let at = brief.at.to_rfc3339_opts(SecondsFormat::Secs, true);
    out.comment(format_args!("NEXT AGENT HAND-OFF, {at}"));
    out.comment(
        "N, FILE, PANE, TIME, NAME, TOKENS, PLANNED, PROVIDER, CAPABILITY and RUNNER stand for what only you know.",
    );
    out.command(&format!("cd {}", quoted(&brief.root)));
    out.heading("READ FIRST");
    for reference in &brief.reading {
        out.comment(format_args!("{} - {}", reference.path, reference.why));
    }
    out.heading("UAT OPENER");
    out.checks(&brief.opener);
    out.heading("PARALLEL LANES (one shell each)");
    for lane in &brief.lanes {
        let held =
            if lane.windows.is_empty() { "holds nothing open".to_owned() } else { lane.windows.join(", ") };
        out.comment(format_args!("{}: {held}", lane.lane));
        out.command(&format!("export AGENT_ID={}; eval \"$(tracker shell-init bash)\"", quoted(&lane.lane)));
    }
    out.windows("OPEN WINDOWS", &brief.open, brief.more_open);
    out.windows("FINALIZED, NOT DONE", &brief.unfinished, brief.more_unfinished);
    out.heading("EVERY SESSION");
    out.checks(&brief.always);
    out.heading("VALIDATION MATRIX");
    out.checks(&brief.matrix);
    out.heading("LEDGER HEADS (tracker verify shows the same or later ones)");
    for head in &brief.heads {
        out.comment(format_args!("{} seq={} h={}", head.file, head.seq, head.hash));
    }
    out.text
}

/// The lines of the script.
#[derive(Debug, Default)]
struct Script {
    text: String,
}

impl Script {
    fn line(&mut self, start: &str, text: &str) {
        // Whatever is quoted stays on its line: what follows a line end would be a command.
        let shown: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        self.text.push_str(start);
        self.text.push_str(shown.trim_end());
        self.text.push('\n');
    }

    fn comment(&mut self, text: impl fmt::Display) {
        self.line("# ", &text.to_string());
    }

    fn command(&mut self, text: &str) {
        self.line("", text);
    }

    fn heading(&mut self, title: &str) {
        self.text.push('\n');
        self.line("# ", title);
    }

    fn checks(&mut self, checks: &[Check]) {
        for check in checks {
            self.comment(format_args!("passes when {}", check.passes));
            self.command(&check.command);
        }
    }

    fn windows(&mut self, title: &str, windows: &[WindowBrief], more: usize) {
        self.heading(title);
        if windows.is_empty() {
            self.comment("none");
        }
        for window in windows {
            let needs = if window.needs.is_empty() {
                "ready to finalize".to_owned()
            } else {
                window.needs.join("; ")
            };
            self.comment(format_args!("{}: {needs}", window.window));
            window.commands.iter().for_each(|command| self.command(command));
        }
        if more > 0 {
            self.comment(format_args!("and {more} more: tracker preview"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handoff::{HeadBrief, LaneBrief};
    use crate::plan::Reference;

    #[test]
    fn every_line_is_a_command_or_a_comment() {
        let brief = Brief {
            at: "2026-11-20T10:00:00Z".parse().unwrap(),
            root: "/w/my root".into(),
            reading: vec![Reference { path: "/w/a\nrm -rf b".into(), why: "it\u{1b}[2J".into() }],
            opener: vec![Check { command: "tracker verify".into(), passes: "it says ok".into() }],
            lanes: vec![LaneBrief { lane: "main".into(), windows: vec!["W0-20".into()] }],
            open: vec![WindowBrief {
                window: "W0-20".into(),
                is_finalized: false,
                needs: Vec::new(),
                commands: vec!["tracker complete --window W0-20".into()],
            }],
            more_open: 2,
            unfinished: Vec::new(),
            more_unfinished: 0,
            always: Vec::new(),
            matrix: Vec::new(),
            heads: vec![HeadBrief { file: "windows.jsonl".into(), seq: 3, hash: "ab".into() }],
        };
        let text = text(&brief);
        let commands: Vec<&str> =
            text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        assert_eq!(
            commands,
            [
                "cd '/w/my root'",
                "tracker verify",
                "export AGENT_ID=main; eval \"$(tracker shell-init bash)\"",
                "tracker complete --window W0-20"
            ]
        );
        assert!(
            text.contains("# W0-20: ready to finalize\n") && text.contains("# and 2 more: tracker preview\n")
        );
        assert!(
            text.contains("# FINALIZED, NOT DONE\n# none\n") && text.contains("# windows.jsonl seq=3 h=ab\n")
        );
    }
}
