//! No identity that a pane prints is left: 60 canaries, planted in the panes of real clients, wrapped and cut.

use proptest::prelude::*;
use std::time::{Duration, Instant};
use tracker_term_text::{IdentityKind, Pseudonymizer};

fn pseudonymizer() -> Pseudonymizer {
    Pseudonymizer::new(*b"a salt that only tests may know.")
}

const MAILS: [&str; 12] = [
    "canary.mail@example.com",
    "canary+plus-tag@mail.example.org",
    "CANARY.UPPER@EXAMPLE.COM",
    "canary_under%score@sub.domain.example.net",
    "canary-dash@xn--bcher-kva.example",
    "kan\u{e1}rek@b\u{fc}cher.example",
    "\u{43f}\u{442}\u{438}\u{446}\u{430}@\u{43f}\u{440}\u{438}\u{43c}\u{435}\u{440}.\u{438}\u{441}\u{43f}",
    "canary2026@example.io",
    "c.a.n.a.r.y@example.co.uk",
    "o'canary@example.com",
    "canary@ex-ample.technology",
    "1canary1@1example1.com",
];
const UUIDS: [&str; 10] = [
    "01a1fa4e-2bcd-7431-9075-c4095220e501",
    "01a1fa51-f8f6-7d30-a194-d0a95316d858",
    "01A1FA52-7BF1-7D12-A385-940F40E7FFC8",
    "3f2b8c1e-9a47-4d3c-8e21-5b6f7a8c9d0e",
    "9c858901-8a57-4791-81fe-4c455b099bc9",
    "16fd2706-8baf-433b-82eb-8c7fada847da",
    "886313e1-3b8a-4372-9b90-0c9aee199e5d",
    "0190163d-8694-739b-aea5-966c26f8ad90",
    "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
    "F47AC10B-58CC-4372-A567-0E02B2C3D479",
];
const KEYS: [&str; 14] = [
    "sk-proj-Canary0123456789abcdefghijKLMNOP",
    "sk-ant-api03-Canary9876543210-abcDEF_ghiJKL",
    "sk-Canary0123456789Canary0123456789",
    "ghp_Canary0123456789Canary0123456789ab",
    "gho_Canary0123456789Canary0123456789ab",
    "github_pat_11CANARY0123456789_CanaryCanaryCanary01",
    "xoxb-123456789012-1234567890123-CanaryCanary",
    "AKIACANARY0123456789",
    "ASIACANARY0123456789",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.Q2FuYXJ5U2lnbmF0dXJl01",
    "glpat-Canary0123456789abcd",
    "AIzaSyCanary0123456789-Canary0123456789",
    "hf_Canary0123456789CanaryABCD",
    "0123456789abcdef0123456789abcdef.CanaryKey0123456",
];
const ORGS: [&str; 8] = [
    "Canary Corp",
    "Canary & Sons GmbH",
    "org-Canary0123456789Canary01",
    "canary-atelier",
    "\u{91d1}\u{7d72}\u{96c0} Labs",
    "Canary (Holding) AG",
    "Canary, Pilots",
    "5b6f7a8c-1111-4222-8333-9d0e9c858901",
];
const HOMES: [(&str, &str); 16] = [
    ("/home/canary/work", "canary"),
    ("/home/canary.b/work", "canary.b"),
    ("/home/canary-c", "canary-c"),
    ("/var/home/canary_d/x", "canary_d"),
    ("/Users/canarye/Library", "canarye"),
    ("/Users/canary.f/git", "canary.f"),
    ("/Users/CanaryG", "CanaryG"),
    ("C:\\Users\\canaryh\\repo", "canaryh"),
    ("C:\\Users\\Canary Doe\\repo", "Canary Doe"),
    ("C:/Users/canaryj/repo", "canaryj"),
    ("c:\\users\\canaryk\\repo", "canaryk"),
    ("/mnt/c/Users/canaryl/repo", "canaryl"),
    ("file:///home/canarym/x", "canarym"),
    ("\\\\wsl$\\Ubuntu\\home\\canaryn\\x", "canaryn"),
    ("~/.claude/projects/-home-canaryo-repo/a.jsonl", "canaryo"),
    ("~/.claude/projects/-Users-canaryp-repo/a.jsonl", "canaryp"),
];

