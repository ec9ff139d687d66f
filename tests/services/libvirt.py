# SPDX-License-Identifier: Apache-2.0
"""A private libvirtd with QEMU guests under emulation: own folders, own socket, own network, run as a plain user."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.services.starting import tail, until_ready

INSTALL = (
    "libvirtd or QEMU is missing: run `make test`, or as root "
    "`apt-get install libvirt-daemon-system libvirt-daemon-driver-qemu qemu-system-x86 qemu-utils`"
)
USER, GROUP = "libvirt-qemu", "kvm"
TAPS = ("guest0", "guest1", "guest2", "guest3")
NAMESPACE = Path(__file__).with_name("guest_network.py")
START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 30.0

# Machine code of the first sector of a guest's disk, which the firmware loads to 0:7C00 with the disk's number in DL.
# A guest that reads the second sector and writes it back, for ever.
BUSY = bytes(
    [
        *(0xB8, 0x01, 0x02),  # mov ax, 0201h     read one sector
        *(0xBB, 0x00, 0x7E),  # mov bx, 7E00h     to here
        *(0xB9, 0x02, 0x00),  # mov cx, 0002h     cylinder 0, sector 2
        *(0xB6, 0x00),  #       mov dh, 0         head 0
        *(0xCD, 0x13),  #       int 13h
        *(0xB8, 0x01, 0x03),  # mov ax, 0301h     write one sector
        *(0xCD, 0x13),  #       int 13h
        *(0xEB, 0xEC),  #       jmp to the start
    ]
)
# A guest that sleeps, and wakes for the clock only.
IDLE = bytes(
    [
        0xFB,  #         sti
        0xF4,  #         hlt
        *(0xEB, 0xFD),  # jmp to the hlt
    ]
)


class Libvirtd:
    """
    One daemon at a time, reached by `uri`; guests are of the type `qemu`, and outlive a daemon that was killed.

    Only a test run by root has guests with networks: each of the taps in `TAPS` may be one guest's.
    """

    def __init__(self, folder: Path) -> None:
        """Prepare folders below `folder`, whose path must be short, as that of a socket is at most 107 signs."""
        self.folder = folder
        self._as_root = os.geteuid() == 0
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "libvirtd.log"
        self._program = shutil.which("libvirtd") or "/usr/sbin/libvirtd"
        if not Path(self._program).exists() or not shutil.which("qemu-system-x86_64"):
            raise RuntimeError(INSTALL)
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
        for name in ("runtime_dir", "config_home", "cache_home", "data_home"):
            (folder / name).mkdir()
            self._environment[f"XDG_{name.upper()}"] = str(folder / name)
        # The log daemon that it would start otherwise would stay behind.
        settings = folder / "config_home" / "libvirt" / "qemu.conf"
        settings.parent.mkdir()
        settings.write_text('stdio_handler = "file"\n')
        self.give(folder, *folder.rglob("*"))

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.folder / "runtime_dir" / "libvirt" / "libvirt-sock"

    @property
    def uri(self) -> str:
        """Its address; the same over restarts."""
        return f"qemu+unix:///session?socket={self.socket}"

    @property
    def pid(self) -> int | None:
        """The daemon's process id, None while it is down."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start and wait until it answers; nothing happens when it runs."""
        if self.pid:
            return
        self.socket.unlink(missing_ok=True)
        namespace = ["unshare", "--mount", "--net", "--", sys.executable, str(NAMESPACE), USER, GROUP, ",".join(TAPS)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*(namespace if self._as_root else []), self._program],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
            )
        until_ready("libvirtd", self.socket.exists, self._process, lambda: tail(self._log), START_TIMEOUT_S)

    def stop(self) -> None:
        """End the daemon in an orderly way; its guests go on."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill -9 the daemon; its guests go on."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Stop the daemon in its tracks: it answers nobody, and closes nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def guest_pid(self, name: str) -> int:
        """The process of a guest that runs."""
        return int((self._guests() / f"{name}.pid").read_text())

    def give(self, *paths: Path) -> None:
        """Make files those of the daemon's user."""
        if self._as_root:
            for path in paths:
                shutil.chown(path, USER, GROUP)

    def disk(self, boot_sector: bytes = b"") -> Path:
        """A new disk of 4 MiB in QEMU's own format, with this program in its first sector."""
        raw, path = self.folder / f"{uuid4().hex}.raw", self.folder / f"{uuid4().hex}.qcow2"
        signature = b"\x55\xaa" if boot_sector else b"\0\0"
        raw.write_bytes((boot_sector.ljust(510, b"\0") + signature).ljust(4 * 2**20, b"\0"))
        subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, path], check=True)
        raw.unlink()
        self.give(path)
        return path

    def end_guests(self) -> None:
        """Kill -9 all guests."""
        for path in self._guests().glob("*.pid"):
            if path.name != "driver.pid":
                with suppress(ProcessLookupError, ValueError):
                    os.kill(int(path.read_text()), signal.SIGKILL)

    def _guests(self) -> Path:
        return self.folder / "runtime_dir" / "libvirt" / "qemu" / "run"

    def _signal(self, number: signal.Signals) -> None:
        if self.pid and self._process:
            self._process.send_signal(number)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._signal(how)
        self._signal(signal.SIGCONT)
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def guest_xml(
    name: str, disk: Path, *, uuid: str = "", tap: str = "", boot: str = "hd", metadata: str = "", devices: str = ""
) -> str:
    """A guest of 64 MiB without KVM; `boot` from its disk (`hd`) or over the `network`, a tap of the daemon's."""
    network = f"""
        <interface type='ethernet'>
          <mac address='52:54:00:00:00:01'/>
          <target dev='{tap}' managed='no'/>
          <model type='virtio'/>
        </interface>"""
    return f"""
    <domain type='qemu'>
      <name>{name}</name>
      <uuid>{uuid or uuid4()}</uuid>
      <metadata>{metadata}</metadata>
      <memory unit='MiB'>64</memory>
      <vcpu>1</vcpu>
      <os><type arch='x86_64'>hvm</type><boot dev='{boot}'/></os>
      <features><acpi/></features>
      <devices>
        <disk type='file' device='disk'>
          <driver name='qemu' type='qcow2'/>
          <source file='{disk}'/>
          <target dev='vda' bus='virtio'/>
        </disk>{network if tap else ""}{devices}
      </devices>
    </domain>"""


@contextmanager
def started() -> Iterator[Libvirtd]:
    """A running daemon in a folder of its own; all is gone afterwards."""
    # The paths of its sockets are as long as they may be.
    folder = Path(tempfile.mkdtemp(prefix="nephoscope-libvirt-", dir="/tmp"))
    folder.chmod(0o755)
    daemon: Libvirtd | None = None
    try:
        daemon = Libvirtd(folder)
        daemon.start()
        yield daemon
    finally:
        if daemon is not None:
            daemon.end_guests()
            daemon.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def connected(daemon: Libvirtd) -> Iterator[Any]:
    """A connection that may change things, for tests that make guests come and go."""
    import libvirt

    connection = libvirt.open(daemon.uri)
    try:
        yield connection
    finally:
        connection.close()
