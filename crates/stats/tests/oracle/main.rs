//! Statistics room: every number against reference software (R, statsmodels, scipy, confseq).
//!
//! The files beside this one hold reference numbers only. `TRACKER_ORACLE_DIR` names a further
//! folder with files of the same shape; files of another shape in it are passed over.

mod confseq;
mod datasets;
mod glm;
mod pairs;
mod reference;

use std::path::{Path, PathBuf};

use reference::Checks;
use serde_json::Value;

fn files() -> Vec<(PathBuf, Value)> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle");
    let further = std::env::var_os("TRACKER_ORACLE_DIR").map(PathBuf::from);
    let mut files = Vec::new();
    for folder in [Some(own), further].into_iter().flatten() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.expect("readable folder").path();
            if path.extension().is_some_and(|e| e == "json") {
                let text = std::fs::read_to_string(&path).expect("readable file");
                files.push((path.clone(), serde_json::from_str(&text).expect("JSON")));
            }
        }
    }
    files
}

/// The cases under `key` of every file that has it, with all datasets of that file.
fn run(key: &str, at_least: usize, check: impl Fn(&Value, &Value, &mut Checks)) {
    let mut checks = Checks::default();
    let mut cases = 0;
    for (path, file) in files() {
        let list = file.get(key).map(|v| v.get("cases").unwrap_or(v)).and_then(Value::as_array);
        for case in list.into_iter().flatten() {
            checks.enter(&path, case);
            check(case, &file, &mut checks);
            cases += 1;
        }
    }
    assert!(cases >= at_least, "only {cases} cases of {key}");
    checks.finish();
}

#[test]
fn estimates_and_standard_errors() {
    run("datasets", 18, |case, _, checks| datasets::estimates(case, checks));
}

#[test]
fn linear_intervals() {
    run("datasets", 18, |case, _, checks| datasets::linear(case, checks));
}

#[test]
fn log_intervals_and_dispersion() {
    run("datasets", 18, |case, _, checks| datasets::log(case, checks));
}

#[test]
fn fieller_with_its_cases() {
    run("datasets", 18, |case, _, checks| datasets::fieller(case, checks));
}

#[test]
fn poisson_fay_feuer_and_gamma() {
    run("datasets", 18, |case, _, checks| datasets::poisson(case, checks));
}

#[test]
fn bca_exact_and_resampled() {
    run("datasets", 18, |case, _, checks| datasets::bca(case, checks));
}

#[test]
fn the_earlier_tools_formula_fails() {
    run("datasets", 18, |case, _, checks| datasets::without_root_n(case, checks));
}

#[test]
fn weighted_fay_feuer() {
    run("fay_feuer_weighted", 4, |case, _, checks| datasets::weighted(case, checks));
}

#[test]
fn pairs_of_arms() {
    run("pairs", 8, pairs::check);
}

#[test]
fn normal_mixture_bounds() {
    run("rows", 180, |row, _, checks| confseq::check(row, checks));
}

#[test]
fn beta_binomial_mixture_bounds() {
    run("beta_binomial", 6, |row, _, checks| confseq::beta_binomial(row, checks));
}
