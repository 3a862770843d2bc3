Feature: A card decides by fixed rules whether a window may count as done
  The rules are the same every time, and every reason names the rows that caused it. What the earlier tool called a
  GO after a failure is a NO-GO.

  Background:
    Given an empty data dir
    And the time is 2026-11-02T08:00:00Z

  Scenario: all there is a GO
    Given a finalized codex window W0-01 that used 4 pp with 3 features
    When I run `tracker churn --window W0-01 --provider codex`
    And I run `tracker evidence add --window W0-01 --capability CAP-01 --runner cargo --result pass`
    And I run `tracker decision-card --window W0-01 --exit-code`
    Then it succeeds and prints "Decision Card"
    And stdout says "  Window:   W0-01"
    And stdout says "  Status:   GO"
    And stdout says "  Anoms:    0"
    And stdout says "  Finalized: True"
    And stdout says "  Outcome:  pass"
    And stdout says "  Evidence: 1"
    And stdout says "  Churn:    1"
    And stdout says "  Completeness: 100% (5/5)"
    And stdout says "  Reasons:  none"

  Scenario: only churn or evidence is missing
    Given a finalized codex window W0-01 that used 4 pp with 3 features
    When I run `tracker churn --window W0-01 --provider codex`
    And I run `tracker decision-card --window W0-01 --exit-code`
    Then the answer ends with exit code 5
    And stdout says "  Status:   SOFT GO"
    And stdout says "  Completeness: 80% (4/5)"
    And stdout says "  Reasons:  no-evidence-row"
    When I run `tracker decision-card --window W0-01`
    Then the answer ends with exit code 0

  Scenario: pass and then fail is a NO-GO, and the newest finalize row counts
    Given a finalized codex window W0-01 that used 4 pp with 3 features
    When I run `tracker complete --window W0-01 --codex-features 3 --quality 1 --outcome fail`
    And I run `tracker decision-card --window W0-01 --exit-code`
    Then the answer ends with exit code 6
    And stdout says "outcome=fail"
    And stdout says "the outcome is fail: pass or partial is needed [windows.jsonl:2 (seq 2)]"
    And stdout says "older finalize rows: 1; the newest counts"
    When I run `tracker complete --window W0-01 --codex-features 3 --quality 1 --outcome pass`
    And I run `tracker decision-card --window W0-01 --exit-code`
    Then the answer ends with exit code 5

  Scenario: a failing evidence row blocks, whatever else passes, until the same test passes
    Given a finalized codex window W0-01 that used 4 pp with 3 features
    When I run `tracker evidence add --window W0-01 --capability CAP-01 --runner cargo --result pass`
    And I run `tracker evidence add --window W0-01 --capability CAP-02 --runner cargo --result fail`
    And I run `tracker decision-card --window W0-01 --exit-code`
    Then the answer ends with exit code 6
    And stdout says "1 evidence row fails (first: CAP-02 by cargo) [evidence.jsonl:2 (seq 2)]"
    When I run `tracker evidence add --window W0-01 --capability CAP-02 --runner cargo --result pass`
    And I run `tracker decision-card --window W0-01 --exit-code`
    Then the answer ends with exit code 5
    And stdout says "  Evidence: 3 (2 pass, 0 fail, 0 skip)"
    And stdout says "  Reasons:  no-churn-row"

  Scenario: a window without a finalize row is a NO-GO
    Given a paired codex window W0-01 that used 4 pp
    When I run `tracker decision-card --window W0-01 --exit-code`
    Then the answer ends with exit code 6
    And stdout says "  Finalized: False"
    And stdout says "  Outcome:  None"
    And stdout says "not-finalized, no-evidence-row, no-churn-row"

  Scenario: a torn line of the anomalies is a NO-GO with its place
    Given a finalized codex window W0-01 that used 4 pp with 3 features
    When I run `tracker alias start codex --window W0-02` on a codex pane with 5h 20% and weekly 50%
    And 1 hours pass
    And I run `tracker alias end codex --window W0-02` on a codex pane with 5h 30% and weekly 40%
    And a torn row is left at the end of "anomalies.jsonl"
    And I run `tracker decision-card --window W0-01 --exit-code`
    Then the answer ends with exit code 6
    And stdout says "damaged=anomalies.jsonl"
    And stdout says "the last line is in flight or torn"

  Scenario: a row that a person changed is a NO-GO for every window
    Given a finalized codex window W0-01 that used 4 pp with 3 features
    When a person edits a byte in the first row of "windows.jsonl"
    And I run `tracker decision-card --window W0-01 --exit-code`
    Then the answer ends with exit code 6
    And stdout says "damaged ledger: windows.jsonl:1 (seq 1): the row was changed"

  Scenario: a blocking anomaly is a NO-GO, and accepting it by name is recorded
    Given a finalized codex window W0-01 that used 4 pp with 3 features
    When I run `tracker alias start codex --window W0-02` on a codex pane with 5h 20% and weekly 50%
    And 1 hours pass
    And I run `tracker alias end codex --window W0-02` on a codex pane with 5h 30% and weekly 40%
    And I run `tracker decision-card --window W0-02 --exit-code`
    Then the answer ends with exit code 6
    And stdout says "1 blocking anomaly: codex weekly went from 50 to 40 in W0-02"
    When I run `tracker complete --window W0-02 --codex-features 1 --quality 1 --outcome pass --accept-anomaly`
    And I run `tracker decision-card --window W0-02 --exit-code --explain`
    Then the answer ends with exit code 5
    And stdout says "negative-delta:codex:weekly (accepted)"

  Scenario: the card is the same from another folder
    Given a finalized codex window W0-01 that used 4 pp with 3 features
    When I run `tracker decision-card --window W0-01`
    And I run `tracker decision-card --window W0-01` again from another folder
    Then both printed the same

  Scenario: evidence that only the spreadsheet has is told, and counts once it is adopted
    Given a finalized codex window W0-01 that used 4 pp with 3 features
    When I run `tracker churn --window W0-01 --provider codex`
    And I run `tracker evidence add --window W0-01 --capability CAP-01 --runner cargo --result pass`
    And I run `tracker decision-card --window W0-01`
    Then stdout says "  Status:   GO"
    And stderr says nothing
    Given a person adds the line "W0-01,CAP-02,,manual,fail,,,seen by eye" to the file "docs/Ledgers/Acceptance_Evidence.csv"
    When I run `tracker decision-card --window W0-01`
    Then stdout says "  Status:   GO"
    And stderr says "evidence only in `$TEST_ENV/work/docs/Ledgers/Acceptance_Evidence.csv`: 1 (1 fail); it does not count"
    And stderr says "tracker verify --adopt-foreign"
    When I run `tracker verify --adopt-foreign`
    And I run `tracker decision-card --window W0-01 --exit-code`
    Then the answer ends with exit code 6
    And stdout says "1 evidence row fails (first: CAP-02 by manual)"
    And stderr says nothing

  Scenario: an unknown window is told, and nothing is created
    When I run `tracker decision-card --window W9-99`
    Then it fails with exit code 1
    And stderr says "no records found for W9-99"
    And no file was made

  Scenario: the compiled card of a run that only began says what is missing
    Given a finalized codex window W0-01 that used 4 pp with 3 features
    And a finalized codex window W0-02 that used 5 pp with 2 features
    When I run `tracker decision-card --window WEEK0 --exit-code`
    Then the answer ends with exit code 6
    And stdout says "  Window:   WEEK0"
    And stdout says "codex has 2 windows, 6 are needed [windows.jsonl:1-2 (seq 1-2)]"
    And stdout says "codex has no finite interval"
    And stdout says "no replay is stored"
    And stdout says "no panel vote is logged"
    And stdout says "one more codex: no, n 1 of 3 [windows.jsonl:1 (seq 1)]"

  Scenario: the compiled card compares providers and walks every number back to its rows
    Given 7 codex windows by bdd of 10 pp with 4, 4, 5, 4, 4, 4, 5 features
    When I run `tracker decision-card --window WEEK0 --explain --blocked-feature F-1 --blocked-feature F-2`
    Then it succeeds and prints "windows: codex 7 (met)"
    And stdout says "- codex bdd-00: features=4, capacity=10 pp [windows.jsonl:1 (seq 1)]"
    And stdout says "width: widest 0."
    And stdout says "previews of codex:"
    And stdout says "one more codex: yes"
    And stdout says "- bdd-06: SOFT GO"
