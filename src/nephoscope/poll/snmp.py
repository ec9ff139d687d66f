# SPDX-License-Identifier: Apache-2.0
"""Hosts and switches that speak SNMP: load, memory, disks and interfaces, under the names `hardware.*`."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from nephoscope.model.metric import Kind
from nephoscope.model.sample import Meter
from nephoscope.poll.contract import Namespace, Polled, PollSettings, Target
from nephoscope.poll.failures import Failures, refuse_others, without_secrets
from nephoscope.poll.sample_rows import SampleRows
from nephoscope.poll.snmp_session import SnmpEngines, SnmpFailed, SnmpSession, read_address

AGENTS_AT_ONCE = 16

_UCD = "1.3.6.1.4.1.2021"
_IF = "1.3.6.1.2.1.2.2.1"
_IF_X = "1.3.6.1.2.1.31.1.1.1"
_IP = "1.3.6.1.2.1.4"
_STORAGE = "1.3.6.1.2.1.25.2.3.1"
_DISK_IO = f"{_UCD}.13.15.1.1"
FIXED_DISK = b"1.3.6.1.2.1.25.2.1.4"


def _meter(name: str, kind: Kind, unit: str) -> Meter:
    return Meter(f"hardware.{name}", kind, unit)


CPU_UTIL = _meter("cpu.util", "gauge", "%")
CPU_IDLE_OID = f"{_UCD}.11.11.0"
LOADS = {
    _meter("cpu.load.1min", "gauge", "process"): f"{_UCD}.10.1.3.1",
    _meter("cpu.load.5min", "gauge", "process"): f"{_UCD}.10.1.3.2",
    _meter("cpu.load.15min", "gauge", "process"): f"{_UCD}.10.1.3.3",
}
MEMORY_USED = _meter("memory.used", "gauge", "KB")
MEMORY_TOTAL = _meter("memory.total", "gauge", "KB")
MEMORY_TOTAL_OID, MEMORY_FREE_OID = f"{_UCD}.4.5.0", f"{_UCD}.4.6.0"
SINGLE = {
    _meter("cpu.user", "cumulative", "tick"): f"{_UCD}.11.50.0",
    _meter("cpu.nice", "cumulative", "tick"): f"{_UCD}.11.51.0",
    _meter("cpu.system", "cumulative", "tick"): f"{_UCD}.11.52.0",
    _meter("cpu.idle", "cumulative", "tick"): f"{_UCD}.11.53.0",
    _meter("cpu.wait", "cumulative", "tick"): f"{_UCD}.11.54.0",
    _meter("cpu.kernel", "cumulative", "tick"): f"{_UCD}.11.55.0",
    _meter("cpu.interrupt", "cumulative", "tick"): f"{_UCD}.11.56.0",
    MEMORY_TOTAL: MEMORY_TOTAL_OID,
    _meter("memory.buffer", "gauge", "KB"): f"{_UCD}.4.14.0",
    _meter("memory.cached", "gauge", "KB"): f"{_UCD}.4.15.0",
    _meter("memory.swap.total", "gauge", "KB"): f"{_UCD}.4.3.0",
    _meter("memory.swap.avail", "gauge", "KB"): f"{_UCD}.4.4.0",
    _meter("network.ip.incoming.datagrams", "cumulative", "datagram"): f"{_IP}.3.0",
    _meter("network.ip.outgoing.datagrams", "cumulative", "datagram"): f"{_IP}.10.0",
    _meter("system_stats.io.outgoing.blocks", "cumulative", "block"): f"{_UCD}.11.57.0",
    _meter("system_stats.io.incoming.blocks", "cumulative", "block"): f"{_UCD}.11.58.0",
}
# The wide counters first: narrow ones turn over within seconds on a quick link.
INTERFACE = {
    _meter("network.incoming.bytes", "cumulative", "B"): (f"{_IF_X}.6", f"{_IF}.10"),
    _meter("network.outgoing.bytes", "cumulative", "B"): (f"{_IF_X}.10", f"{_IF}.16"),
    _meter("network.incoming.errors", "cumulative", "packet"): (f"{_IF}.14",),
    _meter("network.outgoing.errors", "cumulative", "packet"): (f"{_IF}.20",),
    _meter("network.incoming.drop", "cumulative", "packet"): (f"{_IF}.13",),
    _meter("network.outgoing.drop", "cumulative", "packet"): (f"{_IF}.19",),
}
DISK_SIZE = {
    _meter("disk.size.total", "gauge", "KB"): f"{_STORAGE}.5",
    _meter("disk.size.used", "gauge", "KB"): f"{_STORAGE}.6",
}
DISK_IO = {
    _meter("disk.read.bytes", "cumulative", "B"): f"{_DISK_IO}.12",
    _meter("disk.write.bytes", "cumulative", "B"): f"{_DISK_IO}.13",
    _meter("disk.read.requests", "cumulative", "request"): f"{_DISK_IO}.5",
    _meter("disk.write.requests", "cumulative", "request"): f"{_DISK_IO}.6",
}

Answers = list[tuple[Meter, float, str, dict[str, Any]]]


class Snmp:
    """Asks agents of SNMP, as `snmp://community@host:port` under `resources`; several at once."""

    METERS: ClassVar[tuple[Meter, ...]] = (
        CPU_UTIL,
        *LOADS,
        MEMORY_USED,
        *SINGLE,
        *INTERFACE,
        *DISK_SIZE,
        *DISK_IO,
    )
    NAMESPACE: ClassVar[Namespace] = "central"
    DISCOVERY: ClassVar[str] = "snmp"

    def __init__(self, settings: PollSettings) -> None:
        self._timeout_s = settings.timeout_s
        self._failures = Failures("snmp")

    def poll(self, targets: Sequence[Target], meters: Collection[str], now_ns: int) -> Polled:
        """Samples of each agent, its interfaces and disks; one that does not answer is counted, the others go on."""
        refuse_others(targets, ("snmp",), "snmp")
        rows = SampleRows(now_ns)
        wanted = frozenset(meter for meter in self.METERS if meter.name in meters)
        for found in rows.each(asyncio.run(self._all(targets, wanted)) if targets and wanted else ()):
            for meter, value, resource_id, metadata in found:
                rows.add(meter, value, resource_id, metadata=metadata)
        return rows.polled()

    async def _all(self, targets: Sequence[Target], wanted: frozenset[Meter]) -> list[Answers]:
        turn = asyncio.Semaphore(AGENTS_AT_ONCE)
        engines = SnmpEngines()

        async def one(target: Target) -> Answers:
            async with turn:
                try:
                    return await asyncio.wait_for(_asked(target.id, wanted, engines, self._timeout_s), self._timeout_s)
                except Exception as error:  # whatever an agent sends, the others are asked
                    self._failures.met(without_secrets(target.id), error)
                    return []

        try:
            return await asyncio.gather(*(one(target) for target in targets))
        finally:
            engines.close()


class SnmpAgents:
    """Discovery `snmp://community@host:port,…`: agents that polling.yaml names, none where it names none."""

    def __init__(self, settings: PollSettings) -> None:
        """Needs nobody."""

    def discover(self, parameter: str) -> list[Target]:
        """The addresses between the commas of the parameter."""
        return [Target(f"snmp://{each.strip()}") for each in parameter.split(",") if each.strip()]


async def _asked(url: str, wanted: frozenset[Meter], engines: SnmpEngines, timeout_s: float) -> Answers:
    address = read_address(url)
    # Half of the time for each try, of which the last request may begin late.
    session = SnmpSession(address, engines.of(address), min(timeout_s / 3, 10))
    found = await _of_host(session, wanted, address.host)
    found += await _of_interfaces(session, wanted, address.host)
    found += await _of_storage(session, wanted, address.host)
    return found + await _of_disks(session, wanted, address.host)


async def _of_host(session: SnmpSession, wanted: frozenset[Meter], host: str) -> Answers:
    oids = {meter: oid for meter, oid in {**SINGLE, **LOADS}.items() if meter in wanted}
    more = [CPU_IDLE_OID] if CPU_UTIL in wanted else []
    more += [MEMORY_TOTAL_OID, MEMORY_FREE_OID] if MEMORY_USED in wanted else []
    read = await session.scalars(list(dict.fromkeys([*oids.values(), *more])))
    values = {meter: _number(read[oid]) for meter, oid in oids.items() if oid in read}
    if CPU_UTIL in wanted and CPU_IDLE_OID in read:
        values[CPU_UTIL] = 100.0 - _number(read[CPU_IDLE_OID])
    if MEMORY_USED in wanted and MEMORY_TOTAL_OID in read and MEMORY_FREE_OID in read:
        values[MEMORY_USED] = _number(read[MEMORY_TOTAL_OID]) - _number(read[MEMORY_FREE_OID])
    return [(meter, value, host, {"host": host}) for meter, value in values.items()]


async def _of_interfaces(session: SnmpSession, wanted: frozenset[Meter], host: str) -> Answers:
    meters = [meter for meter in INTERFACE if meter in wanted]
    if not meters:
        return []
    names, macs = await session.column(f"{_IF}.2"), await session.column(f"{_IF}.6")
    found: Answers = []
    for meter in meters:
        columns = [await session.column(oid) for oid in INTERFACE[meter]]
        for row, name in names.items():
            value = next((column[row] for column in columns if row in column), None)
            if value is not None:
                about = {"host": host, "name": _text(name), "mac": _mac(macs.get(row))}
                found.append((meter, _number(value), f"{host}.{_text(name)}", about))
    return found


async def _of_storage(session: SnmpSession, wanted: frozenset[Meter], host: str) -> Answers:
    """File systems on disks; sizes are told in units of their own."""
    meters = [meter for meter in DISK_SIZE if meter in wanted]
    if not meters:
        return []
    kinds, names, units = [await session.column(f"{_STORAGE}.{number}") for number in (2, 3, 4)]
    found: Answers = []
    for meter in meters:
        for row, blocks in (await session.column(DISK_SIZE[meter])).items():
            if kinds.get(row) == FIXED_DISK and row in names and row in units:
                about = {"host": host, "path": _text(names[row])}
                size = _number(blocks) * _number(units[row]) / 1024
                found.append((meter, size, f"{host}.{_text(names[row])}", about))
    return found


async def _of_disks(session: SnmpSession, wanted: frozenset[Meter], host: str) -> Answers:
    meters = [meter for meter in DISK_IO if meter in wanted]
    names = await session.column(f"{_DISK_IO}.2") if meters else {}
    found: Answers = []
    for meter in meters:
        for row, value in (await session.column(DISK_IO[meter])).items():
            if row in names:
                about = {"host": host, "device": _text(names[row])}
                found.append((meter, _number(value), f"{host}.{_text(names[row])}", about))
    return found


def _number(value: Any) -> float:
    """Loads are told as texts; SnmpFailed for anything that is no number."""
    try:
        return float(value)
    except (TypeError, ValueError):
        raise SnmpFailed("an agent tells something that is no number") from None


def _text(value: Any) -> str:
    found = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return found.rstrip("\0") or "unnamed"


def _mac(value: Any) -> str | None:
    return ":".join(f"{byte:02x}" for byte in value) if isinstance(value, bytes) and value else None
