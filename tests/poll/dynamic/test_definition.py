# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Files of pollsters.d: their defaults, their order, and what is said of those that are wrong."""

import logging
from pathlib import Path

import pytest

from nephoscope.model.errors import BadRequest
from nephoscope.model.sample import Meter
from nephoscope.model.yaml_tree import read_tree
from nephoscope.poll.contract import PollSettings
from nephoscope.poll.discovery import Discoveries
from nephoscope.poll.dynamic import family_types
from nephoscope.poll.dynamic.definition import Definition, read_all
from nephoscope.poll.families import FAMILIES, load_all
from tests.poll.dynamic.made import types

LEAST = """
- name: x
  sample_type: gauge
  unit: thing
  value_attribute: count
  endpoint_type: volume
  url_path: v1/things
"""
COMMAND = LEAST.replace("endpoint_type: volume", "host_command: 'true'").replace("  url_path: v1/things\n", "")
HTTP = LEAST.replace("endpoint_type: volume", "module: nephoscope\n  authentication_object: none").replace(
    "v1/things", "http://a/things"
)


def read(text: str) -> Definition:
    (found,) = read_all([read_tree(text, "a.yaml")], lambda warning: None)
    return found


def test_defaults_are_those_that_operators_know() -> None:
    found = read(LEAST)
    assert ("central",) == found.namespaces
    assert ({}, True, (), {}, -1) == (
        found.metadata_mapping,
        found.preserve_mapped_metadata,
        found.skip_sample_values,
        found.value_mapping,
        found.default_value,
    )
    assert (None, None) == (found.entries, found.next_page)
    ids = [found.user_id, found.project_id, found.resource_id]
    assert [("user_id", False), ("project_id", False), ("id", False)] == [(i.attribute.text, i.must) for i in ids]
    assert (30, ("json",), 3600, ()) == (found.timeout_s, found.handlers, found.cache_s, found.extra)


def test_null_is_as_if_the_key_were_not_there() -> None:
    assert 30 == read(f"{LEAST}  timeout: null\n").timeout_s


@pytest.mark.parametrize(
    ("text", "source", "discovery"),
    [
        (LEAST, "openstack", "endpoint://volume"),
        (HTTP, "http", "barbican://"),
        (f"{HTTP}  barbican_secret_id: s1\n", "http", "barbican://s1"),
        (COMMAND, "command", "local_node"),
    ],
)
def test_the_kind_follows_from_the_keys(tmp_path: Path, text: str, source: str, discovery: str) -> None:
    assert source == read(text).source
    (found,) = types(tmp_path, text)
    assert (discovery, (Meter("x", "gauge", "thing"),), "central") == (found.DISCOVERY, found.METERS, found.NAMESPACE)


def test_each_namespace_gets_its_own_family(tmp_path: Path) -> None:
    found = types(tmp_path, f"{LEAST}  namespaces: [central, compute, central]\n")
    assert ["central", "compute"] == [each.NAMESPACE for each in found]


def test_an_agent_has_them_beside_its_own_families(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"{LEAST}  namespaces: [central, compute]\n{COMMAND.replace('x', 'y')}")
    loaded, _ = load_all(PollSettings("here", definitions_dirs=(str(tmp_path),)))
    assert [
        ("x", "central", "endpoint://volume"),
        ("x", "compute", "endpoint://volume"),
        ("y", "central", "local_node"),
    ] == [(each.meters[0].name, each.namespace, each.discovery) for each in loaded if each.name not in FAMILIES]
    (tmp_path / "a.yaml").write_text("- name: x")
    with pytest.raises(BadRequest, match=r"a\.yaml:1: "):
        load_all(PollSettings("here", definitions_dirs=(str(tmp_path),)))


def test_the_host_is_the_target_of_its_commands() -> None:
    discoveries = Discoveries(PollSettings("box"))
    assert ["box"] == [target.id for target in discoveries.find("local_node")]


def test_files_are_read_in_order_and_the_first_of_a_name_counts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "b.yaml").write_text(LEAST.replace("thing\n", "second\n"))
    (tmp_path / "a.yaml").write_text(LEAST)
    (tmp_path / "c.txt").write_text("no YAML: [")
    (tmp_path / "d.yaml").write_text("# nothing yet\n")
    with caplog.at_level(logging.WARNING, "nephoscope.poll"):
        (found,) = family_types([str(tmp_path), str(tmp_path / "missing")])
    assert "thing" == found.METERS[0].unit
    assert [
        f"{tmp_path}/b.yaml:2: pollster x is defined in {tmp_path}/a.yaml:2 already, which counts"
    ] == caplog.messages


def test_keys_that_nothing_reads_are_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    extra = "  extra_metadata_fields: {name: p, endpoint_type: identity, url_path: v3, value: a, vaule: b}\n"
    with caplog.at_level(logging.WARNING, "nephoscope.poll"):
        types(tmp_path, f"{LEAST}  uint: b\n{extra}")
    assert [
        f"{tmp_path}/a.yaml:8: [0].uint: not a key of a pollster, ignored",
        f"{tmp_path}/a.yaml:9: [0].extra_metadata_fields.vaule: not a key of a pollster, ignored",
    ] == caplog.messages


