# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What holds for every actuator, row by row; and how they are found."""

from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.act.scale.actuators import ACTUATORS, made, offered
from nephoscope.act.scale.actuators.tools import Tools
from nephoscope.act.scale.contract import Actuator
from nephoscope.model.errors import BadRequest, NotFound, Unavailable
from tests.act.notify.made import KnownTrusts
from tests.act.notify.receivers import receiver
from tests.act.scale.actuators.keeping import Keeper
from tests.act.scale.actuators.made import tools
from tests.act.scale.actuators.nova import IMAGE, Nova
from tests.act.scale.actuators.stack import Stack
from tests.act.scale.actuators.stack import options as heat_options
from tests.project import REFERENCE
from tests.services.libvirt import IDLE, Libvirtd, connected, guest_xml
from tests.services.openstack import Openstack
from tests.services.ports import free_port

PAGE = (REFERENCE / "actuators.md").read_text()
every_row = pytest.mark.parametrize("name", sorted(ACTUATORS))
# Whose members somebody else names.
OWN_NAMES = sorted(set(ACTUATORS) - {"heat"})


@pytest.fixture
def about(tmp_path: Path, libvirtd: Libvirtd) -> Tools:
    """What the operator lets groups use."""
    return tools(
        tmp_path,
        identity=KnownTrusts(),
        commands={"sleeper": ["/bin/sleep", "1000"]},
        hypervisors={"here": libvirtd.uri},
        templates=["golden"],
        service_cloud=True,
        stop_grace_s=0.05,
    )


@pytest.fixture
def world(request: pytest.FixtureRequest, about: Tools, libvirtd: Libvirtd) -> Iterator[tuple[Tools, dict[str, Any]]]:
    """Whoever keeps the members of a row, and the tools and options with which they are reached."""
    match request.param:
        case "command":
            yield about, {"command": "sleeper"}
        case "heat":
            with receiver() as service:
                Stack(service)
                yield about, heat_options(service.port)
        case "libvirt":
            with connected(libvirtd) as connection:
                golden = connection.defineXML(guest_xml("golden", libvirtd.disk(IDLE)))
                yield about, {"hypervisor": "here", "template": "golden"}
                golden.undefine()
        case "openstack":
            with Openstack() as cloud:
                Nova(cloud)
                given = Tools(about.settings, about.folder, about.requests, cloud.arguments)
                yield given, {"image": IMAGE, "flavor": "m1.tiny"}
        case "webhook":
            with receiver() as service:
                Keeper(service)
                yield about, {"url": service.url}
        case other:
            raise AssertionError(f"there is nobody who keeps members for {other}")


def running(found: Actuator) -> list[str]:
    return sorted(member.name for member in found.members() if member.state == "running")


@pytest.mark.parametrize(("name", "world"), [(each, each) for each in sorted(ACTUATORS)], indirect=["world"])
def test_members_come_and_go_and_what_is_done_already_is_done(name: str, world: tuple[Tools, dict[str, Any]]) -> None:
    about, options = world
    found = made(name, "web", options, about)
    assert [] == found.members()
    found.grow(["web-1", "web-2"])
    there = running(found)
    assert 2 == len(there)
    found.close()
    # Another server, which was told the same; only those that name members themselves can tell that it is done.
    later = made(name, "web", options, about)
    assert there == running(later)
    if name in OWN_NAMES:
        later.grow(["web-1", "web-2"])
        assert ["web-1", "web-2"] == running(later)
    members = list(later.members())
    assert all(member.id and member.created_ns >= 0 for member in members)
    assert 2 == len({member.id for member in members})
    later.shrink(members[:1])
    later.shrink(members[:1])
    assert 1 == len(later.members())
    later.shrink(members)
    assert [] == later.members()
    later.shrink([])
    later.close()
    later.close()


@every_row
@given(options=st.dictionaries(st.text(max_size=12), st.none() | st.integers() | st.text() | st.lists(st.text())))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_options_that_mean_nothing_are_refused(about: Tools, name: str, options: dict[str, Any]) -> None:
    with pytest.raises(BadRequest) as problem:
        made(name, "web", options, about)
    assert len(problem.value.message) < 300


@pytest.mark.parametrize("name", ["heat", "libvirt", "openstack", "webhook"])
def test_nobody_there_is_not_now(tmp_path: Path, name: str) -> None:
    port = free_port()
    auth = {"auth_url": f"http://127.0.0.1:{port}/v3", "username": "u", "password": "s3cret", "project_name": "p"}
    about = tools(
        tmp_path,
        identity=KnownTrusts(),
        openstack={"auth": auth},
        service_cloud=True,
        hypervisors={"here": f"qemu+unix:///session?socket={tmp_path}/none"},
        templates=["golden"],
    )
    options: dict[str, dict[str, Any]] = {
        "heat": heat_options(port),
        "libvirt": {"hypervisor": "here", "template": "golden"},
        "openstack": {"image": "i", "flavor": "f"},
        "webhook": {"url": f"http://ann:s3cret@127.0.0.1:{port}/"},
    }
    found = made(name, "web", options[name], about)
    for ask in (found.members, lambda: found.grow(["web-1"])):
        with pytest.raises(Unavailable) as problem:
            ask()
        assert "s3cret" not in problem.value.message
    found.close()


@every_row
def test_it_has_a_section_of_the_documentation(name: str) -> None:
    assert f"\n## `{name}`\n" in PAGE


def test_one_that_nobody_offers_is_answered_with_those_that_there_are(about: Tools) -> None:
    with pytest.raises(NotFound, match=r"no actuator is called 'lambda'; there are command, heat, libvirt, openstack"):
        made("lambda", "web", {}, about)


def test_packages_outside_add_rows_and_replace_none(monkeypatch: pytest.MonkeyPatch, about: Tools) -> None:
    points = [
        EntryPoint("mine", ACTUATORS["command"], "nephoscope.actuators"),
        EntryPoint("webhook", ACTUATORS["command"], "nephoscope.actuators"),
    ]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points)
    assert sorted([*ACTUATORS, "mine"]) == list(offered())
    assert ACTUATORS["webhook"] == offered()["webhook"]
    assert [] == made("mine", "web", {"command": "sleeper"}, about).members()
