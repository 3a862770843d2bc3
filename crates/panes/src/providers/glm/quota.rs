//! The reply of `GET .../api/monitor/usage/quota/limit`, and its errors, which also come as HTTP 200.

use tracker_domain::{Fact, Reading, Tag, UnknownField};

use super::PROVIDER;
use super::quota_row::{self, QuotaRow};
use crate::json::{self, Object};
use crate::{Confidence, Ctx, Input, Parsed};

const TYPES: &[&str] = &["TOKENS_LIMIT", "CREDIT_LIMIT", "TIME_LIMIT"];
const KNOWN: &[&str] = &["code", "msg", "success", "data", "level", "planName", "limits"];
const KNOWN_IN_DATA: &[&str] = &["level", "planName", "limits"];
const KNOWN_IN_ROW: &[&str] = &[
    "type",
    "unit",
    "number",
    "usage",
    "currentValue",
    "remaining",
    "percentage",
    "nextResetTime",
    "usageDetails",
];

pub(super) fn detect(input: &Input<'_>) -> Confidence {
    let Some(reply) = json::last_object(input.text) else { return Confidence::NONE };
    if rows(&reply).iter().any(|row| row.text("type").is_some_and(|t| TYPES.contains(&t.as_ref()))) {
        return Confidence::sure("\"limits\" of type TOKENS_LIMIT, CREDIT_LIMIT or TIME_LIMIT");
    }
    if is_error(&reply) {
        return Confidence::new(70, "\"code\", \"msg\" and \"success\": false");
    }
    Confidence::NONE
}

pub(super) fn parse(input: &Input<'_>, _ctx: &Ctx) -> Parsed {
    let mut reading = Reading::new(PROVIDER, "quota");
    let Some(reply) = json::last_object(input.text) else {
        reading.tag(Tag::InsufficientData);
        return Parsed::one(reading);
    };
    reading.unknown = reply.unknown("", KNOWN);
    if is_error(&reply) {
        "quota-error".clone_into(&mut reading.kind);
        tag_error(&reply, &mut reading);
        return Parsed::one(reading);
    }
    let data = reply.object("data").unwrap_or_else(|| reply.clone());
    reading.plan = data.text_of(&["level", "planName"]).map(Into::into);
    if reply.has("data") {
        reading.unknown.extend(data.unknown("data.", KNOWN_IN_DATA));
    }
    for row in rows(&reply) {
        read_row(&row, &mut reading);
    }
    quota_row::tag_missing(&mut reading);
    json::tag_trimmed(&mut reading, input.text);
    Parsed::one(reading)
}

fn rows<'a>(reply: &Object<'a>) -> Vec<Object<'a>> {
    // Some tools hand the data on without its envelope.
    reply.object("data").unwrap_or_else(|| reply.clone()).objects("limits")
}

/// An error says so, and holds a code and a message where the data would be.
fn is_error(reply: &Object<'_>) -> bool {
    reply.has_all(&["code", "msg"]) && reply.flag("success") == Some(false) && reply.get("data").is_none()
}

fn tag_error(reply: &Object<'_>, reading: &mut Reading) {
    reading.tag(Tag::UsageNotLoaded);
    if let Some(code) = reply.count("code") {
        reading.tag(Tag::Other(format!("api-error:{code}")));
    }
    if let Some(message) = reply.text("msg") {
        reading.facts.insert("error_message".to_owned(), Fact::Text(json::shown(&message)));
    }
}

fn read_row(row: &Object<'_>, reading: &mut Reading) {
    let label = row.text("type").unwrap_or_default();
    if !TYPES.contains(&label.as_ref()) {
        let field = UnknownField {
            name: format!("limits.{}", json::shown(&label)),
            raw: row.get("percentage").map(|raw| json::shown(raw.get())).unwrap_or_default(),
            why: "type of limit not known".to_owned(),
        };
        json::list_unknown(&mut reading.unknown, vec![field]);
        return;
    }
    json::list_unknown(&mut reading.unknown, row.unknown("limits.", KNOWN_IN_ROW));
    quota_row::add(
        reading,
        &QuotaRow {
            mcp: label == "TIME_LIMIT",
            label: label.into_owned(),
            minutes: row.count("unit").zip(row.count("number")).and_then(|(u, n)| quota_row::minutes(u, n)),
            percent: row.number("percentage"),
            used: row.number("currentValue"),
            cap: row.number("usage"),
            reset_ms: row.count("nextResetTime"),
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracker_domain::MeterId;

    fn read(text: &str) -> Reading {
        let input = Input::new(text);
        assert!(!detect(&input).is_none(), "{text}");
        parse(&input, &Ctx::new("2026-01-01T00:00:00Z".parse().unwrap())).into_newest().unwrap()
    }

    fn used(reading: &Reading, id: &MeterId) -> Option<f64> {
        reading.meter(id).and_then(tracker_domain::Meter::used_amount)
    }

    #[test]
    fn rows_are_known_by_their_unit_and_never_by_their_place() {
        let reading = read(
            r#"{"data":{"level":"lite","limits":[
            {"type":"CREDIT_LIMIT","unit":6,"number":1,"percentage":5,"nextResetTime":1800000000000},
            {"type":"TIME_LIMIT","unit":5,"number":1,"percentage":22},
            {"type":"CREDIT_LIMIT","unit":3,"number":5,"usage":2000,"currentValue":500},
            {"type":"UNKNOWN","unit":1,"number":1,"percentage":99}]}}"#,
        );
        assert_eq!(used(&reading, &MeterId::WEEKLY), Some(5.0));
        assert_eq!(used(&reading, &MeterId::FIVE_HOURS), Some(25.0), "no percentage: the exact share");
        assert_eq!(used(&reading, &MeterId::scoped(&MeterId::MONTHLY, "mcp")), Some(22.0));
        assert_eq!((reading.meters.len(), reading.unknown.len()), (3, 1));
        assert_eq!(reading.meters[0].resets_raw.as_deref(), Some("1800000000000"));
        assert!(reading.meters[2].resets_at.is_none(), "idle: no reset is printed");
    }

    #[test]
    fn tokens_and_credits_over_one_window_do_not_overwrite_each_other() {
        let reading = read(
            r#"{"data":{"limits":[{"type":"TOKENS_LIMIT","unit":3,"number":5,"percentage":14},
            {"type":"CREDIT_LIMIT","unit":3,"number":5,"percentage":77}]}}"#,
        );
        assert_eq!(used(&reading, &MeterId::FIVE_HOURS), Some(14.0));
        assert_eq!(reading.meters[1].id.as_str(), "5h:credit_limit");
        assert!(reading.has(&Tag::SectionMissingWeek));
    }

    #[test]
    fn an_overrun_is_kept_and_a_row_without_a_number_is_unknown() {
        let reading = read(
            r#"{"data":{"limits":[{"type":"TOKENS_LIMIT","unit":3,"number":5,"percentage":104},
            {"type":"TOKENS_LIMIT","unit":6,"number":1}]}}"#,
        );
        assert_eq!(used(&reading, &MeterId::FIVE_HOURS), Some(104.0));
        assert_eq!(used(&reading, &MeterId::WEEKLY), None);
        assert!(reading.has(&Tag::Over100) && reading.has(&Tag::InsufficientData));
    }

    #[test]
    fn an_error_reply_is_told_with_its_code() {
        let reading = read(r#"{"code":500,"msg":"User does not have a coding plan","success":false}"#);
        assert!(reading.meters.is_empty() && reading.has(&Tag::UsageNotLoaded));
        assert!(reading.has(&Tag::Other("api-error:500".to_owned())));
    }
}
