# SPDX-License-Identifier: Apache-2.0
"""
Families of meters that `polling.yaml` can name: one row each, loaded when an agent polls by such a file.

Packages outside add rows of the same form in the entry-point group `nephoscope.families`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from nephoscope.model import row_table
from nephoscope.model.sample import Meter
from nephoscope.poll.contract import Family, FamilyType, Namespace, PollSettings

FAMILIES: dict[str, str] = {
    "alarms": "nephoscope.poll.openstack.alarms:Alarms",
    "cloudstack": "nephoscope.poll.cloudstack:Cloudstack",
    "dns_recordsets": "nephoscope.poll.openstack.recordsets:Recordsets",
    "dns_zones": "nephoscope.poll.openstack.meters:DNS_ZONES",
    "firewall_policies": "nephoscope.poll.openstack.meters:FIREWALL_POLICIES",
    "firewalls": "nephoscope.poll.openstack.meters:FIREWALLS",
    "floating_ips": "nephoscope.poll.openstack.meters:FLOATING_IPS",
    "images": "nephoscope.poll.openstack.meters:IMAGES",
    "ipmi": "nephoscope.poll.ipmi:Ipmi",
    "libvirt": "nephoscope.poll.libvirt.family:Libvirt",
    "load_balancers": "nephoscope.poll.openstack.meters:LOAD_BALANCERS",
    "object_store": "nephoscope.poll.openstack.object_store:ObjectStore",
    "prometheus": "nephoscope.poll.prometheus:Prometheus",
    "radosgw": "nephoscope.poll.openstack.radosgw:RadosGateway",
    "shares": "nephoscope.poll.openstack.meters:SHARES",
    "snmp": "nephoscope.poll.snmp:Snmp",
    "volume_backups": "nephoscope.poll.openstack.meters:VOLUME_BACKUPS",
    "volume_pools": "nephoscope.poll.openstack.meters:VOLUME_POOLS",
    "volume_services": "nephoscope.poll.openstack.meters:VOLUME_SERVICES",
    "volume_snapshots": "nephoscope.poll.openstack.meters:VOLUME_SNAPSHOTS",
    "volumes": "nephoscope.poll.openstack.meters:VOLUMES",
    "vpn_connections": "nephoscope.poll.openstack.meters:VPN_CONNECTIONS",
    "vpn_services": "nephoscope.poll.openstack.meters:VPN_SERVICES",
}

ENTRY_POINT_GROUP = "nephoscope.families"


@dataclass(frozen=True)
class Loaded:
    """A family that is ready to be asked, and what it says of itself."""

    name: str
    namespace: Namespace
    discovery: str
    meters: tuple[Meter, ...]
    family: Family


def offered() -> dict[str, str]:
    """Every family that `load` knows, ours and those of other packages: name -> `module:Class`, sorted."""
    return row_table.offered(FAMILIES, ENTRY_POINT_GROUP)


def load(name: str) -> FamilyType:
    """The class behind a name; `NotFound` lists what there is when nobody offers it."""
    family: FamilyType = row_table.load("family of meters", name, FAMILIES, ENTRY_POINT_GROUP)
    return family


def load_all(settings: PollSettings, names: Iterable[str] | None = None) -> tuple[list[Loaded], list[str]]:
    """
    All families, or those named, made with these settings, and a sentence for each that is lacking here.

    All are those of the rows, then those that operators define in files (BadRequest where these are wrong).
    What a family needs and is not installed (an extra such as `libvirt`) costs that family only.
    """
    loaded, missing = [], []
    for name in offered() if names is None else names:
        try:
            loaded.append(made(name, load(name), settings))
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("nephoscope"):
                raise
            missing.append(f"the meters of '{name}' need {error.name}, which is not installed")
    return [*loaded, *(defined(settings) if names is None else ())], missing


def defined(settings: PollSettings) -> list[Loaded]:
    """
    The families that operators define in files, one for each definition and namespace.

    Errors  BadRequest as `file:line: path: expected …, there is …`.
    """
    if not settings.definitions_dirs:
        return []
    from nephoscope.poll.dynamic import family_types

    kinds = family_types(settings.definitions_dirs)
    return [made(f"{kind.METERS[0].name} in {kind.NAMESPACE}", kind, settings) for kind in kinds]


def made(name: str, kind: FamilyType, settings: PollSettings) -> Loaded:
    """One family, made with these settings."""
    family = kind(settings)
    # The object's own, where it has them: what is polled by definitions in files is known only once they are read.
    meters: tuple[Meter, ...] = getattr(family, "METERS", kind.METERS)
    return Loaded(name, kind.NAMESPACE, kind.DISCOVERY, tuple(meters), family)
