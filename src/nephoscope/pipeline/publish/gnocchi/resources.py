# SPDX-License-Identifier: Apache-2.0
"""Resources at a metric API: made when their first samples come, and brought up to date when they have changed."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from nephoscope.pipeline.publish.gnocchi.packed import PackedResource
from nephoscope.pipeline.publish.gnocchi.provision import BAD_REQUEST, CONFLICT, FORBIDDEN, NOT_FOUND, Provision
from nephoscope.pipeline.publish.gnocchi.session import Answer, Away, Session
from nephoscope.pipeline.resource_definitions import Value

log = logging.getLogger("nephoscope.publish")

SENT_MAX = 200_000
SEARCH_PAGE = 1000
SEARCH_PAGES_MAX = 100
# A backlog of events asks for the same types of associates again and again.
ABSENT_S = 10.0


class Resources:
    """
    Creates, patches and finds resources; remembers what was last sent of the SENT_MAX that were used last.

    All of it can be done again without harm. Away where it has to be.
    """

    def __init__(
        self,
        session: Session,
        provision: Provision,
        sent_max: int = SENT_MAX,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._provision = provision
        self._sent_max = sent_max
        # By id, the one that was used longest ago first: a hash, as the values themselves would take too much room.
        self._sent: dict[str, int] = {}
        # Types that were not there a moment ago, and until when that is believed.
        self._absent: dict[str, float] = {}
        self._monotonic = monotonic

    def create(self, resource_id: str, about: PackedResource, started_at: str) -> Answer:
        """Make a resource; the answer tells what the server has against it, 409 that there is one already."""
        self._absent.pop(about.type, None)
        answer = self._post(resource_id, about, started_at)
        if answer.status == NOT_FOUND:
            # The type was there before.
            self._provision.forget()
            answer = self._post(resource_id, about, started_at)
        if answer.ok:
            self._remember(resource_id, _hash(about))
        return answer

    def refresh(self, resources: Iterable[tuple[str, PackedResource]]) -> None:
        """Send projects and attributes of those that are not as they were sent last."""
        for resource_id, about in resources:
            now = _hash(about)
            if self._sent.get(resource_id) != now:
                self._refresh(resource_id, about)
            self._remember(resource_id, now)

    def patch(self, resource_type: str, resource_id: str, changes: dict[str, Any]) -> Answer:
        """Change some fields of a resource."""
        return self._session.call("PATCH", _address(resource_type, resource_id), changes)

    def end(self, resource_type: str, resource_id: str, at: str) -> Answer:
        """
        Set when a resource ended.

        What was made a moment ago, by another's clock, may have begun after that: then it ended when it began.
        """
        answer = self.patch(resource_type, resource_id, {"ended_at": at})
        if answer.status != BAD_REQUEST:
            return answer
        known = self._session.call("GET", _address(resource_type, resource_id)).body
        began = known.get("started_at") if isinstance(known, dict) else None
        return self.patch(resource_type, resource_id, {"ended_at": began}) if began else answer

    def fields(self, resource_type: str, values: dict[str, Value]) -> dict[str, Value]:
        """Values as fields of a resource: those that all have as they are, the attributes as the type takes them."""
        common = {name: value for name, value in values.items() if name in COMMON}
        own = {name: value for name, value in values.items() if name not in COMMON}
        return common | self._provision.fitting(resource_type, own)

    def find(self, resource_type: str, query: object) -> list[str]:
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

    def _post(self, resource_id: str, about: PackedResource, started_at: str) -> Answer:
        body: dict[str, Any] = {"id": resource_id, "started_at": started_at}
        body |= {"user_id": about.user_id, "project_id": about.project_id}
        body |= self._provision.fitting(about.type, about.attributes)
        return self._session.call("POST", f"/v1/resource/{quote(about.type, safe='')}", body)

    def _refresh(self, resource_id: str, about: PackedResource) -> None:
        changes: dict[str, Any] = dict(self._provision.fitting(about.type, about.attributes))
        if about.project_id is not None:
            changes["project_id"] = about.project_id
        if not changes:
            return
        try:
            answer = self.patch(about.type, resource_id, changes)
            why = f"{answer.status} {answer.message}"
        except Away as away:
            if away.status != FORBIDDEN:
                raise
            # Its samples were taken: that it keeps old attributes is no reason to hold them back.
            answer, why = None, "we may not change what others have made"
        if answer is None or not answer.ok:
            self._provision.warn_once(
                ("patch", about.type), f"resource {resource_id} of type {about.type} keeps its attributes: {why}"
            )

    def _remember(self, resource_id: str, sent: int) -> None:
        self._sent.pop(resource_id, None)
        self._sent[resource_id] = sent
        if len(self._sent) > self._sent_max:
            del self._sent[next(iter(self._sent))]


COMMON = frozenset({"user_id", "project_id", "started_at", "ended_at"})
"""Fields that every resource has, as far as definitions may set them."""


def is_there(answer: Answer) -> bool:
    """Whether a resource exists after an attempt to create it."""
    return answer.ok or answer.status == CONFLICT


def _address(resource_type: str, resource_id: str) -> str:
    return f"/v1/resource/{quote(resource_type, safe='')}/{quote(resource_id, safe='')}"


def _hash(about: PackedResource) -> int:
    return hash((about.type, about.project_id, tuple(sorted(about.attributes.items()))))
