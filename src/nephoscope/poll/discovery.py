# SPDX-License-Identifier: Apache-2.0
"""
Discoveries that `polling.yaml` can name: one row each, and each asked at most once in a cycle.

Packages outside add rows of the same form in the entry-point group `nephoscope.discoveries`.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from nephoscope.model import row_table
from nephoscope.model.errors import NotFound
from nephoscope.observe import registry
from nephoscope.poll.contract import Discovery, DiscoveryType, PollSettings, ServiceAbsent, Target

log = logging.getLogger("nephoscope.poll")

registry.describe("nephoscope_discovery_errors_total", "counter", "Discoveries that raised an error, by discovery.")

DISCOVERIES: dict[str, str] = {
    "alarm": "nephoscope.poll.openstack.discovery:ALARM",
    "barbican": "nephoscope.poll.openstack.discovery:Barbican",
    "cloudstack": "nephoscope.poll.cloudstack:ManagementServers",
    "dns_zones": "nephoscope.poll.openstack.discovery:DNS_ZONES",
    "endpoint": "nephoscope.poll.openstack.discovery:Endpoint",
    "fip_services": "nephoscope.poll.openstack.discovery:FIP_SERVICES",
    "fw_policy": "nephoscope.poll.openstack.discovery:FW_POLICY",
    "fw_services": "nephoscope.poll.openstack.discovery:FW_SERVICES",
    "images": "nephoscope.poll.openstack.discovery:IMAGES",
    "ipmi": "nephoscope.poll.ipmi:Controllers",
    "ipsec_connections": "nephoscope.poll.openstack.discovery:IPSEC_CONNECTIONS",
    "lb_services": "nephoscope.poll.openstack.discovery:LB_SERVICES",
    "local_instances": "nephoscope.poll.libvirt.discovery:LocalInstances",
    "local_node": "nephoscope.poll.dynamic.local_node:LocalNode",
    "manila_shares": "nephoscope.poll.openstack.discovery:MANILA_SHARES",
    "prometheus": "nephoscope.poll.prometheus:Exporters",
    "snmp": "nephoscope.poll.snmp:SnmpAgents",
    "tenant": "nephoscope.poll.openstack.discovery:TENANT",
    "volume_backups": "nephoscope.poll.openstack.discovery:VOLUME_BACKUPS",
    "volume_pools": "nephoscope.poll.openstack.discovery:VOLUME_POOLS",
    "volume_services": "nephoscope.poll.openstack.discovery:VOLUME_SERVICES",
    "volume_snapshots": "nephoscope.poll.openstack.discovery:VOLUME_SNAPSHOTS",
    "volumes": "nephoscope.poll.openstack.discovery:VOLUMES",
    "vpn_services": "nephoscope.poll.openstack.discovery:VPN_SERVICES",
}

ENTRY_POINT_GROUP = "nephoscope.discoveries"
# What these find belongs to this host, and is never shared out among agents.
LOCAL_PREFIX = "local_"

T = TypeVar("T")


def offered() -> dict[str, str]:
    """Every discovery there is, ours and those of other packages: name -> `module:Class`, sorted."""
    return row_table.offered(DISCOVERIES, ENTRY_POINT_GROUP)


def load(name: str) -> DiscoveryType:
    """The class behind a name; `NotFound` lists what there is when nobody offers it."""
    discovery: DiscoveryType = row_table.load("discovery", name, DISCOVERIES, ENTRY_POINT_GROUP)
    return discovery


def parts(url: str) -> tuple[str, str]:
    """
    Name and parameter of a discovery as files write it.

    >>> parts("tenant"), parts("endpoint://volumev3"), parts("endpoint:volumev3")
    (('tenant', ''), ('endpoint', 'volumev3'), ('endpoint', 'volumev3'))
    """
    name, _, parameter = url.partition(":")
    return name, parameter.removeprefix("//")


def is_local(url: str) -> bool:
    """Whether what it finds belongs to this host alone."""
    return url.startswith(LOCAL_PREFIX)


class Once(Generic[T]):
    """A value that the first who asks for it makes, and all others wait for; an error comes to all of them."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[T] = []
        self._error: Exception | None = None

    def get(self) -> T:
        """The value."""
        with self._lock:
            if self._error is not None:
                raise self._error
            if not self._made:
                try:
                    self._made.append(self._make())
                except Exception as error:
                    self._error = error
                    raise
            return self._made[0]


class Discoveries:
    """
    The discoveries of one agent, made when first asked.

    `known` are classes by name that go before those of the rows.
    """

    def __init__(self, settings: PollSettings, known: Mapping[str, DiscoveryType] | None = None) -> None:
        self._settings = settings
        self._known = dict(known or {})
        self._lock = threading.Lock()
        self._made: dict[str, tuple[Discovery, threading.Lock]] = {}
        self._said: set[tuple[str, str]] = set()

    def find(self, url: str) -> list[Target]:
        """
        What there is by one URL now, each target once; nothing, said once, where nobody could tell.

        Raises what the discovery does, after having counted it, and logged it once a kind.
        """
        name, parameter = parts(url)
        try:
            discovery, turn = self._discovery(name)
            with turn:
                found = discovery.discover(parameter)
        except (NotFound, ServiceAbsent, ModuleNotFoundError) as absent:
            self._say_once(url, type(absent).__name__, f"nothing is discovered by '{url}': {absent}")
            return []
        except Exception as error:
            registry.count("nephoscope_discovery_errors_total", discovery=name)
            self._say_once(url, type(error).__name__, f"discovery '{url}' failed (said once per kind): {error!r}")
            raise
        return list({target.id: target for target in found}.values())

    def _discovery(self, name: str) -> tuple[Discovery, threading.Lock]:
        with self._lock:
            if name not in self._made:
                kind = self._known.get(name) or load(name)
                self._made[name] = (kind(self._settings), threading.Lock())
            return self._made[name]

    def _say_once(self, url: str, kind: str, sentence: str) -> None:
        with self._lock:
            first = (url, kind) not in self._said
            self._said.add((url, kind))
        if first:
            log.warning("%s", sentence)


class Found:
    """What discoveries find in one cycle: each URL is asked at most once, by whoever needs it first."""

    def __init__(self, discoveries: Discoveries) -> None:
        self._discoveries = discoveries
        self._lock = threading.Lock()
        self._by_url: dict[str, Once[list[Target]]] = {}

    def by(self, url: str) -> list[Target]:
        """The targets of one URL; raises what its discovery raised."""
        with self._lock:
            once = self._by_url.setdefault(url, Once(lambda: self._discoveries.find(url)))
        return once.get()
