# SPDX-License-Identifier: Apache-2.0
"""Facts about the machine that figures depend on; nothing that names it."""

import importlib.metadata
import os
import platform
import re
import subprocess
from pathlib import Path

import psutil
from tests.services.postgresql import find_programs

PACKAGES = ("chdb-core", "clickhouse-connect", "msgspec", "numpy", "pyarrow", "uvicorn")


def facts(folder: Path) -> dict[str, str]:
    """Cores, memory, versions, how busy the machine was; the file system is the one that holds `folder`."""
    cores = len(os.sched_getaffinity(0))
    return {
        "processor": f"{cores} cores, {_processor()}",
        "memory": f"{psutil.virtual_memory().total / 2**30:.1f} GiB",
        "file system": _file_system(folder),
        "system": f"{_system()}, Linux {platform.release()}",
        "load average at the start": f"{os.getloadavg()[0]:.1f}",
        "ours": f"Python {platform.python_version()}, "
        + ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES),
    }


def postgresql_version() -> str:
    """What the server's programs say."""
    said = subprocess.run([find_programs() / "postgres", "--version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[2]


def _processor() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _system() -> str:
    return platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())


def _file_system(folder: Path) -> str:
    mounts = [part for part in psutil.disk_partitions(all=True) if folder.is_relative_to(part.mountpoint)]
    return max(mounts, key=lambda part: len(part.mountpoint)).fstype if mounts else "unknown"
