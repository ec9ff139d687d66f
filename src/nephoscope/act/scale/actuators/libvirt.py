# SPDX-License-Identifier: Apache-2.0
"""`libvirt`: members are domains made of a template, each with its own disks, known by a mark in their description."""

import hashlib
import posixpath
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

import msgspec

from nephoscope.act.scale.actuators import domain_xml
from nephoscope.act.scale.actuators.domain_xml import Disk, Mark
from nephoscope.act.scale.actuators.options import choose, plain, read
from nephoscope.act.scale.actuators.tools import Tools
from nephoscope.act.scale.contract import Member, MemberState
from nephoscope.model.errors import BadRequest, Unavailable

T = TypeVar("T")

WORDS_LENGTH_MAX = 200
# virDomainState: what serves, what is on its way out, and what does neither.
_STATES: dict[int, tuple[MemberState, str]] = {
    0: ("starting", ""),
    1: ("running", ""),
    2: ("running", ""),
    3: ("failed", "paused"),
    4: ("stopping", ""),
    5: ("failed", "shut off"),
    6: ("failed", "crashed"),
    7: ("failed", "suspended by its power management"),
}


class Options(msgspec.Struct, forbid_unknown_fields=True):
    """The hypervisor and the template, both as `[scale]` names them, and whether disks are overlays or whole copies."""

    hypervisor: str
    template: str
    disks: Literal["overlay", "full"] = "overlay"


