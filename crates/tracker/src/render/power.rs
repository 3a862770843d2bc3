//! Power as text and as JSON.

use tracker_term_text::escape_terminal_line;

use crate::powers::{ArmPower, Effect};
use crate::wire::power::{ArmPowerJson, MeterPowerJson, PowerJson};
use crate::wire::value::Plain;

/// The arms of one meter with what they can show.
#[derive(Debug)]
pub(crate) struct MeterPower {
    pub(crate) meter: String,
    pub(crate) unit: &'static str,
    pub(crate) arms: Vec<ArmPower>,
}

/// What was asked.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) effect: Effect,
    pub(crate) power: f64,
}

/// Returns two lines an arm: what it can show, and what is missing.
pub(crate) fn text(all: &[MeterPower], question: &Question) -> String {
    let mut out = String::new();
    for of in all {
        let per =
            if of.unit == "prompts" { "prompt".to_owned() } else { format!("{} {}", of.meter, of.unit) };
        out.push_str(&format!("features per {per}, two-sided tests at 0.05\n"));
        for arm in &of.arms {
            for line in lines(arm, question) {
                out.push_str(&format!("{}\n", escape_terminal_line(&line)));
            }
        }
    }
    out
}

fn lines(arm: &ArmPower, question: &Question) -> Vec<String> {
    let plain = |value: Option<f64>| value.map_or_else(|| "n/a".to_owned(), |value| format!("{value:.2}"));
    let effect = question.effect.label();
    let target = tracker_cli_support::number(100.0 * question.power);
    let first = format!(
        "  - {}: n={}, efficiency={}, power={} at \u{b1}{effect}, detectable={}",
        arm.name,
        arm.n,
        plain(arm.efficiency),
        plain(arm.achieved),
        plain(arm.detectable)
    );
    let second = match (arm.required, arm.more()) {
        (Some(required), Some(0)) => {
            format!(
                "    enough {} windows for {target} % power to see \u{b1}{effect} ({required} per arm)",
                arm.name
            )
        }
        (Some(required), Some(more)) => format!(
            "    {more} more {} windows for {target} % power to see \u{b1}{effect} ({required} per arm)",
            arm.name
        ),
        _ => "    windows needed: n/a (at least 3 windows, a feature and some spread)".to_owned(),
    };
    vec![first, second]
}

/// Returns the output of `power --format json`.
pub(crate) fn json<'a>(all: &'a [MeterPower], question: &Question) -> PowerJson<'a> {
    let arm = |arm: &'a ArmPower| ArmPowerJson {
        arm: &arm.name,
        n: arm.n,
        efficiency: arm.efficiency.map(Plain),
        effect: arm.effect.map(Plain),
        power: arm.achieved.map(Plain),
        detectable: arm.detectable.map(Plain),
        required: arm.required,
        more: arm.more(),
    };
    let meter = |of: &'a MeterPower| MeterPowerJson {
        meter: &of.meter,
        unit: of.unit,
        arms: of.arms.iter().map(arm).collect(),
    };
    PowerJson {
        effect: question.effect.label(),
        power: Plain(question.power),
        alpha: Plain(0.05),
        meters: all.iter().map(meter).collect(),
    }
}
