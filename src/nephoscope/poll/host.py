# SPDX-License-Identifier: Apache-2.0
"""The host as a resource, and its parts (cores, disks, file systems, interfaces, sensors) as resources of their own."""

import hashlib
import os
import platform
import socket
from functools import cached_property
from urllib.parse import quote

from nephoscope.model.sample import SampledResource

Attributes = dict[str, str | float | bool | None]

RESOURCE_TYPES: dict[str, dict[str, str]] = {
    "host": {
        "host": "string",
        "os": "string",
        "kernel": "string",
        "architecture": "string",
        "cpu_count": "number",
    },
    "host_cpu": {"host": "string", "core": "number"},
    "host_disk": {"host": "string", "device": "string"},
    "host_filesystem": {"host": "string", "device": "string", "mount_point": "string", "fs_type": "string"},
    "host_network_interface": {"host": "string", "interface": "string", "mac": "string"},
    "host_sensor": {"host": "string", "chip": "string", "label": "string"},
    "container": {
        "host": "string",
        "engine": "string",
        "container_id": "string",
        "name": "string",
        "pod_id": "string",
    },
    "systemd_unit": {"host": "string", "unit": "string", "kind": "string"},
}

ID_LENGTH_MAX = 289
TEXT_LENGTH_MAX = 255


class Host:
    """The machine that an agent runs on: `name` as operators know it, and attributes that all its resources carry."""

    def __init__(self, name: str = "", project_id: str | None = None, extra: Attributes | None = None) -> None:
        self.name = text(name or socket.gethostname())
        self._project_id = project_id
        self._extra = extra or {}

    @cached_property
    def resource(self) -> SampledResource:
        """The host itself; its id is the host's name."""
        machine = os.uname()
        attributes: Attributes = {
            "os": text(_operating_system()),
            "kernel": text(machine.release),
            "architecture": text(machine.machine),
            "cpu_count": os.cpu_count() or 1,
        }
        return self._resource("host", encode_id(self.name), attributes)

    def part(self, part: str, name: str, attributes: Attributes) -> SampledResource:
        """A part of the host, such as `part("disk", "sda", {"device": "sda"})`, with the id `<host>.disk.sda`."""
        kind = "host_network_interface" if part == "network" else f"host_{part}"
        return self._resource(kind, f"{encode_id(self.name)}.{part}.{encode_id(name)}", attributes)

    def thing(self, kind: str, name: str, attributes: Attributes) -> SampledResource:
        """Something that runs on the host, such as a container, of a type of its own; id `<host>.<kind>.<name>`."""
        return self._resource(kind, f"{encode_id(self.name)}.{kind}.{encode_id(name)}", attributes)

    def _resource(self, kind: str, resource_id: str, attributes: Attributes) -> SampledResource:
        return SampledResource(
            id=_shortened(resource_id),
            type=kind,
            project_id=self._project_id,
            attributes={**self._extra, "host": self.name, **attributes},
        )


def encode_id(name: str) -> str:
    """
    Make a part of a resource id of any name, no two of one: slashes become colons, what is not plain ASCII %XX.

    >>> encode_id("sda"), encode_id("/"), encode_id("/var/lib"), encode_id("var:lib")
    ('sda', ':', ':var:lib', 'var%3Alib')
    """
    # A leading slash stays a colon, so that "/" has an id and "/var" is not "var".
    return quote(name, safe="/", errors="surrogateescape").replace("/", ":")


def text(value: str) -> str:
    """An attribute's text: bytes that are not UTF-8 (file names may hold them) replaced, length within the limit."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")[:TEXT_LENGTH_MAX]


def _shortened(resource_id: str) -> str:
    if len(resource_id) <= ID_LENGTH_MAX:
        return resource_id
    digest = hashlib.sha256(resource_id.encode()).hexdigest()[:16]
    return f"{resource_id[: ID_LENGTH_MAX - 17]}~{digest}"


def _operating_system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return os.uname().sysname
