# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""When descriptions are fetched, and when they are kept."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from nephoscope.model.reserved import Reserved
from nephoscope.poll.libvirt import domain
from nephoscope.poll.libvirt.connection import Connection
from nephoscope.poll.libvirt.domains import KEPT_S_MAX, Domains
from nephoscope.poll.libvirt.metadata import Described, Describer
from nephoscope.poll.libvirt.statistics import Found
from tests.services.libvirt_node import domain_xml, node

FIRST, SECOND = (f"00000000-0000-0000-0000-00000000000{number}" for number in (1, 2))
RUNNING = {"state.state": 1, "block.count": 1, "block.0.name": "vda"}


class Asked(Connection):
    """A connection to libvirt's test driver that counts what goes over it."""

    def __init__(self, uri: str) -> None:
        super().__init__(uri, 30)
        self.questions = 0

    def ask(self, question: Callable[[Any], Any]) -> Any:
        self.questions += 1
        return super().ask(question)


class Host:
    """Two domains, the second gone for good, on a clock that stands still."""

    def __init__(self, folder: Path) -> None:
        self.clock = 1000.0
        self.connection = Asked(node(folder / "node.xml", [domain_xml(1)]))
        self.domains = Domains(self.connection, Describer("node-1", Reserved()), monotonic=lambda: self.clock)

    def describe(self, stats: Mapping[str, Any] = RUNNING, run: int = 1) -> dict[str, Described]:
        found = {uuid: Found(stats, run) for uuid in (FIRST, SECOND)}
        return self.domains.describe(found, {FIRST: {}, SECOND: {}}, found.keys())


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """A host whose first domain was described already, alone."""
    host = Host(tmp_path)
    host.connection.ask(lambda opened: opened.getHostname())
    assert [FIRST] == list(host.describe())
    host.connection.questions = 0
    return host


def fetched(host: Host, stats: Mapping[str, Any] = RUNNING, run: int = 1) -> bool:
    """Whether the first domain's description is fetched; the second, which vanished, is not asked about."""
    before = host.connection.questions
    found = {FIRST: Found(stats, run)}
    assert [FIRST] == list(host.domains.describe(found, {FIRST: {}}, found))
    return host.connection.questions > before


def test_a_description_is_kept(host: Host) -> None:
    assert not fetched(host)
    host.clock += KEPT_S_MAX
    assert not fetched(host)


def test_a_vanished_domain_has_no_description_and_is_no_error(host: Host) -> None:
    assert [FIRST] == list(host.describe())


def test_a_description_is_fetched_again_after_a_while(host: Host) -> None:
    host.clock += KEPT_S_MAX + 1
    assert fetched(host)
    assert not fetched(host)


def test_another_run_of_the_domain_is_described_anew(host: Host) -> None:
    assert fetched(host, run=2)
    assert not fetched(host, run=2)


@pytest.mark.parametrize("kind", ["block", "net"])
def test_a_device_that_nobody_described_leads_to_a_new_description(host: Host, kind: str) -> None:
    assert fetched(host, {"state.state": 1, f"{kind}.count": 1, f"{kind}.0.name": "new"})


def test_a_new_connection_forgets_all(host: Host) -> None:
    host.connection.generation += 1
    assert fetched(host)


def test_a_domain_that_changed_is_described_anew(host: Host) -> None:
    host.connection._changed.add(FIRST)
    assert fetched(host)
    assert not fetched(host)


def test_only_the_words_for_the_state_follow_it_without_a_fetch(host: Host) -> None:
    found = {FIRST: Found({**RUNNING, "state.state": 3}, 1)}
    told = host.domains.describe(found, {FIRST: {}}, found)[FIRST].instance.metadata
    assert ("paused", 0) == (told["state"], host.connection.questions)


def test_a_description_stays_the_same_object_while_nothing_changes(host: Host) -> None:
    assert host.describe()[FIRST] is host.describe()[FIRST]


def test_what_cannot_be_read_is_said_once_and_costs_that_domain_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    host = Host(tmp_path)
    monkeypatch.setattr(domain, "XML_CHARACTERS_MAX", 10)
    for _ in range(3):
        assert {} == host.describe()
    said = [record.getMessage() for record in caplog.records if "not measured" in record.getMessage()]
    assert 1 == len(said)
    assert FIRST in said[0]
    monkeypatch.undo()
    assert [FIRST] == list(host.describe())
