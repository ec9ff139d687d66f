# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Pipeline files: what they say, and where errors and warnings say that they are wrong."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.errors import BadRequest
from nephoscope.model.name_filter import NameFilter
from nephoscope.model.yaml_tree import BYTES_MAX, NODES_MAX
from nephoscope.pipeline.config import (
    TRANSFORMER_NAMES,
    PipelineConfig,
    SinkConfig,
    SourceConfig,
    TransformerConfig,
    read,
)
from tests.project import PROJECT

EXAMPLE = (PROJECT / "tests" / "data" / "pipeline-example.yaml").read_text()
STORE = "gnocchi://?archive_policy=ceilometer&filter_project=service"
# A good source in line 1 and a good sink in line 2, for the other half to be wrong.
SOURCES = "sources: [{name: all, meters: ['*'], sinks: [store]}]\n"
SINKS = "sinks: [{name: store, publishers: ['gnocchi://']}]\n"


def sources(text: str) -> str:
    """A file whose sources are wrong, from line 2 on."""
    return f"{SINKS}sources:\n{text}"


def sinks(text: str) -> str:
    """A file whose sinks are wrong, from line 3 on."""
    return f"{SOURCES}sinks:\n{text}"


def chain(text: str) -> str:
    """A file whose one sink, in line 3, has this chain, from line 5 on."""
    return sinks(f"- name: store\n  publishers: [x]\n  transformers: {text}")


def refusal(text: str) -> str:
    with pytest.raises(BadRequest) as caught:
        read(text)
    return caught.value.message


def test_the_example_is_read_as_it_is() -> None:
    config = read(EXAMPLE)
    assert () == config.warnings
    assert ["everything", "cpu", "disks", "ports", "memory", "image_traffic"] == [each.name for each in config.sources]
    assert SourceConfig("cpu", NameFilter.of(["cpu"]), ("cpu_util", "cpu_growth")) == config.sources[1]
    assert [config.sinks[1], config.sinks[2]] == list(config.sinks_of(config.sources[1]))
    assert SinkConfig("store", (), (STORE,)) == config.sinks[0]
    scale = "100.0 / (10**9 * (resource_metadata.cpu_number or 1))"
    target = {"name": "cpu_util", "unit": "%", "type": "gauge", "max": 100, "scale": scale}
    rate = TransformerConfig("rate_of_change", {"target": target}, "pipeline.yaml:48")
    assert SinkConfig("cpu_util", (rate,), (STORE,)) == config.sinks[1]
    delta = TransformerConfig("delta", {"target": {"name": "cpu.delta"}, "growth_only": True}, "pipeline.yaml:60")
    assert (delta,) == config.sinks[2].transformers
    assert ["unit_conversion", "aggregator"] == [step.name for step in config.sinks[6].transformers]
    log = "file:///var/log/telemetry/image-traffic.log?max_bytes=10000000&backup_count=5&json"
    assert (STORE, log) == config.sinks[6].publishers


def test_the_smallest_file_has_two_empty_lists() -> None:
    assert PipelineConfig((), (), ()) == read("sources: []\nsinks: []\n")


@pytest.mark.parametrize("transformers", ["", "transformers:", "transformers: null", "transformers: []"])
def test_a_sink_needs_no_transformers(transformers: str) -> None:
    config = read(sinks(f"- name: store\n  publishers: [test://]\n  {transformers}\n"))
    assert (SinkConfig("store", (), ("test://",)),) == config.sinks


@pytest.mark.parametrize("name", TRANSFORMER_NAMES)
@pytest.mark.parametrize("parameters", ["", "parameters:", "parameters: {}"])
def test_every_transformer_may_go_without_parameters(name: str, parameters: str) -> None:
    config = read(chain(f"\n  - name: {name}\n    {parameters}\n"), "here.yaml")
    assert (TransformerConfig(name, {}, "here.yaml:6"),) == config.sinks[0].transformers


