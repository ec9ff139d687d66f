# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Samples made by column."""

from nephoscope.model.reserved import Reserved
from nephoscope.model.sample import Meter
from nephoscope.poll.libvirt.columns import Columns, Row
from nephoscope.poll.libvirt.domain import read
from nephoscope.poll.libvirt.metadata import Describer
from tests.services.libvirt_node import PROJECT, USER, domain_xml

METER = Meter("power.state", "gauge", "")


def columns(count: int) -> Columns:
    describer = Describer("node-1", Reserved())
    described = [describer.describe(read(domain_xml(number)), 1, {}) for number in range(count)]
    return Columns.of([Row(each, each.instance, {}) for each in described], 7, 0.5)


def test_each_row_with_a_value_is_a_sample() -> None:
    made = columns(3)
    samples = made.samples(METER, [1, None, 0])
    assert [1.0, 0.0] == samples.volume.tolist()
    assert [made.rows[0].resource.id, made.rows[2].resource.id] == samples.resource_id.tolist()
    assert [("power.state", "gauge", "", USER, PROJECT, 7, 0.5)] * 2 == list(
        zip(
            samples.name,
            samples.type,
            samples.unit,
            samples.user_id,
            samples.project_id,
            samples.time_ns.tolist(),
            samples.monotonic_s.tolist(),
            strict=True,
        )
    )


def test_samples_of_one_resource_share_its_metadata() -> None:
    made = columns(2)
    samples = made.samples(METER, [1, 2])
    assert all(told is row.resource.metadata for told, row in zip(samples.metadata, made.rows, strict=True))


def test_what_is_no_number_is_not_there() -> None:
    assert 0 == len(columns(2).samples(METER, [None, float("nan")]))
    assert 0 == len(columns(0).samples(METER, []))
