//! The card of a whole run: enough windows, kept buffers, finite intervals, quality telemetry, replay, votes.

use tracker_domain::{Evidence, RowRef};

use crate::card::{Card, Finding, Reason, Source, compile, counted};
use crate::evidence::standing;
use crate::status::Status;

/// Windows that a provider needs.
pub const LEAST_WINDOWS: usize = 6;
/// The widest interval, in features per unit of capacity, that decides anything.
pub const WIDEST_INTERVAL: f64 = 0.30;
/// The least power to see the stated effect.
pub const LEAST_POWER: f64 = 0.80;

/// Differences of decimals are not exact: 0.4 - 0.1 is a little more than 0.3, and means 0.3.
pub(crate) const ROUNDING: f64 = 1e-9;

/// What is known of one provider over the run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProviderFacts {
    /// Its name.
    pub provider: String,
    /// Finalized windows that count, before merging, each with what it contributed.
    pub windows: Vec<Source>,
    /// Finalized windows that are left out of its estimate, each with the reason.
    pub left_out: Vec<Source>,
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
    /// Anomalies that still count: name with detail, and row.
    pub anomalies: Vec<Source>,
    /// Of these, the blocking ones that no finalize row accepts.
    pub blocking: Vec<Source>,
    /// Finalized windows, each with what it lacks of `churn_14d`, `cls` and `impf`; empty when it has all.
    pub windows: Vec<(Vec<&'static str>, Source)>,
    /// Evidence rows of all windows.
    pub evidence: Vec<Evidence>,
    /// Verdict of the newest stored replay: `better`, `worse`, `not enough evidence`, `refused`.
    pub replay: Option<(String, RowRef)>,
    /// Panel votes that are logged.
    pub votes: Vec<Source>,
    /// Damage of the ledgers that the card rests on, each with its place.
    pub damage: Vec<Source>,
}

/// Returns the compiled card. NO-GO: damage, a blocking anomaly, a provider below six windows, a buffer that was
/// used, no finite interval, a failing evidence row, a replay that says worse. SOFT GO: a wide interval, low power,
/// missing evidence, quality telemetry, replay or votes.
///
/// ```
/// use tracker_gates::{Status, Week0Facts, week0_card};
/// let card = week0_card(&Week0Facts::default());
/// assert_eq!(card.status, Status::NoGo);
/// assert_eq!(card.reasons[0].text, "no provider has a finalized window");
/// ```
#[must_use]
pub fn week0_card(facts: &Week0Facts) -> Card {
    let findings = [
        windows(facts),
        buffer(facts),
        intervals(facts),
        width(facts),
        power(facts),
        anomalies(facts),
        evidence(facts),
        telemetry(facts),
        replay(facts),
        votes(facts),
    ];
    compile("WEEK0".to_owned(), &facts.damage, findings)
}

/// Returns a reason for every provider for which `fault` says something, with the rows of its windows.
fn of_providers(
    facts: &Week0Facts,
    code: &str,
    fault: impl Fn(&ProviderFacts) -> Option<String>,
) -> Vec<Reason> {
    let reason = |of: &ProviderFacts| {
        let rows = of.windows.iter().map(|source| source.row.clone()).collect();
        Some(Reason::new(format!("{code}={}", of.provider), fault(of)?, rows))
    };
    facts.providers.iter().filter_map(reason).collect()
}

fn windows(facts: &Week0Facts) -> Finding {
    let why = if facts.providers.is_empty() {
        vec![Reason::new("no-windows", "no provider has a finalized window", Vec::new())]
    } else {
        of_providers(facts, "too-few-windows", |of| {
            (of.windows.len() < LEAST_WINDOWS).then(|| {
                let windows = counted(of.windows.len(), "window", "windows");
                format!("{} has {windows}, {LEAST_WINDOWS} are needed", of.provider)
            })
        })
    };
    let counts: Vec<String> =
        facts.providers.iter().map(|of| format!("{} {}", of.provider, of.windows.len())).collect();
    let sources = facts.providers.iter().flat_map(|of| of.windows.iter().chain(&of.left_out).cloned());
    Finding::new("windows", or_none(&counts), Status::NoGo).with_sources(sources).unless(why)
}

fn buffer(facts: &Week0Facts) -> Finding {
    let limit = 100.0 - facts.buffer_pp;
    let shown = |of: &ProviderFacts| {
        let (highest, row) = of.highest_weekly.clone()?;
        Some((highest, Source::new(format!("{} reached {highest} % of its week", of.provider), row)))
    };
    let over = facts.providers.iter().filter_map(|of| {
        let (highest, Source { text, row }) = shown(of)?;
        let code = || format!("buffer-used={}", of.provider);
        (highest > limit).then(|| Reason::new(code(), format!("{text}, {limit} % is the limit"), vec![row]))
    });
    let sources = facts.providers.iter().filter_map(|of| Some(shown(of)?.1));
    let highest = facts.providers.iter().filter_map(|of| Some(of.highest_weekly.as_ref()?.0));
    let found = match highest.reduce(f64::max) {
        Some(highest) => format!("{} pp to keep, the highest bar stood at {highest} %", facts.buffer_pp),
        None => format!("{} pp to keep, no weekly bar", facts.buffer_pp),
    };
    Finding::new("buffer", found, Status::NoGo).with_sources(sources).unless(over)
}

