//! Project logs as a history: the tokens of each answer, from a whole archive.
//!
//! An answer stands in one row for each of its content blocks, the first ones with a placeholder for the output. Copies
//! stand in resumed sessions, in side chains and in the progress rows of agents.

use std::borrow::Cow;

use memchr::memmem::Finder;
use tracker_domain::{LogFile, TokenUse, log_hash};

use super::log_row::{Data, Head, Message, Row};

use crate::logs::filter::lines_with;
use crate::logs::{LogFormat, LogPlace, LogReader, Repeats, instant_ms};

/// Logs below `CLAUDE_CONFIG_DIR`.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProjectLogs;

const PLACES: &[LogPlace] = &[
    LogPlace::new("CLAUDE_CONFIG_DIR", ".claude", "projects"),
    LogPlace::new("CLAUDE_CONFIG_DIR", ".config/claude", "projects"),
];

/// The model of rows that the client writes itself.
const SYNTHETIC: &str = "<synthetic>";

impl LogFormat for ProjectLogs {
    fn places(&self) -> &'static [LogPlace] {
        PLACES
    }

    fn kind(&self) -> &'static str {
        "project-log"
    }

    fn repeats(&self) -> Repeats {
        Repeats::Answers
    }

    fn reader(&self) -> Box<dyn LogReader> {
        Box::new(Reader { file: LogFile::default(), usage: Finder::new(b"\"usage\"") })
    }
}

struct Reader {
    file: LogFile,
    usage: Finder<'static>,
}

impl LogReader for Reader {
    fn lines(&mut self, lines: &[u8]) {
        let file = &mut self.file;
        lines_with(lines, &self.usage, |line| match Row::of_line(line) {
            Some(row) => take(file, row),
            None if may_be_an_answer(line) => file.unreadable += 1,
            None => {}
        });
    }

    fn finish(self: Box<Self>) -> LogFile {
        self.file
    }
}

/// Rows of tools may hold anything under the keys that are read here.
fn may_be_an_answer(line: &[u8]) -> bool {
    serde_json::from_slice::<Head<'_>>(line).map_or(true, |head| head.kind.as_deref() == Some("assistant"))
}

fn take(file: &mut LogFile, row: Row<'_>) {
    match (row.kind.as_deref(), row.message, row.data) {
        (Some("assistant"), Some(message), _) => {
            let place = Place {
                session: row.session_id.unwrap_or_default(),
                request: row.request_id,
                is_side: row.is_sidechain.unwrap_or(false),
                at: row.timestamp.unwrap_or_default(),
            };
            answer(file, &place, &message);
        }
        (Some("progress"), _, Some(Data { message: Some(inner) })) => {
            let Some(message) = inner.message else { return };
            let place = Place {
                session: row.session_id.unwrap_or_default(),
                request: inner.request_id,
                is_side: true,
                at: inner.timestamp.or(row.timestamp).unwrap_or_default(),
            };
            answer(file, &place, &message);
        }
        _ => {}
    }
}

struct Place<'a> {
    session: Cow<'a, str>,
    request: Option<Cow<'a, str>>,
    is_side: bool,
    at: Cow<'a, str>,
}

