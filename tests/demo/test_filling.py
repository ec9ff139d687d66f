# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Batches in the order of time, from where they broke off."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nephoscope.demo.activity import STEPS_PER_BLOCK
from nephoscope.demo.filling import PROGRESS, Filling, nominal, progress_meter, steps_until
from nephoscope.demo.inventory import MARK
from nephoscope.demo.plan import Cloud
from nephoscope.model.sample import SampleBatch
from tests.demo.clouds import START_S, cloud

Rows = dict[tuple[str, str, int], float]
STEPS = 2 * STEPS_PER_BLOCK + 5


def rows(batch: SampleBatch) -> Rows:
    """What a batch says, by resource, meter and time."""
    columns = zip(batch.resource, batch.meter, batch.time_ns, batch.value, strict=True)
    return {(batch.resources[r].id, batch.meters[m].name, time): value for r, m, time, value in columns}


def filled(of: Cloud, *steps: int) -> Rows:
    """All measures when a cloud is brought up to each of these numbers of steps, nothing being sent twice."""
    sent: dict[int, int] = {}
    filling, found = Filling(of, sent), Rows()
    for number in steps:
        for group, batch, _ in filling.batches(START_S + (number - 1) * 300):
            if batch is not None:
                assert not set(found) & set(rows(batch))
                found.update(rows(batch))
                sent[group.start] = batch.time_ns[-1] // 10**9
    return measures(found)


def measures(found: Rows) -> Rows:
    """Without what tells of the sending itself."""
    return {key: value for key, value in found.items() if key[0] != MARK}


def test_every_meter_of_every_instance_is_there_at_every_step() -> None:
    some = cloud()
    found = filled(some, STEPS)
    missing = nominal(some, STEPS) - len(found)
    assert 0 <= missing < 0.1 * nominal(some, STEPS)
    assert {START_S + 300 * number for number in range(STEPS)} == {time // 10**9 for _, _, time in found}
    assert 40 + 40 + 40 + 2 == len({resource for resource, _, _ in found})


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, STEPS - 1), max_size=4).map(sorted))
def test_a_cloud_filled_in_several_goes_is_the_same_as_one_filled_at_once(pauses: list[int]) -> None:
    some = cloud(instances=3)
    assert filled(some, STEPS) == filled(some, *pauses, STEPS)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, STEPS - 1))
def test_who_comes_later_sends_the_rest_and_nothing_else(step: int) -> None:
    some = cloud(instances=3)
    after = START_S + (step - 1) * 300
    resumed = Filling(some, {0: after})
    parts = list(resumed.batches(START_S + (STEPS - 1) * 300))
    found = measures({key: value for _, batch, _ in parts if batch for key, value in rows(batch).items()})
    assert {key: value for key, value in filled(some, STEPS).items() if key[2] > after * 10**9} == found
    assert STEPS == sum(steps for _, _, steps in parts)


def test_a_batch_tells_how_far_its_group_is() -> None:
    some = cloud(instances=300)
    for group, batch, _ in Filling(some, {}).batches(START_S + 3000):
        assert batch is not None
        marks = {key: value for key, value in rows(batch).items() if key[0] == MARK}
        key = (MARK, progress_meter(group), (START_S + 3000) * 10**9)
        assert {key: float(len(batch.value) - 1)} == marks
        assert key[1].startswith(PROGRESS)


def test_instances_that_are_gone_are_not_spoken_of() -> None:
    some = cloud(instances=250, metrics=1, interval_s=1800)
    until_s = START_S + STEPS * 1800
    times: dict[str, list[int]] = {}
    for _, batch, _ in Filling(some, {}).batches(until_s):
        assert batch is not None
        for resource, _, time_ns in rows(batch):
            times.setdefault(resource, []).append(time_ns // 10**9)
    gone = [number for number in range(250) if some.ended_s[number] < until_s]
    assert gone
    for number in gone:
        seen = times[str(some.ids[number])]
        assert some.born_s[number] <= min(seen) <= max(seen) < some.ended_s[number]


def test_before_the_start_nothing_is_measured() -> None:
    assert 0 == steps_until(cloud(), START_S - 1)
    assert 1 == steps_until(cloud(), START_S)
    assert [] == list(Filling(cloud(), {}).batches(START_S - 1))
