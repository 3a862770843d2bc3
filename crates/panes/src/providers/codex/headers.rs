//! Headers of a reply of the model server: `X-Codex-[FAMILY-]{Primary,Secondary}-Used-Percent` and their kin, as text
//! (`Name: value` a line) or as a JSON object of names.

use std::collections::BTreeMap;

use tracker_domain::{Fact, Reading, UnknownField};

use super::family::{self, Family, ResetIn, Window};
use super::provider;
use crate::json;
use crate::{Confidence, Ctx, Input, Parsed};

const PREFIX: &str = "x-codex-";
const SLOTS: [&str; 2] = ["primary", "secondary"];

/// Recognizes the headers by their names.
pub(super) fn detect(input: &Input<'_>) -> Confidence {
    let lower = input.text.get(..input.text.len().min(100_000)).unwrap_or_default().to_ascii_lowercase();
    if lower.contains("x-codex-") && lower.contains("-used-percent") {
        Confidence::new(90, "x-codex headers")
    } else {
        Confidence::NONE
    }
}

/// Reads the headers.
pub(super) fn parse(input: &Input<'_>, ctx: &Ctx) -> Parsed {
    let headers = headers(input.text);
    let mut reading = Reading::new(provider(), "response-headers");
    reading.plan = headers.get("plan-type").cloned();
    if headers.get("credits-unlimited").is_some_and(|v| v.eq_ignore_ascii_case("true")) {
        reading.facts.insert("credits".to_owned(), Fact::Text("Unlimited".to_owned()));
    }
    let mut families = families(&headers);
    lengths(&mut families);
    families.sort_by_key(|family| !family.is_main());
    for family in &families {
        family::bind(&mut reading, family, ctx.captured_at);
    }
    json::list_unknown(&mut reading.unknown, unknown(&headers));
    family::finish(&mut reading);
    Parsed::one(reading)
}

/// Endings of the headers that are read.
const KNOWN: [&str; 9] = [
    "plan-type",
    "credits-has-credits",
    "credits-unlimited",
    "-used-percent",
    "-window-minutes",
    "-reset-at",
    "-reset-after-seconds",
    "limit-name",
    "active-limit",
];

/// Lists the headers of this client that are not read and say something.
fn unknown(headers: &BTreeMap<String, String>) -> Vec<UnknownField> {
    let known = |name: &str| KNOWN.iter().any(|end| name.ends_with(end));
    let fields = headers.iter().filter(|(name, value)| !known(name) && !value.is_empty());
    fields
        .map(|(name, value)| UnknownField {
            name: format!("{PREFIX}{name}"),
            raw: json::shown(value),
            why: "header not known".to_owned(),
        })
        .collect()
}

/// Returns the headers of this client by their names in lower case without the prefix.
fn headers(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut put = |name: &str, value: &str| {
        if let Some(name) = name.trim().to_ascii_lowercase().strip_prefix(PREFIX) {
            found.insert(name.to_owned(), value.trim().to_owned());
        }
    };
    if let Some(object) = json::last_object(text) {
        let inner = object.object("headers").unwrap_or(object);
        for (name, raw) in inner.iter() {
            // A name with several values is a list; the last one counts.
            let list: Option<Vec<String>> = serde_json::from_str(raw.get()).ok();
            let value = list.and_then(|mut l| l.pop()).or_else(|| json::text(raw).map(Into::into));
            put(name, value.as_deref().unwrap_or(raw.get()));
        }
    } else {
        for (name, value) in text.lines().filter_map(|l| l.trim_start_matches(['<', ' ']).split_once(':')) {
            put(name, value);
        }
    }
    found
}

fn families(headers: &BTreeMap<String, String>) -> Vec<Family> {
    let mut names: Vec<Option<&str>> = headers
        .keys()
        .filter_map(|key| key.strip_suffix("-used-percent"))
        .filter_map(|key| SLOTS.iter().find_map(|slot| key.strip_suffix(slot)))
        .map(|family| family.strip_suffix('-').filter(|family| !family.is_empty()))
        .collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| family(headers, name)).collect()
}

fn family(headers: &BTreeMap<String, String>, name: Option<&str>) -> Family {
    let key = |rest: &str| name.map_or_else(|| rest.to_owned(), |name| format!("{name}-{rest}"));
    let number =
        |rest: &str| headers.get(&key(rest)).and_then(|v| v.parse::<f64>().ok()).filter(|n| n.is_finite());
    let window = |slot: &&str| Window {
        used: number(&format!("{slot}-used-percent")),
        minutes: number(&format!("{slot}-window-minutes"))
            .and_then(family::whole)
            .and_then(|m| u32::try_from(m).ok()),
        reset: number(&format!("{slot}-reset-at")).and_then(family::whole).map(ResetIn::Epoch).or_else(
            || number(&format!("{slot}-reset-after-seconds")).and_then(family::whole).map(ResetIn::Seconds),
        ),
    };
    Family {
        id: name.map(str::to_owned),
        name: headers.get(&key("limit-name")).cloned(),
        windows: SLOTS.iter().map(window).filter(|w| w.used.is_some()).collect(),
    }
}

/// Fills in a length that a copy lost. Families of one reply share their lengths: where the first windows are equally
/// long and one family tells the length of its second, that is the other's too.
fn lengths(families: &mut [Family]) {
    let pair = |family: &Family| match family.windows.as_slice() {
        [first, second] => first.minutes.map(|m| (m, second.minutes)),
        _ => None,
    };
    let known: Vec<(u32, u32)> =
        families.iter().filter_map(pair).filter_map(|(m, s)| s.map(|s| (m, s))).collect();
    for family in families {
        if let [first, second] = family.windows.as_mut_slice()
            && second.minutes.is_none()
        {
            second.minutes = known.iter().find(|(m, _)| Some(*m) == first.minutes).map(|(_, s)| *s);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracker_domain::MeterId;

    #[test]
    fn plain_header_lines_are_read_like_the_object() {
        let text = "HTTP/2 200\nx-codex-primary-used-percent: 12.5\nX-Codex-Primary-Window-Minutes: 300\n\
            x-codex-primary-reset-at: 1782452694\nx-codex-plan-type: plus\n";
        let ctx = Ctx::new("2026-06-26T00:00:00Z".parse().unwrap());
        let reading = parse(&Input::new(text), &ctx).into_newest().unwrap();
        let meter = reading.meter(&MeterId::FIVE_HOURS).unwrap();
        assert_eq!((meter.used_amount(), meter.resets_raw.as_deref()), (Some(12.5), Some("1782452694")));
        assert_eq!(reading.plan.as_deref(), Some("plus"));
        let more = format!("{text}x-codex-surge-factor: 1.5\nx-codex-credits-balance: \n");
        let unknown = parse(&Input::new(&more), &ctx).into_newest().unwrap().unknown;
        assert_eq!(unknown.iter().map(|u| u.name.as_str()).collect::<Vec<_>>(), ["x-codex-surge-factor"]);
    }
}
