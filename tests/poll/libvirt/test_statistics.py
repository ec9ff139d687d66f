# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Statistics in bulk, and what is done where libvirt has no bulk to give."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nephoscope.poll.libvirt import statistics
from nephoscope.poll.libvirt.connection import Connection
from nephoscope.poll.libvirt.domain import read
from nephoscope.poll.libvirt.meters import Group
from nephoscope.poll.libvirt.statistics import Statistics
from tests.services.libvirt_node import domain_xml, node

EVERYTHING = Group(127)
FIRST = "00000000-0000-0000-0000-000000000001"


def test_the_numbers_of_flags_are_libvirts() -> None:
    import libvirt

    for name in ("ACTIVE", "NOWAIT", "ENFORCE"):
        suffix = "ENFORCE_STATS" if name == "ENFORCE" else name
        number = getattr(libvirt, f"VIR_CONNECT_GET_ALL_DOMAINS_STATS_{suffix}")
        assert getattr(statistics, name) == number & 0xFFFFFFFF


def test_what_a_driver_refuses_is_learnt_once_and_asked_domain_by_domain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import libvirt

    calls: list[int] = []
    bulk = libvirt.virConnect.getAllDomainStats

    def counted(self: Any, groups: int, flags: int) -> Any:
        calls.append(groups)
        return bulk(self, groups, flags)

    monkeypatch.setattr(libvirt.virConnect, "getAllDomainStats", counted)
    connection = Connection(node(tmp_path / "node.xml", [domain_xml(1), domain_xml(2)]), 30)
    asked = Statistics(connection)

    first = asked.read(EVERYTHING, stopped=False)
    assert first is not None
    # All at once, each alone but the state, and at last what is left.
    assert [127, 2, 4, 8, 16, 32, 64, 1] == calls
    asked.read(EVERYTHING, stopped=False)
    assert [1] == calls[8:]
    assert {"state.state": 1, "state.reason": 0} == first.domains[FIRST].stats
    domain = read(domain_xml(1))
    told = asked.rest([domain], EVERYTHING)[FIRST]
    assert ("vda", "vdb", 2) == (told["block.0.name"], told["block.1.name"], told["block.count"])
    assert ("tap0001-0", 2, 2) == (told["net.0.name"], told["net.count"], told["vcpu.current"])
    assert 2 * 2**20 == told["balloon.current"]
    assert {"cpu.time", "net.1.tx.drop", "block.1.physical", "block.1.wr.bytes"} <= told.keys()
    assert {} == asked.rest([domain], Group.STATE)
    assert {} == asked.rest([], EVERYTHING)


def test_a_domain_that_vanished_meanwhile_has_nothing_to_tell(tmp_path: Path) -> None:
    asked = Statistics(Connection(node(tmp_path / "node.xml", [domain_xml(1)]), 30))
    asked.read(EVERYTHING, stopped=False)
    told = asked.rest([read(domain_xml(1)), read(domain_xml(2))], Group.VCPU | Group.BLOCK)
    assert told[FIRST]
    assert {} == told[FIRST.replace("1", "2")]


def test_a_group_of_which_one_device_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    asked = Statistics(Connection(node(tmp_path / "node.xml", [domain_xml(1)]), 30))
    asked.read(EVERYTHING, stopped=False)
    other = replace(read(domain_xml(1)), disks=("sdx",))
    told = asked.rest([other], Group.VCPU | Group.BLOCK)
    assert {"vcpu.current": 2} == told[FIRST]
