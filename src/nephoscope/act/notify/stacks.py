# SPDX-License-Identifier: Apache-2.0
"""OpenStack's orchestration service, as much of its HTTP API v1 as it takes to look into stacks and heal them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlencode

import msgspec

from nephoscope.act.notify.answer import Answer, judged
from nephoscope.act.notify.contract import Outcome, Tools
from nephoscope.act.notify.exchange import Exchange, Failed
from nephoscope.act.notify.url import WebUrl
from nephoscope.model.errors import BadRequest

ANSWER_BYTES_MAX = 4_000_000
CONFLICT = 409
_PLACE = re.compile(r"/stacks/(?P<name>[^/?#]+)/(?P<id>[^/?#]+)/?(?:[?#].*)?$")


@dataclass(frozen=True)
class Stack:
    """A stack by name and id; the API wants both, where users give either."""

    project_id: str
    name: str
    id: str


class StackResource(msgspec.Struct, frozen=True):
    """A resource of a stack; `parent_resource` is that of the stack around, for one of a nested stack."""

    resource_name: str = ""
    physical_resource_id: str | None = None
    resource_status: str = ""
    resource_status_reason: str | None = None
    creation_time: str = ""
    parent_resource: str | None = None


class _Resources(msgspec.Struct):
    resources: list[StackResource]


class Stacks:
    """Asks with the tokens it is handed; each call raises Failed with what that means for whoever asked."""

    def __init__(self, tools: Tools) -> None:
        """BadRequest names the setting that is missing or wrong."""
        if not tools.settings.heat_url:
            raise BadRequest("stacks are known to the orchestration service; set [act] heat_url")
        self._base = tools.settings.heat_url.rstrip("/").removesuffix("/v1") + "/v1/"
        self.place = WebUrl.of(self._base).place
        self._verify = tools.settings.verify
        self._exchange = Exchange(tools)
        self._wall_s = tools.wall_s

    def deadline_s(self) -> float:
        """When what begins now has to have ended; several requests may share it."""
        return self._exchange.deadline_s()

    def found(self, project_id: str, stack: str, token: str, deadline_s: float) -> Stack:
        """A stack by its name or id. The service answers with a redirection to both, of which only these are taken."""
        answer = self._asked("GET", f"{quote(project_id, safe='')}/stacks/{quote(stack, safe='')}", token, deadline_s)
        if 300 <= answer.status < 400 and (place := _PLACE.search(answer.headers.get("location", ""))):
            return Stack(project_id, unquote(place["name"]), unquote(place["id"]))
        told = self._decoded(self._good(answer)).get("stack")
        if not isinstance(told, dict) or not told.get("stack_name") or not told.get("id"):
            raise Failed(Outcome("again", answer.status, "protocol", f"{self.place}: the answer is no stack"))
        return Stack(project_id, str(told["stack_name"]), str(told["id"]))

    def resources(
        self, stack: Stack, token: str, deadline_s: float, wanted: Mapping[str, str]
    ) -> Sequence[StackResource]:
        """The resources of a stack that fit what is wanted, such as `nested_depth` and `physical_resource_id`."""
        answer = self._asked("GET", f"{_path(stack)}/resources?{urlencode(wanted)}", token, deadline_s)
        try:
            return msgspec.convert(self._decoded(self._good(answer)), _Resources).resources
        except msgspec.ValidationError:
            outcome = Outcome("again", answer.status, "protocol", f"{self.place}: the answer has no resources")
            raise Failed(outcome) from None

    def mark_unhealthy(self, stack: Stack, resource: str, reason: str, token: str, deadline_s: float) -> None:
        """Have a resource replaced when its stack is updated next."""
        body = {"mark_unhealthy": True, "resource_status_reason": reason}
        path = f"{_path(stack)}/resources/{quote(resource, safe='')}"
        self._good(self._asked("PATCH", path, token, deadline_s, body))

    def update(self, stack: Stack, token: str, deadline_s: float) -> None:
        """Update a stack with the template and the parameters that it has."""
        self._good(self._asked("PATCH", _path(stack), token, deadline_s, {}))

    def _asked(self, method: str, path: str, token: str, deadline_s: float, body: object = None) -> Answer:
        headers = {"Accept": "application/json", "X-Auth-Token": token}
        content = b""
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = msgspec.json.encode(body)
        return self._exchange.ask(
            method,
            WebUrl.of(self._base + path),
            headers,
            content,
            deadline_s=deadline_s,
            verify=self._verify,
            # The operator has said where the service is.
            guarded=False,
            bytes_max=ANSWER_BYTES_MAX,
        )

    def _good(self, answer: Answer) -> Answer:
        outcome = judged(answer, self._wall_s())
        if answer.status == CONFLICT:
            raise Failed(Outcome("again", CONFLICT, "conflict", "the stack is being changed"))
        if outcome.result != "delivered":
            raise Failed(outcome)
        return answer

    def _decoded(self, answer: Answer) -> dict[str, Any]:
        try:
            told = msgspec.json.decode(answer.body) if answer.whole else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            told = None
        if not isinstance(told, dict):
            raise Failed(Outcome("again", answer.status, "protocol", f"{self.place}: the answer is no JSON object"))
        return told


def _path(stack: Stack) -> str:
    return f"{quote(stack.project_id, safe='')}/stacks/{quote(stack.name, safe='')}/{quote(stack.id, safe='')}"