fn intervals(facts: &Week0Facts) -> Finding {
    let why = of_providers(facts, "no-interval", |of| {
        of.interval.is_none().then(|| format!("{} has no finite interval", of.provider))
    });
    let finite = facts.providers.iter().filter(|of| of.interval.is_some()).count();
    let found = format!("{finite} of {} finite", facts.providers.len());
    let mut finding = Finding::new("intervals", found, Status::NoGo).unless(why);
    finding.unmet_if(facts.providers.is_empty());
    finding
}

fn width(facts: &Week0Facts) -> Finding {
    let width = |of: &ProviderFacts| of.interval.map(|(lo, hi)| hi - lo);
    let why = of_providers(facts, "wide-interval", |of| {
        let width = width(of).filter(|width| *width > WIDEST_INTERVAL + ROUNDING)?;
        Some(format!("the interval of {} is {width:.2} wide, {WIDEST_INTERVAL:.2} is wanted", of.provider))
    });
    let widest = facts.providers.iter().filter_map(width).reduce(f64::max);
    let found = widest.map_or_else(|| "none".to_owned(), |widest| format!("widest {widest:.2}"));
    let mut finding = Finding::new("width", found, Status::SoftGo).unless(why);
    finding.unmet_if(widest.is_none());
    finding
}

fn power(facts: &Week0Facts) -> Finding {
    let why = of_providers(facts, "low-power", |of| match of.power {
        Some(power) if power >= LEAST_POWER => None,
        Some(power) => {
            Some(format!("the power of {} is {power:.2}, {LEAST_POWER:.2} is wanted", of.provider))
        }
        None => Some(format!("{} has no power figure", of.provider)),
    });
    let least = facts.providers.iter().filter_map(|of| of.power).reduce(f64::min);
    let found = least.map_or_else(|| "none".to_owned(), |least| format!("least {least:.2}"));
    let mut finding = Finding::new("power", found, Status::SoftGo).unless(why);
    finding.unmet_if(facts.providers.is_empty());
    finding
}

fn anomalies(facts: &Week0Facts) -> Finding {
    let why = (!facts.blocking.is_empty()).then(|| {
        let texts: Vec<&str> = facts.blocking.iter().map(|source| source.text.as_str()).collect();
        let rows = facts.blocking.iter().map(|source| source.row.clone()).collect();
        let count = counted(texts.len(), "blocking anomaly", "blocking anomalies");
        Reason::new(format!("anomalies={}", texts.len()), format!("{count}: {}", texts.join("; ")), rows)
    });
    let found = format!("{} ({} blocking)", facts.anomalies.len(), facts.blocking.len());
    Finding::new("anomalies", found, Status::NoGo).with_sources(facts.anomalies.iter().cloned()).unless(why)
}

fn evidence(facts: &Week0Facts) -> Finding {
    let stands = standing(&facts.evidence);
    let unmet = if stands.failing.is_empty() { Status::SoftGo } else { Status::NoGo };
    let none = stands.passing.is_empty();
    let why = stands
        .failing_reason()
        .or_else(|| none.then(|| Reason::new("no-evidence-row", "no passing evidence row", Vec::new())));
    Finding::new("evidence", stands.counts(), unmet).with_sources(stands.sources()).unless(why)
}

fn telemetry(facts: &Week0Facts) -> Finding {
    let lacking: Vec<&Source> =
        facts.windows.iter().filter(|(lacks, _)| !lacks.is_empty()).map(|(_, source)| source).collect();
    let (missing, all) = (lacking.len(), facts.windows.len());
    let why = (missing > 0).then(|| {
        let rows = lacking.iter().map(|source| source.row.clone()).collect();
        let text = format!("{missing} of {all} windows lack churn_14d, CLS or IMPF");
        Reason::new(format!("no-quality-telemetry={missing}"), text, rows)
    });
    let sources = facts.windows.iter().map(|(lacks, source)| match lacks.is_empty() {
        true => Source::new(format!("{}: churn_14d, CLS, IMPF", source.text), source.row.clone()),
        false => Source::new(format!("{}: no {}", source.text, lacks.join(", no ")), source.row.clone()),
    });
    let mut finding =
        Finding::new("telemetry", format!("{} of {all} windows", all - missing), Status::SoftGo)
            .with_sources(sources)
            .unless(why);
    finding.unmet_if(all == 0);
    finding
}

fn replay(facts: &Week0Facts) -> Finding {
    let Some((verdict, row)) = &facts.replay else {
        let why = Reason::new("no-replay", "no replay is stored", Vec::new());
        return Finding::new("replay", "none".to_owned(), Status::SoftGo).unless([why]);
    };
    let why = (verdict != "better").then(|| {
        Reason::new(format!("replay={verdict}"), format!("the replay says: {verdict}"), vec![row.clone()])
    });
    let unmet = if verdict == "worse" { Status::NoGo } else { Status::SoftGo };
    let source = Source::new(format!("replay: {verdict}"), row.clone());
    Finding::new("replay", verdict.clone(), unmet).with_sources([source]).unless(why)
}

