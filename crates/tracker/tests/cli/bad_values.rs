//! Bad values on the command line and in the environment: a usage error, one line, nothing written.

use super::world::{World, assert_told};

/// Command lines whose value is outside of its domain, each with a word that the error must name.
const USAGE: [(&str, &str); 44] = [
    ("override codex --window W0-19 --phase after --set weekly=101", "100"),
    ("override codex --window W0-19 --phase after --set weekly=nan", "weekly=nan"),
    ("override codex --window W0-19 --phase after --set weekly=-1", "weekly=-1"),
    ("override codex --window W0-19 --phase after --set weekly=inf", "weekly=inf"),
    ("override codex --window W0-19 --phase after --set weekly", "METER=VALUE"),
    ("override codex --window W0-19 --phase after --set =5", "--set"),
    ("override codex --window W0-19 --phase after --weekly-pct 101", "100"),
    ("override codex --window W0-19 --phase after --weekly-pct -1", "-1"),
    ("override codex --window W0-19 --phase after --fiveh-pct nan", "nan"),
    ("override claude --window W0-19 --phase after --session-pct 1e3", "1e3"),
    ("override glm --window W0-19 --phase after --set prompts=-1", "prompts=-1"),
    ("override glm --window W0-19 --phase after --set prompts=nan", "prompts=nan"),
    ("override codex --window W0-19 --phase during --set weekly=1", "during"),
    ("complete --window W0-19 --quality nan", "nan"),
    ("complete --window W0-19 --quality inf", "inf"),
    ("complete --window W0-19 --quality -0.1", "-0.1"),
    ("complete --window W0-19 --quality 1.1", "1.1"),
    ("complete --window W0-19 --quality good", "good"),
    ("complete --window W0-19 --rubric 6", "6"),
    ("complete --window W0-19 --rubric 0", "0"),
    ("complete --window W0-19 --codex-features -1", "-1"),
    ("complete --window W0-19 --codex-features nan", "nan"),
    ("complete --window W0-19 --features codex=-1", "codex=-1"),
    ("complete --window W0-19 --features codex=nan", "codex=nan"),
    ("complete --window W0-19 --features codex", "PROVIDER=N"),
    ("complete --window W0-19 --features ../x=1", "../x=1"),
    ("complete --window W0-19 --cls inf", "inf"),
    ("complete --window W0-19 --impf -5", "-5"),
    ("complete --window W0-19 --outcome great", "great"),
    ("complete --window W0-19 --outcome docs:", "docs:"),
    ("complete --window ../x --outcome pass", "../x"),
    ("alias start codex --window ../x", "../x"),
    ("alias start ../codex --window W0-19", "../codex"),
    ("alias start nobody --window W0-19", "nobody"),
    ("alias begin codex", "begin"),
    ("ingest nobody --window W0-19 --phase before", "nobody"),
    ("ingest codex-ccusage --window W0-19 --scope yearly", "yearly"),
    ("parse nobody", "nobody"),
    ("ingest codex --window W0-19 --phase before --captured-at yesterday", "yesterday"),
    ("parse codex --captured-at 2026-13-01T00:00:00Z", "2026-13-01"),
    ("alias start codex --tz Mars/Olympus", "Mars/Olympus"),
    ("preview --capacity ../x", "../x"),
    ("preview --ci guess", "guess"),
    ("preview --effect nan", "NaN"),
];

#[test]
fn values_outside_of_their_domain() {
    let world = World::new();
    for (line, named) in USAGE {
        let output = world.pipe(line, world.codex(3, 10));
        assert_told(&output, 2, line);
        assert!(output.stderr().contains(named), "{line}: {named:?} is not named\n{output}");
    }
    assert_eq!(world.env.files(), Vec::<String>::new(), "a usage error writes nothing");
}

#[test]
fn values_that_contradict_each_other() {
    let world = World::new();
    for line in [
        "override codex --window W0-19 --phase before --set weekly=1 --set weekly=2",
        "override codex --window W0-19 --phase before --set weekly=10 --weekly-pct 20",
        "override codex --window W0-19 --phase before --fiveh-pct 1 --session-pct 50",
        "override codex --window W0-19 --phase before --set 5h=1 --resets 5h=14:01 --fiveh-resets 15:01",
        "override codex --window W0-19 --phase before --set 5h=1 --resets weekly=5pm",
        "complete --window W0-19 --features codex=1 --codex-features 2 --outcome pass",
        "complete --window W0-19 --features codex=1 --features codex=2 --outcome pass",
    ] {
        assert_told(&world.run(line), 2, line);
    }
    assert_eq!(world.env.files(), Vec::<String>::new(), "neither of the two is guessed");
}