/// What is left of a canary may show it when it is so long; shorter pieces occur by chance.
const TELLING: usize = 6;

fn assert_gone(text: &str, canary: &str, secret: &str) {
    let (safe, found) = pseudonymizer().pseudonymize(text);
    let tight: String = safe.chars().filter(|c| !c.is_whitespace() && *c != '\u{2502}').collect();
    let wanted: String = secret.chars().filter(|c| !c.is_whitespace()).collect();
    let chars: Vec<char> = wanted.chars().collect();
    for piece in chars.windows(TELLING.min(chars.len())) {
        let piece: String = piece.iter().collect();
        assert!(!tight.contains(&piece), "{piece:?} of {canary:?} is left in:\n{safe}\nfrom:\n{text}");
    }
    assert!(!found.is_empty(), "{canary:?} was not found in:\n{text}");
    assert_eq!(pseudonymizer().pseudonymize(&safe).0, safe, "idempotent");
    for meter in ["5h limit:", "63% left", "(resets 20:50)", "gpt-6-sol"] {
        assert!(!text.contains(meter) || safe.contains(meter), "{meter} is gone from:\n{safe}");
    }
}

/// Breaks a value after `width` characters, each piece on a line of its own below the value's column.
fn wrap(value: &str, width: usize, indent: usize) -> String {
    let chars: Vec<char> = value.chars().collect();
    let pieces: Vec<String> = chars.chunks(width).map(|piece| piece.iter().collect()).collect();
    pieces.join(&format!("\n{}", " ".repeat(indent)))
}

/// The borderless pane of Codex 0.159 and later, which wraps.
fn codex_wrapped(label: &str, value: &str, width: usize) -> String {
    format!(
        "  >_ OpenAI Codex (v0.169.0)\n\n  Model:               gpt-6-sol (reasoning low)\n  {label:<21}{}\n  \
         Collaboration mode:  Default\n\n  5h limit:            63% left (resets 20:50)\n",
        wrap(value, width, 23)
    )
}

/// The boxed pane of Codex up to 0.104, which cuts at its border.
fn codex_cut(label: &str, value: &str, width: usize) -> String {
    let row = |text: &str| {
        let cut: String = text.chars().take(width).collect();
        format!("\u{2502} {cut:<width$} \u{2502}\n")
    };
    let rows =
        ["", " Model:    gpt-6-sol", &format!(" {label:<14} {value}"), " Collaboration mode:   Default", ""];
    let rows: String = rows.iter().map(|text| row(text)).collect();
    format!(
        "\u{256d}\u{2500}\u{2500}\u{256e}\n{rows}{}\u{2570}\u{2500}\u{2500}\u{256f}\n",
        row(" 5h limit: 63% left")
    )
}

/// The lines of Claude Code and claude-monitor that hold no label.
fn prose(value: &str) -> [String; 4] {
    [
        format!("Fable 5 with medium effort \u{b7} Claude Max \u{b7} {value}\n Current session\n 1% used"),
        format!("\u{2502}     {value}                  \u{2502} /release-notes for more  \u{2502}"),
        format!("{{\"type\":\"user\",\"text\":\"see {value} now\"}}"),
        format!("[ max20 | utc ]\nerror: {value}: 63% left"),
    ]
}

#[test]
fn sixty_canaries_are_planted() {
    assert_eq!(MAILS.len() + UUIDS.len() + KEYS.len() + ORGS.len() + HOMES.len(), 60);
}

