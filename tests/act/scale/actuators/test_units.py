# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Members that are units of systemd, with a `systemctl` that only keeps their states."""

import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nephoscope.act.scale.actuators.command import Command
from nephoscope.act.scale.contract import Member
from nephoscope.model.errors import BadRequest, Unavailable
from tests.act.scale.actuators import systemctl
from tests.act.scale.actuators.made import tools

TEMPLATE = "web@{index}.service"
HANGING = '[ "$1" != start ] || exec sleep 60'
Made = Callable[..., Command]


@pytest.fixture
def systemd(tmp_path: Path) -> Path:
    """Where the units' states are."""
    folder = tmp_path / "systemd"
    folder.mkdir()
    (folder / "bad").touch()
    return folder


@pytest.fixture
def made(tmp_path: Path, systemd: Path) -> Made:
    def make(unit: str = TEMPLATE, **settings: Any) -> Command:
        usual: dict[str, Any] = {
            "units": [TEMPLATE, "none@{name}.service"],
            "systemctl": [sys.executable, systemctl.__file__, systemd],
        }
        return Command("web", {"unit": unit}, tools(tmp_path, **(usual | settings)))

    return make


def states(found: Command) -> dict[str, tuple[str, str]]:
    return {member.name: (member.id, member.state) for member in found.members()}


def test_members_are_instances_of_a_template(made: Made, systemd: Path) -> None:
    made().grow(["web-1", "web-12"])
    assert "start web@1.service web@12.service" in (systemd / "log").read_text().splitlines()
    found = made()
    assert {"web-1": ("web@1.service", "running"), "web-12": ("web@12.service", "running")} == states(found)
    first, _ = found.members()
    assert f"{socket.gethostname()}.systemd_unit.web%401.service" == first.resource_id
    found.shrink([first])
    found.shrink([first])
    assert {"web-12": ("web@12.service", "running")} == states(found)
    assert "reset-failed web@1.service" in (systemd / "log").read_text().splitlines()


@pytest.mark.parametrize(
    ("told", "state"),
    [("activating", "starting"), ("deactivating", "stopping"), ("reloading", "running"), ("inactive", "failed")],
)
def test_states_are_those_that_systemd_tells(made: Made, systemd: Path, told: str, state: str) -> None:
    found = made()
    found.grow(["web-1"])
    (systemd / "web@1.service").write_text(told)
    assert {"web-1": ("web@1.service", state)} == states(found)


def test_one_that_fails_says_how(made: Made, systemd: Path) -> None:
    (systemd / "bad").write_text("web@2.service")
    found = made()
    found.grow(["web-1", "web-2"])
    assert [("running", ""), ("failed", "failed (x, exit-code)")] == [
        (each.state, each.detail) for each in found.members()
    ]


def test_a_template_that_is_not_installed_is_told(made: Made) -> None:
    found = made("none@{name}.service")
    found.grow(["web-1"])
    (member,) = found.members()
    assert ("none@web-1.service", "failed", "its unit is not-found") == (member.id, member.state, member.detail)


def test_one_that_was_noted_and_never_started_is_started(made: Made, systemd: Path) -> None:
    made().grow(["web-1"])
    (systemd / "web@1.service").unlink()
    later = made()
    later.grow(["web-1"])
    assert {"web-1": ("web@1.service", "running")} == states(later)


def test_one_that_does_not_stop_stays_a_member(made: Made, systemd: Path) -> None:
    found = made()
    found.grow(["web-1"])
    (systemd / "stuck").touch()
    with pytest.raises(Unavailable, match="units were not stopped"):
        found.shrink(found.members())
    assert ["web-1"] == list(states(found))


def test_no_members_ask_nobody(made: Made) -> None:
    found = made(systemctl=["/nowhere/systemctl"])
    assert [] == found.members()
    found.shrink([Member(id="web@1.service", name="web-1", created_ns=0)])
    with pytest.raises(Unavailable, match="/nowhere/systemctl cannot be started"):
        found.grow(["web-1"])


def test_a_systemd_that_does_not_answer_is_told(made: Made) -> None:
    found = made(systemctl=["/bin/sh", "-c", "echo no bus >&2; exit 1"])
    found.grow(["web-1"])
    with pytest.raises(Unavailable, match="systemctl show: no bus"):
        found.members()
    with pytest.raises(Unavailable, match=r"systemctl start did not end within 0\.05 s"):
        made(systemctl=["/bin/sh", "-c", HANGING, "systemctl"], change_timeout_s=0.05).grow(["web-2"])


@pytest.mark.parametrize("unit", ["web.service", "web@.service", "web@{index}.timer", "a/b@{index}.service"])
def test_a_setting_that_names_no_instance_is_refused(made: Made, unit: str) -> None:
    with pytest.raises(BadRequest, match=r"\[scale\] units: expected such as web@\{index\}\.service"):
        made(unit, units=[unit])
