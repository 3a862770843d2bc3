Feature: A machine reads the meter, as a person would
  Standing jobs have nobody who types `/status` and pastes the pane. `tracker capture` runs the client in a terminal of
  its own, asks for the meter, waits until it is complete, stores it by the rules of `tracker alias`, and ends the client.

  Background:
    Given an empty data dir
    And the time is 2026-11-20T10:00:00Z

  Scenario: the meter is asked for, stored and archived
    Given a client that answers "/status" with a codex pane with 5h 3% and weekly 10%
    When I run `tracker capture codex --phase before --window W0-20 -- sh client.sh`
    Then it succeeds and prints "stored codex before snapshot for W0-20 (awaiting end)"
    And the last row of "snapshots.jsonl" has "source" = "automation"
    And the folder "automation" holds 1 file whose text has "Weekly limit:"
    And no process of the client is left

  Scenario: before, cross and after make two windows
    Given a client that answers "/status" with a codex pane with 5h 3% and weekly 10%
    When I run `tracker capture codex --phase before --window W0-20 -- sh client.sh`
    And 60 minutes pass
    Given a client that answers "/status" with a codex pane with 5h 9% and weekly 14%
    When I run `tracker capture codex --phase cross -- sh client.sh`
    Then it succeeds and prints "stored codex after snapshot for W0-20 and seeded before snapshot for W0-21"
    When 60 minutes pass
    Given a client that answers "/status" with a codex pane with 5h 12% and weekly 15%
    When I run `tracker capture codex --phase after -- sh client.sh`
    Then it succeeds and prints "stored codex after snapshot for W0-21 (ready to finalize)"

  Scenario: who the account is stands nowhere
    Given a client that answers "/status" with a codex pane with 5h 3% and weekly 10%
    When I run `tracker capture codex --phase before --window W0-20 -- sh client.sh`
    Then no file of the data dir holds "user@example.com"

  Scenario: a client without a session is greeted before it is asked again
    Given a client that shows its claude meter only after "hi"
    When I run `tracker capture claude --phase before --window W0-20 -- sh client.sh`
    Then it succeeds and prints "stored claude before snapshot for W0-20 (awaiting end)"
    And the client was told "hi" once

  Scenario: a client that never shows its meter ends as a tagged error
    Given a client that shows "thinking" and ignores every polite request to end
    When I run `tracker capture codex --phase before --window W0-20 --timeout 2 -- sh client.sh`
    Then it fails with exit code 1
    And stderr says "capture-timeout"
    And the last row of "anomalies.jsonl" has "kind" = "capture-timeout"
    And "snapshots.jsonl" has no rows
    And no process of the client is left

  Scenario: a client that wants a person says so at once
    Given a client that shows "Sign in with ChatGPT" and ignores every polite request to end
    When I run `tracker capture codex --phase before --window W0-20 -- sh client.sh`
    Then it fails with exit code 1
    And stderr says "capture-blocked"
    And stderr says "codex login"
    And the last row of "anomalies.jsonl" has "kind" = "capture-blocked"

  Scenario: a client that is not there is told by name
    When I run `tracker capture codex --phase before --window W0-20 -- no-such-client`
    Then it fails with exit code 1
    And stderr says "no-such-client"
    And the last row of "anomalies.jsonl" has "kind" = "capture-failed"

  Scenario: a fresh log on disk is preferred, and it is said
    Given a session log that told weekly 12% a minute ago
    And a client that answers "/status" with a codex pane with 5h 3% and weekly 10%
    When I run `tracker capture codex --phase before --window W0-20 -- sh client.sh`
    Then it succeeds and prints "stored codex before snapshot for W0-20 (awaiting end)"
    And stderr says "read from the rollout log"
    And the last row of "snapshots.jsonl" has "source" = "automation"
    And the client was not started
    And no file of the data dir holds "please fix the bug"

  Scenario: an old log is passed over, and so is a fresh one when the screen is asked for
    Given a session log that told weekly 12% an hour ago
    And a client that answers "/status" with a codex pane with 5h 3% and weekly 10%
    When I run `tracker capture codex --phase before --window W0-20 -- sh client.sh`
    Then it succeeds and prints "stored codex before snapshot for W0-20 (awaiting end)"
    And the client was started
    Given a session log that told weekly 12% a minute ago
    When I run `tracker capture codex --phase after --max-age 0 -- sh client.sh`
    Then it succeeds and prints "stored codex after snapshot for W0-20 (ready to finalize)"

  Scenario: within five minutes after a reset nothing is asked, and the time is told
    Given a client that answers "/status" with a codex pane with 5h 3% resetting at 11:00 and weekly 10%
    When I run `tracker capture codex --phase before --window W0-20 -- sh client.sh`
    Then it succeeds and prints "stored codex before"
    Given the time is 2026-11-20T11:02:00Z
    And a client that answers "/status" with a codex pane with 5h 1% resetting at 16:00 and weekly 11%
    When I run `tracker capture codex --phase after -- sh client.sh`
    Then it is refused with exit code 3
    And stderr says "2026-11-20T11:05:00Z"
    And the client was not started
    When I run `tracker capture codex --phase after --wait -- sh client.sh`
    Then it succeeds and prints "stored codex after snapshot for W0-20 (ready to finalize)"

  Scenario: a counter that prints JSON needs no terminal
    Given a command that prints GLM blocks with 12 prompts
    When I run `tracker capture glm --phase before --window W0-05 -- sh client.sh`
    Then it succeeds and prints "stored glm baseline for W0-05 (prompts=12)"
    Given a command that prints GLM blocks with 30 prompts
    When I run `tracker capture glm --phase after -- sh client.sh`
    Then it succeeds and prints "stored glm delta for W0-05 (baseline=12, prompts=18)"

  Scenario: the monitor redraws for ever and is read all the same
    Given a client that redraws the capture "claude_monitor/v4.0.0_realtime_pro_w100.txt" for ever
    When I run `tracker capture claude-monitor --window W0-20 -- sh client.sh`
    Then it succeeds and prints "stored claude monitor summary for W0-20"
    And the last row of "claude_monitor.jsonl" has "source" = "automation"

  Scenario: a weekly report is made of days where there is none
    Given a command that prints a daily ccusage report, and fails for "weekly"
    When I run `tracker capture codex-ccusage --scope weekly --window W0-20 -- sh client.sh {scope}`
    Then it succeeds and prints "stored codex ccusage weekly summary for W0-20 (tokens=1500)"
    And the last row of "codex_ccusage.jsonl" has "notes" = "derived:weekly"

  Scenario: a dry run asks and stores nothing
    Given a client that answers "/status" with a codex pane with 5h 3% and weekly 10%
    When I run `tracker capture codex --phase before --window W0-20 --dry-run -- sh client.sh`
    Then it succeeds and prints "stored codex before snapshot for W0-20 (awaiting end)"
    And stderr says "dry run"
    And the data dir is not there
