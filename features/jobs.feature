Feature: Standing jobs follow the resets of the meters
  Nobody remembers to take the tokens of the day an hour after the reset. The jobs are planned from the newest meters,
  whatever scheduler starts them; what was missed is caught up, and said to be.

  Background:
    Given an empty data dir
    And the time is 2026-11-20T10:00:00Z
    And a window W0-20 of codex is open whose 5h bar resets at 14:00 and whose week resets on 25 Nov at 13:11

  Scenario: every job says when it is due next, and why
    When I run `tracker jobs list`
    Then stdout says "ccusage-daily   next 2026-11-20T14:11:00Z (codex weekly resets 2026-11-25T13:11:00Z); never ran"
    And stdout says "ccusage-weekly  next 2026-11-25T14:26:00Z"
    And stdout says "codex-before    next 2026-11-20T14:05:00Z (codex 5h resets 2026-11-20T14:00:00Z)"
    And stdout says "codex-after     next 2026-11-20T13:50:00Z"
    And stdout says "claude-before   next unknown: no reading tells its reset yet"

  Scenario: a newer meter moves the jobs
    When I run `tracker override codex --window W0-21 --phase before --set weekly=12 --resets "weekly=15:30 on 27 Nov"`
    And I run `tracker jobs list`
    Then stdout says "ccusage-daily   next 2026-11-20T16:30:00Z (codex weekly resets 2026-11-27T15:30:00Z)"

  Scenario: the crontab has local times, full paths and the words that find the clients
    When I run `tracker jobs render --target cron`
    Then stdout says "11 14 * * * cd"
    And stdout says "26 14 * * 3 cd"
    And stdout says "*/5 * * * * cd"
    And stdout says "jobs run ccusage-daily --due"
    And stdout says "0 * * * * cd"
    And stdout says "PATH="
    And stderr says "claude-before is left out"

  Scenario: units of systemd are well made
    When I run `tracker jobs render --target systemd --out units`
    Then it succeeds and prints "wrote $TEST_ENV/work/units/tracker-ccusage-daily.timer"
    And the file "units/tracker-ccusage-daily.timer" says "OnCalendar=*-*-* 14:11:00 UTC"
    And the file "units/tracker-ccusage-weekly.timer" says "OnCalendar=Wed *-*-* 14:26:00 UTC"
    And the file "units/tracker-ccusage-daily.service" says "WorkingDirectory=$TEST_ENV/work"
    And systemd finds no fault in the units

  Scenario: agents of launchd are well made
    When I run `tracker jobs render --target launchd --out agents`
    Then it succeeds and prints "wrote $TEST_ENV/work/agents/tracker.ccusage-daily.plist"
    And the files in "agents" are well-formed property lists

  Scenario: a job runs when it is due, once, and its run is on record
    Given a command that prints a daily ccusage report, and fails for "weekly"
    And the settings say "[commands]\ncodex-ccusage = ['sh', 'client.sh', '{scope}']"
    When I run `tracker jobs run ccusage-daily --due`
    Then "codex_ccusage.jsonl" has 1 row
    Given the time is 2026-11-20T14:12:00Z
    When I run `tracker jobs run ccusage-daily --due`
    Then it succeeds and prints "stored codex ccusage daily summary for W0-20 (tokens=1500)"
    And the last row of "job_runs.jsonl" has "outcome" = "ok"
    And the last row of "codex_ccusage.jsonl" has "notes" = "automation:ccusage-daily"
    Given the time is 2026-11-20T15:12:00Z
    When I run `tracker jobs run ccusage-daily --due`
    Then "codex_ccusage.jsonl" has 2 rows

  Scenario: a missed run is caught up once and tagged
    Given a command that prints a daily ccusage report, and fails for "weekly"
    And the settings say "[commands]\ncodex-ccusage = ['sh', 'client.sh', '{scope}']"
    And the time is 2026-11-23T03:00:00Z
    When I run `tracker jobs run ccusage-daily --due`
    Then stderr says "a missed run is caught up (backfill)"
    And the last row of "codex_ccusage.jsonl" has "notes" = "automation:ccusage-daily; backfill"
    And the last row of "job_runs.jsonl" has "planned_at" = "2026-11-22T14:11:00Z"
    When I run `tracker jobs run ccusage-daily --due`
    Then "codex_ccusage.jsonl" has 1 row

  Scenario: the wrapper closes the window that is open, and leaves a closed one alone
    Given a client that answers "/status" with a codex pane with 5h 9% and weekly 14%
    And the settings say "[commands]\ncodex = ['sh', 'client.sh']"
    And the time is 2026-11-20T13:51:00Z
    When I run `tracker jobs run codex-after --due`
    Then it succeeds and prints "stored codex after snapshot for W0-20 (ready to finalize)"
    When I run `tracker jobs run codex-after`
    Then stderr says "codex-after: skipped, no window of codex is open"
    And the last row of "job_runs.jsonl" has "outcome" = "skipped"
    And "snapshots.jsonl" has 2 rows

  Scenario: a job whose client does not answer fails, is on record, and leaves a tagged row
    Given a client that shows "thinking" and ignores every polite request to end
    And the settings say "[commands]\ncodex = ['sh', 'client.sh']\n[capture]\ntimeout_seconds = 1"
    When I run `tracker jobs run codex-after`
    Then it fails with exit code 1
    And the last row of "job_runs.jsonl" has "outcome" = "failed"
    And the last row of "anomalies.jsonl" has "kind" = "capture-timeout"

  Scenario: a job that is running is not started again
    Given somebody holds the lock of the job ccusage-daily
    When I run `tracker jobs run ccusage-daily`
    Then it is refused with exit code 3
    And stderr says "ccusage-daily is running already"

  Scenario: settings turn a job off or give it other words
    Given the settings say "[jobs]\nclaude-monitor = false\nwindow-audit = ['sh', '-c', 'echo own words']"
    When I run `tracker jobs run window-audit`
    Then it succeeds and prints "own words"
    When I run `tracker jobs run claude-monitor`
    Then it fails with exit code 2
    Given the settings say "[jobs]\nno-such-job = false"
    When I run `tracker jobs list`
    Then it fails with exit code 2
    And stderr says "jobs.no-such-job is no job"

  Scenario: listing and rendering create nothing
    When I run `tracker jobs list --format json`
    Then stdout says ""name":"ccusage-daily""
    And the data dir holds no "job_runs.jsonl"

  Scenario: the checkpoint closes the open plan once, with what was used since it was made
    When I run `tracker jobs run checkpoint`
    Then stderr says "checkpoint: skipped, no plan of tokens is open"
    When I run `tracker plan next --task "Capture script:180K"`
    And I run `tracker jobs run checkpoint`
    Then stderr says "checkpoint: skipped, no pane of codex since the plan tells how many tokens its context holds"
    Given the time is 2026-11-20T14:42:00Z
    When I run `tracker ingest codex --window W0-21 --phase before` on the capture "codex/status_v0.145.0_plus_37_81_w120.txt"
    And I run `tracker jobs run checkpoint`
    Then it succeeds and prints "tokens: planned=180000, actual=5440, delta=-174560"
    And the last row of "token_plan.jsonl" has "session_id" = "2026-11-20_next_session"
    And the last row of "token_plan.jsonl" has "notes" = "automation:checkpoint"
    And the last row of "churn.jsonl" has "window" = "W0-20"
    And the file "docs/SESSION_HANDOFF.md" holds "tracker:checkpoint ck-" once
    And the file "progress.md" holds "tracker:checkpoint ck-" once
    When I run `tracker plan score`
    Then it succeeds and prints "2026-11-20_next_session"
    When I run `tracker jobs run checkpoint`
    Then stderr says "checkpoint: skipped, no plan of tokens is open"
    And "token_plan.jsonl" has 2 rows

  Scenario: a pane that was taken back tells no tokens
    When I run `tracker plan next --task "Capture script:180K"`
    And 60 minutes pass
    And I run `tracker ingest codex --window W0-21 --phase before` on the capture "codex/status_v0.145.0_plus_37_81_w120.txt"
    And I run `tracker alias delete codex --phase before --window W0-21`
    And I run `tracker jobs run checkpoint`
    Then stderr says "checkpoint: skipped, no pane of codex since the plan tells"

  Scenario: a checkpoint by hand that names no session closes the plan for the job, too
    When I run `tracker plan next --task "Capture script:180K"`
    And 60 minutes pass
    And I run `tracker ingest codex --window W0-21 --phase before` on the capture "codex/status_v0.145.0_plus_37_81_w120.txt"
    And I run `tracker checkpoint --window W0-20 --provider codex --plan 180000 --actual 168000`
    And I run `tracker jobs run checkpoint`
    Then stderr says "checkpoint: skipped, no plan of tokens is open"

  Scenario Outline: a scheduler that knows nothing but its own file runs the checkpoint
    Given the lane is sub1
    When I run `tracker plan next --task "Capture script:180K"`
    And I run `tracker jobs render --target <target> --out "own 100% files" --ledger-dir "my 100% 'ledgers'"`
    Given the time is 2026-11-21T03:00:00Z
    When I run `tracker ingest codex --window W0-21 --phase before` on the capture "codex/status_v0.145.0_plus_37_81_w120.txt"
    And <target> runs the entry checkpoint of "own 100% files"
    Then it succeeds and prints "actual=5440"
    And stderr says "checkpoint: a missed run is caught up (backfill)"
    And the last row of "token_plan.jsonl" has "agent_id" = "sub1"
    And the last row of "token_plan.jsonl" has "notes" = "automation:checkpoint; backfill"
    And the last row of "job_runs.jsonl" has "backfill" = true
    And the file "my 100% 'ledgers'/Token_Churn_Ledger.csv" has 3 lines
    When <target> runs the entry checkpoint of "own 100% files"
    Then "job_runs.jsonl" has 1 row
    And "token_plan.jsonl" has 2 rows

    Examples:
      | target  |
      | cron    |
      | systemd |