fn answer(file: &mut LogFile, place: &Place<'_>, message: &Message<'_>) {
    let Some(usage) = &message.usage else { return };
    let model = message.model.as_deref().unwrap_or("unknown");
    if model == SYNTHETIC {
        return;
    }
    let Some(at_ms) = instant_ms(&place.at) else {
        file.unreadable += 1;
        return;
    };
    if file.session == 0 {
        file.session = log_hash(&[&place.session]);
    }
    let id = message.id.as_deref().unwrap_or_default();
    let (answer, copy, copy_is_message) = match place.request.as_deref() {
        _ if id.is_empty() => (0, 0, false),
        Some(request) if !request.is_empty() => (log_hash(&[id, request]), log_hash(&[id]), true),
        // Newer clients and gateways name no request. Ids of gateways are not unique: those of a session are.
        _ => (log_hash(&[&place.session, id]), log_hash(&["row", id, &place.at]), false),
    };
    let model = file.model(model);
    let counts = usage.counts();
    file.uses.push(TokenUse { at_ms, answer, copy, model, is_side: place.is_side, copy_is_message, counts });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::counted;
    use tracker_domain::TokenCounts;

    fn read(text: &str) -> LogFile {
        let mut reader = ProjectLogs.reader();
        reader.lines(text.as_bytes());
        reader.finish()
    }

    fn row(session: &str, id: &str, request: &str, side: bool, output: u64) -> String {
        let request =
            if request.is_empty() { String::new() } else { format!("\"requestId\":\"{request}\",") };
        format!(
            r#"{{"parentUuid":null,"isSidechain":{side},"sessionId":"{session}",{request}"timestamp":"2026-11-20T10:00:00.5Z","type":"assistant","message":{{"id":"{id}","role":"assistant","model":"m","content":[{{"type":"tool_use","input":{{"model":"no","usage":{{"input_tokens":9}}}}}}],"usage":{{"input_tokens":2,"cache_creation":{{"ephemeral_1h_input_tokens":7}},"output_tokens":{output}}}}}}}
"#
        )
    }

    fn sums(files: &[LogFile]) -> (usize, TokenCounts) {
        let files: Vec<&LogFile> = files.iter().collect();
        let sums = counted(Repeats::Answers, &files);
        let zero = TokenCounts::default();
        (sums.uses.len(), sums.uses.iter().fold(zero, |sum, row| sum.plus(&row.counts)))
    }

    #[test]
    fn placeholder_rows_and_copies_count_once() {
        let log = read(&[row("s", "a", "r1", false, 1), row("s", "a", "r1", false, 40)].concat());
        let resumed = read(&[row("t", "a", "r1", false, 40), row("t", "b", "r2", false, 5)].concat());
        let side = read(&row("s", "a", "r9", true, 40));
        let (answers, counts) = sums(&[log, resumed, side]);
        assert_eq!((answers, counts.output, counts.input, counts.cache_write), (2, 45, 4, 14));
    }

    #[test]
    fn without_a_request_a_session_owns_its_ids() {
        let one = read(&[row("s", "msg_1", "", false, 1), row("s", "msg_1", "", false, 6)].concat());
        let other = row("t", "msg_1", "", false, 6).replace("10:00:00.5", "11:00:00.5");
        let copy = read(&row("u", "msg_1", "", false, 6));
        assert_eq!(sums(&[one, read(&other), copy]).1.output, 12);
    }

    #[test]
    fn only_answers_of_a_model_count() {
        let synthetic = row("s", "x", "r", false, 0).replace("\"model\":\"m\"", "\"model\":\"<synthetic>\"");
        let tool = r#"{"type":"user","timestamp":"t","message":{"role":"user","content":"x"},"toolUseResult":{"usage":{"input_tokens":5}}}"#;
        let text = r#"{"type":"assistant","message":"\"usage\":{\"input_tokens\":5}"}"#;
        let odd_tool = r#"{"type":"user","message":"text","toolUseResult":{"usage":{}}}"#;
        let log = read(&format!("{synthetic}{tool}\n{text}\n{odd_tool}\n"));
        assert_eq!((log.uses.len(), log.unreadable), (0, 0));
    }

    #[test]
    fn progress_of_an_agent_is_a_side_chain() {
        let log = r#"{"type":"progress","sessionId":"s","timestamp":"2026-11-20T10:00:00Z","data":{"type":"agent_progress","message":{"type":"assistant","requestId":"r1","timestamp":"2026-11-20T10:00:00Z","message":{"id":"a","model":"m","usage":{"output_tokens":4}}}}}"#;
        let log = read(log);
        assert!(log.uses[0].is_side);
        assert_eq!(sums(&[log, read(&row("s", "a", "r1", true, 4))]).0, 1);
    }

    #[test]
    fn a_torn_row_is_counted_as_unreadable() {
        let whole = row("s", "a", "r1", false, 4);
        let log = read(&format!("{whole}{}", &whole[..whole.len() - 4]));
        assert_eq!((log.uses.len(), log.unreadable), (1, 1));
    }
}
