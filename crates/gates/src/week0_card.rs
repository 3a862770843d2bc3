//! The card of a whole run: enough windows, kept buffers, finite intervals, quality telemetry, replay, votes.

use tracker_domain::RowRef;

use crate::card::{Card, Check, Reason};
use crate::status::Status;

/// Windows that a provider needs.
pub const LEAST_WINDOWS: usize = 6;
/// The widest interval, in features per unit of capacity, that decides anything.
pub const WIDEST_INTERVAL: f64 = 0.30;
/// The least power to see the stated effect.
pub const LEAST_POWER: f64 = 0.80;

/// What is known of one provider over the run.
#[derive(Debug, Clone, PartialEq)]
pub struct ProviderFacts {
    /// Its name.
    pub provider: String,
    /// Finalized windows that count, before merging.
    pub windows: usize,
    /// Both ends of the interval, features per unit; `None` when there is none or an end is open.
    pub interval: Option<(f64, f64)>,
    /// Power at the stated effect.
    pub power: Option<f64>,
    /// The highest percent used that a weekly bar of it showed, with the row.
    pub highest_weekly: Option<(f64, RowRef)>,
}

/// What is known of the run, read by the caller.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Week0Facts {
    /// The providers.
    pub providers: Vec<ProviderFacts>,
    /// Percentage points of each weekly bar that must stay unused.
    pub buffer_pp: f64,
    /// Blocking anomalies that still count: detail and row.
    pub blocking: Vec<(String, RowRef)>,
    /// Finalized windows.
    pub windows: usize,
    /// Of these, windows with `churn_14d`, `cls` and `impf`.
    pub with_quality_telemetry: usize,
    /// Verdict of the newest stored replay: `better`, `worse`, `not enough evidence`.
    pub replay: Option<(String, RowRef)>,
    /// Panel votes logged.
    pub votes: usize,
    /// Damage of the ledgers that the card rests on, one line each.
    pub damage: Vec<String>,
}

/// Returns the compiled card. NO-GO: damage, a blocking anomaly, a provider below six windows, a buffer that was
/// used, no finite interval, a replay that says worse. SOFT GO: a wide interval, low power, missing quality
/// telemetry, replay or votes.
///
/// ```
/// use tracker_gates::{Status, Week0Facts, week0_card};
/// let card = week0_card(&Week0Facts::default());
/// assert_eq!(card.status, Status::NoGo);
/// assert_eq!(card.reasons[0].text, "no provider has a finalized window");
/// ```
#[must_use]
pub fn week0_card(facts: &Week0Facts) -> Card {
    let found = [
        windows(facts),
        buffer(facts),
        intervals(facts),
        width(facts),
        power(facts),
        anomalies(facts),
        telemetry(facts),
        replay(facts),
        votes(facts),
    ];
    let damage = facts.damage.iter().map(|line| reason(format!("damaged ledger: {line}"), Vec::new()));
    let mut reasons: Vec<Reason> = damage.collect();
    let mut status = if reasons.is_empty() { Status::Go } else { Status::NoGo };
    let mut checks = Vec::new();
    for Finding { check, reason, unmet } in found {
        if !check.met {
            status = status.min(unmet);
        }
        reasons.extend(reason);
        checks.push(check);
    }
    Card { subject: "WEEK0".to_owned(), status, checks, reasons }
}

/// One check, why it is not met, and the best answer that it then allows.
struct Finding {
    check: Check,
    reason: Option<Reason>,
    unmet: Status,
}

impl Finding {
    fn new(name: &'static str, found: String, why: Option<Reason>, unmet: Status) -> Self {
        Self { check: Check { name, met: why.is_none(), found }, reason: why, unmet }
    }
}

fn reason(text: String, rows: Vec<RowRef>) -> Reason {
    Reason { text, rows }
}

