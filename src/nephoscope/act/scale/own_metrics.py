# SPDX-License-Identifier: Apache-2.0
"""How many members a group has, as metrics of a resource of its own."""

from nephoscope.model.sample import Meter, SampleBatch, SampledResource
from nephoscope.model.scaling import ScalingGroup

TYPE = "scaling_group"
METERS = [Meter("members", "gauge", "member"), Meter("desired", "gauge", "member")]


def samples(group: ScalingGroup, size: int, now_ns: int) -> SampleBatch:
    """The members that are there, and those that are to be."""
    attributes: dict[str, str | float | bool | None] = {"display_name": group.name, "actuator": group.actuator}
    resource = SampledResource(id=group.id, type=TYPE, project_id=group.project_id or None, attributes=attributes)
    return SampleBatch([resource], METERS, [0, 0], [0, 1], [now_ns, now_ns], [size, group.desired])
