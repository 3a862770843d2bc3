Feature: Meters and tokens from the logs that clients leave
  Nobody has to paste a pane: the logs on this machine tell what the meters stood at and what was used.

  Background:
    Given an empty data dir
    And the time is 2026-11-20T18:00:00Z
    And the logs of two sessions of a client, the second forked from the first

  Scenario: tokens are summed by day, model and lane, and copies count once
    When I run `tracker scan --codex-home logs --format json`
    Then it succeeds and prints "\"of\":\"2026-11-20\",\"provider\":\"codex\",\"model\":\"gpt-6.1-sol\",\"lane\":\"main\",\"answers\":4"
    And stdout says ""total_tokens":4040"

  Scenario: the history of the meters is back-filled once
    When I run `tracker scan --codex-home logs`
    Then it succeeds and prints "meters: 4 stored of 4 readings"
    When I run `tracker scan --codex-home logs`
    Then it succeeds and prints "meters: 0 stored of 4 readings"
    And "meters.jsonl" has 4 rows

  Scenario: the copy of its limits that a client keeps is history, too
    Given a client's copy of its limits that says session 7 and week 26, fetched at 2026-11-20T17:00:00Z
    When I run `tracker scan --codex-home logs --claude-config-dir home`
    Then it succeeds and prints "meters: 6 stored of 6 readings"
    When I run `tracker scan --codex-home logs --claude-config-dir home`
    Then it succeeds and prints "meters: 0 stored of 6 readings"
    Given a client's copy of its limits that says session 9 and week 26, fetched at 2026-11-20T17:30:00Z
    When I run `tracker scan --codex-home logs --claude-config-dir home`
    Then it succeeds and prints "meters: 2 stored of 6 readings"
    And the file "data/week0/live/meters.jsonl" says "cached-usage"

  Scenario: a window is finalized without a pasted pane
    When I run `tracker scan --codex-home logs --auto`
    Then stdout says "proposed W0-01 codex: tracker scan --window W0-01 --since 2026-11-20T10:00:00Z"
    When I run `tracker scan --codex-home logs --window W0-19 --since 2026-11-20T10:00:00Z --until 2026-11-20T11:30:00Z`
    Then it succeeds and prints "stored codex before and after for W0-19 (weekly 10 -> 14)"
    When I run `tracker complete --window W0-19 --codex-features 2 --quality 1.0 --outcome pass`
    Then it succeeds and prints "finalized window W0-19 with providers: codex"
    When I run `tracker preview --window W0-19`
    Then stdout says "  - codex: features=2, capacity=4 pp, efficiency=0.50"

  Scenario: a meter that jumped is told on the audit of its window
    Given a log in which a meter jumps from 14 to 88 percent
    When I run `tracker scan --codex-home logs --window W0-20 --since 2026-11-20T12:50:00Z --until 2026-11-20T13:30:00Z`
    Then stdout says "jump: codex weekly rose from 14 to 88 % between two readings"
    When I run `tracker window-audit --window W0-20`
    Then stdout says "jump"

  Scenario: a meter that jumped while a pasted window was open is told once on its audit
    Given a log in which a meter jumps from 14 to 88 percent
    When I run `tracker ingest codex --window W0-21 --phase before --captured-at 2026-11-20T12:50:00Z --stdin` on a codex pane with 5h 3% and weekly 14%
    And I run `tracker ingest codex --window W0-21 --phase after --captured-at 2026-11-20T13:30:00Z --stdin` on a codex pane with 5h 9% and weekly 18%
    And I run `tracker scan --codex-home logs`
    Then it succeeds and prints "meters: 6 stored of 6 readings"
    When I run `tracker window-audit --window W0-21`
    Then stdout says "jump"
    When I run `tracker scan --codex-home logs --window W0-21 --since 2026-11-20T12:50:00Z --until 2026-11-20T13:30:00Z`
    Then "anomalies.jsonl" has 1 rows
