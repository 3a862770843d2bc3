Feature: Documents are checked before somebody works by them
  A plan without a budget or an end is no plan, and two words for one thing make two things. Findings name file and
  line; a document with findings ends with exit code 1, so that a script can stop.

  Background:
    Given an empty data dir
    And the time is 2026-11-20T10:00:00Z

  Scenario: a plan that says all it must say
    When I run `tracker plan next --task "Capture script:120K" --task "Summaries:60K"`
    And I run `tracker lint plan`
    Then it succeeds and prints "no findings"

  Scenario: what a plan lacks is named with its line
    Given the document "plans/mine.plan.md"
      """
      # Next session

      ## Budget
      190K of 272K

      ## Required reading
      - progress.md

      ## Tasks

      ### 1. Capture script
      - Budget: 250K
      - Start: the scenario is red
      - Artefacts: capture.sh

      ## Hand-off
      - progress.md
      """
    When I run `tracker lint plan plans/mine.plan.md`
    Then the answer ends with exit code 1
    And stdout says "plans/mine.plan.md:1: there is no section `Validation matrix`"
    And stdout says "plans/mine.plan.md:11: 1. Capture script: no end: add a line `- End: ...`"
    And stdout says "plans/mine.plan.md:12: the tasks need 250000 tokens, 47400 more than the 202600 that may be planned"
    And stderr says "3 findings in 1 document"

  Scenario: no plan at all
    When I run `tracker lint plan`
    Then it fails with exit code 1
    And stderr says "there is no plan in"
    And stderr says "hint: tracker plan next"

  Scenario: words that the project does not use
    Given the document "docs/glossary.md"
      """
      | use | not |
      |---|---|
      | pane | screenshot, screen dump |
      """
    And the document "docs/SOP/capture.md"
      """
      # Capture
      Paste the screenshot.
      Run `screenshot --help`, then look at [it](screenshot.png).
      """
    When I run `tracker lint terms`
    Then the answer ends with exit code 1
    And stdout says "docs/SOP/capture.md:2: \"screenshot\": write \"pane\""
    And stderr says "1 finding in 2 documents"
    When I run `tracker lint terms docs/glossary.md`
    Then it succeeds and prints "no findings"

  Scenario: a list of words that is none is told
    Given the document "docs/glossary.md"
      """
      | word | meaning |
      |---|---|
      | pane | text |
      """
    When I run `tracker lint terms`
    Then it fails with exit code 2
    And stderr says "no table with the columns `use` and `not`"
