# SPDX-License-Identifier: Apache-2.0
"""The host and its parts as resources."""

import doctest
import os
import socket

from hypothesis import given
from hypothesis import strategies as st

from nephoscope.poll import host as host_module
from nephoscope.poll.host import ID_LENGTH_MAX, Host, encode_id

names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=400) | st.sampled_from(
    ["/", "/var", "/var/lib", "/var:lib", "/var%2Flib", "var", ":", "%3A", "//"]
)


def test_the_examples_in_the_text_hold() -> None:
    assert doctest.testmod(host_module).attempted > 0
    assert doctest.testmod(host_module).failed == 0


def test_the_host_is_called_as_it_calls_itself_unless_told_otherwise() -> None:
    assert Host().resource.id == socket.gethostname()
    assert Host("box-1").resource.id == "box-1"


def test_the_host_knows_its_kernel_and_processors() -> None:
    attributes = Host().resource.attributes
    assert attributes["kernel"] == os.uname().release
    assert attributes["cpu_count"] == os.cpu_count()


def test_parts_are_named_after_the_host() -> None:
    host = Host("box")
    assert host.part("disk", "sda", {}).id == "box.disk.sda"
    assert host.part("network", "eth0", {}).type == "host_network_interface"
    assert host.part("filesystem", "/var/lib", {}).id == "box.filesystem.:var:lib"


@given(names, names)
def test_ids_fit_hold_no_slash_and_differ_where_names_do(one: str, other: str) -> None:
    host = Host("box")
    ids = {host.part("filesystem", name, {}).id for name in (one, other)}
    assert len(ids) == len({one, other})
    assert all("/" not in each and len(each) <= ID_LENGTH_MAX and each.isascii() for each in ids)


def test_bytes_that_are_not_utf8_in_a_mount_point_do_not_spoil_the_batch() -> None:
    mount_point = os.fsdecode(b"/mnt/caf\xe9")
    assert encode_id(mount_point) == ":mnt:caf%E9"
    assert host_module.text(mount_point) == "/mnt/caf\N{REPLACEMENT CHARACTER}"
    assert len(host_module.text("x" * 1000)) == 255
