# SPDX-License-Identifier: Apache-2.0
"""
What a file of tests says: alarms, what is measured and happens, and what is expected of the alarms when.

    alarm_files: [alarms.yaml]
    tests:
      - name: a busy host fires
        input:
          - {resource: vm-1, metric: cpu.util, values: "10 90x9"}
        expect:
          - {at: 1m, alarm: cpu is busy, state: ok}
          - {at: 2m, alarm: cpu is busy, state: alarm, reason: Transition to alarm}
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nephoscope.model import text_file, timestamp
from nephoscope.model.alarm import STATES
from nephoscope.model.alarm_file import alarms_of
from nephoscope.model.alarm_file import read as read_alarms
from nephoscope.model.errors import BadRequest
from nephoscope.model.event import Trait
from nephoscope.model.kept_event import KeptEvent
from nephoscope.model.promql import span_s
from nephoscope.model.resource_type import GENERIC
from nephoscope.model.timespan import SECOND_NS
from nephoscope.model.yaml_checks import given, given_list, given_text, strict_map_of
from nephoscope.model.yaml_tree import Part, list_of, map_of, read_tree, required, text_of
from nephoscope.rehearsal.values import Values, parse

# A Monday, 2026-01-05T00:00:00Z.
START_NS = 1_767_571_200 * SECOND_NS
STEP_S = 60.0
TEST_KEYS = ("name", "start", "interval", "decide_from", "input", "events", "expect")
SERIES_KEYS = ("resource", "type", "project", "attributes", "metric", "granularity", "values")
QUERY_KEYS = ("query", "granularity", "values")
EVENT_KEYS = ("at", "event_type", "project", "traits")
EXPECT_KEYS = ("at", "alarm", "project", "state", "labels", "reason")


@dataclass(frozen=True)
class MeasuredSeries:
    """What is measured of a resource: a value each `step_ns`, the first at the test's start."""

    part: Part
    resource: str
    type: str
    project: str | None
    attributes: Mapping[str, str]
    metric: str
    step_ns: int
    values: Values


@dataclass(frozen=True)
class QueriedSeries:
    """What a Prometheus answers to a query: a series with a value each `step_ns`."""

    query: str
    step_ns: int
    values: Values


@dataclass(frozen=True)
class Expectation:
    """
    What an alarm is to be, `at_ns` after the start, or those of its instances that have all of `labels`.

    State and reason are not looked at where they are None; a reason holds what is expected of it.
    """

    part: Part
    at: str
    at_ns: int
    alarm: str
    project: str | None
    state: str | None
    labels: Mapping[str, str] | None
    reason: str | None


@dataclass(frozen=True)
class Scene:
    """One test: what is there, and what is expected; alarms are decided from `decide_from_ns` after the start on."""

    part: Part
    name: str
    start_ns: int
    decide_from_ns: int
    measured: Sequence[MeasuredSeries]
    queried: Sequence[QueriedSeries]
    events: Sequence[KeptEvent]
    expected: Sequence[Expectation]


@dataclass(frozen=True)
class Script:
    """A file of tests, and the alarms that all of them are about."""

    file: str
    alarms: Sequence[Part]
    scenes: Sequence[Scene]


def read(path: Path) -> Script:
    """A file of tests and the files of alarms that it names, beside it. BadRequest with file, line and key."""
    root = read_tree(text_file.read(path), str(path))
    keys = strict_map_of(root, ("alarms", "alarm_files", "tests"))
    alarms = list(_alarms(keys, path.parent))
    if not alarms:
        raise root.wrong("alarms, or alarm_files that name some", "neither")
    _refuse_same_names(alarms)
    tests = list_of(required(root, keys, "tests", "a list of tests"), "a list of tests")
    return Script(str(path), alarms, [_scene(each) for each in tests])


def _alarms(keys: Mapping[str, Part], folder: Path) -> Iterator[Part]:
    if (own := given(keys, "alarms")) is not None:
        yield from alarms_of(own)
    for each in given_list(keys, "alarm_files", "a list of files of alarms"):
        path = folder / text_of(each, "the name of a file of alarms")
        yield from read_alarms(text_file.read(path), str(path)).alarms


def _refuse_same_names(alarms: Sequence[Part]) -> None:
    seen: dict[tuple[object, object], Part] = {}
    for each in alarms:
        keys = map_of(each, ())
        project = given(keys, "project_id")
        key = (keys["name"].value, None if project is None else project.value)
        if key in seen:
            other = seen[key]
            raise keys["name"].wrong(f"another name than that of the alarm in {other.file}:{other.line}")
        seen[key] = each


