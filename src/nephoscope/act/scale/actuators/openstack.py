# SPDX-License-Identifier: Apache-2.0
"""`openstack`: members are servers of a cloud, known by their metadata, which telemetry reads as well."""

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from nephoscope.act.scale.actuators.options import choose, plain, read
from nephoscope.act.scale.actuators.tools import Tools
from nephoscope.act.scale.contract import Member, MemberState
from nephoscope.model import timestamp
from nephoscope.model.errors import BadRequest, Unavailable

T = TypeVar("T")

# The metadata by which Ceilometer, and we, know to which group a server belongs.
MARK = "metering.server_group"
USER_DATA_BYTES_MAX = 64_000
WORDS_LENGTH_MAX = 200
# Of a server that Nova has not given up; one that somebody has stopped serves nobody.
_STATES: dict[str, MemberState] = {
    "ACTIVE": "running",
    "MIGRATING": "running",
    "PASSWORD": "running",
    "RESIZE": "running",
    "VERIFY_RESIZE": "running",
    "REVERT_RESIZE": "running",
    "BUILD": "starting",
    "REBUILD": "starting",
    "REBOOT": "starting",
    "HARD_REBOOT": "starting",
}
_GONE = frozenset({"DELETED", "SOFT_DELETED"})


class Options(msgspec.Struct, forbid_unknown_fields=True):
    """
    What servers are made of, by name or id.

    `cloud` is an entry of clouds.yaml, "" for the cloud of `[keystone]`. Without `networks` Nova chooses.
    """

    image: str
    flavor: str
    cloud: str = ""
    networks: list[str] = []
    key_name: str = ""
    security_groups: list[str] = []
    availability_zone: str = ""
    user_data: str = ""
    metadata: dict[str, str] = {}


class Openstack:
    """Makes and deletes servers, and waits until they are there or gone."""

    def __init__(self, group: str, options: Mapping[str, Any], tools: Tools) -> None:
        self._options = read(Options, options)
        self._group = plain("the group's name", group)
        if len(self._options.user_data.encode()) > USER_DATA_BYTES_MAX:
            raise BadRequest(f"options: user_data: more than {USER_DATA_BYTES_MAX} bytes")
        if MARK in self._options.metadata:
            raise BadRequest(f"options: metadata: {MARK} is how the group knows its servers")
        self._arguments = _arguments(self._options.cloud, tools)
        self._tools = tools
        self._opened: Any = None

    def members(self) -> Sequence[Member]:
        return [_member(each) for each in self._servers() if each.status not in _GONE]

    def grow(self, names: Sequence[str]) -> None:
        there = {member.name for member in self.members()}
        missing = [plain("the member's name", name) for name in names if name not in there]
        if missing:
            wanted = self._ask(self._wanted)
            for name in missing:
                self._ask(lambda cloud, name=name: cloud.compute.create_server(name=name, **wanted))  # type: ignore[misc]

        def come() -> bool:
            found = {member.name: member.state for member in self.members()}
            return all(found.get(name) in ("running", "failed") for name in names)

        self._wait(come, "there")

    def shrink(self, members: Sequence[Member]) -> None:
        there = {server.id for server in self._servers()}
        for member in members:
            if member.id in there:
                self._ask(lambda cloud, each=member: cloud.compute.delete_server(each.id, ignore_missing=True))  # type: ignore[misc]
        names = {member.id for member in members}
        self._wait(lambda: not names & {member.id for member in self.members()}, "gone")

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _servers(self) -> list[Any]:
        """The servers of the group; Nova looks for the names, the metadata is what counts."""

        def listed(cloud: Any) -> list[Any]:
            return list(cloud.compute.servers(details=True, name=f"^{self._group}-"))

        return [each for each in self._ask(listed) if (each.metadata or {}).get(MARK) == self._group]

    def _wanted(self, cloud: Any) -> dict[str, Any]:
        """What all new servers have in common, names being looked up."""
        options = self._options
        networks = [cloud.network.find_network(each, ignore_missing=False).id for each in options.networks]
        wanted = {
            "image_id": cloud.image.find_image(options.image, ignore_missing=False).id,
            "flavor_id": cloud.compute.find_flavor(options.flavor, ignore_missing=False).id,
            "networks": [{"uuid": each} for each in networks] or "auto",
            "metadata": {**options.metadata, MARK: self._group},
        }
        if options.user_data:
            wanted["user_data"] = base64.b64encode(options.user_data.encode()).decode()
        if options.security_groups:
            wanted["security_groups"] = [{"name": each} for each in options.security_groups]
        for name in ("key_name", "availability_zone"):
            if value := getattr(options, name):
                wanted[name] = value
        return wanted

    def _wait(self, done: Callable[[], bool], what: str) -> None:
        silent = ""

        def seen() -> bool:
            nonlocal silent
            try:
                return done()
            except Unavailable as error:
                silent = f": {error.message}"
                return False

        if not self._tools.until(seen):
            limit_s = self._tools.settings.change_timeout_s
            raise Unavailable(f"servers were not {what} within {limit_s:g} s{silent}")

    def _ask(self, question: Callable[[Any], T]) -> T:
        """What the cloud says; the connection is opened when it is first needed."""
        try:
            from keystoneauth1.exceptions import ClientException
            from openstack.connection import Connection
            from openstack.exceptions import ConfigException, HttpException, NotFoundException, SDKException
        except ImportError:
            raise Unavailable("servers need OpenStack's SDK; install nephoscope[openstack]") from None
        try:
            if self._opened is None:
                self._opened = Connection(**self._arguments)
            return question(self._opened)
        except NotFoundException as error:
            raise BadRequest(_words(error)) from None
        except HttpException as error:
            kind = BadRequest if error.status_code == 400 else Unavailable
            raise kind(f"the cloud answered {error.status_code}: {_words(error)}") from None
        except ConfigException as error:
            raise BadRequest(f"options: cloud: {_words(error)}") from None
        except (SDKException, ClientException, OSError) as error:
            raise Unavailable(f"the cloud cannot be asked: {_words(error)}") from None


def _arguments(cloud: str, tools: Tools) -> dict[str, Any]:
    """What the SDK's connection takes."""
    settings = tools.settings
    timeout = {"api_timeout": tools.requests.settings.total_timeout_s}
    if cloud:
        return {"cloud": choose("cloud", cloud, "clouds", settings.clouds), **timeout}
    if not settings.service_cloud:
        raise BadRequest("options: cloud: expected one of [scale] clouds, as [scale] service_cloud is not set")
    if not tools.openstack:
        raise BadRequest("options: cloud: there are no credentials of our own; set [keystone]")
    return {**tools.openstack, **timeout}


def _member(server: Any) -> Member:
    state: MemberState = _STATES.get(server.status, "failed")
    if server.task_state == "deleting":
        state = "stopping"
    fault = (server.fault or {}).get("message", "") if hasattr(server, "fault") else ""
    return Member(
        id=server.id,
        name=server.name,
        created_ns=timestamp.parse_absolute(server.created_at) if server.created_at else 0,
        state=state,
        detail=" ".join(f"{server.status} {fault}".split())[:WORDS_LENGTH_MAX] if state == "failed" else "",
    )


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:WORDS_LENGTH_MAX]
