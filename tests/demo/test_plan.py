# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""A cloud follows from its plan."""

import doctest

import msgspec
import numpy as np
import pytest

from nephoscope.demo import plan as module
from nephoscope.demo.plan import INSTANCES_PER_GROUP, INSTANCES_PER_HOST, Plan
from tests.demo.clouds import START_S, cloud


def test_the_examples_in_the_text_hold() -> None:
    assert 1 == doctest.testmod(module).attempted
    assert 0 == doctest.testmod(module).failed


def test_the_same_plan_gives_the_same_cloud_and_another_seed_another() -> None:
    one, same, other = cloud(), cloud(), cloud(seed=2)
    assert one.ids == same.ids
    assert one.names == same.names
    assert np.array_equal(one.born_s, same.born_s)
    assert not set(one.ids) & set(other.ids)


def test_everything_has_a_name_of_its_own() -> None:
    big = cloud(instances=2000, projects=60)
    assert 2000 == len(set(big.ids)) == len(set(big.names))
    assert 60 == len(set(big.project_names))
    assert 80 == big.hosts == len({big.host_name(number) for number in range(big.hosts)})
    assert {4} == {id_.version for id_ in big.ids}


def test_groups_hold_every_instance_once_and_never_share_a_host() -> None:
    assert 0 == INSTANCES_PER_GROUP % INSTANCES_PER_HOST
    big = cloud(instances=2 * INSTANCES_PER_GROUP + 1)
    instances = [number for group in big.groups for number in range(group.start, group.stop)]
    hosts = [host for group in big.groups for host in big.hosts_of(group)]
    assert list(range(2 * INSTANCES_PER_GROUP + 1)) == instances
    assert list(range(big.hosts)) == hosts
    for group in big.groups:
        assert set(big.hosts_of(group)) == set(big.host[group].tolist())


def test_most_instances_live_all_week_some_begin_some_end_some_are_missing_for_a_while() -> None:
    big = cloud(instances=2000)
    times = START_S + 300 * np.arange(2016)
    alive = big.alive(times, slice(0, 2000))
    assert 0.85 < alive.all(axis=0).mean() < 0.97
    assert (~alive[0] & alive[-1]).sum() > 20
    assert (alive[0] & ~alive[-1]).sum() > 20
    lost_and_back = alive[0] & alive[-1] & ~alive.all(axis=0)
    assert lost_and_back.sum() > 20
    assert all(born < ended for born, ended in zip(big.born_s.tolist(), big.ended_s.tolist(), strict=True))


def test_a_plan_survives_being_written_down() -> None:
    plan = cloud(instances=77, seed=9).plan
    written = msgspec.json.encode(plan)
    assert len(written) <= 255
    assert plan == msgspec.json.decode(written, type=Plan)


@pytest.mark.parametrize("sizes", ['{"instances": 0}', '{"metrics": 21}', '{"interval_s": 0}'])
def test_a_plan_of_no_sense_is_refused(sizes: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(sizes.replace("{", '{"start_s": 0, '), type=Plan)