/// Returns one reason that lists every provider for which `fault` says something.
fn of_providers(facts: &Week0Facts, fault: impl Fn(&ProviderFacts) -> Option<String>) -> Option<Reason> {
    let faults: Vec<String> = facts.providers.iter().filter_map(fault).collect();
    (!faults.is_empty()).then(|| reason(faults.join("; "), Vec::new()))
}

fn windows(facts: &Week0Facts) -> Finding {
    let why = if facts.providers.is_empty() {
        Some(reason("no provider has a finalized window".to_owned(), Vec::new()))
    } else {
        of_providers(facts, |of| {
            (of.windows < LEAST_WINDOWS)
                .then(|| format!("{} has {} windows, {LEAST_WINDOWS} are needed", of.provider, of.windows))
        })
    };
    let counts: Vec<String> =
        facts.providers.iter().map(|of| format!("{} {}", of.provider, of.windows)).collect();
    Finding::new("windows", or_none(&counts), why, Status::NoGo)
}

fn buffer(facts: &Week0Facts) -> Finding {
    let limit = 100.0 - facts.buffer_pp;
    let used = facts.providers.iter().filter_map(|of| Some((of, of.highest_weekly.as_ref()?)));
    let over: Vec<_> = used.filter(|(_, (highest, _))| *highest > limit).collect();
    let text = |(of, (highest, _)): &(&ProviderFacts, &(f64, RowRef))| {
        format!("{} reached {highest} % of its week, {limit} % is the limit", of.provider)
    };
    let why = (!over.is_empty()).then(|| {
        let rows = over.iter().map(|(_, (_, row))| row.clone()).collect();
        reason(over.iter().map(text).collect::<Vec<_>>().join("; "), rows)
    });
    Finding::new("buffer", format!("{} pp kept", facts.buffer_pp), why, Status::NoGo)
}

fn intervals(facts: &Week0Facts) -> Finding {
    let why = of_providers(facts, |of| {
        of.interval.is_none().then(|| format!("{} has no finite interval", of.provider))
    });
    let finite = facts.providers.iter().filter(|of| of.interval.is_some()).count();
    Finding::new("intervals", format!("{finite} of {} finite", facts.providers.len()), why, Status::NoGo)
}

fn width(facts: &Week0Facts) -> Finding {
    let wide =
        |of: &ProviderFacts| of.interval.map(|(lo, hi)| hi - lo).filter(|width| *width > WIDEST_INTERVAL);
    let why = of_providers(facts, |of| {
        wide(of).map(|width| {
            format!("the interval of {} is {width:.2} wide, {WIDEST_INTERVAL:.2} is wanted", of.provider)
        })
    });
    let widest =
        facts.providers.iter().filter_map(|of| of.interval).map(|(lo, hi)| hi - lo).fold(0.0, f64::max);
    Finding::new("width", format!("widest {widest:.2}"), why, Status::SoftGo)
}

fn power(facts: &Week0Facts) -> Finding {
    let why = of_providers(facts, |of| match of.power {
        Some(power) if power >= LEAST_POWER => None,
        Some(power) => {
            Some(format!("the power of {} is {power:.2}, {LEAST_POWER:.2} is wanted", of.provider))
        }
        None => Some(format!("{} has no power figure", of.provider)),
    });
    let least = facts.providers.iter().filter_map(|of| of.power).fold(f64::INFINITY, f64::min);
    let found = if least.is_finite() { format!("least {least:.2}") } else { "none".to_owned() };
    Finding::new("power", found, why, Status::SoftGo)
}

fn anomalies(facts: &Week0Facts) -> Finding {
    let why = (!facts.blocking.is_empty()).then(|| {
        let (texts, rows): (Vec<&str>, Vec<RowRef>) =
            facts.blocking.iter().map(|(text, row)| (text.as_str(), row.clone())).unzip();
        reason(format!("blocking anomalies: {}", texts.join("; ")), rows)
    });
    Finding::new("anomalies", format!("{} blocking", facts.blocking.len()), why, Status::NoGo)
}

