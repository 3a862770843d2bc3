Feature: CSV mirrors follow their ledgers
  The ledger is the truth. What a spreadsheet shows can be lost, torn or added to by hand: it is completed from the
  ledger, nothing stands there twice, and nothing that a person wrote is removed.

  Background:
    Given an empty data dir
    And the time is 2026-11-20T10:00:00Z
    When I run `tracker churn --window W0-19 --notes first`
    And I run `tracker churn --window W0-20`
    And I run `tracker evidence add --window W0-19 --capability CAP-01 --runner cargo --result pass`

  Scenario: mirrors that hold every row are well
    When I run `tracker verify`
    Then it succeeds and prints "Churn_Ledger.csv: ok (mirror of churn.jsonl)"
    And stdout says "Acceptance_Evidence.csv: ok (mirror of evidence.jsonl)"

  Scenario: a mirror that is gone is a notice, and is derived again
    Given a person removes the file "docs/Ledgers/Churn_Ledger.csv"
    When I run `tracker verify`
    Then it succeeds and prints "the mirror lacks 2 rows; the next append completes it"
    And stderr says "--repair-mirrors"
    And the file "docs/Ledgers/Churn_Ledger.csv" is not there
    When I run `tracker verify --repair-mirrors`
    Then it succeeds and prints "Churn_Ledger.csv: ok (mirror of churn.jsonl, 2 written)"
    And the file "docs/Ledgers/Churn_Ledger.csv" has 3 lines
    When I run `tracker verify --repair-mirrors`
    Then it succeeds and prints "Churn_Ledger.csv: ok (mirror of churn.jsonl)"
    And the file "docs/Ledgers/Churn_Ledger.csv" has 3 lines

  Scenario: a torn row is written whole, once
    Given a person cuts the last 12 bytes off the file "docs/Ledgers/Churn_Ledger.csv"
    When I run `tracker verify --repair-mirrors`
    Then it succeeds and prints "1 written"
    And the file "docs/Ledgers/Churn_Ledger.csv" has 3 lines

  Scenario: a row that a person added is kept, told, and adopted on request
    Given a person adds the line "2026-11-19,W0-18,codex,bdd,,,3,40,12,28,2,14,by hand" to the file "docs/Ledgers/Churn_Ledger.csv"
    When I run `tracker verify --repair-mirrors`
    Then it succeeds and prints "the mirror has 1 row beyond those of the ledger"
    And stderr says "--adopt-foreign"
    And the file "docs/Ledgers/Churn_Ledger.csv" holds "W0-18,codex,bdd"
    When I run `tracker verify --adopt-foreign`
    Then it succeeds and prints "Churn_Ledger.csv: ok (mirror of churn.jsonl, 1 adopted)"
    And the last row of "churn.jsonl" has "insertions" = 40
    And the last row of "churn.jsonl" has "source" = "mirror"
    And the last row of "churn.jsonl" has "captured_at" = "2026-11-19T00:00:00Z"
    And the file "docs/Ledgers/Churn_Ledger.csv" has 4 lines
    When I run `tracker verify --adopt-foreign --repair-mirrors`
    Then it succeeds and prints "Churn_Ledger.csv: ok (mirror of churn.jsonl)"
    And "churn.jsonl" has 3 rows

  Scenario: a row that would not come back the same is not adopted
    Given a person adds the line "2026-11-19,W0-18,codex,bdd,,,3,40,12,29,2,14,wrong net" to the file "docs/Ledgers/Churn_Ledger.csv"
    When I run `tracker verify --adopt-foreign`
    Then it succeeds and prints "stays foreign: net would read `28`"
    And "churn.jsonl" has 2 rows

  Scenario: evidence that a person typed into the spreadsheet counts once it is adopted
    Given a person adds the line "W0-20,CAP-02,,manual,pass,,,seen by eye" to the file "docs/Ledgers/Acceptance_Evidence.csv"
    When I run `tracker verify --adopt-foreign`
    Then it succeeds and prints "1 adopted"
    And the last row of "evidence.jsonl" has "capability_id" = "CAP-02"

  Scenario: a mirror under another header is no mirror
    Given the file "docs/Ledgers/Churn_Ledger.csv" holds "date,other"
    When I run `tracker verify --repair-mirrors`
    Then it fails with exit code 4
    And stdout says "the mirror's header is not date,window"
    And stderr says "move it away"

  Scenario: a mirror that cannot be written does not undo what is stored
    Given a person removes the file "docs/Ledgers/Churn_Ledger.csv"
    And a folder stands in the place of "docs/Ledgers/Churn_Ledger.csv"
    When I run `tracker churn --window W0-21`
    Then it succeeds and prints "churn W0-21: skipped"
    And stderr says "the row is stored, its mirror is not"
    And "churn.jsonl" has 3 rows