@pytest.mark.parametrize("key", ["name", "sample_type", "unit", "value_attribute", "endpoint_type", "url_path"])
def test_what_must_be_there_is_asked_for(key: str) -> None:
    text = "\n".join(line for line in LEAST.replace("- ", "- a: b\n  ", 1).splitlines() if f"{key}:" not in line)
    with pytest.raises(BadRequest, match=rf"^a\.yaml:2: \[0\]\.{key}: expected .*, there is no such key"):
        read(text)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("sample_type: rate", "a.yaml:8: [0].sample_type: expected one of gauge, delta, cumulative, there is 'rate'"),
        ("timeout: 0", "a.yaml:8: [0].timeout: expected seconds, from 0.001 to 3600, there is 0"),
        ("timeout: soon", "a.yaml:8: [0].timeout: expected seconds, from 0.001 to 3600, there is 'soon'"),
        ("namespaces: [central, moon]", "[0].namespaces: expected one or more of compute, central, ipmi"),
        ("response_handlers: [json, csv]", "[0].response_handlers[1]: expected one of json, xml, text"),
        ("response_handlers: json", "[0].response_handlers: expected a list of json, xml, text, there is 'json'"),
        ("skip_sample_values: x", "[0].skip_sample_values: expected a list, there is 'x'"),
        ("value_mapping: [a]", "[0].value_mapping: expected a map, there is a list"),
        ("headers: {a: 1}", "[0].headers.a: expected text, there is 1; put quotes around it"),
        ("preserve_mapped_metadata: 1", "[0].preserve_mapped_metadata: expected true or false, there is 1"),
        ("metadata_fields: [1]", "[0].metadata_fields[0]: expected an attribute, there is 1"),
        ("metadata_fields: ['a | b']", "[0].metadata_fields[0]: expression 'b': 'b' is no name; there are value"),
        ("metadata_fields: ['a | 1']", "[0].metadata_fields[0]: expected operations that use 'value', there is '1'"),
        ("metadata_fields: ['| value']", "[0].metadata_fields[0]: expected an attribute's name"),
        (
            "user_id_attribute: 'a | value.__class__'",
            "[0].user_id_attribute: expression 'value.__class__': 'value.__class__' is not part of the grammar",
        ),
        (
            "next_sample_url_attribute: \"a | __import__('os').system('id')\"",
            "a.yaml:8: [0].next_sample_url_attribute: expression",
        ),
        (
            "url_path: \"'/v3/' + sample['id']\"",
            "a.yaml:8: [0].url_path: expression \"'/v3/' + sample['id']\": 'sample'",
        ),
        ("extra_metadata_fields_skip: [a]", "[0].extra_metadata_fields_skip[0]: expected a map"),
        ("extra_metadata_fields: {name: a}", "[0].extra_metadata_fields.endpoint_type: expected a service's type"),
        ("name: 'a b'", "[0].name: expected letters, digits, - and _ with dots between"),
        ("name: 'a.{b}'", "[0].value_attribute: expected [list].attribute or list.[b].attribute, as the name ends in"),
        ("value_attribute: '[a].b'", "[0].value_attribute: expected an attribute, as the name ends in no .{attribute}"),
        (f"unit: {'u' * 32}", "[0].unit: expected a unit of at most 31 signs"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(line: str, message: str) -> None:
    key = line.partition(":")[0]
    kept = [each for each in LEAST.replace("- ", "-\n  ").splitlines() if not each.strip().startswith(f"{key}:")]
    text = "\n".join([*kept, *([""] * (8 - len(kept) - 1)), f"  {line}", ""])
    with pytest.raises(BadRequest) as told:
        read(text.removeprefix("\n"))
    assert message.replace("a.yaml:8", f"a.yaml:{7 + (len(kept) == 8)}") in told.value.message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            HTTP.replace("authentication_object: none", "authentication_object: system").replace("nephoscope", "os"),
            "[0].authentication_object: expected a known authentication, as no code is loaded by its name (",
        ),
        (
            HTTP.replace("none", "basic") + "  authentication_parameters: one\n",
            "expected 2 of them, there is 1 of them",
        ),
        (
            HTTP.replace("none", "basic") + "  authentication_parameters: 12345\n",
            "text in quotes, there is something else",
        ),
        (HTTP.replace("http://a/things", "things"), "[0].url_path: expected a URL that begins with http://"),
        (f"{COMMAND}  next_sample_url_attribute: a\n", "what a command prints is not run as the next one"),
        ("a: 1", "a.yaml:1: the file: expected a list of pollsters, there is a map"),
    ],
)
def test_what_is_wrong_with_the_other_kinds_is_told_too(text: str, message: str) -> None:
    with pytest.raises(BadRequest) as told:
        read(text)
    assert message in told.value.message
    assert "12345" not in told.value.message


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("x.{category}", "[categories].ops", ("categories", "category", "ops")),
        ("x.{kind}", "list.[kind].count", ("list", "kind", "count")),
        ("x.{kind}", "a.list.[kind].b.count | value + 1", ("a.list", "kind", "b.count | value + 1")),
    ],
)
def test_both_ways_to_write_several_meters_are_read(name: str, value: str, expected: tuple[str, str, str]) -> None:
    found = read(LEAST.replace("name: x", f"name: '{name}'").replace("attribute: count", f"attribute: '{value}'"))
    assert found.several is not None
    assert expected == (found.several.text, found.selector, found.value.text)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadRequest, match=r"a\.yaml: cannot be read"):
        family_types([str(tmp_path)])
