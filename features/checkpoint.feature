Feature: A checkpoint ends a session in one step
  Tokens, churn, hand-off and progress are recorded together. An interrupted checkpoint is completed by running it again,
  and nothing is there twice.

  Background:
    Given an empty data dir
    And the time is 2026-01-05T12:00:00Z

  Scenario: one step records everything
    Given a repository with three files and a change of +40/-12 in W0-19
    When I run `tracker checkpoint --window W0-19 --provider codex --task end_of_session --plan 200000 --actual 168000 --features 2 --tests 5 --commit-start start --commit-end end --notes "done, \u{22}well\u{22}"`
    Then it succeeds and prints "ledger checkpoint recorded for W0-19 (provider=codex)"
    And stdout says "tokens: planned=200000, actual=168000, delta=-32000"
    And stdout says "churn W0-19: files=3 +40/-12"
    And the last row of "token_plan.jsonl" has "delta" = -32000
    And the last row of "token_plan.jsonl" has "lines_added" = 40
    And the last row of "token_plan.jsonl" has "tests_added" = 5
    And the last row of "churn.jsonl" has "features" = 2
    And the file "docs/Ledgers/Token_Churn_Ledger.csv" holds "2026-01-05,,end_of_session,200000,168000,-32000,1,40,12,2,5,\"window=W0-19; provider=codex; done, \"\"well\"\"\""
    And the ledger "Churn_Ledger.csv" has 1 row
    And the file "docs/SESSION_HANDOFF.md" holds "## Checkpoint W0-19: end_of_session (codex)"
    And the file "docs/SESSION_HANDOFF.md" holds "tracker checkpoint --window W0-19 --provider codex"
    And the file "docs/SESSION_HANDOFF.md" holds "week0/live/token_plan.jsonl` (1 row of W0-19)"
    And the file "docs/SESSION_HANDOFF.md" holds "    token_plan.jsonl seq=1 h="
    And the file "progress.md" holds "- 2026-01-05T12:00:00Z checkpoint W0-19: end_of_session (codex): tokens planned=200000, actual=168000, delta=-32000"

  Scenario: run again, nothing is doubled; --again means it
    When I run `tracker checkpoint --window W0-19 --provider codex --task t --plan 10 --actual 12`
    And 10 minutes pass
    And I run `tracker checkpoint --window W0-19 --provider codex --task t --plan 10 --actual 12`
    Then stderr says "the row was recorded at 2026-01-05T12:00:00Z already"
    And "token_plan.jsonl" has 1 row
    And "churn.jsonl" has 1 row
    And the ledger "Token_Churn_Ledger.csv" has 1 row
    And the file "docs/SESSION_HANDOFF.md" holds "## Checkpoint" 1 times
    And the file "progress.md" holds "checkpoint W0-19" 1 times
    When I run `tracker checkpoint --window W0-19 --provider codex --task t --plan 10 --actual 12 --again`
    Then "token_plan.jsonl" has 2 rows
    And the file "docs/SESSION_HANDOFF.md" holds "## Checkpoint" 2 times
    When I run `tracker checkpoint --window W0-19 --provider codex --task t --plan 10 --actual 13`
    Then "token_plan.jsonl" has 3 rows

  Scenario: an operation that lost its mirrors and documents is completed
    When I run `tracker checkpoint --window W0-19 --provider codex --task t --plan 10 --actual 12`
    And the file "docs/Ledgers/Token_Churn_Ledger.csv" is lost
    And the file "docs/Ledgers/Churn_Ledger.csv" is lost
    And the file "progress.md" is lost
    And I run `tracker checkpoint --window W0-19 --provider codex --task t --plan 10 --actual 12 --again`
    Then "token_plan.jsonl" has 1 row
    And the ledger "Token_Churn_Ledger.csv" has 1 row
    And the ledger "Churn_Ledger.csv" has 1 row
    And the file "progress.md" holds "checkpoint W0-19" 1 times

  Scenario: a person's words stay as they are
    Given the file "docs/SESSION_HANDOFF.md" holds "# Mine"
    And the file "progress.md" holds "* started"
    When I run `tracker checkpoint --window W0-19 --provider codex --task t --plan 10 --actual 12`
    Then the file "docs/SESSION_HANDOFF.md" starts with "# Mine"
    And the file "progress.md" starts with "* started"

  Scenario: a block without an end is told before anything is written
    Given the file "docs/SESSION_HANDOFF.md":
      """
      <!-- tracker:must-ship checkpoints -->
      my words
      """
    And the file "board.md":
      """
      # Board
      <!-- tracker:must-ship checkpoints -->
      my words
      """
    When I run `tracker checkpoint --window W0-19 --provider codex --task t --plan 10 --actual 12 --board board.md`
    Then it fails with exit code 1
    And stderr says "board.md: line 2: the block `<!-- tracker:must-ship checkpoints -->` has no end"
    And "token_plan.jsonl" has no rows

  Scenario: the board gets its block in its section
    Given the file "board.md":
      """
      # Board 007
      ## Must-Ship
      - [ ] mine

      ## Later
      """
    When I run `tracker checkpoint --window W0-19 --provider codex --task t --plan 10 --actual 12 --board board.md`
    And I run `tracker checkpoint --window W0-20 --provider claude --task u --plan 20 --actual 12 --board board.md`
    Then the file "board.md" holds "| W0-19 | codex | t | 10 | 12 | 2 | not finalized | 0 pass, 0 fail | missing-commit-range |"
    And the file "board.md" holds "| W0-20 | claude | u | 20 | 12 | -8 | not finalized | 0 pass, 0 fail | missing-commit-range |"
    And the file "board.md" holds "tracker:must-ship" 1 times
    And the file "board.md" holds "- [ ] mine" 1 times
    When I run `tracker checkpoint --window W0-19 --task t --board nowhere.md`
    Then it fails with exit code 1
    And stderr says "there is no board at `nowhere.md`"

  Scenario: a dry run shows everything and writes nothing
    Given a repository with three files and a change of +40/-12 in W0-19
    When I run `tracker checkpoint --window W0-19 --provider codex --task t --plan 10 --actual 12 --commit-start start --dry-run`
    Then it succeeds and prints "token_plan.jsonl would be appended to:"
    And stdout says "churn W0-19: files=3 +40/-12"
    And stdout says "progress.md:"
    And there is no file "data/week0/live/token_plan.jsonl"
    And there is no file "data/week0/live/.salt"
    And there is no file "progress.md"
    When I run `tracker checkpoint --window W0-19 --provider codex --task t --plan 10 --actual 12 --dry-run --json`
    Then stdout is one row of "checkpoint_output.schema.json"

  Scenario: a sandbox never touches the real documents
    Given the file "tracker.toml" holds "[paths]"
    And the file "progress.md" holds "real"
    When I run `tracker checkpoint --window W0-19 --provider codex --task t --plan 10 --actual 12 --data-dir ../sandbox`
    Then it succeeds and prints "ledger checkpoint recorded for W0-19 (provider=codex)"
    And the file "../sandbox/progress.md" holds "checkpoint W0-19"
    And the file "../sandbox/Ledgers/Token_Churn_Ledger.csv" holds "t,10,12,2"
    And the file "progress.md" holds "checkpoint" 0 times
    And there is no file "docs/SESSION_HANDOFF.md"
    And there is no file "docs/Ledgers/Token_Churn_Ledger.csv"

  Scenario: an unknown commit records nothing
    Given a repository with three files and a change of +40/-12 in W0-19
    When I run `tracker checkpoint --window W0-19 --provider codex --task t --commit-start nowhere`
    Then it fails with exit code 1
    And "token_plan.jsonl" has no rows

  Scenario: the cost of routing stands in the hand-off
    Given the file "usage.jsonl":
      """
      {"ts":"2026-01-05T11:00:00Z","rid":"r1","lane":"main","model":"gpt-5","status":"200","input_tokens":100,"output_tokens":50}
      {"ts":"2026-01-05T11:01:00Z","rid":"r1","lane":"glm","model":"glm-4.6","status":"200","input_tokens":80,"output_tokens":20}
      """
    When I run `tracker ingest proxy-telemetry --window W0-19 --file usage.jsonl`
    And I run `tracker checkpoint --window W0-19 --provider codex --task t --plan 10 --actual 12`
    Then the file "docs/SESSION_HANDOFF.md" holds "| r1 | 150 | 100 | -50 |"

  Scenario: the decision card stands in the hand-off
    When I run `tracker checkpoint --window W0-19 --provider codex --task t --plan 10 --actual 12 --decision-card`
    Then it succeeds and prints "Decision Card"
    And stdout says "ledger checkpoint recorded for W0-19 (provider=codex)"
    And the file "docs/SESSION_HANDOFF.md" holds "Decision card: NO-GO"
    And the file "progress.md" holds "card NO-GO"
