# SPDX-License-Identifier: Apache-2.0
"""Hosts and virtual machines of a CloudStack, as its management server last measured them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar

import urllib3

from nephoscope.model.sample import Meter
from nephoscope.poll.cloudstack_request import SCHEMES, CloudstackFailed, listed, read_address
from nephoscope.poll.contract import Namespace, Polled, PollSettings, Target
from nephoscope.poll.failures import Failures, refuse_others, without_secrets
from nephoscope.poll.http_body import HttpFailed
from nephoscope.poll.sample_rows import SampleRows

Entry = Mapping[str, Any]


def _gauge(name: str, unit: str) -> Meter:
    return Meter(f"cloudstack.{name}", "gauge", unit)


def of(key: str) -> Callable[[Entry], Any]:
    """The field of an entry."""
    return lambda entry: entry.get(key)


def percent(key: str) -> Callable[[Entry], Any]:
    """The number of a field such as `45.68%`."""
    return lambda entry: str(entry[key]).removesuffix("%").replace(",", ".") if key in entry else None


def free_memory(entry: Entry) -> Any:
    """Free memory inside of the guest; -1 says that nobody there tells."""
    found = entry.get("memoryintfreekbs")
    return None if found == -1 else found


OF_VM: Mapping[Meter, Callable[[Entry], Any]] = {
    _gauge("vm.cpu.util", "%"): percent("cpuused"),
    _gauge("vm.cpu.count", "vcpu"): of("cpunumber"),
    _gauge("vm.memory.total", "KiB"): of("memorykbs"),
    _gauge("vm.memory.target", "KiB"): of("memorytargetkbs"),
    _gauge("vm.memory.free", "KiB"): free_memory,
    # What moved since the measurement before: the server's sums fall whenever it forgets old points.
    _gauge("vm.network.incoming.latest", "KiB"): of("networkkbsread"),
    _gauge("vm.network.outgoing.latest", "KiB"): of("networkkbswrite"),
    _gauge("vm.disk.read.latest", "KiB"): of("diskkbsread"),
    _gauge("vm.disk.write.latest", "KiB"): of("diskkbswrite"),
    _gauge("vm.disk.read.requests.latest", "request"): of("diskioread"),
    _gauge("vm.disk.write.requests.latest", "request"): of("diskiowrite"),
}
OF_HOST: Mapping[Meter, Callable[[Entry], Any]] = {
    _gauge("host.up", "1"): lambda entry: int(entry["state"] == "Up") if "state" in entry else None,
    _gauge("host.cpu.util", "%"): percent("cpuused"),
    _gauge("host.cpu.allocated", "%"): percent("cpuallocated"),
    _gauge("host.cpu.count", "cpu"): of("cpunumber"),
    _gauge("host.memory.total", "B"): of("memorytotal"),
    _gauge("host.memory.used", "B"): of("memoryused"),
    _gauge("host.memory.allocated", "B"): of("memoryallocated"),
    _gauge("host.network.incoming.total", "KiB"): of("networkkbsread"),
    _gauge("host.network.outgoing.total", "KiB"): of("networkkbswrite"),
}
_VM_FIELDS = (
    *("name", "displayname", "account", "domain", "domainid", "project", "projectid", "state", "zonename", "hostname"),
    *("hypervisor", "serviceofferingname", "templatename", "ipaddress", "cpunumber", "cpuspeed", "memory"),
)
_HOST_FIELDS = ("name", "state", "resourcestate", "hypervisor", "zonename", "podname", "clustername", "ipaddress")


class Cloudstack:
    """Asks management servers, as `cloudstack://apikey:secretkey@host:port/client/api` under `resources`."""

    METERS: ClassVar[tuple[Meter, ...]] = (*OF_VM, *OF_HOST)
    NAMESPACE: ClassVar[Namespace] = "central"
    DISCOVERY: ClassVar[str] = "cloudstack"

    def __init__(self, settings: PollSettings) -> None:
        self._timeout_s = settings.timeout_s
        self._failures = Failures("cloudstack")
        self._pool = urllib3.PoolManager(num_pools=8)

    def poll(self, targets: Sequence[Target], meters: Collection[str], now_ns: int) -> Polled:
        """Samples of each host and machine; a server that does not answer is counted, and the others are asked."""
        refuse_others(targets, tuple(SCHEMES), "cloudstack")
        rows = SampleRows(now_ns)
        for target in rows.each(targets):
            try:
                self._read(rows, target, meters)
            except (CloudstackFailed, HttpFailed, ValueError) as error:
                self._failures.met(without_secrets(target.id), error)
        return rows.polled()

    def _read(self, rows: SampleRows, target: Target, meters: Collection[str]) -> None:
        address = read_address(target.id)
        if any(meter.name in meters for meter in OF_HOST):
            found = listed(self._pool, address, "listHosts", timeout_s=self._timeout_s, type="Routing")
            for host in found:
                about = {name: host[name] for name in _HOST_FIELDS if name in host}
                self._put_down(rows, host, OF_HOST, meters, about)
        if any(meter.name in meters for meter in OF_VM):
            more = {"listall": "true", "accumulate": "false"}
            found = listed(self._pool, address, "listVirtualMachinesMetrics", timeout_s=self._timeout_s, **more)
            for machine in found:
                about = {name: machine[name] for name in _VM_FIELDS if name in machine}
                self._put_down(rows, machine, OF_VM, meters, about)

    @staticmethod
    def _put_down(
        rows: SampleRows,
        entry: Entry,
        table: Mapping[Meter, Callable[[Entry], Any]],
        meters: Collection[str],
        about: Mapping[str, Any],
    ) -> None:
        # Machines without a measurement, such as stopped ones, have no usage.
        for meter, value in table.items():
            if meter.name in meters and (found := value(entry)) is not None:
                project = entry.get("projectid") or entry.get("account")
                rows.add(meter, found, entry.get("id"), project_id=project, metadata=about)


class ManagementServers:
    """Discovery `cloudstack://apikey:secretkey@host,…`: servers that polling.yaml names, none where it names none."""

    def __init__(self, settings: PollSettings) -> None:
        """Needs nobody."""

    def discover(self, parameter: str) -> list[Target]:
        """The addresses between the commas of the parameter."""
        return [Target(f"cloudstack://{each.strip()}") for each in parameter.split(",") if each.strip()]
