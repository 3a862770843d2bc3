//! Asks a client for its meter: what is typed next, and when what stands on the screen is good enough.

use std::time::Duration;

use tracker_capture::{Turn, View};
use tracker_domain::{Meter, MeterId, Reading, Tag};
use tracker_panes::live::{LiveMeter, Obstacle};

/// A screen at rest for so long is ready to be typed at.
const READY: Duration = Duration::from_millis(600);
/// A client that shows nothing at all is typed at after this long.
const BLANK: Duration = Duration::from_secs(3);
/// A whole meter that stays for so long is final.
const SETTLED: Duration = Duration::from_millis(400);
/// A meter with gaps is final after this long: a plan may have no such limit.
const SETTLED_WITH_GAPS: Duration = Duration::from_secs(3);
/// A screen at rest for so long after a greeting holds the whole answer.
const ANSWERED: Duration = Duration::from_secs(2);
/// A question that brought no meter is put again after this long.
const UNANSWERED: Duration = Duration::from_secs(8);
/// So often the question is put.
const MOST_ASKS: u32 = 5;

/// Turns what a screen says into a reading; `None` when no meter is on it.
pub(crate) type Read<'a> = &'a dyn Fn(&str) -> Option<Reading>;

/// The state of one talk.
pub(crate) struct Asker<'a> {
    live: &'a LiveMeter,
    read: Read<'a>,
    /// Whether a message may be spent on a client without a session.
    may_greet: bool,
    /// Whether the session's own meter is wanted, which begins with a message.
    wants_session: bool,
    asks: u32,
    greeted: bool,
    /// Whether what was typed last was the greeting.
    is_greeting: bool,
    reading: Option<Reading>,
    /// The meters of the last frame that was more than a part of the one before.
    shown: Vec<Meter>,
    /// Since when they are what they are.
    since: Duration,
    obstacle: Option<&'static Obstacle>,
}

impl<'a> Asker<'a> {
    /// Returns the state before anything was shown.
    pub(crate) fn new(live: &'a LiveMeter, read: Read<'a>) -> Self {
        Self {
            live,
            read,
            may_greet: live.greeting.is_some(),
            wants_session: false,
            asks: 0,
            greeted: false,
            is_greeting: false,
            reading: None,
            shown: Vec::new(),
            since: Duration::ZERO,
            obstacle: None,
        }
    }

    /// Allows or forbids the greeting, which costs a message.
    pub(crate) fn with_greeting(mut self, may_greet: bool) -> Self {
        self.may_greet &= may_greet;
        self
    }

    /// Asks for the session's own meter, too.
    pub(crate) fn with_session(mut self, wants_session: bool) -> Self {
        self.wants_session = wants_session && self.live.session_meter;
        self
    }

