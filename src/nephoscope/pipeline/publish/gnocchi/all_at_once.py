# SPDX-License-Identifier: Apache-2.0
"""Resources at our own server: one request for all that a batch makes, changes and ends."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from nephoscope.client.send import Refused
from nephoscope.model.lifetime import STEPS_MAX
from nephoscope.pipeline.publish.gnocchi.packed import PackedResource
from nephoscope.pipeline.publish.gnocchi.provision import NOT_FOUND, Provision
from nephoscope.pipeline.publish.gnocchi.resources import Sent, new_resource
from nephoscope.pipeline.publish.gnocchi.session import Away, Session
from nephoscope.pipeline.resource_definitions import Operation, Value

LIFETIMES = "/api/v1/resources/lifetimes"
NO_SUCH_PAGE = (404, 405)

Step = dict[str, Any]


class _Refusal(msgspec.Struct):
    step: int
    status: int
    reason: str


class _Answer(msgspec.Struct):
    refused: list[_Refusal]


class AllAtOnce:
    """`resources.Resources` for our own server, at `session`'s address."""

    def __init__(self, session: Session, provision: Provision, sent: Sent | None = None) -> None:
        self._session = session
        self._provision = provision
        self._sent = Sent() if sent is None else sent

    def create(self, resources: Iterable[tuple[str, PackedResource]], started_at: str) -> dict[str, Refused]:
        wanted = list(resources)
        refused = self._made(wanted, started_at)
        if gone := {place for place, each in refused.items() if each.status == NOT_FOUND}:
            # Their types were there before.
            self._provision.forget()
            again = sorted(gone)
            still = self._made([wanted[place] for place in again], started_at)
            refused = {place: each for place, each in refused.items() if place not in gone}
            refused |= {again[number]: each for number, each in still.items()}
        # Not noted as sent: another may have made one in the meantime, out of something else.
        return {wanted[place][0]: each for place, each in refused.items()}

    def refresh(self, resources: Iterable[tuple[str, PackedResource]]) -> None:
        listed = list(resources)
        changed = [(name, about) for name, about in listed if not self._sent.is_same(name, about)]
        steps = [(name, about, fields) for name, about in changed if (fields := self._provision.changing_fields(about))]
        refused = self._carried([_step("update", about.type, name, fields) for name, about, fields in steps], None)
        for place, each in refused.items():
            name, about, _ = steps[place]
            self._provision.warn_of_old_attributes(name, about.type, f"{each.status} {each.message}")
        for name, about in listed:
            self._sent.note(name, about)

    def carry_out(self, operations: Sequence[Operation], at: str) -> list[Refused]:
        return list(self._carried([self._step_of(each, at) for each in operations], at).values())

    def _made(self, wanted: Sequence[tuple[str, PackedResource]], started_at: str) -> dict[int, Refused]:
        return self._carried([self._creation(name, about, started_at) for name, about in wanted], started_at)

    def _step_of(self, operation: Operation, at: str) -> Step:
        if operation.verb == "create":
            return self._creation(operation.id, *new_resource(operation, at))
        if operation.verb == "delete":
            associates = [{"type": each, "search": query} for each, query, _ in operation.associates]
            return _step("end", operation.type, operation.id, {}, associates)
        associates = [
            {"type": each, "search": query, "fields": self._provision.fields(each, attributes)}
            for each, query, attributes in operation.associates
            if attributes
        ]
        fields = self._provision.fields(operation.type, operation.attributes)
        return _step("update", operation.type, operation.id, fields, associates)

    def _creation(self, name: str, about: PackedResource, started_at: str) -> Step:
        fields: dict[str, Value | None] = dict(self._provision.fitting(about.type, about.attributes))
        fields |= {"user_id": about.user_id, "project_id": about.project_id, "started_at": started_at}
        return _step("create", about.type, name, fields)

    def _carried(self, steps: Sequence[Step], at: str | None) -> dict[int, Refused]:
        """Why steps were refused, by their place; without `at` nothing begins or ends by them."""
        refused: dict[int, Refused] = {}
        for start in range(0, len(steps), STEPS_MAX):
            found = self._sent_off(steps[start : start + STEPS_MAX], at)
            refused |= {start + place: each for place, each in found.items()}
        return refused

    def _sent_off(self, steps: Sequence[Step], at: str | None) -> dict[int, Refused]:
        answer = self._session.call("POST", LIFETIMES, {"at": at, "steps": steps})
        if answer.ok:
            said = msgspec.json.decode(answer.content, type=_Answer)
            return {each.step: Refused(each.status, each.reason) for each in said.refused}
        if answer.status in NO_SUCH_PAGE:
            raise Away(f"{self._session.url} does not take {LIFETIMES}: {answer.status}; it may be of an older release")
        if len(steps) == 1:
            return {0: Refused(answer.status, answer.message)}
        # Something in one of them that the server cannot even read: that one alone is to be refused.
        half = len(steps) // 2
        later = self._sent_off(steps[half:], at)
        return self._sent_off(steps[:half], at) | {half + place: each for place, each in later.items()}


def _step(do: str, resource_type: str, resource_id: str, fields: Step, associates: Sequence[Step] = ()) -> Step:
    return {"do": do, "type": resource_type, "id": resource_id, "fields": fields, "associates": associates}
