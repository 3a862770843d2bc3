//! Sixty planted secrets, every command, every format: none of them reaches a file or an output.

use tracker_test_support::{Output, TestEnv, fixture};

const NAMES: [&str; 4] = ["kanari", "vogel", "zeisig", "sperling"];

/// Returns the secrets, each with the text by which it would be found again.
fn canaries() -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut add = |text: String, marker: &str| all.push((text, marker.to_owned()));
    for (number, name) in NAMES.iter().enumerate() {
        for mail in [
            format!("{name}@firma.example.net"),
            format!("{name}+tag@firma.example.net"),
            format!("{}@FIRMA.example.net", name.to_uppercase()),
            format!("{name}.nest@mail.sub.example.net"),
        ] {
            let marker = mail.split('@').next().unwrap_or_default().to_owned();
            add(mail, &marker);
        }
        for uuid in [
            format!("3f2504e0-4f89-41d3-9a0c-0305e82c330{number}"),
            format!("018f4e2a-7b1c-7def-8abc-0305e82c33a{number}"),
        ] {
            add(uuid.clone(), &uuid);
        }
        for (start, length) in [("sk-proj-", 40), ("ghp_", 36), ("xoxb-1234567890-", 24), ("AKIA", 16)] {
            let body: String = name
                .to_uppercase()
                .chars()
                .chain("Q7W8E9R0T1Y2U3I4O5P6A7S8D9F0G1H2J3K4L5Z6".chars())
                .take(length)
                .collect();
            add(format!("{start}{body}"), &body);
        }
        let jwt = format!(
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ7{name}In0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJVadQss{number}"
        );
        add(jwt.clone(), &jwt[21..45]);
        for home in
            [format!("/home/{name}/work"), format!("/Users/{name}/work"), format!("C:\\Users\\{name}\\work")]
        {
            add(home, name);
        }
        add(format!("org-{name}0123456789ABCDEF"), &format!("org-{name}"));
    }
    all
}

/// A Codex pane whose identifying rows hold these secrets.
fn pane(secrets: &[(String, String)]) -> String {
    let base = String::from_utf8(fixture("demo/week0/codex_W0-01_before.txt")).expect("a capture is UTF-8");
    let rows = secrets.iter().enumerate().map(|(number, (secret, _))| {
        let label = ["Account:", "Session:", "Directory:", "Organization:", "Forked from:"][number % 5];
        format!("\u{2502}  {label:<21} {secret} (Plus)  \u{2502}\n{secret}\n")
    });
    rows.collect::<String>() + &base
}

/// The pane in a frame that is too narrow: every long value goes on in the next line.
fn wrapped(secrets: &[(String, String)]) -> String {
    let mut text = String::new();
    for (number, (secret, _)) in secrets.iter().enumerate() {
        let label = ["Account:", "Session:", "Directory:", "Organization:"][number % 4];
        let value: Vec<char> = secret.chars().collect();
        for (line, part) in value.chunks(26).enumerate() {
            let part: String = part.iter().collect();
            let head = if line == 0 { label } else { "" };
            text.push_str(&format!("\u{2502}  {head:<14} {part:<26} \u{2502}\n"));
        }
    }
    text + &pane(&[])
}

/// The members of a machine's answer.
fn members(secrets: &[(String, String)]) -> String {
    let keys = ["email", "sessionId", "cwd", "organizationName", "text", "api_key"];
    let member = |(number, (secret, _)): (usize, &(String, String))| {
        format!(
            "{:?}:{}",
            format!("{number}_{}", keys[number % keys.len()]),
            serde_json::Value::from(secret.as_str())
        )
    };
    let all: Vec<String> = secrets.iter().enumerate().map(member).collect();
    format!(
        "{{{},\"rate_limits\":{{\"primary\":{{\"used_percent\":1,\"window_minutes\":300}}}}}}\n",
        all.join(",")
    )
}

/// A text without what a frame or a line's end puts into the middle of a value.
fn flat(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{2502}').collect::<String>().to_lowercase()
}

fn find(output: &Output, env: &TestEnv, what: &str, secrets: &[(String, String)]) -> Vec<String> {
    let root = env.work().parent().expect("the world has a root").to_owned();
    let mut texts =
        vec![(format!("stdout of {what}"), output.stdout()), (format!("stderr of {what}"), output.stderr())];
    for path in env.files().into_iter().filter(|path| !path.contains("planted")) {
        let bytes = std::fs::read(root.join(&path)).unwrap_or_default();
        texts.push((path, String::from_utf8_lossy(&bytes).into_owned()));
    }
    let mut hits = Vec::new();
    for (place, text) in texts {
        let (text, flat) = (text.to_lowercase(), flat(&text));
        let is_in = |marker: &str| text.contains(marker) || flat.contains(marker);
        for (_, marker) in secrets.iter().filter(|(_, marker)| is_in(&marker.to_lowercase())) {
            hits.push(format!("{marker} in {place}"));
        }
    }
    hits
}

fn world() -> TestEnv {
    let env = TestEnv::new(env!("CARGO_BIN_EXE_tracker"));
    env.set_now("2026-11-20T10:00:00Z");
    env
}

