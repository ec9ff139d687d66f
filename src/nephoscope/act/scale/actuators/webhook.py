# SPDX-License-Identifier: Apache-2.0
"""`webhook`: somebody else's program knows the members, and is told over HTTP which to make and to take away."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import uuid4

import msgspec

from nephoscope.act.notify.answer import Answer
from nephoscope.act.notify.http import basic
from nephoscope.act.notify.secret import SIGNATURE_HEADER, SecretFile, signature
from nephoscope.act.notify.url import WebUrl
from nephoscope.act.scale.actuators.asking import Asking, decoded
from nephoscope.act.scale.actuators.options import read
from nephoscope.act.scale.actuators.tools import Tools
from nephoscope.act.scale.contract import Member, MemberState
from nephoscope.model import timestamp
from nephoscope.model.errors import BadRequest, NotFound, Unavailable

MEMBERS_MAX = 20_000
DETAIL_LENGTH_MAX = 200


class Options(msgspec.Struct, forbid_unknown_fields=True):
    """Where to ask and to post, and the secret that signs what is posted, "" for that of `[act]`."""

    url: str
    signature_secret: str = ""


class Told(msgspec.Struct):
    """A member as the other side tells it."""

    name: str
    id: str = ""
    state: MemberState = "running"
    created: str | float = 0
    resource_id: str = ""
    detail: str = ""


class ToldMembers(msgspec.Struct):
    """The answer to the question for members."""

    members: list[Told]


class Webhook:
    """
    `GET URL` tells the members; `POST URL` says which names to make or which members to take away.

    Whoever is posted to may answer before it is done: members are asked for until it is.
    """

    def __init__(self, group: str, options: Mapping[str, Any], tools: Tools) -> None:
        chosen = read(Options, options)
        try:
            self._url = WebUrl.of(chosen.url)
        except BadRequest as error:
            raise BadRequest(f"options: url: {error.message}") from None
        self._group = group
        self._secret = chosen.signature_secret
        self._secret_file = SecretFile("signature_secret_file", tools.requests.settings.signature_secret_file)
        self._asking = Asking(tools)
        self._tools = tools

    def members(self) -> Sequence[Member]:
        answer = decoded(self._url, self._ask("GET", b"", ""))
        try:
            told = msgspec.convert(answer, ToldMembers).members
        except msgspec.ValidationError as error:
            raise Unavailable(f"{self._url.place} answered with other than members: {error}") from None
        if len(told) > MEMBERS_MAX:
            raise Unavailable(f"{self._url.place} told of {len(told)} members; {MEMBERS_MAX} are taken at most")
        return [_member(each) for each in told]

    def grow(self, names: Sequence[str]) -> None:
        there = {member.name for member in self.members()}
        wanted = set(names)
        if missing := [name for name in names if name not in there]:
            self._post("grow", {"names": missing})
        self._wait("there", lambda found: wanted <= found.keys() and not _under_way(found, wanted))

    def shrink(self, members: Sequence[Member]) -> None:
        there = {member.name for member in self.members()}
        unwanted = {member.name for member in members}
        if left := [member for member in members if member.name in there]:
            self._post("shrink", {"members": [{"id": member.id, "name": member.name} for member in left]})
        self._wait("gone", lambda found: not unwanted & found.keys())

    def close(self) -> None:
        self._asking.close()

    def _post(self, action: str, said: Mapping[str, Any]) -> None:
        body = msgspec.json.encode({"action": action, "group": self._group, **said})
        # Names come again once they are free, so the key marks this request; what is done twice is told by its names.
        self._ask("POST", body, uuid4().hex)

    def _ask(self, method: str, body: bytes, key: str) -> Answer:
        headers = basic(self._url)
        if body:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": key}
        if secret := self._secret or self._secret_file.read():
            headers[SIGNATURE_HEADER] = signature(body, secret, int(self._tools.wall_s()))
        try:
            return self._asking.ask(method, self._url, headers, body)
        except NotFound as error:
            raise BadRequest(error.message) from None

    def _wait(self, what: str, done: Callable[[dict[str, Member]], bool]) -> None:
        """Ask for the members until it is done; one that does not answer meanwhile is asked again."""
        silent = ""

        def seen() -> bool:
            nonlocal silent
            try:
                return done({member.name: member for member in self.members()})
            except Unavailable as error:
                silent = f": {error.message}"
                return False

        if not self._tools.until(seen):
            limit_s = self._tools.settings.change_timeout_s
            raise Unavailable(f"{self._url.place}: members were not {what} within {limit_s:g} s{silent}")


def _under_way(found: Mapping[str, Member], wanted: Collection[str]) -> bool:
    return any(found[name].state not in ("running", "failed") for name in wanted)


def _member(told: Told) -> Member:
    try:
        created_ns = timestamp.parse_absolute(told.created)
    except BadRequest as error:
        raise Unavailable(f"the member {told.name[:60]} has no time of creation: {error.message}") from None
    return Member(
        id=told.id or told.name,
        name=told.name,
        created_ns=created_ns,
        state=told.state,
        resource_id=told.resource_id,
        detail=told.detail[:DETAIL_LENGTH_MAX],
    )
