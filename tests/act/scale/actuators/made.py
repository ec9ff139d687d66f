# SPDX-License-Identifier: Apache-2.0
"""Tools of actuators for tests: they reach loopback, and never wait where they would look again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nephoscope.act.notify.contract import Identity
from nephoscope.act.scale.actuators.tools import ActuatorSettings, Tools
from tests.act.notify.made import NOON_S
from tests.act.notify.made import tools as request_tools


def tools(
    folder: Path,
    *,
    requests: Mapping[str, Any] | None = None,
    identity: Identity | None = None,
    openstack: Mapping[str, Any] | None = None,
    **settings: Any,
) -> Tools:
    """What is not said is as `[scale]` has it, but quick; it is always noon."""
    usual: dict[str, Any] = {"settle_s": 0.05, "look_interval_s": 0.01, "change_timeout_s": 30}
    return Tools(
        ActuatorSettings(**(usual | settings)),
        folder,
        request_tools(identity, **(requests or {})),
        openstack or {},
        wall_s=lambda: NOON_S,
    )
