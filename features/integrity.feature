Feature: A number is either evidence or it is left out and named
  Meters are reset, panes are pasted twice, clocks and people err. None of it may become a number.

  Background:
    Given an empty data dir
    And the time is 2026-11-20T10:00:00Z

  Scenario: a fall without a reset blocks the window until it is corrected or accepted
    When I run `tracker alias start codex --window W0-20` on a codex pane with 5h 30% and weekly 40%
    And 60 minutes pass
    And I run `tracker alias end codex --window W0-20` on a codex pane with 5h 35% and weekly 31%
    Then it succeeds and prints "stored codex after snapshot for W0-20 (ready to finalize)"
    And the last row of "anomalies.jsonl" has "cause" = "unexplained"
    When I run `tracker preview`
    Then stdout says "W0-20: negative-delta of codex is blocking"
    When I run `tracker complete --window W0-20 --codex-features 3 --quality 1 --outcome pass`
    Then it is refused with exit code 3
    And stderr says "negative-delta"
    When I run `tracker complete --window W0-20 --codex-features 3 --quality 1 --outcome pass --accept-anomaly`
    Then it succeeds and prints "finalized window W0-20 with providers: codex"
    And the last row of "windows.jsonl" has "providers.codex.delta.weekly" = null
    And the last row of "windows.jsonl" has "providers.codex.delta.5h" = 5
    When I run `tracker preview`
    Then stdout says "excluded=1"

  Scenario: a prompt count that fell blocks the window until it is counted again
    When I run `tracker alias start glm --window W0-20` on GLM blocks with 30 prompts
    And 60 minutes pass
    And I run `tracker alias end glm --window W0-20` on GLM blocks with 5 prompts
    Then it succeeds and prints "stored glm delta for W0-20 (baseline=30, prompts=n/a)"
    And the last row of "anomalies.jsonl" has "cause" = "unexplained"
    When I run `tracker complete --window W0-20 --glm-features 2 --quality 1 --outcome pass`
    Then it is refused with exit code 3
    When I run `tracker alias end glm --window W0-20` on GLM blocks with 42 prompts
    Then it succeeds and prints "stored glm delta for W0-20 (baseline=30, prompts=12)"
    When I run `tracker complete --window W0-20 --glm-features 2 --quality 1 --outcome pass`
    Then it succeeds and prints "finalized window W0-20 with providers: glm"
    When I run `tracker preview --window W0-20`
    Then stdout says "Anomalies: 0"
    And stdout says "glm: features=2, capacity=12 prompts"

  Scenario: a withdrawn baseline is no baseline, not even from the cache
    When I run `tracker alias start glm --window W0-20` on GLM blocks with 12 prompts
    And I run `tracker alias delete glm --phase before --window W0-20`
    Then it succeeds and prints "removed glm before snapshot for W0-20"
    When 60 minutes pass
    And I run `tracker alias end glm --window W0-20` on GLM blocks with 18 prompts
    Then it is refused with exit code 3
    And stderr says "no-before"

  Scenario: a prompt count older than its baseline is refused
    When I run `tracker alias start glm --window W0-20` on GLM blocks with 30 prompts
    And I run `tracker alias end glm --window W0-20 --captured-at 2026-11-20T09:00:00Z` on GLM blocks with 35 prompts
    Then it is refused with exit code 3
    And stderr says "order"
    And "glm_counts.jsonl" has 1 row

  Scenario: a bar that was reset in between is named and does not block the others
    When I run `tracker alias start codex --window W0-20` on a codex pane with 5h 30% resetting at 11:00 and weekly 40%
    And 90 minutes pass
    And I run `tracker alias end codex --window W0-20` on a codex pane with 5h 5% resetting at 16:00 and weekly 44%
    Then it succeeds and prints "stored codex after snapshot for W0-20 (ready to finalize)"
    And the last row of "anomalies.jsonl" has "cause" = "reset-crossed"
    When I run `tracker complete --window W0-20 --codex-features 3 --quality 1 --outcome pass`
    Then it succeeds and prints "finalized window W0-20 with providers: codex"
    And the last row of "windows.jsonl" has "providers.codex.delta.5h" = null
    And the last row of "windows.jsonl" has "providers.codex.delta.weekly" = 4

  Scenario: an after within five minutes of a reset is refused and says when it becomes valid
    When I run `tracker alias start codex --window W0-20` on a codex pane with 5h 30% resetting at 11:00 and weekly 40%
    And 62 minutes pass
    And I run `tracker alias end codex --window W0-20` on a codex pane with 5h 1% resetting at 16:00 and weekly 44%
    Then it is refused with exit code 3
    And stderr says "2026-11-20T11:05:00Z"
    And "snapshots.jsonl" has 1 row

  Scenario Outline: a late after is recorded on purpose, tagged and logged
    When I run `tracker alias start codex --window W0-20` on a codex pane with 5h 30% resetting at 11:00 and weekly 40%
    And 62 minutes pass
    And I run `tracker alias end codex --window W0-20 <flags>` on a codex pane with 5h 1% resetting at 16:00 and weekly 44%
    Then it succeeds and prints "stored codex after snapshot for W0-20 (ready to finalize)"
    And the last row of "snapshots.jsonl" has the tag "late-after"
    And "anomalies.jsonl" has a row with "kind" = "late-after"

    Examples:
      | flags                     |
      | --late                    |
      | --notes "forced late-after" |

  Scenario: the same pane in two windows is stored, tagged and blocking when it cannot be fresh
    When I run `tracker alias start codex --window W0-20` on a codex pane with 5h 3% resetting at 12:00 and weekly 10%
    And 60 minutes pass
    And I run `tracker alias end codex --window W0-20` on a codex pane with 5h 9% and weekly 14%
    And 4 hours pass
    And I run `tracker alias start codex --window W0-21` on the pane of the first run
    Then it succeeds and prints "stored codex before snapshot for W0-21 (awaiting end)"
    And stderr says "replayed-pane"
    And the last row of "snapshots.jsonl" has the tag "replayed-pane"
    And the last row of "anomalies.jsonl" has "blocking" = true

  Scenario: an after older than its before is refused
    When I run `tracker alias start codex --window W0-20` on a codex pane with 5h 3% and weekly 10%
    And I run `tracker alias end codex --window W0-20 --captured-at 2026-11-20T09:00:00Z` on a codex pane with 5h 9% and weekly 14%
    Then it is refused with exit code 3
    And stderr says "order"

  Scenario: a window whose delta is unknown is excluded with its reason, a measured zero is merged
    Given a finalized codex window W0-01 that used 4 pp with 2 features
    And a finalized codex window W0-02 that used 0 pp with 1 features
    And a finalized codex window W0-03 that used 5 pp with 0 features
    And a finalized codex window W0-04 whose weekly bar was cut, with 9 features
    When I run `tracker preview`
    Then stdout says "  - codex: features=3, capacity=9 pp, efficiency=0.33, ci=n/a, n=2, power=n/a"
    And stdout says "excluded=1"

  Scenario: weekly points and five-hour points are never summed
    Given a finalized codex window W0-01 that used 4 pp with 2 features
    When I run `tracker preview --capacity 5h`
    Then stdout says "capacity=6 pp"
    When I run `tracker preview`
    Then stdout says "capacity=4 pp"

  Scenario: the weekly buffer stays unused unless it is forced
    Given a finalized codex window W0-01 that used 4 pp with 2 features
    When I run `tracker alias start codex --window W0-02` on a codex pane with 5h 3% and weekly 93%
    Then it is refused with exit code 3
    And stderr says "buffer"
    When I run `tracker alias start codex --window W0-02 --force` on a codex pane with 5h 3% and weekly 93%
    Then it succeeds and prints "stored codex before snapshot for W0-02 (awaiting end)"

  Scenario: a pane of another client is refused and kept aside
    When I run `tracker alias start codex --window W0-20` on a claude pane with session 20% and week 30%
    Then it fails with exit code 1
    And stderr says "hint:"
    And "snapshots.jsonl" has no rows
    And the refused input lies in quarantine

  Scenario: a torn last line is no row, and the next append repairs it
    Given a finalized codex window W0-01 that used 4 pp with 2 features
    And a torn row at the end of "snapshots.jsonl"
    When I run `tracker preview`
    Then it succeeds and prints "  - codex: features=2"
    When I run `tracker verify`
    Then it succeeds and prints "in flight or torn"
    When I run `tracker alias start codex --window W0-02` on a codex pane with 5h 20% and weekly 24%
    Then it succeeds and prints "stored codex before snapshot for W0-02 (awaiting end)"
    When I run `tracker verify`
    Then it succeeds and prints "ok"

  Scenario: an edited byte is found
    Given a finalized codex window W0-01 that used 4 pp with 2 features
    When a person edits a byte in the first row of "windows.jsonl"
    And I run `tracker verify`
    Then it fails with exit code 4
    And stdout says "windows.jsonl"

  Scenario: an audit names a line that is no row, although it no longer tells whose it was
    Given a finalized codex window W0-01 that used 4 pp with 2 features
    And a finalized codex window W0-02 that used 4 pp with 2 features
    When a person overwrites the first row of "windows.jsonl" with "garbage"
    And I run `tracker window-audit --window W0-01`
    Then stderr says "windows.jsonl:1: the row is skipped: not a JSON object"
