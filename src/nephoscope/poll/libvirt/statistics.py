# SPDX-License-Identifier: Apache-2.0
"""Statistics of all domains of a host in one call, or domain by domain where a driver of libvirt cannot do that."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nephoscope.poll.libvirt.connection import Connection
from nephoscope.poll.libvirt.domain import Domain
from nephoscope.poll.libvirt.meters import Group, Stats

log = logging.getLogger("nephoscope.poll.libvirt")

# Numbers of libvirt's interface, the same in all versions.
ACTIVE = 1
NOWAIT = 1 << 29
ENFORCE = 1 << 31
ONE_BY_ONE = tuple(group for group in Group if group not in (Group.NONE, Group.STATE))


@dataclass(frozen=True)
class Found:
    """One domain's statistics; `run` tells one run of it from another."""

    stats: Stats
    run: int


@dataclass(frozen=True)
class Read:
    """
    What one cycle read: statistics by the domain's UUID, without those that the driver has no bulk call for.

    `monotonic_s` is when. `complete` is False where a guest that does not answer was passed over for the rest's sake.
    """

    domains: Mapping[str, Found]
    monotonic_s: float
    complete: bool


class Statistics:
    """
    Asks one hypervisor; remembers what its driver cannot do.

    One guest whose process hangs would hold up the call for all: a second call is made that passes over whoever is
    busy, and so are those of later cycles, until the first one returns.
    """

    def __init__(self, connection: Connection, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Asks nothing yet."""
        self._connection = connection
        self._monotonic = monotonic
        self._unsupported = Group.NONE
        self._learnt = 0

    def read(self, wanted: Group, *, stopped: bool) -> Read | None:
        """
        Read `wanted` of all domains, also of stopped ones where these are wanted; None where there is no libvirt.

        Raises  TimeoutError when libvirt does not answer even without waiting for any guest; what libvirt raises.
        """
        for _ in range(2):
            if self._learnt != self._connection.generation:
                self._learnt, self._unsupported = self._connection.generation, Group.NONE
            try:
                return self._bulk(wanted & ~self._unsupported, 0 if stopped else ACTIVE)
            except Exception as error:
                if not _refused(error):
                    raise
            unsupported = self._connection.ask(lambda opened: _unsupported(opened, wanted))
            if unsupported is None:
                return None
            self._learnt, self._unsupported = self._connection.generation, unsupported
            log.info("libvirt at %s is asked domain by domain for %s", self._connection.uri, unsupported.name)
        return None

    def rest(self, domains: Sequence[Domain], wanted: Group) -> Mapping[str, Stats]:
        """What the driver does not tell in bulk, by UUID, under the same names; without what it cannot tell at all."""
        missing = wanted & self._unsupported
        asked = [group for group in ONE_BY_ONE if group in missing and group in _ASK]
        if not asked or not domains:
            return {}
        return self._connection.ask(lambda opened: {each.uuid: _one(opened, each, asked) for each in domains}) or {}

    def _bulk(self, groups: Group, flags: int) -> Read | None:
        """The bulk call's answer; where it is late, that of one that waits for nobody."""
        complete = not self._connection.hanging
        if complete:
            try:
                return self._called(groups, flags, complete)
            except TimeoutError as error:
                log.warning("%s for all domains; those that are busy are passed over", error)
        return self._called(groups, flags | NOWAIT, False)

    def _called(self, groups: Group, flags: int, complete: bool) -> Read | None:
        answer = self._connection.ask(lambda opened: opened.getAllDomainStats(int(groups), flags | ENFORCE))
        if answer is None:
            return None
        found = {domain.UUIDString(): Found(stats, domain.ID()) for domain, stats in answer}
        return Read(found, self._monotonic(), complete)


def _refused(error: Exception) -> bool:
    """Whether a driver says that it does not know these statistics."""
    import libvirt

    return isinstance(error, libvirt.libvirtError) and error.get_error_code() == libvirt.VIR_ERR_ARGUMENT_UNSUPPORTED


def _unsupported(opened: Any, wanted: Group) -> Group:
    """Which groups the driver refuses when asked for each alone."""
    found = Group.NONE
    for group in ONE_BY_ONE:
        if group in wanted:
            try:
                opened.getAllDomainStats(int(group), ENFORCE)
            except Exception as error:
                if not _refused(error):
                    raise
                found |= group
    return found


def _one(opened: Any, domain: Domain, groups: Iterable[Group]) -> Stats:
    told: dict[str, Any] = {}
    for group in groups:
        told |= _answered(_ASK[group], opened, domain)
    return told


def _answered(ask: Callable[[Any, Domain], Stats], opened: Any, domain: Domain) -> Stats:
    """What a driver tells; nothing when the domain vanished or stopped meanwhile, or the driver cannot tell."""
    import libvirt

    try:
        return ask(opened.lookupByUUIDString(domain.uuid), domain)
    except libvirt.libvirtError as error:
        # An invalid argument is a device that was taken out since its domain was described.
        expected = {
            libvirt.VIR_ERR_NO_DOMAIN,
            libvirt.VIR_ERR_OPERATION_INVALID,
            libvirt.VIR_ERR_NO_SUPPORT,
            libvirt.VIR_ERR_INVALID_ARG,
        }
        if error.get_error_code() not in expected:
            raise
        return {}


def _cpu_total(found: Any, _: Domain) -> Stats:
    return {"cpu.time": found.info()[4]}


def _vcpu(found: Any, _: Domain) -> Stats:
    # The times of single processors are left to the total, which every driver has.
    return {"vcpu.current": found.info()[3]}


def _balloon(found: Any, _: Domain) -> Stats:
    return {f"balloon.{'current' if key == 'actual' else key}": kib for key, kib in found.memoryStats().items()}


def _block(found: Any, domain: Domain) -> Stats:
    told: dict[str, Any] = {"block.count": len(domain.disks)}
    for number, device in enumerate(domain.disks):
        counters = dict(zip(("rd.reqs", "rd.bytes", "wr.reqs", "wr.bytes"), found.blockStats(device), strict=False))
        sizes = dict(zip(("capacity", "allocation", "physical"), found.blockInfo(device), strict=True))
        told |= {f"block.{number}.{key}": value for key, value in {"name": device, **counters, **sizes}.items()}
    return told


def _interface(found: Any, domain: Domain) -> Stats:
    keys = ("rx.bytes", "rx.pkts", "rx.errs", "rx.drop", "tx.bytes", "tx.pkts", "tx.errs", "tx.drop")
    told: dict[str, Any] = {"net.count": len(domain.ports)}
    for number, port in enumerate(domain.ports):
        counters = dict(zip(keys, found.interfaceStats(port.device), strict=True))
        told |= {f"net.{number}.{key}": value for key, value in {"name": port.device, **counters}.items()}
    return told


_ASK: dict[Group, Callable[[Any, Domain], Stats]] = {
    Group.CPU_TOTAL: _cpu_total,
    Group.VCPU: _vcpu,
    Group.BALLOON: _balloon,
    Group.BLOCK: _block,
    Group.INTERFACE: _interface,
}
