//! What an archive holds, as it was made.

use std::collections::{BTreeMap, BTreeSet};

/// Tokens: answers, input, cache read, cache write, output, reasoning.
pub(crate) type Tokens = [u64; 6];

/// The truth of an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Truth {
    /// Tokens by day, provider, model and lane.
    pub(crate) tokens: BTreeMap<(String, String, String, String), Tokens>,
    /// Readings: instant in milliseconds, limit id, minutes, used percent in hundredths, reset in minutes since 1970.
    pub(crate) meters: BTreeSet<(i64, String, u32, u32, i64)>,
}

impl Truth {
    /// Adds an answer.
    pub(super) fn answer(
        &mut self,
        at_ms: i64,
        provider: &str,
        model: &str,
        is_side: bool,
        tokens: [u64; 5],
    ) {
        let lane = if is_side { "side" } else { "main" };
        let key = (super::day(at_ms.div_euclid(86_400_000)), provider.into(), model.into(), lane.into());
        let sum = self.tokens.entry(key).or_default();
        sum[0] += 1;
        for (slot, number) in sum[1..].iter_mut().zip(tokens) {
            *slot += number;
        }
    }

    /// Returns how many cells of tokens there are.
    pub(crate) fn cells(&self) -> usize {
        self.tokens.len() * 6
    }

    /// Returns how many readings there are.
    pub(crate) fn readings(&self) -> usize {
        self.meters.len()
    }

    /// Returns the truth as JSON.
    pub(super) fn json(&self) -> String {
        let tokens = self.tokens.iter().map(|((day, provider, model, lane), n)| {
            format!(
                r#"{{"of":"{day}","provider":"{provider}","model":"{model}","lane":"{lane}","answers":{},"input_tokens":{},"cache_read_tokens":{},"cache_write_tokens":{},"output_tokens":{},"reasoning_tokens":{}}}"#,
                n[0], n[1], n[2], n[3], n[4], n[5]
            )
        });
        let meters = self.meters.iter().map(|(at, id, minutes, used, reset)| {
            format!(
                r#"{{"at_ms":{at},"limit_id":"{id}","window_minutes":{minutes},"used_pct":{}.{:02},"reset_minute":{reset}}}"#,
                used / 100,
                used % 100
            )
        });
        let join = |rows: Vec<String>| rows.join(",\n");
        format!(
            "{{\"tokens\":[\n{}\n],\"meters\":[\n{}\n]}}\n",
            join(tokens.collect()),
            join(meters.collect())
        )
    }
}