#[test]
fn mails_are_gone_whole_wrapped_and_cut() {
    for mail in MAILS {
        for text in prose(mail)
            .iter()
            .chain(&[format!("{{\"email\":\"{mail}\"}}"), format!("<{mail}>, mailto:{mail}")])
        {
            assert_gone(text, mail, mail);
        }
        for label in ["Account:", "Email:", "Login method:"] {
            for width in 4..=mail.chars().count() {
                assert_gone(&codex_wrapped(label, &format!("{mail} (Plus)"), width), mail, mail);
            }
            // Cut so that at least the local part's beginning tells something.
            for width in 24..=16 + mail.chars().count() + 4 {
                assert_gone(&codex_cut(label, mail, width), mail, mail);
            }
        }
    }
}

#[test]
fn session_ids_are_gone_whole_wrapped_and_cut() {
    for uuid in UUIDS {
        for text in prose(uuid).iter().chain(&[format!("rollout-2026-11-20T18-00-00-{uuid}.jsonl")]) {
            assert_gone(text, uuid, uuid);
        }
        for key in ["session_id", "sessionId", "thread_id", "account_uuid", "accountUuid", "user_id"] {
            assert_gone(&format!("{{\"{key}\": \"{uuid}\", \"model\":\"gpt-6-sol\"}}"), uuid, uuid);
        }
        for label in ["Session:", "Forked from:", "Session ID:", "ChatGPT workspace:"] {
            for width in 4..=36 {
                assert_gone(&codex_wrapped(label, uuid, width), uuid, uuid);
            }
            for width in (label.len() + 8).max(24)..=54 {
                assert_gone(&codex_cut(label, &format!(" {uuid}"), width), uuid, uuid);
            }
        }
    }
}

#[test]
fn keys_are_gone_whole_and_wrapped() {
    for key in KEYS {
        for text in
            prose(key).iter().chain(&[format!("Authorization: Bearer {key}"), format!("API_KEY={key}")])
        {
            assert_gone(text, key, key);
        }
        for width in 14..key.len() {
            assert_gone(&format!("the key\n{}\nfailed", wrap(key, width, 0)), key, key);
        }
    }
}

#[test]
fn organizations_are_gone_by_label_and_key() {
    for org in ORGS {
        for label in ["Organization:", "ChatGPT workspace:", "Groups:", "Organisation:"] {
            assert_gone(
                &format!("\u{2502}  {label}   {org}     \u{2502}\n\u{2502}  5h limit:  63% left \u{2502}"),
                org,
                org,
            );
            assert_gone(&codex_wrapped(label, org, 7), org, org);
        }
        for key in ["organization", "organization_name", "organizationUuid", "orgId", "workspace_id"] {
            assert_gone(&format!("{{\"{key}\":\"{org}\"}}"), org, org);
        }
    }
}

#[test]
fn home_names_are_gone_in_panes_and_json() {
    for (path, name) in HOMES {
        for text in prose(path) {
            assert_gone(&text, path, name);
        }
        assert_gone(&codex_wrapped("Directory:", path, 100), path, name);
        assert_gone(&format!("{{\"cwd\":\"{}\"}}", path.replace('\\', "\\\\")), path, name);
        assert_gone(&format!("\u{2502}  Directory:  {path}  \u{2502}"), path, name);
    }
    for width in 8..17 {
        assert_gone(&codex_wrapped("Directory:", "/home/canary/work", width), "/home/canary/work", "canary");
    }
}

/// What a reading needs is left as it was, to the letter.
#[test]
fn meters_models_dates_and_plans_are_left_alone() {
    let pane = "  >_ OpenAI Codex (v0.169.0)\n\n  Model:               GPT-6.1-Sol (reasoning low, summaries auto)\n  \
        Model provider:      mock\n  Directory:           ~/work/demo-repo\n  Agents.md:           <none>\n  \
        Account:             Pro 200\n  Organization:        <none>\n  Context window:      100% left (5.44K used / 258K)\n  \
        5h limit:            [\u{2588}\u{2591}] 82% left (resets 20:06 on 24 Nov)\n  Weekly limit:        30% left\n\
        Current session\n 37% used\n Resets 11:14pm (Europe/Prague)\n npm i claude-code@2.1.329 20261120-1800\n\
        \u{1f4ca} Token Usage: 40.1% 88,100 / 220,000\n {\"model\":\"claude-opus-4-7-20260901\",\"plan_type\":\"plus\"}";
    assert_eq!(pseudonymizer().pseudonymize(pane), (pane.to_owned(), Vec::new()));
}

