Feature: Features are logged when they go green, and reserved before
  What a window delivered is a row that names the scenario, its commits and its lines; what it set out to do is reserved
  first, so that two windows do not do the same.

  Background:
    Given an empty data dir
    And the time is 2026-01-05T12:00:00Z

  Scenario: a green scenario is logged with its commits and lines, and mirrored
    Given a repository with three files and a change of +40/-12 in W0-19
    And the file "features/login.feature":
      """
      Feature: Login
        Scenario: a known user signs in
      """
    When I run `tracker feature log --window W0-19 --provider codex --feature-file ./features/login.feature --scenario "a known user signs in" --capability CAP-01 --baseline-commit start --commit end --docs-commit end --notes "first, of two"`
    Then it succeeds and prints "logged feature \"a known user signs in\" for W0-19 (provider=codex, capability=CAP-01, commit="
    And stdout says "+40/-12)"
    And the last row of "features.jsonl" has "lines_added" = 40
    And the last row of "features.jsonl" has "lines_removed" = 12
    And the last row of "features.jsonl" has "feature_file" = "features/login.feature"
    And the last row of "features.jsonl" has the commit that is checked out as "implementation_commit"
    And the last row of "features.jsonl" has the commit that is checked out as "docs_commit"
    And the file "docs/Ledgers/Feature_Log.csv" holds "2026-01-05,W0-19,codex,features/login.feature,a known user signs in,"
    And the file "docs/Ledgers/Feature_Log.csv" holds "\"first, of two\""

  Scenario: the same feature is logged once, and a correction is a new row
    Given a repository with three files and a change of +40/-12 in W0-19
    When I run `tracker feature log --window W0-19 --provider codex --feature-file a.feature --scenario S`
    And I run `tracker feature log --window W0-19 --provider codex --feature-file a.feature --scenario S`
    Then stderr says "already recorded (features.jsonl:1"
    And "features.jsonl" has 1 row
    And the ledger "Feature_Log.csv" has 1 row
    When I run `tracker feature log --window W0-19 --provider codex --feature-file a.feature --scenario S --commit start`
    Then "features.jsonl" has 2 rows
    When I run `tracker feature log --window W0-19 --provider codex --feature-file a.feature --scenario S --again`
    Then "features.jsonl" has 3 rows
    When I run `tracker feature log --window W0-20 --provider codex --feature-file a.feature --scenario S`
    Then "features.jsonl" has 4 rows

  Scenario: a slip of the pen is told, and an unknown commit stores nothing
    Given a repository with three files and a change of +40/-12 in W0-19
    And the file "a.feature" holds "Scenario: other"
    When I run `tracker feature log --window W0-19 --provider codex --feature-file a.feature --scenario S`
    Then stderr says "warn: a.feature has no scenario "S""
    When I run `tracker feature log --window W0-19 --provider codex --feature-file a.feature --scenario T --commit nowhere`
    Then it fails with exit code 1
    And stderr says "names no commit of the repository"
    And "features.jsonl" has 1 row

  Scenario: without a repository a feature is logged without commits, and a commit cannot be named
    When I run `tracker feature log --window W0-19 --provider codex --feature-file a.feature --scenario S --json`
    Then stdout is one row of "feature.schema.json"
    And the last row of "features.jsonl" has "commit_id" = null
    When I run `tracker feature log --window W0-19 --provider codex --feature-file a.feature --scenario T --commit HEAD`
    Then it fails with exit code 1

  Scenario: a capability is reserved once for a window
    Given the file "docs/Ledgers/capabilities.csv":
      """
      capability_id,name,type,weight,acceptance_path,criticality,owner
      CAP-01,Sign in,feature,2,,high,ann
      """
    And the lane is main
    When I run `tracker feature reserve --window W0-19 --capability CAP-01 --description "passkeys"`
    Then it succeeds and prints "reserved CAP-01 for W0-19"
    When I run `tracker feature reserve --window W0-19 --capability CAP-01 --description "passwords"`
    Then it is refused with exit code 3
    And stderr says "CAP-01 is reserved for W0-19 already by main: passkeys (features.jsonl:1"
    And stderr says "hint: "
    And "features.jsonl" has 1 row
    When I run `tracker feature reserve --window W0-20 --capability CAP-01 --description "passwords"`
    Then "features.jsonl" has 2 rows
    And the ledger "Feature_Log.csv" has 0 rows

  Scenario: a capability that the map does not hold is refused, unless it is new
    Given the file "docs/Ledgers/capabilities.csv":
      """
      capability_id,name,type,weight,acceptance_path,criticality,owner
      CAP-01,Sign in,feature,2,,high,ann
      """
    When I run `tracker feature reserve --window W0-19 --capability CAP-1 --description "passkeys"`
    Then it is refused with exit code 3
    And stderr says "hint: the map holds CAP-01"
    And "features.jsonl" has no rows
    When I run `tracker feature reserve --window W0-19 --capability CAP-1 --description "passkeys" --new`
    Then it succeeds and prints "reserved CAP-1 for W0-19"
    And the last row of "features.jsonl" has "new_capability" = true
