# SPDX-License-Identifier: Apache-2.0
"""Descriptions of libvirt's domains: a member's made of a template's, and what marks it as one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from nephoscope.model.errors import BadRequest, Unavailable

NAMESPACE = "urn:nephoscope:scale:1"
_MEMBER = f"{{{NAMESPACE}}}member"
_DISK = f"{{{NAMESPACE}}}disk"
_DOCTYPE = re.compile("<!DOCTYPE", re.IGNORECASE)

ElementTree.register_namespace("nephoscope", NAMESPACE)


@dataclass(frozen=True)
class Disk:
    """A disk in a file: `target` is what the guest calls it, `format` is that of the file."""

    target: str
    path: str
    format: str


@dataclass(frozen=True)
class Mark:
    """What makes a domain a member of ours: its group, when it was made, and the disks that were made for it."""

    group: str
    name: str
    created_ns: int
    disks: Sequence[str]


def disks_of(template: str) -> list[Disk]:
    """The disks of a template that a member needs its own of; BadRequest for one that is in no file."""
    found = []
    for disk in _parsed(template).iterfind("devices/disk"):
        if disk.get("device", "disk") != "disk":
            # What is in a drive is read by all.
            continue
        source, target, driver = disk.find("source"), disk.find("target"), disk.find("driver")
        name = "" if target is None else target.get("dev", "")
        path = "" if source is None else source.get("file", "")
        if not path:
            raise BadRequest(f"the template's disk {name} is in no file, and cannot be cloned")
        found.append(Disk(name, path, "raw" if driver is None else driver.get("type", "raw")))
    return found


def member_of(template: str, mark: Mark, disks: Mapping[str, str]) -> str:
    """
    The description of a member: the template's with another name, without what only one may have.

    `disks` are the paths of its own disks, in QEMU's format, by what the guest calls them.
    """
    root = _parsed(template)
    root.attrib.pop("id", None)
    for each in ("uuid", "genid", "metadata"):
        for found in root.findall(each):
            root.remove(found)
    name = root.find("name")
    assert name is not None, "libvirt names all domains"
    name.text = mark.name
    # Variables of the firmware are made anew, of their template.
    for nvram in root.iterfind("os/nvram"):
        nvram.text = None
    for interface in root.iterfind("devices/interface"):
        for mac in interface.findall("mac"):
            interface.remove(mac)
    for disk in root.iterfind("devices/disk"):
        target, source, driver = disk.find("target"), disk.find("source"), disk.find("driver")
        path = None if target is None else disks.get(target.get("dev", ""))
        if path is not None and source is not None:
            source.attrib = {"file": path}
            (SubElement(disk, "driver", name="qemu") if driver is None else driver).set("type", "qcow2")
            for chain in disk.findall("backingStore"):
                disk.remove(chain)
    root.append(_marked(mark))
    return ElementTree.tostring(root, encoding="unicode")


def mark_of(description: str) -> Mark | None:
    """The mark of a domain; None for one that is none of ours. Unavailable for one that cannot be read."""
    member = _parsed(description).find(f"metadata/{_MEMBER}")
    if member is None:
        return None
    try:
        created_ns = int(member.get("created_ns", "0"))
    except ValueError:
        created_ns = 0
    disks = [each.get("path", "") for each in member.iterfind(_DISK)]
    return Mark(member.get("group", ""), member.get("name", ""), created_ns, disks)


def overlay_xml(name: str, capacity: int, backing: Disk) -> str:
    """A volume that holds what differs from a template's disk."""
    volume = _volume(name, capacity)
    store = SubElement(volume, "backingStore")
    SubElement(store, "path").text = backing.path
    SubElement(store, "format", type=backing.format)
    return ElementTree.tostring(volume, encoding="unicode")


def full_xml(name: str, capacity: int) -> str:
    """A volume that is filled with a template's disk."""
    return ElementTree.tostring(_volume(name, capacity), encoding="unicode")


def pool_xml(name: str, folder: str) -> str:
    """A folder as libvirt's storage drivers know it."""
    pool = Element("pool", type="dir")
    SubElement(pool, "name").text = name
    SubElement(SubElement(pool, "target"), "path").text = folder
    return ElementTree.tostring(pool, encoding="unicode")


def folder_of(pool: str) -> str:
    """The folder of a pool, "" for one of another kind."""
    return _parsed(pool).findtext("target/path", "")


def _volume(name: str, capacity: int) -> Element:
    volume = Element("volume")
    SubElement(volume, "name").text = name
    SubElement(volume, "capacity", unit="bytes").text = str(capacity)
    SubElement(SubElement(volume, "target"), "format", type="qcow2")
    return volume


def _marked(mark: Mark) -> Element:
    metadata = Element("metadata")
    member = SubElement(metadata, _MEMBER, group=mark.group, name=mark.name, created_ns=str(mark.created_ns))
    for path in mark.disks:
        SubElement(member, _DISK, path=path)
    return metadata


def _parsed(xml: str) -> Element:
    if _DOCTYPE.search(xml):
        raise Unavailable("the description of a domain has a DOCTYPE, which libvirt's have not")
    try:
        return ElementTree.fromstring(xml)  # noqa: S314 - nothing that it could expand is left
    except ElementTree.ParseError as error:
        raise Unavailable(f"the description of a domain cannot be read: {error}") from None
