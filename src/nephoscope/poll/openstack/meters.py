# SPDX-License-Identifier: Apache-2.0
"""Meters of what the services of a cloud list: one row each, with the value in an entry and the metadata beside it."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nephoscope.model.sample import Meter
from nephoscope.poll.contract import Namespace, PermanentError, Polled, PollSettings, Target
from nephoscope.poll.openstack.listing import Entry
from nephoscope.poll.sample_rows import SampleRows

UNKNOWN = -1

Value = Callable[[Entry], Any]
Metadata = Callable[[Entry], Mapping[str, Any]]


def of(key: str, default: Any = None) -> Value:
    """The field of an entry; `default` where it has none, or null."""
    return lambda entry: default if entry.get(key) is None else entry[key]


def status(key: str, numbers: Mapping[str, int], unknown: int | None = UNKNOWN) -> Value:
    """The number of a field's text, written in whatever letters; None for a field that is null or missing."""

    def found(entry: Entry) -> int | None:
        text = entry.get(key)
        return numbers.get(text.lower(), unknown) if isinstance(text, str) else unknown if text else None

    return found


def fields(*names: str, **renamed: str) -> Metadata:
    """Those fields of an entry, some of them under another name; null where it has none."""
    return lambda entry: {
        **{name: entry.get(name) for name in names},
        **{new: entry.get(renamed[new]) for new in renamed},
    }


@dataclass(frozen=True)
class Row:
    """A meter and where its value is in an entry; None leaves the sample out."""

    meter: Meter
    value: Value
    metadata: Metadata = field(default=fields())


@dataclass(frozen=True)
class Owners:
    """Where the ids are in an entry: the first of each that is not empty; the resource is the target's id if none."""

    project: Sequence[str] = ("project_id", "tenant_id")
    user: Sequence[str] = ()


class CentralType:
    """The family of one list: made by its row here, polled without further requests, as targets bring their entries."""

    def __init__(self, discovery: str, rows: Sequence[Row], owners: Owners = Owners()) -> None:
        self.DISCOVERY = discovery
        self.NAMESPACE: Namespace = "central"
        self.METERS: tuple[Meter, ...] = tuple(row.meter for row in rows)
        self._rows = rows
        self._owners = owners

    def __call__(self, settings: PollSettings) -> "Central":
        """Make it; it needs nobody."""
        return Central(self._rows, self._owners)


class Central:
    """Makes samples of entries."""

    def __init__(self, rows: Sequence[Row], owners: Owners) -> None:
        self._rows = rows
        self._owners = owners

    def poll(self, targets: Sequence[Target], meters: Collection[str], now_ns: int) -> Polled:
        """A sample of each meter for each target that has its value."""
        refuse_unknown(targets, "the service that lists them")
        rows = SampleRows(now_ns)
        for target in rows.each(targets):
            for row in self._rows:
                value = row.value(target.facts) if row.meter.name in meters else None
                if value is not None:
                    rows.add(
                        row.meter,
                        value,
                        target.id,
                        project_id=_first(target.facts, self._owners.project),
                        user_id=_first(target.facts, self._owners.user),
                        metadata=row.metadata(target.facts),
                    )
        return rows.polled()


def refuse_unknown(targets: Sequence[Target], finder: str) -> None:
    """PermanentError for targets that no discovery found: a text in a file says nothing of what it stands for."""
    unknown = [target.id for target in targets if not target.facts]
    if unknown:
        raise PermanentError(unknown, f"only what is discovered by {finder} can be polled, no static resources")


def _first(entry: Entry, keys: Sequence[str]) -> Any:
    return next((entry[key] for key in keys if entry.get(key)), None)


def _one(_entry: Entry) -> int:
    """Counts an entry."""
    return 1


def _capability(key: str) -> Value:
    return lambda entry: (entry.get("capabilities") or {}).get(key)


def _provisioned(entry: Entry) -> Any:
    """Left out when it is zero, which is what back ends say that do not know."""
    return _capability("provisioned_capacity_gb")(entry) or None


