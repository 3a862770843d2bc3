//! The review panel: from votes to a verdict.
//!
//! 1. Of several votes of one model the newest counts.
//! 2. The panel has three models. Two of three must approve. While capacity is short ([`short_capacity`]) only the
//!    first two are asked, and one of them must approve.
//! 3. One that approves, one that rejects and one that abstains is a tie: the tie-breaker decides.
//! 4. A verdict is given as soon as no missing vote can change it.
//! 5. A load score above [`HIGHEST_LOAD`], or a blocking risk that any model flags, asks for a Tier-2 review,
//!    whatever the verdict is.

use chrono::{DateTime, Utc};
use tracker_domain::{Meter, PanelDecision, PanelRule, PanelVerdict, PanelVote, ProviderId, Vote};

/// The complexity load score (in standard deviations) above which a Tier-2 review is needed.
pub const HIGHEST_LOAD: f64 = 1.2;
/// Models of a panel.
pub const PANEL_SIZE: usize = 3;

/// What is known of a feature when its panel is asked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PanelFacts {
    /// The models of the panel, in their order; empty means those that voted, in the order of their first vote.
    pub models: Vec<String>,
    /// Who decides a tie; `None` when nobody is named.
    pub tie_breaker: Option<String>,
    /// All votes for the feature, older first.
    pub votes: Vec<PanelVote>,
    /// Why capacity is short; empty when it is not.
    pub guardrail: Vec<String>,
    /// The complexity load score of its window, when it is known.
    pub load: Option<f64>,
}

/// What a panel says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// The verdict.
    pub verdict: PanelVerdict,
    /// The rule that was in force.
    pub rule: PanelRule,
    /// The models that the rule asks, each with its newest vote.
    pub votes: Vec<(String, Option<Vote>)>,
    /// The tie-breaker and its vote, when a tie had to be broken.
    pub tie_breaker: Option<(String, Option<Vote>)>,
    /// Why a Tier-2 review is needed; empty when it is not.
    pub tier2: Vec<String>,
}

/// Returns what the panel says.
///
/// ```
/// use tracker_domain::{PanelVerdict, PanelVote, RowRef, Vote};
/// use tracker_gates::{PanelFacts, rule};
/// let vote = |model: &str, vote| PanelVote {
///     feature: "Login".into(), window: None, model: model.into(), vote, rationale: String::new(),
///     is_blocking: false, captured_at: chrono::DateTime::UNIX_EPOCH, lane: None, row: RowRef::default(),
/// };
/// let votes = vec![vote("a", Vote::Approve), vote("b", Vote::Reject), vote("c", Vote::Approve)];
/// assert_eq!(rule(&PanelFacts { votes, ..PanelFacts::default() }).verdict, PanelVerdict::Approved);
/// ```
#[must_use]
pub fn rule(facts: &PanelFacts) -> Ruling {
    let short = !facts.guardrail.is_empty();
    let (rule, size, needed) =
        if short { (PanelRule::OneOfTwo, 2, 1) } else { (PanelRule::TwoOfThree, PANEL_SIZE, 2) };
    let votes: Vec<(String, Option<Vote>)> = panel(facts)
        .into_iter()
        .take(size)
        .map(|model| (model.to_owned(), newest(facts, model).map(|row| row.vote)))
        .collect();
    let count = |vote: Vote| votes.iter().filter(|(_, cast)| *cast == Some(vote)).count();
    let (approve, cast) = (count(Vote::Approve), votes.iter().filter(|(_, cast)| cast.is_some()).count());
    let missing = size - cast;
    let is_tie = [Vote::Approve, Vote::Reject, Vote::Abstain].map(count) == [1, 1, 1];
    let mut tie_breaker = None;
    let verdict = if approve >= needed {
        PanelVerdict::Approved
    } else if is_tie {
        let breaker = facts.tie_breaker.as_deref();
        let vote = breaker.and_then(|model| newest(facts, model)).map(|row| row.vote);
        tie_breaker = breaker.map(|model| (model.to_owned(), vote));
        match vote {
            Some(Vote::Approve) => PanelVerdict::Approved,
            Some(Vote::Reject) => PanelVerdict::Rejected,
            Some(Vote::Abstain) | None => PanelVerdict::Tied,
        }
    } else if approve + missing >= needed {
        PanelVerdict::Pending
    } else if missing > 0 && could_tie(&votes) {
        // A missing vote could still make it a tie, which the tie-breaker may turn into an approval.
        PanelVerdict::Pending
    } else {
        PanelVerdict::Rejected
    };
    Ruling { verdict, rule, votes, tie_breaker, tier2: tier2(facts) }
}