    /// Returns the screen that only a person can settle, when it came to that.
    pub(crate) fn obstacle(&self) -> Option<&'static Obstacle> {
        self.obstacle
    }

    /// Tells whether the last reading may be stored, if need be with gaps.
    pub(crate) fn is_usable(&self) -> bool {
        self.reading.as_ref().is_some_and(|reading| has_figures(reading) && !is_passing(reading))
    }

    /// Decides what to do about a view.
    pub(crate) fn turn(&mut self, view: &View<'_>) -> Turn {
        if view.is_new || self.reading.is_none() {
            self.look(view);
        }
        if self.obstacle.is_some() {
            return Turn::GiveUp;
        }
        if self.is_final(view) {
            return Turn::Done;
        }
        if view.has_ended {
            return Turn::GiveUp;
        }
        self.next_words(view)
    }

    fn look(&mut self, view: &View<'_>) {
        self.obstacle = self.live.obstacle(view.text);
        let reading = (self.read)(view.text);
        let seen = meters(&reading);
        // A client that redraws shows nothing, or a part, in the middle of a frame: that is no other meter.
        if !seen.iter().all(|meter| self.shown.contains(meter)) {
            self.since = view.elapsed;
            self.shown = seen.to_vec();
        }
        self.reading = reading;
    }

    fn is_final(&self, view: &View<'_>) -> bool {
        let Some(reading) = self.reading.as_ref().filter(|reading| has_figures(reading)) else {
            return false;
        };
        let mut stays = view.elapsed.saturating_sub(self.since);
        if reading.meters.len() < self.shown.len() {
            // A part of what was shown is a frame that is being drawn, unless the screen rests.
            stays = stays.min(view.quiet);
        }
        if view.has_ended || (is_whole(reading) && !self.lacks_session(reading) && stays >= SETTLED) {
            return !is_passing(reading);
        }
        let may_become_more = self.lacks_session(reading) || self.live.asks_again(view.text);
        stays >= SETTLED_WITH_GAPS && !may_become_more && !is_passing(reading)
    }

    fn lacks_session(&self, reading: &Reading) -> bool {
        let known = reading.meter(&MeterId::FIVE_HOURS).is_some_and(|meter| meter.level.is_some());
        self.wants_session && !known && self.may_greet && !self.greeted
    }

    fn next_words(&mut self, view: &View<'_>) -> Turn {
        let Some(question) = self.live.question else { return Turn::Wait };
        if self.asks == 0 {
            let is_ready = view.quiet >= READY && (!view.text.is_empty() || view.elapsed >= BLANK);
            return if is_ready { self.ask(question, "") } else { Turn::Wait };
        }
        if self.is_greeting {
            return if view.quiet >= ANSWERED { self.ask(question, "") } else { Turn::Wait };
        }
        if view.quiet < READY {
            return Turn::Wait;
        }
        let lacks_session = self.reading.as_ref().is_some_and(|reading| self.lacks_session(reading));
        let is_unanswered = view.quiet >= UNANSWERED;
        let needs_session = self.live.has_no_session(view.text) || lacks_session || is_unanswered;
        if needs_session && self.may_greet && !self.greeted {
            return self.greet();
        }
        let asks_again = self.live.asks_again(view.text) && view.quiet >= ANSWERED;
        if (asks_again || is_unanswered) && self.asks < MOST_ASKS {
            return self.ask(question, self.live.leave);
        }
        Turn::Wait
    }

    fn ask(&mut self, question: &str, leave: &str) -> Turn {
        self.asks += 1;
        self.is_greeting = false;
        Turn::Type(format!("{leave}{question}\r"))
    }

    fn greet(&mut self) -> Turn {
        (self.greeted, self.is_greeting) = (true, true);
        Turn::Type(format!("{}{}\r", self.live.leave, self.live.greeting.unwrap_or_default()))
    }
}

fn meters(reading: &Option<Reading>) -> &[Meter] {
    reading.as_ref().map_or(&[], |reading| &reading.meters)
}

/// Tells whether there is anything to store: a bar, or a figure of a report.
fn has_figures(reading: &Reading) -> bool {
    reading.has_numbers() || (!reading.facts.is_empty() && !reading.has(&Tag::InsufficientData))
}

fn is_whole(reading: &Reading) -> bool {
    let gap =
        |tag: &Tag| matches!(tag, Tag::SectionMissingSession | Tag::SectionMissingWeek | Tag::Truncated(_));
    !is_passing(reading) && !reading.errors.iter().any(gap)
}

