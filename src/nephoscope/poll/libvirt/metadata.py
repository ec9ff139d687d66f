# SPDX-License-Identifier: Apache-2.0
"""What is told of a domain, its disks and its ports beside each of their samples."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha224
from typing import Any

from nephoscope.model.reserved import Reserved
from nephoscope.poll.libvirt.domain import Domain, Flavor, Port

Metadata = Mapping[str, Any]
SHUT_OFF = 5

# libvirt's state of a domain -> the compute service's words for state and status. Of what goes on above libvirt, such
# as shelving, this knows nothing.
STATES: dict[int, tuple[str, str]] = {
    0: ("pending", "building"),
    1: ("running", "active"),
    2: ("running", "active"),
    3: ("paused", "paused"),
    4: ("shutdown", "stopped"),
    SHUT_OFF: ("shutdown", "stopped"),
    6: ("crashed", "error"),
    7: ("suspended", "suspended"),
}
UNKNOWN = ("unknown", "unknown")


@dataclass(frozen=True)
class Resource:
    """What is measured: the domain itself, a disk, or a port, with what is told of it."""

    id: str
    metadata: Metadata


@dataclass(frozen=True)
class Described:
    """A domain ready to be sampled; disks and ports by their device's name."""

    domain: Domain
    user_id: str | None
    project_id: str | None
    instance: Resource
    disks: Mapping[str, Resource]
    ports: Mapping[str, Resource]


@dataclass(frozen=True)
class Describer:
    """What descriptions depend on beside the domain: the host's name and which of a server's metadata are copied."""

    host_name: str
    reserved: Reserved

    def describe(self, domain: Domain, state: int, facts: Mapping[str, Any]) -> Described:
        """
        Describe a domain in libvirt's `state`.

        `facts` of the target add to what the domain's XML says: `resource_metadata` takes the place of what it names,
        `user_id` and `project_id` likewise, `flavor_id` tells what older XML lacks, and of the server's own `metadata`
        the reserved ones are copied.
        """
        project_id = facts.get("project_id") or domain.project_id
        told = {**self._instance(domain, state, project_id), **facts.get("resource_metadata", {})}
        flavor = told["flavor"]
        if flavor is not None and flavor["id"] is None:
            told["flavor"] = {**flavor, "id": facts.get("flavor_id")}
        told["user_metadata"] = self.reserved.of(facts.get("metadata", {}), told)
        return Described(
            domain=domain,
            user_id=facts.get("user_id") or domain.user_id,
            project_id=project_id,
            instance=Resource(domain.uuid, told),
            disks={each: Resource(f"{domain.uuid}-{each}", {**told, "disk_name": each}) for each in domain.disks},
            ports={each.device: _port(domain, each, told) for each in domain.ports},
        )

    def _instance(self, domain: Domain, state: int, project_id: str | None) -> dict[str, Any]:
        power_state, status = STATES.get(state, UNKNOWN)
        return {
            "display_name": domain.display_name,
            "name": domain.name,
            "instance_id": domain.uuid,
            # The compute service shows users this instead of the host's name.
            "host": sha224(f"{project_id or ''}{self.host_name}".encode()).hexdigest(),
            "instance_host": self.host_name,
            "status": status,
            "state": power_state,
            "task_state": "",
            "image": {"id": domain.image_id} if domain.image_id else None,
            "image_ref": domain.image_id,
            "image_ref_url": None,
            "architecture": domain.architecture,
            "os_type": domain.os_type,
            **_size(domain, domain.flavor),
        }


def _size(domain: Domain, flavor: Flavor | None) -> dict[str, Any]:
    if flavor is None:
        return {"instance_type": None, "flavor": None, "vcpus": domain.vcpus, "memory_mb": domain.memory_mib}
    told: dict[str, Any] = {
        "id": flavor.id,
        "name": flavor.name,
        "vcpus": flavor.vcpus,
        "ram": flavor.ram,
        "disk": flavor.disk,
        "ephemeral": flavor.ephemeral,
        "swap": flavor.swap,
    }
    if flavor.extra_specs:
        told["extra_specs"] = dict(flavor.extra_specs)
    return {
        "instance_type": flavor.name,
        "flavor": told,
        "vcpus": flavor.vcpus,
        "memory_mb": flavor.ram,
        "disk_gb": flavor.disk,
        "ephemeral_gb": flavor.ephemeral,
        "root_gb": flavor.disk - flavor.ephemeral,
    }


def _port(domain: Domain, port: Port, told: Metadata) -> Resource:
    name = port.filter or port.device
    return Resource(
        port.filter or f"{domain.name}-{domain.uuid}-{port.device}",
        {
            **told,
            "name": port.device,
            "mac": port.mac,
            "fref": port.filter,
            "parameters": dict(port.parameters),
            "vnic_name": name,
        },
    )