def _virtual_free(entry: Entry) -> float | None:
    """
    What can still be provisioned, in GiB: over-subscription x (total - reserved) - provisioned.

    >>> _virtual_free({"capabilities": {"total_capacity_gb": 100, "reserved_percentage": 10,
    ...     "provisioned_capacity_gb": 50, "thin_provisioning_support": True, "max_over_subscription_ratio": "2.0"}})
    130.0
    """
    has = entry.get("capabilities") or {}
    total, provisioned = has.get("total_capacity_gb"), has.get("provisioned_capacity_gb")
    # Back ends without a limit say "infinite", or "unknown".
    if not isinstance(total, int | float) or not isinstance(provisioned, int | float) or not provisioned:
        return None
    reserved = math.floor(total * (has.get("reserved_percentage") or 0) / 100)
    try:
        ratio = float(has.get("max_over_subscription_ratio") or 1) if has.get("thin_provisioning_support") else 1.0
    except ValueError:
        return None
    return ratio * (total - reserved) - provisioned


def _pool(entry: Entry) -> Mapping[str, Any]:
    """A pool is called `host@backend#pool`; what stands before the pool provides it."""
    provider = str(entry.get("name") or "").partition("#")[0]
    return {"pool_name": (entry.get("capabilities") or {}).get("pool_name"), "provider": provider}


def _volume(entry: Entry) -> Mapping[str, Any]:
    plain = fields(
        "name", "status", "volume_type", "availability_zone", "migration_status", "attachments", "snapshot_id"
    )(entry)
    attachments = entry.get("attachments") or [{}]
    return {
        **plain,
        "image_id": (entry.get("volume_image_metadata") or {}).get("image_id"),
        "instance_id": attachments[0].get("server_id"),
        "os-vol-host-attr:host": entry.get("os-vol-host-attr:host"),
        "source_volid": entry.get("source_volid"),
    }


def _gauge(name: str, unit: str, value: Value, metadata: Metadata) -> Row:
    return Row(Meter(name, "gauge", unit), value, metadata)


_NETWORK_STATUS = {
    "inactive": 0,
    "active": 1,
    "pending_create": 2,
    "down": 3,
    "created": 4,
    "pending_update": 5,
    "pending_delete": 6,
    "error": 7,
}
_OPERATING = {"online": 1, "draining": 2, "offline": 3, "degraded": 4, "error": 5, "no_monitor": 6}
_PROVISIONING = {
    "active": 1,
    "deleted": 2,
    "error": 3,
    "pending_create": 4,
    "pending_update": 5,
    "pending_delete": 6,
}
_ZONE_STATUS = {"active": 1, "pending": 2, "error": 3, "deleted": 4}
_SHARE_STATUS = {
    name: number
    for number, name in enumerate(
        [
            *("available", "creating", "deleting", "error", "error_deleting", "migrating", "extending", "shrinking"),
            *("reverting", "inactive", "manage_starting", "manage_error", "unmanage_starting", "unmanage_error"),
            *("unmanaged", "extending_error", "shrinking_error", "reverting_error", "awaiting_transfer"),
            *("backup_creating", "backup_restoring", "backup_restoring_error", "creating_from_snapshot"),
            *("shrinking_possible_data_loss_error", "migrating_to", "replication_change"),
        ],
        start=1,
    )
}
_LOAD_BALANCER = fields(
    *("name", "availability_zone", "vip_address", "vip_port_id", "provisioning_status", "operating_status"),
    *("provider", "flavor_id"),
)
_SHARE = fields(
    *("name", "availability_zone", "share_type", "share_network_id", "status", "host", "is_public"),
    protocol="share_proto",
)
_IMAGE = fields(
    *("status", "visibility", "name", "container_format", "created_at", "disk_format", "updated_at", "min_disk"),
    *("protected", "checksum", "min_ram", "tags", "virtual_size"),
)

