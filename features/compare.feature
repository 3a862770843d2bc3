Feature: Arms are compared with what their difference is worth
  The product is one number with an interval. A comparison says which arm gives more, how sure that is, and what
  is still missing before anybody moves work or retires an arm.

  Background:
    Given an empty data dir
    And the time is 2026-11-02T08:00:00Z

  Scenario: two windows are no evidence
    Given a finalized codex window W0-01 that used 4 pp with 3 features
    And a finalized codex window W0-02 that used 5 pp with 2 features
    When I run `tracker compare`
    Then it succeeds and prints "features per weekly pp, 95 % intervals by policy"
    And stdout says "codex  0.56 n/a"
    And stdout says "needs at least 3 windows for an interval"
    And stdout says no verdict
    When I run `tracker power`
    Then stdout says "codex: n=2, efficiency=n/a, power=n/a"

  Scenario: ways of working side by side in the grammar of benchstat
    Given 6 codex windows by bdd of 4 pp with 3, 4, 3, 5, 4, 3 features
    And 6 codex windows by tdd of 4 pp with 1, 0, 1, 1, 0, 2 features
    When I run `tracker compare --by methodology`
    Then stdout says "vs bdd"
    And stdout says "-77.3% (p=0.0"
    And stdout says "fewer than 6 features: conservative interval"
    And stdout says "reallocate (reversible, not evidence): not yet: 1 more features of the arm with 5.0 (6 needed)"
    And stdout says "retire (95 %, valid at every look): not yet: 2 more windows of the arm with 6 (8 needed)"
    And stdout says "P(best): bdd "

  Scenario: what is not distinguishable is not called different
    Given 5 codex windows by bdd of 4 pp with 2, 3, 1, 4, 2 features
    And 5 codex windows by tdd of 4 pp with 3, 1, 2, 2, 3 features
    When I run `tracker compare --by methodology`
    Then stdout says "~ (p="
    And stdout says "not yet: certainty 0."

  Scenario: a clear difference retires the worse way of working
    Given 10 codex windows by bdd of 4 pp with 6, 7, 6, 5, 6, 7, 6, 5, 7, 6 features
    And 10 codex windows by tdd of 4 pp with 1, 2, 1, 1, 2, 1, 1, 2, 1, 1 features
    When I run `tracker compare --by arm`
    Then stdout says "codex/tdd vs codex/bdd: -78.7%"
    And stdout says "  reallocate (reversible, not evidence): yes"
    And stdout says "  retire (95 %, valid at every look): yes"
    And stdout says "Balance of allocation: weekdays p="

  Scenario: points of a bar and prompts have tables of their own
    Given 3 codex windows by bdd of 4 pp with 2, 3, 2 features
    And a finalized glm window W9-01 of 6 prompts with 2 features
    When I run `tracker compare`
    Then stdout says "features per weekly pp"
    And stdout says "features per prompt"
    And stdout does not say "vs glm"

  Scenario: every format says the same
    Given 4 codex windows by bdd of 4 pp with 3, 4, 3, 5 features
    And 4 codex windows by tdd of 4 pp with 1, 1, 2, 1 features
    When I run `tracker compare --by methodology --format csv`
    Then stdout says "meter,arm,n,features,capacity,unit,efficiency,lo,hi,method,p_best"
    And stdout says "weekly,bdd,4,15,16,pp,0.9375,"
    When I run `tracker compare --by methodology --format markdown`
    Then stdout says "| arm | E | n | features | capacity | vs bdd |"
    When I run `tracker compare --by methodology --format json`
    Then it succeeds and prints "\"base\":\"bdd\""
    When I run `tracker compare --by methodology --ci hc3`
    Then stdout says "95 % intervals by hc3"
    When I run `tracker compare --by methodology --quality`
    Then stdout says "features x quality per weekly pp"

  Scenario: how many windows are missing
    Given 4 codex windows by bdd of 4 pp with 3, 4, 2, 5 features
    When I run `tracker power`
    Then stdout says "codex: n=4, efficiency=0.88, power="
    And stdout says "more codex windows for 80 % power to see ±30% ("
    When I run `tracker power --effect 0.10 --power 0.9`
    Then stdout says "more codex windows for 90 % power to see ±0.10 ("

  Scenario Outline: what cannot be asked is a usage error
    When I run `tracker <command>`
    Then it fails with exit code 2

    Examples:
      | command                |
      | compare --ci wald      |
      | compare --by window    |
      | power --effect nothing |
      | power --effect -3      |
      | power --power 1.5      |
      | power --format csv     |

  Scenario: nothing recorded, nothing created
    When I run `tracker compare`
    Then it succeeds and prints "no windows recorded"
    When I run `tracker power`
    Then it succeeds and prints "no windows recorded"
    And "windows.jsonl" has no rows

  Scenario: preview explains what each window contributed
    Given a finalized codex window W0-01 that used 4 pp with 3 features
    And a finalized codex window W0-02 that used 6 pp with 2 features
    And a finalized codex window W0-03 whose weekly bar was cut, with 5 features
    When I run `tracker preview --explain`
    Then stdout says "      W0-01: features=3, capacity=4 pp, share=0.40, efficiency without=0.33 [windows.jsonl:"
    And stdout says "      W0-03: features=5, excluded="
    When I run `tracker preview --explain --format json`
    Then it succeeds and prints "\"explained\":[{\"windows\":[{\"window\":\"W0-01\""

  Scenario: a comparison explains what each window contributed
    Given 3 codex windows by bdd of 4 pp with 3, 4, 3 features
    And 3 codex windows by tdd of 4 pp with 1, 1, 2 features
    When I run `tracker compare --by methodology --explain`
    Then stdout says "  - bdd:"
    And stdout says "      bdd-00: features=3, capacity=4 pp, share=0.33, efficiency without=0.88 [windows.jsonl:"
    When I run `tracker compare --by methodology --explain --format markdown`
    Then stdout says "- tdd:"
    And stdout says "  - tdd-02: features=2, capacity=4 pp"
    When I run `tracker compare --by methodology --explain --format json`
    Then it succeeds and prints "\"explained\":[{\"windows\":[{\"window\":\"bdd-00\""

  Scenario: arms that worked on different days raise an alarm
    Given 10 codex windows by bdd of 4 pp with 3, 4, 3, 5, 4, 3, 4, 3, 4, 3 features
    When 24 hours pass
    Given 10 codex windows by tdd of 4 pp with 1, 1, 2, 1, 1, 2, 1, 1, 2, 1 features
    When I run `tracker compare --by methodology`
    Then stdout says "weekdays p<0.001 ALARM: the arms did not work under the same conditions"
