Feature: The next agent starts from one brief
  Reading list, opener, lanes, what is open and the very commands that close it: every line either is a command that can
  be copied as it stands, or a comment.

  Background:
    Given an empty data dir
    And the time is 2026-11-20T10:00:00Z

  Scenario: an open window is handed over with the commands that close it
    Given the lane is sub1
    When I run `tracker alias start codex --window W0-20` on a codex pane with 5h 3% and weekly 10%
    And I run `tracker handoff`
    Then it succeeds and prints "# NEXT AGENT HAND-OFF, 2026-11-20T10:00:0"
    And stdout says "# READ FIRST"
    And stdout says "/docs/SESSION_HANDOFF.md - what the last session left"
    And stdout says "# sub1: W0-20"
    And stdout says "export AGENT_ID=sub1; eval "
    And stdout says "# W0-20: codex (lane sub1) needs after"
    And stdout says "AGENT_ID=sub1 tracker --data-dir "
    And stdout says "/data/week0/live capture codex --phase after --window W0-20 --notes after-clean"
    And stdout says "# or, from a pane that is at hand: cat PANE | AGENT_ID=sub1 tracker --data-dir "
    And stdout says "/data/week0/live alias end codex --stdin --window W0-20 --notes after-clean"
    And stdout says " complete --window W0-20 --features codex=N --outcome pass"
    And stdout says " churn --window W0-20 --provider codex"
    And stdout says "# snapshots.jsonl seq=1 h="
    And every line of the brief is a comment or a command of the shell

  Scenario: what was logged and planned is filled in
    When I run `tracker alias start codex --window W0-20` on a codex pane with 5h 3% and weekly 10%
    And I run `tracker plan next --task "Capture script:180K"`
    And I run `tracker handoff`
    Then it succeeds and prints "checkpoint --window W0-20 --provider codex --task end_of_session --session 2026-11-20_next_session --plan 180000 --actual N"
    And stdout says "2026-11-20_next_session.plan.md - the plan of this session"

  Scenario: a finalized window without churn and evidence is not done
    Given a finalized codex window W0-19 that used 4 pp with 3 features
    When I run `tracker handoff`
    Then it succeeds and prints "# W0-19: churn of codex; passing evidence"
    And stdout says "evidence add --window W0-19 --capability CAPABILITY --runner RUNNER --result pass --artifacts FILE"
    When I run `tracker evidence add --window W0-19 --capability CAP-01 --runner cargo --result pass`
    And I run `tracker churn --window W0-19 --provider codex`
    And I run `tracker handoff`
    Then stdout says "# FINALIZED, NOT DONE"
    And stdout does not say "# W0-19:"

  Scenario: reading writes nothing, and writing replaces the old brief alone
    Given the folder of work is remembered
    When I run `tracker handoff --write --dry-run`
    Then it succeeds and prints "# OPEN WINDOWS"
    And stderr says "would write the brief to "
    And the folder of work is as it was
    When I run `tracker handoff --write`
    And a person adds "my own words" to the file "docs/SESSION_HANDOFF.md"
    And 60 minutes pass
    And I run `tracker handoff --write`
    Then the file "docs/SESSION_HANDOFF.md" holds "my own words" once
    And the file "docs/SESSION_HANDOFF.md" holds "# NEXT AGENT HAND-OFF" once
    And the file "docs/SESSION_HANDOFF.md" holds "# NEXT AGENT HAND-OFF, 2026-11-20T11"

  Scenario: the project's own commands open and close the session
    Given the settings
      """
      [session]
      opener = ["cargo xtask uat"]
      checks = ["cargo xtask ci"]
      reading = ["docs/SOP/uat-opener.md:how a session opens"]
      """
    When I run `tracker handoff`
    Then it succeeds and prints "cargo xtask uat"
    And stdout says "cargo xtask ci"
    And stdout says "/docs/SOP/uat-opener.md - how a session opens"
