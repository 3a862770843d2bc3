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

fn find(output: &Output, env: &TestEnv, what: &str, secrets: &[(String, String)]) -> Vec<String> {
    let root = env.work().parent().expect("the world has a root").to_owned();
    let mut texts =
        vec![(format!("stdout of {what}"), output.stdout()), (format!("stderr of {what}"), output.stderr())];
    for path in env.files().into_iter().filter(|path| !path.ends_with("canary-input.txt")) {
        let bytes = std::fs::read(root.join(&path)).unwrap_or_default();
        texts.push((path, String::from_utf8_lossy(&bytes).into_owned()));
    }
    let mut hits = Vec::new();
    for (place, text) in texts {
        let text = text.to_lowercase();
        for (_, marker) in secrets.iter().filter(|(_, marker)| text.contains(&marker.to_lowercase())) {
            hits.push(format!("{marker} in {place}"));
        }
    }
    hits
}

#[test]
fn no_secret_reaches_a_file_or_an_output() {
    let secrets = canaries();
    assert!(secrets.len() >= 60, "{} canaries", secrets.len());
    let env = TestEnv::new(env!("CARGO_BIN_EXE_tracker"));
    env.set_now("2026-11-20T10:00:00Z");
    let text = pane(&secrets);
    let mut hits = Vec::new();
    let kinds = ["codex", "claude", "glm", "claude-monitor", "codex-ccusage", "proxy-telemetry"];
    for kind in kinds {
        for words in [
            vec!["parse", kind, "--stdin"],
            vec!["parse", kind, "--stdin", "--format", "json"],
            vec!["ingest", kind, "--window", "W0-09", "--phase", "before", "--stdin"],
        ] {
            let output = env.tracker_with_stdin(&words, text.clone());
            hits.extend(find(&output, &env, &words.join(" "), &secrets));
        }
    }
    for words in [
        vec!["alias", "start", "codex", "--window", "W0-01", "--stdin", "--force"],
        vec!["alias", "end", "codex", "--window", "W0-01", "--stdin", "--late"],
        vec!["alias", "cross", "codex", "--window", "W0-01", "--stdin", "--force"],
        vec!["alias", "start", "glm", "--window", "W0-02", "--stdin"],
        vec!["alias", "end", "codex", "--window", "W9-99", "--stdin"],
    ] {
        env.advance(3600);
        let output = env.tracker_with_stdin(&words, text.clone());
        hits.extend(find(&output, &env, &words.join(" "), &secrets));
    }
    for words in [
        "complete --window W0-01 --features codex=1 --outcome pass --quality 1 --accept-anomaly",
        "preview",
        "verify",
        "window-audit --window W0-01",
        "config show",
    ] {
        for format in ["text", "json"] {
            let mut all: Vec<&str> = words.split(' ').collect();
            all.extend(["--format", format]);
            let output = env.tracker(&all);
            hits.extend(find(&output, &env, words, &secrets));
        }
    }
    hits.sort();
    hits.dedup();
    assert_eq!(hits, Vec::<String>::new(), "{} hits", hits.len());
}
