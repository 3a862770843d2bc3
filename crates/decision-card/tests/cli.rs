//! The tool as its users call it.

use serde_json::Value;
use tracker_test_support::{Output, TestEnv, fixtures};

const DATA: &str = "data/week0/live";

/// Returns a world with the data dir of the earlier tool.
fn earlier() -> TestEnv {
    let env = TestEnv::new(env!("CARGO_BIN_EXE_decision-card"));
    for path in fixtures("ledgers/v0-python", "jsonl") {
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        env.write(format!("{DATA}/{name}"), std::fs::read(&path).expect("a fixture"));
    }
    env
}

fn card(env: &TestEnv, args: &[&str]) -> Output {
    env.invoke(args).run()
}

#[test]
fn rows_of_the_earlier_tool_are_decided_and_not_touched() {
    let env = earlier();
    let before: Vec<_> = env.files();
    let text = card(&env, &["--data-dir", DATA, "--window", "W0-01"]).success();
    let lines: Vec<&str> = text.lines().take(9).collect();
    assert_eq!(lines.first(), Some(&"Decision Card"), "{text}");
    let words: Vec<&str> = lines.iter().skip(1).filter_map(|line| line.trim().split(':').next()).collect();
    let known = ["Window", "Status", "Anoms", "Finalized", "Outcome", "Evidence", "Churn", "Completeness"];
    assert_eq!(words, known, "{text}");
    assert_eq!(env.files(), before);
}

#[test]
fn text_and_json_say_the_same() {
    let env = earlier();
    let text = card(&env, &["--window", "W0-01"]).success();
    let json: Value =
        serde_json::from_str(&card(&env, &["--window", "W0-01", "--json"]).success()).expect("JSON");
    for (line, key) in
        [("Status:   ", "status"), ("Anoms:    ", "anomalies"), ("Evidence: ", "evidence_count")]
    {
        let value = json[key].as_str().map_or_else(|| json[key].to_string(), str::to_owned);
        assert!(text.contains(&format!("  {line}{value}")), "{key}: {json}\n{text}");
    }
}

#[test]
fn text_json_and_html_agree_and_the_page_stands_alone() {
    let env = earlier();
    for window in ["W0-01", "W0-02", "W0-05", "WEEK0"] {
        let text = card(&env, &["--window", window]).success();
        let html = card(&env, &["--window", window, "--format", "html"]).success();
        let json: Value =
            serde_json::from_str(&card(&env, &["--window", window, "--json"]).success()).expect("JSON");
        let status = json["status"].as_str().expect("a status");
        assert!(text.contains(&format!("  Status:   {status}\n")), "{text}");
        assert!(html.contains(&format!("\">{status}</span>\n</header>")), "{html}");
        let completeness = format!("({}/{})", json["completeness_met"], json["completeness_total"]);
        let reasons = json["reasons"].as_array().expect("reasons").iter();
        let codes = reasons.filter_map(|reason| reason["code"].as_str().map(str::to_owned));
        let checks = json["checks"].as_array().expect("checks").iter();
        let found = checks.filter_map(|check| check["found"].as_str().map(str::to_owned));
        let hashes = json["heads"].as_array().expect("heads").iter();
        let hashes = hashes.filter_map(|head| head["h"].as_str().map(str::to_owned));
        for said in codes.chain(hashes).chain([completeness]) {
            assert!(text.contains(&said) && html.contains(&said), "no {said:?} in\n{text}\n{html}");
        }
        for said in found {
            assert!(html.contains(&said), "no {said:?} in\n{html}");
        }
        let providers = json["week0"]["providers"].as_array().into_iter().flatten();
        for of in providers.filter(|of| of["lo"].is_number()) {
            let ends = [&of["lo"], &of["hi"]].map(|end| format!("{:.2}", end.as_f64().unwrap_or(f64::NAN)));
            let ci = format!("[{}, {}]", ends[0], ends[1]);
            assert!(text.contains(&format!("ci={ci}, ")), "no {ci} in\n{text}");
            assert!(html.contains(&format!("<td>{ci}</td>")), "no {ci} in\n{html}");
            assert!(html.contains(&format!("{} to {}</text>", ends[0], ends[1])), "{html}");
        }
        for outer in ["http", "<script", "src=", "href=", "url(", "@import", "<link", "<iframe", "<img"] {
            assert!(!html.contains(outer), "{outer} in\n{html}");
        }
    }
}

#[test]
fn exit_codes_are_given_only_on_request() {
    let env = TestEnv::new(env!("CARGO_BIN_EXE_decision-card"));
    assert_eq!(card(&env, &["--window", "WEEK0"]).code(), Some(0));
    assert_eq!(card(&env, &["--window", "WEEK0", "--exit-code"]).code(), Some(6));
    assert_eq!(card(&env, &["--window", "W9-99", "--exit-code"]).code(), Some(1));
    assert_eq!(card(&env, &["--window", "no window"]).code(), Some(2));
    assert_eq!(card(&env, &[]).code(), Some(2));
    assert_eq!(env.files(), Vec::<String>::new());
}
