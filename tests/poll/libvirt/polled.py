# SPDX-License-Identifier: Apache-2.0
"""A family and its discovery as an agent has them, and the samples of a cycle by meter and resource."""

import time
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from nephoscope.model.sample_columns import Samples
from nephoscope.poll.contract import PollSettings
from nephoscope.poll.libvirt.discovery import LocalInstances
from nephoscope.poll.libvirt.family import Libvirt

HOST = "node-1"
ALL = tuple(meter.name for meter in Libvirt.METERS)


class Agent:
    """Polls every meter, or those named, of what its discovery finds."""

    def __init__(self, uri: str, timeout_s: float = 30.0, *, stopped: bool = False, **settings_: Any) -> None:
        settings = PollSettings(HOST, libvirt_uri=uri, timeout_s=timeout_s)
        settings = replace(settings, report_stopped_instance_metrics=stopped, **settings_)
        self.family = Libvirt(settings)
        self.discovery = LocalInstances(settings)

    def cycle(self, meters: Collection[str] = ALL) -> Samples:
        """One cycle, as the agent runs it."""
        return self.family.poll(self.discovery.discover(""), meters, time.time_ns())

    def values(self, meters: Collection[str] = ALL) -> dict[tuple[str, str], float]:
        """One cycle as (display name of the domain, meter) -> volume; of several disks or ports, the last."""
        samples = self.cycle(meters)
        named = (metadata["display_name"] for metadata in samples.metadata)
        return dict(zip(zip(named, samples.name, strict=True), samples.volume.tolist(), strict=True))


def until(found: Callable[[], bool], timeout_s: float = 20.0) -> None:
    """Wait until something becomes true; AssertionError when it does not."""
    give_up = time.monotonic() + timeout_s
    while not found():
        assert time.monotonic() < give_up, "it did not become true in time"
        time.sleep(0.1)