class Libvirt:
    """
    Clones, starts, stops and undefines domains.

    The template is never changed; with overlays it must not run either, as its disks are read by all.
    """

    def __init__(self, group: str, options: Mapping[str, Any], tools: Tools) -> None:
        self._options = read(Options, options)
        self._group = plain("the group's name", group)
        settings = tools.settings
        name = choose("hypervisor", self._options.hypervisor, "hypervisors", settings.hypervisors)
        choose("template", self._options.template, "templates", settings.templates)
        self._uri = settings.hypervisors[name]
        self._tools = tools
        self._opened: Any = None

    def members(self) -> Sequence[Member]:
        return self._ask(lambda libvirt, connection: [_member(*each) for each in self._domains(libvirt, connection)])

    def grow(self, names: Sequence[str]) -> None:
        there = {member.name for member in self.members()}
        for name in names:
            if name not in there:
                plain("the member's name", name)
                self._ask(lambda libvirt, connection, name=name: self._make(libvirt, connection, name))  # type: ignore[misc]

    def shrink(self, members: Sequence[Member]) -> None:
        names = {member.name for member in members}

        def leave(libvirt: Any, connection: Any) -> None:
            leaving = [each for each in self._domains(libvirt, connection) if each[1].name in names]
            self._stop([domain for domain, _ in leaving])
            for domain, mark in leaving:
                _remove(libvirt, connection, domain, mark)

        self._ask(leave)

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _domains(self, libvirt: Any, connection: Any) -> list[tuple[Any, Mark]]:
        """The domains of the group, each with its mark."""
        found = []
        for domain in connection.listAllDomains(0):
            try:
                description = domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE)
            except libvirt.libvirtError as error:
                # It has gone since it was listed.
                if error.get_error_code() != libvirt.VIR_ERR_NO_DOMAIN:
                    raise
                continue
            mark = domain_xml.mark_of(description)
            if mark is not None and mark.group == self._group:
                found.append((domain, mark))
        return found

    def _make(self, libvirt: Any, connection: Any, name: str) -> None:
        template = self._template(libvirt, connection)
        description = template.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE | libvirt.VIR_DOMAIN_XML_SECURE)
        paths = {}
        for disk in domain_xml.disks_of(description):
            paths[disk.target] = self._disk(libvirt, connection, disk, f"{name}-{disk.target}.qcow2")
        mark = Mark(self._group, name, self._tools.now_ns(), list(paths.values()))
        # Defined before it is started: what is defined is found, and ended, by whoever comes after us.
        connection.defineXML(domain_xml.member_of(description, mark, paths)).create()

    def _template(self, libvirt: Any, connection: Any) -> Any:
        name = self._options.template
        try:
            template = connection.lookupByName(name)
        except libvirt.libvirtError as error:
            if error.get_error_code() != libvirt.VIR_ERR_NO_DOMAIN:
                raise
            raise BadRequest(f"options: template: the hypervisor has no domain {name}") from None
        if template.isActive():
            raise Unavailable(f"the template {name} runs; shut it down, as its disks are cloned")
        return template

    def _disk(self, libvirt: Any, connection: Any, disk: Disk, name: str) -> str:
        """Make a disk of a template's beside it, over what a server left that died; gives its path."""
        pool = self._pool(libvirt, connection, posixpath.dirname(disk.path))
        pool.refresh()
        try:
            pool.storageVolLookupByName(name).delete()
        except libvirt.libvirtError as error:
            if error.get_error_code() != libvirt.VIR_ERR_NO_STORAGE_VOL:
                raise
        origin = pool.storageVolLookupByName(posixpath.basename(disk.path))
        capacity = origin.info()[1]
        if self._options.disks == "full":
            return str(pool.createXMLFrom(domain_xml.full_xml(name, capacity), origin).path())
        return str(pool.createXML(domain_xml.overlay_xml(name, capacity, disk)).path())

    @staticmethod
    def _pool(libvirt: Any, connection: Any, folder: str) -> Any:
        """The pool of a folder; one that lasts until the daemon ends, where there is none."""
        for pool in connection.listAllStoragePools(libvirt.VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE):
            if domain_xml.folder_of(pool.XMLDesc()) == folder:
                return pool
        name = f"nephoscope-{hashlib.sha256(folder.encode()).hexdigest()[:12]}"
        return connection.storagePoolCreateXML(domain_xml.pool_xml(name, folder))

    def _stop(self, domains: Sequence[Any]) -> None:
        """Ask guests to end, and end those that have not after the grace time."""
        running = [each for each in domains if each.isActive()]
        for each in running:
            each.shutdown()
        give_up_s = self._tools.monotonic_s() + self._tools.settings.stop_grace_s
        while any(each.isActive() for each in running) and self._tools.monotonic_s() < give_up_s:
            self._tools.sleep(min(self._tools.settings.look_interval_s, self._tools.settings.stop_grace_s))
        for each in running:
            if each.isActive():
                each.destroy()

    def _ask(self, question: Callable[[Any, Any], T]) -> T:
        """What a question gives that is handed libvirt's library and the connection, opened when it is first needed."""
        try:
            import libvirt
        except ImportError:
            raise Unavailable("domains need libvirt's library; install nephoscope[libvirt]") from None
        # Its default prints each error, also those that we expect, to standard error.
        libvirt.registerErrorHandler(lambda _, __: None, None)
        try:
            if self._opened is not None and not self._opened.isAlive():
                self.close()
            if self._opened is None:
                self._opened = libvirt.open(self._uri)
            return question(libvirt, self._opened)
        except libvirt.libvirtError as error:
            raise Unavailable(f"libvirt: {' '.join(str(error).split())[:WORDS_LENGTH_MAX]}") from None


def _member(domain: Any, mark: Mark) -> Member:
    code = domain.state()[0]
    state, detail = _STATES.get(code, ("failed", f"in state {code}"))
    return Member(id=domain.UUIDString(), name=mark.name, created_ns=mark.created_ns, state=state, detail=detail)


def _remove(libvirt: Any, connection: Any, domain: Any, mark: Mark) -> None:
    """Delete the disks of a domain that has stopped, then itself: as long as it is there, it is found."""
    for path in mark.disks:
        try:
            connection.storageVolLookupByPath(path).delete()
        except libvirt.libvirtError as error:
            if error.get_error_code() != libvirt.VIR_ERR_NO_STORAGE_VOL:
                raise
    domain.undefineFlags(
        libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE
        | libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA
        | libvirt.VIR_DOMAIN_UNDEFINE_NVRAM
    )
