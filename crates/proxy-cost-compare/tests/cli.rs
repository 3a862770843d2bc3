//! The tool as its users call it.

use serde_json::Value;
use tracker_test_support::{Output, TestEnv};

const SAMPLE: &str = include_str!("../../../fixtures/telemetry/events.jsonl");

fn compare(args: &[&str], stdin: &str) -> Output {
    TestEnv::new(env!("CARGO_BIN_EXE_proxy-cost-compare")).invoke(args).stdin(stdin).run()
}

#[test]
fn text_begins_with_bare_csv_lines_and_totals() {
    let output = compare(&["--file", "-", "--min", "3"], SAMPLE);
    assert!(output.code() == Some(0) && output.stderr().is_empty(), "{output}");
    let text = output.stdout();
    let lines: Vec<&str> = text.lines().take(7).collect();
    assert_eq!(
        lines,
        [
            "rid,baseline_tokens,glm_tokens,delta_glm_minus_base",
            "R2,1000,1150,150",
            "R3,600,750,150",
            "R4,875,890,15",
            "R1,1500,1500,0",
            "# totals baseline=3975 glm=4290 glm_share=51.9%",
            "",
        ]
    );
    assert!(text.contains("\nbaseline,4,3,1,0,3975,600,1325\n"), "{text}");
    assert!(text.contains("\nbaseline,anthropic/haiku,4,3200,0,775,n/a\n"), "{text}");
    assert!(
        text.contains("# mean_delta_tokens=78.75 ci=[-52.53, 210.03] level=95% n=4 method=paired-t"),
        "{text}"
    );
    assert!(text.contains("; prices as of 20"), "{text}");
}

#[test]
fn repeated_events_and_bad_lines_change_nothing() {
    let twice = format!("{SAMPLE}42\n{SAMPLE}");
    let (once, twice) = (compare(&["--file", "-"], SAMPLE), compare(&["--file", "-"], &twice));
    assert_eq!(once.stdout(), twice.stdout());
    assert!(twice.stderr().contains("line 9: not a JSON object (invalid-json:9)"), "{twice}");
}

#[test]
fn top_shortens_the_list_and_not_the_totals() {
    let csv = compare(&["--file", "-", "--top", "1", "--format", "csv"], SAMPLE);
    assert_eq!(csv.stdout(), "rid,baseline_tokens,glm_tokens,delta_glm_minus_base\nR2,1000,1150,150\n");
    let json: Value =
        serde_json::from_str(&compare(&["--file", "-", "--top", "1", "--json"], SAMPLE).stdout()).unwrap();
    assert_eq!(json["rows"].as_array().map(Vec::len), Some(1));
    assert_eq!((&json["matched"], &json["sides"]["glm"]["tokens"]), (&4.into(), &4290.into()));
    assert_eq!(json["sides"]["baseline"]["cost_usd"], Value::Null);
}

#[test]
fn too_few_matched_requests_are_told_and_refused_only_when_strict() {
    let few: String = SAMPLE.lines().take(4).map(|line| format!("{line}\n")).collect();
    let output = compare(&["--file", "-", "--min", "3"], &few);
    assert!(output.code() == Some(0), "{output}");
    assert!(output.stderr().contains("2 matched requests; 3 are asked for (--min)"), "{output}");
    assert!(!output.stdout().contains("mean_delta"), "{output}");
    assert_eq!(compare(&["--file", "-", "--min", "3", "--strict"], &few).code(), Some(3));
}

#[test]
fn hostile_ids_stay_in_their_cell() {
    let line =
        r#"{"rid":"=1+1,\"x\"\u001b[2J","lane":"glm","status":"ok","input_tokens":1,"output_tokens":1}"#;
    let output = compare(&["--file", "-", "--format", "csv"], line);
    let text = output.stdout();
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(!text.contains('\u{1b}') && !text.lines().any(|line| line.starts_with('=')), "{text}");
}