#[test]
fn the_plan_survives_and_an_account_keeps_its_pseudonym() {
    let pseudonymizer = pseudonymizer();
    let account = pseudonymizer.pseudonym(IdentityKind::Account, "user@example.com");
    for pane in [
        "\u{2502}  Account:  user@example.com (Plus)  \u{2502}",
        "  Account:   user@ex\n             ample.c\n             om\n             (Plus)\n",
        "  Account:\n             USER@Example\n             .com (Plus)\n",
        "write to user@example.com (Plus)",
    ] {
        let (safe, found) = pseudonymizer.pseudonymize(pane);
        assert!(safe.contains(&account) && safe.contains("(Plus)"), "{safe}");
        assert!(!found[0].cut);
    }
}

#[test]
fn a_wrapped_pane_keeps_its_shape() {
    let (safe, _) = pseudonymizer().pseudonymize(&codex_wrapped("Session:", UUIDS[0], 10));
    insta::assert_snapshot!(safe);
}

fn pane_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~\u{e9}\u{2502}\\n]{0,12}",
        prop::sample::select(vec![
            "Account: ",
            "Session:",
            "Organization: ",
            "\n      ",
            " \u{2502}\n\u{2502} ",
            "\"email\":\"",
            "\""
        ])
        .prop_map(str::to_owned),
        prop::sample::select([MAILS.as_slice(), &UUIDS, &KEYS].concat()).prop_map(str::to_owned),
        "acct-[0-9a-f]{12}",
        "/home/[a-z]{1,5}[/ \\n]",
        "[0-9a-f]{4,9}-",
    ];
    proptest::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pseudonymizing_twice_is_pseudonymizing_once(text in pane_text()) {
        let (once, _) = pseudonymizer().pseudonymize(&text);
        let (twice, found) = pseudonymizer().pseudonymize(&once);
        prop_assert_eq!(twice, once, "{:?}", found);
    }

    #[test]
    fn whole_identities_never_survive(text in pane_text()) {
        let (safe, _) = pseudonymizer().pseudonymize(&text);
        for uuid in UUIDS {
            prop_assert!(!safe.contains(uuid) || text.contains(&format!("a{uuid}")) || glued(&text, uuid), "{safe}");
        }
    }
}

/// Whether a letter or digit touches the value, so that it is another word.
fn glued(text: &str, value: &str) -> bool {
    text.match_indices(value).any(|(at, _)| {
        let before = text[..at].ends_with(|c: char| c.is_alphanumeric());
        let after = text[at + value.len()..].starts_with(|c: char| c.is_alphanumeric());
        before || after
    })
}

/// Time is linear, whatever the text holds: eight times the text takes some eight times as long. The bound leaves room
/// for a busy machine and is still far from the factor 64 of a quadratic scan.
#[test]
fn time_is_linear_in_the_text() {
    let shapes = [
        "@",
        "a@",
        "-",
        "0123abcd-",
        "\"",
        "\":\"",
        "/home/",
        "a\n",
        "sk-",
        "eyJ.",
        "Account: a\n  b\n",
        "a",
        ".",
    ];
    for shape in shapes {
        let text = shape.repeat(4_000 / shape.len());
        let fastest = |text: &str| {
            let times = (0..3).map(|_| {
                let start = Instant::now();
                std::hint::black_box(pseudonymizer().pseudonymize(text));
                start.elapsed()
            });
            times.min().unwrap_or_default().max(Duration::from_micros(100))
        };
        let ratio = || fastest(&text.repeat(8)).as_secs_f64() / fastest(&text).as_secs_f64();
        assert!((0..8).any(|_| ratio() < 24.0), "{shape:?}");
    }
}
