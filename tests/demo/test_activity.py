# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""How busy instances are."""

import numpy as np

from nephoscope.demo.activity import STEPS_PER_BLOCK, Block, Counters
from nephoscope.demo.plan import HOST_CORES, Cloud
from nephoscope.demo.workload import WORKLOADS
from tests.demo.clouds import cloud

BLOCKS = 8  # two days


def blocks(of: Cloud) -> list[Block]:
    return [Block(of, of.groups[0], number) for number in range(BLOCKS)]


def test_blocks_follow_each_other_without_a_step_between() -> None:
    times = np.concatenate([each.times_s for each in blocks(cloud())])
    assert BLOCKS * STEPS_PER_BLOCK == len(times)
    assert {300} == set(np.diff(times).tolist())


def test_load_is_between_idle_and_full_and_differs_by_kind_of_work() -> None:
    some = cloud(instances=250)
    load = np.concatenate([each.cpu_util for each in blocks(some)])
    assert 0 < load.min()
    assert load.max() <= 100
    by_name = {each.name: load[:, some.workload == number] for number, each in enumerate(WORKLOADS)}
    assert by_name["idle"].mean() < 3
    assert 70 < by_name["train"].mean()
    at = np.concatenate([each.times_s for each in blocks(some)]) % 86400 / 3600
    assert by_name["batch"][(at > 1) & (at < 4)].mean() > 5 * by_name["batch"][(at > 12) & (at < 18)].mean()


def test_memory_stays_within_the_instance_and_leaks_are_mended_by_a_new_start() -> None:
    some = cloud(instances=250)
    used = np.concatenate([each.memory_used_mb for each in blocks(some)])
    assert (used > 0).all()
    assert (used < blocks(some)[0].memory_mb).all()
    leaking = some.leak_period_s > 0
    assert leaking.sum() > 0
    share = used[:, leaking] / blocks(some)[0].memory_mb[leaking]
    assert np.diff(share, axis=0).min() < -0.3


def test_counters_grow_over_blocks_and_start_anew_with_their_instance_only() -> None:
    some = cloud(instances=250)
    counters = Counters()
    readings = np.concatenate(
        [each.count(counters, "bytes", each.per_second(lambda work: work.in_bytes_s, 1)) for each in blocks(some)]
    )
    steps = np.diff(readings, axis=0)
    fell = (steps < 0).any(axis=0)
    anew = (some.leak_period_s > 0) | (some.born_s >= some.plan.start_s)
    assert fell.any()
    assert set(np.flatnonzero(fell)) <= set(np.flatnonzero(anew))
    assert (readings == np.floor(readings)).all()
    assert (readings >= 0).all()
    assert (steps.mean(axis=0)[~anew] > 0).all()


def test_a_host_carries_what_its_instances_use() -> None:
    some = cloud(instances=40)
    block = Block(some, some.groups[0], 0)
    cpu, memory = block.host_load()
    assert (STEPS_PER_BLOCK, 2) == cpu.shape == memory.shape
    there = block.alive[:, 25:]
    cores = (block.cpu_util[:, 25:] / 100 * block.vcpus[25:] * there).sum(axis=1)
    assert np.allclose(cpu[:, 1], 100 * cores / HOST_CORES + 1.5)
    assert (memory[:, 0] > memory[:, 1]).mean() > 0.5
