# SPDX-License-Identifier: Apache-2.0
"""Samples as agents send them: columns of readings beside the few meters and resources that they belong to."""

from typing import Annotated

import msgspec

from nephoscope.model.metric import Kind


class Meter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is measured and how: `unit` is at most 31 characters."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    kind: Kind = "gauge"
    unit: Annotated[str, msgspec.Meta(max_length=31)] = ""


class SampledResource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The thing measured, as its agent knows it; `id` is a UUID or any name without a slash."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=289)]
    type: str = "generic"
    project_id: str | None = None
    attributes: dict[str, str | float | bool | None] = {}


class SampleBatch(msgspec.Struct, forbid_unknown_fields=True):
    """
    One batch of samples, by column: row i reads `value[i]` of `meters[meter[i]]` on `resources[resource[i]]`.

    `time_ns` counts nanoseconds since the epoch, UTC. All four columns have the same length.
    """

    resources: list[SampledResource]
    meters: list[Meter]
    resource: list[int]
    meter: list[int]
    time_ns: list[int]
    value: list[float]
