//! Bad input: every verb that reads a capture, on every kind of input that is none.

use super::world::{World, assert_told};
use crate::pane;

/// Verbs that store, each with what must be there before it.
const STORING: [(&str, &[Ready]); 9] = [
    ("alias start codex --window W0-21", &[]),
    ("alias start claude --window W0-21", &[]),
    ("alias end codex", &[Ready::Codex]),
    ("alias cross codex", &[Ready::Codex]),
    ("alias end glm", &[Ready::Glm]),
    ("ingest codex --window W0-20 --phase before", &[]),
    ("ingest glm --window W0-20", &[]),
    ("ingest claude-monitor --window W0-20", &[]),
    ("ingest codex-ccusage --window W0-20 --scope daily", &[]),
];

/// Verbs that only read.
const READING: [&str; 6] =
    ["parse codex", "parse claude", "parse glm", "parse claude-monitor", "parse ccusage", "parse auto"];

#[derive(Clone, Copy)]
enum Ready {
    Codex,
    Glm,
}

fn ready(steps: &[Ready]) -> World {
    let world = World::new();
    for step in steps {
        match step {
            Ready::Codex => world.good("alias start codex --window W0-20", world.codex(3, 10)),
            Ready::Glm => world.good("alias start glm --window W0-20", pane::glm(12)),
        };
    }
    world.env.advance(600);
    world
}

/// Returns bytes without a pattern, invalid UTF-8 among them; the same ones on every machine.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 7u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

/// Returns inputs that are no capture of anything, each with a name.
fn inputs() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("empty", Vec::new()),
        ("blanks", b" \n\t\n  \r\n".to_vec()),
        ("NUL bytes", vec![0; 4096]),
        ("a byte order mark alone", b"\xef\xbb\xbf".to_vec()),
        ("invalid UTF-8", b"\xff\xfe\xc3\x28 5h lim\xe2\x82".to_vec()),
        ("escape sequences alone", b"\x1b[2J\x1b]0;title\x07\x1b[31m\x1b[0m".to_vec()),
        ("prose", b"Dear diary, today the build was red twice.\n".to_vec()),
        ("half a JSON object", b"{\"blocks\":[{\"prompts_used\":".to_vec()),
        ("deep JSON", vec![b'['; 10_000]),
        ("noise", noise(1 << 14)),
        ("one long line", vec![b'%'; 1 << 14]),
    ]
}

#[test]
fn storing_verbs_refuse_it_lose_nothing_and_change_no_ledger() {
    for (line, steps) in STORING {
        let world = ready(steps);
        for (what, bytes) in inputs() {
            // The salt of the pseudonyms is made with the first text that is kept.
            let told = format!("{line} on {what}");
            let before = world.kept();
            let output = world.pipe(line, bytes.clone());
            assert_told(&output, 1, &told);
            let after: Vec<_> =
                world.kept().into_iter().filter(|(name, _)| !name.ends_with("/.salt")).collect();
            let before: Vec<_> = before.into_iter().filter(|(name, _)| !name.ends_with("/.salt")).collect();
            assert!(after == before, "{told}: a ledger or the state changed\n{output}");
            if bytes.iter().any(u8::is_ascii_alphanumeric) && what != "escape sequences alone" {
                assert!(output.stderr().contains("kept in"), "{told}: the text is lost\n{output}");
            }
        }
        assert!(!world.quarantined().is_empty(), "{line}");
    }
}

#[test]
fn reading_verbs_refuse_it_and_create_nothing() {
    let world = World::new();
    for line in READING {
        for (what, bytes) in inputs() {
            assert_told(&world.pipe(line, bytes), 1, &format!("{line} on {what}"));
        }
    }
    assert_eq!(world.env.files(), Vec::<String>::new());
}

#[test]
fn pane_of_another_client_is_named_and_kept_with_pseudonyms() {
    let world = World::new();
    let codex = world.codex(3, 10);
    assert!(codex.contains("user@example.com"), "{codex}");
    for line in ["alias start claude --window W0-20", "ingest claude-monitor --window W0-20"] {
        let output = world.pipe(line, codex.clone());
        assert_told(&output, 1, line);
        assert!(output.stderr().contains("looks like codex"), "{output}");
    }
    assert_told(&world.pipe("alias start codex --window W0-20", pane::claude(3, 4)), 1, "codex on claude");
    let kept = world.quarantined();
    assert_eq!(kept.len(), 2, "the same text is kept once");
    assert!(kept.iter().any(|text| text.contains("Weekly limit:")), "{kept:?}");
    assert!(!kept.concat().contains("user@example.com"), "{kept:?}");
}

