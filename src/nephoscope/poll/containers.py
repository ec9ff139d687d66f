# SPDX-License-Identifier: Apache-2.0
"""Containers of the host, whichever engine runs them, by their control groups."""

import re
from pathlib import Path

from nephoscope.poll.cgroup import METERS, ROOT, Group, Utilisation, groups, values_of
from nephoscope.poll.contract import Readings
from nephoscope.poll.host import Attributes, Host, text

_HEX = r"(?P<id>[0-9a-f]{64})"
# How engines call the groups of containers; `(?!conmon)` leaves out the watcher beside each of podman's.
_ENGINES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("docker", re.compile(rf"(?:^|/)docker-{_HEX}\.scope$")),
    ("docker", re.compile(rf"(?:^|/)docker/{_HEX}$")),
    ("podman", re.compile(rf"(?:^|/)libpod-(?!conmon){_HEX}(?:\.scope)?$")),
    ("cri-o", re.compile(rf"(?:^|/)crio-(?!conmon){_HEX}(?:\.scope)?$")),
    ("containerd", re.compile(rf"(?:^|/)cri-containerd-{_HEX}\.scope$")),
    ("containerd", re.compile(rf"(?:^|/)kubepods/(?:[^/]+/)?pod[^/]+/{_HEX}$")),
    ("lxc", re.compile(r"(?:^|/)lxc\.payload\.(?P<id>[^/]+)$")),
    ("lxc", re.compile(r"(?:^|/)lxc/(?P<id>[^/]+)$")),
    ("nspawn", re.compile(r"(?:^|/)systemd-nspawn@(?P<id>[^/]+)\.service$")),
    ("nspawn", re.compile(r"(?:^|/)machine-(?!qemu|lxc)(?P<id>[^/]+)\.scope$")),
)
_POD = re.compile(r"[/-]pod(?P<uid>[0-9a-f]{8}[-_][0-9a-f_-]{27})(?:\.slice)?(?:/|$)")
SHORT_ID_LENGTH = 12


class Containers:
    """Each container is a resource; `cgroup.cpu.util` compares with the reading before."""

    METERS = METERS

    def __init__(self, host: Host, root: Path = ROOT) -> None:
        self._host = host
        self._root = root
        self._utilisation = Utilisation()

    def poll(self, now_ns: int) -> Readings:
        """What the kernel counts of each container; nothing where there are no control groups of version 2."""
        readings = Readings(self.METERS, now_ns)
        for group in groups(self._root):
            about = container_of(group)
            if about is not None:
                values = values_of(group)
                values |= self._utilisation.of(group, values, now_ns)
                readings.add(self._host.thing("container", str(about["container_id"]), about), values)
        self._utilisation.seen_all()
        return readings


def container_of(group: Group) -> Attributes | None:
    """What a group's path tells of the container in it; None when it is no container's."""
    for engine, pattern in _ENGINES:
        if found := pattern.search(group.path):
            identity = unescaped(found["id"])
            pod = _POD.search(group.path)
            return {
                "engine": engine,
                "container_id": text(identity),
                # Hashes are shown as engines show them; their names for people are not the kernel's.
                "name": text(identity[:SHORT_ID_LENGTH] if re.fullmatch(_HEX, identity) else identity),
                "pod_id": pod["uid"].replace("_", "-") if pod else None,
            }
    return None


def unescaped(name: str) -> str:
    r"""
    A name without the escapes of systemd.

    >>> unescaped(r"home-my\x2ddisk")
    'home-my-disk'
    """
    return re.sub(r"\\x([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), name)
