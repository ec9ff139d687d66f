# SPDX-License-Identifier: Apache-2.0
"""Which domains there are on this host, by libvirt's own word."""

from typing import Any

from nephoscope.poll.contract import PollSettings, Target
from nephoscope.poll.libvirt.connection import shared
from nephoscope.poll.libvirt.statistics import ACTIVE


class LocalInstances:
    """Lists the domains of this host's hypervisor, stopped ones only where the settings ask for their meters."""

    def __init__(self, settings: PollSettings) -> None:
        """Connects to nobody yet."""
        self._flags = 0 if settings.report_stopped_instance_metrics else ACTIVE
        self._connection = shared(settings.libvirt_uri, settings.timeout_s)

    def discover(self, _: str) -> list[Target]:
        """
        A target for each domain: its UUID, which is the instance's id.

        Gives   nothing where there is no libvirt.
        Raises  TimeoutError when libvirt hangs; libvirt's errors, but for those of a broken connection.
        """
        return self._connection.ask(self._list) or []

    def _list(self, opened: Any) -> list[Target]:
        return [Target(domain.UUIDString()) for domain in opened.listAllDomains(self._flags)]