#[test]
fn pane_that_a_rule_refuses_is_kept_and_can_be_given_again() {
    let world = World::new();
    world.good("alias start codex --window W0-20", world.codex(30, 10));
    let second = world.pipe("alias start codex --window W0-20", world.codex(31, 11));
    let nothing = world.pipe("alias end claude --window W0-20", pane::claude(20, 30));
    world.env.advance(4 * 3600);
    let early = world.pipe("alias end codex", world.codex(1, 14));
    let early_cross = world.pipe("alias cross codex", world.codex(1, 14));
    let early_ingest = world.pipe("ingest codex --window W0-20 --phase after", world.codex(2, 14));
    for (what, output) in [second, nothing, early, early_cross, early_ingest].iter().enumerate() {
        assert_told(output, 3, &what.to_string());
        assert!(output.stderr().contains("hint: the input is kept in "), "{output}");
    }
    assert_eq!(world.quarantined().len(), 5);
    let files = world.env.files();
    let kept = files.iter().find(|name| {
        name.contains("/quarantine/refused-") && world.env.read(format!("../{name}")).contains("98% left")
    });
    let kept = kept.expect("the pane of the ingest").strip_prefix("work/").expect("below work");
    let late = world.good(&format!("alias end codex --late --file {kept}"), "");
    assert_eq!(late, "stored codex after snapshot for W0-20 (ready to finalize)\n");
}

#[test]
fn dry_run_of_a_refused_capture_keeps_nothing() {
    let world = World::new();
    let output = world.pipe("alias start codex --window W0-20 --dry-run", "prose");
    assert_told(&output, 1, "dry run");
    assert_eq!(world.env.files(), Vec::<String>::new());
}

#[test]
fn file_that_is_missing_a_folder_or_one_input_too_many() {
    let world = World::new();
    world.env.write("pane.txt", world.codex(3, 10));
    let before = world.env.files();
    for line in STORING.map(|(line, _)| line).iter().chain(&READING) {
        // Without a state the window of an end is asked for first.
        let named = if line.starts_with("alias end") || line.starts_with("alias cross") {
            " --window W0-20"
        } else {
            ""
        };
        let line = format!("{line}{named}");
        let line = line.as_str();
        assert_told(&world.run(&format!("{line} --file no/such/pane.txt")), 1, line);
        assert_told(&world.run(&format!("{line} --file .")), 1, line);
        assert_told(&world.run(&format!("{line} --stdin --file pane.txt")), 2, line);
    }
    assert_eq!(world.env.files(), before);
}

#[test]
fn invalid_utf8_inside_of_a_pane_is_cleaned_and_not_refused() {
    let world = World::new();
    let mut bytes = b"\xef\xbb\xbf\xff\xfe noise \x00\x1b[31m\n".to_vec();
    bytes.extend(world.codex(3, 10).into_bytes());
    bytes.extend(b"\n\xe2\x82\n\xff\n");
    let told = world.good("alias start codex --window W0-20", bytes);
    assert_eq!(told, "stored codex before snapshot for W0-20 (awaiting end)\n");
    assert_eq!(world.rows("snapshots.jsonl")[0]["parsed"]["weekly_pct"], 10);
}

/// What a debug build cleans in a second; a release build, fifty times as much.
const MUCH: usize = if cfg!(debug_assertions) { 1 << 20 } else { 50 << 20 };

#[test]
fn megabytes_of_garbage_end_in_one_line() {
    let world = World::new();
    for line in ["parse auto", "alias start codex --window W0-20"] {
        assert_told(&world.pipe(line, noise(MUCH)), 1, line);
    }
    assert!(world.rows("snapshots.jsonl").is_empty());
    assert_eq!(world.quarantined().len(), 1);
}

#[test]
fn more_than_is_ever_read_is_refused_without_reading_on() {
    let world = World::new();
    let output = world.pipe("parse codex", vec![b'x'; (64 << 20) + 1]);
    assert_told(&output, 1, "65 MB");
    assert!(output.stderr().contains("longer than"), "{output}");
}
