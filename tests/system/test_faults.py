# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What the server stands on goes away and comes back: PostgreSQL, the store, room on the disk."""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.services.clickhouse import ClickHouse
from tests.services.postgresql import PostgreSQL
from tests.system.http import Answer, Caller, gnocchi, plain
from tests.system.load import POLICY, Load, assert_all_there_once
from tests.system.server import BASIC, Server, serving

FILLINGS = 3
SHARED_BYTES = 300_000_000


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
            load.wait_for_each()
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
    """A folder whose room can be taken away and given back; `free_bytes_min` is the setting that fits it."""

    folder: Path
    free_bytes_min: int

    def fill(self) -> None: ...

    def free(self) -> None: ...


class SmallDisk:
    """A small file system in memory, filled to the last byte."""

    def __init__(self, folder: Path, free_bytes_min: int) -> None:
        self.folder = folder
        self.free_bytes_min = free_bytes_min

    def fill(self) -> None:
        with (self.folder / "ballast").open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))

    def free(self) -> None:
        (self.folder / "ballast").unlink()


class SharedDisk:
    """Where nothing can be mounted: the disk that is there, of which the server may use little."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.free_bytes_min = shutil.disk_usage(folder).free - SHARED_BYTES

    def fill(self) -> None:
        with (self.folder / "ballast").open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, 2 * SHARED_BYTES)

    def free(self) -> None:
        (self.folder / "ballast").unlink()


@pytest.fixture(params=[20_000_000, 1], ids=["with room to spare", "to the last byte"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """A disk of its own where we may mount one; the server stops writing early, or not before the end."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", folder], check=False)
    if done.returncode:
        yield SharedDisk(folder)
        return
    yield SmallDisk(folder, request.param)
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_refuses_writes_until_there_is_room(disk: Disk) -> None:
    with serving(disk.folder, config=f"{BASIC}[store]\nfree_bytes_min = {disk.free_bytes_min}\n") as server:
        load, caller = Load(server), gnocchi(server.url)
        known = load.series[0][0]
        with load.running():
            for _ in range(FILLINGS):
                load.wait_for(1000)
                disk.fill()
                load.wait_for_status(503)
                refused = caller("POST", f"/v1/metric/{known.id}/measures", body=[{"timestamp": 2e9, "value": 1}])
                assert (503, "1") == (refused.status, refused.headers.get("Retry-After")), refused.body
                until(lambda: readable(caller, known.id) >= 20, "points readable while the disk is full")
                disk.free()
            load.wait_for(1000)
            made = caller("POST", "/v1/metric", body={"archive_policy_name": POLICY["name"]})
            assert 201 == made.status
        assert {202, 503} == set(load.statuses)
        assert 0 == load.lost_answers
        stored = assert_all_there_once(load)
        print(f"disk full {FILLINGS} times: {load.acknowledged} acknowledged, {stored} stored, {dict(load.statuses)}")


def readable(caller: Caller, metric: str) -> int:
    """How many points of a metric can be read now."""
    answer = caller("GET", f"/v1/metric/{metric}/measures", arguments={"aggregation": "count"})
    assert answer.status in (200, 503), answer.body
    return len(answer.body) if answer.status == 200 else 0
