# SPDX-License-Identifier: Apache-2.0
"""What work on groups needs of others, and its bounds."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from nephoscope.act.scale.contract import Actuator
from nephoscope.model.sample import SampleBatch
from nephoscope.model.scaling import ScalingGroup, TargetTracking
from nephoscope.store.index.scaling_contract import Scaling

Values = Callable[[str | None, TargetTracking, Collection[str], int], Mapping[str, float] | str]
"""
What members measure: project (None for all), rule, names of resources, start of the bucket in ns.

Gives the value by the resource's name, of those that have one; or why nothing is known.
"""

Tick = Callable[[str, str, int], int | None]
"""The tick of a cron line in a time zone, next to a time in ns; None where there is none."""


@dataclass(frozen=True, kw_only=True)
class WorkSettings:
    """
    Bounds and times, s, as the section `[scale]` names them.

    An actuator that has not come back `hang_s` after `change_timeout_s` is given up.
    """

    threads_max: int = 8
    poll_interval_s: float = 1
    hold_s: float = 15
    reconcile_interval_s: float = 30
    change_timeout_s: float = 600
    hang_s: float = 30
    lag_s: float = 1
    decisions_days: float = 365


@dataclass(frozen=True, kw_only=True)
class WorkTools:
    """
    What a turn is made with: `opened` gives a group's actuator, `publish` takes samples.

    `last_tick` is at or before a time, `next_tick` after it.
    """

    scaling: Scaling
    opened: Callable[[ScalingGroup], Actuator]
    values: Values
    last_tick: Tick
    next_tick: Tick
    publish: Callable[[SampleBatch], None]
    settings: WorkSettings = WorkSettings()
    wall_ns: Callable[[], int] = time.time_ns
    monotonic_s: Callable[[], float] = time.monotonic
