# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Units of systemd, by their control groups and by what systemctl shows."""

import subprocess
from pathlib import Path

import pytest

from nephoscope.model.sample import SampleBatch
from nephoscope.poll.cgroup import Group
from nephoscope.poll.host import Host
from nephoscope.poll.systemd import SystemdUnits, unit_of
from tests.poll.made import BUSY, CONTAINER, tree

SHOWN = """Id=cron.service
ActiveState=active
NRestarts=0

Id=web.service
ActiveState=failed
NRestarts=5

ActiveState=inactive
"""


def program(folder: Path, script: str) -> str:
    path = folder / "systemctl"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def values(batch: SampleBatch) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for resource, meter, value in zip(batch.resource, batch.meter, batch.value, strict=True):
        found.setdefault(batch.resources[resource].id, {})[batch.meters[meter].name] = value
    return found


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("system.slice", "system.slice"),
        ("system.slice/cron.service", "cron.service"),
        (r"system.slice/system-my\x2dgetty.slice/getty@tty1.service", "getty@tty1.service"),
        (
            "user.slice/user-1000.slice/user@1000.service/app.slice/web.service",
            "user@1000.service/web.service",
        ),
        ("user.slice/user-1000.slice/user@1000.service/init.scope", "user@1000.service/init.scope"),
        (f"system.slice/docker-{CONTAINER}.scope", ""),
        ("system.slice/cron.service/worker", ""),
        (".service", ""),
        ("lxc/db", ""),
    ],
)
def test_groups_are_units_by_their_names(path: str, unit: str) -> None:
    assert unit == unit_of(Group(Path(), path))


def test_units_have_what_the_kernel_counts_and_services_their_state(tmp_path: Path) -> None:
    root = tmp_path / "cgroup"
    root.mkdir()
    tree(root, {"system.slice/cron.service": BUSY, f"system.slice/docker-{CONTAINER}.scope": BUSY})
    systemctl = program(tmp_path, f"echo \"$@\" > {tmp_path}/asked; cat <<'END'\n{SHOWN}\nEND")
    batch = SystemdUnits(Host("box"), root, tmp_path, systemctl).poll(10**9).batch()
    found = values(batch)
    assert {"box.systemd_unit.cron.service", "box.systemd_unit.web.service"} == set(found)
    cron = found["box.systemd_unit.cron.service"]
    assert (1, 0, 5) == (cron["systemd.unit.active"], cron["systemd.unit.restarts"], cron["cgroup.cpu.time"])
    web = {"systemd.unit.active": 0, "systemd.unit.failed": 1, "systemd.unit.restarts": 5}
    assert web == found["box.systemd_unit.web.service"]
    attributes = {resource.id: resource.attributes for resource in batch.resources}
    assert {"host": "box", "unit": "cron.service", "kind": "service"} == attributes["box.systemd_unit.cron.service"]
    assert "show --all" in (tmp_path / "asked").read_text()


def test_where_systemd_does_not_run_it_is_not_asked(tmp_path: Path) -> None:
    tree(tmp_path, {"system.slice/cron.service": {"pids.current": "1"}})
    systemctl = program(tmp_path, f"touch {tmp_path}/asked")
    batch = SystemdUnits(Host("box"), tmp_path, tmp_path / "missing", systemctl).poll(1).batch()
    assert {"box.systemd_unit.cron.service": {"cgroup.processes": 1}} == values(batch)
    assert not (tmp_path / "asked").exists()


def test_a_systemd_that_refuses_is_an_error_of_the_poll(tmp_path: Path) -> None:
    pollster = SystemdUnits(Host("box"), tmp_path, tmp_path, program(tmp_path, "exit 1"))
    with pytest.raises(subprocess.CalledProcessError):
        pollster.poll(1)
