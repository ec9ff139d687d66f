# SPDX-License-Identifier: Apache-2.0
"""What libvirt's XML says of one domain, and what the compute service wrote into it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from nephoscope.model.errors import BadPayload

XML_CHARACTERS_MAX = 4_000_000
# The compute service's namespace in a domain's metadata, the newer version first.
NOVA = ("{http://openstack.org/xmlns/libvirt/nova/1.1}", "{http://openstack.org/xmlns/libvirt/nova/1.0}")


@dataclass(frozen=True)
class Port:
    """A network interface that the host knows by a name; `filter` is the network filter it goes through."""

    device: str
    mac: str | None
    filter: str | None
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Flavor:
    """The size that a user chose; memory and swap in MiB, disks in GiB."""

    id: str | None
    name: str | None
    vcpus: int
    ram: int
    disk: int
    ephemeral: int
    swap: int
    extra_specs: Mapping[str, str]


@dataclass(frozen=True)
class Domain:
    """
    One domain; whatever only the compute service knows is None for domains of others.

    `disks` have a medium, `devices` are all block and network devices by name; `memory_mib` is the most it may have.
    """

    uuid: str
    name: str
    display_name: str
    architecture: str | None
    os_type: str | None
    vcpus: int
    memory_mib: int
    disks: tuple[str, ...]
    ports: tuple[Port, ...]
    devices: frozenset[str]
    flavor: Flavor | None = None
    user_id: str | None = None
    project_id: str | None = None
    image_id: str | None = None


@dataclass(frozen=True)
class _Nova:
    """The compute service's element, read without caring for the version of its namespace."""

    element: Element
    namespace: str

    def find(self, *names: str) -> Element | None:
        return self.element.find("/".join(self.namespace + name for name in names))

    def text(self, *names: str) -> str | None:
        found = self.find(*names)
        return found.text or None if found is not None else None

    def attribute(self, attribute: str, *names: str) -> str | None:
        found = self.find(*names)
        return found.get(attribute) if found is not None else None


def read(xml: str) -> Domain:
    """
    The domain that an XML document of libvirt describes.

    Errors  BadPayload for what is no such document, is too long, or brings a document type of its own: libvirt has
            none, and entities that a document type declares could grow without bound.
    """
    if len(xml) > XML_CHARACTERS_MAX:
        raise BadPayload(f"a domain's XML has {len(xml)} characters, at most {XML_CHARACTERS_MAX} are read")
    if "<!DOCTYPE" in xml:
        raise BadPayload("a domain's XML declares a document type, which libvirt never does")
    try:
        root = ElementTree.fromstring(xml)  # noqa: S314 - nothing that it could expand is left
        return _domain(root)
    except (ElementTree.ParseError, ValueError) as error:
        raise BadPayload(f"a domain's XML cannot be read: {error}") from None


def _domain(root: Element) -> Domain:
    uuid, name = root.findtext("uuid"), root.findtext("name")
    if not uuid or not name:
        raise BadPayload("a domain's XML has no uuid or no name")
    kind = root.find("os/type")
    nova = _nova(root)
    return Domain(
        uuid=uuid,
        name=name,
        display_name=(nova.text("name") if nova else None) or root.findtext("title") or name,
        architecture=kind.get("arch") if kind is not None else None,
        os_type=kind.text if kind is not None else None,
        vcpus=int(root.findtext("vcpu") or 0),
        memory_mib=_mib(root.find("memory")),
        disks=tuple(_disks(root)),
        ports=tuple(_ports(root)),
        devices=frozenset(dev for each in root.iterfind("devices/*/target") if (dev := each.get("dev"))),
        flavor=_flavor(nova) if nova else None,
        user_id=nova.attribute("uuid", "owner", "user") if nova else None,
        project_id=nova.attribute("uuid", "owner", "project") if nova else None,
        image_id=_image(nova) if nova else None,
    )


def _nova(root: Element) -> _Nova | None:
    for namespace in NOVA:
        found = root.find(f"metadata/{namespace}instance")
        if found is not None:
            return _Nova(found, namespace)
    return None


def _mib(memory: Element | None) -> int:
    """libvirt always writes KiB, whatever unit a domain was defined with."""
    return int(memory.text or 0) // 1024 if memory is not None else 0


def _disks(root: Element) -> Iterator[str]:
    """Devices with something in them: a drive without a medium has no source."""
    for disk in root.iterfind("devices/disk"):
        target = disk.find("target")
        if target is not None and disk.find("source") is not None and (device := target.get("dev")):
            yield device


def _ports(root: Element) -> Iterator[Port]:
    for interface in root.iterfind("devices/interface"):
        target, mac, filtered = (interface.find(each) for each in ("target", "mac", "filterref"))
        if target is None or not (device := target.get("dev")):
            continue
        yield Port(
            device=device,
            mac=mac.get("address") if mac is not None else None,
            filter=filtered.get("filter") if filtered is not None else None,
            parameters=_parameters(interface),
        )


def _parameters(interface: Element) -> dict[str, str]:
    """What is known of the port: its filter's parameters, the bridge it is on, its id in the virtual switch."""
    found = {each.get("name", "").lower(): each.get("value", "") for each in interface.iterfind("filterref/parameter")}
    for element, attribute in (("virtualport/parameters", "interfaceid"), ("source", "bridge")):
        each = interface.find(element)
        if each is not None and (value := each.get(attribute)):
            found[attribute] = value
    return found


def _flavor(nova: _Nova) -> Flavor | None:
    if nova.find("flavor") is None:
        return None
    specs = nova.find("flavor", "extraSpecs")
    return Flavor(
        id=nova.attribute("id", "flavor"),
        name=nova.attribute("name", "flavor"),
        vcpus=int(nova.text("flavor", "vcpus") or 0),
        ram=int(nova.text("flavor", "memory") or 0),
        disk=int(nova.text("flavor", "disk") or 0),
        ephemeral=int(nova.text("flavor", "ephemeral") or 0),
        swap=int(nova.text("flavor", "swap") or 0),
        extra_specs={each.get("name", ""): each.text or "" for each in (specs if specs is not None else ())},
    )


def _image(nova: _Nova) -> str | None:
    """The image that the root disk was made of; servers that boot from a volume have none."""
    return nova.attribute("uuid", "root") if nova.attribute("type", "root") == "image" else None