def test_parameters_are_plain_values() -> None:
    written = "{a: 1, b: [1.5, 'x', null, yes], c: {d: 2018-01-01, e: 1e3}, f: =, g: '5', h: !!str 5, 'i j': <<}"
    expected = {
        "a": 1,
        "b": [1.5, "x", None, True],
        "c": {"d": "2018-01-01", "e": "1e3"},
        "f": "=",
        "g": "5",
        "h": "5",
        "i j": "<<",
    }
    config = read(chain(f"[{{name: delta, parameters: {written}}}]"))
    assert expected == config.sinks[0].transformers[0].parameters


@pytest.mark.parametrize(
    ("expected", "written"),
    [
        ("gnocchi://", "gnocchi"),
        ("gnocchi://", "gnocchi://"),
        ("notifier://", "notifier"),
        ("udp://10.0.0.2:4952", "udp://10.0.0.2:4952"),
        ("file:/x://", "file:/x"),
    ],
)
def test_a_publisher_without_a_scheme_gets_its_end(expected: str, written: str) -> None:
    assert (expected,) == read(sinks(f"- {{name: store, publishers: ['{written}']}}")).sinks[0].publishers


def test_anchors_aliases_and_merges_are_followed() -> None:
    text = """
        sources:
        - &all {name: a, meters: ['*'], sinks: &both [x, y]}
        - {<<: *all, name: b}
        sinks:
        - &x {name: x, publishers: [test], transformers: [{name: delta}]}
        - {<<: [{name: y}, *x], transformers: }
    """
    config = read(text)
    assert [("a", ("x", "y")), ("b", ("x", "y"))] == [(each.name, each.sinks) for each in config.sources]
    delta = TransformerConfig("delta", {}, "pipeline.yaml:6")
    assert (SinkConfig("x", (delta,), ("test://",)), SinkConfig("y", (), ("test://",))) == config.sinks


@pytest.mark.parametrize(
    ("warnings", "text"),
    [
        (["1: polling is ignored: the keys here are sources, sinks"], f"polling: 5\n{SOURCES}{SINKS}"),
        (
            [
                "4: sources[0].interval is ignored: polling.yaml says how often to poll",
                "5: sources[0].resources is ignored: polling.yaml says what to poll",
                "6: sources[0].discovery is ignored: polling.yaml says what to poll",
                "8: sources[0].counters is ignored: 'meters' lists the names",
                "9: sources[0].filters is ignored: the keys here are name, meters, sinks",
            ],
            sources(
                "- name: old\n  interval: 600\n  resources: []\n  discovery:\n  - local_instances\n"
                "  counters: [cpu]\n  filters: 1\n  meters: [cpu]\n  sinks: [store]"
            ),
        ),
        (
            ["3: sinks[0].'rate limit' is ignored: the keys here are name, publishers, transformers"],
            sinks("- {rate limit: 1, name: store, publishers: [x]}"),
        ),
        (
            ["3: sinks[0].interval is ignored: the keys here are name, publishers, transformers"],
            sinks("- {interval: 1, name: store, publishers: [x]}"),
        ),
        (
            ["7: sinks[0].transformers[0].params is ignored: the keys here are name, parameters"],
            chain("\n  - name: delta\n    params: {}"),
        ),
    ],
)
def test_keys_that_say_nothing_any_more_are_warned_of(warnings: list[str], text: str) -> None:
    assert [f"pipeline.yaml:{warning}" for warning in warnings] == list(read(text).warnings)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("1: the file: expected a map with the keys sources, sinks, there is nothing", ""),
        ("1: the file: expected a map with the keys sources, sinks, there is nothing", "# later\n"),
        ("2: the file: expected a map with the keys sources, sinks, there is a list", "\n- sources"),
        ("1: the file: expected a map with the keys sources, sinks, there is 'sources'", "sources"),
        ("1: sources: expected a list of sources, there is an empty map", "{}"),
        ("1: sources: expected a list of sources, there is no such key, only sinks", SINKS),
        ("1: sinks: expected a list of sinks, there is no such key, only sources", SOURCES),
        ("1: sources: expected a list of sources, there is nothing", f"sources:\n{SINKS}"),
        ("2: sinks: expected a list of sinks, there is a map", f"{SOURCES}sinks: {{name: store}}"),
    ],
)
def test_a_file_has_sources_and_sinks(message: str, text: str) -> None:
    assert f"pipeline.yaml:{message}" == refusal(text)


