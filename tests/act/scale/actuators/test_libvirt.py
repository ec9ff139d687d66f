# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Members that are domains of a real libvirtd, with guests that QEMU emulates."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nephoscope.act.scale.actuators.libvirt import Libvirt
from nephoscope.act.scale.contract import Member
from nephoscope.model.errors import BadRequest, Unavailable
from tests.act.notify.made import NOON_NS
from tests.act.scale.actuators.made import tools
from tests.services.libvirt import IDLE, Libvirtd, connected, guest_xml

Made = Callable[..., Libvirt]


@pytest.fixture
def template(libvirtd: Libvirtd) -> Iterator[Path]:
    """The disk of a domain `golden` that is shut off; it and all that was made of it are gone afterwards."""
    disk = libvirtd.disk(IDLE)
    with connected(libvirtd) as connection:
        connection.defineXML(guest_xml("golden", disk, metadata="<other xmlns='urn:other'>kept by nobody</other>"))
    yield disk
    libvirtd.thaw()
    libvirtd.start()
    with connected(libvirtd) as connection:
        for domain in connection.listAllDomains():
            if domain.isActive():
                domain.destroy()
            if domain.isPersistent():
                domain.undefine()


@pytest.fixture
def made(libvirtd: Libvirtd, template: Path, tmp_path: Path) -> Iterator[Made]:
    """Actuators of the group `web`, as each new server would make them."""
    opened: list[Libvirt] = []

    def make(**options: str) -> Libvirt:
        about = tools(tmp_path, hypervisors={"here": libvirtd.uri}, templates=["golden"], stop_grace_s=0.05)
        opened.append(Libvirt("web", {"hypervisor": "here", "template": "golden", **options}, about))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def states(found: Libvirt) -> dict[str, str]:
    return {member.name: member.state for member in found.members()}


def information(path: Path) -> dict[str, Any]:
    """What QEMU says of a disk, which a guest may have open."""
    said = subprocess.run(["qemu-img", "info", "-U", "--output=json", path], check=True, capture_output=True)
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def test_members_are_clones_that_run(made: Made, libvirtd: Libvirtd, template: Path) -> None:
    found = made()
    found.grow(["web-1", "web-2"])
    assert {"web-1": "running", "web-2": "running"} == states(found)
    with connected(libvirtd) as connection:
        ids = [connection.lookupByName(name).UUIDString() for name in ("web-1", "web-2", "golden")]
    assert ids[:2] == [member.id for member in sorted(found.members(), key=lambda each: each.name)]
    assert 3 == len(set(ids))
    assert {NOON_NS} == {member.created_ns for member in found.members()}
    told = information(template.with_name("web-1-vda.qcow2"))
    assert (str(template), 4 * 2**20) == (told["backing-filename"], told["virtual-size"])


def test_a_full_clone_needs_its_template_no_more(made: Made, template: Path) -> None:
    made(disks="full").grow(["web-1"])
    told = information(template.with_name("web-1-vda.qcow2"))
    assert "backing-filename" not in told
    assert 4 * 2**20 == told["virtual-size"]


def test_a_later_server_finds_and_removes_them_with_their_disks(made: Made, template: Path) -> None:
    made().grow(["web-1", "web-2"])
    later = made()
    first, second = sorted(later.members(), key=lambda each: each.name)
    later.shrink([first])
    later.shrink([first])
    assert [second] == later.members()
    assert not template.with_name("web-1-vda.qcow2").exists()
    assert template.with_name("web-2-vda.qcow2").exists()
    later.shrink([second])
    assert [] == later.members()
    assert template.exists()


def test_what_is_there_is_left_as_it_is(made: Made) -> None:
    found = made()
    found.grow(["web-1"])
    before = found.members()
    found.grow(["web-1"])
    assert before == found.members()


def test_a_guest_that_dies_is_failed(made: Made, libvirtd: Libvirtd) -> None:
    found = made()
    found.grow(["web-1"])
    with connected(libvirtd) as connection:
        connection.lookupByName("web-1").destroy()
    (member,) = found.members()
    assert ("failed", "shut off") == (member.state, member.detail)
    found.shrink([member])
    assert [] == found.members()


def test_what_a_server_left_half_made_is_made_again(made: Made, libvirtd: Libvirtd, template: Path) -> None:
    """A disk without a domain, which it was made for; a domain without its disk, as while it was taken away."""
    left = template.with_name("web-1-vda.qcow2")
    left.write_bytes(b"half a disk")
    libvirtd.give(left)
    found = made()
    found.grow(["web-1"])
    assert {"web-1": "running"} == states(found)
    with connected(libvirtd) as connection:
        connection.lookupByName("web-1").destroy()
    left.unlink()
    found.shrink(found.members())
    assert [] == found.members()


def test_domains_of_others_are_no_members(made: Made, libvirtd: Libvirtd, tmp_path: Path) -> None:
    about = tools(tmp_path, hypervisors={"here": libvirtd.uri}, templates=["golden"])
    other = Libvirt("webs", {"hypervisor": "here", "template": "golden"}, about)
    other.grow(["web-7"])
    found = made()
    found.shrink(other.members())
    assert ([], ["web-7"]) == (found.members(), list(states(other)))
    other.shrink(other.members())
    other.close()


def test_a_daemon_that_comes_back_is_asked_again(made: Made, libvirtd: Libvirtd) -> None:
    found = made()
    found.grow(["web-1"])
    libvirtd.kill()
    with pytest.raises(Unavailable, match="libvirt: "):
        found.members()
    libvirtd.start()
    assert {"web-1": "running"} == states(found)
    found.shrink(found.members())


def test_a_template_has_to_be_there_and_to_rest(made: Made, libvirtd: Libvirtd) -> None:
    found = made()
    with connected(libvirtd) as connection:
        connection.lookupByName("golden").create()
        with pytest.raises(Unavailable, match="the template golden runs"):
            found.grow(["web-1"])
        connection.lookupByName("golden").destroy()
        connection.lookupByName("golden").undefine()
    with pytest.raises(BadRequest, match="the hypervisor has no domain golden"):
        found.grow(["web-1"])
    assert [] == found.members()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"hypervisor": "there"}, r"hypervisor: there is none of that name in \[scale\] hypervisors: 'there'"),
        ({"template": "silver"}, r"template: there is none of that name in \[scale\] templates: 'silver'"),
        ({"disks": "none"}, r"Invalid enum value 'none' - at `\$\.disks`"),
        ({"uri": "qemu:///system"}, "unknown field `uri`"),
    ],
)
def test_options_that_are_wrong_are_named(tmp_path: Path, options: dict[str, str], said: str) -> None:
    about = tools(tmp_path, hypervisors={"here": "qemu:///session"}, templates=["golden"])
    with pytest.raises(BadRequest, match=said):
        Libvirt("web", {"hypervisor": "here", "template": "golden", **options}, about)


def test_a_hypervisor_that_is_away_is_told(tmp_path: Path) -> None:
    about = tools(tmp_path, hypervisors={"here": f"qemu+unix:///session?socket={tmp_path}/none"}, templates=["golden"])
    found = Libvirt("web", {"hypervisor": "here", "template": "golden"}, about)
    with pytest.raises(Unavailable, match="libvirt: "):
        found.members()
    with pytest.raises(Unavailable, match="libvirt: "):
        found.shrink([Member(id="x", name="web-1", created_ns=0)])
