# SPDX-License-Identifier: Apache-2.0
"""
Become another program, as another user, in a network that holds nothing but taps for guests of that user.

Run by root as `unshare --mount --net -- python guest_network.py USER GROUP TAP[,TAP…] PROGRAM [ARGUMENT…]`: taps need
rights that the program shall not have, and a name space of their own, so that nothing is left on the machine.
"""

import fcntl
import grp
import os
import pwd
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

TUN = Path("/dev/net/tun")
TUN_NUMBER = os.makedev(10, 200)
# Of linux/if_tun.h and linux/sockios.h.
TUNSETIFF, TUNSETPERSIST, TUNSETOWNER = 0x400454CA, 0x400454CB, 0x400454CC
IFF_TAP, IFF_NO_PI, IFF_UP = 0x0002, 0x1000, 0x0001
SIOCSIFFLAGS = 0x8914


def main(user: str, group: str, taps: str, *program: str) -> None:
    """Never returns."""
    for tap in taps.split(","):
        make_tap(tap, pwd.getpwnam(user).pw_uid)
    with tempfile.TemporaryDirectory() as folder:
        open_tun(Path(folder))
    os.setgroups([grp.getgrnam(group).gr_gid])
    os.setgid(grp.getgrnam(group).gr_gid)
    os.setuid(pwd.getpwnam(user).pw_uid)
    os.execv(program[0], program)


def make_tap(name: str, owner: int) -> None:
    """A tap that stays when we let go of it, and that its owner may take up."""
    with TUN.open("r+b", buffering=0) as device:
        fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TAP | IFF_NO_PI))
        fcntl.ioctl(device, TUNSETOWNER, owner)
        fcntl.ioctl(device, TUNSETPERSIST, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", name.encode(), IFF_UP))


def open_tun(folder: Path) -> None:
    """Where only root may use taps, put a node that all may use over the machine's, in our name space alone."""
    if TUN.stat().st_mode & 0o006 == 0o006:
        return
    node = folder / "tun"
    os.mknod(node, 0o020666, TUN_NUMBER)
    node.chmod(0o666)
    subprocess.run(["mount", "--bind", node, TUN], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
