# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Files of tests of alarms: what they say, and where they are wrong."""

from pathlib import Path

import pytest

from nephoscope.model.errors import NephoscopeError
from nephoscope.model.event import Trait
from nephoscope.model.timespan import SECOND_NS
from nephoscope.rehearsal.script import START_NS, read

ALARMS = """\
version: 1
alarms:
  - {name: busy, type: series, rule: {metric: cpu, threshold: 80}}
"""
FILE = """\
alarm_files: [alarms.yaml]
tests:
  - name: a test
    interval: 30s
    input:
      - {resource: vm, metric: cpu, values: 1x2}
      - {resource: vm, type: host, attributes: {rack: r1}, metric: load, granularity: 10, values: 5}
      - {query: max(up), values: 1 0}
    events:
      - {at: 2m, event_type: b}
      - {at: 1m, event_type: a, project: blue, traits: {text: t, count: 1, share: 0.5}}
    expect:
      - {at: 5m, alarm: busy, state: ok}
      - {at: 60, alarm: busy, reason: because, labels: {host: a}}
"""


def written(folder: Path, text: str) -> Path:
    (folder / "alarms.yaml").write_text(ALARMS)
    path = folder / "t.yaml"
    path.write_text(text)
    return path


def test_a_file_is_read(tmp_path: Path) -> None:
    script = read(written(tmp_path, FILE))
    assert ["busy"] == [each.value["name"].value for each in script.alarms]  # type: ignore[index, call-overload, union-attr]
    (scene,) = script.scenes
    cpu, load = scene.measured
    assert ("vm", "generic", None, "cpu", 30 * SECOND_NS, [1, 1, 1]) == (
        cpu.resource,
        cpu.type,
        cpu.project,
        cpu.metric,
        cpu.step_ns,
        cpu.values,
    )
    assert ("host", {"rack": "r1"}, 10 * SECOND_NS, [5]) == (load.type, load.attributes, load.step_ns, load.values)
    assert [("max(up)", [1, 0])] == [(each.query, each.values) for each in scene.queried]
    assert [("a", "blue", 60), ("b", "", 120)] == [
        (each.type, each.project_id, (each.time_ns - START_NS) // SECOND_NS) for each in scene.events
    ]
    assert (
        Trait("text", "text", "t"),
        Trait("count", "integer", 1),
        Trait("share", "float", 0.5),
    ) == scene.events[0].traits
    assert [(60, None, {"host": "a"}, "because"), (300, "ok", None, None)] == [
        (each.at_ns // SECOND_NS, each.state, each.labels, each.reason) for each in scene.expected
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("alarm_files: [alarms.yaml]\n", "", "t.yaml:1: the file: expected alarms, or alarm_files that name some"),
        ("alarm_files: [alarms.yaml]", "alarm_files: [no.yaml]", "no.yaml cannot be read"),
        ("tests:", "checks:", "t.yaml:2: checks: expected one of the keys alarms, alarm_files, tests"),
        ("interval: 30s", "interval: fast", "t.yaml:4: tests[0].interval: expected seconds, or a duration"),
        ("interval: 30s", "start: noon", "t.yaml:4: tests[0].start: expected a time such as 2026-01-05T00:00:00Z"),
        ("interval: 30s", "decide_from: 2m", "t.yaml:14: tests[0].expect[1]: expected a time from decide_from on"),
        ("metric: cpu, ", "", "t.yaml:6: tests[0].input[0].metric: expected a metric"),
        ("values: 1x2", "values: 1y2", "t.yaml:6: tests[0].input[0].values: expected values such as 1 2.5, 1+2x5"),
        ("metric: load", "metric: cpu", "t.yaml:7: tests[0].input[1]: expected each metric of a resource once"),
        ("type: host, ", "", "t.yaml:7: tests[0].input[1].attributes: expected a type beside attributes"),
        ("query: max(up)", "query: max(up), metric: x", "t.yaml:8: tests[0].input[2].metric: expected one of the keys"),
        ("text: t", "text: [t]", "t.yaml:11: tests[0].events[1].traits.text: expected text or a number"),
        ("state: ok", "state: fine", "t.yaml:13: tests[0].expect[0].state: expected one of ok, "),
        (", state: ok", "", "t.yaml:13: tests[0].expect[0]: expected a state, a reason or both, there is neither"),
        (
            "alarm_files: [alarms.yaml]",
            "alarm_files: [alarms.yaml, alarms.yaml]",
            "alarms.yaml:3: alarms[0].name: expected another name than that of the alarm in ",
        ),
    ],
)
def test_mistakes_are_found_at_their_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in FILE
    with pytest.raises(NephoscopeError) as caught:
        read(written(tmp_path, FILE.replace(old, new, 1)))
    assert caught.value.message.removeprefix(f"{tmp_path}/").startswith(expected)
