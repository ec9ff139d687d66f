# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Polling files: what they say, and where errors and warnings say that they are wrong."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.errors import BadRequest
from nephoscope.model.name_filter import NameFilter
from nephoscope.poll.polling import INTERVAL_S_MAX, PollingConfig, SourceConfig, read
from tests.project import PROJECT

EXAMPLE = (PROJECT / "tests" / "data" / "polling-example.yaml").read_text()


def source(text: str) -> str:
    """A file with one source, in line 2."""
    return f"sources:\n- {{{text}}}"


def refusal(text: str) -> str:
    with pytest.raises(BadRequest) as caught:
        read(text)
    return caught.value.message


def test_the_example_is_read_as_it_is() -> None:
    config = read(EXAMPLE)
    assert () == config.warnings
    assert [
        ("instance_counters", 60),
        ("instance_disks", 300),
        ("instance_ports", 300),
        ("inventory", 3600),
        ("storage_pools", 600),
        ("object_store", 1800),
        ("static_nodes", 120),
    ] == [(each.name, each.interval_s) for each in config.sources]
    meters = NameFilter.of(["storage.objects", "storage.objects.size", "storage.objects.containers"])
    stored = SourceConfig("object_store", 1800, meters, ("tenant",), (), False, "polling.yaml:43")
    assert stored == config.sources[5]
    nodes = config.sources[6]
    assert ((), ("ipmi://192.0.2.21", "ipmi://192.0.2.22")) == (nodes.discovery, nodes.resources)
    assert nodes.meters.matches("cpu")
    assert not nodes.meters.matches("hardware.ipmi.fan")


@pytest.mark.parametrize("interval", ["60", "60.0", "'60'", "' 60 '", "0x3c", "1:00"])
def test_an_interval_is_seconds_however_it_is_written(interval: str) -> None:
    assert [60] == [each.interval_s for each in read(source(f"name: a, interval: {interval}, meters: [a]")).sources]


def test_lists_may_be_left_out_or_empty_and_what_stands_there_twice_counts_once() -> None:
    (one,) = read(source("name: a, interval: 1, meters: [a], resources: , discovery: []")).sources
    assert ((), ()) == (one.resources, one.discovery)
    (two,) = read(
        source("name: a, interval: 1, meters: [a], resources: [b, b, c], discovery: ['x://y', 'x://y']")
    ).sources
    assert (("b", "c"), ("x://y",)) == (two.resources, two.discovery)


def test_a_coordination_expression_is_never_evaluated() -> None:
    written = "group_id_coordination_expression: \"__import__('os').abort()\""
    (one,) = read(source(f"name: a, interval: 1, meters: [a], {written}")).sources
    assert one.shared_by_name
    (two,) = read(source("name: a, interval: 1, meters: [a], group_id_coordination_expression: ")).sources
    assert not two.shared_by_name


def test_an_empty_list_of_sources_polls_nothing() -> None:
    assert PollingConfig((), ()) == read("sources: []")


def test_keys_that_are_ignored_give_warnings() -> None:
    text = "sources:\n- name: a\n  interval: 60\n  meters: [a]\n  sinks: [x]\n  intervall: 5\nsinks: []\n"
    keys = "name, interval, meters, resources, discovery, group_id_coordination_expression"
    assert (
        "polling.yaml:7: sinks is ignored: pipeline.yaml says where samples go",
        "polling.yaml:5: sources[0].sinks is ignored: pipeline.yaml says where samples go",
        f"polling.yaml:6: sources[0].intervall is ignored: the keys here are {keys}",
    ) == read(text).warnings


