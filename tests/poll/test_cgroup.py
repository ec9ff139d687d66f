# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Control groups: what is read of each, and that there may be none."""

from pathlib import Path

import pytest

from nephoscope.poll import cgroup
from nephoscope.poll.cgroup import ROOT, Group, Utilisation, groups, values_of
from tests.poll.made import BUSY, tree


def test_everything_that_the_kernel_counts_is_read(tmp_path: Path) -> None:
    tree(tmp_path, {"a.slice/b.service": BUSY})
    assert {
        "cgroup.cpu.time": 5,
        "cgroup.cpu.time.user": 3,
        "cgroup.cpu.time.system": 2,
        "cgroup.cpu.periods": 10,
        "cgroup.cpu.throttled.periods": 2,
        "cgroup.cpu.throttled.time": 0.15,
        "cgroup.memory.usage": 104857600,
        "cgroup.memory.peak": 209715200,
        "cgroup.memory.anonymous": 1000,
        "cgroup.memory.cache": 2000,
        "cgroup.memory.kernel": 3000,
        "cgroup.memory.faults.major": 4,
        "cgroup.memory.oom_kills": 1,
        "cgroup.swap.usage": 4096,
        "cgroup.disk.read.bytes": 101,
        "cgroup.disk.write.bytes": 202,
        "cgroup.disk.read.requests": 4,
        "cgroup.disk.write.requests": 5,
        "cgroup.processes": 7,
        "cgroup.processes.limit": 100,
        "cgroup.pressure.cpu": 1.5,
        "cgroup.pressure.cpu.time": 2,
        "cgroup.pressure.io": 0,
        "cgroup.pressure.io.time": 0.5,
    } == values_of(Group(tmp_path / "a.slice/b.service", "a.slice/b.service"))


def test_limits_are_read_where_there_are_any(tmp_path: Path) -> None:
    tree(tmp_path, {"a": {"memory.max": "1024\n", "pids.max": "max\n"}, "b": {"memory.max": f"{2**63 - 1}\n"}})
    assert [{"cgroup.memory.limit": 1024}, {}] == [values_of(group) for group in groups(tmp_path)]


def test_groups_come_with_their_parents_first(tmp_path: Path) -> None:
    tree(tmp_path, {"a/b": {}, "a/c/d": {}, "e": {}})
    (tmp_path / "a" / "link").symlink_to(tmp_path)
    assert ["a", "a/b", "a/c", "a/c/d", "e"] == [group.path for group in groups(tmp_path)]


@pytest.mark.parametrize("names", [[], ["cpu", "memory", "unified/cgroup.controllers"]])
def test_hosts_with_the_first_version_or_none_have_no_groups(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).mkdir(parents=True)
    assert [] == list(groups(tmp_path))
    assert [] == list(groups(tmp_path / "missing"))


def test_neither_depth_nor_number_is_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, {"/".join(["a"] * 40): {}})
    assert cgroup.DEPTH_MAX == len(list(groups(tmp_path)))
    monkeypatch.setattr(cgroup, "GROUPS_MAX", 3)
    assert 3 == len(list(groups(tmp_path)))


def test_a_group_that_goes_away_in_between_has_nothing(tmp_path: Path) -> None:
    assert {} == values_of(Group(tmp_path / "gone", "gone"))


def test_broken_files_are_passed_over(tmp_path: Path) -> None:
    broken = {"cpu.stat": "usage_usec\nx y z\nusage_usec one", "io.stat": "8:0 rbytes=x =\n", "pids.current": "\xff"}
    tree(tmp_path, {"a": {**broken, "cpu.pressure": "\nsome\nsome avg10=x total=1\n", "memory.current": "nan"}})
    assert {} == values_of(Group(tmp_path / "a", "a"))


def test_use_is_told_against_the_time_before() -> None:
    group, used = Group(Path(), "a"), Utilisation()
    assert {} == used.of(group, {"cgroup.cpu.time": 5}, 10**9)
    used.seen_all()
    assert {"cgroup.cpu.util": 150} == used.of(group, {"cgroup.cpu.time": 8}, 3 * 10**9)
    used.seen_all()
    assert {} == used.of(group, {"cgroup.cpu.time": 1}, 4 * 10**9), "started anew"
    used.seen_all()
    used.seen_all()
    assert {} == used.of(group, {"cgroup.cpu.time": 2}, 5 * 10**9), "was gone"


def test_this_machine_is_read_as_it_is() -> None:
    found = list(groups())
    assert bool(found) <= (ROOT / "cgroup.controllers").exists()
    assert all(value >= 0 for group in found for value in values_of(group).values())
