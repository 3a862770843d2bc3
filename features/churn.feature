Feature: Churn, survival and quality from git
  A feature that is rewritten next week was not a feature. What a window's commits changed, and how much of it
  survived, is read from the repository of the root.

  Background:
    Given an empty data dir
    And the time is 2026-01-05T12:00:00Z

  Scenario: a window without a start commit is skipped, and the decision is kept
    When I run `tracker churn --window W0-19 --provider codex --methodology bdd`
    Then it succeeds and prints "churn W0-19: skipped (decision=missing-commit-range)"
    And stderr says "warn: missing commit_start"
    And the last row of "churn.jsonl" has "decision" = "missing-commit-range"
    And the last row of "churn.jsonl" has "files_changed" = null
    And the ledger "Churn_Ledger.csv" has 1 row

  Scenario: range churn is counted, mirrored, and counted once
    Given a repository with three files and a change of +40/-12 in W0-19
    When I run `tracker churn --window W0-19 --provider codex --methodology bdd --commit-start start --commit-end end --features 2`
    Then it succeeds and prints "churn W0-19: files=3 +40/-12 net=28 per-feature=14.00 gross=52"
    And the last row of "churn.jsonl" has "gross_per_feature" = 26
    When I run `tracker churn --window W0-19 --provider codex --methodology bdd --commit-start start --commit-end end --features 2`
    Then stderr says "already recorded"
    And "churn.jsonl" has 1 row
    And the ledger "Churn_Ledger.csv" has 1 row
    When I run `tracker churn --window W0-19 --provider codex --methodology bdd --commit-start start --commit-end end --features 2 --again`
    Then "churn.jsonl" has 2 rows
    And the ledger "Churn_Ledger.csv" has 2 rows

  Scenario: an unknown commit and an empty range are told
    Given a repository with three files and a change of +40/-12 in W0-19
    When I run `tracker churn --window W0-19 --commit-start nowhere`
    Then it fails with exit code 1
    And stderr says "names no commit of the repository"
    When I run `tracker churn --window W0-19 --commit-start --output=/tmp/x`
    Then it is refused with exit code 2
    When I run `tracker churn --window W0-19 --commit-start=--output=x`
    Then it fails with exit code 1
    When I run `tracker churn --window W0-19 --commit-start end --commit-end end`
    Then it succeeds and prints "churn W0-19: skipped (decision=empty-range)"

  Scenario: the repository is the root's, never the one the shell stands in
    Given a repository with three files and a change of +40/-12 in W0-19
    When I run `tracker churn --window W0-19 --commit-start start` from a folder of another repository
    Then it fails with exit code 1
    And stderr says "no git repository"

  Scenario: survival is provisional until the days have passed, and then final
    Given the repository of known truth
    And a finalized codex window W-A of known truth without a quality
    And the time is 2026-01-08T12:00:00Z
    When I run `tracker churn --window W-A --commit-start start-of-W-A --commit-end end-of-W-A`
    Then stdout says "7d=10.0% (10 of 100, final)"
    And stdout says "14d=10.0% (10 of 100, provisional"
    And the last row of "windows.jsonl" has "quality" = 0.9
    And the last row of "windows.jsonl" has "quality_source" = "provisional"
    Given the time is 2026-02-20T12:00:00Z
    When I run `tracker churn --refresh`
    Then stdout says "28d=23.0% (23 of 100, final)"
    And "churn.jsonl" has 2 rows
    And the last row of "windows.jsonl" has "quality" = 0.85
    And the last row of "windows.jsonl" has "quality_source" = "measured"
    And the last row of "windows.jsonl" has "churn_14d" = 0.15
    When I run `tracker churn --refresh`
    Then "churn.jsonl" has 2 rows
    When I run `tracker preview`
    Then stdout says "e_q="

  Scenario: a quality typed by hand wins and is marked
    Given the repository of known truth
    And a finalized codex window W-A of known truth with the quality 0.7
    And the time is 2026-02-20T12:00:00Z
    When I run `tracker churn --window W-A --commit-start start-of-W-A --commit-end end-of-W-A`
    Then the last row of "windows.jsonl" has "quality" = 0.7
    And the last row of "windows.jsonl" has "quality_source" = "manual"
    And the last row of "windows.jsonl" has "churn_14d" = 0.15

  Scenario: reverts are named, and repair work is charged to the window that caused it
    Given the repository of known truth
    And the time is 2026-02-20T12:00:00Z
    When I run `tracker churn --window W-E`
    Then stdout says "takes back Reverted"
    When I run `tracker churn --window W-A2`
    Then stdout says "in W-A2 (Other) repairs 2 lines of W-J (Form)"
    When I run `tracker churn --window W-J --json`
    Then stdout says ""caused_by_window":"W-J""

  Scenario: commits are recorded without typing hashes
    Given a repository with three files and a change of +40/-12 in W0-19
    When I run `tracker alias start codex --window W0-20` on a codex pane with 5h 3% and weekly 10%
    Then the last row of "snapshots.jsonl" has the commit that is checked out
    When 60 minutes pass
    And a commit of 5 lines is made
    And I run `tracker alias end codex --window W0-20` on a codex pane with 5h 9% and weekly 14%
    And I run `tracker complete --window W0-20 --codex-features 2 --outcome pass --churn`
    Then stdout says "churn W0-20: files=1 +5/-0 net=5 per-feature=2.50"
    And the last row of "windows.jsonl" has the commit that is checked out as "commit_end"

  Scenario: recording commits can be left out
    Given a repository with three files and a change of +40/-12 in W0-19
    When I run `tracker alias start codex --window W0-20 --no-commit` on a codex pane with 5h 3% and weekly 10%
    Then the last row of "snapshots.jsonl" has no "commit"

  Scenario: the settings say whether commits are recorded and churn is measured
    Given a repository with three files and a change of +40/-12 in W0-19
    And the settings
      """
      [churn]
      record_head = false
      """
    When I run `tracker alias start codex --window W0-20` on a codex pane with 5h 3% and weekly 10%
    Then the last row of "snapshots.jsonl" has no "commit"
    Given the settings
      """
      [churn]
      on_complete = true
      """
    When I run `tracker alias cross codex` on a codex pane with 5h 3% and weekly 12%
    Then the last row of "snapshots.jsonl" has the commit that is checked out
    When 60 minutes pass
    And a commit of 5 lines is made
    And I run `tracker alias end codex` on a codex pane with 5h 9% and weekly 14%
    And I run `tracker complete --window W0-21 --codex-features 1 --outcome pass`
    Then stdout says "churn W0-21: files=1 +5/-0 net=5 per-feature=5.00"

  Scenario: a window that only counts prompts knows its commits, too
    Given a repository with three files and a change of +40/-12 in W0-19
    When I run `tracker alias start glm --window W0-20` on GLM blocks with 12 prompts
    Then the last row of "glm_counts.jsonl" has the commit that is checked out
    When 60 minutes pass
    And a commit of 5 lines is made
    And I run `tracker alias end glm --window W0-20` on GLM blocks with 18 prompts
    And I run `tracker complete --window W0-20 --glm-features 1 --outcome pass --churn`
    Then stdout says "churn W0-20: files=1 +5/-0 net=5 per-feature=5.00"
    And the last row of "windows.jsonl" has the commit that is checked out as "commit_end"

  Scenario: survival by provider and way of working
    Given the repository of known truth
    And a finalized codex window W-A of known truth with the quality 0.7
    And the time is 2026-02-20T12:00:00Z
    When I run `tracker churn --arms`
    Then it succeeds and prints "codex x n/a: windows=1 commits=1 lines=100"
    And stdout says "    14d=15.0% (15 of 100, final)"
    And "churn.jsonl" has no rows

  Scenario: the preview shows the newest churn of a window
    Given the repository of known truth
    And a finalized codex window W-A of known truth with the quality 0.7
    And the time is 2026-01-08T12:00:00Z
    When I run `tracker churn --window W-A --commit-start start-of-W-A --commit-end end-of-W-A`
    And I run `tracker preview`
    Then stdout says "window=W-A method=n/a: files=1, +100/-0 (net=100), per-feature=100.00, churn_14d=10.0% (provisional)"
    Given the time is 2026-02-20T12:00:00Z
    When I run `tracker churn --refresh`
    And I run `tracker preview`
    Then stdout says "per-feature=100.00, churn_14d=15.0% (final)"
    And stdout does not say "provisional"
    When I run `tracker churn --window W-Z`
    And I run `tracker preview`
    Then stdout says "  - provider=n/a window=W-Z method=n/a: skipped (decision=missing-commit-range)"

  Scenario: old histories do not pile up in the cache
    Given the repository of known truth
    When I measure the churn of W-A after each of 10 further commits
    Then the cache holds 8 histories
