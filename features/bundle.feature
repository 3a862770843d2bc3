Feature: One archive holds what was decided and what it was decided from
  A review outside of the machine needs the preview, the cards, the audits and the hashes, and nothing that is
  nobody's business. The same ledgers give the same bytes, so two people can compare what they hold.

  Background:
    Given an empty data dir
    And the time is 2026-11-02T08:00:00Z

  Scenario: the pack of a run is the same whenever it is made
    Given 7 codex windows by bdd of 10 pp with 4, 4, 5, 4, 4, 4, 5 features
    When I run `tracker bundle --window WEEK0 --out first.zip`
    Then it succeeds and prints "bundled WEEK0 in 38 files: "
    When 5 hours pass
    And I run `tracker bundle --window WEEK0 --out second.zip`
    Then the archives "first.zip" and "second.zip" are the same
    And the archive "first.zip" holds "cards/WEEK0.html", "cards/bdd-06.json", "audit/bdd-00.json", "preview.txt", "cost_compare.csv", "plots/intervals.svg", "heads.json" and "SHA256SUMS"
    And every hash in the archive "first.zip" is right
    And no file of the archive "first.zip" says where it was made

  Scenario: the pack has the newest replay and its drawing, as long as the ledgers still say the same
    Given the time is 2026-11-20T10:00:00Z
    And 6 windows of codex by tdd that used 2 pp with 1 features each
    And 6 windows of codex by spec that used 5 pp with 2 features each
    When I run `tracker replay --replicates 40 --seed 7`
    And I run `tracker bundle --window WEEK0 --out first.zip`
    Then the archive "first.zip" holds "replay.json" and "plots/replay.svg"
    And every hash in the archive "first.zip" is right
    Given 2 windows of codex by bdd that used 5 pp with 2 features each
    When I run `tracker bundle --window WEEK0 --out second.zip`
    Then stderr says "without its drawing: the ledgers have moved on since"
    And the archive "second.zip" holds "replay.json"
    And the archive "second.zip" does not hold "plots/replay.svg"

  Scenario: the heads of a pack are a witness
    Given 3 codex windows by bdd of 4 pp with 1, 2, 1 features
    When I run `tracker bundle --window bdd-01 --out pack.zip`
    Then the heads in the archive "pack.zip" fit the ledgers
    When a person edits a byte in the first row of "windows.jsonl"
    Then the heads in the archive "pack.zip" fit the ledgers no longer

  Scenario: an archive that is there is not replaced by accident
    Given a finalized codex window W0-01 that used 4 pp with 3 features
    When I run `tracker bundle --window W0-01 --out pack.zip`
    And I run `tracker bundle --window W0-01 --out pack.zip`
    Then it is refused with exit code 3
    And stderr says "is there already"
    When I run `tracker bundle --window W0-01 --out pack.zip --force`
    Then it succeeds and prints "bundled W0-01"

  Scenario: an unknown window makes no archive
    When I run `tracker bundle --window W9-99 --out pack.zip`
    Then it fails with exit code 1
    And no file was made
