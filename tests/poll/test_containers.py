# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Containers, recognised by their control groups."""

from pathlib import Path

import pytest

from nephoscope.poll.cgroup import Group
from nephoscope.poll.containers import Containers, container_of
from nephoscope.poll.host import Host
from tests.poll.made import BUSY, CONTAINER, tree

POD = "0f6c8b1e-2d3a-4c5b-9e8f-7a6b5c4d3e2f"


@pytest.mark.parametrize(
    ("path", "engine", "name", "pod"),
    [
        (f"system.slice/docker-{CONTAINER}.scope", "docker", CONTAINER[:12], None),
        (f"docker/{CONTAINER}", "docker", CONTAINER[:12], None),
        (f"machine.slice/libpod-{CONTAINER}.scope", "podman", CONTAINER[:12], None),
        (
            f"kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{POD.replace('-', '_')}.slice/"
            f"cri-containerd-{CONTAINER}.scope",
            "containerd",
            CONTAINER[:12],
            POD,
        ),
        (f"kubepods/besteffort/pod{POD}/{CONTAINER}", "containerd", CONTAINER[:12], POD),
        (
            f"kubepods.slice/kubepods-pod{POD.replace('-', '_')}.slice/crio-{CONTAINER}.scope",
            "cri-o",
            "3f4e3f4e3f4e",
            POD,
        ),
        ("lxc.payload.web", "lxc", "web", None),
        ("lxc/db", "lxc", "db", None),
        (r"machine.slice/machine-my\x2dbox.scope", "nspawn", "my-box", None),
        ("machine.slice/systemd-nspawn@box.service", "nspawn", "box", None),
    ],
)
def test_the_engines_are_told_apart(path: str, engine: str, name: str, pod: str | None) -> None:
    found = container_of(Group(Path(), path))
    assert found is not None
    assert (engine, name, pod) == (found["engine"], found["name"], found["pod_id"])


@pytest.mark.parametrize(
    "path",
    [
        "system.slice/cron.service",
        f"machine.slice/libpod-conmon-{CONTAINER}.scope",
        r"machine.slice/machine-qemu\x2d1\x2dguest.scope",
        f"system.slice/docker-{CONTAINER}.scope/init",
        "docker",
        "docker/abc",
        f"kubepods.slice/kubepods-pod{POD.replace('-', '_')}.slice",
    ],
)
def test_other_groups_are_no_containers(path: str) -> None:
    assert container_of(Group(Path(), path)) is None


def test_a_container_is_a_resource_with_what_the_kernel_counts(tmp_path: Path) -> None:
    root = tree(tmp_path, {f"system.slice/docker-{CONTAINER}.scope": BUSY, "system.slice/cron.service": BUSY})
    pollster = Containers(Host("box"), root)
    pollster.poll(10**9)
    (root / f"system.slice/docker-{CONTAINER}.scope/cpu.stat").write_text("usage_usec 6000000\n")
    batch = pollster.poll(3 * 10**9).batch()
    (resource,) = batch.resources
    assert (f"box.container.{CONTAINER}", "container") == (resource.id, resource.type)
    assert {"host": "box", "engine": "docker", "container_id": CONTAINER, "name": CONTAINER[:12], "pod_id": None} == (
        resource.attributes
    )
    read = {batch.meters[meter].name: value for meter, value in zip(batch.meter, batch.value, strict=True)}
    assert (50, 6, 104857600) == (read["cgroup.cpu.util"], read["cgroup.cpu.time"], read["cgroup.memory.usage"])


def test_a_host_without_control_groups_has_no_containers(tmp_path: Path) -> None:
    assert [] == Containers(Host("box"), tmp_path).poll(1).batch().resources
