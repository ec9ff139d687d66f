# SPDX-License-Identifier: Apache-2.0
"""A host of libvirt's own test driver, described in a file: domains as the compute service defines them, not run."""

from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

PROJECT = "9f1b1c4d2f3a4e5b8c7d6e5f4a3b2c1d"
USER = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
IMAGE = "7d3c1f3e-9a4b-4c5d-8e6f-0a1b2c3d4e5f"
NAMESPACE = "http://openstack.org/xmlns/libvirt/nova/1.1"


def nova_metadata(display_name: str, *, namespace: str = NAMESPACE, flavor_id: str = "", specs: str = "") -> str:
    """What the compute service writes into a domain: a flavor of 20 GiB, 5 of them ephemeral, and an image."""
    flavor = f"name='m1.small' id='{flavor_id}'" if flavor_id else "name='m1.small'"
    return f"""
      <nova:instance xmlns:nova='{namespace}'>
        <nova:package version='27.0.0'/>
        <nova:name>{display_name}</nova:name>
        <nova:creationTime>2026-11-28 08:00:00</nova:creationTime>
        <nova:flavor {flavor}>
          <nova:memory>2048</nova:memory>
          <nova:disk>20</nova:disk>
          <nova:swap>512</nova:swap>
          <nova:ephemeral>5</nova:ephemeral>
          <nova:vcpus>2</nova:vcpus>
          {specs}
        </nova:flavor>
        <nova:owner>
          <nova:user uuid='{USER}'>ann</nova:user>
          <nova:project uuid='{PROJECT}'>shop</nova:project>
        </nova:owner>
        <nova:root type='image' uuid='{IMAGE}'/>
        <nova:ports>
          <nova:port uuid='11111111-2222-3333-4444-555555555555'>
            <nova:ip type='fixed' address='192.0.2.7' ipVersion='4'/>
          </nova:port>
        </nova:ports>
      </nova:instance>"""


def domain_xml(number: int, metadata: str | None = None, devices: str = "") -> str:
    """Domain `instance-<number>` with two disks and two ports; `metadata` in place of the compute service's."""
    disks = "".join(
        f"""<disk type='file' device='disk'>
          <source file='/disks/{number}-{device}'/>
          <target dev='{device}' bus='virtio'/>
        </disk>"""
        for device in ("vda", "vdb")
    )
    ports = "".join(
        f"""<interface type='bridge'>
          <mac address='fa:16:3e:00:{number // 256:02x}:{(number % 128) * 2 + port:02x}'/>
          <source bridge='br-int'/>
          <virtualport type='openvswitch'>
            <parameters interfaceid='{UUID(int=number * 2 + port)}'/>
          </virtualport>
          <target dev='tap{number:04x}-{port}'/>
        </interface>"""
        for port in (0, 1)
    )
    return f"""<domain type='test'>
      <name>instance-{number:08x}</name>
      <uuid>{UUID(int=number)}</uuid>
      <metadata>{nova_metadata(f"vm {number}") if metadata is None else metadata}</metadata>
      <memory unit='MiB'>2048</memory>
      <vcpu>2</vcpu>
      <os><type arch='x86_64'>hvm</type></os>
      <devices>{disks}{ports}<memballoon model='virtio'/>{devices}</devices>
    </domain>"""


def node(path: Path, domains: Iterable[str]) -> str:
    """Write a host with these domains, all running, and give the URI under which the driver shows it."""
    path.write_text(f"<node>{''.join(domains)}</node>")
    return f"test://{path}"
