//! The machine formats: families of Codex in any order, windows of Claude, quotas of GLM, reports of ccusage.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tracker_domain::{Fact, Meter, MeterId, Tag};
use tracker_panes::meter_name;

use super::{Shown, holds, read};

/// A family of limits: its id, and its windows as (minutes, percent used, reset).
#[derive(Debug, Clone)]
struct Family {
    id: &'static str,
    windows: Vec<(u32, u32, i64)>,
}

fn half(n: u32) -> f64 {
    f64::from(n) / 2.0
}

impl Family {
    fn shown(&self) -> impl Iterator<Item = Shown> + '_ {
        self.windows.iter().map(|(minutes, halves, reset)| Shown {
            id: match self.id {
                "codex" => meter_name::by_minutes(*minutes),
                id => meter_name::scoped(*minutes, id),
            },
            used: half(*halves),
            reset: Some(reset.to_string()),
        })
    }

    /// Windows in the slots; which slot holds which window says nothing.
    fn object(&self, keys: [&str; 3], swap: bool) -> Map<String, Value> {
        let window = |(minutes, halves, reset): &(u32, u32, i64)| json!({keys[0]: half(*halves), keys[1]: minutes, keys[2]: reset});
        let mut windows: Vec<Value> = self.windows.iter().map(window).collect();
        windows.resize(2, Value::Null);
        if swap {
            windows.reverse();
        }
        let mut object = Map::new();
        object.insert("primary".into(), windows[0].clone());
        object.insert("secondary".into(), windows[1].clone());
        object
    }
}

fn family(id: &'static str) -> impl Strategy<Value = Family> {
    let lengths = prop::sample::subsequence(vec![300_u32, 10_080, 43_200, 90], 1..=2);
    (lengths, prop::collection::vec((0_u32..=230, 1_790_000_000_i64..1_800_000_000), 2)).prop_map(
        move |(lengths, levels)| Family {
            id,
            windows: lengths.into_iter().zip(levels).map(|(m, (halves, reset))| (m, halves, reset)).collect(),
        },
    )
}