fn telemetry(facts: &Week0Facts) -> Finding {
    let missing = facts.windows.saturating_sub(facts.with_quality_telemetry);
    let why = (missing > 0 || facts.windows == 0).then(|| {
        reason(format!("{missing} of {} windows lack churn_14d, CLS or IMPF", facts.windows), Vec::new())
    });
    let found = format!("{} of {} windows", facts.with_quality_telemetry, facts.windows);
    Finding::new("telemetry", found, why, Status::SoftGo)
}

fn replay(facts: &Week0Facts) -> Finding {
    match &facts.replay {
        None => {
            let why = reason("no replay is stored".to_owned(), Vec::new());
            Finding::new("replay", "none".to_owned(), Some(why), Status::SoftGo)
        }
        Some((verdict, row)) => {
            let why = (verdict != "better")
                .then(|| reason(format!("the replay says: {verdict}"), vec![row.clone()]));
            let unmet = if verdict == "worse" { Status::NoGo } else { Status::SoftGo };
            Finding::new("replay", verdict.clone(), why, unmet)
        }
    }
}

fn votes(facts: &Week0Facts) -> Finding {
    let why = (facts.votes == 0).then(|| reason("no panel vote is logged".to_owned(), Vec::new()));
    Finding::new("votes", facts.votes.to_string(), why, Status::SoftGo)
}

fn or_none(parts: &[String]) -> String {
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(name: &str) -> ProviderFacts {
        ProviderFacts {
            provider: name.into(),
            windows: 6,
            interval: Some((0.1, 0.3)),
            power: Some(0.9),
            highest_weekly: Some((80.0, RowRef { file: "snapshots.jsonl".into(), line: 9, seq: Some(9) })),
        }
    }

    fn complete() -> Week0Facts {
        Week0Facts {
            providers: vec![provider("one"), provider("two")],
            buffer_pp: 10.0,
            windows: 8,
            with_quality_telemetry: 8,
            replay: Some(("better".into(), RowRef::default())),
            votes: 3,
            ..Week0Facts::default()
        }
    }

    fn status(change: impl FnOnce(&mut Week0Facts)) -> Status {
        let mut facts = complete();
        change(&mut facts);
        week0_card(&facts).status
    }

    #[test]
    fn a_complete_run_is_a_go() {
        let card = week0_card(&complete());
        assert_eq!((card.status, card.completeness(), card.reasons.len()), (Status::Go, (9, 9), 0));
    }

    #[test]
    fn what_forbids_and_what_only_softens() {
        assert_eq!(status(|facts| facts.providers[0].windows = 5), Status::NoGo);
        assert_eq!(status(|facts| facts.providers[1].interval = None), Status::NoGo);
        assert_eq!(
            status(|facts| facts.providers[1].highest_weekly = Some((90.5, RowRef::default()))),
            Status::NoGo
        );
        assert_eq!(status(|facts| facts.blocking.push(("fell".into(), RowRef::default()))), Status::NoGo);
        assert_eq!(status(|facts| facts.damage.push("torn".into())), Status::NoGo);
        assert_eq!(status(|facts| facts.replay = Some(("worse".into(), RowRef::default()))), Status::NoGo);
        assert_eq!(status(|facts| facts.replay = None), Status::SoftGo);
        assert_eq!(
            status(|facts| facts.replay = Some(("not enough evidence".into(), RowRef::default()))),
            Status::SoftGo
        );
        assert_eq!(status(|facts| facts.votes = 0), Status::SoftGo);
        assert_eq!(status(|facts| facts.with_quality_telemetry = 7), Status::SoftGo);
        assert_eq!(status(|facts| facts.providers[0].interval = Some((0.1, 0.5))), Status::SoftGo);
        assert_eq!(status(|facts| facts.providers[0].power = Some(0.5)), Status::SoftGo);
    }

    #[test]
    fn exactly_the_limit_is_kept() {
        assert_eq!(
            status(|facts| facts.providers[0].highest_weekly = Some((90.0, RowRef::default()))),
            Status::Go
        );
    }
}
