Feature: What identifies a person never reaches the disk or the screen
  Panes print e-mail addresses, session ids, organisations and home paths. An append-only file cannot forget, so
  they are replaced by stable pseudonyms before the first write.

  Background:
    Given an empty data dir
    And the time is 2026-11-20T10:00:00Z

  Scenario: the account is a pseudonym, and the same one each time
    When I run `tracker alias start codex --window W0-20` on a codex pane with 5h 3% and weekly 10% of the account "jane.roe+work@example.org"
    And 60 minutes pass
    And I run `tracker alias end codex --window W0-20` on a codex pane with 5h 9% and weekly 14% of the account "jane.roe+work@example.org"
    Then no file and no output holds "jane.roe"
    And no file and no output holds "example.org"
    And both snapshots name the same account, which starts with "acct-"

  Scenario: a refused input is kept without its identities
    When I run `tracker alias start glm --window W0-20` on a codex pane with 5h 3% and weekly 10% of the account "jane.roe+work@example.org"
    Then it fails with exit code 1
    And no file and no output holds "jane.roe"

  Scenario: an operator may keep the raw text
    When I run `tracker alias start codex --window W0-20 --keep-raw` on a codex pane with 5h 3% and weekly 10% of the account "jane.roe+work@example.org"
    Then it succeeds and prints "stored codex before snapshot for W0-20 (awaiting end)"
    And "snapshots.jsonl" does not hold "jane.roe"
    And the folder "raw" holds "jane.roe"

  Scenario: control characters of a pane do not reach the terminal
    When I run `tracker alias start codex --window W0-20 --notes "a note with an escape \u{1b}]0;title\u{07}"` on a codex pane with 5h 3% and weekly 10%
    And I run `tracker window-audit --window W0-20`
    Then stdout holds no control characters
