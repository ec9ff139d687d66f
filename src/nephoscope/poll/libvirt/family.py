# SPDX-License-Identifier: Apache-2.0
"""The compute meters of a host's domains, read from libvirt with one call a cycle."""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from nephoscope.model.sample import Meter
from nephoscope.model.sample_columns import NOTHING, Samples, joined, objects
from nephoscope.poll.contract import Namespace, PermanentError, PollSettings, Target
from nephoscope.poll.libvirt import meters as table
from nephoscope.poll.libvirt.columns import Columns, Row, Values
from nephoscope.poll.libvirt.connection import shared
from nephoscope.poll.libvirt.domains import Domains
from nephoscope.poll.libvirt.metadata import SHUT_OFF, Described, Describer, Resource
from nephoscope.poll.libvirt.meters import DeviceMeter, Stats
from nephoscope.poll.libvirt.statistics import Statistics
from nephoscope.poll.libvirt.traffic import Traffic

# What may be told of a domain that does not run, beside its disks.
OF_STOPPED = frozenset({"state.state", "vcpu.current", "balloon.current"})

log = logging.getLogger("nephoscope.poll.libvirt")


@dataclass(frozen=True)
class _Cycle:
    """What one cycle read of the targets; `complete` is False where busy guests were passed over."""

    domains: Sequence[tuple[Described, Stats]]
    present: Collection[str]
    monotonic_s: float
    complete: bool


class Libvirt:
    """Asks the hypervisor of this host for all its domains at once; for stopped ones only where settings say so."""

    METERS: tuple[Meter, ...] = table.METERS
    NAMESPACE: Namespace = "compute"
    DISCOVERY = "local_instances"

    def __init__(self, settings: PollSettings) -> None:
        """Connects to nobody yet."""
        self._stopped = settings.report_stopped_instance_metrics
        self._connection = shared(settings.libvirt_uri, settings.timeout_s)
        self._statistics = Statistics(self._connection)
        describer = Describer(settings.host_name, settings.reserved)
        self._domains = Domains(self._connection, describer)
        self._traffic = Traffic()
        self._missed: set[str] = set()

    def poll(self, targets: Sequence[Target], meters: Collection[str], now_ns: int) -> Samples:
        """
        Read all domains at once, and make samples of those whose UUIDs are among the targets.

        Gives   nothing where there is no libvirt, which is said once; for a domain that vanished or stopped; and for
                a statistic that libvirt does not have, which is said once a meter.
        Raises  PermanentError for targets that are no UUIDs; TimeoutError when libvirt hangs; libvirt's errors, but
                for those of a broken connection.
        """
        strangers = [target.id for target in targets if not _is_uuid(target.id)]
        if strangers:
            raise PermanentError(strangers, "they are no UUIDs of libvirt's domains")
        wanted = frozenset(meters)
        cycle = self._read(targets, wanted)
        if cycle is None:
            return NOTHING
        self._traffic.keep(cycle.present)
        return joined([part for part in self._samples(cycle, wanted, now_ns) if len(part)])

    def _read(self, targets: Sequence[Target], wanted: frozenset[str]) -> _Cycle | None:
        groups = table.groups_of(wanted)
        read = self._statistics.read(groups, stopped=self._stopped)
        if read is None:
            return None
        facts = {target.id: target.facts for target in targets}
        found = {uuid: read.domains[uuid] for uuid in facts if uuid in read.domains}
        described = self._domains.describe(found, facts, read.domains.keys())
        rest = self._statistics.rest([each.domain for each in described.values()], groups)
        domains = [(each, _true({**found[uuid].stats, **rest.get(uuid, {})})) for uuid, each in described.items()]
        return _Cycle(domains, read.domains.keys(), read.monotonic_s, read.complete)

    def _samples(self, cycle: _Cycle, wanted: frozenset[str], now_ns: int) -> Iterator[Samples]:
        instances = [Row(described, described.instance, stats) for described, stats in cycle.domains]
        yield from self._of_instances(Columns.of(instances, now_ns, cycle.monotonic_s), wanted, cycle.complete)
        for kind, of_kind in (("block", table.DISK), ("net", table.PORT)):
            if any(each.meter.name in wanted for each in of_kind):
                columns = Columns.of(list(_devices(kind, cycle.domains)), now_ns, cycle.monotonic_s)
                yield from self._of_devices(of_kind, columns, wanted, cycle.complete)

    def _of_instances(self, columns: Columns, wanted: frozenset[str], complete: bool) -> Iterator[Samples]:
        for each in table.INSTANCE:
            if each.meter.name not in wanted:
                continue
            values = [each.read(row.stats, row.owner.domain) for row in columns.rows]
            if complete and not each.of_flavor:
                self._miss(each.meter.name, columns.rows, values)
            samples = columns.samples(each.meter, values)
            yield _with_processors(samples, columns.rows) if each.meter.name == "cpu" else samples

    def _of_devices(
        self, meters: Iterable[DeviceMeter], columns: Columns, wanted: frozenset[str], complete: bool
    ) -> Iterator[Samples]:
        for each in meters:
            if each.meter.name not in wanted:
                continue
            values: Values = [row.stats.get(f"{row.prefix}{each.key}") for row in columns.rows]
            if complete:
                self._miss(each.meter.name, columns.rows, values)
            if each.delta:
                # By device, as ports behind one filter share its name.
                values = [
                    self._traffic.since(row.owner.domain.uuid, row.resource.metadata["name"], each.key, value)
                    for row, value in zip(columns.rows, values, strict=True)
                ]
            yield columns.samples(each.meter, values)

    def _miss(self, meter: str, rows: Sequence[Row], values: Values) -> None:
        """Say once a meter that a domain which runs has no value of it."""
        if meter in self._missed or None not in values:
            return
        for row, value in zip(rows, values, strict=True):
            if value is None and row.stats.get("state.state") != SHUT_OFF:
                self._missed.add(meter)
                log.warning("libvirt has no %s for %s (said once a meter)", meter, row.resource.id)
                return


def _true(stats: Stats) -> Stats:
    """Of a stopped domain only what it is set up with: its counters would be those of no process at all."""
    if stats.get("state.state") != SHUT_OFF:
        return stats
    return {key: value for key, value in stats.items() if key in OF_STOPPED or key.startswith("block.")}


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _with_processors(samples: Samples, rows: Sequence[Row]) -> Samples:
    """Time on processors means little without their number, which is told beside it."""
    numbers = {row.resource.id: row.stats.get("vcpu.current", row.owner.domain.vcpus) for row in rows}
    told = zip(samples.resource_id, samples.metadata, strict=True)
    return samples.having(metadata=objects({**metadata, "cpu_number": numbers[each]} for each, metadata in told))


def _devices(kind: str, domains: Iterable[tuple[Described, Stats]]) -> Iterator[Row]:
    """A row for each disk or port that the descriptions name, also where there are no statistics of it."""
    for described, stats in domains:
        numbers = {stats.get(f"{kind}.{number}.name"): number for number in range(stats.get(f"{kind}.count", 0))}
        resources: Mapping[str, Resource] = described.disks if kind == "block" else described.ports
        for device, resource in resources.items():
            yield Row(described, resource, stats, f"{kind}.{numbers.get(device, 'none')}.")
