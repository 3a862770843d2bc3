//! Plans and their scores as text and as JSON.

use tracker_workflow::plan::{Factor, Score, SessionTokens};

use super::Lines;
use crate::wire::plan::{FactorJson, OpenSessionJson, PlanScoreJson, ScoredSessionJson};
use crate::wire::value::Plain;

/// Closed sessions below which there is no verdict.
const LEAST_SESSIONS: usize = 3;

/// Returns a factor as `1.12 [0.98, 1.30]`.
pub(crate) fn factor_text(of: &Factor) -> String {
    let end = |end: Option<f64>| end.map_or_else(|| "unbounded".to_owned(), |end| format!("{end:.2}"));
    format!("{:.2} [{}, {}]", of.estimate, end(of.lo), end(of.hi))
}

/// Returns a factor for an output.
pub(crate) fn factor_json(of: &Factor) -> FactorJson {
    FactorJson {
        sessions: of.sessions,
        estimate: Plain(of.estimate),
        lo: of.lo.map(Plain),
        hi: of.hi.map(Plain),
        certain: of.is_certain(),
    }
}

/// Returns the lines of `plan score`.
pub(crate) fn score_text(score: &Score, factor: Option<&Factor>) -> String {
    let mut out = Lines::default();
    if score.sessions.is_empty() && score.open.is_empty() {
        out.push("no sessions recorded");
        return out.text();
    }
    out.push("Sessions:");
    for of in &score.sessions {
        let share = of.share.map_or_else(|| "n/a".to_owned(), |share| format!("{:+.1}%", 100.0 * share));
        let mark = if of.is_off { ", marked: more than 10 % off" } else { "" };
        out.push(format_args!(
            "  - {}: planned={}, actual={}, delta={:+} ({share}){mark}",
            of.session, of.planned, of.actual, of.delta
        ));
    }
    for SessionTokens { session, planned, .. } in &score.open {
        let planned = planned.map_or_else(|| "n/a".to_owned(), |planned| planned.to_string());
        out.push(format_args!("  - {session}: planned={planned}, actual=n/a (open)"));
    }
    match factor {
        Some(factor) => {
            out.push(format_args!("Factor: actual/planned={}, n={}", factor_text(factor), factor.sessions));
        }
        None => out.push(format_args!("Factor: n/a (below {LEAST_SESSIONS} closed sessions with a plan)")),
    }
    out.push(format_args!(
        "Verdict: {}",
        match verdict(score) {
            None => "n/a (below 3 closed sessions)",
            Some("rescope") => "rescope (the newest three sessions are each more than 30 % over)",
            Some(ok) => ok,
        }
    ));
    out.text()
}

fn verdict(score: &Score) -> Option<&'static str> {
    match score.rescope {
        true => Some("rescope"),
        false => (score.sessions.len() >= LEAST_SESSIONS).then_some("ok"),
    }
}

/// Returns the output of `plan score --format json`.
#[expect(clippy::cast_precision_loss, reason = "token counts stay far below 2^53")]
pub(crate) fn score_json<'a>(score: &'a Score, factor: Option<&Factor>) -> PlanScoreJson<'a> {
    let sessions = score.sessions.iter().map(|of| ScoredSessionJson {
        session: &of.session,
        date: &of.date,
        planned: of.planned,
        actual: of.actual,
        delta: Plain(of.delta as f64),
        delta_pct: of.share.map(|share| Plain(100.0 * share)),
        marked: of.is_off,
    });
    let open = score.open.iter().map(|of| OpenSessionJson { session: &of.session, planned: of.planned });
    PlanScoreJson {
        sessions: sessions.collect(),
        open: open.collect(),
        history: factor.map(factor_json),
        verdict: verdict(score),
    }
}