def _scene(part: Part) -> Scene:
    keys = strict_map_of(part, TEST_KEYS)
    start_ns = _start_ns(given(keys, "start"))
    step_ns = _span_ns(given(keys, "interval"), STEP_S)
    inputs = [_input(each, step_ns) for each in given_list(keys, "input", "a list of series")]
    measured = [each for each in inputs if isinstance(each, MeasuredSeries)]
    seen: dict[tuple[str, str], int] = {}
    for each in measured:
        first = seen.setdefault((each.resource, each.metric), each.part.line)
        if first != each.part.line:
            raise each.part.wrong("each metric of a resource once", f"that of line {first} once more")
    from_ns = _span_ns(given(keys, "decide_from"), 0)
    expected = [_expectation(each) for each in given_list(keys, "expect", "a list of what is expected when")]
    for each_expected in expected:
        if each_expected.at_ns < from_ns:
            raise each_expected.part.wrong("a time from decide_from on", each_expected.at)
    events = [
        _event(each, number, start_ns) for number, each in enumerate(given_list(keys, "events", "a list of events"))
    ]
    return Scene(
        part,
        given_text(keys, "name", "a name") or part.path,
        start_ns,
        from_ns,
        measured,
        [each for each in inputs if isinstance(each, QueriedSeries)],
        sorted(events, key=lambda each: each.time_ns),
        sorted(expected, key=lambda each: each.at_ns),
    )


def _input(part: Part, step_ns: int) -> MeasuredSeries | QueriedSeries:
    if "query" in map_of(part, SERIES_KEYS):
        keys = strict_map_of(part, QUERY_KEYS)
        own_ns = _span_ns(given(keys, "granularity"), step_ns / SECOND_NS)
        return QueriedSeries(text_of(keys["query"], "a query"), own_ns, _values(part, keys))
    keys = strict_map_of(part, SERIES_KEYS)
    resource = text_of(required(part, keys, "resource", "a resource's id"), "a resource's id")
    attributes = _texts(given(keys, "attributes"))
    kind = given_text(keys, "type", "a type of resources") or GENERIC
    if attributes and kind == GENERIC:
        raise keys["attributes"].wrong("a type beside attributes: generic resources have none", "no type")
    return MeasuredSeries(
        part,
        resource,
        kind,
        given_text(keys, "project", "a project"),
        attributes,
        text_of(required(part, keys, "metric", "a metric"), "a metric"),
        _span_ns(given(keys, "granularity"), step_ns / SECOND_NS),
        _values(part, keys),
    )


def _values(part: Part, keys: dict[str, Part]) -> Values:
    written = required(part, keys, "values", "values such as 1+2x5 _ 3")
    if isinstance(written.value, (int, float)) and not isinstance(written.value, bool):
        return [float(written.value)]
    try:
        return parse(text_of(written, "values such as 1+2x5 _ 3"))
    except BadRequest as error:
        if error.message.startswith(written.file):
            raise
        raise BadRequest(f"{written.file}:{written.line}: {written.path}: {error.message}") from None


def _event(part: Part, number: int, start_ns: int) -> KeptEvent:
    keys = strict_map_of(part, EVENT_KEYS)
    at_ns = _span_ns(required(part, keys, "at", "a time since the start, such as 5m"), 0)
    kind = text_of(required(part, keys, "event_type", "a type of event"), "a type of event")
    traits = given(keys, "traits")
    found = () if traits is None else tuple(_trait(name, each) for name, each in map_of(traits, ("name",)).items())
    project = given_text(keys, "project", "a project") or ""
    return KeptEvent(f"event-{number + 1}", kind, start_ns + at_ns, project, "", found)


def _trait(name: str, part: Part) -> Trait:
    match part.value:
        case str(text):
            return Trait(name, "text", text)
        case int(number) if not isinstance(number, bool):
            return Trait(name, "integer", number)
        case float(real):
            return Trait(name, "float", real)
    raise part.wrong("text or a number")


def _expectation(part: Part) -> Expectation:
    keys = strict_map_of(part, EXPECT_KEYS)
    at = required(part, keys, "at", "a time since the start, such as 5m")
    alarm = text_of(required(part, keys, "alarm", "the name of an alarm"), "the name of an alarm")
    state = given_text(keys, "state", "a state")
    if state is not None and state not in STATES:
        raise keys["state"].wrong(f"one of {', '.join(STATES)}")
    labels = given(keys, "labels")
    reason = given_text(keys, "reason", "a part of the reason")
    if state is None and reason is None:
        raise part.wrong("a state, a reason or both", "neither")
    project = given_text(keys, "project", "a project")
    texts = None if labels is None else _texts(labels)
    return Expectation(part, str(at.value), _span_ns(at, 0), alarm, project, state, texts, reason)


def _texts(part: Part | None) -> dict[str, str]:
    if part is None:
        return {}
    return {name: text_of(each, "text") for name, each in map_of(part, ("name",)).items()}


def _span_ns(part: Part | None, default_s: float) -> int:
    if part is None:
        return round(default_s * SECOND_NS)
    if isinstance(part.value, (int, float)) and not isinstance(part.value, bool) and 0 <= part.value < 1e9:
        return round(part.value * SECOND_NS)
    try:
        return round(span_s(str(part.value)) * SECOND_NS)
    except BadRequest:
        raise part.wrong("seconds, or a duration such as 5m or 1h30m") from None


def _start_ns(part: Part | None) -> int:
    if part is None:
        return START_NS
    what = "a time such as 2026-01-05T00:00:00Z"
    try:
        return timestamp.parse_absolute(text_of(part, what))
    except BadRequest:
        raise part.wrong(what) from None