SECONDS = f"a whole number of seconds from 1 to {INTERVAL_S_MAX}"
SOURCE_KEYS = "a map with the keys name, interval, meters, resources, discovery, group_id_coordination_expression"
QUOTES = "put quotes around it to make it text"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("1: the file: expected a map with the keys sources, there is nothing", ""),
        ("1: the file: expected a map with the keys sources, there is an empty list", "[]"),
        ("1: the file: expected a map with the keys sources, there is 'sources'", "sources"),
        ("1: sources: expected a list of sources, there is an empty map", "{}"),
        ("1: sources: expected a list of sources, there is no such key, only source", "source: []"),
        ("1: sources: expected a list of sources, there is nothing", "sources:"),
        ("1: sources: expected a list of sources, there is a map", "sources: {name: a}"),
        (f"1: sources[0]: expected {SOURCE_KEYS}, there is 'cpu'", "sources: [cpu]"),
        (f"2: sources[0]: expected {SOURCE_KEYS}, there is nothing", "sources:\n-"),
        (
            "2: sources[0].name: expected the source's name, there is no such key, only interval, meters",
            source("interval: 60, meters: [a]"),
        ),
        ("2: sources[0].name: expected the source's name, there is ''", source("name: '', interval: 1, meters: [a]")),
        (
            f"2: sources[0].name: expected the source's name, there is 5; {QUOTES}",
            source("name: 5, interval: 1, meters: [a]"),
        ),
        (
            "2: sources[0].interval: expected a whole number of seconds, there is no such key, only name, meters",
            source("name: a, meters: [a]"),
        ),
        *(
            (
                f"2: sources[0].interval: expected {SECONDS}, there is {there}",
                source(f"name: a, meters: [a], interval: {text}"),
            )
            for text, there in [
                ("0", "0"),
                ("-60", "-60"),
                ("60.5", "60.5"),
                ("1 minute", "'1 minute'"),
                ("60s", "'60s'"),
                ("'²'", "'²'"),
                ("yes", "true"),
                ("", "nothing"),
                ("[60]", "a list"),
                (".inf", "inf"),
                (".nan", "nan"),
                ("1e300", "'1e300'"),
                ("1.0e+300", "1e+300"),
                (str(INTERVAL_S_MAX + 1), str(INTERVAL_S_MAX + 1)),
            ]
        ),
        (
            "2: sources[0].meters: expected a list of meters, there is no such key, only interval, name",
            source("interval: 1, name: a"),
        ),
        (
            "2: sources[0].meters: expected a list of meters, there is 'cpu'",
            source("name: a, interval: 1, meters: cpu"),
        ),
        ("2: sources[0].meters: expected a list of meters, there is nothing", source("name: a, interval: 1, meters: ")),
        (
            "2: sources[0].meters: expected at least one name or glob, there is an empty list",
            source("name: a, interval: 1, meters: []"),
        ),
        (
            "4: sources[0].meters[1]: expected a meter's name or glob, there is a map",
            "sources:\n- {name: a, interval: 1, meters: [\n  cpu,\n  {b: c}]}",
        ),
        (
            "2: sources[0].meters: expected '*' alone or with excludes such as '!cpu', there is 'cpu' beside it",
            source("name: a, interval: 1, meters: [cpu, '*']"),
        ),
        (
            "2: sources[0].meters: expected either includes or excludes, or '*' with excludes, "
            "there are both 'cpu' and '!memory'",
            source("name: a, interval: 1, meters: [cpu, '!memory']"),
        ),
        (
            "2: sources[0].resources: expected a list of resources, there is 'ipmi://a'",
            source("name: a, interval: 1, meters: [a], resources: 'ipmi://a'"),
        ),
        (
            "2: sources[0].resources[1]: expected a resource's URL, there is nothing",
            source("name: a, interval: 1, meters: [a], resources: [b, ]").replace("[b, ]", "[b, null]"),
        ),
        (
            "2: sources[0].discovery: expected a list of discoveries, there is a map",
            source("name: a, interval: 1, meters: [a], discovery: {a: b}"),
        ),
        (
            "2: sources[0].discovery[0]: expected a discovery such as 'tenant', there is a map",
            source("name: a, interval: 1, meters: [a], discovery: [{endpoint: volume}]"),
        ),
        (
            "2: sources[0].group_id_coordination_expression: expected the text of an expression, there is a list",
            source("name: a, interval: 1, meters: [a], group_id_coordination_expression: [a]"),
        ),
        (
            "3: sources[1].name: expected a name of its own, there is 'a' as in line 2",
            source("name: a, interval: 1, meters: [a]") + "\n- {name: a, interval: 2, meters: [b]}",
        ),
        ("3: sources[0].name: expected each key once, there is 'name' as in line 2", "sources:\n- name: a\n  name: b"),
        (
            "2: not YAML: found character '\\t' that cannot start any token while scanning for the next token, "
            "in column 1",
            "sources:\n\t- name: a",
        ),
        (
            "1: sources: expected a list, a map, text, a number, true, false or null, there is a value tagged "
            "!!python/name:os.system",
            "sources: !!python/name:os.system",
        ),
    ],
)
def test_files_that_cannot_work_are_refused(message: str, text: str) -> None:
    assert f"polling.yaml:{message}" == refusal(text)


PIECES = [
    "\n",
    "  ",
    "- ",
    "*a",
    "&a ",
    "[",
    "]",
    "{",
    "}",
    "'",
    ":",
    "!",
    "null",
    "5",
    "-1",
    "''",
    "!!int x",
    "\t",
    "?",
]
EDIT = st.tuples(st.integers(0, len(EXAMPLE)), st.integers(0, 12), st.sampled_from(PIECES))
VALUES = list(re.finditer(r"(?<=[:-] )\S.*", EXAMPLE))
OTHERS = ["", "5", "0", "-1", "no", "[]", "{}", "''", "[cpu]", "*a", "'*'", "'!x'", "1e3", ".inf", "!!int x"]


@given(st.lists(EDIT, min_size=1, max_size=4))
def test_near_misses_are_read_or_refused(edits: list[tuple[int, int, str]]) -> None:
    """The example with a few places cut out or overwritten."""
    text = EXAMPLE
    for start, length, piece in edits:
        text = text[:start] + piece + text[start + length :]
    read_or_refused(text)


@given(st.lists(st.tuples(st.sampled_from(VALUES), st.sampled_from(OTHERS)), min_size=1, max_size=3))
def test_other_values_in_their_places_are_read_or_refused(changes: list[tuple[re.Match[str], str]]) -> None:
    """Unlike the near misses above these seldom break the YAML, and so reach the rules behind it."""
    text = EXAMPLE
    for match, value in sorted(changes, key=lambda change: change[0].start(), reverse=True):
        text = text[: match.start()] + value + text[match.end() :]
    read_or_refused(text)


def read_or_refused(text: str) -> None:
    try:
        config = read(text)
    except BadRequest as error:
        refused = error.message
    else:
        assert all(0 < each.interval_s <= INTERVAL_S_MAX and each.name.strip() for each in config.sources)
        assert len(config.sources) == len({each.name for each in config.sources})
        return
    assert re.match(r"polling\.yaml:[1-9][0-9]*: [^\n]+\Z", refused)
