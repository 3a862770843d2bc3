Feature: The distance to the target
  A map says what a project is to be able to do and how much each capability weighs. Evidence says how much of it is
  there: nothing counts 0, a green scenario or runs that disagree count 0.5, passing runs count 1. A reservation is an
  intention and counts nothing.

  Background:
    Given an empty data dir
    And the time is 2026-01-05T12:00:00Z
    And the file "docs/Ledgers/capabilities.csv":
      """
      capability_id,name,type,weight,acceptance_path,criticality,owner
      CAP-01,Sign in,feature,2,,high,ann
      CAP-02,Sign out,feature,1,,low,bob
      CAP-03,"Limits, of tries",feature,1,,low,bob
      """

  Scenario: states, and the distance before and after a window
    When I run `tracker evidence add --window W0-19 --capability CAP-02 --runner cargo --result pass`
    And 10 minutes pass
    And I run `tracker evidence add --window W0-20 --capability CAP-01 --runner cargo --result pass`
    And I run `tracker evidence add --window W0-20 --capability CAP-01 --runner manual --result fail`
    And I run `tracker feature log --window W0-20 --provider codex --feature-file a.feature --scenario S --capability CAP-03`
    And I run `tracker feature reserve --window W0-21 --capability CAP-02 --description again`
    And I run `tracker capability list --window W0-20`
    Then it succeeds and prints "CAP-01  partial  weight=2, pass=1, fail=1  Sign in"
    And stdout says "CAP-02  done     weight=1, pass=1, fail=0, reserved=W0-21  Sign out"
    And stdout says "CAP-03  partial  weight=1, pass=0, fail=0  Limits, of tries"
    And stdout says "Distance to target: 0.62"
    And stdout says "W0-20: before=0.25, after=0.62 (+0.38)"
    When I run `tracker capability list --json`
    Then stdout is one row of "capability_output.schema.json"

  Scenario: a run that fails later takes the state back
    When I run `tracker evidence add --window W0-19 --capability CAP-01 --runner cargo --result pass`
    And I run `tracker evidence add --window W0-20 --capability CAP-01 --runner cargo --result fail`
    And I run `tracker capability list`
    Then stdout says "CAP-01  open     weight=2, pass=0, fail=1  Sign in"
    And stdout says "Distance to target: 0.00"

  Scenario: check names what is wrong by file and line
    Given the file "docs/Ledgers/capabilities.csv":
      """
      capability_id,name,type,weight,acceptance_path,criticality,owner
      CAP-01,Sign in,feature,2,features/nowhere.feature,high,ann
      CAP-01,Sign in,feature,2,,high,ann
      CAP-02,Sign out,feature,much,,low,bob
      """
    When I run `tracker evidence add --window W0-19 --capability CAP-9 --runner cargo --result pass`
    And I run `tracker capability check`
    Then stdout says "capabilities.csv:2: the acceptance of CAP-01 is not at features/nowhere.feature"
    And stdout says "capabilities.csv:3: CAP-01 stands at"
    And stdout says "capabilities.csv:4: the weight "much" of CAP-02 is no number of at least 0"
    And stdout says "evidence.jsonl:1 (seq 1): CAP-9 is not in the map"
    And the exit code is 1

  Scenario: without a map of its own the ledger dir gives way to the project's
    Given the file "docs/Ledgers/capabilities.csv" holds "capability_id,name,type,weight,acceptance_path,criticality,owner"
    And the file "docs/System/capability_map/app/capabilities.csv":
      """
      capability_id,name,weight
      APP-1,Start,1
      """
    When I run `tracker capability check`
    Then it succeeds and prints "check: ok"
    And stdout says "Capabilities: 1 (weight 1)"
    And stdout says "docs/System/capability_map/app/capabilities.csv"
    And there is no file "data/week0/live/evidence.jsonl"
