Feature: A sub-agent's proxy is measured while it works
  Telemetry is a stream: it repeats itself, breaks off, rotates and lies. Every event counts once.

  Background:
    Given an empty data dir
    And the time is 2026-11-20T10:00:00Z

  Scenario: events are stored and summed up
    When I run `tracker ingest proxy-telemetry --window W0-CHN --stdin` on the sample events
    Then it succeeds and prints "stored proxy telemetry for W0-CHN (events=8, routed=50%)"
    When I run `tracker preview`
    Then it succeeds and prints "Subagent Proxy:"
    And stdout says "  - routed=50% (events=8), latency=320 ms p50 / 537 ms p95, errors=12.5%"
    And stdout says "W0-CHN lane=glm: routed=100% (events=4)"

  Scenario: an event that arrives twice counts once, across runs
    When I run `tracker ingest proxy-telemetry --window W0-CHN --stdin` on the sample events
    And I run `tracker ingest proxy-telemetry --window W0-CHN --stdin` on the sample events
    Then it succeeds and prints "stored proxy telemetry for W0-CHN (events=8, routed=50%)"
    And stderr says "8 events had been stored before and count once"
    And "proxy_telemetry.jsonl" has 1 row

  Scenario: bad lines are named, kept and cost no other line
    When I run `tracker ingest proxy-telemetry --window W0-CHN --stdin` on the lines
      """
      42
      {"ts":1760889900,"rid":"R1","lane":"claude-xyz.2","status":201,"input_tokens":5,"output_tokens":1,"latency_ms":"fast"}
      {"ts":1760889901,"rid":"R2","lane":"glm","status":"","input_tokens":-5}
      {"ts":1760889902,"rid":"R2","lane":"glm","status":"","input_tokens":7}
      {"torn
      """
    Then it succeeds and prints "stored proxy telemetry for W0-CHN (events=2, routed=50%)"
    And stderr says "invalid-json:1"
    And stderr says "line 3: input_tokens is not a count: -5"
    And stderr says "3 bad lines"
    And the refused input lies in quarantine
    When I run `tracker preview --window W0-CHN`
    Then stdout says "errors=0%, malformed-latency=1, unknown-status=1"

  Scenario: who is behind an event stays out of the ledger
    When I run `tracker ingest proxy-telemetry --window W0-CHN --stdin` on the lines
      """
      {"ts":1760889900,"rid":"R1","lane":"alice@corp.example","status":"error","reason":"cannot read /home/alice/secret","session_id":"sess-31337"}
      """
    Then it succeeds and prints "stored proxy telemetry for W0-CHN (events=1, routed=0%)"
    And no file of the data dir says "alice"
    And no file of the data dir says "31337"

  Scenario: a dry run writes nothing
    When I run `tracker ingest proxy-telemetry --window W0-CHN --stdin --dry-run` on the sample events
    Then it succeeds and prints "stored proxy telemetry for W0-CHN (events=8, routed=50%)"
    And stderr says "dry run: nothing was written"
    And "proxy_telemetry.jsonl" has no rows

  Scenario: what is GLM is a setting
    Given the settings
      """
      [telemetry]
      glm_words = ["haiku"]
      glm_model_prefixes = []
      """
    When I run `tracker ingest proxy-telemetry --window W0-CHN --stdin` on the sample events
    Then it succeeds and prints "stored proxy telemetry for W0-CHN (events=8, routed=50%)"
    When I run `tracker preview`
    Then stdout says "W0-CHN lane=baseline: routed=100%"

  Scenario: totals of the earlier tool are shown, and lines that it kept are counted
    Given an earlier tool's telemetry row of window W0-OLD with the sample events
    When I run `tracker preview`
    Then stdout says "  - routed=50% (events=8), latency=320 ms p50 / 537 ms p95, errors=12.5%"
    When I run `tracker ingest proxy-telemetry --window W0-OLD --stdin` on the sample events
    Then it succeeds and prints "stored proxy telemetry for W0-OLD (events=8, routed=50%)"
    And stderr says "8 events had been stored before and count once"

  Scenario: the line that a session types
    Given the sample events lie in "logs/usage.jsonl"
    When I type `tail -n +1 logs/usage.jsonl | tracker --data-dir data/week0/live ingest proxy-telemetry --window W0-CHN --stdin` in a shell
    Then it succeeds and prints "stored proxy telemetry for W0-CHN (events=8, routed=50%)"
    When I type `tail -n +1 logs/usage.jsonl | tracker --data-dir data/week0/live ingest proxy-telemetry --window W0-CHN --stdin` in a shell
    Then it succeeds and prints "stored proxy telemetry for W0-CHN (events=8, routed=50%)"
    And "proxy_telemetry.jsonl" has 1 row