IMAGES = CentralType("images", [_gauge("image.size", "B", of("size"), _IMAGE)], Owners(("owner",)))
FLOATING_IPS = CentralType(
    "fip_services",
    [
        _gauge(
            "ip.floating",
            "ip",
            status("status", _NETWORK_STATUS),
            fields(
                *("router_id", "status", "floating_network_id", "fixed_ip_address", "port_id", "floating_ip_address")
            ),
        )
    ],
    Owners(user=("user_id",)),
)
VPN_SERVICES = CentralType(
    "vpn_services",
    [
        _gauge(
            "network.services.vpn",
            "vpnservice",
            status("status", _NETWORK_STATUS),
            fields("admin_state_up", "description", "name", "status", "subnet_id", "router_id"),
        )
    ],
)
# Without `psk`: a secret is no metadata.
VPN_CONNECTIONS = CentralType(
    "ipsec_connections",
    [
        _gauge(
            "network.services.vpn.connections",
            "ipsec_site_connection",
            _one,
            fields(
                *("name", "description", "peer_address", "peer_id", "peer_cidrs", "initiator", "ikepolicy_id", "dpd"),
                *("ipsecpolicy_id", "vpnservice_id", "mtu", "admin_state_up", "status", "tenant_id"),
            ),
        )
    ],
)
FIREWALLS = CentralType(
    "fw_services",
    [
        _gauge(
            "network.services.firewall",
            "firewall",
            status("status", _NETWORK_STATUS),
            fields(
                *("admin_state_up", "description", "name", "status"),
                *("ingress_firewall_policy_id", "egress_firewall_policy_id"),
                firewall_policy_id="ingress_firewall_policy_id",
            ),
        )
    ],
)
FIREWALL_POLICIES = CentralType(
    "fw_policy",
    [
        _gauge(
            "network.services.firewall.policy",
            "firewall_policy",
            _one,
            fields("name", "description", "firewall_rules", "shared", "audited"),
        )
    ],
)
LOAD_BALANCERS = CentralType(
    "lb_services",
    [
        _gauge("loadbalancer.operating", "status", status("operating_status", _OPERATING), _LOAD_BALANCER),
        _gauge("loadbalancer.provisioning", "status", status("provisioning_status", _PROVISIONING), _LOAD_BALANCER),
    ],
)
ZONE_FIELDS = fields("name", "email", "ttl", "description", "type", "status", "action", "serial", "pool_id")
DNS_ZONES = CentralType(
    "dns_zones",
    [
        _gauge("dns.zone.status", "status", status("status", _ZONE_STATUS), ZONE_FIELDS),
        _gauge("dns.zone.ttl", "second", of("ttl", 0), ZONE_FIELDS),
        _gauge("dns.zone.serial", "serial", of("serial", 0), ZONE_FIELDS),
    ],
)
VOLUMES = CentralType(
    "volumes",
    [_gauge("volume.size", "GiB", of("size"), _volume)],
    Owners(("os-vol-tenant-attr:tenant_id", "project_id"), ("user_id",)),
)
VOLUME_SNAPSHOTS = CentralType(
    "volume_snapshots",
    [
        _gauge(
            "volume.snapshot.size",
            "GiB",
            of("size"),
            fields(
                "name", "volume_id", "status", "description", "metadata", "os-extended-snapshot-attributes:progress"
            ),
        )
    ],
    Owners(("os-extended-snapshot-attributes:project_id", "project_id"), ("user_id",)),
)
VOLUME_BACKUPS = CentralType(
    "volume_backups",
    [
        _gauge(
            "volume.backup.size",
            "GiB",
            of("size"),
            fields("name", "is_incremental", "object_count", "container", "volume_id", "status", "description"),
        )
    ],
    Owners(("os-backup-project-attr:project_id", "project_id"), ("user_id",)),
)
VOLUME_POOLS = CentralType(
    "volume_pools",
    [
        _gauge("volume.provider.pool.capacity.total", "GiB", _capability("total_capacity_gb"), _pool),
        _gauge("volume.provider.pool.capacity.free", "GiB", _capability("free_capacity_gb"), _pool),
        _gauge("volume.provider.pool.capacity.provisioned", "GiB", _provisioned, _pool),
        _gauge("volume.provider.pool.capacity.virtual_free", "GiB", _virtual_free, _pool),
        _gauge("volume.provider.pool.capacity.allocated", "GiB", _capability("allocated_capacity_gb"), _pool),
    ],
)
VOLUME_SERVICES = CentralType(
    "volume_services",
    [
        _gauge(
            "volume.service.health",
            "health",
            status("state", {"up": 1, "down": 0}, None),
            fields("binary", "host", "status", zone="zone"),
        )
    ],
)
SHARES = CentralType(
    "manila_shares",
    [
        _gauge("manila.share.status", "status", status("status", _SHARE_STATUS), _SHARE),
        _gauge("manila.share.size", "GiB", of("size", 0), _SHARE),
    ],
    Owners(user=("user_id",)),
)
