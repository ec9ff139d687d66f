# SPDX-License-Identifier: Apache-2.0
"""Space of file systems."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from nephoscope.model.sample import SampleBatch
from nephoscope.poll.filesystem import Filesystem
from nephoscope.poll.host import Host

Mounts = Callable[..., None]


@pytest.fixture
def mounts(monkeypatch: pytest.MonkeyPatch) -> Mounts:
    """Let the machine have these mounts: (device, mount point, type); layered ones show only among all."""

    def mount(*rows: tuple[str, str, str]) -> None:
        found = [SimpleNamespace(device=d, mountpoint=m, fstype=t) for d, m, t in rows]
        monkeypatch.setattr(
            psutil, "disk_partitions", lambda **asked: [m for m in found if asked["all"] or m.fstype != "overlay"]
        )

    return mount


def mount_points(batch: SampleBatch) -> list[object]:
    """Where the file systems of a batch are mounted."""
    return [resource.attributes["mount_point"] for resource in batch.resources]


def test_figures_are_those_of_the_file_system() -> None:
    batch = Filesystem(Host("box")).poll(1).batch()
    root = mount_points(batch).index("/")
    read = {
        batch.meters[m].name: v for r, m, v in zip(batch.resource, batch.meter, batch.value, strict=True) if r == root
    }
    assert shutil.disk_usage("/").total == read["filesystem.total"]
    assert read["filesystem.util"] == pytest.approx(
        100 * read["filesystem.used"] / (read["filesystem.used"] + read["filesystem.available"])
    )
    assert os.statvfs("/").f_files == read["filesystem.inodes.total"]


def test_a_device_mounted_twice_counts_once_at_its_shortest_place(mounts: Mounts, tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    mounts(("/dev/a", str(tmp_path / "deeper"), "ext4"), ("/dev/a", str(tmp_path), "ext4"), ("/dev/b", "/", "ext4"))
    assert {str(tmp_path), "/"} == set(mount_points(Filesystem(Host("box")).poll(1).batch()))


def test_images_single_files_and_the_unreachable_are_left_out(mounts: Mounts, tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("")
    mounts(
        ("/dev/loop1", str(tmp_path), "squashfs"),
        ("/dev/a", str(tmp_path / "hosts"), "ext4"),
        ("/dev/b", str(tmp_path / "absent"), "ext4"),
        ("/dev/c", "/", "ext4"),
    )
    assert mount_points(Filesystem(Host("box")).poll(1).batch()) == ["/"]


def test_a_container_still_sees_its_layered_root(mounts: Mounts) -> None:
    mounts(("overlay", "/", "overlay"), ("overlay", "/var", "overlay"))
    assert mount_points(Filesystem(Host("box")).poll(1).batch()) == ["/"]
