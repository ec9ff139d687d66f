# SPDX-License-Identifier: Apache-2.0
"""What every actuator is made with: bounds, what the operator lets groups use, and how requests go out."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nephoscope.act.notify.contract import Tools as RequestTools
from nephoscope.act.notify.settings import NotifierSettings
from nephoscope.model.timespan import SECOND_NS


@dataclass(frozen=True, kw_only=True)
class ActuatorSettings:
    """
    All that actuators are told; the names, defaults and meanings are those of the section `[scale]`.

    Groups choose among `commands`, `units`, `hypervisors` (name: URI), `templates` and `clouds`, and can use nothing
    else. `service_cloud` lets them use the service's own credentials. Times are seconds: `change_timeout_s` is how long
    making or taking away members may take, `settle_s` how long a process has to live to have been started,
    `stop_grace_s` how long one may take to end by itself.
    """

    commands: Mapping[str, Sequence[str]] = field(default_factory=dict)
    units: Sequence[str] = ()
    systemctl: Sequence[str] = ("systemctl",)
    hypervisors: Mapping[str, str] = field(default_factory=dict)
    templates: Sequence[str] = ()
    clouds: Sequence[str] = ()
    service_cloud: bool = False
    change_timeout_s: float = 600
    settle_s: float = 1
    stop_grace_s: float = 10
    look_interval_s: float = 2


@dataclass(frozen=True)
class Tools:
    """
    `folder` is where actuators keep what they have to find again. `requests` are the notifiers' tools: requests go out
    as `[act]` says, with its networks, certificates, times and the identity service. `openstack` are an SDK's
    arguments with the service's own credentials, empty for none.
    """

    settings: ActuatorSettings
    folder: Path
    requests: RequestTools = field(default_factory=lambda: RequestTools(NotifierSettings()))
    openstack: Mapping[str, Any] = field(default_factory=dict)
    wall_s: Callable[[], float] = time.time
    monotonic_s: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def now_ns(self) -> int:
        """Nanoseconds since the epoch."""
        return int(self.wall_s() * SECOND_NS)

    def until(self, done: Callable[[], bool]) -> bool:
        """Ask every so often whether it is done, and give whether it was before the time for a change was over."""
        give_up_s = self.monotonic_s() + self.settings.change_timeout_s
        while not done():
            if self.monotonic_s() >= give_up_s:
                return False
            self.sleep(self.settings.look_interval_s)
        return True
