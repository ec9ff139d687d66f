# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The options of `gnocchi://`, and what is left out because of them; what it does to a server is tests/system's."""

from pathlib import Path

import pytest

from nephoscope import observe
from nephoscope.client.batch import EncodedBatch
from nephoscope.client.send import Refused
from nephoscope.model.errors import BadRequest
from nephoscope.pipeline.publish.contract import PublishSettings
from nephoscope.pipeline.publish.gnocchi import Gnocchi, packed
from nephoscope.pipeline.publish.url import PublisherUrl
from tests.pipeline.made import NINE_NS, sample, samples
from tests.pipeline.publish.peers import closed_port, publisher

URL = PublisherUrl.of("gnocchi://")


def packed_ids(url: str, *projects: str | None) -> list[str]:
    rows = [sample("cpu", resource_id=f"r{number}", project_id=each) for number, each in enumerate(projects)]
    return [each for batch in publisher(url).pack(samples(*rows), NINE_NS) for each in packed.unpack(batch).resources]


def test_a_project_s_samples_are_left_out_and_counted() -> None:
    before = observe.registry.value("nephoscope_dropped_total", station="publish", cause="filtered project")
    assert ["r0", "r2"] == packed_ids("gnocchi://?filter_project=p2", "p1", "p2", None)
    after = observe.registry.value("nephoscope_dropped_total", station="publish", cause="filtered project")
    assert 1 == after - before
    assert ["r0", "r1"] == packed_ids("gnocchi://?filter_project=p2&enable_filter_project=false", "p1", "p2")
    assert ["r1"] == packed_ids("gnocchi://", "service", "p1")


def test_definitions_of_its_own_replace_the_agent_s(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("resources: [{resource_type: mine, metrics: [m]}]")
    of = publisher(f"gnocchi://?resources_definition_file={file}")
    (batch,) = of.pack(samples(sample("m"), sample("cpu")), NINE_NS)
    assert "mine" == packed.unpack(batch).resources["r1"].type


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("timeout=0", "option timeout: expected a number of at least 0.01"),
        ("enable_filter_project=perhaps", "option enable_filter_project: expected true or false"),
        ("resources_definition_file=/nowhere/x.yaml", "option resources_definition_file: '/nowhere/x.yaml' cannot be"),
    ],
)
def test_a_wrong_option_is_told(query: str, complaint: str) -> None:
    with pytest.raises(BadRequest, match=complaint):
        publisher(f"gnocchi://?{query}")


def test_definitions_that_are_none_are_told_with_their_place() -> None:
    with pytest.raises(BadRequest, match=r"res\.yaml:1: resources: expected a list of resources"):
        publisher("gnocchi://", definitions=("resources: no", "res.yaml"))


def test_an_address_in_the_url_is_told_not_to_be_used(caplog: pytest.LogCaptureFixture) -> None:
    publisher("gnocchi://elsewhere:8041")
    assert ["gnocchi://elsewhere:8041: the address is not used; " in each for each in caplog.messages] == [True]


def test_our_own_server_has_the_api_under_gnocchi_unless_another_is_named() -> None:
    here = f"http://127.0.0.1:{closed_port()}"
    assert f"{here}/gnocchi" == Gnocchi(URL, PublishSettings(server_url=f"{here}/")).peer
    assert f"{here}/metrics" == Gnocchi(URL, PublishSettings(gnocchi_url=f"{here}/metrics/")).peer


def test_what_cannot_be_unpacked_is_refused() -> None:
    outcome = publisher("gnocchi://", server_url=f"http://127.0.0.1:{closed_port()}").send(
        EncodedBatch("id", 0, 1, "", b"\0")
    )
    assert isinstance(outcome, Refused)
    assert "cannot be read" in outcome.message
