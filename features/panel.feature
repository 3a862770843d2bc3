Feature: The review panel
  Three models review a feature; two of them must approve. While capacity is short the first two are asked and one must
  approve. A load above 1.2 or a blocking risk asks for a deeper review, whatever the verdict.

  Background:
    Given an empty data dir
    And the time is 2026-11-20T10:00:00Z
    And the file "tracker.toml":
      """
      [panel]
      models = ["rev-a", "rev-b", "rev-c"]
      tie_breaker = "rev-d"
      """

  Scenario: two of three approve
    When I run `tracker panel vote --feature xfeat::Login::W0-19::green --model rev-a --vote approve --rationale "covered by tests"`
    Then it succeeds and prints "stored panel vote for xfeat::Login (rev-a: approve)"
    And the last row of "panel_votes.jsonl" has "feature_id" = "xfeat::Login"
    And the last row of "panel_votes.jsonl" has "window" = "W0-19"
    When I run `tracker panel decide --feature Login`
    Then it succeeds and prints "panel xfeat::Login: pending (rule=2-of-3, approve=1, reject=0, abstain=0)"
    When I run `tracker panel vote --feature Login --model rev-b --vote reject --rationale "no limit on tries"`
    And I run `tracker panel vote --feature Login --model rev-c --vote approve --rationale "fine"`
    And I run `tracker panel decide --feature Login`
    Then it succeeds and prints "panel xfeat::Login: approved (rule=2-of-3, approve=2, reject=1, abstain=0)"
    And stdout says "rev-b reject: no limit on tries"
    And the last row of "panel_votes.jsonl" has "verdict" = "approved"
    And the last row of "panel_votes.jsonl" has "window" = "W0-19"

  Scenario: the newest vote of a model counts, all are kept, and nothing is said twice
    When I run `tracker panel vote --feature Login --model rev-a --vote approve --rationale "fine"`
    And I run `tracker panel vote --feature Login --model rev-a --vote approve --rationale "fine"`
    Then stderr says "rev-a has said so already (panel_votes.jsonl:1"
    And "panel_votes.jsonl" has 1 row
    When I run `tracker panel vote --feature Login --model rev-a --vote reject --rationale "not fine"`
    And I run `tracker panel vote --feature Login --model rev-b --vote reject --rationale "not fine"`
    And I run `tracker panel decide --feature Login --json`
    Then stdout is one row of "panel_decision.schema.json"
    And the last row of "panel_votes.jsonl" has "verdict" = "rejected"
    And "panel_votes.jsonl" has 4 rows
    When I run `tracker panel decide --feature Login`
    Then "panel_votes.jsonl" has 4 rows

  Scenario: the tie-breaker decides a three-way split
    When I run `tracker panel vote --feature Login --model rev-a --vote approve --rationale x`
    And I run `tracker panel vote --feature Login --model rev-b --vote reject --rationale y`
    And I run `tracker panel vote --feature Login --model rev-c --vote abstain --rationale z`
    And I run `tracker panel decide --feature Login`
    Then stdout says "panel xfeat::Login: tied (rule=2-of-3"
    And stdout says "tie-breaker rev-d has not voted"
    When I run `tracker panel vote --feature Login --model rev-d --vote approve --rationale w`
    And I run `tracker panel decide --feature Login`
    Then stdout says "panel xfeat::Login: approved (rule=2-of-3"

  Scenario: one of the first two while a weekly bar is short
    When I run `tracker alias start codex --window W0-20 --force` on a codex pane with 5h 3% and weekly 92%
    And I run `tracker panel vote --feature Login --model rev-b --vote approve --rationale fine`
    And I run `tracker panel decide --feature Login`
    Then it succeeds and prints "panel xfeat::Login: approved (rule=1-of-2, approve=1, reject=0, abstain=0)"
    And stdout says "capacity is short: codex weekly has 8 % left, less than 10"

  Scenario: load and risk ask for a Tier-2 review
    When I run `tracker panel vote --feature Login --model rev-a --vote approve --rationale "keys are logged" --blocking`
    And I run `tracker panel vote --feature Login --model rev-b --vote approve --rationale fine`
    And I run `tracker panel decide --feature Login --cls 1.35`
    Then stdout says "panel xfeat::Login: approved"
    And stdout says "Tier-2 review: CLS 1.35 is above 1.2"
    And stdout says "Tier-2 review: rev-a flags a blocking risk: keys are logged"

  Scenario: a dry run, an unknown feature and a foreign model record nothing
    When I run `tracker panel decide --feature Nothing`
    Then it fails with exit code 1
    And stderr says "xfeat::Nothing has no votes"
    And "panel_votes.jsonl" has no rows
    When I run `tracker panel vote --feature Login --model rev-x --vote approve --rationale fine`
    Then it is refused with exit code 3
    And stderr says "the panel: rev-a, rev-b, rev-c"
    When I run `tracker panel vote --feature Login --model rev-a --vote approve --rationale fine`
    And I run `tracker panel decide --feature Login --dry-run`
    Then stdout says "panel xfeat::Login: pending"
    And "panel_votes.jsonl" has 1 row
