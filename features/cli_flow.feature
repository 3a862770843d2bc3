Feature: From captures to a preview
  What the commands print is read by scripts; the prefixes of these lines are a promise.

  Background:
    Given an empty data dir
    And the time is 2026-11-20T10:00:00Z

  Scenario: ingest, complete and preview
    When I run `tracker ingest codex --window W0-19 --phase before --stdin` on a codex pane with 5h 3% and weekly 10%
    Then it succeeds and prints "stored codex before snapshot for W0-19 (errors=[])"
    When 60 minutes pass
    And I run `tracker ingest codex --window W0-19 --phase after --stdin` on a codex pane with 5h 9% and weekly 14%
    And I run `tracker ingest claude --window W0-19 --phase before --stdin` on a claude pane with session 20% and week 30%
    And 60 minutes pass
    And I run `tracker ingest claude --window W0-19 --phase after --stdin` on a claude pane with session 25% and week 33%
    And I run `tracker complete --window W0-19 --codex-features 3 --claude-features 1 --quality 1.0 --outcome pass --notes "session002 main"`
    Then it succeeds and prints "finalized window W0-19 with providers: claude, codex"
    When I run `tracker preview --window W0-19`
    Then stdout says "Windows: W0-19"
    And stdout says "Anomalies: 0 (see anomalies.jsonl)"
    And stdout says "  - codex: features=3, capacity=4 pp, efficiency=0.75, ci=n/a, n=1, power=n/a"
    And stdout says "  - claude: features=1, capacity=3 pp, efficiency=0.33, ci=n/a, n=1, power=n/a"
    And stdout says "Outcome: quality=1.0, outcome=pass"

  Scenario: the other sources are stored beside the bars
    When I run `tracker ingest glm --window W0-02` on GLM blocks with 118 prompts
    Then it succeeds and prints "stored glm prompts for W0-02 (prompts=118)"
    When I run `tracker ingest claude-monitor --window W0-02` on the capture "claude_monitor/v4.0.0_realtime_pro_w100.txt"
    Then it succeeds and prints "stored claude monitor summary for W0-02 (usage=463.8%)"
    When I run `tracker ingest codex-ccusage --window W0-02 --scope daily` on the capture "ccusage/v20.0.24_codex-daily.json"
    Then it succeeds and prints "stored codex ccusage daily summary for W0-02 (tokens=270300)"
    When I run `tracker ingest codex-ccusage --window W0-02 --scope weekly --derive` on the capture "ccusage/v20.0.24_codex-daily.json"
    Then it succeeds and prints "stored codex ccusage weekly summary for W0-02"
    And the last row of "codex_ccusage.jsonl" has "notes" = "derived:weekly"

  Scenario: completing a window three times does not make three windows
    Given a paired codex window W0-19 that used 4 pp
    When I run `tracker complete --window W0-19 --codex-features 2 --quality 1.0 --outcome pass`
    And I run `tracker complete --window W0-19 --codex-features 2 --quality 1.0 --outcome pass`
    And I run `tracker window-finalize --window W0-19 --codex-features 3 --quality 0.9 --outcome partial`
    And I run `tracker preview`
    Then stdout says "  - codex: features=3, capacity=4 pp, efficiency=0.75, ci=n/a, n=1, power=n/a"
    When I run `tracker window-audit --window W0-19`
    Then stdout says "Finalize rows: entries=3, duplicates=2"

  Scenario: a window without a finalize row says what it still needs
    When I run `tracker alias start codex --window W0-20` on a codex pane with 5h 3% and weekly 10%
    And I run `tracker preview`
    Then stdout says "no windows recorded"
    And stdout says "W0-20"
    And stdout says "after"

  Scenario: values typed by hand are marked as such
    When I run `tracker override codex --window W0-19 --phase before --set 5h=3 --set weekly=10`
    Then it succeeds and prints "recorded manual codex before snapshot for W0-19"
    When 60 minutes pass
    And I run `tracker override codex --window W0-19 --phase after --fiveh-pct 9 --weekly-pct 14`
    And I run `tracker complete --window W0-19 --features codex=3 --quality 1 --outcome pass`
    And I run `tracker window-audit --window W0-19 --json`
    Then stdout says "manual-override"

  Scenario: a typed value corrects its meter, and the others stay as they were read
    Given a paired codex window W0-19 that used 4 pp
    When I run `tracker override codex --window W0-19 --phase after --set weekly=12`
    Then it succeeds and prints "recorded manual codex after snapshot for W0-19"
    And the last row of "snapshots.jsonl" has "parsed.weekly_pct" = 12
    And the last row of "snapshots.jsonl" has "parsed.fiveh_pct" = 9
    And the last row of "snapshots.jsonl" has the tag "manual-override"
    When I run `tracker complete --window W0-19 --features codex=3 --quality 1 --outcome pass`
    And I run `tracker preview --window W0-19`
    Then stdout says "  - codex: features=3, capacity=2 pp"

  Scenario Outline: values outside their domain are usage errors and write nothing
    Given a paired codex window W0-19 that used 4 pp
    When I run `tracker <command>`
    Then it fails with exit code 2
    And "windows.jsonl" has no rows

    Examples:
      | command                                                                  |
      | override codex --window W0-19 --phase after --set weekly=101             |
      | override codex --window W0-19 --phase after --weekly-pct -1              |
      | complete --window W0-19 --codex-features 3 --quality nan --outcome pass  |
      | complete --window W0-19 --codex-features 3 --quality 1.5 --outcome pass  |
      | complete --window W0-19 --codex-features -1 --quality 1 --outcome pass   |
      | complete --window W0-19 --codex-features 3 --quality 1 --outcome great   |

  Scenario: an unknown window is an error with a hint
    When I run `tracker complete --window W9-99 --codex-features 1 --quality 1 --outcome pass`
    Then it fails with exit code 1
    And stderr says "hint:"

  Scenario: a preview of an unknown window is an error with a hint
    When I run `tracker preview --window W9-99`
    Then it fails with exit code 1
    And stderr says "hint: `tracker preview` lists the windows"

  Scenario: a meter that no window shows is told
    Given a finalized codex window W0-01 that used 4 pp with 2 features
    When I run `tracker preview --capacity yearly`
    Then stderr says "no window shows the meter yearly"

  Scenario: parse shows the reading and stores nothing
    When I run `tracker parse codex --format json` on a codex pane with 5h 3% and weekly 10%
    Then it succeeds and prints "\"used_pct\":"
    And "snapshots.jsonl" has no rows

  Scenario: a data dir of the earlier tool is read, previewed, audited and appended to
    Given the data dir of the earlier tool
    When I run `tracker preview`
    Then it succeeds and prints "Windows:"
    When I run `tracker verify`
    Then it succeeds and prints "unchained"
    When I run `tracker alias start codex --window W7-01` on a codex pane with 5h 3% and weekly 10%
    Then it succeeds and prints "stored codex before snapshot for W7-01 (awaiting end)"
    And the old bytes of every ledger are untouched
    When I run `tracker verify`
    Then it succeeds and prints "adopted"