SOURCE_KEYS = "expected a map with the keys name, meters, sinks"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (f"3: sources[0]: {SOURCE_KEYS}, there is 'cpu'", "- cpu"),
        (f"3: sources[0]: {SOURCE_KEYS}, there is nothing", "-"),
        (
            "3: sources[0].name: expected the source's name, there is no such key, only meters, sinks",
            "- meters: ['*']\n  sinks: [store]",
        ),
        ("3: sources[0].name: expected the source's name, there is ' '", "- {name: ' ', meters: [a], sinks: [store]}"),
        (
            "3: sources[0].name: expected the source's name, there is false; put quotes around it to make it text",
            "- {name: no, meters: [a], sinks: [store]}",
        ),
        ("3: sources[0].meters: expected a list of meters, there is no such key, only name", "- name: a"),
        ("3: sources[0].meters: expected a list of meters, there is 'cpu'", "- {name: a, meters: cpu, sinks: [store]}"),
        (
            "5: sources[0].meters[1]: expected a meter's name or glob, there is a map",
            "- name: a\n  meters: [a,\n   {b: c}]\n  sinks: [store]",
        ),
        (
            "3: sources[0].meters: expected at least one name or glob, there is an empty list",
            "- {name: a, meters: [], sinks: [store]}",
        ),
        (
            "4: sources[0].meters: expected '*' alone or with excludes such as '!cpu', there is 'cpu' beside it",
            "- name: a\n  meters:\n  - cpu\n  - '*'\n  sinks: [store]",
        ),
        (
            "3: sources[0].meters: expected either includes or excludes, or '*' with excludes, "
            "there are both 'cpu' and '!memory'",
            "- {name: a, meters: [cpu, '!memory'], sinks: [store]}",
        ),
        (
            "3: sources[0].sinks: expected a list of sink names, there is 'store'",
            "- {name: a, meters: [a], sinks: store}",
        ),
        (
            "3: sources[0].sinks: expected the name of at least one sink, there is an empty list",
            "- {name: a, meters: [a], sinks: []}",
        ),
        (
            "6: sources[0].sinks[1]: expected the name of a sink (store), there is 'stroe'",
            "- name: a\n  meters: [a]\n  sinks: [store,\n   stroe]",
        ),
        (
            "3: sources[0].sinks[0]: expected a sink's name, there is 12; put quotes around it to make it text",
            "- {name: a, meters: [a], sinks: [12]}",
        ),
        (
            "4: sources[1].name: expected a name of its own, there is 'a' as in line 3",
            "- {name: a, meters: [a], sinks: [store]}\n- {name: a, meters: [b], sinks: [store]}",
        ),
        (
            "4: sources[0].sinks[1]: expected each pair of source and sink once, "
            "there is 'a:store' as in sources[0].sinks[0], line 3",
            "- {name: a, meters: [a], sinks: [store,\n store]}",
        ),
    ],
)
def test_sources_that_cannot_work_are_refused(message: str, text: str) -> None:
    assert f"pipeline.yaml:{message}" == refusal(sources(text))


def test_pairs_that_are_spelled_alike_are_the_same_pair() -> None:
    feeding = "sources: [{name: 'a:b', meters: [x], sinks: [c]}, {name: a, meters: [x], sinks: ['b:c']}]\n"
    fed = "sinks: [{name: c, publishers: [x]}, {name: 'b:c', publishers: [x]}]"
    message = "sources[1].sinks[0]: expected each pair of source and sink once, there is 'a:b:c' as in"
    assert f"pipeline.yaml:1: {message} sources[0].sinks[0], line 1" == refusal(feeding + fed)


