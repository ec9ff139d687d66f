# SPDX-License-Identifier: Apache-2.0
"""Space and inodes of each local file system."""

import os
from pathlib import Path

import psutil

from nephoscope.model.sample import Meter
from nephoscope.poll.contract import Readings
from nephoscope.poll.host import Host, text

# Images are always full; saying so every ten seconds helps nobody.
IMAGE_TYPES = frozenset({"squashfs", "erofs", "iso9660", "udf", "cramfs"})


class Filesystem:
    """
    Asks each mounted file system that lives on a device; with a network mount, a dead server would hang the poll.

    A device that is mounted several times counts once, at its shortest mount point.
    """

    METERS = (
        Meter("filesystem.total", "gauge", "B"),
        Meter("filesystem.used", "gauge", "B"),
        Meter("filesystem.available", "gauge", "B"),
        Meter("filesystem.util", "gauge", "%"),
        Meter("filesystem.inodes.total", "gauge", "inode"),
        Meter("filesystem.inodes.used", "gauge", "inode"),
    )

    def __init__(self, host: Host) -> None:
        self._host = host

    def poll(self, now_ns: int) -> Readings:
        """
        Bytes and inodes of each file system.

        `filesystem.available` is what unprivileged programs can still write, and `filesystem.util` the used percentage
        of what they could ever write, as `df` shows it. A file system that cannot be asked is left out.
        """
        readings = Readings(self.METERS, now_ns)
        for device, (mount_point, fs_type) in _mounted().items():
            try:
                space = os.statvfs(mount_point)
            except OSError:
                continue
            attributes = {"device": text(device), "mount_point": text(mount_point), "fs_type": text(fs_type)}
            readings.add(self._host.part("filesystem", mount_point, {**attributes}), _values(space))
        return readings


def _mounted() -> dict[str, tuple[str, str]]:
    """Mount point and type by device."""
    mounts = psutil.disk_partitions(all=False)
    if all(mount.mountpoint != "/" for mount in mounts):
        # The root of a container is a layered file system without a device, and still the one that fills up.
        mounts += [mount for mount in psutil.disk_partitions(all=True) if mount.mountpoint == "/"]
    mounted: dict[str, tuple[str, str]] = {}
    for mount in sorted(mounts, key=lambda mount: len(mount.mountpoint)):
        # Containers see single files, such as /etc/hosts, mounted from the host's disk.
        if mount.fstype not in IMAGE_TYPES and Path(mount.mountpoint).is_dir():
            mounted.setdefault(mount.device, (mount.mountpoint, mount.fstype))
    return mounted


def _values(space: os.statvfs_result) -> dict[str, float]:
    used = (space.f_blocks - space.f_bfree) * space.f_frsize
    available = space.f_bavail * space.f_frsize
    return {
        "filesystem.total": space.f_blocks * space.f_frsize,
        "filesystem.used": used,
        "filesystem.available": available,
        "filesystem.util": 100 * used / (used + available) if used + available else 0.0,
        "filesystem.inodes.total": space.f_files,
        "filesystem.inodes.used": space.f_files - space.f_ffree,
    }
