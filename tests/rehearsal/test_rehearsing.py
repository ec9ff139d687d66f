# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Tests of alarms as they are played: every kind of alarm, what fails and how that is told."""

from pathlib import Path

import pytest

from nephoscope.model.errors import BadRequest
from nephoscope.rehearsal import Outcome, read, rehearse

ALARMS = """\
alarms:
  - name: one
    type: gnocchi_resources_threshold
    rule:
      {metric: cpu, resource_id: vm-1, resource_type: host, threshold: 80, aggregation_method: mean,
       comparison_operator: gt}
  - name: each
    type: series
    rule: {metric: cpu, resource_type: host, across: mean, group_by: [rack], threshold: 80}
    behaviour: {pending_s: 120, keep_firing_s: 60}
  - name: five
    type: series
    rule: {metric: cpu, resource_type: host, across: max, threshold: 50, granularity: 300}
  - name: asked
    type: prometheus
    rule: {query: max(up), threshold: 1, comparison_operator: lt}
  - name: both
    type: composite
    rule:
      and:
        - {type: prometheus, query: max(up), threshold: 1, comparison_operator: lt}
        - {type: series, metric: cpu, resource_type: host, threshold: 80}
  - name: happens
    type: event
    rule: {event_type: "compute.*"}
    project_id: blue
  - name: nights
    type: prometheus
    rule: {query: max(up), threshold: 1, comparison_operator: lt}
    time_constraints: [{name: n, start: "0 1 * * *", duration: 3600}]
tests:
  - name: all kinds
    input:
      - {resource: vm-1, type: host, attributes: {rack: a}, metric: cpu, values: "10 90x9 20x9"}
      - {resource: vm-2, type: host, attributes: {rack: b}, metric: cpu, values: "10x19"}
      - {query: max(up), values: "1x3 0x15"}
    events:
      - {at: 90s, event_type: compute.created, project: red}
      - {at: 150s, event_type: compute.created, project: blue}
    expect:
EXPECTED
"""
HOLDS = """\
      - {at: 0, alarm: one, state: ok}
      - {at: 1m, alarm: one, state: alarm, reason: "most recent: 90"}
      # Series look at buckets that are closed: that of the first minute is, at the second.
      - {at: 2m, alarm: each, state: ok}
      - {at: 3m, alarm: each, state: ok, labels: {rack: a}, reason: Beyond the threshold since}
      - {at: 239s, alarm: each, state: ok}
      - {at: 4m, alarm: each, state: alarm}
      - {at: 4m, alarm: each, state: alarm, labels: {rack: a}}
      - {at: 4m, alarm: each, state: ok, labels: {rack: b}}
      - {at: 12m, alarm: each, state: alarm}
      - {at: 13m, alarm: each, state: ok}
      - {at: 4m, alarm: five, state: insufficient data}
      - {at: 5m, alarm: five, state: alarm}
      - {at: 15m, alarm: five, state: ok}
      - {at: 3m, alarm: asked, state: ok}
      - {at: 4m, alarm: asked, state: alarm}
      - {at: 3m, alarm: both, state: ok}
      - {at: 4m, alarm: both, state: alarm}
      - {at: 2m, alarm: happens, state: insufficient data}
      - {at: 150s, alarm: happens, state: alarm, reason: hits the query}
      - {at: 15m, alarm: nights, state: insufficient data}
"""


def played(folder: Path, dsn: str, text: str) -> list[Outcome]:
    path = folder / "t.yaml"
    path.write_text(text)
    return list(rehearse(read(path), dsn, folder))


def outcome(folder: Path, dsn: str, expected: str) -> Outcome:
    (found,) = played(folder, dsn, ALARMS.replace("EXPECTED\n", expected))
    return found


def test_alarms_of_every_kind_are_decided_as_on_a_server(tmp_path: Path, embedded_dsn: str) -> None:
    found = outcome(tmp_path, embedded_dsn, HOLDS)
    assert [] == found.failures
    assert ("all kinds", HOLDS.count("at:"), []) == (found.name, found.expected, found.happened)
    # Nothing is left behind.
    assert ["t.yaml"] == [each.name for each in tmp_path.iterdir()]