LISTED = ", ".join(TRANSFORMER_NAMES)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (
            "3: sinks[0]: expected a map with the keys name, publishers, transformers, there is 'store'",
            sinks("- store"),
        ),
        (
            "3: sinks[0].name: expected the sink's name, there is no such key, only publishers",
            sinks("- publishers: [x]"),
        ),
        ("3: sinks[0].name: expected the sink's name, there is nothing", sinks("- {name: , publishers: [x]}")),
        ("3: sinks[0].publishers: expected a list of URLs, there is no such key, only name", sinks("- name: store")),
        ("4: sinks[0].publishers: expected a list of URLs, there is nothing", sinks("- name: store\n  publishers:")),
        (
            "4: sinks[1].publishers: expected at least one URL, there is an empty list",
            sinks("- {name: store, publishers: [x]}\n- {name: b, publishers: []}"),
        ),
        (
            "5: sinks[0].publishers[0]: expected a publisher's URL, there is ''",
            sinks("- name: store\n  publishers:\n  - ''"),
        ),
        (
            "4: sinks[1].name: expected a name of its own, there is 'store' as in line 3",
            sinks("- {name: store, publishers: [x]}\n- {name: store, publishers: [y]}"),
        ),
        ("5: sinks[0].transformers: expected a list of transformers, there is a map", chain("{name: delta}")),
        (
            "5: sinks[0].transformers[0]: expected a map with the keys name, parameters, there is 'delta'",
            chain("[delta]"),
        ),
        (
            "5: sinks[0].transformers[0].name: expected a transformer's name, there is no such key, only parameters",
            chain("[{parameters: {}}]"),
        ),
        (f"6: sinks[0].transformers[0].name: expected one of {LISTED}, there is 'rate'", chain("\n  - name: rate")),
        (
            "5: sinks[0].transformers[0].parameters: expected a map of parameters, there is a list",
            chain("[{name: delta, parameters: [1]}]"),
        ),
    ],
)
def test_sinks_that_cannot_work_are_refused(message: str, text: str) -> None:
    assert f"pipeline.yaml:{message}" == refusal(text)


