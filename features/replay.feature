Feature: Replaying the recorded windows under their caps
  As someone who pays for capped subscriptions
  I want to know what a router would have given on my own windows
  So that nobody routes anything on a hunch

  Background:
    Given the time is 2026-11-20T10:00:00Z

  Scenario: a replay is stored and the preview shows it
    Given 6 windows of codex by tdd that used 2 pp with 1 features each
    And 6 windows of codex by spec that used 5 pp with 2 features each
    When I run `tracker replay --replicates 40`
    Then it succeeds and prints "Router replay: bwk against greedy"
    And stdout says "cap violations=0"
    And "replay.jsonl" has 1 row
    And the last row of "replay.jsonl" has "strategy" = "bwk"
    When I run `tracker preview`
    Then stdout says "Replay: "

  Scenario: too little is refused by name, and stored as refused
    Given 6 windows of codex by tdd that used 2 pp with 1 features each
    And 2 windows of codex by spec that used 5 pp with 2 features each
    When I run `tracker replay --exit-code`
    Then the answer ends with exit code 3
    And stdout says "refused: arm codex/spec has 2 windows, a replay needs 5 of each arm"
    And the last row of "replay.jsonl" has "verdict" = "refused"
    And the last row of "replay.jsonl" has "refusal" = "few-windows"

  Scenario: one arm cannot be routed
    Given 6 windows of codex by tdd that used 2 pp with 1 features each
    When I run `tracker replay`
    Then it succeeds and prints "could differ only on arms that were not played"

  Scenario: a dry run stores nothing
    Given 6 windows of codex by tdd that used 2 pp with 1 features each
    When I run `tracker replay --dry-run`
    Then it succeeds and prints "Replay: refused"
    And "replay.jsonl" has no rows

  Scenario: a stored replay is deferred while a provider has fewer than three windows
    Given a finalized codex window W0-19 that used 4 pp with 3 features
    When I run `tracker replay`
    And I run `tracker preview`
    Then stdout says "Replay: deferred (codex has n=1, a verdict needs 3)"

  Scenario: the chance of a choice is recorded with the before
    When I run `tracker alias start codex --window W0-19 --policy bwk --propensity 0.25` on a codex pane with 5h 3% and weekly 10%
    Then it succeeds and prints "stored codex before snapshot for W0-19"
    And the last row of "snapshots.jsonl" has "notes" = "alias:start policy=bwk propensity=0.25"

  Scenario Outline: a choice that makes no sense is a usage error and stores nothing
    When I run `tracker alias <command>` on a codex pane with 5h 3% and weekly 10%
    Then it fails with exit code 2
    And "snapshots.jsonl" has no rows

    Examples:
      | command                                              |
      | start codex --window W0-19 --propensity 0            |
      | start codex --window W0-19 --propensity 1.5          |
      | start codex --window W0-19 --policy $(id)            |
      | end codex --window W0-19 --propensity 0.5            |