#[test]
fn prices_of_a_file_replace_the_bundled_ones() {
    let env = TestEnv::new(env!("CARGO_BIN_EXE_proxy-cost-compare"));
    let head = "model,input_usd,cached_input_usd,output_usd,effective,source";
    env.write("prices.csv", format!("{head}\nhaiku,1,0.1,5,2025-01-01,invoice\n"));
    let output = env.invoke(&["--file", "-", "--prices", "prices.csv"]).stdin(SAMPLE).run();
    assert!(output.stdout().contains("prices as of 2025-01-01 (prices.csv)"), "{output}");
    assert!(output.stdout().contains("# cost baseline=0.007075 glm=n/a"), "{output}");
    env.write("prices.csv", "model,usd\nhaiku,1\n");
    let output = env.invoke(&["--file", "-", "--prices", "prices.csv"]).stdin(SAMPLE).run();
    assert_eq!(output.code(), Some(2), "{output}");
}

#[test]
fn an_empty_ledger_has_no_rows_and_is_no_error() {
    let output = compare(&[], "");
    assert!(output.code() == Some(0), "{output}");
    assert!(output.stdout().contains("# totals baseline=0 glm=0 glm_share=n/a"), "{output}");
}

#[test]
fn a_window_that_no_row_names_is_an_error() {
    let output = compare(&["--window", "W0-99"], "");
    assert!(output.code() == Some(1) && output.stdout().is_empty(), "{output}");
    assert!(output.stderr().contains("W0-99 is not known: no row names it"), "{output}");
    let env = TestEnv::new(env!("CARGO_BIN_EXE_proxy-cost-compare"));
    env.write(
        "data/week0/live/windows.jsonl",
        "{\"window\":\"W0-99\",\"finalized_at\":\"2025-10-20T10:00:00Z\",\"providers\":{}}\n",
    );
    let output = env.invoke(&["--window", "W0-99"]).run();
    assert!(output.code() == Some(0) && output.stdout().contains("# totals baseline=0 glm=0"), "{output}");
}

#[test]
fn a_huge_saving_stays_a_saving_in_every_format() {
    let huge = |lane: &str, tokens: u64| {
        format!("{{\"rid\":\"a\",\"lane\":\"{lane}\",\"status\":\"ok\",\"input_tokens\":{tokens}}}\n")
    };
    let lines = huge("baseline", u64::MAX) + &huge("glm", 1);
    let csv = compare(&["--file", "-", "--format", "csv"], &lines).stdout();
    assert!(csv.ends_with("\na,18446744073709551615,1,-18446744073709551614\n"), "{csv}");
    let json: Value = serde_json::from_str(&compare(&["--file", "-", "--json"], &lines).stdout()).unwrap();
    assert_eq!(json["rows"][0]["delta_glm_minus_base"], i64::MIN);
}

/// The lines of the user's own documents, typed in a shell.
#[cfg(unix)]
#[test]
fn lines_that_a_session_types() {
    let env = TestEnv::new(env!("CARGO_BIN_EXE_proxy-cost-compare"));
    let log = env.write("logs/usage.jsonl", SAMPLE);
    let data = env.work().join("data/week0/live");
    let words =
        ["tracker", "--data-dir", "DATA", "ingest", "proxy-telemetry", "--window", "W0-CHN", "--file", "LOG"];
    let words = words.map(|word| match word {
        "DATA" => data.clone().into_os_string(),
        "LOG" => log.clone().into_os_string(),
        word => word.into(),
    });
    let ui = tracker_cli_support::Ui::new(std::io::sink(), std::io::sink());
    assert_eq!(tracker_cli_support::run_with(ui, words, tracker::run), tracker_cli_support::Exit::Ok);
    let tool = std::path::Path::new(env!("CARGO_BIN_EXE_proxy-cost-compare"));
    let folders = tool.parent().into_iter().map(std::path::Path::to_owned);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(folders.chain(std::env::split_paths(&path))).expect("folders");
    let shell = |line: &str| {
        env.invoke_tool(std::path::Path::new("/bin/sh"), &["-c", line]).env("PATH", &path).run().success()
    };
    let stored = shell("proxy-cost-compare --data-dir data/week0/live --min 3");
    assert!(
        stored.starts_with("rid,baseline_tokens,glm_tokens,delta_glm_minus_base\nR2,1000,1150,150\n"),
        "{stored}"
    );
    assert_eq!(stored, shell("cat logs/usage.jsonl | proxy-cost-compare --file -"));
}
