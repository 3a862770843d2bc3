Feature: Aliases open and close a window in one short command
  A developer pipes the client's status pane into `tracker alias`; the window, its phase and the lane come from
  the state, so that the command stays short enough to be typed at every start and end of work.

  Background:
    Given an empty data dir
    And the time is 2026-11-20T10:00:00Z

  Scenario: start and end pair one window
    When I run `tracker alias start codex --window W0-20` on a codex pane with 5h 3% and weekly 10%
    Then it succeeds and prints "stored codex before snapshot for W0-20 (awaiting end)"
    When 90 minutes pass
    And I run `tracker alias end codex` on a codex pane with 5h 9% and weekly 14%
    Then it succeeds and prints "stored codex after snapshot for W0-20 (ready to finalize)"
    And "snapshots.jsonl" has 2 rows
    And the last row of "snapshots.jsonl" has "phase" = "after"

  Scenario: the line of the user's own documents works as printed
    When I run `tracker alias start codex --stdin --window W0-20 --state-dir data/week0/live/state` on a codex pane with 5h 3% and weekly 10%
    And 90 minutes pass
    And I run `tracker --data-dir data/week0/live alias end codex --stdin --window W0-20 --state-dir data/week0/live/state --notes after-clean` on a codex pane with 5h 9% and weekly 14%
    Then it succeeds and prints "stored codex after snapshot for W0-20 (ready to finalize)"
    And the last row of "snapshots.jsonl" has "notes" = "after-clean"

  Scenario: the first window has a name without being given one, and the next one follows
    When I run `tracker alias start codex` on a codex pane with 5h 3% and weekly 10%
    Then it succeeds and prints "stored codex before snapshot for W0-01 (awaiting end)"
    When 90 minutes pass
    And I run `tracker alias end codex` on a codex pane with 5h 9% and weekly 14%
    And 10 minutes pass
    And I run `tracker alias start codex` on a codex pane with 5h 9% and weekly 15%
    Then it succeeds and prints "stored codex before snapshot for W0-02 (awaiting end)"

  Scenario: cross closes one window and opens the next with one pane
    When I run `tracker alias start codex --window W0-09` on a codex pane with 5h 3% and weekly 10%
    And 90 minutes pass
    And I run `tracker alias cross codex` on a codex pane with 5h 9% and weekly 14%
    Then it succeeds and prints "stored codex after snapshot for W0-09 and seeded before snapshot for W0-10"
    And "snapshots.jsonl" has 3 rows
    And "anomalies.jsonl" has no rows

  Scenario: a second start is refused and says how to correct the first
    When I run `tracker alias start codex --window W0-20` on a codex pane with 5h 3% and weekly 10%
    And 5 minutes pass
    And I run `tracker alias start codex --window W0-20` on a codex pane with 5h 4% and weekly 10%
    Then it is refused with exit code 3
    And stderr says "tracker alias delete codex --phase before --window W0-20"
    And "snapshots.jsonl" has 1 row

  Scenario: a second end is accepted, the last pane is kept and the audit counts the duplicate
    When I run `tracker alias start codex --window W0-20` on a codex pane with 5h 3% and weekly 10%
    And 60 minutes pass
    And I run `tracker alias end codex --window W0-20` on a codex pane with 5h 9% and weekly 14%
    And 5 minutes pass
    And I run `tracker alias end codex --window W0-20` on a codex pane with 5h 10% and weekly 15%
    Then it succeeds and prints "stored codex after snapshot for W0-20 (ready to finalize)"
    When I run `tracker complete --window W0-20 --codex-features 3 --quality 1.0 --outcome pass`
    And I run `tracker window-audit --window W0-20`
    Then stdout says "codex/after: entries=2, duplicates=1"
    When I run `tracker preview --window W0-20`
    Then stdout says "capacity=5 pp"

  Scenario: a wrong pane is taken back and the right one stored
    When I run `tracker alias start codex --window W0-20` on a codex pane with 5h 3% and weekly 10%
    And 60 minutes pass
    And I run `tracker alias end codex --window W0-20` on a codex pane with 5h 0% and weekly 2%
    Then stderr says "negative-delta"
    When I run `tracker complete --window W0-20 --codex-features 3 --quality 1.0 --outcome pass`
    Then it is refused with exit code 3
    When I run `tracker alias delete codex --phase after --window W0-20`
    Then it succeeds and prints "removed codex after snapshot for W0-20 (captured_at=2026-11-20T11:00:01Z)"
    And "snapshots.jsonl" has 3 rows
    When 5 minutes pass
    And I run `tracker alias end codex --window W0-20` on a codex pane with 5h 9% and weekly 14%
    And I run `tracker complete --window W0-20 --codex-features 3 --quality 1.0 --outcome pass`
    Then it succeeds and prints "finalized window W0-20 with providers: codex"
    When I run `tracker preview --window W0-20`
    Then stdout says "Anomalies: 0"

  Scenario Outline: delete finds its row by phase, index and window
    When I run `tracker alias start codex --window W0-01` on a codex pane with 5h 3% and weekly 10%
    And 60 minutes pass
    And I run `tracker alias end codex --window W0-01` on a codex pane with 5h 4% and weekly 11%
    And 10 minutes pass
    And I run `tracker alias start codex --window W0-02` on a codex pane with 5h 5% and weekly 12%
    And I run `tracker alias delete codex <flags>`
    Then it succeeds and prints "removed codex <phase> snapshot for <window>"

    Examples:
      | flags                           | phase  | window |
      | --phase after                   | after  | W0-01  |
      | --phase before                  | before | W0-02  |
      | --phase before --index 2        | before | W0-01  |
      | --window W0-01 --phase before   | before | W0-01  |
      | --index 1                       | before | W0-02  |

  Scenario: a dry run says what it would do and writes nothing
    When I run `tracker alias start codex --window W0-20 --dry-run` on a codex pane with 5h 3% and weekly 10%
    Then it succeeds and prints "stored codex before snapshot for W0-20 (awaiting end)"
    And stderr says "dry run"
    And "snapshots.jsonl" has no rows

  Scenario: two lanes side by side do not collide
    Given the lane is main
    When I run `tracker alias start codex --window W0-30` on a codex pane with 5h 3% and weekly 10%
    Given the lane is sub1
    When I run `tracker alias start codex --window W0-30` on a codex pane with 5h 3% and weekly 10% captured by another session
    Then it succeeds and prints "stored codex before snapshot for W0-30 (awaiting end)"
    When 60 minutes pass
    And I run `tracker alias end codex` on a codex pane with 5h 6% and weekly 13%
    Given the lane is main
    When 30 minutes pass
    And I run `tracker alias end codex` on a codex pane with 5h 8% and weekly 14%
    Then it succeeds and prints "stored codex after snapshot for W0-30 (ready to finalize)"
    When I run `tracker complete --window W0-30 --codex-features 2 --quality 1.0 --outcome pass`
    And I run `tracker preview --window W0-30`
    Then stdout says "capacity=4 pp"

  Scenario: GLM has a baseline and a delta
    When I run `tracker alias start glm --window W0-05` on GLM blocks with 12 prompts
    Then it succeeds and prints "stored glm baseline for W0-05 (prompts=12)"
    When 60 minutes pass
    And I run `tracker alias end glm` on GLM blocks with 30 prompts
    Then it succeeds and prints "stored glm delta for W0-05 (baseline=12, prompts=18)"
    When I run `tracker complete --window W0-05 --glm-features 3 --quality 1.0 --outcome pass`
    Then it succeeds and prints "finalized window W0-05 with providers: glm"
    When I run `tracker preview --window W0-05`
    Then stdout says "glm: features=3, capacity=18 prompts"

  Scenario: several panes in one paste give the last complete one
    When I run `tracker alias start codex --window W0-20` on two codex panes, the first with weekly 8% and the last with weekly 10%
    Then it succeeds and prints "stored codex before snapshot for W0-20 (awaiting end)"
    And the last row of "snapshots.jsonl" has "parsed.weekly_pct" = 10
    And the last row of "snapshots.jsonl" has the tag "multi-pane-trimmed"
