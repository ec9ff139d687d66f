# SPDX-License-Identifier: Apache-2.0
"""
Who makes members and takes them away: one row of `ACTUATORS` for each kind.

Packages outside add rows of the same form in the entry-point group `nephoscope.actuators`.
"""

from collections.abc import Mapping
from typing import Any

from nephoscope.act.scale.actuators.tools import Tools
from nephoscope.act.scale.contract import Actuator
from nephoscope.model import row_table

ENTRY_POINT_GROUP = "nephoscope.actuators"

ACTUATORS: dict[str, str] = {
    "command": "nephoscope.act.scale.actuators.command:Command",
    "heat": "nephoscope.act.scale.actuators.heat:Heat",
    "libvirt": "nephoscope.act.scale.actuators.libvirt:Libvirt",
    "openstack": "nephoscope.act.scale.actuators.openstack:Openstack",
    "webhook": "nephoscope.act.scale.actuators.webhook:Webhook",
}


def offered() -> dict[str, str]:
    """Every name that `made` knows, ours and those of other packages: name -> `module:Class`, sorted."""
    return row_table.offered(ACTUATORS, ENTRY_POINT_GROUP)


def made(name: str, group: str, options: Mapping[str, Any], tools: Tools) -> Actuator:
    """The actuator of a group. NotFound says which there are, BadRequest which option or setting is wrong."""
    actuator: Actuator = row_table.load("actuator", name, ACTUATORS, ENTRY_POINT_GROUP)(group, options, tools)
    return actuator
