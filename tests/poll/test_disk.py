# SPDX-License-Identifier: Apache-2.0
"""Disk I/O."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from nephoscope.poll.disk import Disk
from nephoscope.poll.host import Host
from tests.project import PROJECT


def counters(read_bytes: int) -> SimpleNamespace:
    """The counters of one device."""
    return SimpleNamespace(
        read_count=1, write_count=2, read_bytes=read_bytes, write_bytes=0, read_time=1500, write_time=0, busy_time=250
    )


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with a disk, its partition, a controller's disk with a slash, and an empty loop device."""
    found: Mapping[str, SimpleNamespace] = {
        "sda": counters(10),
        "sda1": counters(10),
        "cciss/c0d0": counters(20),
        "loop0": counters(0),
    }
    monkeypatch.setattr(psutil, "disk_io_counters", lambda perdisk, nowrap: found)
    for name in ("sda", "cciss!c0d0", "loop0"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_whole_devices_that_ever_moved_a_byte_are_read(devices: Path) -> None:
    batch = Disk(Host("box"), devices).poll(1).batch()
    assert [resource.id for resource in batch.resources] == ["box.disk.sda", "box.disk.cciss:c0d0"]


def test_milliseconds_become_seconds(devices: Path) -> None:
    batch = Disk(Host("box"), devices).poll(1).batch()
    first = {
        batch.meters[m].name: v for r, m, v in zip(batch.resource, batch.meter, batch.value, strict=True) if r == 0
    }
    assert (first["disk.read.time"], first["disk.busy.time"]) == (1.5, 0.25)


def test_where_the_list_of_devices_is_hidden_partitions_are_better_than_nothing(devices: Path) -> None:
    batch = Disk(Host("box"), devices / "absent").poll(1).batch()
    assert len(batch.resources) == 3


def test_writing_to_this_machines_disk_shows() -> None:
    def written() -> float:
        batch = Disk(Host("box")).poll(1).batch()
        return sum(
            v for m, v in zip(batch.meter, batch.value, strict=True) if batch.meters[m].name == "disk.write.bytes"
        )

    before = written()
    # Temporary files may be kept in memory; what the project lies on is a disk.
    with tempfile.TemporaryFile(dir=PROJECT) as file:
        file.write(os.urandom(4 * 1024 * 1024))
        file.flush()
        os.fsync(file.fileno())
    assert written() - before >= 4 * 1024 * 1024
