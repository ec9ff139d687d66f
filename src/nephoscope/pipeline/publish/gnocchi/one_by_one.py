# SPDX-License-Identifier: Apache-2.0
"""Resources at any metric API of Gnocchi's dialect: one request for each that is made, changed or ended."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import quote

from nephoscope.client.send import Refused
from nephoscope.pipeline.publish.gnocchi.packed import PackedResource
from nephoscope.pipeline.publish.gnocchi.provision import BAD_REQUEST, CONFLICT, FORBIDDEN, NOT_FOUND, Provision
from nephoscope.pipeline.publish.gnocchi.resources import Sent, new_resource
from nephoscope.pipeline.publish.gnocchi.session import Answer, Away, Session
from nephoscope.pipeline.resource_definitions import Operation, Value

SEARCH_PAGE = 1000
SEARCH_PAGES_MAX = 100
# A backlog of events asks for the same types of associates again and again.
ABSENT_S = 10.0


class OneByOne:
    """`resources.Resources` for a server of which no more is known than that it speaks the dialect."""

    def __init__(
        self,
        session: Session,
        provision: Provision,
        sent: Sent | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._provision = provision
        self._sent = Sent() if sent is None else sent
        # Types that were not there a moment ago, and until when that is believed.
        self._absent: dict[str, float] = {}
        self._monotonic = monotonic

    def create(self, resources: Iterable[tuple[str, PackedResource]], started_at: str) -> dict[str, Refused]:
        refused: dict[str, Refused] = {}
        for resource_id, about in resources:
            answer = self._create(resource_id, about, started_at)
            if answer.ok:
                self._sent.note(resource_id, about)
            elif answer.status != CONFLICT:
                refused[resource_id] = _refusal(answer)
        return refused

    def refresh(self, resources: Iterable[tuple[str, PackedResource]]) -> None:
        for resource_id, about in resources:
            if not self._sent.is_same(resource_id, about):
                self._refresh(resource_id, about)
            self._sent.note(resource_id, about)

    def carry_out(self, operations: Sequence[Operation], at: str) -> list[Refused]:
        answers = (self._carry_out(each, at) for each in operations)
        return [_refusal(answer) for answer in answers if answer is not None]

    def _carry_out(self, operation: Operation, at: str) -> Answer | None:
        """The answer that refused it, None when it is done: what is there or gone already is as it should be."""
        match operation.verb:
            case "create":
                answer = self._create(operation.id, *new_resource(operation, at))
                return None if answer.ok or answer.status == CONFLICT else answer
            case "delete":
                return self._end_all(operation, at)
            case "update":
                return self._update_all(operation)

    def _create(self, resource_id: str, about: PackedResource, started_at: str) -> Answer:
        self._absent.pop(about.type, None)
        answer = self._post(resource_id, about, started_at)
        if answer.status == NOT_FOUND:
            # The type was there before.
            self._provision.forget()
            answer = self._post(resource_id, about, started_at)
        return answer

    def _post(self, resource_id: str, about: PackedResource, started_at: str) -> Answer:
        body: dict[str, Any] = {"id": resource_id, "started_at": started_at}
        body |= {"user_id": about.user_id, "project_id": about.project_id}
        body |= self._provision.fitting(about.type, about.attributes)
        return self._session.call("POST", f"/v1/resource/{quote(about.type, safe='')}", body)

    def _refresh(self, resource_id: str, about: PackedResource) -> None:
        changes = self._provision.changing_fields(about)
        if not changes:
            return
        try:
            answer = self._patch(about.type, resource_id, changes)
            why = f"{answer.status} {answer.message}"
        except Away as away:
            if away.status != FORBIDDEN:
                raise
            # Its samples were taken: that it keeps old attributes is no reason to hold them back.
            answer, why = None, "we may not change what others have made"
        if answer is None or not answer.ok:
            self._provision.warn_of_old_attributes(resource_id, about.type, why)

    def _end_all(self, operation: Operation, at: str) -> Answer | None:
        refused = _done(self._end(operation.type, operation.id, at))
        for resource_type, query, _ in operation.associates:
            # Those that ended before keep the time at which they did.
            living = {"and": [query, {"=": {"ended_at": None}}]}
            for each in self._find(resource_type, living):
                refused = _done(self._end(resource_type, each, at)) or refused
        return refused

    def _end(self, resource_type: str, resource_id: str, at: str) -> Answer:
        """What was made a moment ago, by another's clock, may have begun after that: then it ended when it began."""
        answer = self._patch(resource_type, resource_id, {"ended_at": at})
        if answer.status != BAD_REQUEST:
            return answer
        known = self._session.call("GET", _address(resource_type, resource_id)).body
        began = known.get("started_at") if isinstance(known, dict) else None
        return self._patch(resource_type, resource_id, {"ended_at": began}) if began else answer

    def _update_all(self, operation: Operation) -> Answer | None:
        refused = self._update(operation.type, operation.id, operation.attributes)
        for resource_type, query, attributes in operation.associates:
            if attributes:
                for each in self._find(resource_type, query):
                    refused = self._update(resource_type, each, attributes) or refused
        return refused

    def _update(self, resource_type: str, resource_id: str, values: dict[str, Value]) -> Answer | None:
        fields = self._provision.fields(resource_type, values)
        return _done(self._patch(resource_type, resource_id, fields)) if fields else None

    def _patch(self, resource_type: str, resource_id: str, changes: dict[str, Any]) -> Answer:
        return self._session.call("PATCH", _address(resource_type, resource_id), changes)

    def _find(self, resource_type: str, query: object) -> list[str]:
        """The ids of the resources of a type that a search finds; none where there is no such type."""
        found: list[str] = []
        if self._monotonic() < self._absent.get(resource_type, 0.0):
            return found
        path = f"/v1/search/resource/{quote(resource_type, safe='')}?limit={SEARCH_PAGE}"
        for _ in range(SEARCH_PAGES_MAX):
            marker = f"&marker={quote(found[-1], safe='')}" if found else ""
            answer = self._session.call("POST", path + marker, query)
            if not answer.ok:
                if answer.status == NOT_FOUND:
                    self._absent[resource_type] = self._monotonic() + ABSENT_S
                else:
                    told = f"searching resources of type {resource_type}: {answer.status} {answer.message}"
                    self._provision.warn_once(("search", resource_type), told)
                break
            page = [each["id"] for each in answer.body or ()]
            found += page
            if len(page) < SEARCH_PAGE:
                break
        return found


def _done(answer: Answer) -> Answer | None:
    return None if answer.ok or answer.status == NOT_FOUND else answer


def _refusal(answer: Answer) -> Refused:
    return Refused(answer.status, answer.message)


def _address(resource_type: str, resource_id: str) -> str:
    return f"/v1/resource/{quote(resource_type, safe='')}/{quote(resource_id, safe='')}"
