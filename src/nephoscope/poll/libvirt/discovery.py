# SPDX-License-Identifier: Apache-2.0
"""Which domains there are on this host, by libvirt's own word, and what the compute service knows of them."""

from typing import Any

from nephoscope.poll.contract import PollSettings, Target
from nephoscope.poll.libvirt.connection import shared
from nephoscope.poll.libvirt.servers import known_by
from nephoscope.poll.libvirt.statistics import ACTIVE


class LocalInstances:
    """
    Lists the domains of this host's hypervisor, stopped ones only where the settings ask for their meters.

    Whatever `instance_discovery_method` says, it is libvirt that says what there is, as it is who is polled: so no
    domain goes unmeasured because the compute service is away, or has not heard of it. The method decides who is
    asked for facts.
    """

    def __init__(self, settings: PollSettings) -> None:
        """Connects to nobody yet."""
        self._flags = 0 if settings.report_stopped_instance_metrics else ACTIVE
        self._connection = shared(settings.libvirt_uri, settings.timeout_s)
        self._servers = known_by(settings)

    def discover(self, _: str) -> list[Target]:
        """
        A target for each domain: its UUID, which is the instance's id, and the facts known of it.

        Gives   nothing where there is no libvirt.
        Raises  TimeoutError when libvirt hangs; libvirt's errors, but for those of a broken connection.
        """
        ids = self._connection.ask(self._list) or []
        known = self._servers.facts(ids) if self._servers is not None and ids else {}
        return [Target(each, known.get(each, {})) for each in ids]

    def _list(self, opened: Any) -> list[str]:
        return [domain.UUIDString() for domain in opened.listAllDomains(self._flags)]