def test_what_does_not_hold_is_told_with_what_there_was_instead(tmp_path: Path, embedded_dsn: str) -> None:
    wrong = """\
      - {at: 4m, alarm: each, state: ok}
      - {at: 4m, alarm: each, state: ok, labels: {rack: a}}
      - {at: 4m, alarm: each, state: ok, labels: {rack: c}}
      - {at: 4m, alarm: one, state: alarm}
      - {at: 4m, alarm: one, reason: nonsense}
      - {at: 4m, alarm: asked, state: alarm, labels: {rack: a}}
"""
    found = outcome(tmp_path, embedded_dsn, wrong)
    line = ALARMS[: ALARMS.index("EXPECTED")].count("\n") + 1
    assert [
        (f"{tmp_path}/t.yaml:{line}", "4m", "each", "ok"),
        (f"{tmp_path}/t.yaml:{line + 1}", "4m", "each", "rack=a: ok"),
        (f"{tmp_path}/t.yaml:{line + 2}", "4m", "each", "rack=c: ok"),
        (f"{tmp_path}/t.yaml:{line + 4}", "4m", "one", "a reason that holds 'nonsense'"),
        (f"{tmp_path}/t.yaml:{line + 5}", "4m", "asked", "rack=a: alarm"),
    ] == [(each.place, each.at, each.alarm, each.expected) for each in found.failures]
    instead = [each.found for each in found.failures]
    assert instead[0].startswith("alarm (Transition to alarm: 1 of 2 instances")
    assert instead[1].startswith("rack=a: alarm (")
    assert ["no such instance, only rack=a; rack=b", "no instance at all"] == [instead[2], instead[4]]
    moved = [(each.at_s, each.alarm, each.state) for each in found.happened]
    assert {(0, "one", "ok"), (60, "one", "alarm"), (60, "each", "ok"), (240, "each", "alarm")} <= set(moved)


GAPS = """\
alarms:
  - name: silent
    type: gnocchi_resources_threshold
    rule:
      {metric: cpu, resource_id: vm, resource_type: generic, threshold: 80, aggregation_method: mean,
       comparison_operator: gt}
    behaviour: {no_data: alarm}
  - name: many
    type: series
    rule: {metric: fast, threshold: 4, aggregation_method: max}
tests:
  - name: gaps
    start: 2026-03-01T00:00:00Z
    input:
      - {resource: vm, metric: cpu, values: "1 _x9"}
    expect:
      - {at: 0, alarm: silent, state: ok}
      - {at: 9m, alarm: silent, state: alarm}
  - name: several measures in a bucket
    interval: 10s
    decide_from: 1m
    input:
      - {resource: vm, metric: fast, values: "0x10 5 0x30"}
    expect:
      - {at: 1m, alarm: many, state: ok}
      - {at: 2m, alarm: many, state: alarm}
      - {at: 3m, alarm: many, state: ok}
"""


def test_gaps_and_finer_measures_are_seen_as_they_are(tmp_path: Path, embedded_dsn: str) -> None:
    assert [("gaps", []), ("several measures in a bucket", [])] == [
        (each.name, each.failures) for each in played(tmp_path, embedded_dsn, GAPS)
    ]


RECENT = """\
alarms:
  - name: busy and deployed
    type: composite
    rule:
      and:
        - {type: prometheus, query: load, threshold: 80, comparison_operator: gt}
        - {type: event, event_type: "deploy.*", query: [{field: traits.state, value: failed}], within_s: 40}
    project_id: blue
tests:
  - name: events that count for a while
    input:
      - {query: load, values: "90x9"}
    events:
      - {at: 30s, event_type: deploy.end, project: red, traits: {state: failed}}
      - {at: 31s, event_type: deploy.end, project: blue, traits: {state: done}}
      - {at: 100s, event_type: deploy.end, project: blue, traits: {state: failed}}
    expect:
      - {at: 1m, alarm: busy and deployed, state: ok, reason: "rule2: no events of type deploy.*"}
      - {at: 2m, alarm: busy and deployed, state: alarm, reason: "the newest event-3"}
      - {at: 139s, alarm: busy and deployed, state: alarm}
      - {at: 140s, alarm: busy and deployed, state: ok}
"""


def test_events_in_composite_rules_count_for_a_while(tmp_path: Path, embedded_dsn: str) -> None:
    (found,) = played(tmp_path, embedded_dsn, RECENT)
    assert (4, []) == (found.expected, found.failures)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("comparison_operator: gt", "comparison_operator: over", ":4: alarms[0].rule"),
        ("no_data: alarm", "no_data: maybe", ":7: alarms[0].behaviour.no_data: Invalid enum value 'maybe'"),
        ("aggregation_method: max", "aggregation_method: most", ":10: alarms[1].rule.aggregation_method: "),
        ("alarm: silent", "alarm: loud", ":17: tests[0].expect[0]: expected an alarm that is there: silent, many"),
        ("at: 9m", "at: 90d", ":12: tests[0]: expected at most 20000 decisions; say decide_from, there is"),
    ],
)
def test_what_cannot_be_played_is_refused_at_its_line(
    tmp_path: Path, embedded_dsn: str, old: str, new: str, expected: str
) -> None:
    assert old in GAPS
    with pytest.raises(BadRequest) as caught:
        played(tmp_path, embedded_dsn, GAPS.replace(old, new, 1))
    assert caught.value.message.removeprefix(f"{tmp_path}/t.yaml").startswith(expected), caught.value.message
