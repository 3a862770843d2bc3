Feature: The planned windows stand in a calendar
  Resets, the minutes in which no after is taken, windows and captures, in the calendar that people look at anyway.

  Background:
    Given an empty data dir
    And the time is 2026-11-20T10:00:00Z
    And a window W0-20 of codex is open whose 5h bar resets at 14:00 and whose week resets on 25 Nov at 13:11

  Scenario: windows, resets and captures of the week to come
    When I run `tracker calendar --out plan.ics`
    Then it succeeds and prints "wrote $TEST_ENV/work/plan.ics"
    And the calendar "plan.ics" is well made
    And the calendar "plan.ics" has "codex: 5h resets" from 20261120T140000Z to 20261120T140500Z
    And the calendar "plan.ics" has "codex: weekly resets" from 20261125T131100Z to 20261125T131600Z
    And the calendar "plan.ics" has "codex: after of W0-20" from 20261120T135000Z to 20261120T135500Z
    And the calendar "plan.ics" has "codex: before of W0-21" from 20261120T140500Z to 20261120T141000Z
    And the calendar "plan.ics" has "codex: window W0-21" from 20261120T140500Z to 20261120T185000Z
    And the calendar "plan.ics" has "tracker: ccusage-daily" from 20261120T141100Z to 20261120T141600Z

  Scenario: the same ledger gives the same bytes
    When I run `tracker calendar --out one.ics --days 3`
    And I run `tracker calendar --out two.ics --days 3`
    Then the files "one.ics" and "two.ics" are equal

  Scenario: without a reading there is nothing to plan
    When I run `tracker calendar --data-dir elsewhere`
    Then it fails with exit code 1
    And stderr says "no reading tells a reset yet"