PLAIN = "expected a list, a map, text, a number, true, false or null"
QUOTES = "put quotes around it to make it text"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (
            "2: not YAML: expected ',' or ']', but got '<stream end>' while parsing a flow sequence, in column 1",
            "sources: [a\n",
        ),
        (
            "2: not YAML: found character '\\t' that cannot start any token while scanning for the next token, "
            "in column 1",
            "sources:\n\t- name: a",
        ),
        ("1: not YAML: found undefined alias 'b', in column 4", "a: *b"),
        ("2: not YAML: the sign U+0007 may not be in it", "a: b\nc: \a"),
        ("1: not YAML: the sign U+D800 may not be in it", "a: \ud800"),
        ("2: not YAML: a sign's or a version's number is too big", 'a:\n  "\\UFFFFFFFF"'),
        ("1: not YAML: a sign's or a version's number is too big", f"%YAML 1.{'9' * 5000}\n--- a"),
        ("3: the file: expected one document, there is another from this line on", f"{SOURCES}{SINKS}---\na: b"),
        ("2: sources: expected each key once, there is 'sources' as in line 1", SOURCES + SOURCES + SINKS),
        ("4: sources[0].name: expected each key once, there is 'name' as in line 3", sources("- name: a\n  name: b")),
        (
            "4: sources[0].x.y: expected each key once, there is 'y' as in line 4",
            sources("- name: a\n  x: {y: 1, y: 2}"),
        ),
        ("1: '<<': expected each key once, there is '<<' as in line 1", "{<<: {}, <<: {}}"),
        ("1: the file: expected text as a key, there is 5; " + QUOTES, "5: a"),
        ("1: the file: expected text as a key, there is true; " + QUOTES, "on: a"),
        ("1: the file: expected text as a key, there is a list", "? [a]\n: b"),
        ("1: the file: expected text as a key, there is nothing", "null: b"),
        ("1: '<<': expected a map or a list of maps, there is 5", "<<: 5"),
        ("1: '<<': expected a map or a list of maps, there is 'a'", "<<: [{}, a]"),
        ("1: a: expected an integer, there is 'x'", "a: !!int x"),
        ("1: a: expected an integer, there is ''", "a: !!int ''"),
        ("1: a: expected a number, there is 'x'", "a: !!float x"),
        ("1: a: expected true or false, there is 'x'", "a: !!bool x"),
        (f"1: a: expected an integer of at most 100 signs, there is '{'9' * 56}...", f"a: {'9' * 101}"),
        (f"1: a[0]: {PLAIN}, there is a value tagged !!python/name:os.system", "a: [!!python/name:os.system ]"),
        (
            f"1: a: {PLAIN}, there is a value tagged !!python/object/apply:os.system",
            "a: !!python/object/apply:os.system [ls]",
        ),
        (f"1: a: {PLAIN}, there is a value tagged !!python/object:os.x", "a: !!python/object:os.x {b: c}"),
        (f"1: a: {PLAIN}, there is a value tagged !!set", "a: !!set {b}"),
        (f"1: a: {PLAIN}, there is a value tagged !!binary", "a: !!binary aGk="),
        (f"1: a: {PLAIN}, there is a value tagged !mine", "a: !mine b"),
    ],
)
def test_yaml_that_is_broken_or_more_than_plain_is_refused(message: str, text: str) -> None:
    assert f"pipeline.yaml:{message}" == refusal(text)


def laughter(levels: int) -> str:
    """Each line holds ten times what the one before it holds: 10 ** levels texts in all."""
    lines = [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, levels + 1)]
    return f"a0: &a0 ha\n{''.join(lines)}"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (
            f"1: the file: expected at most {BYTES_MAX} bytes, there is a text of {BYTES_MAX + 1}",
            "é" + "#" * (BYTES_MAX - 1),
        ),
        (f"6: the file: expected at most {NODES_MAX} values, aliases followed, there is more", laughter(9)),
        (
            f"{NODES_MAX + 1}: the file: expected at most {NODES_MAX} values, aliases followed, there is more",
            "- a\n" * (NODES_MAX + 1),
        ),
        ("1: the file: expected at most 32 levels, aliases followed, there is a deeper one", "[" * 50_000),
        ("33: the file: expected at most 32 levels, aliases followed, there is a deeper one", "[\n" * 33 + "]" * 33),
        ("1: the file: expected at most 32 levels, aliases followed, there is a deeper one", "- " * 50_000),
        (
            "2: the file: expected at most 32 levels, aliases followed, there is a deeper one",
            f"a: &a {'[' * 20}{']' * 20}\nb: {'[' * 20}*a{']' * 20}",
        ),
        (
            "2: the file: expected aliases of something that is complete, there is an alias inside of its anchor",
            "a: &a [b,\n *a]",
        ),
    ],
)
def test_files_beyond_their_bounds_are_refused(message: str, text: str) -> None:
    assert f"pipeline.yaml:{message}" == refusal(text)


def test_files_within_their_bounds_are_read() -> None:
    """Up to the bounds of depth and size; a few aliases of aliases are nobody's bomb."""
    deep = f"{{name: delta, parameters: {{a: {'[' * 26}{']' * 26}}}}}"
    config = read(f"{laughter(4)}{chain(f'[{deep}]')}{chr(10)}{'#' * 1_000_000}")
    assert ["delta"] == [step.name for step in config.sinks[0].transformers]