fn none(mut hits: Vec<String>) {
    hits.sort();
    hits.dedup();
    assert_eq!(hits, Vec::<String>::new(), "{} hits", hits.len());
}

const KINDS: [&str; 8] =
    ["codex", "claude", "glm", "claude-monitor", "codex-ccusage", "proxy-telemetry", "gemini", "proxy"];

#[test]
fn no_secret_of_a_capture_reaches_a_file_or_an_output() {
    let secrets = canaries();
    assert!(secrets.len() >= 60, "{} canaries", secrets.len());
    let mut hits = Vec::new();
    for (shape, text) in
        [("plain", pane(&secrets)), ("wrapped", wrapped(&secrets)), ("members", members(&secrets))]
    {
        let env = world();
        for kind in KINDS {
            // A line of telemetry stands alone: it is no screen, and no frame breaks it.
            if (shape, kind) == ("wrapped", "proxy-telemetry") {
                continue;
            }
            for words in [
                vec!["parse", kind, "--stdin"],
                vec!["parse", kind, "--stdin", "--format", "json"],
                vec!["ingest", kind, "--window", "W0-09", "--phase", "before", "--stdin"],
                vec!["ingest", kind, "--window", "W0-08", "--stdin"],
            ] {
                let output = env.tracker_with_stdin(&words, text.clone());
                hits.extend(find(&output, &env, &format!("{} ({shape})", words.join(" ")), &secrets));
            }
        }
    }
    none(hits);
}

#[test]
fn no_secret_reaches_a_file_or_an_output_of_any_command() {
    let secrets = canaries();
    let env = world();
    let text = pane(&secrets);
    let notes = format!("done by {} in {}", secrets[0].0, secrets[14].0);
    let artifact = "planted/home/kanari/work/report.txt";
    env.write(artifact, "12 passed");
    let mut hits = Vec::new();
    for words in [
        vec!["alias", "start", "codex", "--window", "W0-01", "--stdin", "--force", "--notes", &notes],
        vec!["alias", "end", "codex", "--window", "W0-01", "--stdin", "--late"],
        vec!["alias", "cross", "codex", "--window", "W0-01", "--stdin", "--force"],
        vec!["alias", "start", "glm", "--window", "W0-02", "--stdin"],
        vec!["alias", "end", "codex", "--window", "W9-99", "--stdin"],
        vec![
            "override", "codex", "--window", "W0-04", "--phase", "before", "--set", "5h=3", "--notes", &notes,
        ],
        vec![
            "complete",
            "--window",
            "W0-01",
            "--features",
            "codex=1",
            "--outcome",
            "pass",
            "--quality",
            "1",
            "--accept-anomaly",
            "--notes",
            &notes,
        ],
        vec![
            "evidence",
            "add",
            "--window",
            "W0-01",
            "--capability",
            "CAP-01",
            "--runner",
            "cargo",
            "--result",
            "pass",
            "--artifacts",
            artifact,
            "--notes",
            &notes,
        ],
    ] {
        env.advance(3600);
        let output = env.tracker_with_stdin(&words, text.clone());
        hits.extend(find(&output, &env, &words[..3].join(" "), &secrets));
    }
    for words in [
        "preview",
        "preview --explain",
        "compare",
        "power",
        "verify",
        "window-audit --window W0-01",
        "cls --window W0-01",
        "replay --replicates 20",
        "config show",
    ] {
        for format in ["text", "json", "csv"] {
            let mut all: Vec<&str> = words.split(' ').collect();
            all.extend(["--format", format]);
            let output = env.tracker(&all);
            hits.extend(find(&output, &env, words, &secrets));
        }
    }
    none(hits);
}

/// A value that a frame cut is masked where its kind can still be told: a mail from its `@` on, a UUID from 14
/// characters on, a key from its prefix on.
#[test]
fn no_secret_that_a_frame_cut_is_left() {
    let secrets: Vec<(String, String)> = canaries()
        .into_iter()
        .filter(|(secret, _)| secret.len() > 30)
        .map(|(secret, _)| {
            let cut: String = secret.chars().take(30).collect();
            (cut.clone(), cut)
        })
        .collect();
    assert!(secrets.len() > 20, "{}", secrets.len());
    let env = world();
    let mut hits = Vec::new();
    for kind in ["codex", "claude"] {
        let output = env.tracker_with_stdin(
            &["ingest", kind, "--window", "W0-09", "--phase", "before", "--stdin"],
            wrapped(&secrets),
        );
        hits.extend(find(&output, &env, kind, &secrets));
    }
    none(hits);
}

/// The control: with the untouched pane kept, the same search finds every secret.
#[test]
fn the_search_finds_what_is_not_masked() {
    let secrets = canaries();
    let env = world();
    let words = ["alias", "start", "codex", "--window", "W0-01", "--stdin", "--force", "--keep-raw"];
    let output = env.tracker_with_stdin(&words, pane(&secrets));
    let hits = find(&output, &env, "keep-raw", &secrets);
    for (_, marker) in &secrets {
        assert!(
            hits.iter().any(|hit| hit.starts_with(marker) && hit.contains("/raw/")),
            "{marker} is not found"
        );
    }
    assert!(hits.iter().all(|hit| hit.contains("/raw/")), "{hits:?}");
}
