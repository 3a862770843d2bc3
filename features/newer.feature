Feature: An older release meets a ledger of a newer one
  A data dir is shared between machines, and not all of them are updated on the same day. The older release reads what
  it knows, names what it does not, and writes nothing: no old row follows a new one.

  Background:
    Given the data dir of a newer release
    And the time is 2031-01-02T10:00:00Z

  Scenario: what is known is read, what is not is named
    When I run `tracker preview`
    Then it succeeds and prints "W0-01"
    And stderr says "windows.jsonl:2 (seq 2): the row is skipped: schema_version 999 is newer than 1: read it with a newer release"
    And the old bytes of every ledger are untouched

  Scenario: the ledgers are sound, and verify says who wrote them
    When I run `tracker verify`
    Then it succeeds and prints "written by a newer release (schema_version 999); this one only reads"

  Scenario: nothing is appended, to no ledger of the folder
    When I run `tracker alias start codex --window W0-09` on a codex pane with 5h 20% and weekly 24%
    Then it is refused with exit code 3
    And stderr says "was written by a newer release (schema_version 999; this one knows 1): it is only read"
    And stderr says "hint:"
    When I run `tracker evidence add --window W0-01 --capability C --runner cargo --result pass`
    Then it is refused with exit code 3
    And the old bytes of every ledger are untouched
    And "evidence.jsonl" has no rows

  Scenario: a torn tail of the newer release is left to it
    Given a torn row at the end of "windows.jsonl"
    When I run `tracker complete --window W0-01 --codex-features 2`
    Then it is refused with exit code 3
    And the old bytes of every ledger are untouched
    And the file "data/week0/live/windows.jsonl" holds "\"provider\":\"co"