def test_messages_stay_short_and_on_one_line() -> None:
    key = "k\\n" * 50
    message = refusal(sources(f'- {{name: a, meters: [m], sinks: ["{key}"], "{key}": {{"{key}": 1, "{key}": 2}}}}'))
    assert re.fullmatch(r"pipeline\.yaml:3: [ -~]{1,250}", message)
    assert re.fullmatch(
        r"pipeline\.yaml:3: [ -~]{1,250}", refusal(sources(f'- {{name: a, meters: [m], sinks: ["{key}"]}}'))
    )
    assert re.fullmatch(r"pipeline\.yaml:1: not YAML: [ -~]{1,250}", refusal(f"a: *{'b' * 10_000}"))


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    read_or_refused(text)


PIECES = [
    *"\n\t :-[]{}&*!'\"#|>%@`,?=~\\\0\x85",
    *(
        "- ",
        "\n---\n",
        "\n...\n",
        "null",
        "5",
        "yes",
        "[]",
        "{}",
        "<<: *a\n",
        "&a ",
        "*a",
        "!!int ",
        "!!map ",
        "!x ",
        "",
    ),
    *("\n    - ", "name: cpu\n", "name: store\n", "2018-01-01", "0x_", ".inf", "1:59", "!!python/object:os.system "),
]
EDIT = st.tuples(st.integers(0, len(EXAMPLE)), st.integers(0, 12), st.sampled_from(PIECES))


@given(st.lists(EDIT, min_size=1, max_size=4))
def test_near_misses_are_read_or_refused(edits: list[tuple[int, int, str]]) -> None:
    """The example with a few places cut out or overwritten."""
    text = EXAMPLE
    for start, length, piece in edits:
        text = text[:start] + piece + text[start + length :]
    read_or_refused(text)


VALUES = list(re.finditer(r"(?<=[:-] )\S.*", EXAMPLE))
OTHERS = ["", "5", "no", "[]", "{}", "''", "[cpu]", "{name: delta}", "*a", "&a x", "'*'", "'!x'", "store", "!!int x"]


@given(st.lists(st.tuples(st.sampled_from(VALUES), st.sampled_from(OTHERS)), min_size=1, max_size=3))
def test_other_values_in_their_places_are_read_or_refused(changes: list[tuple[re.Match[str], str]]) -> None:
    """Unlike the near misses above these seldom break the YAML, and so reach the rules behind it."""
    text = EXAMPLE
    for match, value in sorted(changes, key=lambda change: change[0].start(), reverse=True):
        text = text[: match.start()] + value + text[match.end() :]
    read_or_refused(text)


WORDS = ["sources:", "sinks:", "name:", "meters:", "publishers:", "transformers:", "[", "]", "{", "}", ",", "a", "'*'"]


@given(
    st.lists(
        st.sampled_from([*WORDS, "\n", "  ", "- ", "&a ", "*a ", "<<: ", "!!str ", "!!seq ", "5", "? "]), max_size=30
    )
)
def test_pieces_of_files_are_read_or_refused(words: list[str]) -> None:
    read_or_refused(" ".join(words))


def read_or_refused(text: str) -> None:
    try:
        config = read(text)
    except BadRequest as error:
        refused = error.message
    else:
        known = {sink.name for sink in config.sinks}
        assert all(set(source.sinks) <= known for source in config.sources)
        assert all("://" in url for sink in config.sinks for url in sink.publishers)
        return
    assert re.match(r"pipeline\.yaml:[1-9][0-9]*: [^\n]+\Z", refused)


def test_event_pipelines_list_events() -> None:
    text = "sources: [{name: a, events: ['compute.*'], sinks: [s]}]\nsinks: [{name: s, publishers: ['gnocchi://']}]\n"
    config = read(text, "event_pipeline.yaml", takes="events")
    assert SourceConfig("a", NameFilter.of(["compute.*"]), ("s",)) == config.sources[0]
    with pytest.raises(BadRequest, match=r"pipeline\.yaml:1: sources\[0\]\.meters: expected a list of meters"):
        read(text)
