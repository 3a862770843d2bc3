//! Statistics room: the normal and the beta-binomial mixture against the C++ of confseq.

use serde_json::Value;
use tracker_stats::{BetaBinomialMixture, NormalMixture, Sides};

use crate::reference::{Checks, number};

pub(crate) fn check(row: &Value, checks: &mut Checks) {
    let get = |name: &str| number(row, name).expect("a number");
    let sides = sides(row);
    // The reference tunes every mixture for alpha 0.05 and asks it for other alphas.
    let mixture = NormalMixture::tightest_at(get("/v_opt"), 0.05, sides).expect("valid");
    let value = mixture.log_value(get("/s"), get("/v")).expect("finite");
    checks.near("log value", value, get("/log_mixture"), 0.0, 1e-9);
    let bound = mixture.bound(get("/v"), get("/alpha")).expect("finite");
    checks.near("bound", bound, get("/bound"), 0.0, 1e-9);
}

pub(crate) fn beta_binomial(row: &Value, checks: &mut Checks) {
    let get = |name: &str| number(row, name).expect("a number");
    let (g, h, sides) = (get("/g"), get("/h"), sides(row));
    let mixture = BetaBinomialMixture::tightest_at(get("/v_opt"), 0.05, g, h, sides).expect("valid");
    let value = mixture.log_value(get("/s"), get("/v")).expect("finite");
    checks.near("log value", value, get("/log_mixture"), 0.0, 1e-9);
    let bound = mixture.bound(get("/v"), get("/alpha")).expect("finite");
    checks.near("bound", bound, get("/bound"), 0.0, 1e-9);
}

fn sides(row: &Value) -> Sides {
    let one = row.get("one_sided").and_then(Value::as_bool).expect("sides");
    if one { Sides::One } else { Sides::Two }
}
