# SPDX-License-Identifier: Apache-2.0
"""The descriptions of a host's domains, fetched when they are new or have changed, and kept otherwise."""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nephoscope.model.errors import BadPayload
from nephoscope.poll.libvirt import domain as xml
from nephoscope.poll.libvirt.connection import Connection
from nephoscope.poll.libvirt.domain import Domain
from nephoscope.poll.libvirt.metadata import Described, Describer
from nephoscope.poll.libvirt.meters import Stats
from nephoscope.poll.libvirt.statistics import Found

log = logging.getLogger("nephoscope.poll.libvirt")

# Some changes, such as another bridge of a port, come without an event.
KEPT_S_MAX = 3600.0


@dataclass
class _Known:
    """A domain's description as of one run of it; `described` is for the last state and facts that were asked for."""

    domain: Domain
    run: int
    fetched: float
    described: Described | None = None
    described_for: tuple[int, Mapping[str, Any]] | None = None


class Domains:
    """
    Knows the domains of one hypervisor.

    A description is fetched again after an event of libvirt's that may have changed it, when the domain was started
    anew, when statistics name a device that it does not, after an hour, and all are after the connection broke, as
    events may have been missed.
    """

    def __init__(
        self, connection: Connection, describer: Describer, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Fetches nothing yet; `connection` tells what changed."""
        self._connection = connection
        self._describer = describer
        self._monotonic = monotonic
        self._generation = -1
        self._known: dict[str, _Known] = {}
        self._unreadable: set[str] = set()

    def describe(
        self, found: Mapping[str, Found], facts: Mapping[str, Mapping[str, Any]], present: Collection[str]
    ) -> dict[str, Described]:
        """
        Descriptions by UUID, without domains that vanished, or whose XML cannot be read.

        Takes   what this cycle `found`, the `facts` of its targets, both by UUID, and all domains that are `present`.
        Raises  what asking libvirt raises.
        """
        self._forget(present)
        missing = [uuid for uuid, each in found.items() if not self._current(uuid, each)]
        if missing:
            # Events from now on count: what they tell of may have happened after the description was given.
            self._fetch({uuid: found[uuid].run for uuid in missing})
        return {uuid: self._described(known, found[uuid].stats, facts[uuid]) for uuid, known in self._of(found)}

    def _forget(self, present: Collection[str]) -> None:
        if self._generation != self._connection.generation:
            self._generation = self._connection.generation
            self._known.clear()
        for uuid in self._connection.changed() | (self._known.keys() - set(present)):
            self._known.pop(uuid, None)
        self._unreadable &= set(present)

    def _current(self, uuid: str, found: Found) -> bool:
        known = self._known.get(uuid)
        if known is None or known.run != found.run or self._monotonic() - known.fetched > KEPT_S_MAX:
            return False
        return all(
            found.stats.get(f"{kind}.{number}.name") in known.domain.devices
            for kind in ("block", "net")
            for number in range(found.stats.get(f"{kind}.count", 0))
        )

    def _fetch(self, runs: Mapping[str, int]) -> None:
        fetched = self._monotonic()
        documents = self._connection.ask(lambda opened: {uuid: _xml(opened, uuid) for uuid in runs}) or {}
        for uuid, run in runs.items():
            self._known.pop(uuid, None)
            document = documents.get(uuid)
            if document is None:
                continue
            try:
                self._known[uuid] = _Known(xml.read(document), run, fetched)
            except BadPayload as error:
                if uuid not in self._unreadable:
                    log.warning("domain %s is not measured: %s", uuid, error)
                self._unreadable.add(uuid)

    def _of(self, found: Iterable[str]) -> Iterator[tuple[str, _Known]]:
        for uuid in found:
            if uuid in self._known:
                yield uuid, self._known[uuid]

    def _described(self, known: _Known, stats: Stats, facts: Mapping[str, Any]) -> Described:
        wanted = (int(stats.get("state.state", 0)), facts)
        if known.described is None or known.described_for != wanted:
            known.described = self._describer.describe(known.domain, *wanted)
            known.described_for = wanted
        return known.described


def _xml(opened: Any, uuid: str) -> str | None:
    """What libvirt says of a domain; None when it vanished."""
    import libvirt

    try:
        return str(opened.lookupByUUIDString(uuid).XMLDesc())
    except libvirt.libvirtError as error:
        if error.get_error_code() != libvirt.VIR_ERR_NO_DOMAIN:
            raise
        return None