#[test]
fn longest_names_are_names() {
    let world = World::new();
    let (window, lane) = ("W".repeat(64), "l".repeat(64));
    let output = world.lane(&lane).pipe(&format!("alias start codex --window {window}"), world.codex(3, 10));
    assert_eq!(output.success(), format!("stored codex before snapshot for {window} (awaiting end)\n"));
}

#[test]
fn names_of_windows_that_are_none() {
    let world = World::new();
    let long = "W".repeat(65);
    for name in
        ["", ".", "..", "a/b", "a\\b", "W0-19\n", "\u{1b}[31mW", "W\u{202e}0", "W 0", "\u{0}", long.as_str()]
    {
        if name.contains('\0') {
            continue; // No argument of a process can hold it.
        }
        for verb in [&["window-audit"][..], &["preview"], &["complete"], &["alias", "start", "codex"]] {
            let args: Vec<&str> = verb.iter().copied().chain(["--window", name]).collect();
            let output = world.env.invoke(&args).stdin(world.codex(3, 10)).run();
            assert_told(&output, 2, &format!("{verb:?} {name:?}"));
        }
    }
    assert_eq!(world.env.files(), Vec::<String>::new());
}

#[test]
fn names_of_lanes_that_are_none() {
    let world = World::new();
    for lane in ["../x", "a b", "\u{1b}[31m", "x/../../y", &"l".repeat(65)] {
        let call = world.call("alias start codex --window W0-20").env("AGENT_ID", lane);
        let output = call.stdin(world.codex(3, 10)).run();
        assert_told(&output, 2, lane);
        assert!(output.stderr().contains("AGENT_ID"), "{output}");
    }
    assert_eq!(world.env.files(), Vec::<String>::new());
}

#[test]
fn settings_that_cannot_be_understood() {
    let texts = [
        ("[preview\n", "TOML"),
        ("preview = 3\n", "preview"),
        ("[preview]\nefect = 0.1\n", "preview.efect"),
        ("[preview]\neffect = \"much\"\n", "preview.effect"),
        ("[preview]\nci = \"guess\"\n", "preview.ci"),
        ("[preview]\ncapacity = \"../x\"\n", "../x"),
        ("[paths]\ndata_dir = 3\n", "paths.data_dir"),
        ("[capture]\ntimezone = \"Mars/Olympus\"\n", "capture.timezone"),
        ("[capture]\nafter_reset_buffer_minutes = -1\n", "after_reset_buffer_minutes"),
        ("[budget]\nweekly_buffer_pp = 1e9\n", "weekly_buffer_pp"),
        ("\u{feff}\u{0}", "TOML"),
    ];
    for (text, named) in texts {
        let world = World::new();
        world.env.write("tracker.toml", text);
        let output = world.run("preview");
        assert_told(&output, 2, text);
        assert!(output.stderr().contains(named), "{text}: {named:?} is not named\n{output}");
        assert!(output.stderr().contains("tracker.toml"), "{output}");
    }
    let world = World::new();
    assert_told(&world.run("preview --config no/such.toml"), 1, "a missing file that was asked for");
    world.env.write("latin1.toml", b"# caf\xe9\n");
    assert_told(&world.run("preview --config latin1.toml"), 1, "a file that is no text");
}

#[test]
fn clock_of_the_tests_must_be_a_time() {
    let output = World::new().call("preview").env("TRACKER_NOW", "noon").run();
    assert_told(&output, 2, "TRACKER_NOW");
}

#[test]
fn windows_that_nobody_knows() {
    let world = World::new();
    world.window("W0-01", 4, 2);
    let before = world.kept();
    assert_told(&world.run("window-audit --window W9-99"), 1, "audit");
    assert_told(&world.run("complete --window W9-99 --outcome pass"), 1, "complete");
    assert_told(&world.run("alias delete codex --window W9-99"), 1, "delete");
    assert!(world.kept() == before);
}
