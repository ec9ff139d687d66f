# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Files of alarms: whatever is written is read as it was, and mistakes are found at their line."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nephoscope.model.alarm_file import located, read, render
from nephoscope.model.errors import BadRequest, Forbidden

FILE = """\
version: 1
alarms:
  - name: cpu is busy
    type: series
    rule:
      metric: cpu.util
      threshold: 80
    labels: {team: web}
  - {name: disk, type: sql, rule: {sql: "SELECT 1"}}
"""
# What the index keeps: no NUL, no unpaired surrogates.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
NAMES = TEXT.filter(lambda text: bool(text.strip()))


@settings(max_examples=300)
@given(
    st.lists(st.tuples(NAMES, st.dictionaries(TEXT, VALUES, max_size=4)), max_size=4, unique_by=lambda pair: pair[0])
)
def test_what_is_written_is_read_as_it_was(alarms: list[tuple[str, dict[str, Any]]]) -> None:
    bodies = [{"name": name, "project_id": "p", "type": "series", "rule": rule} for name, rule in alarms]
    written = render(bodies)
    assert bodies == read(written, "a.yaml").bodies
    assert written == render(read(written, "a.yaml").bodies)


def test_a_file_reads_well() -> None:
    sql = "SELECT name\nFROM metrics"
    assert (
        "version: 1\nalarms:\n  - name: 'on'\n    type: sql\n    rule:\n      sql: |-\n        SELECT name\n"
        "        FROM metrics\n      every_s: 60\n"
    ) == render([{"name": "on", "type": "sql", "rule": {"sql": sql, "every_s": 60}}])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "a.yaml:1: the file: expected a map with the keys version, alarms, there is nothing"),
        ("alarms: []", "a.yaml:1: version: expected the form of the file, 1, there is no such key, only alarms"),
        ("version: 2\nalarms: []", "a.yaml:1: version: expected 1, the form of file that this program knows"),
        ("version: 1\nalarms: {}", "a.yaml:2: alarms: expected a list of alarms, there is an empty map"),
        (FILE.replace("cpu is busy", "12"), "a.yaml:3: alarms[0].name: expected a name, there is 12; put quotes"),
        (FILE.replace("labels", "lables"), "a.yaml:8: alarms[0].lables: expected one of the keys name, project_id"),
        (FILE.replace("disk", "cpu is busy"), "a.yaml:9: alarms[1].name: expected another name than that"),
        (FILE.replace("type: sql, ", ""), "a.yaml:9: alarms[1].type: expected a type of rule"),
        (FILE.replace('{sql: "SELECT 1"}', "7"), "a.yaml:9: alarms[1].rule: expected a map with the keys metric"),
        (FILE.replace("web}", "web"), "a.yaml:9: not YAML"),
    ],
)
def test_a_mistake_is_found_at_its_line(text: str, expected: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read(text, "a.yaml")
    assert caught.value.message.startswith(expected)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (["alarms", "0", "rule", "threshold"], "a.yaml:7: alarms[0].rule.threshold: bad"),
        (["alarms", "0", "labels", "team"], "a.yaml:8: alarms[0].labels.team: bad"),
        (["alarms", "0", "rule", "compare", "type"], "a.yaml:5: alarms[0].rule.compare.type: bad"),
        (["alarms", "1"], "a.yaml:9: alarms[1]: bad"),
        (["alarms", "2"], "bad"),
        ("alarms", "bad"),
        (None, "bad"),
    ],
)
def test_what_a_server_says_is_led_back_to_its_line(path: Any, expected: str) -> None:
    alarms = read(FILE, "a.yaml").alarms
    assert expected == located(Forbidden("bad", detail=path), alarms).message