impl Ruling {
    /// Returns the decision of a feature that this ruling is.
    #[must_use]
    pub fn into_decision(
        self,
        feature: &str,
        facts: &PanelFacts,
        captured_at: DateTime<Utc>,
    ) -> PanelDecision {
        PanelDecision {
            feature: feature.to_owned(),
            window: None,
            verdict: self.verdict,
            rule: self.rule,
            votes: self.votes,
            tie_breaker: self.tie_breaker,
            tier2: self.tier2,
            guardrail: facts.guardrail.clone(),
            captured_at,
            lane: None,
            row: tracker_domain::RowRef::default(),
        }
    }
}

/// Tells whether three different votes are still possible.
fn could_tie(votes: &[(String, Option<Vote>)]) -> bool {
    let mut cast: Vec<Vote> = votes.iter().filter_map(|(_, vote)| *vote).collect();
    let all = cast.len();
    cast.sort_unstable();
    cast.dedup();
    votes.len() >= PANEL_SIZE && cast.len() == all
}

/// Returns the models of the panel.
fn panel(facts: &PanelFacts) -> Vec<&str> {
    if !facts.models.is_empty() {
        return facts.models.iter().map(String::as_str).collect();
    }
    let mut models: Vec<&str> = Vec::new();
    for row in &facts.votes {
        let is_breaker = facts.tie_breaker.as_deref() == Some(row.model.as_str());
        if !is_breaker && !models.contains(&row.model.as_str()) {
            models.push(&row.model);
        }
    }
    models
}

fn newest<'f>(facts: &'f PanelFacts, model: &str) -> Option<&'f PanelVote> {
    facts.votes.iter().rev().find(|row| row.model == model)
}

fn tier2(facts: &PanelFacts) -> Vec<String> {
    let mut why = Vec::new();
    if let Some(load) = facts.load.filter(|load| *load > HIGHEST_LOAD) {
        why.push(format!("CLS {load:.2} is above {HIGHEST_LOAD}"));
    }
    for (at, row) in facts.votes.iter().enumerate() {
        let is_newest = !facts.votes.iter().skip(at + 1).any(|later| later.model == row.model);
        if is_newest && row.is_blocking {
            why.push(format!("{} flags a blocking risk: {}", row.model, row.rationale));
        }
    }
    why
}

/// How much may be used up before capacity counts as short.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shortness {
    /// Percentage points of a weekly bar; 10 unless configured.
    pub weekly_pp: f64,
    /// Percent of a prompt cap; 15 unless configured.
    pub prompts_pct: f64,
}

impl Default for Shortness {
    fn default() -> Self {
        Self { weekly_pp: 10.0, prompts_pct: 15.0 }
    }
}

/// The newest level of one meter.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Whose meter.
    pub provider: ProviderId,
    /// The meter.
    pub meter: Meter,
    /// Whether the provider's bars stand for prompts, as those of the GLM plan do.
    pub is_of_prompts: bool,
}