fn families() -> impl Strategy<Value = Vec<Family>> {
    (
        family("codex"),
        prop::option::of(family("codex_bengalfox")),
        prop::option::of(family("premium")),
        any::<bool>(),
    )
        .prop_map(|(main, one, two, main_last)| {
            let mut all: Vec<Family> = [Some(main), one, two].into_iter().flatten().collect();
            if main_last {
                all.reverse();
            }
            all
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_rollout_keeps_its_families_apart(families in families(), swap in any::<bool>()) {
        let line = |(second, family): (usize, &Family)| {
            let mut limits = family.object(["used_percent", "window_minutes", "resets_at"], swap);
            limits.insert("limit_id".into(), family.id.into());
            json!({"timestamp": format!("2026-11-20T19:00:{second:02}Z"), "type": "event_msg",
                "payload": {"type": "token_count", "info": null, "rate_limits": limits}}).to_string()
        };
        let text: Vec<String> = families.iter().enumerate().map(line).collect();
        let text = text.join("\n");
        let shown: Vec<Shown> = families.iter().flat_map(Family::shown).collect();
        holds(&text, &read(&text), &shown, true);
        let torn = format!("{text}\n{{\"timestamp\":\"2026-11-20T19:00:59Z\",\"payload\":{{\"type\":\"token_count\",\"rate_limits\":{{\"primary\":{{\"used_percent\":9");
        holds(&torn, &read(&torn), &shown, true);
    }

    #[test]
    fn the_app_server_keeps_its_families_apart(families in families(), swap in any::<bool>(), by_id in any::<bool>()) {
        let object = |family: &Family| {
            let mut limits = family.object(["usedPercent", "windowDurationMins", "resetsAt"], swap);
            limits.insert("limitId".into(), family.id.into());
            Value::Object(limits)
        };
        let main = families.iter().find(|f| f.id == "codex").unwrap();
        let map: Map<String, Value> = families.iter().map(|f| (f.id.to_owned(), object(f))).collect();
        let mut result = json!({"rateLimits": object(main)});
        if by_id {
            result["rateLimitsByLimitId"] = Value::Object(map);
        }
        let text = json!({"id": 1, "result": result}).to_string();
        let shown: Vec<Shown> =
            families.iter().filter(|f| by_id || f.id == "codex").flat_map(Family::shown).collect();
        holds(&text, &read(&text), &shown, true);
    }

    #[test]
    fn headers_keep_their_families_apart(families in families()) {
        let mut text = "HTTP/2 200\nx-codex-plan-type: plus\n".to_owned();
        for family in &families {
            let prefix = if family.id == "codex" { String::new() } else { format!("{}-", family.id.replace('_', "-")) };
            for ((minutes, halves, reset), slot) in family.windows.iter().zip(["Primary", "Secondary"]) {
                text += &format!("X-Codex-{prefix}{slot}-Used-Percent: {}\n", half(*halves));
                text += &format!("X-Codex-{prefix}{slot}-Window-Minutes: {minutes}\n");
                text += &format!("X-Codex-{prefix}{slot}-Reset-At: {reset}\n");
            }
        }
        let main: Vec<Shown> = families.iter().filter(|f| f.id == "codex").flat_map(Family::shown).collect();
        let reading = read(&text);
        for truth in &main {
            prop_assert_eq!(reading.meter(&truth.id).and_then(Meter::used_amount), Some(truth.used), "{}", text);
        }
        prop_assert_eq!(reading.meters.len(), families.iter().map(|f| f.windows.len()).sum::<usize>());
    }

    #[test]
    fn windows_of_the_usage_end_point_are_told_by_their_key(
        session in prop::option::of(0_u32..=210), week in prop::option::of(0_u32..=210), opus in prop::option::of(0_u32..=210),
        cached in any::<bool>(),
    ) {
        prop_assume!(session.is_some() || week.is_some());
        let window = |halves: Option<u32>| halves.map_or(Value::Null, |h| json!({"utilization": half(h), "resets_at": "2026-11-21T00:00:00.123456+00:00"}));
        let usage = json!({"five_hour": window(session), "seven_day": window(week), "seven_day_opus": window(opus),
            "iguana_necktie": null, "tangelo": {"utilization": 77, "resets_at": null}});
        let text = if cached {
            json!({"numStartups": 3, "cachedUsageUtilization": {"fetchedAtMs": 1_795_000_000_000_u64, "accountUuid": "u", "utilization": usage}})
        } else { usage }.to_string();
        let reading = read(&text);
        let shown: Vec<Shown> = [(MeterId::FIVE_HOURS, session), (MeterId::WEEKLY, week), (MeterId::scoped_weekly("opus"), opus)]
            .into_iter()
            .filter_map(|(id, halves)| Some(Shown { id, used: half(halves?), reset: Some("2026-11-21T00:00:00.123456+00:00".into()) }))
            .collect();
        holds(&text, &reading, &shown, true);
        prop_assert_eq!(reading.observed_at.is_some(), cached);
        prop_assert!(reading.unknown.iter().any(|u| u.name == "tangelo"), "{:?}", reading.unknown);
    }

    #[test]
    fn a_status_line_is_told_by_its_key(session in 0_u32..=200, week in prop::option::of(0_u32..=200)) {
        let mut limits = json!({"five_hour": {"used_percentage": half(session), "resets_at": 1_795_000_000}});
        if let Some(week) = week {
            limits["seven_day"] = json!({"used_percentage": half(week), "resets_at": 1_795_500_000});
        }
        let text = json!({"session_id": "s", "transcript_path": "/t", "workspace": {}, "model": {"id": "m"},
            "context_window": {"used_percentage": 99, "remaining_percentage": 1}, "rate_limits": limits}).to_string();
        let mut shown = vec![Shown { id: MeterId::FIVE_HOURS, used: half(session), reset: Some("1795000000".into()) }];
        shown.extend(week.map(|w| Shown { id: MeterId::WEEKLY, used: half(w), reset: Some("1795500000".into()) }));
        holds(&text, &read(&text), &shown, true);
    }

    #[test]
    fn a_quota_is_told_by_unit_and_number(
        five in 0_u32..=120, week in prop::option::of(0_u32..=120), month in prop::option::of(0_u32..=120),
        kind in prop::sample::select(vec!["TOKENS_LIMIT", "CREDIT_LIMIT"]), order in any::<bool>(), code in any::<bool>(),
    ) {
        let row = |kind: &str, unit: u32, number: u32, used: u32| json!({"type": kind, "unit": unit, "number": number, "percentage": used, "nextResetTime": 1_795_000_000_000_u64});
        let mut rows = vec![row(kind, 3, 5, five)];
        rows.extend(week.map(|w| row(kind, 6, 1, w)));
        rows.extend(month.map(|m| row("TIME_LIMIT", 5, 1, m)));
        if order { rows.reverse(); }
        let mut reply = json!({"success": true, "data": {"level": "pro", "limits": rows}});
        if code { reply["code"] = json!(200); }
        let text = reply.to_string();
        let reset = Some("1795000000000".to_owned());
        let mut shown = vec![Shown { id: MeterId::FIVE_HOURS, used: f64::from(five), reset: reset.clone() }];
        shown.extend(week.map(|w| Shown { id: MeterId::WEEKLY, used: f64::from(w), reset: reset.clone() }));
        shown.extend(month.map(|m| Shown { id: MeterId::scoped(&MeterId::MONTHLY, "mcp"), used: f64::from(m), reset: reset.clone() }));
        let reading = read(&text);
        holds(&text, &reading, &shown, true);
        prop_assert_eq!(reading.has(&Tag::Over100), [Some(five), week, month].into_iter().flatten().any(|p| p > 100));
    }

    #[test]
    fn prompt_blocks_are_summed(counts in prop::collection::vec(prop::option::weighted(0.9, 0_u32..500), 1..6)) {
        let blocks: Vec<Value> = counts.iter().map(|n| match n {
            Some(n) => json!({"window_id": "W0-1", "provider": "glm-4.6", "prompts_used": n}),
            None => json!({"window_id": "W0-1", "provider": "glm-4.6", "prompts_used": null}),
        }).collect();
        let text = json!({"account": "a", "generated_at": "2026-11-20T00:00:00Z", "blocks": blocks}).to_string();
        let total: Option<u32> = counts.into_iter().sum();
        prop_assert_eq!(read(&text).meter(&MeterId::PROMPTS).and_then(Meter::used_amount), total.map(f64::from));
    }

    #[test]
    fn a_report_of_ccusage_sums_its_rows(
        rows in prop::collection::vec((0_u64..1_000_000, 0_u64..1_000_000), 1..8),
        scope in prop::sample::select(vec!["daily", "weekly", "monthly", "sessions", "session", "blocks"]), totals in any::<bool>(),
    ) {
        let key = match scope { "blocks" => "id", "sessions" => "sessionId", _ => "period" };
        let list: Vec<Value> = rows.iter().enumerate().map(|(n, (input, output))| json!({key: format!("2026-11-{:02}", n + 1),
            "inputTokens": input, "outputTokens": output, "totalTokens": input + output})).collect();
        let sum: u64 = rows.iter().map(|(input, output)| input + output).sum();
        let mut report = json!({scope: list});
        if totals && scope != "blocks" {
            report["totals"] = json!({"totalTokens": sum});
        }
        let text = report.to_string();
        let reading = read(&text);
        prop_assert_eq!(&reading.facts["total_tokens"], &Fact::Count(sum));
        prop_assert_eq!(&reading.facts["rows"], &Fact::Count(rows.len() as u64));
        prop_assert!(!reading.facts.contains_key("total_cost") && !reading.has_numbers());
    }
}
