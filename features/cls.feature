Feature: How complex a piece of work was
  The complexity load score says which work a second reviewer should see, against the project's own history.

  Background:
    Given an empty data dir
    And the time is 2026-01-05T12:00:00Z
    And a repository with three files and a change of +40/-12 in W0-19

  Scenario: the parts are counted, and what cannot be judged is said
    When I run `tracker cls --window W0-19 --commit-start start --commit-end end`
    Then it succeeds and prints "cls W0-19: n/a tier-2=no (above 1.2) history=0 windows"
    And stdout says "  files_touched=3 z=n/a (left out)"
    And stdout says "  plan_size_kb=n/a z=n/a (left out)"
    And stderr says "3 earlier windows with commits are needed, 0 are there"

  Scenario: a window far above the others asks for a second reviewer
    Given three finalized windows of one, two and three files
    When I run `tracker cls --window W0-19 --commit-start start --commit-end end`
    Then stdout says "  files_touched=3 z=1.00"
    And stderr says "left out: plan_size_kb"
    When I run `tracker cls --window W0-19 --commit-start start --commit-end large`
    Then stdout says "tier-2=yes"

  Scenario: without a start commit there is nothing to score
    When I run `tracker cls --window W0-20`
    Then it fails with exit code 1
    And stderr says "no start commit is recorded for W0-20"