fn votes(facts: &Week0Facts) -> Finding {
    let why =
        facts.votes.is_empty().then(|| Reason::new("no-panel-vote", "no panel vote is logged", Vec::new()));
    Finding::new("votes", facts.votes.len().to_string(), Status::SoftGo)
        .with_sources(facts.votes.iter().cloned())
        .unless(why)
}

fn or_none(parts: &[String]) -> String {
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(file: &str, line: u64) -> RowRef {
        RowRef { file: file.into(), line, seq: Some(line) }
    }

    fn provider(name: &str) -> ProviderFacts {
        ProviderFacts {
            provider: name.into(),
            windows: (1..=6).map(|n| Source::new(format!("W0-0{n}"), at("windows.jsonl", n))).collect(),
            interval: Some((0.1, 0.3)),
            power: Some(0.9),
            highest_weekly: Some((80.0, at("snapshots.jsonl", 9))),
            ..ProviderFacts::default()
        }
    }

    fn run(result: tracker_domain::EvidenceResult) -> Evidence {
        Evidence {
            window: "W0-19".parse().unwrap(),
            capability: "CAP-1".into(),
            test_run_id: None,
            runner: "cargo".into(),
            result,
            artifacts: Vec::new(),
            captured_at: chrono::DateTime::UNIX_EPOCH,
            lane: None,
            notes: String::new(),
            row: at("evidence.jsonl", 1),
        }
    }

    fn complete() -> Week0Facts {
        Week0Facts {
            providers: vec![provider("one"), provider("two")],
            buffer_pp: 10.0,
            windows: vec![(Vec::new(), Source::new("W0-01", at("windows.jsonl", 1)))],
            evidence: vec![run(tracker_domain::EvidenceResult::Pass)],
            replay: Some(("better".into(), RowRef::default())),
            votes: vec![Source::new("approve", at("panel_votes.jsonl", 1))],
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
        assert_eq!((card.status, card.completeness(), card.reasons.len()), (Status::Go, (10, 10), 0));
    }

    #[test]
    fn what_forbids_and_what_only_softens() {
        let source = || Source::new("fell", RowRef::default());
        let replay = |says: &str| Some((says.to_owned(), RowRef::default()));
        assert_eq!(status(|facts| facts.providers[0].windows.truncate(5)), Status::NoGo);
        assert_eq!(status(|facts| facts.providers[1].interval = None), Status::NoGo);
        let over =
            |facts: &mut Week0Facts| facts.providers[1].highest_weekly = Some((90.5, RowRef::default()));
        assert_eq!(status(over), Status::NoGo);
        assert_eq!(status(|facts| facts.blocking.push(source())), Status::NoGo);
        assert_eq!(status(|facts| facts.anomalies.push(source())), Status::Go);
        assert_eq!(status(|facts| facts.damage.push(source())), Status::NoGo);
        assert_eq!(status(|facts| facts.replay = replay("worse")), Status::NoGo);
        assert_eq!(
            status(|facts| facts.evidence.push(run(tracker_domain::EvidenceResult::Fail))),
            Status::NoGo
        );
        assert_eq!(status(|facts| facts.evidence.clear()), Status::SoftGo);
        assert_eq!(status(|facts| facts.replay = None), Status::SoftGo);
        assert_eq!(status(|facts| facts.replay = replay("not enough evidence")), Status::SoftGo);
        assert_eq!(status(|facts| facts.votes.clear()), Status::SoftGo);
        assert_eq!(status(|facts| facts.windows[0].0.push("cls")), Status::SoftGo);
        assert_eq!(status(|facts| facts.providers[0].interval = Some((0.1, 0.5))), Status::SoftGo);
        assert_eq!(status(|facts| facts.providers[0].power = Some(0.5)), Status::SoftGo);
    }

    #[test]
    fn a_run_without_rows_meets_nothing_but_the_absence_of_faults() {
        let card = week0_card(&Week0Facts::default());
        let met: Vec<&str> = card.checks.iter().filter(|check| check.met).map(|check| check.name).collect();
        assert_eq!(met, ["buffer", "anomalies"]);
    }

    #[test]
    fn exactly_the_limit_is_kept() {
        assert_eq!(status(|facts| facts.providers[0].interval = Some((0.1, 0.4))), Status::Go);
        let at_limit = |facts: &mut Week0Facts| facts.providers[0].highest_weekly = Some((90.0, at("s", 1)));
        assert_eq!(status(at_limit), Status::Go);
    }

    #[test]
    fn a_reason_names_its_provider_and_its_rows() {
        let mut facts = complete();
        facts.providers[1].windows.truncate(2);
        let card = week0_card(&facts);
        assert_eq!(card.reasons[0].code, "too-few-windows=two");
        assert_eq!(card.reasons[0].text, "two has 2 windows, 6 are needed");
        assert_eq!(card.reasons[0].rows, [at("windows.jsonl", 1), at("windows.jsonl", 2)]);
    }
}
