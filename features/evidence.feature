Feature: Evidence says whether a capability works
  A window counts as done when a test run shows it. The row names the run, what it left behind and the hash of that.

  Background:
    Given an empty data dir
    And the time is 2026-11-20T10:00:00Z

  Scenario: a passing run is stored with the hash of its artifact and mirrored for spreadsheets
    Given the file "report.txt" holds "12 passed"
    When I run `tracker evidence add --window W0-19 --capability CAP-01 --runner cargo --result pass --artifacts report.txt --notes "nightly, first"`
    Then it succeeds and prints "stored evidence CAP-01 for W0-19 (runner=cargo, result=pass, artifacts=1)"
    And the last row of "evidence.jsonl" has "artifact_hash" = "60fd6cd9b23b62b8f7d7d201ac8059174a38850d97e3104563bd6ad2415a5d29"
    And the file "docs/Ledgers/Acceptance_Evidence.csv" holds "W0-19,CAP-01,,cargo,pass,"
    And the file "docs/Ledgers/Acceptance_Evidence.csv" holds "\"nightly, first\""
    And the last row of "evidence.jsonl" has "artifacts_path" = "report.txt"

  Scenario: a missing artifact stores nothing
    When I run `tracker evidence add --window W0-19 --capability CAP-01 --runner cargo --result pass --artifacts no-such-file`
    Then it fails with exit code 1
    And "evidence.jsonl" has no rows

  Scenario: an unknown result is a usage error
    When I run `tracker evidence add --window W0-19 --capability CAP-01 --runner cargo --result green`
    Then it fails with exit code 2

  Scenario: several artifacts stand in one row, each with its absolute path and hash
    Given the file "report.txt" holds "12 passed"
    And the file "log.txt" holds "12 passed"
    When I run `tracker evidence add --window W0-19 --capability CAP-01 --runner cargo --result pass --test-run-id run-7 --artifacts report.txt log.txt --json`
    Then stdout is one row of "evidence.schema.json"
    And "evidence.jsonl" has 1 row
    And the last row of "evidence.jsonl" has "test_run_id" = "run-7"
    And the last row of "evidence.jsonl" has "artifacts.1.sha256" = "60fd6cd9b23b62b8f7d7d201ac8059174a38850d97e3104563bd6ad2415a5d29"
    And the ledger "Acceptance_Evidence.csv" has 1 row

  Scenario: a capability without a name is a usage error
    When I run `tracker evidence add --window W0-19 --capability "" --runner cargo --result pass`
    Then it fails with exit code 2
    And stderr says "--capability is empty"
    And "evidence.jsonl" has no rows
