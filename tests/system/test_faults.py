# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What the server stands on goes away and comes back: PostgreSQL, the store, room on the disk."""

import contextlib
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from tests.services.clickhouse import ClickHouse
from tests.services.postgresql import PostgreSQL
from tests.system.http import Answer, gnocchi, plain
from tests.system.load import POLICY, Load, assert_all_there_once
from tests.system.server import BASIC, Server, serving

SMALL = "96m"


def until(holds: Callable[[], bool], what: str, timeout_s: float = 60.0) -> None:
    """Wait for a condition; AssertionError when it does not come true in time."""
    give_up = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < give_up, f"not in {timeout_s} s: {what}"
        time.sleep(0.05)


def ready(server: Server) -> Answer:
    return plain(server.url)("GET", "/readyz")


def test_postgresql_killed_under_load(tmp_path: Path, postgresql: PostgreSQL, fresh_postgresql_url: str) -> None:
    with serving(tmp_path, config=f'{BASIC}[index]\nurl = "{fresh_postgresql_url}"\n') as server:
        load, caller = Load(server), gnocchi(server.url)
        metric = {"archive_policy_name": POLICY["name"]}
        with load.running():
            load.wait_for(200)
            postgresql.kill()
            try:
                refused = caller("POST", "/v1/metric", body=metric)
                assert (503, "1") == (refused.status, refused.headers.get("Retry-After")), refused.body
                assert 503 == caller("GET", "/v1/metric").status
                assert 503 == ready(server).status
                assert "index" in ready(server).body["obstacles"][0]
                assert 200 == plain(server.url)("GET", "/healthz").status
                # Points of metrics that the server knows need no index.
                load.wait_for(200)
            finally:
                postgresql.start()
            until(lambda: ready(server).status == 200, "ready again")
            made = caller.done("POST", "/v1/metric", body=metric)
            assert made["id"] in {each["id"] for each in caller.done("GET", "/v1/metric")}
            load.wait_for(200)
        assert {202} == set(load.statuses)
        stored = assert_all_there_once(load)
        print(f"PostgreSQL killed: {load.acknowledged} acknowledged, {stored} stored, {dict(load.statuses)}")


def test_store_killed_under_load(tmp_path: Path, clickhouse: ClickHouse, fresh_clickhouse_url: str) -> None:
    with serving(tmp_path, config=f'{BASIC}[store]\ndsn = "{fresh_clickhouse_url}"\n') as server:
        load = Load(server)
        with load.running():
            load.wait_for(200)
            clickhouse.kill()
            try:
                load.wait_for_status(503)
                assert 503 == ready(server).status
            finally:
                clickhouse.start()
            load.wait_for(200)
        assert {202, 503} == set(load.statuses)
        stored = assert_all_there_once(load)
        print(f"store killed: {load.acknowledged} acknowledged, {stored} stored, {dict(load.statuses)}")


class Disk(Protocol):
    """A data folder whose room can be taken away and given back."""

    def fill(self, server: Server) -> None: ...

    def free(self, server: Server) -> None: ...


class MountedDisk:
    """A small file system in memory: filled by a file that leaves nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, server: Server) -> None:
        with (self.folder / "ballast").open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))

    def free(self, server: Server) -> None:
        (self.folder / "ballast").unlink()


class LimitedDisk:
    """Where nothing can be mounted: the kernel forbids the process to make files larger than they are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, server: Server) -> None:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))

    def free(self, server: Server) -> None:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def mounted(folder: Path) -> Iterator[Disk]:
    """A file system of its own where we may mount one, else the kernel's limit."""
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", folder], check=False)
    if done.returncode:
        yield LimitedDisk(folder)
        return
    try:
        yield MountedDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture(params=["small", "limited"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Disk]]:
    """A folder for a server, and the disk below it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if request.param == "limited":
        yield folder, LimitedDisk(folder)
        return
    with mounted(folder) as small:
        yield folder, small


def test_a_full_disk_refuses_writes_until_there_is_room(disk: tuple[Path, Disk]) -> None:
    folder, room = disk
    with serving(folder, config=BASIC) as server:
        load, caller = Load(server), gnocchi(server.url)
        with load.running():
            load.wait_for(400)
            room.fill(server)
            load.wait_for_status(503)
            known = load.series[0][0]
            refused = caller("POST", f"/v1/metric/{known.id}/measures", body=[{"timestamp": 2e9, "value": 1}])
            assert (503, "1") == (refused.status, refused.headers.get("Retry-After")), refused.body
            read = caller("GET", f"/v1/metric/{known.id}/measures", arguments={"aggregation": "count"})
            assert (200, True) == (read.status, len(read.body) >= 20)
            assert 503 == caller("POST", "/v1/metric", body={"archive_policy_name": POLICY["name"]}).status
            assert server.running
            room.free(server)
            load.wait_for(400)
        assert {202, 503} == set(load.statuses)
        assert 0 == load.lost_answers
        stored = assert_all_there_once(load)
        print(f"disk full: {load.acknowledged} acknowledged, {stored} stored, {dict(load.statuses)}")
