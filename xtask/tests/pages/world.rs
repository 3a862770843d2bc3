//! A world in which the tools and the clients that the pages name are commands.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use chrono::{DateTime, Utc};
use tracker_test_support::{Output, TestEnv, fixture};

use crate::pane;

/// How long a command takes on the world's clock, in seconds.
const STEP: i64 = 120;

pub(crate) struct World {
    env: TestEnv,
    variables: Vec<(String, String)>,
}

impl World {
    /// Returns an empty folder in which every tool and client can be called.
    fn new() -> Self {
        let env = TestEnv::new("/bin/bash");
        env.set_now("2026-11-20T10:00:00Z");
        let world = Self { env, variables: Vec::new() };
        let tools = env!("CARGO_BIN_EXE_tools");
        for tool in ["tracker", "decision-card", "proxy-cost-compare", "router-replay"] {
            world.command(tool, &format!("exec '{tools}' {tool} \"$@\""));
        }
        // The repository's own chores are not run inside of its tests.
        world.command("cargo", "echo \"cargo $*\"");
        world.clients();
        world
    }

    fn command(&self, name: &str, script: &str) {
        let path = self.env.write(format!("../bin/{name}"), format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a script can be made to run");
    }

    /// Clients whose meters move on with every call.
    fn clients(&self) {
        let reset: DateTime<Utc> = "2026-11-20T14:00:00Z".parse().expect("an instant");
        for call in 1..=16_i64 {
            let session = format!("01a1c{call:03x}-1000-7c11-8399-fda750{call:06x}");
            let codex = pane::codex(4 + 6 * call, reset, 10 + 3 * call, &session);
            self.env.write(format!("../panes/codex.{call}"), codex);
            self.env.write(format!("../panes/claude.{call}"), pane::claude(2 + 5 * call, 20 + 2 * call));
            self.env.write(format!("../panes/ccusage.{call}"), pane::glm(12 + 9 * call));
        }
        let panes = self.env.work().join("../panes").display().to_string();
        let next = |client: &str| {
            format!(
                "n=$(cat {panes}/{client}.count 2>/dev/null || echo 0); n=$((n + 1)); echo $n > {panes}/{client}.count; \
                 cat {panes}/{client}.$n"
            )
        };
        self.command("codex", &next("codex"));
        self.command("claude", &next("claude"));
        let report =
            |name: &str| String::from_utf8(fixture(&format!("panes/ccusage/{name}"))).expect("UTF-8");
        self.env.write("../panes/daily.json", report("v20.0.24_codex-daily.json"));
        self.env.write("../panes/session.json", report("v20.0.24_session.json"));
        self.command(
            "ccusage",
            &format!(
                "case \"$*\" in *daily*) cat {panes}/daily.json;; *session*) cat {panes}/session.json;; *) {};; esac",
                next("ccusage")
            ),
        );
        let monitor = fixture("panes/claude_monitor/v4.0.0_realtime_pro_w100.txt");
        self.env.write("../panes/monitor", monitor);
        self.command("claude-monitor", &format!("cat {panes}/monitor"));
        self.env.write("logs/usage.jsonl", fixture("telemetry/events.jsonl"));
    }

    /// Returns a world whose folder is a repository with one commit.
    pub(crate) fn with_repository() -> Self {
        let mut world = Self::new();
        for (name, value) in [
            ("GIT_AUTHOR_NAME", "Someone"),
            ("GIT_AUTHOR_EMAIL", "someone@example.com"),
            ("GIT_COMMITTER_NAME", "Someone"),
            ("GIT_COMMITTER_EMAIL", "someone@example.com"),
        ] {
            world.export(name, value);
        }
        let made = world.run("git init -q && git commit -q --allow-empty -m start");
        assert_eq!(made.code(), Some(0), "{made}");
        world
    }

    /// Returns a world with a repository, a finalized window W0-19 of three providers and an open window W0-20.
    pub(crate) fn with_open_window() -> Self {
        let mut world = Self::with_repository();
        world.export("AGENT_ID", "main");
        for command in [
            "tracker init",
            "codex /status | tracker alias start codex --window W0-19",
            "claude /usage | tracker alias start claude --window W0-19",
            "ccusage blocks --json | tracker alias start glm --window W0-19",
            "printf 'one\\ntwo\\n' > work.txt && git add work.txt && git commit -q -m xfeat::F-01::W0-19::green",
            "codex /status | tracker alias end codex",
            "claude /usage | tracker alias end claude",
            "ccusage blocks --json | tracker alias end glm --window W0-19",
            "tracker complete --window W0-19 --codex-features 3 --claude-features 1 --glm-features 2 --outcome pass",
            "codex /status | tracker alias start codex --window W0-20",
            "tracker override codex --window W0-CHP --phase before --set weekly=20",
            "tracker override codex --window W0-CHP --phase after --set weekly=22",
            "tracker complete --window W0-CHP --codex-features 1 --outcome pass",
            "echo 'CAP-01,Greets by name,feature,1,features/greet.feature,high,main' >> docs/Ledgers/capabilities.csv",
            "mkdir -p features && printf 'Feature: Greeting\\n  Scenario: greets by name\\n' > features/greet.feature",
            "mkdir -p docs/SessionBoards && printf '# Board\\n\\n## Must-Ship\\n' > docs/SessionBoards/007_board.md",
        ] {
            let done = world.run(command);
            assert_eq!(done.code(), Some(0), "$ {command}\n{done}");
        }
        world.variables.retain(|(name, _)| name != "AGENT_ID");
        world
    }

    /// Returns the folder that holds the whole world.
    pub(crate) fn root(&self) -> String {
        let work = self.env.work();
        work.parent().map(|root| root.display().to_string()).expect("a world lies in a folder")
    }

    /// Sets a variable for the commands that follow.
    pub(crate) fn export(&mut self, name: &str, value: &str) {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Runs one command line as it stands on a page.
    pub(crate) fn run(&self, command: &str) -> Output {
        let bin = self.env.work().join("../bin");
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
        let mut call = self.env.invoke(&["-c", command]).env("PATH", &path).env("TMPDIR", self.env.work());
        // A commit is made when the world's clock says, or its lines would be from the future.
        let now = self.env.now().to_rfc3339();
        for name in ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"] {
            call = call.env(name, &now);
        }
        for (name, value) in &self.variables {
            call = call.env(name, value);
        }
        let output = call.run();
        self.env.advance(STEP);
        output
    }
}
