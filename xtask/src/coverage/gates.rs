//! What the retirement gate does when it is asked after every window, and what required units are worth.

use std::fmt::Write as _;

use tracker_stats::simulate::study::power_of_log_ratio;
use tracker_stats::simulate::{Design, Law, Meter, retired_share};
use tracker_stats::{ArmPlan, Level, required_units};

use super::pool;
use crate::Failure;

const NB2: Law = Law::NegativeBinomial2 { k: 2.0 };
const NB1: Law = Law::NegativeBinomial1 { factor: 3.0 };
/// Runs of a peeking study come in shares, so that they spread over threads.
const SHARES: u64 = 10;
const RUNS: u32 = 200;
/// Most that a gate may retire of equal arms, both directions together, over 100 windows.
const MOST_RETIRED: f64 = 0.10;
/// Least that it must retire of an arm half as good, by 30 windows.
const LEAST_RETIRED: f64 = 0.95;
/// Pairs of arms behind each power.
const PAIRS: u32 = 4_000;

/// The text of the gate tables, and the promises that they break.
#[derive(Debug)]
pub(super) struct Gates {
    pub(super) text: String,
    pub(super) broken: Vec<String>,
}

pub(super) fn study(seed: u64) -> Result<Gates, Failure> {
    let mut gates = Gates { text: String::new(), broken: Vec::new() };
    peeking(seed, &mut gates)?;
    required(seed, &mut gates)?;
    Ok(gates)
}

/// A peeking study: two arms, and what must hold of the shares retired.
struct Peek {
    law: Law,
    a: f64,
    b: f64,
    units: usize,
    promise: Promise,
}

enum Promise {
    /// Equal arms: retire neither.
    Rarely,
    /// Clearly unequal arms: retire the worse one.
    Surely,
    /// Shown, not promised.
    Nothing,
}

fn peeking(seed: u64, gates: &mut Gates) -> Result<(), Failure> {
    let peek = |law, a, b, units, promise| Peek { law, a, b, units, promise };
    let studies = [
        peek(Law::Poisson, 0.3, 0.3, 100, Promise::Rarely),
        peek(NB2, 0.3, 0.3, 100, Promise::Rarely),
        peek(NB1, 0.3, 0.3, 100, Promise::Nothing),
        peek(Law::Poisson, 0.05, 0.05, 100, Promise::Rarely),
        peek(Law::Poisson, 0.3, 0.6, 30, Promise::Surely),
        peek(NB2, 0.3, 0.6, 30, Promise::Nothing),
        peek(NB2, 0.3, 0.6, 100, Promise::Nothing),
        peek(Law::Poisson, 0.3, 0.4, 100, Promise::Nothing),
    ];
    let shares: Vec<(usize, u64)> =
        (0..studies.len()).flat_map(|place| (0..SHARES).map(move |share| (place, share))).collect();
    let run = |(place, share): &(usize, u64)| {
        let peek = &studies[*place];
        let arm = |efficiency| Design::standard(peek.law, efficiency, peek.units);
        let (a, b) = (arm(peek.a).map_err(|e| e.to_string())?, arm(peek.b).map_err(|e| e.to_string())?);
        retired_share(&a, &b, RUNS, seed ^ (share << 32)).map_err(|e| e.to_string())
    };
    let results = pool::each("peeking runs", &shares, run)?;
    let runs = RUNS * SHARES as u32;
    let _ = write!(
        gates.text,
        "### Retirement under peeking\n\nShare of {runs} runs in which the gate, asked after every window, \
         retires an arm. Promised: at most {MOST_RETIRED} of equal arms by 100 windows (Poisson, NB2), at \
         least {LEAST_RETIRED} of the worse arm at 0.3 v 0.6 by 30 (Poisson).\n\n\
         | law | E of a, b | windows | a retired | b retired |\n|---|---|---|---|---|\n"
    );
    for (peek, results) in studies.iter().zip(results.chunks(SHARES as usize)) {
        let mean = |pick: fn(&(f64, f64)) -> f64| results.iter().map(pick).sum::<f64>() / SHARES as f64;
        let (a, b) = (mean(|r| r.0), mean(|r| r.1));
        let law = name(peek.law);
        let _ = writeln!(gates.text, "| {law} | {}, {} | {} | {a:.3} | {b:.3} |", peek.a, peek.b, peek.units);
        let kept = match peek.promise {
            Promise::Rarely => a + b <= MOST_RETIRED,
            Promise::Surely => a >= LEAST_RETIRED,
            Promise::Nothing => true,
        };
        if !kept {
            gates.broken.push(format!("{law} {} v {}: retired {a:.3}, {b:.3}", peek.a, peek.b));
        }
    }
    Ok(())
}