/// Tells whether the client itself says that its figures are not there yet.
fn is_passing(reading: &Reading) -> bool {
    let passing = |tag: &Tag| matches!(tag, Tag::UsageNotLoaded | Tag::StaleLimits | Tag::InsufficientData);
    reading.errors.iter().any(passing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracker_panes::{Ctx, Input, providers};

    fn read_of(kind: &'static str) -> impl Fn(&str) -> Option<Reading> {
        move |text| {
            let parser = providers::by_kind(kind).unwrap();
            let (input, ctx) = (Input::new(text), Ctx::new("2026-11-20T10:00:00Z".parse().unwrap()));
            (!parser.detect(&input).is_none()).then(|| parser.parse(&input, &ctx).into_newest())?
        }
    }

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn live(kind: &str) -> &'static LiveMeter {
        providers::by_kind(kind).and_then(<dyn tracker_panes::PaneParser>::live).unwrap()
    }

    const PANE: &str =
        "  5h limit:  97% left (resets 14:01)\n  Weekly limit:  90% left (resets 21:11 on 25 Nov)";

    #[test]
    fn asked_once_the_screen_rests_and_done_once_the_meter_does() {
        let read = read_of("codex");
        let mut asker = Asker::new(live("codex"), &read);
        assert_eq!(asker.turn(&View::new("> ", ms(100), ms(0))), Turn::Wait);
        assert_eq!(asker.turn(&View::new("> ", ms(900), ms(800))), Turn::Type("/status\r".into()));
        assert_eq!(asker.turn(&View::new(PANE, ms(1500), ms(0))), Turn::Wait, "it may still be drawing");
        assert_eq!(asker.turn(&View::new(PANE, ms(1950), ms(450))), Turn::Done);
        assert!(asker.is_usable());
    }

    #[test]
    fn a_meter_that_is_there_unasked_needs_no_words() {
        let read = read_of("codex");
        let mut asker = Asker::new(live("codex"), &read);
        assert_eq!(asker.turn(&View::new(PANE, ms(100), ms(0))), Turn::Wait);
        assert_eq!(asker.turn(&View::new(PANE, ms(550), ms(450))), Turn::Done);
    }

    #[test]
    fn a_frame_that_is_being_drawn_is_neither_another_meter_nor_the_answer() {
        let read = read_of("codex");
        let part = PANE.lines().next().unwrap();
        let mut asker = Asker::new(live("codex"), &read);
        for (at, text) in [(100, PANE), (200, ""), (300, part), (400, PANE), (600, ""), (650, part)] {
            assert_eq!(asker.turn(&View::new(text, ms(at), ms(0))), Turn::Wait, "after {at} ms");
        }
        assert_eq!(
            asker.turn(&View::new(PANE, ms(700), ms(0))),
            Turn::Done,
            "whole, and the same for 600 ms"
        );
    }

    #[test]
    fn limits_that_come_later_are_asked_for_again() {
        let read = read_of("codex");
        let mut asker = Asker::new(live("codex"), &read);
        let _ = asker.turn(&View::new("> ", ms(900), ms(800)));
        let pane = ">_ OpenAI Codex (v0.145.0)\n  Limits:  refresh requested; run /status again shortly.";
        assert_eq!(asker.turn(&View::new(pane, ms(2000), ms(0))), Turn::Wait);
        assert_eq!(asker.turn(&View::new(pane, ms(4100), ms(2100))), Turn::Type("/status\r".into()));
    }

    #[test]
    fn a_client_without_a_session_is_greeted_once_and_only_when_it_may_be() {
        let read = read_of("codex");
        let pane = ">_ OpenAI Codex (v0.42.0)\n  Limits:  Send a message to load usage data";
        let mut asker = Asker::new(live("codex"), &read);
        let _ = asker.turn(&View::new("> ", ms(900), ms(800)));
        let greeting = asker.turn(&View::new(pane, ms(2000), ms(700)));
        assert_eq!(greeting, Turn::Type("hi\r".into()));
        assert_eq!(asker.turn(&View::new(pane, ms(3000), ms(900))), Turn::Wait, "the answer is awaited");
        assert_eq!(asker.turn(&View::new(pane, ms(5000), ms(2100))), Turn::Type("/status\r".into()));
        assert_eq!(asker.turn(&View::new(pane, ms(7000), ms(1900))), Turn::Wait, "no second greeting");

        let mut silent = Asker::new(live("codex"), &read).with_greeting(false);
        let _ = silent.turn(&View::new("> ", ms(900), ms(800)));
        assert_eq!(silent.turn(&View::new(pane, ms(2000), ms(700))), Turn::Wait);
        assert!(!silent.is_usable());
    }

    #[test]
    fn a_start_wants_the_session_meter_and_an_end_does_not() {
        let read = read_of("claude");
        let pane = "Current week (all models)\n\u{2588}\u{2588}   12% used\nResets Nov 27, 6:09am (UTC)";
        let asked = |wants_session| {
            let mut asker = Asker::new(live("claude"), &read).with_session(wants_session);
            let _ = asker.turn(&View::new("> ", ms(900), ms(800)));
            let _ = asker.turn(&View::new(pane, ms(2000), ms(0)));
            asker.turn(&View::new(pane, ms(5500), ms(3500)))
        };
        assert_eq!(asked(true), Turn::Type("\u{1b}hi\r".into()));
        assert_eq!(asked(false), Turn::Done, "with its tag");
    }

    #[test]
    fn what_waits_for_a_person_is_given_up_at_once() {
        let read = read_of("codex");
        let mut asker = Asker::new(live("codex"), &read);
        assert_eq!(asker.turn(&View::new("1. Sign in with ChatGPT", ms(10), ms(0))), Turn::GiveUp);
        assert_eq!(asker.obstacle().map(|found| found.remedy), Some("log in once: codex login"));
    }

    #[test]
    fn a_client_that_ends_is_done_or_given_up() {
        let read = read_of("codex");
        let end = |text| Asker::new(live("codex"), &read).turn(&View::new(text, ms(10), ms(0)).ended());
        assert_eq!((end(PANE), end("bye")), (Turn::Done, Turn::GiveUp));
    }
}
