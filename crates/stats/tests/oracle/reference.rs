//! Statistics room: reading reference numbers and comparing with them.

use std::path::Path;

use serde_json::Value;
use tracker_stats::Sample;

/// Comparisons of one test; all failures are shown together.
#[derive(Default)]
pub(crate) struct Checks {
    place: String,
    made: usize,
    failures: Vec<String>,
}

impl Checks {
    pub(crate) fn enter(&mut self, path: &Path, case: &Value) {
        let file = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        self.place = format!("{file} {}", case.get("id").and_then(Value::as_str).unwrap_or("case"));
    }

    /// |got - want| within `relative` of want, or within `absolute`.
    pub(crate) fn near(&mut self, what: &str, got: f64, want: f64, relative: f64, absolute: f64) {
        let close = (got - want).abs() <= (relative * want.abs()).max(absolute);
        self.holds(close, || format!("{what}: {got:e}, reference {want:e}"));
    }

    pub(crate) fn holds(&mut self, condition: bool, message: impl FnOnce() -> String) {
        self.made += 1;
        if !condition {
            self.failures.push(format!("{}: {}", self.place, message()));
        }
    }

    pub(crate) fn finish(self) {
        assert!(self.made > 0, "nothing was compared");
        assert!(
            self.failures.is_empty(),
            "{} of {} fail:\n{}",
            self.failures.len(),
            self.made,
            self.failures.join("\n")
        );
    }
}

/// A number at a JSON pointer, also when boxed in a list of one; `None` for null, NaN and NA.
pub(crate) fn number(case: &Value, pointer: &str) -> Option<f64> {
    let value = case.pointer(pointer)?;
    let value = value.as_array().map_or(value, |list| list.first().unwrap_or(&Value::Null));
    value.as_f64().filter(|v| v.is_finite())
}

/// A list of numbers at a JSON pointer; `None` when any is missing.
pub(crate) fn numbers(case: &Value, pointer: &str) -> Option<Vec<f64>> {
    case.pointer(pointer)?.as_array()?.iter().map(|v| v.as_f64().filter(|v| v.is_finite())).collect()
}

/// Both ends of an interval at a JSON pointer.
pub(crate) fn ends(case: &Value, pointer: &str) -> Option<(f64, f64)> {
    match numbers(case, pointer)?.as_slice() {
        [lo, hi] => Some((*lo, *hi)),
        _ => None,
    }
}

pub(crate) fn sample(case: &Value) -> Sample {
    let column = |name: &str| numbers(case, name).expect("a column");
    Sample::new(&column("/x"), &column("/y")).expect("reference data are valid")
}
