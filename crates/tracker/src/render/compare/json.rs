//! The comparison as its promised JSON shape.

use tracker_stats::Balance;

use crate::comparison::{Compared, Comparison, Versus};
use crate::render::preview::contribution_json;
use crate::verdicts::Gate;
use crate::wire::compare::{
    ArmJson, BalanceJson, BlockedJson, CompareJson, GateJson, LeftOutJson, MeterJson, VersusJson,
};
use crate::wire::value::Plain;

/// Returns the output of `compare --format json`.
pub(crate) fn json<'a>(all: &'a [Comparison], by: &'a str, interval: &'a str) -> CompareJson<'a> {
    CompareJson { by, interval, level: Plain(0.95), meters: all.iter().map(meter).collect() }
}

fn meter(of: &Comparison) -> MeterJson<'_> {
    MeterJson {
        meter: &of.meter,
        unit: of.unit,
        weighted: of.weighted,
        base: of.arms.iter().flat_map(|arm| &arm.versus).map(|versus| versus.base.as_str()).next(),
        arms: of.arms.iter().map(arm).collect(),
        weekdays: of.weekdays.map(balance),
        periods: of.periods.map(balance),
        excluded: of.excluded.iter().map(|(window, reason)| LeftOutJson { window, reason }).collect(),
    }
}

fn balance(of: Balance) -> BalanceJson {
    BalanceJson { chi_square: Plain(of.chi_square), df: of.df, p: Plain(of.p_value), alarm: of.alarm }
}

fn arm(of: &Compared) -> ArmJson<'_> {
    let interval = of.interval.as_ref();
    ArmJson {
        arm: &of.name,
        n: of.n,
        features: Plain(of.features),
        capacity: Plain(of.capacity),
        efficiency: of.efficiency.map(Plain),
        lo: interval.and_then(|interval| interval.lo).map(Plain),
        hi: interval.and_then(|interval| interval.hi).map(Plain),
        method: interval.map(|interval| interval.method.to_string()),
        flags: interval
            .iter()
            .flat_map(|interval| interval.flags.iter())
            .map(tracker_stats::Flag::label)
            .collect(),
        dispersion: of.dispersion.map(Plain),
        autocorrelation: of.autocorrelation.map(Plain),
        p_best: of.best.map(Plain),
        versus: of.versus.as_ref().map(versus),
        explained: of.explained.as_ref().map(|parts| parts.iter().map(contribution_json).collect()),
    }
}

fn versus(of: &Versus) -> VersusJson<'_> {
    let gate =
        |pick: fn(&crate::verdicts::Verdicts) -> &Gate| of.verdicts.as_ref().map(|all| gate(pick(all)));
    VersusJson {
        base: &of.base,
        delta: Plain(of.delta),
        lo: of.lo.map(Plain),
        hi: of.hi.map(Plain),
        p: Plain(of.p),
        distinguishable: of.is_distinguishable(),
        certainty: of.certainty.map(Plain),
        test: of.test,
        blocked: of.blocked.as_ref().map(|blocked| BlockedJson {
            by: blocked.by,
            shared: blocked.shared,
            delta: Plain(blocked.delta),
            p: Plain(blocked.p),
            certainty: Plain(blocked.certainty),
        }),
        reallocate: gate(|all| &all.reallocate),
        retire: gate(|all| &all.retire),
        e_process: gate(|all| &all.e_process),
    }
}

fn gate(of: &Gate) -> GateJson<'_> {
    GateJson {
        fires: of.fires,
        statistic: of.statistic.map(Plain),
        bound: Plain(of.bound),
        missing: Some(of.missing.as_str()).filter(|missing| !missing.is_empty()),
    }
}