/// Returns why capacity is short: every weekly bar with less left than it may, and every prompt cap. A meter whose reset
/// has passed says nothing any more.
///
/// ```
/// use tracker_domain::{LeftPct, Level, Meter, MeterId};
/// use tracker_gates::{MeterStanding, Shortness, short_capacity};
/// let meter = Meter::new(MeterId::WEEKLY, "Weekly").with_level(Level::Left(LeftPct::new(8.0)?));
/// let newest = [MeterStanding { provider: "codex".parse()?, meter, is_of_prompts: false }];
/// let why = short_capacity(&newest, Shortness::default(), chrono::DateTime::UNIX_EPOCH);
/// assert_eq!(why, ["codex weekly has 8 % left, less than 10"]);
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[must_use]
pub fn short_capacity(newest: &[Standing], limit: Shortness, now: DateTime<Utc>) -> Vec<String> {
    let short = |of: &Standing| {
        let meter = &of.meter;
        if meter.resets_at.is_some_and(|reset| reset <= now) {
            return None;
        }
        let is_weekly = meter.id.is_weekly() || meter.id.as_str().starts_with("weekly:");
        let least = if is_weekly {
            limit.weekly_pp
        } else if meter.id.is_prompts() || of.is_of_prompts {
            limit.prompts_pct
        } else {
            return None;
        };
        let left = meter.left_pct()?.get();
        let text = format!("{} {} has {} % left, less than {least}", of.provider, meter.id, rounded(left));
        (left < least).then_some(text)
    };
    newest.iter().filter_map(short).collect()
}

fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tracker_domain::{LeftPct, Level, MeterId, RowRef};

    use super::*;

    fn cast(model: &str, vote: Vote) -> PanelVote {
        PanelVote {
            feature: "Login".into(),
            window: None,
            model: model.into(),
            vote,
            rationale: "because".into(),
            is_blocking: false,
            captured_at: DateTime::UNIX_EPOCH,
            lane: None,
            row: RowRef::default(),
        }
    }

    /// Facts of a panel a, b, c with the tie-breaker d, from words such as `a+ b- c0`.
    fn facts(votes: &str) -> PanelFacts {
        let one = |word: &str| {
            let (model, sign) = word.split_at(1);
            cast(
                model,
                match sign {
                    "+" => Vote::Approve,
                    "-" => Vote::Reject,
                    _ => Vote::Abstain,
                },
            )
        };
        PanelFacts {
            models: ["a", "b", "c"].map(str::to_owned).to_vec(),
            tie_breaker: Some("d".to_owned()),
            votes: votes.split_whitespace().map(one).collect(),
            ..PanelFacts::default()
        }
    }

    #[test]
    fn two_of_three() {
        for (votes, verdict) in [
            ("a+ b+", PanelVerdict::Approved),
            ("a+ b- c+", PanelVerdict::Approved),
            ("a- b-", PanelVerdict::Rejected),
            ("a0 b0", PanelVerdict::Rejected),
            ("a+ b0 c0", PanelVerdict::Rejected),
            ("a- b0", PanelVerdict::Pending),
            ("a+ b-", PanelVerdict::Pending),
            ("a+", PanelVerdict::Pending),
            ("", PanelVerdict::Pending),
            ("a+ b- c0", PanelVerdict::Tied),
            ("a+ b- c0 d0", PanelVerdict::Tied),
            ("a+ b- c0 d+", PanelVerdict::Approved),
            ("d- a+ b- c0", PanelVerdict::Rejected),
            ("a+ b+ a-", PanelVerdict::Pending),
            ("a+ b- c- a+ b+", PanelVerdict::Approved),
            ("x+ y+ z+", PanelVerdict::Pending),
        ] {
            assert_eq!(rule(&facts(votes)).verdict, verdict, "{votes}");
        }
    }

    #[test]
    fn one_of_the_first_two_while_capacity_is_short() {
        let short = |votes| PanelFacts { guardrail: vec!["short".into()], ..facts(votes) };
        for (votes, verdict) in [
            ("a+", PanelVerdict::Approved),
            ("a- b+", PanelVerdict::Approved),
            ("a-", PanelVerdict::Pending),
            ("a- b0", PanelVerdict::Rejected),
            ("c+", PanelVerdict::Pending),
            ("a- b- c+ d+", PanelVerdict::Rejected),
        ] {
            let ruling = rule(&short(votes));
            assert_eq!((ruling.rule, ruling.verdict), (PanelRule::OneOfTwo, verdict), "{votes}");
            assert!(ruling.votes.len() <= 2 && ruling.tie_breaker.is_none());
        }
    }

    #[test]
    fn a_panel_without_names_is_who_voted_first() {
        let unnamed = |votes| PanelFacts { models: Vec::new(), ..facts(votes) };
        let ruling = rule(&unnamed("d+ x+ y- x- z+ w+"));
        assert_eq!(ruling.votes.iter().map(|(model, _)| model.as_str()).collect::<Vec<_>>(), ["x", "y", "z"]);
        assert_eq!(ruling.verdict, PanelVerdict::Rejected);
        assert_eq!(rule(&unnamed("x+")).verdict, PanelVerdict::Pending, "two more may come");
    }

    #[test]
    fn tier_two_is_asked_for_by_load_and_by_risk() {
        let mut loaded = facts("a+ b+ c+");
        loaded.load = Some(1.2);
        assert!(rule(&loaded).tier2.is_empty(), "the limit itself is allowed");
        loaded.load = Some(1.21);
        loaded.votes.push(PanelVote { is_blocking: true, ..cast("b", Vote::Approve) });
        let ruling = rule(&loaded);
        assert_eq!(ruling.verdict, PanelVerdict::Approved);
        assert_eq!(ruling.tier2, ["CLS 1.21 is above 1.2", "b flags a blocking risk: because"]);
        loaded.votes.push(cast("b", Vote::Approve));
        assert_eq!(rule(&loaded).tier2.len(), 1, "a later vote takes the flag back");
    }

    #[test]
    fn capacity_is_short_below_the_limit_and_before_the_reset() {
        let now = DateTime::UNIX_EPOCH;
        let of = |id: MeterId, left: f64| Standing {
            provider: "glm".parse().unwrap(),
            meter: Meter::new(id, "x").with_level(Level::Left(LeftPct::new(left).unwrap())),
            is_of_prompts: false,
        };
        let short = |of: Standing| !short_capacity(&[of], Shortness::default(), now).is_empty();
        assert!(short(of(MeterId::WEEKLY, 9.9)) && !short(of(MeterId::WEEKLY, 10.0)));
        assert!(short(of(MeterId::scoped_weekly("opus"), 9.0)));
        assert!(!short(of(MeterId::FIVE_HOURS, 1.0)), "a five-hour bar fills again");
        assert!(short(Standing { is_of_prompts: true, ..of(MeterId::FIVE_HOURS, 14.0) }));
        let mut count = of(MeterId::PROMPTS, 50.0);
        count.meter.level = Some(Level::Count { used: 86.0, cap: Some(100.0) });
        assert!(short(count.clone()));
        count.meter.level = Some(Level::Count { used: 86.0, cap: None });
        assert!(!short(count), "a count without a cap cannot be short");
        let mut passed = of(MeterId::WEEKLY, 1.0);
        passed.meter.resets_at = Some(now);
        assert!(!short(passed));
        let mut unknown = of(MeterId::WEEKLY, 1.0);
        unknown.meter.level = None;
        assert!(!short(unknown));
    }

    fn any_votes() -> impl Strategy<Value = Vec<PanelVote>> {
        let votes = proptest::sample::select(vec![Vote::Approve, Vote::Reject, Vote::Abstain]);
        let one = ("[abcdx]", votes).prop_map(|(model, vote)| cast(&model, vote));
        proptest::collection::vec(one, 0..8)
    }

    proptest! {
        #[test]
        fn a_verdict_that_is_given_stands_against_votes_that_were_missing(
            votes in any_votes(), more in any_votes(), is_short in any::<bool>()
        ) {
            let mut facts = PanelFacts { votes, ..facts("") };
            facts.guardrail.extend(is_short.then(|| "short".to_owned()));
            let before = rule(&facts);
            let voted: Vec<String> = facts.votes.iter().map(|row| row.model.clone()).collect();
            facts.votes.extend(more.into_iter().filter(|row| !voted.contains(&row.model)));
            let after = rule(&facts);
            if matches!(before.verdict, PanelVerdict::Approved | PanelVerdict::Rejected) {
                prop_assert_eq!(before.verdict, after.verdict);
            }
        }
    }
}