/// Compares required units with the number at which simulated pairs reach a power of 0.8: the power at the
/// required number must be that of a number within 15 % or 3 units of it.
fn required(seed: u64, gates: &mut Gates) -> Result<(), Failure> {
    let effects = [(0.05, 0.15), (0.1, 0.2), (0.2, 0.3), (0.3, 0.4), (0.5, 0.6)];
    let cases: Vec<(Law, f64, f64)> =
        effects.iter().flat_map(|(a, b)| [(Law::Poisson, *a, *b), (NB2, *a, *b)]).collect();
    let results = pool::each("required units", &cases, |(law, a, b)| simulated(*law, *a, *b, seed))?;
    let _ = write!(
        gates.text,
        "\n### Required units\n\nUnits per arm for a power of 0.80 at a difference of 0.10: the formula, and \
         the power that {PAIRS} simulated pairs have with so many, with 15 % or 3 units fewer and with as \
         many more. Promised: 0.80 lies between the last two.\n\n\
         | law | E of a, b | required | power there | with fewer | with more |\n|---|---|---|---|---|---|\n"
    );
    for ((law, a, b), result) in cases.iter().zip(results) {
        let Powers { units, there, fewer, more } = result;
        let law = name(*law);
        let _ = writeln!(gates.text, "| {law} | {a}, {b} | {units} | {there:.3} | {fewer:.3} | {more:.3} |");
        // Two Monte-Carlo standard errors of a power near 0.8.
        let error = 2.0 * (0.8_f64 * 0.2 / f64::from(PAIRS)).sqrt();
        if fewer - error > 0.8 || more + error < 0.8 {
            gates
                .broken
                .push(format!("{law} {a} v {b}: {units} units required, power {fewer:.3} to {more:.3}"));
        }
    }
    Ok(())
}

struct Powers {
    units: usize,
    there: f64,
    fewer: f64,
    more: f64,
}

fn simulated(law: Law, a: f64, b: f64, seed: u64) -> Result<Powers, Failure> {
    let told = |e: tracker_stats::StatsError| e.to_string();
    // The relative variance of one unit: 1/(E mean x), and for NB2 E(x^2)/(k mean(x)^2) with sigma 0.6.
    let clumps = if law == NB2 { 0.5 * 0.36_f64.exp() } else { 0.0 };
    let mean_capacity = 8.0 * 0.18_f64.exp();
    let plan = |e: f64| ArmPlan::new(e, 1.0 / (e * mean_capacity) + clumps).map_err(told);
    let units = required_units(plan(a)?, plan(b)?, 0.05, 0.8).map_err(told)?;
    let units = usize::try_from(units).map_err(|e| e.to_string())?;
    let slack = (units * 15 / 100).max(3);
    let power = |units: usize| {
        let arm = |e| Design::standard(law, e, units)?.with_windows(8.0, 0.6, Meter::WholePoints);
        let (a, b) = (arm(a).map_err(told)?, arm(b).map_err(told)?);
        power_of_log_ratio(&a, &b, Level::P95, PAIRS, seed).map_err(told)
    };
    Ok(Powers { units, there: power(units)?, fewer: power(units - slack)?, more: power(units + slack)? })
}

fn name(law: Law) -> &'static str {
    match law {
        Law::Poisson => "Poisson",
        Law::NegativeBinomial2 { .. } => "NB2",
        Law::NegativeBinomial1 { .. } => "NB1",
        _ => "other",
    }
}
