Feature: The next session is planned to fit the context window
  Every session ends with a plan for the next one: tasks with budgets that leave a buffer, feature files laid out before
  any code, a row that says what was planned, and pointers where the next agent looks first.

  Background:
    Given an empty data dir
    And the time is 2026-11-20T18:00:00Z

  Scenario: a plan is written, laid out and recorded
    When I run `tracker plan next --task "Capture script:120K" --task "Summaries:60K:features/summaries.feature"`
    Then it succeeds and prints "planned 2 tasks, 180000 tokens, for 2026-11-20_next_session"
    And stdout says "context window 272000 (default, no status pane says it), room for tasks 202600, 22600 free"
    And the file "plans/2026-11-20_next_session.plan.md" holds "### 1. Capture script"
    And the file "plans/2026-11-20_next_session.plan.md" holds "- Budget: 120000 tokens"
    And the file "plans/2026-11-20_next_session.plan.md" holds "/features/capture_script.feature"
    And the file "features/capture_script.feature" holds "Feature: Capture script"
    And the file "tests/fixtures/capture_script/README.md" holds "features/capture_script.feature"
    And the file "features/summaries.feature" holds "Feature: Summaries"
    And there is no file "tests/fixtures/summaries/README.md"
    And "token_plan.jsonl" has 1 row
    And the last row of "token_plan.jsonl" has "tokens_planned" = 180000
    And the last row of "token_plan.jsonl" has "tokens_actual" = null
    And the file "docs/Ledgers/Token_Churn_Ledger.csv" holds "2026-11-20,2026-11-20_next_session,next_session,180000,,,"
    And the file "progress.md" holds "2026-11-20_next_session.plan.md"
    And the file "docs/SESSION_HANDOFF.md" holds "2026-11-20_next_session.plan.md"

  Scenario: planning again doubles nothing and keeps what a person wrote
    When I run `tracker plan next --task "Capture script:120K"`
    And a person adds "my own words" to the file "plans/2026-11-20_next_session.plan.md"
    And a person adds "my own words" to the file "docs/SESSION_HANDOFF.md"
    And a person adds "# mine" to the file "features/capture_script.feature"
    And I run `tracker plan next --task "Capture script:120K"`
    Then it succeeds and prints "the row of this plan is there already"
    And "token_plan.jsonl" has 1 row
    And the file "features/capture_script.feature" holds "# mine" once
    And the file "plans/2026-11-20_next_session.plan.md" holds "my own words" once
    And the file "plans/2026-11-20_next_session.plan.md" holds "### 1. Capture script" once
    And the file "docs/SESSION_HANDOFF.md" holds "my own words" once
    And the file "docs/SESSION_HANDOFF.md" holds "2026-11-20_next_session.plan.md" once
    And the file "progress.md" holds "2026-11-20_next_session.plan.md" once
    When I run `tracker plan next --task "Capture script:130K"`
    Then "token_plan.jsonl" has 2 rows
    And the file "plans/2026-11-20_next_session.plan.md" holds "- Budget: 130000 tokens" once
    And the file "plans/2026-11-20_next_session.plan.md" does not hold "- Budget: 120000 tokens"

  Scenario: too much is refused, and what to drop is named
    Given the folder of work is remembered
    When I run `tracker plan next --task "Capture script:120K" --task "Summaries:60K" --task "Docs:40K"`
    Then it is refused with exit code 3
    And stderr says "220000 tokens are planned, 17400 more than the 202600 that fit"
    And stderr says "hint: drop \"Docs\" (40000)"
    And the folder of work is as it was
    When I run `tracker plan next --fill --task "Capture script:120K" --task "Summaries:60K" --task "Docs:40K"`
    Then it succeeds and prints "planned 2 tasks, 180000 tokens"
    And stderr says "left out: Docs (40000)"

  Scenario: the context window is read from the newest status pane
    When I run `tracker ingest codex --window W0-01 --phase before` on the capture "codex/status_v0.55.0_fresh_w100.txt"
    And I run `tracker plan next --task "Capture script:120K"`
    Then stdout says "context window 272000 (newest status pane, snapshots.jsonl:"
    When I run `tracker plan next --context-window 100K --task "Capture script:120K"`
    Then it is refused with exit code 3
    And stderr says "the 65000 that fit (80 % of 100000 less a buffer of 15000)"

  Scenario: a short plan is told
    When I run `tracker plan next --task "Capture script:20K"`
    Then it succeeds and prints "planned 1 task"
    And stderr says "less than 70 % of the context window is planned"

  Scenario: past sessions shrink what may be planned
    Given past sessions of 100K that used 148K, 150K, 152K and 150K
    When I run `tracker plan next --task "Capture script:150K"`
    Then it is refused with exit code 3
    And stderr says "past sessions used 1.50 [1.47, 1.53] times what they planned (n=4)"
    When I run `tracker plan next --no-history --task "Capture script:150K"`
    Then it succeeds and prints "planned 1 task"

  Scenario: the tasks come from the table of tasks and specs, whose status is kept
    Given the document "docs/Tasks/todo.md"
      """
      # To do

      | # | Task | Output | Spec / Doc | Tokens | Status |
      |---|---|---|---|---|---|
      | 1 | Draft stub | skeleton | `features/draft.feature` | 20K | done |
      | 2 | Status script | Shell script | `docs/Tasks/status.md` | 100K | open |
      | 3 | Capture window | Window log | `features/capture.feature` | 80K | |
      """
    When I run `tracker plan next --spec docs/Tasks/todo.md`
    Then it succeeds and prints "planned 2 tasks, 180000 tokens"
    And the file "docs/Tasks/todo.md" holds "| 100K | planned 2026-11-20 |"
    And the file "docs/Tasks/todo.md" holds "| 80K | planned 2026-11-20 |"
    And the file "docs/Tasks/todo.md" holds "| 20K | done |"
    And the file "plans/2026-11-20_next_session.plan.md" holds "docs/Tasks/status.md"
    And there is a file "features/status_script.feature"
    And there is a file "features/capture.feature"
    And there is no file "features/draft.feature"

  Scenario: a task without a budget is not guessed
    Given the document "todo.md"
      """
      | Task | Spec |
      |---|---|
      | Capture window | features/capture.feature |
      """
    When I run `tracker plan next --spec todo.md`
    Then it fails with exit code 2
    And stderr says "todo.md:3: \"Capture window\" has no budget"
    When I run `tracker plan next --spec todo.md --tokens 150K`
    Then it succeeds and prints "planned 1 task, 150000 tokens"
    And stderr says "has no column `Status`"

  Scenario: a dry run writes nothing
    Given the folder of work is remembered
    When I run `tracker plan next --dry-run --task "Capture script:150K"`
    Then it succeeds and prints "would write "
    And the folder of work is as it was

  Scenario: a sandbox never touches the real documents
    Given the file "tracker.toml" holds "# root"
    When I run `tracker --data-dir ../tmp/box plan next --task "Capture script:150K"`
    Then it succeeds and prints "planned 1 task"
    And there is no file "plans/2026-11-20_next_session.plan.md"
    And there is no file "progress.md"
    And there is no file "features/capture_script.feature"

  Scenario: a row in the middle of a session from the newest pane
    When I run `tracker plan next --task "Capture script:150K"`
    And I run `tracker plan snapshot`
    Then it fails with exit code 1
    And stderr says "no stored pane says how many tokens are used"
    When I run `tracker ingest codex --window W0-01 --phase before` on the capture "codex/status_v0.55.0_fresh_w100.txt"
    And I run `tracker plan snapshot`
    Then it succeeds and prints "stored token snapshot for 2026-11-20_next_session (used=5440, planned=150000, 3.6%)"
    And the last row of "token_plan.jsonl" has "kind" = "snapshot"
    And the last row of "token_plan.jsonl" has "tokens_actual" = 5440
    When I run `tracker plan snapshot`
    Then it succeeds and prints "the row of this pane is there already"
    And "token_plan.jsonl" has 2 rows

  Scenario: plan against actual, and when to plan smaller
    Given past sessions of 100K that used 105K, 131K, 140K and 150K
    When I run `tracker plan score`
    Then it succeeds and prints "  - s1: planned=100000, actual=105000, delta=+5000 (+5.0%)"
    And stdout says "  - s2: planned=100000, actual=131000, delta=+31000 (+31.0%), marked: more than 10 % off"
    And stdout says "Verdict: rescope (the newest three sessions are each more than 30 % over)"

  Scenario: nothing planned yet
    When I run `tracker plan score`
    Then it succeeds and prints "no sessions recorded"
    When I run `tracker plan next`
    Then it fails with exit code 2
    And stderr says "no task is given"
